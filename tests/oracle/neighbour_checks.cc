// I1 and I2 between cities: each request is granted once at most, by a unit that was sent, and once all was heard both
// sides agree on who is lent.
#include "tests/oracle/judgement.h"

namespace dispatch135::oracle {

void Judgement::on_said(const Identity& id, const v1::NeighbourMessage& message) {
  said_[id] = message.request_id();
  if (!message.has_grant()) return;
  const std::string what = "request " + std::to_string(message.request_id());
  const auto [granted, first] = granted_.emplace(message.request_id(), message.grant().unit_id());
  if (!first) {
    find(Fault::kDoubleAssigned, what + " was granted twice: unit " + std::to_string(granted->second) + ", and unit " +
                                     std::to_string(message.grant().unit_id()) + " by " + to_string(id));
  }
  if (units_[{message.from(), message.grant().unit_id()}].assignment_id == 0) {
    find(Fault::kSequence, what + " was granted unit " + std::to_string(message.grant().unit_id()) + " by " +
                               to_string(id) + ", which holds no assignment");
  }
}

void Judgement::judge_neighbours() {
  if (said_.empty()) return;
  for (const auto& [at, logged] : history_.log_) {
    if (!logged.record.has_neighbour_heard()) continue;
    const v1::NeighbourHeard& heard = logged.record.neighbour_heard();
    said_.erase({{logged.record.source().partition(), static_cast<std::int64_t>(heard.decision_offset())},
                 heard.decision_index()});
  }
  std::set<std::uint64_t> under_way;  // Requests of which a word was not heard yet.
  for (const auto& [id, request] : said_) under_way.insert(request);

  std::map<std::uint64_t, std::uint64_t> believed;
  std::map<std::uint64_t, std::uint64_t> lent;
  for (const auto& [incident_id, incident] : incidents_) {
    if (!incident.open()) continue;
    for (const v1::BorrowedUnit& unit : incident.now.borrowed()) {
      if (unit.has_unit()) believed[unit.request_id()] = unit.unit().unit_id();
    }
    if (!incident.now.has_loan()) continue;
    for (const v1::Assignment& work : incident.now.assignments()) {
      lent[incident.now.loan().request_id()] = work.unit_id();
    }
  }
  for (const auto& [request, unit] : granted_) {
    if (under_way.contains(request)) continue;
    const auto asker = believed.find(request);
    const auto lender = lent.find(request);
    const std::uint64_t at_asker = asker == believed.end() ? 0 : asker->second;
    const std::uint64_t at_lender = lender == lent.end() ? 0 : lender->second;
    if (at_asker == at_lender) continue;
    find(Fault::kLost, "lost: of request " + std::to_string(request) + " the asker has unit " +
                           std::to_string(at_asker) + ", and the lender has lent unit " + std::to_string(at_lender) +
                           " (0: none)");
  }
}

}  // namespace dispatch135::oracle
