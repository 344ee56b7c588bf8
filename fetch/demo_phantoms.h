#ifndef VITRINE_FETCH_DEMO_PHANTOMS_H_
#define VITRINE_FETCH_DEMO_PHANTOMS_H_

// The pictures of the demonstration archive, computed from position alone: the same on every machine, and nothing is
// kept. They suggest anatomy well enough to judge a viewer by: left and right, front and back, head and feet differ.
// Coordinates are millimetres in the patient's system (PS3.3 C.7.6.2.1.1): x to the left, y to the back, z to the head.

#include <cstdint>

#include "absl/types/span.h"

namespace vitrine::fetch {

// A contrast-enhanced chest and upper abdomen on a scanner table, in Hounsfield units, without noise; for |x| <= 200,
// |y| <= 200 and z from 0 to 260.
float CtHounsfield(float x, float y, float z);

// A T1-weighted head: signal from 0 to about 1400, without noise; the origin lies between the lateral ventricles.
float MrSignal(float x, float y, float z);

// One frame of an ultrasound loop of a beating heart with colour Doppler: rows * columns * 3 bytes, RGB. `phase` in
// [0, 1) runs through one heart beat.
void UsFrame(int rows, int columns, float phase, absl::Span<uint8_t> rgb);

// A chest radiograph with a line-pair gauge whose finest bars are one pixel wide: rows * columns samples of 12 bits,
// high where much radiation arrived (to be shown as MONOCHROME1).
void DxImage(int rows, int columns, absl::Span<uint16_t> samples);

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_DEMO_PHANTOMS_H_
