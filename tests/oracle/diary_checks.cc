// What the simulated people wrote down, against what the system says.
#include <algorithm>

#include "tests/oracle/judgement.h"

namespace dispatch135::oracle {

void Judgement::judge_diaries() {
  for (const DiaryEntry& entry : history_.diary_) {
    if (entry.kind == DiaryEntry::Kind::kPublished) judge_published(entry);
  }
  judge_units();
  measure_report_to_order();
}

// The broker acknowledged it, so it stands in its topic; what cannot be used is kept in dispatch.rejects.
void Judgement::judge_published(const DiaryEntry& entry) {
  const Place at{entry.partition, entry.offset};
  const auto& topic = entry.topic == "alerts" ? history_.alerts_ : history_.incidents_;
  const std::string where = entry.topic + " " + to_string(at);
  if (!topic.contains(at)) {
    lost_.insert({entry.source, entry.event_id});
    find(Fault::kLost,
         "lost: " + entry.source + "/" + entry.event_id + " was acknowledged at " + where + " and is not there");
  }
  if (entry.published_as == "bad" && !kept_.contains({entry.topic, at})) {
    find(Fault::kInput, "the bad input at " + where + " is not in dispatch.rejects");
  }
}

// A unit acts on an order from its signature until it gives feedback or is told to stop.
void Judgement::judge_units() {
  std::map<std::uint64_t, std::uint64_t> acting;                 // Unit -> assignment.
  std::set<std::pair<std::uint64_t, std::uint64_t>> signed_for;  // (unit, assignment)
  for (const DiaryEntry& entry : history_.diary_) {
    const std::string unit = "unit " + std::to_string(entry.unit_id);
    const std::string assignment = "assignment " + std::to_string(entry.assignment_id);
    switch (entry.kind) {
      case DiaryEntry::Kind::kAssignmentReceived: {
        const auto known = assignments_.find(entry.assignment_id);
        if (known == assignments_.end()) {
          find(Fault::kNotDeterministic, unit + " was ordered to " + assignment + ", which no decision gave");
        } else if (known->second.unit.second != entry.unit_id) {
          find(Fault::kDoubleAssigned, unit + " was ordered to " + assignment + ", which is that of unit " +
                                           std::to_string(known->second.unit.second));
        }
        break;
      }
      case DiaryEntry::Kind::kAcknowledged: {
        if (!signed_for.insert({entry.unit_id, entry.assignment_id}).second) {
          find(Fault::kDoubleAssigned, unit + " signed twice for " + assignment);
        }
        std::uint64_t& now = acting[entry.unit_id];
        if (now != 0 && now != entry.assignment_id) {
          find(Fault::kDoubleAssigned,
               unit + " signed for " + assignment + " while it acted on " + std::to_string(now));
        }
        now = entry.assignment_id;
        break;
      }
      case DiaryEntry::Kind::kDeclined:
      case DiaryEntry::Kind::kFeedback:
      case DiaryEntry::Kind::kStopped:
        if (acting[entry.unit_id] == entry.assignment_id) acting[entry.unit_id] = 0;
        break;
      case DiaryEntry::Kind::kViolation:
        find(Fault::kSequence, unit + " writes: " + entry.detail);
        break;
      default:
        break;
    }
  }
}

// From the send of the first report to the first order that a unit received for it, where a unit could be sent at once.
void Judgement::measure_report_to_order() {
  std::map<EventName, std::int64_t> sent;
  std::map<std::uint64_t, std::int64_t> ordered;  // Incident -> receipt.
  for (const DiaryEntry& entry : history_.diary_) {
    if (entry.kind == DiaryEntry::Kind::kPublished && entry.published_as == "report") {
      sent.emplace(EventName{entry.source, entry.event_id}, entry.at_us);
    } else if (entry.kind == DiaryEntry::Kind::kAssignmentReceived) {
      const auto assignment = assignments_.find(entry.assignment_id);
      if (assignment == assignments_.end()) continue;
      const auto [first, is_new] = ordered.emplace(assignment->second.incident_id, entry.at_us);
      if (!is_new) first->second = std::min(first->second, entry.at_us);
    }
  }
  for (const auto& [incident_id, received_us] : ordered) {
    const Incident& incident = incidents_[incident_id];
    const auto report = sent.find({incident.now.source(), incident.now.event_id()});
    if (report == sent.end() || incident.ever_queued) continue;
    verdict_.report_to_order_ms.push_back(static_cast<double>(received_us - report->second) / 1'000.0);
  }
  std::sort(verdict_.report_to_order_ms.begin(), verdict_.report_to_order_ms.end());
}

}  // namespace dispatch135::oracle
