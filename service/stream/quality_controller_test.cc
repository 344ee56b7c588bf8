#include "service/stream/quality_controller.h"

#include <cmath>
#include <set>
#include <vector>

#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr absl::Duration kBudget = absl::Milliseconds(50);

enum class Kind { kFrame, kSlice, kVolume };

v1::RenderRequest Full(Kind kind, v1::Output::Format format = v1::Output::JPEG, int side = 512) {
  v1::RenderRequest request;
  v1::View& view = *request.mutable_view();
  if (kind == Kind::kFrame) view.mutable_frame()->set_frame_number(1);
  if (kind == Kind::kSlice) view.mutable_slice()->set_interpolation(v1::INTERPOLATION_CUBIC);
  if (kind == Kind::kVolume) view.mutable_volume()->set_interpolation(v1::INTERPOLATION_LINEAR);
  v1::Output& output = *request.mutable_output();
  output.set_format(format);
  if (format == v1::Output::JPEG) output.set_quality(90);
  output.set_bits(8);
  output.set_width(side);
  output.set_height(side);
  return request;
}

// A machine and a line: what a picture takes there.
struct World {
  double ns_per_pixel = 10;
  double fixed_ms = 0;  // Of every picture.
  double full_volume_factor = 4;
  double bytes_per_second = 100e6;
  double latency_ms = 0;
  int natural_side = 2000;  // Where no size is asked for.

  FrameCost CostOf(const v1::RenderRequest& request) const {
    const v1::Output& output = request.output();
    FrameCost cost;
    cost.width = output.width() > 0 ? output.width() : natural_side;
    cost.height = output.height() > 0 ? output.height() : natural_side;
    const double pixels = static_cast<double>(cost.width) * cost.height;
    double ns = ns_per_pixel * pixels;
    if (request.view().has_volume() && !request.view().volume().moving()) ns *= full_volume_factor;
    cost.compute = absl::Nanoseconds(ns) + absl::Milliseconds(fixed_ms);
    // About what libjpeg makes of a CT picture.
    const double bytes = output.format() == v1::Output::JPEG ? 0.04 * std::exp(output.quality() / 40.0) : 0.8;
    cost.bytes = static_cast<uint64_t>(500 + bytes * pixels);
    cost.delivery = absl::Seconds(cost.bytes / bytes_per_second) + absl::Milliseconds(latency_ms);
    return cost;
  }
};

struct Moves {
  std::vector<v1::RenderRequest> rendered;
  std::vector<absl::Duration> took;

  const v1::RenderRequest& last() const { return rendered.back(); }
  // How many different pictures sizes and qualities the last `count` had.
  size_t Different(size_t count) const {
    std::set<std::string> outputs;
    for (size_t i = rendered.size() - count; i < rendered.size(); ++i) {
      outputs.insert(rendered[i].output().SerializeAsString());
    }
    return outputs.size();
  }
};

Moves Move(QualityController& controller, const World& world, const v1::RenderRequest& full, int frames,
           absl::Duration budget = kBudget) {
  Moves run;
  for (int i = 0; i < frames; ++i) {
    run.rendered.push_back(controller.Choose(full, budget));
    const FrameCost cost = world.CostOf(run.last());
    controller.Observe(run.last(), cost);
    run.took.push_back(cost.compute + cost.delivery);
  }
  return run;
}

TEST(QualityController, AFastMachineOnAFastLineShowsWhatWasAskedFor) {
  for (const Kind kind : {Kind::kFrame, Kind::kSlice}) {
    for (const auto format : {v1::Output::JPEG, v1::Output::PNG}) {
      QualityController controller;
      const v1::RenderRequest full = Full(kind, format);
      EXPECT_TRUE(MessageDifferencer::Equals(Move(controller, World(), full, 10).last(), full));
    }
  }
}

TEST(QualityController, ASlowLineGetsFewerBytesAndKeepsTheRate) {
  for (const double line : {50e3, 200e3, 1e6}) {
    QualityController controller;
    World world;
    world.bytes_per_second = line;
    const Moves run = Move(controller, world, Full(Kind::kSlice, v1::Output::PNG), 40);
    EXPECT_EQ(run.last().output().format(), v1::Output::JPEG) << line;
    EXPECT_EQ(run.last().view().slice().interpolation(), v1::INTERPOLATION_LINEAR);
    for (size_t i = 4; i < run.took.size(); ++i) EXPECT_LE(run.took[i], kBudget) << line << " " << i;
    EXPECT_EQ(run.Different(20), 1u) << line;  // Settled.
  }
}

