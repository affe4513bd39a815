#include "engine/core/roster.h"

#include <algorithm>
#include <string>

namespace dispatch135::core {

const Break* Shift::break_at(TimeMs now) const {
  for (const Break& pause : breaks) {
    if (pause.begin <= now && now < pause.end) return &pause;
  }
  return nullptr;
}

const std::vector<Shift>& Roster::of(UnitIndex unit) const {
  static const std::vector<Shift> kNone;
  const auto found = shifts_.find(unit);
  return found == shifts_.end() ? kNone : found->second;
}

const Shift* Roster::at(UnitIndex unit, TimeMs now) const {
  const Shift* shift = at_or_after(unit, now);
  return shift != nullptr && shift->begin <= now ? shift : nullptr;
}

const Shift* Roster::at_or_after(UnitIndex unit, TimeMs now) const {
  for (const Shift& shift : of(unit)) {
    if (now < shift.end) return &shift;
  }
  return nullptr;
}

std::optional<TimeMs> Roster::next_change(UnitIndex unit, TimeMs now) const {
  const Shift* shift = at_or_after(unit, now);
  if (shift == nullptr) return std::nullopt;
  if (now < shift->begin) return shift->begin;
  for (const Break& pause : shift->breaks) {
    if (now < pause.begin) return pause.begin;
    if (now < pause.end) return pause.end;
  }
  return shift->end;
}

std::vector<Shift> Roster::merged(UnitIndex unit, TimeMs from, TimeMs until, const std::vector<Shift>& shifts) const {
  std::vector<Shift> all;
  for (const Shift& kept : of(unit)) {
    if (kept.begin < from || kept.begin >= until) all.push_back(kept);
  }
  all.insert(all.end(), shifts.begin(), shifts.end());
  std::sort(all.begin(), all.end(), [](const Shift& a, const Shift& b) { return a.begin < b.begin; });
  return all;
}

std::optional<Roster::Overlap> Roster::overlap_after(UnitIndex unit, TimeMs from, TimeMs until,
                                                     const std::vector<Shift>& shifts) const {
  const std::vector<Shift> all = merged(unit, from, until, shifts);
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].begin < all[i - 1].end) return Overlap{all[i - 1], all[i]};
  }
  return std::nullopt;
}

void Roster::replace(UnitIndex unit, TimeMs from, TimeMs until, const std::vector<Shift>& shifts) {
  std::vector<Shift> all = merged(unit, from, until, shifts);
  if (all.empty()) {
    shifts_.erase(unit);
  } else {
    shifts_[unit] = std::move(all);
  }
}

void Roster::forget(UnitIndex unit, TimeMs now) {
  const auto found = shifts_.find(unit);
  if (found == shifts_.end()) return;
  std::erase_if(found->second, [now](const Shift& shift) { return shift.end <= now; });
  if (found->second.empty()) shifts_.erase(found);
}

}  // namespace dispatch135::core
