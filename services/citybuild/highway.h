// OpenStreetMap's classes of streets: https://wiki.openstreetmap.org/wiki/Key:highway
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "dispatch135/v1/streets.pb.h"

namespace dispatch135::citybuild {

// A value of the key highway, and what such a street counts as.
struct Highway {
  std::string_view value;
  v1::RoadClass road_class;
};

inline constexpr std::array kHighways = {
    Highway{"motorway", v1::ROAD_CLASS_MOTORWAY},
    Highway{"motorway_link", v1::ROAD_CLASS_MOTORWAY},
    Highway{"trunk", v1::ROAD_CLASS_TRUNK},
    Highway{"trunk_link", v1::ROAD_CLASS_TRUNK},
    Highway{"primary", v1::ROAD_CLASS_PRIMARY},
    Highway{"primary_link", v1::ROAD_CLASS_PRIMARY},
    Highway{"secondary", v1::ROAD_CLASS_SECONDARY},
    Highway{"secondary_link", v1::ROAD_CLASS_SECONDARY},
    Highway{"tertiary", v1::ROAD_CLASS_TERTIARY},
    Highway{"tertiary_link", v1::ROAD_CLASS_TERTIARY},
    Highway{"unclassified", v1::ROAD_CLASS_UNCLASSIFIED},
    Highway{"road", v1::ROAD_CLASS_UNCLASSIFIED},
    Highway{"residential", v1::ROAD_CLASS_RESIDENTIAL},
    Highway{"living_street", v1::ROAD_CLASS_LIVING_STREET},
    Highway{"service", v1::ROAD_CLASS_SERVICE},
    Highway{"busway", v1::ROAD_CLASS_SERVICE},
    Highway{"track", v1::ROAD_CLASS_TRACK},
    Highway{"pedestrian", v1::ROAD_CLASS_PEDESTRIAN},
    Highway{"cycleway", v1::ROAD_CLASS_CYCLEWAY},
    Highway{"footway", v1::ROAD_CLASS_PATH},
    Highway{"path", v1::ROAD_CLASS_PATH},
    Highway{"bridleway", v1::ROAD_CLASS_PATH},
    Highway{"steps", v1::ROAD_CLASS_PATH},
};

// Into kHighways; nothing: a class for nobody who travels.
constexpr std::optional<std::size_t> highway_index(std::string_view value) {
  for (std::size_t i = 0; i < kHighways.size(); ++i) {
    if (kHighways[i].value == value) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace dispatch135::citybuild
