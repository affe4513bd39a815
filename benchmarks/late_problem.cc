#include "benchmarks/late_problem.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/road/labels.h"
#include "engine/road/live_roads.h"
#include "engine/road/route.h"
#include "engine/road/ways.h"

namespace dispatch135::benchmarks {
namespace {

// What rounding to whole milliseconds and millimetres may hide of a way.
constexpr std::int64_t kRoundingMs = 5;

struct Span {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

// A visit: of which call, and when the crew's work there ends, milliseconds since 1970.
struct Visit {
  std::size_t call = 0;
  Span ends;
};

// Crews of one post that travel alike.
struct Post {
  road::RoadPoint home;
  road::TravelKind kind = road::TravelKind::kCar;
  DurationMs turnout;
  std::uint32_t count = 0;
};

class Roads {
 public:
  explicit Roads(const city::City& city) : live_(city.roads()), routes_(live_) {
    for (const road::TravelKind kind : road::kAllTravelKinds) ways_.emplace_back(live_, kind);
  }

  std::optional<road::RoadPoint> snap(geo::Point place, road::TravelKind kind) const {
    return live_.network().snap(place, kind, limits::kSnapLimitMm);
  }
  std::optional<road::Route> route(const road::RoadPoint& from, const road::RoadPoint& to, road::TravelKind kind) {
    return routes_.find(from, to, kind);
  }
  void aim(const road::RoadPoint& place, road::TravelKind kind) { way(kind).aim(place); }
  std::int64_t to_aim(const road::RoadPoint& from, road::TravelKind kind) { return way(kind).from(from); }

  // The least and the most that the way to the aim can be from some place of the route that is reached between two
  // times after its start. A crew that stands on an edge may leave it by either end: along an edge the time is the
  // smaller one of two that change evenly, so that it is least at an end of the part that counts; and at most what it
  // is at the far end, and the part itself.
  std::optional<Span> to_aim_from_part(const road::Route& route, const Span& part, road::TravelKind kind) {
    std::optional<Span> found;
    std::int64_t begins = 0;
    for (const road::RouteLeg& leg : route.legs) {
      const std::int64_t ends = begins + leg.time.count;
      if (begins <= part.most && ends >= part.least) {
        const Span clipped{std::max(begins, part.least), std::min(ends, part.most)};
        const std::int64_t at_begin = to_aim_from(leg, clipped.least - begins, kind);
        const std::int64_t at_end = to_aim_from(leg, clipped.most - begins, kind);
        // The aim itself may lie on this part of the edge.
        const bool passes = leg.edge == way(kind).place().edge;
        const std::int64_t least = passes ? 0 : std::max<std::int64_t>(std::min(at_begin, at_end) - kRoundingMs, 0);
        const std::int64_t most = at_end + (clipped.most - clipped.least) + kRoundingMs;
        if (!found) found = Span{least, most};
        found->least = std::min(found->least, least);
        found->most = std::max(found->most, most);
      }
      begins = ends;
    }
    return found;
  }

 private:
  road::WaysTo& way(road::TravelKind kind) { return ways_[static_cast<std::size_t>(kind)]; }

  // From the place on the leg after so much time of it, by either end of its edge.
  std::int64_t to_aim_from(const road::RouteLeg& leg, std::int64_t after_ms, road::TravelKind kind) {
    const road::Network& network = live_.network();
    const road::Edge& edge = network.edges[leg.edge.value()];
    const road::EdgeMs& ms = network.edge_ms[leg.edge.value()];
    const std::int64_t along_mm = std::int64_t{leg.to_mm} - std::int64_t{leg.from_mm};
    const auto at_mm = static_cast<std::uint32_t>(
        leg.from_mm + (leg.time.count == 0 ? along_mm : along_mm * after_ms / leg.time.count));
    const auto k = static_cast<std::size_t>(kind);
    std::int64_t best = road::kLongestWayMs;
    if (ms.forward[k] != road::kNoEntry) {
      best =
          std::min(best, std::int64_t{road::Network::part_ms(ms.forward[k], edge.length_mm - at_mm, edge.length_mm)} +
                             way(kind).from_approach(edge.approach_of_to));
    }
    if (ms.backward[k] != road::kNoEntry) {
      best = std::min(best, std::int64_t{road::Network::part_ms(ms.backward[k], at_mm, edge.length_mm)} +
                                way(kind).from_approach(edge.approach_of_from));
    }
    return best;
  }

  road::LiveRoads live_;
  road::RouteFinder routes_;
  std::vector<road::WaysTo> ways_;
};

std::vector<Post> posts_of(const city::City& city, RegionId region, const std::vector<bool>& on_duty,
                           const simulate::CrewHabits& habits) {
  std::map<std::pair<std::uint32_t, road::TravelKind>, Post> posts;
  for (std::uint32_t i = 0; i < city.unit_count(); ++i) {
    const city::UnitInfo unit = city.unit(UnitIndex(i));
    const city::PostInfo info = city.post(unit.post);
    if (!on_duty[i] || info.region != region) continue;
    const road::TravelKind kind = city::to_road(unit.travel_kind);
    Post& post = posts[{unit.post.value(), kind}];
    post.home = *city.roads().snap(info.position, kind, limits::kSnapLimitMm);
    post.kind = kind;
    post.turnout = habits.turnout[static_cast<std::size_t>(info.kind)];
    D135_CHECK(habits.acknowledge.most <= post.turnout.count, "wheels roll when the turnout is over, not later");
    ++post.count;
  }
  std::vector<Post> list;
  for (const auto& [key, post] : posts) list.push_back(post);
  return list;
}

class Builder {
 public:
  Builder(Roads& roads, std::span<const LateCall> calls, DurationMs patience, DurationMs grain)
      : roads_(roads), calls_(calls), patience_(patience), grain_(grain) {}

