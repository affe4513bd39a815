// A verdict for people, and for programs.
#pragma once

#include <string>

#include "tests/oracle/history.h"

namespace dispatch135::oracle {

// One line for each finding (the first thousand), then a table.
std::string as_text(const Verdict& verdict);

// One line of JSON: the fields of Verdict by their names; `compliance` is the share of the decided incidents of each
// ring that had a unit on scene by the deadline, 0-1, null when none is decided; `findings` counts by kind.
std::string as_json(const Verdict& verdict);

}  // namespace dispatch135::oracle
