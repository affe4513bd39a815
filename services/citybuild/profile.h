// How a kind of travel uses the streets: a file of config/profiles, explained in docs/formats/profile.md.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/road/network.h"
#include "services/citybuild/highway.h"

namespace dispatch135::citybuild {

// How a turn looks to who takes it. A U-turn leads back along the same piece of street.
enum class TurnShape : std::uint8_t { kStraight, kRight, kLeft, kSharp, kUTurn };
inline constexpr std::size_t kTurnShapes = 5;

enum class LimitUse : std::uint8_t {
  kReplace,  // The limit of the street is the speed.
  kCap,      // The lower of the limit and the speed of the class.
  kIgnore,
};

struct Profile {
  road::TravelKind kind = road::TravelKind::kCar;
  std::array<std::uint32_t, kHighways.size()> speed_mm_s = {};  // By highway; 0: not open to this kind.
  LimitUse limits = LimitUse::kIgnore;
  std::uint32_t speed_factor_permille = 1'000;                              // Of class speeds and limits.
  std::uint32_t fastest_mm_s = 0;                                           // Never more, whatever the limit.
  std::map<std::string, std::uint32_t, std::less<>> surface_permille = {};  // By surface; absent: 1,000.
  std::uint32_t worst_track_grade = 5;                                      // 1-5.
  bool motorroads = true;                                                   // May use streets with motorroad=yes.

  std::vector<std::string> access_keys;  // General to specific: the most specific one that is set decides.
  std::vector<std::string> opening;      // Values of these keys that open a street,
  std::vector<std::string> closing;      // and that close it; others say nothing.

  std::vector<std::string> one_way_keys;         // General to specific.
  std::uint32_t contraflow_permille = 0;         // Of the speed, against a one-way street; 0: not at all.
  std::vector<std::string> contraflow_never_on;  // Highways, and "roundabout".
  bool obeys_turn_restrictions = true;
  std::vector<std::string> restriction_names;  // restriction:NAME binds this kind too, except=NAME does not.

  // What stands on the way, in milliseconds, or road::kNoEntry: closed.
  std::map<std::string, std::uint32_t, std::less<>> crossing_ms;
  std::map<std::string, std::uint32_t, std::less<>> barrier_ms;
  std::array<std::uint32_t, kTurnShapes> turn_ms = {};  // By TurnShape; road::kNoEntry: forbidden.
};

// What stands on streets and takes time, by the words of a profile's `crossings`.
inline constexpr std::array<std::string_view, 8> kCrossings = {
    "traffic_signals",       "stop",           "give_way",        "crossing",
    "crossing_with_signals", "level_crossing", "traffic_calming", "mini_roundabout"};

// The profiles of a city. A kind without one has no roads in it.
using Profiles = road::PerKind<std::optional<Profile>>;

// Reads one profile and checks it whole: unknown or missing keys and words, no speed at all, speeds and times out of
// range. `source` names the text in errors, which say source:line: key: reason, one a line.
Result<Profile> parse_profile(std::string_view yaml_text, const std::string& source);

// All *.yaml files of a folder. Errors: those of parse_profile, no such folder, no file in it, two files for one kind.
Result<Profiles> read_profiles(const std::string& folder);

// Those of config/profiles, which the program carries.
Profiles preset_profiles();

}  // namespace dispatch135::citybuild
