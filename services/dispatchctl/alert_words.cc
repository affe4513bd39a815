#include "services/dispatchctl/alert_words.h"

#include <cstdint>
#include <type_traits>
#include <vector>

namespace dispatch135::dispatchctl {
namespace {

template <typename List>
std::string joined(const List& list) {
  std::string text;
  for (const auto& entry : list) {
    if (!text.empty()) text += ", ";
    if constexpr (std::is_integral_v<std::decay_t<decltype(entry)>>) {
      text += std::to_string(entry);
    } else {
      text += entry;
    }
  }
  return text;
}

std::string named(const v1::Premise& premise) {
  return "premise " + std::to_string(premise.premise_id()) + " (" + premise.name() + ")";
}

}  // namespace

std::string describe(const v1::AreaOrderState& state) {
  std::string text = "area order " + std::to_string(state.order().area_order_id()) + " (" + state.order().sender() +
                     "/" + state.order().identifier() + ")";
  if (state.over()) return text + " is over";
  std::vector<std::uint64_t> silent;
  for (const v1::UnitReceipt& receipt : state.receipts()) {
    if (receipt.confirmed_at_ms() == 0) silent.push_back(receipt.unit_id());
  }
  text += " tells " + std::to_string(state.receipts_size()) + " units" +
          (state.order().stand_by() ? " to stand by" : "") + "; " +
          std::to_string(static_cast<std::size_t>(state.receipts_size()) - silent.size()) + " confirmed";
  if (!silent.empty()) text += "; not yet: " + joined(silent);
  if (!state.warned_post_ids().empty()) text += "; warned posts: " + joined(state.warned_post_ids());
  return text;
}

std::string describe(const v1::UnitTold& told) {
  return "unit " + std::to_string(told.unit_id()) + (told.over() ? " is told the end of" : " is told of") +
         " area order " + std::to_string(told.area_order_id()) + "; order " + std::to_string(told.order_sequence());
}

std::string describe(const v1::AreaOrderConfirmed& confirmed) {
  return "unit " + std::to_string(confirmed.unit_id()) + " confirmed area order " +
         std::to_string(confirmed.area_order_id()) + ": " + std::to_string(confirmed.confirmed()) + " of " +
         std::to_string(confirmed.told()) + " have";
}

std::string describe(const v1::PremiseChanged& changed) {
  return named(changed.premise()) + (changed.removed() ? " is forgotten" : " is known") +
         (changed.premise().alarm_points().empty() ? ""
                                                   : "; alarm points: " + joined(changed.premise().alarm_points()));
}

std::string describe_alarm(const v1::Incident& incident) {
  if (incident.alarm_point_id() == 0) return "";
  std::string text = "; ALARM of point " + std::to_string(incident.alarm_point_id());
  if (!incident.has_premise()) return text + ", not registered";
  const v1::Premise& premise = incident.premise();
  text += " at " + named(premise);
  if (!premise.hazards().empty()) text += "; hazards: " + joined(premise.hazards());
  if (!premise.keys().empty()) text += "; keys: " + premise.keys();
  if (!premise.contacts().empty()) text += "; contacts: " + joined(premise.contacts());
  if (!premise.notes().empty()) text += "; " + premise.notes();
  return text;
}

}  // namespace dispatch135::dispatchctl
