#ifndef VITRINE_SERVICE_HANDLER_VIEW_PARTS_H_
#define VITRINE_SERVICE_HANDLER_VIEW_PARTS_H_

// What views of every kind have, wherever their messages keep it.

#include "fetch/archive.h"
#include "vitrine/v1/view.pb.h"

namespace vitrine::service {

inline fetch::ResourcePath PathOf(const v1::Target& target) {
  return {target.study_instance_uid(), target.series_instance_uid(), target.sop_instance_uid()};
}

inline bool IsSameSeries(const v1::Target& a, const v1::Target& b) {
  return a.archive() == b.archive() && a.study_instance_uid() == b.study_instance_uid() &&
         a.series_instance_uid() == b.series_instance_uid();
}

// Of views of volumes.
inline const v1::VolumeInput& InputOf(const v1::View& view) {
  return view.has_slice() ? view.slice().input() : view.volume().input();
}
inline const v1::Camera& CameraOf(const v1::View& view) {
  return view.has_slice() ? view.slice().camera() : view.volume().camera();
}

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_VIEW_PARTS_H_
