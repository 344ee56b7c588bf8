#include "service/virtual_series/virtual_series.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "absl/strings/str_format.h"
#include "fetch/archive.h"
#include "service/handler/camera.h"

namespace vitrine::service {
namespace {

using image::Vector3;
using nlohmann::json;

constexpr double kEyeDistance = 1000;  // mm; of an orthographic camera the direction alone matters.

void Put(json& dataset, const char* tag, const char* vr, json values) {
  dataset[tag] = {{"vr", vr}, {"Value", std::move(values)}};
}

Vector3 Forward(const VirtualSeries& series) { return Cross(series.right, series.down); }

Vector3 CentreOfImage(const VirtualSeries& series, int index) {
  return series.centre + (index * series.step_mm) * Forward(series);
}

// Rounded as a DS of 16 characters would be, so that every reader has the same numbers.
double Rounded(double value) { return std::round(value * 1e6) / 1e6 + 0.0; }

json Numbers(std::initializer_list<double> values) {
  json list = json::array();
  for (const double value : values) list.push_back(Rounded(value));
  return list;
}

void SetPlane(const VirtualSeries& series, int index, json& dataset) {
  const Vector3 corner = CentreOfImage(series, index) - ((series.Columns - 1) / 2.0 * series.pixel_mm) * series.right -
                         ((series.Rows - 1) / 2.0 * series.pixel_mm) * series.down;
  Put(dataset, "00200032", "DS", Numbers({corner.x, corner.y, corner.z}));
  Put(dataset, "00200037", "DS",
      Numbers({series.right.x, series.right.y, series.right.z, series.down.x, series.down.y, series.down.z}));
}

void SetPosition(const Vector3& look_at, const Vector3& forward, const Vector3& up, v1::Camera& camera) {
  *camera.mutable_look_at() = FromVector(look_at);
  *camera.mutable_position() = FromVector(look_at - kEyeDistance * forward);
  *camera.mutable_up() = FromVector(up);
}

}  // namespace

int VirtualSeries::IndexOf(const std::string& sop_instance_uid) const {
  const auto found = std::find(SOPInstanceUIDs.begin(), SOPInstanceUIDs.end(), sop_instance_uid);
  return found == SOPInstanceUIDs.end() ? -1 : static_cast<int>(found - SOPInstanceUIDs.begin());
}

const VirtualSeries* VirtualStudy::Find(const std::string& series_instance_uid) const {
  for (const VirtualSeries& one : series) {
    if (one.SeriesInstanceUID == series_instance_uid) return &one;
  }
  return nullptr;
}

json AttributesOf(const VirtualSeries& series, int index) {
  json dataset = series.shared;
  const std::string& uid = series.SOPInstanceUIDs[index];
  Put(dataset, "00080018", "UI", {uid});
  Put(dataset, "00200013", "IS", {index + 1});
  Put(dataset, "00081190", "UR",
      {fetch::PathText({series.target.study_instance_uid(), series.SeriesInstanceUID, uid})});
  if (series.kind != VirtualKind::kTurn) SetPlane(series, index, dataset);
  return dataset;
}

v1::View ViewOf(const VirtualSeries& series, int index) {
  v1::View view;
  *view.mutable_target() = series.target;
  if (series.kind == VirtualKind::kTurn) {
    v1::VolumeView& volume = *view.mutable_volume();
    *volume.mutable_input() = series.input;
    // Around the patient's axis, from anterior to the patient's left first.
    const double angle = 2 * std::numbers::pi * index / static_cast<double>(series.SOPInstanceUIDs.size());
    const Vector3 forward = {-std::sin(angle), std::cos(angle), 0};
    SetPosition(series.centre, forward, {0, 0, 1}, *volume.mutable_camera());
    volume.mutable_camera()->set_field_of_view_mm(series.pixel_mm * std::max(series.Rows, series.Columns));
    return view;
  }
  v1::SliceView& slice = *view.mutable_slice();
  *slice.mutable_input() = series.input;
  SetPosition(CentreOfImage(series, index), Forward(series), -series.down, *slice.mutable_camera());
  slice.mutable_camera()->set_field_of_view_mm(series.pixel_mm * std::max(series.Rows, series.Columns));
  if (series.kind == VirtualKind::kSlabs) {
    slice.set_slab_thickness_mm(series.slab_mm);
    slice.set_projection(v1::MAXIMUM_INTENSITY);
  }
  return view;
}

v1::Window FullWindow(const VirtualSeries& series) {
  v1::Window window;
  const double width = 65535 * series.RescaleSlope;
  window.set_function(v1::Window::LINEAR_EXACT);
  window.set_width(width);
  window.set_center(series.RescaleIntercept + width / 2);
  return window;
}

}  // namespace vitrine::service
