#include "image/volume_builder.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::image {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

Lattice Grid(int columns, int rows, int slices) { return {columns, rows, slices, {}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}}; }

template <typename Sample>
constexpr SampleType TypeOf() {
  if constexpr (std::is_same_v<Sample, uint8_t>) return SampleType::kUint8;
  if constexpr (std::is_same_v<Sample, uint16_t>) return SampleType::kUint16;
  if constexpr (std::is_same_v<Sample, int16_t>) return SampleType::kInt16;
  return SampleType::kFloat32;
}

template <typename Sample>
Frame Slice(int columns, const std::vector<Sample>& samples) {
  Frame frame;
  frame.columns = columns;
  frame.rows = static_cast<int>(samples.size()) / columns;
  frame.type = TypeOf<Sample>();
  frame.samples.resize(samples.size() * sizeof(Sample));
  std::memcpy(frame.samples.data(), samples.data(), frame.samples.size());
  return frame;
}

ToneCurve Rescaled(double slope, double intercept) {
  ToneCurve curve;
  curve.modality = Rescale{slope, intercept};
  return curve;
}

ToneCurve Padded(double low, double high) {
  ToneCurve curve;
  curve.padding = Padding{low, high};
  return curve;
}

template <typename Sample>
std::vector<Sample> Voxels(const Volume& volume) {
  return {volume.data<Sample>(), volume.data<Sample>() + volume.voxel_count()};
}

std::vector<int> PaddingOf(const Volume& volume) {
  std::vector<int> voxels;
  for (size_t i = 0; i < volume.voxel_count(); ++i) {
    if (volume.is_padding(i)) voxels.push_back(static_cast<int>(i));
  }
  return voxels;
}

Serial serial;

TEST(VolumeBuilderTest, KeepsStoredValuesAndTheirRescale) {
  VolumeBuilder builder(Grid(2, 1, 3), {0, 1, 2}, SampleType::kInt16, VoxelValues::kStored);
  // In any order.
  EXPECT_EQ(builder.Place(2, Slice<int16_t>(2, {5, -6}), Rescaled(2, -1024)), SliceFit::kPlaced);
  EXPECT_EQ(builder.Place(0, Slice<int16_t>(2, {1, -32768}), Rescaled(2, -1024)), SliceFit::kPlaced);
  EXPECT_EQ(builder.Place(1, Slice<int16_t>(2, {3, 32767}), Rescaled(2, -1024)), SliceFit::kPlaced);
  const Volume volume = builder.Finish(serial);
  EXPECT_EQ(volume.type, SampleType::kInt16);
  EXPECT_THAT(Voxels<int16_t>(volume), ElementsAre(1, -32768, 3, 32767, 5, -6));
  EXPECT_EQ(volume.rescale.slope, 2);
  EXPECT_EQ(volume.rescale.intercept, -1024);
  EXPECT_THAT(volume.padding, IsEmpty());
  ASSERT_EQ(volume.bricks().extremes.size(), 1u);
  EXPECT_EQ(volume.bricks().extremes[0].minimum, -32768);
  EXPECT_EQ(volume.bricks().extremes[0].maximum, 32767);
}

