#include "service/handler/image_source.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "service/handler/cache_metrics.h"
#include "xxhash.h"

namespace vitrine::service {
namespace {

using metrics::Span;

std::string InstanceKey(const ArchiveSet::Named& archive, const fetch::ResourcePath& path) {
  return absl::StrCat(archive.name, "/", path.StudyInstanceUID, "/", path.SeriesInstanceUID, "/", path.SOPInstanceUID);
}

std::string FrameKey(const ArchiveSet::Named& archive, const fetch::ResourcePath& path, int number) {
  return absl::StrCat(InstanceKey(archive, path), "/", number);
}

// Access was decided for the study in the path, so the answer must belong there.
absl::Status CheckIdentity(const dicom::InstanceInfo& info, const fetch::ResourcePath& path) {
  if (info.SOPInstanceUID == path.SOPInstanceUID && info.SeriesInstanceUID == path.SeriesInstanceUID &&
      info.StudyInstanceUID == path.StudyInstanceUID) {
    return absl::OkStatus();
  }
  return MakeError(ErrorCategory::kArchiveProtocol,
                   "the archive answered with another instance than the one asked for");
}

}  // namespace

ImageSource::ImageSource(ImageSourceOptions options, CpuSlots& slots, metrics::Metrics& metrics)
    : options_(std::move(options)),
      slots_(slots),
      metrics_(metrics),
      instances_(options_.archive_cache_bytes, options_.max_age),
      frames_(options_.frame_cache_bytes, options_.max_age) {
  ExportCache(metrics, "instances", instances_);
  ExportCache(metrics, "frames", frames_);
}

absl::StatusOr<std::shared_ptr<const FetchedInstance>> ImageSource::Instance(const ArchiveSet::Named& archive,
                                                                             const fetch::ResourcePath& path,
                                                                             const Operation& operation,
                                                                             Timings& timings) {
  using Loaded = ByteCache<FetchedInstance>::Loaded;
  return instances_.GetOrLoad(InstanceKey(archive, path), operation, [&]() -> absl::StatusOr<Loaded> {
    fetch::Bytes bytes;
    {
      const SpanTimer timer(metrics_, Span::kFetch, timings);
      VITRINE_ASSIGN_OR_RETURN(bytes, archive.archive->Instance(path, operation));
    }
    VITRINE_ASSIGN_OR_RETURN(const CpuSlots::Lease slot, AcquireSlot(slots_, operation, metrics_, timings));
    const SpanTimer timer(metrics_, Span::kDecode, timings);
    auto fetched = std::make_shared<FetchedInstance>();
    fetched->fetched = absl::Now();
    fetched->content_hash = XXH3_64bits(bytes->data(), bytes->size());
    VITRINE_ASSIGN_OR_RETURN(fetched->instance, dicom::Instance::Parse(std::move(bytes), options_.limits));
    VITRINE_RETURN_IF_ERROR(CheckIdentity(fetched->instance->info(), path));
    const uint64_t charge = fetched->instance->memory_bytes();
    const absl::Time as_of = fetched->fetched;
    return Loaded{std::move(fetched), charge, as_of};
  });
}

bool ImageSource::Holds(const ArchiveSet::Named& archive, const fetch::ResourcePath& path, int number) const {
  return frames_.Contains(FrameKey(archive, path, number)) || instances_.Contains(InstanceKey(archive, path));
}

absl::StatusOr<std::shared_ptr<const SourceFrame>> ImageSource::Frame(const ArchiveSet::Named& archive,
                                                                      const fetch::ResourcePath& path, int number,
                                                                      const Operation& operation, Timings& timings) {
  using Loaded = ByteCache<SourceFrame>::Loaded;
  const std::string key = FrameKey(archive, path, number);
  return frames_.GetOrLoad(key, operation, [&]() -> absl::StatusOr<Loaded> {
    VITRINE_ASSIGN_OR_RETURN(const auto fetched, Instance(archive, path, operation, timings));
    VITRINE_ASSIGN_OR_RETURN(const CpuSlots::Lease slot, AcquireSlot(slots_, operation, metrics_, timings));
    const SpanTimer timer(metrics_, Span::kDecode, timings);
    VITRINE_ASSIGN_OR_RETURN(dicom::DecodedFrame decoded, fetched->instance->DecodeFrame(number, operation));
    auto source = std::make_shared<SourceFrame>();
    source->frame = std::make_shared<const image::Frame>(std::move(decoded.frame));
    source->tone = std::move(decoded.tone);
    source->calibration = fetched->instance->CalibrationOf(number);
    source->content_hash = fetched->content_hash;
    source->fetched = fetched->fetched;
    // Borrowed samples keep the whole instance alive.
    const bool borrowed = source->frame->borrowed != nullptr;
    const uint64_t samples = borrowed ? fetched->instance->memory_bytes() : source->frame->samples.size();
    const uint64_t charge = samples + sizeof(SourceFrame) + key.size();
    return Loaded{std::move(source), charge, fetched->fetched};
  });
}

}  // namespace vitrine::service