TEST(QualityController, ASlowMachineGetsSmallerVolumesAtTheMovingLevel) {
  QualityController controller;
  World world;
  world.ns_per_pixel = 400;  // 105 ms at 512 x 512.
  const Moves run = Move(controller, world, Full(Kind::kVolume), 40);
  EXPECT_TRUE(run.last().view().volume().moving());
  EXPECT_LT(run.last().output().width(), 512);
  EXPECT_GE(run.last().output().width(), 200);  // No smaller than it has to be.
  for (size_t i = 4; i < run.took.size(); ++i) EXPECT_LE(run.took[i], kBudget);
  EXPECT_EQ(run.Different(20), 1u);
}

TEST(QualityController, WhatPicturesOfAnySizeCostMakesThemNoSmaller) {
  QualityController controller;
  World world;
  world.fixed_ms = 15;
  world.ns_per_pixel = 100;  // 26 ms at 512 x 512.
  const v1::RenderRequest full = Full(Kind::kVolume);
  World busy = world;
  busy.ns_per_pixel = 1000;
  Move(controller, busy, full, 10);
  const Moves run = Move(controller, world, full, 60);
  EXPECT_GE(run.last().output().width(), 400);
  EXPECT_EQ(run.Different(20), 1u);
}

TEST(QualityController, AHigherRateCostsQuality) {
  World world;
  world.ns_per_pixel = 150;
  QualityController slow;
  QualityController fast;
  const Moves at_10 = Move(slow, world, Full(Kind::kVolume), 20, absl::Milliseconds(100));
  const Moves at_60 = Move(fast, world, Full(Kind::kVolume), 20, absl::Seconds(1) / 60);
  EXPECT_GT(at_10.last().output().width(), at_60.last().output().width());
  EXPECT_LE(at_60.took.back(), absl::Seconds(1) / 60);
}

TEST(QualityController, FollowsALineThatChanges) {
  QualityController controller;
  World world;
  const v1::RenderRequest full = Full(Kind::kFrame);
  Move(controller, world, full, 10);
  world.bytes_per_second = 150e3;
  const Moves worse = Move(controller, world, full, 10);
  EXPECT_LT(worse.last().output().quality(), 80);
  EXPECT_LE(worse.took.back(), kBudget);
  world.bytes_per_second = 100e6;
  EXPECT_TRUE(MessageDifferencer::Equals(Move(controller, world, full, 40).last(), full));
}

TEST(QualityController, KindsOfViewsAreJudgedByThemselves) {
  QualityController controller;
  World slow;
  slow.ns_per_pixel = 500;
  Move(controller, slow, Full(Kind::kVolume), 20);
  const v1::RenderRequest full = Full(Kind::kFrame);
  EXPECT_TRUE(MessageDifferencer::Equals(Move(controller, World(), full, 5).last(), full));
}

TEST(QualityController, ShrinksPicturesOfNaturalSizeOnceItKnowsThat) {
  QualityController controller;
  World world;
  world.bytes_per_second = 2e6;
  const v1::RenderRequest full = Full(Kind::kFrame, v1::Output::JPEG, 0);
  const Moves run = Move(controller, world, full, 30);
  EXPECT_EQ(run.rendered.front().output().width(), 0);
  EXPECT_GT(run.last().output().width(), 0);
  EXPECT_LE(run.took.back(), kBudget);
}

TEST(QualityController, NeverBetterThanAskedFor) {
  QualityController controller;
  v1::RenderRequest full = Full(Kind::kFrame);
  full.mutable_output()->set_quality(30);
  for (const v1::RenderRequest& rendered : Move(controller, World(), full, 5).rendered) {
    EXPECT_EQ(rendered.output().quality(), 30);
  }
}

TEST(QualityController, AtWorstThereIsStillAPicture) {
  QualityController controller;
  World world;
  world.bytes_per_second = 1e3;
  const Moves run = Move(controller, world, Full(Kind::kFrame, v1::Output::JPEG, 200), 20);
  EXPECT_EQ(run.last().output().width(), 96);
  EXPECT_EQ(run.last().output().height(), 96);
}

TEST(QualityController, PicturesFromTheCacheSayNothingOfTheMachine) {
  QualityController controller;
  World world;
  world.ns_per_pixel = 400;
  const v1::RenderRequest full = Full(Kind::kVolume);
  const v1::RenderRequest settled = Move(controller, world, full, 20).last();
  FrameCost cached = world.CostOf(settled);
  cached.compute = absl::ZeroDuration();
  for (int i = 0; i < 20; ++i) controller.Observe(settled, cached);
  EXPECT_TRUE(MessageDifferencer::Equals(controller.Choose(full, kBudget), settled));
}

}  // namespace
}  // namespace vitrine::service
