// Warnings: kept, replaced, cancelled, expired; by policy a grave one becomes an incident.
#include <algorithm>
#include <utility>

#include "engine/base/limits.h"
#include "engine/core/incident_id.h"
#include "engine/core/region.h"
#include "engine/core/state_machines.h"

namespace dispatch135::core {

// The source that incidents made of alerts carry; their event id is the alert's identifier.
static constexpr const char* kAlertSource = "alert";

Outcome Region::apply(const v1::AlertReported& record) {
  const v1::AlertReport& alert = record.alert();
  const bool ends_others =
      alert.msg_type() == v1::AlertReport::MSG_TYPE_UPDATE || alert.msg_type() == v1::AlertReport::MSG_TYPE_CANCEL;
  if (!ends_others && alert.msg_type() != v1::AlertReport::MSG_TYPE_ALERT) {
    return Reject{v1::REJECT_CODE_UNKNOWN_VALUE, "msg_type is ALERT, UPDATE or CANCEL"};
  }
  const auto same_name = [&](const auto& entry) {
    return entry.second.report.sender() == alert.sender() && entry.second.report.identifier() == alert.identifier();
  };
  const bool carries_news = alert.msg_type() != v1::AlertReport::MSG_TYPE_CANCEL;
  if (carries_news && !alert.has_info()) return Reject{v1::REJECT_CODE_MISSING_FIELD, "info is missing"};
  if (carries_news && std::any_of(alerts_.begin(), alerts_.end(), same_name)) return {};  // Said twice.
  if (carries_news && alerts_.size() >= limits::kActiveAlerts) {
    return Reject{v1::REJECT_CODE_CAPACITY, "the region has " + std::to_string(alerts_.size()) + " active alerts"};
  }
  if (Outcome refused = malformed(record.shapes())) return refused;
  const std::int64_t expires_ms = alert.info().expires_ms();
  if (carries_news && expires_ms != 0 && alert.info().onset_ms() >= expires_ms) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "onset_ms does not lie before expires_ms"};
  }
  if (carries_news && expires_ms != 0 && TimeMs{expires_ms} <= shared_->now) {
    return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "the alert had expired before it came"};
  }

  if (ends_others) {
    std::vector<std::uint64_t> ended;
    for (const auto& [number, known] : alerts_) {
      const bool referenced = std::find(alert.references().begin(), alert.references().end(),
                                        known.report.identifier()) != alert.references().end();
      if (referenced && known.report.sender() == alert.sender()) ended.push_back(number);
    }
    if (ended.empty())
      return Reject{v1::REJECT_CODE_UNKNOWN_VALUE, "none of the references is an active alert of this sender"};
    for (const std::uint64_t number : ended) {
      end_alert(number, carries_news ? v1::AlertChanged::STATE_REPLACED : v1::AlertChanged::STATE_CANCELLED);
    }
  }
  if (!carries_news) return {};

  const std::uint64_t number = ++alert_count_;
  const TimeMs expires_at = expires_ms != 0 ? TimeMs{expires_ms} : shared_->now + policy_->default_expiry();
  Alert& kept = alerts_.emplace(number, Alert{.report = alert, .expires_at = expires_at, .incident = {}}).first->second;
  shared_->timers.set({expires_at, TimerKind::kAlertExpiry, id_, number});

  const policy::AlertAction action = policy_->action_for(alert.info());
  const bool becomes_incident = action.incident_severity && record.has_centre() &&
                                open_incidents_ < limits::kOpenIncidents &&
                                !by_event_.contains({kAlertSource, alert.identifier()});
  if (becomes_incident) kept.incident = opened_here(*shared_);
  v1::AlertChanged& changed = *decide().mutable_alert_changed();
  *changed.mutable_alert() = alert;
  changed.set_state(v1::AlertChanged::STATE_ACTIVE);
  changed.set_incident_id(kept.incident.value());
  if (becomes_incident) {
    Incident incident;
    incident.id = kept.incident;
    incident.source = kAlertSource;
    incident.event_id = alert.identifier();
    incident.category = alert.info().category();
    incident.severity = *action.incident_severity;
    incident.position = {record.centre().latitude_e7(), record.centre().longitude_e7()};
    incident.place_class = city_->place_class_at(incident.position, policy_->place_radius_mm());
    incident.district = DistrictId(record.district());
    incident.address = alert.info().area().area_desc();
    incident.description = alert.info().headline();
    open(std::move(incident), false);
  }
  begin_area_order(kept, record, action);
  return {};
}

// A replaced alert's incident goes on, under the alert that replaced it; a cancelled one's is called off.
void Region::end_alert(std::uint64_t number, v1::AlertChanged::State state) {
  const Alert alert = std::move(alerts_.at(number));
  alerts_.erase(number);
  v1::AlertChanged& changed = *decide().mutable_alert_changed();
  *changed.mutable_alert() = alert.report;
  changed.set_state(state);
  changed.set_incident_id(alert.incident.value());
  if (alert.area_order != 0) end_area_order(alert.area_order);
  if (state != v1::AlertChanged::STATE_CANCELLED) return;
  auto found = incidents_.find(alert.incident);
  if (found == incidents_.end() || is_final(found->second.status)) return;
  if (!goes_on_without_source(found->second)) call_off(found->second);
}

}  // namespace dispatch135::core
