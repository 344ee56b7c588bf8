#include "render/egl/egl_renderer.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "render/egl/egl_plan.h"
#include "render/egl/frame_textures.h"
#include "render/egl/passes.h"
#include "render/egl/readback.h"
#include "render/egl/volume_passes.h"
#include "render/egl/volume_plan.h"
#include "render/egl/volume_textures.h"

namespace vitrine::render {
namespace {

using egl::EglPlan;
using egl::GlApi;
using egl::PassVariant;
using egl::VolumePlan;

GLenum IntermediateFormat(int channels) { return channels == 3 ? GL_RGBA32F : GL_R32F; }

GLenum OutputFormat(int channels, int bits) {
  if (bits == 8) return channels == 3 ? GL_RGBA8UI : GL_R8UI;
  return channels == 3 ? GL_RGBA16UI : GL_R16UI;
}

absl::Status TooLarge(absl::string_view what) {
  return MakeError(ErrorCategory::kOverloaded, "The picture is too large for the graphics device.", what);
}

absl::Status CheckLimits(const EglPlan& plan, const egl::GlDeviceInfo& device, uint64_t job_bytes) {
  absl::string_view what;
  if (plan.longest_side > device.max_texture_size) what = "texture size";
  if (plan.largest_buffer > static_cast<uint64_t>(device.max_storage_bytes)) what = "storage buffer size";
  if (plan.bytes > job_bytes) what = "memory of a job";
  return what.empty() ? absl::OkStatus() : TooLarge(what);
}

absl::Status CheckLimits(const VolumeJob& job, const VolumePlan& plan, const egl::GlDeviceInfo& device,
                         const EglRendererOptions& options) {
  const image::Lattice& lattice = job.volume->lattice;
  absl::string_view what;
  if (std::max(job.width, job.height) > device.max_texture_size) what = "texture size";
  if (std::max({lattice.columns, lattice.rows, lattice.slices}) > device.max_3d_texture_size) what = "3D texture size";
  if (plan.largest_buffer > static_cast<uint64_t>(device.max_storage_bytes)) what = "storage buffer size";
  if (plan.bytes > options.job_bytes) what = "memory of a job";
  if (egl::DeviceBytes(*job.volume) > options.volume_cache_bytes) what = "memory of a volume";
  return what.empty() ? absl::OkStatus() : TooLarge(what);
}

// The rows that the job reaches, as display values.
std::vector<float> Evaluate(const RenderJob& job, const egl::Reach& rows) {
  const int columns = job.frame->columns;
  std::vector<float> values(static_cast<size_t>(columns) * rows.count);
  for (int y = 0; y < rows.count; ++y) {
    EvaluateRow(job, 0, rows.first + y, columns, values.data() + static_cast<size_t>(y) * columns);
  }
  return values;
}

// The texture that the first pass reads.
struct Source {
  std::shared_ptr<const egl::GlObject> texture;
  std::string sampler;
  int first_row = 0;  // Of the frame.
};

}  // namespace

class EglRenderer::Device {
 public:
  Device(const GlApi& gl, const EglRendererOptions& options)
      : gl_(gl),
        frames_(options.texture_cache_bytes),
        passes_(gl),
        volumes_(options.volume_cache_bytes),
        volume_passes_(gl) {
    gl.PixelStorei(GL_PACK_ALIGNMENT, 1);
    gl.PixelStorei(GL_UNPACK_ALIGNMENT, 1);
  }

  absl::Status Render(const RenderJob& job, const EglPlan& plan, const std::vector<float>& evaluated,
                      const Operation& operation, image::Raster& raster) {
    volumes_.EraseExpired();  // They are large, and the next volume may be long in coming.
    absl::Status status = Draw(job, plan, evaluated, raster);
    if (status.ok()) status = readback_.Read(gl_, output_, operation, raster);
    if (absl::IsResourceExhausted(status)) Clear();
    return status;
  }

  absl::Status RenderVolume(const VolumeJob& job, const VolumePlan& plan, const Operation& operation,
                            image::Raster& raster) {
    absl::Status status = DrawVolume(job, plan, operation, raster);
    if (status.ok()) status = readback_.Read(gl_, output_, operation, raster);
    if (absl::IsResourceExhausted(status)) Clear();
    return status;
  }