TEST(VolumeBuilderTest, RefusesOtherMatricesTypesAndRescales) {
  VolumeBuilder builder(Grid(2, 1, 2), {0, 1}, SampleType::kUint16, VoxelValues::kStored);
  EXPECT_EQ(builder.Place(0, Slice<uint16_t>(1, {1, 2}), {}), SliceFit::kOtherFormat);
  EXPECT_EQ(builder.Place(0, Slice<uint16_t>(2, {1, 2, 3, 4}), {}), SliceFit::kOtherFormat);
  EXPECT_EQ(builder.Place(0, Slice<int16_t>(2, {1, 2}), {}), SliceFit::kOtherFormat);
  EXPECT_EQ(builder.Place(0, Slice<float>(2, {1, 2}), {}), SliceFit::kOtherFormat);
  EXPECT_EQ(builder.Place(0, Slice<uint8_t>(2, {1, 255}), {}), SliceFit::kPlaced);  // Fits into 16 bits.
  EXPECT_EQ(builder.Place(1, Slice<uint16_t>(2, {1, 2}), Rescaled(1, 1)), SliceFit::kOtherRescale);
  EXPECT_EQ(builder.Place(1, Slice<uint16_t>(2, {1, 2}), Rescaled(-1, 0)), SliceFit::kOtherRescale);
  ToneCurve lut;
  lut.modality = std::make_shared<const Lut>(Lut{0, 16, {1}});
  EXPECT_EQ(builder.Place(1, Slice<uint16_t>(2, {1, 2}), lut), SliceFit::kOtherRescale);
  EXPECT_EQ(builder.Place(1, Slice<uint16_t>(2, {1, 65535}), {}), SliceFit::kPlaced);
  EXPECT_THAT(Voxels<uint16_t>(builder.Finish(serial)), ElementsAre(1, 255, 1, 65535));
}

TEST(VolumeBuilderTest, SlicesThatAreThereAlready) {
  const std::vector<int16_t> samples = {-2000, 7, 9, 8, -1999, -2000};
  VoxelBuffer voxels(samples.size() * sizeof(int16_t));
  std::memcpy(voxels.data(), samples.data(), voxels.size());
  VolumeBuilder builder(Grid(3, 1, 2), SampleType::kInt16, std::move(voxels));
  ToneCurve curve = Padded(-2000, -2000);
  curve.modality = Rescale{2, -1024};
  EXPECT_EQ(builder.Place(0, curve), SliceFit::kPlaced);
  EXPECT_EQ(builder.Place(1, Rescaled(2, -1000)), SliceFit::kOtherRescale);
  curve.padding = Padding{-2000, -1999};
  EXPECT_EQ(builder.Place(1, curve), SliceFit::kPlaced);
  const Volume volume = builder.Finish(serial);
  EXPECT_EQ(volume.type, SampleType::kInt16);
  EXPECT_EQ(volume.rescale.intercept, -1024);
  EXPECT_THAT(PaddingOf(volume), ElementsAre(0, 4, 5));
  EXPECT_THAT(Voxels<int16_t>(volume), ElementsAre(7, 7, 9, 8, 7, 7));
  EXPECT_EQ(volume.bricks().extremes[0].maximum, 9);
}

TEST(VolumeBuilderTest, ModalityValuesPerSlice) {
  VolumeBuilder builder(Grid(2, 1, 3), {0, 1, 2}, SampleType::kUint8, VoxelValues::kModality);
  EXPECT_EQ(builder.Place(0, Slice<uint8_t>(2, {10, 20}), Rescaled(0.5, 1)), SliceFit::kPlaced);
  EXPECT_EQ(builder.Place(1, Slice<uint8_t>(2, {10, 20}), Rescaled(-2, 0)), SliceFit::kPlaced);
  ToneCurve lut;
  lut.modality = std::make_shared<const Lut>(Lut{11, 16, {7, 8, 9}});
  EXPECT_EQ(builder.Place(2, Slice<uint8_t>(2, {12, 200}), lut), SliceFit::kPlaced);
  const Volume volume = builder.Finish(serial);
  EXPECT_EQ(volume.type, SampleType::kFloat32);
  EXPECT_EQ(volume.rescale.slope, 1);
  EXPECT_EQ(volume.rescale.intercept, 0);
  EXPECT_THAT(Voxels<float>(volume), ElementsAre(6, 11, -20, -40, 8, 9));
}

