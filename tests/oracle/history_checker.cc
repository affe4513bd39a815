#include "tests/oracle/history_checker.h"

#include <algorithm>

#include "tests/oracle/judgement.h"

namespace dispatch135::oracle {

std::string to_string(const Place& place) {
  return "partition " + std::to_string(place.partition) + " offset " + std::to_string(place.offset);
}

std::string to_string(const Identity& identity) {
  return to_string(identity.at) + " index " + std::to_string(identity.index);
}

void HistoryChecker::on_record(const Record& record) {
  const Place at{record.partition, record.offset};
  switch (record.topic) {
    case Topic::kIncidents:
      incidents_[at] = record.value;
      return;
    case Topic::kAlerts:
      alerts_[at] = record.value;
      return;
    case Topic::kLog: {
      Logged& logged = log_[at];
      logged.timestamp_ms = record.timestamp_ms;
      if (!logged.record.ParseFromString(record.value)) {
        findings_.push_back({Fault::kInput, "dispatch.log " + to_string(at) + " is not a LogRecord"});
      }
      return;
    }
    case Topic::kDecisions: {
      v1::Decision decision;
      if (!decision.ParseFromString(record.value)) {
        findings_.push_back({Fault::kInput, "dispatch.decisions " + to_string(at) + " is not a Decision"});
        return;
      }
      const Identity id{
          {static_cast<std::int32_t>(decision.id().partition()), static_cast<std::int64_t>(decision.id().offset())},
          decision.id().index()};
      if (id.at.partition != record.partition) {
        findings_.push_back({Fault::kSequence, "the decision " + to_string(id) + " stands in another partition: " +
                                                   std::to_string(record.partition)});
      }
      const auto [known, is_new] = decisions_.emplace(id, record.value);
      if (is_new) return;
      if (known->second == record.value) {
        ++repeated_decisions_;
      } else {
        findings_.push_back(
            {Fault::kNotDeterministic, "the decision " + to_string(id) + " was published with two different contents"});
      }
      return;
    }
    case Topic::kRejects:
      if (!rejects_.emplace_back().ParseFromString(record.value)) {
        findings_.push_back({Fault::kInput, "dispatch.rejects " + to_string(at) + " is not a RejectedInput"});
      }
      return;
  }
}

Verdict HistoryChecker::check() const { return Judgement(*this).run(); }

Judgement::Judgement(const HistoryChecker& history) : history_(history) {
  verdict_.findings = history.findings_;
  verdict_.log_records = history.log_.size();
  verdict_.decisions = history.decisions_.size();
  verdict_.repeated_decisions = history.repeated_decisions_;
  verdict_.alerts = history.alerts_.size();
  for (const auto& [at, logged] : history.log_) {
    std::int64_t& end = end_times_[at.partition];
    end = std::max(end, logged.timestamp_ms);
    log_times_[at] = end;
    if (logged.record.has_source()) {
      const v1::SourceOffset& source = logged.record.source();
      carried_[{source.topic(), {source.partition(), source.offset()}}].push_back(at);
    }
  }
}

Verdict Judgement::run() {
  count_rejects();
  replay_decisions();
  judge_missing_timers();
  judge_rings();
  judge_sources();
  judge_ends();
  judge_neighbours();
  judge_diaries();
  verdict_.lost = lost_.size();
  for (const Finding& finding : verdict_.findings) {
    if (finding.fault == Fault::kDoubleAssigned) ++verdict_.double_assigned;
  }
  return verdict_;
}

std::int64_t Judgement::log_time_ms(const Place& at) const {
  const auto it = log_times_.find(at);
  return it == log_times_.end() ? 0 : it->second;
}

std::string Judgement::name_of(std::uint64_t incident_id) const {
  const auto it = incidents_.find(incident_id);
  const std::string id = std::to_string(incident_id);
  return it == incidents_.end() ? id : id + " (" + it->second.now.source() + "/" + it->second.now.event_id() + ")";
}

}  // namespace dispatch135::oracle
