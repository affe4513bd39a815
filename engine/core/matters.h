// Matters of the other loop: city services and grid matters, as the core keeps them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dispatch135/v1/matters.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/state/tracked.h"

namespace dispatch135::core {

struct Matter {
  v1::Matter shown;
  DurationMs handle_within;             // From the centre's signature.
  std::vector<std::uint32_t> given_by;  // Centres that a person gave it away from, the last one last.

  std::uint64_t id() const { return shown.matter_id(); }
  // Neither closed, nor an incident, nor cancelled.
  bool open() const;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("shown", x.shown);
    a("handle_within", x.handle_within);
    a("given_by", x.given_by);
  }
};

class Matters {
 public:
  using EventName = std::pair<std::string, std::string>;  // source, event id

  Matter& add(std::uint64_t id, const EventName& name);
  Matter* find(std::uint64_t id);
  const Matter* find(std::uint64_t id) const;
  // By the source's name of it; null: no matter bears it, or it became an incident.
  Matter* find(const EventName& name);
  // The name is an incident's from now on.
  void give_name_away(const Matter& matter) { by_event_.erase({matter.shown.source(), matter.shown.event_id()}); }
  void forget(std::uint64_t id);
  const state::TrackedMap<std::uint64_t, Matter>& all() const { return by_id_; }

  // Who sees to which.
  void set_worker(Matter& matter, UnitIndex unit, UnitId id);
  void take_worker(Matter& matter, UnitIndex unit);
  std::vector<std::uint64_t> of_worker(UnitIndex unit) const;

  void count_open(bool more) { open_ += more ? 1 : -1; }
  std::size_t open() const { return open_; }

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("by_id", x.by_id_);
    a("by_event", x.by_event_);
    a.derived("workers", x.workers_);
    a("open", x.open_);
  }

 private:
  state::TrackedMap<std::uint64_t, Matter> by_id_;  // Open ones, and ended ones until they are forgotten.
  state::TrackedMap<EventName, std::uint64_t> by_event_;
  std::set<std::pair<UnitIndex, std::uint64_t>> workers_;
  std::size_t open_ = 0;
};

}  // namespace dispatch135::core
