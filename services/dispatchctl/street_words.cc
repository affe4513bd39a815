#include "services/dispatchctl/street_words.h"

#include <array>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>
#include <vector>

#include "services/dispatchctl/subcommands.h"

namespace dispatch135::dispatchctl {
namespace {

using Json = nlohmann::json;

constexpr std::array<const char*, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

[[noreturn]] void wrong(const std::string& option, const std::string& text, const std::string& right) {
  throw CommandError(option + ": '" + text + "' is not " + right);
}

std::smatch matched(const std::string& option, const std::string& text, const char* form, const std::string& right) {
  std::smatch parts;
  if (!std::regex_match(text, parts, std::regex(form))) wrong(option, text, right);
  return parts;
}

v1::Position position_of(double latitude_deg, double longitude_deg) {
  v1::Position position;
  position.set_latitude_e7(static_cast<std::int32_t>(std::lround(latitude_deg * 1e7)));
  position.set_longitude_e7(static_cast<std::int32_t>(std::lround(longitude_deg * 1e7)));
  return position;
}

bool on_earth(double latitude_deg, double longitude_deg) {
  return std::abs(latitude_deg) <= 90 && std::abs(longitude_deg) <= 180;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
  return parts;
}

std::uint32_t day_of(const std::string& text, const std::string& day) {
  for (std::uint32_t i = 0; i < kDays.size(); ++i) {
    if (day == kDays[i]) return i;
  }
  wrong("--days", text, "like mon-fri or sat,sun");
}

// The geometry of the first polygon in a GeoJSON value; null: there is none.
const Json* first_polygon(const Json& value) {
  const std::string type = value.value("type", "");
  if (type == "Polygon") return &value;
  if (type == "Feature") return first_polygon(value.at("geometry"));
  if (type != "FeatureCollection") return nullptr;
  for (const Json& feature : value.at("features")) {
    if (const Json* found = first_polygon(feature)) return found;
  }
  return nullptr;
}

}  // namespace

v1::Position parse_position(const std::string& option, const std::string& text) {
  constexpr const char* kNumber = R"(\s*([-+]?\d{1,3}(?:\.\d{1,15})?)\s*,\s*([-+]?\d{1,3}(?:\.\d{1,15})?)\s*)";
  const std::string right = "a place, LATITUDE,LONGITUDE in degrees, like 31.5744,120.3012";
  const std::smatch parts = matched(option, text, kNumber, right);
  const double latitude_deg = std::stod(parts[1]);
  const double longitude_deg = std::stod(parts[2]);
  if (!on_earth(latitude_deg, longitude_deg)) wrong(option, text, right);
  return position_of(latitude_deg, longitude_deg);
}

std::int32_t parse_utc_offset(const std::string& text) {
  const std::smatch parts =
      matched("--utc-offset", text, R"(([-+])(\d{1,2})(?::?(\d{2}))?)", "an offset like +08:00 or -03:30");
  const int minutes = std::stoi(parts[2]) * 60 + (parts[3].matched ? std::stoi(parts[3]) : 0);
  return parts[1] == "-" ? -minutes : minutes;
}

v1::DailyWindow parse_window(const std::string& text) {
  const std::smatch parts = matched("--daily", text, R"((\d{1,2}):(\d{2})-(\d{1,2}):(\d{2}))",
                                    "a time of day like 07:00-09:00 or 22:00-05:00");
  v1::DailyWindow window;
  window.set_begin_min(static_cast<std::uint32_t>(std::stoi(parts[1]) * 60 + std::stoi(parts[2])));
  window.set_end_min(static_cast<std::uint32_t>(std::stoi(parts[3]) * 60 + std::stoi(parts[4])));
  return window;
}

std::uint32_t parse_days(const std::string& text) {
  std::uint32_t days = 0;
  for (const std::string& part : split(text)) {
    const std::size_t dash = part.find('-');
    const std::uint32_t first = day_of(text, part.substr(0, dash));
    const std::uint32_t last = dash == std::string::npos ? first : day_of(text, part.substr(dash + 1));
    for (std::uint32_t day = first;; day = (day + 1) % 7) {
      days |= 1U << day;
      if (day == last) break;
    }
  }
  if (days == 0) wrong("--days", text, "like mon-fri or sat,sun");
  return days;
}

std::int64_t parse_date_time(const std::string& option, const std::string& text, std::int32_t utc_offset_min) {
  const std::string right = "a time like 2026-11-23T07:00";
  const std::smatch parts = matched(option, text, R"((\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?)", right);
  const std::chrono::year_month_day date{std::chrono::year(std::stoi(parts[1])),
                                         std::chrono::month(static_cast<unsigned>(std::stoi(parts[2]))),
                                         std::chrono::day(static_cast<unsigned>(std::stoi(parts[3])))};
  const int hour = std::stoi(parts[4]);
  const int minute = std::stoi(parts[5]);
  const int second = parts[6].matched ? std::stoi(parts[6]) : 0;
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) wrong(option, text, right);
  const auto local = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                     std::chrono::seconds(second) - std::chrono::minutes(utc_offset_min);
  return std::chrono::duration_cast<std::chrono::milliseconds>(local.time_since_epoch()).count();
}

void parse_edges(const std::string& text, v1::EdgeList& edges) {
  for (const std::string& part : split(text)) {
    const std::smatch parts = matched("--edges", part, R"((\d{1,9})([fb]?))", "an edge like 12, 13f or 14b");
    const auto edge = static_cast<std::uint32_t>(std::stoul(parts[1]));
    if (parts[2] != "b") edges.add_forward(edge);
    if (parts[2] != "f") edges.add_backward(edge);
  }
}

v1::StreetArea parse_polygon(const std::string& file, const std::string& text) {
  v1::StreetArea area;
  try {
    const Json whole = Json::parse(text);
    const Json* polygon = first_polygon(whole);
    if (polygon == nullptr) throw CommandError(file + ": has no Polygon");
    const Json& ring = polygon->at("coordinates").at(0);
    for (std::size_t i = 0; i < ring.size(); ++i) {
      // The last position of a ring repeats the first one.
      if (i > 0 && i + 1 == ring.size() && ring[i] == ring[0]) break;
      const double longitude_deg = ring[i].at(0);
      const double latitude_deg = ring[i].at(1);
      if (!on_earth(latitude_deg, longitude_deg)) {
        throw CommandError(file + ": corner " + std::to_string(i) + " is not [longitude, latitude] in degrees");
      }
      *area.add_corners() = position_of(latitude_deg, longitude_deg);
    }
  } catch (const Json::exception& bad) {
    throw CommandError(file + ": is not GeoJSON with a Polygon: " + bad.what());
  }
  return area;
}

}  // namespace dispatch135::dispatchctl
