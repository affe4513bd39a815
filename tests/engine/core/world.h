// A region core with its city and policy in force, and short words for the records that tests feed it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dispatch135/v1/log.pb.h"
#include "engine/city/city.h"
#include "engine/city/draft.h"
#include "engine/core/engine.h"
#include "tests/golden/golden_log.h"

namespace dispatch135::core::testing {

inline constexpr RegionId kRegion = RegionId(320200);

// One minute for railway stations, three for malls, five for the rest; the acknowledgement is due after 30 s, silence
// begins at 60 s, positions are stale after 120 s, a unit may be asked again after 90 s; turnout 10 s at stations, 5 s
// at rapid-response points, 0 at outposts.
v1::Policy test_policy();

// The engine as it comes back from its own bytes; the process stops when it does not, or is another one then.
Engine reloaded(const Engine& engine, std::uint32_t partition, const CityCatalog& catalog);

// Finds one city in memory.
class OneCity : public CityCatalog {
 public:
  explicit OneCity(const city::City& city, const city::MicroGrids* grids = nullptr) : city_(&city), grids_(grids) {}
  const city::City* find(CityFingerprint fingerprint) const override {
    return fingerprint == city_->fingerprint() ? city_ : nullptr;
  }
  const city::MicroGrids* micro_grids(city::GridsFingerprint fingerprint) const override {
    return grids_ != nullptr && fingerprint == grids_->fingerprint() ? grids_ : nullptr;
  }

 private:
  const city::City* city_;
  const city::MicroGrids* grids_;
};

class World {
 public:
  // Without a policy the city is not in force either; activate_city() and activate_policy() bring them.
  // `grids` must outlive it.
  explicit World(const city::CityDraft& draft, const std::optional<v1::Policy>& policy = test_policy(),
                 const city::MicroGrids* grids = nullptr, RegionId region = kRegion, std::uint32_t partition = 0);

  using Decisions = std::vector<v1::Decision>;
  // Applies the record at the next offset and the present time.
  Decisions apply(v1::LogRecord record);
  Decisions activate_city();
  Decisions activate_policy(const v1::Policy& policy = test_policy());
  // Time passes: a tick at every timer on the way, as the leader would append them. Gives what was decided meanwhile.
  Decisions later_ms(std::int64_t ms);
  Decisions later_s(std::int64_t s) { return later_ms(s * 1'000); }

  // ---- hotline ----
  using Shape = std::function<void(v1::IncidentReported&)>;
  // Medium severity, residential, at the point, from the source "110".
  Decisions report(const std::string& event_id, geo::Point at, const Shape& shape = {});
  Decisions cancel(const std::string& event_id);
  Decisions move(const std::string& event_id, geo::Point to);

  // ---- units; work reports name the assignment that the unit holds now ----
  Decisions sign_on(std::uint64_t unit, const std::string& device = "device", std::uint64_t last_order_seen = 0);
  Decisions sign_off(std::uint64_t unit);
  Decisions position(std::uint64_t unit, geo::Point at, std::int64_t measured_at_ms = 0);  // 0: now
  Decisions heartbeat(std::uint64_t unit, std::uint64_t last_order_seen = 0);
  Decisions disconnect(std::uint64_t unit, const std::string& device = "device");
  Decisions acknowledge(std::uint64_t unit);
  Decisions en_route(std::uint64_t unit);
  Decisions on_scene(std::uint64_t unit);
  Decisions status(std::uint64_t unit, v1::UnitSecondaryStatus status, std::uint64_t assignment);
  Decisions decline(std::uint64_t unit);
  Decisions feedback(std::uint64_t unit);

  // ---- dispatchers ----
  Decisions command(const std::string& command_id, const std::function<void(v1::OperatorCommand&)>& fill);

  // ---- what it is ----
  v1::Unit unit(std::uint64_t id) const;
  v1::Incident incident(const std::string& event_id) const;
  std::uint64_t assignment_of(std::uint64_t unit_id) const { return unit(unit_id).assignment_id(); }

  const city::City& city() const { return *city_; }
  Engine& engine() { return *engine_; }
  RegionId region() const { return region_; }
  // All that was decided for other regions, oldest first.
  const Decisions& said() const { return said_; }
  // Sees every record from now on, with its offset, its time and what it brought about.
  std::function<void(const v1::LogRecord&, std::uint64_t, std::int64_t, const Decisions&)> watch;
  std::int64_t now_ms() const { return now_ms_; }

 private:
  v1::LogRecord record() const;

  RegionId region_;
  Decisions said_;
  std::vector<std::byte> bytes_;
  std::optional<city::City> city_;
  std::optional<OneCity> catalog_;
  std::optional<Engine> engine_;
  std::int64_t now_ms_ = 1'700'000'000'000;
  std::uint64_t offset_ = 0;
  std::uint32_t partition_;
  bool reloads_;                                      // After every record, when the environment has D135_RELOAD.
  std::unique_ptr<golden::GoldenRecorder> recorder_;  // Null: not asked for.
};

// The decisions of one kind.
World::Decisions only(const World::Decisions& decisions, v1::Decision::ChangeCase kind);
// The units that the decisions assign, in order.
std::vector<std::uint64_t> assigned_units(const World::Decisions& decisions);
// The code of the single RecordRejected; UNSPECIFIED when there is none.
v1::RejectCode rejected(const World::Decisions& decisions);
std::string reject_reason(const World::Decisions& decisions);

}  // namespace dispatch135::core::testing
