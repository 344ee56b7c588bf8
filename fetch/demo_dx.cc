#include <algorithm>
#include <cmath>
#include <vector>

#include "fetch/demo_phantoms.h"
#include "fetch/phantom_math.h"

namespace vitrine::fetch {
namespace {

using phantom::Ellipse;
using phantom::Inside;
using phantom::Noise;
using phantom::Point;
using phantom::SmoothNoise;
using phantom::Tube;

// The anatomy has no detail below a few pixels: it is computed on a grid this much coarser and interpolated.
constexpr int kCoarse = 3;

// How much a smooth body of half-width `edge` thins out towards its outline: 1 well inside, 0 outside.
float Bulk(float distance, float edge) {
  const float t = std::clamp(-distance / edge, 0.0f, 1.0f);
  return std::sqrt(1 - (1 - t) * (1 - t));
}

// The back parts of the ribs fall outwards gently, the front parts steeply; together they cross.
float Ribs(float x, float y) {
  const float ax = std::fabs(x);
  const float cage = Ellipse(x, y, 0, 0.52f, 0.345f - 0.05f * std::max(0.0f, 0.4f - y), 0.44f);
  if (cage > 0.01f) return 0;
  float sum = 0;
  const auto add = [&](float curve, float period, float width, float strength) {
    const float t = std::fabs(curve - period * std::floor(curve / period) - period / 2) - width;
    sum += strength * (Inside(t, 0.006f) * 0.55f + 0.6f * std::exp(-std::pow(t / 0.0035f, 2.0f)));
  };
  if (ax > 0.035f) add(y - 0.55f * ax + 1.1f * ax * ax + 1, 0.072f, 0.0145f, 0.16f);
  if (ax > 0.11f) add(y + 0.95f * (ax - 0.36f) + 1, 0.082f, 0.0135f, 0.09f);
  return sum * std::clamp(-cage / 0.015f, 0.0f, 1.0f);
}

// Radiation absorbed at a point of the film, in units of attenuation; x from -0.5 (the patient's right) to 0.5, y from
// 0 at the top to 1.
float Attenuation(float x, float y) {
  const float ax = std::fabs(x);
  const Point side = {ax, y, 0};
  const float shoulders = Tube(side, {0.05f, 0.24f, 0}, {0.40f, 0.27f, 0}, 0.10f);
  const float trunk = std::min(Ellipse(x, y, 0, 0.72f, 0.415f, 0.66f), shoulders);
  const float neck = std::max(ax - 0.105f + 0.02f * std::sin(y * 20), y - 0.3f);
  const float arm = Tube(side, {0.40f, 0.27f, 0}, {0.52f, 0.62f, 0}, 0.075f);
  float sum = 1.25f * Bulk(std::min(trunk, neck), 0.12f) + 0.55f * Bulk(arm, 0.07f);
  // The lungs take away; the right diaphragm stands higher, the heart lies to the left.
  const float floor_height =
      x < 0 ? 0.735f + 1.6f * (x + 0.17f) * (x + 0.17f) : 0.765f + 1.7f * (x - 0.18f) * (x - 0.18f);
  const float lung =
      std::max(std::min(Ellipse(x, y, -0.165f, 0.56f, 0.145f, 0.375f), Ellipse(x, y, 0.165f, 0.57f, 0.142f, 0.375f)),
               y - floor_height);
  sum -= 0.82f * Bulk(lung, 0.07f);
  const float heart =
      std::min(Ellipse(x, y, 0.055f, 0.655f, 0.135f, 0.115f), Ellipse(x, y, 0.01f, 0.55f, 0.072f, 0.12f));
  sum +=
      0.55f * Bulk(heart, 0.09f) + 0.22f * Bulk(Ellipse(x, y, 0.048f, 0.415f, 0.042f, 0.042f), 0.04f);  // Aortic knob.
  sum += 0.18f * std::exp(-std::pow(x / 0.05f, 2.0f)) * (y > 0.2f ? 1.0f : 0.6f);
  // Hila and vessels, finer to the outside.
  if (lung < 0) {
    const float hilum = std::exp(-std::pow(std::hypot(ax - 0.085f, (y - 0.525f) * 0.8f) / 0.06f, 2.0f));
    const float tangle =
        std::fabs(SmoothNoise({x * 38, y * 38, 1})) + 0.7f * std::fabs(SmoothNoise({x * 75, y * 75, 2}));
    const float reach = std::exp(-std::pow(std::hypot(ax - 0.09f, y - 0.54f) / 0.17f, 2.0f));
    sum += 0.14f * hilum + 0.10f * reach * std::max(0.0f, 0.55f - tangle);
  }
  // Air in the trachea, gas in the stomach below the left diaphragm.
  sum -= 0.20f * Inside(std::max(ax - 0.021f, y - 0.475f), 0.02f);
  sum -= 0.30f * Bulk(Ellipse(x, y, 0.15f, 0.845f, 0.075f, 0.045f), 0.03f);
  // Spine with its discs, clavicles, shoulder blades, upper arms.
  const float level = std::fabs(y / 0.052f - std::floor(y / 0.052f) - 0.5f);
  sum += Inside(ax - 0.036f, 0.012f) * (0.20f + 0.10f * Inside(level - 0.4f, 0.08f));
  const float clavicle =
      Tube({ax, y - 0.12f * ax * std::sin(ax * 14), 0}, {0.03f, 0.325f, 0}, {0.29f, 0.245f, 0}, 0.0135f);
  sum += 0.20f * Inside(clavicle, 0.008f) + 0.12f * std::exp(-std::pow(clavicle / 0.004f, 2.0f));
  const float blade = Tube(side, {0.30f, 0.29f, 0}, {0.27f, 0.50f, 0}, 0.035f);
  sum += 0.10f * Inside(blade, 0.01f) + 0.06f * std::exp(-std::pow(blade / 0.004f, 2.0f));
  const float humerus = Tube(side, {0.385f, 0.295f, 0}, {0.475f, 0.65f, 0}, 0.027f);
  const float head = std::min(humerus, Ellipse(ax, y, 0.375f, 0.285f, 0.045f, 0.045f));
  sum += 0.24f * Inside(head, 0.012f) + 0.10f * std::exp(-std::pow(head / 0.005f, 2.0f));
  return std::max(0.0f, sum + Ribs(x, y));
}

struct Grid {
  int rows;
  int columns;
  std::vector<float> values;

