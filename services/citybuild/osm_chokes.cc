#include "services/citybuild/osm_chokes.h"

#include <algorithm>
#include <exception>
#include <map>
#include <osmium/io/pbf_input.hpp>
#include <osmium/io/reader.hpp>
#include <osmium/io/xml_input.hpp>
#include <osmium/osm/node.hpp>
#include <osmium/osm/way.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "engine/geo/plane.h"
#include "engine/geo/projection_build.h"

namespace dispatch135::citybuild {
namespace {

struct ChokeWay {
  Choke choke;
  std::vector<std::int64_t> nodes;
};

std::string_view tag(const osmium::OSMObject& object, const char* key) {
  const char* value = object.tags().get_value_by_key(key);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool is_set(std::string_view value) { return !value.empty() && value != "no"; }

// Roads that lead somewhere: a bridge of a footpath or a drive stops nobody.
v1::ChokePoint::Kind kind_of(const osmium::Way& way) {
  static const std::set<std::string_view> kThrough = {"motorway", "motorway_link", "trunk",        "trunk_link",
                                                      "primary",  "primary_link",  "secondary",    "secondary_link",
                                                      "tertiary", "tertiary_link", "unclassified", "residential"};
  const std::string_view highway = tag(way, "highway");
  if (!kThrough.contains(highway)) return v1::ChokePoint::KIND_UNSPECIFIED;
  if (is_set(tag(way, "bridge"))) return v1::ChokePoint::KIND_BRIDGE;
  if (is_set(tag(way, "tunnel"))) return v1::ChokePoint::KIND_TUNNEL;
  const bool ramp = highway == "motorway_link" || highway == "trunk_link";
  return ramp ? v1::ChokePoint::KIND_RAMP : v1::ChokePoint::KIND_UNSPECIFIED;
}

std::string name_of(const osmium::OSMObject& object) {
  for (const char* key : {"bridge:name", "tunnel:name", "name", "ref"}) {
    if (!tag(object, key).empty()) return std::string(tag(object, key));
  }
  return {};
}

// Finds its length, and the place half-way along; false: too few of its nodes are in the file.
bool measure(const std::vector<geo::Point>& line, Choke& choke) {
  if (line.size() < 2) return false;
  const geo::Projection plane = geo::make_projection_at_city_build(line.front());
  std::vector<std::int64_t> along = {0};
  for (std::size_t i = 1; i < line.size(); ++i) {
    along.push_back(along.back() + geo::distance_mm(plane, line[i - 1], line[i]));
  }
  choke.length_mm = along.back();
  const std::int64_t half = along.back() / 2;
  const auto after = std::upper_bound(along.begin() + 1, along.end() - 1, half);
  const auto i = static_cast<std::size_t>(after - along.begin());
  const std::int64_t piece = std::max<std::int64_t>(along[i] - along[i - 1], 1);
  const auto between = [&](std::int32_t a, std::int32_t b) {
    const std::int64_t part = std::min(half - along[i - 1], piece);
    return static_cast<std::int32_t>(a + (std::int64_t{b} - a) * part / piece);
  };
  choke.position = {between(line[i - 1].latitude_e7, line[i].latitude_e7),
                    between(line[i - 1].longitude_e7, line[i].longitude_e7)};
  return true;
}

Chokes merge(std::vector<Choke> all, const ChokeRules& rules) {
  std::stable_sort(all.begin(), all.end(), [](const Choke& a, const Choke& b) { return a.length_mm > b.length_mm; });
  Chokes chokes;
  // The ones kept so far, by latitude, so that few are compared.
  std::multimap<std::int32_t, Choke> kept;
  const std::int64_t near_mm = std::int64_t{rules.merge_m} * 1'000;
  const auto span_e7 = static_cast<std::int32_t>(near_mm / 11 + 1);  // A 1e-7 degree of latitude is 11.1 mm.
  for (Choke& choke : all) {
    const bool short_one = (choke.kind == v1::ChokePoint::KIND_BRIDGE || choke.kind == v1::ChokePoint::KIND_TUNNEL) &&
                           choke.length_mm < std::int64_t{rules.least_length_m} * 1'000;
    if (short_one) continue;
    const geo::Projection plane = geo::make_projection_at_city_build(choke.position);
    const auto first = kept.lower_bound(choke.position.latitude_e7 - span_e7);
    const auto last = kept.upper_bound(choke.position.latitude_e7 + span_e7);
    const bool known = std::any_of(first, last, [&](const auto& other) {
      return other.second.kind == choke.kind &&
             geo::distance_mm(plane, other.second.position, choke.position) < near_mm;
    });
    if (known) continue;
    if (kept.size() >= rules.most) {
      ++chokes.left_out;
      continue;
    }
    kept.emplace(choke.position.latitude_e7, std::move(choke));
  }
  for (auto& [latitude, choke] : kept) chokes.kept.push_back(std::move(choke));
  std::stable_sort(chokes.kept.begin(), chokes.kept.end(),
                   [](const Choke& a, const Choke& b) { return a.position < b.position; });
  return chokes;
}

Chokes read(const std::string& path, const ChokeRules& rules) {
  std::vector<ChokeWay> ways;
  std::map<std::int64_t, geo::Point> places;
  osmium::io::Reader way_reader{osmium::io::File{path}, osmium::osm_entity_bits::way, osmium::io::read_meta::no};
  while (const osmium::memory::Buffer buffer = way_reader.read()) {
    for (const auto& way : buffer.select<osmium::Way>()) {
      const v1::ChokePoint::Kind kind = kind_of(way);
      if (kind == v1::ChokePoint::KIND_UNSPECIFIED) continue;
      ChokeWay& found = ways.emplace_back();
      found.choke.kind = kind;
      found.choke.name = name_of(way);
      for (const auto& node : way.nodes()) {
        found.nodes.push_back(node.ref());
        places.try_emplace(node.ref());
      }
    }
  }
  way_reader.close();
  std::vector<Choke> all;
  std::set<std::int64_t> seen;
  osmium::io::Reader node_reader{osmium::io::File{path}, osmium::osm_entity_bits::node, osmium::io::read_meta::no};
  while (const osmium::memory::Buffer buffer = node_reader.read()) {
    for (const auto& node : buffer.select<osmium::Node>()) {
      if (!node.location().valid()) continue;
      const geo::Point at = {node.location().y(), node.location().x()};
      if (const auto place = places.find(node.id()); place != places.end()) {
        place->second = at;
        seen.insert(node.id());
      }
      if (tag(node, "barrier") == "toll_booth") all.push_back({v1::ChokePoint::KIND_GATE, name_of(node), at, 0});
    }
  }
  node_reader.close();
  for (ChokeWay& way : ways) {
    std::vector<geo::Point> line;
    for (const std::int64_t node : way.nodes) {
      if (seen.contains(node)) line.push_back(places.at(node));
    }
    if (measure(line, way.choke)) all.push_back(std::move(way.choke));
  }
  return merge(std::move(all), rules);
}

}  // namespace

Result<Chokes> read_chokes(const std::string& path, const ChokeRules& rules) {
  // libosmium and protozero report every kind of damage by exceptions of many types.
  try {
    return read(path, rules);
  } catch (const std::exception& bad) {
    return Error{path + ": cannot be read as OpenStreetMap data (.osm.pbf or .osm): " + bad.what()};
  }
}

}  // namespace dispatch135::citybuild
