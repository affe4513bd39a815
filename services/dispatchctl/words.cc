#include "services/dispatchctl/words.h"

#include <chrono>
#include <cstdio>

#include "services/dispatchctl/alert_words.h"
#include "services/dispatchctl/cover_words.h"
#include "services/dispatchctl/matter_words.h"
#include "services/dispatchctl/neighbour_words.h"
#include "services/dispatchctl/pursuit_words.h"
#include "services/dispatchctl/related_words.h"
#include "services/dispatchctl/unit_life_words.h"

namespace dispatch135::dispatchctl {
namespace {

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

std::string hex(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

std::string name_of(const v1::Incident& incident) {
  return "incident " + std::to_string(incident.incident_id()) + " (" + incident.source() + "/" + incident.event_id() +
         ")";
}

std::string streets_of(const v1::ChangeStreets& change) {
  switch (change.where_case()) {
    case v1::ChangeStreets::kPiece:
      return "piece near " + describe(change.piece().at());
    case v1::ChangeStreets::kStreet:
      return change.street().name().empty() ? "street near " + describe(change.street().near())
                                            : "street '" + change.street().name() + "'";
    case v1::ChangeStreets::kArea:
      return "area of " + std::to_string(change.area().corners_size()) + " corners";
    case v1::ChangeStreets::kEdges:
      return "list of edges";
    case v1::ChangeStreets::kWholeCity:
      return "whole city";
    case v1::ChangeStreets::WHERE_NOT_SET:
      break;
  }
  return "unknown streets";
}

std::string effect_of(const v1::ChangeStreets& change) {
  std::string text = change.has_closed() ? "closed" : "speed " + percent(change.speed_permille(), 1'000);
  for (int i = 0; i < change.travel_kinds_size(); ++i) {
    text += (i == 0 ? " for " : ", ") + word("TRAVEL_KIND_", v1::TravelKind_Name(change.travel_kinds(i)));
  }
  for (int i = 0; i < change.classes_size(); ++i) {
    text += (i == 0 ? " on " : ", ") + word("ROAD_CLASS_", v1::RoadClass_Name(change.classes(i)));
  }
  return text;
}

std::string minute_of_day(std::uint32_t minute) {
  char text[16];
  std::snprintf(text, sizeof text, "%02u:%02u", minute / 60, minute % 60);
  return text;
}

std::string when_of(const v1::ChangeStreets& change) {
  constexpr const char* kDays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  std::string text;
  if (change.from_ms() != 0) text += "; from " + date_time(change.from_ms());
  if (change.until_ms() != 0) text += "; until " + date_time(change.until_ms());
  for (const v1::DailyWindow& window : change.windows()) {
    text += "; " + minute_of_day(window.begin_min()) + "-" + minute_of_day(window.end_min());
    for (unsigned day = 0; day < 7; ++day) {
      if ((window.weekdays() >> day & 1U) != 0) text += std::string(" ") + kDays[day];
    }
  }
  if (!change.windows().empty()) {
    const std::int32_t offset = change.utc_offset_min();
    text += std::string(" UTC") + (offset < 0 ? "-" : "+") +
            minute_of_day(static_cast<std::uint32_t>(offset < 0 ? -offset : offset));
  }
  return text;
}

std::string name_of(const v1::StreetsChange& change) {
  std::string text = "change of streets " + std::to_string(change.change_id()) + " (" + streets_of(change.change()) +
                     ": " + effect_of(change.change()) + ", " + std::to_string(change.pieces()) + " pieces";
  for (int i = 0; i < change.streets_size(); ++i) text += (i == 0 ? " of " : ", ") + change.streets(i);
  text += when_of(change.change()) + "; by " + change.operator_id();
  if (!change.reason().empty()) text += ", " + change.reason();
  return text + ")";
}

std::string change_of(const v1::Decision& decision) {
  switch (decision.change_case()) {
    case v1::Decision::kIncidentOpened: {
      const v1::Incident& incident = decision.incident_opened().incident();
      return name_of(incident) + " opened: " + word("CATEGORY_", v1::Category_Name(incident.category())) + ", " +
             word("SEVERITY_", v1::Severity_Name(incident.severity())) + ", " +
             word("PLACE_CLASS_", v1::PlaceClass_Name(incident.place_class())) + " at " +
             describe(incident.position()) + "; ring of " + std::to_string(incident.ring_min()) + " min, until " +
             clock_time(incident.deadline_at_ms());
    }
    case v1::Decision::kIncidentChanged: {
      const v1::IncidentChanged& changed = decision.incident_changed();
      std::string text = name_of(changed.incident()) + " is " +
                         word("INCIDENT_STATUS_", v1::IncidentStatus_Name(changed.incident().status())) + " (" +
                         word("CAUSE_", v1::IncidentChanged::Cause_Name(changed.cause())) + ")";
      return changed.by().empty() ? text : text + " by " + changed.by();
    }
    case v1::Decision::kUnitAssigned: {
      const v1::UnitAssigned& assigned = decision.unit_assigned();
      return "unit " + std::to_string(assigned.assignment().unit_id()) + " goes to incident " +
             std::to_string(assigned.assignment().incident_id()) + ": ETA " + seconds(assigned.assignment().eta_ms()) +
             (assigned.in_time() ? ", in time" : ", too late") + "; order " +
             std::to_string(assigned.order_sequence()) +
             (assigned.assignment().has_destination()
                  ? "; to block the way at " + describe(assigned.assignment().destination())
                  : "");
    }
    case v1::Decision::kAssignmentEnded: {
      const v1::AssignmentEnded& ended = decision.assignment_ended();
      return "unit " + std::to_string(ended.assignment().unit_id()) + " leaves incident " +
             std::to_string(ended.assignment().incident_id()) + ": " +
             word("REASON_", v1::AssignmentEnded::Reason_Name(ended.reason()));
    }
    case v1::Decision::kUnitProposed: {
      const v1::UnitProposed& proposed = decision.unit_proposed();
      return "unit " + std::to_string(proposed.unit_id()) + " is PROPOSED for incident " +
             std::to_string(proposed.incident_id()) + ": ETA " + seconds(proposed.eta_ms()) +
             (proposed.in_time() ? ", in time" : ", too late") + "; a dispatcher decides";
    }
    case v1::Decision::kUnitAwaited: {
      const v1::UnitAwaited& awaited = decision.unit_awaited();
      return "incident " + std::to_string(awaited.incident_id()) + " waits for unit " +
             std::to_string(awaited.unit_id()) + ", free at " + clock_time(awaited.free_at_ms()) + ", ETA " +
             seconds(awaited.eta_ms());
    }
    case v1::Decision::kFeedbackOverdue:
      return "unit " + std::to_string(decision.feedback_overdue().assignment().unit_id()) +
             " OWES feedback on incident " + std::to_string(decision.feedback_overdue().assignment().incident_id()) +
             " since " + clock_time(decision.feedback_overdue().due_at_ms());
    case v1::Decision::kPlanLate: {
      const v1::PlanLate& late = decision.plan_late();
      return "incident " + std::to_string(late.incident_id()) + ": " + std::to_string(late.on_scene()) + " of " +
             std::to_string(late.units()) + " units of place " + std::to_string(late.plan_entry()) +
             " of the plan were on scene by " + clock_time(late.due_at_ms());
    }
    case v1::Decision::kAssignmentUpdated:
      return "unit " + std::to_string(decision.assignment_updated().assignment().unit_id()) +
             " is told that incident " + std::to_string(decision.assignment_updated().assignment().incident_id()) +
             " has moved";
    case v1::Decision::kIncidentQueued:
      return "incident " + std::to_string(decision.incident_queued().incident_id()) + " waits for " +
             std::to_string(decision.incident_queued().units_missing()) + " unit(s)";
    case v1::Decision::kDeadlineBreached:
      return "incident " + std::to_string(decision.deadline_breached().incident_id()) + " BREACHED its ring of " +
             std::to_string(decision.deadline_breached().ring_min()) + " min: nobody on scene by " +
             clock_time(decision.deadline_breached().deadline_at_ms());
    case v1::Decision::kUnitChanged:
      return describe(decision.unit_changed().unit());
    case v1::Decision::kRecordRejected:
      return "a record was REJECTED: " + word("REJECT_CODE_", v1::RejectCode_Name(decision.record_rejected().code())) +
             ": " + decision.record_rejected().reason();
    case v1::Decision::kCommandApplied:
      return "command " + decision.command_applied().command_id() + " of " + decision.command_applied().operator_id() +
             " applied" +
             (decision.command_applied().reason().empty() ? "" : ": " + decision.command_applied().reason());
    case v1::Decision::kAlertChanged:
      return "alert " + decision.alert_changed().alert().identifier() + " is " +
             word("STATE_", v1::AlertChanged::State_Name(decision.alert_changed().state())) + ": " +
             decision.alert_changed().alert().info().headline();
    case v1::Decision::kPolicyInForce:
      return "policy '" + decision.policy_in_force().name() + "' is in force";
    case v1::Decision::kCityInForce:
      return "city file " + hex(decision.city_in_force().fingerprint()) + " is in use";
    case v1::Decision::kLeaderChanged:
      return "node " + decision.leader_changed().leader().node() + " leads, at " +
             decision.leader_changed().leader().unit_address();
    case v1::Decision::kReportRepeated:
      if (decision.report_repeated().matter_id() != 0) {
        return "matter " + std::to_string(decision.report_repeated().matter_id()) + " was reported again";
      }
      return "incident " + std::to_string(decision.report_repeated().incident_id()) + " was reported again";
    case v1::Decision::kStreetsChanged: {
      const v1::StreetsChanged& changed = decision.streets_changed();
      if (changed.what() == v1::StreetsChanged::WHAT_MADE) return describe(changed.change()) + ", newly made";
      return name_of(changed.change()) + " " + word("WHAT_", v1::StreetsChanged::What_Name(changed.what()));
    }
    case v1::Decision::kIncidentRelated:
      return describe(decision.incident_related());
    case v1::Decision::kAssignmentWarned:
      return describe(decision.assignment_warned());
    case v1::Decision::kUnitChecked:
      return describe(decision.unit_checked());
    case v1::Decision::kRosterChanged:
      return describe(decision.roster_changed());
    case v1::Decision::kDutyChanged:
      return describe(decision.duty_changed());
    case v1::Decision::kDutyWarned:
      return describe(decision.duty_warned());
    case v1::Decision::kMatterChanged:
      return describe(decision.matter_changed());
    case v1::Decision::kHotlineFeedback:
      return describe(decision.hotline_feedback());
    case v1::Decision::kNeighbourSaid:
      return describe(decision.neighbour_said());
    case v1::Decision::kPursuitChanged:
      return describe(decision.pursuit_changed());
    case v1::Decision::kCoverMoveChanged:
      return describe(decision.cover_move_changed());
    case v1::Decision::kPremiseChanged:
      return describe(decision.premise_changed());
    case v1::Decision::kAreaOrderChanged:
      return describe(decision.area_order_changed().state());
    case v1::Decision::kUnitTold:
      return describe(decision.unit_told());
    case v1::Decision::kAreaOrderConfirmed:
      return describe(decision.area_order_confirmed());
    case v1::Decision::kStateHashed:
      return "state hash " + hex(decision.state_hashed().hash());
    case v1::Decision::kBehaviourInForce:
      return "behaviour level " + std::to_string(decision.behaviour_in_force().level()) + " is in force";
    case v1::Decision::kRecordSkipped:
      return "record skipped by " + decision.record_skipped().operator_id() + ": " + decision.record_skipped().reason();
    case v1::Decision::CHANGE_NOT_SET:
      break;
  }
  return "a change that this version does not know";
}

}  // namespace

std::string seconds(std::int64_t ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(ms) / 1'000.0);
  return text;
}

std::string clock_time(std::int64_t since_epoch_ms) {
  if (since_epoch_ms == 0) return "-";
  const std::int64_t of_day = since_epoch_ms % 86'400'000;
  char text[32];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d.%03d", static_cast<int>(of_day / 3'600'000),
                static_cast<int>(of_day / 60'000 % 60), static_cast<int>(of_day / 1'000 % 60),
                static_cast<int>(of_day % 1'000));
  return text;
}

std::string date_time(std::int64_t since_epoch_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(since_epoch_ms)};
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time)};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %.8s UTC", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                clock_time(since_epoch_ms).c_str());
  return text;
}

std::string word(std::string_view prefix, std::string_view enumerator) {
  if (enumerator.starts_with(prefix)) enumerator.remove_prefix(prefix.size());
  std::string result(enumerator);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '_') c = ' ';
  }
  return result;
}

