// One event, checked field by field, as all checks of intake do it.
#pragma once

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "dispatch135/v1/log.pb.h"
#include "engine/base/limits.h"
#include "engine/base/time.h"
#include "services/common/datum.h"
#include "services/intake/regions.h"

namespace dispatch135::intake {

// Checks one event field by field; what is wrong first is kept, and everything after it is skipped.
class FieldChecks {
 public:
  FieldChecks(std::string path, const Regions& regions, TimeMs now)
      : path_(std::move(path)), regions_(regions), now_(now) {}

  bool ok() const { return !refused_; }
  const common::Refused& refused() const { return *refused_; }
  void refuse(v1::RejectCode code, const std::string& field, const std::string& what) {
    if (!refused_) refused_ = common::Refused{code, path_ + field + " " + what};
  }

  // 1 to `limit` bytes.
  void text(const std::string& field, const std::string& value, std::size_t limit) {
    if (value.empty()) refuse(v1::REJECT_CODE_MISSING_FIELD, field, "is missing");
    optional_text(field, value, limit);
  }
  void optional_text(const std::string& field, const std::string& value, std::size_t limit) {
    if (value.size() > limit) {
      refuse(v1::REJECT_CODE_OUT_OF_RANGE, field,
             "has " + std::to_string(value.size()) + " bytes; at most " + std::to_string(limit) + " are taken");
    }
  }
  void name(const std::string& source, const std::string& event_id) {
    text("source", source, limits::kSourceBytes);
    const auto plain = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
             c == '-';
    };
    if (!std::all_of(source.begin(), source.end(), plain)) {
      refuse(v1::REJECT_CODE_OUT_OF_RANGE, "source", "may hold only A-Z a-z 0-9 . _ -");
    }
    text("event_id", event_id, limits::kEventIdBytes);
    if (!std::all_of(event_id.begin(), event_id.end(), [](char c) { return c >= 0x20 && c <= 0x7e; })) {
      refuse(v1::REJECT_CODE_OUT_OF_RANGE, "event_id", "may hold only printable ASCII");
    }
  }
  // A value that this version knows; 0 only if it is optional.
  template <typename Enum>
  void known(const std::string& field, Enum value, bool optional = false) {
    const google::protobuf::EnumDescriptor* type = google::protobuf::GetEnumDescriptor<Enum>();
    if (value == 0 && !optional) refuse(v1::REJECT_CODE_MISSING_FIELD, field, "is missing");
    if (type->FindValueByNumber(value) == nullptr) {
      refuse(v1::REJECT_CODE_UNKNOWN_VALUE, field, "has the value " + std::to_string(value) + ", which is not known");
    }
  }
  // Bit v-1 for each value v of the list.
  template <typename List>
  std::uint32_t bits(const std::string& field, const List& list, std::size_t limit, bool (*is_valid)(int)) {
    if (static_cast<std::size_t>(list.size()) > limit) {
      refuse(v1::REJECT_CODE_OUT_OF_RANGE, field,
             "has " + std::to_string(list.size()) + " entries; at most " + std::to_string(limit) + " are taken");
    }
    std::uint32_t out = 0;
    for (const int value : list) {
      if (value <= 0 || value > 32 || !is_valid(value)) {
        refuse(v1::REJECT_CODE_UNKNOWN_VALUE, field,
               "holds the value " + std::to_string(value) + ", which is not known");
      } else {
        out |= 1U << (value - 1);
      }
    }
    return out;
  }
  void near_now(const std::string& field, std::int64_t ms) {
    if (ms < now_.since_epoch - limits::kSourceTimeOffMs || ms > now_.since_epoch + limits::kSourceTimeOffMs) {
      refuse(v1::REJECT_CODE_TIME_FAR_OFF, field,
             "is " + std::to_string(ms) + ", more than 24 h from " + std::to_string(now_.since_epoch) +
                 "; give milliseconds since 1970 UTC");
    }
  }
  void region(std::uint32_t region) {
    if (region == 0) refuse(v1::REJECT_CODE_MISSING_FIELD, "region", "is missing");
    if (!regions_.known(RegionId(region))) {
      refuse(
          v1::REJECT_CODE_UNKNOWN_REGION, "region",
          std::to_string(region) + " is in none of the city files; give the GB/T 2260 code of a city that is served");
    }
  }
  std::optional<geo::Point> point(const std::string& field, const v1::Location& location) {
    const common::Checked<geo::Point> converted = common::to_wgs84(location);
    if (converted) return converted.value();
    if (!refused_)
      refused_ = common::Refused{converted.refused().code, path_ + field + "." + converted.refused().reason};
    return std::nullopt;
  }
  std::optional<Whereabouts> whereabouts(const std::string& field, geo::Point point) {
    const std::optional<Whereabouts> where = regions_.at(point);
    if (!where) {
      refuse(v1::REJECT_CODE_OUTSIDE_REGIONS, field,
             "lies at " + degrees(point) +
                 " (WGS-84), in no region of the city files; check latitude, longitude and datum");
    }
    return where;
  }

 private:
  static std::string degrees(geo::Point point) {
    char text[64];
    std::snprintf(text, sizeof text, "%.5f, %.5f", point.latitude_e7 / 1e7, point.longitude_e7 / 1e7);
    return text;
  }

  std::string path_;  // Before every field, with its dot.
  const Regions& regions_;
  TimeMs now_;
  std::optional<common::Refused> refused_;
};

inline void set(v1::Position& position, geo::Point point) {
  position.set_latitude_e7(point.latitude_e7);
  position.set_longitude_e7(point.longitude_e7);
}

}  // namespace dispatch135::intake
