#include "tests/simulation/engine_node.h"

#include <algorithm>
#include <utility>

namespace dispatch135::simulation {
namespace {

// As services/dispatchd/server.cc does it.
constexpr std::int64_t kWakeAtLeastEveryMs = 20;
constexpr DurationMs kSlowToHear{100};

}  // namespace

EngineNode::EngineNode(VirtualTime& time, log::MemoryLog& log, const core::CityCatalog& cities,
                       const dispatchd::NodeSettings& settings, dispatchd::UnitTransport& units,
                       dispatchd::ConsoleTransport& consoles, NodeStory story)
    : time_(time),
      log_(log),
      name_(settings.name),
      // A steady clock begins when its machine was started: some time ago, another time for each.
      clock_(time, time.now_ms() - static_cast<std::int64_t>(settings.process) * 1'234'567),
      observer_(std::move(story)),
      writer_(log.writer(name_)) {
  reader_ = log.reader(name_, [this](const log::Record& record) { node_->on_record(record); });
  node_ = std::make_unique<dispatchd::Node>(
      settings, dispatchd::NodePorts{cities, *writer_, *reader_, units, consoles, clock_, observer_});
}

void EngineNode::start() {
  node_->start();
  wake();
}

void EngineNode::wake() {
  if (paused_ || leaving_) return;
  node_->on_timer();
  if (member_ == nullptr && node_->caught_up()) join();
  const std::int64_t wait = std::min(node_->next_wakeup_ms() - clock_.now_ms(), kWakeAtLeastEveryMs);
  time_.after({std::max<std::int64_t>(wait, 1)}, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->wake();
  });
}

void EngineNode::join() {
  const auto led = [this](std::int32_t partition, bool granted) {
    on_loop([this, partition, granted] { node_->on_led(partition, granted); });
  };
  log::GroupCallbacks callbacks;
  callbacks.granted = [led](log::Topic, std::int32_t partition) { led(partition, true); };
  callbacks.revoked = [led](log::Topic, std::int32_t partition) { led(partition, false); };
  member_ = log_.join(name_, kLeadersGroup, {log::Topic::kLog}, std::move(callbacks));
}

void EngineNode::leave() {
  leaving_ = true;
  node_->stop();
  member_.reset();
}

void EngineNode::on_loop(std::function<void()> work) {
  if (paused_ || !waiting_.empty()) {
    waiting_.push_back(std::move(work));
  } else {
    work();
  }
}

void EngineNode::pause() {
  paused_ = true;
  log_.cut_off(name_);
}

void EngineNode::go_on() {
  log_.reconnect(name_);
  paused_ = false;
  wake();
  time_.after(kSlowToHear, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->catch_up();
  });
}

void EngineNode::catch_up() {
  while (!paused_ && !waiting_.empty()) {
    waiting_.front()();
    waiting_.pop_front();
  }
}

}  // namespace dispatch135::simulation
