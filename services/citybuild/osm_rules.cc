#include "services/citybuild/osm_rules.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>

namespace dispatch135::citybuild {
namespace {

struct RoadClass {
  std::string_view highway;
  std::uint32_t motor_kmh;  // 0: closed to motor vehicles.
  bool foot;
};

// Tracks are in unless their tracktype says soft ground; parking aisles lead nowhere and are out.
constexpr std::array kRoadClasses = {
    RoadClass{"motorway", 110, false},    RoadClass{"motorway_link", 60, false}, RoadClass{"trunk", 80, true},
    RoadClass{"trunk_link", 50, true},    RoadClass{"primary", 60, true},        RoadClass{"primary_link", 45, true},
    RoadClass{"secondary", 50, true},     RoadClass{"secondary_link", 40, true}, RoadClass{"tertiary", 45, true},
    RoadClass{"tertiary_link", 35, true}, RoadClass{"unclassified", 40, true},   RoadClass{"residential", 35, true},
    RoadClass{"living_street", 15, true}, RoadClass{"service", 20, true},        RoadClass{"road", 30, true},
    RoadClass{"track", 20, true},         RoadClass{"pedestrian", 0, true},      RoadClass{"footway", 0, true},
    RoadClass{"path", 0, true},           RoadClass{"steps", 0, true},
};

constexpr std::uint32_t kFootMmS = 1'400;
constexpr std::uint32_t kStepsMmS = 700;
constexpr std::uint32_t kLeastKmh = 5;
constexpr std::uint32_t kMostKmh = 150;
constexpr std::uint32_t kWalkKmh = 7;

bool one_of(std::string_view value, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), value) != words.end();
}

bool starts_with_number(std::string_view text) { return !text.empty() && text[0] >= '0' && text[0] <= '9'; }

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::uint32_t mm_per_second(std::uint32_t kmh) { return (kmh * 1'000'000 + 1'800) / 3'600; }

// The most specific of the keys that is set decides.
bool allowed(const TagLookup& tags, std::initializer_list<const char*> general_to_specific, bool otherwise) {
  bool result = otherwise;
  for (const char* key : general_to_specific) {
    const std::string_view value = tags(key);
    if (value.empty()) {
      continue;
    }
    if (one_of(value, {"no", "private", "agricultural", "forestry", "use_sidepath"})) {
      result = false;
    } else if (one_of(value, {"yes", "designated", "official", "permissive", "destination", "delivery", "customers",
                              "emergency"})) {
      result = true;
    }
  }
  return result;
}

enum class OneWay : std::uint8_t { kNo, kForward, kBackward };

OneWay one_way(const TagLookup& tags) {
  const std::string_view value = tags("oneway");
  if (one_of(value, {"-1", "reverse"})) {
    return OneWay::kBackward;
  }
  if (one_of(value, {"yes", "true", "1"})) {
    return OneWay::kForward;
  }
  if (one_of(value, {"no", "false", "0"})) {
    return OneWay::kNo;
  }
  const bool implied = tags("highway") == "motorway" || one_of(tags("junction"), {"roundabout", "circular"});
  return implied ? OneWay::kForward : OneWay::kNo;
}

std::uint32_t motor_kmh(const TagLookup& tags, const char* directed_key, std::uint32_t otherwise) {
  auto limit = parse_maxspeed_kmh(tags(directed_key));
  if (!limit) {
    limit = parse_maxspeed_kmh(tags("maxspeed"));
  }
  return limit.value_or(otherwise);
}

}  // namespace

const char* to_text(WayDrop reason) {
  switch (reason) {
    case WayDrop::kNotRoad:
      return "not a road";
    case WayDrop::kUnbuilt:
      return "not built or no more in use";
    case WayDrop::kFerry:
      return "ferry";
    case WayDrop::kArea:
      return "area";
    case WayDrop::kNoAccess:
      return "closed to all";
    case WayDrop::kTooFewNodes:
      return "fewer than two nodes";
  }
  return "?";
}

