#include "services/intake/cap_xml.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <utility>
#include <vector>

namespace dispatch135::intake {
namespace {

using common::Refused;

constexpr std::string_view kNamespace = "urn:oasis:names:tc:emergency:cap:1.2";

// The first thing that is wrong ends the parsing.
struct Wrong {
  Refused refused;
};

[[noreturn]] void refuse(v1::RejectCode code, const std::string& element, const std::string& what) {
  throw Wrong{Refused{code, "CAP " + element + " " + what}};
}

std::string_view local_name(const char* name) {
  const std::string_view all(name);
  const std::size_t colon = all.find(':');
  return colon == std::string_view::npos ? all : all.substr(colon + 1);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<pugi::xml_node> children(const pugi::xml_node& parent, std::string_view name) {
  std::vector<pugi::xml_node> found;
  for (const pugi::xml_node& child : parent.children()) {
    if (child.type() == pugi::node_element && local_name(child.name()) == name) found.push_back(child);
  }
  return found;
}

// Empty: it is not there, or has no text.
std::string text(const pugi::xml_node& parent, std::string_view name) {
  const auto found = children(parent, name);
  return found.empty() ? std::string() : std::string(trimmed(found.front().child_value()));
}

std::string path(const pugi::xml_node& parent, std::string_view name) {
  return "<" + std::string(local_name(parent.name())) + "><" + std::string(name) + ">";
}

std::string required(const pugi::xml_node& parent, std::string_view name) {
  std::string value = text(parent, name);
  if (value.empty()) refuse(v1::REJECT_CODE_MISSING_FIELD, path(parent, name), "is missing");
  return value;
}

std::string shown(std::string_view value) {
  std::string out(value.substr(0, 64));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return "'" + out + "'";
}

// One of the words of an enum of AlertInfo, as CAP writes them: "Immediate" is URGENCY_IMMEDIATE.
template <typename Enum>
Enum one_of(const pugi::xml_node& parent, std::string_view name, bool (*parse)(const std::string&, Enum*),
            const std::string& prefix, const std::string& words) {
  const std::string value = required(parent, name);
  std::string upper = prefix;
  for (const char c : value) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  Enum parsed{};
  const bool capital = value.front() >= 'A' && value.front() <= 'Z';
  if (!capital || !parse(upper, &parsed) || parsed == Enum{}) {
    refuse(v1::REJECT_CODE_UNKNOWN_VALUE, path(parent, name), "is " + shown(value) + "; it must be one of " + words);
  }
  return parsed;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// "2026-05-24T16:49:00-07:00", as CAP 1.2 has it: without fractions, the zone as hours and minutes.
std::int64_t time_ms(const pugi::xml_node& parent, std::string_view name, const std::string& value) {
  const auto bad = [&] {
    refuse(v1::REJECT_CODE_MALFORMED, path(parent, name),
           "is " + shown(value) + "; it must be a time such as 2026-05-24T16:49:00+08:00");
  };
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:ddsdd:dd";
  if (value.size() != kShape.size()) bad();
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const char c = value[i];
    const bool fits = kShape[i] == 'd'   ? c >= '0' && c <= '9'
                      : kShape[i] == 's' ? c == '+' || c == '-'
                                         : c == kShape[i];
    if (!fits) bad();
  }
  const auto digits = [&](std::size_t at, std::size_t count) {
    int result = 0;
    for (std::size_t i = at; i < at + count; ++i) result = result * 10 + (value[i] - '0');
    return result;
  };
  const std::chrono::year_month_day day{std::chrono::year(digits(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(digits(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(digits(8, 2)))};
  if (!day.ok() || digits(11, 2) > 23 || digits(14, 2) > 59 || digits(17, 2) > 59 || digits(20, 2) > 14 ||
      digits(23, 2) > 59) {
    bad();
  }
  const std::int64_t zone_min = (value[19] == '-' ? -1 : 1) * (digits(20, 2) * 60 + digits(23, 2));
  const std::int64_t minutes = digits(11, 2) * 60 + digits(14, 2) - zone_min;
  return (std::chrono::sys_days(day).time_since_epoch().count() * 1'440LL + minutes) * 60'000 + digits(17, 2) * 1'000;
}

std::int64_t optional_time_ms(const pugi::xml_node& parent, std::string_view name) {
  const std::string value = text(parent, name);
  return value.empty() ? 0 : time_ms(parent, name, value);
}

// The engine's category of CAP's; what endangers many people is a disaster.
v1::Category category_of(const pugi::xml_node& info) {
  static const std::vector<std::pair<std::string, v1::Category>> kCategories = {
      {"Geo", v1::CATEGORY_DISASTER},      {"Met", v1::CATEGORY_DISASTER},   {"Safety", v1::CATEGORY_PUBLIC_ORDER},
      {"Security", v1::CATEGORY_CRIMINAL}, {"Rescue", v1::CATEGORY_HELP},    {"Fire", v1::CATEGORY_FIRE},
      {"Health", v1::CATEGORY_HELP},       {"Env", v1::CATEGORY_DISASTER},   {"Transport", v1::CATEGORY_TRAFFIC},
      {"Infra", v1::CATEGORY_DISASTER},    {"CBRNE", v1::CATEGORY_DISASTER}, {"Other", v1::CATEGORY_OTHER}};
  const std::string value = required(info, "category");
  for (const auto& [word, category] : kCategories) {
    if (word == value) return category;
  }
  refuse(
      v1::REJECT_CODE_UNKNOWN_VALUE, path(info, "category"),
      "is " + shown(value) +
          "; it must be one of Geo, Met, Safety, Security, Rescue, Fire, Health, Env, Transport, Infra, CBRNE, Other");
}

v1::Location location(const pugi::xml_node& area, std::string_view name, std::string_view pair) {
  const std::size_t comma = pair.find(',');
  const auto latitude = number(pair.substr(0, comma));
  const auto longitude = comma == std::string_view::npos ? std::nullopt : number(pair.substr(comma + 1));
  if (!latitude || !longitude) {
    refuse(v1::REJECT_CODE_MALFORMED, path(area, name),
           "holds " + shown(pair) + "; it must be latitude,longitude in degrees");
  }
  v1::Location out;
  out.set_latitude_deg(*latitude);
  out.set_longitude_deg(*longitude);
  out.set_datum(v1::DATUM_WGS84);
  return out;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  constexpr std::string_view kSpace = " \t\r\n";
  for (std::size_t at = text.find_first_not_of(kSpace); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kSpace, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(kSpace, end);
  }
  return words;
}

void add_polygon(const pugi::xml_node& area, const pugi::xml_node& polygon, v1::AlertArea& out) {
  const std::vector<std::string_view> corners = words_of(polygon.child_value());
  if (corners.size() < 4 || corners.front() != corners.back()) {
    refuse(v1::REJECT_CODE_MALFORMED, path(area, "polygon"),
           "must have at least four pairs, the last one like the first");
  }
  for (std::size_t i = 0; i + 1 < corners.size(); ++i) *out.add_polygon() = location(area, "polygon", corners[i]);
}

void add_circle(const pugi::xml_node& area, const pugi::xml_node& circle, v1::AlertArea& out) {
  constexpr double kMetres = 1'000;
  constexpr double kLongest = 1e6;
  const std::vector<std::string_view> parts = words_of(circle.child_value());
  const auto radius_km = parts.size() == 2 ? number(parts[1]) : std::nullopt;
  if (!radius_km || *radius_km < 0 || *radius_km > kLongest) {
    refuse(v1::REJECT_CODE_MALFORMED, path(area, "circle"),
           "must be latitude,longitude and a radius in kilometres, with a space between");
  }
  *out.mutable_circle_centre() = location(area, "circle", parts[0]);
  out.set_circle_radius_m(static_cast<std::uint32_t>(std::lround(*radius_km * kMetres)));
}

void add_areas(const pugi::xml_node& info, v1::AlertInfo& out) {
  for (const pugi::xml_node& area : children(info, "area")) {
    const std::string desc = required(area, "areaDesc");
    const int before = out.areas_size();
    for (const pugi::xml_node& polygon : children(area, "polygon")) add_polygon(area, polygon, *out.add_areas());
    for (const pugi::xml_node& circle : children(area, "circle")) add_circle(area, circle, *out.add_areas());
    if (out.areas_size() == before) {
      refuse(v1::REJECT_CODE_MISSING_FIELD, "<info><area>",
             "has neither a polygon nor a circle; a geocode alone is not enough");
    }
    for (int i = before; i < out.areas_size(); ++i) out.mutable_areas(i)->set_area_desc(desc);
  }
}

void read_info(const pugi::xml_node& info, v1::AlertInfo& out) {
  using Info = v1::AlertInfo;
  out.set_category(category_of(info));
  out.set_event(required(info, "event"));
  out.set_urgency(one_of<Info::Urgency>(
      info, "urgency", [](const std::string& word, Info::Urgency* value) { return Info::Urgency_Parse(word, value); },
      "URGENCY_", "Immediate, Expected, Future, Past, Unknown"));
  out.set_severity(one_of<Info::AlertSeverity>(
      info, "severity",
      [](const std::string& word, Info::AlertSeverity* value) { return Info::AlertSeverity_Parse(word, value); },
      "ALERT_SEVERITY_", "Extreme, Severe, Moderate, Minor, Unknown"));
  out.set_certainty(one_of<Info::Certainty>(
      info, "certainty",
      [](const std::string& word, Info::Certainty* value) { return Info::Certainty_Parse(word, value); }, "CERTAINTY_",
      "Observed, Likely, Possible, Unlikely, Unknown"));
  out.set_effective_ms(optional_time_ms(info, "effective"));
  out.set_onset_ms(optional_time_ms(info, "onset"));
  out.set_expires_ms(optional_time_ms(info, "expires"));
  out.set_headline(text(info, "headline"));
  out.set_description(text(info, "description"));
  out.set_instruction(text(info, "instruction"));
  add_areas(info, out);
}

// Each is "sender,identifier,sent"; those of others cannot be updated or cancelled by this sender.
void read_references(const pugi::xml_node& alert, v1::AlertReport& out) {
  const std::string references = text(alert, "references");
  for (const std::string_view reference : words_of(references)) {
    const std::size_t first = reference.find(',');
    const std::size_t second = first == std::string_view::npos ? first : reference.find(',', first + 1);
    if (second == std::string_view::npos) {
      refuse(v1::REJECT_CODE_MALFORMED, path(alert, "references"),
             "holds " + shown(reference) + "; it must be sender,identifier,sent");
    }
    if (reference.substr(0, first) != out.sender()) {
      refuse(v1::REJECT_CODE_UNKNOWN_VALUE, path(alert, "references"), "names an alert of another sender");
    }
    out.add_references(std::string(reference.substr(first + 1, second - first - 1)));
  }
}

v1::AlertReport::MsgType message_type(const pugi::xml_node& alert) {
  const std::string value = required(alert, "msgType");
  if (value == "Alert") return v1::AlertReport::MSG_TYPE_ALERT;
  if (value == "Update") return v1::AlertReport::MSG_TYPE_UPDATE;
  if (value == "Cancel") return v1::AlertReport::MSG_TYPE_CANCEL;
  refuse(v1::REJECT_CODE_UNKNOWN_VALUE, path(alert, "msgType"),
         "is " + shown(value) + "; Alert, Update and Cancel are acted upon");
}

v1::AlertReport read_alert(const pugi::xml_node& alert) {
  v1::AlertReport out;
  out.set_identifier(required(alert, "identifier"));
  out.set_sender(required(alert, "sender"));
  out.set_sent_ms(time_ms(alert, "sent", required(alert, "sent")));
  if (const std::string status = required(alert, "status"); status != "Actual") {
    refuse(v1::REJECT_CODE_UNKNOWN_VALUE, path(alert, "status"), "is " + shown(status) + "; only Actual is acted upon");
  }
  out.set_msg_type(message_type(alert));
  const std::string scope = required(alert, "scope");
  if (scope != "Public" && scope != "Restricted" && scope != "Private") {
    refuse(v1::REJECT_CODE_UNKNOWN_VALUE, path(alert, "scope"),
           "is " + shown(scope) + "; it must be one of Public, Restricted, Private");
  }
  read_references(alert, out);
  const auto infos = children(alert, "info");
  if (!infos.empty()) {
    read_info(infos.front(), *out.mutable_info());
  } else if (out.msg_type() != v1::AlertReport::MSG_TYPE_CANCEL) {
    refuse(v1::REJECT_CODE_MISSING_FIELD, "<alert><info>", "is missing");
  }
  return out;
}

// Whether the element's namespace, by its prefix, is that of CAP 1.2.
bool is_cap(const pugi::xml_node& root) {
  const std::string_view name(root.name());
  const std::size_t colon = name.find(':');
  const std::string attribute =
      colon == std::string_view::npos ? "xmlns" : "xmlns:" + std::string(name.substr(0, colon));
  return root.attribute(attribute.c_str()).value() == kNamespace;
}

}  // namespace

common::Checked<v1::AlertReport> parse_cap(std::string_view xml) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed =
      document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) {
    return Refused{v1::REJECT_CODE_MALFORMED,
                   std::string("not XML: ") + parsed.description() + " at byte " + std::to_string(parsed.offset)};
  }
  const pugi::xml_node root = document.document_element();
  if (local_name(root.name()) != "alert" || !is_cap(root)) {
    return Refused{v1::REJECT_CODE_MALFORMED,
                   "the XML's outermost element must be <alert> of the namespace " + std::string(kNamespace)};
  }
  try {
    return read_alert(root);
  } catch (const Wrong& wrong) {
    return wrong.refused;
  }
}

}  // namespace dispatch135::intake
