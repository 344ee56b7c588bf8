#ifndef VITRINE_FETCH_MULTIPART_READER_H_
#define VITRINE_FETCH_MULTIPART_READER_H_

// multipart/related (RFC 2387, PS3.18 8.6.1.2) while it arrives.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace vitrine::fetch {

// Takes a body piece by piece and gives its parts, each as soon as its end is there. Stricter than ParseMultipart(),
// which sees the whole body: the boundary has to be known, a Content-Length has to be right, and only the final
// delimiter ends the body. Not thread-safe.
class MultipartReader {
 public:
  // `boundary` is not "".
  MultipartReader(absl::string_view boundary, uint64_t max_part_bytes);

  // Takes the next bytes of the body out of `piece`, which becomes "" with some memory to receive the next ones in.
  void Append(std::string& piece);

  // The payload of the next part; nullopt where its end has not arrived yet. kArchiveProtocol for a body that breaks
  // the format; kTooLarge for a part over the limit, as soon as that is known.
  absl::StatusOr<std::optional<std::string>> Next();

  // Whether the final delimiter has been read.
  bool ended() const { return state_ == State::kEnd; }

 private:
  enum class State { kPreamble, kHeader, kPayload, kEnd };
  enum class Line { kNone, kIncomplete, kDelimiter, kFinalDelimiter };

  // What stands at `at`; `end` becomes where a delimiter line ends.
  Line LineAt(size_t at, size_t& end) const;
  void Enter(Line delimiter, size_t end);
  bool SkipPreamble();
  absl::StatusOr<bool> ReadHeader();
  absl::StatusOr<std::optional<std::string>> TakeCounted(uint64_t length);
  absl::StatusOr<std::optional<std::string>> TakeUncounted();

  const std::string dashed_;  // "--" and the boundary.
  const uint64_t max_part_bytes_;
  State state_ = State::kPreamble;
  std::string buffer_;
  size_t at_ = 0;                    // What stands before it in the buffer is done with.
  size_t searched_ = 0;              // Nor is there a delimiter before this.
  std::optional<uint64_t> counted_;  // The length of the payload, where its header states it.
  std::string payload_;              // What is there of a counted one, and no longer in the buffer.
};

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_MULTIPART_READER_H_
