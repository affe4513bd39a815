#include "tests/services/dispatchd/cluster.h"

#include <string>
#include <utility>

namespace dispatch135::dispatchd::testing {
namespace {

dispatch135::testing::AsciiMap two_stations() {
  dispatch135::testing::AsciiMap map(R"(
A--1-----2--B
|           |
C-----3-----D
)");
  map.add_post("west", 'A');
  map.add_post("east", 'B');
  map.add_unit("W1", "west");
  map.add_unit("E1", "east");
  return map;
}

}  // namespace

bool FakeUnits::send(SessionId session, const v1::UnitOrder& order) {
  Device& device = devices_[session];
  if (device.closed) return true;
  if (device.room == 0) return false;
  --device.room;
  device.received.push_back(order);
  return true;
}

void FakeUnits::close(SessionId session, const Status& status) {
  if (!devices_[session].closed) devices_[session].closed = status;
}

std::vector<v1::UnitOrder> FakeUnits::Device::orders() const {
  std::vector<v1::UnitOrder> orders;
  for (const v1::UnitOrder& order : received) {
    if (order.sequence() != 0) orders.push_back(order);
  }
  return orders;
}

bool FakeConsoles::send(WatchId watch, const std::shared_ptr<const v1::WatchEvent>& event) {
  Console& console = consoles_[watch];
  if (console.room == 0) return false;
  --console.room;
  console.events.push_back(*event);
  return true;
}

void FakeConsoles::close(WatchId watch, const Status& status) { consoles_[watch].closed = status; }

Process::Process(const VirtualClock& clock, log::MemoryLog& log, const core::CityCatalog& cities,
                 const NodeSettings& settings)
    : writer(log.writer(settings.name)) {
  reader = log.reader(settings.name, [this](const log::Record& record) { node->on_record(record); });
  node = std::make_unique<Node>(settings, NodePorts{cities, *writer, *reader, units, consoles, clock, observer});
}

Cluster::Cluster() : map(two_stations()), city(map.build()), log(clock, {}), cities_(&city.city()) {}

Process& Cluster::start(const std::string& name, bool with_city) {
  NodeSettings settings;
  settings.name = name;
  settings.process = ++count_;
  settings.address = name + ":7135";
  settings.regions[kRegion] = {city.city().fingerprint(), policy::valid_policy()};
  processes_[name] = std::make_unique<Process>(clock, log, with_city ? cities_ : no_cities_, settings);
  processes_[name]->node->start();
  settle();
  return *processes_[name];
}

void Cluster::kill(const std::string& name) {
  log.kill(name);
  processes_.erase(name);
}

void Cluster::settle() {
  log.run();
  for (auto& [name, process] : processes_) {
    if (name != frozen_) process->node->on_timer();
  }
  log.run();
}

void Cluster::later_ms(std::int64_t ms) {
  for (const std::int64_t end = clock.ms + ms; clock.ms < end;) {
    clock.ms += 10;
    settle();
  }
}

std::uint64_t Cluster::report(const std::string& event_id, char where) {
  v1::LogRecord record;
  record.set_region(kRegion.value());
  v1::IncidentReported& body = *record.mutable_incident_reported();
  body.set_source("110");
  body.set_event_id(event_id);
  body.set_category(v1::CATEGORY_PUBLIC_ORDER);
  body.set_severity(v1::SEVERITY_MEDIUM);
  body.set_place_class(v1::PLACE_CLASS_RESIDENTIAL);
  body.mutable_position()->set_latitude_e7(map.at(where).latitude_e7);
  body.mutable_position()->set_longitude_e7(map.at(where).longitude_e7);
  const std::int64_t offset = log.put(log::Topic::kLog, 0, std::to_string(kRegion.value()), record.SerializeAsString());
  settle();
  return static_cast<std::uint64_t>(offset);
}

SessionId Cluster::connect(const std::string& node, std::uint64_t unit, const std::string& device,
                           std::uint64_t last_order_seen) {
  const SessionId session(++count_);
  v1::UnitMessage message;
  message.set_client_sequence(1);
  message.set_last_order_seen(last_order_seen);
  message.mutable_sign_on()->set_unit_id(unit);
  message.mutable_sign_on()->set_region(kRegion.value());
  message.mutable_sign_on()->set_device_id(device);
  say(node, session, message);
  return session;
}

void Cluster::say(const std::string& node, SessionId session, v1::UnitMessage message) {
  (*this)[node].node->on_unit_message(session, message);
  settle();
}

WatchId Cluster::watch(const std::string& node, std::int64_t from_revision) {
  const WatchId watch(++count_);
  v1::WatchRequest request;
  request.set_region(kRegion.value());
  request.set_from_revision(from_revision);
  (*this)[node].node->on_watch_opened(watch, request);
  return watch;
}

std::vector<v1::Decision> Cluster::published() const {
  std::vector<v1::Decision> decisions;
  for (const auto& stored : log.records(log::Topic::kDecisions, 0)) {
    decisions.emplace_back().ParseFromString(stored.value);
  }
  return decisions;
}

std::vector<v1::LogRecord> Cluster::logged() const {
  std::vector<v1::LogRecord> records;
  for (const auto& stored : log.records(log::Topic::kLog, 0)) records.emplace_back().ParseFromString(stored.value);
  return records;
}

}  // namespace dispatch135::dispatchd::testing
