#include "service/handler/series_loader.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/instance.h"
#include "dicom/instance_info.h"
#include "dicom/instance_with_frames.h"
#include "dicom/metadata_json.h"
#include "dicom/volume_frames.h"
#include "image/tone_curve.h"
#include "image/unordered_slices.h"
#include "image/volume_builder.h"
#include "nlohmann/json.hpp"
#include "service/handler/content_hash.h"
#include "service/handler/likely_places.h"
#include "service/handler/load_threads.h"
#include "service/handler/planned_instance.h"
#include "service/handler/series_arrivals.h"

namespace vitrine::service {
namespace {

using metrics::Span;

constexpr int kMaxImages = 100'000;

// NumberOfSeriesRelatedInstances of the series in a search's answer; 0 where it is not there.
int ImagesOf(absl::string_view answer, const std::string& series) {
  const absl::StatusOr<nlohmann::json> found = dicom::ParseMetadata(answer, {"0020000E", "00201209"});
  if (!found.ok()) return 0;
  for (const nlohmann::json& dataset : *found) {
    int count = 0;
    if (dicom::FirstText(dataset, "0020000E") == series &&
        absl::SimpleAtoi(dicom::FirstText(dataset, "00201209"), &count)) {
      return std::clamp(count, 0, kMaxImages);
    }
  }
  return 0;
}

bool SameRescale(const image::Modality& a, const image::Modality& b) {
  const auto* first = std::get_if<image::Rescale>(&a);
  const auto* second = std::get_if<image::Rescale>(&b);
  return first != nullptr && second != nullptr && first->slope == second->slope &&
         first->intercept == second->intercept;
}

// One load, by the caller's thread and its helpers.
class SeriesTask {
 public:
  SeriesTask(const dicom::Limits& limits, CpuSlots& slots, metrics::Metrics& metrics, fetch::Archive& archive,
             const fetch::ResourcePath& path, std::unique_ptr<fetch::InstanceStream> stream, int images,
             SeriesLoader::Reserve reserve, const Operation& operation, absl::FunctionRef<void(double)> progress)
      : limits_(limits),
        metrics_(metrics),
        path_(path),
        reserve_(reserve),
        progress_(progress),
        threads_(slots, metrics, operation),
        arrivals_(archive, path, images, std::move(stream), metrics, threads_.operation()),
        places_(images) {
    series_.fetched = absl::Now();
    series_.images.resize(images);
  }

  // The first image alone: it says how large the volume becomes.
  absl::Status Run(ThreadPool& pool, Timings& timings, absl::FunctionRef<void(ArrivedSeries)> use) {
    threads_.Run(pool, 1, [this](Timings& own) { Work(own, /*most=*/1); });
    threads_.Run(pool, LoadThreads::CountFor(instance_bytes_, volume_bytes_),
                 [this](Timings& own) { Work(own, kMaxImages); });
    threads_.Run(pool, 1, [&](Timings& own) {
      if (const absl::Status status = Finish(own, use); !status.ok()) threads_.Fail(status);
    });
    threads_.AddWallTime(timings);
    return threads_.status();
  }

 private:
  void Work(Timings& timings, int most) {
    for (int i = 0; i < most && !threads_.stopped(); ++i) {
      const absl::StatusOr<SeriesArrivals::Arrival> arrival = arrivals_.Next(timings);
      if (arrival.ok() && arrival->file == nullptr) return;
      const absl::Status status = arrival.ok() ? Load(*arrival, timings) : arrival.status();
      if (!status.ok()) threads_.Fail(status);
    }
  }

  absl::Status Load(const SeriesArrivals::Arrival& arrival, Timings& timings) {
    VITRINE_ASSIGN_OR_RETURN(const CpuSlots::Lease slot, threads_.AcquireTurn(timings));
    const SpanTimer timer(metrics_, Span::kDecode, timings);
    VITRINE_ASSIGN_OR_RETURN(dicom::InstanceWithFrames parsed, dicom::ParseInstanceWithFrames(arrival.file, limits_));
    const dicom::Instance& instance = *parsed.instance;
    const dicom::InstanceInfo& info = instance.info();
    VITRINE_ASSIGN_OR_RETURN(const std::optional<size_t> index, arrivals_.Claim(arrival, info.SOPInstanceUID));
    if (!index) return absl::OkStatus();
    ArrivedImage& image = series_.images[*index];
    image.content_hash = InstanceHash(*arrival.file);
    if (parsed.frames.size() != 1) return UnfitSeries("not one frame");
    image.frame = std::move(parsed.frames.front());
    if (info.StudyInstanceUID != path_.StudyInstanceUID || info.SeriesInstanceUID != path_.SeriesInstanceUID) {
      return UnfitSeries("another series");
    }
    if (info.NumberOfFrames != 1) return UnfitSeries("several frames");
    VITRINE_ASSIGN_OR_RETURN(dicom::DecodedFrame decoded, instance.DecodeFrame(1, threads_.operation()));
    image.tone = std::move(decoded.tone);
    image.modality = info.Modality;
    image.unit = instance.CalibrationOf(1).unit;
    image.windows = WindowsOf(info, image.tone);
    return Place(*index, decoded.frame);
  }

