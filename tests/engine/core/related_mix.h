// What MixedLog lacks for the comparison of reports: calls about events that were reported before, in words, and
// dispatchers who merge and take apart, also what cannot be.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "tests/engine/core/mixed_log.h"

namespace dispatch135::core::testing {

class RelatedMix {
 public:
  explicit RelatedMix(std::uint64_t seed) : random_(seed) {}

  // The policy under which reports are compared; half of the seeds link them, the others only suggest.
  static void add_rule(v1::Policy& policy, bool links) {
    v1::RelatedRule& rule = *policy.mutable_related();
    rule.set_radius_m(250);
    rule.set_within_ms(600'000);
    rule.set_suggest_at(600);
    rule.set_link_at(links ? 750 : 0);
    rule.add_compatible()->set_one(v1::CATEGORY_TRAFFIC);
    rule.mutable_compatible(0)->set_other(v1::CATEGORY_HELP);
  }

  // Gives a report words; a third of them those, and the place, of an earlier one. Now and then a merge instead.
  void bend(v1::LogRecord& record) {
    if (record.has_tick() || (record.has_operator_command() && random_.below(2) == 0)) return fill_command(record);
    if (!record.has_incident_reported() || !record.incident_reported().has_position()) return;
    v1::IncidentReported& report = *record.mutable_incident_reported();
    if (!said_.empty() && random_.below(3) == 0) {
      const v1::IncidentReported& earlier =
          said_[said_.size() - 1 - random_.below(std::min<std::size_t>(said_.size(), 30))];
      *report.mutable_position() = earlier.position();
      report.set_description(earlier.description());
      report.set_category(earlier.category());
      report.set_required_capabilities(earlier.required_capabilities());
    } else {
      report.set_description("call " + std::to_string(random_.below(40)) + " of street " +
                             std::to_string(random_.below(40)));
    }
    said_.push_back(report);
  }

  void saw(const v1::Decision& decision) {
    if (decision.has_incident_opened()) seen_.push_back(decision.incident_opened().incident().incident_id());
    const v1::IncidentRelated& related = decision.incident_related();
    const bool linked =
        related.what() == v1::IncidentRelated::WHAT_LINKED || related.what() == v1::IncidentRelated::WHAT_MERGED;
    if (linked) linked_.push_back(related.incident_id());
  }

 private:
  std::uint64_t any_incident() {
    if (seen_.empty() || random_.below(40) == 0) return random_.below(100);
    return seen_[seen_.size() - 1 - random_.below(std::min<std::size_t>(seen_.size(), 20))];
  }
  void fill_command(v1::LogRecord& record) {
    v1::OperatorCommand& command = *record.mutable_operator_command();
    command.set_command_id("m" + std::to_string(++commands_));
    command.set_operator_id("dispatcher");
    if (random_.below(3) == 0) {
      const bool known = !linked_.empty() && random_.below(10) != 0;
      command.mutable_unmerge()->set_child(known ? linked_.back() : any_incident());
    } else {
      command.mutable_merge()->set_child(any_incident());
      command.mutable_merge()->set_into(any_incident());
    }
  }

  Random random_;
  std::vector<v1::IncidentReported> said_;
  std::vector<std::uint64_t> seen_;
  std::vector<std::uint64_t> linked_;
  std::uint64_t commands_ = 0;
};

}  // namespace dispatch135::core::testing
