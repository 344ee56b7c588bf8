#include "service/handler/render_handler.h"

#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/version.h"
#include "encode/encode.h"
#include "encode/yuv.h"
#include "service/handler/cache_metrics.h"
#include "service/handler/describe_series.h"
#include "service/handler/presentation_state.h"
#include "service/handler/view_parts.h"
#include "service/handler/volumetric_metadata.h"
#include "xxhash.h"

namespace vitrine::service {
namespace {

using metrics::Span;

constexpr absl::string_view kDicomJson = "application/dicom+json";

encode::Options EncodeOptions(const v1::Output& output) {
  encode::Options options;
  switch (output.format()) {
    case v1::Output::PNG: options.format = encode::Format::kPng; break;
    case v1::Output::GIF: options.format = encode::Format::kGif; break;
    case v1::Output::RAW: options.format = encode::Format::kRaw; break;
    case v1::Output::MP4: options.format = encode::Format::kMp4; break;
    default: break;
  }
  if (output.has_quality()) options.quality = output.quality();
  return options;
}

encode::AnimationOptions AnimationOptionsOf(const v1::Animation& animation) {
  const bool swings = animation.has_swivel() && animation.swivel().range_degrees() < 360;
  return {animation.rate(), swings};
}

bool IsColour(const PictureJob& picture) {
  if (const auto* frame = std::get_if<render::RenderJob>(&picture.job)) return frame->frame->channels == 3;
  return std::get<render::VolumeJob>(picture.job).reduction == render::Reduction::kComposite;
}

std::pair<int, int> SizeOf(const PictureJob& picture) {
  return std::visit([](const auto& job) { return std::pair(job.width, job.height); }, picture.job);
}

bool IsLossy(v1::Output::Format format, const PictureJob& picture) {
  return format == v1::Output::JPEG || format == v1::Output::MP4 || (format == v1::Output::GIF && IsColour(picture));
}

}  // namespace

RenderHandler::RenderHandler(Dependencies dependencies, Options options)
    : dependencies_(dependencies),
      options_(options),
      mp4_(options.video_libraries),
      pictures_(options.picture_cache_bytes, options.max_age) {
  ExportCache(dependencies_.metrics, "pictures", pictures_);
}

absl::StatusOr<RenderResult> RenderHandler::Render(const auth::Principal& principal, const v1::RenderRequest& request,
                                                   const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(v1::RenderRequest canonical, Canonicalize(request, options_.limits));
  VITRINE_RETURN_IF_ERROR(CheckOneFile(canonical));
  v1::Target& target = *canonical.mutable_view()->mutable_target();
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(principal, target));
  target.set_archive(archive->name);
  const std::string key = CacheKey(canonical);
  RenderResult result;
  result.canonical = std::move(canonical);
  if ((result.picture = pictures_.Find(key)) != nullptr) return result;
  VITRINE_ASSIGN_OR_RETURN(const auto place, EnterGate(result.canonical.view(), *archive));
  const auto load = [&]() -> absl::StatusOr<ByteCache<Picture>::Loaded> {
    VITRINE_ASSIGN_OR_RETURN(RenderPlan plan, Plan(result.canonical, *archive, operation, result.timings));
    VITRINE_ASSIGN_OR_RETURN(auto picture,
                             RenderPicture(std::move(plan), result.canonical, key, operation, result.timings));
    const uint64_t charge = picture->data->capacity() + sizeof(Picture) + 2 * key.size();
    const absl::Time fetched = picture->fetched;
    return ByteCache<Picture>::Loaded{std::move(picture), charge, fetched};
  };
  VITRINE_ASSIGN_OR_RETURN(result.picture, pictures_.GetOrLoad(key, operation, load));
  return result;
}

bool RenderHandler::Holds(const v1::View& view, const ArchiveSet::Named& archive) const {
  const v1::Target& target = view.target();
  if (view.has_frame()) return dependencies_.images.Holds(archive, PathOf(target), view.frame().frame_number());
  return dependencies_.volumes.Holds(archive, target, InputOf(view));
}

absl::StatusOr<std::optional<ArchiveGate::Place>> RenderHandler::EnterGate(const v1::View& view,
                                                                           const ArchiveSet::Named& archive) {
  std::optional<ArchiveGate::Place> place;
  if (Holds(view, archive)) return place;
  VITRINE_ASSIGN_OR_RETURN(ArchiveGate::Place entered, archive.gate->Enter());
  place.emplace(std::move(entered));
  return place;
}

