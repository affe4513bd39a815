// A city out of an OpenStreetMap file and what people bring beside it.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/result.h"
#include "engine/city/draft.h"
#include "services/citybuild/report.h"

namespace dispatch135::citybuild {

struct OsmOptions {
  std::string pbf;  // .osm.pbf or .osm
  RegionId region;
  std::string name;
  std::string profiles;              // A folder; empty: those that the program carries.
  std::string posts;                 // A file, "osm" (amenity=police) or "spread:N" (N outposts over the network).
  std::string places = "osm";        // A file, or "osm" (amenities of the map).
  std::string districts;             // A GeoJSON file; empty: none.
  std::uint32_t units_per_post = 1;  // 1-100.
  std::uint64_t seed = 1;            // For what is drawn: spread posts, kinds of travel, capabilities.
  std::string out;
};

// The same files and options give the same draft. Errors: an unreadable file, a map without roads, a mistake in
// profiles, posts, places or districts, no post at all.
Result<city::CityDraft> import_osm(const OsmOptions& options, Report& report);

}  // namespace dispatch135::citybuild
