#include "service/handler/render_handler.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/version.h"
#include "encode/encode.h"
#include "service/handler/cache_metrics.h"
#include "service/handler/describe_series.h"
#include "service/handler/frame_job.h"
#include "xxhash.h"

namespace vitrine::service {
namespace {

using metrics::Span;

fetch::ResourcePath PathOf(const v1::Target& target) {
  return {target.study_instance_uid(), target.series_instance_uid(), target.sop_instance_uid()};
}

encode::Options EncodeOptions(const v1::Output& output) {
  encode::Options options;
  options.format = output.format() == v1::Output::PNG ? encode::Format::kPng : encode::Format::kJpeg;
  if (output.has_quality()) options.quality = output.quality();
  return options;
}

}  // namespace

RenderHandler::RenderHandler(Dependencies dependencies, Options options)
    : dependencies_(dependencies), options_(options), pictures_(options.picture_cache_bytes, options.max_age) {
  ExportCache(dependencies_.metrics, "pictures", pictures_);
}

absl::StatusOr<RenderResult> RenderHandler::Render(const auth::Principal& principal, const v1::RenderRequest& request,
                                                   const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(v1::RenderRequest canonical, Canonicalize(request, options_.limits));
  v1::Target& target = *canonical.mutable_view()->mutable_target();
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, dependencies_.archives.Find(target.archive()));
  target.set_archive(archive->name);
  VITRINE_RETURN_IF_ERROR(dependencies_.access.Check(principal, archive->name, target.study_instance_uid()));
  const std::string key = CacheKey(canonical);
  RenderResult result;
  if ((result.picture = pictures_.Find(key)) != nullptr) return result;
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
  const auto load = [&]() -> absl::StatusOr<ByteCache<Picture>::Loaded> {
    VITRINE_ASSIGN_OR_RETURN(auto picture, RenderPicture(canonical, key, *archive, operation, result.timings));
    const uint64_t charge = picture->data->capacity() + sizeof(Picture) + 2 * key.size();
    const absl::Time fetched = picture->fetched;
    return ByteCache<Picture>::Loaded{std::move(picture), charge, fetched};
  };
  VITRINE_ASSIGN_OR_RETURN(result.picture, pictures_.GetOrLoad(key, operation, load));
  return result;
}

absl::StatusOr<std::shared_ptr<const Picture>> RenderHandler::RenderPicture(const v1::RenderRequest& canonical,
                                                                            absl::string_view cache_key,
                                                                            const ArchiveSet::Named& archive,
                                                                            const Operation& operation,
                                                                            Timings& timings) {
  const v1::View& view = canonical.view();
  VITRINE_ASSIGN_OR_RETURN(
      const auto source,
      dependencies_.images.Frame(archive, PathOf(view.target()), view.frame().frame_number(), operation, timings));
  VITRINE_ASSIGN_OR_RETURN(FrameJob frame_job, MakeFrameJob(canonical, *source, options_.limits));
  VITRINE_ASSIGN_OR_RETURN(std::string data, ComputeAndEncode(frame_job.job, canonical.output(), operation, timings));
  auto picture = std::make_shared<Picture>();
  picture->data = std::make_shared<const std::string>(std::move(data));
  picture->media_type = encode::MediaType(EncodeOptions(canonical.output()).format);
  picture->width = frame_job.job.width;
  picture->height = frame_job.job.height;
  picture->lossy = canonical.output().format() == v1::Output::JPEG;
  picture->etag = EntityTag(cache_key, source->content_hash);
  picture->fetched = source->fetched;
  picture->warnings = std::move(frame_job.warnings);
  return picture;
}

absl::StatusOr<std::string> RenderHandler::ComputeAndEncode(const render::RenderJob& job, const v1::Output& output,
                                                            const Operation& operation, Timings& timings) {
  metrics::Metrics& metrics = dependencies_.metrics;
  VITRINE_ASSIGN_OR_RETURN(const CpuSlots::Lease slot, AcquireSlot(dependencies_.slots, operation, metrics, timings));
  image::Raster raster;
  {
    const SpanTimer timer(metrics, Span::kRender, timings);
    VITRINE_ASSIGN_OR_RETURN(raster, dependencies_.renderer.Render(job, operation));
  }
  const SpanTimer timer(metrics, Span::kEncode, timings);
  return encode::Encode(raster, EncodeOptions(output));
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
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, dependencies_.archives.Find(target.archive()));
  VITRINE_RETURN_IF_ERROR(dependencies_.access.Check(principal, archive->name, target.study_instance_uid()));
  const fetch::ResourcePath series = {target.study_instance_uid(), target.series_instance_uid(), ""};
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
  VITRINE_ASSIGN_OR_RETURN(const std::string metadata, archive->archive->Metadata(series, operation));
  VITRINE_ASSIGN_OR_RETURN(const CpuSlots::Lease slot, dependencies_.slots.Acquire(operation));
  return DescribeSeriesFromMetadata(metadata);
}

absl::StatusOr<int> RenderHandler::NumberOfFrames(const auth::Principal& principal, const v1::Target& target,
                                                  const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, dependencies_.archives.Find(target.archive()));
  VITRINE_RETURN_IF_ERROR(dependencies_.access.Check(principal, archive->name, target.study_instance_uid()));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
  Timings timings = {};
  VITRINE_ASSIGN_OR_RETURN(const auto fetched,
                           dependencies_.images.Instance(*archive, PathOf(target), operation, timings));
  return fetched->instance->info().NumberOfFrames;
}

}  // namespace vitrine::service
