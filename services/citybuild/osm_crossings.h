// What stands on streets: signals, signs, crossings, barriers. Rules by
// https://wiki.openstreetmap.org/wiki/Key:crossing, Tag:highway=traffic_signals, Key:traffic_calming and Key:barrier;
// the times are the profiles'.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/road/network.h"
#include "services/citybuild/osm_rules.h"
#include "services/citybuild/profile.h"

namespace dispatch135::citybuild {

// For which direction of the way that a node is on.
enum class Facing : std::uint8_t {
  kBoth,
  kForward,
  kBackward,
  kNearerEnd,  // Whoever travels towards the nearer end of the street: a sign that does not say, a signal's stop line.
};

struct Crossing {
  road::PerKind<std::uint32_t> extra_ms = {};  // road::kNoEntry: nobody of this kind gets past.
  Facing facing = Facing::kBoth;
  bool signals = false;  // Lights for the traffic of a junction.

  bool closes(std::size_t kind) const { return extra_ms[kind] == road::kNoEntry; }
  bool closes_any() const;
};

// Nothing: nothing that matters stands there.
std::optional<Crossing> judge_node(const TagLookup& tags, const Profiles& profiles);

}  // namespace dispatch135::citybuild
