#include "engine/core/street_times.h"

#include <string>

#include "engine/base/limits.h"
#include "engine/geo/polygon.h"
#include "engine/policy/daily_windows.h"

namespace dispatch135::core {
namespace {

Outcome missing(const std::string& what) { return Reject{v1::REJECT_CODE_MISSING_FIELD, what}; }

Outcome out_of_range(const std::string& field, std::int64_t value, const std::string& allowed) {
  return Reject{v1::REJECT_CODE_OUT_OF_RANGE, field + " is " + std::to_string(value) + "; " + allowed};
}

Outcome wrong_position(const std::string& field, const v1::Position& position) {
  if (geo::in_range({position.latitude_e7(), position.longitude_e7()})) return {};
  return Reject{v1::REJECT_CODE_OUT_OF_RANGE, field + " is not on the earth; give degrees times 10,000,000"};
}

Outcome wrong_place(const v1::ChangeStreets& change) {
  switch (change.where_case()) {
    case v1::ChangeStreets::kPiece:
      if (!change.piece().has_at()) return missing("piece.at is missing: say which place");
      if (!v1::Direction_IsValid(change.piece().direction())) {
        return Reject{
            v1::REJECT_CODE_UNKNOWN_VALUE,
            "piece.direction is " + std::to_string(change.piece().direction()) + ", which this version does not know"};
      }
      return wrong_position("piece.at", change.piece().at());
    case v1::ChangeStreets::kStreet:
      if (!change.street().has_near()) return missing("street.near is missing: say which place it is near");
      if (change.street().name().size() > limits::kStreetNameBytes) {
        return out_of_range("the length of street.name", static_cast<std::int64_t>(change.street().name().size()),
                            "at most " + std::to_string(limits::kStreetNameBytes) + " bytes are taken");
      }
      return wrong_position("street.near", change.street().near());
    case v1::ChangeStreets::kArea: {
      const auto corners = static_cast<std::size_t>(change.area().corners_size());
      if (corners < 3 || corners > limits::kAreaCorners) {
        return out_of_range("the number of area.corners", static_cast<std::int64_t>(corners),
                            "give 3 to " + std::to_string(limits::kAreaCorners));
      }
      for (int i = 0; i < change.area().corners_size(); ++i) {
        if (Outcome wrong = wrong_position("area.corners[" + std::to_string(i) + "]", change.area().corners(i))) {
          return wrong;
        }
      }
      return {};
    }
    case v1::ChangeStreets::kEdges: {
      const auto edges = static_cast<std::size_t>(change.edges().forward_size()) +
                         static_cast<std::size_t>(change.edges().backward_size());
      if (edges < 1 || edges > limits::kChangeEdges) {
        return out_of_range("the number of edges", static_cast<std::int64_t>(edges),
                            "give 1 to " + std::to_string(limits::kChangeEdges));
      }
      return {};
    }
    case v1::ChangeStreets::kWholeCity:
      return {};
    case v1::ChangeStreets::WHERE_NOT_SET:
      break;
  }
  return missing("it says no streets: give piece, street, area, edges or whole_city");
}

Outcome wrong_time(const v1::ChangeStreets& change) {
  if (change.from_ms() < 0) return out_of_range("from_ms", change.from_ms(), "give 0 or a time since 1970");
  if (change.until_ms() < 0) return out_of_range("until_ms", change.until_ms(), "give 0 or a time since 1970");
  if (change.until_ms() != 0 && change.until_ms() <= change.from_ms()) {
    return out_of_range("until_ms", change.until_ms(),
                        "it ends before it begins, at from_ms " + std::to_string(change.from_ms()));
  }
  if (static_cast<std::size_t>(change.windows_size()) > limits::kDailyWindows) {
    return out_of_range("the number of windows", change.windows_size(),
                        "at most " + std::to_string(limits::kDailyWindows) + " are taken");
  }
  for (int i = 0; i < change.windows_size(); ++i) {
    if (const auto wrong = policy::malformed(change.windows(i))) {
      return Reject{v1::REJECT_CODE_OUT_OF_RANGE, "windows[" + std::to_string(i) + "]." + *wrong};
    }
  }
  if (change.utc_offset_min() < -limits::kUtcOffsetMin || change.utc_offset_min() > limits::kUtcOffsetMin) {
    return out_of_range("utc_offset_min", change.utc_offset_min(), "-840 to 840 minutes are taken");
  }
  return {};
}

}  // namespace

Outcome malformed(const v1::ChangeStreets& change) {
  if (Outcome wrong = wrong_place(change)) return wrong;
  for (const int road_class : change.classes()) {
    if (road_class == v1::ROAD_CLASS_UNSPECIFIED || !v1::RoadClass_IsValid(road_class)) {
      return Reject{v1::REJECT_CODE_UNKNOWN_VALUE,
                    "classes has " + std::to_string(road_class) + ", which is no class of roads"};
    }
  }
  for (const int kind : change.travel_kinds()) {
    if (kind == v1::TRAVEL_KIND_UNSPECIFIED || !v1::TravelKind_IsValid(kind)) {
      return Reject{v1::REJECT_CODE_UNKNOWN_VALUE,
                    "travel_kinds has " + std::to_string(kind) + ", which is no kind of travel"};
    }
  }
  switch (change.effect_case()) {
    case v1::ChangeStreets::kClosed:
      if (!change.closed())
        return missing("closed is false; to open streets again restore the change that closed them");
      break;
    case v1::ChangeStreets::kSpeedPermille:
      if (change.speed_permille() < 1 || change.speed_permille() > limits::kSpeedPermille) {
        return out_of_range("speed_permille", change.speed_permille(),
                            "1 to 10,000 are taken; to let nobody through use closed");
      }
      break;
    case v1::ChangeStreets::EFFECT_NOT_SET:
      return missing("it says no effect: give closed or speed_permille");
  }
  return wrong_time(change);
}

bool is_over(const v1::ChangeStreets& change, TimeMs now) {
  return change.until_ms() != 0 && now.since_epoch >= change.until_ms();
}

bool holds(const v1::ChangeStreets& change, TimeMs now) {
  if (now.since_epoch < change.from_ms() || is_over(change, now)) return false;
  return change.windows().empty() || policy::within(change.windows(), change.utc_offset_min(), now);
}

std::optional<TimeMs> next_switch(const v1::ChangeStreets& change, TimeMs now) {
  if (now.since_epoch < change.from_ms()) return TimeMs{change.from_ms()};
  std::optional<TimeMs> next = policy::next_edge(change.windows(), change.utc_offset_min(), now);
  const TimeMs until = {change.until_ms()};
  if (until > now && (!next || until < *next)) next = until;
  return next;
}

}  // namespace dispatch135::core
