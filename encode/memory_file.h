#ifndef VITRINE_ENCODE_MEMORY_FILE_H_
#define VITRINE_ENCODE_MEMORY_FILE_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace vitrine::encode {

// A file of at most `max_bytes` in memory, written at a position that moves. Not thread-safe.
class MemoryFile {
 public:
  explicit MemoryFile(uint64_t max_bytes) : max_bytes_(max_bytes) {}

  // Over what is there, and beyond; a gap before the position becomes zeros. False, and nothing changes, where the file
  // would be over its limit.
  bool Write(absl::string_view bytes) {
    if (position_ > max_bytes_ || bytes.size() > max_bytes_ - position_) {
      full_ = true;
      return false;
    }
    const uint64_t end = position_ + bytes.size();
    if (end > bytes_.size()) bytes_.resize(end);
    bytes.copy(bytes_.data() + position_, bytes.size());
    position_ = end;
    return true;
  }
  void Seek(uint64_t position) { position_ = position; }

  uint64_t position() const { return position_; }
  uint64_t size() const { return bytes_.size(); }
  bool full() const { return full_; }  // Whether a write was refused.
  std::string Take() && { return std::move(bytes_); }

 private:
  const uint64_t max_bytes_;
  std::string bytes_;
  uint64_t position_ = 0;
  bool full_ = false;
};

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_MEMORY_FILE_H_
