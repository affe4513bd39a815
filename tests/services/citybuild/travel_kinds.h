// The kinds of travel as indices into a street's speeds.
#pragma once

#include <cstddef>

#include "engine/road/travel_kind.h"

namespace dispatch135::citybuild {

inline constexpr auto kCar = static_cast<std::size_t>(road::TravelKind::kCar);
inline constexpr auto kMotorcycle = static_cast<std::size_t>(road::TravelKind::kMotorcycle);
inline constexpr auto kFoot = static_cast<std::size_t>(road::TravelKind::kFoot);
inline constexpr auto kSiren = static_cast<std::size_t>(road::TravelKind::kCarWithSiren);
inline constexpr auto kBicycle = static_cast<std::size_t>(road::TravelKind::kBicycle);

}  // namespace dispatch135::citybuild
