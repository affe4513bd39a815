// The state of one region and everything that may happen to it. Handlers validate first and then act, so that a record
// that is refused changes nothing.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "dispatch135/v1/console.pb.h"
#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/field_units.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/city/city.h"
#include "engine/city/micro_grids.h"
#include "engine/core/area_orders.h"
#include "engine/core/cover_moves.h"
#include "engine/core/district_borders.h"
#include "engine/core/duty.h"
#include "engine/core/incident.h"
#include "engine/core/links.h"
#include "engine/core/matters.h"
#include "engine/core/premises.h"
#include "engine/core/pursuits.h"
#include "engine/core/reject.h"
#include "engine/core/related_index.h"
#include "engine/core/roster.h"
#include "engine/core/safety_check.h"
#include "engine/core/shared.h"
#include "engine/core/unit.h"
#include "engine/coverage/coverage.h"
#include "engine/coverage/move_choice.h"
#include "engine/matching/assignment.h"
#include "engine/policy/policy.h"
#include "engine/pursuit/planner.h"
#include "engine/road/live_roads.h"
#include "engine/road/nearest.h"
#include "engine/road/route.h"
#include "engine/state/tracked.h"

namespace dispatch135::core {

class Region {
 public:
  // `city` and `shared` must outlive it.
  Region(RegionId id, const city::City& city, Shared& shared);

  // ---- records; region_incidents.cc, region_units.cc, region_commands.cc, region_alerts.cc ----
  Outcome apply(const v1::PolicyActivated& record);
  Outcome apply(const v1::IncidentReported& record, const v1::SourceOffset& source);
  Outcome apply(const v1::IncidentUpdated& record);
  Outcome apply(const v1::IncidentCancelled& record);
  Outcome apply(const v1::AlertReported& record);
  Outcome apply(const v1::UnitSignedOn& record);
  Outcome apply(const v1::UnitSignedOff& record);
  Outcome apply(const v1::UnitPositionReported& record);
  Outcome apply(const v1::UnitStatusReported& record);
  Outcome apply(const v1::AssignmentAcknowledged& record);
  Outcome apply(const v1::AssignmentDeclined& record);
  Outcome apply(const v1::FeedbackGiven& record);
  Outcome apply(const v1::UnitDisconnected& record);
  Outcome apply(const v1::UnitCheckAnswered& record);
  Outcome apply(const v1::AreaOrderReceipt& record);
  Outcome apply(const v1::MatterReported& record);
  Outcome apply(const v1::SightingReported& record);
  Outcome apply(const v1::OperatorCommand& record);
  Outcome apply(const v1::NeighbourMessage& message);  // region_borrowing.cc
  void fire(const Timer& timer);
  // After every record and timer: gives units that came free to those who wait.
  void serve_queue();
  // After that: units are moved to where the cover went, when the policy has it so; region_move_up.cc.
  void look_at_cover();
  // Then: plans for targets on the move follow what became of units and incidents; region_pursuit.cc.
  void look_at_pursuits();
  // Before another city file takes its place: changes of streets end with the one they were made for.
  void end_street_changes();
  // What a region knows of its premises stays when another city file takes this one's place.
  const Premises& premises() const { return premises_; }
  void take_premises(const Premises& premises) { premises_ = premises; }

  // ---- what it is; region_views.cc ----
  const city::City& city() const { return *city_; }
  bool has_policy() const { return policy_.has_value(); }
  bool idle() const;  // Nobody signed on, nothing open.
  v1::RegionSnapshot snapshot() const;
  std::optional<v1::Incident> incident(IncidentId id) const;
  std::optional<v1::Incident> incident(std::string_view source, std::string_view event_id) const;
  std::optional<v1::Unit> unit(UnitId id) const;
  std::vector<v1::Unit> units() const;
  std::string_view device(UnitId id) const;
  std::vector<v1::UnitOrder> orders_after(UnitId id, std::uint64_t after) const;
  std::optional<v1::CommandApplied> command(std::string_view command_id) const;
  // The way of a unit to its incident from where it is, with the streets as they are; region_route.cc. Changes nothing
  // but working memory.
  Outcome route(UnitId id, v1::Route& out);
  // Regions that the policy names as neighbours, and those that a conversation goes on with.
  void gather_neighbours(std::set<RegionId>& out) const;
  const v1::Policy& policy_message() const { return policy_message_; }  // Empty: none in force.
  std::uint64_t policy_hash() const { return policy_hash_; }            // XXH3-64 of it, serialised; 0: none.

