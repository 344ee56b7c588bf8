#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "fetch/demo_phantoms.h"
#include "fetch/phantom_math.h"

namespace vitrine::fetch {
namespace {

using phantom::Ellipse;
using phantom::Inside;
using phantom::SmoothNoise;

constexpr float kPi = 3.14159265f;
constexpr float kHalfAngle = 0.72f;  // Of the sector, in radians.

using Color = std::array<float, 3>;

struct Beat {
  float contraction;  // 0 at rest to 1 in systole.
  float inflow;       // 0 to 1: the valve is open and blood streams in, towards the transducer.
  float outflow;      // 0 to 1: blood leaves, away from the transducer.
  float phase;
};

Beat BeatAt(float phase) {
  const float systole = std::clamp(std::sin(kPi * phase / 0.42f), 0.0f, 1.0f) * (phase < 0.42f ? 1.0f : 0.0f);
  const float early = std::exp(-std::pow((phase - 0.56f) / 0.07f, 2.0f));
  const float late = 0.6f * std::exp(-std::pow((phase - 0.88f) / 0.05f, 2.0f));
  return {systole, std::min(1.0f, early + late), systole, phase};
}

// Brightness of the tissue at a point of the sector: `u` across (-1 to 1, right positive), `v` down (0 to 1).
float Echo(float u, float v, const Beat& beat) {
  const float squeeze = 1 - 0.22f * beat.contraction;
  // The left ventricle lies to the right of the picture, its apex at the top.
  const float left = Ellipse(u, v, 0.13f, 0.40f, 0.145f * squeeze, 0.235f * (1 - 0.08f * beat.contraction));
  const float right = Ellipse(u, v, -0.16f, 0.44f, 0.105f * squeeze, 0.20f);
  const float atria = std::min(Ellipse(u, v, 0.14f, 0.79f, 0.14f, 0.11f * (1 + 0.15f * beat.contraction)),
                               Ellipse(u, v, -0.14f, 0.77f, 0.12f, 0.10f));
  const float chambers = std::min({left, right, atria});
  const float muscle = Ellipse(u, v, 0.0f, 0.54f, 0.37f, 0.47f);
  float echo = 0.30f;  // Lung and soft tissue around the heart.
  echo += (0.52f - echo) * Inside(muscle, 0.02f);
  echo += 0.42f * std::exp(-std::pow(muscle / 0.012f, 2.0f));  // The bright pericardium.
  echo += (0.045f - echo) * Inside(chambers, 0.018f);
  echo += 0.25f * std::exp(-std::pow((chambers - 0.008f) / 0.007f, 2.0f));  // Endocardium.
  // The two leaflets of the mitral valve swing towards the apex when it opens.
  for (const float side : {-1.0f, 1.0f}) {
    const float hinge_u = 0.13f + side * 0.105f, hinge_v = 0.645f;
    const float tip_u = 0.13f + side * (0.004f + 0.075f * beat.inflow), tip_v = 0.635f - 0.085f * beat.inflow;
    const float leaflet = phantom::Tube({u, v, 0}, {hinge_u, hinge_v, 0}, {tip_u, tip_v, 0}, 0.006f);
    echo = std::max(echo, 0.85f * Inside(leaflet, 0.012f));
  }
  const float near_field = std::exp(-v / 0.035f);
  return std::max(echo, 0.8f * near_field);
}

// Velocity in the colour box in [-1, 1], towards the transducer positive; 0 where no flow is shown.
float Flow(float u, float v, const Beat& beat) {
  const float jet = Ellipse(u, v, 0.13f, 0.52f, 0.055f, 0.19f);
  const float away = Ellipse(u, v, 0.055f, 0.55f, 0.045f, 0.16f);
  const float towards = beat.inflow * std::clamp(-jet / 0.05f, 0.0f, 1.0f);
  const float outwards = beat.outflow * std::clamp(-away / 0.04f, 0.0f, 1.0f);
  const float swirl = 1 + 0.35f * SmoothNoise({u * 40, v * 40 + beat.phase * 30, beat.phase * 8});
  return std::clamp((towards - outwards) * swirl, -1.0f, 1.0f);
}

// Dark red to yellow towards the transducer, dark blue to cyan away from it.
Color FlowColor(float velocity) {
  const float speed = std::fabs(velocity);
  const float strong = 90 + 165 * speed;
  const float bright = 230 * std::max(0.0f, speed - 0.45f) / 0.55f;
  return velocity > 0 ? Color{strong, bright, 0} : Color{0, bright, strong};
}

void Put(absl::Span<uint8_t> rgb, size_t pixel, const Color& color) {
  for (size_t i = 0; i < 3; ++i) rgb[3 * pixel + i] = static_cast<uint8_t>(std::clamp(color[i], 0.0f, 255.0f));
}

void DrawSector(int rows, int columns, const Beat& beat, absl::Span<uint8_t> rgb) {
  const float apex_x = 0.47f * static_cast<float>(columns), apex_y = 0.045f * static_cast<float>(rows);
  const float reach = 0.84f * static_cast<float>(rows);
  const int frame = static_cast<int>(beat.phase * 1000);
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      const float dx = static_cast<float>(x) - apex_x, dy = static_cast<float>(y) - apex_y;
      const float distance = std::sqrt(dx * dx + dy * dy) / reach;
      if (dy <= 0 || distance > 1 || distance < 0.035f || std::fabs(dx) > dy * std::tan(kHalfAngle)) continue;
      const float angle = std::atan2(dx, dy);
      const float u = dx / reach, v = dy / reach;
      // Speckle lies along the beams: fine in depth, wider from beam to beam. The muscle takes it along.
      const float shift = 1.5f * beat.contraction * Inside(Ellipse(u, v, 0, 0.54f, 0.4f, 0.5f), 0.1f);
      const phantom::Point grain = {angle * 105 + shift, distance * 170 - shift, 0.03f * static_cast<float>(frame % 7)};
      const float a = SmoothNoise(grain), b = SmoothNoise(phantom::Moved(grain, 57, 91, 0));
      const float speckle = std::sqrt(a * a + b * b);
      const float gain = 1 - 0.35f * distance * distance;
      const float level = Echo(u, v, beat) * gain * (0.25f + 1.35f * speckle);
      const float velocity = v > 0.28f && v < 0.76f && std::fabs(u - 0.1f) < 0.2f ? Flow(u, v, beat) : 0.0f;
      const float grey = 255 * std::pow(std::clamp(level, 0.0f, 1.0f), 0.8f);
      const size_t pixel = static_cast<size_t>(y) * columns + x;
      if (std::fabs(velocity) > 0.12f && grey < 120) {
        Put(rgb, pixel, FlowColor(velocity));
      } else {
        Put(rgb, pixel, {grey, grey, grey * 1.02f});
      }
    }
  }
}

