// One pass of judgement over a complete history; see history_checker.h. A step for each promise, in this order, each in
// a file of its own.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "tests/oracle/history_checker.h"

namespace dispatch135::oracle {

class Judgement {
 public:
  explicit Judgement(const HistoryChecker& history);
  Verdict run();

 private:
  // An incident as the decisions tell it.
  struct Incident {
    v1::Incident now;  // As of the last decision that shows it whole.
    Place opened_at;
    std::int64_t deadline_set_at_ms = 0;       // Log time at which the deadline became what it is.
    std::set<std::uint64_t> live;              // Assignments.
    std::set<std::uint64_t> live_by_operator;  // Of them: ordered by a dispatcher.
    bool waiting = false;                      // Was said to be in the queue since it last lost or missed a unit.
    bool ever_queued = false;
    bool ever_assigned = false;
    std::uint64_t breaches = 0;
    bool open() const { return now.ended_at_ms() == 0; }
  };
  struct Assignment {
    std::uint64_t incident_id = 0;
    std::pair<std::uint32_t, std::uint64_t> unit;  // (region, unit id)
    std::int32_t partition = 0;
    std::int64_t acknowledge_by_ms = 0;  // 0: no policy was seen.
    bool acknowledged = false;
    bool live = true;
  };
  struct Unit {
    std::uint64_t assignment_id = 0;  // 0: none.
    std::uint64_t last_order = 0;
  };

  void find(Fault fault, std::string text) { verdict_.findings.push_back({fault, std::move(text)}); }
  std::int64_t log_time_ms(const Place& at) const;       // Running maximum; 0: nothing was logged yet.
  std::string name_of(std::uint64_t incident_id) const;  // For people.

  // decision_checks.cc: replays the decisions; I2, and what the other checks need to know.
  void replay_decisions();
  void on_decision(const Identity& id, const v1::Decision& decision);
  void on_whole_incident(const Identity& id, const v1::Incident& incident);
  void on_opened(const Identity& id, const v1::Decision& decision);
  void on_assigned(const Identity& id, const v1::Decision& decision);
  void on_ended(const Identity& id, const v1::Decision& decision);
  void on_order(const Identity& id, std::uint32_t region, std::uint64_t unit_id, std::uint64_t sequence);
  void close_record(const Place& at);
  // neighbour_checks.cc: I1 and I2 between cities.
  void on_said(const Identity& id, const v1::NeighbourMessage& message);
  void judge_neighbours();
  // clock_checks.cc: I4.
  void on_breach(const Identity& id, const v1::DeadlineBreached& breach);
  void on_not_acknowledged(const Identity& id, const v1::Assignment& assignment);
  void judge_timer(const Identity& id, std::int64_t due_ms, const std::string& what);
  void judge_missing_timers();
  void judge_rings();
  // source_checks.cc: I1.
  void judge_sources();
  void judge_report(const Place& at, const std::string& value);
  bool answered(v1::SourceOffset::Topic topic, const Place& at, const EventName* name) const;
  // Whether a log record that carries this alert repeats one that was active then: nothing is to be decided.
  bool repeats_active_alert(const Place& at) const;
  // Where the decisions about the log record at `at` stand: by its own identity, or, when its region was not in force
  // yet, by that of the record that put the policy in force.
  Place answer_place(const Place& at) const;
  void judge_ends();
  void count_rejects();
  // diary_checks.cc
  void judge_diaries();
  void judge_published(const DiaryEntry& entry);
  void judge_units();
  void measure_report_to_order();

  const HistoryChecker& history_;
  Verdict verdict_;
  std::map<Place, std::int64_t> log_times_;               // Of every log record.
  std::map<std::int32_t, std::int64_t> end_times_;        // Of each partition's log.
  std::map<Place, std::vector<v1::Decision>> by_record_;  // What each log record brought about.
  std::map<std::uint64_t, Incident> incidents_;
  std::map<std::uint64_t, Assignment> assignments_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, Unit> units_;
  std::map<std::pair<std::uint32_t, EventName>, std::uint64_t> opened_;  // (region, name) -> incident.
  std::map<std::uint32_t, std::map<Place, bool>> in_force_;              // By region: a policy came (true), or ended.
  std::map<std::uint32_t, std::int64_t> acknowledge_within_ms_;          // By region, of the policy in force.
  std::set<std::uint64_t> filled_;  // Incidents that were given units by the record at hand.
  std::map<std::pair<int, Place>, std::vector<Place>> carried_;  // (topic, source place) -> log places.
  std::set<std::pair<std::string, Place>> kept_;                 // Where the inputs of dispatch.rejects stood.
  std::set<EventName> reported_;                                 // Names in the topic `incidents`.
  std::set<EventName> lost_;
  std::map<Identity, std::uint64_t> said_;          // What was said between cities -> the request; not heard yet.
  std::map<std::uint64_t, std::uint64_t> granted_;  // Request -> unit.
};

}  // namespace dispatch135::oracle