TEST(VolumeBuilderTest, PaddingIsKeptApartAndHoldsTheSmallestRealValue) {
  VolumeBuilder builder(Grid(3, 1, 2), {0, 1}, SampleType::kInt16, VoxelValues::kStored);
  builder.Place(0, Slice<int16_t>(3, {-2000, 7, 9}), Padded(-2000, -2000));
  builder.Place(1, Slice<int16_t>(3, {8, -1999, -2000}), Padded(-2000, -1999));
  const Volume volume = builder.Finish(serial);
  EXPECT_THAT(PaddingOf(volume), ElementsAre(0, 4, 5));
  EXPECT_THAT(Voxels<int16_t>(volume), ElementsAre(7, 7, 9, 8, 7, 7));
  EXPECT_EQ(volume.bricks().extremes[0].minimum, 7);
  EXPECT_EQ(volume.bricks().extremes[0].maximum, 9);
  EXPECT_TRUE(volume.bricks().extremes[0].has_padding);
}

TEST(VolumeBuilderTest, WhatIsNoNumberIsPadding) {
  VolumeBuilder builder(Grid(4, 1, 2), {0, 1}, SampleType::kFloat32, VoxelValues::kStored);
  builder.Place(0, Slice<float>(4, {kNaN, 1.5, kInfinity, -3}), {});
  builder.Place(1, Slice<float>(4, {-kInfinity, 2, 99, 4}), Padded(99, 99));
  const Volume volume = builder.Finish(serial);
  EXPECT_THAT(PaddingOf(volume), ElementsAre(0, 2, 4, 6));
  EXPECT_THAT(Voxels<float>(volume), ElementsAre(-3, 1.5, -3, -3, -3, 2, -3, 4));
}

TEST(VolumeBuilderTest, ModalityValuesThatOverflowArePadding) {
  VolumeBuilder builder(Grid(2, 1, 2), {0, 1}, SampleType::kUint16, VoxelValues::kModality);
  builder.Place(0, Slice<uint16_t>(2, {0, 2}), Rescaled(1e38, 5));
  builder.Place(1, Slice<uint16_t>(2, {0, 1000}), Rescaled(1e38, 5));
  const Volume volume = builder.Finish(serial);
  EXPECT_THAT(PaddingOf(volume), ElementsAre(3));
  EXPECT_EQ(volume.data<float>()[3], 5);
}

TEST(VolumeBuilderTest, NothingButPaddingIsZero) {
  VolumeBuilder builder(Grid(1, 1, 2), {0, 1}, SampleType::kUint8, VoxelValues::kStored);
  builder.Place(0, Slice<uint8_t>(1, {200}), Padded(200, 200));
  builder.Place(1, Slice<uint8_t>(1, {200}), Padded(200, 200));
  const Volume volume = builder.Finish(serial);
  EXPECT_THAT(PaddingOf(volume), ElementsAre(0, 1));
  EXPECT_THAT(Voxels<uint8_t>(volume), ElementsAre(0, 0));
}

TEST(VolumeBuilderTest, InterpolatesUnevenSlicesBetweenTheirNeighbours) {
  // Slices at 0, 1, 2.5 and 4 of a lattice of 5, with the values of the ramp 10 * place + 3.
  VolumeBuilder builder(Grid(1, 1, 5), {0, 1, 2.5, 4}, SampleType::kInt16, VoxelValues::kStored);
  builder.Place(3, Slice<int16_t>(1, {43}), {});
  builder.Place(1, Slice<int16_t>(1, {13}), {});
  builder.Place(2, Slice<int16_t>(1, {28}), {});
  builder.Place(0, Slice<int16_t>(1, {3}), {});
  EXPECT_THAT(Voxels<int16_t>(builder.Finish(serial)), ElementsAre(3, 13, 23, 33, 43));
}

