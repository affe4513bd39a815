// Small towns for the stories, laid out in metres: x to the east, y to the north.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include "engine/city/draft.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {

class Town {
 public:
  // A region from west to east.
  explicit Town(RegionId region = kRegion, double west_m = -20'000, double east_m = 40'000) {
    draft_.name = "town";
    draft_.regions.push_back(
        {region, "Wuxi", {at(west_m, -20'000), at(east_m, -20'000), at(east_m, 40'000), at(west_m, 40'000)}});
  }

  static geo::Point at(double x_m, double y_m) {
    constexpr double kE7PerMetre = 1e7 / 111'319.49;  // Along a meridian.
    const double cosine = std::cos(31.57 * M_PI / 180);
    return {static_cast<std::int32_t>(315'700'000 + std::lround(y_m * kE7PerMetre)),
            static_cast<std::int32_t>(1'203'000'000 + std::lround(x_m * kE7PerMetre / cosine))};
  }

  std::uint32_t junction(double x_m, double y_m) {
    draft_.junctions.push_back(at(x_m, y_m));
    return static_cast<std::uint32_t>(draft_.junctions.size() - 1);
  }

  // Cars and motorcycles at 10 m/s, feet at 1 m/s.
  Town& street(std::uint32_t from, std::uint32_t to) { return way(from, to, true); }
  Town& one_way(std::uint32_t from, std::uint32_t to) { return way(from, to, false); }

  // A straight street from (0, y), or from further east, to the east with a junction each 100 m.
  Town& long_street(int blocks, double y_m = 0, double from_m = 0) {
    std::uint32_t previous = junction(from_m, y_m);
    for (int i = 1; i <= blocks; ++i) {
      const std::uint32_t next = junction(from_m + i * 100.0, y_m);
      street(previous, next);
      previous = next;
    }
    return *this;
  }

  // A post with one unit of the same number, an outpost crew in a car (no turnout time) unless said otherwise.
  Town& post(std::uint64_t id, double x_m, double y_m, v1::PostKind kind = v1::POST_KIND_OUTPOST,
             v1::TravelKind travel = v1::TRAVEL_KIND_CAR, std::uint32_t capabilities = 0,
             v1::UnitKind unit_kind = v1::UNIT_KIND_OUTPOST_CREW) {
    draft_.posts.push_back({PostId(id), "post " + std::to_string(id), kind, at(x_m, y_m)});
    draft_.units.push_back({UnitId(id), PostId(id), "unit " + std::to_string(id), unit_kind, travel, capabilities});
    return *this;
  }

  // Part of the region from west to east, south of y = 20 km.
  Town& district(std::uint32_t code, double west_m, double east_m) {
    draft_.districts.push_back({DistrictId(code),
                                draft_.regions[0].id,
                                "district " + std::to_string(code),
                                {at(west_m, -20'000), at(east_m, -20'000), at(east_m, 20'000), at(west_m, 20'000)}});
    return *this;
  }

  Town& place(const std::string& name, v1::PlaceClass place_class, double x_m, double y_m) {
    draft_.places.push_back({name, place_class, at(x_m, y_m)});
    return *this;
  }

  const city::CityDraft& draft() const { return draft_; }

 private:
  Town& way(std::uint32_t from, std::uint32_t to, bool both) {
    city::DraftEdge edge;
    edge.from = from;
    edge.to = to;
    edge.forward_mm_s = {10'000, 10'000, 1'000};
    if (both) edge.backward_mm_s = edge.forward_mm_s;
    draft_.edges.push_back(edge);
    return *this;
  }

  city::CityDraft draft_;
};

}  // namespace dispatch135::core::testing
