#include "services/citybuild/osm_read.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <osmium/io/pbf_input.hpp>
#include <osmium/io/reader.hpp>
#include <osmium/io/xml_input.hpp>
#include <osmium/osm/node.hpp>
#include <osmium/osm/relation.hpp>
#include <osmium/osm/way.hpp>
#include <utility>

namespace dispatch135::citybuild {
namespace {

constexpr geo::Point kNowhere = {std::numeric_limits<std::int32_t>::max(), std::numeric_limits<std::int32_t>::max()};

TagLookup lookup(const osmium::OSMObject& object) {
  return [&tags = object.tags()](const char* key) -> std::string_view {
    const char* value = tags.get_value_by_key(key);
    return value == nullptr ? std::string_view() : std::string_view(value);
  };
}

// An area whose place is known only after the nodes are read.
struct AreaFeature {
  OsmFeature feature;
  std::vector<std::int64_t> nodes;
};

class OsmReader {
 public:
  OsmReader(std::string path, const Profiles& profiles, const std::function<void(int)>& progress)
      : path_(std::move(path)), profiles_(profiles), progress_(progress) {}

  OsmData read() {
    read_ways_and_restrictions();
    collect_node_ids();
    read_nodes();
    place_areas();
    drop_missing_nodes();
    return std::move(data_);
  }

 private:
  // `visit` gets every buffer of the file that holds objects of that kind.
  template <typename Visit>
  void each_buffer(osmium::osm_entity_bits::type bits, int percent_before, Visit visit) {
    osmium::io::Reader reader{osmium::io::File{path_}, bits, osmium::io::read_meta::no};
    while (const osmium::memory::Buffer buffer = reader.read()) {
      visit(buffer);
      const std::size_t size = std::max<std::size_t>(reader.file_size(), 1);
      progress_(percent_before + static_cast<int>(reader.offset() * 50 / size));
    }
    reader.close();
  }

  static OsmFeature feature_of(const osmium::OSMObject& object) {
    OsmFeature feature;
    if (object.tags().empty()) {
      return feature;
    }
    const TagLookup tags = lookup(object);
    feature.police = tags("amenity") == "police";
    feature.place_class = place_class_of(tags).value_or(v1::PLACE_CLASS_UNSPECIFIED);
    feature.name = tags("name");
    return feature;
  }
  static bool matters(const OsmFeature& feature) {
    return feature.police || feature.place_class != v1::PLACE_CLASS_UNSPECIFIED;
  }

  static std::vector<std::int64_t> nodes_of(const osmium::Way& way) {
    std::vector<std::int64_t> nodes;
    for (const auto& node : way.nodes()) {
      if (nodes.empty() || nodes.back() != node.ref()) {
        nodes.push_back(node.ref());
      }
    }
    return nodes;
  }

  void read_ways_and_restrictions() {
    const auto bits = osmium::osm_entity_bits::way | osmium::osm_entity_bits::relation;
    each_buffer(bits, 0, [this](const osmium::memory::Buffer& buffer) {
      for (const auto& way : buffer.select<osmium::Way>()) {
        read_way(way);
      }
      for (const auto& relation : buffer.select<osmium::Relation>()) {
        read_relation(relation);
      }
    });
  }

  void read_way(const osmium::Way& way) {
    if (OsmFeature feature = feature_of(way); matters(feature)) {
      areas_.push_back({std::move(feature), nodes_of(way)});
    }
    const TagLookup tags = lookup(way);
    const WayVerdict verdict = judge_way(tags, profiles_);
    if (verdict.drop) {
      ++data_.dropped[static_cast<std::size_t>(*verdict.drop)];
      return;
    }
    OsmWay road{way.id(), nodes_of(way), std::string(tags("name").empty() ? tags("ref") : tags("name")),
                verdict.travel};
    if (road.nodes.size() < 2) {
      ++data_.dropped[static_cast<std::size_t>(WayDrop::kTooFewNodes)];
      return;
    }
    data_.ways.push_back(std::move(road));
  }

