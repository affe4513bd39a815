#include "services/citybuild/profile.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <span>
#include <sstream>
#include <utility>

#include "engine/base/check.h"
#include "services/citybuild/kind_words.h"
#include "services/citybuild/presets.h"
#include "services/common/yaml_config.h"

namespace dispatch135::citybuild {
namespace {

using common::YamlReader;

constexpr double kSlowestKmh = 1;
constexpr double kFastestKmh = 250;
constexpr DurationMs kMostDelay{600'000};
constexpr std::string_view kRoundabout = "roundabout";

// https://wiki.openstreetmap.org/wiki/Key:surface
constexpr std::array<std::string_view, 28> kSurfaces = {"paved",
                                                        "asphalt",
                                                        "chipseal",
                                                        "concrete",
                                                        "concrete:lanes",
                                                        "concrete:plates",
                                                        "paving_stones",
                                                        "sett",
                                                        "cobblestone",
                                                        "bricks",
                                                        "metal",
                                                        "wood",
                                                        "unhewn_cobblestone",
                                                        "unpaved",
                                                        "compacted",
                                                        "fine_gravel",
                                                        "gravel",
                                                        "pebblestone",
                                                        "rock",
                                                        "ground",
                                                        "dirt",
                                                        "earth",
                                                        "grass",
                                                        "mud",
                                                        "sand",
                                                        "woodchips",
                                                        "grass_paver",
                                                        "snow"};

// https://wiki.openstreetmap.org/wiki/Key:barrier, those that stand on ways.
constexpr std::array<std::string_view, 24> kBarriers = {"bollard",
                                                        "block",
                                                        "jersey_barrier",
                                                        "gate",
                                                        "lift_gate",
                                                        "swing_gate",
                                                        "sliding_gate",
                                                        "chain",
                                                        "rope",
                                                        "cycle_barrier",
                                                        "motorcycle_barrier",
                                                        "stile",
                                                        "turnstile",
                                                        "kissing_gate",
                                                        "full-height_turnstile",
                                                        "kerb",
                                                        "log",
                                                        "debris",
                                                        "toll_booth",
                                                        "border_control",
                                                        "bump_gate",
                                                        "cattle_grid",
                                                        "sump_buster",
                                                        "planter"};

constexpr std::array<std::pair<std::string_view, TurnShape>, kTurnShapes> kTurns = {{
    {"straight", TurnShape::kStraight},
    {"right", TurnShape::kRight},
    {"left", TurnShape::kLeft},
    {"sharp", TurnShape::kSharp},
    {"u_turn", TurnShape::kUTurn},
}};

template <typename Words>
bool known(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// A mapping whose keys are words of a closed list. `read` gives the value of one.
template <typename Words, typename Read>
void each_word(YamlReader& yaml, const Words& words, const char* what, Read read) {
  for (const std::string& key : yaml.keys()) {
    read(key);
    if (!known(words, key)) {
      std::string all;
      for (const std::string_view word : words) {
        all += (all.empty() ? "" : ", ") + std::string(word);
      }
      yaml.fail(key, std::string("is no ") + what + " that is known; known are " + all);
    }
  }
}

std::uint32_t speed(YamlReader& yaml, std::string_view key) {
  const double kmh = yaml.number(key, kSlowestKmh, kSlowestKmh, kFastestKmh);
  return static_cast<std::uint32_t>(std::llround(kmh * 1e6 / 3600));
}

std::uint32_t permille(YamlReader& yaml, std::string_view key, std::int64_t fallback, std::int64_t low,
                       std::int64_t high) {
  return static_cast<std::uint32_t>(yaml.integer(key, fallback, low, high));
}

// A duration, or a word that closes.
std::uint32_t delay(YamlReader& yaml, std::string_view key, std::string_view closing_word) {
  const std::string text = yaml.text(key, "");
  if (text == closing_word) {
    return road::kNoEntry;
  }
  const auto duration = common::parse_duration(text);
  if (!duration || duration->count > kMostDelay.count) {
    yaml.fail(key, "'" + text + "' is neither '" + std::string(closing_word) +
                       "' nor a time from 0s to 10min, with its unit: ms, s or min");
    return 0;
  }
  return static_cast<std::uint32_t>(duration->count);
}

void read_speeds(YamlReader& root, Profile& profile) {
  std::array<std::string_view, kHighways.size()> highways = {};
  std::transform(kHighways.begin(), kHighways.end(), highways.begin(), [](const Highway& h) { return h.value; });
  YamlReader yaml = root.require("speeds").map("speeds");
  each_word(yaml, highways, "class of street", [&](const std::string& key) {
    const std::uint32_t mm_s = speed(yaml, key);
    if (const auto index = highway_index(key)) {
      profile.speed_mm_s[*index] = mm_s;
    }
  });
  if (root.has("speeds") && yaml.keys().empty()) {
    root.fail("speeds", "names no street; a profile without streets is none (leave the file out instead)");
  }
  const std::string limits =
      root.require("speed_limits").choice("speed_limits", "ignore", {"replace", "cap", "ignore"});
  profile.limits = limits == "replace" ? LimitUse::kReplace : limits == "cap" ? LimitUse::kCap : LimitUse::kIgnore;
  profile.speed_factor_permille = permille(root, "speed_factor_permille", 1'000, 100, 3'000);
  profile.fastest_mm_s = speed(root.require("fastest"), "fastest");
  YamlReader surfaces = root.map("surfaces");
  each_word(surfaces, kSurfaces, "surface",
            [&](const std::string& key) { profile.surface_permille[key] = permille(surfaces, key, 1'000, 50, 1'000); });
  profile.worst_track_grade = static_cast<std::uint32_t>(root.integer("worst_track_grade", 5, 1, 5));
  profile.motorroads = root.boolean("motorroads", true);
}

void read_rules(YamlReader& root, Profile& profile) {
  YamlReader access = root.require("access").map("access");
  profile.access_keys = access.require("keys").texts("keys");
  profile.opening = access.require("open").texts("open");
  profile.closing = access.require("closed").texts("closed");
  for (const auto& value : profile.opening) {
    if (known(profile.closing, value)) {
      access.fail("closed", "'" + value + "' both opens and closes");
    }
  }
  YamlReader one_way = root.require("one_way").map("one_way");
  profile.one_way_keys = one_way.require("keys").texts("keys");
  profile.contraflow_permille = permille(one_way, "contraflow_permille", 0, 0, 1'000);
  profile.contraflow_never_on = one_way.texts("contraflow_never_on");
  for (const auto& value : profile.contraflow_never_on) {
    if (!highway_index(value) && value != kRoundabout) {
      one_way.fail("contraflow_never_on", "'" + value + "' is neither a class of street nor roundabout");
    }
  }
  YamlReader restrictions = root.require("turn_restrictions").map("turn_restrictions");
  profile.obeys_turn_restrictions = restrictions.require("obeyed").boolean("obeyed", true);
  profile.restriction_names = restrictions.texts("names");
}

void read_delays(YamlReader& root, Profile& profile) {
  YamlReader crossings = root.map("crossings");
  each_word(crossings, kCrossings, "crossing",
            [&](const std::string& key) { profile.crossing_ms[key] = delay(crossings, key, "closed"); });
  YamlReader barriers = root.map("barriers");
  each_word(barriers, kBarriers, "barrier",
            [&](const std::string& key) { profile.barrier_ms[key] = delay(barriers, key, "closed"); });
  YamlReader turns = root.map("turns");
  for (const auto& [word, shape] : kTurns) {
    if (turns.has(word)) {
      profile.turn_ms[static_cast<std::size_t>(shape)] = delay(turns, word, "forbidden");
    }
  }
  if (profile.turn_ms[static_cast<std::size_t>(TurnShape::kStraight)] == road::kNoEntry) {
    turns.fail("straight", "cannot be forbidden everywhere");
  }
}

std::optional<std::string> content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  return in.bad() || !in.is_open() ? std::nullopt : std::optional(std::move(text));
}

// The profile of each text, by its kind. Texts are (source, content).
Result<Profiles> by_kind(std::span<const std::pair<std::string, std::string>> texts) {
  Profiles profiles;
  road::PerKind<std::string> sources;
  for (const auto& [source, text] : texts) {
    auto profile = parse_profile(text, source);
    if (!profile) {
      return profile.error();
    }
    const auto kind = static_cast<std::size_t>(profile.value().kind);
    if (profiles[kind]) {
      return Error{source + ": is for the same kind of travel as " + sources[kind] + " (" +
                   std::string(kKindWords[kind]) + "); keep one"};
    }
    sources[kind] = source;
    profiles[kind] = std::move(profile.value());
  }
  return profiles;
}

}  // namespace

Result<Profile> parse_profile(std::string_view yaml_text, const std::string& source) {
  auto parsed = YamlReader::parse(yaml_text, source);
  if (!parsed) {
    return parsed.error();
  }
  YamlReader& root = parsed.value();
  Profile profile;
  const std::string kind = root.require("kind").choice(
      "kind", "car", {kKindWords[0], kKindWords[1], kKindWords[2], kKindWords[3], kKindWords[4]});
  profile.kind = kind_of_word(kind).value_or(profile.kind);  // A word that is none is among the mistakes.
  read_speeds(root, profile);
  read_rules(root, profile);
  read_delays(root, profile);
  if (const std::optional<Error> mistakes = root.finish()) {
    return *mistakes;
  }
  return profile;
}

Result<Profiles> read_profiles(const std::string& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".yaml") {
      paths.push_back(entry->path());
    }
  }
  if (error) {
    return Error{folder + ": cannot be read as a folder of profiles: " + error.message()};
  }
  if (paths.empty()) {
    return Error{folder + ": has no profile (*.yaml); config/profiles has one for each kind of travel"};
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& path : paths) {
    auto text = content_of(path);
    if (!text) {
      return Error{path.string() + ": cannot be read; check its permissions"};
    }
    texts.emplace_back(path.string(), std::move(*text));
  }
  return by_kind(texts);
}

Profiles preset_profiles() {
  const std::array<std::pair<std::string, std::string>, road::kTravelKinds> texts = {{
      {"config/profiles/car.yaml", std::string(kProfileCar)},
      {"config/profiles/motorcycle.yaml", std::string(kProfileMotorcycle)},
      {"config/profiles/foot.yaml", std::string(kProfileFoot)},
      {"config/profiles/car_with_siren.yaml", std::string(kProfileCarWithSiren)},
      {"config/profiles/bicycle.yaml", std::string(kProfileBicycle)},
  }};
  auto profiles = by_kind(texts);
  D135_CHECK(profiles.ok(), "the profiles that the program carries are good");
  return std::move(profiles.value());
}

}  // namespace dispatch135::citybuild
