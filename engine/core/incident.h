// An incident and the units' work on it, as the core keeps them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/core/borrowing.h"
#include "engine/core/progress.h"
#include "engine/geo/point.h"
#include "engine/policy/response.h"

namespace dispatch135::core {

// Where a unit is to be instead of the incident's place: a way that it blocks to a target on the move.
struct Destination {
  geo::Point place;
  std::string name;  // For people; may be empty.
  TimeMs target_at;  // The target is not there before.

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("place", x.place);
    a("name", x.name);
    a("target_at", x.target_at);
  }
};

// One unit's work on one incident, from the order to its end.
struct Assignment {
  AssignmentId id;
  IncidentId incident;
  UnitIndex unit;
  bool by_operator = false;
  TimeMs assigned_at;
  TimeMs acknowledged_at;
  TimeMs en_route_at;
  TimeMs on_scene_at;
  TimeMs acknowledge_by;
  DurationMs eta;
  std::uint32_t plan_entry = 0;   // Its place in the incident's plan, from 1; 0: an additional one.
  bool diverted = false;          // It came from another incident: it is not diverted again.
  bool feedback_overdue = false;  // Has been told.
  Progress progress;              // Empty while nobody watches.
  // With one, it takes no place of the plan, and counts neither as first on scene nor for the deadline.
  std::optional<Destination> destination;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("id", x.id);
    a("incident", x.incident);
    a("unit", x.unit);
    a("by_operator", x.by_operator);
    a("assigned_at", x.assigned_at);
    a("acknowledged_at", x.acknowledged_at);
    a("en_route_at", x.en_route_at);
    a("on_scene_at", x.on_scene_at);
    a("acknowledge_by", x.acknowledge_by);
    a("eta", x.eta);
    a("plan_entry", x.plan_entry);
    a("diverted", x.diverted);
    a("feedback_overdue", x.feedback_overdue);
    a("progress", x.progress);
    a("destination", x.destination);
  }
};

// One entry of the response plan, and how far it is filled.
struct PlannedUnits {
  policy::PlanEntry entry;  // `units` is less than planned after a stand-down.
  std::uint32_t level = 1;  // 1: sent at once; 2 and up: reinforcements.
  TimeMs clock_start;       // What its time counts from; 0: the clock has not started.
  std::uint32_t done = 0;   // Gave feedback: their part is done.
  std::uint32_t extra = 0;  // Beyond the plan, because others did not get on.
  bool late = false;        // Its time passed without all of them on scene; has been told.
  TimeMs due() const { return clock_start == TimeMs{} ? TimeMs{} : clock_start + entry.within; }
  std::uint32_t wanted() const { return entry.units + extra; }
  // So many fewer are wanted: the extra ones first.
  void release(std::uint32_t units) {
    const std::uint32_t of_extra = std::min(units, extra);
    extra -= of_extra;
    entry.units -= units - of_extra;
  }

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("entry", x.entry);
    a("level", x.level);
    a("clock_start", x.clock_start);
    a("done", x.done);
    a("extra", x.extra);
    a("late", x.late);
  }
};

// What a unit must be for one place of the plan.
struct Requirement {
  std::uint32_t capabilities = 0;  // Bit c-1: Capability c.
  std::uint32_t kinds = 0;         // Bit k-1: UnitKind k.
  bool fits(v1::UnitKind kind, std::uint32_t has) const {
    return (capabilities & ~has) == 0 && (kinds >> (kind - 1) & 1U) != 0;
  }
};

// A unit that is not asked again for this incident until then.
struct Tried {
  UnitIndex unit;
  TimeMs until;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("unit", x.unit);
    a("until", x.until);
  }
};

struct Incident {
  IncidentId id;
  std::string source;
  std::string event_id;
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  v1::Severity severity = v1::SEVERITY_UNSPECIFIED;
  v1::PlaceClass place_class = v1::PLACE_CLASS_UNSPECIFIED;
  geo::Point position;
  DistrictId district;
  std::string address;
  std::string description;
  std::uint32_t required_capabilities = 0;
  std::uint32_t required_unit_kinds = 0;
  std::int64_t reported_at_ms = 0;  // The source's clock: shown, never used.
  std::string caller_reference;
  std::uint64_t matter = 0;  // That it came from; 0: none.

