#include "tests/engine/twin/answer.h"

#include <algorithm>

namespace dispatch135::core::twin {
namespace {

template <typename Values, typename Value>
bool names(const Values& values, Value value) {
  return values.empty() || std::find(values.begin(), values.end(), value) != values.end();
}

template <typename Values>
std::uint32_t bits(const Values& values) {
  std::uint32_t set = 0;
  for (const int value : values) set |= 1U << (value - 1);
  return set;
}

}  // namespace

Answer answer(const v1::Policy& policy, const Matter& matter) {
  Answer out;
  for (const v1::PlaceClassRule& rule : policy.place_classes()) {
    if (rule.place_class() == matter.place_class) out.deadline_ms = rule.deadline_ms();
  }
  for (const v1::SeverityRule& rule : policy.severities()) {
    if (rule.severity() != matter.severity) continue;
    if (rule.deadline_ms() != 0) out.deadline_ms = std::min(out.deadline_ms, rule.deadline_ms());
    out.levels = {{{.units = rule.units()}}};
  }
  out.acknowledge_within_ms = policy.acknowledge_within_ms();
  for (const v1::ResponseRule& rule : policy.rules()) {
    const v1::ResponseCase& when = rule.when();
    if (!names(when.place_classes(), matter.place_class) || !names(when.severities(), matter.severity) ||
        !names(when.categories(), matter.category) || !names(when.districts(), matter.district)) {
      continue;
    }
    if (rule.deadline_ms() != 0) out.deadline_ms = rule.deadline_ms();
    if (rule.deadline_at_most_ms() != 0) out.deadline_ms = std::min(out.deadline_ms, rule.deadline_at_most_ms());
    if (rule.plan_size() > 0) out.levels.clear();
    for (const v1::PlanLevel& level : rule.plan()) {
      std::vector<Entry>& entries = out.levels.emplace_back();
      for (const v1::PlanEntry& entry : level.entries()) {
        entries.push_back({entry.within_ms(), entry.units(), bits(entry.unit_kinds()), bits(entry.capabilities())});
      }
    }
    if (rule.clock_start() != v1::CLOCK_START_UNSPECIFIED) out.clock = rule.clock_start();
    if (rule.acknowledge_within_ms() != 0) out.acknowledge_within_ms = rule.acknowledge_within_ms();
    if (rule.mode() != v1::DISPATCH_MODE_UNSPECIFIED) out.recommend = rule.mode() == v1::DISPATCH_MODE_RECOMMEND;
  }
  for (const Entry& entry : out.levels.front()) {
    if (entry.within_ms != 0) out.deadline_ms = std::min(out.deadline_ms, entry.within_ms);
  }
  for (auto& level : out.levels) {
    for (Entry& entry : level) {
      if (entry.within_ms == 0) entry.within_ms = out.deadline_ms;
    }
  }
  return out;
}

}  // namespace dispatch135::core::twin