std::optional<std::uint32_t> parse_maxspeed_kmh(std::string_view text) {
  text = trimmed(text.substr(0, text.find(';')));
  if (text == "walk") {
    return kWalkKmh;
  }
  // Implicit limits are named COUNTRY:kind; a zone carries its number.
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    std::string_view kind = text.substr(colon + 1);
    for (const std::string_view zone : {std::string_view("zone:"), std::string_view("zone")}) {
      if (kind.substr(0, zone.size()) == zone) {
        kind.remove_prefix(zone.size());
      }
    }
    if (starts_with_number(kind)) {
      return parse_maxspeed_kmh(kind);
    }
    if (kind == "walk") {
      return kWalkKmh;
    }
    return kind == "urban"           ? std::optional<std::uint32_t>(50)
           : kind == "rural"         ? std::optional<std::uint32_t>(90)
           : kind == "trunk"         ? std::optional<std::uint32_t>(100)
           : kind == "motorway"      ? std::optional<std::uint32_t>(120)
           : kind == "living_street" ? std::optional<std::uint32_t>(20)
                                     : std::nullopt;
  }
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number == 0 || number > 1'000) {
    return std::nullopt;
  }
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit.size() > 1 && unit[0] == '.' && starts_with_number(unit.substr(1))) {
    unit = unit.substr(std::min(unit.find_first_not_of("0123456789", 1), unit.size()));
  }
  unit = trimmed(unit);
  if (unit == "mph") {
    number = (number * 1'609 + 500) / 1'000;
  } else if (unit == "knots") {
    number = (number * 1'852 + 500) / 1'000;
  } else if (!one_of(unit, {"", "km/h", "kmh", "kph"})) {
    return std::nullopt;
  }
  return std::clamp(number, kLeastKmh, kMostKmh);
}

WayVerdict judge_way(const TagLookup& tags) {
  WayVerdict verdict;
  const auto drop = [&verdict](WayDrop reason) {
    verdict.drop = reason;
    return verdict;
  };
  if (tags("route") == "ferry") {
    return drop(WayDrop::kFerry);
  }
  const std::string_view highway = tags("highway");
  if (one_of(highway, {"construction", "proposed", "planned", "abandoned", "disused", "razed", "demolished"})) {
    return drop(WayDrop::kUnbuilt);
  }
  const auto* const road_class =
      std::find_if(kRoadClasses.begin(), kRoadClasses.end(), [&](const RoadClass& c) { return c.highway == highway; });
  const bool soft = highway == "track" && one_of(tags("tracktype"), {"grade3", "grade4", "grade5"});
  const bool aisle = highway == "service" && tags("service") == "parking_aisle";
  if (road_class == kRoadClasses.end() || soft || aisle) {
    return drop(WayDrop::kNotRoad);
  }
  if (tags("area") == "yes") {
    return drop(WayDrop::kArea);
  }
  const bool motor = road_class->motor_kmh > 0;
  const bool car = motor && allowed(tags, {"access", "vehicle", "motor_vehicle", "motorcar"}, true);
  const bool motorcycle = motor && allowed(tags, {"access", "vehicle", "motor_vehicle", "motorcycle"}, true);
  const bool foot = allowed(tags, {"access", "foot"}, road_class->foot && tags("motorroad") != "yes");

  const OneWay direction = one_way(tags);
  const auto set = [&](std::array<std::uint32_t, road::kTravelKinds>& speeds, bool open_to_motor,
                       const char* limit_key) {
    const std::uint32_t motor_mm_s =
        open_to_motor ? mm_per_second(motor_kmh(tags, limit_key, road_class->motor_kmh)) : 0;
    speeds = {car ? motor_mm_s : 0, motorcycle ? motor_mm_s : 0,
              foot ? (highway == "steps" ? kStepsMmS : kFootMmS) : 0};
  };
  set(verdict.travel.forward_mm_s, direction != OneWay::kBackward, "maxspeed:forward");
  set(verdict.travel.backward_mm_s, direction != OneWay::kForward, "maxspeed:backward");
  if (!car && !motorcycle && !foot) {
    return drop(WayDrop::kNoAccess);
  }
  return verdict;
}

std::optional<v1::PlaceClass> place_class_of(const TagLookup& tags) {
  const std::string_view amenity = tags("amenity");
  if (one_of(amenity, {"school", "kindergarten", "college", "university"})) {
    return v1::PLACE_CLASS_SCHOOL;
  }
  if (amenity == "hospital") {
    return v1::PLACE_CLASS_HOSPITAL;
  }
  if (amenity == "bank") {
    return v1::PLACE_CLASS_BANK;
  }
  if (one_of(amenity, {"townhall", "courthouse"}) || tags("office") == "government") {
    return v1::PLACE_CLASS_GOVERNMENT;
  }
  if (tags("railway") == "station") {
    return v1::PLACE_CLASS_RAILWAY_STATION;
  }
  if (tags("aeroway") == "aerodrome") {
    return v1::PLACE_CLASS_AIRPORT;
  }
  if (one_of(tags("shop"), {"mall", "department_store"})) {
    return v1::PLACE_CLASS_MALL;
  }
  if (one_of(tags("tourism"), {"attraction", "museum", "theme_park", "zoo"})) {
    return v1::PLACE_CLASS_SIGHT;
  }
  if (tags("landuse") == "retail") {
    return v1::PLACE_CLASS_SHOPPING_STREET;
  }
  if (tags("landuse") == "residential" && !tags("name").empty()) {
    return v1::PLACE_CLASS_RESIDENTIAL;
  }
  return std::nullopt;
}

}  // namespace dispatch135::citybuild
