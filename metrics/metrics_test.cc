#include "metrics/metrics.h"

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace vitrine::metrics {
namespace {

struct Scraped {
  std::map<std::string, double> samples;     // By name with labels, as the line has it.
  std::map<std::string, std::string> types;  // By family.
};

// The text format 0.0.4, read strictly: every family has its help and type before its samples, no sample comes twice.
Scraped Parse(const std::string& text) {
  Scraped scraped;
  std::map<std::string, std::string> helps;
  EXPECT_FALSE(text.empty());
  EXPECT_EQ(text.back(), '\n');
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, '\n', absl::SkipEmpty()))) {
    const std::vector<std::string> words = absl::StrSplit(line, absl::MaxSplits(' ', 3));
    if (absl::StartsWith(line, "# HELP ")) {
      EXPECT_TRUE(helps.emplace(words.at(2), words.at(3)).second) << line;
    } else if (absl::StartsWith(line, "# TYPE ")) {
      EXPECT_TRUE(scraped.types.emplace(words.at(2), words.at(3)).second) << line;
      EXPECT_TRUE(helps.count(words.at(2))) << line;
    } else {
      const size_t blank = line.rfind(' ');
      double value = 0;
      EXPECT_TRUE(absl::SimpleAtod(line.substr(blank + 1), &value)) << line;
      EXPECT_TRUE(scraped.samples.emplace(line.substr(0, blank), value).second) << line;
      std::string family = line.substr(0, line.find_first_of("{ "));
      for (const char* suffix : {"_bucket", "_sum", "_count"}) {
        if (scraped.types.count(family) == 0 && absl::EndsWith(family, suffix)) {
          family.resize(family.size() - std::string(suffix).size());
        }
      }
      EXPECT_EQ(scraped.types.count(family), 1u) << line;
    }
  }
  return scraped;
}

// -1 where there is no such sample.
double Value(const Scraped& scraped, const std::string& sample) {
  const auto found = scraped.samples.find(sample);
  return found == scraped.samples.end() ? -1 : found->second;
}

TEST(Metrics, RendererFallbacksAreThereBeforeTheFirstOne) {
  Metrics metrics;
  EXPECT_EQ(Value(Parse(metrics.Scrape()), "vitrine_renderer_fallbacks_total"), 0);
  metrics.CountRendererFallback();
  EXPECT_EQ(Value(Parse(metrics.Scrape()), "vitrine_renderer_fallbacks_total"), 1);
}

TEST(Metrics, RequestsAreCountedByRouteAndCode) {
  Metrics metrics;
  metrics.CountRequest("rendered_frame", "200", absl::Milliseconds(3));
  metrics.CountRequest("rendered_frame", "200", absl::Milliseconds(700));
  metrics.CountRequest("rendered_frame", "404", absl::Microseconds(100));
  metrics.CountRequest("grpc_render", "OK", absl::Seconds(100));
  const Scraped scraped = Parse(metrics.Scrape());
  EXPECT_EQ(Value(scraped, R"(vitrine_requests_total{code="200",route="rendered_frame"})"), 2);
  EXPECT_EQ(Value(scraped, R"(vitrine_requests_total{code="404",route="rendered_frame"})"), 1);
  EXPECT_EQ(Value(scraped, R"(vitrine_requests_total{code="OK",route="grpc_render"})"), 1);
  EXPECT_EQ(scraped.types.at("vitrine_requests_total"), "counter");
  EXPECT_EQ(scraped.types.at("vitrine_request_duration_seconds"), "histogram");
  EXPECT_EQ(Value(scraped, R"(vitrine_request_duration_seconds_count{route="rendered_frame"})"), 3);
  EXPECT_NEAR(Value(scraped, R"(vitrine_request_duration_seconds_sum{route="rendered_frame"})"), 0.7031, 1e-9);
  EXPECT_EQ(Value(scraped, R"(vitrine_request_duration_seconds_bucket{route="rendered_frame",le="0.0005"})"), 1);
  EXPECT_EQ(Value(scraped, R"(vitrine_request_duration_seconds_bucket{route="rendered_frame",le="0.0025"})"), 1);
  EXPECT_EQ(Value(scraped, R"(vitrine_request_duration_seconds_bucket{route="rendered_frame",le="0.005"})"), 2);
  EXPECT_EQ(Value(scraped, R"(vitrine_request_duration_seconds_bucket{route="rendered_frame",le="1"})"), 3);
  EXPECT_EQ(Value(scraped, R"(vitrine_request_duration_seconds_bucket{route="grpc_render",le="30"})"), 0);
  EXPECT_EQ(Value(scraped, R"(vitrine_request_duration_seconds_bucket{route="grpc_render",le="+Inf"})"), 1);
}

