// Runs beside each other.
#pragma once

#include <ostream>
#include <span>
#include <string>

#include "services/simulate/outcome.h"

namespace dispatch135::simulate {

// One column for each run, for people; from the second on with the difference to the first.
void print_comparison(std::span<const Outcome> outcomes, std::ostream& out);

// An array of objects, one for each run; times in milliseconds.
std::string comparison_json(std::span<const Outcome> outcomes);

}  // namespace dispatch135::simulate
