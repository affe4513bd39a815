// OpenStreetMap files drawn in tests.
#pragma once

#include <initializer_list>
#include <sstream>
#include <string>

namespace dispatch135::citybuild {

// An OSM file under construction.
class Map {
 public:
  // Thousandths of a degree from 31 N 120 E; a thousandth is about 111 m to the north.
  Map& node(int id, int north, int east, const std::string& tags = "") {
    text_ << "<node id='" << id << "' version='1' lat='" << 31.0 + north / 1000.0 << "' lon='" << 120.0 + east / 1000.0
          << "'>" << tags << "</node>\n";
    return *this;
  }
  Map& way(int id, std::initializer_list<int> nodes, const std::string& tags) {
    text_ << "<way id='" << id << "' version='1'>";
    for (const int node : nodes) {
      text_ << "<nd ref='" << node << "'/>";
    }
    text_ << tags << "</way>\n";
    return *this;
  }
  Map& raw(const std::string& xml) {
    text_ << xml << '\n';
    return *this;
  }
  // Members: "from:11 via:n2 to:12", a node's number with an n before it.
  Map& relation(int id, const std::string& members, const std::string& tags) {
    text_ << "<relation id='" << id << "' version='1'>";
    std::istringstream words(members);
    for (std::string word; words >> word;) {
      const std::size_t colon = word.find(':');
      const bool node = word[colon + 1] == 'n';
      text_ << "<member type='" << (node ? "node" : "way") << "' ref='" << word.substr(colon + (node ? 2 : 1))
            << "' role='" << word.substr(0, colon) << "'/>";
    }
    text_ << tags << "</relation>\n";
    return *this;
  }
  std::string str() const { return "<osm version='0.6'>\n" + text_.str() + "</osm>\n"; }

 private:
  std::ostringstream text_;
};

inline std::string tag(const std::string& key, const std::string& value) {
  return "<tag k='" + key + "' v='" + value + "'/>";
}
inline std::string street(const std::string& name) { return tag("highway", "residential") + tag("name", name); }

// A block of four streets around nodes 1 to 4, about 1.1 km each.
inline Map block() {
  Map map;
  map.node(1, 0, 0).node(2, 0, 10).node(3, 10, 10).node(4, 10, 0);
  map.way(11, {1, 2}, street("South")).way(12, {2, 3}, street("East")).way(13, {3, 4}, street("North"));
  map.way(14, {4, 1}, street("West"));
  return map;
}

}  // namespace dispatch135::citybuild
