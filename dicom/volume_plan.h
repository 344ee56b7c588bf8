#ifndef VITRINE_DICOM_VOLUME_PLAN_H_
#define VITRINE_DICOM_VOLUME_PLAN_H_

// Which frames form volumes (PS3.3 C.11.23.1), and why the others do not.

#include <string>
#include <vector>

#include "dicom/volume_frames.h"
#include "image/frame.h"
#include "image/volume.h"

namespace vitrine::dicom {

// A volume that can be loaded.
struct VolumePlan {
  image::Lattice lattice;
  std::vector<VolumeFrame> slices;  // Along the lattice's slice direction; at least 2.
  // Where they lie in the lattice's slice coordinates: ascending by at least 1 from 0 to lattice.slices - 1. Whole
  // numbers where the slices are evenly spaced; the others' voxels are to be interpolated between their neighbours.
  std::vector<double> places;

  // Of stored values, as the Image Pixel module says.
  image::SampleType stored_type = image::SampleType::kInt16;
  // Whether all slices have one rescale with a slope above 0, as far as the metadata say: voxels can be stored values.
  bool one_rescale = true;

  bool is_even() const { return static_cast<size_t>(lattice.slices) == slices.size(); }
};

struct LeftOut {
  std::vector<VolumeFrame> frames;
  std::string reason;  // "the image type is LOCALIZER"; nothing of the patient in it.
};
// "3 images are left out: the image type is LOCALIZER".
std::string Sentence(const LeftOut& left_out);

struct VolumePlans {
  std::vector<VolumePlan> volumes;  // By their first frame's place in the document.
  std::vector<LeftOut> left_out;
};

// Frames are of one volume if they agree in series, SOP class, frame of reference, orientation, pixel spacing, matrix,
// pixel format, image type, stack, temporal position, echo, b-value and segment (volume_frames.h). Where several of
// them share a position still, they are separated by each phase key in turn that leaves fewer that do and no slice
// alone.
//
// Left out are localizers, images without geometry, images that are not MONOCHROME2, single slices, and what
// StackSlices() refuses.
VolumePlans PlanVolumes(std::vector<VolumeFrame> frames);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_VOLUME_PLAN_H_
