#include "tests/simulation/simulation.h"

#include <algorithm>
#include <utility>

#include "tests/engine/core/grid_town.h"

namespace dispatch135::simulation {
namespace {

using Kind = Fault::Kind;

const std::vector<std::string> kNodes = {"a", "b"};
constexpr std::uint32_t kTownSide = 16;
constexpr std::uint64_t kTownSeed = 135;
constexpr double kConnectionLastsS = 300;
constexpr std::size_t kConsoles = 2;
// The first leader puts city and policy in force; what is reported before that is refused.
constexpr DurationMs kSetUp{5'000};
constexpr DurationMs kRetryIntakeEvery{100};
// Whatever waits is looked at again within this: a unit that declined may be asked again, a silent one is back.
constexpr DurationMs kSettleAtMost{3'600'000};
constexpr DurationMs kLookEvery{10'000};
// Longer than any session, ping or pause of a client, and than a unit is silent.
constexpr DurationMs kCalm{400'000};

log::MemoryLog::Options log_options() {
  log::MemoryLog::Options options;
  options.source_partitions = 2;
  options.log_partitions = 2;
  return options;
}

fieldsim::HotlineOptions hotline_options(const Options& options) {
  fieldsim::HotlineOptions hotline;
  hotline.seed = options.seed;
  hotline.rate_per_s = options.rate_per_s;
  hotline.burst_calls = 10;
  hotline.burst_every_s = 300;
  hotline.alert_every_s = 300;
  hotline.repeated_share = 0.1;
  hotline.update_share = 0.1;
  hotline.cancel_share = 0.05;
  hotline.bad_share = 0.03;
  return hotline;
}

fieldsim::Behaviour behaviour() {
  fieldsim::Behaviour behaviour;
  behaviour.time_scale = 8;
  return behaviour;
}

const char* words(Kind kind) {
  switch (kind) {
    case Kind::kLeaderCrashes:
      return "the leader crashes";
    case Kind::kLeaderPauses:
      return "the leader pauses";
    case Kind::kLeaderLosesLog:
      return "the leader loses the log";
    case Kind::kFollowerCrashes:
      return "the follower crashes";
    case Kind::kIntakeCrashes:
      return "intake crashes";
  }
  return "";
}

}  // namespace

std::vector<Fault> random_faults(std::uint64_t seed, DurationMs over) {
  constexpr std::int64_t kShortestMs = 8'000;  // Longer than the session timeout.
  constexpr std::int64_t kLongestMs = 40'000;
  constexpr std::int64_t kBetweenMs = 90'000;
  fieldsim::Random random(seed, "faults");
  std::vector<Fault> faults;
  for (std::int64_t at = random.between(10'000, kBetweenMs); at < over.count;
       at += kLongestMs + random.between(20'000, kBetweenMs)) {
    const auto kind = static_cast<Kind>(random.below(static_cast<std::uint32_t>(Kind::kIntakeCrashes) + 1));
    faults.push_back({kind, {at}, {random.between(kShortestMs, kLongestMs)}});
  }
  return faults;
}

void Simulation::ReportDiary::write(const fieldsim::DiaryEntry& entry) {
  MemoryDiary::write(entry);
  if (entry.event == fieldsim::DiaryEvent::kPublished && entry.kind == "report" && !entry.repeated && entry.acked) {
    ++reports;
  }
}

Simulation::Intake::Intake(Simulation& simulation, const std::string& node)
    : writer(simulation.log_.writer(node)),
      router(simulation.regions_, *writer, simulation.log_.partitions(log::Topic::kLog), simulation.time_, node,
             observer),
      member(simulation.log_.join(node, "intake", {log::Topic::kIncidents, log::Topic::kAlerts}, router.callbacks())) {
  router.use(*member);
}

Simulation::Simulation(const Options& options)
    : options_(options),
      began_(time_.wall()),
      city_(core::testing::grid_town(kTownSide, options.units, kTownSeed)),
      cities_(city_.city()),
      regions_({&city_.city()}),
      log_(time_, log_options()),
      stats_(diary_),
      network_(time_, options.seed, kConnectionLastsS,
               [this](const std::string& address) {
                 const auto node = nodes_.find(address);
                 return node == nodes_.end() ? nullptr : node->second;
               }),
      crews_(time_, network_, city_.city(), kNodes, options.seed, behaviour(), stats_),
      consoles_(time_, network_, kRegion, kNodes, options.seed, kConsoles),
      hotline_(city_.city(), hotline_options(options), time_.wall() + kSetUp),
      hotline_writer_(log_.writer("hotline")),
      publisher_(hotline_, *hotline_writer_, stats_, [this] { return time_.now_ms() * 1'000; }) {
  log_.delay("hotline", {2});
}

void Simulation::start_node(const std::string& name) {
  log_.delay(name, {name == kNodes.front() ? 1 : 2});
  dispatchd::NodeSettings settings;
  settings.name = name;
  settings.process = ++processes_;
  settings.address = name;
  settings.regions[kRegion] = {city_.city().fingerprint(), core::testing::test_policy()};
  const auto node = std::make_shared<EngineNode>(time_, log_, cities_, settings, crews_, consoles_);
  nodes_[name] = node;
  node->start();
}

void Simulation::kill_node(const std::string& name) {
  log_.kill(name);
  network_.node_died(*nodes_.at(name));
  nodes_.erase(name);
}

void Simulation::start_intake() {
  log_.delay("intake", {1});
  intake_ = std::make_unique<Intake>(*this, "intake");
}

void Simulation::kill_intake() {
  log_.kill("intake");
  intake_.reset();
}

void Simulation::retry_intake() {
  if (intake_) intake_->router.retry();
  time_.after(kRetryIntakeEvery, [this] { retry_intake(); });
}

void Simulation::publish() {
  if (diary_.reports >= options_.incidents) publisher_.stop();
  publisher_.step();
  const TimeMs next = publisher_.next_wakeup();
  if (next.since_epoch != INT64_MAX) time_.at(next, [this] { publish(); });
}

std::string Simulation::leader() const {
  return log_.owner(kLeadersGroup, log::Topic::kLog, log::partition_of(kRegion, log_.partitions(log::Topic::kLog)));
}

void Simulation::tell(const std::string& what) { story_.push_back(std::to_string(lasted().count) + " ms: " + what); }

void Simulation::befall(const Fault& fault) {
  if (fault.kind == Kind::kIntakeCrashes) {
    tell(words(fault.kind));
    kill_intake();
    time_.after(fault.lasts, [this] { start_intake(); });
    return;
  }
  std::string name = leader();
  if (fault.kind == Kind::kFollowerCrashes) name = name == kNodes.front() ? kNodes.back() : kNodes.front();
  if (!nodes_.contains(name)) return tell("nothing: nobody leads now");
  tell(words(fault.kind) + (": " + name));
  switch (fault.kind) {
    case Kind::kLeaderCrashes:
    case Kind::kFollowerCrashes:
      kill_node(name);
      time_.after(fault.lasts, [this, name] {
        tell(name + " starts again");
        start_node(name);
      });
      break;
    case Kind::kLeaderPauses:
      nodes_.at(name)->pause();
      network_.node_paused(*nodes_.at(name));
      time_.after(fault.lasts, [this, name] {
        tell(name + " goes on");
        nodes_.at(name)->go_on();
      });
      break;
    case Kind::kLeaderLosesLog:
      log_.cut_off(name);
      time_.after(fault.lasts, [this, name] {
        tell(name + " reaches the log again");
        log_.reconnect(name);
      });
      break;
    case Kind::kIntakeCrashes:
      break;
  }
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

bool Simulation::all_ended() const {
  return std::all_of(nodes_.begin(), nodes_.end(), [](const auto& node) {
    return node.second->engine(kRegion).snapshot(kRegion).incidents().empty();
  });
}

void Simulation::run() {
  for (const std::string& name : kNodes) start_node(name);
  start_intake();
  retry_intake();
  crews_.start();
  consoles_.start();
  for (const Fault& fault : options_.faults) time_.after(fault.at, [this, fault] { befall(fault); });
  publish();
  while (!publisher_.drained() || diary_.reports < options_.incidents) run_for(kLookEvery);
  consoles_.stop_commands();
  tell("all is published");
  for (DurationMs waited{0}; waited < kSettleAtMost; waited = waited + kLookEvery) {
    run_for(kLookEvery);
    if (all_ended() && nodes_.size() == kNodes.size()) break;
  }
  tell("all has ended");
  network_.calm();
  run_for(kCalm);
}

}  // namespace dispatch135::simulation
