#include "services/citybuild/osm_network.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/geo/plane.h"
#include "services/citybuild/local_plane.h"

namespace dispatch135::citybuild {
namespace {

constexpr std::uint32_t kNone = OsmNetwork::kNone;
constexpr std::int64_t kStopLineMm = 60'000;  // Signals farther from a junction are not its own.
constexpr std::size_t kMissing = static_cast<std::size_t>(-1);

class NetworkBuilder {
 public:
  NetworkBuilder(const OsmData& data, city::CityDraft& draft)
      : data_(data), draft_(draft), uses_(data.node_ids.size(), 0), junction_(data.node_ids.size(), kNone) {
    for (const auto& found : data.crossings) {
      if (const std::size_t node = find(found.node); node != kMissing) {
        crossings_.emplace_back(node, &found.crossing);
      }
    }
  }

  OsmNetwork build() {
    for (const auto& [node, crossing] : crossings_) {
      if (crossing->closes_any()) {
        uses_[node] = 1;  // One more by a way makes it a junction.
      }
    }
    for (const auto& way : data_.ways) {
      count_uses(way);
    }
    for (const auto& way : data_.ways) {
      const auto first = static_cast<std::uint32_t>(draft_.edges.size());
      for (const auto& run : runs_of(way)) {
        add_run(way, run);
      }
      network_.ways.push_back({way.id, first, static_cast<std::uint32_t>(draft_.edges.size()) - first});
    }
    std::sort(network_.ways.begin(), network_.ways.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    note_junctions();
    return std::move(network_);
  }

 private:
  // Stretches of a way whose nodes are all known, as positions in node_ids.
  std::vector<std::vector<std::size_t>> runs_of(const OsmWay& way) const {
    std::vector<std::vector<std::size_t>> runs(1);
    for (const std::int64_t id : way.nodes) {
      const std::size_t node = find(id);
      if (node != kMissing) {
        runs.back().push_back(node);
      } else if (!runs.back().empty()) {
        runs.emplace_back();
      }
    }
    std::erase_if(runs, [](const auto& run) { return run.size() < 2; });
    return runs;
  }

  std::size_t find(std::int64_t id) const {
    const auto found = std::lower_bound(data_.node_ids.begin(), data_.node_ids.end(), id);
    return found == data_.node_ids.end() || *found != id ? kMissing
                                                         : static_cast<std::size_t>(found - data_.node_ids.begin());
  }

  // An end counts twice, so that two uses make a junction of any node.
  void count_uses(const OsmWay& way) {
    for (const auto& run : runs_of(way)) {
      for (const std::size_t node : run) {
        use(node);
      }
      use(run.front());
      use(run.back());
    }
  }
  void use(std::size_t node) { uses_[node] = static_cast<std::uint8_t>(std::min<int>(uses_[node] + 1, 2)); }

  std::uint32_t junction_at(std::size_t node) {
    if (junction_[node] == kNone) {
      junction_[node] = static_cast<std::uint32_t>(draft_.junctions.size());
      draft_.junctions.push_back(data_.node_positions[node]);
    }
    return junction_[node];
  }

  void add_run(const OsmWay& way, const std::vector<std::size_t>& run) {
    std::size_t begin = 0;
    for (std::size_t i = 1; i < run.size(); ++i) {
      if (uses_[run[i]] < 2) {
        continue;
      }
      if (run[i] == run[begin] && i - begin > 1) {
        const std::size_t middle = begin + (i - begin) / 2;
        add_edge(way, run, begin, middle);
        begin = middle;
      }
      add_edge(way, run, begin, i);
      begin = i;
    }
  }

  void add_edge(const OsmWay& way, const std::vector<std::size_t>& run, std::size_t begin, std::size_t end) {
    city::DraftEdge edge;
    edge.from = junction_at(run[begin]);
    edge.to = junction_at(run[end]);
    for (std::size_t i = begin + 1; i < end; ++i) {
      edge.between.push_back(data_.node_positions[run[i]]);
    }
    edge.name = way.name;
    edge.road_class = way.travel.road_class;
    edge.forward_mm_s = way.travel.forward_mm_s;
    edge.backward_mm_s = way.travel.backward_mm_s;
    for (std::size_t i = begin; i <= end; ++i) {
      if (const Crossing* crossing = crossing_at(run[i])) {
        meet(*crossing, {i == begin, i == end, away_mm(run[i], run[begin]), away_mm(run[i], run[end])}, edge);
      }
    }
    draft_.edges.push_back(std::move(edge));
  }

  const Crossing* crossing_at(std::size_t node) const {
    const auto found = std::lower_bound(crossings_.begin(), crossings_.end(), node,
                                        [](const auto& entry, std::size_t wanted) { return entry.first < wanted; });
    return found == crossings_.end() || found->first != node ? nullptr : found->second;
  }

  std::int64_t away_mm(std::size_t node, std::size_t other) const {
    const LocalPlane plane(data_.node_positions[node]);
    return geo::distance_mm({}, plane.to_plane(data_.node_positions[other]));
  }

  // Where on an edge a node is; the distances are straight ones.
  struct OnEdge {
    bool at_begin;
    bool at_end;
    std::int64_t to_begin_mm;
    std::int64_t to_end_mm;
  };

  void meet(const Crossing& crossing, OnEdge on, city::DraftEdge& edge) {
    const bool inside = !on.at_begin && !on.at_end;
    const bool nearer = crossing.facing == Facing::kNearerEnd;
    const bool nearer_to_end = on.at_end || on.to_end_mm < on.to_begin_mm;
    const bool forward =
        crossing.facing == Facing::kBoth || crossing.facing == Facing::kForward || (nearer && nearer_to_end);
    const bool backward =
        crossing.facing == Facing::kBoth || crossing.facing == Facing::kBackward || (nearer && !nearer_to_end);
    const auto add = [&](road::PerKind<std::uint32_t>& extra_ms) {
      for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
        extra_ms[kind] += crossing.closes(kind) ? 0 : crossing.extra_ms[kind];
      }
    };
    if (forward && !on.at_begin) {
      add(edge.forward_extra_ms);
    }
    if (backward && !on.at_end) {
      add(edge.backward_extra_ms);
    }
    // The stop line of a signal stands before its junction; lights far from one are for walkers.
    if (crossing.signals && inside && forward && on.to_end_mm <= kStopLineMm) {
      network_.signals.push_back(edge.to);
    }
    if (crossing.signals && inside && backward && on.to_begin_mm <= kStopLineMm) {
      network_.signals.push_back(edge.from);
    }
  }