  // ---- the whole of it, for the archives of engine/state; region_state.cc ----
  // Loading is into a new region. What cannot be is an error of the archive; the region is then of no use.
  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x);

 private:
  class Filter;
  class IdleFilter;
  class WorkerFilter;
  class BlockerTimes;
  struct StreetsChange {
    v1::StreetsChange shown;
    road::StreetEffect effect;
    TimeMs switch_at;  // When to see again whether it holds; 0: never.

    template <typename Archive, typename Self>
    static void fields(Archive& a, Self& x) {
      a("shown", x.shown);
      a("effect", x.effect);
      a("switch_at", x.switch_at);
    }
  };
  struct Alert {
    v1::AlertReport report;
    TimeMs expires_at;
    IncidentId incident;           // 0: none was opened for it.
    std::uint64_t area_order = 0;  // 0: none was made for it.

    template <typename Archive, typename Self>
    static void fields(Archive& a, Self& x) {
      a("report", x.report);
      a("expires_at", x.expires_at);
      a("incident", x.incident);
      a("area_order", x.area_order);
    }
  };
  using EventName = std::pair<std::string, std::string>;          // source, event id
  using QueueKey = std::tuple<int, std::int64_t, std::uint64_t>;  // severity, opened at, incident id

  // ---- reports; region_incidents.cc ----
  Outcome acceptable(const v1::IncidentReported& record) const;
  Incident incident_of(const v1::IncidentReported& record) const;
  void send_to_new_place(Incident& incident);
  Outcome find_open(const std::string& source, const std::string& event_id, Incident*& incident);
  // Somewhere a unit could go to, by whatever it travels.
  bool near_road(geo::Point point) const;

  // ---- the response that the policy asks for; region_response.cc ----
  void judge(Incident& incident);
  void start_clock(Incident& incident);
  void send_level(Incident& incident);
  void set_timers(const Incident& incident);
  void fit_into_plan(Incident& incident, Assignment& assignment) const;
  bool fits(UnitIndex unit, const Incident& incident, const policy::PlanEntry& entry) const;
  void tell_late(Incident& incident, TimeMs due);
  void tell_feedback_overdue(UnitId unit, TimeMs due);
  std::optional<Reject> too_large_for_city(const policy::Policy& policy) const;

  // ---- who goes; region_choice.cc ----
  struct Options;
  struct Pick;
  void assign_missing(Incident& incident);
  bool close_if_done(Incident& incident);
  v1::Passed::Reason kept_out(UnitIndex unit, const Incident& incident, const policy::PlanEntry& entry) const;
  DurationMs time_left(const Incident& incident, std::size_t entry) const;
  v1::Passed::Reason unavailable(UnitIndex unit, const Incident& incident) const;
  v1::Passed::Reason kept_from(UnitIndex unit, const Incident& incident, const policy::PlanEntry& entry) const;
  // By unit, of unavailable().
  std::vector<v1::Passed::Reason> standing_of(const Incident& incident) const;
  v1::Why weigh(const Incident& incident, std::size_t entry, const std::vector<v1::Passed::Reason>& standing);
  void add_candidate(const road::Found& found, v1::Why& why) const;
  std::int64_t cover_loss_ppm(UnitIndex unit) const;
  std::int64_t score(const Incident& incident, const road::Found& found, DurationMs left) const;
  v1::Why::Rule rule_of(const Incident& incident, const Pick& pick, bool in_time) const;
  void explain_passed(const Incident& incident, const Filter& filter, v1::Why& why);
  void search(const Incident& incident, const std::vector<v1::Passed::Reason>& standing, std::size_t most,
              Options& options);
  std::vector<Options> options_of(const Incident& incident);
  std::vector<Pick> pick(const Incident& incident, const std::vector<Options>& options);
  bool fill_places(Incident& incident, const Options& options, const std::vector<Pick>& picks,
                   const std::vector<UnitIndex>& awaited_before, std::vector<IncidentId>& victims);
  bool divert(Incident& incident, const Options& options, std::vector<IncidentId>& victims);
  bool wait_for_one(Incident& incident, const Options& options, const Pick* best,
                    const std::vector<UnitIndex>& awaited_before);
  void propose(Incident& incident, const std::vector<Pick>& picks);
  bool kept_for_another_place(UnitIndex unit, const Incident& incident) const;
  void await_nobody(Incident& incident);
  void report_shortfall(Incident& incident, const std::vector<Options>& options);
  // ---- several incidents at once; region_together.cc ----
  void match_together(std::vector<UnitIndex>& free);

