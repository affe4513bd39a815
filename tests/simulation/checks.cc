#include "tests/simulation/checks.h"

#include <iterator>
#include <map>
#include <optional>

#include "engine/base/hash.h"
#include "tests/oracle/diary.h"
#include "tests/oracle/history_checker.h"

namespace dispatch135::simulation {
namespace {

constexpr log::Topic kTopics[] = {log::Topic::kIncidents, log::Topic::kAlerts,    log::Topic::kLog,
                                  log::Topic::kDecisions, log::Topic::kSnapshots, log::Topic::kRejects};

std::optional<oracle::Topic> judged_topic(log::Topic topic) {
  switch (topic) {
    case log::Topic::kIncidents:
      return oracle::Topic::kIncidents;
    case log::Topic::kAlerts:
      return oracle::Topic::kAlerts;
    case log::Topic::kLog:
      return oracle::Topic::kLog;
    case log::Topic::kDecisions:
      return oracle::Topic::kDecisions;
    case log::Topic::kRejects:
      return oracle::Topic::kRejects;
    case log::Topic::kSnapshots:
      return std::nullopt;
  }
  return std::nullopt;
}

using Identity = std::pair<std::uint64_t, std::uint32_t>;  // (offset, index)

// A record of the last moments may not have reached every node yet, nor its decisions the log.
constexpr DurationMs kOnItsWay{100};

std::string name_of(const Identity& id) {
  return "decision (" + std::to_string(id.first) + ", " + std::to_string(id.second) + ")";
}

// The first publication of each decision of the partition; repetitions are the oracle's matter.
std::map<Identity, std::string> published_decisions(const Simulation& simulation, std::int32_t partition) {
  std::map<Identity, std::string> published;
  for (const auto& stored : simulation.log().records(log::Topic::kDecisions, partition)) {
    v1::Decision decision;
    decision.ParseFromString(stored.value);
    published.emplace(Identity{decision.id().offset(), decision.id().index()}, stored.value);
  }
  return published;
}

void check_partition(const Simulation& simulation, std::int32_t partition, std::vector<std::string>& findings) {
  const auto published = published_decisions(simulation, partition);
  std::size_t decided = 0;
  core::Engine engine(static_cast<std::uint32_t>(partition), simulation.cities());
  const auto compare_states = [&] {
    for (const auto& [name, node] : simulation.nodes()) {
      const core::Engine& live = std::next(node->node().partitions().begin(), partition)->engine;
      if (live.next_offset() == engine.next_offset() && live.state_hash() != engine.state_hash()) {
        findings.push_back("node " + name + " holds another state than a replay up to offset " +
                           std::to_string(engine.next_offset()));
      }
    }
  };
  std::uint64_t settled = 0;  // Offset from which on records may still be on their way to the nodes.
  for (const auto& stored : simulation.log().records(log::Topic::kLog, partition)) {
    v1::LogRecord record;
    record.ParseFromString(stored.value);
    const bool on_its_way = stored.timestamp + kOnItsWay > simulation.now();
    for (const v1::Decision& decision : engine.apply(record, engine.next_offset(), stored.timestamp)) {
      ++decided;
      const Identity id{decision.id().offset(), decision.id().index()};
      const auto same = published.find(id);
      if (same == published.end()) {
        if (!on_its_way) findings.push_back(name_of(id) + " was not published");
      } else if (same->second != decision.SerializeAsString()) {
        findings.push_back(name_of(id) + " was published otherwise than a replay decides it");
      }
    }
    if (!on_its_way) settled = engine.next_offset();
    compare_states();
  }
  if (published.size() > decided) {
    findings.push_back(std::to_string(published.size() - decided) + " decisions were published that no replay gives");
  }
  for (const auto& [name, node] : simulation.nodes()) {
    const core::Engine& live = std::next(node->node().partitions().begin(), partition)->engine;
    if (live.next_offset() >= settled) continue;
    findings.push_back("node " + name + " has applied the log only up to " + std::to_string(live.next_offset()) +
                       " of " + std::to_string(engine.next_offset()));
  }
}

bool somebody_could_go(const city::City& city, const v1::Incident& incident) {
  for (std::uint32_t i = 0; i < city.unit_count(); ++i) {
    const city::UnitInfo unit = city.unit(UnitIndex(i));
    const bool capable = (unit.capabilities & incident.required_capabilities()) == incident.required_capabilities();
    const bool right_kind =
        incident.required_unit_kinds() == 0 || (incident.required_unit_kinds() >> (unit.kind - 1) & 1U) != 0;
    if (capable && right_kind) return true;
  }
  return false;
}

}  // namespace

oracle::Verdict judge(const Simulation& simulation) {
  oracle::HistoryChecker history;
  for (const log::Topic topic : kTopics) {
    const auto judged = judged_topic(topic);
    if (!judged) continue;
    for (std::int32_t partition = 0; partition < simulation.log().partitions(topic); ++partition) {
      std::int64_t offset = 0;
      for (const auto& stored : simulation.log().records(topic, partition)) {
        history.on_record({*judged, partition, offset++, stored.timestamp.since_epoch, stored.value});
      }
    }
  }
  oracle::Verdict unreadable;
  for (const fieldsim::DiaryEntry& entry : simulation.diary()) {
    const oracle::DiaryLine line = oracle::parse_diary_line(fieldsim::to_json_line(entry));
    if (!line.error.empty()) unreadable.findings.push_back({oracle::Fault::kInput, line.error});
    if (line.entry) history.on_diary(*line.entry);
  }
  oracle::Verdict verdict = history.check();
  verdict.findings.insert(verdict.findings.end(), unreadable.findings.begin(), unreadable.findings.end());
  return verdict;
}

std::vector<std::string> check_replay(const Simulation& simulation) {
  std::vector<std::string> findings;
  for (std::int32_t partition = 0; partition < simulation.log().partitions(log::Topic::kLog); ++partition) {
    check_partition(simulation, partition, findings);
  }
  return findings;
}

std::vector<std::string> check_consoles(const Simulation& simulation) {
  const Consoles& consoles = simulation.consoles();
  std::vector<std::string> findings = consoles.findings();
  const v1::RegionSnapshot snapshot =
      simulation.nodes().begin()->second->engine(Simulation::kRegion).snapshot(Simulation::kRegion);
  for (std::size_t i = 0; i < consoles.size(); ++i) {
    for (const std::string& difference : consoles.view(i).differences(snapshot)) {
      findings.push_back("console " + std::to_string(i) + ": " + difference);
    }
  }
  if (consoles.waiting() > 0) findings.push_back(std::to_string(consoles.waiting()) + " commands were not answered");
  return findings;
}

std::vector<std::string> check_ends(const Simulation& simulation) {
  std::vector<std::string> findings;
  const core::Engine& engine = simulation.nodes().begin()->second->engine(Simulation::kRegion);
  const v1::RegionSnapshot snapshot = engine.snapshot(Simulation::kRegion);
  for (const v1::Incident& incident : snapshot.incidents()) {
    if (!somebody_could_go(simulation.city(), incident)) continue;
    findings.push_back("still open: " + incident.ShortDebugString());
  }
  if (simulation.crews().connected() != simulation.crews().size()) {
    findings.push_back("only " + std::to_string(simulation.crews().connected()) + " units are signed on");
  }
  return findings;
}

std::uint64_t digest(const Simulation& simulation) {
  StateHasher hasher;
  for (const log::Topic topic : kTopics) {
    for (std::int32_t partition = 0; partition < simulation.log().partitions(topic); ++partition) {
      for (const auto& stored : simulation.log().records(topic, partition)) {
        hasher.add(static_cast<std::uint64_t>(stored.timestamp.since_epoch));
        hasher.add(stored.key);
        hasher.add(stored.value);
        hasher.add(stored.node);
      }
    }
  }
  for (const fieldsim::DiaryEntry& entry : simulation.diary()) hasher.add(fieldsim::to_json_line(entry));
  return hasher.value();
}

}  // namespace dispatch135::simulation
