#ifndef VITRINE_ENCODE_YUV_H_
#define VITRINE_ENCODE_YUV_H_

#include <cstdint>

#include "image/raster.h"

namespace vitrine::encode {

// Planes of 8 bits with rows `stride` bytes apart: luma of the picture's size, chroma of half of it both ways.
struct YuvPlanes {
  uint8_t* luma;
  uint8_t* blue;  // Cb.
  uint8_t* red;   // Cr.
  int luma_stride;
  int chroma_stride;
};

// Of a side of a picture: the next even number, for chroma is shared by two pixels.
inline int EvenSide(int side) { return side + side % 2; }

// Display values of 8 bits to Y'CbCr 4:2:0 of ITU-R BT.709, limited range (16 to 235 and 240), chroma sited left. A
// last column or row of an odd size is repeated.
void ConvertToYuv(const image::Raster& raster, const YuvPlanes& planes);

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_YUV_H_
