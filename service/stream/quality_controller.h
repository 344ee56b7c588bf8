#ifndef VITRINE_SERVICE_STREAM_QUALITY_CONTROLLER_H_
#define VITRINE_SERVICE_STREAM_QUALITY_CONTROLLER_H_

// How large and how good the pictures of a moving view are, so that they keep their rate.

#include <array>
#include <cstdint>

#include "absl/time/time.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// What one picture took.
struct FrameCost {
  absl::Duration compute;   // In the queue, rendering and encoding; zero where a cache answered.
  absl::Duration delivery;  // From its hand-over to the transport until that took it.
  uint64_t bytes = 0;
  int width = 0;  // Of the picture, pixels.
  int height = 0;
};

// Predicts what a picture would cost from what the last ones did, for each kind of view by itself, and takes the best
// of a ladder of levels whose cost is below the budget. The best level is the picture that was asked for; the next ones
// are JPEG of falling quality, then of falling size, volumes at their moving level, without cubic interpolation. A
// better level needs some room, so that pictures do not go back and forth between two.
//
// Deterministic; not thread-safe.
class QualityController {
 public:
  // The request to render instead of `full`, which is canonical, so that render, encode and delivery take `budget`.
  // Equal to `full` where that is possible.
  v1::RenderRequest Choose(const v1::RenderRequest& full, absl::Duration budget);

  // `rendered` is canonical and what Choose() gave, or what was asked for.
  void Observe(const v1::RenderRequest& rendered, const FrameCost& cost);

 private:
  // Exponential average; zero until the first value.
  struct Average {
    double value = 0;
    void Add(double sample) { value = value == 0 ? sample : value + 0.4 * (sample - value); }
  };
  // A line through samples, of which the newest count most; through (0, 0) as long as all are at one place, but for a
  // share that is taken to be fixed.
  class Line {
   public:
    void Add(double x, double y);
    bool known() const { return weight_ > 0; }
    double At(double x) const;

   private:
    double weight_ = 0;  // Sums over the samples.
    double x_ = 0;
    double y_ = 0;
    double xx_ = 0;
    double xy_ = 0;
  };
  struct Model {
    int level = -1;            // The last one chosen; -1: none.
    Line seconds;              // By pixels, of JPEG; at the moving level of volumes.
    Line full_seconds;         // Of volumes that are not at their moving level.
    Average bytes_per_pixel;   // As of quality 80.
    double natural_width = 0;  // Of the picture for an output without a size; 0: unknown.
    double natural_height = 0;
  };

  Model& ModelOf(const v1::View& view);
  v1::RenderRequest AtLevel(const v1::RenderRequest& full, const Model& model, int level) const;
  double PredictedSeconds(const v1::RenderRequest& request, const Model& model) const;

  std::array<Model, 3> models_;  // Frames, slices, volumes.
  Average seconds_per_byte_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_STREAM_QUALITY_CONTROLLER_H_