  absl::Status Place(size_t index, const image::Frame& frame) {
    if (index == 0) VITRINE_RETURN_IF_ERROR(TakeMemory(frame));
    ArrivedImage& image = series_.images[index];
    {
      absl::MutexLock lock(&mutex_);
      image.place = places_.Take(image.frame);
    }
    if (!series_.slices->Set(image.place, frame)) return UnfitSeries("another matrix or type");
    if (!SameRescale(series_.images.front().tone.modality, image.tone.modality)) return UnfitSeries("another rescale");
    absl::MutexLock lock(&mutex_);
    progress_(static_cast<double>(++placed_) / static_cast<double>(series_.images.size()));
    return absl::OkStatus();
  }

  absl::Status Finish(Timings& timings, absl::FunctionRef<void(ArrivedSeries)> use) {
    VITRINE_RETURN_IF_ERROR(threads_.operation().Check());
    {
      absl::MutexLock lock(&mutex_);
      if (placed_ != series_.images.size()) return UnfitSeries("images are missing");
    }
    VITRINE_ASSIGN_OR_RETURN(const CpuSlots::Lease slot, threads_.AcquireTurn(timings));
    const SpanTimer timer(metrics_, Span::kDecode, timings);
    use(std::move(series_));
    return absl::OkStatus();
  }

  absl::Status TakeMemory(const image::Frame& frame) {
    const image::Lattice lattice = {frame.columns, frame.rows, static_cast<int>(series_.images.size()), {}, {}, {}, {}};
    instance_bytes_ = static_cast<double>(frame.size_bytes());
    volume_bytes_ = image::VolumeBuilder::MemoryBytes(lattice, frame.type, image::VoxelValues::kStored);
    VITRINE_ASSIGN_OR_RETURN(series_.reservation, reserve_(volume_bytes_));
    series_.slices.emplace(lattice.columns, lattice.rows, frame.type, lattice.slices);
    return absl::OkStatus();
  }

  const dicom::Limits& limits_;
  metrics::Metrics& metrics_;
  const fetch::ResourcePath& path_;
  const SeriesLoader::Reserve reserve_;
  const absl::FunctionRef<void(double)> progress_;
  LoadThreads threads_;
  // By the first image's thread, before there are others.
  double instance_bytes_ = 0;
  uint64_t volume_bytes_ = 0;
  ArrivedSeries series_;  // Of its images, each is the business of one thread.
  SeriesArrivals arrivals_;
  absl::Mutex mutex_;
  LikelyPlaces places_ ABSL_GUARDED_BY(mutex_);
  size_t placed_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace

SeriesLoader::SeriesLoader(const dicom::Limits& limits, CpuSlots& slots, metrics::Metrics& metrics)
    : limits_(limits), slots_(slots), metrics_(metrics), threads_("series", LoadThreads::kMost, 0) {}

absl::StatusOr<bool> SeriesLoader::Load(fetch::Archive& archive, const fetch::ResourcePath& path, Reserve reserve,
                                        const Operation& operation, Timings& timings,
                                        absl::FunctionRef<void(double)> progress,
                                        absl::FunctionRef<void(ArrivedSeries)> use) {
  const auto load = [&]() -> absl::Status {
    const std::string query = absl::StrCat("SeriesInstanceUID=", path.SeriesInstanceUID, "&includefield=00201209");
    int images = 0;
    std::unique_ptr<fetch::InstanceStream> stream;
    {
      const SpanTimer timer(metrics_, Span::kFetch, timings);
      VITRINE_ASSIGN_OR_RETURN(
          const fetch::QueryResult answer,
          archive.Query(fetch::QueryLevel::kSeries, {path.StudyInstanceUID, "", ""}, query, operation));
      images = ImagesOf(answer.json, path.SeriesInstanceUID);
      if (images < 2) return UnfitSeries("not several images");
      VITRINE_ASSIGN_OR_RETURN(stream, archive.Instances(path, operation));
    }
    SeriesTask task(limits_, slots_, metrics_, archive, path, std::move(stream), images, reserve, operation, progress);
    return task.Run(threads_, timings, use);
  };
  const absl::Status status = load();
  if (status.ok()) return true;
  VITRINE_RETURN_IF_ERROR(operation.Check());
  if (CategoryOf(status) == ErrorCategory::kOverloaded) return status;
  return false;
}

}  // namespace vitrine::service