void FillBox(int columns, int left, int top, int width, int height, const Color& color, absl::Span<uint8_t> rgb) {
  for (int y = top; y < top + height; ++y) {
    for (int x = left; x < left + width; ++x) Put(rgb, static_cast<size_t>(y) * columns + x, color);
  }
}

// Height of an electrocardiogram's line at a phase of the beat, about -0.2 to 1.
float Ecg(float phase) {
  const auto bump = [phase](float at, float width, float height) {
    return height * std::exp(-std::pow((phase - at) / width, 2.0f));
  };
  return bump(0.90f, 0.025f, 0.14f) + bump(0.985f, 0.008f, -0.12f) + bump(0.0f, 0.01f, 0.9f) + bump(1.0f, 0.01f, 0.9f) +
         bump(0.025f, 0.01f, -0.2f) + bump(0.30f, 0.045f, 0.24f);
}

void DrawScales(int rows, int columns, const Beat& beat, absl::Span<uint8_t> rgb) {
  const int bar_left = columns - 40, bar_top = rows / 16, bar_height = rows / 4;
  for (int i = 0; i < bar_height; ++i) {
    const float t = 1 - static_cast<float>(i) / static_cast<float>(bar_height);
    FillBox(columns, bar_left, bar_top + i, 14, 1, {255 * t, 255 * t, 255 * t}, rgb);
    FillBox(columns, bar_left, bar_top + bar_height + 24 + i, 14, 1, FlowColor(2 * t - 1), rgb);
  }
  // Depth: a tick each centimetre of 16, a longer one each fifth.
  for (int centimetre = 0; centimetre <= 16; ++centimetre) {
    const int y = static_cast<int>((0.045f + 0.84f * static_cast<float>(centimetre) / 16) * static_cast<float>(rows));
    const int width = centimetre % 5 == 0 ? 12 : 6;
    FillBox(columns, columns - 72 - width, y, width, 1, {170, 170, 170}, rgb);
  }
  // Two beats of the electrocardiogram with a mark at the frame's time.
  const int base = rows - 14;
  const int span = columns * 3 / 5, start = columns / 6;
  int previous = base;
  for (int x = 0; x < span; ++x) {
    const float phase = std::fmod(2 * static_cast<float>(x) / static_cast<float>(span), 1.0f);
    const int y = base - static_cast<int>(26 * Ecg(phase));
    FillBox(columns, start + x, std::min(y, previous), 1, std::abs(y - previous) + 1, {60, 220, 90}, rgb);
    previous = y;
  }
  const int cursor = start + static_cast<int>(static_cast<float>(span) * (0.5f + 0.5f * beat.phase));
  FillBox(columns, cursor, base - 32, 2, 40, {255, 170, 40}, rgb);
  // The transducer's side mark, to the right of the sector's tip.
  for (int i = 0; i < 14; ++i) FillBox(columns, columns * 55 / 100 + i / 2, 10 + i, 14 - i, 1, {90, 190, 255}, rgb);
}

}  // namespace

void UsFrame(int rows, int columns, float phase, absl::Span<uint8_t> rgb) {
  std::fill(rgb.begin(), rgb.end(), uint8_t{0});
  const Beat beat = BeatAt(phase);
  DrawSector(rows, columns, beat, rgb);
  DrawScales(rows, columns, beat, rgb);
}

}  // namespace vitrine::fetch
