// intake: carries source events into dispatch.log, and takes events by gRPC.
#include <google/protobuf/stubs/logging.h>

#include <CLI/CLI.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

#include "services/common/city_files.h"
#include "services/common/clock.h"
#include "services/common/flags.h"
#include "services/common/grpc_server.h"
#include "services/common/logging.h"
#include "services/common/metrics.h"
#include "services/common/reload.h"
#include "services/common/shutdown.h"
#include "services/intake/city_regions.h"
#include "services/intake/intake_metrics.h"
#include "services/intake/intake_service.h"
#include "services/intake/publisher.h"
#include "services/intake/report_gate.h"
#include "services/intake/router.h"
#include "services/intake/settings.h"
#include "services/log/await_topics.h"
#include "services/log/kafka_log.h"

namespace dispatch135::intake {
namespace {

constexpr auto kTick = std::chrono::milliseconds(100);
constexpr DurationMs kCallsEndWithin{1'000};

void declare(CLI::App& app, common::CommonFlags& flags) {
  common::declare(app, flags,
                  {.example_config = "config/intake.yaml",
                   .node = "name of this process in rejects",
                   .listen = "publishers",
                   .group = "intakes share the source partitions"});
  app.footer(
      "Events come from the topics incidents and alerts, or by gRPC (dispatch135.v1.Intake); both are described in\n"
      "docs/formats/source-events.md. What cannot be used goes to dispatch.rejects with the reason and the bytes.\n"
      "Topics must exist: dispatchctl topics --apply makes them. SIGTERM drains and exits 0. SIGHUP reads\n"
      "'limits' and 'log.level' of the settings again.");
}

int fail(const Error& error) {
  common::log_error("cannot start", {{"error", error.message}});
  return 1;
}

// Everything that runs once the topics are there. One loop thread; gRPC has its own.
class Process {
 public:
  static Result<std::unique_ptr<Process>> open(boost::asio::io_context& loop, const Settings& settings,
                                               const Regions& regions, common::Metrics& metrics) {
    std::unique_ptr<Process> process(new Process(loop, settings, metrics));
    auto writer = log::KafkaWriter::open(loop, settings.common.kafka);
    if (!writer) return writer.error();
    process->writer_ = std::move(writer.value());
    if (const auto unknown = log::await_partitions(*process->writer_)) return *unknown;
    const std::int32_t partitions = process->writer_->partitions(log::Topic::kLog);
    process->router_.emplace(regions, *process->writer_, partitions, process->clock_, settings.node, process->metrics_);
    process->publisher_.emplace(regions, *process->writer_, process->clock_, settings.node, settings.answer_within);
    process->service_.emplace(loop, *process->publisher_, process->gate_);

    auto group = log::KafkaGroupMember::open(loop, settings.common.kafka,
                                             {.group = settings.group,
                                              .topics = {log::Topic::kIncidents, log::Topic::kAlerts},
                                              .session_timeout = settings.session_timeout},
                                             process->router_->callbacks());
    if (!group) return group.error();
    process->group_ = std::move(group.value());
    process->router_->use(*process->group_);
    auto server = common::GrpcServer::start({.listen = settings.listen}, {&*process->service_});
    if (!server) return server.error();
    process->server_ = std::move(server.value());
    process->tick();
    return process;
  }

  // Takes nothing more, finishes what was taken, then lets the loop end.
  void drain() {
    drain_until_ = clock_.wall() + settings_.drain_within;
    server_->set_serving(false);
    router_->stop_taking();
    publisher_->stop_taking();
  }
  void set_limits(const Settings& settings) { gate_.set(settings.reports_per_s); }
  ~Process() {
    if (closer_.joinable()) closer_.join();
  }

 private:
  Process(boost::asio::io_context& loop, const Settings& settings, common::Metrics& metrics)
      : loop_(loop),
        settings_(settings),
        gate_(steady_clock_, settings.reports_per_s),
        metrics_(metrics),
        timer_(loop) {}

  void tick() {
    router_->retry();
    publisher_->expire();
    metrics_.waiting(router_->waiting(), publisher_->waiting());
    metrics_.held_back(gate_.held_back());
    metrics_.lag(router_->lags());
    if (drain_until_ && drained()) return close();
    timer_.expires_after(kTick);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) tick();
    });
  }

