#ifndef VITRINE_SERVICE_HANDLER_RENDER_HANDLER_FIXTURE_H_
#define VITRINE_SERVICE_HANDLER_RENDER_HANDLER_FIXTURE_H_

// A RenderHandler between sources that tests steer and a renderer of the CPU.

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "base/error.h"
#include "base/parallel.h"
#include "dicom/builder.h"
#include "gtest/gtest.h"
#include "render/make_renderer.h"
#include "render/reference/reference_renderer.h"
#include "service/handler/render_handler.h"
#include "service/handler/test_volume.h"

namespace vitrine::service {

// A 2 x 2 image of 8 bits.
inline std::string Image(const std::string& study, const std::string& series, const std::string& instance) {
  dicom::DatasetBuilder builder;
  builder.Set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.7").Set("SOPInstanceUID", instance);
  builder.Set("StudyInstanceUID", study).Set("SeriesInstanceUID", series).Set("Modality", "OT");
  builder.SetUint16("Rows", 2).SetUint16("Columns", 2).SetUint16("SamplesPerPixel", 1);
  builder.SetUint16("BitsAllocated", 8).SetUint16("BitsStored", 8).SetUint16("HighBit", 7);
  builder.SetUint16("PixelRepresentation", 0).Set("PhotometricInterpretation", "MONOCHROME2");
  builder.SetPixelData(std::vector<uint8_t>{0, 85, 170, 255}, 8);
  return *builder.Write();
}

// Answers every instance with the file it was given, and counts.
class FakeArchive : public fetch::Archive {
 public:
  absl::StatusOr<fetch::QueryResult> Query(fetch::QueryLevel, const fetch::ResourcePath&, absl::string_view,
                                           const Operation&) override {
    return fetch::QueryResult{"[]", ""};
  }
  absl::StatusOr<std::string> Metadata(const fetch::ResourcePath&, const Operation&) override { return metadata; }
  absl::StatusOr<fetch::Bytes> Instance(const fetch::ResourcePath&, const Operation& operation) override {
    ++fetches;
    while (hold && operation.Check().ok()) absl::SleepFor(absl::Milliseconds(1));
    if (absl::Status status = operation.Check(); !status.ok()) return status;
    if (!error.ok()) return error;
    return std::make_shared<const std::string>(file);
  }
  absl::Status Check(const Operation&) override { return absl::OkStatus(); }

  std::string file = Image("1.1", "1.2", "1.3");
  std::string metadata = "[]";
  absl::Status error;
  std::atomic<bool> hold = false;
  std::atomic<int> fetches = 0;
};

// Whatever is asked for is one volume, 8 x 8 x 8 mm, brighter from voxel to voxel towards the patient's left.
class FakeVolumes : public VolumeSource {
 public:
  absl::StatusOr<std::shared_ptr<const SourceVolume>> Volume(const ArchiveSet::Named&, const v1::Target& target,
                                                             const v1::VolumeInput&, const Operation& operation,
                                                             Timings&, const LoadProgress&) override {
    ++loads;
    last_target = target;
    if (absl::Status status = operation.Check(); !status.ok()) return status;
    if (!error.ok()) return error;
    return volume;
  }
  absl::StatusOr<std::shared_ptr<const SourceVolume>> Coarse(const ArchiveSet::Named&, const v1::Target&,
                                                             const v1::VolumeInput&, const Operation&,
                                                             Timings&) override {
    if (coarse == nullptr) return MakeError(ErrorCategory::kUnsupported, "no coarse form");
    return coarse;
  }
  bool Holds(const ArchiveSet::Named&, const v1::Target&, const v1::VolumeInput&) const override { return holds; }
  absl::Status Describe(const ArchiveSet::Named&, const v1::Target&, const Operation&,
                        v1::DescribeSeriesResponse& response) override {
    response.add_volumes()->set_slices(8);
    return absl::OkStatus();
  }

  std::shared_ptr<SourceVolume> volume =
      MakeTestVolume(AxialLattice(8, 8, 8, 1, 1), [](int i, int, int) { return 32 * i; });
  std::shared_ptr<SourceVolume> coarse;
  absl::Status error;
  bool holds = false;
  int loads = 0;
  v1::Target last_target;
};

class RenderHandlerTest : public ::testing::Test {
 protected:
  RenderHandlerTest() {
    auto archive = std::make_unique<FakeArchive>();
    archive_ = archive.get();
    std::vector<ArchiveSet::Named> named;
    named.push_back({"main", std::move(archive)});
    archives_ = std::make_unique<ArchiveSet>(std::move(named));
    render::RendererOptions options;
    options.choice = render::RendererChoice::kCpu;
    renderer_ = *render::MakeRenderer(options, serial_);
    images_ = std::make_unique<ImageSource>(ImageSourceOptions(), slots_, metrics_);
    const RenderHandler::Dependencies dependencies = {access_,    *archives_, *images_, volumes_,
                                                      *renderer_, slots_,     metrics_};
    handler_ = std::make_unique<RenderHandler>(dependencies, RenderHandler::Options());
  }

  static v1::RenderRequest Request() {
    v1::RenderRequest request;
    v1::Target& target = *request.mutable_view()->mutable_target();
    target.set_study_instance_uid("1.1");
    target.set_series_instance_uid("1.2");
    target.set_sop_instance_uid("1.3");
    request.mutable_view()->mutable_frame();
    request.mutable_output()->set_format(v1::Output::PNG);
    return request;
  }

  absl::StatusOr<RenderResult> Render(const v1::RenderRequest& request, const Operation& operation = {}) {
    return handler_->Render({"anonymous"}, request, operation);
  }

  const auth::AnonymousAccess access_ = {};
  metrics::Metrics metrics_;
  CpuSlots slots_{2, 16};
  Serial serial_;
  FakeVolumes volumes_;
  FakeArchive* archive_;
  std::unique_ptr<ArchiveSet> archives_;
  std::unique_ptr<render::Renderer> renderer_;
  std::unique_ptr<ImageSource> images_;
  std::unique_ptr<RenderHandler> handler_;
};

// With the reference renderer, which knows everything that a view can ask for.
class RenderVolumesTest : public RenderHandlerTest {
 protected:
  RenderVolumesTest() {
    renderer_ = std::make_unique<render::ReferenceRenderer>();
    const RenderHandler::Dependencies dependencies = {access_,    *archives_, *images_, volumes_,
                                                      *renderer_, slots_,     metrics_};
    handler_ = std::make_unique<RenderHandler>(dependencies, RenderHandler::Options());
  }

  static v1::RenderRequest Slice() {
    v1::RenderRequest request;
    request.mutable_view()->mutable_target()->set_study_instance_uid("1.1");
    request.mutable_view()->mutable_target()->set_series_instance_uid("1.2");
    request.mutable_view()->mutable_slice();
    request.mutable_view()->mutable_window()->set_center(112);
    request.mutable_view()->mutable_window()->set_width(224);
    request.mutable_view()->mutable_window()->set_function(v1::Window::LINEAR_EXACT);
    request.mutable_output()->set_format(v1::Output::PNG);
    request.mutable_output()->set_width(8);
    request.mutable_output()->set_height(8);
    return request;
  }
  static v1::RenderRequest Volume() {
    v1::RenderRequest request = Slice();
    request.mutable_view()->mutable_volume()->set_projection(v1::MAXIMUM_INTENSITY);
    return request;
  }
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_RENDER_HANDLER_FIXTURE_H_
