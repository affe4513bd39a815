// report: an incident by hand, published as a hotline does it.
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <iostream>
#include <optional>

#include "dispatch135/v1/events.pb.h"
#include "services/common/clock.h"
#include "services/dispatchctl/options.h"
#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/words.h"
#include "services/log/kafka_log.h"

namespace dispatch135::dispatchctl {
namespace {

constexpr std::chrono::seconds kReportPatience(30);

struct ReportOptions {
  common::KafkaSettings kafka;
  v1::IncidentReport report;
  std::optional<double> latitude_deg;
  std::optional<double> longitude_deg;
  std::uint64_t alarm_point = 0;
  std::uint32_t region = 0;
  std::string datum = "wgs84";
  std::string category = "help";
  std::string severity = "medium";
  std::string place_class;
  std::vector<std::string> capabilities;
  std::vector<std::string> unit_kinds;
};

template <typename Parse, typename Enum>
Enum parsed(Parse parse, const char* option, const char* prefix, const std::string& text, Enum unspecified) {
  Enum value = unspecified;
  if (!parse_word(parse, prefix, text, value) || value == unspecified) {
    throw CommandError(std::string(option) + ": '" + text + "' is not known");
  }
  return value;
}

void complete(ReportOptions& options) {
  v1::IncidentReport& report = options.report;
  report.set_alarm_point_id(options.alarm_point);
  report.set_region(options.region);
  const std::int64_t now_ms = common::SystemClock().wall().since_epoch;
  if (report.event_id().empty()) report.set_event_id("ctl-" + std::to_string(now_ms));
  report.set_reported_at_ms(now_ms);
  report.set_category(
      parsed(v1::Category_Parse, "--category", "CATEGORY_", options.category, v1::CATEGORY_UNSPECIFIED));
  report.set_severity(
      parsed(v1::Severity_Parse, "--severity", "SEVERITY_", options.severity, v1::SEVERITY_UNSPECIFIED));
  if (!options.place_class.empty()) {
    report.set_place_class(
        parsed(v1::PlaceClass_Parse, "--place", "PLACE_CLASS_", options.place_class, v1::PLACE_CLASS_UNSPECIFIED));
  }
  for (const std::string& text : options.capabilities) {
    report.add_required_capabilities(
        parsed(v1::Capability_Parse, "--capability", "CAPABILITY_", text, v1::CAPABILITY_UNSPECIFIED));
  }
  for (const std::string& text : options.unit_kinds) {
    report.add_required_unit_kinds(
        parsed(v1::UnitKind_Parse, "--unit-kind", "UNIT_KIND_", text, v1::UNIT_KIND_UNSPECIFIED));
  }
  if (!options.latitude_deg || !options.longitude_deg) {
    if (report.alarm_point_id() != 0 && report.region() != 0) return;
    throw CommandError("where? Give --lat and --lon, or --alarm-point and --region");
  }
  v1::Location& location = *report.mutable_location();
  location.set_latitude_deg(*options.latitude_deg);
  location.set_longitude_deg(*options.longitude_deg);
  location.set_datum(parsed(v1::Datum_Parse, "--datum", "DATUM_", options.datum, v1::DATUM_UNSPECIFIED));
}

void run(ReportOptions& options) {
  complete(options);
  v1::IncidentEvent event;
  *event.mutable_report() = options.report;

  boost::asio::io_context context;
  const auto writer = log::KafkaWriter::open(context, options.kafka);
  if (!writer) throw CommandError(writer.error().message, kUnreachable);
  std::optional<log::Appended> outcome;
  const std::string key = options.report.source() + "/" + options.report.event_id();
  writer.value()->append(log::Topic::kIncidents, -1, key, event.SerializeAsString(),
                         [&](const log::Appended& appended) { outcome = appended; });
  const auto give_up = std::chrono::steady_clock::now() + kReportPatience;
  while (!outcome && std::chrono::steady_clock::now() < give_up) context.run_one_for(std::chrono::milliseconds(200));
  if (!outcome) throw CommandError("no broker at " + options.kafka.bootstrap + " acknowledged it", kUnreachable);
  if (!outcome->ok) throw CommandError("not accepted: " + outcome->error);
  std::cout << key << " stands in incidents, partition " << outcome->partition << ", offset " << outcome->offset
            << "\nSee what became of it: dispatchctl incident --source " << options.report.source() << " --event "
            << options.report.event_id() << "\n";
}

}  // namespace

void add_report(CLI::App& program) {
  const auto options = std::make_shared<ReportOptions>();
  CLI::App* command = program.add_subcommand("report", "Publish an incident by hand to Kafka; prints where it stands");
  add_kafka_options(*command, options->kafka);
  options->report.set_source("manual");
  command->add_option("--source", *options->report.mutable_source(), "The reporting system")->capture_default_str();
  command->add_option("--event", *options->report.mutable_event_id(),
                      "Its id of the event; the same (source, event) acts once. Default: from the clock");
  command->add_option("--lat", options->latitude_deg, "Degrees north")->check(CLI::Range(-90.0, 90.0));
  command->add_option("--lon", options->longitude_deg, "Degrees east")->check(CLI::Range(-180.0, 180.0));
  command->add_option("--alarm-point", options->alarm_point, "A one-key alarm: the button that was pressed; critical");
  command->add_option("--region", options->region, "With --alarm-point and no place: the city, e.g. 320200");
  command->add_option("--datum", options->datum, "wgs84, cgcs2000, gcj02 (Chinese web maps), bd09 (Baidu)")
      ->capture_default_str();
  command
      ->add_option("--category", options->category,
                   "criminal, public-order, traffic, fire, disaster, crowd, help, dispute, complaint, other")
      ->capture_default_str();
  command->add_option("--severity", options->severity, "critical, high, medium, low")->capture_default_str();
  command->add_option("--place", options->place_class, "Place class, e.g. school; default: looked up in the city file");
  command->add_option("--capability", options->capabilities, "The unit must have it, e.g. first-aid; repeat for more");
  command->add_option("--unit-kind", options->unit_kinds, "The unit must be one of them, e.g. car-patrol");
  command->add_option("--address", *options->report.mutable_address(), "For people");
  command->add_option("--description", *options->report.mutable_description(), "For people");
  command->callback([options] { run(*options); });
}

}  // namespace dispatch135::dispatchctl
