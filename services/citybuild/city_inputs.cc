#include "services/citybuild/city_inputs.h"

#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "dispatch135/v1/types.pb.h"
#include "services/citybuild/table.h"

namespace dispatch135::citybuild {
namespace {

using Json = nlohmann::json;

// Thrown inside this file only; the text is whole.
struct BadInput {
  std::string message;
};

std::optional<std::string> optional_value(const Row& row, const char* column) {
  const auto found = row.values.find(column);
  return found == row.values.end() ? std::nullopt : std::optional(found->second);
}

std::uint64_t whole_number(const Row& row, const char* column, std::uint64_t low, std::uint64_t high) {
  const std::string& text = row.values.at(column);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < low || value > high) {
    throw BadInput{row.where + ": " + column + " is '" + text + "'; expected a whole number from " +
                   std::to_string(low) + " to " + std::to_string(high)};
  }
  return value;
}

std::int32_t degrees_e7(double degrees) { return static_cast<std::int32_t>(std::llround(degrees * 1e7)); }

std::int32_t degrees(const Row& row, const char* column, int limit) {
  const std::string& text = row.values.at(column);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(std::abs(value) <= limit)) {
    throw BadInput{row.where + ": " + column + " is '" + text + "'; expected degrees from -" + std::to_string(limit) +
                   " to " + std::to_string(limit)};
  }
  return degrees_e7(value);
}

geo::Point position(const Row& row) { return {degrees(row, "lat", 90), degrees(row, "lon", 180)}; }

