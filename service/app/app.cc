#include "service/app/app.h"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "auth/access.h"
#include "base/cpu_slots.h"
#include "base/error.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "base/thread_pool.h"
#include "base/version.h"
#include "dicom/dictionary.h"
#include "fetch/make_archive.h"
#include "metrics/metrics.h"
#include "render/make_renderer.h"
#include "service/app/archive_monitor.h"
#include "service/app/front.h"
#include "service/app/gateway.h"
#include "service/app/part_options.h"
#include "service/app/stream_front.h"
#include "service/dicomweb/dicomweb_service.h"
#include "service/handler/archive_set.h"
#include "service/handler/archive_volume_source.h"
#include "service/handler/image_source.h"
#include "service/handler/render_handler.h"
#include "service/http/server.h"
#include "service/json/json_service.h"
#include "service/rpc/render_service.h"
#include "service/rpc/server.h"
#include "service/stream/interact_service.h"
#include "service/virtual_series/virtual_studies.h"

namespace vitrine::service {
namespace {

constexpr int kAdminThreads = 2;
constexpr int kAdminQueue = 64;

absl::StatusOr<std::unique_ptr<render::Renderer>> MakeRenderer(const Options& options, const CpuSlots& slots,
                                                               Parallel& parallel, metrics::Metrics& metrics) {
  render::RendererOptions renderer_options;
  // Every render holds a slot, so none ever finds the GPU's queue full and is drawn by another renderer than its ETag
  // says.
  renderer_options.gpu_queue_limit = slots.stats().slots;
  VITRINE_ASSIGN_OR_RETURN(renderer_options.choice, RendererChoiceOf(options.renderer));
  renderer_options.on_fallback = [&metrics](const absl::Status&) { metrics.CountRendererFallback(); };
  VITRINE_ASSIGN_OR_RETURN(auto renderer, render::MakeRenderer(renderer_options, parallel));
  const render::RendererInfo& info = renderer->info();
  metrics.SetRendererInfo(info.backend, info.vendor, info.renderer, info.software);
  return renderer;
}

void LogScan(absl::string_view archive, const fetch::ScanProgress& progress, bool done) {
  Log(Severity::kInfo, done ? "archive scan finished" : "archive scan",
      {{"archive", archive}, {"seen", progress.seen}, {"indexed", progress.indexed}, {"skipped", progress.skipped}});
}

absl::StatusOr<std::vector<ArchiveSet::Named>> MakeArchives(const Options& options, metrics::Metrics& metrics) {
  fetch::ArchiveOptions archive_options = ArchiveOptionsOf(options);
  std::vector<ArchiveSet::Named> archives;
  for (const ArchiveOption& option : options.archives) {
    archive_options.dir.on_progress = [name = option.name](const fetch::ScanProgress& progress, bool done) {
      LogScan(name, progress, done);
    };
    archive_options.dicomweb.http.on_exchange = [&metrics, name = option.name](const fetch::HttpExchange& exchange) {
      metrics.CountArchiveRequest(name, exchange.code == 0 ? "none" : absl::StrCat(exchange.code), exchange.duration,
                                  exchange.bytes);
    };
    auto archive = fetch::MakeArchive(option.url, archive_options);
    if (!archive.ok()) return Prefixed(archive.status(), absl::StrCat("--archive ", option.name));
    archives.push_back({option.name, *std::move(archive), std::make_unique<ArchiveGate>(ThreadsThatMayWait(options))});
  }
  return archives;
}

absl::StatusOr<std::unique_ptr<Gateway>> MakeGateway(const Options& options, PublicFront& front,
                                                     metrics::Metrics& metrics) {
  VITRINE_ASSIGN_OR_RETURN(http::CrossOrigin cross_origin, http::CrossOrigin::Parse(options.cors_origins));
  std::unique_ptr<StaticSite> site;
  if (!options.ohif.empty()) {
    VITRINE_ASSIGN_OR_RETURN(site, StaticSite::Open(options.ohif));
  }
  return std::make_unique<Gateway>(front, metrics, std::move(cross_origin), std::move(site), options.public_url);
}

http::ServerOptions PublicServer(const Options& options, metrics::Metrics& metrics, const Gateway& gateway) {
  http::ServerOptions server = PublicServerOptions(options);
  server.decorate_refusal = [&gateway](const http::Request& request, http::Response& response) {
    gateway.Decorate(request, response);
  };
  server.on_refused = [&metrics](int status) { CountRefusal(status, metrics); };
  return server;
}

// Over the slots beside the caller's own, as far as there are processors: more would only add threads.
std::unique_ptr<Parallel> MakeParallel(CpuSlots& slots) {
  const int helpers = std::min(slots.stats().slots, AvailableCpus()) - 1;
  if (helpers < 1) return std::make_unique<Serial>();
  return std::make_unique<IdleSlots>(slots, helpers);
}

}  // namespace

// Members are destroyed in reverse: servers before what they serve.
struct App::Parts {
  explicit Parts(const Options& options)
      : drain_timeout(options.drain_timeout),
        slots(options.cpu_slots > 0 ? options.cpu_slots : AvailableCpus(), options.queue_limit,
              options.cpu_slots > 0 ? 0 : SpareCpuSlots()),
        pool("request", options.request_threads + DirectThreads(), options.queue_limit) {
    parallel = MakeParallel(slots);
    metrics.SetBuildInfo(kVersion);
    metrics.RegisterSlots([this] {
      const CpuSlotsStats cpu = slots.stats();
      const ThreadPoolStats requests = pool.stats();
      return metrics::SlotValues{cpu.slots, cpu.busy, cpu.queued + requests.waiting, cpu.refused + requests.refused};
    });
  }

