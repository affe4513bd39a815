// The whole system in one thread on virtual time: hotlines, intake, two dispatchd, all field units and two consoles, on
// a log in memory. Everything that runs is the code of production behind its seams; only the log, the network and the
// processes around it are simulated. All chance comes from one seed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "services/fieldsim/publisher.h"
#include "services/intake/city_regions.h"
#include "services/intake/router.h"
#include "tests/engine/core/world.h"
#include "tests/engine/map_fixture.h"
#include "tests/simulation/console.h"
#include "tests/simulation/crews.h"

namespace dispatch135::simulation {

// Something bad, at some time after the start.
struct Fault {
  enum class Kind : std::uint8_t {
    kLeaderCrashes,   // kill -9; started again on an empty state.
    kLeaderPauses,    // SIGSTOP; goes on as if nothing had happened.
    kLeaderLosesLog,  // The broker is out of its reach, units and consoles are not.
    kFollowerCrashes,
    kIntakeCrashes,
  };
  Kind kind = Kind::kLeaderCrashes;
  DurationMs at;
  DurationMs lasts;
};

struct Options {
  std::uint64_t seed = 1;
  std::size_t incidents = 1'000;  // Reports, without repetitions.
  double rate_per_s = 0.4;
  std::uint32_t units = 60;
  std::vector<Fault> faults;
};

// Faults of every kind, one after another, over the time in which the incidents come.
std::vector<Fault> random_faults(std::uint64_t seed, DurationMs over);

class Simulation {
 public:
  explicit Simulation(const Options& options);
  // Until the reports are published, everything that can end has ended, and all is quiet.
  void run();

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

  void start_node(const std::string& name);
  void kill_node(const std::string& name);
  void start_intake();
  void kill_intake();
  void retry_intake();
  void publish();
  void befall(const Fault& fault);
  void run_for(DurationMs duration);
  bool all_ended() const;
  std::string leader() const;
  void tell(const std::string& what);

  Options options_;
  VirtualTime time_;
  TimeMs began_;
  testing::BuiltCity city_;
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
  std::unique_ptr<Intake> intake_;
  std::map<std::string, std::shared_ptr<EngineNode>> nodes_;
  std::uint64_t processes_ = 0;  // Started so far.
  std::vector<std::string> story_;
};

}  // namespace dispatch135::simulation
