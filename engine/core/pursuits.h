// Incidents whose target moves: the last sighting, and what is done about it.
#pragma once

#include <map>

#include "dispatch135/v1/pursuit.pb.h"
#include "engine/base/ids.h"
#include "engine/state/tracked.h"

namespace dispatch135::core {

struct Pursuit {
  v1::Pursuit shown;  // The newest plan; after its end too, so that no number is used twice.
  bool live() const {
    return shown.state() == v1::Pursuit::STATE_PROPOSED || shown.state() == v1::Pursuit::STATE_ORDERED;
  }

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("shown", x.shown);
  }
};

// Of open incidents.
using Pursuits = state::TrackedMap<IncidentId, Pursuit>;

}  // namespace dispatch135::core
