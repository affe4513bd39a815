// Dispatchers' consoles: each watches the region from any node, resumes where it stopped when its stream ends, and
// keeps the view that the events give it. Now and then its dispatcher overrules the engine.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dispatch135/v1/console.pb.h"
#include "tests/simulation/network.h"

namespace dispatch135::simulation {

// What a console shows, put together from events alone.
class ConsoleView {
 public:
  // Takes the next event; false: it is not newer than what is shown already.
  bool take(const v1::WatchEvent& event);
  std::int64_t revision() const { return revision_; }
  const std::map<std::uint64_t, v1::Incident>& open_incidents() const { return incidents_; }
  const std::map<std::uint64_t, v1::StreetsChange>& streets() const { return streets_; }
  // One line for each difference from what an engine shows. Positions and times of hearing are no part of it: they come
  // in another way.
  std::vector<std::string> differences(const v1::RegionSnapshot& snapshot) const;

 private:
  void take(const v1::RegionSnapshot& snapshot);
  void take(const v1::Decision& decision);
  void put(const v1::Incident& incident);

  std::int64_t revision_ = 0;
  std::map<std::uint64_t, v1::Incident> incidents_;
  std::map<std::uint64_t, v1::Unit> units_;
  std::map<std::uint64_t, v1::StreetsChange> streets_;
  std::string policy_;
};

class Consoles final : public dispatchd::ConsoleTransport {
 public:
  Consoles(VirtualTime& time, Network& network, RegionId region, const std::vector<std::string>& nodes,
           std::uint64_t seed, std::size_t count);
  void start();
  // No further commands; those on their way are still answered.
  void stop_commands() { commanding_ = false; }

  // Of every node: watches are named by their connections.
  bool send(dispatchd::WatchId watch, const std::shared_ptr<const v1::WatchEvent>& event) override;
  void close(dispatchd::WatchId watch, const dispatchd::Status& status) override;

  const ConsoleView& view(std::size_t console) const { return consoles_[console].view; }
  std::size_t size() const { return consoles_.size(); }
  std::size_t resumptions() const { return resumptions_; }
  std::size_t commands_applied() const { return applied_; }
  // Commands without an answer yet.
  std::size_t waiting() const { return waiting_.size(); }
  // What must not happen, and did.
  const std::vector<std::string>& findings() const { return findings_; }

 private:
  struct Console {
    ConsoleView view;
    std::size_t node = 0;
    Network::ConnectionId connection = 0;  // 0: none.
  };
  void watch(std::size_t index);
  void on_event(std::size_t index, Network::ConnectionId connection, const v1::WatchEvent& event);
  void on_lost(std::size_t index, Network::ConnectionId connection);
  void plan_command();
  void give_command();
  void change_streets(const v1::Position& near, v1::ChangeStreets& change);
  // Sends it, and again to the next node until it is answered.
  void send_command(const v1::CommandRequest& request, std::size_t attempt);

  VirtualTime& time_;
  Network& network_;
  RegionId region_;
  std::vector<std::string> nodes_;
  fieldsim::Random random_;
  std::vector<Console> consoles_;
  std::map<Network::ConnectionId, std::size_t> console_of_;
  std::map<std::string, std::size_t> waiting_;  // Command id -> attempts.
  bool commanding_ = true;
  std::size_t commands_ = 0;
  std::size_t applied_ = 0;
  std::size_t resumptions_ = 0;
  std::vector<std::string> findings_;
};

}  // namespace dispatch135::simulation
