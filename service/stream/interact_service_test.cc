#include "service/stream/interact_service.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/status_matchers.h"
#include "dicom/dictionary.h"
#include "fetch/make_archive.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "render/make_renderer.h"
#include "service/handler/archive_volume_source.h"
#include "service/stream/interact_session_fakes.h"

namespace vitrine::service {
namespace {

using testing::IsOk;
using testing::StatusIs;

// Over the demonstration archive.
class InteractServiceTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { dicom::LoadDictionary(); }

  InteractServiceTest() {
    std::vector<ArchiveSet::Named> named;
    named.push_back({"demo", *fetch::MakeArchive("demo:", {})});
    archives_ = std::make_unique<ArchiveSet>(std::move(named));
    render::RendererOptions renderer;
    renderer.choice = render::RendererChoice::kCpu;
    renderer_ = *render::MakeRenderer(renderer, serial_);
    images_ = std::make_unique<ImageSource>(ImageSourceOptions(), slots_, metrics_);
    volumes_ = std::make_unique<ArchiveVolumeSource>(VolumeSourceOptions(), slots_, serial_, metrics_);
    const RenderHandler::Dependencies dependencies = {access_,    *archives_, *images_, *volumes_,
                                                      *renderer_, slots_,     metrics_};
    handler_ = std::make_unique<RenderHandler>(dependencies, RenderHandler::Options());
    InteractService::Options options;
    options.max_streams = 4;
    options.max_streams_per_principal = 2;
    pool_ = std::make_unique<ThreadPool>("test", 4, 16);
    service_ = std::make_unique<InteractService>(*handler_, *pool_, metrics_, options);
  }
  ~InteractServiceTest() override {
    for (const auto& session : sessions_) session->Close();
    pool_.reset();  // What runs uses the service.
  }

  absl::Status Open(const std::string& subject) {
    auto session = service_->Open({subject}, "grpc", sink_);
    if (!session.ok()) return session.status();
    sessions_.push_back(*std::move(session));
    return absl::OkStatus();
  }

  // SOP Instance UIDs of the demonstration's CT by InstanceNumber; sets `target`'s study and series.
  std::vector<std::string> Instances(v1::Target& target) {
    const auto found =
        archives_->all()[0].archive->Query(fetch::QueryLevel::kInstances, {}, "Modality=CT&limit=1000", Operation());
    std::vector<std::pair<int, std::string>> instances;
    for (const auto& dataset : nlohmann::json::parse(found->json)) {
      const auto uid = [&](const char* tag) { return dataset[tag]["Value"][0].get<std::string>(); };
      target.set_study_instance_uid(uid("0020000D"));
      target.set_series_instance_uid(uid("0020000E"));
      instances.emplace_back(dataset["00200013"]["Value"][0].get<int>(), uid("00080018"));
    }
    std::sort(instances.begin(), instances.end());
    std::vector<std::string> uids;
    for (const auto& instance : instances) uids.push_back(instance.second);
    return uids;
  }

  const auth::AnonymousAccess access_ = {};
  metrics::Metrics metrics_;
  CpuSlots slots_{2, 16};
  Serial serial_;
  std::unique_ptr<ArchiveSet> archives_;
  std::unique_ptr<render::Renderer> renderer_;
  std::unique_ptr<ImageSource> images_;
  std::unique_ptr<ArchiveVolumeSource> volumes_;
  std::unique_ptr<RenderHandler> handler_;
  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<InteractService> service_;
  FakeSink sink_;
  std::vector<std::shared_ptr<InteractSession>> sessions_;
};

TEST_F(InteractServiceTest, AUserHasSoManyStreamsAndTheServerToo) {
  EXPECT_THAT(Open("a"), IsOk());
  EXPECT_THAT(Open("a"), IsOk());
  EXPECT_THAT(Open("a"), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(Open("b"), IsOk());
  EXPECT_THAT(Open("anonymous"), IsOk());
  EXPECT_THAT(Open("c"), StatusIs(absl::StatusCode::kResourceExhausted));
  sessions_[0]->Close();
  EXPECT_THAT(Open("a"), IsOk());
}

TEST_F(InteractServiceTest, EverybodyWhoIsAnonymousIsNotOneUser) {
  for (int i = 0; i < 4; ++i) EXPECT_THAT(Open("anonymous"), IsOk()) << i;
}

TEST_F(InteractServiceTest, DrainEndsStreamsAndTakesNone) {
  ASSERT_THAT(Open("a"), IsOk());
  service_->Drain();
  EXPECT_EQ(sink_.end(), StreamEnd::kDraining);
  EXPECT_THAT(Open("a"), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(InteractServiceTest, WhoScrollsFindsTheNextImagesDecoded) {
  ASSERT_THAT(Open("a"), IsOk());
  v1::ViewUpdate update;
  v1::Target& target = *update.mutable_view()->mutable_target();
  update.mutable_view()->mutable_frame();
  const std::vector<std::string> instances = Instances(target);
  ASSERT_GT(instances.size(), 20u);
  for (int i = 5; i < 8; ++i) {
    update.set_sequence(i);
    target.set_sop_instance_uid(instances[i]);
    sessions_[0]->Update(update);
    EXPECT_EQ(sink_.Take(absl::Seconds(20)).frame.sequence(), static_cast<uint64_t>(i));
    sessions_[0]->Sent();
    absl::SleepFor(absl::Milliseconds(200));  // The order of the series is learnt meanwhile.
  }
  const auto holds = [&](int i) {
    return images_->Holds(archives_->all()[0],
                          {target.study_instance_uid(), target.series_instance_uid(), instances[i]}, 1);
  };
  for (int i = 0; i < 5000 && !holds(11); ++i) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_TRUE(holds(8));
  EXPECT_TRUE(holds(11));
  EXPECT_FALSE(holds(12));
  EXPECT_FALSE(holds(4));
}

TEST_F(InteractServiceTest, ThePreviewOfAVolumeIsTheSameViewWithoutIt) {
  v1::RenderRequest request;
  v1::Target& target = *request.mutable_view()->mutable_target();
  Instances(target);
  request.mutable_view()->mutable_slice()->mutable_camera()->set_orientation(v1::Camera::LEFT);
  request.mutable_output()->set_width(100);
  request.mutable_output()->set_height(100);
  SeriesOrders orders(*handler_);
  HandlerViewSource source({"a"}, *handler_, orders, *pool_);
  ASSERT_OK_AND_ASSIGN(const RenderResult preview, source.Preview(request, Operation()));
  EXPECT_FALSE(volumes_->Holds(archives_->all()[0], target, {}));
  ASSERT_OK_AND_ASSIGN(const RenderResult whole, source.Render(request, Operation()));
  EXPECT_EQ(preview.picture->width, whole.picture->width);
  EXPECT_EQ(preview.picture->height, whole.picture->height);
  EXPECT_NE(*preview.picture->data, *whole.picture->data);
}

}  // namespace
}  // namespace vitrine::service
