#include "dicom/dcmtk_parse.h"

#include "absl/base/call_once.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "dcmtk/dcmdata/dcistrmb.h"

namespace vitrine::dicom {
namespace {

void SilenceDcmtk() {
  static absl::once_flag once;
  absl::call_once(once, [] { OFLog::configure(OFLogger::OFF_LOG_LEVEL); });
}

E_TransferSyntax EncodingOf(const Part10& part10) {
  if (!part10.explicit_vr) return EXS_LittleEndianImplicit;
  return part10.big_endian ? EXS_BigEndianExplicit : EXS_LittleEndianExplicit;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DcmDataset>> ParseWithDcmtk(const Part10& part10) {
  SilenceDcmtk();
  DcmInputBufferStream stream;
  stream.setBuffer(part10.data->data() + part10.header.offset, static_cast<offile_off_t>(part10.header.length));
  stream.setEos();
  auto dataset = std::make_unique<DcmDataset>();
  dataset->transferInit();
  const OFCondition condition = dataset->read(stream, EncodingOf(part10), EGL_noChange);
  dataset->transferEnd();
  if (condition.good()) return dataset;
  return MakeError(ErrorCategory::kBadInstance, "The DICOM header is damaged",
                   absl::StrCat("DcmDataset::read: ", condition.text()));
}

}  // namespace vitrine::dicom
