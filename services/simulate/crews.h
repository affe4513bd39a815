// Simulated crews on virtual time: they sign for their orders, turn out, drive along their way by road, work, give
// feedback and drive back. What they do follows from the orders and the seed alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/city/city.h"
#include "engine/road/live_roads.h"
#include "engine/road/route.h"
#include "services/simulate/trip.h"

namespace dispatch135::simulate {

// From the least to the most, both included.
struct SpanMs {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

struct CrewHabits {
  SpanMs acknowledge{2'000, 8'000};  // From the order to the signature.
  // From the order to wheels rolling, by PostKind of the crew's post; never before the signature.
  std::array<DurationMs, v1::PostKind_MAX + 1> turnout = {{{15'000}, {20'000}, {10'000}, {15'000}}};
  DurationMs position_every{30'000};   // While it moves.
  DurationMs heartbeat_every{60'000};  // While it stands; at least 1 ms, as position_every.
  std::uint32_t decline_permille = 0;  // Of the orders: declined.
  std::uint32_t ignore_permille = 0;   // Of the orders: not signed for.
};

class Crews {
 public:
  // Takes each record that crews send, in order of time; may give them orders before it returns.
  using Send = std::function<void(const v1::LogRecord& record, TimeMs at)>;
  // What an incident is to the crews; the same for all who go there.
  struct Scene {
    geo::Point place;
    DurationMs work;  // On scene.
    v1::Disposition disposition = v1::DISPOSITION_HANDLED;
    std::uint64_t chance = 0;  // The call's own number: what is drawn about it is the same in every run.
  };

  // The units of the region that are on duty; `on_duty` is by UnitIndex. `city` must outlive it.
  Crews(const city::City& city, RegionId region, const std::vector<bool>& on_duty, const CrewHabits& habits,
        std::uint64_t seed, Send send);

  // Reports for duty at `at`.
  void sign_on(TimeMs at);
  // When something is to be done next; there is always something.
  TimeMs next() const { return agenda_.top().at; }
  // Does what is due at next().
  void step();

  // ---- orders, as they are decided ----
  void assigned(const v1::Assignment& assignment, std::uint64_t order_sequence, const Scene& scene, TimeMs now);
  // The place of its incident has moved.
  void redirected(const v1::Assignment& assignment, std::uint64_t order_sequence, geo::Point place, TimeMs now);
  // Its assignment is over; a cancel order if `order_sequence` is not 0.
  void released(const v1::Assignment& assignment, std::uint64_t order_sequence, TimeMs now);

  // It is to wait at this place, as far as it is free, and not at its post; or at its post again.
  void moved(std::uint64_t unit_id, std::uint64_t order_sequence, geo::Point place, TimeMs now);
  void sent_back(std::uint64_t unit_id, std::uint64_t order_sequence, TimeMs now);
  // Its officer is asked whether all is well.
  void checked(std::uint64_t unit_id, std::uint64_t order_sequence, std::uint64_t check_id, TimeMs now);

  std::size_t on_duty() const { return crews_.size(); }

 private:
  enum class Phase : std::uint8_t { kFree, kOrdered, kTurningOut, kDriving, kOnScene };
  struct Crew {
    UnitId id;
    road::TravelKind kind = road::TravelKind::kCar;
    DurationMs turnout;
    road::RoadPoint home;
    road::RoadPoint base;   // Where it waits: its home, unless it was moved.
    road::RoadPoint place;  // While it stands.
    std::optional<Trip> trip;
    Phase phase = Phase::kFree;
    std::uint64_t assignment = 0;
    Scene scene;
    TimeMs ordered_at;
    bool declines = false;
    bool ignores = false;
    std::uint64_t last_order = 0;
    std::uint32_t plan = 0;     // Counts the changes of its next step: a step of an earlier plan is void.
    std::uint32_t reports = 0;  // The same of its next report.
  };
  enum class Due : std::uint8_t { kStep, kReport, kAnswer };
  // What one crew does next. Of equal times the one that was entered first.
  struct Entry {
    TimeMs at;
    std::uint64_t order = 0;
    std::uint32_t crew = 0;
    std::uint64_t number = 0;  // Of the plan, of the reports, or of the check.
    Due due = Due::kStep;
    bool operator>(const Entry& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  Crew* find(std::uint64_t unit_id);
  void plan(Crew& crew, TimeMs at);
  void report_at(Crew& crew, TimeMs at);
  void do_step(Crew& crew, TimeMs now);
  void do_report(Crew& crew, TimeMs now);
  void acknowledge(Crew& crew, TimeMs now);
  void decline(Crew& crew, TimeMs now);
  void set_out(Crew& crew, TimeMs now);
  void arrive(Crew& crew, TimeMs now);
  void finish(Crew& crew, TimeMs now);
  void go_to_base(Crew& crew, TimeMs now);
  void answer(Crew& crew, std::uint64_t check_id, TimeMs now);
  void stop(Crew& crew, TimeMs now);
  bool drive(Crew& crew, const road::RoadPoint& to, TimeMs now);
  void send_place(Crew& crew, TimeMs now);
  void send_status(const Crew& crew, v1::UnitSecondaryStatus status, TimeMs now);
  std::uint64_t draw(const Crew& crew, std::uint64_t what) const;

  const city::City* city_;
  CrewHabits habits_;
  std::uint64_t seed_;
  Send send_;
  road::LiveRoads roads_;
  road::RouteFinder routes_;
  std::vector<Crew> crews_;
  std::vector<std::uint32_t> crew_of_unit_;  // By UnitIndex; kNone: not on duty.
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> agenda_;
  std::uint64_t entries_ = 0;
  // One record of each kind, filled anew each time, so that nothing is allocated.
  v1::LogRecord sign_on_;
  v1::LogRecord position_;
  v1::LogRecord heartbeat_;
  v1::LogRecord status_;
  v1::LogRecord acknowledged_;
  v1::LogRecord declined_;
  v1::LogRecord feedback_;
  v1::LogRecord answered_;
};

}  // namespace dispatch135::simulate
