// Rows of named values out of a CSV file or the points of a GeoJSON file.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace dispatch135::citybuild {

struct Row {
  std::string where;                          // FILE:LINE, or FILE: feature N.
  std::map<std::string, std::string> values;  // By column; columns that are absent or empty are not there.
};

struct Columns {
  std::initializer_list<std::string_view> required;
  std::initializer_list<std::string_view> optional;
};

// CSV as in RFC 4180 in UTF-8, the first line naming the columns. Errors: unknown, missing or repeated column, a line
// with another number of fields, an open quote, an empty required value.
Result<std::vector<Row>> parse_csv(std::string_view text, const std::string& file, const Columns& columns);

// A FeatureCollection of points; properties are the columns, and the geometry gives lat and lon. Properties that are no
// column are passed over.
Result<std::vector<Row>> parse_geojson_points(std::string_view text, const std::string& file, const Columns& columns);

// By the file's ending: .csv, or .geojson and .json.
Result<std::vector<Row>> read_table(const std::string& file, const Columns& columns);

// The whole file; errors name it.
Result<std::string> read_text(const std::string& file);

}  // namespace dispatch135::citybuild
