// How the streets of a made-up town are travelled: speeds by profile, lights, signs.
#pragma once

#include <array>

#include "engine/city/draft.h"
#include "services/citybuild/osm_rules.h"
#include "services/citybuild/profile.h"
#include "services/citybuild/turns.h"

namespace dispatch135::citybuild {

enum class TownStreet : std::uint8_t { kMotorway, kArterial, kCollector, kLocal, kPath };
inline constexpr std::size_t kTownStreets = 5;

// Which way traffic flows.
enum class Flow : std::uint8_t { kBoth, kForward, kBackward };

class TownStreets {
 public:
  explicit TownStreets(const Profiles& profiles);

  // Gives an edge its class and speeds.
  void lay(TownStreet street, Flow flow, city::DraftEdge& edge) const;

 private:
  std::array<std::array<WayTravel, 3>, kTownStreets> travel_;  // By street and flow.
};

// Puts lights where arterials meet, with the time that they cost on the edges that end there, and forbids left turns at
// every sixth of them.
TurnPlan add_town_traffic(const Profiles& profiles, city::CityDraft& draft);

}  // namespace dispatch135::citybuild
