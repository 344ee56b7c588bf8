#ifndef VITRINE_SERVICE_DICOMWEB_STORED_OBJECTS_H_
#define VITRINE_SERVICE_DICOMWEB_STORED_OBJECTS_H_

// What is stored, as it is stored (PS3.18 10.4.1.1.1, 10.4.1.1.5, 10.4.1.1.6).

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/dicomweb/resource.h"
#include "service/handler/image_source.h"
#include "service/http/message.h"

namespace vitrine::service {

// Thread-safe; the references must outlive it.
class StoredObjects {
 public:
  StoredObjects(const ResourceAccess& access, ImageSource& images, const DicomWebOptions& options)
      : access_(access), images_(images), options_(options) {}

  // Of a study, a series or one.
  absl::StatusOr<http::Response> Instances(const ResourceCall& call);
  absl::StatusOr<http::Response> Frames(const ResourceCall& call);
  absl::StatusOr<http::Response> BulkData(const ResourceCall& call);

 private:
  absl::StatusOr<http::Response> InstanceParts(const ResourceCall& call, const ArchiveSet::Named& archive);
  absl::StatusOr<http::Response> PassedFrames(const ResourceCall& call, const ArchiveSet::Named& archive);
  absl::StatusOr<http::Response> OwnFrames(const ResourceCall& call, const ArchiveSet::Named& archive);
  // What a DICOMweb server answers to `path`: handed on as it comes, or its payload as a single part.
  absl::StatusOr<http::Response> Pass(const ArchiveSet::Named& archive, const std::string& path,
                                      absl::string_view accept, bool multipart, const Operation& operation);

  const ResourceAccess& access_;
  ImageSource& images_;
  const DicomWebOptions& options_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_STORED_OBJECTS_H_
