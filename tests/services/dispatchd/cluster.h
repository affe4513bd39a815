// Two nodes, their log in memory, and fakes of units and consoles, on virtual time: what the stories of dispatchd play
// on.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/common/clock.h"
#include "services/dispatchd/node.h"
#include "services/log/memory_log.h"
#include "tests/engine/map_fixture.h"
#include "tests/engine/policy_fixture.h"

namespace dispatch135::dispatchd::testing {

// The units of the posts at A and at B of the stories' maps.
inline constexpr std::uint64_t kWest = 1;
inline constexpr std::uint64_t kEast = 2;

class VirtualClock final : public common::Clock, public SteadyClock {
 public:
  TimeMs wall() const override { return {ms}; }
  std::int64_t now_ms() const override { return ms; }
  std::int64_t ms = 1'750'000'000'000;
};

class Cities final : public core::CityCatalog {
 public:
  explicit Cities(const city::City* city) : city_(city) {}
  const city::City* find(CityFingerprint fingerprint) const override {
    return city_ != nullptr && city_->fingerprint() == fingerprint ? city_ : nullptr;
  }

 private:
  const city::City* city_;
};

// What devices received, and how their streams ended. A session takes `room` orders more, then its queue is full.
class FakeUnits final : public UnitTransport {
 public:
  bool send(SessionId session, const v1::UnitOrder& order) override;
  void close(SessionId session, const Status& status) override;

  struct Device {
    std::vector<v1::UnitOrder> received;
    std::optional<Status> closed;
    std::size_t room = 1'000;
    // Those with a sequence.
    std::vector<v1::UnitOrder> orders() const;
    // The newest; the test fails when there is none.
    const v1::UnitOrder& last() const { return received.at(received.size() - 1); }
  };
  Device& operator[](SessionId session) { return devices_[session]; }

 private:
  std::map<SessionId, Device> devices_;
};

class FakeConsoles final : public ConsoleTransport {
 public:
  bool send(WatchId watch, const std::shared_ptr<const v1::WatchEvent>& event) override;
  void close(WatchId watch, const Status& status) override;
  bool behind(WatchId watch) override { return consoles_[watch].behind; }

  struct Console {
    std::vector<v1::WatchEvent> events;
    std::optional<Status> closed;
    std::size_t room = 100'000;
    bool behind = false;
  };
  Console& operator[](WatchId watch) { return consoles_[watch]; }

 private:
  std::map<WatchId, Console> consoles_;
};

// Counts the loud things.
class CountingObserver final : public Observer {
 public:
  void poison(std::int32_t, std::int64_t) override { ++poisons; }
  void stopped_following(std::int32_t, std::int64_t, const std::string& why) override { stopped.push_back(why); }
  void skipped(std::int32_t, const v1::Skip&) override { ++skips; }
  void began(std::int32_t, const v1::SnapshotManifest* from) override {
    began_at = from == nullptr ? 0 : static_cast<std::int64_t>(from->next_offset());
  }
  void snapshot_refused(std::int32_t, const v1::SnapshotManifest&, const std::string& why) override {
    refusals.push_back(why);
  }
  void state_differs(std::int32_t, const StateCheck::Difference& difference) override {
    differences.push_back(difference);
  }
  void keep_state(std::int32_t, std::int64_t offset, const core::Engine&) override { kept_states.push_back(offset); }
  void refused_unit_message(v1::RejectCode) override { ++refused_messages; }
  int poisons = 0;
  int refused_messages = 0;
  int skips = 0;
  std::int64_t began_at = -1;
  std::vector<std::string> stopped;
  std::vector<std::string> refusals;
  std::vector<StateCheck::Difference> differences;
  std::vector<std::int64_t> kept_states;
};

// A node with its clients of the log. Destroying it is a kill.
struct Process {
  Process(const VirtualClock& clock, log::MemoryLog& log, const core::CityCatalog& cities,
          const NodeSettings& settings);

  FakeUnits units;
  FakeConsoles consoles;
  CountingObserver observer;
  std::unique_ptr<log::Writer> writer;
  std::unique_ptr<log::Reader> reader;
  std::unique_ptr<Node> node;
};

class Cluster {
 public:
  static constexpr RegionId kRegion = dispatch135::testing::AsciiMap::kRegion;

  Cluster();

  // A node that follows; `with_city` false: its city files lack the region's.
  Process& start(const std::string& name, bool with_city = true);
  void kill(const std::string& name);
  Process& operator[](const std::string& name) { return *processes_.at(name); }
  // The group's word, for the region's partition.
  void lead(const std::string& name) {
    (*this)[name].node->on_led(0, true);
    settle();
  }
  void revoke(const std::string& name) {
    (*this)[name].node->on_led(0, false);
    settle();
  }

  // Lets everything happen that is due now, and what follows from it at once.
  void settle();
  // Time passes, in steps of 10 ms.
  void later_ms(std::int64_t ms);

  // A hotline's report as intake logs it; gives the incident's id.
  std::uint64_t report(const std::string& event_id, char where = '1');
  // A device connects to the node and signs on.
  SessionId connect(const std::string& node, std::uint64_t unit, const std::string& device = "device",
                    std::uint64_t last_order_seen = 0);
  void say(const std::string& node, SessionId session, v1::UnitMessage message);
  WatchId watch(const std::string& node, std::int64_t from_revision = 0);
  // All decisions in dispatch.decisions, as they stand there.
  std::vector<v1::Decision> published() const;
  std::vector<v1::LogRecord> logged() const;
  // Makes time stand still for the node: it neither hears nor does anything, as after SIGSTOP.
  void freeze(const std::string& name) {
    log.cut_off(name);
    frozen_ = name;
  }
  void thaw() {
    log.reconnect(frozen_);
    frozen_.clear();
    settle();
  }

  VirtualClock clock;
  dispatch135::testing::AsciiMap map;
  dispatch135::testing::BuiltCity city;
  log::MemoryLog log;

 private:
  Cities cities_;
  Cities no_cities_{nullptr};
  std::map<std::string, std::unique_ptr<Process>> processes_;
  std::string frozen_;
  std::uint64_t count_ = 0;  // Of processes, sessions and watches.
};

}  // namespace dispatch135::dispatchd::testing
