// A call for help as a simulation plays it.
#pragma once

#include <cstdint>
#include <string>

#include "dispatch135/v1/types.pb.h"
#include "engine/base/time.h"
#include "engine/geo/point.h"

namespace dispatch135::simulate {

struct Call {
  TimeMs at;             // When it reaches the engine.
  std::string event_id;  // Each call's own; 1-64 bytes.
  geo::Point place;      // WGS-84.
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  v1::Severity severity = v1::SEVERITY_UNSPECIFIED;
  v1::PlaceClass place_class = v1::PLACE_CLASS_UNSPECIFIED;  // UNSPECIFIED: the engine looks it up.
  DurationMs on_scene;                                       // How long each unit works there; 0: drawn by category.
  std::uint32_t required_capabilities = 0;                   // Bit c-1: Capability c.
  std::uint32_t required_unit_kinds = 0;                     // Bit k-1: UnitKind k; 0: any.
  std::string address;                                       // For people; at most 256 bytes.
};

}  // namespace dispatch135::simulate
