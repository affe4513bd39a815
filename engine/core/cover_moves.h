// Units that cover a post that is not their own, and proposals that they should.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/coverage/zones.h"
#include "engine/state/tracked.h"

namespace dispatch135::core {

struct CoverMove {
  std::uint64_t id = 0;
  UnitIndex unit;
  PostIndex post;
  coverage::ZoneIndex zone;  // Of the post.
  bool ordered = false;      // False: proposed.
  bool by_hand = false;      // A dispatcher chose it: only he ends it.
  TimeMs since;
  TimeMs lapses_at;  // Of a proposal.
  DurationMs drive;
  std::int64_t gain_ppm = 0;
  std::string by;  // Operator; empty: the policy.

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("id", x.id);
    a("unit", x.unit);
    a("post", x.post);
    a("zone", x.zone);
    a("ordered", x.ordered);
    a("by_hand", x.by_hand);
    a("since", x.since);
    a("lapses_at", x.lapses_at);
    a("drive", x.drive);
    a("gain_ppm", x.gain_ppm);
    a("by", x.by);
  }
};

// At most one for each unit.
class CoverMoves {
 public:
  CoverMove& add(UnitIndex unit);  // With the next id.
  CoverMove* find(std::uint64_t id);
  CoverMove* of(UnitIndex unit);
  const CoverMove* of(UnitIndex unit) const;
  void erase(std::uint64_t id);
  const state::TrackedMap<std::uint64_t, CoverMove>& all() const { return by_id_; }

  // Until then the unit is not moved by the policy.
  void let_rest(UnitIndex unit, TimeMs until) { rests_until_[unit] = until; }
  bool rests(UnitIndex unit, TimeMs now) const;
  void forget_rested(TimeMs now);

  // What of it cannot be; empty: nothing.
  std::string misfit() const;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("count", x.count_);
    a("by_id", x.by_id_);
    a.derived("of_unit", x.of_unit_);
    a("rests_until", x.rests_until_);
  }

 private:
  std::uint64_t count_ = 0;
  state::TrackedMap<std::uint64_t, CoverMove> by_id_;
  std::map<UnitIndex, std::uint64_t> of_unit_;
  state::TrackedMap<UnitIndex, TimeMs> rests_until_;
};

}  // namespace dispatch135::core
