// What MixedLog and RelatedMix lack: levels of response, holds and exclusions, alerts with areas, one-key alarms,
// matters of city services, moves of cover, rosters and crews, officers' safety, other policies. Some of it cannot be:
// then it is refused.
#pragma once

#include <cstdint>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "engine/city/city.h"
#include "engine/city/draft.h"
#include "tests/engine/core/mixed_log.h"

namespace dispatch135::core::testing {

class RestOfLog {
 public:
  // `city` must outlive it. The policy has every section; some seeds order moves, the others propose them.
  RestOfLog(const city::City& city, std::uint32_t region, std::uint64_t seed);
  // Grid workers among the units, for grid matters.
  static void add_grid_workers(city::CityDraft& draft);
  static v1::Policy every_section(std::uint64_t seed);

  v1::LogRecord next(std::int64_t now_ms);
  void saw(const v1::Decision& decision);

 private:
  std::uint64_t any_unit();
  std::uint64_t any_post();
  // Of those lately seen; 1 when there is none.
  std::uint64_t any_of(const std::vector<std::uint64_t>& ids);
  void fill_somewhere(v1::Position& position);
  v1::OperatorCommand& new_command(v1::LogRecord& record);
  void fill_response(v1::OperatorCommand& command);
  void fill_matter(v1::OperatorCommand& command);
  void fill_move(v1::OperatorCommand& command);
  void fill_premise(v1::RegisterPremise& command);
  void fill_roster(v1::PublishRoster& roster, std::int64_t now_ms);
  void fill_call(v1::IncidentReported& report);
  void fill_alert(v1::AlertReported& reported);
  void fill_crew(v1::UnitSignedOn& sign_on);
  void fill_worker(v1::MatterReported& reported);
  void fill_check(v1::UnitCheckAnswered& answer);
  void fill_time_left(v1::UnitStatusReported& report);

  struct AtWorker {
    std::uint64_t matter = 0;
    std::uint64_t unit = 0;
  };
  const city::City* city_;
  std::uint32_t region_;
  std::uint64_t seed_;
  Random random_;
  std::uint64_t commands_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t alerts_ = 0;
  std::vector<std::uint64_t> incidents_;
  std::vector<std::uint64_t> matters_;
  std::vector<std::uint64_t> moves_;
  std::vector<std::uint64_t> area_orders_;
  std::vector<AtWorker> orders_;
  std::vector<v1::UnitChecked> checks_;
  std::vector<v1::Assignment> assigned_;
};

}  // namespace dispatch135::core::testing
