// The whole system in one thread on virtual time: hotlines, intakes, dispatchd, all field units and two consoles, on a
// log in memory with brokers of its own. Everything that runs is the code of production behind its seams; only the log,
// the network and the processes around it are simulated. All chance comes from one seed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/fieldsim/publisher.h"
#include "services/intake/city_regions.h"
#include "services/intake/router.h"
#include "tests/engine/core/world.h"
#include "tests/engine/map_fixture.h"
#include "tests/simulation/console.h"
#include "tests/simulation/crews.h"
#include "tests/simulation/faults.h"

namespace dispatch135::simulation {

struct Options {
  std::uint64_t seed = 1;
  std::size_t incidents = 1'000;  // Reports, without repetitions.
  double rate_per_s = 0.4;
  std::uint32_t units = 60;
  std::size_t nodes = 2;
  std::size_t intakes = 1;
  std::size_t brokers = 1;  // With three, an append needs two.
  std::int32_t source_partitions = 2;
  std::int32_t log_partitions = 2;
  double repeated_share = 0.1;       // Of the reports the hotline sends again by itself.
  double silent_share = 0.005;       // Of the orders, after which a unit says nothing for a while.
  double connection_s = 300;         // A connection lasts so long on average.
  DurationMs hotline_ahead{0};       // Its clock.
  DurationMs hotline_begins{5'000};  // Before city and policy are in force events are held.
  DurationMs nodes_begin{0};         // Intake works before them.
  bool snapshots = false;            // Are taken, and nodes begin from them.
  std::vector<Fault> faults;
};

// A whole trial by seed: size, shape and faults.
Options swarm_options(std::uint64_t seed);

class Simulation {
 public:
  explicit Simulation(const Options& options);
  void start();
  void run_for(DurationMs duration);
  // The last fault is over after so long.
  DurationMs faults_end() const;
  // The hotline has published all, and knows it.
  bool published() const { return publisher_.drained() && diary_.reports >= options_.incidents; }
  // From now on nothing goes wrong and nobody gives commands.
  void calm();

  const Options& options() const { return options_; }
  const log::MemoryLog& log() const { return log_; }
  const city::City& city() const { return city_.city(); }
  const core::CityCatalog& cities() const { return cities_; }
  const std::vector<fieldsim::DiaryEntry>& diary() const { return diary_.entries; }
  // The nodes that run, by name.
  const std::map<std::string, std::shared_ptr<EngineNode>>& nodes() const { return nodes_; }
  const Consoles& consoles() const { return consoles_; }
  const Crews& crews() const { return crews_; }
  std::size_t reports() const { return diary_.reports; }
  TimeMs now() const { return time_.wall(); }
  DurationMs lasted() const { return time_.wall() - began_; }
  // What the faults did, for people: "leader a crashes at 1250 s".
  const std::vector<std::string>& story() const { return story_; }
  // Promises that were seen broken as it happened.
  const std::vector<std::string>& findings() const { return findings_; }
  // How often each kind of fault befell somebody.
  const std::map<FaultKind, std::size_t>& befallen() const { return befallen_; }
  // Records that the log may have decided late by no fault of a leader: it could not be written, or its clock jumped.
  bool may_be_late(const log::MemoryLog::Stored& record) const;
  void tell(const std::string& what);
  // The node that the group names for the region's partition.
  std::string leader() const;
  // That the node led the partition then, or a little before: what it had appended then may have waited for a broker.
  bool led(const std::string& node, std::int32_t partition, TimeMs when) const;

  static constexpr RegionId kRegion = core::testing::kRegion;

 private:
  struct ReportDiary final : fieldsim::MemoryDiary {
    void write(const fieldsim::DiaryEntry& entry) override;
    std::size_t reports = 0;  // Acknowledged by the broker, without repetitions.
  };
  struct Intake {
    Intake(Simulation& simulation, const std::string& node);
    std::unique_ptr<log::Writer> writer;
    intake::RouterObserver observer;
    intake::IntakeRouter router;
    std::unique_ptr<log::GroupMember> member;
  };

  void start_nodes();
  void start_node(const std::string& name);
  void kill_node(const std::string& name);
  void find(const std::string& finding);
  void note_term(const std::string& node, std::int32_t partition, bool begins);
  void start_intake(const std::string& name);
  void retry_intakes();
  void publish();
  // befall.cc: what each fault does.
  void befall(const Fault& fault);
  void befall_node(const Fault& fault, const std::string& name);
  void befall_others(const Fault& fault);
  void befall_broker(const Fault& fault);
  void come_and_go(const std::string& name, TimeMs until);
  void start_producer_anew(const std::string& node, TimeMs until);
  void crash_intake(const std::string& name, DurationMs away);
  void keep_intake_waiting(const Fault& fault, const std::string& intake);
  void publish_again();
  void spoil_snapshot(const Fault& fault);
  void until_over(const Fault& fault, const std::string& then, std::function<void()> work);

  Options options_;
  std::vector<std::string> names_;  // Of the nodes.
  VirtualTime time_;
  TimeMs began_;
  const testing::BuiltCity& city_;
  core::testing::OneCity cities_;
  intake::CityRegions regions_;
  log::MemoryLog log_;
  ReportDiary diary_;
  fieldsim::Stats stats_;
  Network network_;
  Crews crews_;
  Consoles consoles_;
  fieldsim::Hotline hotline_;
  std::unique_ptr<log::Writer> hotline_writer_;
  fieldsim::Publisher publisher_;
  ProcessClock intake_clock_;
  std::map<std::string, std::unique_ptr<Intake>> intakes_;
  std::map<std::string, std::shared_ptr<EngineNode>> nodes_;
  std::uint64_t processes_ = 0;  // Started so far.
  std::vector<std::string> story_;
  std::vector<std::string> findings_;
  std::map<FaultKind, std::size_t> befallen_;
  struct Term {
    TimeMs from;
    std::optional<TimeMs> until;
  };
  std::map<std::pair<std::string, std::int32_t>, std::vector<Term>> terms_;  // Of leaders, by node and partition.
  std::vector<std::pair<TimeMs, TimeMs>> troubled_;                          // When a fault held, by the true clock.
};

}  // namespace dispatch135::simulation