TEST(VolumeBuilderTest, InterpolationRoundsIntegersAndNotFloats) {
  VolumeBuilder integers(Grid(2, 1, 4), {0, 1.5, 3}, SampleType::kInt16, VoxelValues::kStored);
  VolumeBuilder floats(Grid(2, 1, 4), {0, 1.5, 3}, SampleType::kFloat32, VoxelValues::kStored);
  const std::vector<std::vector<int16_t>> slices = {{0, -10}, {1, -9}, {3, -20}};
  for (int i = 0; i < 3; ++i) {
    integers.Place(i, Slice<int16_t>(2, slices[i]), {});
    floats.Place(i, Slice<int16_t>(2, slices[i]), {});
  }
  // At 1: 2/3 of the way from the first to the second; at 2: 1/3 of the way from the second to the third.
  EXPECT_THAT(Voxels<int16_t>(integers.Finish(serial)), ElementsAre(0, -10, 1, -9, 2, -13, 3, -20));
  const float expected[] = {0, -10, 2 / 3.0f, -10 + 2 / 3.0f, 1 + 2 / 3.0f, -9 - 11 / 3.0f, 3, -20};
  const std::vector<float> actual = Voxels<float>(floats.Finish(serial));
  for (int i = 0; i < 8; ++i) EXPECT_NEAR(actual[i], expected[i], 1e-6);
}

TEST(VolumeBuilderTest, NothingIsInterpolatedWithPadding) {
  VolumeBuilder builder(Grid(3, 1, 4), {0, 1.5, 3}, SampleType::kInt16, VoxelValues::kStored);
  builder.Place(0, Slice<int16_t>(3, {-5, 10, -5}), Padded(-5, -5));
  builder.Place(1, Slice<int16_t>(3, {40, -5, -5}), Padded(-5, -5));
  builder.Place(2, Slice<int16_t>(3, {70, 10, 30}), Padded(-5, -5));
  const Volume volume = builder.Finish(serial);
  // Slice 1 is nearer to the one at 1.5 than to the first, slice 2 nearer to it than to the last.
  EXPECT_THAT(PaddingOf(volume), ElementsAre(0, 2, 4, 5, 7, 8));
  EXPECT_THAT(Voxels<int16_t>(volume), ElementsAre(10, 10, 10, 40, 10, 10, 50, 10, 10, 70, 10, 30));
}

TEST(VolumeBuilderTest, ManyThreadsPlaceSlicesWhosePaddingSharesWords) {
  constexpr int kSlices = 200;
  std::vector<double> places(kSlices);
  for (int i = 0; i < kSlices; ++i) places[i] = i;
  VolumeBuilder builder(Grid(5, 1, kSlices), places, SampleType::kUint8, VoxelValues::kStored);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&builder, t] {
      for (int i = t; i < kSlices; i += 4) {
        builder.Place(i, Slice<uint8_t>(5, {0, 9, 0, 9, static_cast<uint8_t>(i % 2)}), Padded(0, 0));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Volume volume = builder.Finish(serial);
  std::vector<int> expected;
  for (int i = 0; i < kSlices; ++i) {
    expected.push_back(5 * i);
    expected.push_back(5 * i + 2);
    if (i % 2 == 0) expected.push_back(5 * i + 4);
  }
  EXPECT_THAT(PaddingOf(volume), ElementsAreArray(expected));
}

TEST(VolumeBuilderTest, SaysHowMuchMemoryItTakes) {
  const Lattice lattice = Grid(20, 10, 30);
  VolumeBuilder builder(lattice, {0, 29}, SampleType::kInt16, VoxelValues::kStored);
  for (int i = 0; i < 2; ++i) builder.Place(i, Slice<int16_t>(20, std::vector<int16_t>(200, 1)), Padded(1, 1));
  const uint64_t bytes = builder.Finish(serial).memory_bytes();
  const uint64_t stated = VolumeBuilder::MemoryBytes(lattice, SampleType::kInt16, VoxelValues::kStored);
  EXPECT_LE(bytes, stated + 8);
  EXPECT_GE(bytes + 64, stated);
  EXPECT_GT(VolumeBuilder::MemoryBytes(lattice, SampleType::kInt16, VoxelValues::kModality), stated + 2 * 6000 - 1);
}

}  // namespace
}  // namespace vitrine::image
