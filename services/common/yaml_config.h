// Strict reading of a YAML file into typed values: an unknown key, a wrong type, a value out of range, a key given
// twice are errors "FILE:LINE: key: what is wrong and what is right". Values are read one after the other with a
// fallback, mistakes are gathered, and finish() gives all of them at once.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dispatch135::common {

// "500ms", "30s", "3min", "2h", "1d": a whole number and its unit. Nothing: not a duration, or longer than 100 years.
std::optional<DurationMs> parse_duration(std::string_view text);

// One mapping of the file. Copies read the same mapping and share the list of mistakes with all readers of the file.
class YamlReader {
 public:
  // Fails when the file cannot be read, is not YAML, or is not a mapping (an empty file is an empty mapping).
  static Result<YamlReader> open(const std::string& path);
  // The same from text; `file` is its name in errors.
  static Result<YamlReader> parse(std::string_view text, std::string file);

  bool has(std::string_view key) const;
  // The keys that the file gives, in its order; for mappings whose keys are data.
  std::vector<std::string> keys() const;
  // A mistake when the key is absent.
  YamlReader& require(std::string_view key);

  // Each gives `fallback` when the key is absent or its value is wrong. Ranges include both ends.
  bool boolean(std::string_view key, bool fallback);
  std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max);
  double number(std::string_view key, double fallback, double min, double max);
  DurationMs duration(std::string_view key, DurationMs fallback, DurationMs min, DurationMs max);
  std::string text(std::string_view key, std::string fallback);
  std::string choice(std::string_view key, std::string fallback, std::initializer_list<std::string_view> allowed);
  // A list of texts; one text alone is a list of one. Absent: empty.
  std::vector<std::string> texts(std::string_view key);
  // A mapping of free keys to texts. Absent: empty.
  std::map<std::string, std::string> text_map(std::string_view key);
  // A mapping, and a list of mappings. Absent: empty.
  YamlReader map(std::string_view key);
  std::vector<YamlReader> maps(std::string_view key);

  // A mistake that the reader's owner found in the key's value (or in the mapping, with an empty key).
  void fail(std::string_view key, std::string_view message);
  // "FILE:LINE" of the key, or of the mapping when the key is empty or absent.
  std::string where(std::string_view key) const;

  // The line alone.
  int line(std::string_view key) const;

  // All mistakes of the whole file so far, by line, one a line; keys that no reader asked for are mistakes too.
  // Nothing: all is well. Call it on any reader, after everything was read.
  std::optional<Error> finish() const;

 private:
  struct File;
  struct Mapping;
  YamlReader(std::shared_ptr<File> file, std::shared_ptr<Mapping> mapping);
  static YamlReader make(const std::shared_ptr<File>& file, const void* node, std::string path);
  // The key's scalar text; nothing: absent, or not a scalar (a mistake then).
  std::optional<std::string> scalar(std::string_view key, std::string_view wanted);

  std::shared_ptr<File> file_;
  std::shared_ptr<Mapping> mapping_;
};

}  // namespace dispatch135::common
