// fieldsim: simulated hotlines and field units (see --help).
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

#include "engine/city/city.h"
#include "services/common/logging.h"
#include "services/common/mapped_file.h"
#include "services/common/metrics.h"
#include "services/common/shutdown.h"
#include "services/fieldsim/config.h"
#include "services/fieldsim/file_diary.h"
#include "services/fieldsim/fleet.h"
#include "services/fieldsim/publisher.h"
#include "services/fieldsim/simulation.h"
#include "services/log/kafka_log.h"

namespace dispatch135::fieldsim {
namespace {

int fail(const std::string& message) {
  common::log_error(message);
  return 1;
}

int run(const Config& config) {
  common::start_logging("fieldsim", config.common.log);
  const auto file = common::MappedFile::open(config.common.cities.front());
  if (!file) return fail(file.error().message);
  const auto city = city::City::open(file.value().bytes());
  if (!city) return fail(config.common.cities.front() + ": " + city.error().message);
  auto metrics = common::Metrics::start(config.common.metrics);
  if (!metrics) return fail(metrics.error().message);
  auto diary = FileDiary::open(config.diary);
  if (!diary) return fail(diary.error().message);
  std::ofstream stats_file;
  if (!config.stats.empty() && config.stats != "-") {
    stats_file.open(config.stats, std::ios::trunc);
    if (!stats_file) return fail("cannot write the statistics " + config.stats);
  }
  std::ostream* stats_out = config.stats.empty() ? nullptr : config.stats == "-" ? &std::cout : &stats_file;

  boost::asio::io_context loop;
  auto writer = log::KafkaWriter::open(loop, config.common.kafka);
  if (!writer) return fail(writer.error().message);
  Simulation simulation(loop, city.value(), config, *writer.value(), *diary.value(), *metrics.value(), stats_out);
  common::ShutdownSignals signals(loop, [&simulation] { simulation.finish(); });
  simulation.on_finished([&signals, &writer] {
    signals.cancel();
    writer.value().reset();  // Its timers would keep the loop alive.
  });
  simulation.start();
  loop.run();
  return simulation.exit_status();
}

}  // namespace
}  // namespace dispatch135::fieldsim

int main(int argc, char** argv) {
  const auto config = dispatch135::fieldsim::read_command_line(argc, argv);
  if (!config) {
    std::fprintf(stderr, "fieldsim: %s\n", config.error().message.c_str());
    return 2;
  }
  return config.value().answered ? 0 : dispatch135::fieldsim::run(config.value());
}
