#include "render/volume_job.h"

#include <cmath>
#include <limits>

#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "render/test_volumes.h"

namespace vitrine::render {
namespace {

using image::SampleType;
using image::Vector3;
using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

std::shared_ptr<const image::Volume> SmallVolume() {
  return MakePhantom(LatticeCases()[0].lattice, SampleType::kInt16, PhantomPadding::kNone);
}

VolumeJob SmallJob() {
  VolumeJob job;
  job.volume = SmallVolume();
  job.right = {1, 0, 0};
  job.down = {0, 1, 0};
  job.step = {0, 0, 1};
  job.samples = 3;
  job.tone.voi = image::Range{0, 100};
  job.width = 4;
  job.height = 5;
  return job;
}

// Changes one thing about a valid job and expects a refusal that names it.
template <typename Change>
void ExpectInvalid(const char* message, const Change& change) {
  VolumeJob job = SmallJob();
  change(job);
  EXPECT_THAT(Validate(job), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
}

// Changes one thing about the volume.
template <typename Change>
void ExpectInvalidVolume(const char* message, const Change& change) {
  image::Volume volume;
  volume.lattice = LatticeCases()[0].lattice;
  volume.voxels = image::VoxelBuffer(volume.voxel_count() * sizeof(int16_t));
  change(volume);
  ExpectInvalid(message,
                [&](VolumeJob& job) { job.volume = std::make_shared<const image::Volume>(std::move(volume)); });
}

TEST(ValidateVolumeJob, AcceptsWhatIsAllowed) {
  EXPECT_THAT(Validate(SmallJob()), IsOk());
  for (const NamedVolumeJob& named : VolumeCases(SmallVolume())) EXPECT_THAT(Validate(named.job), IsOk()) << named.name;
  VolumeJob job = SmallJob();
  job.samples = 1;
  job.step = {};
  EXPECT_THAT(Validate(job), IsOk());
}

TEST(ValidateVolumeJob, NamesTheWrongField) {
  ExpectInvalid("volume is missing", [](VolumeJob& job) { job.volume = nullptr; });
  ExpectInvalid("width", [](VolumeJob& job) { job.width = 0; });
  ExpectInvalid("width", [](VolumeJob& job) { job.width = 65536; });
  ExpectInvalid("height", [](VolumeJob& job) { job.height = -1; });
  ExpectInvalid("samples", [](VolumeJob& job) { job.samples = 0; });
  ExpectInvalid("step", [](VolumeJob& job) { job.step = {}; });
  ExpectInvalid("bits", [](VolumeJob& job) { job.bits = 12; });
  ExpectInvalid("columns", [](VolumeJob& job) { job.columns.resize(3); });
  ExpectInvalid("padding", [](VolumeJob& job) { job.tone.padding = image::Padding{}; });
  ExpectInvalid("transfer_function", [](VolumeJob& job) { job.reduction = Reduction::kComposite; });
}

TEST(ValidateVolumeJob, RefusesPositionsThatAreNoneOrTooFarAway) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    ExpectInvalid("not finite", [&](VolumeJob& job) { job.origin.x = bad; });
    ExpectInvalid("not finite", [&](VolumeJob& job) { job.right.y = bad; });
    ExpectInvalid("not finite", [&](VolumeJob& job) { job.down.z = -bad; });
    ExpectInvalid("not finite", [&](VolumeJob& job) { job.step.x = bad; });
    ExpectInvalid("crop", [&](VolumeJob& job) { job.crop = image::Box{{0, 0, bad}, {1, 1, 1}}; });
  }
  ExpectInvalid("too far", [](VolumeJob& job) { job.origin.z = 1.1e9; });
  ExpectInvalid("too far", [](VolumeJob& job) { job.right.z = -1.1e9; });
  ExpectInvalid("too far", [](VolumeJob& job) { job.columns.resize(4, {{0, 0, 0}, {0, 2e9, 0}, {0, 0, 1}}); });
}

TEST(ValidateVolumeJob, RefusesBrokenVolumes) {
  ExpectInvalidVolume("no voxels", [](image::Volume& volume) { volume.lattice.rows = 0; });
  ExpectInvalidVolume("voxels", [](image::Volume& volume) { volume.type = SampleType::kFloat32; });
  ExpectInvalidVolume("padding", [](image::Volume& volume) { volume.padding.resize(1); });
  ExpectInvalidVolume("rescale", [](image::Volume& volume) { volume.rescale.slope = -1; });
  ExpectInvalidVolume("degenerate", [](image::Volume& volume) { volume.lattice.slice_step = volume.lattice.row_step; });
}

// What the contract says of one sample, by its position in space.
bool Counts(const VolumeJob& job, int u, int v, int k) {
  const image::Lattice& lattice = job.volume->lattice;
  const Vector3 voxel =
      job.origin_of(u) + static_cast<double>(v) * job.down_of(u) + static_cast<double>(k) * job.step_of(u);
  const auto inside = [](double x, double low, double high) { return x >= low - 1e-6 && x <= high + 1e-6; };
  if (!inside(voxel.x, -0.5, lattice.columns - 0.5) || !inside(voxel.y, -0.5, lattice.rows - 0.5) ||
      !inside(voxel.z, -0.5, lattice.slices - 0.5)) {
    return false;
  }
  if (!job.crop) return true;
  const Vector3 p = ToPatient(lattice, voxel);
  const image::Box& box = *job.crop;
  return inside(p.x, box.minimum.x, box.maximum.x) && inside(p.y, box.minimum.y, box.maximum.y) &&
         inside(p.z, box.minimum.z, box.maximum.z);
}

TEST(RayClipper, FindsTheSamplesThatCount) {
  for (const NamedLattice& lattice : LatticeCases()) {
    for (const NamedVolumeJob& named :
         VolumeCases(MakePhantom(lattice.lattice, SampleType::kUint8, PhantomPadding::kNone))) {
      SCOPED_TRACE(lattice.name + ", " + named.name);
      const VolumeJob& job = named.job;
      const RayClipper clipper(job);
      int wrong = 0;
      for (int v = 0; v < job.height; v += 3) {
        for (int u = 0; u < job.width; ++u) {
          const RayRange range = clipper.Clip(u, v);
          for (int k = 0; k < job.samples; ++k) wrong += Counts(job, u, v, k) != (k >= range.first && k < range.last);
        }
      }
      EXPECT_EQ(wrong, 0);
    }
  }
}

TEST(RayClipper, FindsTheSameByColumns) {
  for (const NamedVolumeJob& named : VolumeCases(SmallVolume())) {
    if (named.job.samples > 1) continue;
    SCOPED_TRACE(named.name);
    const RayClipper clipper(named.job);
    for (int u = 0; u < named.job.width; ++u) {
      const RayRange rows = clipper.ClipRows(u);
      for (int v = 0; v < named.job.height; ++v) {
        const RayRange range = clipper.Clip(u, v);
        ASSERT_EQ(range.first < range.last, v >= rows.first && v < rows.last) << u << ", " << v;
      }
    }
  }
}

TEST(RayClipper, SaysThatAllSamplesCountOnlyWhereTheyDo) {
  int yes = 0;
  for (const NamedVolumeJob& named : VolumeCases(SmallVolume())) {
    SCOPED_TRACE(named.name);
    const VolumeJob& job = named.job;
    const RayClipper clipper(job);
    for (int v = 0; v + 4 <= job.height; v += 4) {
      for (int u = 0; u + 4 <= job.width; u += 4) {
        if (!clipper.ContainsAll(u, u + 4, v, v + 4)) continue;
        ++yes;
        for (int i = 0; i < 16; ++i) {
          const RayRange range = clipper.Clip(u + i % 4, v + i / 4);
          ASSERT_EQ(range.first, 0);
          ASSERT_EQ(range.last, job.samples);
        }
      }
    }
  }
  EXPECT_GT(yes, 100);
}

TEST(RayClipper, CountsPlanesOnTheFacesOfTheVolumeAndOfTheCropBox) {
  VolumeJob job = SmallJob();
  job.samples = 1;
  const image::Lattice& lattice = job.volume->lattice;
  // As a caller may compute it from millimetres, with rounding.
  for (const double z : {-0.5 - 1e-12, -0.5 + 1e-12, lattice.slices - 0.5 - 1e-12, lattice.slices - 0.5 + 1e-12}) {
    job.origin = {0, 0, z};
    EXPECT_EQ(RayClipper(job).Clip(0, 0).last, 1);
  }
  job.origin.z = -0.501;
  EXPECT_EQ(RayClipper(job).Clip(0, 0).last, 0);
  job.crop = BoundingBox(lattice);
  for (const double offset : {-1e-12, 1e-12}) {
    job.origin.z = 7;
    job.crop->minimum.z = ToPatient(lattice, job.origin).z + offset;
    EXPECT_EQ(RayClipper(job).Clip(0, 0).last, 1);
  }
  job.crop->minimum.z += 1e-3;
  EXPECT_EQ(RayClipper(job).Clip(0, 0).last, 0);
}

}  // namespace
}  // namespace vitrine::render
