// OpenStreetMap extracts of whole cities. They are not part of the project; tests that use them are skipped where they
// are not at hand.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "services/citybuild/osm_import.h"

namespace dispatch135::citybuild {

// The path of a file of the folder that D135_SHARED_DATA names, else of shared/data beside the project's; nothing: it
// is not there.
inline std::optional<std::string> map_extract(const std::string& name) {
  const char* told = std::getenv("D135_SHARED_DATA");
  const std::filesystem::path path =
      std::filesystem::path(told != nullptr ? told : D135_SOURCE_DIR "/../shared/data") / name;
  return std::filesystem::exists(path) ? std::optional(path.string()) : std::nullopt;
}

inline const std::string kPortoExtract = "porto_portugal.osm.pbf";
inline const std::string kMonacoExtract = "monaco.osm.pbf";

inline OsmOptions porto(const std::string& path) {
  OsmOptions options;
  options.pbf = path;
  options.region = RegionId(131'200);
  options.name = "Porto";
  options.posts = "spread:60";
  return options;
}

inline OsmOptions monaco(const std::string& path) {
  OsmOptions options;
  options.pbf = path;
  options.region = RegionId(492);
  options.name = "Monaco";
  options.posts = "osm";
  return options;
}

}  // namespace dispatch135::citybuild
