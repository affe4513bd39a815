// The whole logic of a dispatchd: follows every partition of dispatch.log, leads those that its group grants, serves
// field units and consoles. One thread, no Kafka, no gRPC, no clock but the one given. Must outlive the writer's
// callbacks.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "services/dispatchd/appender.h"
#include "services/dispatchd/commands.h"
#include "services/dispatchd/partition.h"
#include "services/dispatchd/ports.h"
#include "services/dispatchd/relay.h"
#include "services/dispatchd/unit_sessions.h"
#include "services/dispatchd/watches.h"

namespace dispatch135::dispatchd {

// What the leader puts in force for a region that has nothing in force yet.
struct RegionSetup {
  CityFingerprint city;
  v1::Policy policy;
};

struct NodeSettings {
  std::string name;                         // 1-64 bytes.
  std::uint64_t process = 0;                // Random at the start of the process; not 0.
  std::string address;                      // host:port where field units and consoles reach this node.
  std::int64_t session_timeout_ms = 6'000;  // Of the group. The log away for longer, and for 2 s: serves no more.
  std::map<RegionId, RegionSetup> regions;
  HistoryLimits history;
  bool stands_in = true;  // Appends ticks that the leader should have appended.
};

struct NodePorts {
  const core::CityCatalog& cities;
  log::Writer& writer;
  log::Reader& reader;
  UnitTransport& units;
  ConsoleTransport& consoles;
  const SteadyClock& clock;
  Observer& observer;
};

class Node {
 public:
  Node(const NodeSettings& settings, const NodePorts& ports);
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Begins to follow. The reader's records go to on_record().
  void start();
  // Closes every stream, answers every command, leads nothing any more.
  void stop();

  void on_record(const log::Record& record);          // Of dispatch.log, dispatch.decisions or dispatch.snapshots.
  void on_led(std::int32_t partition, bool granted);  // By the group. Best asked only once caught_up().

  void on_unit_message(SessionId session, const v1::UnitMessage& message);
  void on_unit_closed(SessionId session);
  void on_watch_opened(WatchId watch, const v1::WatchRequest& request);
  void on_watch_closed(WatchId watch);
  void command(const v1::CommandRequest& request, Commands::OnAnswer answer);

  Status get_incident(const v1::GetIncidentRequest& request, v1::Incident& response) const;
  Status list_units(const v1::ListUnitsRequest& request, v1::ListUnitsResponse& response) const;
  Status explain(const v1::ExplainRequest& request, v1::ExplainResponse& response) const;
  Status get_route(const v1::GetRouteRequest& request, v1::Route& response) const;
  Status statistics(const v1::StatisticsRequest& request, v1::StatisticsResponse& response) const;

  void on_timer();
  // When on_timer() is wanted next, by the steady clock.
  std::int64_t next_wakeup_ms() const;

  // Every partition that can be followed was read up to where it ended at the start.
  bool caught_up() const;
  // False: a partition cannot be followed (a city file is missing, its state differs ...). Then this node must not stay
  // in the group: what it is granted nobody would lead.
  bool follows_all() const;
  // Caught up, and the log within reach.
  bool serving() const { return caught_up() && !log_lost_; }
  const Partitions& partitions() const { return partitions_; }
  std::size_t sessions() const { return sessions_.size(); }
  std::size_t watches() const { return watches_.size(); }

 private:
  // node_start.cc: from the start to the live log.
  void locate(Partition& partition);
  void read_tail(Partition& partition);
  void replay(Partition& partition);
  bool restore(Partition& partition);
  void recall(Partition& partition);
  bool verify_beginning(Partition& partition, const log::Record& record);
  void see_whether_live(Partition& partition);
  // node_follow.cc: one record.
  void on_logged(Partition& partition, const log::Record& record);
  void on_published(Partition& partition, const log::Record& record);
  void on_shelved(Partition& partition, const log::Record& record);
  void apply(Partition& partition, const log::Record& record);
  void remember(Partition& partition, std::uint64_t offset, std::span<const v1::Decision> decisions);
  void stop_following(Partition& partition, const std::string& why);
  void limit_outbox(Partition& partition);
  // node_state.cc: whether it is the state that others have.
  void check_own_state(Partition& partition, std::span<const v1::Decision> decisions);
  void on_difference(Partition& partition, const std::optional<StateCheck::Difference>& difference);
  void on_state_differed(Partition& partition, const v1::StateDiffered& differed);
  // node_lead.cc: what a leader does beside answering records.
  void lead(Partition& partition);
  void lost_lead(Partition& partition);
  void publish(Partition& partition);
  bool may_tick(const Partition& partition) const;
  static TimeMs tick_due(const Partition& partition, TimeMs timer);
  void tick(Partition& partition);
  void set_up_regions(Partition& partition);
  void watch_the_log();
  // node_console.cc
  Status region_view(RegionId region, const Partition*& partition, const RegionView*& view) const;

  NodeSettings settings_;
  NodePorts ports_;
  Appender appender_;
  Partitions partitions_;
  UnitSessions sessions_;
  Watches watches_;
  Commands commands_;
  Relay relay_;
  v1::LogRecord record_;  // The one being applied; kept for its memory.
  bool log_lost_ = false;
};

}  // namespace dispatch135::dispatchd
