#ifndef VITRINE_SERVICE_HANDLER_SERIES_LOADER_H_
#define VITRINE_SERVICE_HANDLER_SERIES_LOADER_H_

// A series about which nothing is known yet, in one answer of the archive: what must be known before a volume can be
// planned costs an archive about as much as the images themselves.

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "base/cpu_slots.h"
#include "base/memory_budget.h"
#include "base/operation.h"
#include "base/thread_pool.h"
#include "dicom/limits.h"
#include "fetch/archive.h"
#include "metrics/metrics.h"
#include "service/handler/arrived_series.h"
#include "service/handler/span_timer.h"

namespace vitrine::service {

// Thread-safe.
class SeriesLoader {
 public:
  // The references must outlive the loader.
  SeriesLoader(const dicom::Limits& limits, CpuSlots& slots, metrics::Metrics& metrics);

  // Asks for a volume's memory, before it is taken.
  using Reserve = absl::FunctionRef<absl::StatusOr<MemoryBudget::Reservation>(uint64_t bytes)>;

  // Blocks until every image of the series is there, decoded as soon as it came, and hands them to `use`, which holds a
  // CPU slot. As VolumeLoader::Load() in its use of slots, threads and memory, and in `progress` and `timings`. `path`
  // names a series.
  //
  // False, and no use, as soon as this way is known to lead nowhere, for whatever reason: the archive does not send
  // series or not all of one, the images are not single grey frames of one matrix, type and rescale, or they could
  // never have room. Whoever then loads them by their metadata finds out what is wrong. Errors: kCancelled, kDeadline;
  // kOverloaded of `reserve` and of the slots.
  absl::StatusOr<bool> Load(fetch::Archive& archive, const fetch::ResourcePath& path, Reserve reserve,
                            const Operation& operation, Timings& timings, absl::FunctionRef<void(double)> progress,
                            absl::FunctionRef<void(ArrivedSeries)> use);

 private:
  const dicom::Limits limits_;
  CpuSlots& slots_;
  metrics::Metrics& metrics_;
  ThreadPool threads_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_SERIES_LOADER_H_
