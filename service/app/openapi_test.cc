// docs/openapi.json against the tables of routes, parameters, methods and messages, in both directions.

#include "docs/openapi.h"

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "service/dicomweb/parameters.h"
#include "service/dicomweb/route.h"
#include "service/dicomweb/volume_parameter_table.h"
#include "service/handler/volume_presets.h"
#include "service/json/json_service.h"

namespace vitrine::service {
namespace {

using nlohmann::json;
using Names = std::set<std::string>;

const json& Document() {
  static const auto* const document = new json(json::parse(docs::kOpenapiJson));
  return *document;
}

// From "#/components/parameters/window", or the value itself where it is no reference.
const json& Resolved(const json& value) {
  if (!value.contains("$ref")) return value;
  return Document().at(json::json_pointer(value["$ref"].get<std::string>().substr(1)));
}

absl::StatusOr<Route> RouteOf(const std::string& path) {
  const std::string filled = absl::StrReplaceAll(
      path, {{"{study}", "1.1"}, {"{series}", "1.2"}, {"{instance}", "1.3"}, {"{frames}", "1,2"}, {"{bulkdata}", "x"}});
  const std::vector<std::string> segments = absl::StrSplit(filled.substr(1), '/');
  return ParseRoute(segments);
}

// Equal for paths that name the same resource, however they are spelled.
using Kind = std::tuple<Resource, fetch::QueryLevel, bool, bool, bool, bool>;
Kind KindOf(const Route& route) {
  return {route.resource,
          route.level,
          !route.path.StudyInstanceUID.empty(),
          !route.path.SeriesInstanceUID.empty(),
          !route.path.SOPInstanceUID.empty(),
          !route.frames.empty()};
}

std::vector<std::string> DicomWebPaths() {
  std::vector<std::string> paths;
  for (const auto& [path, item] : Document()["paths"].items()) {
    if (absl::StartsWith(path, "/dicom-web") && item.contains("get")) paths.push_back(path);
  }
  return paths;
}

// What the pattern's group finds in a source file.
Names FoundIn(const std::string& path, const std::string& pattern) {
  std::ifstream file(path);
  const std::string source((std::istreambuf_iterator<char>(file)), {});
  const std::regex regex(pattern);
  Names found;
  for (auto match = std::sregex_iterator(source.begin(), source.end(), regex); match != std::sregex_iterator();
       ++match) {
    found.insert((*match)[1]);
  }
  return found;
}

TEST(OpenApi, HasEveryRoute) {
  std::set<Kind> documented;
  for (const std::string& path : DicomWebPaths()) {
    const absl::StatusOr<Route> route = RouteOf(path);
    ASSERT_TRUE(route.ok()) << path << " is no route: " << route.status();
    EXPECT_TRUE(documented.insert(KindOf(*route)).second) << path << " is there twice";
  }
  // Every word that the routes' source quotes: whatever a path can be made of.
  const Names words = FoundIn("service/dicomweb/route.cc", "\"([A-Za-z0-9]+)\"");
  ASSERT_TRUE(words.contains("rendered") && words.contains("studies"));
  std::string base = "/dicom-web";
  int routes = 0;
  for (const char* level : {"", "/studies/1.1", "/series/1.2", "/instances/1.3", "/frames/1,2"}) {
    base += level;
    std::vector<std::string> paths = {base};
    for (const std::string& word : words) {
      paths.push_back(absl::StrCat(base, "/", word));
      paths.push_back(absl::StrCat(base, "/", word, "/x"));
    }
    for (const std::string& path : paths) {
      const absl::StatusOr<Route> route = RouteOf(path);
      if (!route.ok()) continue;
      ++routes;
      EXPECT_TRUE(documented.contains(KindOf(*route))) << "docs/openapi.json lacks " << path;
    }
  }
  EXPECT_GE(routes, static_cast<int>(documented.size()));
}

TEST(OpenApi, PathsNameTheirParameters) {
  for (const auto& [path, item] : Document()["paths"].items()) {
    Names in_path;
    const std::regex braces("\\{([a-z]+)\\}");
    for (auto match = std::sregex_iterator(path.begin(), path.end(), braces); match != std::sregex_iterator();
         ++match) {
      in_path.insert((*match)[1]);
    }
    Names declared;
    for (const json& parameter : item.value("parameters", json::array())) declared.insert(Resolved(parameter)["name"]);
    EXPECT_EQ(declared, in_path) << path;
  }
}

// The query parameters of a path, but those that are not the tables': media types, and attributes to match.
Names QueryParametersOf(const std::string& path) {
  Names names;
  for (const json& reference : Document()["paths"][path]["get"]["parameters"]) {
    const json& parameter = Resolved(reference);
    EXPECT_EQ(parameter["in"], "query");
    const std::string name = parameter["name"];
    EXPECT_TRUE(names.insert(name).second) << path << " has " << name << " twice";
  }
  EXPECT_EQ(names.erase("accept"), 1u) << path;
  names.erase("match");
  return names;
}

Names VolumeParametersOf(bool mpr) {
  Names names;
  for (const VolumeParameter& parameter : VolumeParameters()) {
    if (FindVolumeParameter(parameter.name, mpr) != nullptr) names.insert(std::string(parameter.name));
  }
  return names;
}

TEST(OpenApi, RenderedResourcesHaveTheParametersOfTheTables) {
  Names of_images;
  for (const RenderParameter& parameter : RenderParameters()) of_images.insert(std::string(parameter.name));
  int compared = 0;
  for (const std::string& path : DicomWebPaths()) {
    const Resource resource = RouteOf(path)->resource;
    const bool mpr = resource == Resource::kRenderedMpr;
    const bool image = resource == Resource::kRendered || resource == Resource::kThumbnail;
    if (!image && !mpr && resource != Resource::kRendered3d) continue;
    EXPECT_EQ(QueryParametersOf(path), image ? of_images : VolumeParametersOf(mpr)) << path;
    ++compared;
  }
  EXPECT_GE(compared, 10);
  const std::vector<std::string> presets = VolumePresetNames();
  EXPECT_EQ(Document()["components"]["parameters"]["vitrine-preset"]["schema"]["enum"].get<Names>(),
            Names(presets.begin(), presets.end()));
}

TEST(OpenApi, WadoUriHasTheParametersThatItReads) {
  Names documented;
  for (const json& parameter : Document()["paths"]["/wado"]["get"]["parameters"]) {
    documented.insert(Resolved(parameter)["name"]);
  }
  EXPECT_EQ(documented, FoundIn("service/dicomweb/wado_uri.cc", "(?:Find|RequiredUid)\\(request, \"(\\w+)\""));
}

TEST(OpenApi, HasEveryJsonMethod) {
  Names methods;
  for (const absl::string_view method : JsonService::Methods()) methods.insert(absl::StrCat("/v1/", method));
  Names documented;
  for (const auto& [path, item] : Document()["paths"].items()) {
    if (item.contains("post")) documented.insert(path);
  }
  EXPECT_EQ(documented, methods);
}

// "number", "integer", "string" ... as proto3 JSON has it.
std::string JsonTypeOf(const google::protobuf::FieldDescriptor& field) {
  using Field = google::protobuf::FieldDescriptor;
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
    case Field::CPPTYPE_UINT32: return "integer";
    case Field::CPPTYPE_DOUBLE:
    case Field::CPPTYPE_FLOAT: return "number";
    case Field::CPPTYPE_BOOL: return "boolean";
    case Field::CPPTYPE_MESSAGE: return "object";
    default: return "string";  // 64 bits, enumerations, text and bytes too.
  }
}

void CheckField(const google::protobuf::FieldDescriptor& field, const json& property) {
  const bool list = field.is_repeated() && !field.is_map();
  EXPECT_EQ(property.value("type", "") == "array", list) << field.full_name();
  const json& schema = list ? property.at("items") : property;
  EXPECT_EQ(Resolved(schema)["type"], JsonTypeOf(field)) << field.full_name();
  if (field.message_type() != nullptr && !field.is_map()) {
    const std::string name = field.message_type()->full_name().substr(sizeof("vitrine.v1.") - 1);
    EXPECT_EQ(schema["$ref"], absl::StrCat("#/components/schemas/", name)) << field.full_name();
  }
  if (field.enum_type() == nullptr) return;
  Names values;
  for (int i = 0; i < field.enum_type()->value_count(); ++i) values.insert(field.enum_type()->value(i)->name());
  EXPECT_EQ(schema["enum"].get<Names>(), values) << field.full_name();
}

TEST(OpenApi, SchemasAreTheMessages) {
  const auto* const pool = google::protobuf::DescriptorPool::generated_pool();
  ASSERT_NE(pool->FindMessageTypeByName(v1::MeasureRequest::descriptor()->full_name()), nullptr);
  int messages = 0;
  for (const auto& [name, schema] : Document()["components"]["schemas"].items()) {
    if (name == "Problem" || name == "DicomJson") continue;
    const auto* const message = pool->FindMessageTypeByName(absl::StrCat("vitrine.v1.", name));
    ASSERT_NE(message, nullptr) << name;
    ++messages;
    Names fields;
    for (int i = 0; i < message->field_count(); ++i) {
      const google::protobuf::FieldDescriptor& field = *message->field(i);
      fields.insert(field.json_name());
      ASSERT_TRUE(schema["properties"].contains(field.json_name())) << "docs/openapi.json lacks " << field.full_name();
      CheckField(field, schema["properties"][field.json_name()]);
    }
    EXPECT_EQ(schema["properties"].size(), fields.size()) << name;
  }
  EXPECT_GT(messages, 20);
}

// Calls `each` for every object of the document.
template <typename Each>
void ForObjects(const json& value, const Each& each) {
  if (value.is_object()) each(value);
  if (value.is_structured()) {
    for (const json& member : value) ForObjects(member, each);
  }
}

TEST(OpenApi, ReferencesResolveAndAllPartsAreUsed) {
  Names used;
  ForObjects(Document(), [&](const json& object) {
    if (!object.contains("$ref")) return;
    EXPECT_TRUE(Resolved(object).is_object());
    used.insert(object["$ref"]);
  });
  for (const auto& [section, parts] : Document()["components"].items()) {
    for (const auto& [name, part] : parts.items()) {
      const std::string reference = absl::StrCat("#/components/", section, "/", name);
      const bool of_streams = name == "ViewUpdate" || name == "RenderedFrame" || name == "StreamError";
      EXPECT_TRUE(of_streams || used.contains(reference)) << reference;
    }
  }
}

TEST(OpenApi, OperationsHaveNamesOfTheirOwn) {
  Names names;
  for (const auto& [path, item] : Document()["paths"].items()) {
    for (const char* method : {"get", "post", "options"}) {
      if (!item.contains(method)) continue;
      EXPECT_TRUE(names.insert(item[method].at("operationId")).second) << path;
      EXPECT_FALSE(item[method].at("responses").empty()) << path;
      EXPECT_FALSE(item[method].at("summary").get<std::string>().empty()) << path;
    }
  }
}

}  // namespace
}  // namespace vitrine::service