std::string describe(const v1::Position& position) {
  char text[48];
  std::snprintf(text, sizeof text, "%.5f, %.5f", position.latitude_e7() / 1e7, position.longitude_e7() / 1e7);
  return text;
}

std::string describe(const v1::Decision& decision) {
  return clock_time(decision.decided_at_ms()) + " " + change_of(decision);
}

std::string describe(const v1::Incident& incident) {
  std::string text = name_of(incident) + " " + word("INCIDENT_STATUS_", v1::IncidentStatus_Name(incident.status())) +
                     ": " + word("CATEGORY_", v1::Category_Name(incident.category())) + ", " +
                     word("SEVERITY_", v1::Severity_Name(incident.severity())) + " at " +
                     describe(incident.position()) + "; opened " + clock_time(incident.opened_at_ms()) + ", ring of " +
                     std::to_string(incident.ring_min()) + " min, until " + clock_time(incident.deadline_at_ms()) +
                     ", first on scene " + clock_time(incident.first_on_scene_at_ms());
  if (incident.breached()) text += ", BREACHED";
  for (const v1::Assignment& assignment : incident.assignments()) {
    text += "; unit " + std::to_string(assignment.unit_id()) + " since " + clock_time(assignment.assigned_at_ms());
  }
  for (const v1::BorrowedUnit& borrowed : incident.borrowed()) text += describe(borrowed);
  if (incident.has_loan()) text += describe(incident.loan());
  return text + describe_relations(incident) + describe_alarm(incident);
}

