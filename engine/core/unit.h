// A unit as the core keeps it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/core/state_machines.h"
#include "engine/geo/point.h"

namespace dispatch135::core {

// An order that a unit was given, kept until the unit says that it has it.
struct Order {
  enum class Kind : std::uint8_t {
    kAssignment,
    kCancel,
    kCheck,
    kCover,
    kEndCover,
    kAreaOrder,
    kAreaOrderOver,
    kMatter,
    kEndMatter
  };
  friend constexpr Kind last_of(Kind) { return Kind::kEndMatter; }
  std::uint64_t sequence = 0;
  Kind kind = Kind::kAssignment;
  std::uint64_t offset = 0;  // Identity of the decision.
  std::uint32_t index = 0;
  AssignmentId assignment;
  IncidentId incident;
  DurationMs eta;                                                                // kAssignment, kCover.
  TimeMs acknowledge_by;                                                         // kAssignment; kCheck: the answer.
  v1::AssignmentEnded::Reason reason = v1::AssignmentEnded::REASON_UNSPECIFIED;  // kCancel.
  std::uint64_t check = 0;                                                       // kCheck.
  v1::CheckCause check_cause = v1::CHECK_CAUSE_UNSPECIFIED;                      // kCheck.
  std::uint64_t matter = 0;                                                      // kMatter, kEndMatter.
  std::uint64_t move = 0;                                                        // kCover, kEndCover.
  PostIndex post = {};                                                           // kCover.
  v1::CoverMoveChanged::Reason move_reason = v1::CoverMoveChanged::REASON_UNSPECIFIED;  // kEndCover.
  std::uint64_t area_order = 0;                                                         // kAreaOrder, kAreaOrderOver.

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("sequence", x.sequence);
    a("kind", x.kind);
    a("offset", x.offset);
    a("index", x.index);
    a("assignment", x.assignment);
    a("incident", x.incident);
    a("eta", x.eta);
    a("acknowledge_by", x.acknowledge_by);
    a("reason", x.reason);
    a("check", x.check);
    a("check_cause", x.check_cause);
    a("matter", x.matter);
    a("move", x.move);
    a("post", x.post);
    a("move_reason", x.move_reason);
    a("area_order", x.area_order);
  }
};

struct Unit {
  v1::UnitSecondaryStatus secondary = v1::UNIT_SECONDARY_STATUS_OFF_DUTY;
  bool unheard = false;   // Silent, disconnected, or did not sign: no work until it is heard again.
  bool held_out = false;  // Taken out of service by a dispatcher.
  std::string device_id;  // Empty: off duty.
  TimeMs heard_at;
  geo::Point position;              // Of the last report; means nothing while position_at is 0.
  TimeMs position_at;               // Log time of the last position; 0: none since sign-on.
  std::int64_t measured_at_ms = 0;  // The device's clock; only compared with itself.
  bool position_stale = false;
  TimeMs watch_due;              // When its kUnitWatch timer fires; 0: none is set.
  AssignmentId assignment;       // 0: none.
  IncidentId incident;           // 0: none.
  TimeMs free_at;                // While on scene: when it says that it will be free; 0: it does not say.
  std::uint64_t last_order = 0;  // Sequence of the last order; 0: none.
  std::vector<Order> orders;     // Those the unit has not said that it has, oldest first.

  // EIDO's first axis follows from the second one and from being heard.
  v1::UnitPrimaryStatus primary() const {
    if (!is_free(secondary)) return v1::UNIT_PRIMARY_STATUS_NOT_AVAILABLE;
    return unheard ? v1::UNIT_PRIMARY_STATUS_CONDITIONALLY_AVAILABLE : v1::UNIT_PRIMARY_STATUS_AVAILABLE;
  }
  // The unit has everything up to `sequence`.
  void forget_orders_up_to(std::uint64_t sequence);

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("secondary", x.secondary);
    a("unheard", x.unheard);
    a("held_out", x.held_out);
    a("device_id", x.device_id);
    a("heard_at", x.heard_at);
    a("position", x.position);
    a("position_at", x.position_at);
    a("measured_at_ms", x.measured_at_ms);
    a("position_stale", x.position_stale);
    a("watch_due", x.watch_due);
    a("assignment", x.assignment);
    a("incident", x.incident);
    a("free_at", x.free_at);
    a("last_order", x.last_order);
    a("orders", x.orders);
  }
};

}  // namespace dispatch135::core
