#include "render/egl/gl_context.h"

#include <atomic>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "base/operation.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::render::egl {
namespace {

using testing::IsOk;
using testing::StatusIs;

// Keeps the GL thread busy, from construction until Release().
class Hold {
 public:
  explicit Hold(GlContext& context)
      : thread_([this, &context] {
          EXPECT_THAT(context.Run(Operation(),
                                  [this](const GlApi&) {
                                    running_.Notify();
                                    release_.WaitForNotification();
                                    return absl::OkStatus();
                                  }),
                      IsOk());
        }) {
    running_.WaitForNotification();
  }
  ~Hold() { thread_.join(); }

  void Release() { release_.Notify(); }

 private:
  absl::Notification running_;
  absl::Notification release_;
  std::thread thread_;  // After what it uses.
};

class GlContextTest : public ::testing::Test {
 protected:
  void SetUp() override {
    GlContextOptions options;
    options.queue_limit = 1;
    auto context = GlContext::Create(options);
    if (!context.ok()) GTEST_SKIP() << context.status();
    context_ = *std::move(context);
  }

  std::unique_ptr<GlContext> context_;
};

TEST_F(GlContextTest, DescribesItsDevice) {
  EXPECT_FALSE(context_->device().renderer.empty());
  EXPECT_GE(context_->device().max_texture_size, 16384);     // The least that OpenGL 4.5 allows.
  EXPECT_GE(context_->device().max_3d_texture_size, 2048);   // Likewise.
  EXPECT_GE(context_->device().max_storage_bytes, 1 << 24);  // Likewise.
}

TEST_F(GlContextTest, RunsOnOneThreadThatIsNotTheCallers) {
  std::thread::id first, second;
  EXPECT_THAT(context_->Run(Operation(),
                            [&](const GlApi&) {
                              first = std::this_thread::get_id();
                              return absl::OkStatus();
                            }),
              IsOk());
  EXPECT_THAT(context_->Run(Operation(),
                            [&](const GlApi&) {
                              second = std::this_thread::get_id();
                              return absl::OkStatus();
                            }),
              IsOk());
  EXPECT_EQ(first, second);
  EXPECT_NE(first, std::this_thread::get_id());
}

TEST_F(GlContextTest, HandsTheResultBack) {
  EXPECT_THAT(context_->Run(Operation(), [](const GlApi&) { return absl::NotFoundError("x"); }),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(GlContextTest, RefusesWhatTheQueueCannotHold) {
  Hold hold(*context_);
  // The queue has one place: of four at once, at least one is refused at once while the others wait.
  std::atomic<int> refused = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      if (absl::IsResourceExhausted(context_->Run(Operation(), [](const GlApi&) { return absl::OkStatus(); }))) {
        if (++refused == 3) hold.Release();
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(refused, 3);
}

TEST_F(GlContextTest, WorkWhoseCallerHasLeftIsNotDone) {
  Hold hold(*context_);
  Operation late;
  late.deadline = absl::Now() + absl::Milliseconds(30);
  EXPECT_THAT(context_->Run(late, [](const GlApi&) { return absl::InternalError("was called"); }),
              StatusIs(absl::StatusCode::kDeadlineExceeded));  // While the thread is still held.
  Operation cancelled;
  std::thread canceller([&] { cancelled.cancellation->Cancel(); });
  EXPECT_THAT(context_->Run(cancelled, [](const GlApi&) { return absl::InternalError("was called"); }),
              StatusIs(absl::StatusCode::kCancelled));
  canceller.join();
  hold.Release();
  EXPECT_THAT(context_->Run(Operation(), [](const GlApi&) { return absl::OkStatus(); }), IsOk());
}

TEST_F(GlContextTest, ReportsGlErrorsOnce) {
  EXPECT_THAT(context_->Run(Operation(),
                            [](const GlApi& gl) {
                              gl.BindFramebuffer(GL_TEXTURE_2D, 0);  // Not a framebuffer target.
                              return CheckGl(gl, "test");
                            }),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(context_->Run(Operation(), [](const GlApi& gl) { return CheckGl(gl, "test"); }), IsOk());
}

TEST_F(GlContextTest, ContextsOfOneDeviceOutliveEachOther) {
  auto other = GlContext::Create({});
  ASSERT_THAT(other, IsOk());
  context_.reset();
  EXPECT_THAT((*other)->Run(Operation(),
                            [](const GlApi& gl) {
                              GLuint texture = 0;
                              gl.CreateTextures(GL_TEXTURE_2D, 1, &texture);
                              gl.DeleteTextures(1, &texture);
                              return CheckGl(gl, "test");
                            }),
              IsOk());
}

TEST(GlContext, HardwareOnlyNeverGivesSoftware) {
  GlContextOptions options;
  options.policy = GlContextOptions::Policy::kHardwareOnly;
  const auto context = GlContext::Create(options);
  if (context.ok()) {
    EXPECT_FALSE((*context)->device().software);
  } else {
    EXPECT_THAT(context, StatusIs(absl::StatusCode::kFailedPrecondition));
  }
}

}  // namespace
}  // namespace vitrine::render::egl