 private:
  // So that the next job has room.
  void Clear() {
    frames_.Clear();
    volumes_.Clear();
  }

  absl::Status DrawVolume(const VolumeJob& job, const VolumePlan& plan, const Operation& operation,
                          const image::Raster& raster) {
    VITRINE_ASSIGN_OR_RETURN(const auto volume, volumes_.Get(gl_, job.volume, operation));
    VITRINE_RETURN_IF_ERROR(
        output_.Prepare(gl_, OutputFormat(raster.channels, raster.bits), raster.width, raster.height));
    return volume_passes_.Draw(job, plan, *volume, output_, operation);
  }

  absl::StatusOr<Source> Upload(const RenderJob& job, const EglPlan& plan, const std::vector<float>& evaluated) {
    if (evaluated.empty()) {
      VITRINE_ASSIGN_OR_RETURN(auto texture, frames_.Get(gl_, job.frame));
      return Source{std::move(texture), egl::SamplerOf(job.frame->type), 0};
    }
    const egl::Reach& rows = plan.reach[1];
    auto texture =
        std::make_shared<const egl::GlObject>(egl::MakeTexture2D(gl_, GL_R32F, job.frame->columns, rows.count));
    gl_.TextureSubImage2D(texture->id(), 0, 0, 0, job.frame->columns, rows.count, GL_RED, GL_FLOAT, evaluated.data());
    VITRINE_RETURN_IF_ERROR(egl::CheckGl(gl_, "upload of display values"));
    return Source{std::move(texture), egl::SamplerOf(image::SampleType::kFloat32), rows.first};
  }

  absl::Status Draw(const RenderJob& job, const EglPlan& plan, const std::vector<float>& evaluated,
                    const image::Raster& raster) {
    VITRINE_ASSIGN_OR_RETURN(const Source source, Upload(job, plan, evaluated));
    VITRINE_RETURN_IF_ERROR(
        output_.Prepare(gl_, OutputFormat(raster.channels, raster.bits), raster.width, raster.height));
    egl::GlObject table;
    egl::Pass pass = FirstPass(plan, source, raster.channels, table);
    pass.bits = raster.bits;
    std::optional<egl::AxisBuffers> axes[2];
    for (const int a : plan.order) axes[a].emplace(gl_, plan.axes[a]);
    if (plan.order.size() < 2) {
      pass.variant.quantize = true;
      if (!plan.order.empty()) UseAxis(axes, plan.order[0], pass);
      return passes_.Draw(pass, output_);
    }
    return DrawTwice(plan, axes, raster, pass);
  }

  egl::Pass FirstPass(const EglPlan& plan, const Source& source, int channels, egl::GlObject& table) {
    egl::Pass pass;
    pass.variant = {source.sampler, channels, PassVariant::Tone::kNone, -1, false};
    pass.source = source.texture->id();
    if (plan.tone.kind != TonePlan::Kind::kEvaluate) {
      const bool affine = plan.tone.kind == TonePlan::Kind::kAffine;
      pass.variant.tone = affine ? PassVariant::Tone::kAffine : PassVariant::Tone::kTable;
      pass.tone = &plan.tone;
    }
    if (pass.variant.tone == PassVariant::Tone::kTable) {
      table = egl::MakeBuffer(gl_, plan.tone.table.size() * sizeof(float), plan.tone.table.data(), 0);
      pass.table = table.id();
    }
    const int start[2] = {0, source.first_row};
    for (int a = 0; a < 2; ++a) {
      const std::vector<int>& first = plan.axes[a].first;
      pass.origin[a] = first.front() - start[a];
      pass.direction[a] = first.front() <= first.back() ? 1 : -1;
    }
    pass.shift = source.first_row;
    return pass;
  }

  static void UseAxis(const std::optional<egl::AxisBuffers> (&axes)[2], int axis, egl::Pass& pass) {
    pass.variant.axis = axis;
    pass.axis = &*axes[axis];
    if (axis == 0) pass.shift = 0;  // Textures begin at column 0 of the frame.
  }

