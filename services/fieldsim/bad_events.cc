#include "services/fieldsim/bad_events.h"

#include <limits>

#include "engine/base/limits.h"

namespace dispatch135::fieldsim {
namespace {

constexpr std::int64_t kThreeDaysMs = 3LL * 24 * 3'600'000;

std::string encode(const v1::IncidentReport& report) {
  v1::IncidentEvent event;
  *event.mutable_report() = report;
  return event.SerializeAsString();
}

std::string random_bytes(Random& random) {
  // The first byte is a tag with the wire type 7, which does not exist.
  std::string bytes = "\x0f";
  const std::uint64_t size = 1 + random.below(200);
  for (std::uint64_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(random.below(256)));
  return bytes;
}

}  // namespace

std::string bad_event(v1::IncidentReport report, Random& random) {
  v1::Location& location = *report.mutable_location();
  switch (random.below(12)) {
    case 0: {
      const std::string whole = encode(report);
      return whole.substr(0, whole.size() - 1 - random.below(static_cast<std::uint32_t>(whole.size() / 2)));
    }
    case 1:
      return random_bytes(random);
    case 2:
      return R"({"report": {"source": "110", "severity": )";
    case 3:
      return R"({"report": {"source": "110", "colour": "blue"}})";
    case 4:
      location.set_latitude_deg(std::numeric_limits<double>::quiet_NaN());
      break;
    case 5:
      location.set_latitude_deg(123.4);
      break;
    case 6:
      report.clear_location();
      break;
    case 7:
      location.set_datum(v1::DATUM_UNSPECIFIED);
      break;
    case 8:
      location.set_latitude_deg(-48.9);  // Point Nemo, in the South Pacific.
      location.set_longitude_deg(-123.4);
      location.set_datum(v1::DATUM_WGS84);
      break;
    case 9:
      report.set_category(static_cast<v1::Category>(77));
      break;
    case 10:
      report.set_reported_at_ms(report.reported_at_ms() - kThreeDaysMs);
      break;
    default:
      report.set_description(std::string(limits::kSourceEventBytes, 'x'));
      break;
  }
  return encode(report);
}

}  // namespace dispatch135::fieldsim
