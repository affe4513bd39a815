// A profile is taken whole or refused with file, line and reason.
#include "services/citybuild/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/services/citybuild/temporary_folder.h"

namespace dispatch135::citybuild {
namespace {

using ::testing::HasSubstr;

const std::string kProfile = R"(kind: motorcycle
speeds:
  primary: 36
  residential: 18.5
speed_limits: cap
fastest: 90
surfaces: {gravel: 500}
access: {keys: [access, motorcycle], open: ["yes"], closed: ["no"]}
one_way: {keys: [oneway], contraflow_permille: 300, contraflow_never_on: [motorway, roundabout]}
turn_restrictions: {obeyed: true, names: [motorcycle]}
crossings: {traffic_signals: 5s, level_crossing: closed}
barriers: {gate: 1500ms}
turns: {left: 2s, u_turn: forbidden}
)";

std::string changed(const std::string& from, const std::string& to) {
  std::string text = kProfile;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string mistake(const std::string& text) {
  const auto profile = parse_profile(text, "p.yaml");
  return profile.ok() ? "no mistake" : profile.error().message;
}

TEST(Profile, EveryKeyIsRead) {
  const auto parsed = parse_profile(kProfile, "p.yaml");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const Profile& profile = parsed.value();
  EXPECT_EQ(profile.kind, road::TravelKind::kMotorcycle);
  EXPECT_EQ(profile.speed_mm_s[*highway_index("primary")], 10'000U);
  EXPECT_EQ(profile.speed_mm_s[*highway_index("residential")], 5'139U);
  EXPECT_EQ(profile.speed_mm_s[*highway_index("motorway")], 0U);
  EXPECT_EQ(profile.limits, LimitUse::kCap);
  EXPECT_EQ(profile.fastest_mm_s, 25'000U);
  EXPECT_EQ(profile.surface_permille.at("gravel"), 500U);
  EXPECT_EQ(profile.contraflow_permille, 300U);
  EXPECT_EQ(profile.crossing_ms.at("level_crossing"), road::kNoEntry);
  EXPECT_EQ(profile.barrier_ms.at("gate"), 1'500U);
  EXPECT_EQ(profile.turn_ms[static_cast<std::size_t>(TurnShape::kLeft)], 2'000U);
  EXPECT_EQ(profile.turn_ms[static_cast<std::size_t>(TurnShape::kUTurn)], road::kNoEntry);
}

TEST(Profile, ProgramCarriesOneForEachKindOfTravel) {
  const Profiles profiles = preset_profiles();
  for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
    ASSERT_TRUE(profiles[kind]);
    EXPECT_EQ(static_cast<std::size_t>(profiles[kind]->kind), kind);
  }
}

TEST(Profile, MistakesNameFileLineAndKey) {
  EXPECT_THAT(mistake(changed("primary: 36", "primry: 36")), HasSubstr("p.yaml:3: speeds.primry: is no class"));
  EXPECT_THAT(mistake(changed("primary: 36", "primary: -36")), HasSubstr("p.yaml:3: speeds.primary: '-36'"));
  EXPECT_THAT(mistake(changed("primary: 36", "primary: 0")), HasSubstr("p.yaml:3: speeds.primary: '0'"));
  EXPECT_THAT(mistake(changed("primary: 36", "primary: 3600")), HasSubstr("p.yaml:3: speeds.primary: '3600'"));
  EXPECT_THAT(mistake(changed("primary: 36\n  residential: 18.5", "")), HasSubstr("p.yaml:2: speeds: names no street"));
  EXPECT_THAT(mistake(changed("speed_limits: cap\n", "")), HasSubstr("speed_limits: is missing"));
  EXPECT_THAT(mistake(changed("fastest", "fasted")), HasSubstr("p.yaml:6: fasted: unknown key"));
  EXPECT_THAT(mistake(changed("kind: motorcycle", "kind: hovercraft")), HasSubstr("p.yaml:1: kind: 'hovercraft'"));
  EXPECT_THAT(mistake(changed("gravel", "custard")), HasSubstr("p.yaml:7: surfaces.custard: is no surface"));
  EXPECT_THAT(mistake(changed("closed: [\"no\"]", "closed: [\"yes\"]")), HasSubstr("'yes' both opens and closes"));
  EXPECT_THAT(mistake(changed("never_on: [motorway", "never_on: [mtorway")), HasSubstr("'mtorway' is neither"));
  EXPECT_THAT(mistake(changed("traffic_signals: 5s", "traffic_signals: 5")), HasSubstr("p.yaml:11: crossings.traffic"));
  EXPECT_THAT(mistake(changed("traffic_signals: 5s", "traffic_signals: 5h")), HasSubstr("0s to 10min"));
  EXPECT_THAT(mistake(changed("gate: 1500ms", "portcullis: 1s")), HasSubstr("barriers.portcullis: is no barrier"));
  EXPECT_THAT(mistake(changed("left: 2s", "straight: forbidden")), HasSubstr("cannot be forbidden everywhere"));
  EXPECT_THAT(mistake(""), HasSubstr("speeds: is missing"));
  EXPECT_THAT(mistake("- a list"), HasSubstr("p.yaml:1: the file must be a mapping"));
}

class ProfileFolder : public ::testing::Test {
 protected:
  std::string mistake_in(const std::string& folder) const {
    const auto profiles = read_profiles(folder);
    return profiles.ok() ? "no mistake" : profiles.error().message;
  }
  TemporaryFolder folder_;
};

TEST_F(ProfileFolder, KindsWithoutAFileHaveNoProfile) {
  folder_.file("two_wheels.yaml", kProfile);
  folder_.file("notes.txt", "not a profile");
  const auto profiles = read_profiles(folder_.path(""));
  ASSERT_TRUE(profiles.ok()) << profiles.error().message;
  EXPECT_TRUE(profiles.value()[static_cast<std::size_t>(road::TravelKind::kMotorcycle)]);
  EXPECT_FALSE(profiles.value()[static_cast<std::size_t>(road::TravelKind::kCar)]);
}

TEST_F(ProfileFolder, TwoFilesForOneKindAreRefused) {
  folder_.file("a.yaml", kProfile);
  folder_.file("b.yaml", kProfile);
  EXPECT_THAT(mistake_in(folder_.path("")), HasSubstr("b.yaml: is for the same kind of travel as "));
}

TEST_F(ProfileFolder, MissingAndEmptyFoldersAreRefusedByName) {
  EXPECT_THAT(mistake_in(folder_.path("absent")), HasSubstr("absent: cannot be read as a folder"));
  EXPECT_THAT(mistake_in(folder_.path("")), HasSubstr("has no profile (*.yaml)"));
}

TEST_F(ProfileFolder, MistakeInAFileIsToldWithItsPath) {
  folder_.file("a.yaml", changed("primary: 36", "primary: -1"));
  EXPECT_THAT(mistake_in(folder_.path("")), HasSubstr("a.yaml:3: speeds.primary"));
}

}  // namespace
}  // namespace dispatch135::citybuild
