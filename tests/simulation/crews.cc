#include "tests/simulation/crews.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace dispatch135::simulation {
namespace {

constexpr std::int64_t kStartSpreadMs = 1'000;
// Of the orders find the queue of their stream full.
constexpr double kFullDeviceShare = 0.002;
constexpr std::size_t kRemembered = 20;
// Of the messages of devices that repeat themselves.
constexpr double kRepeatedShare = 0.2;

}  // namespace

Crews::Crews(VirtualTime& time, Network& network, const city::City& city, const std::vector<std::string>& nodes,
             std::uint64_t seed, const fieldsim::Behaviour& behaviour, fieldsim::Diary& diary)
    : time_(time), network_(network), roads_(city.roads()), routes_(roads_), random_(seed, "crews") {
  crews_.reserve(city.unit_count());
  for (std::uint32_t i = 0; i < city.unit_count(); ++i) {
    const fieldsim::Random random(seed, "device-" + std::to_string(city.unit(UnitIndex(i)).id.value()));
    const TimeMs connect_at = time.wall() + DurationMs{random_.between(0, kStartSpreadMs)};
    crews_.push_back({fieldsim::FieldUnit(city, routes_, UnitIndex(i), seed, behaviour, diary),
                      fieldsim::NodeChoice(nodes, random),
                      0,
                      connect_at,
                      TimeMs{INT64_MAX},
                      {}});
  }
}

void Crews::start() {
  for (std::size_t i = 0; i < crews_.size(); ++i) settle(i);
}

std::size_t Crews::connected() const {
  return static_cast<std::size_t>(
      std::count_if(crews_.begin(), crews_.end(), [](const Crew& crew) { return crew.unit.signed_on(); }));
}

std::vector<std::uint64_t> Crews::elsewhere(const std::string& node) const {
  std::vector<std::uint64_t> units;
  for (const Crew& crew : crews_) {
    if (crew.unit.signed_on() && network_.address(crew.connection) != node) units.push_back(crew.unit.id().value());
  }
  return units;
}

void Crews::connect(std::size_t index) {
  Crew& crew = crews_[index];
  const auto id = std::make_shared<Network::ConnectionId>(0);
  *id = network_.connect(
      crew.nodes.address(), [this, index, id] { on_lost(index, *id); },
      [id](dispatchd::Node& node) { node.on_unit_closed(dispatchd::SessionId(*id)); });
  crew.connection = *id;
  crew_of_[*id] = index;
  carry(crew, crew.unit.on_connected(time_.wall()));
}

void Crews::disconnect(Crew& crew) {
  network_.disconnect(std::exchange(crew.connection, 0));
  crew.unit.on_disconnected(time_.wall());
}

void Crews::carry(Crew& crew, fieldsim::FieldUnit::Messages messages) {
  if (crew.connection == 0) return;
  const auto send = [&](const v1::UnitMessage& message) {
    network_.to_node(crew.connection, [id = crew.connection, message](dispatchd::Node& node) {
      node.on_unit_message(dispatchd::SessionId(id), message);
    });
  };
  for (const auto& message : messages) {
    send(message);
    if (!message.has_sign_on() && !message.has_sign_off()) crew.said.push_back(message);
    if (crew.said.size() > kRemembered) crew.said.pop_front();
    if (!repeating_ || crew.said.empty() || !crew.unit.signed_on() || !random_.chance(kRepeatedShare)) continue;
    send(crew.said[random_.below(static_cast<std::uint32_t>(crew.said.size()))]);
  }
}

bool Crews::send(dispatchd::SessionId session, const v1::UnitOrder& order) {
  if (order.sequence() != 0 && random_.chance(kFullDeviceShare)) return false;
  const Network::ConnectionId id = session.value();
  if (order.sequence() != 0) {
    const v1::DecisionId& decision = order.decision();
    orders_[{crews_[crew_of_.at(id)].unit.id().value(), order.sequence()}].insert(
        {decision.partition(), decision.offset(), decision.index()});
  }
  network_.to_client(id, [this, id, order] { on_order(crew_of_.at(id), id, order); });
  return true;
}

void Crews::close(dispatchd::SessionId session, const dispatchd::Status& status) {
  network_.close(session.value(), status.outcome == dispatchd::Outcome::kExhausted);
}

void Crews::on_order(std::size_t index, Network::ConnectionId connection, const v1::UnitOrder& order) {
  Crew& crew = crews_[index];
  if (crew.connection != connection) return;
  const TimeMs now = time_.wall();
  carry(crew, crew.unit.on_order(order, now));
  if (order.has_signed_on()) crew.nodes.succeeded();
  if (order.has_redirect()) {
    disconnect(crew);
    crew.connect_at = now + crew.nodes.redirected(order.redirect().address());
  }
  settle(index);
}

void Crews::on_lost(std::size_t index, Network::ConnectionId connection) {
  Crew& crew = crews_[index];
  if (crew.connection != connection) return;
  crew.connection = 0;
  crew.unit.on_disconnected(time_.wall());
  crew.connect_at = time_.wall() + crew.nodes.failed();
  settle(index);
}

void Crews::settle(std::size_t index) {
  Crew& crew = crews_[index];
  const TimeMs now = time_.wall();
  const bool wanted = crew.unit.wants_connection(now);
  if (crew.connection != 0 && !wanted) disconnect(crew);
  if (crew.connection == 0 && wanted && now >= crew.connect_at) connect(index);

  TimeMs next = crew.unit.next_wakeup();
  if (crew.connection == 0 && wanted) next = std::min(next, crew.connect_at);
  if (next == crew.wakeup) return;
  crew.wakeup = next;
  if (next.since_epoch == INT64_MAX) return;
  time_.at(std::max(next, now), [this, index, next] {
    if (crews_[index].wakeup == next) wake(index);
  });
}

void Crews::wake(std::size_t index) {
  crews_[index].wakeup = TimeMs{INT64_MAX};
  carry(crews_[index], crews_[index].unit.step(time_.wall()));
  settle(index);
}

}  // namespace dispatch135::simulation