// POST_KIND_STREET_STATION is written street_station.
template <typename Enum>
Enum word(const Row& row, const char* column, const std::string& text, const std::string& prefix,
          bool (*parse)(const std::string&, Enum*)) {
  std::string name = prefix;
  for (const char c : text) {
    name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  Enum value{};
  if (!parse(name, &value) || static_cast<int>(value) == 0) {
    throw BadInput{row.where + ": " + column + " '" + text +
                   "' is unknown; the words are in docs/formats/city-inputs.md"};
  }
  return value;
}

bool parse_post_kind(const std::string& name, v1::PostKind* value) { return v1::PostKind_Parse(name, value); }
bool parse_travel_kind(const std::string& name, v1::TravelKind* value) { return v1::TravelKind_Parse(name, value); }
bool parse_unit_kind(const std::string& name, v1::UnitKind* value) { return v1::UnitKind_Parse(name, value); }
bool parse_capability(const std::string& name, v1::Capability* value) { return v1::Capability_Parse(name, value); }
bool parse_place_class(const std::string& name, v1::PlaceClass* value) { return v1::PlaceClass_Parse(name, value); }

std::uint32_t capability_bits(const Row& row, const std::string& text) {
  constexpr const char* kSeparators = " ;|";
  std::uint32_t bits = 0;
  std::size_t at = text.find_first_not_of(kSeparators);
  while (at != std::string::npos) {
    const std::size_t end = text.find_first_of(kSeparators, at);
    const std::string one = text.substr(at, end == std::string::npos ? end : end - at);
    if (one != "none") {
      bits |= 1U << (word(row, "capabilities", one, "CAPABILITY_", parse_capability) - 1);
    }
    at = text.find_first_not_of(kSeparators, end);
  }
  return bits;
}

InputPost post_of(const Row& row) {
  InputPost input;
  input.post.id = PostId(whole_number(row, "id", 1, 999'999'999'999));
  input.post.name = row.values.at("name");
  input.post.kind = word(row, "kind", row.values.at("kind"), "POST_KIND_", parse_post_kind);
  input.post.position = position(row);
  if (row.values.contains("units")) {
    input.units.units = static_cast<std::uint32_t>(whole_number(row, "units", 1, 100));
  }
  if (const auto text = optional_value(row, "travel_kind")) {
    input.units.travel_kind = word(row, "travel_kind", *text, "TRAVEL_KIND_", parse_travel_kind);
  }
  if (const auto text = optional_value(row, "unit_kind")) {
    input.units.unit_kind = word(row, "unit_kind", *text, "UNIT_KIND_", parse_unit_kind);
  }
  if (const auto text = optional_value(row, "capabilities")) {
    input.units.capabilities = capability_bits(row, *text);
  }
  return input;
}

std::vector<geo::Point> ring_of(const Json& coordinates, const std::string& where) {
  std::vector<geo::Point> ring;
  for (const auto& corner : coordinates) {
    const auto longitude = corner.at(0).get<double>();
    const auto latitude = corner.at(1).get<double>();
    if (!(std::abs(latitude) <= 90) || !(std::abs(longitude) <= 180)) {
      throw BadInput{where + ": a corner is not [longitude, latitude] in degrees"};
    }
    ring.push_back({degrees_e7(latitude), degrees_e7(longitude)});
  }
  if (ring.size() > 1 && ring.front() == ring.back()) {
    ring.pop_back();
  }
  if (ring.size() < 3) {
    throw BadInput{where + ": an outline needs at least 3 corners"};
  }
  return ring;
}

std::vector<geo::Point> outline_of(const Json& geometry, const std::string& where) {
  if (geometry.at("type") == "Polygon") {
    return ring_of(geometry.at("coordinates").at(0), where);
  }
  if (geometry.at("type") != "MultiPolygon") {
    throw BadInput{where + ": its geometry is neither Polygon nor MultiPolygon"};
  }
  std::vector<geo::Point> largest;
  for (const auto& polygon : geometry.at("coordinates")) {
    auto ring = ring_of(polygon.at(0), where);
    if (ring.size() > largest.size()) {
      largest = std::move(ring);
    }
  }
  if (largest.empty()) {
    throw BadInput{where + ": has no polygon"};
  }
  return largest;
}

std::uint32_t code_of(const Json& properties, const std::string& where) {
  for (const char* key : {"code", "adcode"}) {
    const auto found = properties.find(key);
    if (found == properties.end()) {
      continue;
    }
    const std::string text = found->is_string() ? found->get<std::string>() : found->dump();
    std::uint32_t code = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
    if (error == std::errc() && end == text.data() + text.size() && code > 0) {
      return code;
    }
  }
  throw BadInput{where + ": expected a property code (or adcode) with the administrative division code"};
}

}  // namespace

Result<std::vector<InputPost>> read_posts(const std::string& file) {
  const auto rows =
      read_table(file, {{"id", "name", "kind", "lat", "lon"}, {"units", "travel_kind", "unit_kind", "capabilities"}});
  if (!rows) {
    return rows.error();
  }
  try {
    std::vector<InputPost> posts;
    std::map<PostId, std::string> seen;
    for (const Row& row : rows.value()) {
      posts.push_back(post_of(row));
      const auto [first, is_new] = seen.emplace(posts.back().post.id, row.where);
      if (!is_new) {
        return Error{row.where + ": id " + row.values.at("id") + " is that of " + first->second + " too"};
      }
    }
    return posts;
  } catch (const BadInput& bad) {
    return Error{bad.message};
  }
}

Result<std::vector<city::DraftPlace>> read_places(const std::string& file) {
  const auto rows = read_table(file, {{"name", "class", "lat", "lon"}, {}});
  if (!rows) {
    return rows.error();
  }
  try {
    std::vector<city::DraftPlace> places;
    for (const Row& row : rows.value()) {
      places.push_back({row.values.at("name"),
                        word(row, "class", row.values.at("class"), "PLACE_CLASS_", parse_place_class), position(row)});
    }
    return places;
  } catch (const BadInput& bad) {
    return Error{bad.message};
  }
}

Result<InputOutlines> parse_outlines(const std::string& text, const std::string& file, RegionId region) {
  try {
    const Json root = Json::parse(text);
    InputOutlines outlines;
    std::size_t number = 0;
    for (const auto& feature : root.at("features")) {
      const std::string where = file + ": feature " + std::to_string(++number);
      const std::uint32_t code = code_of(feature.at("properties"), where);
      auto outline = outline_of(feature.at("geometry"), where);
      if (code == region.value()) {
        outlines.region = std::move(outline);
      } else {
        outlines.districts.push_back({DistrictId(code), region,
                                      feature.at("properties").value("name", std::to_string(code)),
                                      std::move(outline)});
      }
    }
    return outlines;
  } catch (const BadInput& bad) {
    return Error{bad.message};
  } catch (const Json::exception& bad) {
    return Error{file + ": is not a GeoJSON FeatureCollection of outlines: " + bad.what()};
  }
}

}  // namespace dispatch135::citybuild
