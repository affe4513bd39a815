// The places with one-key alarms that a region knows, and the alarms that were raised.
#pragma once

#include <cstdint>
#include <map>

#include "dispatch135/v1/premises.pb.h"
#include "engine/base/ids.h"
#include "engine/core/reject.h"
#include "engine/state/tracked.h"

namespace dispatch135::core {

// Why its form is not as premises.proto says; nothing: it is. Where it lies is the region's to check.
Outcome malformed(const v1::Premise& premise);

class Premises {
 public:
  // The premise that another alarm point list than the premise's own would take a button from; null: none.
  const v1::Premise* rival(const v1::Premise& premise) const;
  // Adds or replaces. It must not have a rival.
  void put(const v1::Premise& premise);
  void remove(std::uint64_t premise_id);
  const v1::Premise* find(std::uint64_t premise_id) const;
  const v1::Premise* of_alarm_point(std::uint64_t alarm_point) const;
  const state::TrackedMap<std::uint64_t, v1::Premise>& all() const { return premises_; }

  // The button that opened the incident; 0: none did.
  std::uint64_t alarm_of(IncidentId incident) const;
  void note_alarm(IncidentId incident, std::uint64_t alarm_point) { alarms_.emplace(incident, alarm_point); }
  void forget(IncidentId incident) { alarms_.erase(incident); }

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("premises", x.premises_);
    a.derived("of_alarm_point", x.of_alarm_point_);
    a("alarms", x.alarms_);
  }

 private:
  state::TrackedMap<std::uint64_t, v1::Premise> premises_;  // By id.
  std::map<std::uint64_t, std::uint64_t> of_alarm_point_;   // Alarm point -> premise.
  state::TrackedMap<IncidentId, std::uint64_t> alarms_;     // Incident -> alarm point.
};

}  // namespace dispatch135::core
