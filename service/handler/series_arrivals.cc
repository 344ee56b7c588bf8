#include "service/handler/series_arrivals.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/wait_observer.h"
#include "dicom/metadata_json.h"
#include "nlohmann/json.hpp"

namespace vitrine::service {
namespace {

// How long the stream is alone, and what of the load has to be left, at its rate so far, for single requests to gain
// more than they cost the archive.
constexpr absl::Duration kPatience = absl::Milliseconds(200);
constexpr absl::Duration kWorthwhile = absl::Milliseconds(500);

constexpr absl::Duration kLookAgain = absl::Milliseconds(20);

// Instances named by one answer: so few that the first is not long in coming.
constexpr size_t kPage = 24;

// Listed ones that are left when the next page is asked for.
constexpr size_t kFew = 12;

constexpr char kSOPInstanceUID[] = "00080018";

// Those that a search has found; none where it failed.
std::vector<std::string> InstancesOf(const absl::StatusOr<fetch::QueryResult>& answer) {
  std::vector<std::string> uids;
  if (!answer.ok()) return uids;
  const absl::StatusOr<nlohmann::json> found = dicom::ParseMetadata(answer->json, {kSOPInstanceUID});
  if (!found.ok()) return uids;
  for (const nlohmann::json& dataset : *found) {
    std::string uid = dicom::FirstText(dataset, kSOPInstanceUID);
    if (fetch::IsValidUid(uid)) uids.push_back(std::move(uid));
  }
  return uids;
}

}  // namespace

absl::Status UnfitSeries(absl::string_view why) {
  return MakeError(ErrorCategory::kUnsupported, "the series cannot be loaded as a whole", why);
}

SeriesArrivals::SeriesArrivals(fetch::Archive& archive, const fetch::ResourcePath& path, size_t count,
                               std::unique_ptr<fetch::InstanceStream> stream, metrics::Metrics& metrics,
                               const Operation& parent)
    : archive_(archive),
      path_(path),
      count_(count),
      metrics_(metrics),
      operation_(parent),
      singles_operation_(operation_.get()),
      stream_(std::move(stream)),
      unlisted_(count) {}

absl::StatusOr<SeriesArrivals::Arrival> SeriesArrivals::Next(Timings& timings) {
  while (true) {
    switch (Choose()) {
      case Way::kStream: return TakeFromStream(timings);
      case Way::kSingle:
        if (Arrival single = FetchSingle(timings); single.file != nullptr) return single;
        break;
      case Way::kConfirmation: Confirm(timings); break;
      case Way::kNone: return Arrival();
    }
  }
}

SeriesArrivals::Way SeriesArrivals::Choose() {
  const auto free = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !streaming_ || ended_; };
  absl::MutexLock lock(&mutex_);
  while (!free()) {
    if (come_.size() == count_ && singles_came_ && !confirmed_) {
      confirmed_ = true;
      return Way::kConfirmation;
    }
    if (SinglesWorthwhile()) {
      singles_begun_ = true;
      return Way::kSingle;
    }
    AboutToWait();
    mutex_.AwaitWithTimeout(absl::Condition(&free), kLookAgain);
  }
  if (ended_) return Way::kNone;
  streaming_ = true;
  streaming_since_ = absl::Now();
  return Way::kStream;
}

// Not where it is the decoding that takes its time, and the stream is waited for now and then only.
bool SeriesArrivals::SinglesWorthwhile() const {
  if (singles_over_ || come_.size() >= count_ || (listing_ && listed_.empty())) return false;
  if (singles_begun_) return true;
  const absl::Time now = absl::Now();
  const absl::Duration elapsed = now - start_;
  const absl::Duration silence = now - streaming_since_;
  const double share_left = static_cast<double>(count_ - come_.size()) / std::max<double>(come_.size(), 1);
  return elapsed > kPatience && streamed_ + silence > elapsed / 2 &&
         std::max(elapsed * share_left, silence) > kWorthwhile;
}

