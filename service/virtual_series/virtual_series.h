#ifndef VITRINE_SERVICE_VIRTUAL_SERIES_VIRTUAL_SERIES_H_
#define VITRINE_SERVICE_VIRTUAL_SERIES_VIRTUAL_SERIES_H_

// Series that no archive holds: views of a volume, described as DICOM images.

#include <map>
#include <string>
#include <vector>

#include "image/geometry.h"
#include "nlohmann/json.hpp"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

enum class VirtualKind {
  kPlanes,  // Thin parallel planes: 16-bit grey.
  kSlabs,   // Maximum intensity of overlapping slabs: 16-bit grey.
  kTurn,    // Volume rendering from around the patient's axis: 8-bit RGB.
};

struct VirtualSeries {
  VirtualKind kind = VirtualKind::kPlanes;
  std::string SeriesInstanceUID;
  std::vector<std::string> SOPInstanceUIDs;  // In the order of InstanceNumber.

  // The volume.
  v1::Target target;
  v1::VolumeInput input;

  int Rows = 0;
  int Columns = 0;

  // Of planes and slabs. Unit vectors along rows and columns, LPS; the next image lies along right x down.
  image::Vector3 right;
  image::Vector3 down;
  image::Vector3 centre;  // Of the first image, mm.
  double pixel_mm = 0;
  double step_mm = 0;
  double slab_mm = 0;  // 0: thin.
  // Modality value = slope * stored + intercept; stored values are 0 to 65535.
  double RescaleSlope = 1;
  double RescaleIntercept = 0;

  nlohmann::json shared;  // Attributes that all images have in common, as DICOM JSON.

  // The index of an instance, or -1.
  int IndexOf(const std::string& sop_instance_uid) const;
};

// What a study has beside what its archive holds.
struct VirtualStudy {
  std::vector<VirtualSeries> series;

  // Null where there is none of that UID.
  const VirtualSeries* Find(const std::string& series_instance_uid) const;
};

// All attributes of an image as DICOM JSON, RetrieveURL from "/studies/" on.
nlohmann::json AttributesOf(const VirtualSeries& series, int index);

// The view that an image is.
v1::View ViewOf(const VirtualSeries& series, int index);

// The window that maps modality values to the stored ones of planes and slabs, if 16 bits are asked for.
v1::Window FullWindow(const VirtualSeries& series);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_VIRTUAL_SERIES_VIRTUAL_SERIES_H_
