#ifndef VITRINE_SERVICE_STREAM_HANDLER_VIEW_SOURCE_H_
#define VITRINE_SERVICE_STREAM_HANDLER_VIEW_SOURCE_H_

#include <memory>

#include "auth/access.h"
#include "base/byte_cache.h"
#include "base/thread_pool.h"
#include "service/handler/render_handler.h"
#include "service/stream/travel_prefetch.h"
#include "service/stream/view_source.h"

namespace vitrine::service {

// In which order the instances of series are scrolled: by InstanceNumber. Thread-safe; shared by all streams.
class SeriesOrders {
 public:
  // The handler must outlive it.
  explicit SeriesOrders(RenderHandler& handler);

  absl::StatusOr<InstanceOrder> Of(const auth::Principal& principal, const v1::Target& target,
                                   const Operation& operation);

 private:
  RenderHandler& handler_;
  ByteCache<std::vector<std::string>> orders_;
};

// The pictures that one principal gets from the handler.
class HandlerViewSource : public ViewSource {
 public:
  // The references must outlive it and what runs on `background`.
  HandlerViewSource(auth::Principal principal, RenderHandler& handler, SeriesOrders& orders, ThreadPool& background);

  absl::Status Load(const v1::RenderRequest& request, const Operation& operation, Timings& timings,
                    const LoadProgress& progress) override;
  absl::StatusOr<RenderResult> Render(const v1::RenderRequest& request, const Operation& operation) override;
  absl::StatusOr<RenderResult> Preview(const v1::RenderRequest& request, const Operation& operation) override;
  absl::StatusOr<CineSequence> Cine(const v1::RenderRequest& request, const v1::Cine& cine,
                                    const Operation& operation) override;
  void Shown(const v1::View& view) override { prefetch_->Shown(view); }
  void Stop() override { prefetch_->Stop(); }

 private:
  const auth::Principal principal_;
  RenderHandler& handler_;
  const std::shared_ptr<TravelPrefetch> prefetch_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_STREAM_HANDLER_VIEW_SOURCE_H_