  // ---- dispatching; dispatching.cc ----
  // Unless it `may_link`, it is never made a further call by likeness alone.
  void open(Incident incident, bool may_link = true);
  void assign(Incident& incident, UnitIndex unit, DurationMs eta, std::uint32_t plan_entry, bool by_operator,
              v1::Why why, std::optional<Destination> destination = std::nullopt);
  // Ends it; the unit goes to `next`. With `tell` the unit gets a cancel order.
  void end_assignment(Incident& incident, AssignmentId id, v1::AssignmentEnded::Reason reason,
                      v1::UnitSecondaryStatus next, bool tell);
  void end_incident(Incident& incident, v1::IncidentStatus status, v1::Disposition disposition,
                    v1::AssignmentEnded::Reason reason, v1::IncidentChanged::Cause cause, const std::string& by);
  void mark_tried(Incident& incident, UnitIndex unit);
  void set_status(Incident& incident, v1::IncidentStatus status);
  void requeue(Incident& incident);
  static QueueKey key_of(const Incident& incident);
  bool can_help(const std::vector<UnitIndex>& free, const Incident& incident) const;

  // ---- units; region_units.cc ----
  bool assignable(UnitIndex unit) const;
  void set_status(UnitIndex unit, v1::UnitSecondaryStatus status);
  void hear(UnitIndex unit);
  void has_read(UnitIndex unit, std::uint64_t last_order_seen);
  void watch(UnitIndex unit);
  void check_on(UnitIndex unit);
  void place(UnitIndex unit, const road::RoadPoint& as_built);
  void place_at_post(UnitIndex unit);
  void settle(UnitIndex unit);
  void take_out(UnitIndex unit);
  void will_be_free(UnitIndex unit, std::int64_t free_in_ms);
  void put_back(UnitIndex unit);
  Outcome find_signed_on(std::uint64_t unit_id, UnitIndex& unit) const;
  Outcome find_own_assignment(std::uint64_t unit_id, std::uint64_t assignment_id, UnitIndex& unit) const;
  std::optional<UnitIndex> find_unit(std::uint64_t unit_id) const;

  // ---- on the way and on scene; region_progress.cc, region_safety.cc ----
  void watch_progress(UnitIndex unit);
  void look_at_progress(UnitIndex unit);
  void look_again(UnitIndex unit, Progress& progress, TimeMs when);
  void end_progress(Assignment& assignment);
  void note_position(UnitIndex unit, geo::Point position);
  void arrive(UnitIndex unit, Assignment& assignment, bool by_position);
  Outcome said_again(UnitIndex unit);
  void forget_best_ways(Incident& incident);
  bool reinforce(Incident& incident, std::uint32_t plan_entry);
  v1::AssignmentWarned warning(const Assignment& assignment, WarningKind kind) const;
  void word(UnitIndex unit);
  void ask_later(UnitIndex unit, Assignment& assignment);
  void safety_due(UnitIndex unit, TimeMs due);
  void ask(UnitIndex unit, v1::CheckCause cause, IncidentId incident);
  void escalate(UnitIndex unit, SafetyCheck& check);
  void end_check(UnitIndex unit, v1::UnitChecked::What what, const std::string& by);
  void fill(UnitIndex unit, const SafetyCheck& check, v1::UnitChecked& out) const;

  // ---- duty; region_duty.cc, region_roster.cc ----
  void follow_roster(UnitIndex unit);
  void tell_duty(UnitIndex unit, const Duty& duty, const Shift* shift, Duty::Phase next);
  void keep_to(UnitIndex unit, bool shift_ended);
  v1::UnitSecondaryStatus status_on_duty(UnitIndex unit) const;
  void watch_duty(UnitIndex unit, Duty& duty);
  v1::DutyWarned duty_warning(UnitIndex unit, v1::DutyWarned::Kind kind, TimeMs since) const;
  void note_area(UnitIndex unit, geo::Point position);
  void take_post(UnitIndex unit, const Shift* shift);
  void find_home(UnitIndex unit);
  void go_off_duty(UnitIndex unit);
  void set_crew(UnitIndex unit, const std::optional<v1::Crew>& crew);
  bool waits_in_break(UnitIndex unit) const;
  bool rostered_for(UnitIndex unit, TimeMs when, v1::Severity severity) const;
  std::string off_shift(UnitIndex unit, v1::Severity severity, bool forced) const;
  Outcome find_shift(const v1::RosterShift& entry, const std::string& name, UnitIndex& unit, Shift& shift) const;
  void fill(UnitIndex unit, const Shift& shift, v1::RosterShift& out) const;

