// The core of one partition of dispatch.log: a pure function of the log. apply() is the only thing that changes it.
// One thread. No clock, no I/O, no randomness, no floating point; the same records give the same decisions everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch135/v1/console.pb.h"
#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/field_units.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "dispatch135/v1/snapshot.pb.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/city/city.h"
#include "engine/city/micro_grids.h"
#include "engine/core/reject.h"
#include "engine/state/shapes.h"

namespace dispatch135::core {

// The city files that this node has. Must outlive the engine.
class CityCatalog {
 public:
  virtual ~CityCatalog() = default;
  // Null: not here.
  virtual const city::City* find(CityFingerprint fingerprint) const = 0;
  // Null: not here.
  virtual const city::MicroGrids* micro_grids(city::GridsFingerprint) const { return nullptr; }
};

// Fingerprint of the file of micro-grids that the policy in the record names, whoever activates it; 0: none.
std::uint64_t micro_grids_of(const v1::LogRecord& record);

class Engine {
 public:
  Engine(std::uint32_t partition, const CityCatalog& cities);
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  // False when the record asks for a file that is not in the catalog, or for behaviour that this engine does not know:
  // it must not be applied, and this node must stop following the partition.
  bool can_apply(const v1::LogRecord& record) const;

  // Applies the record that stands at `offset` and gives what was decided, in order; valid until the next call. Total:
  // a record that cannot be used gives RecordRejected and changes nothing else. Offsets must rise. `timestamp` is the
  // broker's; log time is the largest seen. Timers that fall due by then fire first. An event (of intake) whose region
  // has no city and policy in force yet is held, and decided upon with the record that puts the policy in force.
  std::span<const v1::Decision> apply(const v1::LogRecord& record, std::uint64_t offset, TimeMs timestamp);

  // Passes over the record at `offset`, as all nodes do when it stops them: timers that fall due by then fire, and
  // RecordSkipped is decided. Whoever asks has checked that this is the record that `skip` means.
  std::span<const v1::Decision> skip(const v1::Skip& skip, std::uint64_t offset, TimeMs timestamp);

  // ---- the whole of it; docs/formats/state.md ----
  static constexpr std::uint32_t kStateFormat = state::kFormat;
  // Appends the whole state. restore() of it gives an engine that decides exactly as this one.
  void save(std::string& out) const;
  // An Error says what is wrong: cut short, of a format that is not known, of another partition, with a city file that
  // is not in the catalog. `cities` must outlive the engine.
  static Result<Engine> restore(std::uint32_t partition, const CityCatalog& cities, std::string_view bytes);
  // For people and for comparing two nodes: a line for each field, "path = value", in a fixed order.
  void dump(std::ostream& out) const;
  // What each region is decided by, by code; as in the manifest of a snapshot.
  struct Basis {
    RegionId region;
    CityFingerprint city;
    std::uint64_t policy = 0;       // XXH3-64 of the serialised policy in force; 0: none.
    std::uint64_t micro_grids = 0;  // Fingerprint of the micro-grids that the policy names; 0: none.
  };
  std::vector<Basis> basis() const;
  std::uint32_t behaviour() const;  // The level in force (docs/formats/behaviour.md).
  // Over all that decides; costs what has changed since it was asked last. From behaviour level 1 on it is decided, as
  // StateHashed, with the first record at or after each multiple of kHashedEach offsets.
  std::uint64_t state_hash() const;
  static constexpr std::uint64_t kHashedEach = 1'024;
  // The same number, with the whole state hashed anew.
  std::uint64_t walked_state_hash() const;
  // By part, as in v1::StateHashed; by name.
  std::vector<v1::PartHash> part_hashes() const;

  // ---- what it is now ----
  TimeMs now() const;                             // Log time.
  std::uint64_t next_offset() const;              // One beyond the last applied record; 0 at the start.
  std::optional<TimeMs> next_timer() const;       // When the next timer is due: a tick is needed then.
  std::size_t held_events() const;                // At most limits::kHeldEvents.
  const v1::LeaderStarted* leader() const;        // Null: none yet.
  bool has_region(RegionId region) const;         // City and policy in force.
  const city::City* city(RegionId region) const;  // Null: none in force.
  std::vector<RegionId> regions() const;          // With a city in force, by code.
  // Whose words its regions wait for: the neighbours of their policies, and those that a conversation goes on with.
  std::set<RegionId> neighbours() const;
  // The offset in dispatch.decisions of that partition up to which all that concerns these regions stands in this log;
  // nothing: none of it was read yet.
  std::optional<std::int64_t> heard_up_to(std::int32_t partition) const;

  v1::RegionSnapshot snapshot(RegionId region) const;
  std::optional<v1::Incident> incident(RegionId region, IncidentId id) const;
  std::optional<v1::Incident> incident(RegionId region, std::string_view source, std::string_view event_id) const;
  std::optional<v1::Unit> unit(RegionId region, UnitId id) const;
  std::vector<v1::Unit> units(RegionId region) const;         // All of the city file that belong to the region, by id.
  std::string_view device(RegionId region, UnitId id) const;  // That the unit is signed on from; empty: none.
  // The unit's orders with a sequence above `after`, oldest first.
  std::vector<v1::UnitOrder> orders_after(RegionId region, UnitId unit, std::uint64_t after) const;
  // The quickest way of a unit to its incident, from where it is and with the streets as they are now. Refused when
  // there is no such region or unit, the unit has no assignment, or there is no way. No part of the decisions.
  Outcome route(RegionId region, UnitId unit, v1::Route& out) const;
  // The outcome of a command that was applied; nothing: not seen, refused, or forgotten.
  std::optional<v1::CommandApplied> command(RegionId region, std::string_view command_id) const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace dispatch135::core
