// How OpenStreetMap's tags are read: what people wrote, tidy or not.
#include "services/citybuild/osm_rules.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace dispatch135::citybuild {
namespace {

using Tags = std::map<std::string, std::string>;

TagLookup lookup(const Tags& tags) {
  return [&tags](const char* key) -> std::string_view {
    const auto found = tags.find(key);
    return found == tags.end() ? std::string_view() : found->second;
  };
}

WayVerdict judge(const Tags& tags) { return judge_way(lookup(tags)); }

constexpr std::size_t kCar = 0;
constexpr std::size_t kMotorcycle = 1;
constexpr std::size_t kFoot = 2;

TEST(Maxspeed, UnitsAndImplicitLimitsAreUnderstood) {
  const std::map<std::string, std::uint32_t> limits = {{"50", 50},         {"50 km/h", 50},   {"50km/h", 50},
                                                       {"30 mph", 48},     {"50 mph", 80},    {"10 knots", 19},
                                                       {"walk", 7},        {"RU:urban", 50},  {"RU:rural", 90},
                                                       {"DE:zone:30", 30}, {"DE:zone30", 30}, {"CN:motorway", 120},
                                                       {"50;30", 50},      {"27.5", 27},      {" 60 ", 60},
                                                       {"1", 5},           {"300", 150},      {"FR:living_street", 20},
                                                       {"DE:walk", 7}};
  for (const auto& [text, kmh] : limits) {
    EXPECT_EQ(parse_maxspeed_kmh(text), kmh) << text;
  }
}

TEST(Maxspeed, GarbageSaysNothing) {
  for (const char* text : {"", "none", "signals", "variable", "fifty", "50 furlongs", "-30", "0", "99999999999", ":",
                           "RU:", "RU:moon", ";", "50.", "mph", "DE:zone"}) {
    EXPECT_EQ(parse_maxspeed_kmh(text), std::nullopt) << text;
  }
}

TEST(Way, LimitHoldsForMotorVehiclesAndEachDirection) {
  const auto verdict = judge({{"highway", "residential"}, {"maxspeed", "36"}, {"maxspeed:backward", "18"}});
  ASSERT_FALSE(verdict.drop);
  EXPECT_EQ(verdict.travel.forward_mm_s, (std::array<std::uint32_t, 3>{10'000, 10'000, 1'400}));
  EXPECT_EQ(verdict.travel.backward_mm_s, (std::array<std::uint32_t, 3>{5'000, 5'000, 1'400}));
}

TEST(Way, GarbageLimitLeavesTheClassSpeed) {
  const auto plain = judge({{"highway", "secondary"}});
  const auto garbage = judge({{"highway", "secondary"}, {"maxspeed", "fast"}});
  EXPECT_GT(plain.travel.forward_mm_s[kCar], 0U);
  EXPECT_EQ(garbage.travel.forward_mm_s, plain.travel.forward_mm_s);
}

TEST(Way, OneWayBindsMotorVehiclesOnly) {
  for (const char* value : {"yes", "true", "1"}) {
    const auto travel = judge({{"highway", "residential"}, {"oneway", value}}).travel;
    EXPECT_GT(travel.forward_mm_s[kCar], 0U);
    EXPECT_EQ(travel.backward_mm_s[kCar], 0U);
    EXPECT_EQ(travel.backward_mm_s[kMotorcycle], 0U);
    EXPECT_GT(travel.backward_mm_s[kFoot], 0U);
  }
}

TEST(Way, OneWayMinusOneRunsAgainstTheDrawing) {
  for (const char* value : {"-1", "reverse"}) {
    const auto travel = judge({{"highway", "residential"}, {"oneway", value}}).travel;
    EXPECT_EQ(travel.forward_mm_s[kCar], 0U);
    EXPECT_GT(travel.backward_mm_s[kCar], 0U);
  }
}

TEST(Way, RoundaboutsAndMotorwaysAreOneWayUnlessTheySayNo) {
  EXPECT_EQ(judge({{"highway", "tertiary"}, {"junction", "roundabout"}}).travel.backward_mm_s[kCar], 0U);
  EXPECT_EQ(judge({{"highway", "motorway"}}).travel.backward_mm_s[kCar], 0U);
  EXPECT_EQ(judge({{"highway", "motorway"}}).travel.forward_mm_s[kFoot], 0U);
  EXPECT_GT(judge({{"highway", "motorway"}, {"oneway", "no"}}).travel.backward_mm_s[kCar], 0U);
}

TEST(Way, TheMoreSpecificAccessTagDecides) {
  const auto private_road = judge({{"highway", "service"}, {"access", "private"}});
  EXPECT_EQ(private_road.drop, WayDrop::kNoAccess);
  const auto foot_allowed = judge({{"highway", "service"}, {"access", "no"}, {"foot", "yes"}});
  ASSERT_FALSE(foot_allowed.drop);
  EXPECT_EQ(foot_allowed.travel.forward_mm_s[kCar], 0U);
  EXPECT_GT(foot_allowed.travel.forward_mm_s[kFoot], 0U);
  const auto no_motor = judge({{"highway", "residential"}, {"motor_vehicle", "no"}});
  EXPECT_EQ(no_motor.travel.forward_mm_s[kMotorcycle], 0U);
  EXPECT_GT(no_motor.travel.forward_mm_s[kFoot], 0U);
  const auto motorcycles = judge({{"highway", "residential"}, {"motor_vehicle", "no"}, {"motorcycle", "yes"}});
  EXPECT_EQ(motorcycles.travel.forward_mm_s[kCar], 0U);
  EXPECT_GT(motorcycles.travel.forward_mm_s[kMotorcycle], 0U);
  EXPECT_EQ(judge({{"highway", "primary"}, {"foot", "no"}}).travel.forward_mm_s[kFoot], 0U);
  EXPECT_EQ(judge({{"highway", "trunk"}, {"motorroad", "yes"}}).travel.forward_mm_s[kFoot], 0U);
}

TEST(Way, FootwaysAreForFeet) {
  const auto travel = judge({{"highway", "footway"}}).travel;
  EXPECT_EQ(travel.forward_mm_s[kCar], 0U);
  EXPECT_GT(travel.backward_mm_s[kFoot], judge({{"highway", "steps"}}).travel.backward_mm_s[kFoot]);
}

TEST(Way, WhatNobodyTravelsIsDroppedWithItsReason) {
  EXPECT_EQ(judge({{"building", "yes"}}).drop, WayDrop::kNotRoad);
  EXPECT_EQ(judge({{"highway", "raceway"}}).drop, WayDrop::kNotRoad);
  EXPECT_EQ(judge({{"highway", "service"}, {"service", "parking_aisle"}}).drop, WayDrop::kNotRoad);
  EXPECT_EQ(judge({{"highway", "track"}, {"tracktype", "grade5"}}).drop, WayDrop::kNotRoad);
  EXPECT_EQ(judge({{"highway", "construction"}, {"construction", "primary"}}).drop, WayDrop::kUnbuilt);
  EXPECT_EQ(judge({{"route", "ferry"}, {"motor_vehicle", "yes"}}).drop, WayDrop::kFerry);
  EXPECT_EQ(judge({{"highway", "pedestrian"}, {"area", "yes"}}).drop, WayDrop::kArea);
}

TEST(Place, ClassComesFromTheAmenity) {
  const auto place = [](const Tags& tags) { return place_class_of(lookup(tags)); };
  EXPECT_EQ(place({{"amenity", "school"}}), v1::PLACE_CLASS_SCHOOL);
  EXPECT_EQ(place({{"amenity", "bank"}}), v1::PLACE_CLASS_BANK);
  EXPECT_EQ(place({{"railway", "station"}}), v1::PLACE_CLASS_RAILWAY_STATION);
  EXPECT_EQ(place({{"shop", "mall"}}), v1::PLACE_CLASS_MALL);
  EXPECT_EQ(place({{"landuse", "residential"}}), std::nullopt);
  EXPECT_EQ(place({{"amenity", "bench"}}), std::nullopt);
}

}  // namespace
}  // namespace dispatch135::citybuild