  // ---- commands; region_commands.cc, region_overrule.cc ----
  Outcome command(const v1::AssignUnit& command, const v1::OperatorCommand& from);
  Outcome command(const v1::ReleaseUnit& command, const v1::OperatorCommand& from);
  Outcome command(const v1::CancelIncident& command, const v1::OperatorCommand& from);
  Outcome command(const v1::BehaviourActivated& command, const v1::OperatorCommand& from);
  Outcome command(const v1::CloseIncident& command, const v1::OperatorCommand& from);
  Outcome command(const v1::ChangeSeverity& command, const v1::OperatorCommand& from);
  // ---- after the end; region_reopen.cc ----
  Outcome find_closed(std::uint64_t incident_id, Incident*& incident);
  Outcome activate(const v1::PolicyActivated& record, const v1::OperatorCommand* from);
  Outcome command(const v1::VerifyIncident& command, const v1::OperatorCommand& from);
  Outcome command(const v1::ReopenIncident& command, const v1::OperatorCommand& from);
  void open_again(Incident& incident);
  Outcome command(const v1::SetUnitService& command, const v1::OperatorCommand& from);
  Outcome command(const v1::SetPostService& command, const v1::OperatorCommand& from);
  Outcome command(const v1::ChangeStreets& command, const v1::OperatorCommand& from);
  Outcome command(const v1::RestoreStreets& command, const v1::OperatorCommand& from);
  Outcome command(const v1::ReinforceIncident& command, const v1::OperatorCommand& from);
  Outcome command(const v1::StandDown& command, const v1::OperatorCommand& from);
  Outcome command(const v1::HoldIncident& command, const v1::OperatorCommand& from);
  Outcome command(const v1::ExcludeUnit& command, const v1::OperatorCommand& from);
  Outcome why_not(UnitIndex unit, const Incident& incident, bool force) const;
  Outcome find_any(std::uint64_t unit_id, UnitIndex& unit) const;
  Outcome command(const v1::MergeIncidents& command, const v1::OperatorCommand& from);
  Outcome command(const v1::UnmergeIncident& command, const v1::OperatorCommand& from);
  Outcome command(const v1::SettleUnitCheck& command, const v1::OperatorCommand& from);
  Outcome command(const v1::RegisterPremise& command, const v1::OperatorCommand& from);
  Outcome command(const v1::RemovePremise& command, const v1::OperatorCommand& from);
  Outcome command(const v1::PublishRoster& command, const v1::OperatorCommand& from);
  static v1::CommandApplied applied(const v1::OperatorCommand& from, IncidentId incident, UnitId unit);
  void remember(v1::CommandApplied applied);
  static Outcome give_reason(const v1::OperatorCommand& from);
  Outcome find_open(std::uint64_t incident_id, Incident*& incident);
  void change_severity(Incident& incident, v1::Severity severity);

  // ---- decisions; region_views.cc ----
  v1::Decision& decide() { return shared_->decisions.add(id_); }
  void decide_changed(const Incident& incident, v1::IncidentChanged::Cause cause, const std::string& by);
  void decide_changed(UnitIndex unit);
  void fill(const Incident& incident, bool with_assignments, v1::Incident& out) const;
  void fill(const Incident& incident, std::size_t plan_entry, v1::PlannedUnits& out) const;
  void fill(const Assignment& assignment, v1::Assignment& out) const;
  static void fill(const policy::RuleReference& rule, v1::RuleReference& out);
  void fill(UnitIndex unit, v1::Unit& out) const;

  // ---- streets; region_streets.cc ----
  void switch_streets();
  void streets_moved();
  void watch_streets();
  void decide_streets(StreetsChange& change, v1::StreetsChanged::What what);

