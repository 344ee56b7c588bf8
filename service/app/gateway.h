#ifndef VITRINE_SERVICE_APP_GATEWAY_H_
#define VITRINE_SERVICE_APP_GATEWAY_H_

// What every request to the public listener passes: cross-origin rules, and an OHIF site in front of the service where
// there is one.

#include <memory>
#include <string>

#include "base/operation.h"
#include "metrics/metrics.h"
#include "service/app/front.h"
#include "service/app/static_site.h"
#include "service/http/cors.h"
#include "service/http/message.h"

namespace vitrine::service {

// With a site, the site has the root - OHIF can live nowhere else - and the service's own pages are below "/vitrine/",
// as is everything else a second time, so that they find it where they look for it. What belongs to the service never
// falls through to the site: an error of DICOMweb stays one. Thread-safe.
class Gateway {
 public:
  // The references must outlive it. `site` may be null.
  Gateway(PublicFront& front, metrics::Metrics& metrics, http::CrossOrigin cross_origin,
          std::unique_ptr<StaticSite> site, std::string public_url)
      : front_(front),
        metrics_(metrics),
        cross_origin_(std::move(cross_origin)),
        site_(std::move(site)),
        public_url_(std::move(public_url)) {}

  http::Response Handle(const http::Request& request, const Operation& operation);

  // The request as the service itself is asked: without the "/vitrine" before it, where there is a site.
  http::Request Inner(const http::Request& request) const;

  const http::CrossOrigin& cross_origin() const { return cross_origin_; }

  // The headers that every answer has, also those that no handler gave.
  void Decorate(const http::Request& request, http::Response& response) const {
    cross_origin_.Decorate(request, response);
  }

 private:
  http::Response Answer(const http::Request& request, const Operation& operation);
  http::Response AnswerOfSite(const http::Request& request, const Operation& operation);

  PublicFront& front_;
  metrics::Metrics& metrics_;
  const http::CrossOrigin cross_origin_;
  const std::unique_ptr<StaticSite> site_;
  const std::string public_url_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_APP_GATEWAY_H_
