// The kinds of travel.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace dispatch135::road {

// Which travel times count. Same order as v1::TravelKind without UNSPECIFIED.
enum class TravelKind : std::uint8_t { kCar = 0, kMotorcycle = 1, kFoot = 2, kCarWithSiren = 3, kBicycle = 4 };
inline constexpr std::size_t kTravelKinds = 5;
inline constexpr std::array<TravelKind, kTravelKinds> kAllTravelKinds = {
    TravelKind::kCar, TravelKind::kMotorcycle, TravelKind::kFoot, TravelKind::kCarWithSiren, TravelKind::kBicycle};
inline constexpr std::uint32_t kEveryKind = (1U << kTravelKinds) - 1;  // Bit k: travel kind k.
template <typename T>
using PerKind = std::array<T, kTravelKinds>;

}  // namespace dispatch135::road