  // ---- related calls; region_related.cc ----
  Call call_of(const Incident& incident) const;
  void note_call(const Incident& incident);
  void note_all_calls();
  std::size_t live_calls(IncidentId parent) const;
  v1::IncidentRelated::What relate(Incident& incident, bool may_link);
  void announce(const Incident& incident, v1::IncidentRelated::What what);
  void decide_related(v1::IncidentRelated::What what, IncidentId incident, IncidentId other,
                      const v1::Likeness* likeness, const std::string& by);
  void weigh_calls(Incident& parent);
  void follow_calls(Incident& parent, const std::string& by);
  void source_severity(Incident& incident, v1::Severity severity);
  void operator_severity(Incident& incident, v1::Severity severity);
  void after_update(const Incident& incident, bool severity_given);
  // True when its source's cancel does not end it, because further calls have not been called off.
  bool goes_on_without_source(const Incident& incident);
  void call_off(Incident& incident);
  void lost_call(Incident& parent, const std::string& by);
  void after_end(const Incident& incident, const std::string& by);
  void forget_call(IncidentId incident);
  Outcome refuse_linked(const Incident& incident) const;
  void fill_related(const Incident& incident, v1::Incident& out) const;
  // ---- cover; region_cover.cc; all do nothing when the policy does not ask for it ----
  void start_coverage();
  void begin_part_of_day();
  void recount(UnitIndex unit);
  void learn(const Incident& incident);
  void fill(v1::CoverageTotals& out) const;

  // ---- matters; region_matters.cc ----
  const policy::TriageEntry* triage(const v1::IncidentReported& record) const;
  static void make_as_grave(Incident& incident, const policy::TriageEntry& row);
  Outcome room_for_matter() const;
  Matter& open_matter(const v1::IncidentReported& record, const policy::TriageEntry& row);
  void start_matters();
  void find_micro_grids();
  void locate(v1::Matter& shown) const;
  void give_to(Matter& matter, std::uint32_t centre);
  void set_due(Matter& matter, DurationMs within);
  void step(Matter& matter, v1::MatterStep::Kind kind, const std::string& by, const std::string& reason);
  void step_with_order(Matter& matter, v1::MatterStep::Kind kind, const std::string& by, const std::string& reason,
                       UnitIndex worker, Order::Kind order_kind);
  void step_and_stop_worker(Matter& matter, v1::MatterStep::Kind kind, const std::string& by,
                            const std::string& reason);
  void tell_hotline(const Matter& matter, v1::HotlineFeedback::What what, const std::string& reason);
  const policy::Centre& centre_for(const v1::Matter& shown) const;
  std::optional<UnitIndex> worker_for(const Matter& matter);
  const policy::Centre* centre_of(const Matter& matter) const;
  const policy::Centre* centre_above(const Matter& matter) const;
  void accept(Matter& matter, const std::string& by);
  void handle(Matter& matter, v1::Disposition disposition, const std::string& by, const std::string& reason);
  void end_matter(Matter& matter, v1::Matter::Status status, v1::MatterStep::Kind kind, const std::string& by,
                  const std::string& reason);
  void order_worker(Matter& matter, UnitIndex worker, const std::string& by, const std::string& reason);
  void fire_matter(std::uint64_t id, TimeMs due);
  void leave_matters(UnitIndex unit, v1::UnitSecondaryStatus next);
  bool update_matter(const v1::IncidentUpdated& record);
  bool cancel_matter(const v1::IncidentCancelled& record);
  void fill(const Matter& matter, v1::Matter& out) const;
  void fill_matter(const Order& order, v1::UnitOrder& out) const;

  // ---- commands on matters; region_matter_commands.cc ----
  Outcome find_matter(std::uint64_t id, Matter*& matter);
  Outcome find_matter_at_centre(std::uint64_t id, const v1::OperatorCommand& from, Matter*& matter);
  void remember_matter(const v1::OperatorCommand& from, const Matter& matter);
  Outcome command(const v1::AssignMatter& command, const v1::OperatorCommand& from);
  Outcome command(const v1::AcceptMatter& command, const v1::OperatorCommand& from);
  Outcome command(const v1::ReturnMatter& command, const v1::OperatorCommand& from);
  Outcome command(const v1::EscalateMatter& command, const v1::OperatorCommand& from);
  Outcome command(const v1::TransferMatter& command, const v1::OperatorCommand& from);
  Outcome to_police(Matter& matter, v1::Channel channel, const v1::OperatorCommand& from);
  Outcome transfer_incident(const v1::TransferMatter& command, const v1::OperatorCommand& from);
  Outcome command(const v1::OrderWorker& command, const v1::OperatorCommand& from);
  Outcome command(const v1::HandleMatter& command, const v1::OperatorCommand& from);
  Outcome command(const v1::VerifyMatter& command, const v1::OperatorCommand& from);
  Outcome command(const v1::ReopenMatter& command, const v1::OperatorCommand& from);
  Outcome command(const v1::CloseMatter& command, const v1::OperatorCommand& from);
  Outcome command(const v1::ScoreMatter& command, const v1::OperatorCommand& from);
  void reopen(Matter& matter, const v1::OperatorCommand& from);

