#include "render/renderer.h"

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "render/test_jobs.h"

namespace vitrine::render {
namespace {

using image::Frame;
using image::SampleType;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

RenderJob GoodJob() {
  return MakeJob(MakeFrame(Pattern::kRamp, 8, 6, 1, SampleType::kInt16, 12), Windowed(0, 100, {}), 8);
}

void ExpectInvalid(const std::string& what, const std::function<void(RenderJob&)>& spoil) {
  RenderJob job = GoodJob();
  spoil(job);
  EXPECT_THAT(Validate(job), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(what)));
}

void ExpectInvalidFrame(const std::string& what, const std::function<void(Frame&)>& spoil) {
  ExpectInvalid(what, [&](RenderJob& job) {
    auto frame = std::make_shared<Frame>(*job.frame);
    spoil(*frame);
    job.frame = frame;
  });
}

TEST(Validate, AcceptsWhatTheContractAllows) {
  EXPECT_THAT(Validate(GoodJob()), IsOk());
  RenderJob job = GoodJob();
  job.source = {7.5, 5.5, 0.5, 0.5};
  job.width = 65535;
  job.height = 1;
  job.bits = 16;
  EXPECT_THAT(Validate(job), IsOk());
  job = MakeJob(MakeFrame(Pattern::kRamp, 8, 6, 3, SampleType::kUint16, 10), {}, 8);
  job.tone.voi = std::shared_ptr<const image::Lut>();  // RGB frames have no tone curve.
  EXPECT_THAT(Validate(job), IsOk());
}

TEST(Validate, NamesWhatIsWrongWithTheFrame) {
  ExpectInvalid("frame is missing", [](RenderJob& job) { job.frame = nullptr; });
  ExpectInvalidFrame("no pixels", [](Frame& frame) { frame.columns = 0; });
  ExpectInvalidFrame("no pixels", [](Frame& frame) { frame.rows = -1; });
  ExpectInvalidFrame("channels", [](Frame& frame) { frame.channels = 2; });
  ExpectInvalidFrame("unsigned", [](Frame& frame) { frame.channels = 3; });
  ExpectInvalidFrame("bits", [](Frame& frame) { frame.bits = 17; });
  ExpectInvalidFrame("bits", [](Frame& frame) { frame.bits = 0; });
  ExpectInvalidFrame("wrong size", [](Frame& frame) { frame.samples.pop_back(); });
  ExpectInvalidFrame("wrong size", [](Frame& frame) { frame.samples.clear(); });
  ExpectInvalidFrame("wrong size", [](Frame& frame) { frame.rows = std::numeric_limits<int>::max(); });
}

TEST(Validate, NamesWhatIsWrongWithTheToneCurve) {
  ExpectInvalid("rescale", [](RenderJob& job) { job.tone.modality = image::Rescale{kNan, 0}; });
  ExpectInvalid("rescale", [](RenderJob& job) { job.tone.modality = image::Rescale{1, kInfinity}; });
  ExpectInvalid("modality LUT", [](RenderJob& job) { job.tone.modality = std::shared_ptr<const image::Lut>(); });
  ExpectInvalid("range", [](RenderJob& job) { job.tone.voi = image::Range{1, 1}; });
  ExpectInvalid("range", [](RenderJob& job) { job.tone.voi = image::Range{0, kNan}; });
  ExpectInvalid("window.width", [](RenderJob& job) { job.tone = Windowed(0, 0.5, image::VoiFunction::kLinear); });
  ExpectInvalid("window.width", [](RenderJob& job) { job.tone = Windowed(0, 0, image::VoiFunction::kSigmoid); });
  ExpectInvalid("window", [](RenderJob& job) { job.tone = Windowed(kNan, 10, image::VoiFunction::kLinear); });
  ExpectInvalid("VOI LUT", [](RenderJob& job) { job.tone.voi = std::make_shared<const image::Lut>(); });
  ExpectInvalid("VOI LUT bits", [](RenderJob& job) {
    job.tone.voi = std::make_shared<const image::Lut>(image::Lut{0, 17, {1}});
  });
}

TEST(Validate, NamesWhatIsWrongWithTheView) {
  ExpectInvalid("horizontally, is empty", [](RenderJob& job) { job.source.width = 0; });
  ExpectInvalid("vertically, is empty", [](RenderJob& job) { job.source.height = -1; });
  ExpectInvalid("horizontally, reaches outside", [](RenderJob& job) { job.source.left = -0.1; });
  ExpectInvalid("vertically, reaches outside", [](RenderJob& job) { job.source.height = 6.1; });
  ExpectInvalid("vertically, reaches outside", [](RenderJob& job) { job.source = {0, 6, 1, 1e-9}; });
  ExpectInvalid("not finite", [](RenderJob& job) { job.source.top = kNan; });
  ExpectInvalid("not finite", [](RenderJob& job) { job.source.width = kInfinity; });
  ExpectInvalid("width", [](RenderJob& job) { job.width = 0; });
  ExpectInvalid("height", [](RenderJob& job) { job.height = 65536; });
  ExpectInvalid("bits", [](RenderJob& job) { job.bits = 12; });
}

}  // namespace
}  // namespace vitrine::render
