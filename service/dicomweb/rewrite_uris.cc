#include "service/dicomweb/rewrite_uris.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kStudies = "/studies/";

// "/pacs/dicom-web" of "https://b:80/pacs/dicom-web".
absl::string_view PathOf(absl::string_view uri) {
  const size_t scheme = uri.find("://");
  if (scheme == absl::string_view::npos) return uri;
  const size_t path = uri.find('/', scheme + 3);
  return path == absl::string_view::npos ? "" : uri.substr(path);
}

// Where "/studies/" stands in a URI below the root.
std::optional<size_t> StudiesIn(absl::string_view uri, absl::string_view root) {
  const size_t at = uri.find(kStudies);
  if (at == absl::string_view::npos) return std::nullopt;
  const absl::string_view before = uri.substr(0, at);
  if (root.empty()) return before.empty() ? std::optional<size_t>(at) : std::nullopt;
  if (!absl::StartsWithIgnoreCase(uri, "http://") && !absl::StartsWithIgnoreCase(uri, "https://")) return std::nullopt;
  const absl::string_view path = PathOf(before);
  const absl::string_view root_path = PathOf(root);
  const bool agrees = path == root_path || (!path.empty() && absl::EndsWith(root_path, path)) ||
                      (!root_path.empty() && absl::EndsWith(path, root_path));
  return agrees ? std::optional<size_t>(at) : std::nullopt;
}

// Walks the strings of a JSON text and knows of each whether it is a URI to be changed.
class Rewriter {
 public:
  Rewriter(absl::string_view json, absl::string_view root, absl::string_view base)
      : json_(json), root_(root), base_(base) {}

  std::string Run() {
    while (at_ < json_.size()) {
      const char c = json_[at_];
      if (c == '"') {
        String();
        continue;
      }
      if (c == ']') in_url_values_ = false;
      if (c == '[' && key_ == "Value" && in_retrieve_url_) in_url_values_ = true;
      if (c == '}') in_retrieve_url_ = false;
      ++at_;
    }
    absl::StrAppend(&result_, json_.substr(copied_));
    return std::move(result_);
  }

 private:
  void String() {
    const size_t begin = at_ + 1;
    size_t end = begin;
    while (end < json_.size() && json_[end] != '"') end += json_[end] == '\\' ? 2 : 1;
    end = std::min(end, json_.size());
    at_ = std::min(end + 1, json_.size());
    const absl::string_view text = json_.substr(begin, end - begin);
    if (IsKey()) {
      key_ = text;
      if (text == "00081190") in_retrieve_url_ = true;
      return;
    }
    if (key_ == "BulkDataURI" || in_url_values_) Rewrite(begin, text);
  }

  // Whether a colon follows.
  bool IsKey() const {
    size_t next = at_;
    while (next < json_.size() && absl::ascii_isspace(json_[next])) ++next;
    return next < json_.size() && json_[next] == ':';
  }

  void Rewrite(size_t begin, absl::string_view text) {
    const std::string uri = absl::StrReplaceAll(text, {{"\\/", "/"}});
    const std::optional<size_t> studies = StudiesIn(uri, root_);
    if (!studies) return;
    absl::StrAppend(&result_, json_.substr(copied_, begin - copied_), base_, absl::string_view(uri).substr(*studies));
    copied_ = begin + text.size();
  }

  const absl::string_view json_;
  const absl::string_view root_;
  const absl::string_view base_;
  size_t at_ = 0;
  size_t copied_ = 0;  // What of the text the result holds already.
  std::string result_;
  absl::string_view key_;
  bool in_retrieve_url_ = false;  // Inside the object of (0008,1190),
  bool in_url_values_ = false;    // and inside its Value.
};

}  // namespace

std::string RewriteUris(std::string json, absl::string_view root, absl::string_view base) {
  if (!absl::StrContains(json, "BulkDataURI") && !absl::StrContains(json, "00081190")) return json;
  return Rewriter(json, root, base).Run();
}

}  // namespace vitrine::service