  // ---- neighbours' units; region_borrowing.cc ----
  v1::NeighbourMessage& say(RegionId to, std::uint64_t request);
  void ask_neighbours(Incident& incident);
  bool ask_next(Incident& incident, std::size_t entry, std::uint32_t plan_entry, std::optional<TimeMs> sooner_than);
  std::int64_t away_from(RegionId neighbour, geo::Point place) const;
  bool ask(Incident& incident, const policy::CityNeighbour& city, std::size_t entry, std::uint32_t plan_entry,
           DurationMs within, const std::string& by);
  void give_back(Incident& incident, std::uint64_t request, v1::NeighbourRelease::Reason reason);
  void forget_borrowed(Incident& incident, std::uint64_t request);
  void give_all_back(Incident& incident, v1::NeighbourRelease::Reason reason);
  bool withdraw_unneeded(Incident& incident);
  void own_unit_was_sooner(Incident& incident);
  void fit_borrowed_into_plan(Incident& incident) const;
  void tell_new_place(const Incident& incident);
  void neighbour_due(IncidentId id, TimeMs due);
  void turn_down(Incident& incident, RegionId neighbour);
  void hear_grant(Incident& incident, v1::BorrowedUnit& unit, const v1::NeighbourUnit& granted);
  void hear_progress(Incident& incident, v1::BorrowedUnit& unit, const v1::NeighbourUnit& progress);
  void hear_feedback(Incident& incident, const v1::BorrowedUnit& unit, v1::Disposition disposition);
  Outcome command(const v1::AskNeighbour& command, const v1::OperatorCommand& from);
  Outcome command(const v1::ReleaseNeighbour& command, const v1::OperatorCommand& from);

  // ---- units lent to neighbours; region_lending.cc ----
  struct LentChoice {
    road::Found found;
    DurationMs eta;
    v1::NeighbourUnit::Way way;
  };
  Incident incident_of(const v1::NeighbourMessage& message) const;
  v1::NeighbourRefusal::Reason why_not_lent(RegionId neighbour, const policy::LendRule* rule,
                                            const v1::NeighbourRequest& request) const;
  std::optional<LentChoice> choose_to_lend(const Incident& incident, const policy::LendRule& rule, v1::Why& why);
  Outcome lend(const v1::NeighbourMessage& message);
  void tell_asker(Incident& incident);
  void end_loan(Incident& incident);
  Outcome hear_asker(const v1::NeighbourMessage& message);
  Outcome refuse_lent(const Incident& incident) const;
  bool beyond_roads(const Incident& incident) const;

  // ---- districts; region_districts.cc ----
  bool crosses(UnitIndex unit, const Incident& incident) const;
  bool may_cross(UnitIndex unit, const Incident& incident) const;
  DurationMs handicap(UnitIndex unit, const Incident& incident) const;

  // ---- move-up; region_move_up.cc ----
  Outcome find_cover_points(const policy::Policy& policy, std::vector<PostIndex>& points) const;
  void keep_or_end_moves();
  std::int64_t cover_worth(std::int64_t ppm) const;
  void send_back_the_spare();
  void move_up();
  std::vector<coverage::OpenPoint> open_points();
  void order(CoverMove& move, const std::string& by);
  void send_back(CoverMove& move, v1::CoverMoveChanged::Reason reason);
  void end_move(const CoverMove& move, v1::CoverMoveChanged::Reason reason, bool tell);
  void leave_cover(UnitIndex unit, v1::UnitSecondaryStatus next);
  void fire_move(std::uint64_t id);
  Outcome find_movable(std::uint64_t unit_id, UnitIndex& unit) const;
  Outcome command(const v1::ConfirmMove& command, const v1::OperatorCommand& from);
  Outcome command(const v1::DeclineMove& command, const v1::OperatorCommand& from);
  Outcome command(const v1::MoveUnit& command, const v1::OperatorCommand& from);
  Outcome command(const v1::SendBackUnit& command, const v1::OperatorCommand& from);
  const v1::Decision& decide_move(const CoverMove& move, v1::CoverMove::State state,
                                  v1::CoverMoveChanged::Reason reason, std::uint64_t order_sequence);
  void fill(const CoverMove& move, v1::CoverMove::State state, v1::CoverMove& out) const;
  void fill(const Order& order, v1::UnitOrder& out) const;

