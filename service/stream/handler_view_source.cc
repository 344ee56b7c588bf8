#include "service/stream/handler_view_source.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace vitrine::service {
namespace {

constexpr uint64_t kOrderBytes = 16 << 20;
constexpr absl::Duration kOrderAge = absl::Minutes(5);  // A series may still be growing.

v1::RenderRequest FrameRequest(const v1::View& view) {
  v1::RenderRequest request;
  *request.mutable_view() = view;
  return request;
}

}  // namespace

SeriesOrders::SeriesOrders(RenderHandler& handler) : handler_(handler), orders_(kOrderBytes, kOrderAge) {}

absl::StatusOr<InstanceOrder> SeriesOrders::Of(const auth::Principal& principal, const v1::Target& target,
                                               const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(handler_.CheckAccess(principal, target));
  const std::string key =
      absl::StrCat(target.archive(), "/", target.study_instance_uid(), "/", target.series_instance_uid());
  using Loaded = ByteCache<std::vector<std::string>>::Loaded;
  return orders_.GetOrLoad(key, operation, [&]() -> absl::StatusOr<Loaded> {
    v1::DescribeSeriesRequest request;
    *request.mutable_target() = target;
    request.mutable_target()->clear_sop_instance_uid();
    request.mutable_target()->clear_frame_numbers();
    VITRINE_ASSIGN_OR_RETURN(const v1::DescribeSeriesResponse series,
                             handler_.DescribeSeries(principal, request, operation));
    auto order = std::make_shared<std::vector<std::string>>();
    uint64_t charge = sizeof(*order) + key.size();
    for (const auto& instance : series.instances()) {
      charge += sizeof(std::string) + instance.sop_instance_uid().size();
      order->push_back(instance.sop_instance_uid());
    }
    return Loaded{std::move(order), charge};
  });
}

HandlerViewSource::HandlerViewSource(auth::Principal principal, RenderHandler& handler, SeriesOrders& orders,
                                     ThreadPool& background)
    : principal_(std::move(principal)),
      handler_(handler),
      // Its functions may run for a moment after this object is gone.
      prefetch_(std::make_shared<TravelPrefetch>(
          background, TravelPrefetch::Functions{
                          [principal = principal_, &orders](const v1::Target& target, const Operation& operation) {
                            return orders.Of(principal, target, operation);
                          },
                          [principal = principal_, &handler](const v1::View& view, const Operation& operation) {
                            Timings timings = {};
                            return handler.Load(principal, FrameRequest(view), operation, timings);
                          }})) {}

absl::Status HandlerViewSource::Load(const v1::RenderRequest& request, const Operation& operation, Timings& timings,
                                     const LoadProgress& progress) {
  return handler_.Load(principal_, request, operation, timings, progress);
}

absl::StatusOr<RenderResult> HandlerViewSource::Render(const v1::RenderRequest& request, const Operation& operation) {
  return handler_.Render(principal_, request, operation);
}

absl::StatusOr<RenderResult> HandlerViewSource::Preview(const v1::RenderRequest& request, const Operation& operation) {
  return handler_.RenderCoarse(principal_, request, operation);
}

absl::StatusOr<CineSequence> HandlerViewSource::Cine(const v1::RenderRequest& request, const v1::Cine& cine,
                                                     const Operation& operation) {
  return handler_.Cine(principal_, request, cine, operation);
}

}  // namespace vitrine::service
