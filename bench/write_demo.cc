// Writes one series of the demonstration archive as files, for peers that need some.
//
//   write_demo MODALITY FOLDER

#include <cstdio>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/operation.h"
#include "fetch/make_archive.h"
#include "nlohmann/json.hpp"

namespace {

using nlohmann::json;
using vitrine::fetch::QueryLevel;
using vitrine::fetch::ResourcePath;

std::string Uid(const json& dataset, const char* tag) { return dataset.at(tag).at("Value").at(0).get<std::string>(); }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: write_demo MODALITY FOLDER\n");
    return 2;
  }
  auto archive = vitrine::fetch::MakeArchive("demo:", {});
  if (!archive.ok()) return 1;
  const vitrine::Operation operation;
  const auto found = (*archive)->Query(QueryLevel::kInstances, {}, absl::StrCat("Modality=", argv[1]), operation);
  if (!found.ok()) return 1;
  int written = 0;
  for (const json& dataset : json::parse(found->json)) {
    const ResourcePath path = {Uid(dataset, "0020000D"), Uid(dataset, "0020000E"), Uid(dataset, "00080018")};
    const auto bytes = (*archive)->Instance(path, operation);
    if (!bytes.ok()) return 1;
    char name[32];
    std::snprintf(name, sizeof(name), "%05d.dcm", written++);
    std::ofstream(absl::StrCat(argv[2], "/", name), std::ios::binary) << **bytes;
  }
  return written > 0 ? 0 : 1;
}
