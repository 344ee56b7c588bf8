#ifndef VITRINE_FETCH_DEMO_SERIES_H_
#define VITRINE_FETCH_DEMO_SERIES_H_

// The series of the demonstration archive: their attributes and their pixels.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "dicom/builder.h"

namespace vitrine::fetch {

struct DemoSeries {
  int instances;
  // Every attribute of an instance but Pixel Data. `index` from 0 to instances - 1.
  dicom::DatasetBuilder (*header)(int index);
  // Appends the Pixel Data value: native little endian, of even length.
  void (*append_pixels)(int index, std::string& bytes);
  bool words;  // Pixel Data is OW, otherwise OB.
};

absl::Span<const DemoSeries> DemoSeriesTable();

// A whole PS3.10 file, the pixel data included.
absl::StatusOr<std::string> DemoFile(const DemoSeries& series, int index);

// A UID below 2.25 (PS3.5 B.2) that is always the same for the same name.
std::string DemoUid(absl::string_view name);

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_DEMO_SERIES_H_
