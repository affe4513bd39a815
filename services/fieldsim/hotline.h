// The hotlines of a city: what they publish and when. No threads, no I/O, no clock.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dispatch135/v1/events.pb.h"
#include "engine/base/time.h"
#include "engine/city/city.h"
#include "services/fieldsim/places.h"
#include "services/fieldsim/random.h"
#include "services/log/log.h"

namespace dispatch135::fieldsim {

// How much busier each hour is; only the relation between them counts.
using DayCurve = std::array<double, 24>;
inline constexpr DayCurve kFlatDay = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

// Shares are 0 to 1 of the reports.
struct HotlineOptions {
  std::uint64_t seed = 1;
  double rate_per_s = 0.2;  // Mean over the day; bursts come on top.
  DayCurve day_curve = kFlatDay;
  double start_hour = 0;           // The hour of the day at which the simulation begins, 0 to 24.
  std::uint32_t burst_calls = 20;  // At most so many calls of one burst, within a minute; 0: no bursts.
  double burst_every_s = 600;      // On average.
  double alert_every_s = 900;      // On average; 0: none.
  double repeated_share = 0.05;    // Sent a second, some a third time.
  double update_share = 0.05;
  double cancel_share = 0.03;
  double json_share = 0.1;
  double bad_share = 0;   // Of what cannot be used, on top of the good ones.
  double time_scale = 1;  // Repetitions, updates and cancels follow so much sooner.
};

enum class PublicationKind : std::uint8_t { kReport, kUpdate, kCancel, kAlert, kBad };
// "report", ...
std::string_view name_of(PublicationKind kind);

// A record for a source topic. Its key is the event id, so that what is said about an event stays in order.
struct Publication {
  log::Topic topic = log::Topic::kIncidents;
  PublicationKind kind = PublicationKind::kReport;
  bool repeated = false;
  std::string source;    // An alert's sender.
  std::string event_id;  // An alert's identifier.
  std::string value;
};

class Hotline {
 public:
  // The city must outlive it.
  Hotline(const city::City& city, const HotlineOptions& options, TimeMs begins_at);
  // What is to be published by now and was not yet, in order.
  std::vector<Publication> step(TimeMs now);
  // When step() has something again.
  TimeMs next_due() const;

 private:
  struct BurstCall {
    geo::Point centre;
    v1::Category category = v1::CATEGORY_UNSPECIFIED;
  };
  struct Scheduled {
    std::int64_t at_us = 0;
    std::uint64_t order = 0;  // Of two at the same time the one that was scheduled first.
    std::variant<Publication, BurstCall> what;
    bool operator>(const Scheduled& other) const {
      return at_us != other.at_us ? at_us > other.at_us : order > other.order;
    }
  };

  void arrive(std::int64_t at_us, std::vector<Publication>& out);
  void begin_burst(std::int64_t at_us);
  void alert(std::int64_t at_us, std::vector<Publication>& out);
  void publish_report(v1::IncidentReport report, RegionId region, geo::Point point, std::int64_t at_us,
                      std::vector<Publication>& out);
  v1::IncidentReport make_report(const CallPlace& place, std::optional<v1::Category> category, std::int64_t at_us);
  void schedule(std::int64_t at_us, std::variant<Publication, BurstCall> what);
  std::int64_t later_us(double least_s, double most_s);
  std::int64_t next_arrival_us(std::int64_t after_us);
  std::string encode(const google::protobuf::Message& message);
  std::string next_event_id();

  HotlineOptions options_;
  Places places_;
  Random random_;
  std::int64_t begins_us_;
  double busiest_ = 1;  // Of the day curve, relative to its mean.
  double mean_ = 1;
  std::uint64_t events_ = 0;
  std::uint64_t alerts_ = 0;
  std::uint64_t scheduled_count_ = 0;
  std::int64_t arrival_us_;
  std::int64_t burst_us_;
  std::int64_t alert_us_;
  std::vector<v1::Capability> capabilities_;  // That some unit of the city has.
  std::vector<v1::UnitKind> unit_kinds_;      // That some unit of the city is.
  std::priority_queue<Scheduled, std::vector<Scheduled>, std::greater<>> scheduled_;
};

}  // namespace dispatch135::fieldsim
