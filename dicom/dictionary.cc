#include "dicom/dictionary.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dctk.h"

namespace vitrine::dicom {
namespace {

using KeywordMap = absl::flat_hash_map<std::string, uint32_t>;

// DCMTK looks keywords up by walking its whole dictionary; this is done once instead.
KeywordMap* MakeKeywords() {
  auto* keywords = new KeywordMap;
  DcmDataDictionary& dictionary = dcmDataDict.wrlock();  // Its iterators are not const.
  const auto add = [keywords](const DcmDictEntry& entry) {
    if (entry.getPrivateCreator() != nullptr || entry.getTagName() == nullptr) return;
    keywords->emplace(entry.getTagName(), uint32_t{entry.getGroup()} << 16 | entry.getElement());
  };
  DcmHashDictIterator normal = dictionary.normalBegin();
  for (; normal != dictionary.normalEnd(); ++normal) add(**normal);
  DcmDictEntryListIterator repeating = dictionary.repeatingBegin();
  for (; repeating != dictionary.repeatingEnd(); ++repeating) add(**repeating);
  dcmDataDict.wrunlock();
  return keywords;
}

}  // namespace

void LoadDictionary() {
  dcmDataDict.rdlock();  // The first lock loads.
  dcmDataDict.rdunlock();
}

std::optional<uint32_t> TagOfKeyword(absl::string_view keyword) {
  const bool hexadecimal = keyword.size() == 8 && std::all_of(keyword.begin(), keyword.end(), absl::ascii_isxdigit);
  if (uint32_t tag = 0; hexadecimal && absl::SimpleHexAtoi(keyword, &tag)) return tag;
  static const KeywordMap* const keywords = MakeKeywords();
  const auto found = keywords->find(keyword);
  if (found == keywords->end()) return std::nullopt;
  return found->second;
}

std::string VrOfTag(uint32_t tag) {
  const DcmTag entry(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF));
  if (entry.getEVR() == EVR_UNKNOWN || entry.getEVR() == EVR_UNKNOWN2B) return "";
  return DcmVR(entry.getEVR()).getValidVRName();
}

}  // namespace vitrine::dicom
