// A second dispatcher for one region, written to be read and not to be quick: it hears the same records as the engine
// and says what should be decided. It keeps its own view of units and incidents, and works everything out anew each
// time: the way of every unit by road, every sum of cover, the queue, the best of all ways to give units out. It
// follows docs/formats/policy.md and the state machines of the contract, and shares no deciding code with the engine;
// zones and their demand are those of engine/coverage.
//
// It does not know of closed streets, watched progress, related calls, alerts, matters and move-up.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "dispatch135/v1/log.pb.h"
#include "engine/coverage/coverage.h"
#include "tests/engine/plain_cover.h"
#include "tests/engine/twin/answer.h"
#include "tests/engine/twin/told.h"
#include "tests/engine/twin/town.h"

namespace dispatch135::core::twin {

// What a moment of choice was about; one may be several.
enum class Kind { kPlain, kPlan, kCover, kDivert, kAwait, kTogether, kQueue, kNobody, kAdvise, kLevel, kCount };
const char* name_of(Kind kind);

struct Shift {
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;
  std::int64_t break_begin_ms = 0;  // Equal to the end: no break.
  std::int64_t break_end_ms = 0;
  bool has(std::int64_t now_ms) const { return begin_ms <= now_ms && now_ms < end_ms; }
  bool pauses(std::int64_t now_ms) const { return break_begin_ms <= now_ms && now_ms < break_end_ms; }
};

struct Unit {
  UnitCard card;
  v1::UnitSecondaryStatus status = v1::UNIT_SECONDARY_STATUS_OFF_DUTY;
  bool unheard = false;
  bool held_out = false;
  std::int64_t heard_at = 0;
  std::int64_t position_at = 0;  // 0: none since sign-on.
  std::int64_t measured_at = 0;
  bool stale = false;
  Place place = 0;
  std::int64_t watch_due = 0;
  std::uint64_t assignment = 0;
  std::uint64_t incident = 0;
  std::int64_t free_at = 0;
  std::uint64_t last_order = 0;
  std::uint64_t last_read = 0;
  std::optional<Shift> shift;
  bool on_shift = false;  // As far as its roster has been followed.
};

struct Work {
  std::uint64_t id = 0;
  std::size_t unit = 0;
  bool by_operator = false;
  bool diverted = false;
  bool on_scene = false;
  std::int64_t acknowledge_by = 0;
  std::uint32_t entry = 0;  // From 1; 0: an additional one.
};

struct Planned {
  Entry entry;
  std::size_t level = 1;
  std::int64_t clock_start = 0;
  std::uint32_t done = 0;
};

struct Incident {
  std::uint64_t id = 0;
  std::string event;
  Matter matter;
  Place place = 0;
  std::uint32_t capabilities = 0;
  std::uint32_t kinds = 0;
  Answer answer;
  std::size_t levels_sent = 1;
  std::vector<Planned> plan;
  std::int64_t opened_at = 0;
  std::int64_t clock_started_at = 0;
  std::int64_t deadline_at = 0;
  bool over = false;
  bool breached = false;
  bool anybody_on_scene = false;  // At any time.
  v1::HoldIncident::Hold hold = v1::HoldIncident::HOLD_NONE;
  std::set<std::size_t> excluded;
  std::vector<std::pair<std::size_t, std::int64_t>> tried;  // Unit, until.
  bool was_diverted_from = false;
  std::vector<std::pair<std::size_t, std::size_t>> proposed;  // Entry, unit.
  std::set<std::size_t> awaited;
  std::vector<Work> works;
  std::uint32_t reported_missing = 0;

  std::uint32_t missing(std::size_t entry) const;
  std::uint32_t missing() const;
  bool only_advised() const { return hold == v1::HoldIncident::HOLD_BY_HAND || answer.recommend; }
  bool waits() const { return !over && hold != v1::HoldIncident::HOLD_WAIT && missing() > 0; }
};

bool is_free(v1::UnitSecondaryStatus status);     // Has no work, and may get some.
bool is_at_work(v1::UnitSecondaryStatus status);  // From the order to the feedback.

class Twin {
 public:
  // `town` must outlive it.
  Twin(Town& town, const v1::Policy& policy, std::int64_t now_ms);

