#include "dicom/builder.h"

// DCMTK asks for its configuration header first.
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcostrmb.h"
#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dicom/dictionary.h"

namespace vitrine::dicom {
namespace {

absl::StatusOr<DcmTag> TagOf(absl::string_view keyword) {
  const std::optional<uint32_t> tag = TagOfKeyword(keyword);
  if (!tag.has_value()) {
    return MakeError(ErrorCategory::kInternal, absl::StrCat("no such DICOM keyword: ", keyword));
  }
  return DcmTag(static_cast<Uint16>(*tag >> 16), static_cast<Uint16>(*tag & 0xFFFF));
}

// The shortest text of at most 16 characters, which is what a DS holds (PS3.5 6.2).
std::string DecimalString(double value) {
  for (int precision = 15; precision > 6; --precision) {
    std::string text = absl::StrFormat("%.*g", precision, value);
    if (text.size() <= 16) return text;
  }
  return absl::StrFormat("%.6g", value);
}

}  // namespace

struct DatasetBuilder::Impl {
  DcmDataset dataset;
  E_TransferSyntax transfer_syntax = EXS_LittleEndianExplicit;
  absl::Status status;

  void Note(absl::string_view keyword, const OFCondition& condition) {
    if (condition.bad() && status.ok()) {
      status = MakeError(ErrorCategory::kInternal, absl::StrCat("cannot set ", keyword), condition.text());
    }
  }

  // Runs `put` with the tag of `keyword` and notes what went wrong.
  template <typename Put>
  void With(absl::string_view keyword, Put put) {
    absl::StatusOr<DcmTag> tag = TagOf(keyword);
    if (tag.ok()) {
      Note(keyword, put(*tag));
    } else if (status.ok()) {
      status = tag.status();
    }
  }

  // The element's class, and so how the text is read, follows the tag's VR.
  OFCondition PutText(const DcmTag& tag, absl::string_view text) {
    DcmElement* raw = nullptr;
    OFCondition condition = DcmItem::newDicomElementWithVR(raw, tag);
    std::unique_ptr<DcmElement> element(raw);
    if (condition.good()) condition = element->putString(text.data(), static_cast<Uint32>(text.size()));
    return condition.good() ? Insert(std::move(element)) : condition;
  }