  float At(float row, float column) const {
    const int r = std::min(static_cast<int>(row), rows - 2), c = std::min(static_cast<int>(column), columns - 2);
    const float tr = row - static_cast<float>(r), tc = column - static_cast<float>(c);
    const float* top = &values[static_cast<size_t>(r) * columns + c];
    const float* bottom = top + columns;
    return (1 - tr) * ((1 - tc) * top[0] + tc * top[1]) + tr * ((1 - tc) * bottom[0] + tc * bottom[1]);
  }
};

Grid CoarseAnatomy(int rows, int columns) {
  Grid grid{rows / kCoarse + 2, columns / kCoarse + 2, {}};
  grid.values.resize(static_cast<size_t>(grid.rows) * grid.columns);
  for (int r = 0; r < grid.rows; ++r) {
    for (int c = 0; c < grid.columns; ++c) {
      const float y = static_cast<float>(r * kCoarse) / static_cast<float>(rows);
      const float x = static_cast<float>(c * kCoarse) / static_cast<float>(columns) - 0.5f;
      grid.values[static_cast<size_t>(r) * grid.columns + c] = Attenuation(x, y);
    }
  }
  return grid;
}

// The gauge: groups of lead bars 6, 5, 4, 3, 2 and 1 pixels wide, upright and lying, on a plate near the lower left
// corner; then the letter L. Whether there is lead at a pixel.
bool IsLead(int rows, int columns, int row, int column) {
  const int left = columns / 24, top = rows - rows / 7;
  int x = column - left;
  const int y = row - top;
  for (const int width : {6, 5, 4, 3, 2, 1}) {
    const int group = 10 * width;  // Five bars and five gaps.
    if (x >= 0 && x < group - width && y >= 0 && y < 100) return x / width % 2 == 0;
    if (x >= 0 && x < 60 && y >= 120 && y < 120 + group - width) return (y - 120) / width % 2 == 0;
    x -= 80;
  }
  const float unit = static_cast<float>(columns) / 75;
  const float letter = phantom::LetterL((static_cast<float>(column) - 0.91f * static_cast<float>(columns)) / unit,
                                        (static_cast<float>(row) - 0.05f * static_cast<float>(rows)) / unit);
  return letter < 0;
}

}  // namespace

void DxImage(int rows, int columns, absl::Span<uint16_t> samples) {
  const Grid anatomy = CoarseAnatomy(rows, columns);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      float attenuation = anatomy.At(static_cast<float>(row) / kCoarse, static_cast<float>(column) / kCoarse);
      if (IsLead(rows, columns, row, column)) attenuation += 0.8f;
      // A detector's logarithmic scale; fewer photons make more noise.
      const float signal = 3900 - 1750 * attenuation + (10 + 9 * attenuation) * Noise(column, row, 77);
      samples[static_cast<size_t>(row) * columns + column] = static_cast<uint16_t>(std::clamp(signal, 0.0f, 4095.0f));
    }
  }
}

}  // namespace vitrine::fetch
