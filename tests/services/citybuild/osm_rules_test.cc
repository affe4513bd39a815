// How OpenStreetMap's tags are read: what people wrote, tidy or not.
#include "services/citybuild/osm_rules.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "services/citybuild/osm_crossings.h"
#include "tests/services/citybuild/travel_kinds.h"

namespace dispatch135::citybuild {
namespace {

using Tags = std::map<std::string, std::string>;

TagLookup lookup(Tags tags) {
  return [tags = std::move(tags)](const char* key) -> std::string_view {
    const auto found = tags.find(key);
    return found == tags.end() ? std::string_view() : found->second;
  };
}

WayVerdict judge(const Tags& tags) { return judge_way(lookup(tags), preset_profiles()); }

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
  EXPECT_EQ(verdict.travel.forward_mm_s, (road::PerKind<std::uint32_t>{10'000, 10'000, 1'400, 13'000, 4'167}));
  EXPECT_EQ(verdict.travel.backward_mm_s, (road::PerKind<std::uint32_t>{5'000, 5'000, 1'400, 6'500, 4'167}));
  EXPECT_EQ(verdict.travel.road_class, v1::ROAD_CLASS_RESIDENTIAL);
}

TEST(Way, LimitBelowABicyclesPaceSlowsItDown) {
  EXPECT_EQ(judge({{"highway", "residential"}, {"maxspeed", "9"}}).travel.forward_mm_s[kBicycle], 2'500U);
}

TEST(Way, NobodyIsFasterThanItsProfileAllows) {
  const auto travel = judge({{"highway", "motorway"}, {"maxspeed", "130"}}).travel;
  EXPECT_EQ(travel.forward_mm_s[kCar], 33'333U);
  EXPECT_EQ(travel.forward_mm_s[kMotorcycle], 22'222U);
  EXPECT_EQ(travel.forward_mm_s[kSiren], 41'667U);
}

TEST(Way, BadSurfaceSlowsDown) {
  const auto travel = judge({{"highway", "residential"}, {"maxspeed", "36"}, {"surface", "sett"}}).travel;
  EXPECT_EQ(travel.forward_mm_s[kCar], 7'000U);
  EXPECT_EQ(travel.forward_mm_s[kFoot], 1'400U);
}

TEST(Way, LinksHaveTheClassOfWhatTheyLeadTo) {
  EXPECT_EQ(judge({{"highway", "trunk_link"}}).travel.road_class, v1::ROAD_CLASS_TRUNK);
  EXPECT_EQ(judge({{"highway", "cycleway"}}).travel.road_class, v1::ROAD_CLASS_CYCLEWAY);
  EXPECT_EQ(judge({{"highway", "steps"}}).travel.road_class, v1::ROAD_CLASS_PATH);
}

TEST(Way, SirenCarsGoSlowlyAgainstAOneWayStreetButNeverAgainstAMotorway) {
  const auto street = judge({{"highway", "residential"}, {"oneway", "yes"}}).travel;
  EXPECT_GT(street.backward_mm_s[kSiren], 0U);
  EXPECT_LT(street.backward_mm_s[kSiren], street.forward_mm_s[kSiren]);
  EXPECT_EQ(judge({{"highway", "motorway"}}).travel.backward_mm_s[kSiren], 0U);
  EXPECT_EQ(judge({{"highway", "tertiary"}, {"junction", "roundabout"}}).travel.backward_mm_s[kSiren], 0U);
}

TEST(Way, BicyclesMayGoAgainstAOneWayStreetThatSaysSo) {
  EXPECT_EQ(judge({{"highway", "residential"}, {"oneway", "yes"}}).travel.backward_mm_s[kBicycle], 0U);
  const auto open = judge({{"highway", "residential"}, {"oneway", "yes"}, {"oneway:bicycle", "no"}}).travel;
  EXPECT_GT(open.backward_mm_s[kBicycle], 0U);
  EXPECT_EQ(open.backward_mm_s[kCar], 0U);
}

TEST(Way, BansForVehiclesDoNotStopASiren) {
  const auto banned = judge({{"highway", "residential"}, {"motor_vehicle", "no"}}).travel;
  EXPECT_EQ(banned.forward_mm_s[kCar], 0U);
  EXPECT_GT(banned.forward_mm_s[kSiren], 0U);
  const auto ground = judge({{"highway", "service"}, {"access", "private"}}).travel;
  EXPECT_EQ(ground.forward_mm_s[kCar], 0U);
  EXPECT_GT(ground.forward_mm_s[kSiren], 0U);
  EXPECT_EQ(judge({{"highway", "service"}, {"access", "no"}}).drop, WayDrop::kNoAccess);
  const auto emergency = judge({{"highway", "service"}, {"access", "no"}, {"emergency", "yes"}});
  ASSERT_FALSE(emergency.drop);
  EXPECT_GT(emergency.travel.forward_mm_s[kSiren], 0U);
  EXPECT_EQ(emergency.travel.forward_mm_s[kCar], 0U);
}

TEST(Way, PedestrianStreetsAreForWalkersMotorcyclesAndSirens) {
  const auto travel = judge({{"highway", "pedestrian"}, {"maxspeed", "20"}}).travel;
  EXPECT_EQ(travel.forward_mm_s[kCar], 0U);
  EXPECT_EQ(travel.forward_mm_s[kMotorcycle], 2'222U) << "a limit makes nobody faster where people walk";
  EXPECT_GT(travel.forward_mm_s[kSiren], 0U);
  EXPECT_GT(travel.forward_mm_s[kBicycle], 0U);
}

TEST(Way, KindWithoutAProfileHasNoRoads) {
  Profiles cars;
  cars[kCar] = preset_profiles()[kCar];
  const auto travel = judge_way(lookup({{"highway", "residential"}}), cars).travel;
  EXPECT_GT(travel.forward_mm_s[kCar], 0U);
  EXPECT_EQ(travel.forward_mm_s[kFoot], 0U);
  EXPECT_EQ(judge_way(lookup({{"highway", "footway"}}), cars).drop, WayDrop::kNoAccess);
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
  EXPECT_EQ(private_road.travel.forward_mm_s[kFoot], 0U);
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

TEST(Way, SoftTracksAreNotForCars) {
  EXPECT_GT(judge({{"highway", "track"}, {"tracktype", "grade2"}}).travel.forward_mm_s[kCar], 0U);
  const auto soft = judge({{"highway", "track"}, {"tracktype", "grade5"}}).travel;
  EXPECT_EQ(soft.forward_mm_s[kCar], 0U);
  EXPECT_GT(soft.forward_mm_s[kFoot], 0U);
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

Crossing crossing(const Tags& tags) { return judge_node(lookup(tags), preset_profiles()).value_or(Crossing{}); }

TEST(Node, BollardsStopCarsOnlyAndAccessTagsDecideAboveThem) {
  const Crossing bollard = crossing({{"barrier", "bollard"}});
  EXPECT_TRUE(bollard.closes(kCar));
  EXPECT_TRUE(bollard.closes(kSiren));
  EXPECT_FALSE(bollard.closes(kMotorcycle));
  EXPECT_FALSE(crossing({{"barrier", "bollard"}, {"motor_vehicle", "yes"}}).closes(kCar));
  const Crossing gate = crossing({{"barrier", "gate"}, {"access", "private"}});
  EXPECT_TRUE(gate.closes(kCar));
  EXPECT_TRUE(gate.closes(kFoot));
  EXPECT_EQ(gate.extra_ms[kSiren], 15'000U);
  EXPECT_EQ(crossing({{"barrier", "gate"}}).extra_ms[kCar], 20'000U);
}

TEST(Node, SignalsCostASirenLess) {
  const Crossing signals = crossing({{"highway", "traffic_signals"}});
  EXPECT_TRUE(signals.signals);
  EXPECT_LT(signals.extra_ms[kSiren], signals.extra_ms[kCar]);
}

TEST(Node, SignsFaceTheNearerEndUnlessTheySay) {
  EXPECT_EQ(crossing({{"highway", "stop"}}).facing, Facing::kNearerEnd);
  EXPECT_EQ(crossing({{"highway", "stop"}, {"direction", "backward"}}).facing, Facing::kBackward);
  EXPECT_EQ(crossing({{"highway", "traffic_signals"}, {"traffic_signals:direction", "forward"}}).facing,
            Facing::kForward);
  EXPECT_EQ(crossing({{"highway", "crossing"}}).facing, Facing::kBoth);
}

TEST(Node, WhatStopsNobodyIsNothing) {
  EXPECT_FALSE(judge_node(lookup({{"highway", "bus_stop"}}), preset_profiles()));
  EXPECT_FALSE(judge_node(lookup({{"highway", "crossing"}, {"crossing", "unmarked"}}), preset_profiles()));
  EXPECT_FALSE(judge_node(lookup({{"traffic_calming", "no"}}), preset_profiles()));
}

}  // namespace
}  // namespace dispatch135::citybuild
