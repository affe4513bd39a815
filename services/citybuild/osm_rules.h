// What the tags of an OpenStreetMap way say about travel on it. Rules by
// https://wiki.openstreetmap.org/wiki/Key:highway, Key:access, Key:oneway and Key:maxspeed; what a kind of travel makes
// of them is its profile's.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "dispatch135/v1/types.pb.h"
#include "engine/road/network.h"
#include "services/citybuild/profile.h"

namespace dispatch135::citybuild {

// The value of a tag; empty when the object does not have it.
using TagLookup = std::function<std::string_view(const char* key)>;

// Why a way is not part of the network.
enum class WayDrop : std::uint8_t {
  kNotRoad,  // No highway tag, or a class for nobody who travels (platform, raceway ...).
  kUnbuilt,  // highway=construction and the like.
  kFerry,
  kArea,         // A square drawn as its outline.
  kNoAccess,     // Closed to all kinds of travel.
  kTooFewNodes,  // Fewer than two nodes.
};
inline constexpr std::size_t kWayDrops = 6;
const char* to_text(WayDrop reason);

struct WayTravel {
  v1::RoadClass road_class = v1::ROAD_CLASS_UNSPECIFIED;
  // mm/s; 0: no entry this way for this kind.
  road::PerKind<std::uint32_t> forward_mm_s = {};
  road::PerKind<std::uint32_t> backward_mm_s = {};
};

// Either how the way is travelled, or why not (`drop`). Never kTooFewNodes: that is for who knows the nodes.
struct WayVerdict {
  WayTravel travel;
  std::optional<WayDrop> drop;
};
WayVerdict judge_way(const TagLookup& tags, const Profiles& profiles);

// What access tags say to a kind of travel; nothing: they do not say.
std::optional<bool> allowed(const TagLookup& tags, const Profile& profile);

// A speed limit in km/h: "50", "50 km/h", "30 mph", "10 knots", "walk", "RU:urban", "DE:zone30"; of a list the first.
// Nothing for "none", "signals" and what cannot be understood.
std::optional<std::uint32_t> parse_maxspeed_kmh(std::string_view text);

// The class of place that an object is; nothing: none that matters.
std::optional<v1::PlaceClass> place_class_of(const TagLookup& tags);

}  // namespace dispatch135::citybuild
