#include "benchmarks/clients_node.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "services/common/clock.h"
#include "services/common/grpc_server.h"
#include "services/common/logging.h"
#include "services/dispatchd/client_gate.h"
#include "services/dispatchd/console_service.h"
#include "services/dispatchd/unit_service.h"
#include "services/log/memory_log.h"
#include "tests/engine/core/grid_town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::benchmarks {
namespace {

constexpr std::uint32_t kTownSide = 30;
constexpr auto kPump = std::chrono::milliseconds(1);

class ServingNode {
 public:
  explicit ServingNode(const NodeOptions& options)
      : options_(options),
        bytes_(city::build_city(core::testing::grid_town(kTownSide, options.units, 1)).value()),
        city_(city::City::open(bytes_).value()),
        catalog_(city_),
        log_(wall_, {}),
        gate_(options.limits, clock_),
        units_(loop_, gate_, clock_),
        consoles_(loop_, gate_) {
    dispatchd::NodeSettings settings;
    settings.name = "a";
    settings.process = 1;
    settings.address = "a:7135";
    settings.regions[RegionId(kRegion)] = {city_.fingerprint(), core::testing::test_policy()};
    writer_ = log_.writer("a");
    reader_ = log_.reader("a", [this](const log::Record& record) { node_->on_record(record); });
    node_ = std::make_unique<dispatchd::Node>(
        settings, dispatchd::NodePorts{catalog_, *writer_, *reader_, units_, consoles_, clock_, observer_});
    units_.serve(*node_);
    consoles_.serve(*node_);
  }

  // Gives its port when it leads.
  int start() {
    node_->start();
    settle();
    node_->on_led(0, true);
    settle();
    server_ = std::move(common::GrpcServer::start({}, {&units_, &consoles_}).value());
    return server_->port();
  }
  [[noreturn]] void run() {
    signals_.async_wait([this](const boost::system::error_code&, int signal) { on_signal(signal); });
    next_call_us_ = now_us();
    pump();
    loop_.run();
    std::_Exit(0);
  }

 private:
  void on_signal(int signal) {
    calling_ = signal == SIGUSR1;
    next_call_us_ = now_us();
    signals_.async_wait([this](const boost::system::error_code&, int again) { on_signal(again); });
  }
  void settle() {
    log_.run();
    node_->on_timer();
    log_.run();
  }
  void pump() {
    for (; calling_ && next_call_us_ <= now_us(); next_call_us_ += 1'000'000 / options_.calls_per_s) call();
    settle();
    timer_.expires_after(kPump);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) pump();
    });
  }
  void call() {
    const auto junctions = city_.roads().junctions;
    const geo::Point place = junctions[random_.below(junctions.size())];
    v1::LogRecord record;
    record.set_region(kRegion);
    v1::IncidentReported& body = *record.mutable_incident_reported();
    body.set_source("110");
    body.set_event_id(std::to_string(now_us()));
    body.set_category(v1::CATEGORY_PUBLIC_ORDER);
    body.set_severity(v1::SEVERITY_MEDIUM);
    body.set_place_class(v1::PLACE_CLASS_RESIDENTIAL);
    body.mutable_position()->set_latitude_e7(place.latitude_e7);
    body.mutable_position()->set_longitude_e7(place.longitude_e7);
    log_.put(log::Topic::kLog, 0, std::to_string(kRegion), record.SerializeAsString());
    settle();
  }

  const NodeOptions options_;
  std::vector<std::byte> bytes_;
  city::City city_;
  core::testing::OneCity catalog_;
  common::SystemClock wall_;
  common::MachineClock clock_;
  log::MemoryLog log_;
  boost::asio::io_context loop_{1};
  boost::asio::steady_timer timer_{loop_};
  boost::asio::signal_set signals_{loop_, SIGUSR1, SIGUSR2};
  dispatchd::ClientGate gate_;
  dispatchd::UnitService units_;
  dispatchd::ConsoleService consoles_;
  dispatchd::Observer observer_;
  std::unique_ptr<log::Writer> writer_;
  std::unique_ptr<log::Reader> reader_;
  std::unique_ptr<dispatchd::Node> node_;
  std::unique_ptr<common::GrpcServer> server_;
  core::testing::Random random_{1};
  bool calling_ = true;
  std::int64_t next_call_us_ = 0;
};

}  // namespace

std::int64_t now_us() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

NodeProcess::NodeProcess(const NodeOptions& options) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ends[0]);
    common::start_logging("node", {.level = "warn", .format = common::LogFormat::kText});
    ServingNode node(options);
    const int port = node.start();
    if (write(ends[1], &port, sizeof port) != sizeof port) std::_Exit(1);
    node.run();
  }
  close(ends[1]);
  if (read(ends[0], &port_, sizeof port_) != sizeof port_) {
    std::cerr << "the node did not start\n";
    std::exit(1);
  }
  close(ends[0]);
  address_ = "127.0.0.1:" + std::to_string(port_);
}

NodeProcess::~NodeProcess() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

double NodeProcess::resident_mb() const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1'024;
  }
  return 0;
}

bool NodeProcess::alive() const { return waitpid(pid_, nullptr, WNOHANG) == 0; }

void NodeProcess::calls(bool on) const { kill(pid_, on ? SIGUSR1 : SIGUSR2); }

}  // namespace dispatch135::benchmarks
