// All field units of the city with their connections: what fieldsim's Fleet does with gRPC, over the simulated network.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "services/fieldsim/field_unit.h"
#include "services/fieldsim/node_choice.h"
#include "tests/simulation/network.h"

namespace dispatch135::simulation {

class Crews final : public dispatchd::UnitTransport {
 public:
  Crews(VirtualTime& time, Network& network, const city::City& city, const std::vector<std::string>& nodes,
        std::uint64_t seed, const fieldsim::Behaviour& behaviour, fieldsim::Diary& diary);
  void start();

  // Of every node: sessions are named by their connections. Now and then a queue is full.
  bool send(dispatchd::SessionId session, const v1::UnitOrder& order) override;
  void close(dispatchd::SessionId session, const dispatchd::Status& status) override;

  // While they do, devices send some of what they sent before once more.
  void repeat(bool they_do) { repeating_ = they_do; }

  // Which decisions a unit's n-th order was sent as, by any node: (unit, n) -> (partition, offset, index).
  using Orders = std::map<std::pair<std::uint64_t, std::uint64_t>,
                          std::set<std::tuple<std::uint32_t, std::uint64_t, std::uint32_t>>>;
  const Orders& orders() const { return orders_; }
  std::size_t connected() const;
  // The units that are connected to another node than that.
  std::vector<std::uint64_t> elsewhere(const std::string& node) const;
  std::size_t size() const { return crews_.size(); }

 private:
  struct Crew {
    fieldsim::FieldUnit unit;
    fieldsim::NodeChoice nodes;
    Network::ConnectionId connection = 0;  // 0: none.
    TimeMs connect_at;
    TimeMs wakeup;
    std::deque<v1::UnitMessage> said;  // Of late, on any stream.
  };

  void connect(std::size_t index);
  void disconnect(Crew& crew);
  void on_order(std::size_t index, Network::ConnectionId connection, const v1::UnitOrder& order);
  void on_lost(std::size_t index, Network::ConnectionId connection);
  void carry(Crew& crew, fieldsim::FieldUnit::Messages messages);
  // Brings the connection in line with what the unit wants, and notes when to look at it again.
  void settle(std::size_t index);
  void wake(std::size_t index);

  VirtualTime& time_;
  Network& network_;
  road::LiveRoads roads_;
  road::RouteFinder routes_;
  fieldsim::Random random_;
  bool repeating_ = false;
  Orders orders_;
  std::vector<Crew> crews_;
  std::map<Network::ConnectionId, std::size_t> crew_of_;
};

}  // namespace dispatch135::simulation
