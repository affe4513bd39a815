// Where a target on the move can be stopped, out of an OpenStreetMap file: bridges, tunnels and ramps that cars drive
// on, and toll gates. Tags by https://wiki.openstreetmap.org/wiki/Key:bridge, Key:tunnel, Highway_link and
// Tag:barrier=toll_booth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "dispatch135/v1/pursuit.pb.h"
#include "engine/base/result.h"
#include "engine/geo/point.h"

namespace dispatch135::citybuild {

struct Choke {
  v1::ChokePoint::Kind kind = v1::ChokePoint::KIND_UNSPECIFIED;
  std::string name;            // Of the way; empty: it has none.
  geo::Point position;         // Half-way along.
  std::int64_t length_mm = 0;  // Of the way; a gate's is 0.
};

struct ChokeRules {
  std::uint32_t least_length_m = 60;  // Shorter bridges and tunnels are passed over.
  std::uint32_t merge_m = 80;         // What is nearer to a longer one of its kind is the same: the other carriageway.
  std::size_t most = 1'000;           // The longest are kept.
};

struct Chokes {
  std::vector<Choke> kept;   // By latitude, then longitude.
  std::size_t left_out = 0;  // Beyond the most.
};

// `path` ends in .osm.pbf, .pbf or .osm (XML). Errors name the file.
Result<Chokes> read_chokes(const std::string& path, const ChokeRules& rules);

}  // namespace dispatch135::citybuild
