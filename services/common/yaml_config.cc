#include "services/common/yaml_config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>
#include <utility>

namespace dispatch135::common {

namespace {

int line_of(const YAML::Node& node) { return node.Mark().line + 1; }

template <typename Range>
std::string joined(const Range& words) {
  std::string all;
  for (const auto& word : words) {
    if (!all.empty()) all += ", ";
    all += word;
  }
  return all;
}

std::string shown(DurationMs duration) {
  const std::int64_t ms = duration.count;
  if (ms != 0 && ms % 60'000 == 0) return std::to_string(ms / 60'000) + "min";
  if (ms != 0 && ms % 1'000 == 0) return std::to_string(ms / 1'000) + "s";
  return std::to_string(ms) + "ms";
}

std::string shown(double value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

template <typename T>
std::optional<T> parsed(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<DurationMs> parse_duration(std::string_view text) {
  constexpr std::int64_t kLongestMs = 100LL * 366 * 86'400'000;
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto count = parsed<std::int64_t>(text.substr(0, digits));
  if (!count) return std::nullopt;
  const std::pair<std::string_view, std::int64_t> units[] = {
      {"ms", 1}, {"s", 1'000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  for (const auto& [name, ms] : units) {
    if (text.substr(digits) != name) continue;
    if (*count > kLongestMs / ms) return std::nullopt;
    return DurationMs{*count * ms};
  }
  return std::nullopt;
}

struct YamlReader::Mapping {
  YAML::Node node;   // A map, or null when absent or empty.
  std::string path;  // "kafka.", empty for the whole file.
  int line = 1;
  std::set<std::string, std::less<>> asked;
  bool takes_any_key = false;

  YAML::Node value(std::string_view key) const {
    if (!node.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
    for (const auto& entry : node) {
      if (entry.first.IsScalar() && entry.first.Scalar() == key) return entry.second;
    }
    return YAML::Node(YAML::NodeType::Undefined);
  }
  int key_line(std::string_view key) const {
    if (node.IsMap()) {
      for (const auto& entry : node) {
        if (entry.first.IsScalar() && entry.first.Scalar() == key) return line_of(entry.first);
      }
    }
    return line;
  }
};

struct YamlReader::File {
  std::string name;
  std::vector<std::pair<int, std::string>> mistakes;  // Line and text.
  std::vector<std::shared_ptr<Mapping>> mappings;     // All that were handed out.

  void add(int line, const std::string& key, std::string_view message) {
    mistakes.emplace_back(line, key.empty() ? std::string(message) : key + ": " + std::string(message));
  }
};

YamlReader::YamlReader(std::shared_ptr<File> file, std::shared_ptr<Mapping> mapping)
    : file_(std::move(file)), mapping_(std::move(mapping)) {}

YamlReader YamlReader::make(const std::shared_ptr<File>& file, const void* opaque_node, std::string path) {
  const auto& node = *static_cast<const YAML::Node*>(opaque_node);
  auto mapping = std::make_shared<Mapping>();
  mapping->path = std::move(path);
  if (node.IsDefined()) {
    mapping->node = node;
    mapping->line = std::max(1, line_of(node));
  }
  if (mapping->node.IsMap()) {
    std::set<std::string> seen;
    for (const auto& entry : mapping->node) {
      if (!entry.first.IsScalar()) {
        file->add(line_of(entry.first), mapping->path, "a key must be plain text");
      } else if (!seen.insert(entry.first.Scalar()).second) {
        file->add(line_of(entry.first), mapping->path + entry.first.Scalar(), "is given twice; keep one");
      }
    }
  }
  file->mappings.push_back(mapping);
  return YamlReader(file, mapping);
}

Result<YamlReader> YamlReader::open(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  if (!in || !(content << in.rdbuf() || in.peek() == std::ifstream::traits_type::eof())) {
    return Error{path + ": cannot be read; check the path and its permissions"};
  }
  return parse(content.str(), path);
}

Result<YamlReader> YamlReader::parse(std::string_view text, std::string name) {
  auto file = std::make_shared<File>();
  file->name = std::move(name);
  try {
    const YAML::Node root = YAML::Load(std::string(text));
    if (!root.IsMap() && !root.IsNull()) {
      return Error{file->name + ":1: the file must be a mapping of keys to values"};
    }
    return make(file, &root, "");
  } catch (const YAML::Exception& e) {
    return Error{file->name + ":" + std::to_string(e.mark.line + 1) + ": not YAML: " + e.msg};
  }
}

bool YamlReader::has(std::string_view key) const {
  mapping_->asked.emplace(key);
  return mapping_->value(key).IsDefined();
}

std::vector<std::string> YamlReader::keys() const {
  std::vector<std::string> all;
  if (!mapping_->node.IsMap()) return all;
  for (const auto& entry : mapping_->node) {
    if (entry.first.IsScalar()) all.push_back(entry.first.Scalar());
  }
  return all;
}

YamlReader& YamlReader::require(std::string_view key) {
  if (!has(key)) file_->add(mapping_->line, mapping_->path + std::string(key), "is missing; add it");
  return *this;
}

std::optional<std::string> YamlReader::scalar(std::string_view key, std::string_view wanted) {
  mapping_->asked.emplace(key);
  const YAML::Node value = mapping_->value(key);
  if (!value.IsDefined()) return std::nullopt;
  if (value.IsScalar()) return value.Scalar();
  fail(key, std::string(value.IsNull() ? "has no value" : "has a list or mapping as its value") + "; give " +
                std::string(wanted));
  return std::nullopt;
}

bool YamlReader::boolean(std::string_view key, bool fallback) {
  const auto text = scalar(key, "true or false");
  if (!text) return fallback;
  if (*text == "true") return true;
  if (*text == "false") return false;
  fail(key, "'" + *text + "' is neither true nor false");
  return fallback;
}

std::int64_t YamlReader::integer(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max) {
  const std::string wanted = "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  const auto text = scalar(key, wanted);
  if (!text) return fallback;
  const auto value = parsed<std::int64_t>(*text);
  if (value && *value >= min && *value <= max) return *value;
  fail(key, "'" + *text + "' is not " + wanted);
  return fallback;
}

double YamlReader::number(std::string_view key, double fallback, double min, double max) {
  const std::string wanted = "a number from " + shown(min) + " to " + shown(max);
  const auto text = scalar(key, wanted);
  if (!text) return fallback;
  const auto value = parsed<double>(*text);
  if (value && std::isfinite(*value) && *value >= min && *value <= max) return *value;
  fail(key, "'" + *text + "' is not " + wanted);
  return fallback;
}

DurationMs YamlReader::duration(std::string_view key, DurationMs fallback, DurationMs min, DurationMs max) {
  const std::string wanted =
      "a duration from " + shown(min) + " to " + shown(max) + ", with its unit: ms, s, min, h or d";
  const auto text = scalar(key, wanted);
  if (!text) return fallback;
  const auto value = parse_duration(*text);
  if (value && *value >= min && *value <= max) return *value;
  fail(key, "'" + *text + "' is not " + wanted);
  return fallback;
}

std::string YamlReader::text(std::string_view key, std::string fallback) {
  auto text = scalar(key, "one text");
  return text ? *std::move(text) : std::move(fallback);
}

std::string YamlReader::choice(std::string_view key, std::string fallback,
                               std::initializer_list<std::string_view> allowed) {
  const std::string wanted = "one of: " + joined(allowed);
  auto text = scalar(key, wanted);
  if (!text) return fallback;
  if (std::find(allowed.begin(), allowed.end(), *text) != allowed.end()) return *std::move(text);
  fail(key, "'" + *text + "' is not " + wanted);
  return fallback;
}

std::vector<std::string> YamlReader::texts(std::string_view key) {
  mapping_->asked.emplace(key);
  const YAML::Node value = mapping_->value(key);
  std::vector<std::string> all;
  if (!value.IsDefined() || value.IsNull()) return all;
  if (value.IsScalar()) return {value.Scalar()};
  if (!value.IsSequence()) {
    fail(key, "must be a list of texts");
    return all;
  }
  for (const auto& item : value) {
    if (item.IsScalar()) {
      all.push_back(item.Scalar());
    } else {
      file_->add(line_of(item), mapping_->path + std::string(key), "each item of the list must be one text");
    }
  }
  return all;
}

std::map<std::string, std::string> YamlReader::text_map(std::string_view key) {
  YamlReader reader = map(key);
  reader.mapping_->takes_any_key = true;
  std::map<std::string, std::string> all;
  for (const auto& name : reader.keys()) all[name] = reader.text(name, "");
  return all;
}

YamlReader YamlReader::map(std::string_view key) {
  mapping_->asked.emplace(key);
  YAML::Node value = mapping_->value(key);
  if (value.IsDefined() && !value.IsMap() && !value.IsNull()) {
    fail(key, "must be a mapping of keys to values");
    value.reset(YAML::Node(YAML::NodeType::Undefined));  // Assigning would change the file's tree.
  }
  YamlReader reader = make(file_, &value, mapping_->path + std::string(key) + ".");
  reader.mapping_->line = mapping_->key_line(key);
  return reader;
}

std::vector<YamlReader> YamlReader::maps(std::string_view key) {
  mapping_->asked.emplace(key);
  const YAML::Node value = mapping_->value(key);
  std::vector<YamlReader> all;
  if (!value.IsDefined() || value.IsNull()) return all;
  if (!value.IsSequence()) {
    fail(key, "must be a list of mappings");
    return all;
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    const YAML::Node item = value[i];
    if (item.IsMap()) {
      all.push_back(make(file_, &item, mapping_->path + std::string(key) + "[" + std::to_string(i) + "]."));
    } else {
      file_->add(line_of(item), mapping_->path + std::string(key), "each item of the list must be a mapping");
    }
  }
  return all;
}

void YamlReader::fail(std::string_view key, std::string_view message) {
  if (!key.empty()) {
    file_->add(mapping_->key_line(key), mapping_->path + std::string(key), message);
    return;
  }
  std::string path = mapping_->path;
  if (!path.empty()) path.pop_back();
  file_->add(mapping_->line, path, message);
}

std::string YamlReader::where(std::string_view key) const { return file_->name + ":" + std::to_string(line(key)); }

int YamlReader::line(std::string_view key) const { return mapping_->key_line(key); }

std::optional<Error> YamlReader::finish() const {
  auto mistakes = file_->mistakes;
  for (const auto& mapping : file_->mappings) {
    if (!mapping->node.IsMap() || mapping->takes_any_key) continue;
    for (const auto& entry : mapping->node) {
      if (!entry.first.IsScalar() || mapping->asked.contains(entry.first.Scalar())) continue;
      mistakes.emplace_back(line_of(entry.first), mapping->path + entry.first.Scalar() +
                                                      ": unknown key; known here: " + joined(mapping->asked));
    }
  }
  if (mistakes.empty()) return std::nullopt;
  std::stable_sort(mistakes.begin(), mistakes.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string all;
  for (const auto& [line, message] : mistakes) {
    if (!all.empty()) all += '\n';
    all += file_->name + ":" + std::to_string(line) + ": " + message;
  }
  return Error{all};
}

}  // namespace dispatch135::common