absl::StatusOr<std::shared_ptr<const Picture>> RenderHandler::RenderPicture(RenderPlan plan,
                                                                            const v1::RenderRequest& canonical,
                                                                            absl::string_view cache_key,
                                                                            const Operation& operation,
                                                                            Timings& timings) {
  auto picture = std::make_shared<Picture>();
  picture->etag = EntityTag(cache_key, plan.content_hash);
  picture->fetched = plan.fetched;
  picture->warnings = std::move(plan.warnings);
  picture->volumetric_metadata = std::move(plan.metadata);
  picture->geometry = std::move(plan.geometry);
  picture->window = std::move(plan.window);
  if (canonical.metadata_only()) {
    picture->data = std::make_shared<const std::string>(DicomJsonOf(*picture->volumetric_metadata));
    picture->media_type = kDicomJson;
    return picture;
  }
  VITRINE_ASSIGN_OR_RETURN(std::string data, ComputeAndEncode(plan.pictures, canonical, operation, timings));
  picture->data = std::make_shared<const std::string>(std::move(data));
  picture->media_type = encode::MediaType(EncodeOptions(canonical.output()).format);
  std::tie(picture->width, picture->height) = SizeOf(plan.pictures.front());
  const v1::Output::Format format = canonical.output().format();
  picture->lossy = IsLossy(format, plan.pictures.front());
  if (format == v1::Output::MP4) {
    picture->width = encode::EvenSide(picture->width);
    picture->height = encode::EvenSide(picture->height);
    // Which library of which version is there differs between servers.
    picture->etag = EntityTag(cache_key, XXH3_64bits(picture->data->data(), picture->data->size()));
  }
  return picture;
}

absl::StatusOr<RenderPlan> RenderHandler::Plan(const v1::RenderRequest& canonical, const ArchiveSet::Named& archive,
                                               const Operation& operation, Timings& timings) {
  const v1::View& view = canonical.view();
  if (view.has_frame()) {
    VITRINE_ASSIGN_OR_RETURN(const auto source, Frame(view, archive, operation, timings));
    return PlanFrame(canonical, *source, options_.limits);
  }
  VITRINE_ASSIGN_OR_RETURN(const auto source, Volume(view, archive, operation, timings));
  return PlanVolume(canonical, source, options_.limits);
}

absl::StatusOr<std::shared_ptr<const SourceFrame>> RenderHandler::Frame(const v1::View& view,
                                                                        const ArchiveSet::Named& archive,
                                                                        const Operation& operation, Timings& timings) {
  return dependencies_.images.Frame(archive, PathOf(view.target()), view.frame().frame_number(), operation, timings);
}

absl::StatusOr<std::shared_ptr<const SourceVolume>> RenderHandler::Volume(const v1::View& view,
                                                                          const ArchiveSet::Named& archive,
                                                                          const Operation& operation, Timings& timings,
                                                                          const LoadProgress& progress) {
  const v1::Target& target = view.target();
  auto source = dependencies_.volumes.Volume(archive, target, InputOf(view), operation, timings, progress);
  if (CategoryOf(source.status()) != ErrorCategory::kInvalidRequest || target.sop_instance_uid().empty()) return source;
  // An instance that is no volume may be a way to show one.
  VITRINE_ASSIGN_OR_RETURN(const std::string metadata, archive.archive->Metadata(PathOf(target), operation));
  VITRINE_RETURN_IF_ERROR(CheckNoPresentationState(metadata));
  return source;
}

