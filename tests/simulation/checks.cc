#include "tests/simulation/checks.h"

#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "engine/base/hash.h"
#include "tests/oracle/diary.h"
#include "tests/oracle/history_checker.h"
#include "tests/simulation/record_checks.h"

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

// The records of the partition that are acknowledged, in order, with their offsets.
template <typename Take>
void for_each_standing(const Simulation& simulation, log::Topic topic, std::int32_t partition, Take take) {
  const auto& records = simulation.log().records(topic, partition);
  const std::int64_t end = simulation.log().standing(topic, partition);
  for (std::int64_t offset = 0; offset < end; ++offset) take(offset, records[static_cast<std::size_t>(offset)]);
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
  for_each_standing(simulation, log::Topic::kDecisions, partition, [&](std::int64_t, const auto& stored) {
    v1::Decision decision;
    decision.ParseFromString(stored.value);
    published.emplace(Identity{decision.id().offset(), decision.id().index()}, stored.value);
  });
  return published;
}

// What a fresh engine decides from the log, record by record.
template <typename OnRecord>
void replay(const Simulation& simulation, std::int32_t partition, OnRecord on_record) {
  core::Engine engine(static_cast<std::uint32_t>(partition), simulation.cities());
  for_each_standing(simulation, log::Topic::kLog, partition, [&](std::int64_t offset, const auto& stored) {
    v1::LogRecord record;
    record.ParseFromString(stored.value);
    on_record(stored, record, engine.apply(record, static_cast<std::uint64_t>(offset), stored.timestamp), engine);
  });
}

// A unit's n-th order is one decision of the log's, whoever sends it and however often.
void check_orders(const Simulation& simulation, std::int32_t partition, const std::set<Identity>& decided,
                  std::vector<std::string>& findings) {
  for (const auto& [order, decisions] : simulation.crews().orders()) {
    if (std::get<0>(*decisions.begin()) != static_cast<std::uint32_t>(partition)) continue;
    const std::string name = "order " + std::to_string(order.second) + " of unit " + std::to_string(order.first);
    if (decisions.size() > 1) {
      findings.push_back(name + " was sent as " + std::to_string(decisions.size()) + " decisions");
    }
    for (const auto& [of, offset, index] : decisions) {
      if (decided.contains({offset, index})) continue;
      findings.push_back(name + " was sent as " + name_of({offset, index}) + ", which no replay gives");
    }
  }
}