std::string describe(const v1::Unit& unit) {
  std::string text = "unit " + std::to_string(unit.unit_id()) + " " + unit.call_sign() + " of post " +
                     std::to_string(unit.post_id()) + " (" + word("UNIT_KIND_", v1::UnitKind_Name(unit.kind())) + ", " +
                     word("TRAVEL_KIND_", v1::TravelKind_Name(unit.travel_kind())) + ") is " +
                     word("UNIT_PRIMARY_STATUS_", v1::UnitPrimaryStatus_Name(unit.primary())) + ", " +
                     word("UNIT_SECONDARY_STATUS_", v1::UnitSecondaryStatus_Name(unit.secondary()));
  if (unit.incident_id() != 0) text += ", at incident " + std::to_string(unit.incident_id());
  if (unit.lent_to() != 0) text += " of region " + std::to_string(unit.lent_to());
  if (unit.overtime()) text += ", in overtime";
  if (unit.check_id() != 0) text += ", its officer is being checked on";
  if (unit.cover_post_id() != 0) text += " of post " + std::to_string(unit.cover_post_id());
  if (unit.has_position()) text += "; " + describe(unit.position()) + (unit.position_stale() ? " (stale)" : "");
  if (unit.has_shift()) text += "; shift " + describe(unit.shift());
  if (unit.has_crew()) text += "; crew of " + describe(unit.crew());
  return text;
}

