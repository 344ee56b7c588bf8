#ifndef VITRINE_SERVICE_HANDLER_SPAN_TIMER_H_
#define VITRINE_SERVICE_HANDLER_SPAN_TIMER_H_

#include <array>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "metrics/metrics.h"

namespace vitrine::service {

// How long one request spent where. Indexed by metrics::Span.
using Timings = std::array<absl::Duration, 5>;

// Measures one span from construction to destruction into the metrics and the request's timings.
class SpanTimer {
 public:
  SpanTimer(metrics::Metrics& metrics, metrics::Span span, Timings& timings)
      : metrics_(metrics), span_(span), timings_(timings), start_(absl::Now()) {}
  SpanTimer(const SpanTimer&) = delete;
  SpanTimer& operator=(const SpanTimer&) = delete;
  ~SpanTimer() {
    const absl::Duration duration = absl::Now() - start_;
    metrics_.ObserveSpan(span_, duration);
    timings_[static_cast<size_t>(span_)] += duration;
  }

 private:
  metrics::Metrics& metrics_;
  const metrics::Span span_;
  Timings& timings_;
  const absl::Time start_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_SPAN_TIMER_H_
