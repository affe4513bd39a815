#include "services/dispatchctl/roster_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <sstream>
#include <string_view>

#include "engine/base/limits.h"
#include "services/dispatchctl/street_words.h"
#include "services/dispatchctl/subcommands.h"

namespace dispatch135::dispatchctl {
namespace {

constexpr std::string_view kHeader = "unit,post,from,to,breaks,overtime_min,area";
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kMinuteMs = 60'000;

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, at);) parts.push_back(part);
  if (!text.empty() && text.back() == at) parts.emplace_back();
  return parts;
}

// One line of the file.
class Line {
 public:
  Line(std::string where, const std::string& text, std::int32_t utc_offset_min)
      : where_(std::move(where)), fields_(split(text, ',')), utc_offset_min_(utc_offset_min) {
    if (fields_.size() != 7) {
      throw CommandError(where_ + ": has " + std::to_string(fields_.size()) + " fields; they are " +
                         std::string(kHeader));
    }
  }

  v1::RosterShift shift() const {
    v1::RosterShift shift;
    shift.set_unit_id(number("unit", fields_[0]));
    if (!fields_[1].empty()) shift.set_post_id(number("post", fields_[1]));
    shift.set_begin_ms(parse_date_time(where_ + ": from", fields_[2], utc_offset_min_));
    shift.set_end_ms(parse_date_time(where_ + ": to", fields_[3], utc_offset_min_));
    for (const std::string& text : split(fields_[4], ';')) add_break(text, shift);
    if (!fields_[5].empty()) {
      shift.set_overtime_limit_ms(static_cast<std::int64_t>(number("overtime_min", fields_[5])) * kMinuteMs);
    }
    for (const std::string& text : split(fields_[6], ';')) *shift.add_area() = corner(text);
    return shift;
  }

 private:
  [[noreturn]] void wrong(const std::string& column, const std::string& text, const std::string& right) const {
    throw CommandError(where_ + ": " + column + ": '" + text + "' is not " + right);
  }
  std::uint64_t number(const std::string& column, const std::string& text) const {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.size() > 12) {
      wrong(column, text, "a whole number");
    }
    return value;
  }
  // Times of day: the first ones at or after the shift's beginning.
  void add_break(const std::string& text, v1::RosterShift& shift) const {
    const v1::DailyWindow window = [&] {
      try {
        return parse_window(text);
      } catch (const CommandError&) {
        wrong("breaks", text, "a time of day like 12:00-12:30");
      }
    }();
    const std::int64_t midnight =
        (shift.begin_ms() + utc_offset_min_ * kMinuteMs) / kDayMs * kDayMs - utc_offset_min_ * kMinuteMs;
    v1::RosterBreak& pause = *shift.add_breaks();
    pause.set_begin_ms(midnight + window.begin_min() * kMinuteMs);
    if (pause.begin_ms() < shift.begin_ms()) pause.set_begin_ms(pause.begin_ms() + kDayMs);
    pause.set_end_ms(pause.begin_ms() +
                     (std::int64_t{window.end_min()} - window.begin_min() + 1'440) % 1'440 * kMinuteMs);
  }
  v1::Position corner(std::string text) const {
    text.erase(0, text.find_first_not_of(' '));
    std::replace(text.begin(), text.end(), ' ', ',');
    return parse_position(where_ + ": area", text);
  }

  std::string where_;
  std::vector<std::string> fields_;
  std::int32_t utc_offset_min_;
};

}  // namespace

v1::PublishRoster parse_roster(const std::string& name, const std::string& text, std::int32_t utc_offset_min) {
  v1::PublishRoster roster;
  std::istringstream in(text);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const std::string where = name + ":" + std::to_string(number);
    if (number == 1) {
      if (line != kHeader) throw CommandError(where + ": the first line is " + std::string(kHeader));
    } else if (!line.empty()) {
      *roster.add_shifts() = Line(where, line, utc_offset_min).shift();
    }
  }
  if (roster.shifts().empty()) throw CommandError(name + ": has no shifts");
  const std::int64_t offset_ms = utc_offset_min * kMinuteMs;
  const auto [first, last] = std::minmax_element(
      roster.shifts().begin(), roster.shifts().end(),
      [](const v1::RosterShift& a, const v1::RosterShift& b) { return a.begin_ms() < b.begin_ms(); });
  roster.set_from_ms((first->begin_ms() + offset_ms) / kDayMs * kDayMs - offset_ms);
  roster.set_until_ms((last->begin_ms() + offset_ms) / kDayMs * kDayMs + kDayMs - offset_ms);
  return roster;
}

std::vector<v1::PublishRoster> in_parts(const v1::PublishRoster& roster) {
  std::map<std::uint64_t, v1::PublishRoster> by_unit;
  for (const std::uint64_t unit : roster.units()) by_unit[unit].add_units(unit);
  for (const v1::RosterShift& shift : roster.shifts()) *by_unit[shift.unit_id()].add_shifts() = shift;
  std::vector<v1::PublishRoster> parts;
  std::size_t entries = 0;
  std::size_t corners = 0;
  for (const auto& [unit, own] : by_unit) {
    const auto own_entries = static_cast<std::size_t>(own.shifts_size() + own.units_size());
    std::size_t own_corners = 0;
    for (const v1::RosterShift& shift : own.shifts()) own_corners += static_cast<std::size_t>(shift.area_size());
    if (parts.empty() || entries + own_entries > limits::kRosterShifts ||
        corners + own_corners > limits::kRosterCorners) {
      v1::PublishRoster& part = parts.emplace_back();
      part.set_from_ms(roster.from_ms());
      part.set_until_ms(roster.until_ms());
      entries = corners = 0;
    }
    parts.back().MergeFrom(own);
    entries += own_entries;
    corners += own_corners;
  }
  return parts;
}

}  // namespace dispatch135::dispatchctl
