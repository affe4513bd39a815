#include "tests/engine/core/rest_of_log.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engine/city/draft.h"
#include "tests/engine/core/related_mix.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::size_t kRemembered = 40;
constexpr std::uint32_t kCityCentre = 320'200;
constexpr std::uint32_t kCountyCentre = 320'205;
constexpr std::uint64_t kPremises = 20;

template <typename Id>
void remember(std::vector<Id>& ids, const Id& id) {
  ids.push_back(id);
  if (ids.size() > kRemembered) ids.erase(ids.begin());
}

void add_progress_and_duty(v1::Policy& policy) {
  v1::ProgressRule& progress = *policy.mutable_progress();
  progress.set_check_every_ms(2'000);
  progress.set_move_within_ms(10'000);
  progress.set_move_distance_m(50);
  progress.set_slip_ms(10'000);
  progress.set_away_ms(10'000);
  progress.set_reinforce_after_ms(8'000);
  progress.set_reinforce_slip_ms(60'000);
  progress.set_arrival_radius_m(200);
  progress.set_arrival_reports(1);
  progress.set_safety_check_after_ms(20'000);
  progress.set_safety_answer_within_ms(10'000);
  progress.set_safety_reinforce(true);
  v1::DutyRule& duty = *policy.mutable_duty();
  duty.set_roster(v1::DutyRule::ROSTER_REQUIRED);
  duty.set_on_break_from(v1::SEVERITY_HIGH);
  duty.set_overtime_limit_ms(30'000);
  duty.set_absent_after_ms(30'000);
  duty.set_outside_area_after_ms(10'000);
}

void add_choice_and_cover(v1::Policy& policy, bool orders) {
  v1::CoverageRule& coverage = *policy.mutable_coverage();
  coverage.set_zone_m(400);
  coverage.set_busy_permille(300);
  for (const auto place : {v1::PLACE_CLASS_SCHOOL, v1::PLACE_CLASS_BANK, v1::PLACE_CLASS_RAILWAY_STATION}) {
    v1::PlaceWeight& weight = *coverage.add_places();
    weight.set_place_class(place);
    weight.set_weight(20);
  }
  coverage.set_street_weight(2);
  coverage.set_call_weight(10);
  coverage.set_parts_of_day(24);
  coverage.set_keep_permille(900);
  v1::ChoiceRule& choice = *policy.mutable_choice();
  choice.set_preempt_levels(2);
  choice.set_await_gain_ms(5'000);
  choice.set_together(true);
  choice.set_cover_weight_ms(500);
  choice.set_cover_candidates(6);
  v1::MoveUpRule& move_up = *policy.mutable_move_up();
  move_up.set_mode(orders ? v1::MoveUpRule::MODE_ORDER : v1::MoveUpRule::MODE_PROPOSE);
  move_up.set_fall_ppm(20'000);
  move_up.set_gain_ppm(5'000);
  move_up.set_keep_ppm(2'000);
  move_up.set_drive_within_ms(600'000);
  move_up.set_at_once(6);
  move_up.set_look_every_ms(2'000);
  move_up.set_stay_at_least_ms(20'000);
  move_up.set_propose_for_ms(30'000);
}

void add_rules(v1::Policy& policy) {
  v1::ResponseRule& plan = *policy.add_rules();
  plan.set_name("fires");
  plan.mutable_when()->add_categories(v1::CATEGORY_FIRE);
  plan.mutable_when()->add_categories(v1::CATEGORY_CROWD);
  for (int level = 0; level < 3; ++level) {
    v1::PlanLevel& out = *plan.add_plan();
    v1::PlanEntry& first = *out.add_entries();
    first.set_within_ms(60'000);
    first.set_units(1);
    v1::PlanEntry& then = *out.add_entries();
    then.set_within_ms(180'000);
    then.set_units(2);
    for (const auto kind : {v1::UNIT_KIND_STATION_CREW, v1::UNIT_KIND_CAR_PATROL, v1::UNIT_KIND_TRAFFIC}) {
      then.add_unit_kinds(kind);
    }
  }
  plan.set_feedback_within_ms(5'000);
  plan.set_clock_start(v1::CLOCK_START_SENT);
  v1::ResponseRule& advised = *policy.add_rules();
  advised.set_name("disputes");
  advised.mutable_when()->add_categories(v1::CATEGORY_DISPUTE);
  advised.set_mode(v1::DISPATCH_MODE_RECOMMEND);
  advised.set_clock_start(v1::CLOCK_START_SIGNED);
}

void add_alerts(v1::Policy& policy) {
  v1::AlertAction& flood = *policy.mutable_alerts()->add_actions();
  flood.add_events("flood");
  flood.set_incident_severity(v1::SEVERITY_HIGH);
  flood.set_stand_by(true);
  flood.set_broadcast(true);
  flood.set_warn_posts(true);
  v1::AlertAction& fog = *policy.mutable_alerts()->add_actions();
  fog.add_events("fog");
  fog.set_broadcast(true);
}

void add_matters(v1::Policy& policy) {
  v1::MatterRule& matters = *policy.mutable_matters();
  const std::array rows = {std::pair{"lamp", v1::CHANNEL_CITY_SERVICE}, std::pair{"litter", v1::CHANNEL_GRID},
                           std::pair{"gas", v1::CHANNEL_EMERGENCY}};
  for (const auto& [word, channel] : rows) {
    v1::TriageEntry& row = *matters.add_triage();
    row.set_name(word);
    row.add_words(word);
    row.set_channel(channel);
    if (channel == v1::CHANNEL_EMERGENCY) {
      row.set_severity(v1::SEVERITY_CRITICAL);
    } else {
      row.set_handle_within_ms(2 * kMinuteMs);
    }
  }
  v1::Centre& city = *matters.add_centres();
  city.set_centre_id(kCityCentre);
  city.set_name("city");
  city.set_level(v1::CENTRE_LEVEL_CITY);
  city.set_takes_from(v1::SEVERITY_CRITICAL);
  v1::Centre& county = *matters.add_centres();
  county.set_centre_id(kCountyCentre);
  county.set_name("county");
  county.set_level(v1::CENTRE_LEVEL_COUNTY);
  county.set_parent_id(kCityCentre);
  county.add_districts(320'205);
  county.set_takes_from(v1::SEVERITY_MEDIUM);
  matters.set_accept_within_ms(kMinuteMs);
  matters.set_verify_within_ms(kMinuteMs);
  matters.set_satisfied_score(3);
}

}  // namespace

RestOfLog::RestOfLog(const city::City& city, std::uint32_t region, std::uint64_t seed)
    : city_(&city), region_(region), seed_(seed), random_(seed * 977) {}

void RestOfLog::add_grid_workers(city::CityDraft& draft) {
  for (std::size_t i = 0; i < draft.units.size(); i += 8) draft.units[i].kind = v1::UNIT_KIND_GRID_WORKER;
}

v1::Policy RestOfLog::every_section(std::uint64_t seed) {
  v1::Policy policy = test_policy();
  add_progress_and_duty(policy);
  add_choice_and_cover(policy, seed % 2 == 0);
  add_rules(policy);
  add_alerts(policy);
  add_matters(policy);
  RelatedMix::add_rule(policy, seed % 3 != 0);
  return policy;
}

std::uint64_t RestOfLog::any_unit() {
  return city_->unit(UnitIndex(static_cast<std::uint32_t>(random_.below(city_->unit_count())))).id.value();
}

std::uint64_t RestOfLog::any_post() {
  return city_->post(PostIndex(static_cast<std::uint32_t>(random_.below(city_->post_count())))).id.value();
}

std::uint64_t RestOfLog::any_of(const std::vector<std::uint64_t>& ids) {
  return ids.empty() ? 1 : ids[random_.below(ids.size())];
}

void RestOfLog::fill_somewhere(v1::Position& position) {
  const geo::Point at = city_->roads().junctions[random_.below(city_->roads().junctions.size())];
  position.set_latitude_e7(at.latitude_e7 + static_cast<std::int32_t>(random_.below(4'000)) - 2'000);
  position.set_longitude_e7(at.longitude_e7 + static_cast<std::int32_t>(random_.below(4'000)) - 2'000);
}

v1::OperatorCommand& RestOfLog::new_command(v1::LogRecord& record) {
  v1::OperatorCommand& command = *record.mutable_operator_command();
  command.set_command_id("x" + std::to_string(++commands_));
  command.set_operator_id("dispatcher");
  command.set_reason("as asked");
  return command;
}

v1::LogRecord RestOfLog::next(std::int64_t now_ms) {
  v1::LogRecord record;
  record.set_region(region_);
  switch (random_.below(26)) {
    case 0:
    case 1:
      fill_check(*record.mutable_unit_check_answered());
      break;
    case 2:
      new_command(record).mutable_settle_unit_check()->set_unit_id(any_unit());
      break;
    case 3:
      fill_crew(*record.mutable_unit_signed_on());
      break;
    case 4:
    case 5:
    case 6:
      fill_roster(*new_command(record).mutable_publish_roster(), now_ms);
      break;
    case 7:
    case 8:
      fill_alert(*record.mutable_alert_reported());
      break;
    case 9:
      record.mutable_area_order_receipt()->set_unit_id(any_unit());
      record.mutable_area_order_receipt()->set_area_order_id(any_of(area_orders_));
      break;
    case 10:
    case 11:
    case 12:
      fill_response(new_command(record));
      break;
    case 13:
    case 14:
    case 15:
      fill_matter(new_command(record));
      break;
    case 16:
    case 17:
      fill_worker(*record.mutable_matter_reported());
      break;
    case 18:
    case 19:
      fill_move(new_command(record));
      break;
    case 20:
      if (random_.below(4) == 0) {
        new_command(record).mutable_remove_premise()->set_premise_id(1 + random_.below(kPremises));
      } else {
        fill_premise(*new_command(record).mutable_register_premise());
      }
      break;
    case 21:
    case 22:
      fill_time_left(*record.mutable_unit_status_reported());
      break;
    case 23:
      if (random_.below(10) == 0) {
        *record.mutable_policy_activated()->mutable_policy() = every_section(seed_ + random_.below(6));
        record.mutable_policy_activated()->set_reapply(random_.below(2) == 0);
        break;
      }
      [[fallthrough]];
    default:
      fill_call(*record.mutable_incident_reported());
      break;
  }
  return record;
}

void RestOfLog::fill_response(v1::OperatorCommand& command) {
  const std::uint64_t incident = any_of(incidents_);
  switch (random_.below(7)) {
    case 0:
      command.mutable_stand_down()->set_incident_id(incident);
      if (random_.below(2) == 0) command.mutable_stand_down()->set_unit_id(any_unit());
      break;
    case 1:
      command.mutable_hold()->set_incident_id(incident);
      command.mutable_hold()->set_hold(static_cast<v1::HoldIncident::Hold>(1 + random_.below(3)));
      break;
    case 2:
      command.mutable_exclude()->set_incident_id(incident);
      command.mutable_exclude()->set_unit_id(any_unit());
      command.mutable_exclude()->set_excluded(random_.below(3) != 0);
      break;
    case 3:
      command.mutable_assign()->set_incident_id(incident);
      command.mutable_assign()->set_unit_id(any_unit());
      command.mutable_assign()->set_force(true);
      break;
    case 4:
      command.mutable_reopen_incident()->set_incident_id(incident);
      break;
    case 5:
      command.mutable_verify_incident()->set_incident_id(incident);
      command.mutable_verify_incident()->set_score(1 + static_cast<std::uint32_t>(random_.below(5)));
      break;
    default:
      command.mutable_reinforce()->set_incident_id(incident);
      break;
  }
}

void RestOfLog::fill_matter(v1::OperatorCommand& command) {
  const std::uint64_t matter = any_of(matters_);
  switch (random_.below(11)) {
    case 0:
      command.mutable_assign_matter()->set_matter_id(matter);
      command.mutable_assign_matter()->set_centre_id(random_.below(2) == 0 ? kCityCentre : kCountyCentre);
      break;
    case 1:
      command.mutable_return_matter()->set_matter_id(matter);
      break;
    case 2:
      command.mutable_escalate_matter()->set_matter_id(matter);
      break;
    case 3:
      if (random_.below(2) == 0) {
        command.mutable_transfer_matter()->set_incident_id(any_of(incidents_));
      } else {
        command.mutable_transfer_matter()->set_matter_id(matter);
      }
      command.mutable_transfer_matter()->set_channel(static_cast<v1::Channel>(1 + random_.below(4)));
      break;
    case 4:
      command.mutable_order_worker()->set_matter_id(matter);
      command.mutable_order_worker()->set_unit_id(any_unit());
      break;
    case 5:
      command.mutable_handle_matter()->set_matter_id(matter);
      command.mutable_handle_matter()->set_disposition(v1::DISPOSITION_HANDLED);
      break;
    case 6:
      command.mutable_verify_matter()->set_matter_id(matter);
      command.mutable_verify_matter()->set_score(1 + static_cast<std::uint32_t>(random_.below(5)));
      break;
    case 7:
      command.mutable_reopen_matter()->set_matter_id(matter);
      break;
    case 8:
      command.mutable_close_matter()->set_matter_id(matter);
      break;
    case 9:
      command.mutable_score_matter()->set_matter_id(matter);
      command.mutable_score_matter()->set_score(1 + static_cast<std::uint32_t>(random_.below(100)));
      break;
    default:
      command.mutable_accept_matter()->set_matter_id(matter);
      break;
  }
}

void RestOfLog::fill_move(v1::OperatorCommand& command) {
  switch (random_.below(5)) {
    case 0:
      command.mutable_decline_move()->set_move_id(any_of(moves_));
      break;
    case 1:
      command.mutable_move_unit()->set_unit_id(any_unit());
      command.mutable_move_unit()->set_post_id(any_post());
      break;
    case 2:
      command.mutable_send_back()->set_unit_id(any_unit());
      break;
    default:
      command.mutable_confirm_move()->set_move_id(any_of(moves_));
      break;
  }
}

void RestOfLog::fill_premise(v1::RegisterPremise& command) {
  v1::Premise& premise = *command.mutable_premise();
  premise.set_premise_id(1 + random_.below(kPremises));
  premise.set_name("bank");
  fill_somewhere(*premise.mutable_position());
  premise.set_place_class(v1::PLACE_CLASS_BANK);
  premise.add_alarm_points(random_.below(10) == 0 ? 1 + random_.below(kPremises) : premise.premise_id());
}

void RestOfLog::fill_call(v1::IncidentReported& report) {
  report.set_source(random_.below(2) == 0 ? "110" : "12345");
  report.set_event_id("r" + std::to_string(++calls_));
  report.set_category(static_cast<v1::Category>(1 + random_.below(v1::Category_MAX)));
  report.set_severity(static_cast<v1::Severity>(1 + random_.below(v1::Severity_MAX)));
  report.set_district(320'200 + 5 * static_cast<std::uint32_t>(random_.below(2)));
  if (random_.below(3) == 0) {
    report.set_alarm_point_id(1 + random_.below(kPremises));
    return;
  }
  fill_somewhere(*report.mutable_position());
  constexpr std::array kWords = {"a lamp is broken", "litter in the park", "it smells of gas", "somebody shouts"};
  report.set_description(kWords[random_.below(kWords.size())]);
}

void RestOfLog::fill_alert(v1::AlertReported& reported) {
  v1::AlertReport& alert = *reported.mutable_alert();
  alert.set_sender("weather office");
  alert.set_msg_type(static_cast<v1::AlertReport::MsgType>(1 + random_.below(3)));
  if (alert.msg_type() != v1::AlertReport::MSG_TYPE_ALERT) alert.add_references("w" + std::to_string(alerts_));
  alert.set_identifier("w" + std::to_string(++alerts_));
  v1::AlertInfo& info = *alert.mutable_info();
  info.set_event(random_.below(2) == 0 ? "flood" : "fog");
  info.set_category(v1::CATEGORY_DISASTER);
  info.set_urgency(v1::AlertInfo::URGENCY_IMMEDIATE);
  info.set_severity(static_cast<v1::AlertInfo::AlertSeverity>(1 + random_.below(4)));
  info.set_certainty(v1::AlertInfo::CERTAINTY_LIKELY);
  fill_somewhere(*reported.mutable_centre());
  v1::AlertShape& shape = *reported.add_shapes();
  *shape.mutable_centre() = reported.centre();
  shape.set_radius_m(100 + static_cast<std::uint32_t>(random_.below(1'500)));
}

void RestOfLog::fill_crew(v1::UnitSignedOn& sign_on) {
  sign_on.set_unit_id(any_unit());
  sign_on.set_device_id("device");
  sign_on.mutable_crew()->set_count(static_cast<std::uint32_t>(random_.below(70)));
  sign_on.mutable_crew()->set_own_capabilities(true);
  sign_on.mutable_crew()->set_capabilities(static_cast<std::uint32_t>(random_.below(256)));
  sign_on.mutable_crew()->set_travel_kind(static_cast<v1::TravelKind>(random_.below(4)));
}

void RestOfLog::fill_worker(v1::MatterReported& reported) {
  const AtWorker order = orders_.empty() ? AtWorker{} : orders_[random_.below(orders_.size())];
  reported.set_unit_id(order.unit == 0 ? any_unit() : order.unit);
  reported.mutable_report()->set_matter_id(order.matter);
  reported.mutable_report()->set_step(static_cast<v1::MatterReport::Step>(1 + random_.below(3)));
  reported.mutable_report()->set_disposition(v1::DISPOSITION_HANDLED);
  reported.mutable_report()->set_note("seen to");
}

void RestOfLog::fill_check(v1::UnitCheckAnswered& answer) {
  const v1::UnitChecked check = checks_.empty() ? v1::UnitChecked() : checks_[random_.below(checks_.size())];
  answer.set_unit_id(check.unit_id() == 0 ? any_unit() : check.unit_id());
  answer.set_check_id(check.check_id());
  answer.set_reply(random_.below(8) == 0 ? v1::CHECK_REPLY_NEED_HELP : v1::CHECK_REPLY_ALL_WELL);
}

// On scene, and for how long.
void RestOfLog::fill_time_left(v1::UnitStatusReported& report) {
  const v1::Assignment work = assigned_.empty() ? v1::Assignment() : assigned_[random_.below(assigned_.size())];
  report.set_unit_id(work.unit_id() == 0 ? any_unit() : work.unit_id());
  report.set_assignment_id(work.assignment_id());
  report.set_status(v1::UNIT_SECONDARY_STATUS_ON_SCENE);
  report.set_free_in_ms(1'000 + static_cast<std::int64_t>(random_.below(15'000)));
}

void RestOfLog::fill_roster(v1::PublishRoster& roster, std::int64_t now_ms) {
  roster.set_from_ms(now_ms - 30 * kMinuteMs);
  roster.set_until_ms(now_ms + 30 * kMinuteMs);
  for (std::uint64_t shifts = 1 + random_.below(12); shifts > 0; --shifts) {
    v1::RosterShift& shift = *roster.add_shifts();
    shift.set_unit_id(any_unit());
    shift.set_begin_ms(now_ms + static_cast<std::int64_t>(random_.below(40)) * 10'000 - 200'000);
    shift.set_end_ms(shift.begin_ms() + static_cast<std::int64_t>(random_.below(60)) * 10'000);
    if (random_.below(3) == 0) shift.set_post_id(any_post());
    if (random_.below(2) == 0) {
      v1::RosterBreak& pause = *shift.add_breaks();
      pause.set_begin_ms(shift.begin_ms() + 40'000);
      pause.set_end_ms(shift.begin_ms() + 90'000);
    }
    if (random_.below(3) != 0) continue;
    const geo::Point at = city_->roads().junctions[random_.below(city_->roads().junctions.size())];
    for (const auto& [north, east] : {std::pair{0, 0}, {9'000, 0}, {9'000, 11'000}}) {
      v1::Position& corner = *shift.add_area();
      corner.set_latitude_e7(at.latitude_e7 + north);
      corner.set_longitude_e7(at.longitude_e7 + east);
    }
  }
}

void RestOfLog::saw(const v1::Decision& decision) {
  switch (decision.change_case()) {
    case v1::Decision::kIncidentOpened:
      return remember(incidents_, decision.incident_opened().incident().incident_id());
    case v1::Decision::kUnitAssigned:
      return remember(assigned_, decision.unit_assigned().assignment());
    case v1::Decision::kMatterChanged: {
      const v1::MatterChanged& changed = decision.matter_changed();
      remember(matters_, changed.matter().matter_id());
      if (changed.unit_id() != 0) remember(orders_, AtWorker{changed.matter().matter_id(), changed.unit_id()});
      return;
    }
    case v1::Decision::kCoverMoveChanged:
      return remember(moves_, decision.cover_move_changed().move().move_id());
    case v1::Decision::kAreaOrderChanged:
      return remember(area_orders_, decision.area_order_changed().state().order().area_order_id());
    case v1::Decision::kUnitChecked:
      return remember(checks_, decision.unit_checked());
    default:
      return;
  }
}

}  // namespace dispatch135::core::testing
