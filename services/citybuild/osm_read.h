// Reads what a city needs out of an OpenStreetMap file, in two passes: ways and turn restrictions, then the nodes that
// the ways use. Memory grows with the roads, not with the file.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/geo/point.h"
#include "services/citybuild/osm_crossings.h"
#include "services/citybuild/osm_restrictions.h"
#include "services/citybuild/osm_rules.h"

namespace dispatch135::citybuild {

struct OsmWay {
  std::int64_t id = 0;
  std::vector<std::int64_t> nodes;  // Ids, at least 2, no two neighbours alike.
  std::string name;
  WayTravel travel;
};

// What stands at a node of a way.
struct OsmCrossing {
  std::int64_t node = 0;
  Crossing crossing;
};

// A police station or a place of a class that matters.
struct OsmFeature {
  std::string name;
  bool police = false;
  v1::PlaceClass place_class = v1::PLACE_CLASS_UNSPECIFIED;  // UNSPECIFIED: police only.
  geo::Point position;                                       // Of an area: the middle of its box.
};

struct OsmData {
  std::vector<OsmWay> ways;
  std::vector<std::int64_t> node_ids;      // Of the nodes of all ways that were found, rising.
  std::vector<geo::Point> node_positions;  // Where each of node_ids is.
  std::vector<OsmCrossing> crossings;      // By node, rising.
  std::vector<OsmRestriction> restrictions;
  std::vector<OsmFeature> features;
  std::array<std::uint64_t, kWayDrops> dropped = {};                       // Ways, by WayDrop.
  std::array<std::uint64_t, kRestrictionDrops> dropped_restrictions = {};  // By RestrictionDrop.
  std::uint64_t missing_nodes = 0;                                         // Used by a way, but not in the file.
};

// `path` ends in .osm.pbf, .pbf or .osm (XML). Errors name the file: not there, foreign, truncated. `progress` is told
// 0-100 for both passes together.
Result<OsmData> read_osm(const std::string& path, const Profiles& profiles, const std::function<void(int)>& progress);

}  // namespace dispatch135::citybuild
