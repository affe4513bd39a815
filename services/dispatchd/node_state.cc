// Nodes that drift apart must notice: what this node does when its state is not the one that was published, and when
// another says so of its own.
#include "services/dispatchd/node.h"

namespace dispatch135::dispatchd {

void Node::check_own_state(Partition& partition, std::span<const v1::Decision> decisions) {
  for (const v1::Decision& decision : decisions) {
    if (!decision.has_state_hashed()) continue;
    on_difference(partition, partition.state_check.own(decision.id().offset(), decision.state_hashed()));
  }
}

void Node::on_difference(Partition& partition, const std::optional<StateCheck::Difference>& difference) {
  if (!difference || (partition.phase != Phase::kReplaying && partition.phase != Phase::kLive)) return;
  ports_.observer.state_differs(partition.index, *difference);
  const bool led = partition.leading();
  partition.phase = Phase::kDiffers;
  partition.leadership.suspend();
  if (led) ports_.observer.leads(partition.index, false);
  sessions_.hand_over(partition);
  watches_.close_partition(partition, unavailable("this node's state is in doubt; watch from another"));

  v1::LogRecord record;
  v1::StateDiffered& differed = *record.mutable_state_differed();
  differed.set_node(settings_.name);
  differed.set_process(settings_.process);
  differed.set_offset(difference->offset);
  differed.set_own_hash(difference->own);
  differed.set_published_hash(difference->published);
  for (const std::string& part : difference->parts) differed.add_parts(part);
  const auto failed = [this, &partition](std::uint64_t, const log::Appended& result) {
    ports_.observer.append_failed(partition.index, result.error);
    ports_.observer.keep_state(partition.index, partition.next_offset - 1, partition.engine);
    stop_following(partition, "its state differs from the one that was published; start it again");
  };
  if (appender_.append(partition.index, record, failed) == 0) failed(0, {false, -1, -1, "the writer's queue is full"});
}

void Node::on_state_differed(Partition& partition, const v1::StateDiffered& differed) {
  ports_.observer.keep_state(partition.index, partition.next_offset - 1, partition.engine);
  if (differed.process() == settings_.process) {
    stop_following(partition, "its state differs from the one that was published; start it again");
  }
}

}  // namespace dispatch135::dispatchd
