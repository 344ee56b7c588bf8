#ifndef VITRINE_IMAGE_TRANSFER_FUNCTION_H_
#define VITRINE_IMAGE_TRANSFER_FUNCTION_H_

// What modality values look like in a volume rendering.

#include <vector>

namespace vitrine::image {

// Colour and opacity are linear between neighbouring points and constant beyond the first and the last.
struct TransferFunction {
  struct Point {
    double value = 0;  // Modality value; strictly ascending, finite.
    double red = 0;    // All in [0, 1]; colour is not multiplied by opacity.
    double green = 0;
    double blue = 0;
    double opacity = 0;  // Of 1 mm of material.
  };
  std::vector<Point> points;  // 2 to 256.

  // Lighting from the eye (headlight): where the gradient makes the angle t with the line of sight, material shows
  //   colour * (ambient + diffuse * |cos t|) + specular * |cos t|^specular_power,
  // and where the gradient is zero colour * (ambient + diffuse).
  bool shaded = true;
  double ambient = 0.2;
  double diffuse = 0.8;
  double specular = 0.2;
  double specular_power = 16;
};

// The function itself, in double precision: linear interpolation.
TransferFunction::Point Evaluate(const TransferFunction& function, double value);

// The largest opacity of any value in [low, high].
double LargestOpacity(const TransferFunction& function, double low, double high);

}  // namespace vitrine::image

#endif  // VITRINE_IMAGE_TRANSFER_FUNCTION_H_