  // `pass` is what FirstPass() made. The picture in between holds, along the second axis, just the samples in reach.
  absl::Status DrawTwice(const EglPlan& plan, const std::optional<egl::AxisBuffers> (&axes)[2],
                         const image::Raster& raster, egl::Pass pass) {
    const int first = plan.order[0];
    const int second = plan.order[1];
    const egl::Reach& reach = plan.reach[second];
    int size[2] = {raster.width, raster.height};
    size[second] = reach.count;
    VITRINE_RETURN_IF_ERROR(between_.Prepare(gl_, IntermediateFormat(raster.channels), size[0], size[1]));
    pass.origin[second] = reach.first - (second == 1 ? pass.shift : 0);
    pass.direction[second] = 1;
    UseAxis(axes, first, pass);
    VITRINE_RETURN_IF_ERROR(passes_.Draw(pass, between_));

    egl::Pass last;
    last.variant = {egl::SamplerOf(image::SampleType::kFloat32), raster.channels, PassVariant::Tone::kNone, -1, true};
    last.source = between_.texture().id();
    last.bits = raster.bits;
    UseAxis(axes, second, last);
    last.shift = reach.first;
    return passes_.Draw(last, output_);
  }

  const GlApi& gl_;
  egl::FrameTextures frames_;
  egl::Passes passes_;
  egl::VolumeTextures volumes_;
  egl::VolumePasses volume_passes_;
  egl::Target between_;
  egl::Target output_;
  egl::Readback readback_;
};

EglRenderer::EglRenderer(const EglRendererOptions& options, std::unique_ptr<egl::GlContext> context)
    : options_(options),
      context_(std::move(context)),
      info_{"egl", context_->device().vendor, context_->device().renderer, context_->device().software} {}

absl::StatusOr<std::unique_ptr<EglRenderer>> EglRenderer::Create(const EglRendererOptions& options) {
  VITRINE_ASSIGN_OR_RETURN(auto context, egl::GlContext::Create(options.context));
  std::unique_ptr<EglRenderer> renderer(new EglRenderer(options, std::move(context)));
  VITRINE_RETURN_IF_ERROR(renderer->context_->Run(Operation(), [&](const GlApi& gl) {
    renderer->device_ = std::make_unique<Device>(gl, options);
    return egl::CheckGl(gl, "start");
  }));
  return renderer;
}

EglRenderer::~EglRenderer() {
  // Nobody else uses the renderer now, so that the queue has room.
  context_
      ->Run(Operation(),
            [this](const GlApi&) {
              device_.reset();
              return absl::OkStatus();
            })
      .IgnoreError();
}

absl::StatusOr<image::Raster> EglRenderer::Render(const RenderJob& job, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(Validate(job));
  VITRINE_RETURN_IF_ERROR(operation.Check());
  const EglPlan plan = egl::MakeEglPlan(job);
  VITRINE_RETURN_IF_ERROR(CheckLimits(plan, context_->device(), options_.job_bytes));
  std::vector<float> evaluated;
  if (plan.tone.kind == TonePlan::Kind::kEvaluate) evaluated = Evaluate(job, plan.reach[1]);
  image::Raster raster{job.width, job.height, job.frame->channels, job.bits, {}};
  raster.samples.resize(raster.row_bytes() * raster.height);
  VITRINE_RETURN_IF_ERROR(context_->Run(operation, [&](const GlApi&) -> absl::Status {
    VITRINE_RETURN_IF_ERROR(operation.Check());
    return device_->Render(job, plan, evaluated, operation, raster);
  }));
  return raster;
}

absl::StatusOr<image::Raster> EglRenderer::RenderVolume(const VolumeJob& job, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(Validate(job));
  VITRINE_RETURN_IF_ERROR(operation.Check());
  const VolumePlan plan = egl::MakeVolumePlan(job);
  VITRINE_RETURN_IF_ERROR(CheckLimits(job, plan, context_->device(), options_));
  image::Raster raster{job.width, job.height, job.reduction == Reduction::kComposite ? 3 : 1, job.bits, {}};
  raster.samples.resize(raster.row_bytes() * raster.height);
  job.volume->bricks();  // Computed here, if they have to be: the context's thread serves all pictures.
  VITRINE_RETURN_IF_ERROR(context_->Run(operation, [&](const GlApi&) -> absl::Status {
    VITRINE_RETURN_IF_ERROR(operation.Check());
    return device_->RenderVolume(job, plan, operation, raster);
  }));
  return raster;
}

}  // namespace vitrine::render
