#include "services/fieldsim/config.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <iostream>

#include "services/common/yaml_config.h"

namespace dispatch135::fieldsim {
namespace {

constexpr double kFastest = 100'000;
constexpr double kMostPerSecond = 100'000;
constexpr DurationMs kDay{86'400'000};

void read_span(common::YamlReader& root, std::string_view key, SpanMs& span) {
  common::YamlReader map = root.map(key);
  span.least = map.duration("least", {span.least}, {0}, kDay).count;
  span.most = map.duration("most", {span.most}, {0}, kDay).count;
  if (span.most < span.least) map.fail("most", "is less than the least");
}

void read_day_curve(common::YamlReader& map, DayCurve& curve) {
  const std::vector<std::string> texts = map.texts("day_curve");
  if (texts.empty()) return;
  if (texts.size() != curve.size()) return map.fail("day_curve", "must have 24 numbers, one for each hour");
  for (std::size_t i = 0; i < curve.size(); ++i) {
    double value = -1;
    const char* end = texts[i].data() + texts[i].size();
    const auto parsed = std::from_chars(texts[i].data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end || !(value >= 0 && value <= 1'000)) {
      return map.fail("day_curve", "\"" + texts[i] + "\" is not a number from 0 to 1000");
    }
    curve[i] = value;
  }
  if (*std::max_element(curve.begin(), curve.end()) <= 0) map.fail("day_curve", "needs an hour above 0");
}

void read_hotline(common::YamlReader map, HotlineOptions& options) {
  options.rate_per_s = map.number("rate_per_s", options.rate_per_s, 0, kMostPerSecond);
  read_day_curve(map, options.day_curve);
  options.start_hour = map.number("start_hour", options.start_hour, 0, 24);
  options.burst_calls = static_cast<std::uint32_t>(map.integer("burst_calls", options.burst_calls, 0, 1'000));
  options.burst_every_s = map.number("burst_every_s", options.burst_every_s, 0.1, 86'400);
  options.alert_every_s = map.number("alert_every_s", options.alert_every_s, 0, 86'400);
  options.repeated_share = map.number("repeated_share", options.repeated_share, 0, 1);
  options.update_share = map.number("update_share", options.update_share, 0, 1);
  options.cancel_share = map.number("cancel_share", options.cancel_share, 0, 1);
  options.json_share = map.number("json_share", options.json_share, 0, 1);
  options.bad_share = map.number("bad_share", options.bad_share, 0, 1);
}

void read_units(common::YamlReader map, FleetOptions& options) {
  options.channels =
      static_cast<std::size_t>(map.integer("channels", static_cast<std::int64_t>(options.channels), 1, 1'000));
  Behaviour& behaviour = options.behaviour;
  behaviour.decline_share = map.number("decline_share", behaviour.decline_share, 0, 1);
  behaviour.ignore_share = map.number("ignore_share", behaviour.ignore_share, 0, 1);
  behaviour.silent_share = map.number("silent_share", behaviour.silent_share, 0, 1);
  behaviour.drop_share = map.number("drop_share", behaviour.drop_share, 0, 1);
  behaviour.at_once = map.boolean("at_once", behaviour.at_once);
  behaviour.drive = map.boolean("drive", behaviour.drive);
  read_span(map, "acknowledge", behaviour.acknowledge);
  read_span(map, "turnout", behaviour.turnout);
  read_span(map, "work", behaviour.work);
  read_span(map, "silence", behaviour.silence);
  read_span(map, "offline", behaviour.offline);
}

Result<Config> read(common::YamlReader root) {
  Config config;
  config.common = common::read_common_settings(root);
  if (root.has("nodes")) config.fleet.nodes = root.texts("nodes");
  read_hotline(root.map("hotline"), config.hotline);
  read_units(root.map("units"), config.fleet);
  if (const auto mistakes = root.finish()) return *mistakes;
  return config;
}

}  // namespace

Result<Config> read_config_file(const std::string& path) {
  auto root = common::YamlReader::open(path);
  if (!root) return root.error();
  return read(root.value());
}

Result<Config> parse_config(std::string_view yaml, const std::string& file) {
  auto root = common::YamlReader::parse(yaml, file);
  if (!root) return root.error();
  return read(root.value());
}

Result<Config> read_command_line(int argc, char** argv) {
  CLI::App app{
      "Simulated hotlines and field units. The hotlines publish reports to Kafka; the units sign on at dispatchd over "
      "gRPC, take orders, drive along the roads, and sometimes misbehave as real ones do.\n"
      "The same seed gives the same events (with the same ids: take another seed for a second run on the same log)."};
  app.set_version_flag("--version", D135_VERSION);
  std::string file;
  std::string kafka;
  bool kafka_embedded = false;
  std::string city;
  std::string nodes;
  std::string units;
  std::string metrics;
  std::string log_level;
  Config flags;  // Where the flags are put; each counts only when it was given.
  double time_scale = 1;
  std::uint64_t seed = 1;
  bool flat_day = false;
  bool no_drive = false;
  bool wait_for_units = false;

  app.add_option("--config", file, "Settings (YAML, see config/fieldsim.yaml); flags win over it");
  app.add_option("--kafka", kafka, "The broker as HOST:PORT, several by commas");
  app.add_flag("--kafka-embedded", kafka_embedded, "The broker is librdkafka's mock cluster");
  app.add_option("--city", city, "The city file");
  app.add_option("--nodes", nodes, "dispatchd's nodes as HOST:PORT, several by commas");
  auto* rate = app.add_option("--rate", flags.hotline.rate_per_s, "Reports per second, mean over the day")
                   ->check(CLI::Range(0.0, kMostPerSecond));
  app.add_flag("--flat-day", flat_day, "Every hour is as busy as the others");
  app.add_option("--units", units, "How many units of the city sign on: a number, or all");
  app.add_option("--seed", seed, "Of everything that is left to chance")->capture_default_str();
  auto* seconds =
      app.add_option("--seconds", "The hotlines publish for so long, then fall quiet (without: until SIGTERM)")
          ->check(CLI::PositiveNumber);
  auto* settle =
      app.add_option("--settle-seconds", "After --seconds the units go on for so long (without: until SIGTERM)")
          ->check(CLI::NonNegativeNumber);
  app.add_option("--time-scale", time_scale, "Units work and drive so many times faster than life")
      ->check(CLI::Range(0.001, kFastest))
      ->capture_default_str();
  auto* burst = app.add_option("--burst", flags.hotline.burst_calls, "At most so many calls in a burst; 0: no bursts")
                    ->check(CLI::Range(0, 1'000));
  auto* bad = app.add_option("--bad-share", flags.hotline.bad_share, "Share of events that cannot be used, 0 to 1")
                  ->check(CLI::Range(0.0, 1.0));
  auto* channels =
      app.add_option("--channels", flags.fleet.channels, "gRPC connections to each node")->check(CLI::Range(1, 1'000));
  app.add_flag("--no-drive", no_drive, "Units appear at the scene after the foreseen time, without looking for a way");
  app.add_flag("--wait-for-units", wait_for_units, "The hotlines begin when all units are signed on");
  app.add_option("--diary", flags.diary, "Appends what happened to each unit to this file (docs/formats/diary.md)");
  app.add_option("--stats", flags.stats, "A line of JSON each second to this file; -: standard output");
  app.add_option("--metrics", metrics, "Serves /metrics at HOST:PORT");
  app.add_option("--log-level", log_level, "debug, info, warn or error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    flags.answered = true;
    return flags;
  } catch (const CLI::CallForVersion&) {
    std::cout << D135_VERSION << "\n";
    flags.answered = true;
    return flags;
  } catch (const CLI::ParseError& error) {
    return Error{std::string(error.what()) + " (--help shows all flags)"};
  }

  Config config;
  if (!file.empty()) {
    auto read = read_config_file(file);
    if (!read) return read.error();
    config = read.value();
  }
  if (!kafka.empty()) config.common.kafka.bootstrap = kafka;
  if (kafka_embedded) config.common.kafka.embedded = true;
  if (!city.empty()) config.common.cities = {city};
  if (!nodes.empty()) config.fleet.nodes = CLI::detail::split(nodes, ',');
  if (!metrics.empty()) config.common.metrics.listen = metrics;
  if (!log_level.empty()) config.common.log.level = log_level;
  if (*rate) config.hotline.rate_per_s = flags.hotline.rate_per_s;
  if (flat_day) config.hotline.day_curve = kFlatDay;
  if (*burst) config.hotline.burst_calls = flags.hotline.burst_calls;
  if (*bad) config.hotline.bad_share = flags.hotline.bad_share;
  if (*channels) config.fleet.channels = flags.fleet.channels;
  if (no_drive) config.fleet.behaviour.drive = false;
  if (*seconds) config.seconds = seconds->as<double>();
  if (*settle) config.settle_seconds = settle->as<double>();
  config.wait_for_units = wait_for_units;
  config.diary = flags.diary;
  config.stats = flags.stats;
  config.hotline.seed = config.fleet.seed = seed;
  config.hotline.time_scale = config.fleet.behaviour.time_scale = time_scale;
  if (!units.empty() && units != "all") {
    const auto parsed = std::from_chars(units.data(), units.data() + units.size(), config.fleet.units);
    if (parsed.ec != std::errc() || parsed.ptr != units.data() + units.size()) {
      return Error{"--units: \"" + units + "\" is neither a number nor all"};
    }
  }
  if (config.common.cities.size() != 1) return Error{"which city? Give one city file with --city (or cities: [FILE])"};
  if (config.fleet.nodes.empty() && config.fleet.units > 0) {
    return Error{"where do units sign on? Give dispatchd's nodes with --nodes HOST:PORT,... (or --units 0)"};
  }
  return config;
}

}  // namespace dispatch135::fieldsim