void check_partition(const Simulation& simulation, std::int32_t partition, Moment moment,
                     std::vector<std::string>& findings) {
  const auto published = published_decisions(simulation, partition);
  const auto engine_of = [&](const auto& node) -> const core::Engine& {
    return std::next(node.node().partitions().begin(), partition)->engine;
  };
  std::size_t agreed = 0;
  std::set<Identity> decided;
  std::uint64_t settled = 0;  // Offset from which on records may still be on their way to the nodes.
  std::uint64_t end = 0;
  RecordChecks records;
  replay(simulation, partition, [&](const auto& stored, const auto& record, const auto& decisions, const auto& engine) {
    records.on_record(record, decisions, engine);
    const bool on_its_way = moment == Moment::kAnyTime || stored.stood_at + kOnItsWay > simulation.now();
    for (const v1::Decision& decision : decisions) {
      const Identity id{decision.id().offset(), decision.id().index()};
      decided.insert(id);
      const auto same = published.find(id);
      if (same == published.end()) {
        if (!on_its_way) findings.push_back(name_of(id) + " was not published");
        continue;
      }
      ++agreed;
      if (same->second != decision.SerializeAsString()) {
        findings.push_back(name_of(id) + " was published otherwise than a replay decides it");
      }
    }
    end = engine.next_offset();
    if (!on_its_way) settled = end;
    for (const auto& [name, node] : simulation.nodes()) {
      if (engine_of(*node).next_offset() == end && engine_of(*node).state_hash() != engine.state_hash()) {
        findings.push_back("node " + name + " holds another state than a replay up to offset " + std::to_string(end));
      }
    }
  });
  findings.insert(findings.end(), records.findings().begin(), records.findings().end());
  check_orders(simulation, partition, decided, findings);
  for_each_standing(simulation, log::Topic::kDecisions, partition, [&](std::int64_t offset, const auto& stored) {
    if (simulation.led(stored.node, partition, stored.stood_at)) return;
    findings.push_back("node " + stored.node + " published decision " + std::to_string(partition) + "/" +
                       std::to_string(offset) + " without leading the partition");
  });
  if (published.size() > agreed) {
    findings.push_back(std::to_string(published.size() - agreed) + " decisions were published that no replay gives");
  }
  for (const auto& [name, node] : simulation.nodes()) {
    const std::uint64_t applied = engine_of(*node).next_offset();
    if (applied >= settled) continue;
    findings.push_back("node " + name + " has applied the log only up to " + std::to_string(applied) + " of " +
                       std::to_string(end));
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

oracle::Verdict judge(const Simulation& simulation, Moment moment) {
  oracle::HistoryChecker history;
  for (const log::Topic topic : kTopics) {
    const auto judged = judged_topic(topic);
    if (!judged) continue;
    for (std::int32_t partition = 0; partition < simulation.log().partitions(topic); ++partition) {
      for_each_standing(simulation, topic, partition, [&](std::int64_t offset, const auto& stored) {
        history.on_record({*judged, partition, offset, stored.timestamp.since_epoch, stored.value});
        if (topic == log::Topic::kLog && simulation.may_be_late(stored)) history.may_be_late({partition, offset});
      });
    }
  }
  // Units are ordered before decisions are published: those on their way count as made.
  for (std::int32_t p = 0; moment == Moment::kAnyTime && p < simulation.log().partitions(log::Topic::kLog); ++p) {
    const auto published = published_decisions(simulation, p);
    std::int64_t offset = simulation.log().standing(log::Topic::kDecisions, p);
    replay(simulation, p, [&](const auto& stored, const auto&, const auto& decisions, const auto&) {
      for (const v1::Decision& decision : decisions) {
        if (published.contains({decision.id().offset(), decision.id().index()})) continue;
        history.on_record(
            {oracle::Topic::kDecisions, p, offset++, stored.timestamp.since_epoch, decision.SerializeAsString()});
      }
    });
  }
  oracle::Verdict unreadable;
  for (const fieldsim::DiaryEntry& entry : simulation.diary()) {
    const oracle::DiaryLine line = oracle::parse_diary_line(fieldsim::to_json_line(entry));
    if (!line.error.empty()) unreadable.findings.push_back({oracle::Fault::kInput, line.error});
    if (line.entry) history.on_diary(*line.entry);
  }
  oracle::Verdict verdict = history.check();
  verdict.findings.insert(verdict.findings.end(), unreadable.findings.begin(), unreadable.findings.end());
  if (moment == Moment::kAnyTime) {
    std::erase_if(verdict.findings, [](const oracle::Finding& finding) {
      return finding.fault == oracle::Fault::kLost || finding.fault == oracle::Fault::kInput;
    });
  }
  return verdict;
}

std::vector<std::string> check_replay(const Simulation& simulation, Moment moment) {
  std::vector<std::string> findings;
  for (std::int32_t partition = 0; partition < simulation.log().partitions(log::Topic::kLog); ++partition) {
    check_partition(simulation, partition, moment, findings);
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
  if (simulation.nodes().size() != simulation.options().nodes) findings.push_back("not every node runs");
  for (const auto& [name, node] : simulation.nodes()) {
    if (!node->node().serving()) findings.push_back("node " + name + " does not serve");
  }
  if (!findings.empty()) return findings;
  for (std::int32_t partition = 0; partition < simulation.log().partitions(log::Topic::kLog); ++partition) {
    std::string leaders;
    for (const auto& [name, node] : simulation.nodes()) {
      if (std::next(node->node().partitions().begin(), partition)->leading()) leaders += " " + name;
    }
    if (leaders.size() != 2) findings.push_back("partition " + std::to_string(partition) + " is led by:" + leaders);
  }
  for (const std::uint64_t unit : simulation.crews().elsewhere(simulation.leader())) {
    findings.push_back("unit " + std::to_string(unit) + " is connected, and not to the leader");
  }
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
