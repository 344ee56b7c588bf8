#ifndef VITRINE_DICOM_TESTING_PARSE_HEADER_H_
#define VITRINE_DICOM_TESTING_PARSE_HEADER_H_

#include <memory>
#include <string>

#include "dicom/dataset.h"
#include "dicom/part10.h"
#include "dicom/testing/part10_writer.h"

namespace vitrine::dicom::testing {

// Parses what `writer` wrote, without the scanner. The data set must be sound.
inline Dataset ParseHeader(const DatasetWriter& writer, DatasetWriter::Form form = DatasetWriter::kExplicitLittle) {
  Part10 part10;
  part10.data = std::make_shared<const std::string>(writer.bytes());
  part10.header = {0, writer.bytes().size()};
  part10.explicit_vr = form != DatasetWriter::kImplicitLittle;
  part10.big_endian = form == DatasetWriter::kExplicitBig;
  return *Dataset::Parse(part10);
}

}  // namespace vitrine::dicom::testing

#endif  // VITRINE_DICOM_TESTING_PARSE_HEADER_H_
