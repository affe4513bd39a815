#include "engine/core/shared.h"

#include <string>

namespace dispatch135::core {

Outcome activate_behaviour(const v1::BehaviourActivated& record, Shared& shared) {
  if (record.level() < shared.behaviour) {
    return Reject{v1::REJECT_CODE_ILLEGAL_TRANSITION,
                  "behaviour level " + std::to_string(shared.behaviour) + " is in force and never goes back"};
  }
  shared.behaviour = record.level();
  *shared.decisions.add(RegionId{}).mutable_behaviour_in_force() = record;
  return {};
}

}  // namespace dispatch135::core