absl::StatusOr<SeriesArrivals::Arrival> SeriesArrivals::TakeFromStream(Timings& timings) {
  absl::StatusOr<fetch::Bytes> file;
  {
    const SpanTimer timer(metrics_, metrics::Span::kFetch, timings);
    file = stream_->Next(operation_.get());
  }
  const bool more = file.ok() && *file != nullptr;
  bool stopped = false;
  {
    absl::MutexLock lock(&mutex_);
    streaming_ = false;
    streamed_ += absl::Now() - streaming_since_;
    stopped = ended_;
    ended_ = ended_ || !more;
  }
  if (!more) operation_.Cancel();  // What is still asked for singly has come with the stream.
  if (stopped && !more) return Arrival();
  if (!file.ok()) return file.status();
  return Arrival{*std::move(file), ""};
}

SeriesArrivals::Arrival SeriesArrivals::FetchSingle(Timings& timings) {
  const SpanTimer timer(metrics_, metrics::Span::kFetch, timings);
  std::optional<std::string> uid = NextSingle();
  if (!uid) return {};
  absl::StatusOr<fetch::Bytes> file =
      archive_.Instance({path_.StudyInstanceUID, path_.SeriesInstanceUID, *uid}, singles_operation_.get());
  if (file.ok()) return {*std::move(file), *std::move(uid)};
  {
    absl::MutexLock lock(&mutex_);
    singles_over_ = true;
  }
  singles_operation_.Cancel();
  return {};
}

std::optional<std::string> SeriesArrivals::NextSingle() {
  absl::MutexLock lock(&mutex_);
  if (!listing_ && unlisted_ > 0 && listed_.size() < kFew) ListPage();
  while (!listed_.empty()) {
    std::string uid = std::move(listed_.back());
    listed_.pop_back();
    if (!come_.contains(uid) && asked_.insert(uid).second) return uid;
  }
  singles_over_ = singles_over_ || (!listing_ && unlisted_ == 0);
  return std::nullopt;
}

// The page before those that are listed. Where all of it has come, the two ways have met.
void SeriesArrivals::ListPage() {
  const size_t first = unlisted_ - std::min(unlisted_, kPage);
  const size_t limit = unlisted_ - first;
  listing_ = true;
  mutex_.Unlock();
  const std::vector<std::string> page = List(first, limit);
  mutex_.Lock();
  listing_ = false;
  unlisted_ = HaveCome(page) ? 0 : first;
  listed_.insert(listed_.begin(), page.begin(), page.end());
}

// Those that the archive finds; none where it does not answer.
std::vector<std::string> SeriesArrivals::List(size_t offset, size_t limit) {
  const std::string query = absl::StrCat("includefield=", kSOPInstanceUID, "&limit=", limit, "&offset=", offset);
  return InstancesOf(archive_.Query(fetch::QueryLevel::kInstances,
                                    {path_.StudyInstanceUID, path_.SeriesInstanceUID, ""}, query,
                                    singles_operation_.get()));
}

// The count may be old, and the series longer by now: then the stream goes on, to say so. Asked for the last one and
// the next, an archive gives the last one alone, or all if it does not know pages.
void SeriesArrivals::Confirm(Timings& timings) {
  const SpanTimer timer(metrics_, metrics::Span::kFetch, timings);
  const std::vector<std::string> listed = List(count_ - 1, 2);
  const absl::flat_hash_set<absl::string_view> distinct(listed.begin(), listed.end());
  {
    absl::MutexLock lock(&mutex_);
    if ((distinct.size() != 1 && distinct.size() != count_) || !HaveCome(listed)) return;
    ended_ = true;
  }
  operation_.Cancel();
}

bool SeriesArrivals::HaveCome(const std::vector<std::string>& instances) const {
  for (const std::string& uid : instances) {
    if (!come_.contains(uid)) return false;
  }
  return true;
}

absl::StatusOr<std::optional<size_t>> SeriesArrivals::Claim(const Arrival& arrival, const std::string& SOPInstanceUID) {
  const bool single = !arrival.asked.empty();
  if (single && SOPInstanceUID != arrival.asked) return UnfitSeries("another instance than was asked for");
  absl::MutexLock lock(&mutex_);
  if (const auto before = come_.find(SOPInstanceUID); before != come_.end()) {
    if (before->second == single) return UnfitSeries("an instance came twice");
    return std::nullopt;
  }
  const size_t number = come_.size();
  if (number == count_) return UnfitSeries("more images than the archive counted");
  come_.emplace(SOPInstanceUID, single);
  singles_came_ = singles_came_ || single;
  return number;
}

}  // namespace vitrine::service
