#include "tests/simulation/leader_guard.h"

#include <iterator>
#include <utility>

namespace dispatch135::simulation {

LeaderGuard::LeaderGuard(std::string name, std::uint64_t process, std::unique_ptr<log::Writer> writer,
                         dispatchd::UnitTransport& units, Found found)
    : name_(std::move(name)), process_(process), writer_(std::move(writer)), units_(units), found_(std::move(found)) {}

void LeaderGuard::look() {
  for (const dispatchd::Partition& partition : node_->partitions()) {
    if (partition.leading()) expect_leader(partition.index, "leads");
  }
}

bool LeaderGuard::append(log::Topic topic, std::int32_t partition, std::string_view key, std::string_view value,
                         log::OnAppended done) {
  if (topic == log::Topic::kDecisions) expect_leader(partition, "publishes");
  return writer_->append(topic, partition, key, value, std::move(done));
}

bool LeaderGuard::send(dispatchd::SessionId session, const v1::UnitOrder& order) {
  if (order.sequence() != 0) expect_leader(static_cast<std::int32_t>(order.decision().partition()), "orders");
  return units_.send(session, order);
}

// By the log as the node itself has applied it, not by what its leadership believes.
void LeaderGuard::expect_leader(std::int32_t partition, const char* doing) {
  const core::Engine& engine = std::next(node_->partitions().begin(), partition)->engine;
  const v1::LeaderStarted* leader = engine.leader();
  if (leader != nullptr && leader->process() == process_) return;
  if (!told_.insert(partition).second) return;
  found_("node " + name_ + " " + doing + " in partition " + std::to_string(partition) + ", and has applied up to " +
         std::to_string(engine.next_offset()) + " that " +
         (leader == nullptr ? "nobody leads"
                            : "process " + std::to_string(leader->process()) + " on node " + leader->node() + " does"));
}

}  // namespace dispatch135::simulation