  const absl::Duration drain_timeout;
  metrics::Metrics metrics;
  CpuSlots slots;
  std::unique_ptr<Parallel> parallel;
  std::unique_ptr<render::Renderer> renderer;
  const auth::AnonymousAccess access = {};
  std::unique_ptr<ArchiveSet> archives;
  std::unique_ptr<ArchiveMonitor> archive_monitor;
  std::unique_ptr<ImageSource> images;
  std::unique_ptr<ArchiveVolumeSource> volumes;
  std::unique_ptr<RenderHandler> handler;
  std::unique_ptr<InteractService> streams;
  std::unique_ptr<VirtualStudies> virtual_studies;
  std::unique_ptr<DicomWebService> dicomweb;
  std::unique_ptr<JsonService> json;
  std::unique_ptr<PublicFront> public_front;
  std::unique_ptr<Gateway> gateway;
  std::unique_ptr<StreamFront> stream_front;
  std::unique_ptr<AdminFront> admin_front;
  ThreadPool pool;
  std::unique_ptr<ThreadPool> admin_pool;
  std::unique_ptr<RenderServiceImpl> rpc_service;
  std::unique_ptr<http::Server> http_server;
  std::unique_ptr<http::Server> admin_server;
  std::unique_ptr<RpcServer> rpc_server;
};

absl::StatusOr<std::unique_ptr<App>> App::Start(const Options& options) {
  VITRINE_RETURN_IF_ERROR(CheckOptions(options));
  dicom::LoadDictionary();
  auto parts = std::make_unique<Parts>(options);
  Parts& p = *parts;
  VITRINE_ASSIGN_OR_RETURN(p.renderer, MakeRenderer(options, p.slots, *p.parallel, p.metrics));
  VITRINE_ASSIGN_OR_RETURN(auto archives, MakeArchives(options, p.metrics));
  p.archives = std::make_unique<ArchiveSet>(std::move(archives));
  p.archive_monitor = std::make_unique<ArchiveMonitor>(*p.archives);
  p.images = std::make_unique<ImageSource>(ImageOptions(options), p.slots, p.metrics);
  p.volumes = std::make_unique<ArchiveVolumeSource>(VolumeOptions(options), p.slots, *p.parallel, p.metrics);
  p.handler = std::make_unique<RenderHandler>(
      RenderHandler::Dependencies{p.access, *p.archives, *p.images, *p.volumes, *p.renderer, p.slots, p.metrics},
      HandlerOptions(options));
  p.streams =
      std::make_unique<InteractService>(*p.handler, p.pool, p.metrics, StreamOptions(options, p.renderer->info()));
  if (options.virtual_series) p.virtual_studies = std::make_unique<VirtualStudies>();
  p.dicomweb = std::make_unique<DicomWebService>(p.access, *p.archives, *p.images, *p.handler, p.virtual_studies.get(),
                                                 DicomWebOptionsOf(options));
  p.json = std::make_unique<JsonService>(p.access, *p.handler);
  p.public_front = std::make_unique<PublicFront>(*p.dicomweb, *p.json, p.metrics);
  VITRINE_ASSIGN_OR_RETURN(p.gateway, MakeGateway(options, *p.public_front, p.metrics));
  p.stream_front = std::make_unique<StreamFront>(p.access, *p.streams, p.metrics, p.gateway->cross_origin());
  p.admin_front = std::make_unique<AdminFront>(p.metrics, *p.archive_monitor);
  p.admin_pool = std::make_unique<ThreadPool>("admin", kAdminThreads, kAdminQueue);
  VITRINE_ASSIGN_OR_RETURN(p.http_server, http::Server::Start(
                                              PublicServer(options, p.metrics, *p.gateway), p.pool,
                                              [&p](const http::Request& request, const Operation& operation) {
                                                return p.gateway->Handle(request, operation);
                                              },
                                              [&p](const http::Request& request, const Operation& operation) {
                                                return p.stream_front->Upgrade(p.gateway->Inner(request), operation);
                                              }));
  VITRINE_ASSIGN_OR_RETURN(p.admin_server,
                           http::Server::Start(AdminServerOptions(options), *p.admin_pool,
                                               [&p](const http::Request& request, const Operation& operation) {
                                                 return p.admin_front->Handle(request, operation);
                                               }));
  p.rpc_service =
      std::make_unique<RenderServiceImpl>(p.access, *p.handler, *p.streams, p.pool, p.metrics, options.request_timeout);
  VITRINE_ASSIGN_OR_RETURN(p.rpc_server, RpcServer::Start(options.grpc_listen, *p.rpc_service));
  return std::unique_ptr<App>(new App(std::move(parts)));
}

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
App::~App() = default;

std::string App::ReadyLine() const {
  const render::RendererInfo& info = parts_->renderer->info();
  const std::string renderer = info.backend == "egl" ? absl::StrCat("egl:", info.renderer) : info.backend;
  return absl::StrCat("vitrine ready http=", parts_->http_server->address(), " grpc=", parts_->rpc_server->address(),
                      " admin=", parts_->admin_server->address(), " renderer=", renderer);
}

void App::Drain() {
  Log(Severity::kInfo, "draining");
  const absl::Time deadline = absl::Now() + parts_->drain_timeout;
  parts_->admin_front->AnnounceDrain();
  parts_->rpc_server->AnnounceDrain();
  parts_->streams->Drain();
  std::thread rpc([&] { parts_->rpc_server->Shutdown(deadline); });
  parts_->http_server->Drain(deadline);
  rpc.join();
}

}  // namespace vitrine::service