  void read_relation(const osmium::Relation& relation) {
    const TagLookup tags = lookup(relation);
    if (!is_restriction(tags)) {
      return;
    }
    std::vector<RestrictionMember> members;
    for (const auto& member : relation.members()) {
      if (member.type() == osmium::item_type::relation) {
        continue;
      }
      members.push_back({member.role(), member.type() == osmium::item_type::node, member.ref()});
    }
    const RestrictionVerdict verdict = judge_restriction(tags, members, profiles_);
    if (verdict.drop) {
      ++data_.dropped_restrictions[static_cast<std::size_t>(*verdict.drop)];
    }
    data_.restrictions.insert(data_.restrictions.end(), verdict.restrictions.begin(), verdict.restrictions.end());
  }

  void collect_node_ids() {
    auto& ids = data_.node_ids;
    for (const auto& way : data_.ways) {
      ids.insert(ids.end(), way.nodes.begin(), way.nodes.end());
    }
    for (const auto& area : areas_) {
      ids.insert(ids.end(), area.nodes.begin(), area.nodes.end());
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    data_.node_positions.assign(ids.size(), kNowhere);
  }

  geo::Point* position_of(std::int64_t id) {
    const auto found = std::lower_bound(data_.node_ids.begin(), data_.node_ids.end(), id);
    if (found == data_.node_ids.end() || *found != id) {
      return nullptr;
    }
    return &data_.node_positions[static_cast<std::size_t>(found - data_.node_ids.begin())];
  }

  void read_nodes() {
    each_buffer(osmium::osm_entity_bits::node, 50, [this](const osmium::memory::Buffer& buffer) {
      for (const auto& node : buffer.select<osmium::Node>()) {
        if (node.location().valid()) {
          read_node(node);
        }
      }
    });
    std::sort(data_.crossings.begin(), data_.crossings.end(),
              [](const auto& a, const auto& b) { return a.node < b.node; });
  }

  void read_node(const osmium::Node& node) {
    const geo::Point at = {node.location().y(), node.location().x()};
    geo::Point* const position = position_of(node.id());
    if (position != nullptr) {
      *position = at;
    }
    if (node.tags().empty()) {
      return;
    }
    if (position != nullptr) {
      if (const auto crossing = judge_node(lookup(node), profiles_)) {
        data_.crossings.push_back({node.id(), *crossing});
      }
    }
    if (OsmFeature feature = feature_of(node); matters(feature)) {
      feature.position = at;
      data_.features.push_back(std::move(feature));
    }
  }

  void place_areas() {
    for (auto& area : areas_) {
      std::vector<geo::Point> corners;
      for (const std::int64_t id : area.nodes) {
        if (const geo::Point corner = *position_of(id); corner != kNowhere) {
          corners.push_back(corner);
        }
      }
      if (corners.empty()) {
        continue;
      }
      const auto [south, north] = std::minmax_element(
          corners.begin(), corners.end(), [](geo::Point a, geo::Point b) { return a.latitude_e7 < b.latitude_e7; });
      const auto [west, east] = std::minmax_element(
          corners.begin(), corners.end(), [](geo::Point a, geo::Point b) { return a.longitude_e7 < b.longitude_e7; });
      area.feature.position = {south->latitude_e7 + (north->latitude_e7 - south->latitude_e7) / 2,
                               west->longitude_e7 + (east->longitude_e7 - west->longitude_e7) / 2};
      data_.features.push_back(std::move(area.feature));
    }
  }

  void drop_missing_nodes() {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < data_.node_ids.size(); ++i) {
      if (data_.node_positions[i] != kNowhere) {
        data_.node_ids[kept] = data_.node_ids[i];
        data_.node_positions[kept] = data_.node_positions[i];
        ++kept;
      }
    }
    data_.missing_nodes = data_.node_ids.size() - kept;
    data_.node_ids.resize(kept);
    data_.node_positions.resize(kept);
  }

  std::string path_;
  const Profiles& profiles_;
  const std::function<void(int)>& progress_;
  OsmData data_;
  std::vector<AreaFeature> areas_;
};

}  // namespace

Result<OsmData> read_osm(const std::string& path, const Profiles& profiles, const std::function<void(int)>& progress) {
  // libosmium and protozero report every kind of damage by exceptions of many types.
  try {
    return OsmReader(path, profiles, progress).read();
  } catch (const std::exception& bad) {
    return Error{path + ": cannot be read as OpenStreetMap data (.osm.pbf or .osm): " + bad.what()};
  }
}

}  // namespace dispatch135::citybuild
