#include "services/simulate/calls_file.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>
#include <ostream>
#include <set>
#include <utility>

#include "engine/base/limits.h"
#include "services/citybuild/table.h"
#include "services/common/datum.h"

namespace dispatch135::simulate {
namespace {

using citybuild::Row;

// Thrown inside this file only; the text is whole.
struct BadCall {
  std::string message;
};

[[noreturn]] void refuse(const Row& row, const char* column, const std::string& expected) {
  const auto found = row.values.find(column);
  throw BadCall{row.where + ": " + column + " is '" + (found == row.values.end() ? "" : found->second) +
                "'; expected " + expected};
}

template <typename Number>
std::optional<Number> number(const std::string& text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// As many digits as the text has at `at`, at most `digits`; moves on behind them.
std::optional<int> digits(const std::string& text, std::size_t& at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (const std::size_t end = at + count; at < end; ++at) {
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    value = value * 10 + (text[at] - '0');
  }
  return value;
}

bool skip(const std::string& text, std::size_t& at, std::string_view any_of) {
  if (at >= text.size() || any_of.find(text[at]) == std::string_view::npos) return false;
  ++at;
  return true;
}

// 2025-06-15T14:03:07.125+08:00 (RFC 3339), or milliseconds since 1970 UTC.
std::optional<TimeMs> time_of(const std::string& text) {
  if (const auto ms = number<std::int64_t>(text)) return *ms > 0 ? std::optional(TimeMs{*ms}) : std::nullopt;
  std::size_t at = 0;
  const auto year = digits(text, at, 4);
  if (!year || !skip(text, at, "-")) return std::nullopt;
  const auto month = digits(text, at, 2);
  if (!month || !skip(text, at, "-")) return std::nullopt;
  const auto day = digits(text, at, 2);
  if (!day || !skip(text, at, "T ")) return std::nullopt;
  const auto hour = digits(text, at, 2);
  if (!hour || !skip(text, at, ":")) return std::nullopt;
  const auto minute = digits(text, at, 2);
  if (!minute || !skip(text, at, ":")) return std::nullopt;
  const auto second = digits(text, at, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  std::int64_t ms = 0;
  if (skip(text, at, ".")) {
    std::int64_t unit = 100;
    const std::size_t first = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) ms += (text[at] - '0') * unit;
    if (at == first) return std::nullopt;
  }
  std::int64_t offset_min = 0;
  if (!skip(text, at, "Z")) {
    const bool west = at < text.size() && text[at] == '-';
    if (!skip(text, at, "+-")) return std::nullopt;
    const auto hours = digits(text, at, 2);
    if (!hours || !skip(text, at, ":")) return std::nullopt;
    const auto minutes = digits(text, at, 2);
    if (!minutes || *hours > 14 || *minutes > 59) return std::nullopt;
    offset_min = (*hours * 60 + *minutes) * (west ? -1 : 1);
  }
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (at != text.size() || !date.ok()) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return TimeMs{(((days * 24 + *hour) * 60 + *minute - offset_min) * 60 + *second) * 1'000 + ms};
}

// CATEGORY_PUBLIC_ORDER is written public_order.
template <typename Enum>
std::optional<Enum> word(const std::string& text, const std::string& prefix, bool (*parse)(const std::string&, Enum*)) {
  std::string name = prefix;
  for (const char c : text) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  Enum value{};
  if (!parse(name, &value) || static_cast<int>(value) == 0) return std::nullopt;
  return value;
}

bool parse_category(const std::string& name, v1::Category* value) { return v1::Category_Parse(name, value); }
bool parse_severity(const std::string& name, v1::Severity* value) { return v1::Severity_Parse(name, value); }
bool parse_place_class(const std::string& name, v1::PlaceClass* value) { return v1::PlaceClass_Parse(name, value); }
bool parse_datum(const std::string& name, v1::Datum* value) { return v1::Datum_Parse(name, value); }
bool parse_capability(const std::string& name, v1::Capability* value) { return v1::Capability_Parse(name, value); }
bool parse_unit_kind(const std::string& name, v1::UnitKind* value) { return v1::UnitKind_Parse(name, value); }

// Words separated by blanks or ';', as bits: value v is bit v - 1.
template <typename Enum>
std::uint32_t bits_of(const Row& row, const char* column, const std::string& prefix,
                      bool (*parse)(const std::string&, Enum*)) {
  const auto found = row.values.find(column);
  if (found == row.values.end()) return 0;
  std::uint32_t bits = 0;
  constexpr const char* kSeparators = " ;";
  const std::string& text = found->second;
  for (std::size_t at = text.find_first_not_of(kSeparators); at != std::string::npos;) {
    const std::size_t end = text.find_first_of(kSeparators, at);
    const auto value = word(text.substr(at, end == std::string::npos ? end : end - at), prefix, parse);
    if (!value) refuse(row, column, "words of the contract's list, separated by blanks or ;");
    bits |= 1U << (static_cast<std::uint32_t>(*value) - 1);
    at = text.find_first_not_of(kSeparators, end);
  }
  return bits;
}

geo::Point place_of(const Row& row) {
  v1::Location location;
  const auto latitude = number<double>(row.values.at("lat"));
  if (!latitude) refuse(row, "lat", "degrees from -90 to 90");
  const auto longitude = number<double>(row.values.at("lon"));
  if (!longitude) refuse(row, "lon", "degrees from -180 to 180");
  const auto datum = word(row.values.at("datum"), "DATUM_", parse_datum);
  if (!datum) refuse(row, "datum", "wgs84, cgcs2000, gcj02 or bd09");
  location.set_latitude_deg(*latitude);
  location.set_longitude_deg(*longitude);
  location.set_datum(*datum);
  const auto place = common::to_wgs84(location);
  if (!place) throw BadCall{row.where + ": " + place.refused().reason};
  return place.value();
}

Call call_of(const Row& row) {
  Call call;
  const auto at = time_of(row.values.at("time"));
  if (!at) refuse(row, "time", "2025-06-15T14:03:07+08:00, or milliseconds since 1970 UTC");
  call.at = *at;
  call.place = place_of(row);
  const auto category = word(row.values.at("category"), "CATEGORY_", parse_category);
  if (!category) refuse(row, "category", "one of the contract's categories, such as public_order");
  call.category = *category;
  const auto severity = word(row.values.at("severity"), "SEVERITY_", parse_severity);
  if (!severity) refuse(row, "severity", "critical, high, medium or low");
  call.severity = *severity;
  if (const auto text = row.values.find("place_class"); text != row.values.end()) {
    const auto place_class = word(text->second, "PLACE_CLASS_", parse_place_class);
    if (!place_class) refuse(row, "place_class", "one of the contract's classes, such as school, or nothing");
    call.place_class = *place_class;
  }
  if (const auto text = row.values.find("on_scene_s"); text != row.values.end()) {
    const auto seconds = number<std::int64_t>(text->second);
    if (!seconds || *seconds < 1 || *seconds > 86'400) refuse(row, "on_scene_s", "seconds from 1 to 86400, or nothing");
    call.on_scene = {*seconds * 1'000};
  }
  call.required_capabilities = bits_of(row, "capabilities", "CAPABILITY_", parse_capability);
  call.required_unit_kinds = bits_of(row, "unit_kinds", "UNIT_KIND_", parse_unit_kind);
  if (const auto text = row.values.find("address"); text != row.values.end()) {
    if (text->second.size() > limits::kAddressBytes) refuse(row, "address", "at most 256 bytes");
    call.address = text->second;
  }
  if (const auto text = row.values.find("id"); text != row.values.end()) {
    if (text->second.size() > limits::kEventIdBytes) refuse(row, "id", "at most 64 bytes");
    call.event_id = text->second;
  }
  return call;
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

// public_order of CATEGORY_PUBLIC_ORDER.
std::string lower(std::string name, std::size_t prefix) {
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return name.substr(prefix);
}

template <typename Name>
std::string words_of(std::uint32_t bits, std::size_t prefix, Name name) {
  std::string out;
  for (int bit = 0; bit < 32; ++bit) {
    if ((bits >> bit & 1U) == 0) continue;
    out += (out.empty() ? "" : " ") + lower(name(bit + 1), prefix);
  }
  return out;
}

std::string degrees(std::int32_t e7) {
  const std::int64_t size = e7 < 0 ? -std::int64_t{e7} : e7;
  char text[32];
  std::snprintf(text, sizeof text, "%s%lld.%07lld", e7 < 0 ? "-" : "", static_cast<long long>(size / 10'000'000),
                static_cast<long long>(size % 10'000'000));
  return text;
}

}  // namespace

Result<std::vector<Call>> parse_calls(const std::string& text, const std::string& file) {
  const auto rows =
      citybuild::parse_csv(text, file,
                           {{"time", "lat", "lon", "datum", "category", "severity"},
                            {"id", "place_class", "on_scene_s", "capabilities", "unit_kinds", "address"}});
  if (!rows) return rows.error();
  try {
    std::vector<Call> calls;
    std::set<std::string> ids;
    for (const Row& row : rows.value()) {
      Call call = call_of(row);
      if (call.event_id.empty()) call.event_id = "line-" + row.where.substr(row.where.rfind(':') + 1);
      if (!ids.insert(call.event_id).second) throw BadCall{row.where + ": id '" + call.event_id + "' is there twice"};
      calls.push_back(std::move(call));
    }
    std::stable_sort(calls.begin(), calls.end(), [](const Call& a, const Call& b) { return a.at < b.at; });
    return calls;
  } catch (const BadCall& bad) {
    return Error{bad.message};
  }
}

Result<std::vector<Call>> read_calls(const std::string& file) {
  const auto text = citybuild::read_text(file);
  if (!text) return text.error();
  return parse_calls(text.value(), file);
}

void write_calls(std::span<const Call> calls, std::ostream& out) {
  out << "id,time,lat,lon,datum,category,severity,place_class,on_scene_s,capabilities,unit_kinds,address\n";
  for (const Call& call : calls) {
    const bool known = call.place_class != v1::PLACE_CLASS_UNSPECIFIED;
    out << quoted(call.event_id) << ',' << call.at.since_epoch << ',' << degrees(call.place.latitude_e7) << ','
        << degrees(call.place.longitude_e7) << ",wgs84," << lower(v1::Category_Name(call.category), 9) << ','
        << lower(v1::Severity_Name(call.severity), 9) << ','
        << (known ? lower(v1::PlaceClass_Name(call.place_class), 12) : "") << ','
        << (call.on_scene.count > 0 ? std::to_string(call.on_scene.count / 1'000) : "") << ','
        << words_of(call.required_capabilities, 11,
                    [](int value) { return v1::Capability_Name(static_cast<v1::Capability>(value)); })
        << ','
        << words_of(call.required_unit_kinds, 10,
                    [](int value) { return v1::UnitKind_Name(static_cast<v1::UnitKind>(value)); })
        << ',' << quoted(call.address) << '\n';
  }
}

}  // namespace dispatch135::simulate
