// What a turn restriction of OpenStreetMap says: https://wiki.openstreetmap.org/wiki/Relation:restriction
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/citybuild/osm_rules.h"
#include "services/citybuild/profile.h"

namespace dispatch135::citybuild {

struct OsmRestriction {
  std::vector<std::int64_t> from;  // Ways; more than one for no_entry.
  std::vector<std::int64_t> to;    // Ways; more than one for no_exit.
  std::optional<std::int64_t> via_node;
  std::vector<std::int64_t> via_ways;  // Where there is no via_node.
  bool only = false;                   // only_*: every other turn is forbidden.
  std::uint32_t kinds = 0;             // Bit k: binds travel kind k.
};

// Why a restriction has no effect.
enum class RestrictionDrop : std::uint8_t {
  kConditional,  // At certain times or for certain loads only.
  kNobody,       // Binds none of the kinds of travel.
  kUnknown,      // Neither no_* nor only_*.
  kMembers,      // Not one from, one via (node, or ways) and one to.
  kNotRoads,     // Names ways or nodes that are not part of the network.
  kNotMeeting,   // Its members do not meet.
  kAmbiguous,    // A street is not cut at the junction, so that two pieces of it come into question.
};
inline constexpr std::size_t kRestrictionDrops = 7;
const char* to_text(RestrictionDrop reason);

struct RestrictionMember {
  std::string role;
  bool is_node = false;  // Else a way.
  std::int64_t id = 0;
};

// Whether a relation is one.
bool is_restriction(const TagLookup& tags);

// One restriction, or as many as it says different things to different kinds; or why none (`drop`, and no restriction).
struct RestrictionVerdict {
  std::vector<OsmRestriction> restrictions;
  std::optional<RestrictionDrop> drop;
};
RestrictionVerdict judge_restriction(const TagLookup& tags, const std::vector<RestrictionMember>& members,
                                     const Profiles& profiles);

}  // namespace dispatch135::citybuild
