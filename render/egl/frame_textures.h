#ifndef VITRINE_RENDER_EGL_FRAME_TEXTURES_H_
#define VITRINE_RENDER_EGL_FRAME_TEXTURES_H_

// Frames on the device, so that changing a window or a zoom uploads nothing.

#include <cstdint>
#include <list>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "image/frame.h"
#include "render/egl/gl_objects.h"

namespace vitrine::render::egl {

// The sampler type that reads stored values of `type`: "usampler2D", "isampler2D" or "sampler2D".
const char* SamplerOf(image::SampleType type);

// Least recently used first out, by a byte budget. Knows a frame by its address for as long as some shared_ptr keeps it
// alive; frames are immutable. GL thread only.
class FrameTextures {
 public:
  explicit FrameTextures(uint64_t budget_bytes) : budget_bytes_(budget_bytes) {}

  // The texture of the whole frame, stored values unchanged; it stays valid while the caller holds it. A frame over the
  // budget is uploaded and not kept.
  absl::StatusOr<std::shared_ptr<const GlObject>> Get(const GlApi& gl,
                                                      const std::shared_ptr<const image::Frame>& frame);

  void Clear();

 private:
  struct Entry {
    const image::Frame* key;
    std::weak_ptr<const image::Frame> frame;
    std::shared_ptr<const GlObject> texture;
    uint64_t bytes;
  };
  using Entries = std::list<Entry>;

  void Erase(Entries::iterator entry);
  void EraseExpired();

  const uint64_t budget_bytes_;
  uint64_t bytes_ = 0;
  Entries entries_;  // Most recently used first.
  absl::flat_hash_map<const image::Frame*, Entries::iterator> index_;
};

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_FRAME_TEXTURES_H_
