#include "tests/integration/fault_run.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>
#include <sstream>
#include <thread>

#include "engine/city/city.h"
#include "services/common/mapped_file.h"

namespace dispatch135 {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 120s;
constexpr std::chrono::milliseconds kLook(100);
constexpr std::size_t kLastWords = 15;
constexpr const char* kSmallTown = "config/cities/small.yaml";

// Units that are done so soon that a small town serves the load, and misbehave in every way that they know.
constexpr const char* kUnits = R"(
hotline: {burst_every_s: 20, alert_every_s: 10, bad_share: 0.02}
units:
  channels: 2
  silence: {least: 1s, most: 5s}
  offline: {least: 200ms, most: 2s}
  ignore_share: 0.0005
  silent_share: 0.002
)";

std::string last_line(const std::string& text) {
  std::istringstream lines(text);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

std::string fieldsim_name(std::size_t city) { return "fieldsim" + std::to_string(city); }

}  // namespace

std::string other_town() {
  std::ifstream in(kSmallTown);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  text = std::regex_replace(text, std::regex("3202"), "3204");
  text = std::regex_replace(text, std::regex("latitude: 31"), "latitude: 33");
  std::filesystem::create_directories("build/integration");
  const std::string path = "build/integration/other-town-3204.yaml";
  std::ofstream(path) << text;
  return path;
}

FaultRun::FaultRun(const std::string& id, const FaultOptions& options, SystemOptions system)
    : id_(id), options_(options), random_(options.seed), system_(id, kSmallTown, std::move(system)) {}

void FaultRun::begin(double rate_per_s, std::size_t units_left_out) {
  timeline();  // Its connections stand before anything breaks.
  start_intake();
  for (std::size_t node = 0; node < system_.node_count(); ++node) {
    system_.has_old_programs() ? start_old_node(node) : start_node(node);
    for (std::size_t city = 0; city < city_count(); ++city) system_.wait_until_led(node, "", city);
  }
  for (std::size_t city = 0; city < city_count(); ++city) {
    fieldsims_.push_back(&system_.start_fieldsim(
        fieldsim_name(city), kUnits,
        {"--rate", std::to_string(rate_per_s), "--seed", std::to_string(options_.seed * 10 + city), "--time-scale",
         "5000", "--units", std::to_string(units_of(city) - units_left_out)},
        city));
  }
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  for (std::size_t city = 0; city < city_count(); ++city) {
    while (system_.count_of(fieldsim_name(city), "orders") == 0) {
      if (std::chrono::steady_clock::now() > give_up) throw SystemError("no unit was sent within two minutes");
      pass(kLook);
    }
  }
}

std::size_t FaultRun::units_of(std::size_t city) const {
  const auto file = common::MappedFile::open(system_.city_files().at(city));
  return city::City::open(file.value().bytes()).value().unit_count();
}

void FaultRun::start_node(std::size_t node) { nodes_[node] = &system_.start_dispatchd(node, lives_[node]++); }

void FaultRun::start_old_node(std::size_t node) { nodes_[node] = &system_.start_old_dispatchd(node, lives_[node]++); }

std::vector<std::size_t> FaultRun::running() const {
  std::vector<std::size_t> all;
  for (const auto& [node, process] : nodes_) all.push_back(node);
  return all;
}

std::map<std::string, pid_t> FaultRun::processes() const {
  std::map<std::string, pid_t> all;
  for (const auto& [number, process] : nodes_) all[process->name()] = process->pid();
  for (const demo::Child* intake : intakes_) all[intake->name()] = intake->pid();
  for (const demo::Child* fieldsim : fieldsims_) all[fieldsim->name()] = fieldsim->pid();
  return all;
}

std::int64_t FaultRun::crash_node(std::size_t node) {
  if (!nodes_.at(node)->crash()) throw SystemError("it was dead before:\n" + nodes_.at(node)->last_words(kLastWords));
  nodes_.erase(node);
  return wall_ms();
}