  LateCrews build(const Post& post) {
    LateCrews crews;
    crews.count = post.count;
    visits_.clear();
    ways_home_.clear();
    std::size_t oldest = 0;  // Crews are home from the visits before it.
    for (std::size_t c = 0; c < calls_.size(); ++c) {
      const LateCall& call = calls_[c];
      const auto place = roads_.snap(call.place, post.kind);
      D135_CHECK(place.has_value(), "calls that the engine took are on the road");
      roads_.aim(*place, post.kind);
      const std::size_t earlier = visits_.size();
      crews.visit_begin.push_back(static_cast<std::uint32_t>(earlier));
      const std::int64_t arrives = (call.at + post.turnout).since_epoch + roads_.to_aim(post.home, post.kind);
      crews.in_time_from_post.push_back(arrives <= call.deadline_at.since_epoch);
      crews.step_begin.push_back(static_cast<std::uint32_t>(crews.steps.size()));
      visits_.push_back({c, {arrives + call.work.count, arrives + call.work.count}});

      while (oldest < earlier && home_at(visits_[oldest]).most <= call.at.since_epoch) ++oldest;
      arrivals_.clear();
      for (std::size_t v = oldest; v < earlier; ++v) add_arrivals_after(v, call, post);
      std::sort(arrivals_.begin(), arrivals_.end(), [](const Arrival& a, const Arrival& b) {
        return std::tie(a.grain, a.from) < std::tie(b.grain, b.from);
      });
      for (std::size_t i = 0; i < arrivals_.size(); ++i) {
        const Arrival& arrival = arrivals_[i];
        if (i == 0 || arrival.grain != arrivals_[i - 1].grain) {
          crews.step_begin.push_back(static_cast<std::uint32_t>(crews.steps.size()));
          visits_.push_back({c, {INT64_MAX, INT64_MIN}});
        }
        crews.steps.push_back(LateStep::of(arrival.from, arrival.at.least <= call.deadline_at.since_epoch));
        Span& ends = visits_.back().ends;
        ends.least = std::min(ends.least, arrival.at.least + call.work.count);
        ends.most = std::max(ends.most, arrival.at.most + call.work.count);
      }
      auto home = roads_.route(*place, post.home, post.kind);
      D135_CHECK(home.has_value(), "every place can be reached from every other");
      ways_home_.push_back(std::move(*home));
    }
    crews.visit_begin.push_back(static_cast<std::uint32_t>(visits_.size()));
    crews.step_begin.push_back(static_cast<std::uint32_t>(crews.steps.size()));
    for (const Visit& visit : visits_) {
      const auto first =
          std::lower_bound(calls_.begin(), calls_.end(), home_at(visit).least,
                           [](const LateCall& call, std::int64_t at) { return call.at.since_epoch < at; });
      crews.at_post_before.push_back(static_cast<std::uint32_t>(first - calls_.begin()));
    }
    return crews;
  }

 private:
  struct Arrival {
    std::int64_t grain = 0;
    std::uint32_t from = 0;
    Span at;
  };

  Span home_at(const Visit& visit) const {
    const std::int64_t drive = ways_home_[visit.call].time.count;
    return {visit.ends.least + drive, visit.ends.most + drive};
  }

  // When the crew may come to a call after a visit, without having been at its post, cut into grains.
  void add_arrivals_after(std::size_t visit, const LateCall& next, const Post& post) {
    const Visit& before = visits_[visit];
    const std::int64_t called = next.at.since_epoch;
    if (before.ends.least > called + patience_.count || home_at(before).most <= called) return;
    // How far it may be on its way home when it is sent; one that is still at work is sent from there.
    const Span gone{std::max<std::int64_t>(called - before.ends.most, 0),
                    std::max<std::int64_t>(called - before.ends.least, 0)};
    std::optional<Span> drive = roads_.to_aim_from_part(ways_home_[before.call], gone, post.kind);
    if (!drive) {  // The call before was at its post.
      const std::int64_t from_post = roads_.to_aim(post.home, post.kind);
      drive = Span{from_post, from_post};
    }
    const std::int64_t sent_first = std::max(called, before.ends.least);
    const std::int64_t sent_last = std::max(called, std::min(before.ends.most, called + patience_.count));
    const Span at{sent_first + post.turnout.count + drive->least, sent_last + post.turnout.count + drive->most};
    for (std::int64_t grain = at.least / grain_.count; grain <= at.most / grain_.count; ++grain) {
      arrivals_.push_back(
          {grain,
           static_cast<std::uint32_t>(visit),
           {std::max(at.least, grain * grain_.count), std::min(at.most, (grain + 1) * grain_.count - 1)}});
    }
  }

  Roads& roads_;
  const std::span<const LateCall> calls_;
  const DurationMs patience_;
  const DurationMs grain_;
  std::vector<Visit> visits_;           // As in LateCrews.
  std::vector<road::Route> ways_home_;  // By call.
  std::vector<Arrival> arrivals_;       // At the call in hand.
};

}  // namespace

LateProblem late_problem(const city::City& city, RegionId region, const std::vector<bool>& on_duty,
                         const simulate::CrewHabits& habits, std::span<const LateCall> calls, DurationMs patience,
                         DurationMs grain) {
  LateProblem problem;
  for (const LateCall& call : calls) {
    D135_CHECK(patience < call.work, "else crews could serve calls in another order than they came");
    problem.units_needed.push_back(call.units_needed);
  }
  Roads roads(city);
  Builder builder(roads, calls, patience, grain);
  for (const Post& post : posts_of(city, region, on_duty, habits)) problem.crews.push_back(builder.build(post));
  return problem;
}

}  // namespace dispatch135::benchmarks
