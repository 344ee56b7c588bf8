#ifndef VITRINE_BASE_VERSION_H_
#define VITRINE_BASE_VERSION_H_

namespace vitrine {

// Semantic version. Part of every ETag: change it whenever the same request may give another picture.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace vitrine

#endif  // VITRINE_BASE_VERSION_H_
