#include "tests/engine/plain_cover.h"

#include "tests/engine/plain_dijkstra.h"

namespace dispatch135::testing {

PlainCover::PlainCover(const coverage::Zones& zones, std::uint32_t busy_permille, const road::Network& now)
    : busy_permille_(busy_permille) {
  PlainDijkstra dijkstra(now);
  for (const auto kind : road::kAllTravelKinds) {
    std::vector<std::optional<road::RoadPoint>> middles(zones.size());
    zones.find_middles(now, kind, std::vector<bool>(middles.size(), true), middles);
    auto& ms = ms_[static_cast<std::size_t>(kind)];
    ms.assign(middles.size(), std::vector<std::int64_t>(middles.size(), 1'000'000));
    for (std::size_t to = 0; to < middles.size(); ++to) {
      if (middles[to]) dijkstra.aim(*middles[to], kind);
      for (std::size_t from = 0; from < middles.size(); ++from) {
        if (from == to) ms[from][to] = 0;
        if (from == to || !middles[to] || !middles[from]) continue;
        if (const auto way = dijkstra.travel_ms(*middles[from])) ms[from][to] = static_cast<std::int64_t>(*way);
      }
    }
  }
}

std::uint32_t PlainCover::covering(const std::vector<std::optional<coverage::Standing>>& units, std::size_t zone,
                                   std::size_t ring) const {
  std::uint32_t count = 0;
  for (const auto& unit : units) {
    if (!unit) continue;
    const std::int64_t way = ms_[static_cast<std::size_t>(unit->kind)][unit->zone.value()][zone];
    if (way + unit->turnout.count <= std::int64_t{policy::kRingMinutes[ring]} * 60'000) ++count;
  }
  return count;
}

std::int64_t PlainCover::worth(const std::vector<std::optional<coverage::Standing>>& units,
                               const std::vector<coverage::PerRing<std::int64_t>>& demand) const {
  std::int64_t total = 0;
  for (std::size_t zone = 0; zone < demand.size(); ++zone) {
    for (std::size_t ring = 0; ring < coverage::kRings; ++ring) {
      std::int64_t all_busy = 1'000'000;
      for (std::uint32_t k = covering(units, zone, ring); k > 0; --k) all_busy = all_busy * busy_permille_ / 1'000;
      total += demand[zone][ring] * (1'000'000 - all_busy);
    }
  }
  return total;
}

}  // namespace dispatch135::testing