  // What should be decided upon the record. Where several ways are equally good, the one in `engine` (what the engine
  // decided upon it) is taken if it is among them.
  const std::vector<Told>& apply(const v1::LogRecord& record, std::uint64_t offset, std::int64_t now_ms,
                                 const std::vector<Told>& engine);
  const std::vector<Unit>& units() const { return units_; }
  const std::map<std::uint64_t, Incident>& incidents() const { return incidents_; }
  const std::map<Kind, std::int64_t>& moments() const { return moments_; }
  std::int64_t all_moments() const { return all_moments_; }

 private:
  enum class TimerKind { kDeadline, kAcknowledge, kWatch, kReoffer, kAwait, kDuty };  // In the engine's order.
  // Which of several equally good ways is taken: that of the engine, in its next choice for one incident or for all
  // that wait, or that of the last proposal.
  enum class Wish { kAsEngine, kAsEngineTogether, kAsProposedBefore };
  struct Ranked {
    std::size_t unit = 0;
    std::int64_t turnout = 0;
    std::int64_t eta = 0;
    std::int64_t cover_loss = 0;
    std::int64_t score = 0;
  };
  struct Option {
    std::size_t entry = 0;
    std::int64_t left = 0;
    Counts counts = {};
    std::vector<Ranked> ranked = {};  // Those that may be chosen, soonest first.
    std::vector<Shown> shown = {};
  };
  struct Pick {
    std::size_t entry = 0;
    Ranked ranked;
    const Option* option = nullptr;
  };
  struct WaitingPlace {
    std::uint64_t incident = 0;
    std::size_t entry = 0;
    Option option = {};
    std::int64_t weight = 0;
    std::int64_t without = 0;
  };

  // ---- twin_records.cc: time and hotlines ----
  void fire_due();
  void fire(TimerKind kind, std::uint64_t subject, std::int64_t due);
  void record(const v1::LogRecord& record);
  void report(const v1::IncidentReported& report);
  void update(const v1::IncidentUpdated& update);
  void judge(Incident& incident);
  void start_clock(Incident& incident);
  void send_level(Incident& incident);
  void change_severity(Incident& incident, v1::Severity severity);
  Incident* open_incident(std::uint64_t id);
  Incident* open_incident(const std::string& event);
  std::size_t index_of(std::uint64_t unit_id) const { return unit_id - units_.front().card.id; }

  // ---- twin_commands.cc: dispatchers ----
  void command(const v1::OperatorCommand& command);
  void assign_by_hand(const v1::AssignUnit& command);
  bool refused(std::size_t unit, const Incident& incident, bool force) const;
  void stand_down(const v1::StandDown& command);
  void publish(const v1::PublishRoster& roster);

  // ---- twin_units.cc: what units say, and their silence and duty ----
  void sign_on(const v1::UnitSignedOn& record);
  void sign_off(std::size_t unit);
  void position(const v1::UnitPositionReported& record);
  void status(const v1::UnitStatusReported& record);
  void acknowledged(const v1::AssignmentAcknowledged& record);
  void declined(const v1::AssignmentDeclined& record);
  void feedback(const v1::FeedbackGiven& record);
  bool holds(std::uint64_t unit_id, std::uint64_t assignment) const;
  void set_status(std::size_t unit, v1::UnitSecondaryStatus status);
  void hear(std::size_t unit);
  void read(std::size_t unit, std::uint64_t last_order_seen);
  void watch(std::size_t unit);
  void check_on(std::size_t unit);
  void take_out(std::size_t unit);
  void put_back(std::size_t unit);
  void follow_roster(std::size_t unit);
  void go_off_duty(std::size_t unit);
  v1::UnitSecondaryStatus status_on_duty(const Unit& unit) const;
  bool rostered_for(const Unit& unit, std::int64_t when, v1::Severity severity) const;
  bool calls_from_break(v1::Severity severity) const { return severity <= policy_.duty().on_break_from(); }
  bool required() const { return policy_.duty().roster() == v1::DutyRule::ROSTER_REQUIRED; }

