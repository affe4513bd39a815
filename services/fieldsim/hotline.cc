#include "services/fieldsim/hotline.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/base/check.h"
#include "services/fieldsim/bad_events.h"
#include "services/fieldsim/location.h"

namespace dispatch135::fieldsim {
namespace {

constexpr std::int64_t kNever = INT64_MAX;
constexpr double kSecondUs = 1e6;
constexpr std::int64_t kBurstRadiusM = 150;

constexpr std::array<Weighted<v1::Category>, 10> kCategories{{{v1::CATEGORY_CRIMINAL, 8},
                                                              {v1::CATEGORY_PUBLIC_ORDER, 20},
                                                              {v1::CATEGORY_TRAFFIC, 25},
                                                              {v1::CATEGORY_FIRE, 2},
                                                              {v1::CATEGORY_DISASTER, 1},
                                                              {v1::CATEGORY_CROWD, 1},
                                                              {v1::CATEGORY_HELP, 25},
                                                              {v1::CATEGORY_DISPUTE, 12},
                                                              {v1::CATEGORY_COMPLAINT, 4},
                                                              {v1::CATEGORY_OTHER, 2}}};
constexpr std::array<Weighted<v1::Severity>, 4> kSeverities{
    {{v1::SEVERITY_CRITICAL, 4}, {v1::SEVERITY_HIGH, 16}, {v1::SEVERITY_MEDIUM, 50}, {v1::SEVERITY_LOW, 30}}};
constexpr std::array<Weighted<v1::PlaceClass>, 12> kPlaceClasses{{{v1::PLACE_CLASS_UNSPECIFIED, 60},
                                                                  {v1::PLACE_CLASS_AIRPORT, 1},
                                                                  {v1::PLACE_CLASS_RAILWAY_STATION, 2},
                                                                  {v1::PLACE_CLASS_GOVERNMENT, 2},
                                                                  {v1::PLACE_CLASS_SIGHT, 2},
                                                                  {v1::PLACE_CLASS_SCHOOL, 4},
                                                                  {v1::PLACE_CLASS_HOSPITAL, 3},
                                                                  {v1::PLACE_CLASS_BANK, 3},
                                                                  {v1::PLACE_CLASS_MALL, 4},
                                                                  {v1::PLACE_CLASS_SHOPPING_STREET, 4},
                                                                  {v1::PLACE_CLASS_RESIDENTIAL, 10},
                                                                  {v1::PLACE_CLASS_OTHER, 5}}};
constexpr std::array<Weighted<v1::Datum>, 4> kDatums{
    {{v1::DATUM_WGS84, 40}, {v1::DATUM_GCJ02, 35}, {v1::DATUM_BD09, 15}, {v1::DATUM_CGCS2000, 10}}};
constexpr std::array<Weighted<const char*>, 4> kSources{{{"110", 80}, {"12345", 10}, {"one-key", 7}, {"sensor", 3}}};

const char* description_of(v1::Category category) {
  switch (category) {
    case v1::CATEGORY_CRIMINAL:
      return "A man was robbed of his bag and is being followed.";
    case v1::CATEGORY_PUBLIC_ORDER:
      return "Several people are fighting.";
    case v1::CATEGORY_TRAFFIC:
      return "Two cars have collided, the road is blocked.";
    case v1::CATEGORY_FIRE:
      return "Smoke comes out of a window.";
    case v1::CATEGORY_DISASTER:
      return "Part of a wall has fallen onto the pavement.";
    case v1::CATEGORY_CROWD:
      return "A large crowd is gathering.";
    case v1::CATEGORY_HELP:
      return "An old person has lost the way home.";
    case v1::CATEGORY_DISPUTE:
      return "Neighbours are quarrelling loudly.";
    case v1::CATEGORY_COMPLAINT:
      return "Noise from a building site at night.";
    default:
      return "The caller cannot say what it is.";
  }
}

}  // namespace

std::string_view name_of(PublicationKind kind) {
  switch (kind) {
    case PublicationKind::kReport:
      return "report";
    case PublicationKind::kUpdate:
      return "update";
    case PublicationKind::kCancel:
      return "cancel";
    case PublicationKind::kAlert:
      return "alert";
    case PublicationKind::kBad:
      return "bad";
  }
  D135_CHECK(false, "a kind outside the enum");
}

Hotline::Hotline(const city::City& city, const HotlineOptions& options, TimeMs begins_at)
    : options_(options), places_(city), random_(options.seed, "hotline"), begins_us_(begins_at.since_epoch * 1'000) {
  const DayCurve& curve = options_.day_curve;
  mean_ = std::accumulate(curve.begin(), curve.end(), 0.0) / static_cast<double>(curve.size());
  D135_CHECK(mean_ > 0 && options_.time_scale > 0, "a day has calls, and time runs forwards");
  busiest_ = *std::max_element(curve.begin(), curve.end()) / mean_;
  for (int c = v1::Capability_MIN + 1; c <= v1::Capability_MAX; ++c) {
    for (std::uint32_t i = 0; i < city.unit_count(); ++i) {
      if ((city.unit(UnitIndex(i)).capabilities >> (c - 1) & 1U) == 0) continue;
      capabilities_.push_back(static_cast<v1::Capability>(c));
      break;
    }
  }
  for (int k = v1::UnitKind_MIN + 1; k <= v1::UnitKind_MAX; ++k) {
    for (std::uint32_t i = 0; i < city.unit_count(); ++i) {
      if (city.unit(UnitIndex(i)).kind != k) continue;
      unit_kinds_.push_back(static_cast<v1::UnitKind>(k));
      break;
    }
  }
  arrival_us_ = next_arrival_us(begins_us_);
  const auto first = [this](double every_s) {
    return every_s > 0 ? begins_us_ + static_cast<std::int64_t>(random_.exponential(every_s) * kSecondUs) : kNever;
  };
  burst_us_ = options_.burst_calls > 0 ? first(options_.burst_every_s) : kNever;
  alert_us_ = first(options_.alert_every_s);
}

TimeMs Hotline::next_due() const {
  std::int64_t next = std::min({arrival_us_, burst_us_, alert_us_});
  if (!scheduled_.empty()) next = std::min(next, scheduled_.top().at_us);
  return {next == kNever ? INT64_MAX : (next + 999) / 1'000};
}

std::vector<Publication> Hotline::step(TimeMs now) {
  std::vector<Publication> out;
  const std::int64_t now_us = now.since_epoch * 1'000;
  while (true) {
    const std::int64_t follow_us = scheduled_.empty() ? kNever : scheduled_.top().at_us;
    const std::int64_t at_us = std::min({arrival_us_, burst_us_, alert_us_, follow_us});
    if (at_us > now_us) return out;
    if (at_us == follow_us) {
      const auto what = scheduled_.top().what;
      scheduled_.pop();
      if (const auto* publication = std::get_if<Publication>(&what)) {
        out.push_back(*publication);
      } else {
        const auto& call = std::get<BurstCall>(what);
        const CallPlace place = places_.near(call.centre, kBurstRadiusM, random_);
        publish_report(make_report(place, call.category, at_us), place.region, place.point, at_us, out);
      }
    } else if (at_us == arrival_us_) {
      arrive(at_us, out);
      arrival_us_ = next_arrival_us(at_us);
    } else if (at_us == burst_us_) {
      begin_burst(at_us);
      burst_us_ = at_us + static_cast<std::int64_t>(random_.exponential(options_.burst_every_s) * kSecondUs);
    } else {
      alert(at_us, out);
      alert_us_ = at_us + static_cast<std::int64_t>(random_.exponential(options_.alert_every_s) * kSecondUs);
    }
  }
}

// Thinning (Lewis and Shedler 1979): candidates come at the busiest hour's rate, each is kept with its hour's share of
// it.
std::int64_t Hotline::next_arrival_us(std::int64_t after_us) {
  if (options_.rate_per_s <= 0) return kNever;
  double at_us = static_cast<double>(after_us - begins_us_);
  while (true) {
    at_us += random_.exponential(kSecondUs / (options_.rate_per_s * busiest_));
    const double hour = options_.start_hour + at_us / kSecondUs / 3'600;
    const double weight = options_.day_curve[static_cast<std::size_t>(hour) % 24] / mean_;
    if (random_.fraction() * busiest_ < weight) return begins_us_ + static_cast<std::int64_t>(at_us);
  }
}

void Hotline::arrive(std::int64_t at_us, std::vector<Publication>& out) {
  const CallPlace place = places_.any(random_);
  if (options_.bad_share > 0 && random_.chance(options_.bad_share / (1 + options_.bad_share))) {
    Publication bad;
    bad.kind = PublicationKind::kBad;
    const v1::IncidentReport report = make_report(place, std::nullopt, at_us);
    bad.source = report.source();
    bad.event_id = report.event_id();
    bad.value = bad_event(report, random_);
    out.push_back(std::move(bad));
    return;
  }
  publish_report(make_report(place, std::nullopt, at_us), place.region, place.point, at_us, out);
}

void Hotline::begin_burst(std::int64_t at_us) {
  const BurstCall call{places_.any(random_).point, pick(random_, kCategories)};
  const std::int64_t calls = random_.between((options_.burst_calls + 1) / 2, options_.burst_calls);
  for (std::int64_t i = 0; i < calls; ++i) schedule(at_us + random_.between(0, 59'999'999), call);
}

v1::IncidentReport Hotline::make_report(const CallPlace& place, std::optional<v1::Category> category,
                                        std::int64_t at_us) {
  v1::IncidentReport report;
  report.set_source(pick(random_, kSources));
  report.set_event_id(next_event_id());
  report.set_category(category ? *category : pick(random_, kCategories));
  report.set_severity(pick(random_, kSeverities));
  report.set_place_class(pick(random_, kPlaceClasses));
  *report.mutable_location() = to_location(place.point, pick(random_, kDatums));
  report.set_address(place.address);
  report.set_description(description_of(report.category()));
  report.set_reported_at_ms(at_us / 1'000 - random_.between(0, 5'000));
  report.set_caller_reference("caller-" + std::to_string(random_.below(1'000'000)));
  if (!capabilities_.empty() && random_.chance(0.05)) {
    report.add_required_capabilities(capabilities_[random_.below(static_cast<std::uint32_t>(capabilities_.size()))]);
  } else if (!unit_kinds_.empty() && random_.chance(0.03)) {
    report.add_required_unit_kinds(unit_kinds_[random_.below(static_cast<std::uint32_t>(unit_kinds_.size()))]);
  }
  return report;
}

void Hotline::publish_report(v1::IncidentReport report, RegionId region, geo::Point point, std::int64_t at_us,
                             std::vector<Publication>& out) {
  v1::IncidentEvent event;
  Publication publication;
  publication.source = report.source();
  publication.event_id = report.event_id();
  *event.mutable_report() = std::move(report);
  publication.value = encode(event);
  out.push_back(publication);

  if (random_.chance(options_.repeated_share)) {
    Publication again = publication;
    again.repeated = true;
    const std::int64_t times = random_.between(1, 2);
    for (std::int64_t i = 0; i < times; ++i) schedule(at_us + later_us(0.2, 10), again);
  }
  const std::string& source = publication.source;
  const std::string& event_id = publication.event_id;
  if (random_.chance(options_.update_share)) {
    v1::IncidentEvent more;
    v1::IncidentUpdate& update = *more.mutable_update();
    update.set_source(source);
    update.set_event_id(event_id);
    update.set_region(region.value());
    switch (random_.below(3)) {
      case 0:
        update.set_severity(pick(random_, kSeverities));
        break;
      case 1:
        update.set_description("More callers say the same; an ambulance is on its way.");
        break;
      default: {
        const CallPlace moved = places_.near(point, 200, random_);
        const bool same_region = moved.region == region;
        *update.mutable_location() = to_location(same_region ? moved.point : point, pick(random_, kDatums));
      }
    }
    schedule(at_us + later_us(5, 60),
             Publication{log::Topic::kIncidents, PublicationKind::kUpdate, false, source, event_id, encode(more)});
  }
  if (random_.chance(options_.cancel_share)) {
    v1::IncidentEvent off;
    v1::IncidentCancel& cancel = *off.mutable_cancel();
    cancel.set_source(source);
    cancel.set_event_id(event_id);
    cancel.set_region(region.value());
    cancel.set_reason("The caller says that it has settled itself.");
    schedule(at_us + later_us(5, 180),
             Publication{log::Topic::kIncidents, PublicationKind::kCancel, false, source, event_id, encode(off)});
  }
}

void Hotline::alert(std::int64_t at_us, std::vector<Publication>& out) {
  const CallPlace place = places_.any(random_);
  v1::AlertReport alert;
  alert.set_identifier("a-" + std::to_string(options_.seed) + "-" + std::to_string(++alerts_));
  alert.set_sender("weather-service");
  alert.set_sent_ms(at_us / 1'000);
  alert.set_msg_type(v1::AlertReport::MSG_TYPE_ALERT);
  v1::AlertInfo& info = *alert.mutable_info();
  info.set_event("Heavy rain, flooded underpasses");
  info.set_category(v1::CATEGORY_DISASTER);
  info.set_urgency(random_.chance(0.5) ? v1::AlertInfo::URGENCY_IMMEDIATE : v1::AlertInfo::URGENCY_EXPECTED);
  info.set_severity(static_cast<v1::AlertInfo::AlertSeverity>(
      random_.between(v1::AlertInfo::ALERT_SEVERITY_EXTREME, v1::AlertInfo::ALERT_SEVERITY_MINOR)));
  info.set_certainty(v1::AlertInfo::CERTAINTY_LIKELY);
  info.set_expires_ms(at_us / 1'000 + 3'600'000);
  info.set_headline("Heavy rain within the hour");
  info.set_instruction("Close underpasses that are flooded.");
  info.mutable_area()->set_area_desc(place.address.empty() ? "Part of the city" : place.address);
  *info.mutable_area()->mutable_circle_centre() = to_location(place.point, v1::DATUM_WGS84);
  info.mutable_area()->set_circle_radius_m(static_cast<std::uint32_t>(random_.between(500, 5'000)));
  out.push_back(
      {log::Topic::kAlerts, PublicationKind::kAlert, false, alert.sender(), alert.identifier(), encode(alert)});
}

std::string Hotline::encode(const google::protobuf::Message& message) {
  std::string bytes;
  if (random_.chance(options_.json_share)) {
    const auto status = google::protobuf::util::MessageToJsonString(message, &bytes);
    D135_CHECK(status.ok(), "a message of ours has a JSON form");
  } else {
    bytes = message.SerializeAsString();
  }
  return bytes;
}

void Hotline::schedule(std::int64_t at_us, std::variant<Publication, BurstCall> what) {
  scheduled_.push({at_us, ++scheduled_count_, std::move(what)});
}

std::int64_t Hotline::later_us(double least_s, double most_s) {
  return static_cast<std::int64_t>((least_s + (most_s - least_s) * random_.fraction()) * kSecondUs /
                                   options_.time_scale);
}

std::string Hotline::next_event_id() { return "e-" + std::to_string(options_.seed) + "-" + std::to_string(++events_); }

}  // namespace dispatch135::fieldsim
