// Calls as a file (docs/formats/calls.md).
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "services/simulate/call.h"

namespace dispatch135::simulate {

// By time; calls of one time stay in the file's order. Errors: the file with the line, the column and what is expected.
Result<std::vector<Call>> read_calls(const std::string& file);
// The same from text; `file` is its name in errors.
Result<std::vector<Call>> parse_calls(const std::string& text, const std::string& file);

// So that read_calls() gives the same calls, places to 1e-7 degrees.
void write_calls(std::span<const Call> calls, std::ostream& out);

}  // namespace dispatch135::simulate
