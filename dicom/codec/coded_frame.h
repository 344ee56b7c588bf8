#ifndef VITRINE_DICOM_CODEC_CODED_FRAME_H_
#define VITRINE_DICOM_CODEC_CODED_FRAME_H_

// What every decoder is, and the checks and the allocation that every decoder shares.

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dicom/codec/codec.h"

namespace vitrine::dicom {

// One row of the table of transfer syntaxes. Asks coded.operation while it works: where the library behind it allows,
// at least once per row of pixels. Thread-safe.
using Decoder = absl::StatusOr<RawFrame> (*)(const CodedFrame&);

// What the header of a codestream states.
struct StreamHeader {
  int64_t rows = 0;
  int64_t columns = 0;
  int components = 0;
  int precision = 0;  // Bits of a sample.
};

// The zeroed frame of a native or byte-oriented transfer syntax: containers and significant bits are the data set's.
absl::StatusOr<RawFrame> NewFrame(const CodedFrame& coded);

// The zeroed frame for a codestream that has a header: kBadInstance where that contradicts the data set, kTooLarge over
// the limits. Containers follow the precision. The significant bits are the data set's where the precision covers them
// (encoders often code the whole container), otherwise those of the codestream.
absl::StatusOr<RawFrame> NewFrame(const CodedFrame& coded, const StreamHeader& header);

// Colour model of full-resolution samples that were decoded without a colour transformation.
absl::string_view WithoutSubsampling(absl::string_view photometric_interpretation);

// kBadInstance; `detail` is for the log.
absl::Status BadCodestream(absl::string_view codec, absl::string_view detail);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_CODED_FRAME_H_
