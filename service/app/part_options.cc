#include "service/app/part_options.h"

#include <algorithm>

#include "base/cpu_slots.h"

namespace vitrine::service {

absl::StatusOr<render::RendererChoice> RendererChoiceOf(absl::string_view name) {
  if (name == "auto") return render::RendererChoice::kAuto;
  if (name == "gpu") return render::RendererChoice::kGpu;
  if (name == "egl") return render::RendererChoice::kEgl;
  if (name == "cpu") return render::RendererChoice::kCpu;
  return absl::InvalidArgumentError("--renderer must be auto, gpu, egl or cpu");
}

int DirectThreads() { return AvailableCpus(); }

int ThreadsThatMayWait(const Options& options) { return std::max(1, options.request_threads * 3 / 4); }

fetch::ArchiveOptions ArchiveOptionsOf(const Options& options) {
  fetch::ArchiveOptions archive;
  archive.dir.poll = options.archive_rescan;
  archive.dir.max_instance_bytes = options.max_instance_bytes;
  archive.dir.max_metadata_bytes = options.max_metadata_bytes;
  archive.dicomweb.max_instance_bytes = options.max_instance_bytes;
  archive.dicomweb.max_json_bytes = options.max_metadata_bytes;
  archive.dicomweb.http.connect_timeout = options.archive_connect_timeout;
  archive.dicomweb.http.stall_timeout = options.archive_stall_timeout;
  archive.dicomweb.http.max_tries = options.archive_retries + 1;
  archive.dicomweb.http.ca_file = options.archive_ca_file;
  return archive;
}

ImageSourceOptions ImageOptions(const Options& options) {
  ImageSourceOptions image;
  image.archive_cache_bytes = options.archive_cache_bytes;
  image.frame_cache_bytes = options.frame_cache_bytes;
  image.max_age = options.cache_max_age;
  image.limits.max_frame_bytes = options.max_frame_bytes;
  return image;
}

VolumeSourceOptions VolumeOptions(const Options& options) {
  VolumeSourceOptions volume;
  volume.volume_cache_bytes = options.volume_cache_bytes;
  volume.max_age = options.cache_max_age;
  volume.limits.max_frame_bytes = options.max_frame_bytes;
  return volume;
}

RenderHandler::Options HandlerOptions(const Options& options) {
  RenderHandler::Options handler;
  handler.picture_cache_bytes = options.picture_cache_bytes;
  handler.max_age = options.cache_max_age;
  handler.limits.max_output_dimension = options.max_output_dimension;
  handler.limits.max_volume_samples = static_cast<int64_t>(options.max_volume_megasamples) << 20;
  handler.limits.max_measure_samples = static_cast<int64_t>(options.max_measure_megasamples) << 20;
  handler.limits.max_animation_pictures = options.max_animation_pictures;
  return handler;
}

InteractService::Options StreamOptions(const Options& options, const render::RendererInfo& renderer) {
  constexpr double kGpuRate = 30;
  InteractService::Options streams;
  streams.max_streams = options.max_streams;
  streams.max_streams_per_principal = options.max_streams_per_principal;
  streams.max_message_bytes = options.max_stream_message_bytes;
  if (!renderer.software) streams.session.target_rate = kGpuRate;
  streams.session.idle_timeout = options.stream_idle_timeout;
  streams.session.request_timeout = options.request_timeout;
  streams.session.limits = HandlerOptions(options).limits;
  return streams;
}

DicomWebOptions DicomWebOptionsOf(const Options& options) {
  DicomWebOptions dicomweb;
  dicomweb.client_max_age = options.client_max_age;
  dicomweb.server_timing = options.server_timing;
  dicomweb.max_stored_bytes = options.max_instance_bytes;
  dicomweb.max_virtual_renders = ThreadsThatMayWait(options);
  dicomweb.public_url = options.public_url;
  return dicomweb;
}

http::ServerOptions PublicServerOptions(const Options& options) {
  http::ServerOptions server;
  server.listen = options.http_listen;
  server.max_header_bytes = static_cast<uint32_t>(options.max_header_bytes);
  server.max_connections = options.max_connections;
  server.direct_threads = DirectThreads();
  server.header_timeout = options.header_timeout;
  server.idle_timeout = options.idle_timeout;
  server.request_timeout = options.request_timeout;
  server.web_socket.max_message_bytes = options.max_stream_message_bytes;
  return server;
}

http::ServerOptions AdminServerOptions(const Options& options) {
  http::ServerOptions server;
  server.listen = options.admin_listen;
  server.thread_name = "admin";
  return server;
}

}  // namespace vitrine::service
