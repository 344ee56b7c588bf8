#include "service/virtual_series/plan_virtual_study.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "dicom/volume_plan.h"
#include "service/virtual_series/derived_uid.h"
#include "service/virtual_series/shared_attributes.h"

namespace vitrine::service {
namespace {

using image::Vector3;
using nlohmann::json;

constexpr size_t kMinSlices = 16;
constexpr size_t kMaxVolumes = 8;
constexpr int kMaxSide = 1024;
constexpr int kMaxImages = 256;
constexpr double kSlabMm = 10;
constexpr double kSlabStepMm = 5;
constexpr int kTurnImages = 36;
constexpr int kTurnSide = 512;
constexpr int kFirstSeriesNumber = 9001;

struct Direction {
  const char* name;
  Vector3 right;
  Vector3 down;
};

// As radiologists look at them: from the feet, from the front, from the patient's left.
constexpr Direction kAxial = {"Axial", {1, 0, 0}, {0, 1, 0}};
constexpr Direction kCoronal = {"Coronal", {1, 0, 0}, {0, 0, -1}};
constexpr Direction kSagittal = {"Sagittal", {0, 1, 0}, {0, 0, -1}};

// What all series of a volume start from.
struct Source {
  const dicom::VolumePlan& plan;
  std::string identity;  // The same for the same volume on every server.
  v1::Target target;
  v1::VolumeInput input;
  image::Box box;
  json attributes;   // Of the middle slice.
  std::string name;  // SeriesDescription of the source.
};

double Along(const Vector3& size, const Vector3& direction) {
  return std::abs(size.x * direction.x) + std::abs(size.y * direction.y) + std::abs(size.z * direction.z);
}

// Rounded to what a DS of 16 characters holds, so that geometry in the metadata is that of the pictures.
double Short(double value) { return std::round(value * 1e6) / 1e6; }

// The three directions, the one nearest to the slices of the volume first.
std::vector<Direction> DirectionsOf(const image::Lattice& lattice) {
  const Vector3 normal = Cross(lattice.column_step, lattice.row_step);
  const double x = std::abs(normal.x);
  const double y = std::abs(normal.y);
  const double z = std::abs(normal.z);
  if (x > y && x > z) return {kSagittal, kAxial, kCoronal};
  if (y > z) return {kCoronal, kAxial, kSagittal};
  return {kAxial, kCoronal, kSagittal};
}

// The range of modality values that the stored values of all slices can mean. False where 16 bits do not hold it.
bool SetRescale(const dicom::VolumePlan& plan, VirtualSeries& series) {
  double low = INFINITY;
  double high = -INFINITY;
  int bits = 0;
  for (const dicom::VolumeFrame& frame : plan.slices) {
    const dicom::VolumeInstance& instance = *frame.instance;
    if (instance.is_float || instance.BitsStored > 16 || !frame.rescale) return false;
    bits = std::max(bits, instance.BitsStored);
    const double first = instance.is_signed ? -std::ldexp(1, instance.BitsStored - 1) : 0;
    for (const double stored : {first, first + std::ldexp(1, instance.BitsStored) - 1}) {
      const double value = frame.rescale->slope * stored + frame.rescale->intercept;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  // Whole steps of a stored value stay whole steps where all slices have one rescale: 2^(16 - bits) in each.
  const double slope = std::abs(plan.slices.front().rescale->slope) * std::ldexp(1, bits - 16);
  series.RescaleIntercept = low;
  series.RescaleSlope = plan.one_rescale ? slope : (high - low) / 65535;
  return std::isfinite(low) && std::isfinite(high) && series.RescaleSlope > 0;
}

VirtualSeries NewSeries(const Source& source, VirtualKind kind, absl::string_view name, int count) {
  VirtualSeries series;
  series.kind = kind;
  series.target = source.target;
  series.input = source.input;
  const std::string identity = absl::StrCat(source.identity, "/", name);
  series.SeriesInstanceUID = DerivedUid(identity);
  for (int i = 0; i < count; ++i) series.SOPInstanceUIDs.push_back(DerivedUid(absl::StrCat(identity, "/", i)));
  return series;
}

// A stack through the bounding box. `step` and the box decide how many images there are.
VirtualSeries Stack(const Source& source, VirtualKind kind, const Direction& direction, double pixel, double step) {
  const Vector3 size = source.box.maximum - source.box.minimum;
  const Vector3 forward = Cross(direction.right, direction.down);
  const double depth = Along(size, forward);
  const int count = std::max(1, static_cast<int>(std::floor(depth / step + 1e-6)));
  const char* const what = kind == VirtualKind::kSlabs ? "MIP" : "MPR";
  VirtualSeries series = NewSeries(source, kind, absl::StrCat(direction.name, " ", what), count);
  series.right = direction.right;
  series.down = direction.down;
  series.pixel_mm = pixel;
  series.step_mm = step;
  series.slab_mm = kind == VirtualKind::kSlabs ? kSlabMm : 0;
  series.Columns = std::max(1, static_cast<int>(std::ceil(Along(size, direction.right) / pixel - 1e-6)));
  series.Rows = std::max(1, static_cast<int>(std::ceil(Along(size, direction.down) / pixel - 1e-6)));
  series.centre = 0.5 * (source.box.minimum + source.box.maximum) - ((count - 1) / 2.0 * step) * forward;
  return series;
}

VirtualSeries Turn(const Source& source) {
  VirtualSeries series = NewSeries(source, VirtualKind::kTurn, "3D", kTurnImages);
  series.Rows = kTurnSide;
  series.Columns = kTurnSide;
  series.centre = 0.5 * (source.box.minimum + source.box.maximum);
  const Vector3 size = source.box.maximum - source.box.minimum;
  // The diagonal of the base is as wide as the volume gets while it turns.
  series.pixel_mm = std::max(std::hypot(size.x, size.y), size.z) / kTurnSide;
  return series;
}

std::string DescriptionOf(const Source& source, absl::string_view what) {
  return ShortText(source.name.empty() ? std::string(what) : absl::StrCat(what, " of ", source.name));
}

void AddSeries(const Source& source, int& number, std::vector<VirtualSeries>& all) {
  const Vector3 size = source.box.maximum - source.box.minimum;
  const std::vector<Direction> directions = DirectionsOf(source.plan.lattice);
  const double widest = std::max({size.x, size.y, size.z});
  const double pixel = Short(std::max(SmallestSpacing(source.plan.lattice), widest / kMaxSide));
  VirtualSeries grey;
  std::vector<std::pair<VirtualSeries, std::string>> made;
  if (SetRescale(source.plan, grey)) {
    for (const Direction& direction : {directions[1], directions[2]}) {
      const double depth = Along(size, Cross(direction.right, direction.down));
      const double step = Short(pixel * std::ceil(depth / pixel / kMaxImages));
      made.emplace_back(Stack(source, VirtualKind::kPlanes, direction, pixel, step),
                        absl::StrCat(direction.name, " MPR"));
    }
    const Direction& own = directions[0];
    if (Along(size, Cross(own.right, own.down)) >= 2 * kSlabMm) {
      made.emplace_back(Stack(source, VirtualKind::kSlabs, own, pixel, kSlabStepMm),
                        absl::StrCat(own.name, " MIP 10 mm"));
    }
  }
  made.emplace_back(Turn(source), "3D");
  for (auto& [series, what] : made) {
    series.RescaleSlope = grey.RescaleSlope;
    series.RescaleIntercept = grey.RescaleIntercept;
    series.shared = SharedAttributes(source.attributes, series, DescriptionOf(source, what), number++);
    all.push_back(std::move(series));
  }
}

std::string IdentityOf(const dicom::VolumePlan& plan) {
  const dicom::VolumeFrame& first = plan.slices.front();
  const dicom::VolumeFrame& last = plan.slices.back();
  return absl::StrCat(first.instance->SeriesInstanceUID, "/", first.instance->SOPInstanceUID, "/", first.number, "/",
                      last.instance->SOPInstanceUID, "/", last.number, "/", plan.slices.size());
}

}  // namespace

absl::StatusOr<VirtualStudy> PlanVirtualStudy(absl::string_view metadata, absl::string_view archive,
                                              absl::string_view study_instance_uid, InstanceMetadata instance) {
  VITRINE_ASSIGN_OR_RETURN(std::vector<dicom::VolumeFrame> frames, dicom::ReadVolumeFrames(metadata));
  const dicom::VolumePlans plans = dicom::PlanVolumes(std::move(frames));
  VirtualStudy study;
  int number = kFirstSeriesNumber;
  size_t volumes = 0;
  for (const dicom::VolumePlan& plan : plans.volumes) {
    if (plan.slices.size() < kMinSlices) continue;
    if (volumes++ == kMaxVolumes) break;
    const dicom::VolumeFrame& middle = plan.slices[plan.slices.size() / 2];
    Source source = {plan, IdentityOf(plan), {}, {}, BoundingBox(plan.lattice), {}, {}};
    source.target.set_archive(std::string(archive));
    source.target.set_study_instance_uid(std::string(study_instance_uid));
    source.target.set_series_instance_uid(middle.instance->SeriesInstanceUID);
    source.input.set_reference_sop_instance_uid(middle.instance->SOPInstanceUID);
    if (middle.instance->NumberOfFrames > 1) source.input.set_reference_frame_number(middle.number);
    VITRINE_ASSIGN_OR_RETURN(source.attributes,
                             instance({std::string(study_instance_uid), middle.instance->SeriesInstanceUID,
                                       middle.instance->SOPInstanceUID}));
    source.name = TextOf(source.attributes, "0008103E");
    AddSeries(source, number, study.series);
  }
  return study;
}

}  // namespace vitrine::service
