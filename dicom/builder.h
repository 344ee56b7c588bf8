#ifndef VITRINE_DICOM_BUILDER_H_
#define VITRINE_DICOM_BUILDER_H_

// Builds PS3.10 files from attributes, for generated images and for tests.
//
//   DatasetBuilder b;
//   b.Set("PatientName", "DEMO^CT").SetUint16("Rows", 512).SetPixelData(pixels);
//   ASSERT_OK_AND_ASSIGN(const std::string file, b.Write());

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace vitrine::dicom {

// A data set under construction. An attribute is named by its PS3.6 keyword or by its tag as 8 hexadecimal digits.
// Every setter replaces the attribute if it is there. The first error (an unknown keyword, a value that does not fit
// the VR) is kept and comes out of Write(). Not thread-safe. Movable; a moved-from builder may only be destroyed.
class DatasetBuilder {
 public:
  DatasetBuilder();
  ~DatasetBuilder();
  DatasetBuilder(DatasetBuilder&& other) noexcept;
  DatasetBuilder& operator=(DatasetBuilder&& other) noexcept;

  // Any VR that has a text form; several values are separated by '\'. "" makes an empty attribute. Text is stored as it
  // is: SpecificCharacterSet is the caller's business.
  DatasetBuilder& Set(absl::string_view keyword, absl::string_view value);
  // VR US, also where the dictionary leaves a choice (US or SS, US or OW).
  DatasetBuilder& SetUint16(absl::string_view keyword, uint16_t value);
  DatasetBuilder& SetUint16(absl::string_view keyword, const std::vector<uint16_t>& values);
  // VR SS.
  DatasetBuilder& SetInt16(absl::string_view keyword, int16_t value);
  // DS, FL or FD, whichever the attribute has.
  DatasetBuilder& SetDoubles(absl::string_view keyword, const std::vector<double>& values);
  // A value as its bytes: of VR `vr` (OB, OW, UN ...) in little endian, OW needs an even number of them; or of a text
  // VR, unchecked.
  DatasetBuilder& SetBytes(absl::string_view keyword, absl::string_view vr, absl::string_view bytes);
  // Appends an item to a sequence. Takes the item over.
  DatasetBuilder& AddItem(absl::string_view keyword, DatasetBuilder item);

  // Pixel Data (7FE0,0010) in native little endian; OB for bits_allocated <= 8, otherwise OW. Says nothing about Rows,
  // Columns or BitsAllocated: those are set like any other attribute.
  DatasetBuilder& SetPixelData(const std::vector<uint8_t>& bytes, int bits_allocated);
  DatasetBuilder& SetPixelData(const std::vector<uint16_t>& samples);
  // Pixel Data encapsulated (PS3.5 A.4) with an empty Basic Offset Table, one fragment an element, and the transfer
  // syntax that Write() then uses. Fragments of odd length are padded with a zero byte.
  DatasetBuilder& SetFragments(absl::string_view transfer_syntax_uid, const std::vector<std::string>& fragments);

  // The whole file: preamble, file meta information, data set; Explicit VR Little Endian unless SetFragments() chose
  // another transfer syntax. The same calls give the same bytes if SOPClassUID and SOPInstanceUID are among them.
  absl::StatusOr<std::string> Write() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_BUILDER_H_
