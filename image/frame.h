#ifndef VITRINE_IMAGE_FRAME_H_
#define VITRINE_IMAGE_FRAME_H_

// One decoded picture before any grey-scale transformation: stored values, not display values.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace vitrine::image {

enum class SampleType : uint8_t { kUint8, kUint16, kInt16, kFloat32 };

constexpr int BytesPerSample(SampleType type) {
  switch (type) {
    case SampleType::kUint8: return 1;
    case SampleType::kUint16:
    case SampleType::kInt16: return 2;
    case SampleType::kFloat32: return 4;
  }
  return 0;
}

// A value; immutable once built and then shared between threads. Rows from top to bottom, in each row columns from left
// to right, in each pixel `channels` samples (1: grey, stored values; 3: R, G, B), native byte order, no padding.
struct Frame {
  int columns = 0;
  int rows = 0;
  int channels = 1;
  SampleType type = SampleType::kUint8;

  // Significant bits. Grey integers lie in [0, 2^bits) or, for kInt16, in [-2^(bits-1), 2^(bits-1)): the decoder has
  // masked and sign-extended them. RGB samples (kUint8 or kUint16) lie in [0, 2^bits). Ignored for kFloat32.
  int bits = 8;

  // The samples lie in `samples`; or, where `borrowed` is set, they begin at what it points to, in memory that it keeps
  // alive and that nobody changes, aligned for their type.
  std::vector<uint8_t> samples;
  std::shared_ptr<const uint8_t> borrowed = nullptr;

  size_t row_bytes() const { return static_cast<size_t>(columns) * channels * BytesPerSample(type); }
  const uint8_t* data() const { return borrowed != nullptr ? borrowed.get() : samples.data(); }
  size_t size_bytes() const { return borrowed != nullptr ? row_bytes() * rows : samples.size(); }
  template <typename Sample>
  const Sample* row(int y) const {
    return reinterpret_cast<const Sample*>(data() + y * row_bytes());
  }
};

}  // namespace vitrine::image

#endif  // VITRINE_IMAGE_FRAME_H_
