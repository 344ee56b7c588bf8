#ifndef VITRINE_DICOM_JSON_WRITER_H_
#define VITRINE_DICOM_JSON_WRITER_H_

// For the .cc files that work with DCMTK's own classes: its data sets as DICOM JSON (PS3.18 F), as dicom_json.h has it.

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "dicom/dcmtk_parse.h"
#include "nlohmann/json_fwd.hpp"

namespace vitrine::dicom {

class JsonWriter {
 public:
  // Of attributes at any level of nesting, by tag; outlives the writer.
  using Wanted = absl::FunctionRef<bool(uint32_t)>;

  // Values of more than `max_value_bytes` are left out or, unless `bulk_data_uri` is "", become a BulkDataURI.
  JsonWriter(Wanted wanted, uint64_t max_value_bytes, absl::string_view bulk_data_uri = {})
      : wanted_(wanted), max_value_bytes_(max_value_bytes), bulk_data_uri_(bulk_data_uri) {}

  // Converts the text of the data set to UTF-8, then calls take(tag, {"vr":"LO","Value":["x"]}) for every wanted
  // attribute of the data set itself, in ascending order. What is not UTF-8 even then is left to whoever makes text of
  // it.
  void Write(DcmDataset& dataset, absl::FunctionRef<void(uint32_t, nlohmann::json)> take) const;

 private:
  bool IsWanted(DcmElement& element) const;
  std::optional<nlohmann::json> Attribute(DcmElement& element, const std::string& uri) const;
  nlohmann::json Values(DcmElement& element, DcmEVR vr, const std::string& uri) const;
  nlohmann::json Items(DcmElement& element, const std::string& uri) const;
  nlohmann::json Item(DcmItem& item, const std::string& uri) const;

  const Wanted wanted_;
  const uint64_t max_value_bytes_;
  const std::string bulk_data_uri_;
};

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_JSON_WRITER_H_