absl::StatusOr<std::string> RenderHandler::ComputeAndEncode(const std::vector<PictureJob>& pictures,
                                                            const v1::RenderRequest& canonical,
                                                            const Operation& operation, Timings& timings) {
  metrics::Metrics& metrics = dependencies_.metrics;
  const encode::Options options = EncodeOptions(canonical.output());
  if (options.format == encode::Format::kMp4) {
    const auto [width, height] = SizeOf(pictures.front());
    VITRINE_RETURN_IF_ERROR(encode::CheckMp4Size(width, height));
  }
  std::vector<image::Raster> rasters;
  CpuSlots::Lease slot;
  for (const PictureJob& picture : pictures) {
    slot = CpuSlots::Lease();  // Others have their turn between two pictures.
    VITRINE_ASSIGN_OR_RETURN(slot,
                             AcquireSlot(dependencies_.slots, operation, metrics, timings, PlacesOf(picture.samples)));
    VITRINE_ASSIGN_OR_RETURN(image::Raster raster, Compute(picture, operation, timings));
    rasters.push_back(std::move(raster));
  }
  const SpanTimer timer(metrics, Span::kEncode, timings);
  if (!canonical.has_animation()) return encode::Encode(rasters.front(), options);
  const encode::AnimationOptions animation = AnimationOptionsOf(canonical.animation());
  if (options.format == encode::Format::kMp4) return encode::EncodeVideo(rasters, animation, mp4_, operation);
  return encode::EncodeAnimation(rasters, animation);
}

absl::StatusOr<image::Raster> RenderHandler::Compute(const PictureJob& picture, const Operation& operation,
                                                     Timings& timings) {
  const SpanTimer timer(dependencies_.metrics, Span::kRender, timings);
  render::Renderer& renderer = dependencies_.renderer;
  if (const auto* frame = std::get_if<render::RenderJob>(&picture.job)) return renderer.Render(*frame, operation);
  return renderer.RenderVolume(std::get<render::VolumeJob>(picture.job), operation);
}

absl::StatusOr<const ArchiveSet::Named*> RenderHandler::Admit(const auth::Principal& principal,
                                                              const v1::Target& target) const {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, dependencies_.archives.Find(target.archive()));
  VITRINE_RETURN_IF_ERROR(dependencies_.access.Check(principal, archive->name, target.study_instance_uid()));
  return archive;
}

absl::Status RenderHandler::CheckOneFile(const v1::RenderRequest& canonical) const {
  if (!canonical.has_animation() || canonical.metadata_only()) return absl::OkStatus();
  if (canonical.output().format() == v1::Output::GIF) return absl::OkStatus();
  if (canonical.output().format() == v1::Output::MP4) return CheckVideo();
  return MakeError(ErrorCategory::kInvalidRequest,
                   "an animation in one file needs GIF or MP4; its pictures can be streamed");
}

std::string RenderHandler::EntityTag(absl::string_view cache_key, uint64_t content_hash) const {
  const render::RendererInfo& renderer = dependencies_.renderer.info();
  const std::string identity =
      absl::StrCat(kVersion, "\n", renderer.backend, "\n", renderer.renderer, "\n", content_hash, "\n", cache_key);
  const XXH128_hash_t hash = XXH3_128bits(identity.data(), identity.size());
  return absl::StrFormat("%016x%016x", hash.high64, hash.low64);
}

absl::StatusOr<v1::DescribeSeriesResponse> RenderHandler::DescribeSeries(const auth::Principal& principal,
                                                                         const v1::DescribeSeriesRequest& request,
                                                                         const Operation& operation) {
  const v1::Target& target = request.target();
  if (!fetch::IsValidUid(target.study_instance_uid()) || !fetch::IsValidUid(target.series_instance_uid())) {
    return MakeError(ErrorCategory::kInvalidRequest, "target needs a study_instance_uid and a series_instance_uid");
  }
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(principal, target));
  const fetch::ResourcePath series = {target.study_instance_uid(), target.series_instance_uid(), ""};
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
  VITRINE_ASSIGN_OR_RETURN(const std::string metadata, archive->archive->Metadata(series, operation));
  v1::DescribeSeriesResponse response;
  {
    VITRINE_ASSIGN_OR_RETURN(const CpuSlots::Lease slot, dependencies_.slots.Acquire(operation));
    VITRINE_ASSIGN_OR_RETURN(response, DescribeSeriesFromMetadata(metadata));
  }
  VITRINE_RETURN_IF_ERROR(dependencies_.volumes.Describe(*archive, target, operation, response));
  return response;
}

absl::StatusOr<int> RenderHandler::NumberOfFrames(const auth::Principal& principal, const v1::Target& target,
                                                  const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(principal, target));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
  Timings timings = {};
  VITRINE_ASSIGN_OR_RETURN(const auto fetched,
                           dependencies_.images.Instance(*archive, PathOf(target), operation, timings));
  return fetched->instance->info().NumberOfFrames;
}

}  // namespace vitrine::service
