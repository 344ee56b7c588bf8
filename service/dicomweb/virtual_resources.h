#ifndef VITRINE_SERVICE_DICOMWEB_VIRTUAL_RESOURCES_H_
#define VITRINE_SERVICE_DICOMWEB_VIRTUAL_RESOURCES_H_

// Series that no archive holds, as resources.

#include <string>

#include "absl/status/statusor.h"
#include "service/dicomweb/resource.h"
#include "service/handler/render_handler.h"
#include "service/http/message.h"
#include "service/virtual_series/virtual_studies.h"

namespace vitrine::service {

// Thread-safe; the references must outlive it.
class VirtualResources {
 public:
  VirtualResources(const ResourceAccess& access, VirtualStudies& studies, RenderHandler& handler,
                   const DicomWebOptions& options)
      : access_(access),
        studies_(studies),
        handler_(handler),
        renders_(options.max_virtual_renders),
        options_(options) {}

  // The answer to a route whose series is virtual, as IsDerivedUid() says.
  absl::StatusOr<http::Response> Answer(const ResourceCall& call);

 private:
  absl::StatusOr<http::Response> Describe(const ResourceCall& call, const VirtualStudy& study,
                                          const VirtualSeries& series, int index);
  absl::StatusOr<http::Response> Frame(const ResourceCall& call, const VirtualSeries& series, int index);
  absl::StatusOr<http::Response> Picture(const ResourceCall& call, const VirtualSeries& series, int index);
  absl::StatusOr<http::Response> Instance(const ResourceCall& call, const VirtualSeries& series, int index);
  absl::StatusOr<std::string> Pixels(const ResourceCall& call, const VirtualSeries& series, int index,
                                     v1::Output::Format format);

  const ResourceAccess& access_;
  VirtualStudies& studies_;
  RenderHandler& handler_;
  ArchiveGate renders_;
  const DicomWebOptions& options_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_VIRTUAL_RESOURCES_H_
