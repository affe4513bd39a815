#include "tests/simulation/simulation.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "tests/engine/core/grid_town.h"

namespace dispatch135::simulation {
namespace {

constexpr std::uint32_t kTownSide = 16;
constexpr std::uint64_t kTownSeed = 135;
constexpr std::size_t kConsoles = 2;
constexpr DurationMs kRetryIntakeEvery{100};
// Appends of a leader may wait so long for their brokers.
constexpr DurationMs kAppendsWait{180'000};
// What was late because of a fault may be so until a session has ended and another leads.
constexpr DurationMs kAftermath{20'000};

log::MemoryLog::Options log_options(const Options& options) {
  log::MemoryLog::Options log;
  log.source_partitions = options.source_partitions;
  log.log_partitions = options.log_partitions;
  log.brokers = options.brokers;
  if (options.brokers > 1) {
    log.min_in_sync = 2;
    log.replication = {2};
  }
  return log;
}

fieldsim::HotlineOptions hotline_options(const Options& options) {
  fieldsim::HotlineOptions hotline;
  hotline.seed = options.seed;
  hotline.rate_per_s = options.rate_per_s;
  hotline.burst_calls = 10;
  hotline.burst_every_s = 300;
  hotline.alert_every_s = 300;
  hotline.repeated_share = options.repeated_share;
  hotline.update_share = 0.1;
  hotline.cancel_share = 0.05;
  hotline.bad_share = 0.03;
  return hotline;
}

fieldsim::Behaviour behaviour(const Options& options) {
  fieldsim::Behaviour behaviour;
  behaviour.time_scale = 8;
  behaviour.silent_share = options.silent_share;
  return behaviour;
}

std::vector<std::string> node_names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(std::string(1, static_cast<char>('a' + i)));
  return names;
}

// Building takes longer than a short trial; a town is the same for all of them.
const testing::BuiltCity& town(std::uint32_t units) {
  static std::mutex one_at_a_time;
  static std::map<std::uint32_t, std::unique_ptr<testing::BuiltCity>> towns;
  const std::lock_guard lock(one_at_a_time);
  auto& built = towns[units];
  if (built == nullptr) {
    built = std::make_unique<testing::BuiltCity>(core::testing::grid_town(kTownSide, units, kTownSeed));
  }
  return *built;
}

}  // namespace

Options swarm_options(std::uint64_t seed) {
  fieldsim::Random random(seed, "swarm");
  Options options;
  options.seed = seed;
  options.incidents = static_cast<std::size_t>(random.between(20, 80));
  options.rate_per_s = 0.2 + random.fraction() * 0.8;
  options.units = 20 * static_cast<std::uint32_t>(random.between(1, 3));
  options.nodes = static_cast<std::size_t>(random.between(2, 3));
  options.intakes = static_cast<std::size_t>(random.between(1, 2));
  options.brokers = random.chance(0.8) ? 3 : 1;
  options.source_partitions = static_cast<std::int32_t>(random.between(1, 3));
  options.log_partitions = static_cast<std::int32_t>(random.between(1, 3));
  options.repeated_share = random.chance(0.3) ? 0.5 : 0.1;
  options.silent_share = random.chance(0.3) ? 0.05 : 0.005;
  options.connection_s = random.chance(0.3) ? 60 : 300;
  if (random.chance(0.3)) options.hotline_ahead = {random.between(-600'000, 600'000)};
  options.snapshots = random.chance(0.5);
  if (random.chance(0.5)) options.hotline_begins = {random.between(0, 1'000)};
  if (random.chance(0.2)) options.nodes_begin = {random.between(1, 20'000)};
  // A unit that lives long: its orders, positions and reports are many.
  if (random.chance(0.02)) {
    options.incidents = 400;
    options.rate_per_s = 1;
    options.units = 20;
  }
  const auto lasts_ms = static_cast<std::int64_t>(static_cast<double>(options.incidents) / options.rate_per_s * 1'000);
  options.faults = random_faults(seed, {lasts_ms + 60'000});
  return options;
}

void Simulation::ReportDiary::write(const fieldsim::DiaryEntry& entry) {
  MemoryDiary::write(entry);
  if (entry.event == fieldsim::DiaryEvent::kPublished && entry.kind == "report" && !entry.repeated && entry.acked) {
    ++reports;
  }
}

Simulation::Intake::Intake(Simulation& simulation, const std::string& node)
    : writer(simulation.log_.writer(node)),
      router(simulation.regions_, *writer, simulation.log_.partitions(log::Topic::kLog), simulation.intake_clock_, node,
             observer),
      member(simulation.log_.join(node, "intake", {log::Topic::kIncidents, log::Topic::kAlerts}, router.callbacks())) {
  router.use(*member);
}

Simulation::Simulation(const Options& options)
    : options_(options),
      names_(node_names(options.nodes)),
      began_(time_.wall()),
      city_(town(options.units)),
      cities_(city_.city()),
      regions_({&city_.city()}),
      log_(time_, log_options(options)),
      stats_(diary_),
      network_(time_, options.seed, options.connection_s,
               [this](const std::string& address) {
                 const auto node = nodes_.find(address);
                 return node == nodes_.end() ? nullptr : node->second;
               }),
      crews_(time_, network_, city_.city(), names_, options.seed, behaviour(options), stats_),
      consoles_(time_, network_, kRegion, names_, options.seed, kConsoles),
      hotline_(city_.city(), hotline_options(options), time_.wall() + options.hotline_ahead + options.hotline_begins),
      hotline_writer_(log_.writer("hotline")),
      publisher_(hotline_, *hotline_writer_, stats_,
                 [this] { return (time_.wall() + options_.hotline_ahead).since_epoch * 1'000; }),
      intake_clock_(time_, 0) {
  log_.delay("hotline", {2});
}

void Simulation::start_node(const std::string& name) {
  log_.delay(name, {name == names_.front() ? 1 : 2});
  dispatchd::NodeSettings settings;
  settings.name = name;
  settings.process = ++processes_;
  settings.address = name;
  settings.regions[kRegion] = {city_.city().fingerprint(), core::testing::test_policy()};
  const auto node = std::make_shared<EngineNode>(
      time_, log_, cities_, settings, crews_, consoles_,
      NodeWatchers{[this, name](const std::string& what) { tell("node " + name + " " + what); },
                   [this, name](std::int32_t partition, bool now) { note_term(name, partition, now); },
                   [this](const std::string& finding) { find(finding); }},
      options_.snapshots);
  nodes_[name] = node;
  node->start();
}

void Simulation::start_nodes() {
  for (const std::string& name : names_) start_node(name);
}

void Simulation::kill_node(const std::string& name) {
  for (std::int32_t p = 0; p < options_.log_partitions; ++p) note_term(name, p, false);
  log_.kill(name);
  network_.node_died(*nodes_.at(name));
  nodes_.erase(name);
}

void Simulation::start_intake(const std::string& name) {
  log_.delay(name, {1});
  intakes_[name] = std::make_unique<Intake>(*this, name);
}

void Simulation::retry_intakes() {
  for (const auto& [name, intake] : intakes_) intake->router.retry();
  time_.after(kRetryIntakeEvery, [this] { retry_intakes(); });
}

void Simulation::publish() {
  if (diary_.reports >= options_.incidents) publisher_.stop();
  publisher_.step();
  const TimeMs next = publisher_.next_wakeup();
  if (next.since_epoch != INT64_MAX) time_.at(next - options_.hotline_ahead, [this] { publish(); });
}

std::string Simulation::leader() const {
  return log_.owner(kLeadersGroup, log::Topic::kLog, log::partition_of(kRegion, log_.partitions(log::Topic::kLog)));
}

void Simulation::note_term(const std::string& node, std::int32_t partition, bool begins) {
  auto& terms = terms_[{node, partition}];
  if (begins) {
    terms.push_back({time_.wall(), std::nullopt});
  } else if (!terms.empty()) {
    terms.back().until = time_.wall();
  }
}

bool Simulation::led(const std::string& node, std::int32_t partition, TimeMs when) const {
  const auto found = terms_.find({node, partition});
  if (found == terms_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [when](const Term& term) {
    return term.from <= when && (!term.until || when <= *term.until + kAppendsWait);
  });
}

void Simulation::find(const std::string& finding) {
  findings_.push_back("at " + std::to_string(lasted().count) + " ms: " + finding);
}

void Simulation::tell(const std::string& what) { story_.push_back(std::to_string(lasted().count) + " ms: " + what); }

bool Simulation::may_be_late(const log::MemoryLog::Stored& record) const {
  return std::any_of(troubled_.begin(), troubled_.end(), [&](const auto& span) {
    return record.stood_at >= span.first && record.stood_at <= span.second + kAftermath;
  });
}

void Simulation::run_for(DurationMs duration) {
  const TimeMs end = time_.wall() + duration;
  while (true) {
    while (log_.step() || time_.step()) {
    }
    TimeMs next = end;
    if (const auto due = log_.next_due()) next = std::min(next, *due);
    if (const auto due = time_.next_due()) next = std::min(next, *due);
    if (time_.wall() >= end) return;
    time_.advance(std::max(next, time_.wall() + DurationMs{1}));
  }
}

void Simulation::start() {
  if (options_.nodes_begin.count == 0) {
    start_nodes();
  } else {
    time_.after(options_.nodes_begin, [this] { start_nodes(); });
  }
  for (std::size_t i = 1; i <= options_.intakes; ++i) start_intake("intake " + std::to_string(i));
  retry_intakes();
  crews_.start();
  consoles_.start();
  for (const Fault& fault : options_.faults) time_.after(fault.at, [this, fault] { befall(fault); });
  publish();
}

DurationMs Simulation::faults_end() const {
  DurationMs end{0};
  for (const Fault& fault : options_.faults) end = std::max(end, fault.at + fault.lasts);
  return end;
}

void Simulation::calm() {
  consoles_.stop_commands();
  network_.calm();
  tell("from now on nothing goes wrong");
}

}  // namespace dispatch135::simulation
