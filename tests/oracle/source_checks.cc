// I1: whatever stands in a source topic became something, and whatever became an incident is looked after.
#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "tests/oracle/judgement.h"

namespace dispatch135::oracle {
namespace {

std::optional<v1::IncidentEvent> parse_event(const std::string& value) {
  v1::IncidentEvent event;
  if (!value.empty() && value.front() == '{') {
    if (!google::protobuf::util::JsonStringToMessage(value, &event).ok()) return std::nullopt;
  } else if (!event.ParseFromString(value)) {
    return std::nullopt;
  }
  return event;
}

// A name for a record that has none of its own.
EventName unnamed(const std::string& topic, const Place& at) { return {topic, to_string(at)}; }

std::string readable(const EventName& name) { return name.first + "/" + name.second; }

}  // namespace

void Judgement::count_rejects() {
  for (const v1::RejectedInput& reject : history_.rejects_) {
    ++verdict_.rejected[v1::RejectCode_Name(reject.code())];
    kept_.insert({reject.topic(), {reject.partition(), reject.offset()}});
  }
}

Place Judgement::answer_place(const Place& at) const {
  const auto region = in_force_.find(history_.log_.at(at).record.region());
  if (region == in_force_.end()) return at;
  auto change = region->second.lower_bound(at);
  if (change != region->second.begin() && std::prev(change)->second) return at;
  while (change != region->second.end() && !change->second) ++change;
  return change == region->second.end() ? at : change->first;
}

// Whether a log record that carries this source record was decided upon. With a name: as a report of that name.
bool Judgement::answered(v1::SourceOffset::Topic topic, const Place& at, const EventName* name) const {
  const auto carried = carried_.find({topic, at});
  if (carried == carried_.end()) return false;
  for (const Place& log_place : carried->second) {
    const auto decided = by_record_.find(answer_place(log_place));
    if (decided == by_record_.end()) continue;
    for (const v1::Decision& decision : decided->second) {
      switch (decision.change_case()) {
        case v1::Decision::kIncidentOpened: {
          const v1::Incident& opened = decision.incident_opened().incident();
          if (name != nullptr && EventName{opened.source(), opened.event_id()} == *name) return true;
          break;
        }
        case v1::Decision::kReportRepeated: {
          const auto first = incidents_.find(decision.report_repeated().incident_id());
          if (name == nullptr) return true;
          if (first != incidents_.end() &&
              EventName{first->second.now.source(), first->second.now.event_id()} == *name) {
            return true;
          }
          break;
        }
        case v1::Decision::kIncidentChanged:
        case v1::Decision::kAlertChanged:
          if (name == nullptr) return true;
          break;
        case v1::Decision::kRecordRejected:
          if (decision.record_rejected().source().topic() == topic &&
              Place{decision.record_rejected().source().partition(), decision.record_rejected().source().offset()} ==
                  at) {
            return true;
          }
          break;
        default:
          break;
      }
    }
  }
  return false;
}

bool Judgement::repeats_active_alert(const Place& at) const {
  const auto carried = carried_.find({v1::SourceOffset::TOPIC_ALERTS, at});
  if (carried == carried_.end()) return false;
  return std::any_of(carried->second.begin(), carried->second.end(), [&](const Place& log_place) {
    const v1::LogRecord& record = history_.log_.at(log_place).record;
    const v1::AlertReport& alert = record.alert_reported().alert();
    const Place end = answer_place(log_place);
    bool active = false;
    for (auto it = by_record_.lower_bound({log_place.partition, 0}); it != by_record_.end() && it->first <= end; ++it) {
      if (it->first.partition != log_place.partition) break;
      for (const v1::Decision& decision : it->second) {
        const v1::AlertReport& other = decision.alert_changed().alert();
        if (!decision.has_alert_changed() || decision.region() != record.region()) continue;
        if (other.sender() != alert.sender() || other.identifier() != alert.identifier()) continue;
        active = decision.alert_changed().state() == v1::AlertChanged::STATE_ACTIVE;
      }
    }
    return active;
  });
}

void Judgement::judge_report(const Place& at, const std::string& value) {
  if (kept_.contains({"incidents", at})) return;
  const std::optional<v1::IncidentEvent> event = parse_event(value);
  const bool is_report = event && event->has_report();
  const EventName name =
      is_report ? EventName{event->report().source(), event->report().event_id()} : unnamed("incidents", at);
  if (is_report) reported_.insert(name);
  if (answered(v1::SourceOffset::TOPIC_INCIDENTS, at, is_report ? &name : nullptr)) return;
  lost_.insert(name);
  const bool carried = carried_.contains({v1::SourceOffset::TOPIC_INCIDENTS, at});
  find(Fault::kLost,
       "lost: " + readable(name) + " at incidents " + to_string(at) +
           (carried ? " reached the log and nothing was decided" : " never reached the log and was not rejected"));
}

void Judgement::judge_sources() {
  for (const auto& [at, value] : history_.incidents_) judge_report(at, value);
  for (const auto& [at, value] : history_.alerts_) {
    if (kept_.contains({"alerts", at}) || answered(v1::SourceOffset::TOPIC_ALERTS, at, nullptr)) continue;
    if (repeats_active_alert(at)) continue;
    lost_.insert(unnamed("alerts", at));
    find(Fault::kLost, "lost: the alert at alerts " + to_string(at));
  }
}

void Judgement::judge_ends() {
  for (const auto& [incident_id, incident] : incidents_) {
    if (incident.now.incident_id() == 0) {
      find(Fault::kSequence, "incident " + std::to_string(incident_id) + " has decisions and was never opened");
      continue;
    }
    ++verdict_.incidents;
    verdict_.assigned += incident.ever_assigned ? 1 : 0;
    verdict_.on_scene += incident.now.first_on_scene_at_ms() != 0 ? 1 : 0;
    verdict_.queued += incident.ever_queued ? 1 : 0;
    verdict_.closed += incident.now.status() == v1::INCIDENT_STATUS_CLOSED ? 1 : 0;
    verdict_.cancelled += incident.now.status() == v1::INCIDENT_STATUS_CANCELLED ? 1 : 0;
    if (!incident.open() || !incident.live.empty()) continue;
    const auto& borrowed = incident.now.borrowed();
    if (std::any_of(borrowed.begin(), borrowed.end(), [](const v1::BorrowedUnit& unit) { return unit.has_unit(); })) {
      continue;
    }
    if (incident.now.status() == v1::INCIDENT_STATUS_LINKED) {
      const auto parent = incidents_.find(incident.now.linked_to());
      if (parent != incidents_.end() && parent->second.open()) continue;
    }
    if (incident.waiting) {
      ++verdict_.waiting;
    } else {
      lost_.insert({incident.now.source(), incident.now.event_id()});
      find(Fault::kLost, "lost: incident " + name_of(incident_id) + " is open, has no unit, and does not wait for one");
    }
  }
  // A report that became nothing is an incident too.
  const auto is_open = [&](const EventName& name) {
    return std::any_of(opened_.begin(), opened_.end(), [&](const auto& entry) { return entry.first.second == name; });
  };
  for (const EventName& name : lost_) {
    if (reported_.contains(name) && !is_open(name)) ++verdict_.incidents;
  }
}

}  // namespace dispatch135::oracle
