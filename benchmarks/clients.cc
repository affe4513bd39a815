// How a node bears many clients at once, and slow, greedy and hostile ones among them (S12, S14, S20).
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "benchmarks/clients_honest.h"
#include "benchmarks/clients_node.h"
#include "benchmarks/figure.h"
#include "benchmarks/http2_attack.h"
#include "dispatch135/v1/console.grpc.pb.h"

namespace dispatch135::benchmarks {
namespace {

constexpr std::int64_t kStepMs = 10;
constexpr std::int64_t kHeartbeatMs = 10'000;
constexpr std::size_t kIdleStreams = 10'000;
constexpr std::size_t kAgainAtOnce = 10;  // In a step.
constexpr std::chrono::milliseconds kBetweenLargeMessages(100);
constexpr std::int64_t kOnTheWay = 1'000;
constexpr std::int64_t kCalmWithinS = 60;

struct Options {
  std::string scenario;
  std::uint32_t units = 5'000;
  std::uint32_t consoles = 1'000;
  std::uint32_t calls_per_s = 100;
  std::int64_t seconds = 10;
  std::string json;
};

struct Latency {
  double p50_us = 0;
  double p99_us = 0;
};

class Run {
 public:
  explicit Run(const Options& options)
      : options_(options), node_(node_options(options)), units_(node_.address(), options.units) {
    for (const auto& channel : channels(node_.address(), 10)) {
      stubs_.push_back(std::make_unique<grpc::GenericStub>(channel));
    }
    console_ = v1::Console::NewStub(channels(node_.address(), 1)[0]);
    figure("memory before", "MB", node_.resident_mb());
  }
  ~Run() {
    for (const auto& watcher : watchers_) watcher->finish();
  }

