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

SeriesArrivals::SeriesArrivals(fetch::Archive& archive, const fetch::ResourcePath& path, size_t count,
                               std::unique_ptr<fetch::InstanceStream> stream, metrics::Metrics& metrics,
                               const Operation& parent)
    : archive_(archive),
      path_(path),
      count_(count),
      metrics_(metrics),
      parent_(parent),
      operation_(parent),
      stream_(std::move(stream)),
      unlisted_(count) {
  operation_.cancellation = std::make_shared<Cancellation>();
  listener_ = parent_.cancellation->AddListener([stop = operation_.cancellation] { stop->Cancel(); });
}

SeriesArrivals::~SeriesArrivals() { parent_.cancellation->RemoveListener(listener_); }

absl::StatusOr<fetch::Bytes> SeriesArrivals::Next(Timings& timings) {
  while (true) {
    switch (Choose()) {
      case Way::kStream: return TakeFromStream(timings);
      case Way::kSingle:
        if (fetch::Bytes file = FetchSingle(timings); file != nullptr) return file;
        break;
      case Way::kNone: return fetch::Bytes();
    }
  }
}

SeriesArrivals::Way SeriesArrivals::Choose() {
  const auto free = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !streaming_ || ended_; };
  absl::MutexLock lock(&mutex_);
  while (!free()) {
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
  if (singles_over_ || (listing_ && listed_.empty())) return false;
  if (singles_begun_) return true;
  const absl::Time now = absl::Now();
  const absl::Duration elapsed = now - start_;
  const absl::Duration streamed = streamed_ + (now - streaming_since_);
  const double rate = static_cast<double>(std::max<size_t>(come_.size(), 1)) / absl::ToDoubleSeconds(elapsed);
  const absl::Duration left = absl::Seconds(static_cast<double>(count_ - std::min(come_.size(), count_)) / rate);
  return elapsed > kPatience && streamed > elapsed / 2 && left > kWorthwhile;
}

absl::StatusOr<fetch::Bytes> SeriesArrivals::TakeFromStream(Timings& timings) {
  absl::StatusOr<fetch::Bytes> file;
  {
    const SpanTimer timer(metrics_, metrics::Span::kFetch, timings);
    file = stream_->Next(operation_);
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
  if (!more) operation_.cancellation->Cancel();  // What is still asked for singly has come with the stream.
  if (stopped && !more) return fetch::Bytes();
  return file;
}

fetch::Bytes SeriesArrivals::FetchSingle(Timings& timings) {
  const SpanTimer timer(metrics_, metrics::Span::kFetch, timings);
  const std::optional<std::string> uid = NextSingle();
  if (!uid) return nullptr;
  absl::StatusOr<fetch::Bytes> file =
      archive_.Instance({path_.StudyInstanceUID, path_.SeriesInstanceUID, *uid}, operation_);
  if (file.ok()) return *std::move(file);
  absl::MutexLock lock(&mutex_);
  singles_over_ = true;
  return nullptr;
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
  const std::string query =
      absl::StrCat("includefield=", kSOPInstanceUID, "&limit=", unlisted_ - first, "&offset=", first);
  listing_ = true;
  mutex_.Unlock();
  const std::vector<std::string> page = InstancesOf(archive_.Query(
      fetch::QueryLevel::kInstances, {path_.StudyInstanceUID, path_.SeriesInstanceUID, ""}, query, operation_));
  mutex_.Lock();
  listing_ = false;
  const auto has_come = [this](const std::string& uid)
                            ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return come_.contains(uid); };
  unlisted_ = std::all_of(page.begin(), page.end(), has_come) ? 0 : first;
  listed_.insert(listed_.begin(), page.begin(), page.end());
}

absl::StatusOr<std::optional<size_t>> SeriesArrivals::Claim(const std::string& SOPInstanceUID) {
  absl::ReleasableMutexLock lock(&mutex_);
  const size_t number = come_.size();
  if (!come_.insert(SOPInstanceUID).second) return std::nullopt;
  if (number == count_) {
    return MakeError(ErrorCategory::kUnsupported, "the series cannot be loaded as a whole",
                     "more images than the archive counted");
  }
  if (number + 1 == count_ && singles_begun_) {
    ended_ = true;
    lock.Release();
    operation_.cancellation->Cancel();  // The stream may be busy with what has come singly.
  }
  return number;
}

}  // namespace vitrine::service
