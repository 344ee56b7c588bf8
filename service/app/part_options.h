#ifndef VITRINE_SERVICE_APP_PART_OPTIONS_H_
#define VITRINE_SERVICE_APP_PART_OPTIONS_H_

// What the service's options mean to each of its parts.

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "fetch/make_archive.h"
#include "render/make_renderer.h"
#include "service/app/options.h"
#include "service/dicomweb/resource.h"
#include "service/handler/archive_volume_source.h"
#include "service/handler/image_source.h"
#include "service/handler/render_handler.h"
#include "service/http/server.h"
#include "service/stream/interact_service.h"

namespace vitrine::service {

// INVALID_ARGUMENT names the flag.
absl::StatusOr<render::RendererChoice> RendererChoiceOf(absl::string_view name);

// Request threads that serve HTTP connections directly (http::ServerOptions). They come on top of --request_threads,
// for they are nobody else's.
int DirectThreads();

// How many of the request threads one kind of waiting may occupy, so that others go on.
int ThreadsThatMayWait(const Options& options);

// Without callbacks, which are the composition's.
fetch::ArchiveOptions ArchiveOptionsOf(const Options& options);
ImageSourceOptions ImageOptions(const Options& options);
VolumeSourceOptions VolumeOptions(const Options& options);
RenderHandler::Options HandlerOptions(const Options& options);
InteractService::Options StreamOptions(const Options& options, const render::RendererInfo& renderer);
DicomWebOptions DicomWebOptionsOf(const Options& options);
http::ServerOptions PublicServerOptions(const Options& options);
http::ServerOptions AdminServerOptions(const Options& options);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_APP_PART_OPTIONS_H_
