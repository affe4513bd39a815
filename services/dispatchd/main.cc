// dispatchd: follows the log, leads what its group gives it, orders field units, serves consoles.
#include <pthread.h>

#include <CLI/CLI.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <iostream>
#include <thread>

#include "services/common/flags.h"
#include "services/common/logging.h"
#include "services/common/reload.h"
#include "services/common/shutdown.h"
#include "services/dispatchd/crash_note.h"
#include "services/dispatchd/server.h"
#include "services/log/await_topics.h"
#include "services/policy/policy_file.h"

namespace dispatch135::dispatchd {
namespace {

struct Flags : common::CommonFlags {
  std::string advertise;
  std::string policy;
};

void declare(CLI::App& app, Flags& flags) {
  common::declare(app, flags,
                  {.example_config = "config/dispatchd.yaml",
                   .node = "name of this node in the log",
                   .listen = "field units and consoles",
                   .group = "the nodes share the partitions"});
  app.add_option("--advertise", flags.advertise, "HOST:PORT that units and consoles are told (default: as --listen)");
  app.add_option("--policy", flags.policy, "policy file of the regions that have none of their own yet");
  app.footer(
      "Field units and consoles may connect to any node: they are told which one leads their region.\n"
      "Topics must exist: dispatchctl topics --apply makes them. SIGTERM drains and exits 0. SIGHUP reads 'limits' "
      "and\n"
      "log.level of --config again.");
}

// A policy for every region that the city files have.
Result<std::map<RegionId, v1::Policy>> read_policies(const Settings& settings, const common::CityFiles& cities) {
  std::map<RegionId, v1::Policy> policies;
  for (const city::City* city : cities.all()) {
    for (std::size_t i = 0; i < city->region_count(); ++i) {
      const RegionId region = city->region(i).id;
      const auto own = settings.policies.find(region);
      const std::string& file = own == settings.policies.end() ? settings.policy : own->second;
      if (file.empty()) {
        return Error{"region " + std::to_string(region.value()) + " has no policy; give one by 'policy:' or --policy"};
      }
      auto policy = policy::read_policy_file(file);
      if (!policy) return policy.error();
      policies[region] = std::move(policy.value());
    }
  }
  for (const auto& [region, file] : settings.policies) {
    if (!policies.contains(region)) {
      return Error{"policies: region " + std::to_string(region.value()) + " is in none of the city files"};
    }
  }
  return policies;
}

int fail(const Error& error) {
  common::log_error("cannot start", {{"error", error.message}});
  std::cerr << "dispatchd: " << error.message << "\n";
  return 1;
}

// The file's settings, and the flags over them.
Result<Settings> read_all(const Flags& flags) {
  auto settings = common::settings_with<Settings>(flags, read_settings);
  if (!settings) return settings;
  common::override_with(flags.advertise, settings.value().advertise);
  common::override_with(flags.policy, settings.value().policy);
  return settings;
}

// What the settings file says now, in force as a whole or not at all. `server`: null before it is open.
std::optional<Error> reload(const Flags& flags, Settings& running, Server* server) {
  auto wanted = read_all(flags);
  if (!wanted) return wanted.error();
  if (const auto refused = refuse_reload(running, wanted.value(), flags.config)) return refused;
  running = std::move(wanted.value());
  common::set_log_level(running.common.log.level);
  if (server != nullptr) server->set_limits(running.clients);
  return {};
}

int serve(Settings settings, const Flags& flags) {
  common::start_logging("dispatchd", settings.common.log);
  print_crash_notes();
  auto metrics = common::Metrics::start(settings.common.metrics);
  if (!metrics) return fail(metrics.error());
  auto cities = common::CityFiles::open(settings.common.cities);
  if (!cities) return fail(cities.error());
  const auto policies = read_policies(settings, *cities.value());
  if (!policies) return fail(policies.error());

  boost::asio::io_context loop(1);
  const auto work = boost::asio::make_work_guard(loop);
  bool leaving = false;
  Server* running = nullptr;
  std::promise<void> ended;
  common::ShutdownSignals signals(loop, [&] {
    leaving = true;
    if (running == nullptr) return;
    running->leave();
    ended.set_value();
  });
  const common::ReloadSignal hangup(
      loop, [&] { common::reload_settings(*metrics.value(), [&] { return reload(flags, settings, running); }); });
  const auto ready = log::await_topics(loop, settings.common.kafka, leaving);
  if (!ready) return fail(ready.error());
  if (!ready.value()) return 0;

  auto server = Server::open(loop, settings, *cities.value(), policies.value(), *metrics.value());
  if (!server) return fail(server.error());
  running = server.value().get();
  running->start();
  std::thread thread([&] {
    pthread_setname_np(pthread_self(), "core-loop");
    loop.run();
    if (!leaving) ended.set_value();
  });
  ended.get_future().wait();
  const bool orderly = !running->failure().has_value();
  if (orderly) running->shut_down();
  loop.stop();
  thread.join();
  if (!orderly) return fail(*running->failure());
  common::log_info("has ended");
  return 0;
}

}  // namespace
}  // namespace dispatch135::dispatchd

int main(int argc, char** argv) {
  using namespace dispatch135::dispatchd;
  CLI::App app(
      "Decides who goes, and orders them: follows dispatch.log, leads the partitions that its group gives it.");
  Flags flags;
  declare(app, flags);
  CLI11_PARSE(app, argc, argv);
  auto settings = read_all(flags);
  if (!settings) {
    std::cerr << settings.error().message << "\n";
    return 1;
  }
  return serve(std::move(settings.value()), flags);
}
