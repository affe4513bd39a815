// What the posts cover: which junctions and places somebody can be at within so many minutes.
#include <algorithm>
#include <array>
#include <iomanip>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/road/reach.h"
#include "services/citybuild/commands.h"
#include "services/citybuild/geojson.h"
#include "services/citybuild/open_city.h"
#include "services/citybuild/summary.h"

namespace dispatch135::citybuild {
namespace {

constexpr auto& kKinds = road::kAllTravelKinds;

// Every unit from its post, by its kind of travel.
class Cover {
 public:
  Cover(const city::City& city, DurationMs turnout) : city_(city) {
    std::array<std::vector<road::Start>, road::kTravelKinds> starts;
    for (std::uint32_t i = 0; i < city.unit_count(); ++i) {
      const city::UnitInfo unit = city.unit(UnitIndex(i));
      const road::TravelKind kind = city::to_road(unit.travel_kind);
      const auto at = city.roads().snap(city.post(unit.post).position, kind, limits::kSnapLimitMm);
      if (at) starts[static_cast<std::size_t>(kind)].push_back({*at, turnout});
    }
    for (const road::TravelKind kind : kKinds) {
      reach_.emplace_back(city.roads(), kind).from(starts[static_cast<std::size_t>(kind)]);
    }
  }

  std::int32_t junction_ms(std::uint32_t junction) const {
    std::int32_t soonest = road::kNoWayMs;
    for (const road::Reach& reach : reach_) soonest = std::min(soonest, reach.at_junction(junction));
    return soonest;
  }

  std::int32_t place_ms(geo::Point place) const {
    const auto each = city_.roads().snap_each(place, road::kEveryKind, limits::kSnapLimitMm);
    std::int32_t soonest = road::kNoWayMs;
    for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
      if (each[kind]) soonest = std::min(soonest, reach_[kind].at(*each[kind]));
    }
    return soonest;
  }

 private:
  const city::City& city_;
  std::vector<road::Reach> reach_;  // By kind of travel.
};

// In how many of the times each one is within reach; as many as there are times: in none.
std::size_t ring_of(std::int32_t ms, const std::vector<std::uint32_t>& minutes) {
  const auto within = [ms](std::uint32_t limit) { return std::int64_t{ms} <= std::int64_t{limit} * 60'000; };
  return static_cast<std::size_t>(std::find_if(minutes.begin(), minutes.end(), within) - minutes.begin());
}

class Counts {
 public:
  explicit Counts(const std::vector<std::uint32_t>& minutes) : in_ring_(minutes.size() + 1, 0) {}
  void add(std::size_t ring) { ++in_ring_[ring]; }
  void print(const std::string& what) const {
    std::size_t all = 0;
    for (const std::size_t count : in_ring_) all += count;
    std::cout << std::left << std::setw(18) << what << std::right << std::setw(9) << all;
    std::size_t within = 0;
    for (std::size_t ring = 0; ring + 1 < in_ring_.size(); ++ring) {
      within += in_ring_[ring];
      std::cout << std::fixed << std::setprecision(1) << std::setw(9)
                << 100.0 * static_cast<double>(within) / static_cast<double>(std::max<std::size_t>(all, 1)) << '%';
    }
    std::cout << '\n';
  }

 private:
  std::vector<std::size_t> in_ring_;
};

void print_table(const city::City& city, const Cover& cover, const std::vector<std::uint32_t>& minutes) {
  Counts junctions(minutes);
  for (std::uint32_t i = 0; i < city.roads().junctions.size(); ++i) {
    junctions.add(ring_of(cover.junction_ms(i), minutes));
  }
  Counts places(minutes);
  std::map<v1::PlaceClass, Counts> by_class;
  for (std::size_t i = 0; i < city.place_count(); ++i) {
    const city::PlaceInfo place = city.place(i);
    const std::size_t ring = ring_of(cover.place_ms(place.position), minutes);
    places.add(ring);
    by_class.try_emplace(place.place_class, minutes).first->second.add(ring);
  }
  std::cout << std::left << std::setw(18) << "" << std::right << std::setw(9) << "count";
  for (const std::uint32_t limit : minutes) std::cout << std::setw(6) << limit << " min";
  std::cout << '\n';
  junctions.print("junctions");
  places.print("places");
  for (const auto& [place_class, counts] : by_class) {
    counts.print("  " + word(v1::PlaceClass_Name(place_class), sizeof("PLACE_CLASS_") - 1));
  }
}

// One feature for each time: the edges both of whose ends are within it and not within a shorter one.
void print_geojson(const city::City& city, const Cover& cover, const std::vector<std::uint32_t>& minutes) {
  const road::Network& roads = city.roads();
  std::vector<Json> lines(minutes.size(), Json::array());
  for (const road::Edge& edge : roads.edges) {
    const std::size_t ring = ring_of(std::max(cover.junction_ms(edge.from), cover.junction_ms(edge.to)), minutes);
    if (ring == minutes.size()) continue;
    Json line = Json::array();
    for (const geo::Point point : roads.shape_points.subspan(edge.first_shape, edge.shape_count)) {
      line.push_back(coordinates(point));
    }
    lines[ring].push_back(std::move(line));
  }
  Json features = Json::array();
  for (std::size_t ring = 0; ring < minutes.size(); ++ring) {
    features.push_back(
        feature({{"type", "MultiLineString"}, {"coordinates", std::move(lines[ring])}}, {{"minutes", minutes[ring]}}));
  }
  print_collection(std::move(features));
}

}  // namespace

std::optional<Error> run_reach(const ReachOptions& options) {
  const auto open = open_city(options.file);
  if (!open) {
    return open.error();
  }
  std::vector<std::uint32_t> minutes = options.minutes;
  std::sort(minutes.begin(), minutes.end());
  const Cover cover(open.value().city, DurationMs{std::int64_t{options.turnout_s} * 1'000});
  if (options.geojson) {
    print_geojson(open.value().city, cover, minutes);
  } else {
    print_table(open.value().city, cover, minutes);
  }
  return std::nullopt;
}

}  // namespace dispatch135::citybuild
