#include "service/dicomweb/volume_parameter_table.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "service/dicomweb/parameter_values.h"

namespace vitrine::service {
namespace {

template <typename Value>
struct Name {
  absl::string_view text;
  Value value;
};

template <typename Value, size_t kCount>
absl::StatusOr<Value> Choose(absl::string_view parameter, absl::string_view text, const Name<Value> (&names)[kCount]) {
  std::string known;
  for (const Name<Value>& name : names) {
    if (name.text == text) return name.value;
    absl::StrAppend(&known, known.empty() ? "" : ", ", name.text);
  }
  return InvalidParameter(parameter, absl::StrCat("give one of ", known));
}

absl::StatusOr<double> ParsePositive(absl::string_view parameter, absl::string_view text) {
  const std::optional<double> number = ParseDecimal(text);
  if (!number || !(*number > 0)) return InvalidParameter(parameter, "give a decimal number above 0");
  return *number;
}

void SetVector(const double* numbers, v1::Vector3& vector) {
  vector.set_x(numbers[0]);
  vector.set_y(numbers[1]);
  vector.set_z(numbers[2]);
}

absl::Status ReadPoint(absl::string_view parameter, absl::string_view text, v1::Vector3& point) {
  VITRINE_ASSIGN_OR_RETURN(const std::vector<double> numbers, ParseDecimals(parameter, text));
  if (numbers.size() != 3) return InvalidParameter(parameter, "give x,y,z");
  SetVector(numbers.data(), point);
  return absl::OkStatus();
}

absl::Status ReadViewport(absl::string_view text, VolumeReading& reading) {
  const std::vector<absl::string_view> members = SplitList(text);
  if (members.size() != 2) return InvalidParameter("viewport", "give vw,vh; a volume has no source region");
  const std::optional<int> width = ParseUint(members[0]);
  const std::optional<int> height = ParseUint(members[1]);
  if (!width || *width == 0 || !height || *height == 0) {
    return InvalidParameter("viewport", "the width and height must be positive integers");
  }
  reading.request.mutable_output()->set_width(*width);
  reading.request.mutable_output()->set_height(*height);
  return absl::OkStatus();
}

absl::Status ReadMethod(absl::string_view text, VolumeReading& reading) {
  static constexpr Name<v1::Projection> kMethods[] = {{"volume_rendered", v1::VOLUME_RENDERED},
                                                      {"maximum_ip", v1::MAXIMUM_INTENSITY},
                                                      {"minimum_ip", v1::MINIMUM_INTENSITY},
                                                      {"average_ip", v1::AVERAGE_INTENSITY}};
  VITRINE_ASSIGN_OR_RETURN(const v1::Projection method, Choose("renderingmethod", text, kMethods));
  if (reading.mpr() && method == v1::VOLUME_RENDERED) {
    return InvalidParameter("renderingmethod", "volume_rendered is for rendered3d");
  }
  if (reading.mpr()) {
    reading.slice().set_projection(method);
  } else {
    reading.volume().set_projection(method);
  }
  return absl::OkStatus();
}

absl::Status ReadOrientation(absl::string_view text, VolumeReading& reading) {
  static constexpr Name<v1::Camera::Orientation> kSides[] = {{"a", v1::Camera::ANTERIOR}, {"p", v1::Camera::POSTERIOR},
                                                             {"r", v1::Camera::RIGHT},    {"l", v1::Camera::LEFT},
                                                             {"h", v1::Camera::HEAD},     {"f", v1::Camera::FOOT}};
  VITRINE_ASSIGN_OR_RETURN(const v1::Camera::Orientation side, Choose("orientation", text, kSides));
  reading.camera().set_orientation(side);
  return absl::OkStatus();
}

absl::Status ReadReference(absl::string_view text, VolumeReading& reading) {
  const std::vector<absl::string_view> members = SplitList(text);
  if (members.size() > 2 || members[0].empty())
    return InvalidParameter("volumeinputreference", "give uid or uid,frame");
  reading.input().set_reference_sop_instance_uid(std::string(members[0]));
  if (members.size() == 1) return absl::OkStatus();
  const std::optional<int> frame = ParseUint(members[1]);
  if (!frame || *frame == 0) return InvalidParameter("volumeinputreference", "the frame must be a positive integer");
  reading.input().set_reference_frame_number(*frame);
  return absl::OkStatus();
}

// One triplet, or several in one value.
absl::Status ReadCurvePoints(absl::string_view text, VolumeReading& reading) {
  VITRINE_ASSIGN_OR_RETURN(const std::vector<double> numbers, ParseDecimals("volumetriccurvepoint", text));
  if (numbers.size() % 3 != 0) return InvalidParameter("volumetriccurvepoint", "give x,y,z of each point");
  for (size_t i = 0; i < numbers.size(); i += 3) SetVector(&numbers[i], *reading.slice().add_curve());
  return absl::OkStatus();
}

absl::Status ReadSwivel(absl::string_view text, VolumeReading& reading) {
  VITRINE_ASSIGN_OR_RETURN(const double range, ParsePositive("swivelrange", text));
  if (range > 360) return InvalidParameter("swivelrange", "give at most 360 degrees");
  reading.request.mutable_animation()->mutable_swivel()->set_range_degrees(range);
  return absl::OkStatus();
}

absl::Status ReadMetadata(absl::string_view text, VolumeReading& reading) {
  if (text != "yes") return InvalidParameter("renderedvolumetricmetadata", "give yes");
  reading.request.set_metadata_only(true);
  return absl::OkStatus();
}

absl::Status ReadTransferFunction(absl::string_view text, VolumeReading& reading) {
  VITRINE_ASSIGN_OR_RETURN(const std::vector<double> numbers, ParseDecimals("vitrine-transfer-function", text));
  if (numbers.size() % 5 != 0) {
    return InvalidParameter("vitrine-transfer-function", "give value,red,green,blue,opacity of each point");
  }
  v1::TransferFunction& function = *reading.volume().mutable_transfer_function();
  for (size_t i = 0; i < numbers.size(); i += 5) {
    v1::TransferFunction::Point& point = *function.add_points();
    point.set_value(numbers[i]);
    point.set_red(numbers[i + 1]);
    point.set_green(numbers[i + 2]);
    point.set_blue(numbers[i + 3]);
    point.set_opacity(numbers[i + 4]);
  }
  return absl::OkStatus();
}

absl::Status ReadPan(absl::string_view text, VolumeReading& reading) {
  VITRINE_ASSIGN_OR_RETURN(const std::vector<double> numbers, ParseDecimals("vitrine-pan", text));
  if (numbers.size() != 2) return InvalidParameter("vitrine-pan", "give right,down in mm");
  reading.camera().set_pan_right_mm(numbers[0]);
  reading.camera().set_pan_down_mm(numbers[1]);
  return absl::OkStatus();
}

absl::Status ReadCrop(absl::string_view text, VolumeReading& reading) {
  VITRINE_ASSIGN_OR_RETURN(const std::vector<double> numbers, ParseDecimals("vitrine-crop", text));
  if (numbers.size() != 6) return InvalidParameter("vitrine-crop", "give x,y,z of the minimum and of the maximum");
  v1::Box& box = reading.mpr() ? *reading.slice().mutable_crop() : *reading.volume().mutable_crop();
  SetVector(&numbers[0], *box.mutable_minimum());
  SetVector(&numbers[3], *box.mutable_maximum());
  return absl::OkStatus();
}

absl::Status ReadInterpolation(absl::string_view text, VolumeReading& reading) {
  static constexpr Name<v1::Interpolation> kNames[] = {{"linear", v1::INTERPOLATION_LINEAR},
                                                       {"cubic", v1::INTERPOLATION_CUBIC}};
  VITRINE_ASSIGN_OR_RETURN(const v1::Interpolation interpolation, Choose("vitrine-interpolation", text, kNames));
  if (reading.mpr()) {
    reading.slice().set_interpolation(interpolation);
  } else {
    reading.volume().set_interpolation(interpolation);
  }
  return absl::OkStatus();
}

absl::Status ReadInvert(absl::string_view text, VolumeReading& reading) {
  VITRINE_ASSIGN_OR_RETURN(const bool invert, ParseYesOrNo("vitrine-invert", text));
  if (reading.mpr()) {
    reading.slice().set_invert(invert);
  } else {
    reading.volume().set_invert(invert);
  }
  return absl::OkStatus();
}

using Of = VolumeParameter::Of;

constexpr VolumeParameter kParameters[] = {
    {"window", Of::kBoth, [](absl::string_view text, VolumeReading& r) { return ReadWindow(text, r.request); }},
    {"viewport", Of::kBoth, ReadViewport},
    {"quality", Of::kBoth, [](absl::string_view text, VolumeReading& r) { return ReadQuality(text, r.request); }},
    {"renderingmethod", Of::kBoth, ReadMethod},
    {"orientation", Of::kBoth, ReadOrientation},
    {"viewpointposition", Of::kBoth,
     [](absl::string_view text, VolumeReading& r) {
       return ReadPoint("viewpointposition", text, *r.camera().mutable_position());
     }},
    {"viewpointlookat", Of::kBoth,
     [](absl::string_view text, VolumeReading& r) {
       return ReadPoint("viewpointlookat", text, *r.camera().mutable_look_at());
     }},
    {"viewpointup", Of::kBoth,
     [](absl::string_view text, VolumeReading& r) { return ReadPoint("viewpointup", text, *r.camera().mutable_up()); }},
    {"mprslab", Of::kMpr,
     [](absl::string_view text, VolumeReading& r) {
       VITRINE_ASSIGN_OR_RETURN(const double thickness, ParsePositive("mprslab", text));
       r.slice().set_slab_thickness_mm(thickness);
       return absl::OkStatus();
     }},
    {"swivelrange", Of::k3d, ReadSwivel},
    {"volumetriccurvepoint", Of::kMpr, ReadCurvePoints},
    {"animationstepsize", Of::kBoth,
     [](absl::string_view text, VolumeReading& r) {
       VITRINE_ASSIGN_OR_RETURN(r.wish.step, ParsePositive("animationstepsize", text));
       return absl::OkStatus();
     }},
    {"animationrate", Of::kBoth,
     [](absl::string_view text, VolumeReading& r) {
       VITRINE_ASSIGN_OR_RETURN(r.wish.rate, ParsePositive("animationrate", text));
       return absl::OkStatus();
     }},
    {"renderedvolumetricmetadata", Of::kBoth, ReadMetadata},
    {"volumeinputreference", Of::kBoth, ReadReference},
    {"vitrine-preset", Of::k3d,
     [](absl::string_view text, VolumeReading& r) {
       if (text.empty()) return InvalidParameter("vitrine-preset", "give the name of a preset");
       r.volume().set_preset(std::string(text));
       return absl::OkStatus();
     }},
    {"vitrine-transfer-function", Of::k3d, ReadTransferFunction},
    {"vitrine-shaded", Of::k3d,
     [](absl::string_view text, VolumeReading& r) {
       VITRINE_ASSIGN_OR_RETURN(const bool shaded, ParseYesOrNo("vitrine-shaded", text));
       r.volume().mutable_transfer_function()->set_shaded(shaded);
       return absl::OkStatus();
     }},
    {"vitrine-moving", Of::k3d,
     [](absl::string_view text, VolumeReading& r) {
       VITRINE_ASSIGN_OR_RETURN(const bool moving, ParseYesOrNo("vitrine-moving", text));
       r.volume().set_moving(moving);
       return absl::OkStatus();
     }},
    {"vitrine-interpolation", Of::kBoth, ReadInterpolation},
    {"vitrine-fov", Of::kBoth,
     [](absl::string_view text, VolumeReading& r) {
       VITRINE_ASSIGN_OR_RETURN(const double mm, ParsePositive("vitrine-fov", text));
       r.camera().set_field_of_view_mm(mm);
       return absl::OkStatus();
     }},
    {"vitrine-zoom", Of::kBoth,
     [](absl::string_view text, VolumeReading& r) {
       VITRINE_ASSIGN_OR_RETURN(const double zoom, ParsePositive("vitrine-zoom", text));
       r.camera().set_zoom(zoom);
       return absl::OkStatus();
     }},
    {"vitrine-pan", Of::kBoth, ReadPan},
    {"vitrine-crop", Of::kBoth, ReadCrop},
    {"vitrine-bits", Of::kBoth, [](absl::string_view text, VolumeReading& r) { return ReadBits(text, r.request); }},
    {"vitrine-invert", Of::kBoth, ReadInvert},
};

}  // namespace

absl::Span<const VolumeParameter> VolumeParameters() { return kParameters; }

const VolumeParameter* FindVolumeParameter(absl::string_view name, bool mpr) {
  for (const VolumeParameter& parameter : kParameters) {
    if (parameter.name == name && (parameter.of == Of::kBoth || (parameter.of == Of::kMpr) == mpr)) return &parameter;
  }
  return nullptr;
}

}  // namespace vitrine::service