TEST(Metrics, EverySpanIsThereFromTheStart) {
  Metrics metrics;
  metrics.ObserveSpan(Span::kDecode, absl::Milliseconds(20));
  const Scraped scraped = Parse(metrics.Scrape());
  for (const char* span : {"queue", "fetch", "decode", "render", "encode"}) {
    EXPECT_EQ(Value(scraped, absl::StrCat("vitrine_span_duration_seconds_count{span=\"", span, "\"}")),
              std::string(span) == "decode" ? 1 : 0)
        << span;
  }
}

TEST(Metrics, ErrorsAndArchive) {
  Metrics metrics;
  metrics.CountError("bad_instance");
  metrics.CountArchiveRequest("main", "200", absl::Milliseconds(5), 1000);
  metrics.CountArchiveRequest("main", "archive_timeout", absl::Seconds(5), 24);
  const Scraped scraped = Parse(metrics.Scrape());
  EXPECT_EQ(Value(scraped, R"(vitrine_errors_total{category="bad_instance"})"), 1);
  EXPECT_EQ(Value(scraped, R"(vitrine_archive_requests_total{archive="main",code="200"})"), 1);
  EXPECT_EQ(Value(scraped, R"(vitrine_archive_requests_total{archive="main",code="archive_timeout"})"), 1);
  EXPECT_EQ(Value(scraped, R"(vitrine_archive_request_duration_seconds_count{archive="main"})"), 2);
  EXPECT_EQ(Value(scraped, R"(vitrine_archive_received_bytes_total{archive="main"})"), 1024);
}

TEST(Metrics, Streams) {
  Metrics metrics;
  metrics.CountOpenStream("websocket", 1);
  metrics.CountOpenStream("websocket", 1);
  metrics.CountOpenStream("websocket", -1);
  metrics.CountRefusedStream();
  metrics.CountStreamUpdate();
  metrics.CountStreamUpdate();
  metrics.CountReplacedStreamUpdate();
  metrics.CountStreamFrame(1000, absl::Milliseconds(30));
  const Scraped scraped = Parse(metrics.Scrape());
  EXPECT_EQ(Value(scraped, R"(vitrine_streams_open{transport="websocket"})"), 1);
  EXPECT_EQ(scraped.types.at("vitrine_streams_open"), "gauge");
  EXPECT_EQ(Value(scraped, "vitrine_streams_refused_total"), 1);
  EXPECT_EQ(Value(scraped, "vitrine_stream_updates_total"), 2);
  EXPECT_EQ(Value(scraped, "vitrine_stream_updates_replaced_total"), 1);
  EXPECT_EQ(Value(scraped, "vitrine_stream_frames_total"), 1);
  EXPECT_EQ(Value(scraped, "vitrine_stream_frame_bytes_total"), 1000);
  EXPECT_NEAR(Value(scraped, "vitrine_stream_frame_duration_seconds_sum"), 0.03, 1e-9);
}

