#ifndef VITRINE_SERVICE_HANDLER_IMAGE_SOURCE_H_
#define VITRINE_SERVICE_HANDLER_IMAGE_SOURCE_H_

// From a target to a decoded frame: the archive, the parser and the decoder behind two caches.

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/byte_cache.h"
#include "base/cpu_slots.h"
#include "base/operation.h"
#include "dicom/calibration.h"
#include "dicom/instance.h"
#include "dicom/limits.h"
#include "fetch/archive.h"
#include "metrics/metrics.h"
#include "service/handler/archive_set.h"
#include "service/handler/span_timer.h"

namespace vitrine::service {

// An instance as fetched.
struct FetchedInstance {
  std::shared_ptr<const dicom::Instance> instance;
  uint64_t content_hash = 0;  // Of the file's bytes; the same on every worker.
  absl::Time fetched;
};

// A frame ready to be rendered.
struct SourceFrame {
  std::shared_ptr<const image::Frame> frame;
  image::ToneCurve tone;
  dicom::FrameCalibration calibration;
  uint64_t content_hash = 0;  // Of the instance that it came from, as the next.
  absl::Time fetched;
};

struct ImageSourceOptions {
  uint64_t archive_cache_bytes = 512ull << 20;
  uint64_t frame_cache_bytes = 512ull << 20;
  absl::Duration max_age = absl::Hours(1);  // After it, what is cached is fetched again.
  dicom::Limits limits;
};

// Thread-safe. The caller has decided on access: nothing here asks who wants it.
class ImageSource {
 public:
  // The references must outlive the source.
  ImageSource(ImageSourceOptions options, CpuSlots& slots, metrics::Metrics& metrics);

  // Fetches and parses, or finds in the cache. An archive that answers with another instance than the one asked for is
  // kArchiveProtocol.
  absl::StatusOr<std::shared_ptr<const FetchedInstance>> Instance(const ArchiveSet::Named& archive,
                                                                  const fetch::ResourcePath& path,
                                                                  const Operation& operation, Timings& timings);

  // Whether the frame can be had without asking the archive.
  bool Holds(const ArchiveSet::Named& archive, const fetch::ResourcePath& path, int number) const;

  // Decodes frame `number` (1-based), or finds it in the cache.
  absl::StatusOr<std::shared_ptr<const SourceFrame>> Frame(const ArchiveSet::Named& archive,
                                                           const fetch::ResourcePath& path, int number,
                                                           const Operation& operation, Timings& timings);

 private:
  const ImageSourceOptions options_;
  CpuSlots& slots_;
  metrics::Metrics& metrics_;
  ByteCache<FetchedInstance> instances_;
  ByteCache<SourceFrame> frames_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_IMAGE_SOURCE_H_
