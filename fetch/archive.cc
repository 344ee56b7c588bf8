#include "fetch/archive.h"

namespace vitrine::fetch {

bool IsValidUid(absl::string_view uid) {
  if (uid.empty() || uid.size() > 64 || uid.front() == '.' || uid.back() == '.') return false;
  char previous = '0';
  for (const char c : uid) {
    if (c != '.' && (c < '0' || c > '9')) return false;
    if (c == '.' && previous == '.') return false;
    previous = c;
  }
  return true;
}

}  // namespace vitrine::fetch
