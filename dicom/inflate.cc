#include "dicom/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace vitrine::dicom {
namespace {

constexpr size_t kFirstChunk = 64 << 10;

class InflateStream {
 public:
  InflateStream() : ok_(inflateInit2(&stream_, -MAX_WBITS) == Z_OK) {}
  ~InflateStream() {
    if (ok_) inflateEnd(&stream_);
  }
  InflateStream(const InflateStream&) = delete;
  InflateStream& operator=(const InflateStream&) = delete;

  bool ok() const { return ok_; }
  z_stream& operator*() { return stream_; }

 private:
  z_stream stream_ = {};
  const bool ok_;
};

// zlib counts in 32 bits.
uInt Step(size_t bytes) { return static_cast<uInt>(std::min<size_t>(bytes, std::numeric_limits<uInt>::max())); }

}  // namespace

absl::StatusOr<std::string> Inflate(absl::string_view deflated, uint64_t max_bytes) {
  InflateStream inflater;
  if (!inflater.ok()) return MakeError(ErrorCategory::kInternal, "Decompression could not be started");
  z_stream& stream = *inflater;
  std::string inflated;
  size_t read = 0;
  size_t written = 0;
  while (true) {
    if (written == inflated.size()) {
      if (written >= max_bytes) {
        return MakeError(ErrorCategory::kTooLarge, "The compressed data set is larger than this service accepts",
                         absl::StrCat("limit ", max_bytes));
      }
      inflated.resize(std::min<uint64_t>(max_bytes, std::max(kFirstChunk, 2 * written)));
    }
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(deflated.data() + read));
    stream.avail_in = Step(deflated.size() - read);
    stream.next_out = reinterpret_cast<Bytef*>(inflated.data() + written);
    stream.avail_out = Step(inflated.size() - written);
    const uInt input = stream.avail_in;
    const uInt room = stream.avail_out;
    const int result = inflate(&stream, Z_NO_FLUSH);
    read += input - stream.avail_in;
    written += room - stream.avail_out;
    if (result == Z_STREAM_END) break;
    const bool stuck = input == stream.avail_in && room == stream.avail_out;
    if ((result != Z_OK && result != Z_BUF_ERROR) || stuck) {
      return MakeError(ErrorCategory::kBadInstance, "The compressed data set is damaged or incomplete",
                       absl::StrCat("inflate: ", result));
    }
  }
  inflated.resize(written);
  return inflated;
}

}  // namespace vitrine::dicom
