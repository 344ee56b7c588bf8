#ifndef VITRINE_DICOM_INSTANCE_INFO_H_
#define VITRINE_DICOM_INSTANCE_INFO_H_

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "image/tone_curve.h"

namespace vitrine::dicom {

// A Window Center and its Window Width, in the units that the modality stage puts out.
struct NamedWindow {
  image::Window window;
  std::string explanation;  // Window Center & Width Explanation; ASCII, other bytes are '?'. "" where there is none.
};

// What a client may want to know of an instance before it asks for a picture. Values of enhanced objects are those of
// the first frame.
struct InstanceInfo {
  std::string StudyInstanceUID;
  std::string SeriesInstanceUID;
  std::string SOPInstanceUID;
  std::string SOPClassUID;
  std::string TransferSyntaxUID;
  std::string Modality;
  std::string PhotometricInterpretation;
  int Rows = 0;
  int Columns = 0;
  int NumberOfFrames = 1;

  std::vector<NamedWindow> windows;  // Grey images: all valid ones, in the order of the data set.

  std::optional<std::array<double, 2>> PixelSpacing;  // mm: between rows, between columns. Else Imager Pixel Spacing.
  std::optional<std::array<double, 3>> ImagePositionPatient;     // mm, LPS: centre of the first pixel.
  std::optional<std::array<double, 6>> ImageOrientationPatient;  // Unit vectors along a row, then along a column.
  std::optional<double> FrameTime;  // ms; else from Recommended Display Frame Rate or Cine Rate.
  // ms, of each frame since the one before it; empty where a value makes no sense.
  std::vector<double> FrameTimeVector;
};

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_INSTANCE_INFO_H_
