#include "services/citybuild/road_places.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

#include "engine/base/limits.h"
#include "services/citybuild/kind_words.h"

namespace dispatch135::citybuild {
namespace {

// However far away; of equals that of the first kind.
std::optional<road::RoadPoint> nearest_road(const city::City& city, geo::Point point, std::uint32_t kinds) {
  std::optional<road::RoadPoint> nearest;
  for (const auto& place : city.roads().snap_each(point, kinds, geo::Grid::kLongestSearchMm)) {
    if (place && (!nearest || place->distance_mm < nearest->distance_mm)) {
      nearest = place;
    }
  }
  return nearest;
}

std::string whom(std::uint32_t kinds) {
  if (kinds == road::kEveryKind) {
    return "";
  }
  std::string words;
  for (const road::TravelKind kind : road::kAllTravelKinds) {
    if ((kinds >> static_cast<std::uint32_t>(kind) & 1U) != 0) {
      words += (words.empty() ? " for " : " or ") + std::string(kind_word(kind));
    }
  }
  return words;
}

}  // namespace

Result<geo::Point> parse_place(const std::string& text) {
  const std::size_t comma = text.find(',');
  double latitude = 0;
  double longitude = 0;
  const char* const end = text.data() + text.size();
  if (comma != std::string::npos) {
    const auto first = std::from_chars(text.data(), text.data() + comma, latitude);
    const auto second = std::from_chars(text.data() + comma + 1, end, longitude);
    if (first.ec == std::errc() && first.ptr == text.data() + comma && second.ec == std::errc() && second.ptr == end &&
        std::abs(latitude) <= 90 && std::abs(longitude) <= 180) {
      return geo::Point{static_cast<std::int32_t>(std::llround(latitude * 1e7)),
                        static_cast<std::int32_t>(std::llround(longitude * 1e7))};
    }
  }
  return Error{"'" + text + "' is no place; expected LATITUDE,LONGITUDE in WGS-84 degrees, e.g. 31.57,120.30"};
}

std::string place_text(geo::Point point) {
  std::array<char, 40> text = {};
  const int size =
      std::snprintf(text.data(), text.size(), "%.7f,%.7f", point.latitude_e7 / 1e7, point.longitude_e7 / 1e7);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string street_text(const city::City& city, EdgeIndex edge) {
  const std::string_view name = city.street_name(edge);
  return name.empty() ? "no name" : std::string(name);
}

std::string nearest_road_text(const city::City& city, geo::Point point, std::uint32_t kinds) {
  const auto nearest = nearest_road(city, point, kinds);
  if (!nearest) {
    return "there is no road" + whom(kinds) + " within " + std::to_string(geo::Grid::kLongestSearchMm / 1'000'000) +
           " km";
  }
  return "the nearest road" + whom(kinds) + " is " + std::to_string(nearest->distance_mm / 1000) + " m away (" +
         street_text(city, nearest->edge) + ")";
}

Result<road::RoadPoint> place_on_road(const city::City& city, geo::Point point, std::uint32_t kinds) {
  const auto nearest = nearest_road(city, point, kinds);
  if (!nearest) {
    return Error{nearest_road_text(city, point, kinds)};
  }
  if (nearest->distance_mm > limits::kSnapLimitMm) {
    return Error{nearest_road_text(city, point, kinds) + "; at most " + std::to_string(limits::kSnapLimitMm / 1000) +
                 " m are allowed"};
  }
  return *nearest;
}

}  // namespace dispatch135::citybuild
