#include "services/citybuild/osm_rules.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>

namespace dispatch135::citybuild {
namespace {

constexpr std::uint32_t kSlowestMmS = 200;
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

enum class OneWay : std::uint8_t { kNo, kForward, kBackward };

// A street is one-way by its nature only for those whom the tag binds too.
OneWay one_way(const TagLookup& tags, const Profile& profile) {
  const auto& keys = profile.one_way_keys;
  const bool bound_by_nature = std::find(keys.begin(), keys.end(), "oneway") != keys.end();
  const bool implied =
      bound_by_nature && (tags("highway") == "motorway" || one_of(tags("junction"), {"roundabout", "circular"}));
  OneWay result = implied ? OneWay::kForward : OneWay::kNo;
  for (const std::string& key : keys) {
    const std::string_view value = tags(key.c_str());
    if (one_of(value, {"-1", "reverse"})) {
      result = OneWay::kBackward;
    } else if (one_of(value, {"yes", "true", "1"})) {
      result = OneWay::kForward;
    } else if (one_of(value, {"no", "false", "0"})) {
      result = OneWay::kNo;
    }
  }
  return result;
}

bool contraflow_ever(const TagLookup& tags, const Profile& profile) {
  const bool round = one_of(tags("junction"), {"roundabout", "circular"});
  return profile.contraflow_permille > 0 &&
         std::none_of(
             profile.contraflow_never_on.begin(), profile.contraflow_never_on.end(),
             [&](const std::string& never) { return never == tags("highway") || (round && never == "roundabout"); });
}

// Where people walk, and on tracks, a limit does not make anybody faster.
bool limit_only_caps(v1::RoadClass road_class) { return road_class >= v1::ROAD_CLASS_TRACK; }

std::uint64_t scaled(std::uint64_t speed_mm_s, std::uint32_t permille) { return speed_mm_s * permille / 1'000; }

// With the flow of the street.
std::uint32_t speed_mm_s(const TagLookup& tags, const char* directed_limit, std::size_t highway,
                         const Profile& profile) {
  std::uint64_t speed = profile.speed_mm_s[highway];
  auto limit = parse_maxspeed_kmh(tags(directed_limit));
  if (!limit) {
    limit = parse_maxspeed_kmh(tags("maxspeed"));
  }
  if (limit && profile.limits != LimitUse::kIgnore) {
    const bool caps = profile.limits == LimitUse::kCap || limit_only_caps(kHighways[highway].road_class);
    speed = caps ? std::min<std::uint64_t>(speed, mm_per_second(*limit)) : mm_per_second(*limit);
  }
  speed = std::min<std::uint64_t>(scaled(speed, profile.speed_factor_permille), profile.fastest_mm_s);
  if (const auto surface = profile.surface_permille.find(tags("surface")); surface != profile.surface_permille.end()) {
    speed = scaled(speed, surface->second);
  }
  return static_cast<std::uint32_t>(std::max<std::uint64_t>(speed, kSlowestMmS));
}

// grade1 to grade5; 0: not said.
std::uint32_t track_grade(const TagLookup& tags) {
  const std::string_view type = tags("tracktype");
  const bool grade = type.size() == 6 && type.starts_with("grade") && type[5] >= '1' && type[5] <= '5';
  return grade ? static_cast<std::uint32_t>(type[5] - '0') : 0;
}

bool is_open(const TagLookup& tags, std::size_t highway, const Profile& profile) {
  if (profile.speed_mm_s[highway] == 0) {
    return false;
  }
  const bool soft =
      kHighways[highway].road_class == v1::ROAD_CLASS_TRACK && track_grade(tags) > profile.worst_track_grade;
  const bool otherwise = !soft && (profile.motorroads || tags("motorroad") != "yes");
  return allowed(tags, profile).value_or(otherwise);
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

std::optional<bool> allowed(const TagLookup& tags, const Profile& profile) {
  std::optional<bool> result;
  for (const std::string& key : profile.access_keys) {
    const std::string_view value = tags(key.c_str());
    if (value.empty()) {
      continue;
    }
    if (std::find(profile.closing.begin(), profile.closing.end(), value) != profile.closing.end()) {
      result = false;
    } else if (std::find(profile.opening.begin(), profile.opening.end(), value) != profile.opening.end()) {
      result = true;
    }
  }
  return result;
}

WayVerdict judge_way(const TagLookup& tags, const Profiles& profiles) {
  WayVerdict verdict;
  const auto drop = [&verdict](WayDrop reason) {
    verdict.drop = reason;
    return verdict;
  };
  if (tags("route") == "ferry") {
    return drop(WayDrop::kFerry);
  }
  const std::string_view value = tags("highway");
  if (one_of(value, {"construction", "proposed", "planned", "abandoned", "disused", "razed", "demolished"})) {
    return drop(WayDrop::kUnbuilt);
  }
  const auto highway = highway_index(value);
  // Parking aisles lead nowhere.
  const bool aisle = value == "service" && tags("service") == "parking_aisle";
  if (!highway || aisle) {
    return drop(WayDrop::kNotRoad);
  }
  if (tags("area") == "yes") {
    return drop(WayDrop::kArea);
  }
  verdict.travel.road_class = kHighways[*highway].road_class;
  bool anybody = false;
  for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
    if (!profiles[kind] || !is_open(tags, *highway, *profiles[kind])) {
      continue;
    }
    anybody = true;
    const Profile& profile = *profiles[kind];
    const OneWay direction = one_way(tags, profile);
    const auto speed = [&](const char* directed_limit, OneWay against) {
      const std::uint32_t with_the_flow = speed_mm_s(tags, directed_limit, *highway, profile);
      if (direction != against) {
        return with_the_flow;
      }
      return contraflow_ever(tags, profile)
                 ? static_cast<std::uint32_t>(scaled(with_the_flow, profile.contraflow_permille))
                 : 0U;
    };
    verdict.travel.forward_mm_s[kind] = speed("maxspeed:forward", OneWay::kBackward);
    verdict.travel.backward_mm_s[kind] = speed("maxspeed:backward", OneWay::kForward);
  }
  return anybody ? verdict : drop(WayDrop::kNoAccess);
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
