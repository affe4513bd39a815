#include "engine/core/cover_moves.h"

#include "engine/base/check.h"

namespace dispatch135::core {

CoverMove& CoverMoves::add(UnitIndex unit) {
  D135_CHECK(!of_unit_.contains(unit), "a unit covers one place at a time");
  CoverMove& move = by_id_[++count_];
  move.id = count_;
  move.unit = unit;
  of_unit_[unit] = count_;
  return move;
}

CoverMove* CoverMoves::find(std::uint64_t id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

CoverMove* CoverMoves::of(UnitIndex unit) {
  const auto found = of_unit_.find(unit);
  return found == of_unit_.end() ? nullptr : &by_id_.at(found->second);
}

const CoverMove* CoverMoves::of(UnitIndex unit) const {
  const auto found = of_unit_.find(unit);
  return found == of_unit_.end() ? nullptr : &by_id_.at(found->second);
}

void CoverMoves::erase(std::uint64_t id) {
  const auto found = by_id_.find(id);
  D135_CHECK(found != by_id_.end(), "only what is there is erased");
  of_unit_.erase(found->second.unit);
  by_id_.erase(found);
}

std::string CoverMoves::misfit() const {
  std::map<UnitIndex, std::uint64_t> of_unit;
  for (const auto& [id, move] : by_id_) {
    if (move.id != id || id > count_ || !of_unit.emplace(move.unit, id).second) {
      return "a move under another's id, or a second one of its unit";
    }
  }
  return of_unit == of_unit_ ? "" : "moves of units that are not the moves there are";
}

bool CoverMoves::rests(UnitIndex unit, TimeMs now) const {
  const auto found = rests_until_.find(unit);
  return found != rests_until_.end() && found->second > now;
}

void CoverMoves::forget_rested(TimeMs now) {
  rests_until_.erase_if([&](const auto& entry) { return entry.second <= now; });
}

}  // namespace dispatch135::core
