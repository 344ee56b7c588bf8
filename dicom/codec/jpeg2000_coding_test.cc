#include "dicom/codec/jpeg2000_coding.h"

#include <algorithm>
#include <vector>

#include "base/status_matchers.h"
#include "dicom/codec/testing/encoders.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using ::vitrine::testing::IsOk;
using ::vitrine::testing::StatusIs;
using Bytes = std::vector<uint8_t>;

absl::Status Check(const Bytes& bytes) {
  const absl::StatusOr<Jpeg2000Header> header = ReadJpeg2000Header(bytes);
  return header.ok() ? CheckCodingEffort(*header) : header.status();
}

Bytes Encoded(int tile_size = 0) {
  return testing::EncodeJpeg2000(testing::MakePicture(512, 512, 1, 8), {.tile_size = tile_size});
}

size_t Find(const Bytes& bytes, const Bytes& marker) {
  return std::search(bytes.begin(), bytes.end(), marker.begin(), marker.end()) - bytes.begin();
}

// With precincts of 2^exponent for all three resolutions: COD gets three bytes longer.
Bytes WithPrecincts(Bytes bytes, uint8_t exponent) {
  const size_t cod = Find(bytes, {0xFF, 0x52});
  bytes[cod + 3] += 3;
  bytes[cod + 4] |= 1;
  bytes.insert(bytes.begin() + cod + 14, 3, exponent << 4 | exponent);
  return bytes;
}

TEST(Jpeg2000CodingTest, AcceptsWhatEncodersWrite) {
  EXPECT_THAT(Check(Encoded()), IsOk());
  EXPECT_THAT(Check(Encoded(64)), IsOk());
  EXPECT_THAT(Check(WithPrecincts(Encoded(), 6)), IsOk());
}

TEST(Jpeg2000CodingTest, RefusesTinyPrecincts) {
  EXPECT_THAT(Check(WithPrecincts(Encoded(), 2)), StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_THAT(Check(WithPrecincts(Encoded(), 0)), StatusIs(absl::StatusCode::kUnimplemented));
}

TEST(Jpeg2000CodingTest, RefusesTinyPrecinctsOfOneTile) {
  Bytes bytes = Encoded(64);
  const Bytes sod = {0xFF, 0x93};
  const Bytes cod = {0xFF, 0x52, 0, 15, 1, 0, 0, 1, 0, 2, 4, 4, 0, 1, 0, 0, 0};
  const size_t first = Find(bytes, sod);
  bytes.insert(bytes.begin() + first, cod.begin(), cod.end());
  EXPECT_THAT(Check(bytes), StatusIs(absl::StatusCode::kUnimplemented));
  Bytes coc = Encoded();
  const Bytes component = {0xFF, 0x53, 0, 12, 0, 1, 2, 4, 4, 0, 1, 0, 0, 0};
  coc.insert(coc.begin() + Find(coc, {0xFF, 0x5C}), component.begin(), component.end());
  EXPECT_THAT(Check(coc), StatusIs(absl::StatusCode::kUnimplemented));
}

TEST(Jpeg2000CodingTest, FollowsTileParts) {
  Bytes bytes = Encoded(64);
  const Bytes cod = {0xFF, 0x52, 0, 15, 1, 0, 0, 1, 0, 2, 4, 4, 0, 1, 0, 0, 0};
  // Of the last of 64 tiles.
  const Bytes sot = {0xFF, 0x90, 0, 10, 0, 63};
  const size_t last_tile = Find(bytes, sot);
  ASSERT_LT(last_tile, bytes.size());
  bytes.insert(bytes.begin() + last_tile + 12, cod.begin(), cod.end());
  EXPECT_THAT(Check(bytes), StatusIs(absl::StatusCode::kUnimplemented));
}

TEST(Jpeg2000CodingTest, RefusesManyLayers) {
  Bytes bytes = WithPrecincts(Encoded(), 3);
  EXPECT_THAT(Check(bytes), StatusIs(absl::StatusCode::kUnimplemented));
  bytes = WithPrecincts(Encoded(), 5);
  EXPECT_THAT(Check(bytes), IsOk());
  const size_t cod = Find(bytes, {0xFF, 0x52});
  bytes[cod + 6] = bytes[cod + 7] = 0xFF;
  EXPECT_THAT(Check(bytes), StatusIs(absl::StatusCode::kUnimplemented));
}

TEST(Jpeg2000CodingTest, RefusesUnknownMarkersAndShortSegments) {
  const Bytes good = Encoded();
  const size_t cod = Find(good, {0xFF, 0x52});
  Bytes unknown = good;
  unknown[cod + 1] = 0x72;
  EXPECT_THAT(Check(unknown), StatusIs(absl::StatusCode::kUnimplemented));
  Bytes empty = good;
  empty[cod + 3] = 1;
  EXPECT_THAT(Check(empty), StatusIs(absl::StatusCode::kDataLoss));
  Bytes missing_precincts = good;
  missing_precincts[cod + 4] |= 1;
  EXPECT_THAT(Check(missing_precincts), StatusIs(absl::StatusCode::kDataLoss));
  Bytes many_decompositions = good;
  many_decompositions[cod + 9] = 33;
  EXPECT_THAT(Check(many_decompositions), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace vitrine::dicom
