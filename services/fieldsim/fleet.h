// All simulated units of a process with their connections: carries messages between FieldUnits and gRPC streams.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dispatch135/v1/field_units.grpc.pb.h"
#include "engine/city/city.h"
#include "services/fieldsim/field_unit.h"
#include "services/fieldsim/node_choice.h"
#include "services/fieldsim/stats.h"
#include "services/fieldsim/steady_wall.h"
#include "services/fieldsim/unit_stream.h"

namespace dispatch135::fieldsim {

struct FleetOptions {
  std::vector<std::string> nodes;  // host:port, at least one.
  std::size_t units = SIZE_MAX;    // The first so many of the city file.
  std::size_t channels = 10;       // Connections to each node; every one carries its share of the streams.
  std::uint64_t seed = 1;
  Behaviour behaviour;
};

// Belongs to the thread of `loop`. What is given must outlive it. Destroy it when stopped() was called and the loop has
// run out of its work.
class Fleet {
 public:
  Fleet(boost::asio::io_context& loop, const city::City& city, const FleetOptions& options, const SteadyWall& clock,
        Stats& stats);
  // Told each latency of Stats::on_order(), in microseconds.
  void on_latency(std::function<void(std::int64_t)> told) { on_latency_ = std::move(told); }
  void start();
  // Breaks all streams off; `stopped` is called when the last one has ended.
  void stop(std::function<void()> stopped);
  std::size_t connected() const;  // Units that are signed on.
  std::size_t size() const { return crews_.size(); }

 private:
  struct Crew {
    FieldUnit unit;
    NodeChoice nodes;
    std::uint64_t stream_id = 0;  // Its present stream; 0: none.
    TimeMs connect_at;
    TimeMs wakeup;  // As it stands in wakeups_.
  };

  void open_stream(std::size_t crew, TimeMs now);
  void leave_stream(std::size_t crew, TimeMs now);
  void on_order(std::size_t crew, std::uint64_t stream_id, const v1::UnitOrder& order, std::int64_t received_us);
  void on_closed(std::size_t crew, std::uint64_t stream_id, const grpc::Status& status);
  void carry(std::size_t crew, FieldUnit::Messages messages);
  // Brings the stream in line with what the unit wants, and notes when to look at it again.
  void settle(std::size_t crew, TimeMs now);
  void arm();
  void wake();
  v1::FieldUnits::Stub& stub(const std::string& address, std::size_t crew);

  boost::asio::io_context& loop_;
  FleetOptions options_;
  const SteadyWall& clock_;
  Stats& stats_;
  std::function<void(std::int64_t)> on_latency_;
  std::function<void()> stopped_;
  std::vector<Crew> crews_;
  std::map<std::string, std::vector<std::unique_ptr<v1::FieldUnits::Stub>>> stubs_;
  std::unordered_map<std::uint64_t, std::unique_ptr<UnitStream>> streams_;  // Also those that are about to end.
  std::uint64_t last_stream_id_ = 0;
  std::set<std::pair<TimeMs, std::size_t>> wakeups_;
  road::LiveRoads roads_;
  road::RouteFinder routes_;
  boost::asio::steady_timer timer_;
  TimeMs armed_for_{INT64_MAX};
};

}  // namespace dispatch135::fieldsim
