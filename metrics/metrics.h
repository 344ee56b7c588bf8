#ifndef VITRINE_METRICS_METRICS_H_
#define VITRINE_METRICS_METRICS_H_

// Every metric of the service, by name. Units are Prometheus' base units (seconds, bytes); no label ever holds a UID or
// anything else of a patient.

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace vitrine::metrics {

// The label values of vitrine_span_duration_seconds{span}.
enum class Span { kQueue, kFetch, kDecode, kRender, kEncode };
absl::string_view SpanName(Span span);

// Read when a scrape comes.
struct CacheValues {
  uint64_t hits = 0;
  uint64_t misses = 0;
  uint64_t joins = 0;
  uint64_t evictions = 0;
  uint64_t bytes = 0;
  uint64_t budget_bytes = 0;
  uint64_t entries = 0;
};
struct SlotValues {
  int slots = 0;
  int busy = 0;
  int queued = 0;
  uint64_t refused = 0;
};

// Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // vitrine_requests_total{route,code}, vitrine_request_duration_seconds{route}. `route` is a fixed template
  // ("rendered_frame", "grpc_render"), `code` an HTTP status or gRPC code name.
  void CountRequest(absl::string_view route, absl::string_view code, absl::Duration duration);

  // vitrine_span_duration_seconds{span}.
  void ObserveSpan(Span span, absl::Duration duration);

  // vitrine_errors_total{category}.
  void CountError(absl::string_view category);

  // vitrine_streams_open{transport}; vitrine_streams_refused_total: over a limit. `transport` is "grpc" or "websocket".
  void CountOpenStream(absl::string_view transport, int change);
  void CountRefusedStream();
  // vitrine_stream_updates_total; vitrine_stream_updates_replaced_total: by a newer one before they were rendered.
  void CountStreamUpdate();
  void CountReplacedStreamUpdate();
  // vitrine_stream_frames_total, vitrine_stream_frame_bytes_total, vitrine_stream_frame_duration_seconds: from the
  // update to the frame's hand-over to the transport; at rest, that includes the wait for rest.
  void CountStreamFrame(uint64_t bytes, absl::Duration duration);

  // vitrine_renderer_fallbacks_total: jobs that the CPU drew because the GPU could not take them.
  void CountRendererFallback();

  // vitrine_archive_requests_total{archive,code}, vitrine_archive_request_duration_seconds{archive},
  // vitrine_archive_received_bytes_total{archive}. `code` is an HTTP status or an error category.
  void CountArchiveRequest(absl::string_view archive, absl::string_view code, absl::Duration duration, uint64_t bytes);

  // vitrine_renderer_info{backend,vendor,renderer,software} 1, vitrine_build_info{version} 1.
  void SetRendererInfo(absl::string_view backend, absl::string_view vendor, absl::string_view renderer, bool software);
  void SetBuildInfo(absl::string_view version);

  // vitrine_cache_{hits,misses,joins,evictions}_total{cache}, vitrine_cache_{bytes,budget_bytes,entries}{cache}; read
  // from `values` at each scrape, on the scraping thread. The callable must outlive this object's last Scrape().
  void RegisterCache(absl::string_view cache, absl::AnyInvocable<CacheValues()> values);
  // vitrine_cpu_slots, vitrine_cpu_slots_busy, vitrine_queue_depth, vitrine_queue_refused_total.
  void RegisterSlots(absl::AnyInvocable<SlotValues()> values);

  // All of it in the Prometheus text format 0.0.4, with process_* metrics (resident memory, CPU seconds, open files,
  // start).
  std::string Scrape();

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace vitrine::metrics

#endif  // VITRINE_METRICS_METRICS_H_
