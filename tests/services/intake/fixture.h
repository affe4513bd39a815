// What the tests of intake share: two square cities, valid events to bend, a writer and a group member to command.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dispatch135/v1/events.pb.h"
#include "engine/geo/point.h"
#include "services/common/clock.h"
#include "services/intake/regions.h"
#include "services/log/log.h"

namespace dispatch135::intake {

// Wuxi (320200) is the square of one degree from 31 N, 120 E, its eastern half the district 320205; Suzhou (320500) is
// the square east of it, without districts.
class SquareRegions final : public Regions {
 public:
  std::optional<Whereabouts> at(geo::Point point) const override {
    if (point.latitude_e7 < 310'000'000 || point.latitude_e7 >= 320'000'000) return std::nullopt;
    if (point.longitude_e7 < 1'200'000'000 || point.longitude_e7 >= 1'220'000'000) return std::nullopt;
    if (point.longitude_e7 >= 1'210'000'000) return Whereabouts{RegionId(320500), DistrictId()};
    return Whereabouts{RegionId(320200), DistrictId(point.longitude_e7 >= 1'205'000'000 ? 320205 : 0)};
  }
  bool known(RegionId region) const override { return region == RegionId(320200) || region == RegionId(320500); }
};

class HandClock final : public common::Clock {
 public:
  TimeMs wall() const override { return now; }
  TimeMs now{1'760'000'000'000};
};

inline constexpr TimeMs kNow = {1'760'000'000'000};

inline v1::Location place(double latitude, double longitude) {
  v1::Location location;
  location.set_latitude_deg(latitude);
  location.set_longitude_deg(longitude);
  location.set_datum(v1::DATUM_WGS84);
  return location;
}

inline v1::IncidentEvent valid_report(const std::string& event_id = "e1", double longitude = 120.6) {
  v1::IncidentEvent event;
  v1::IncidentReport* report = event.mutable_report();
  report->set_source("110");
  report->set_event_id(event_id);
  report->set_category(v1::CATEGORY_PUBLIC_ORDER);
  report->set_severity(v1::SEVERITY_HIGH);
  report->set_place_class(v1::PLACE_CLASS_SCHOOL);
  *report->mutable_location() = place(31.5, longitude);
  report->set_address("1 School Road");
  report->set_description("two men fight at the gate");
  report->add_required_capabilities(v1::CAPABILITY_FIRST_AID);
  report->add_required_unit_kinds(v1::UNIT_KIND_CAR_PATROL);
  report->add_required_unit_kinds(v1::UNIT_KIND_SPECIAL);
  report->set_reported_at_ms(kNow.since_epoch - 5'000);
  report->set_caller_reference("c-77");
  return event;
}

inline v1::IncidentEvent valid_update() {
  v1::IncidentEvent event;
  v1::IncidentUpdate* update = event.mutable_update();
  update->set_source("110");
  update->set_event_id("e1");
  update->set_region(320200);
  update->set_severity(v1::SEVERITY_CRITICAL);
  *update->mutable_location() = place(31.4, 120.2);
  update->set_description("one has a knife");
  return event;
}

inline v1::IncidentEvent valid_cancel() {
  v1::IncidentEvent event;
  v1::IncidentCancel* cancel = event.mutable_cancel();
  cancel->set_source("110");
  cancel->set_event_id("e1");
  cancel->set_region(320200);
  cancel->set_reason("caller says it is over");
  return event;
}

inline v1::AlertReport valid_alert() {
  v1::AlertReport alert;
  alert.set_identifier("fire-1");
  alert.set_sender("alarms.example");
  alert.set_sent_ms(kNow.since_epoch - 1'000);
  alert.set_msg_type(v1::AlertReport::MSG_TYPE_ALERT);
  v1::AlertInfo* info = alert.mutable_info();
  info->set_event("Fire alarm");
  info->set_category(v1::CATEGORY_FIRE);
  info->set_urgency(v1::AlertInfo::URGENCY_IMMEDIATE);
  info->set_severity(v1::AlertInfo::ALERT_SEVERITY_SEVERE);
  info->set_certainty(v1::AlertInfo::CERTAINTY_OBSERVED);
  info->set_headline("Fire alarm in a mall");
  *info->mutable_area()->mutable_circle_centre() = place(31.25, 120.75);
  info->mutable_area()->set_circle_radius_m(200);
  return alert;
}

// Keeps what is appended until the test says what becomes of it; one after the other per partition.
class HandWriter final : public log::Writer {
 public:
  struct Append {
    log::Topic topic;
    std::int32_t partition;
    std::string key;
    std::string value;
    log::OnAppended done;
  };
  using Partition = std::pair<log::Topic, std::int32_t>;

  bool append(log::Topic topic, std::int32_t partition, std::string_view key, std::string_view value,
              log::OnAppended done) override {
    if (in_flight_ >= queue_limit || failing_) return false;
    ++in_flight_;
    pending[{topic, partition}].push_back({topic, partition, std::string(key), std::string(value), std::move(done)});
    return true;
  }
  std::size_t in_flight() const override { return in_flight_; }
  std::int32_t partitions(log::Topic) const override { return 4; }

  // The oldest `count` of the partition are acknowledged.
  void acknowledge(Partition at, std::size_t count = 1) {
    for (std::size_t i = 0; i < count; ++i) {
      Append append = take(at);
      std::vector<Append>& log = standing[at];
      log.push_back(append);
      if (append.done) {
        append.done(
            {.ok = true, .offset = static_cast<std::int64_t>(log.size()) - 1, .partition = at.second, .error = {}});
      }
    }
  }
  // The oldest of the partition fails. With `and_all_behind`, as our Kafka writer has it, so does everything behind it.
  void fail(Partition at, bool and_all_behind = true) {
    failing_ = and_all_behind;
    std::size_t count = and_all_behind ? pending[at].size() : 1;
    while (count-- > 0) {
      const Append append = take(at);
      if (append.done) append.done({.ok = false, .offset = -1, .partition = at.second, .error = "broker said no"});
    }
    failing_ = false;
  }
  void acknowledge_all() {
    for (bool more = true; more;) {
      more = false;
      for (auto& [at, appends] : pending) {
        if (appends.empty()) continue;
        acknowledge(at, appends.size());
        more = true;
        break;
      }
    }
  }

  std::map<Partition, std::deque<Append>> pending;
  std::map<Partition, std::vector<Append>> standing;
  std::size_t queue_limit = 1'000'000;

 private:
  Append take(Partition at) {
    Append append = std::move(pending.at(at).front());
    pending[at].pop_front();
    --in_flight_;
    return append;
  }
  std::size_t in_flight_ = 0;
  bool failing_ = false;
};

class HandGroup final : public log::GroupMember {
 public:
  using Partition = std::pair<log::Topic, std::int32_t>;
  void commit(log::Topic topic, std::int32_t partition, std::int64_t offset) override {
    committed[{topic, partition}] = offset;
  }
  std::optional<std::int64_t> known_end(log::Topic topic, std::int32_t partition) const override {
    const auto end = ends.find({topic, partition});
    return end == ends.end() ? std::nullopt : std::optional(end->second);
  }
  void pause(log::Topic topic, std::int32_t partition) override { paused[{topic, partition}] = true; }
  void resume(log::Topic topic, std::int32_t partition) override { paused[{topic, partition}] = false; }

  std::map<Partition, std::int64_t> committed;
  std::map<Partition, bool> paused;
  std::map<Partition, std::int64_t> ends;
};

inline const HandWriter::Partition kRejects = {log::Topic::kRejects, -1};

}  // namespace dispatch135::intake
