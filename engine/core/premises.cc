#include "engine/core/premises.h"

#include <set>
#include <string>

#include "engine/base/limits.h"

namespace dispatch135::core {
namespace {

Outcome text(const std::string& field, const std::string& value, std::size_t least, std::size_t most) {
  if (value.size() >= least && value.size() <= most) return {};
  return Reject{value.empty() ? v1::REJECT_CODE_MISSING_FIELD : v1::REJECT_CODE_OUT_OF_RANGE,
                "premise." + field + " has " + std::to_string(value.size()) + " bytes; it must have " +
                    std::to_string(least) + " to " + std::to_string(most)};
}

template <typename List>
Outcome texts(const std::string& field, const List& list, std::size_t most) {
  if (static_cast<std::size_t>(list.size()) > most) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "premise." + field + " has " + std::to_string(list.size()) +
                                                    " entries; at most " + std::to_string(most) + " are taken"};
  }
  for (const std::string& entry : list) {
    if (Outcome refused = text(field, entry, 1, limits::kPremiseNameBytes)) return refused;
  }
  return {};
}

}  // namespace

Outcome malformed(const v1::Premise& premise) {
  if (premise.premise_id() == 0) return Reject{v1::REJECT_CODE_MISSING_FIELD, "premise.premise_id is missing"};
  if (Outcome refused = text("name", premise.name(), 1, limits::kPremiseNameBytes)) return refused;
  if (!premise.has_position()) return Reject{v1::REJECT_CODE_MISSING_FIELD, "premise.position is missing"};
  if (!v1::PlaceClass_IsValid(premise.place_class()) || premise.place_class() == v1::PLACE_CLASS_UNSPECIFIED) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE, "premise.place_class must be a known, specified class"};
  }
  if (static_cast<std::size_t>(premise.alarm_points_size()) > limits::kPremiseAlarmPoints) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "premise.alarm_points has more than 64 entries"};
  }
  std::set<std::uint64_t> points;
  for (const std::uint64_t point : premise.alarm_points()) {
    if (point == 0 || !points.insert(point).second) {
      return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "premise.alarm_points holds 0, or one point twice"};
    }
  }
  if (Outcome refused = texts("hazards", premise.hazards(), limits::kPremiseHazards)) return refused;
  if (Outcome refused = texts("contacts", premise.contacts(), limits::kPremiseContacts)) return refused;
  if (Outcome refused = text("keys", premise.keys(), 0, limits::kReasonBytes)) return refused;
  return text("notes", premise.notes(), 0, limits::kPremiseNotesBytes);
}

const v1::Premise* Premises::rival(const v1::Premise& premise) const {
  for (const std::uint64_t point : premise.alarm_points()) {
    const v1::Premise* holder = of_alarm_point(point);
    if (holder != nullptr && holder->premise_id() != premise.premise_id()) return holder;
  }
  return nullptr;
}

void Premises::put(const v1::Premise& premise) {
  remove(premise.premise_id());
  premises_.emplace(premise.premise_id(), premise);
  for (const std::uint64_t point : premise.alarm_points()) of_alarm_point_.emplace(point, premise.premise_id());
}

void Premises::remove(std::uint64_t premise_id) {
  const auto found = premises_.find(premise_id);
  if (found == premises_.end()) return;
  for (const std::uint64_t point : found->second.alarm_points()) of_alarm_point_.erase(point);
  premises_.erase(found);
}

const v1::Premise* Premises::find(std::uint64_t premise_id) const {
  const auto found = premises_.find(premise_id);
  return found == premises_.end() ? nullptr : &found->second;
}

const v1::Premise* Premises::of_alarm_point(std::uint64_t alarm_point) const {
  const auto found = of_alarm_point_.find(alarm_point);
  return found == of_alarm_point_.end() ? nullptr : find(found->second);
}

std::uint64_t Premises::alarm_of(IncidentId incident) const {
  const auto found = alarms_.find(incident);
  return found == alarms_.end() ? 0 : found->second;
}

}  // namespace dispatch135::core
