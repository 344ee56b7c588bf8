#ifndef VITRINE_DICOM_TAGS_H_
#define VITRINE_DICOM_TAGS_H_

// The attributes that rendering reads, by their PS3.6 keywords.

#include <cstdint>

namespace vitrine::dicom {

struct Tag {
  uint16_t group;
  uint16_t element;
};

namespace tags {

constexpr Tag SOPClassUID = {0x0008, 0x0016};
constexpr Tag SOPInstanceUID = {0x0008, 0x0018};
constexpr Tag Modality = {0x0008, 0x0060};
constexpr Tag EstimatedRadiographicMagnificationFactor = {0x0018, 0x1114};
constexpr Tag NominalScannedPixelSpacing = {0x0018, 0x2010};
constexpr Tag SequenceOfUltrasoundRegions = {0x0018, 0x6011};
constexpr Tag RegionFlags = {0x0018, 0x6016};
constexpr Tag RegionLocationMinX0 = {0x0018, 0x6018};
constexpr Tag RegionLocationMinY0 = {0x0018, 0x601A};
constexpr Tag RegionLocationMaxX1 = {0x0018, 0x601C};
constexpr Tag RegionLocationMaxY1 = {0x0018, 0x601E};
constexpr Tag PhysicalUnitsXDirection = {0x0018, 0x6024};
constexpr Tag PhysicalUnitsYDirection = {0x0018, 0x6026};
constexpr Tag PhysicalDeltaX = {0x0018, 0x602C};
constexpr Tag PhysicalDeltaY = {0x0018, 0x602E};
constexpr Tag FrameTime = {0x0018, 0x1063};
constexpr Tag FrameTimeVector = {0x0018, 0x1065};
constexpr Tag CineRate = {0x0018, 0x0040};
constexpr Tag RecommendedDisplayFrameRate = {0x0008, 0x2144};
constexpr Tag ImagerPixelSpacing = {0x0018, 0x1164};
constexpr Tag StudyInstanceUID = {0x0020, 0x000D};
constexpr Tag SeriesInstanceUID = {0x0020, 0x000E};
constexpr Tag ImagePositionPatient = {0x0020, 0x0032};
constexpr Tag ImageOrientationPatient = {0x0020, 0x0037};
constexpr Tag PlanePositionSequence = {0x0020, 0x9113};
constexpr Tag PlaneOrientationSequence = {0x0020, 0x9116};

constexpr Tag SamplesPerPixel = {0x0028, 0x0002};
constexpr Tag PhotometricInterpretation = {0x0028, 0x0004};
constexpr Tag PlanarConfiguration = {0x0028, 0x0006};
constexpr Tag NumberOfFrames = {0x0028, 0x0008};
constexpr Tag Rows = {0x0028, 0x0010};
constexpr Tag Columns = {0x0028, 0x0011};
constexpr Tag PixelSpacing = {0x0028, 0x0030};
constexpr Tag PixelSpacingCalibrationType = {0x0028, 0x0A02};
constexpr Tag BitsAllocated = {0x0028, 0x0100};
constexpr Tag BitsStored = {0x0028, 0x0101};
constexpr Tag HighBit = {0x0028, 0x0102};
constexpr Tag PixelRepresentation = {0x0028, 0x0103};
constexpr Tag PixelPaddingValue = {0x0028, 0x0120};
constexpr Tag PixelPaddingRangeLimit = {0x0028, 0x0121};
constexpr Tag FloatPixelPaddingValue = {0x0028, 0x0122};
constexpr Tag DoubleFloatPixelPaddingValue = {0x0028, 0x0123};
constexpr Tag FloatPixelPaddingRangeLimit = {0x0028, 0x0124};
constexpr Tag DoubleFloatPixelPaddingRangeLimit = {0x0028, 0x0125};
constexpr Tag PixelIntensityRelationship = {0x0028, 0x1040};
constexpr Tag WindowCenter = {0x0028, 0x1050};
constexpr Tag WindowWidth = {0x0028, 0x1051};
constexpr Tag RescaleIntercept = {0x0028, 0x1052};
constexpr Tag RescaleSlope = {0x0028, 0x1053};
constexpr Tag RescaleType = {0x0028, 0x1054};
constexpr Tag WindowCenterWidthExplanation = {0x0028, 0x1055};
constexpr Tag VOILUTFunction = {0x0028, 0x1056};
constexpr Tag RedPaletteColorLookupTableDescriptor = {0x0028, 0x1101};
constexpr Tag GreenPaletteColorLookupTableDescriptor = {0x0028, 0x1102};
constexpr Tag BluePaletteColorLookupTableDescriptor = {0x0028, 0x1103};
constexpr Tag RedPaletteColorLookupTableData = {0x0028, 0x1201};
constexpr Tag GreenPaletteColorLookupTableData = {0x0028, 0x1202};
constexpr Tag BluePaletteColorLookupTableData = {0x0028, 0x1203};
constexpr Tag SegmentedRedPaletteColorLookupTableData = {0x0028, 0x1221};
constexpr Tag SegmentedGreenPaletteColorLookupTableData = {0x0028, 0x1222};
constexpr Tag SegmentedBluePaletteColorLookupTableData = {0x0028, 0x1223};
constexpr Tag ModalityLUTSequence = {0x0028, 0x3000};
constexpr Tag LUTDescriptor = {0x0028, 0x3002};
constexpr Tag ModalityLUTType = {0x0028, 0x3004};
constexpr Tag LUTData = {0x0028, 0x3006};
constexpr Tag VOILUTSequence = {0x0028, 0x3010};
constexpr Tag PixelMeasuresSequence = {0x0028, 0x9110};
constexpr Tag FrameVOILUTSequence = {0x0028, 0x9132};
constexpr Tag PixelValueTransformationSequence = {0x0028, 0x9145};
constexpr Tag FramePixelDataPropertiesSequence = {0x0028, 0x9443};
constexpr Tag Units = {0x0054, 0x1001};
constexpr Tag SegmentationType = {0x0062, 0x0001};
constexpr Tag MaximumFractionalValue = {0x0062, 0x000E};
constexpr Tag PresentationLUTShape = {0x2050, 0x0020};
constexpr Tag SharedFunctionalGroupsSequence = {0x5200, 0x9229};
constexpr Tag PerFrameFunctionalGroupsSequence = {0x5200, 0x9230};

}  // namespace tags
}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_TAGS_H_
