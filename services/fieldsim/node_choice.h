// Where a unit's device connects next, and when.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/time.h"
#include "services/fieldsim/random.h"

namespace dispatch135::fieldsim {

// Starts with one of the known nodes, goes where it is told to go, and after a failure tries the next one after a pause
// that doubles, with full jitter.
class NodeChoice {
 public:
  // At least one node, as "host:port".
  NodeChoice(std::vector<std::string> nodes, Random random);
  // Where to connect now.
  const std::string& address() const;
  // Signed on there.
  void succeeded() { failures_ = 0; }
  // Told to go elsewhere; an empty address: the right node is not known yet. Gives the pause before the next attempt.
  DurationMs redirected(const std::string& address);
  // The stream ended. Gives the pause before the next attempt.
  DurationMs failed();

 private:
  DurationMs pause();

  std::vector<std::string> nodes_;
  Random random_;
  std::size_t next_ = 0;
  std::string told_;            // Empty: none.
  std::uint32_t failures_ = 0;  // Since it last signed on.
};

}  // namespace dispatch135::fieldsim
