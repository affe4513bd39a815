#include "services/citybuild/osm_turns.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace dispatch135::citybuild {
namespace {

using city::DraftArc;

class TurnPlanner {
 public:
  TurnPlanner(const OsmNetwork& network, city::CityDraft& draft, TurnPlan& plan)
      : network_(network), draft_(draft), arcs_(draft), plan_(plan) {}

  // Why it has no effect, if so.
  std::optional<RestrictionDrop> add(const OsmRestriction& restriction) {
    return restriction.via_node ? add_at_node(restriction) : add_over_ways(restriction);
  }

  // Nobody of the kinds gets from one side of the junction to another.
  void close(std::uint32_t junction, std::uint32_t kinds) {
    for (const DraftArc away : arcs_.leaving(junction)) {
      for (const DraftArc to : arcs_.leaving(junction)) {
        if (to != away) {
          plan_.barred.push_back({city::reversed(away), to, kinds});
        }
      }
    }
  }

 private:
  using Arcs = std::vector<DraftArc>;

  // The arcs of a way that leave a junction.
  Arcs leaving(const OsmNetwork::Way& way, std::uint32_t junction) const {
    Arcs found;
    for (std::uint32_t edge = way.first_edge; edge < way.first_edge + way.edges; ++edge) {
      for (const DraftArc arc : {city::forward_arc(edge), city::backward_arc(edge)}) {
        if (city::start_of(draft_, arc) == junction) {
          found.push_back(arc);
        }
      }
    }
    return found;
  }

  // The one arc of each way that leaves a junction; `drop` says why there is none.
  std::optional<Arcs> ends(const std::vector<std::int64_t>& ways, std::uint32_t junction, RestrictionDrop& drop) const {
    Arcs all;
    for (const std::int64_t id : ways) {
      const OsmNetwork::Way* way = network_.way(id);
      if (way == nullptr) {
        drop = RestrictionDrop::kNotRoads;
        return std::nullopt;
      }
      const Arcs found = leaving(*way, junction);
      if (found.size() != 1) {
        drop = found.empty() ? RestrictionDrop::kNotMeeting : RestrictionDrop::kAmbiguous;
        return std::nullopt;
      }
      all.push_back(found.front());
    }
    return all;
  }

  std::optional<RestrictionDrop> add_at_node(const OsmRestriction& restriction) {
    const std::uint32_t junction = network_.junction(*restriction.via_node);
    if (junction == OsmNetwork::kNone) {
      return RestrictionDrop::kNotRoads;
    }
    RestrictionDrop drop{};
    const auto back = ends(restriction.from, junction, drop);
    const auto on = back ? ends(restriction.to, junction, drop) : std::nullopt;
    if (!on) {
      return drop;
    }
    for (const DraftArc away : *back) {
      const DraftArc from = city::reversed(away);
      for (const DraftArc to : *on) {
        if (!restriction.only) {
          plan_.signs.push_back({from, to, restriction.kinds});
          continue;
        }
        for (const DraftArc other : arcs_.leaving(junction)) {
          if (other != to) {
            plan_.signs.push_back({from, other, restriction.kinds});
          }
        }
      }
    }
    return std::nullopt;
  }

  // The arcs of a whole way from a junction at one of its ends to the other end; empty: it does not lead on from there.
  Arcs along(const OsmNetwork::Way& way, std::uint32_t junction) const {
    Arcs arcs;
    for (std::uint32_t edge = way.first_edge; edge < way.first_edge + way.edges; ++edge) {
      arcs.push_back(city::forward_arc(edge));
    }
    if (city::start_of(draft_, arcs.front()) != junction) {
      std::reverse(arcs.begin(), arcs.end());
      std::transform(arcs.begin(), arcs.end(), arcs.begin(), city::reversed);
    }
    for (const DraftArc arc : arcs) {
      if (city::start_of(draft_, arc) != junction) {
        return {};
      }
      junction = city::end_of(draft_, arc);
    }
    return arcs;
  }

  // From a junction at an end of the first via way through all of them; empty: they do not meet.
  Arcs through(const std::vector<const OsmNetwork::Way*>& via, std::uint32_t junction) const {
    Arcs chain;
    for (const auto* way : via) {
      const Arcs arcs = along(*way, junction);
      if (arcs.empty()) {
        return {};
      }
      chain.insert(chain.end(), arcs.begin(), arcs.end());
      junction = city::end_of(draft_, chain.back());
    }
    return chain;
  }

  std::optional<RestrictionDrop> add_over_ways(const OsmRestriction& restriction) {
    std::vector<const OsmNetwork::Way*> via;
    for (const std::int64_t id : restriction.via_ways) {
      via.push_back(network_.way(id));
      if (via.back() == nullptr) {
        return RestrictionDrop::kNotRoads;
      }
    }
    const auto& first = *via.front();
    const std::uint32_t one = city::start_of(draft_, city::forward_arc(first.first_edge));
    const std::uint32_t other = city::end_of(draft_, city::forward_arc(first.first_edge + first.edges - 1));
    RestrictionDrop drop = RestrictionDrop::kNotMeeting;
    for (const std::uint32_t begin : {one, other}) {
      const Arcs chain = through(via, begin);
      if (chain.empty()) {
        continue;
      }
      const auto back = ends(restriction.from, begin, drop);
      const auto on = back ? ends(restriction.to, city::end_of(draft_, chain.back()), drop) : std::nullopt;
      if (!on) {
        continue;
      }
      for (const DraftArc away : *back) {
        for (const DraftArc to : *on) {
          Arcs arcs = {city::reversed(away)};
          arcs.insert(arcs.end(), chain.begin(), chain.end());
          arcs.push_back(to);
          forbid(restriction, arcs);
        }
      }
      return std::nullopt;
    }
    return drop;
  }

  // only_*: whoever came in by the first arc and went on to the second has to follow the others.
  void forbid(const OsmRestriction& restriction, const Arcs& arcs) {
    if (!restriction.only) {
      draft_.forbidden_ways.push_back({arcs, restriction.kinds});
      return;
    }
    for (std::size_t i = 2; i < arcs.size(); ++i) {
      for (const DraftArc other : arcs_.leaving(city::start_of(draft_, arcs[i]))) {
        if (other == arcs[i]) {
          continue;
        }
        Arcs wrong(arcs.begin(), arcs.begin() + static_cast<std::ptrdiff_t>(i));
        wrong.push_back(other);
        draft_.forbidden_ways.push_back({std::move(wrong), restriction.kinds});
      }
    }
  }

  const OsmNetwork& network_;
  city::CityDraft& draft_;
  city::DraftArcs arcs_;
  TurnPlan& plan_;
};

}  // namespace

RestrictionCounts plan_osm_turns(const OsmData& data, const OsmNetwork& network, city::CityDraft& draft,
                                 TurnPlan& plan) {
  RestrictionCounts counts;
  counts.dropped = data.dropped_restrictions;
  TurnPlanner planner(network, draft, plan);
  for (const auto& restriction : data.restrictions) {
    if (const auto drop = planner.add(restriction)) {
      ++counts.dropped[static_cast<std::size_t>(*drop)];
    } else {
      ++counts.used;
    }
  }
  for (const auto& [junction, kinds] : network.closed) {
    planner.close(junction, kinds);
  }
  plan.signals = network.signals;
  return counts;
}

}  // namespace dispatch135::citybuild
