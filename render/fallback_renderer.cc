#include "render/fallback_renderer.h"

namespace vitrine::render {

absl::StatusOr<image::Raster> FallbackRenderer::Render(const RenderJob& job, const Operation& operation) {
  absl::StatusOr<image::Raster> raster = first_->Render(job, operation);
  if (!absl::IsResourceExhausted(raster.status())) return raster;
  on_fallback_(raster.status());
  return second_->Render(job, operation);
}

absl::StatusOr<image::Raster> FallbackRenderer::RenderVolume(const VolumeJob& job, const Operation& operation) {
  absl::StatusOr<image::Raster> raster = first_->RenderVolume(job, operation);
  if (!absl::IsResourceExhausted(raster.status())) return raster;
  on_fallback_(raster.status());
  return second_->RenderVolume(job, operation);
}

}  // namespace vitrine::render
