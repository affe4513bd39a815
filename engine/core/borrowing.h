// What an incident has from neighbours, and what it is when it is a neighbour's itself. Knows no regions and no
// decisions; region_borrowing.cc and region_lending.cc hold the conversation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/neighbours.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"

namespace dispatch135::core {

// Neighbours' units of one incident, from the request to their end, and who said no lately.
class Borrowing {
 public:
  const std::vector<v1::BorrowedUnit>& all() const { return units_; }
  v1::BorrowedUnit* find(std::uint64_t request);
  void add(v1::BorrowedUnit unit) { units_.push_back(std::move(unit)); }
  void remove(std::uint64_t request);

  // Granted and still at it.
  bool any_granted() const {
    return any([](const v1::BorrowedUnit& unit) { return unit.has_unit(); });
  }
  bool any_on_scene() const {
    return any([](const v1::BorrowedUnit& unit) { return unit.on_scene_at_ms() != 0; });
  }
  // For a place of the plan (from 1; 0: beside the plan): asked for and not answered, granted, on scene.
  std::uint32_t asked(std::uint32_t plan_entry) const;
  std::uint32_t granted(std::uint32_t plan_entry) const;
  std::uint32_t on_scene(std::uint32_t plan_entry) const;
  // The furthest that a granted one has come; ACTIVE: there is none.
  v1::IncidentStatus furthest() const;
  // Granted ones give their places of the plan up, to be fitted into another.
  void leave_plan();
  std::vector<v1::BorrowedUnit>& units() { return units_; }

  // This region is not asked again for the incident until then.
  void turn_down(RegionId region, TimeMs until);
  bool turned_down(RegionId region, TimeMs now) const;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("units", x.units_);
    a("turned_down", x.turned_down_);
  }

 private:
  struct TurnedDown {
    RegionId region;
    TimeMs until;

    template <typename Archive, typename Self>
    static void fields(Archive& a, Self& x) {
      a("region", x.region);
      a("until", x.until);
    }
  };
  template <typename Is>
  bool any(Is is) const {
    return count(is) != 0;
  }
  template <typename Is>
  std::uint32_t count(Is is) const {
    std::uint32_t sum = 0;
    for (const v1::BorrowedUnit& unit : units_) sum += is(unit) ? 1 : 0;
    return sum;
  }

  std::vector<v1::BorrowedUnit> units_;  // By request.
  std::vector<TurnedDown> turned_down_;
};

// Of an incident that is another region's, for which one unit is lent.
struct Lent {
  v1::Loan shown;
  v1::NeighbourUnit told;  // What the asker knows of the unit; has no unit_id before the grant.
  v1::AssignmentEnded::Reason left = v1::AssignmentEnded::REASON_UNSPECIFIED;  // Why the unit has left it.
  bool over = false;                                                           // The asker knows, or wanted it.

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("shown", x.shown);
    a("told", x.told);
    a("left", x.left);
    a("over", x.over);
  }
};

// What the asker is told of the end of an assignment.
v1::NeighbourReturn::Reason return_reason(v1::AssignmentEnded::Reason reason);

}  // namespace dispatch135::core
