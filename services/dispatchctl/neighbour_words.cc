#include "services/dispatchctl/neighbour_words.h"

#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

std::string whole_seconds(std::int64_t ms) { return std::to_string(ms / 1'000) + " s"; }

std::string of_request(std::uint64_t request) { return " (request " + std::to_string(request) + ")"; }

std::string name_of(const v1::NeighbourUnit& unit) {
  return "unit " + std::to_string(unit.unit_id()) + " " + unit.call_sign();
}

std::string way_of(const v1::NeighbourUnit& unit) {
  return unit.way() == v1::NeighbourUnit::WAY_TO_THE_EDGE ? ", the last of it in a straight line" : " by road";
}

std::string step_of(const v1::NeighbourUnit& unit) {
  if (unit.on_scene_at_ms() != 0) return " is on scene";
  if (unit.en_route_at_ms() != 0) return " is under way";
  if (unit.acknowledged_at_ms() != 0) return " has signed";
  return " is ordered";
}

std::string request_of(const v1::NeighbourRequest& request) {
  std::string text = "incident " + std::to_string(request.incident_id()) + ", " +
                     word("SEVERITY_", v1::Severity_Name(request.severity())) + ", at " + describe(request.position());
  if (!request.role().empty()) text += ", for " + request.role();
  if (request.within_ms() != 0) text += ", if there within " + whole_seconds(request.within_ms());
  return text + ", answer by " + clock_time(request.answer_by_ms());
}

}  // namespace

std::string describe(const v1::NeighbourMessage& message) {
  const std::string from = "region " + std::to_string(message.from());
  const std::string to = "region " + std::to_string(message.to());
  const std::string request = of_request(message.request_id());
  switch (message.what_case()) {
    case v1::NeighbourMessage::kRequest:
      return from + " asks " + to + " for a unit" + request + ": " + request_of(message.request());
    case v1::NeighbourMessage::kRelease:
      return from + " releases what " + to + " lent, or withdraws its request" + request + ": " +
             word("REASON_", v1::NeighbourRelease::Reason_Name(message.release().reason()));
    case v1::NeighbourMessage::kNewPlace:
      return from + " tells " + to + " that the incident has moved to " + describe(message.new_place().position()) +
             request;
    case v1::NeighbourMessage::kGrant:
      return from + " LENDS " + to + " " + name_of(message.grant()) + request + ": " +
             whole_seconds(message.grant().eta_ms()) + way_of(message.grant());
    case v1::NeighbourMessage::kRefusal:
      return from + " REFUSES " + to + " a unit" + request + ": " +
             word("REASON_", v1::NeighbourRefusal::Reason_Name(message.refusal().reason()));
    case v1::NeighbourMessage::kProgress:
      return from + " tells " + to + " that " + name_of(message.progress()) + step_of(message.progress()) + request;
    case v1::NeighbourMessage::kReturned:
      return from + " tells " + to + " that its unit has left" + request + ": " +
             word("REASON_", v1::NeighbourReturn::Reason_Name(message.returned().reason()));
    case v1::NeighbourMessage::WHAT_NOT_SET:
      break;
  }
  return from + " says to " + to + " something of a newer version" + request;
}

std::string describe(const v1::BorrowedUnit& borrowed) {
  const std::string region = "region " + std::to_string(borrowed.region());
  const std::string request = of_request(borrowed.request_id());
  if (!borrowed.has_unit()) {
    return "; " + region + " is asked for a unit, answer by " + clock_time(borrowed.answer_by_ms()) + request;
  }
  return "; " + name_of(borrowed.unit()) + " of " + region + step_of(borrowed.unit()) + request;
}

std::string describe(const v1::Loan& loan) {
  return "; for region " + std::to_string(loan.region()) + ", whose incident " + std::to_string(loan.incident_id()) +
         " it is" + of_request(loan.request_id());
}

}  // namespace dispatch135::dispatchctl