std::string describe(const v1::StreetsChange& change) {
  return name_of(change) + (change.holds() ? " holds" : " rests");
}

std::string describe(const v1::StatisticsResponse& statistics) {
  std::string text =
      "incidents: " + std::to_string(statistics.opened()) + " opened, " + std::to_string(statistics.open()) +
      " open, " + std::to_string(statistics.waiting()) + " waiting, " + std::to_string(statistics.closed()) +
      " closed, " + std::to_string(statistics.cancelled()) +
      " cancelled\nassignments: " + std::to_string(statistics.assignments()) + ", " +
      std::to_string(statistics.not_acknowledged()) + " not signed for, " + std::to_string(statistics.declined()) +
      " declined\nrepeated reports: " + std::to_string(statistics.repeated_reports()) +
      ", rejected records: " + std::to_string(statistics.rejected_records()) + "\n";
  for (const v1::RingStatistics& ring : statistics.rings()) {
    const std::uint64_t decided = ring.in_time() + ring.late();
    text += "ring of " + std::to_string(ring.ring_min()) + " min: " + percent(ring.in_time(), decided) + " in time (" +
            std::to_string(ring.in_time()) + " in time, " + std::to_string(ring.late()) + " late, " +
            std::to_string(ring.pending()) + " pending, " + std::to_string(ring.void_()) + " void)\n";
  }
  const auto& within = statistics.signed_within();
  const auto all = within.find("all");
  if (all == within.end() || all->second == 0)
    return text + "signed for, of the assignments that have ended: none yet\n";
  text += "signed for, of " + std::to_string(all->second) + " assignments that were and have ended:";
  for (const char* limit : {"30s", "60s", "120s", "180s"}) {
    const auto it = within.find(limit);
    if (it == within.end()) continue;
    text += (std::string_view(limit) == "30s" ? " " : ", ") + percent(it->second, all->second) + " within " + limit;
  }
  text += "\n";
  return text;
}

}  // namespace dispatch135::dispatchctl
