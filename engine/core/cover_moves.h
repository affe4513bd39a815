// Units that cover a post that is not their own, and proposals that they should.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "engine/base/hash.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/coverage/zones.h"

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
};

// At most one for each unit.
class CoverMoves {
 public:
  CoverMove& add(UnitIndex unit);  // With the next id.
  CoverMove* find(std::uint64_t id);
  CoverMove* of(UnitIndex unit);
  const CoverMove* of(UnitIndex unit) const;
  void erase(std::uint64_t id);
  const std::map<std::uint64_t, CoverMove>& all() const { return by_id_; }
  std::map<std::uint64_t, CoverMove>& all() { return by_id_; }

  // Until then the unit is not moved by the policy.
  void let_rest(UnitIndex unit, TimeMs until) { rests_until_[unit] = until; }
  bool rests(UnitIndex unit, TimeMs now) const;
  void forget_rested(TimeMs now);

  bool never_used() const { return count_ == 0; }
  void hash(StateHasher& hasher) const;

 private:
  std::uint64_t count_ = 0;
  std::map<std::uint64_t, CoverMove> by_id_;
  std::map<UnitIndex, std::uint64_t> of_unit_;
  std::map<UnitIndex, TimeMs> rests_until_;
};

}  // namespace dispatch135::core