  // Inserts `element`, which it takes over.
  OFCondition Insert(std::unique_ptr<DcmElement> element) {
    const OFCondition condition = dataset.insert(element.get(), OFTrue);
    if (condition.good()) element.release();
    return condition;
  }
};

DatasetBuilder::DatasetBuilder() : impl_(std::make_unique<Impl>()) {}
DatasetBuilder::~DatasetBuilder() = default;
DatasetBuilder::DatasetBuilder(DatasetBuilder&& other) noexcept = default;
DatasetBuilder& DatasetBuilder::operator=(DatasetBuilder&& other) noexcept = default;

DatasetBuilder& DatasetBuilder::Set(absl::string_view keyword, absl::string_view value) {
  impl_->With(keyword, [&](const DcmTag& tag) {
    return value.empty() ? impl_->dataset.insertEmptyElement(tag, OFTrue) : impl_->PutText(tag, value);
  });
  return *this;
}

DatasetBuilder& DatasetBuilder::SetUint16(absl::string_view keyword, uint16_t value) {
  return SetUint16(keyword, std::vector<uint16_t>{value});
}

DatasetBuilder& DatasetBuilder::SetUint16(absl::string_view keyword, const std::vector<uint16_t>& values) {
  impl_->With(keyword, [&](const DcmTag& tag) {
    auto element = std::make_unique<DcmUnsignedShort>(DcmTag(tag, EVR_US));
    const OFCondition condition = element->putUint16Array(values.data(), values.size());
    return condition.good() ? impl_->Insert(std::move(element)) : condition;
  });
  return *this;
}

DatasetBuilder& DatasetBuilder::SetInt16(absl::string_view keyword, int16_t value) {
  impl_->With(keyword, [&](const DcmTag& tag) {
    auto element = std::make_unique<DcmSignedShort>(DcmTag(tag, EVR_SS));
    const OFCondition condition = element->putSint16(value);
    return condition.good() ? impl_->Insert(std::move(element)) : condition;
  });
  return *this;
}

DatasetBuilder& DatasetBuilder::SetDoubles(absl::string_view keyword, const std::vector<double>& values) {
  impl_->With(keyword, [&](const DcmTag& tag) -> OFCondition {
    if (tag.getEVR() == EVR_FD) {
      return impl_->dataset.putAndInsertFloat64Array(tag, values.data(), values.size());
    }
    if (tag.getEVR() == EVR_FL) {
      const std::vector<Float32> floats(values.begin(), values.end());
      return impl_->dataset.putAndInsertFloat32Array(tag, floats.data(), floats.size());
    }
    const std::string text =
        absl::StrJoin(values, "\\", [](std::string* out, double value) { out->append(DecimalString(value)); });
    return impl_->dataset.putAndInsertOFStringArray(tag, text.c_str());
  });
  return *this;
}

DatasetBuilder& DatasetBuilder::SetBytes(absl::string_view keyword, absl::string_view vr, absl::string_view bytes) {
  impl_->With(keyword, [&](const DcmTag& tag) -> OFCondition {
    const DcmVR value_representation(std::string(vr).c_str());
    if (value_representation.isaString()) return impl_->PutText(DcmTag(tag, value_representation), bytes);
    auto element = std::make_unique<DcmOtherByteOtherWord>(DcmTag(tag, value_representation));
    if (value_representation.getEVR() == EVR_OW) {
      if (bytes.size() % 2 != 0) return EC_CorruptedData;
      std::vector<Uint16> words(bytes.size() / 2);
      for (size_t i = 0; i < words.size(); ++i) {
        words[i] =
            static_cast<Uint16>(static_cast<uint8_t>(bytes[2 * i]) | static_cast<uint8_t>(bytes[2 * i + 1]) << 8);
      }
      const OFCondition condition = element->putUint16Array(words.data(), words.size());
      return condition.good() ? impl_->Insert(std::move(element)) : condition;
    }
    const OFCondition condition =
        element->putUint8Array(reinterpret_cast<const Uint8*>(bytes.data()), static_cast<unsigned long>(bytes.size()));
    return condition.good() ? impl_->Insert(std::move(element)) : condition;
  });
  return *this;
}

DatasetBuilder& DatasetBuilder::AddItem(absl::string_view keyword, DatasetBuilder item) {
  if (impl_->status.ok()) impl_->status = item.impl_->status;
  impl_->With(keyword, [&](const DcmTag& tag) {
    auto copy = std::make_unique<DcmItem>(item.impl_->dataset);
    const OFCondition condition = impl_->dataset.insertSequenceItem(tag, copy.get());
    if (condition.good()) copy.release();
    return condition;
  });
  return *this;
}

DatasetBuilder& DatasetBuilder::SetPixelData(const std::vector<uint8_t>& bytes, int bits_allocated) {
  if (bits_allocated > 8) {
    return SetBytes("PixelData", "OW", absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }
  auto element = std::make_unique<DcmPixelData>(DcmTag(DCM_PixelData, EVR_OB));
  OFCondition condition = element->putUint8Array(bytes.data(), static_cast<unsigned long>(bytes.size()));
  if (condition.good()) condition = impl_->Insert(std::move(element));
  impl_->Note("PixelData", condition);
  return *this;
}

DatasetBuilder& DatasetBuilder::SetPixelData(const std::vector<uint16_t>& samples) {
  auto element = std::make_unique<DcmPixelData>(DcmTag(DCM_PixelData, EVR_OW));
  OFCondition condition = element->putUint16Array(samples.data(), static_cast<unsigned long>(samples.size()));
  if (condition.good()) condition = impl_->Insert(std::move(element));
  impl_->Note("PixelData", condition);
  return *this;
}

DatasetBuilder& DatasetBuilder::SetFragments(absl::string_view transfer_syntax_uid,
                                             const std::vector<std::string>& fragments) {
  const DcmXfer transfer_syntax(std::string(transfer_syntax_uid).c_str());
  if (!transfer_syntax.isEncapsulated()) {
    impl_->Note("PixelData", EC_UnsupportedEncoding);
    return *this;
  }
  auto sequence = std::make_unique<DcmPixelSequence>(DcmTag(DCM_PixelData, EVR_OB));
  sequence->insert(new DcmPixelItem(DcmTag(DCM_Item, EVR_OB)));  // The Basic Offset Table.
  for (std::string fragment : fragments) {
    if (fragment.size() % 2 != 0) fragment.push_back('\0');
    auto item = std::make_unique<DcmPixelItem>(DcmTag(DCM_Item, EVR_OB));
    impl_->Note("PixelData", item->putUint8Array(reinterpret_cast<const Uint8*>(fragment.data()),
                                                 static_cast<unsigned long>(fragment.size())));
    sequence->insert(item.release());
  }
  impl_->transfer_syntax = transfer_syntax.getXfer();
  auto element = std::make_unique<DcmPixelData>(DcmTag(DCM_PixelData, EVR_OB));
  element->putOriginalRepresentation(impl_->transfer_syntax, nullptr, sequence.release());
  impl_->Note("PixelData", impl_->Insert(std::move(element)));
  return *this;
}

absl::StatusOr<std::string> DatasetBuilder::Write() const {
  if (!impl_->status.ok()) return impl_->status;
  DcmFileFormat file(&impl_->dataset);
  file.transferInit();
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  DcmOutputBufferStream stream(buffer.data(), buffer.size());
  OFCondition condition;
  do {
    condition = file.write(stream, impl_->transfer_syntax, EET_ExplicitLength, nullptr);
    void* written = nullptr;
    offile_off_t length = 0;
    stream.flushBuffer(written, length);
    bytes.append(static_cast<const char*>(written), static_cast<size_t>(length));
  } while (condition == EC_StreamNotifyClient);
  file.transferEnd();
  if (condition.bad()) return MakeError(ErrorCategory::kInternal, "cannot write the data set", condition.text());
  return bytes;
}

}  // namespace vitrine::dicom