  void note_junctions() {
    for (std::size_t node = 0; node < junction_.size(); ++node) {
      if (junction_[node] != kNone) {
        network_.junctions.emplace_back(data_.node_ids[node], junction_[node]);
      }
    }
    for (const auto& [node, crossing] : crossings_) {
      if (junction_[node] == kNone) {
        continue;
      }
      if (crossing->signals) {
        network_.signals.push_back(junction_[node]);
      }
      std::uint32_t kinds = 0;
      for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
        kinds |= crossing->closes(kind) ? 1U << kind : 0U;
      }
      if (kinds != 0) {
        network_.closed.emplace_back(junction_[node], kinds);
      }
    }
  }

  const OsmData& data_;
  city::CityDraft& draft_;
  std::vector<std::uint8_t> uses_;                                  // By node; 2 stands for more.
  std::vector<std::uint32_t> junction_;                             // By node.
  std::vector<std::pair<std::size_t, const Crossing*>> crossings_;  // By node, rising.
  OsmNetwork network_;
};

}  // namespace

const OsmNetwork::Way* OsmNetwork::way(std::int64_t id) const {
  const auto found = std::lower_bound(ways.begin(), ways.end(), id,
                                      [](const Way& entry, std::int64_t wanted) { return entry.id < wanted; });
  return found == ways.end() || found->id != id || found->edges == 0 ? nullptr : &*found;
}

std::uint32_t OsmNetwork::junction(std::int64_t node) const {
  const auto found = std::lower_bound(junctions.begin(), junctions.end(), node,
                                      [](const auto& entry, std::int64_t wanted) { return entry.first < wanted; });
  return found == junctions.end() || found->first != node ? kNone : found->second;
}

OsmNetwork add_osm_network(const OsmData& data, city::CityDraft& draft) { return NetworkBuilder(data, draft).build(); }

}  // namespace dispatch135::citybuild
