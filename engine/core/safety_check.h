// An open check on an officer: asked and not answered yet, or escalated.
#pragma once

#include <cstdint>

#include "dispatch135/v1/progress.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"

namespace dispatch135::core {

struct SafetyCheck {
  std::uint64_t id = 0;  // Count within the region.
  v1::CheckCause cause = v1::CHECK_CAUSE_UNSPECIFIED;
  IncidentId incident;  // That the unit was at; 0: none.
  TimeMs asked_at;
  TimeMs answer_by;         // Then it is escalated; 0: it was at once.
  TimeMs word_at;           // Of the officer, before the check; 0: none.
  std::uint64_t order = 0;  // Sequence of the order that asks; 0: none.
  bool escalated = false;
  bool reinforced = false;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("id", x.id);
    a("cause", x.cause);
    a("incident", x.incident);
    a("asked_at", x.asked_at);
    a("answer_by", x.answer_by);
    a("word_at", x.word_at);
    a("order", x.order);
    a("escalated", x.escalated);
    a("reinforced", x.reinforced);
  }
};

}  // namespace dispatch135::core