  bool drained() {
    const std::size_t waiting = router_->waiting() + publisher_->waiting();
    if (waiting == 0) return true;
    if (clock_.wall() < *drain_until_) return false;
    common::log_warn("ends before all events stand; the next intake takes them up again", {{"waiting", waiting}});
    return true;
  }

  // Calls that still run need the loop for their answers, so another thread waits for their end.
  void close() {
    closer_ = std::thread([this] {
      server_->shutdown(kCallsEndWithin);
      boost::asio::post(loop_, [this] { loop_.stop(); });
    });
    expire_while_closing();
  }

  // Unanswered calls get their answer at the latest when their time is up.
  void expire_while_closing() {
    publisher_->expire();
    timer_.expires_after(kTick);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) expire_while_closing();
    });
  }

  boost::asio::io_context& loop_;
  const Settings& settings_;
  common::SystemClock clock_;
  common::MachineClock steady_clock_;
  ReportGate gate_;
  IntakeMetrics metrics_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<log::KafkaWriter> writer_;
  std::optional<IntakeRouter> router_;
  std::optional<Publisher> publisher_;
  std::optional<IntakeService> service_;
  std::unique_ptr<log::KafkaGroupMember> group_;  // Leaves first, with its last commits.
  std::unique_ptr<common::GrpcServer> server_;
  std::optional<TimeMs> drain_until_;
  std::thread closer_;
};

// What the settings file says now, in force as a whole or not at all. `process`: null before it is open.
std::optional<Error> reload(const common::CommonFlags& flags, Settings& running, Process* process) {
  auto wanted = common::settings_with(flags, read_settings);
  if (!wanted) return wanted.error();
  if (const auto refused = refuse_reload(running, wanted.value(), flags.config)) return refused;
  running = std::move(wanted.value());
  common::set_log_level(running.common.log.level);
  if (process != nullptr) process->set_limits(running);
  return {};
}

int serve(Settings settings, const common::CommonFlags& flags) {
  common::start_logging("intake", settings.common.log);
  // What is wrong with an input stands in its refusal.
  google::protobuf::SetLogHandler(nullptr);
  auto metrics = common::Metrics::start(settings.common.metrics);
  if (!metrics) return fail(metrics.error());
  if (settings.common.cities.empty()) return fail({"no city file; give one by 'cities:' or --city"});
  auto cities = common::CityFiles::open(settings.common.cities);
  if (!cities) return fail(cities.error());
  const CityRegions regions(cities.value()->all());

  boost::asio::io_context loop(1);
  const auto work = boost::asio::make_work_guard(loop);
  bool leaving = false;
  Process* running = nullptr;
  common::ShutdownSignals signals(loop, [&leaving, &running] {
    leaving = true;
    if (running != nullptr) running->drain();
  });
  const common::ReloadSignal hangup(
      loop, [&] { common::reload_settings(*metrics.value(), [&] { return reload(flags, settings, running); }); });
  const auto ready = log::await_topics(loop, settings.common.kafka, leaving);
  if (!ready) return fail(ready.error());
  if (!ready.value() || leaving) return 0;
  auto process = Process::open(loop, settings, regions, *metrics.value());
  if (!process) return fail(process.error());
  running = process.value().get();
  loop.run();
  process.value().reset();
  common::log_info("has ended");
  return 0;
}

}  // namespace
}  // namespace dispatch135::intake

int main(int argc, char** argv) {
  using namespace dispatch135::intake;
  CLI::App app("Takes events from hotlines and alarm systems, checks them, and carries them into dispatch.log.");
  dispatch135::common::CommonFlags flags;
  declare(app, flags);
  CLI11_PARSE(app, argc, argv);
  auto settings = dispatch135::common::settings_with(flags, read_settings);
  if (!settings) {
    std::cerr << settings.error().message << "\n";
    return 1;
  }
  return serve(std::move(settings.value()), flags);
}