  // ---- twin_work.cc: assignments, their ends, and the end of incidents ----
  void assign(Incident& incident, std::size_t unit, std::uint32_t entry, bool by_operator, Told told);
  void end_work(Incident& incident, std::uint64_t work, v1::AssignmentEnded::Reason reason,
                v1::UnitSecondaryStatus next, bool tell);
  void end_incident(Incident& incident, v1::IncidentStatus status, v1::AssignmentEnded::Reason reason);
  void call_off(Incident& incident);
  void mark_tried(Incident& incident, std::size_t unit);
  void note_waiting(Incident& incident);
  void fit_into_plan(Incident& incident, Work& work) const;
  void order(std::size_t unit) { ++units_[unit].last_order; }

  // ---- twin_choice.cc: who goes ----
  void assign_missing(Incident& incident);
  bool assignable(const Unit& unit) const;
  bool waits_in_break(const Unit& unit) const;
  bool available(const Unit& unit, v1::Severity severity) const;
  bool fits(const Unit& unit, const Incident& incident, const Entry& entry) const;
  bool was_tried(const Incident& incident, std::size_t unit) const;
  std::int64_t time_left(const Incident& incident, std::size_t entry) const;
  std::int64_t turnout(const Unit& unit) const;
  Counts count(const Incident& incident, const Entry& entry) const;
  // The units for which `turnout_of` gives a time and that have a way, soonest first.
  template <typename Turnout>
  std::vector<Ranked> rank(const Incident& incident, Turnout turnout_of) const;
  Option look(const Incident& incident, std::size_t entry, std::size_t most) const;
  std::vector<std::int64_t> cover_losses() const;
  std::vector<Pick> pick(const Incident& incident, const std::vector<Option>& options, Wish wish) const;
  bool wished(const Incident& incident, std::size_t entry, std::size_t unit, Wish wish) const;
  Told why(const Incident& incident, const Option& option, Told::What what, v1::Why::Rule rule) const;
  v1::Why::Rule rule_of(const Incident& incident, const Pick& pick, bool in_time) const;
  bool fill_places(Incident& incident, const Option& option, const std::vector<Pick>& picks,
                   const std::set<std::size_t>& awaited_before, std::vector<std::uint64_t>& victims);
  bool divert(Incident& incident, const Option& option, std::vector<std::uint64_t>& victims);
  bool wait_for_one(Incident& incident, const Option& option, const Pick* best,
                    const std::set<std::size_t>& awaited_before);
  bool kept_for_another_place(std::size_t unit, const Incident& incident) const;
  void propose(Incident& incident, const std::vector<Pick>& picks);
  std::vector<Told> proposals(const Incident& incident, const std::vector<Pick>& picks) const;
  bool engine_says(const std::vector<Told>& all) const;
  void report_shortfall(Incident& incident, const std::vector<Option>& options);

  // ---- twin_queue.cc: who waits ----
  void serve_queue();
  std::vector<std::uint64_t> queue() const;  // By severity, then age.
  std::vector<std::size_t> free_units() const;
  bool can_help(const std::vector<std::size_t>& free, const Incident& incident) const;
  void match_together(std::vector<std::size_t>& free);

  void tell(Told told) { told_.push_back(std::move(told)); }
  void count_moment(std::initializer_list<std::pair<Kind, bool>> kinds);
  std::int64_t cover_weight(v1::Severity severity) const;

  Town* town_;
  v1::Policy policy_;
  std::unique_ptr<coverage::Coverage> coverage_;  // For its zones and their demand. Null: no section.
  std::optional<::dispatch135::testing::PlainCover> cover_;
  std::int64_t now_ = 0;
  std::uint64_t offset_ = 0;
  std::vector<Unit> units_;
  std::map<std::uint64_t, Incident> incidents_;
  std::set<std::tuple<std::int64_t, TimerKind, std::uint64_t>> timers_;
  std::uint64_t works_ = 0;
  bool came_free_ = false;
  bool await_ended_ = false;
  bool from_queue_ = false;  // The queue is being served.
  std::vector<Told> told_;
  const std::vector<Told>* engine_ = nullptr;
  std::map<Kind, std::int64_t> moments_;
  std::int64_t all_moments_ = 0;
};

}  // namespace dispatch135::core::twin
