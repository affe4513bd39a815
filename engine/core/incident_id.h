// The id of an incident that the core opens.
#pragma once

#include <cstdint>

#include "engine/base/ids.h"
#include "engine/core/shared.h"

namespace dispatch135::core {

// partition << 48 | offset of the record that opens it. Where an incident is named 0 means none, and a report can be
// the first record of all: intake works before any dispatchd leads. From behaviour level 1 on its incident has the
// offset that no record reaches; it is then the last one where only ids tell two incidents apart.
inline IncidentId opened_here(const Shared& shared) {
  constexpr std::uint64_t kNoOffset = (std::uint64_t{1} << 48) - 1;
  const std::uint64_t id = shared.id_here(shared.record);
  return IncidentId(id == 0 && shared.behaviour >= 1 ? kNoOffset : id);
}

}  // namespace dispatch135::core
