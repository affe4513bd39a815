// Cover by its definition: Dijkstra's algorithm from scratch for every two zones, and every sum made anew. Shares with
// engine/coverage how roads are divided into zones, and nothing that counts.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/coverage/coverage.h"

namespace dispatch135::testing {

class PlainCover {
 public:
  // With the times that `now` has.
  PlainCover(const coverage::Zones& zones, std::uint32_t busy_permille, const road::Network& now);
  // How many of the units, where they stand, are in the zone within the ring (an index).
  std::uint32_t covering(const std::vector<std::optional<coverage::Standing>>& units, std::size_t zone,
                         std::size_t ring) const;
  // Thousandths of the policy's weights times the chance that somebody who covers them is not busy, in parts of 1e6.
  std::int64_t worth(const std::vector<std::optional<coverage::Standing>>& units,
                     const std::vector<coverage::PerRing<std::int64_t>>& demand) const;

 private:
  std::int64_t busy_permille_;
  road::PerKind<std::vector<std::vector<std::int64_t>>> ms_;  // From zone, to zone.
};

}  // namespace dispatch135::testing
