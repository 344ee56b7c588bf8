#ifndef VITRINE_DICOM_TESTING_PART10_WRITER_H_
#define VITRINE_DICOM_TESTING_PART10_WRITER_H_

// Writes DICOM bytes for tests, element by element, correct or not: nothing is checked or sorted. Shares no code with
// the readers that it tests.

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace vitrine::dicom::testing {

constexpr char kImplicit[] = "1.2.840.10008.1.2";
constexpr char kExplicit[] = "1.2.840.10008.1.2.1";
constexpr char kDeflated[] = "1.2.840.10008.1.2.1.99";
constexpr char kBigEndian[] = "1.2.840.10008.1.2.2";
constexpr char kRle[] = "1.2.840.10008.1.2.5";

class DatasetWriter {
 public:
  enum Form { kExplicitLittle, kImplicitLittle, kExplicitBig };

  explicit DatasetWriter(Form form = kExplicitLittle) : form_(form) {}

  const std::string& bytes() const { return bytes_; }

  DatasetWriter& Raw(absl::string_view bytes) {
    bytes_.append(bytes.data(), bytes.size());
    return *this;
  }

  // A header with any length at all, and no value.
  DatasetWriter& Header(uint32_t tag, absl::string_view vr, uint32_t length) {
    Number<uint16_t>(tag >> 16);
    Number<uint16_t>(tag & 0xFFFF);
    if (form_ == kImplicitLittle || vr.empty()) return Number<uint32_t>(length);
    Raw(vr);
    const bool wide =
        vr == "OB" || vr == "OW" || vr == "OF" || vr == "OD" || vr == "OV" || vr == "SQ" || vr == "UN" || vr == "UT";
    if (!wide) return Number<uint16_t>(length);
    Number<uint16_t>(0);
    return Number<uint32_t>(length);
  }

  // An element with its value, padded to even length with `pad`.
  DatasetWriter& Bytes(uint32_t tag, absl::string_view vr, absl::string_view value, char pad = '\0') {
    const std::string padding(value.size() % 2, pad);
    return Header(tag, vr, value.size() + padding.size()).Raw(value).Raw(padding);
  }

  DatasetWriter& Text(uint32_t tag, absl::string_view vr, absl::string_view value) {
    return Bytes(tag, vr, value, vr == "UI" ? '\0' : ' ');
  }

  // Binary numbers of type T, in the byte order of the data set.
  template <typename T>
  DatasetWriter& Numbers(uint32_t tag, absl::string_view vr, const std::vector<T>& values) {
    DatasetWriter value(form_);
    for (const T number : values) value.Number<T>(number);
    return Bytes(tag, vr, value.bytes());
  }
  DatasetWriter& Us(uint32_t tag, const std::vector<uint16_t>& values) { return Numbers<uint16_t>(tag, "US", values); }
  DatasetWriter& Ss(uint32_t tag, const std::vector<int16_t>& values) { return Numbers<int16_t>(tag, "SS", values); }

  DatasetWriter& Sequence(uint32_t tag, const std::vector<DatasetWriter>& items, bool undefined_length = true) {
    DatasetWriter content(form_);
    for (const DatasetWriter& item : items) {
      content.Header(0xFFFEE000, "", undefined_length ? 0xFFFFFFFF : item.bytes().size()).Raw(item.bytes());
      if (undefined_length) content.Header(0xFFFEE00D, "", 0);
    }
    if (!undefined_length) return Header(tag, "SQ", content.bytes().size()).Raw(content.bytes());
    return Header(tag, "SQ", 0xFFFFFFFF).Raw(content.bytes()).Header(0xFFFEE0DD, "", 0);
  }

  // Encapsulated pixel data; odd fragments are padded with a zero byte.
  DatasetWriter& Fragments(const std::vector<std::string>& fragments, const std::vector<uint32_t>& offsets = {}) {
    Header(0x7FE00010, "OB", 0xFFFFFFFF).Header(0xFFFEE000, "", 4 * offsets.size());
    for (const uint32_t offset : offsets) Number<uint32_t>(offset);
    for (const std::string& fragment : fragments) Bytes(0xFFFEE000, "", fragment);
    return Header(0xFFFEE0DD, "", 0);
  }

  template <typename T>
  DatasetWriter& Number(T value) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    if (form_ == kExplicitBig) {
      for (size_t i = 0; i < sizeof(T) / 2; ++i) std::swap(bytes[i], bytes[sizeof(T) - 1 - i]);
    }
    return Raw({bytes, sizeof(T)});
  }

 private:
  Form form_;
  std::string bytes_;
};

// Preamble, file meta information and `dataset`.
inline std::string Part10File(absl::string_view transfer_syntax_uid, absl::string_view dataset) {
  DatasetWriter meta;
  meta.Text(0x00020010, "UI", transfer_syntax_uid);
  DatasetWriter file;
  file.Raw(std::string(128, '\0')).Raw("DICM");
  file.Numbers<uint32_t>(0x00020000, "UL", {static_cast<uint32_t>(meta.bytes().size())});
  return file.Raw(meta.bytes()).Raw(dataset).bytes();
}

// The Image Pixel module of a grey image with 16 bits allocated, without pixel data.
inline DatasetWriter GreyImage(uint16_t rows, uint16_t columns, uint16_t bits_stored = 16, bool is_signed = false,
                               DatasetWriter::Form form = DatasetWriter::kExplicitLittle) {
  DatasetWriter image(form);
  image.Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2").Text(0x00080018, "UI", "1.2.3").Us(0x00280002, {1});
  image.Text(0x00280004, "CS", "MONOCHROME2").Us(0x00280010, {rows}).Us(0x00280011, {columns});
  image.Us(0x00280100, {16}).Us(0x00280101, {bits_stored}).Us(0x00280102, {static_cast<uint16_t>(bits_stored - 1)});
  return image.Us(0x00280103, {static_cast<uint16_t>(is_signed ? 1 : 0)});
}

}  // namespace vitrine::dicom::testing

#endif  // VITRINE_DICOM_TESTING_PART10_WRITER_H_
