#include "dicom/volume_geometry.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::dicom {
namespace {

using image::Vector3;

constexpr double kSamePositionMm = 1e-3;
constexpr double kSamePositionShare = 0.01;
constexpr double kLineMm = 0.1;
constexpr double kLineShare = 0.25;
constexpr double kEvenMm = 0.05;
constexpr double kEvenShare = 0.1;
constexpr double kMissingFactor = 1.5;
constexpr int kMaxResampling = 4;
// Planes that advance at more than 60 degrees from their normal are no stack: gantries tilt by 30.
constexpr double kLeastAdvance = 0.5;
// Of a slice's width: the arithmetic's own error, not the data's.
constexpr double kRounding = 1e-6;

absl::Status Refused(absl::string_view reason) { return MakeError(ErrorCategory::kInvalidRequest, reason); }

bool Near(const Vector3& a, const Vector3& b, double tolerance) {
  return std::abs(a.x - b.x) <= tolerance && std::abs(a.y - b.y) <= tolerance && std::abs(a.z - b.z) <= tolerance;
}

Vector3 NormalOf(const VolumeFrame& frame) {
  return image::Normalized(Cross(*frame.row_direction, *frame.column_direction));
}

// Along the normal, mm; ascending with `order`.
struct Sorted {
  std::vector<int> order;
  std::vector<double> heights;

  size_t size() const { return order.size(); }
  double extent() const { return heights.back() - heights.front(); }
};

Sorted SortAlong(const Vector3& normal, absl::Span<const VolumeFrame> frames) {
  Sorted sorted;
  sorted.order.resize(frames.size());
  std::iota(sorted.order.begin(), sorted.order.end(), 0);
  std::vector<double> heights(frames.size());
  for (size_t i = 0; i < frames.size(); ++i) heights[i] = Dot(*frames[i].position, normal);
  std::stable_sort(sorted.order.begin(), sorted.order.end(), [&](int a, int b) { return heights[a] < heights[b]; });
  for (const int i : sorted.order) sorted.heights.push_back(heights[i]);
  return sorted;
}

int CountShared(const Sorted& sorted) {
  if (sorted.size() < 2) return 0;
  const double mean = sorted.extent() / static_cast<double>(sorted.size() - 1);
  const double least = std::max(kSamePositionMm, kSamePositionShare * mean);
  int shared = 0;
  for (size_t i = 1; i < sorted.size(); ++i) shared += sorted.heights[i] - sorted.heights[i - 1] < least ? 1 : 0;
  return shared;
}

bool IsOnLine(absl::Span<const VolumeFrame> frames, const Sorted& sorted) {
  const Vector3 first = *frames[sorted.order.front()].position;
  const Vector3 line = *frames[sorted.order.back()].position - first;
  const std::array<double, 2>& spacing = *frames[0].PixelSpacing;
  const double tolerance = std::min(kLineMm, kLineShare * std::min(spacing[0], spacing[1]));
  for (size_t i = 0; i < sorted.size(); ++i) {
    const double share = (sorted.heights[i] - sorted.heights[0]) / sorted.extent();
    if (Length(*frames[sorted.order[i]].position - first - share * line) > tolerance) return false;
  }
  return true;
}

bool HasMissing(const std::vector<double>& gaps) {
  if (gaps.size() < 2) return false;
  for (size_t i = 0; i < gaps.size(); ++i) {
    const double before = i > 0 ? gaps[i - 1] : gaps[i + 1];
    const double after = i + 1 < gaps.size() ? gaps[i + 1] : gaps[i - 1];
    if (gaps[i] > kMissingFactor * std::max(before, after)) return true;
  }
  return false;
}

bool IsEven(const Sorted& sorted) {
  const double mean = sorted.extent() / static_cast<double>(sorted.size() - 1);
  const double tolerance = std::min(kEvenMm, kEvenShare * mean) + kRounding * mean;
  for (size_t i = 0; i < sorted.size(); ++i) {
    const double even = sorted.heights.front() + static_cast<double>(i) * mean;
    if (std::abs(sorted.heights[i] - even) > tolerance) return false;
  }
  return true;
}

// Fills in places and the number of slices.
absl::Status Place(const Sorted& sorted, SliceStack& stack) {
  std::vector<double> gaps;
  for (size_t i = 1; i < sorted.size(); ++i) gaps.push_back(sorted.heights[i] - sorted.heights[i - 1]);
  if (HasMissing(gaps)) return Refused("slices are missing between them");
  if (IsEven(sorted)) {
    stack.lattice.slices = static_cast<int>(sorted.size());
    stack.places.resize(sorted.size());
    std::iota(stack.places.begin(), stack.places.end(), 0.0);
    return absl::OkStatus();
  }
  const double steps = std::ceil(sorted.extent() / *std::min_element(gaps.begin(), gaps.end()) - kRounding);
  if (steps + 1 > kMaxResampling * static_cast<double>(sorted.size())) {
    return Refused("the distances between the slices are too uneven");
  }
  stack.lattice.slices = static_cast<int>(steps) + 1;
  for (const double height : sorted.heights) {
    const double place = (height - sorted.heights.front()) / sorted.extent() * steps;
    const double whole = std::round(place);
    stack.places.push_back(std::abs(place - whole) < kRounding ? whole : place);
  }
  return absl::OkStatus();
}

bool IsOrthonormal(const VolumeFrame& frame) {
  const Vector3& row = *frame.row_direction;
  const Vector3& column = *frame.column_direction;
  return std::abs(Length(row) - 1) <= kOrthogonalityTolerance &&
         std::abs(Length(column) - 1) <= kOrthogonalityTolerance &&
         std::abs(Dot(row, column)) <= kOrthogonalityTolerance;
}

}  // namespace

