// The connections of field units and consoles to the nodes: each way in order and after a small random delay. They are
// lost now and then, and each end learns of it in its own time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "services/fieldsim/random.h"
#include "tests/simulation/engine_node.h"

namespace dispatch135::simulation {

class Network {
 public:
  using ConnectionId = std::uint64_t;
  using FindNode = std::function<std::shared_ptr<EngineNode>(const std::string& address)>;
  using AtNode = std::function<void(dispatchd::Node&)>;

  // `lasts_s`: a connection breaks after so long on average; 0: never. `find` gives null where nobody listens.
  Network(VirtualTime& time, std::uint64_t seed, double lasts_s, FindNode find);

  // `lost`: told to the client, once, when the connection ended and not by disconnect(). `ended`: told to the node,
  // once, when it ended and not by close().
  ConnectionId connect(const std::string& address, std::function<void()> lost, AtNode ended);
  // Where it was opened to; empty: it is over.
  std::string address(ConnectionId id) const;
  void to_node(ConnectionId id, AtNode work);
  void to_client(ConnectionId id, std::function<void()> work);
  // By the client.
  void disconnect(ConnectionId id);
  // By the node; `at_once`: what is under way to the client is dropped.
  void close(ConnectionId id, bool at_once);

  // The node's process is gone, or does not run: its clients notice, at once or by their pings.
  void node_died(const EngineNode& node);
  void node_paused(const EngineNode& node);
  // Clients do not reach that node until reach().
  void part(const std::string& address);
  void reach(const std::string& address) { parted_.erase(address); }
  void break_all();
  // Messages take up to so long.
  void slow(DurationMs at_most) { at_most_ = at_most; }
  static constexpr DurationMs kUsualDelay{30};
  // From now on connections hold.
  void calm() { lasts_s_ = 0; }

 private:
  struct Connection {
    std::string address;
    std::weak_ptr<EngineNode> node;
    std::function<void()> lost;
    AtNode ended;
    bool with_client = true;
    bool with_node = true;
    bool broken = false;  // Nothing arrives any more.
    TimeMs last_up;       // Nothing overtakes what was sent before.
    TimeMs last_down;
  };
  Connection* find(ConnectionId id);
  DurationMs delay() { return {random_.between(1, at_most_.count)}; }
  void break_off(ConnectionId id);
  void tell_client(ConnectionId id, DurationMs after);
  void tell_node(ConnectionId id, DurationMs after);
  void ping_later(ConnectionId id);
  void forget_if_over(ConnectionId id);

  VirtualTime& time_;
  fieldsim::Random random_;
  double lasts_s_;
  DurationMs at_most_ = kUsualDelay;
  std::set<std::string> parted_;
  FindNode find_node_;
  std::map<ConnectionId, Connection> connections_;
  ConnectionId last_ = 0;
};

}  // namespace dispatch135::simulation