  v1::IncidentStatus status = v1::INCIDENT_STATUS_ACTIVE;
  TimeMs opened_at;
  policy::Response response;    // What the policy answered when it was opened, or judged anew. Its first levels_sent
  std::size_t levels_sent = 1;  // levels stand in `plan`.
  std::vector<PlannedUnits> plan;
  TimeMs clock_started_at;  // 0: not yet.
  TimeMs deadline_at;       // 0: the clock has not started.
  v1::HoldIncident::Hold hold = v1::HoldIncident::HOLD_NONE;
  std::string held_by;
  std::vector<UnitIndex> excluded;
  bool was_diverted_from = false;       // Lost a unit to a graver one, and none has been on scene since.
  std::vector<UnitIndex> proposed;      // Of the last proposals, while people give the orders.
  std::vector<UnitIndex> awaited;       // Kept places for at the last choice; told of once, while it goes on.
  std::vector<Assignment> assignments;  // Live ones, in the order of assignment.
  std::vector<Tried> tried;
  Borrowing borrowed;                  // From neighbours.
  std::optional<Lent> lent;            // Set: it is a neighbour's.
  std::uint32_t reported_missing = 0;  // Of the last IncidentQueued; 0: none since all were found.
  TimeMs first_on_scene_at;
  bool breached = false;
  TimeMs ended_at;
  std::uint32_t reopened = 0;      // So often.
  std::uint32_t caller_score = 0;  // 0: not called back.
  TimeMs verified_at;
  v1::Disposition disposition = v1::DISPOSITION_UNSPECIFIED;

  Assignment* find(AssignmentId assignment);
  const Assignment* find(AssignmentId assignment) const;
  geo::Point destination_of(const Assignment& assignment) const {
    return assignment.destination ? assignment.destination->place : position;
  }
  // Somebody is assigned to the incident's own place.
  bool has_responder() const;
  // Somebody blocks a way to its target.
  bool has_blocker() const {
    return std::any_of(assignments.begin(), assignments.end(),
                       [](const Assignment& a) { return a.destination.has_value(); });
  }
  // Units still to be found: for one entry of the plan (from 0), and in all. None for a further call of another
  // incident, and for a neighbour's.
  std::uint32_t missing(std::size_t entry) const;
  std::uint32_t missing() const;
  // Of one entry of the plan (from 0): those who are there or have done their part.
  std::uint32_t on_scene(std::size_t entry) const;
  std::uint32_t units_needed() const;
  // What the entry does not say the report does; grid workers go only where they are named.
  Requirement requirement(const policy::PlanEntry& entry) const;
  std::uint32_t ring_min() const { return policy::ring_of(response.deadline); }
  // Neither a unit of the region nor a neighbour's has an order to go there.
  bool nobody_sent() const { return assignments.empty() && !borrowed.any_granted(); }
  bool is_excluded(UnitIndex unit) const { return std::find(excluded.begin(), excluded.end(), unit) != excluded.end(); }
  // Declined it, or did not sign for it, lately.
  bool was_tried(UnitIndex unit, TimeMs now) const {
    return std::any_of(tried.begin(), tried.end(), [&](const Tried& t) { return t.unit == unit && t.until > now; });
  }
  // People give the orders; the engine says whom it would send.
  bool only_advised() const;
  // What the live assignments and neighbours' units make of it, while it is open.
  v1::IncidentStatus status_of_assignments() const;

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("id", x.id);
    a("source", x.source);
    a("event_id", x.event_id);
    a("category", x.category);
    a("severity", x.severity);
    a("place_class", x.place_class);
    a("position", x.position);
    a("district", x.district);
    a("address", x.address);
    a("description", x.description);
    a("required_capabilities", x.required_capabilities);
    a("required_unit_kinds", x.required_unit_kinds);
    a("reported_at_ms", x.reported_at_ms);
    a("caller_reference", x.caller_reference);
    a("matter", x.matter);
    a("status", x.status);
    a("opened_at", x.opened_at);
    a("response", x.response);
    a("levels_sent", x.levels_sent);
    a("plan", x.plan);
    a("clock_started_at", x.clock_started_at);
    a("deadline_at", x.deadline_at);
    a("hold", x.hold);
    a("held_by", x.held_by);
    a("excluded", x.excluded);
    a("was_diverted_from", x.was_diverted_from);
    a("proposed", x.proposed);
    a("awaited", x.awaited);
    a("assignments", x.assignments);
    a("tried", x.tried);
    a("borrowed", x.borrowed);
    a("lent", x.lent);
    a("reported_missing", x.reported_missing);
    a("first_on_scene_at", x.first_on_scene_at);
    a("breached", x.breached);
    a("ended_at", x.ended_at);
    a("reopened", x.reopened);
    a("caller_score", x.caller_score);
    a("verified_at", x.verified_at);
    a("disposition", x.disposition);
  }
};

}  // namespace dispatch135::core