TEST(Metrics, CachesAreReadAtEachScrape) {
  Metrics metrics;
  EXPECT_EQ(metrics.Scrape().find("vitrine_cache_"), std::string::npos);
  CacheValues values{.hits = 1, .misses = 2, .joins = 3, .evictions = 4, .bytes = 5, .budget_bytes = 6, .entries = 7};
  metrics.RegisterCache("pictures", [&] { return values; });
  metrics.RegisterCache("instances", [] { return CacheValues{}; });
  Scraped scraped = Parse(metrics.Scrape());
  EXPECT_EQ(Value(scraped, R"(vitrine_cache_hits_total{cache="pictures"})"), 1);
  EXPECT_EQ(Value(scraped, R"(vitrine_cache_misses_total{cache="pictures"})"), 2);
  EXPECT_EQ(Value(scraped, R"(vitrine_cache_joins_total{cache="pictures"})"), 3);
  EXPECT_EQ(Value(scraped, R"(vitrine_cache_evictions_total{cache="pictures"})"), 4);
  EXPECT_EQ(Value(scraped, R"(vitrine_cache_bytes{cache="pictures"})"), 5);
  EXPECT_EQ(Value(scraped, R"(vitrine_cache_budget_bytes{cache="pictures"})"), 6);
  EXPECT_EQ(Value(scraped, R"(vitrine_cache_entries{cache="pictures"})"), 7);
  EXPECT_EQ(Value(scraped, R"(vitrine_cache_entries{cache="instances"})"), 0);
  EXPECT_EQ(scraped.types.at("vitrine_cache_hits_total"), "counter");
  EXPECT_EQ(scraped.types.at("vitrine_cache_bytes"), "gauge");
  values.hits = 100;
  scraped = Parse(metrics.Scrape());
  EXPECT_EQ(Value(scraped, R"(vitrine_cache_hits_total{cache="pictures"})"), 100);
}

TEST(Metrics, Slots) {
  Metrics metrics;
  metrics.RegisterSlots([] { return SlotValues{.slots = 4, .busy = 3, .queued = 2, .refused = 1}; });
  const Scraped scraped = Parse(metrics.Scrape());
  EXPECT_EQ(Value(scraped, "vitrine_cpu_slots"), 4);
  EXPECT_EQ(Value(scraped, "vitrine_cpu_slots_busy"), 3);
  EXPECT_EQ(Value(scraped, "vitrine_queue_depth"), 2);
  EXPECT_EQ(Value(scraped, "vitrine_queue_refused_total"), 1);
}

TEST(Metrics, InfoIsReplacedNotAdded) {
  Metrics metrics;
  metrics.SetRendererInfo("egl", "Mesa", "llvmpipe", true);
  metrics.SetRendererInfo("simd", "", "AVX2", true);
  metrics.SetBuildInfo("1.2.3");
  const std::string text = metrics.Scrape();
  const Scraped scraped = Parse(text);
  EXPECT_EQ(Value(scraped, R"(vitrine_renderer_info{backend="simd",renderer="AVX2",software="true",vendor=""})"), 1);
  EXPECT_EQ(text.find("llvmpipe"), std::string::npos);
  EXPECT_EQ(Value(scraped, R"(vitrine_build_info{version="1.2.3"})"), 1);
}

TEST(Metrics, LabelValuesAreEscaped) {
  Metrics metrics;
  metrics.CountError("a\"b\\c\nd");
  const Scraped scraped = Parse(metrics.Scrape());
  EXPECT_EQ(Value(scraped, R"(vitrine_errors_total{category="a\"b\\c\nd"})"), 1);
}

TEST(Metrics, Process) {
  Metrics metrics;
  const Scraped scraped = Parse(metrics.Scrape());
  EXPECT_GT(Value(scraped, "process_resident_memory_bytes"), 0);
  EXPECT_GE(Value(scraped, "process_cpu_seconds_total"), 0);
  EXPECT_GT(Value(scraped, "process_open_fds"), 0);
  EXPECT_GT(Value(scraped, "process_start_time_seconds"), 0);
}

TEST(Metrics, CountsFromManyThreadsAddUp) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 2000;
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kRounds; ++i) {
        metrics.CountRequest("route", i % 2 == 0 ? "200" : "404", absl::Milliseconds(1));
        metrics.ObserveSpan(Span::kRender, absl::Milliseconds(1));
        if (i % 500 == 0) {
          EXPECT_FALSE(metrics.Scrape().empty());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Scraped scraped = Parse(metrics.Scrape());
  EXPECT_EQ(Value(scraped, R"(vitrine_requests_total{code="200",route="route"})"), kThreads * kRounds / 2);
  EXPECT_EQ(Value(scraped, R"(vitrine_span_duration_seconds_count{span="render"})"), kThreads * kRounds);
}

}  // namespace
}  // namespace vitrine::metrics
