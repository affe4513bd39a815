#include "services/simulate/simulation.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "engine/core/engine.h"
#include "engine/policy/policy.h"

namespace dispatch135::simulate {
namespace {

constexpr DurationMs kBeforeFirstCall{600'000};
constexpr DurationMs kAfterLastCall{6 * 3'600'000};
constexpr const char* kSource = "110";

// Minutes on scene, least and most, by Category.
constexpr std::array<SpanMs, v1::Category_MAX + 1> kWork = {{{600'000, 1'200'000},
                                                             {1'200'000, 3'600'000},  // criminal
                                                             {600'000, 2'400'000},    // public order
                                                             {900'000, 2'400'000},    // traffic
                                                             {1'800'000, 5'400'000},  // fire
                                                             {1'800'000, 5'400'000},  // disaster
                                                             {1'800'000, 5'400'000},  // crowd
                                                             {300'000, 1'500'000},    // help
                                                             {600'000, 2'400'000},    // dispute
                                                             {300'000, 1'200'000},    // complaint
                                                             {300'000, 1'500'000}}};  // other

class OneCity final : public core::CityCatalog {
 public:
  explicit OneCity(const city::City& city) : city_(city) {}
  const city::City* find(CityFingerprint fingerprint) const override {
    return fingerprint == city_.fingerprint() ? &city_ : nullptr;
  }

 private:
  const city::City& city_;
};

std::uint64_t drawn(const Call& call, std::uint64_t seed) {
  StateHasher hasher;
  hasher.add(seed);
  hasher.add(call.event_id);
  return hasher.value();
}

// What comes out at the scene, as city bulletins count it: nearly three in ten calls are void or false.
v1::Disposition disposition_of(const Call& call, std::uint64_t seed) {
  const std::uint64_t percent = (drawn(call, seed) >> 32) % 100;
  if (percent < 66) return v1::DISPOSITION_HANDLED;
  if (percent < 74) return v1::DISPOSITION_GONE_ON_ARRIVAL;
  if (percent < 84) return v1::DISPOSITION_FALSE_ALARM;
  return v1::DISPOSITION_VOID;
}

class Run {
 public:
  Run(const city::City& city, std::span<const Call> calls, const RunOptions& options)
      : city_(city),
        calls_(calls),
        options_(options),
        catalog_(city),
        engine_(0, catalog_),
        crews_(city, options.region, on_duty(city, options.strength_percent), options.habits, options.seed,
               [this](const v1::LogRecord& record, TimeMs at) { append(record, at); }) {
    tick_.mutable_tick();
    call_.set_region(options.region.value());
    call_.mutable_incident_reported()->set_source(kSource);
  }

  RunResult play() {
    const TimeMs begin = (calls_.empty() ? TimeMs{1'000'000'000} : calls_.front().at) - kBeforeFirstCall;
    const TimeMs latest = (calls_.empty() ? begin : calls_.back().at) + kAfterLastCall;
    v1::LogRecord record;
    record.set_region(options_.region.value());
    record.mutable_city_activated()->set_fingerprint(city_.fingerprint().value());
    append(record, begin);
    *record.mutable_policy_activated()->mutable_policy() = options_.policy;
    append(record, begin);
    crews_.sign_on(begin);
    TimeMs now = begin;
    while (next_call_ < calls_.size() || open_ > 0) {
      const TimeMs crew = crews_.next();
      const TimeMs call = next_call_ < calls_.size() ? calls_[next_call_].at : latest;
      now = std::min(crew, call);
      const std::optional<TimeMs> timer = engine_.next_timer();
      if (timer && *timer < now) now = *timer;
      if (now >= latest) break;
      if (now < crew && now < call) {
        append(tick_, now);
      } else if (crew <= call) {
        crews_.step();
      } else {
        report(calls_[next_call_++]);
      }
    }
    RunResult result;
    result.state_hash = engine_.state_hash();
    result.outcome = tally_.finish(now, result.calls);
    result.outcome.records = offset_;
    result.outcome.units = crews_.on_duty();
    result.outcome.span = now - begin;
    return result;
  }

 private:
  void report(const Call& call) {
    v1::IncidentReported& report = *call_.mutable_incident_reported();
    report.set_event_id(call.event_id);
    report.set_category(call.category);
    report.set_severity(call.severity);
    report.set_place_class(call.place_class);
    report.mutable_position()->set_latitude_e7(call.place.latitude_e7);
    report.mutable_position()->set_longitude_e7(call.place.longitude_e7);
    const auto district = city_.district_at(call.place);
    report.set_district(district ? district->value() : 0);
    report.set_address(call.address);
    report.set_required_capabilities(call.required_capabilities);
    report.set_required_unit_kinds(call.required_unit_kinds);
    report.set_reported_at_ms(call.at.since_epoch);
    scene_of_next_ = {call.place, work_of(call, options_.work_seed), disposition_of(call, options_.work_seed),
                      drawn(call, 0)};
    append(call_, call.at);
  }

  void append(const v1::LogRecord& record, TimeMs at) {
    for (const v1::Decision& decision : engine_.apply(record, offset_++, at)) {
      tally_.add(decision);
      obey(decision, at);
    }
  }

  void obey(const v1::Decision& decision, TimeMs now) {
    switch (decision.change_case()) {
      case v1::Decision::kIncidentOpened:
        scenes_.emplace(decision.incident_opened().incident().incident_id(), scene_of_next_);
        ++open_;
        return;
      case v1::Decision::kIncidentChanged: {
        const v1::Incident& incident = decision.incident_changed().incident();
        if (incident.ended_at_ms() != 0 && scenes_.erase(incident.incident_id()) > 0) --open_;
        return;
      }
      case v1::Decision::kUnitAssigned: {
        const v1::UnitAssigned& assigned = decision.unit_assigned();
        const auto scene = scenes_.find(assigned.assignment().incident_id());
        D135_CHECK(scene != scenes_.end(), "units are assigned to open incidents");
        crews_.assigned(assigned.assignment(), assigned.order_sequence(), scene->second, now);
        return;
      }
      case v1::Decision::kAssignmentUpdated: {
        const v1::AssignmentUpdated& updated = decision.assignment_updated();
        const auto incident = engine_.incident(options_.region, IncidentId(updated.assignment().incident_id()));
        D135_CHECK(incident.has_value(), "assignments are to incidents");
        const geo::Point place{incident->position().latitude_e7(), incident->position().longitude_e7()};
        crews_.redirected(updated.assignment(), updated.order_sequence(), place, now);
        return;
      }
      case v1::Decision::kAssignmentEnded: {
        const v1::AssignmentEnded& ended = decision.assignment_ended();
        crews_.released(ended.assignment(), ended.order_sequence(), now);
        return;
      }
      case v1::Decision::kCoverMoveChanged: {
        const v1::CoverMoveChanged& changed = decision.cover_move_changed();
        const v1::CoverMove& move = changed.move();
        if (move.state() == v1::CoverMove::STATE_ORDERED) {
          const auto post = city_.find_post(PostId(move.post_id()));
          D135_CHECK(post.has_value(), "units are moved to posts of the city");
          crews_.moved(move.unit_id(), changed.order_sequence(), city_.post(*post).position, now);
        } else if (move.state() == v1::CoverMove::STATE_ENDED) {
          crews_.sent_back(move.unit_id(), changed.order_sequence(), now);
        }
        return;
      }
      case v1::Decision::kUnitChecked: {
        const v1::UnitChecked& checked = decision.unit_checked();
        if (checked.what() == v1::UnitChecked::WHAT_ASKED) {
          crews_.checked(checked.unit_id(), checked.order_sequence(), checked.check_id(), now);
        }
        return;
      }
      default:
        return;
    }
  }

  const city::City& city_;
  const std::span<const Call> calls_;
  const RunOptions& options_;
  const OneCity catalog_;
  core::Engine engine_;
  Crews crews_;
  Tally tally_;
  std::uint64_t offset_ = 0;
  std::size_t next_call_ = 0;
  std::uint64_t open_ = 0;
  Crews::Scene scene_of_next_;
  std::unordered_map<std::uint64_t, Crews::Scene> scenes_;  // Of open incidents; never walked through.
  v1::LogRecord tick_;
  v1::LogRecord call_;
};

}  // namespace

DurationMs work_of(const Call& call, std::uint64_t seed) {
  if (call.on_scene.count > 0) return call.on_scene;
  const SpanMs& span = kWork[static_cast<std::size_t>(call.category)];
  const auto choices = static_cast<std::uint64_t>(span.most - span.least + 1);
  return {span.least + static_cast<std::int64_t>(drawn(call, seed) % choices)};
}

DurationMs heartbeat_under(const v1::Policy& policy) {
  return {std::max<std::int64_t>(std::min(policy.silent_after_ms(), policy.stale_position_after_ms()) * 4 / 5, 1)};
}

std::vector<bool> on_duty(const city::City& city, std::uint32_t strength_percent) {
  std::vector<bool> duty(city.unit_count());
  for (std::size_t i = 0; i < duty.size(); ++i) {
    duty[i] = (i + 1) * strength_percent / 100 > i * strength_percent / 100;
  }
  return duty;
}

Result<RunResult> run(const city::City& city, std::span<const Call> calls, const RunOptions& options) {
  if (const auto policy = policy::Policy::compile(options.policy); !policy) return policy.error();
  bool has_region = false;
  for (std::size_t i = 0; i < city.region_count(); ++i) has_region |= city.region(i).id == options.region;
  if (!has_region) return Error{"the city has no region " + std::to_string(options.region.value())};
  return Run(city, calls, options).play();
}

}  // namespace dispatch135::simulate
