// Who works when: the shifts of a region's units. Knows what was published, and nothing of who signed on or is busy.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "dispatch135/v1/duty.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/core/reject.h"
#include "engine/geo/point.h"
#include "engine/state/tracked.h"

namespace dispatch135::core {

struct Break {
  TimeMs begin;
  TimeMs end;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("begin", x.begin);
    a("end", x.end);
  }
};

// From `begin` up to, not including, `end`; so are breaks.
struct Shift {
  PostIndex post;
  TimeMs begin;
  TimeMs end;
  std::vector<Break> breaks;     // In order, within the shift.
  DurationMs overtime_limit;     // 0: the policy's.
  std::vector<geo::Point> area;  // Patrol area's corners; empty: none.

  // The break that `now` falls into; null: none.
  const Break* break_at(TimeMs now) const;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("post", x.post);
    a("begin", x.begin);
    a("end", x.end);
    a("breaks", x.breaks);
    a("overtime_limit", x.overtime_limit);
    a("area", x.area);
  }
};

class Roster {
 public:
  // Of a unit, by begin; those that were over when forget() was called last are gone.
  const std::vector<Shift>& of(UnitIndex unit) const;
  // The shift that it is on; null: none.
  const Shift* at(UnitIndex unit, TimeMs now) const;
  // The shift that it is on or else its next one; null: none is known.
  const Shift* at_or_after(UnitIndex unit, TimeMs now) const;
  // When a shift or a break of it begins or ends next, after `now`.
  std::optional<TimeMs> next_change(UnitIndex unit, TimeMs now) const;

  // Those of the unit that begin within [from, until) are replaced by `shifts`, which begin there too, in any order.
  // Nothing: done. Else nothing has changed, and it gives the two that would overlap.
  struct Overlap {
    Shift first;
    Shift second;
  };
  std::optional<Overlap> overlap_after(UnitIndex unit, TimeMs from, TimeMs until,
                                       const std::vector<Shift>& shifts) const;
  void replace(UnitIndex unit, TimeMs from, TimeMs until, const std::vector<Shift>& shifts);
  // Forgets the unit's shifts that are over.
  void forget(UnitIndex unit, TimeMs now);

  const state::TrackedMap<UnitIndex, std::vector<Shift>>& all() const { return shifts_; }

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("shifts", x.shifts_);
  }

 private:
  std::vector<Shift> merged(UnitIndex unit, TimeMs from, TimeMs until, const std::vector<Shift>& shifts) const;

  state::TrackedMap<UnitIndex, std::vector<Shift>> shifts_;  // By begin; no empty lists.
};

// What is wrong with the form of a roster, whatever units and posts there are; the reason names the entry. Nothing: it
// is well formed, and no unit's own entries overlap.
Outcome malformed(const v1::PublishRoster& roster);

// What is wrong with what a unit says of its crew; nothing: it can be used.
Outcome malformed(const v1::Crew& crew);

}  // namespace dispatch135::core
