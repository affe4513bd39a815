#include "services/citybuild/turns.h"

#include <algorithm>
#include <cstddef>

#include "engine/geo/plane.h"
#include "services/citybuild/local_plane.h"

namespace dispatch135::citybuild {
namespace {

using city::DraftArc;

constexpr std::int64_t kLookMm = 5'000;   // Nearer points of a line say little about its direction.
constexpr std::size_t kLeastStreets = 3;  // That meet at a junction worth a turn's cost.

// Where the line of an arc is some metres after its start, as seen from there.
geo::PlanePoint heading(const city::CityDraft& draft, DraftArc arc) {
  const city::DraftEdge& edge = city::edge_of(draft, arc);
  const LocalPlane plane(draft.junctions[city::start_of(draft, arc)]);
  for (std::size_t i = 0; i < edge.between.size(); ++i) {
    const geo::PlanePoint at = plane.to_plane(edge.between[city::is_forward(arc) ? i : edge.between.size() - 1 - i]);
    if (geo::distance_mm({}, at) >= kLookMm) {
      return at;
    }
  }
  return plane.to_plane(draft.junctions[city::end_of(draft, arc)]);
}

bool is_street(const city::DraftEdge& edge) { return edge.road_class <= v1::ROAD_CLASS_SERVICE; }
bool is_major(const city::DraftEdge& edge) { return edge.road_class <= v1::ROAD_CLASS_SECONDARY; }

class TurnList {
 public:
  TurnList(const Profiles& profiles, city::CityDraft& draft)
      : profiles_(profiles), draft_(draft), arcs_(draft), costed_(draft.junctions.size(), false) {}

  void list(const TurnPlan& plan) {
    choose_junctions(plan);
    for (std::uint32_t junction = 0; junction < costed_.size(); ++junction) {
      if (costed_[junction]) {
        add_costs_at(junction);
      }
    }
    for (const auto& turn : plan.signs) {
      forbid(turn);
    }
    for (const auto& turn : plan.barred) {
      forbid(turn);
    }
    merge();
  }

 private:
  void choose_junctions(const TurnPlan& plan) {
    for (const std::uint32_t junction : plan.signals) {
      costed_[junction] = true;
    }
    for (const auto& turn : plan.signs) {
      costed_[city::end_of(draft_, turn.from)] = true;
    }
    for (std::uint32_t junction = 0; junction < costed_.size(); ++junction) {
      const auto leaving = arcs_.leaving(junction);
      const auto count = [&](auto wanted) {
        return static_cast<std::size_t>(std::count_if(
            leaving.begin(), leaving.end(), [&](DraftArc arc) { return wanted(city::edge_of(draft_, arc)); }));
      };
      costed_[junction] = (costed_[junction] && count(is_street) >= kLeastStreets) || count(is_major) >= kLeastStreets;
    }
  }

  bool open(DraftArc arc, std::size_t kind) const { return city::speed_of(draft_, arc, kind) > 0; }

  // Somebody who has no other way on may turn round.
  bool dead_end(DraftArc arc, std::size_t kind) const {
    const auto leaving = arcs_.leaving(city::end_of(draft_, arc));
    return std::none_of(leaving.begin(), leaving.end(),
                        [&](DraftArc next) { return next != city::reversed(arc) && open(next, kind); });
  }

  void add_cost(DraftArc from, DraftArc to) {
    const TurnShape shape = shape_of(draft_, from, to);
    city::DraftTurn turn{from, to, {}};
    for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
      if (!profiles_[kind] || !open(from, kind) || !open(to, kind)) {
        continue;
      }
      const std::uint32_t ms = profiles_[kind]->turn_ms[static_cast<std::size_t>(shape)];
      turn.ms[kind] = ms == road::kNoEntry && shape == TurnShape::kUTurn && dead_end(from, kind) ? 0 : ms;
    }
    if (turn.ms != road::PerKind<std::uint32_t>{}) {
      draft_.turns.push_back(turn);
    }
  }

  void add_costs_at(std::uint32_t junction) {
    for (const DraftArc to : arcs_.leaving(junction)) {
      for (const DraftArc away : arcs_.leaving(junction)) {
        add_cost(city::reversed(away), to);
      }
      if (!costed_[city::end_of(draft_, to)]) {
        add_cost(to, city::reversed(to));
      }
    }
  }

  void forbid(const ForbiddenTurn& forbidden) {
    city::DraftTurn turn{forbidden.from, forbidden.to, {}};
    for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
      turn.ms[kind] = (forbidden.kinds >> kind & 1U) != 0 ? road::kNoEntry : 0;
    }
    draft_.turns.push_back(turn);
  }

  // Of two that say something about one turn the dearer counts; road::kNoEntry is the dearest.
  void merge() {
    auto& turns = draft_.turns;
    std::sort(turns.begin(), turns.end(),
              [](const auto& a, const auto& b) { return a.from != b.from ? a.from < b.from : a.to < b.to; });
    std::vector<city::DraftTurn> merged;
    for (const auto& turn : turns) {
      if (merged.empty() || merged.back().from != turn.from || merged.back().to != turn.to) {
        merged.push_back(turn);
        continue;
      }
      for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
        merged.back().ms[kind] = std::max(merged.back().ms[kind], turn.ms[kind]);
      }
    }
    turns = std::move(merged);
  }

  const Profiles& profiles_;
  city::CityDraft& draft_;
  city::DraftArcs arcs_;
  std::vector<bool> costed_;  // By junction.
};

}  // namespace

TurnShape shape_of(const city::CityDraft& draft, DraftArc from, DraftArc to) {
  if (to == city::reversed(from)) {
    return TurnShape::kUTurn;
  }
  const geo::PlanePoint back = heading(draft, city::reversed(from));
  const geo::PlanePoint on = heading(draft, to);
  // Of the direction of travel, which is -back, and the way on.
  const std::int64_t dot = -back.x_mm * on.x_mm - back.y_mm * on.y_mm;
  const std::int64_t cross = -back.x_mm * on.y_mm + back.y_mm * on.x_mm;
  const std::int64_t aside = cross < 0 ? -cross : cross;
  if (dot > 0 && aside / 7 <= dot / 10) {  // tan 35 degrees = 0.7.
    return TurnShape::kStraight;
  }
  if (dot < 0 && aside <= -dot) {
    return TurnShape::kSharp;
  }
  return cross < 0 ? TurnShape::kRight : TurnShape::kLeft;
}

void list_turns(const Profiles& profiles, const TurnPlan& plan, city::CityDraft& draft) {
  TurnList(profiles, draft).list(plan);
}

}  // namespace dispatch135::citybuild
