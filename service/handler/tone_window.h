#ifndef VITRINE_SERVICE_HANDLER_TONE_WINDOW_H_
#define VITRINE_SERVICE_HANDLER_TONE_WINDOW_H_

#include "image/tone_curve.h"
#include "vitrine/v1/view.pb.h"

namespace vitrine::service {

inline image::Window ToneWindow(const v1::Window& window) {
  const auto function = window.function() == v1::Window::SIGMOID        ? image::VoiFunction::kSigmoid
                        : window.function() == v1::Window::LINEAR_EXACT ? image::VoiFunction::kLinearExact
                                                                        : image::VoiFunction::kLinear;
  return {window.center(), window.width(), function};
}

inline v1::Window WindowMessage(const image::Window& window) {
  v1::Window message;
  message.set_center(window.center);
  message.set_width(window.width);
  message.set_function(window.function == image::VoiFunction::kSigmoid       ? v1::Window::SIGMOID
                       : window.function == image::VoiFunction::kLinearExact ? v1::Window::LINEAR_EXACT
                                                                             : v1::Window::LINEAR);
  return message;
}

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_TONE_WINDOW_H_
