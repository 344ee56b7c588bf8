// What planes and slabs promise beside their pixels: threads, cancellation.

#include "render/simd/volume_reduction.h"

#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "render/test_volumes.h"

namespace vitrine::render::simd {
namespace {

using testing::StatusIs;

// A thread for each task.
class Threads : public Parallel {
 public:
  void For(int count, absl::FunctionRef<void(int)> task) override {
    ++calls;
    std::vector<std::thread> threads;
    for (int i = count - 1; i >= 0; --i) threads.emplace_back([=] { task(i); });
    for (std::thread& thread : threads) thread.join();
  }

  int calls = 0;
};

// A slab through the middle of a phantom, wider than it.
VolumeJob Slab(int size, int samples) {
  VolumeJob job;
  job.volume = MakePhantom(LatticeCases()[0].lattice, image::SampleType::kInt16, PhantomPadding::kNone);
  job.width = job.height = size;
  job.samples = samples;
  job.right = {50.0 / size, 0, 0};
  job.down = {0, 40.0 / size, 5.0 / size};
  job.step = {0, 0, 20.0 / samples};
  job.origin = {-6, -5, 2};
  job.reduction = Reduction::kMaximum;
  job.tone.voi = image::Range{-1000, 2000};
  return job;
}

TEST(RenderReduction, GivesTheSamePictureOnManyThreads) {
  const VolumeJob job = Slab(301, 40);
  Serial serial;
  Threads threads;
  ASSERT_OK_AND_ASSIGN(const image::Raster expected, RenderReduction(job, serial, Operation{}));
  ASSERT_OK_AND_ASSIGN(const image::Raster actual, RenderReduction(job, threads, Operation{}));
  EXPECT_EQ(threads.calls, 1);
  EXPECT_EQ(actual.samples, expected.samples);
}

TEST(RenderReduction, KeepsASmallPlaneOnTheCallersThread) {
  Threads threads;
  ASSERT_OK_AND_ASSIGN(const image::Raster raster, RenderReduction(Slab(512, 1), threads, Operation{}));
  EXPECT_EQ(threads.calls, 0);
  EXPECT_EQ(raster.samples.size(), 512u * 512);
}

TEST(RenderReduction, StopsWhenCancelled) {
  Operation operation;
  operation.cancellation->Cancel();
  Serial serial;
  Threads threads;
  for (const int samples : {1, 100}) {
    EXPECT_THAT(RenderReduction(Slab(64, samples), serial, operation), StatusIs(absl::StatusCode::kCancelled));
    EXPECT_THAT(RenderReduction(Slab(300, samples), threads, operation), StatusIs(absl::StatusCode::kCancelled));
  }
}

TEST(RenderReduction, StopsInTheMiddleOfALongJob) {
  Serial serial;
  // Many pixels; and a single tile of more samples than this test has time for.
  for (const VolumeJob& job : {Slab(3000, 500), Slab(16, 2000000000)}) {
    Operation operation;
    operation.deadline = absl::Now() + absl::Milliseconds(20);
    EXPECT_THAT(RenderReduction(job, serial, operation), StatusIs(absl::StatusCode::kDeadlineExceeded));
  }
}

}  // namespace
}  // namespace vitrine::render::simd
