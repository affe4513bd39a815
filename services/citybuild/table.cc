#include "services/citybuild/table.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "services/common/mapped_file.h"

namespace dispatch135::citybuild {
namespace {

using Json = nlohmann::json;

bool has(std::initializer_list<std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string joined(const Columns& columns) {
  std::string all;
  for (const auto& list : {columns.required, columns.optional}) {
    for (const auto& column : list) {
      all += (all.empty() ? "" : ", ") + std::string(column);
    }
  }
  return all;
}

struct Record {
  std::size_t line = 0;
  std::vector<std::string> fields;
};

// Cuts the text into records; blank lines are passed over.
class CsvCutter {
 public:
  CsvCutter(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Result<std::vector<Record>> cut() {
    while (at_ < text_.size()) {
      Record record{line_, {}};
      if (auto error = cut_record(record)) {
        return *error;
      }
      if (record.fields.size() > 1 || !record.fields.front().empty()) {
        records_.push_back(std::move(record));
      }
    }
    return std::move(records_);
  }

 private:
  std::optional<Error> cut_record(Record& record) {
    while (true) {
      std::string field;
      if (at_ < text_.size() && text_[at_] == '"') {
        if (!cut_quoted(field)) {
          return Error{file_ + ":" + std::to_string(record.line) + ": a quoted field is not closed"};
        }
      } else {
        const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
        field = text_.substr(at_, end - at_);
        at_ = end;
      }
      record.fields.push_back(std::move(field));
      if (at_ >= text_.size()) {
        return std::nullopt;
      }
      const char next = text_[at_++];
      if (next == ',') {
        continue;
      }
      if (next == '\r' && at_ < text_.size() && text_[at_] == '\n') {
        ++at_;
      } else if (next != '\n' && next != '\r') {
        return Error{file_ + ":" + std::to_string(line_) + ": a quoted field is followed by text"};
      }
      ++line_;
      return std::nullopt;
    }
  }

  bool cut_quoted(std::string& field) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '"') {
        line_ += text_[at_] == '\n' ? 1U : 0U;
        field += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        field += '"';
        ++at_;
      } else {
        ++at_;
        return true;
      }
    }
    return false;
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::vector<Record> records_;
};

std::optional<Error> check_header(const Record& header, const std::string& file, const Columns& columns) {
  std::set<std::string> seen;
  const std::string where = file + ":" + std::to_string(header.line) + ": ";
  for (const auto& name : header.fields) {
    if (!has(columns.required, name) && !has(columns.optional, name)) {
      return Error{where + "unknown column '" + name + "'; known are " + joined(columns)};
    }
    if (!seen.insert(name).second) {
      return Error{where + "column '" + name + "' is there twice"};
    }
  }
  for (const auto& name : columns.required) {
    if (!seen.contains(std::string(name))) {
      return Error{where + "column '" + std::string(name) + "' is missing"};
    }
  }
  return std::nullopt;
}

std::optional<Error> check_required(const Row& row, const Columns& columns) {
  for (const auto& name : columns.required) {
    if (!row.values.contains(std::string(name))) {
      return Error{row.where + ": " + std::string(name) + " is missing"};
    }
  }
  return std::nullopt;
}

std::string text_of(const Json& value) {
  if (value.is_string()) {
    return value.get<std::string>();
  }
  return value.is_null() ? "" : value.dump();
}

}  // namespace

Result<std::vector<Row>> parse_csv(std::string_view text, const std::string& file, const Columns& columns) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text.remove_prefix(kByteOrderMark.size());
  }
  const auto records = CsvCutter(text, file).cut();
  if (!records) {
    return records.error();
  }
  if (records.value().empty()) {
    return Error{file + ":1: is empty; expected a line of columns: " + joined(columns)};
  }
  const Record& header = records.value().front();
  if (auto error = check_header(header, file, columns)) {
    return *error;
  }
  std::vector<Row> rows;
  for (std::size_t i = 1; i < records.value().size(); ++i) {
    const Record& record = records.value()[i];
    Row row{file + ":" + std::to_string(record.line), {}};
    if (record.fields.size() != header.fields.size()) {
      return Error{row.where + ": has " + std::to_string(record.fields.size()) + " fields, but the first line names " +
                   std::to_string(header.fields.size()) + " columns"};
    }
    for (std::size_t f = 0; f < record.fields.size(); ++f) {
      if (!record.fields[f].empty()) {
        row.values[header.fields[f]] = record.fields[f];
      }
    }
    if (auto error = check_required(row, columns)) {
      return *error;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<Row>> parse_geojson_points(std::string_view text, const std::string& file, const Columns& columns) {
  try {
    const Json root = Json::parse(text);
    std::vector<Row> rows;
    for (const auto& feature : root.at("features")) {
      Row row{file + ": feature " + std::to_string(rows.size() + 1), {}};
      const Json& geometry = feature.at("geometry");
      if (geometry.at("type") != "Point") {
        return Error{row.where + ": its geometry is not a Point"};
      }
      if (const auto properties = feature.find("properties"); properties != feature.end() && properties->is_object()) {
        for (const auto& [name, value] : properties->items()) {
          if (const std::string word = text_of(value);
              !word.empty() && (has(columns.required, name) || has(columns.optional, name))) {
            row.values[name] = word;
          }
        }
      }
      row.values["lon"] = geometry.at("coordinates").at(0).dump();
      row.values["lat"] = geometry.at("coordinates").at(1).dump();
      if (auto error = check_required(row, columns)) {
        return *error;
      }
      rows.push_back(std::move(row));
    }
    return rows;
  } catch (const Json::exception& bad) {
    return Error{file + ": is not a GeoJSON FeatureCollection of points: " + bad.what()};
  }
}

Result<std::vector<Row>> read_table(const std::string& file, const Columns& columns) {
  const auto text = read_text(file);
  if (!text) {
    return text.error();
  }
  if (file.ends_with(".csv")) {
    return parse_csv(text.value(), file, columns);
  }
  if (file.ends_with(".geojson") || file.ends_with(".json")) {
    return parse_geojson_points(text.value(), file, columns);
  }
  return Error{file + ": expected a file that ends in .csv, .geojson or .json"};
}

Result<std::string> read_text(const std::string& file) {
  const auto mapped = common::MappedFile::open(file);
  if (!mapped) {
    return mapped.error();
  }
  const std::span<const std::byte> bytes = mapped.value().bytes();
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace dispatch135::citybuild
