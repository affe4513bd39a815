#include "services/fieldsim/node_choice.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"

namespace dispatch135::fieldsim {
namespace {

constexpr std::int64_t kFirstPauseMs = 100;
constexpr std::int64_t kLongestPauseMs = 3'000;
constexpr std::uint32_t kDoublings = 5;
static_assert(kFirstPauseMs << kDoublings >= kLongestPauseMs);
// Two nodes that each think the other leads would otherwise have the device go to and fro without a pause.
constexpr std::uint32_t kRedirectsAtOnce = 2;

}  // namespace

NodeChoice::NodeChoice(std::vector<std::string> nodes, Random random) : nodes_(std::move(nodes)), random_(random) {
  D135_CHECK(!nodes_.empty(), "a device knows a node");
  next_ = random_.below(static_cast<std::uint32_t>(nodes_.size()));
}

const std::string& NodeChoice::address() const { return told_.empty() ? nodes_[next_] : told_; }

DurationMs NodeChoice::redirected(const std::string& address) {
  if (address.empty()) return failed();
  told_ = address;
  ++failures_;
  return failures_ <= kRedirectsAtOnce ? DurationMs{0} : pause();
}

DurationMs NodeChoice::failed() {
  told_.clear();
  next_ = (next_ + 1) % nodes_.size();
  ++failures_;
  return pause();
}

DurationMs NodeChoice::pause() {
  const std::int64_t longest = kFirstPauseMs << std::min(failures_ - 1, kDoublings);
  return {random_.between(1, std::min(longest, kLongestPauseMs))};
}

}  // namespace dispatch135::fieldsim
