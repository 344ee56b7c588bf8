#include "service/handler/describe_series.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/metadata_json.h"
#include "nlohmann/json.hpp"
#include "service/handler/cine_sequence.h"

namespace vitrine::service {
namespace {

using nlohmann::json;
using Described = v1::DescribeSeriesResponse::Instance;

std::string Text(const json& dataset, const char* tag) {
  const json* values = dicom::ValuesOf(dataset, tag);
  return values != nullptr && values->front().is_string() ? values->front().get<std::string>() : std::string();
}

// DS and IS values are numbers or strings (PS3.18 F.2.2).
std::optional<double> Number(const json& value) {
  double number = 0;
  if (value.is_number()) {
    number = value.get<double>();
  } else if (!value.is_string() || !absl::SimpleAtod(value.get<std::string>(), &number)) {
    return std::nullopt;
  }
  return std::isfinite(number) ? std::optional<double>(number) : std::nullopt;
}

std::vector<double> Numbers(const json& dataset, const char* tag) {
  std::vector<double> numbers;
  if (const json* values = dicom::ValuesOf(dataset, tag)) {
    for (const json& value : *values) {
      if (const auto number = Number(value)) numbers.push_back(*number);
    }
  }
  return numbers;
}

int Integer(const json& dataset, const char* tag, int otherwise) {
  const std::vector<double> numbers = Numbers(dataset, tag);
  if (numbers.empty() || std::abs(numbers[0]) > 2e9) return otherwise;
  return static_cast<int>(numbers[0]);
}

void SetVector(const std::vector<double>& numbers, size_t first, v1::Vector3& vector) {
  vector.set_x(numbers[first]);
  vector.set_y(numbers[first + 1]);
  vector.set_z(numbers[first + 2]);
}

v1::Window::Function FunctionOf(const std::string& voi_lut_function) {
  if (voi_lut_function == "SIGMOID") return v1::Window::SIGMOID;
  if (voi_lut_function == "LINEAR_EXACT") return v1::Window::LINEAR_EXACT;
  return v1::Window::LINEAR;
}

void DescribeWindows(const json& dataset, Described& instance) {
  const std::vector<double> centers = Numbers(dataset, "00281050");
  const std::vector<double> widths = Numbers(dataset, "00281051");
  const json* explanations = dicom::ValuesOf(dataset, "00281055");
  const v1::Window::Function function = FunctionOf(Text(dataset, "00281056"));
  for (size_t i = 0; i < std::min(centers.size(), widths.size()); ++i) {
    auto& preset = *instance.add_windows();
    preset.mutable_window()->set_center(centers[i]);
    preset.mutable_window()->set_width(widths[i]);
    preset.mutable_window()->set_function(function);
    if (explanations != nullptr && i < explanations->size() && (*explanations)[i].is_string()) {
      preset.set_explanation((*explanations)[i].get<std::string>());
    }
  }
}

void DescribeGeometry(const json& dataset, Described& instance) {
  if (const auto spacing = Numbers(dataset, "00280030"); spacing.size() == 2) {
    instance.set_row_spacing_mm(spacing[0]);
    instance.set_column_spacing_mm(spacing[1]);
  }
  if (const auto position = Numbers(dataset, "00200032"); position.size() == 3) {
    SetVector(position, 0, *instance.mutable_image_position());
  }
  if (const auto orientation = Numbers(dataset, "00200037"); orientation.size() == 6) {
    SetVector(orientation, 0, *instance.mutable_row_direction());
    SetVector(orientation, 3, *instance.mutable_column_direction());
  }
}

// As an instance's own frames are played, on average; 0 where it does not say.
double FrameTimeMs(const json& dataset, int frames) {
  if (const auto mean = MeanFrameTime(Numbers(dataset, "00181065"), frames)) return *mean;
  if (const std::vector<double> time = Numbers(dataset, "00181063"); !time.empty() && time[0] > 0) return time[0];
  for (const char* tag : {"00082144", "00180040"}) {
    if (const std::vector<double> rate = Numbers(dataset, tag); !rate.empty() && rate[0] > 0) return 1000 / rate[0];
  }
  return 0;
}

Described DescribeInstance(const json& dataset) {
  Described instance;
  instance.set_sop_instance_uid(Text(dataset, "00080018"));
  instance.set_sop_class_uid(Text(dataset, "00080016"));
  instance.set_instance_number(Integer(dataset, "00200013", 0));
  instance.set_rows(Integer(dataset, "00280010", 0));
  instance.set_columns(Integer(dataset, "00280011", 0));
  instance.set_number_of_frames(std::max(1, Integer(dataset, "00280008", 1)));
  instance.set_photometric_interpretation(Text(dataset, "00280004"));
  if (const double time = FrameTimeMs(dataset, instance.number_of_frames()); time > 0) instance.set_frame_time_ms(time);
  DescribeGeometry(dataset, instance);
  DescribeWindows(dataset, instance);
  if (instance.rows() == 0 || instance.columns() == 0) instance.set_not_renderable("the instance holds no image");
  return instance;
}

}  // namespace

absl::StatusOr<v1::DescribeSeriesResponse> DescribeSeriesFromMetadata(absl::string_view metadata) {
  static const absl::flat_hash_set<absl::string_view> kTags = {
      "00080016", "00080018", "00080060", "00082144", "0008103E", "00180040", "00181063",
      "00181065", "00200013", "00200032", "00200037", "00280004", "00280008", "00280010",
      "00280011", "00280030", "00281050", "00281051", "00281055", "00281056"};
  VITRINE_ASSIGN_OR_RETURN(const json document, dicom::ParseMetadata(metadata, kTags));
  if (document.empty()) return MakeError(ErrorCategory::kArchiveProtocol, "the archive's metadata is empty");
  v1::DescribeSeriesResponse response;
  response.set_modality(Text(document.front(), "00080060"));
  response.set_series_description(Text(document.front(), "0008103E"));
  for (const json& dataset : document) {
    *response.add_instances() = DescribeInstance(dataset);
  }
  std::stable_sort(response.mutable_instances()->begin(), response.mutable_instances()->end(),
                   [](const Described& a, const Described& b) { return a.instance_number() < b.instance_number(); });
  return response;
}

}  // namespace vitrine::service
