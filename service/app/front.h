#ifndef VITRINE_SERVICE_APP_FRONT_H_
#define VITRINE_SERVICE_APP_FRONT_H_

// What the HTTP listeners serve: which request goes where, counted and logged.

#include <atomic>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/operation.h"
#include "metrics/metrics.h"
#include "service/app/archive_monitor.h"
#include "service/dicomweb/dicomweb_service.h"
#include "service/http/message.h"
#include "service/json/json_service.h"

namespace vitrine::service {

// The public listener: DICOMweb, JSON methods and the start page. Thread-safe; the references must outlive it.
class PublicFront {
 public:
  PublicFront(DicomWebService& dicomweb, JsonService& json, metrics::Metrics& metrics)
      : dicomweb_(dicomweb), json_(json), metrics_(metrics) {}
  http::Response Handle(const http::Request& request, const Operation& operation);

 private:
  absl::StatusOr<http::Response> Answer(const http::Request& request, const Operation& operation,
                                        absl::string_view& route);

  DicomWebService& dicomweb_;
  JsonService& json_;
  metrics::Metrics& metrics_;
};

// Counts a request that the HTTP server refused before any handler saw it.
void CountRefusal(int status, metrics::Metrics& metrics);

// The admin listener: /livez (the process answers), /readyz (it should get traffic), /metrics. Thread-safe.
class AdminFront {
 public:
  AdminFront(metrics::Metrics& metrics, const ArchiveMonitor& archives) : metrics_(metrics), archives_(archives) {}
  http::Response Handle(const http::Request& request, const Operation& operation);

  // From now on /readyz answers 503.
  void AnnounceDrain() { draining_ = true; }

 private:
  metrics::Metrics& metrics_;
  const ArchiveMonitor& archives_;
  std::atomic<bool> draining_ = false;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_APP_FRONT_H_