bool SameGrid(const VolumeFrame& a, const VolumeFrame& b) {
  const auto near = [](double p, double q) { return std::abs(p - q) <= kSpacingTolerance * q; };
  return Near(*a.row_direction, *b.row_direction, kDirectionTolerance) &&
         Near(*a.column_direction, *b.column_direction, kDirectionTolerance) &&
         near((*a.PixelSpacing)[0], (*b.PixelSpacing)[0]) && near((*a.PixelSpacing)[1], (*b.PixelSpacing)[1]);
}

int CountSharedPositions(absl::Span<const VolumeFrame> frames) {
  if (frames.empty() || !IsOrthonormal(frames[0])) return 0;
  return CountShared(SortAlong(NormalOf(frames[0]), frames));
}

absl::StatusOr<SliceStack> StackSlices(absl::Span<const VolumeFrame> frames) {
  const VolumeFrame& grid = frames[frames.size() / 2];
  if (!IsOrthonormal(grid)) return Refused("the directions of rows and columns are not perpendicular unit vectors");
  if (frames.size() < 2) return Refused("a single slice forms no volume");
  const Vector3 normal = NormalOf(grid);
  const Sorted sorted = SortAlong(normal, frames);
  if (CountShared(sorted) > 0) return Refused("several of them lie at the same position");
  if (!IsOnLine(frames, sorted)) return Refused("their positions do not lie on a line");
  const Vector3 first = *frames[sorted.order.front()].position;
  const Vector3 line = *frames[sorted.order.back()].position - first;
  if (Dot(normal, line) < kLeastAdvance * Length(line)) return Refused("the slices are shifted too far sideways");

  SliceStack stack;
  stack.order = sorted.order;
  VITRINE_RETURN_IF_ERROR(Place(sorted, stack));
  image::Lattice& lattice = stack.lattice;
  lattice.columns = grid.instance->Columns;
  lattice.rows = grid.instance->Rows;
  lattice.origin = first;
  lattice.column_step = (*grid.PixelSpacing)[1] * Normalized(*grid.row_direction);
  lattice.row_step = (*grid.PixelSpacing)[0] * Normalized(*grid.column_direction);
  lattice.slice_step = (1.0 / (lattice.slices - 1)) * line;
  return stack;
}

}  // namespace vitrine::dicom
