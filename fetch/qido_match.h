#ifndef VITRINE_FETCH_QIDO_MATCH_H_
#define VITRINE_FETCH_QIDO_MATCH_H_

// Attribute matching as C-FIND and QIDO-RS define it (PS3.4 C.2.2.2).

#include <string>

#include "absl/strings/string_view.h"

namespace vitrine::fetch {

// What is wrong with a key's value for an attribute of this VR, or "". A sentence's end without the value.
std::string KeyProblem(absl::string_view vr, absl::string_view key);

// Whether one value of an attribute matches a key that KeyProblem() accepts.
// UI: any member of a list separated by ',' or '\'. DA, TM, DT: a value, or a range with one or both ends, inclusive;
// an end or value of lower precision covers the whole hour, minute ... CS: as UI, with wildcards. PN: wildcards, case
// ignored. IS, DS and binary numbers: numeric equality. Other text: wildcards '*' and '?', case-sensitive.
bool MatchesKey(absl::string_view vr, absl::string_view key, absl::string_view value);

// '*' matches any characters, '?' any one character of UTF-8 text.
bool WildcardMatch(absl::string_view pattern, absl::string_view text);

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_QIDO_MATCH_H_
