#include "tests/simulation/network.h"

#include <algorithm>
#include <utility>

namespace dispatch135::simulation {
namespace {

// As fieldsim's channels have it: a ping each 10 s, to be answered within 5 s.
constexpr DurationMs kUnansweredPing{15'000};
// An end that is not told finds out so late.
constexpr std::int64_t kUnnoticedMs = 10'000;

}  // namespace

Network::Network(VirtualTime& time, std::uint64_t seed, double lasts_s, FindNode find)
    : time_(time), random_(seed, "network"), lasts_s_(lasts_s), find_node_(std::move(find)) {}

Network::Connection* Network::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : &found->second;
}

Network::ConnectionId Network::connect(const std::string& address, std::function<void()> lost, AtNode ended) {
  const ConnectionId id = ++last_;
  Connection& connection = connections_[id];
  connection.lost = std::move(lost);
  connection.ended = std::move(ended);
  connection.address = address;
  const std::shared_ptr<EngineNode> node = parted_.contains(address) ? nullptr : find_node_(address);
  connection.node = node;
  if (node == nullptr) {
    connection.with_node = false;
    tell_client(id, delay());
    return id;
  }
  if (node->paused()) ping_later(id);
  if (lasts_s_ > 0) {
    const auto lasts_ms = static_cast<std::int64_t>(random_.exponential(lasts_s_) * 1'000);
    time_.after({lasts_ms}, [this, id] {
      if (lasts_s_ > 0) break_off(id);
    });
  }
  return id;
}

std::string Network::address(ConnectionId id) const {
  const auto found = connections_.find(id);
  return found == connections_.end() ? std::string() : found->second.address;
}

void Network::to_node(ConnectionId id, AtNode work) {
  Connection* connection = find(id);
  if (connection == nullptr || !connection->with_client) return;
  connection->last_up = std::max(connection->last_up, time_.wall() + delay());
  time_.at(connection->last_up, [this, id, work = std::move(work)] {
    const Connection* there = find(id);
    if (there == nullptr || there->broken) return;
    const auto node = there->node.lock();
    if (node == nullptr) return;
    node->on_loop([this, id, node = node.get(), work] {
      const Connection* still = find(id);
      if (still != nullptr && still->with_node) work(node->node());
    });
  });
}

void Network::to_client(ConnectionId id, std::function<void()> work) {
  Connection* connection = find(id);
  if (connection == nullptr || !connection->with_node) return;
  connection->last_down = std::max(connection->last_down, time_.wall() + delay());
  time_.at(connection->last_down, [this, id, work = std::move(work)] {
    const Connection* there = find(id);
    if (there != nullptr && there->with_client && !there->broken) work();
  });
}

void Network::disconnect(ConnectionId id) {
  Connection* connection = find(id);
  if (connection == nullptr || !connection->with_client) return;
  connection->last_up = std::max(connection->last_up, time_.wall() + delay());
  tell_node(id, connection->last_up - time_.wall());
  connection->with_client = false;
  forget_if_over(id);
}

void Network::close(ConnectionId id, bool at_once) {
  Connection* connection = find(id);
  if (connection == nullptr || !connection->with_node) return;
  connection->with_node = false;
  if (at_once) connection->broken = true;
  connection->last_down = std::max(connection->last_down, time_.wall() + delay());
  tell_client(id, connection->last_down - time_.wall());
  forget_if_over(id);
}

void Network::break_off(ConnectionId id) {
  Connection* connection = find(id);
  if (connection == nullptr) return;
  connection->broken = true;
  tell_client(id, {random_.between(0, kUnnoticedMs)});
  tell_node(id, {random_.between(0, kUnnoticedMs)});
}

void Network::tell_client(ConnectionId id, DurationMs after) {
  time_.after(after, [this, id] {
    Connection* connection = find(id);
    if (connection == nullptr || !std::exchange(connection->with_client, false)) return;
    const auto lost = connection->lost;
    forget_if_over(id);
    lost();
  });
}

void Network::tell_node(ConnectionId id, DurationMs after) {
  time_.after(after, [this, id] {
    const Connection* connection = find(id);
    if (connection == nullptr) return;
    const auto node = connection->node.lock();
    if (node == nullptr) return;
    node->on_loop([this, id, node = node.get()] {
      Connection* still = find(id);
      if (still == nullptr || !std::exchange(still->with_node, false)) return;
      const auto ended = still->ended;
      forget_if_over(id);
      ended(node->node());
    });
  });
}

void Network::ping_later(ConnectionId id) {
  time_.after(kUnansweredPing, [this, id] {
    Connection* connection = find(id);
    if (connection == nullptr || !connection->with_client) return;
    const auto node = connection->node.lock();
    if (node == nullptr || !node->paused()) return;
    connection->broken = true;
    tell_client(id, {0});
    tell_node(id, {0});
  });
}

void Network::node_died(const EngineNode& dead) {
  for (auto& [id, connection] : connections_) {
    if (connection.node.lock().get() != &dead) continue;
    connection.with_node = false;
    tell_client(id, delay());
  }
}

void Network::node_paused(const EngineNode& paused) {
  for (auto& [id, connection] : connections_) {
    if (connection.node.lock().get() == &paused) ping_later(id);
  }
}

void Network::part(const std::string& address) {
  parted_.insert(address);
  for (const auto& [id, connection] : connections_) {
    if (connection.address == address) break_off(id);
  }
}

void Network::break_all() {
  for (const auto& [id, connection] : connections_) break_off(id);
}

void Network::forget_if_over(ConnectionId id) {
  const Connection* connection = find(id);
  if (connection != nullptr && !connection->with_client && !connection->with_node) connections_.erase(id);
}

}  // namespace dispatch135::simulation