std::int64_t FaultRun::end_node(std::size_t node) {
  const std::int64_t from = wall_ms();
  const int code = system_.end(*nodes_.at(node), kPatience);
  const std::int64_t took = wall_ms() - from;
  expect(code == 0, WholeSystem::node_name(node) + " ended with " + std::to_string(code) + ":\n" +
                        nodes_.at(node)->last_words(kLastWords));
  nodes_.erase(node);
  return took;
}

void FaultRun::start_intake() { intakes_.push_back(&system_.start_intake(intake_lives_++)); }

void FaultRun::crash_intake() {
  if (!intakes_.front()->crash()) throw SystemError("it was dead before:\n" + intakes_.front()->last_words(kLastWords));
  intakes_.erase(intakes_.begin());
}

std::size_t FaultRun::leader(std::size_t city) { return next_leader(system_.node_count(), city); }

std::size_t FaultRun::next_leader(std::size_t than, std::size_t city) {
  const auto asked =
      std::find_if(nodes_.begin(), nodes_.end(), [than](const auto& node) { return node.first != than; });
  if (asked == nodes_.end()) throw SystemError("no other node runs");
  const std::string name = system_.wait_until_led(asked->first, WholeSystem::node_name(than), city);
  for (std::size_t node = 0; node < system_.node_count(); ++node) {
    if (WholeSystem::node_name(node) == name) return node;
  }
  throw SystemError("'" + name + "' leads, which is none of ours");
}

void FaultRun::pass(std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(kLook, until - std::chrono::steady_clock::now()));
  }
  const auto alive = [](demo::Child& child) {
    if (child.ended()) throw SystemError(child.name() + " ended by itself:\n" + child.last_words(kLastWords));
  };
  for (const auto& [number, process] : nodes_) alive(*process);
  for (demo::Child* intake : intakes_) alive(*intake);
  for (demo::Child* fieldsim : fieldsims_) alive(*fieldsim);
}

void FaultRun::hotlines(double rate_per_s, std::chrono::seconds time, std::uint64_t seed) {
  const std::string name = "hotlines" + std::to_string(floods_++);
  demo::Child& fieldsim =
      system_.start_fieldsim(name, kUnits,
                             {"--rate", std::to_string(rate_per_s), "--seed", std::to_string(seed), "--seconds",
                              std::to_string(time.count()), "--settle-seconds", "0", "--units", "0"});
  while (!fieldsim.ended()) std::this_thread::sleep_for(kLook);
  expect(fieldsim.ended() == 0, name + ": " + fieldsim.last_words(kLastWords));
}

void FaultRun::flood(double rate_per_s, std::chrono::seconds time) {
  hotlines(rate_per_s, time, options_.seed * 10 + 5 + static_cast<std::uint64_t>(floods_));
}

void FaultRun::publish_again(double rate_per_s, std::chrono::seconds time) {
  hotlines(rate_per_s, time, options_.seed * 10);
}

std::uint64_t FaultRun::published() {
  std::uint64_t sum = 0;
  for (std::size_t city = 0; city < fieldsims_.size(); ++city)
    sum += system_.count_of(fieldsim_name(city), "published");
  return sum;
}

const Timeline& FaultRun::timeline() {
  if (!timeline_) timeline_.emplace(system_.kafka().bootstrap);
  timeline_->read();
  return *timeline_;
}

std::int64_t FaultRun::decided_after(std::int32_t partition, std::int64_t since, std::chrono::seconds patience) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (true) {
    if (const auto first = timeline().first_new_decision(partition, since)) return *first - since;
    if (std::chrono::steady_clock::now() > give_up) {
      throw SystemError("no decision in partition " + std::to_string(partition) + " within " +
                        std::to_string(patience.count()) + " s");
    }
    pass(kLook);
  }
}

void FaultRun::log_was_away(std::int64_t since, std::int32_t partition) {
  constexpr std::int64_t kAftermathMs = 5'000;
  away_.insert(away_.end(), {"--log-away", std::to_string(partition), std::to_string(since),
                             std::to_string(wall_ms() + kAftermathMs)});
}

void FaultRun::worst(const std::string& name, std::int64_t value) {
  const auto [figure, first] = figures_.try_emplace(name, value);
  if (!first) figure->second = std::max(figure->second, value);
}

