#ifndef VITRINE_BASE_RANDOM_ID_H_
#define VITRINE_BASE_RANDOM_ID_H_

// Names for requests that arrive without one.

#include <string>

namespace vitrine {

// 128 random bits as 32 lower-case hexadecimal digits (also the form of a W3C trace-id); never all zero. From the
// kernel's generator, so nobody can guess another client's. Thread-safe; under a microsecond.
std::string RandomId();

}  // namespace vitrine

#endif  // VITRINE_BASE_RANDOM_ID_H_