  // ---- targets on the move; region_pursuit.cc, region_pursuit_plan.cc ----
  bool may_pursue(const Incident& incident) const;
  Outcome refuse_pursuit(const Incident& incident) const;
  Outcome check_sighting(const Incident& incident, v1::Sighting& sighting) const;
  void take_sighting(Incident& incident, const v1::Sighting& sighting, v1::IncidentChanged::Cause cause,
                     const std::string& reason);
  void pursue(Incident& incident, const v1::Sighting& sighting, const std::string& reason);
  void decide_pursuit(const Pursuit& pursuit, v1::PursuitChanged::Cause cause, const std::string& by,
                      const std::string& reason);
  void replace_plan(Pursuit& pursuit, v1::PursuitChanged::Cause cause);
  void end_pursuit(Pursuit& pursuit, v1::PursuitChanged::Cause cause, const std::string& by, const std::string& reason);
  bool is_stale(const Pursuit& pursuit) const;
  void fire_pursuit(IncidentId id);
  bool open_lost_points(const Incident& incident, Pursuit& pursuit) const;
  void after_loss(Incident& incident, Pursuit& pursuit);
  void fill_pursuit(const Incident& incident, v1::Incident& out) const;
  Outcome check_confirmation(const v1::ConfirmPursuit& command, const Incident& incident,
                             std::vector<std::size_t>& chosen) const;
  Outcome command(const v1::ReportSighting& command, const v1::OperatorCommand& from);
  Outcome command(const v1::ConfirmPursuit& command, const v1::OperatorCommand& from);
  Outcome command(const v1::EndPursuit& command, const v1::OperatorCommand& from);
  void stand_down_blocker(Incident& incident, std::uint64_t unit_id);
  void order_to(Incident& incident, v1::PursuitPoint& point);
  void start_pursuits();
  bool is_rolling(UnitIndex unit) const;
  bool can_block(UnitIndex unit, const Incident& incident) const;
  std::optional<TimeMs> arrival_of(const Assignment& assignment);
  void make_plan(Incident& incident, Pursuit& pursuit);
  void fill(const pursuit::PlannedPoint& point, TimeMs seen_at, v1::PursuitPoint& out) const;

  // ---- alerts; region_alerts.cc ----
  void end_alert(std::uint64_t number, v1::AlertChanged::State state);

  // ---- what alerts make units do; region_area_orders.cc ----
  geo::Point place_of(UnitIndex unit) const;
  void begin_area_order(Alert& alert, const v1::AlertReported& record, const policy::AlertAction& action);
  void tell_area(std::uint64_t id);
  void tell_if_inside(UnitIndex unit, std::uint64_t id, AreaOrder& order);
  void tell_newcomer(UnitIndex unit);
  void tell(UnitIndex unit, std::uint64_t id, bool over);
  void end_area_order(std::uint64_t id);
  void decide_area_order(std::uint64_t id, bool over);
  void fill(const AreaOrder& order, v1::AreaOrderState& out) const;
  void fill(const Order& order, v1::AreaOrderToUnit& out) const;

  // ---- one-key alarms; region_premises.cc ----
  Outcome settle_alarm(v1::IncidentReported& alarm) const;
  void fill_alarm(const Incident& incident, v1::Incident& out) const;

  // ---- the whole of it; region_state.cc ----
  template <typename Archive, typename Self>
  static void unit_fields(Archive& a, Self& x, UnitIndex unit, std::optional<road::RoadPoint>& stands);
  void hash_policy();
  std::string adopt_policy();
  std::string adopt_streets();
  std::string adopt_unit(UnitIndex unit, const std::optional<road::RoadPoint>& stands);
  using Stands = std::vector<std::optional<road::RoadPoint>>;  // By unit.
  std::string adopt_places(const Stands& stands, const std::vector<UnitIndex>& order);
  std::string adopt_rest();
  // ---- what of it does not fit together, empty: all does; region_fit.cc ----
  std::string misfit() const;
  std::string misfit_of_work() const;
  std::string misfit_of_queue() const;
  std::string misfit_of_names() const;
  std::string misfit_of_moves() const;
  bool exists(const road::RoadPoint& place) const;