  int run() {
    units_.connect(1'000);
    for (std::uint32_t i = 0; i < options_.consoles; ++i) watch(i, 0);
    calm_down();
    if (options_.scenario == "S12") units_come_back();
    if (options_.scenario == "S14") slow_consoles();
    if (options_.scenario == "S20") hostile_clients();
    settle();
    return failures_;
  }

 private:
  static NodeOptions node_options(const Options& options) {
    NodeOptions node;
    node.units = options.units;
    node.calls_per_s = options.calls_per_s;
    return node;
  }

  void figure(const std::string& name, const std::string& unit, double value, std::optional<double> p99 = {},
              std::optional<double> ratio = {}) {
    Figure row;
    row.name = options_.scenario + " " + name;
    row.unit = unit;
    row.value = value;
    row.p99 = p99;
    row.ratio = ratio;
    report(row, options_.json);
  }
  void must(const std::string& what, bool holds) {
    if (holds) return;
    std::cerr << options_.scenario << ": not so: " << what << "\n";
    failures_ = 1;
  }

  Watcher& watch(std::size_t place, std::int64_t pause_ms) {
    watchers_.push_back(std::make_unique<Watcher>(*stubs_[place % stubs_.size()], pause_ms));
    return *watchers_.back();
  }
  // Lets time pass; what honest clients do goes on.
  void pass_ms(std::int64_t ms) {
    for (const std::int64_t end = now_us() + ms * 1'000; now_us() < end;) {
      if (now_us() >= heartbeat_us_) {
        units_.heartbeat();
        heartbeat_us_ = now_us() + kHeartbeatMs * 1'000;
      }
      for (const auto& watcher : watchers_) watcher->step(now_us());
      watch_again();
      std::this_thread::sleep_for(std::chrono::milliseconds(kStepMs));
    }
  }
  // As consoles do that were closed: from the last revision on, not all at the same moment.
  void watch_again() {
    std::size_t most = kAgainAtOnce;
    for (std::size_t i = 0; i < watchers_.size() && most > 0; ++i) {
      std::unique_ptr<Watcher>& watcher = watchers_[i];
      if (!watcher->honest() || !watcher->ended()) continue;
      const std::int64_t from = watcher->revision();
      watcher->finish();
      watcher = std::make_unique<Watcher>(*stubs_[i % stubs_.size()], 0, from);
      ++watched_again_;
      --most;
    }
  }
  // How many honest consoles lack the newest event that one of them has, by more than what is on its way.
  std::size_t behind(std::int64_t at_most) const {
    std::int64_t last = 0;
    for (const auto& watcher : watchers_) last = std::max(last, watcher->revision());
    return static_cast<std::size_t>(std::count_if(watchers_.begin(), watchers_.end(), [&](const auto& watcher) {
      return watcher->honest() && watcher->revision() < last - at_most;
    }));
  }
  // Until who came at once has what all have.
  void calm_down() {
    const std::int64_t begin = now_us();
    do {
      pass_ms(500);
    } while (behind(kOnTheWay) > 0 && now_us() - begin < kCalmWithinS * 1'000'000);
    must("all consoles keep up when all have come", behind(kOnTheWay) == 0);
  }
  Latency measure(std::int64_t seconds) {
    units_.take_latencies();
    pass_ms(seconds * 1'000);
    std::vector<double> samples = units_.take_latencies();
    must("orders come", !samples.empty());
    if (samples.empty()) return {};
    return {percentile(samples, 0.5), percentile(samples, 0.99)};
  }
  Latency tell(const std::string& name, const Latency& latency, const Latency& without) {
    figure("order, " + name, "us", latency.p50_us, latency.p99_us,
           without.p99_us > 0 ? std::optional(latency.p99_us / without.p99_us) : std::nullopt);
    figure("memory, " + name, "MB", node_.resident_mb());
    must("the node lives", node_.alive());
    return latency;
  }

  void units_come_back() {
    const Latency before = tell("before", measure(options_.seconds), {});
    units_.drop();
    figure("memory, all units gone", "MB", node_.resident_mb());
    pass_ms(1'000);
    const std::int64_t begin = now_us();
    units_.connect(1'000);
    figure("all units back after", "ms", static_cast<double>(now_us() - begin) / 1'000);
    calm_down();  // Calls waited for units.
    figure("all consoles have all after", "ms", static_cast<double>(now_us() - begin) / 1'000);
    tell("after", measure(options_.seconds), before);
  }

  void slow_consoles() {
    const Latency before = tell("all consoles read", measure(options_.seconds), {});
    Watcher& slow = watch(0, 1'000);
    Watcher& deaf = watch(1, -1);
    tell("one reads 1/s, one never", measure(options_.seconds), before);
    figure("events read by the slow one", "events", static_cast<double>(slow.events()));
    figure("events read by the deaf one", "events", static_cast<double>(deaf.events()));
    slow.hurry();
    pass_ms(1'000);
  }

  void hostile_clients() {
    const Latency before = tell("honest clients alone", measure(options_.seconds), {});
    const auto attack = [&](const std::string& name, Attack kind, std::uint32_t per_s) {
      const Http2Attack attacker(kind, node_.port(), per_s);
      tell(name, measure(options_.seconds), before);
      figure(name + ": sent", "times", static_cast<double>(attacker.sent()));
      figure(name + ": the server hung up", "times", static_cast<double>(attacker.cut_off()));
    };
    attack("rapid reset", Attack::kRapidReset, 10'000);
    attack("ping flood", Attack::kPingFlood, 10'000);
    attack("slow loris", Attack::kSlowLoris, 500);
    large_messages(before);
    idle_streams(before);
    tell("afterwards", measure(options_.seconds), before);
  }

  void large_messages(const Latency& before) {
    std::atomic<bool> stop = false;
    std::atomic<std::size_t> refused = 0;
    std::thread greedy([&] {
      yield_to_others();
      const auto stub = v1::FieldUnits::NewStub(channels(node_.address(), 1)[0]);
      v1::UnitMessage large;
      large.mutable_sign_on()->set_device_id(std::string(5'000'000, 'x'));
      while (!stop) {
        grpc::ClientContext context;
        const auto stream = stub->Connect(&context);
        stream->Write(large);
        v1::UnitOrder order;
        stream->Read(&order);
        if (!stream->Finish().ok()) ++refused;
        std::this_thread::sleep_for(kBetweenLargeMessages);
      }
    });
    tell("messages of 5 MB", measure(options_.seconds), before);
    stop = true;
    greedy.join();
    figure("messages of 5 MB: refused", "times", static_cast<double>(refused));
  }

  void idle_streams(const Latency& before) {
    std::vector<std::unique_ptr<v1::FieldUnits::Stub>> stubs;
    for (const auto& channel : channels(node_.address(), 10)) stubs.push_back(v1::FieldUnits::NewStub(channel));
    std::vector<std::unique_ptr<fieldsim::UnitStream>> idle;
    std::atomic<std::size_t> closed = 0;
    const std::size_t count = std::max<std::size_t>(kIdleStreams * options_.units / 5'000, 10);
    for (std::size_t i = 0; i < count; ++i) {
      idle.push_back(fieldsim::UnitStream::open(
          *stubs[i % stubs.size()],
          {.received = [](const v1::UnitOrder&) {}, .closed = [&closed](const grpc::Status&) { ++closed; }}));
    }
    tell(std::to_string(count) + " idle streams", measure(options_.seconds), before);
    figure("idle streams closed by the server", "streams", static_cast<double>(closed));
    for (const auto& stream : idle) stream->close();
    while (closed < count) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }

  std::size_t events() const {
    std::size_t sum = units_.orders() + watched_again_;
    for (const auto& watcher : watchers_) sum += watcher->events();
    return sum;
  }

  // Nothing more is called; then everybody must have everything.
  void settle() {
    node_.calls(false);
    pass_ms(2'000);
    // A machine that is too small for so many takes its time; who got everything is asked when nothing more comes.
    for (std::size_t before = 0, now = events(); now != before && node_.alive(); before = now, now = events())
      pass_ms(2'000);
    std::size_t missed = units_.gaps();
    v1::ListUnitsRequest request;
    request.set_region(kRegion);
    v1::ListUnitsResponse response;
    grpc::ClientContext context;
    must("the units can be asked for", console_->ListUnits(&context, request, &response).ok());
    for (const v1::Unit& unit : response.units()) {
      const auto index = static_cast<std::uint32_t>(unit.unit_id() - kFirstUnit);
      missed += unit.last_order_sequence() - units_.last_order(index);
    }
    const std::size_t without_last = behind(0);
    figure("orders received", "orders", static_cast<double>(units_.orders()));
    figure("orders missed", "orders", static_cast<double>(missed));
    figure("orders twice", "orders", static_cast<double>(units_.repeated()));
    figure("consoles without the last event", "consoles", static_cast<double>(without_last));
    figure("consoles closed, watching again", "times", static_cast<double>(watched_again_));
    figure("memory at the end", "MB", node_.resident_mb());
    must("no order was missed", missed == 0);
    must("no order came twice", units_.repeated() == 0);
    must("every honest console has the last event, and who reads slowly too in the end", without_last == 0);
  }

  const Options options_;
  NodeProcess node_;
  Units units_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;  // For watching.
  std::unique_ptr<v1::Console::Stub> console_;
  std::vector<std::unique_ptr<Watcher>> watchers_;
  std::size_t watched_again_ = 0;
  std::int64_t heartbeat_us_ = 0;
  int failures_ = 0;
};

}  // namespace
}  // namespace dispatch135::benchmarks

int main(int argc, char** argv) {
  using namespace dispatch135::benchmarks;  // NOLINT(google-build-using-namespace)
  CLI::App app(
      "Thousands of clients at one node: orders' latency, the node's memory, and what each missed. Ends with 1 when "
      "something was "
      "missed.");
  Options options;
  app.add_option("scenario", options.scenario,
                 "S12: all units drop and come back; S14: consoles that do not read; S20: hostile clients")
      ->required()
      ->check(CLI::IsMember({"S12", "S14", "S20"}));
  app.add_option("--units", options.units, "Field units")->check(CLI::Range(1, 10'000))->capture_default_str();
  app.add_option("--consoles", options.consoles, "Consoles")->check(CLI::Range(1, 1'900))->capture_default_str();
  app.add_option("--calls", options.calls_per_s, "Calls a second")->check(CLI::Range(1, 5'000))->capture_default_str();
  app.add_option("--seconds", options.seconds, "Of each measurement")
      ->check(CLI::Range(1, 3'600))
      ->capture_default_str();
  app.add_option("--json", options.json, "File to which the figures are added, a line each");
  CLI11_PARSE(app, argc, argv);
  return Run(options).run();
}
