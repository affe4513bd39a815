// What the regions of one partition have in common.
#pragma once

#include <cstdint>
#include <functional>

#include "dispatch135/v1/log.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/city/micro_grids.h"
#include "engine/core/decision_list.h"
#include "engine/core/reject.h"
#include "engine/core/timers.h"

namespace dispatch135::core {

struct Shared {
  explicit Shared(std::uint32_t partition_number) : partition(partition_number), decisions(partition_number) {}

  // Ids carry the partition in their upper 16 bits, so that they are unique in the whole system.
  std::uint64_t id_here(std::uint64_t count) const { return std::uint64_t{partition} << 48 | count; }

  std::uint32_t partition;
  TimeMs now;                     // Log time.
  std::uint64_t record = 0;       // Offset of the record that is being applied; a held one has its own still.
  std::uint64_t assignments = 0;  // Made so far.
  std::uint64_t requests = 0;     // To neighbours, made so far.
  DecisionList decisions;
  Timers timers;
  // The file of micro-grids with this fingerprint, which can_apply() has seen to be here.
  std::function<const city::MicroGrids*(std::uint64_t)> micro_grids;
  std::uint32_t behaviour = 0;  // The level in force; see activate_behaviour().
};

// The newest level of behaviour that this engine knows (docs/formats/behaviour.md).
inline constexpr std::uint32_t kNewestBehaviour = 1;

// Puts a level in force that this engine knows; refused when it is below the one in force.
Outcome activate_behaviour(const v1::BehaviourActivated& record, Shared& shared);

}  // namespace dispatch135::core