  RegionId id_;
  const city::City* city_;
  Shared* shared_;
  v1::Policy policy_message_;      // What policy_ was made of.
  std::uint64_t policy_hash_ = 0;  // XXH3-64 of it, serialised; 0: there is none.
  std::optional<policy::Policy> policy_;
  std::vector<city::UnitInfo> unit_infos_;             // By UnitIndex, as all vectors of units.
  std::vector<v1::PostKind> post_kinds_;               // Of the unit's post.
  std::vector<DistrictId> home_districts_;             // Of the unit's post; 0: none.
  mutable DistrictBorders borders_;                    // What it keeps is worked out of the city alone.
  std::vector<geo::Point> home_points_;                // Of its post, or the middle of its patrol area.
  std::vector<std::optional<road::RoadPoint>> homes_;  // These on the roads; none: the unit is of another region.
  state::TrackedVector<Unit> units_;
  std::vector<road::RoadPoint> places_;  // Of units that are placed: where they would be on the roads as built.
  road::LiveRoads roads_;
  road::UnitsOnRoad on_road_;
  road::NearestSearch search_;
  std::vector<v1::Passed::Reason> kept_out_;  // By unit: what weigh() last found; REASON_UNSPECIFIED: it can go.
  road::RouteFinder route_finder_;
  matching::Assignment matching_;
  std::unique_ptr<coverage::Coverage> coverage_;  // Null: the policy does not ask for it.
  std::vector<PostIndex> cover_points_;           // Where units may be moved to.
  CoverMoves moves_;
  Matters matters_;
  Pursuits pursuits_;
  std::unique_ptr<pursuit::Planner> planner_;                 // Null: nobody was pursued yet.
  std::vector<std::optional<road::RoadPoint>> choke_places_;  // Of the policy's choke points; none: off the roads.
  const city::MicroGrids* micro_grids_ = nullptr;             // Null: the policy names none.
  bool cover_changed_ = false;                                // Since it was looked at.
  TimeMs next_look_;                                          // At cover, at the earliest.
  state::TrackedMap<IncidentId, Incident> incidents_;         // Open, and ended ones until they are forgotten.
  std::size_t open_incidents_ = 0;
  state::TrackedMap<EventName, IncidentId> by_event_;
  state::TrackedMap<std::uint64_t, IncidentId> requests_;                    // To neighbours, that have not ended.
  state::TrackedMap<std::pair<RegionId, std::uint64_t>, IncidentId> loans_;  // Of (asker, request).
  std::set<QueueKey> queue_;                                                 // Open incidents that miss units.
  std::set<std::pair<UnitIndex, IncidentId>> awaiting_;  // Who is awaited, and by whom: as in the incidents.
  bool came_free_ = false;                               // A unit may serve the queue.
  bool await_ended_ = false;             // A unit said that it would be free by now; until the queue is served.
  std::optional<RelatedIndex> related_;  // None: the policy does not compare reports.
  Links links_;
  AreaOrders area_orders_;  // Of active alerts.
  Premises premises_;
  state::TrackedMap<std::uint64_t, Alert> alerts_;  // Active ones, by count.
  std::uint64_t alert_count_ = 0;
  state::TrackedMap<std::uint64_t, StreetsChange> street_changes_;  // That have not ended, by id.
  std::size_t changed_arcs_ = 0;                                    // Of all of them.
  Roster roster_;
  state::TrackedMap<UnitIndex, Duty> duties_;         // Of units that the roster knows or knew lately.
  state::TrackedMap<UnitIndex, v1::Crew> crews_;      // Of units that said so when they signed on.
  state::TrackedMap<UnitIndex, SafetyCheck> checks_;  // Open ones.
  std::uint64_t check_count_ = 0;
  state::TrackedMap<std::string, v1::CommandApplied, std::less<>> commands_;
  state::TrackedMap<std::uint64_t, std::string> command_order_;  // Oldest first, for forgetting.
  std::uint64_t command_count_ = 0;
};

}  // namespace dispatch135::core
