// The checks that make the content of a city file safe to use: every index, range and order.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "engine/city/format.h"

namespace dispatch135::city::format {

// "edge 4".
inline std::string nth(const char* what, std::size_t index) { return std::string(what) + " " + std::to_string(index); }

// What is wrong, or nothing. Each looks only at its own part, and needs the parts before it to be right.
std::optional<std::string> check_info(const View& view);
std::optional<std::string> check_roads(const View& view);
// All but the times of the links: see check_link_times().
std::optional<std::string> check_hierarchy(const View& view);
std::optional<std::string> check_road_grid(const View& view);
std::optional<std::string> check_areas(const View& view);
std::optional<std::string> check_posts_and_units(const View& view);
std::optional<std::string> check_places(const View& view);

// The times of the links against those of the edges; takes as long as working them out. Wrong ones make wrong answers,
// nothing worse.
std::optional<std::string> check_link_times(const View& view);

}  // namespace dispatch135::city::format
