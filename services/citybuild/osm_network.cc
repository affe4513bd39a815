#include "services/citybuild/osm_network.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace dispatch135::citybuild {
namespace {

constexpr std::uint32_t kNoJunction = 0xffffffffU;
constexpr std::size_t kMissing = static_cast<std::size_t>(-1);

class NetworkBuilder {
 public:
  NetworkBuilder(const OsmData& data, city::CityDraft& draft)
      : data_(data), draft_(draft), uses_(data.node_ids.size(), 0), junction_(data.node_ids.size(), kNoJunction) {}

  void build() {
    for (const auto& way : data_.ways) {
      count_uses(way);
    }
    for (const auto& way : data_.ways) {
      for (const auto& run : runs_of(way)) {
        add_run(way, run);
      }
    }
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
    if (junction_[node] == kNoJunction) {
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
    edge.forward_mm_s = way.travel.forward_mm_s;
    edge.backward_mm_s = way.travel.backward_mm_s;
    draft_.edges.push_back(std::move(edge));
  }

  const OsmData& data_;
  city::CityDraft& draft_;
  std::vector<std::uint8_t> uses_;       // By node; 2 stands for more.
  std::vector<std::uint32_t> junction_;  // By node.
};

}  // namespace

void add_osm_network(const OsmData& data, city::CityDraft& draft) { NetworkBuilder(data, draft).build(); }

}  // namespace dispatch135::citybuild