void FaultRun::expect(bool kept, const std::string& what) {
  if (!kept) broken_.push_back(what);
}

void FaultRun::expect_within(std::int64_t took_ms, std::int64_t limit_ms, const std::string& what) {
  expect(options_.is_short || took_ms <= limit_ms,
         what + ": " + std::to_string(took_ms) + " ms, more than " + std::to_string(limit_ms));
}

void FaultRun::settle() {
  for (std::size_t city = 0; city < fieldsims_.size(); ++city) {
    demo::Child& fieldsim = *fieldsims_[city];
    expect(system_.end(fieldsim, kPatience) == 0, "fieldsim: " + fieldsim.last_words(kLastWords));
    expect(system_.count_of(fieldsim_name(city), "failed") == 0, "the broker refused a hotline's record for good");
    expect(system_.count_of(fieldsim_name(city), "violations") == 0, "a promise to a unit was broken; see its diary");
    figures_["units_got_twice"] += static_cast<std::int64_t>(system_.count_of(fieldsim_name(city), "repeated_orders"));
  }
  fieldsims_.clear();
  const auto last = nlohmann::json::parse(system_.last_statistics(fieldsim_name(0)), nullptr, false);
  const auto latency = last.value("report_to_order_ms", nlohmann::json::object());
  figures_["report_to_order_p50_ms"] = static_cast<std::int64_t>(latency.value("p50", 0.0));
  figures_["report_to_order_p99_ms"] = static_cast<std::int64_t>(latency.value("p99", 0.0));
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (!timeline().all_carried()) {
    if (std::chrono::steady_clock::now() > give_up) {
      expect(false, "what the hotlines published does not come into the log");
      break;
    }
    pass(kLook);
  }
  // Whoever leads publishes what followed from the last records, and the units' silence.
  for (std::size_t city = 0; city < city_count(); ++city) leader(city);
  pass(2s);
  for (demo::Child* intake : intakes_) {
    expect(system_.end(*intake, kPatience) == 0, "intake: " + intake->last_words(kLastWords));
  }
  intakes_.clear();
  for (const std::size_t node : running()) end_node(node);
  judge();
}

void FaultRun::judge() {
  demo::Child& oracle = system_.start_oracle(away_);
  const int judged = oracle.wait(kPatience);
  const std::string text = oracle.output();
  expect(judged == 0, "the oracle found:\n" + text.substr(0, 4'000) + oracle.last_words(kLastWords));
  verdict_ = nlohmann::json::parse(last_line(text), nullptr, false);
  std::vector<std::string> command = {"dispatchctl", "replay", "--kafka", system_.kafka().bootstrap};
  for (const std::string& city : system_.city_files()) command.insert(command.end(), {"--city", city});
  demo::Child& replay = system_.start("replay", command);
  expect(replay.wait(kPatience) == 0, "the log run again: " + replay.output() + replay.last_words(kLastWords));
  figures_["published_twice"] = static_cast<std::int64_t>(timeline().repeated());
}

bool FaultRun::report(std::ostream& out) {
  out << id_ << (broken_.empty() ? " passed " : " FAILED ");
  for (const auto& [name, value] : figures_) out << ' ' << name << '=' << value;
  if (verdict_.is_object()) {
    const auto findings = verdict_.value("findings", nlohmann::json::object());
    const std::vector<std::pair<const char*, const char*>> checks = {
        {"I1", "lost"}, {"I2", "double_assigned"}, {"I3", "not_deterministic"}, {"I4", "clock"}};
    out << "  incidents=" << verdict_.value("incidents", 0) << " orders_assigned=" << verdict_.value("assigned", 0)
        << ' ';
    for (const auto& [check, fault] : checks) out << ' ' << check << '=' << findings.value(fault, 0);
  }
  out << "\n";
  for (const std::string& what : broken_) out << "  " << what << "\n";
  if (!broken_.empty()) {
    system_.keep();
    out << "  logs and diaries: " << system_.folder() << "; seed " << options_.seed << "\n";
  }
  out << std::flush;
  return broken_.empty();
}

}  // namespace dispatch135
