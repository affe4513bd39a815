// Diaries as files: one JSON object a line (docs/formats/diary.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/oracle/history.h"

namespace dispatch135::oracle {

struct DiaryLine {
  std::optional<DiaryEntry> entry;  // Nothing: the line proves nothing.
  std::string error;                // Not empty: the line cannot be read.
};

DiaryLine parse_diary_line(const std::string& line);

// The entries of a file in their order; a last line without its newline was cut off by the end of the process and is
// left out. Adds a line to `errors` for each that cannot be read, with file and number.
std::vector<DiaryEntry> read_diary(const std::string& path, std::vector<std::string>& errors);

}  // namespace dispatch135::oracle
