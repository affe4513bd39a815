// What a city file is made of, before it is one: plain lists that importers and generators fill.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "dispatch135/v1/streets.pb.h"
#include "dispatch135/v1/types.pb.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/geo/point.h"
#include "engine/road/network.h"

namespace dispatch135::city {

struct DraftEdge {
  std::uint32_t from = 0;  // Into junctions.
  std::uint32_t to = 0;
  std::vector<geo::Point> between;  // Points of its line between the two junctions; may be empty.
  std::string name;                 // Empty: none.
  v1::RoadClass road_class = v1::ROAD_CLASS_UNCLASSIFIED;
  // Speeds in mm/s; 0: no entry this way for this kind.
  road::PerKind<std::uint32_t> forward_mm_s = {};
  road::PerKind<std::uint32_t> backward_mm_s = {};
  // Milliseconds that whoever travels the whole of it loses at what stands on it and at the junction where it ends:
  // signals, crossings, barriers.
  road::PerKind<std::uint32_t> forward_extra_ms = {};
  road::PerKind<std::uint32_t> backward_extra_ms = {};
};

// An edge and the direction in which it is travelled: edge << 1, | 1 if against its drawing (from `to` to `from`).
using DraftArc = std::uint32_t;

// What it costs to turn from one edge into the next at the junction where the first one ends. A turn that is not listed
// costs nothing, at a U-turn as anywhere; each pair at most once.
struct DraftTurn {
  DraftArc from = 0;
  DraftArc to = 0;
  road::PerKind<std::uint32_t> ms = {};  // road::kNoEntry: forbidden.
};

// Edges that must not be travelled one right after the other, all of them: at least 3, each beginning where the one
// before it ends.
struct DraftForbiddenWay {
  std::vector<DraftArc> arcs;
  std::uint32_t kinds = 0;  // Bit k: travel kind k must not.
};

struct DraftRegion {
  RegionId id;
  std::string name;
  std::vector<geo::Point> outline;  // At least 3 corners, not closed, not crossing itself.
};

struct DraftDistrict {
  DistrictId id;
  RegionId region;
  std::string name;
  std::vector<geo::Point> outline;
};

struct DraftPost {
  PostId id;
  std::string name;
  v1::PostKind kind = v1::POST_KIND_UNSPECIFIED;
  geo::Point position;
};

struct DraftUnit {
  UnitId id;
  PostId post;
  std::string call_sign;
  v1::UnitKind kind = v1::UNIT_KIND_UNSPECIFIED;
  v1::TravelKind travel_kind = v1::TRAVEL_KIND_UNSPECIFIED;
  std::uint32_t capabilities = 0;
};

struct DraftPlace {
  std::string name;
  v1::PlaceClass place_class = v1::PLACE_CLASS_UNSPECIFIED;
  geo::Point position;
};

struct CityDraft {
  std::string name;
  std::vector<geo::Point> junctions;
  std::vector<DraftEdge> edges;
  std::vector<DraftTurn> turns;
  std::vector<DraftForbiddenWay> forbidden_ways;
  std::vector<DraftRegion> regions;
  std::vector<DraftDistrict> districts;
  std::vector<DraftPost> posts;
  std::vector<DraftUnit> units;
  std::vector<DraftPlace> places;
};

// What is left of the network of one kind of travel.
struct KeptKind {
  std::uint32_t components = 0;    // Strongly connected parts before; 0: no arc is open to this kind.
  std::uint32_t edges_before = 0;  // That it may use in some direction.
  std::uint32_t edges = 0;
  std::uint64_t length_before_mm = 0;  // Of these edges.
  std::uint64_t length_mm = 0;
};

struct KeptPart {
  std::uint32_t junctions_before = 0;
  std::uint32_t junctions = 0;
  std::uint32_t edges_before = 0;
  std::uint32_t edges = 0;
  std::uint32_t turns_dropped = 0;           // They matter to nobody any more.
  std::uint32_t forbidden_ways_dropped = 0;  // The same.
  road::PerKind<KeptKind> kinds;
};

// Leaves to each kind of travel the largest set of arcs in which every arc can be reached from every other by turns
// that are not forbidden to it, and closes the others to it (forbidden ways are not looked at). Largest by count; of
// equals the one with the lowest arc. Then drops edges that nobody may use, junctions without edges, and turns and
// forbidden ways that matter to nobody. Edges, junctions and turns keep their order. Every edge must end at junctions
// of the draft.
KeptPart keep_connected(CityDraft& draft);

// The bytes of the city file. The same draft gives the same bytes. Errors: an index out of range, a duplicate id or 0,
// a post outside every region or farther than limits::kSnapLimitMm from a road for its units' kinds of travel (with the
// distance and the nearest street), a unit without its post, a district without its region, an unspecified kind or
// class, an outline with fewer than 3 corners, a point more than 500 km from the middle, an edge that takes longer than
// road::kLongestWayMs, no junction at all. Ids are sorted; junctions and edges keep their order; posts get the region
// and district they lie in.
Result<std::vector<std::byte>> build_city(const CityDraft& draft);

}  // namespace dispatch135::city
