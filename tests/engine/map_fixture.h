// Cities drawn as text, for stories.
//
//   AsciiMap map(R"(
//     A--1--B
//     |     v
//     C<----D
//   )");
//
// Upper-case letters are junctions. `-` and `|` are streets in both directions, `>` `<` `^` `v` one-way streets: one
// such sign makes the whole street between two junctions one-way, for all but people on foot, who go both
// ways. Digits are places on a street (an incident, a unit, a post), no junctions. Streets run straight from junction
// to junction. A `:` in a street makes it a path for people on foot only. Every step right or down is MapScale::step_mm
// (taken as whole e7 degrees near the equator, so lengths are right within 1 mm per metre).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/city/city.h"
#include "engine/city/draft.h"
#include "engine/road/live_roads.h"

namespace dispatch135::testing {

struct MapScale {
  std::int64_t step_mm = 100'000;
  std::uint32_t car_mm_s = 10'000;  // 36 km/h: a step of 100 m takes 10 s.
  std::uint32_t motorcycle_mm_s = 10'000;
  std::uint32_t foot_mm_s = 1'000;
  std::uint32_t car_with_siren_mm_s = 20'000;
  std::uint32_t bicycle_mm_s = 5'000;
};

// A city with the bytes it lives in.
class BuiltCity {
 public:
  // Stops the test program with the error when the draft cannot be built.
  explicit BuiltCity(const city::CityDraft& draft);
  const city::City& city() const { return *city_; }
  const road::Network& roads() const { return city_->roads(); }
  std::span<const std::byte> bytes() const { return bytes_; }
  // The same roads, to be searched and changed.
  road::LiveRoads& live() { return *live_; }

 private:
  std::vector<std::byte> bytes_;
  std::unique_ptr<city::City> city_;
  std::unique_ptr<road::LiveRoads> live_;
};

class AsciiMap {
 public:
  static constexpr RegionId kRegion{320200};
  static constexpr DistrictId kDistrict{320205};

  // One region and in it one district, both with a margin of 10 steps around the drawing. A wrong drawing stops the
  // test program and says where.
  explicit AsciiMap(std::string_view drawing, MapScale scale = {});

  // Where a letter or digit stands.
  geo::Point at(char sign) const;

  // Ids count from 1 in the order of the calls.
  PostId add_post(const std::string& name, char where, v1::PostKind kind = v1::POST_KIND_STREET_STATION);
  UnitId add_unit(const std::string& call_sign, const std::string& post, v1::UnitKind kind = v1::UNIT_KIND_STATION_CREW,
                  v1::TravelKind travel = v1::TRAVEL_KIND_CAR, std::uint32_t capabilities = 0);
  void add_place(const std::string& name, char where, v1::PlaceClass place_class);

  PostId post(const std::string& name) const;
  UnitId unit(const std::string& call_sign) const;

  city::CityDraft& draft() { return draft_; }
  BuiltCity build() const { return BuiltCity(draft_); }

 private:
  void read_junctions();
  void read_street(std::size_t row, std::size_t column, bool down);
  char sign_at(std::size_t row, std::size_t column) const;
  geo::Point point_at(std::size_t row, std::size_t column) const;

  MapScale scale_;
  std::vector<std::string> rows_;
  std::map<char, geo::Point> points_;
  std::map<char, std::uint32_t> junctions_;
  city::CityDraft draft_;
};

}  // namespace dispatch135::testing
