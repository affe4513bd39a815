#include "engine/core/safety_check.h"

namespace dispatch135::core {

void SafetyCheck::hash(StateHasher& hasher) const {
  hasher.add(id);
  hasher.add(static_cast<int>(cause));
  hasher.add(incident.value());
  hasher.add(asked_at.since_epoch);
  hasher.add(answer_by.since_epoch);
  hasher.add(word_at.since_epoch);
  hasher.add(order);
  hasher.add(escalated);
  hasher.add(reinforced);
}

}  // namespace dispatch135::core
