// What each fault does to the simulated system, and how it ends.
#include <algorithm>
#include <iterator>
#include <utility>

#include "tests/simulation/simulation.h"

namespace dispatch135::simulation {
namespace {

using Kind = FaultKind;

constexpr DurationMs kHour{3'600'000};
constexpr std::int64_t kSmallStepMs = 60'000;
constexpr DurationMs kSlowReplica{5'000};
constexpr DurationMs kSlowNetwork{2'000};
constexpr DurationMs kFlush{200};  // What a process that ends in order still gets to its brokers.
constexpr DurationMs kStartTakes{1'500};
constexpr std::int64_t kRepeatedRecords = 20;
constexpr int kRepeats = 3;
constexpr DurationMs kAnewAgain{331};
constexpr std::uint64_t kSpoilt = 6;  // Of the last records.

// Where the fault says whom or how much: bits of its own for each question.
std::size_t pick(const Fault& fault, std::size_t count) { return static_cast<std::size_t>(fault.pick >> 8) % count; }
bool coin(const Fault& fault) { return (fault.pick & 1U) != 0; }
DurationMs either_way(const Fault& fault, DurationMs step) { return coin(fault) ? step : DurationMs{-step.count}; }

}  // namespace

void Simulation::until_over(const Fault& fault, const std::string& then, std::function<void()> work) {
  time_.after(fault.lasts, [this, then, work = std::move(work)] {
    if (!then.empty()) tell(then);
    work();
  });
}

void Simulation::befall(const Fault& fault) {
  ++befallen_[fault.kind];
  troubled_.emplace_back(time_.wall(), time_.wall() + fault.lasts);
  switch (fault.kind) {
    case Kind::kLeaderCrashes:
    case Kind::kLeaderPauses:
    case Kind::kLeaderLosesLog:
      return befall_node(fault, leader());
    case Kind::kNodeCrashes:
    case Kind::kNodePauses:
    case Kind::kNodeLosesABroker:
    case Kind::kNodeLosesClients:
    case Kind::kNodeComesAndGoes:
      return befall_node(fault, names_[pick(fault, names_.size())]);
    case Kind::kBrokerCrashes:
    case Kind::kBrokerIsSlow:
    case Kind::kBrokerDiskFull:
    case Kind::kBrokerClockSteps:
    case Kind::kBrokerClockStepsFar:
    case Kind::kBrokersPart:
      return befall_broker(fault);
    default:
      return befall_others(fault);
  }
}

void Simulation::befall_node(const Fault& fault, const std::string& name) {
  const auto found = nodes_.find(name);
  if (found == nodes_.end()) return tell(words(fault.kind) + std::string(": nobody, for it does not run"));
  tell(words(fault.kind) + (": " + name));
  switch (fault.kind) {
    case Kind::kLeaderCrashes:
    case Kind::kNodeCrashes:
      kill_node(name);
      return until_over(fault, name + " starts again", [this, name] { start_node(name); });
    case Kind::kLeaderPauses:
    case Kind::kNodePauses:
      if (found->second->paused()) return;
      found->second->pause();
      network_.node_paused(*found->second);
      return until_over(fault, name + " goes on", [node = std::weak_ptr(found->second)] {
        if (const auto there = node.lock()) there->go_on();
      });
    case Kind::kLeaderLosesLog:
    case Kind::kNodeLosesABroker:
      if (found->second->paused()) return;
      if (fault.kind == Kind::kLeaderLosesLog) {
        log_.cut_off(name);
      } else {
        log_.cut_off(name, pick(fault, options_.brokers));
      }
      return until_over(fault, name + " reaches the brokers again", [this, name] {
        const auto there = nodes_.find(name);
        if (there == nodes_.end() || !there->second->paused()) log_.reconnect(name);
      });
    case Kind::kNodeLosesClients:
      network_.part(name);
      return until_over(fault, name + " is reached again", [this, name] { network_.reach(name); });
    default:
      return come_and_go(name, time_.wall() + fault.lasts);
  }
}

void Simulation::come_and_go(const std::string& name, TimeMs until) {
  const auto found = nodes_.find(name);
  if (found == nodes_.end() || found->second->paused() || time_.wall() > until) return;
  found->second->leave();
  time_.after(kFlush, [this, name, node = std::weak_ptr(found->second), until] {
    const auto there = nodes_.find(name);
    if (there == nodes_.end() || there->second != node.lock()) return;
    kill_node(name);
    time_.after(kStartTakes, [this, name, until] {
      start_node(name);
      time_.after(kStartTakes, [this, name, until] { come_and_go(name, until); });
    });
  });
}

void Simulation::befall_broker(const Fault& fault) {
  const std::size_t broker = pick(fault, options_.brokers);
  const std::string name = "broker " + std::to_string(broker);
  tell(words(fault.kind) + (": " + name));
  switch (fault.kind) {
    case Kind::kBrokerCrashes:
      log_.crash_broker(broker);
      return until_over(fault, name + " starts again", [this, broker] { log_.restart_broker(broker); });
    case Kind::kBrokerIsSlow:
      log_.slow_broker(broker, kSlowReplica);
      return until_over(fault, name + " is quick again", [this, broker] { log_.slow_broker(broker, {2}); });
    case Kind::kBrokerDiskFull:
      log_.fill_disk(broker, true);
      return until_over(fault, name + " has room again", [this, broker] { log_.fill_disk(broker, false); });
    case Kind::kBrokersPart: {
      const std::size_t other = (broker + 1) % options_.brokers;
      if (other == broker) return;
      log_.part_brokers(broker, other, true);
      return until_over(fault, name + " reaches broker " + std::to_string(other) + " again",
                        [this, broker, other] { log_.part_brokers(broker, other, false); });
    }
    default: {
      const DurationMs step{static_cast<std::int64_t>((fault.pick >> 16) % kSmallStepMs)};
      log_.set_broker_clock(broker, either_way(fault, fault.kind == Kind::kBrokerClockSteps ? step : kHour));
      return until_over(fault, name + "'s clock is right again",
                        [this, broker] { log_.set_broker_clock(broker, {0}); });
    }
  }
}

void Simulation::befall_others(const Fault& fault) {
  const std::string intake = "intake " + std::to_string(1 + pick(fault, options_.intakes));
  tell(words(fault.kind));
  switch (fault.kind) {
    case Kind::kIntakeCrashes:
      return crash_intake(intake, fault.lasts);
    case Kind::kIntakeWaits:
      return keep_intake_waiting(fault, intake);
    case Kind::kIntakeLosesABroker:
      log_.cut_off(intake, pick(fault, options_.brokers));
      return until_over(fault, intake + " reaches the brokers again", [this, intake] { log_.reconnect(intake); });
    case Kind::kIntakeClockSteps:
      intake_clock_.set_ahead(either_way(fault, kHour));
      return until_over(fault, "the intakes' clock is right again", [this] { intake_clock_.set_ahead({0}); });
    case Kind::kHotlineLosesBrokers:
      log_.cut_off("hotline");
      return until_over(fault, "the hotline reaches the brokers again", [this] { log_.reconnect("hotline"); });
    case Kind::kHotlineRepeats:
      return publish_again();
    case Kind::kProducerStartsAnew:
      log_.start_producer_anew("hotline");
      if (coin(fault)) log_.start_producer_anew(intake);
      return start_producer_anew(names_[pick(fault, names_.size())], time_.wall() + fault.lasts);
    case Kind::kConnectionsBreak:
      return network_.break_all();
    case Kind::kNetworkIsSlow:
      network_.slow(kSlowNetwork);
      return until_over(fault, "the clients' network is quick again", [this] { network_.slow(Network::kUsualDelay); });
    case Kind::kUnitsRepeat:
      crews_.repeat(true);
      return until_over(fault, "units repeat nothing any more", [this] { crews_.repeat(false); });
    case Kind::kSnapshotSpoilt:
      return spoil_snapshot(fault);
    default:
      return;
  }
}

// Again and again: at one moment there is hardly anything under way.
void Simulation::start_producer_anew(const std::string& node, TimeMs until) {
  if (time_.wall() > until) return;
  log_.start_producer_anew(node);
  time_.after(kAnewAgain, [this, node, until] { start_producer_anew(node, until); });
}

void Simulation::crash_intake(const std::string& name, DurationMs away) {
  if (!intakes_.contains(name)) return;
  log_.kill(name);
  intakes_.erase(name);
  time_.after(away, [this, name] {
    tell(name + " starts again");
    start_intake(name);
  });
}

// The disk that is full is that of the broker on which the region's log depends: where others lead the source topic,
// and keep the group, the intake reads and commits on.
void Simulation::keep_intake_waiting(const Fault& fault, const std::string& intake) {
  const auto broker = log_.leader(log::Topic::kLog, log::partition_of(kRegion, log_.partitions(log::Topic::kLog)));
  if (!broker) return;
  log_.fill_disk(*broker, true);
  const bool dies = coin(fault);
  const std::string then = dies ? " dies while it waits for broker " : " gives up what waits for broker ";
  until_over(fault, intake + then + std::to_string(*broker), [this, dies, intake, broker] {
    if (dies) {
      crash_intake(intake, kStartTakes);
    } else {
      log_.start_producer_anew(intake);
    }
    log_.fill_disk(*broker, false);
  });
}

// One of the records written last: those that a node begins from.
void Simulation::spoil_snapshot(const Fault& fault) {
  const auto partition = static_cast<std::int32_t>(pick(fault, static_cast<std::size_t>(options_.log_partitions)));
  const std::int64_t end = log_.standing(log::Topic::kSnapshots, partition);
  if (end == 0) return tell("there is no snapshot yet");
  const std::int64_t back = static_cast<std::int64_t>((fault.pick >> 16) % kSpoilt);
  log_.spoil(log::Topic::kSnapshots, partition, std::max<std::int64_t>(0, end - 1 - back), [&](std::string& value) {
    if (value.empty()) return;
    const std::size_t at = static_cast<std::size_t>(fault.pick >> 24) % value.size();
    if (coin(fault)) {
      value[at] = static_cast<char>(value[at] ^ (1 << (fault.pick >> 1 & 7U)));
    } else {
      value.resize(at);
    }
  });
}

void Simulation::publish_again() {
  for (std::int32_t partition = 0; partition < options_.source_partitions; ++partition) {
    const auto& records = log_.records(log::Topic::kIncidents, partition);
    const auto end = static_cast<std::int64_t>(records.size());
    for (int i = 0; i < kRepeats; ++i) {
      for (std::int64_t at = std::max<std::int64_t>(0, end - kRepeatedRecords); at < end; ++at) {
        const auto& record = records[static_cast<std::size_t>(at)];
        hotline_writer_->append(log::Topic::kIncidents, partition, record.key, record.value, {});
      }
    }
  }
}

}  // namespace dispatch135::simulation
