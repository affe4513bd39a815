// dispatch135-demo: the whole system on one machine, for a minute.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "services/common/logging.h"
#include "services/demo/demo.h"
#include "services/demo/terminal.h"

int main(int argc, char** argv) {
  using namespace dispatch135;
  demo::Options options;
  std::string root;
  CLI::App app(
      "Shows Dispatch135 at work: calls come in over Kafka, the engine decides, and field units get their orders over "
      "gRPC\n"
      "and drive to the scene. At the end an oracle counts, from the topics and the units' diaries, whether anything "
      "was\n"
      "lost or done twice. The last line is JSON. Exit: 0 when nothing was.\n\n"
      "So that a minute shows whole incidents, the simulated units drive and work faster than life (--time-scale), and "
      "are\n"
      "done on scene within 100 to 300 seconds of theirs. The clock of the 1/3/5-minute rule is real, so the "
      "compliance\n"
      "shown is better than that of real streets; with --time-scale 1 --seconds 900 it is honest.");
  app.add_option("--seconds", options.seconds, "Calls come in for so long")
      ->check(CLI::Range(5, 86'400))
      ->capture_default_str();
  app.add_flag("--headless", options.headless, "A line every five seconds instead of the live view");
  app.add_option(
         "--kafka", options.kafka,
         "embedded: librdkafka's mock cluster in this process; local: Apache Kafka, started and stopped by the demo;\n"
         "HOST:PORT: one that runs (the demo's topics get a prefix of their own and stay there)")
      ->capture_default_str();
  app.add_option("--city", options.city, "synthetic: one of Wuxi's size, made from --seed; or a city file")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Of the city, the calls and the units")->capture_default_str();
  app.add_option("--rate", options.rate_per_s, "Calls per second")
      ->check(CLI::Range(0.01, 1'000.0))
      ->capture_default_str();
  app.add_option("--time-scale", options.time_scale, "How many times faster than life units drive and work")
      ->check(CLI::Range(0.1, 100.0))
      ->capture_default_str();
  app.add_flag("--keep", options.keep, "Leave the logs and diaries of a good run too");
  app.add_option("--root", root, "The project's folder. Default: two above the build's programs");
  CLI11_PARSE(app, argc, argv);

  common::start_logging("dispatch135-demo", {"warn", common::LogFormat::kText});
  const std::filesystem::path programs = std::filesystem::canonical("/proc/self/exe").parent_path();
  if (root.empty()) root = programs.parent_path().parent_path().parent_path();
  if (!demo::Terminal::there()) options.headless = true;
  try {
    return demo::Demo(options, programs, root).run();
  } catch (const std::exception& error) {
    std::cerr << "dispatch135-demo: " << error.what() << "\n";
    return 1;
  }
}
