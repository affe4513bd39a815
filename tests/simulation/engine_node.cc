#include "tests/simulation/engine_node.h"

#include <algorithm>
#include <utility>

namespace dispatch135::simulation {
namespace {

// As services/dispatchd/server.cc does it.
constexpr std::int64_t kWakeAtLeastEveryMs = 20;
constexpr DurationMs kSlowToHear{100};
// A trial is short, and snapshots shall be taken in it.
const dispatchd::SnapshotSettings kSnapshots{.every_records = 1'000, .every = {30'000}};

dispatchd::NodeSettings shadow_settings(dispatchd::NodeSettings settings) {
  settings.name += "-shadow";
  settings.process ^= 1U << 20;
  settings.regions.clear();
  settings.history = {.decisions = 0, .incidents = 0, .decisions_per_incident = 1};
  return settings;
}

}  // namespace

ShadowNode::ShadowNode(log::MemoryLog& log, const core::CityCatalog& cities, dispatchd::NodeSettings settings,
                       const dispatchd::SteadyClock& clock, const NodeStory::Tell& tell)
    : observer_([tell](const std::string& what) { tell("(shadow) " + what); }, [](std::int32_t, bool) {}),
      writer_(log.writer(settings.name)) {
  const std::string name = settings.name;
  reader_ = log.reader(name, [this](const log::Record& record) { node_->on_record(record); });
  node_ = std::make_unique<dispatchd::Node>(
      shadow_settings(std::move(settings)),
      dispatchd::NodePorts{cities, *writer_, *reader_, nobody_, nobody_, clock, observer_});
  taker_ = std::make_unique<dispatchd::SnapshotTaker>(name, kSnapshots, *node_, *writer_, clock, observer_);
}

void ShadowNode::on_timer(const dispatchd::Node& of) {
  for (const dispatchd::Partition& partition : of.partitions()) taker_->lead(partition.index, partition.leading());
  node_->on_timer();
  taker_->on_timer();
}

EngineNode::EngineNode(VirtualTime& time, log::MemoryLog& log, const core::CityCatalog& cities,
                       const dispatchd::NodeSettings& settings, dispatchd::UnitTransport& units,
                       dispatchd::ConsoleTransport& consoles, const NodeWatchers& watchers, bool takes_snapshots)
    : time_(time),
      log_(log),
      name_(settings.name),
      // A steady clock begins when its machine was started: some time ago, another time for each.
      clock_(time, time.now_ms() - static_cast<std::int64_t>(settings.process) * 1'234'567),
      observer_(watchers.tell, watchers.term),
      guard_(name_, settings.process, log.writer(name_), units, watchers.found) {
  reader_ = log.reader(name_, [this](const log::Record& record) {
    node_->on_record(record);
    guard_.look();
  });
  node_ = std::make_unique<dispatchd::Node>(
      settings, dispatchd::NodePorts{cities, guard_, *reader_, guard_, consoles, clock_, observer_});
  guard_.guard(*node_);
  if (takes_snapshots) shadow_ = std::make_unique<ShadowNode>(log, cities, settings, clock_, watchers.tell);
}

void EngineNode::start() {
  node_->start();
  if (shadow_) shadow_->start();
  wake();
}

void EngineNode::wake() {
  if (paused_ || leaving_) return;
  node_->on_timer();
  guard_.look();
  if (!node_->follows_all()) {
    leave_group();
  } else if (member_ == nullptr && node_->caught_up()) {
    join();
  }
  if (shadow_) shadow_->on_timer(*node_);
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

void EngineNode::leave_group() {
  if (member_ == nullptr) return;
  for (std::int32_t partition = 0; partition < node_->partitions().count(); ++partition) {
    node_->on_led(partition, false);
  }
  member_.reset();
}

void EngineNode::leave() {
  leaving_ = true;
  node_->stop();
  shadow_.reset();
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
