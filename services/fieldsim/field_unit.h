// How one field unit behaves: a state machine over orders in and messages out. No threads, no I/O, no clock: the caller
// passes the time, carries the messages, and opens and closes the stream.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dispatch135/v1/field_units.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/city/city.h"
#include "engine/road/route.h"
#include "services/fieldsim/diary.h"
#include "services/fieldsim/drive.h"
#include "services/fieldsim/order_ledger.h"
#include "services/fieldsim/random.h"

namespace dispatch135::fieldsim {

// From the least to the most, both included.
struct SpanMs {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

// How units behave. Shares are 0 to 1 of the orders.
struct Behaviour {
  double time_scale =
      1;  // How much faster than life: acknowledging, turning out, driving and working are divided by it.
  double decline_share = 0.02;
  double ignore_share = 0.01;   // Never acknowledges.
  double silent_share = 0.005;  // Acknowledges, then says nothing for a while.
  double drop_share = 0.02;     // Loses its connection somewhere on the way.
  SpanMs acknowledge{1'000, 6'000};
  SpanMs turnout{5'000, 15'000};
  SpanMs work{300'000, 1'200'000};
  // Not scaled: the system's own time limits are not either.
  SpanMs silence{120'000, 300'000};
  SpanMs offline{2'000, 15'000};
  // True: acknowledges and gives feedback on receipt, and stays at its post: two messages for an order, and free again.
  // The faults above are not played. For measuring the system without waiting for units.
  bool at_once = false;
  bool drive = true;  // False: appears at the scene after the time that the order foresees (scaled), without
                      // looking for a way; for loads that are to strain the system and not the simulation.
};

class FieldUnit {
 public:
  using Messages = std::vector<v1::UnitMessage>;

  // What the unit is doing.
  enum class Phase : std::uint8_t { kAtPost, kOrdered, kTurningOut, kDriving, kOnScene, kReturning };

  // `city`, `routes` (of the city's roads, shared by units of one thread) and `diary` must outlive it.
  FieldUnit(const city::City& city, road::RouteFinder& routes, UnitIndex index, std::uint64_t seed,
            const Behaviour& behaviour, Diary& diary);

  // A stream is open. Signs on.
  Messages on_connected(TimeMs now);
  Messages on_order(const v1::UnitOrder& order, TimeMs now);
  void on_disconnected(TimeMs now);
  // Does what is due.
  Messages step(TimeMs now);
  // When step() is to be called again at the latest.
  TimeMs next_wakeup() const;
  // False: it plays a lost connection; close the stream now, and open none.
  bool wants_connection(TimeMs now) const;

  UnitId id() const { return id_; }
  bool signed_on() const { return signed_on_; }
  Phase phase() const { return phase_; }
  geo::Point position(TimeMs now) const;
  std::uint64_t last_order_seen() const { return ledger_.last(); }

 private:
  // What it was ordered to do.
  struct Job {
    std::uint64_t assignment_id = 0;
    std::uint64_t incident_id = 0;
    std::string source;
    std::string event_id;
    road::RoadPoint scene;
    bool reachable = false;
    DurationMs foreseen;  // The order's ETA.
    std::uint64_t sequence = 0;
    v1::DecisionId decision;
  };
  static constexpr DurationMs kPositionEvery{1'000};    // While it moves.
  static constexpr DurationMs kHeartbeatEvery{10'000};  // While it stands.
  enum class Reaction : std::uint8_t { kAcknowledge, kDecline, kIgnore };

  void take_order(const v1::UnitOrder& order, TimeMs now);
  void take_assignment(const v1::UnitOrder& order, TimeMs now);
  void move_scene(const v1::AssignmentOrder& order, TimeMs now);
  void take_cancel(const v1::UnitOrder& order, TimeMs now);
  void take_check(const v1::CheckOrder& check, TimeMs now);
  void on_signed_on(const v1::Unit& unit, TimeMs now);
  void catch_up(const v1::Unit& unit, TimeMs now);

  // The steps of a job; each begins at `at`, which may be a little before now.
  void react(TimeMs at);
  void acknowledge(TimeMs at);
  void sign(TimeMs at);
  void decline(v1::DeclineReason reason, TimeMs at);
  void set_out(TimeMs at);
  void arrive(TimeMs at);
  void finish(TimeMs at);
  void return_to_post(TimeMs at);
  void play_faults(TimeMs now);

  Drive drive_to(const road::RoadPoint& end, std::optional<DurationMs> foreseen, TimeMs at) const;
  road::RoadPoint place(TimeMs now) const;
  void set_scene(Job& job, const v1::Position& position) const;
  DurationMs scaled(const SpanMs& span);
  DurationMs unscaled(const SpanMs& span);

  // Puts a message on its way; while there is no signed-on stream it is lost, and catch_up() makes up for it.
  void send(v1::UnitMessage message);
  void send_position(TimeMs now);
  void send_status(v1::UnitSecondaryStatus status, std::uint64_t assignment_id);
  void note(DiaryEvent event, TimeMs at, std::string detail = {});
  void note_order(DiaryEvent event, const v1::UnitOrder& order, TimeMs at, std::string detail = {});
  bool moving() const { return drive_.has_value(); }

  const city::City* city_;
  road::RouteFinder* routes_;
  Behaviour behaviour_;
  Diary* diary_;
  std::uint64_t seed_;
  Random random_;
  UnitId id_;
  RegionId region_;
  road::TravelKind travel_kind_;
  road::RoadPoint post_;
  bool post_on_road_ = false;
  geo::Point post_position_;

  Messages outbox_;
  bool connected_ = false;
  bool signed_on_ = false;
  bool signed_on_before_ = false;  // In this run.
  std::uint64_t messages_on_stream_ = 0;
  OrderLedger ledger_;

  Phase phase_ = Phase::kAtPost;
  std::optional<TimeMs> phase_ends_;
  std::optional<Job> job_;
  Reaction reaction_ = Reaction::kAcknowledge;
  std::optional<Drive> drive_;
  road::RoadPoint place_;  // When it does not move.
  // The last word on the last assignment, should it have been lost on the way.
  std::uint64_t finished_assignment_ = 0;
  v1::UnitMessage finished_with_;
  // An assignment that the system says this unit has, of which the device knows nothing (it was started anew).
  std::uint64_t unknown_assignment_ = 0;
  std::optional<TimeMs> unknown_until_;
  std::uint64_t earlier_orders_ = 0;  // The sequence of the last order before this run.

  std::optional<TimeMs> next_report_;  // Position or heartbeat.
  TimeMs silent_until_;
  std::optional<TimeMs> drop_at_;
  TimeMs offline_until_;
};

}  // namespace dispatch135::fieldsim
