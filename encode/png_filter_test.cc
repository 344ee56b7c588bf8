#include "encode/png_filter.h"

#include <cstdlib>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "hwy/targets.h"

namespace vitrine::encode {
namespace {

// ISO/IEC 15948, 9.2 and 9.4, word for word.
uint8_t Predict(int type, int a, int b, int c) {
  switch (type) {
    case 1: return a;
    case 2: return b;
    case 3: return (a + b) / 2;
    case 4: {
      const int p = a + b - c;
      const int pa = std::abs(p - a);
      const int pb = std::abs(p - b);
      const int pc = std::abs(p - c);
      if (pa <= pb && pa <= pc) return a;
      return pb <= pc ? b : c;
    }
    default: return 0;
  }
}

std::vector<uint8_t> ReferenceFilter(int type, const uint8_t* row, const uint8_t* previous, size_t size,
                                     size_t pixel_bytes) {
  std::vector<uint8_t> out = {static_cast<uint8_t>(type)};
  for (size_t i = 0; i < size; ++i) {
    const int a = i < pixel_bytes ? 0 : row[i - pixel_bytes];
    const int c = i < pixel_bytes ? 0 : previous[i - pixel_bytes];
    out.push_back(static_cast<uint8_t>(row[i] - Predict(type, a, previous[i], c)));
  }
  return out;
}

// The filter with the least sum of magnitudes; of equal ones the first.
std::vector<uint8_t> ReferenceBest(const uint8_t* row, const uint8_t* previous, size_t size, size_t pixel_bytes) {
  std::vector<uint8_t> best;
  long best_sum = -1;
  for (int type = 0; type < 5; ++type) {
    const std::vector<uint8_t> filtered = ReferenceFilter(type, row, previous, size, pixel_bytes);
    long sum = 0;
    for (size_t i = 1; i < filtered.size(); ++i) sum += std::abs(static_cast<int8_t>(filtered[i]));
    if (best_sum < 0 || sum < best_sum) {
      best_sum = sum;
      best = filtered;
    }
  }
  return best;
}

struct PaddedRow {
  explicit PaddedRow(size_t size) : bytes(size + 2 * kRowPadding) {}
  uint8_t* row() { return bytes.data() + kRowPadding; }
  std::vector<uint8_t> bytes;
};

// `noise` 256 gives random bytes; less gives rows that some filter predicts well.
void ExpectLikeReference(size_t size, size_t pixel_bytes, int noise, int slope_x, int slope_y, std::mt19937& random) {
  PaddedRow row(size);
  PaddedRow previous(size);
  for (size_t i = 0; i < size; ++i) {
    row.row()[i] = static_cast<uint8_t>(random() % noise + i / pixel_bytes * slope_x + slope_y);
    previous.row()[i] = static_cast<uint8_t>(random() % noise + i / pixel_bytes * slope_x);
  }
  for (size_t i = 0; i < kRowPadding; ++i) row.row()[size + i] = previous.row()[size + i] = random();
  std::vector<uint8_t> out(1 + size + kRowPadding);
  FilterRow(row.row(), previous.row(), size, pixel_bytes, out.data());
  out.resize(1 + size);
  ASSERT_EQ(out, ReferenceBest(row.row(), previous.row(), size, pixel_bytes))
      << "size " << size << " pixel " << pixel_bytes << " noise " << noise << " slopes " << slope_x << ' ' << slope_y;
}

TEST(PngFilter, LikeTheStandardOnEveryInstructionSet) {
  const int64_t supported = hwy::SupportedTargets();
  for (int64_t rest = supported; rest != 0; rest &= rest - 1) {
    const int64_t target = rest & -rest;
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::GetChosenTarget().Update(target);
    std::mt19937 random(1);
    for (const size_t pixel_bytes : {1, 2, 3, 6}) {
      for (size_t pixels = 1; pixels < 140; pixels += pixels < 70 ? 1 : 23) {
        for (const int noise : {1, 2, 9, 256}) {
          const int slope_x = random() % 5;
          const int slope_y = random() % 9;
          ExpectLikeReference(pixels * pixel_bytes, pixel_bytes, noise, slope_x, slope_y, random);
        }
      }
    }
  }
  hwy::GetChosenTarget().Update(supported);
}

// All 2^24 neighbourhoods would take long; every pair of differences that can tie or saturate does not.
TEST(PngFilter, PaethAtItsEdges) {
  const int kValues[] = {0, 1, 2, 3, 63, 64, 126, 127, 128, 129, 191, 253, 254, 255};
  for (const int a : kValues) {
    for (const int b : kValues) {
      for (const int c : kValues) {
        // Eight pixels of (a, predicted exactly): Paeth's sum is the least or ties with an earlier filter's.
        PaddedRow row(2);
        PaddedRow previous(2);
        row.row()[0] = a;
        row.row()[1] = Predict(4, a, b, c);
        previous.row()[0] = c;
        previous.row()[1] = b;
        std::vector<uint8_t> out(1 + 2 + kRowPadding);
        FilterRow(row.row(), previous.row(), 2, 1, out.data());
        out.resize(3);
        ASSERT_EQ(out, ReferenceBest(row.row(), previous.row(), 2, 1)) << a << ' ' << b << ' ' << c;
      }
    }
  }
}

}  // namespace
}  // namespace vitrine::encode
