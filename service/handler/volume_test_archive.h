#ifndef VITRINE_SERVICE_HANDLER_VOLUME_TEST_ARCHIVE_H_
#define VITRINE_SERVICE_HANDLER_VOLUME_TEST_ARCHIVE_H_

// Series with known voxels, and an archive that holds them and misbehaves on demand. Tests only.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "dicom/builder.h"
#include "dicom/dicom_json.h"
#include "fetch/archive.h"
#include "gtest/gtest.h"

namespace vitrine::service {

constexpr int kTestColumns = 6;
constexpr int kTestRows = 4;

// The stored value of a voxel of slice k.
constexpr int16_t TestVoxel(int column, int row, int k) { return static_cast<int16_t>(100 * k + 10 * row + column); }

using Change = std::function<void(dicom::DatasetBuilder&)>;

// An axial CT slice at z = 2 * k, 0.25 mm between columns and 0.5 mm between rows.
inline std::string TestSlice(const std::string& uid, int k, const Change& change = nullptr) {
  dicom::DatasetBuilder b;
  b.Set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2").Set("SOPInstanceUID", uid);
  b.Set("StudyInstanceUID", "1.1").Set("SeriesInstanceUID", "1.2").Set("FrameOfReferenceUID", "1.3");
  b.Set("Modality", "CT").Set("ImageType", "ORIGINAL\\PRIMARY\\AXIAL").Set("PatientName", "SECRET^NAME");
  b.Set("InstanceNumber", absl::StrCat(k + 1)).Set("ImagePositionPatient", absl::StrCat("-10\\-20\\", 2 * k));
  b.Set("ImageOrientationPatient", "1\\0\\0\\0\\1\\0").Set("PixelSpacing", "0.5\\0.25");
  b.SetUint16("Rows", kTestRows).SetUint16("Columns", kTestColumns).SetUint16("SamplesPerPixel", 1);
  b.SetUint16("BitsAllocated", 16).SetUint16("BitsStored", 16).SetUint16("HighBit", 15);
  b.SetUint16("PixelRepresentation", 1).Set("PhotometricInterpretation", "MONOCHROME2");
  b.Set("RescaleSlope", "2")
      .Set("RescaleIntercept", "-1024")
      .Set("WindowCenter", "40\\500")
      .Set("WindowWidth", "400\\1500");
  std::vector<uint16_t> pixels;
  for (int i = 0; i < kTestRows * kTestColumns; ++i) {
    pixels.push_back(static_cast<uint16_t>(TestVoxel(i % kTestColumns, i / kTestColumns, k)));
  }
  b.SetPixelData(pixels);
  if (change) change(b);
  const absl::StatusOr<std::string> file = b.Write();
  EXPECT_TRUE(file.ok()) << file.status();
  return file.value_or("");
}

class TestArchive : public fetch::Archive {
 public:
  // Slices "1.4.0", "1.4.1" and so on.
  void AddSeries(int slices, const std::function<void(dicom::DatasetBuilder&, int)>& change = nullptr) {
    for (int k = 0; k < slices; ++k) {
      const std::string uid = absl::StrCat("1.4.", k);
      Put(uid, TestSlice(uid, k, [&](dicom::DatasetBuilder& b) {
            if (change) change(b, k);
          }));
    }
  }
  void Put(const std::string& uid, std::string file) {
    absl::MutexLock lock(&mutex_);
    files_[uid] = std::make_shared<const std::string>(std::move(file));
  }
  void Remove(const std::string& uid) {
    absl::MutexLock lock(&mutex_);
    files_.erase(uid);
  }
  // The header that the metadata show of an instance, instead of its own.
  void Describe(const std::string& uid, std::string file) { headers_[uid] = std::move(file); }

  // Without Send(), that it holds nothing. Of the instances it names those of the List() between the query's offset and
  // its limit.
  absl::StatusOr<fetch::QueryResult> Query(fetch::QueryLevel level, const fetch::ResourcePath&, absl::string_view query,
                                           const Operation&) override {
    absl::MutexLock lock(&mutex_);
    if (level == fetch::QueryLevel::kInstances) return fetch::QueryResult{Page(query), ""};
    if (!sends_) return fetch::QueryResult{"[]", ""};
    return fetch::QueryResult{
        absl::StrCat(R"([{"0020000E":{"vr":"UI","Value":["1.2"]},"00201209":{"vr":"IS","Value":[)", counted_, "]}}]"),
        ""};
  }
  // From now on, it sends the series as these instances, and counts `counted`. After the last one comes `end`.
  void Send(std::vector<std::string> uids, int counted, absl::Status end = absl::OkStatus()) {
    absl::MutexLock lock(&mutex_);
    sends_ = true;
    sent_ = std::move(uids);
    counted_ = counted;
    end_ = std::move(end);
  }
  void List(std::vector<std::string> uids) {
    absl::MutexLock lock(&mutex_);
    listed_ = std::move(uids);
  }
  absl::StatusOr<std::unique_ptr<fetch::InstanceStream>> Instances(const fetch::ResourcePath& path,
                                                                   const Operation& operation) override {
    absl::MutexLock lock(&mutex_);
    if (!sends_) return Archive::Instances(path, operation);
    EXPECT_EQ(fetch::PathText(path), "/studies/1.1/series/1.2");
    ++streams_;
    return std::make_unique<Stream>(*this);
  }
  absl::StatusOr<std::string> Metadata(const fetch::ResourcePath& path, const Operation&) override {
    absl::MutexLock lock(&mutex_);
    ++metadata_requests_;
    std::string json;
    for (const auto& [uid, file] : files_) {
      if (!path.SOPInstanceUID.empty() && path.SOPInstanceUID != uid) continue;
      const auto other = headers_.find(uid);
      const auto header = dicom::ReadJsonHeader(other == headers_.end() ? *file : other->second, true, {});
      EXPECT_TRUE(header.ok()) << header.status();
      absl::StrAppend(&json, json.empty() ? "[" : ",", dicom::JsonObject((*header)->attributes));
    }
    if (json.empty()) return MakeError(ErrorCategory::kNotFound, "nothing there");
    return json + "]";
  }
  absl::StatusOr<fetch::Bytes> Instance(const fetch::ResourcePath& path, const Operation& operation) override {
    absl::StatusOr<fetch::Bytes> answer = Begin(path);
    while (hold && operation.Check().ok()) absl::SleepFor(absl::Milliseconds(1));
    if (on_fetch) on_fetch(path.SOPInstanceUID);
    absl::MutexLock lock(&mutex_);
    --under_way_;
    if (absl::Status status = operation.Check(); !status.ok()) return status;
    if (refuses_single) return MakeError(ErrorCategory::kArchiveUnreachable, "not now");
    return answer;
  }
  absl::Status Check(const Operation&) override { return absl::OkStatus(); }

