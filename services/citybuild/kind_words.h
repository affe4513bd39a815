// The kinds of travel as options and files name them.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "engine/road/travel_kind.h"

namespace dispatch135::citybuild {

inline constexpr road::PerKind<std::string_view> kKindWords = {"car", "motorcycle", "foot", "car_with_siren",
                                                               "bicycle"};

constexpr std::string_view kind_word(road::TravelKind kind) { return kKindWords[static_cast<std::size_t>(kind)]; }

constexpr std::optional<road::TravelKind> kind_of_word(std::string_view word) {
  for (const road::TravelKind kind : road::kAllTravelKinds) {
    if (kind_word(kind) == word) {
      return kind;
    }
  }
  return std::nullopt;
}

}  // namespace dispatch135::citybuild
