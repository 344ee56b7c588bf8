#ifndef VITRINE_SERVICE_HANDLER_RENDERED_FRAME_H_
#define VITRINE_SERVICE_HANDLER_RENDERED_FRAME_H_

#include "service/handler/picture.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// All fields but the bytes, which may be large.
void DescribePicture(const Picture& picture, v1::Picture& message);

// The result as a frame of a stream: picture without its bytes, the view and output that were applied, timings.
v1::RenderedFrame DescribeFrame(const RenderResult& result);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_RENDERED_FRAME_H_
