#include "metrics/metrics.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "metrics/families.h"
#include "metrics/labelled.h"
#include "metrics/process_metrics.h"
#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "prometheus/text_serializer.h"

namespace vitrine::metrics {
namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

constexpr std::array<Span, 5> kSpans = {Span::kQueue, Span::kFetch, Span::kDecode, Span::kRender, Span::kEncode};

// Seconds: from a cached thumbnail to the longest deadline that makes sense.
const Histogram::BucketBoundaries& Buckets() {
  static const auto& buckets = *new Histogram::BucketBoundaries{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                                0.25,   0.5,   1,      2.5,   5,    10,    30};
  return buckets;
}

Family<Counter>& AddCounter(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

Family<Histogram>& AddHistogram(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

std::string Text(absl::string_view view) { return std::string(view); }

}  // namespace

absl::string_view SpanName(Span span) {
  switch (span) {
    case Span::kQueue: return "queue";
    case Span::kFetch: return "fetch";
    case Span::kDecode: return "decode";
    case Span::kRender: return "render";
    case Span::kEncode: return "encode";
  }
  return "";
}

struct Metrics::Impl {
  struct Cache {
    std::string name;
    absl::AnyInvocable<CacheValues()> values;
  };

  prometheus::Registry registry;
  Labelled<Counter, 2> requests{AddCounter(registry, "vitrine_requests_total", "Requests answered."),
                                {"route", "code"}};
  Labelled<Histogram, 1> request_durations{
      AddHistogram(registry, "vitrine_request_duration_seconds", "Time from a request to its answer."),
      {"route"},
      Buckets()};
  Labelled<Counter, 1> errors{AddCounter(registry, "vitrine_errors_total", "Requests that failed."), {"category"}};
  Labelled<Counter, 2> archive_requests{
      AddCounter(registry, "vitrine_archive_requests_total", "Requests to the archive."), {"archive", "code"}};
  Labelled<Histogram, 1> archive_durations{
      AddHistogram(registry, "vitrine_archive_request_duration_seconds", "Time that the archive took for an answer."),
      {"archive"},
      Buckets()};
  Labelled<Counter, 1> archive_bytes{
      AddCounter(registry, "vitrine_archive_received_bytes_total", "Bytes that the archive sent."), {"archive"}};
  Labelled<Gauge, 1> open_streams{
      prometheus::BuildGauge().Name("vitrine_streams_open").Help("Streams that are open.").Register(registry),
      {"transport"}};
  Counter& refused_streams =
      AddCounter(registry, "vitrine_streams_refused_total", "Streams that were over a limit.").Add({});
  Counter& stream_updates =
      AddCounter(registry, "vitrine_stream_updates_total", "Updates that streams received.").Add({});
  Counter& replaced_stream_updates = AddCounter(registry, "vitrine_stream_updates_replaced_total",
                                                "Updates that gave way to a newer one before they were rendered.")
                                         .Add({});
  Counter& stream_frames = AddCounter(registry, "vitrine_stream_frames_total", "Pictures that streams sent.").Add({});
  Counter& stream_frame_bytes =
      AddCounter(registry, "vitrine_stream_frame_bytes_total", "Bytes of the pictures that streams sent.").Add({});
  Histogram& stream_frame_durations =
      AddHistogram(registry, "vitrine_stream_frame_duration_seconds", "Time from an update to its picture.")
          .Add({}, Buckets());
  Counter& renderer_fallbacks = AddCounter(registry, "vitrine_renderer_fallbacks_total",
                                           "Jobs that the CPU drew because the GPU could not take them.")
                                    .Add({});
  std::array<Histogram*, kSpans.size()> spans = {};  // Indexed by Span.

  absl::Mutex mutex;
  std::vector<Cache> caches ABSL_GUARDED_BY(mutex);
  absl::AnyInvocable<SlotValues()> slots ABSL_GUARDED_BY(mutex);
  prometheus::Labels renderer ABSL_GUARDED_BY(mutex);
  prometheus::Labels build ABSL_GUARDED_BY(mutex);

  Impl() {
    auto& family = AddHistogram(registry, "vitrine_span_duration_seconds", "Time that one part of a request took.");
    for (const Span span : kSpans) {
      spans[static_cast<size_t>(span)] = &family.Add({{"span", Text(SpanName(span))}}, Buckets());
    }
  }

  void AppendRegistered(Families& families) {
    absl::MutexLock lock(&mutex);
    std::vector<std::pair<std::string, CacheValues>> values;
    for (Cache& cache : caches) values.emplace_back(cache.name, cache.values());
    AppendCaches(values, families);
    if (slots != nullptr) AppendSlots(slots(), families);
    AppendInfo("vitrine_renderer_info", "What computes the pictures.", renderer, families);
    AppendInfo("vitrine_build_info", "What runs here.", build, families);
  }
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::CountRequest(absl::string_view route, absl::string_view code, absl::Duration duration) {
  impl_->requests.At({route, code}).Increment();
  impl_->request_durations.At({route}).Observe(absl::ToDoubleSeconds(duration));
}

void Metrics::ObserveSpan(Span span, absl::Duration duration) {
  impl_->spans[static_cast<size_t>(span)]->Observe(absl::ToDoubleSeconds(duration));
}

void Metrics::CountOpenStream(absl::string_view transport, int change) {
  impl_->open_streams.At({transport}).Increment(change);
}

void Metrics::CountRefusedStream() { impl_->refused_streams.Increment(); }

void Metrics::CountStreamUpdate() { impl_->stream_updates.Increment(); }

void Metrics::CountReplacedStreamUpdate() { impl_->replaced_stream_updates.Increment(); }

void Metrics::CountStreamFrame(uint64_t bytes, absl::Duration duration) {
  impl_->stream_frames.Increment();
  impl_->stream_frame_bytes.Increment(static_cast<double>(bytes));
  impl_->stream_frame_durations.Observe(absl::ToDoubleSeconds(duration));
}

void Metrics::CountRendererFallback() { impl_->renderer_fallbacks.Increment(); }

void Metrics::CountError(absl::string_view category) { impl_->errors.At({category}).Increment(); }

void Metrics::CountArchiveRequest(absl::string_view archive, absl::string_view code, absl::Duration duration,
                                  uint64_t bytes) {
  impl_->archive_requests.At({archive, code}).Increment();
  impl_->archive_durations.At({archive}).Observe(absl::ToDoubleSeconds(duration));
  impl_->archive_bytes.At({archive}).Increment(static_cast<double>(bytes));
}

void Metrics::SetRendererInfo(absl::string_view backend, absl::string_view vendor, absl::string_view renderer,
                              bool software) {
  absl::MutexLock lock(&impl_->mutex);
  impl_->renderer = {{"backend", Text(backend)},
                     {"vendor", Text(vendor)},
                     {"renderer", Text(renderer)},
                     {"software", software ? "true" : "false"}};
}

void Metrics::SetBuildInfo(absl::string_view version) {
  absl::MutexLock lock(&impl_->mutex);
  impl_->build = {{"version", Text(version)}};
}

void Metrics::RegisterCache(absl::string_view cache, absl::AnyInvocable<CacheValues()> values) {
  absl::MutexLock lock(&impl_->mutex);
  impl_->caches.push_back({Text(cache), std::move(values)});
}

void Metrics::RegisterSlots(absl::AnyInvocable<SlotValues()> values) {
  absl::MutexLock lock(&impl_->mutex);
  impl_->slots = std::move(values);
}

std::string Metrics::Scrape() {
  Families families = impl_->registry.Collect();
  impl_->AppendRegistered(families);
  AppendProcess(ReadProcessValues(), families);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace vitrine::metrics
