// What an operator types about streets: places, times of day, lists of edges, outlines. Each throws CommandError that
// names the option, the text and what would be right.
#pragma once

#include <cstdint>
#include <string>

#include "dispatch135/v1/streets.pb.h"

namespace dispatch135::dispatchctl {

// "31.5744,120.3012": degrees north and east, WGS-84.
v1::Position parse_position(const std::string& option, const std::string& text);

// "+08:00", "-0330", "+8": minutes.
std::int32_t parse_utc_offset(const std::string& text);

// "07:00-09:00", "22:00-05:00", "00:00-24:00".
v1::DailyWindow parse_window(const std::string& text);

// "mon-fri", "sat,sun", "fri-mon": bit 0 is Monday.
std::uint32_t parse_days(const std::string& text);

// "2026-11-23T07:00" or with a space in the middle, by a clock that is so many minutes ahead of UTC: milliseconds since
// 1970 UTC.
std::int64_t parse_date_time(const std::string& option, const std::string& text, std::int32_t utc_offset_min);

// "12,13f,14b": edge 12 in both directions, 13 as it is drawn, 14 against that.
void parse_edges(const std::string& text, v1::EdgeList& edges);

// The outer ring of the first Polygon of a GeoJSON text (RFC 7946): a geometry, a Feature, or a FeatureCollection.
v1::StreetArea parse_polygon(const std::string& file, const std::string& text);

}  // namespace dispatch135::dispatchctl