  int streams() const {
    absl::MutexLock lock(&mutex_);
    return streams_;
  }
  int metadata_requests() const {
    absl::MutexLock lock(&mutex_);
    return metadata_requests_;
  }
  int fetches() const {
    absl::MutexLock lock(&mutex_);
    return fetches_;
  }
  int most_under_way() const {
    absl::MutexLock lock(&mutex_);
    return most_under_way_;
  }
  int under_way() const {
    absl::MutexLock lock(&mutex_);
    return under_way_;
  }

  std::atomic<bool> hold = false;                    // Fetches wait.
  std::atomic<bool> refuses_single = false;          // Instance() fails.
  absl::Duration stream_pause;                       // Set before use; before each instance of a stream.
  size_t stream_stalls_after = SIZE_MAX;             // Set before use; as many instances of a stream.
  bool ignores_paging = false;                       // Set before use.
  std::function<void(const std::string&)> on_fetch;  // Set before use; from fetching threads.

 private:
  class Stream : public fetch::InstanceStream {
   public:
    explicit Stream(TestArchive& archive) : archive_(archive) {}
    absl::StatusOr<fetch::Bytes> Next(const Operation& operation) override {
      const absl::Time end = absl::Now() + archive_.stream_pause;
      while ((archive_.hold || next_ >= archive_.stream_stalls_after || absl::Now() < end) && operation.Check().ok()) {
        absl::SleepFor(absl::Milliseconds(1));
      }
      if (absl::Status status = operation.Check(); !status.ok()) return status;
      absl::MutexLock lock(&archive_.mutex_);
      if (next_ < archive_.sent_.size()) return archive_.files_.at(archive_.sent_[next_++]);
      if (!archive_.end_.ok()) return archive_.end_;
      return fetch::Bytes();
    }

   private:
    TestArchive& archive_;
    size_t next_ = 0;
  };

  std::string Page(absl::string_view query) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    size_t limit = listed_.size();
    size_t offset = 0;
    for (const absl::string_view parameter : absl::StrSplit(query, '&')) {
      const std::pair<absl::string_view, absl::string_view> pair = absl::StrSplit(parameter, absl::MaxSplits('=', 1));
      EXPECT_TRUE(pair.first != "limit" || absl::SimpleAtoi(pair.second, &limit)) << query;
      EXPECT_TRUE(pair.first != "offset" || absl::SimpleAtoi(pair.second, &offset)) << query;
    }
    if (ignores_paging) offset = 0, limit = listed_.size();
    std::string json;
    for (size_t i = offset; i < std::min(listed_.size(), offset + limit); ++i) {
      absl::StrAppend(&json, json.empty() ? "" : ",", R"({"00080018":{"vr":"UI","Value":[")", listed_[i], "\"]}}");
    }
    return absl::StrCat("[", json, "]");
  }

  absl::StatusOr<fetch::Bytes> Begin(const fetch::ResourcePath& path) {
    absl::MutexLock lock(&mutex_);
    ++fetches_;
    most_under_way_ = std::max(most_under_way_, ++under_way_);
    EXPECT_EQ(path.StudyInstanceUID, "1.1");
    const auto file = files_.find(path.SOPInstanceUID);
    if (file == files_.end()) return MakeError(ErrorCategory::kNotFound, "the archive does not hold this object");
    return file->second;
  }

  mutable absl::Mutex mutex_;
  std::map<std::string, fetch::Bytes> files_;
  std::map<std::string, std::string> headers_;
  bool sends_ = false;
  std::vector<std::string> sent_;
  std::vector<std::string> listed_;
  int counted_ = 0;
  absl::Status end_;
  int streams_ = 0;
  int metadata_requests_ = 0;
  int fetches_ = 0;
  int under_way_ = 0;
  int most_under_way_ = 0;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_VOLUME_TEST_ARCHIVE_H_
