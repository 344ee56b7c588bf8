#include "render/egl/transfer_table.h"

#include <algorithm>
#include <limits>

namespace vitrine::render::egl {
namespace {

using image::TransferFunction;

constexpr float kFarthest = std::numeric_limits<float>::max();
// Stored values beyond this cannot be told apart in what follows and would overflow it.
constexpr double kLargestStored = 1e37;

// Linear from one point to the next; constant where both are the same.
struct Piece {
  TransferFunction::Point from;
  TransferFunction::Point to;
};

std::vector<Piece> PiecesOf(const TransferFunction& function) {
  std::vector<Piece> pieces = {{function.points.front(), function.points.front()}};
  for (size_t i = 1; i < function.points.size(); ++i) pieces.push_back({function.points[i - 1], function.points[i]});
  pieces.push_back({function.points.back(), function.points.back()});
  return pieces;
}

void AppendSegment(const Piece& piece, double start, double end, float visible_from, std::vector<float>& values) {
  const double length = end - start;
  const auto add = [&](double value) { values.push_back(static_cast<float>(value)); };
  add(start);
  add(length > 0 ? std::min(1 / length, kLargestStored) : 0);
  values.push_back(visible_from);
  add(0);
  for (const double value : {piece.from.red, piece.from.green, piece.from.blue, piece.from.opacity}) add(value);
  add(piece.to.red - piece.from.red);
  add(piece.to.green - piece.from.green);
  add(piece.to.blue - piece.from.blue);
  add(piece.to.opacity - piece.from.opacity);
}

void SetBuckets(const std::vector<double>& starts, TransferTable& table) {
  const double origin = starts.front();
  const double span = std::max(starts.back() - origin, 1e-30);
  table.origin = static_cast<float>(origin);
  table.scale = static_cast<float>(std::min(TransferTable::kBuckets / span, kLargestStored));
  for (int b = 0; b < TransferTable::kBuckets; ++b) {
    // A bucket early, against rounding in the shader: it steps forwards, never back.
    const double edge = origin + (b - 1) / static_cast<double>(table.scale);
    const auto after = std::upper_bound(starts.begin() + 1, starts.end(), edge);
    table.buckets.push_back(static_cast<int32_t>(after - starts.begin()) - 1);
  }
}

}  // namespace

TransferTable TabulateTransfer(const TransferFunction& function, const image::Rescale& rescale) {
  const auto stored = [&](double value) {
    return std::clamp((value - rescale.intercept) / rescale.slope, -kLargestStored, kLargestStored);
  };
  const std::vector<Piece> pieces = PiecesOf(function);
  std::vector<float> visible_from(pieces.size());
  std::vector<double> starts(pieces.size());
  float next = kFarthest;  // Where the nearest segment from here on that shows anything begins.
  for (size_t i = pieces.size(); i-- > 0;) {
    const bool visible = pieces[i].from.opacity > 0 || pieces[i].to.opacity > 0;
    starts[i] = stored(pieces[i].from.value);
    visible_from[i] = visible ? -kFarthest : next;
    if (visible) next = static_cast<float>(starts[i]);
  }
  TransferTable table;
  for (size_t i = 0; i < pieces.size(); ++i) {
    AppendSegment(pieces[i], starts[i], stored(pieces[i].to.value), visible_from[i], table.segments);
  }
  SetBuckets(starts, table);
  return table;
}

}  // namespace vitrine::render::egl
