// What one incident's full decision costs: a plan of six units of several sorts, cover weighed, reasons kept.
#pragma once

#include <cstddef>
#include <string>

#include "engine/city/city.h"

namespace dispatch135::benchmarks {

// With `units` on duty at random places, `calls` incidents one after the other, each ended before the next one. Checks
// of each answer that six units go, that each fits its place in the plan, and that its time by road is that of a search
// for it alone. Reports the figure, see figure.h.
void full_decision(const city::City& city, std::size_t units, int calls, const std::string& json);

}  // namespace dispatch135::benchmarks
