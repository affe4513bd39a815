#include "tests/simulation/console.h"

#include <google/protobuf/util/message_differencer.h>

#include <iterator>
#include <utility>

namespace dispatch135::simulation {
namespace {

constexpr double kCommandEveryS = 30;
// Of the events find the queue of their stream full.
constexpr double kFullQueueShare = 0.0005;
constexpr DurationMs kAnswerWithin{5'000};
constexpr std::int64_t kLongestPauseMs = 1'000;

v1::Unit without_position(v1::Unit unit) {
  unit.clear_position();
  unit.clear_position_at_ms();
  unit.clear_position_stale();
  unit.clear_heard_at_ms();
  return unit;
}

std::string difference(const google::protobuf::Message& shown, const google::protobuf::Message& real) {
  std::string text;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&text);
  return differencer.Compare(shown, real) ? std::string() : text;
}

}  // namespace

bool ConsoleView::take(const v1::WatchEvent& event) {
  if (event.has_positions()) return true;
  if (event.revision() <= revision_ && !event.has_snapshot()) return false;
  revision_ = event.revision();
  if (event.has_snapshot()) take(event.snapshot());
  for (const v1::Decision& decision : event.decisions().decisions()) take(decision);
  return true;
}

void ConsoleView::take(const v1::RegionSnapshot& snapshot) {
  incidents_.clear();
  units_.clear();
  streets_.clear();
  for (const v1::Incident& incident : snapshot.incidents()) put(incident);
  for (const v1::Unit& unit : snapshot.units()) units_[unit.unit_id()] = unit;
  for (const v1::StreetsChange& change : snapshot.streets()) streets_[change.change_id()] = change;
  policy_ = snapshot.policy();
}

void ConsoleView::put(const v1::Incident& incident) {
  if (incident.ended_at_ms() != 0) {
    incidents_.erase(incident.incident_id());
  } else {
    incidents_[incident.incident_id()] = incident;
  }
}

void ConsoleView::take(const v1::Decision& decision) {
  if (decision.has_incident_opened()) put(decision.incident_opened().incident());
  if (decision.has_incident_changed()) put(decision.incident_changed().incident());
  if (decision.has_unit_changed()) units_[decision.unit_changed().unit().unit_id()] = decision.unit_changed().unit();
  if (decision.has_streets_changed()) {
    const v1::StreetsChange& change = decision.streets_changed().change();
    streets_[change.change_id()] = change;
    if (decision.streets_changed().what() == v1::StreetsChanged::WHAT_ENDED) streets_.erase(change.change_id());
  }
  if (decision.has_policy_in_force()) policy_ = decision.policy_in_force().name();
  if (decision.has_deadline_breached()) {
    const auto incident = incidents_.find(decision.deadline_breached().incident_id());
    if (incident != incidents_.end()) incident->second.set_breached(true);
  }
  if (decision.has_incident_queued()) {
    const auto incident = incidents_.find(decision.incident_queued().incident_id());
    if (incident != incidents_.end()) incident->second.set_units_missing(decision.incident_queued().units_missing());
  }
}

std::vector<std::string> ConsoleView::differences(const v1::RegionSnapshot& snapshot) const {
  std::vector<std::string> found;
  for (const v1::Incident& real : snapshot.incidents()) {
    const auto shown = incidents_.find(real.incident_id());
    const std::string name = "incident " + std::to_string(real.incident_id());
    if (shown == incidents_.end()) {
      found.push_back(name + " is not shown");
    } else if (const std::string text = difference(shown->second, real); !text.empty()) {
      found.push_back(name + " is shown otherwise: " + text);
    }
  }
  if (incidents_.size() > static_cast<std::size_t>(snapshot.incidents_size())) {
    found.push_back(std::to_string(incidents_.size()) + " open incidents are shown, and there are " +
                    std::to_string(snapshot.incidents_size()));
  }
  for (const v1::Unit& real : snapshot.units()) {
    const auto shown = units_.find(real.unit_id());
    const std::string name = "unit " + std::to_string(real.unit_id());
    if (shown == units_.end()) {
      found.push_back(name + " is not shown");
    } else if (const std::string text = difference(without_position(shown->second), without_position(real));
               !text.empty()) {
      found.push_back(name + " is shown otherwise: " + text);
    }
  }
  for (const v1::StreetsChange& real : snapshot.streets()) {
    const auto shown = streets_.find(real.change_id());
    const std::string name = "change of streets " + std::to_string(real.change_id());
    if (shown == streets_.end()) {
      found.push_back(name + " is not shown");
    } else if (const std::string text = difference(shown->second, real); !text.empty()) {
      found.push_back(name + " is shown otherwise: " + text);
    }
  }
  if (streets_.size() > static_cast<std::size_t>(snapshot.streets_size())) {
    found.push_back(std::to_string(streets_.size()) + " changes of streets are shown, and there are " +
                    std::to_string(snapshot.streets_size()));
  }
  if (policy_ != snapshot.policy()) found.push_back("the policy shown is \"" + policy_ + "\"");
  return found;
}

Consoles::Consoles(VirtualTime& time, Network& network, RegionId region, const std::vector<std::string>& nodes,
                   std::uint64_t seed, std::size_t count)
    : time_(time), network_(network), region_(region), nodes_(nodes), random_(seed, "consoles"), consoles_(count) {
  for (std::size_t i = 0; i < count; ++i) consoles_[i].node = i % nodes_.size();
}

void Consoles::start() {
  for (std::size_t i = 0; i < consoles_.size(); ++i) watch(i);
  plan_command();
}

void Consoles::watch(std::size_t index) {
  Console& console = consoles_[index];
  const auto id = std::make_shared<Network::ConnectionId>(0);
  *id = network_.connect(
      nodes_[console.node], [this, index, id] { on_lost(index, *id); },
      [id](dispatchd::Node& node) { node.on_watch_closed(dispatchd::WatchId(*id)); });
  console.connection = *id;
  console_of_[*id] = index;
  v1::WatchRequest request;
  request.set_region(region_.value());
  request.set_from_revision(console.view.revision());
  request.set_positions(index == 0);
  if (console.view.revision() != 0) ++resumptions_;
  network_.to_node(
      *id, [id = *id, request](dispatchd::Node& node) { node.on_watch_opened(dispatchd::WatchId(id), request); });
}

bool Consoles::send(dispatchd::WatchId watch, const std::shared_ptr<const v1::WatchEvent>& event) {
  if (random_.chance(kFullQueueShare)) return false;
  const Network::ConnectionId id = watch.value();
  network_.to_client(id, [this, id, event] { on_event(console_of_.at(id), id, *event); });
  return true;
}

void Consoles::close(dispatchd::WatchId watch, const dispatchd::Status& status) {
  network_.close(watch.value(), status.outcome == dispatchd::Outcome::kExhausted);
}

void Consoles::on_event(std::size_t index, Network::ConnectionId connection, const v1::WatchEvent& event) {
  Console& console = consoles_[index];
  if (console.connection != connection) return;
  const std::int64_t before = console.view.revision();
  if (console.view.take(event)) return;
  findings_.push_back("console " + std::to_string(index) + " shows revision " + std::to_string(before) +
                      " and was sent changes of revision " + std::to_string(event.revision()));
}

void Consoles::on_lost(std::size_t index, Network::ConnectionId connection) {
  Console& console = consoles_[index];
  if (console.connection != connection) return;
  console.connection = 0;
  console.node = (console.node + 1) % nodes_.size();
  time_.after({random_.between(1, kLongestPauseMs)}, [this, index] { watch(index); });
}

void Consoles::plan_command() {
  time_.after({static_cast<std::int64_t>(random_.exponential(kCommandEveryS) * 1'000)}, [this] {
    if (!commanding_) return;
    give_command();
    plan_command();
  });
}

void Consoles::give_command() {
  const auto& open = consoles_.front().view.open_incidents();
  if (open.empty()) return;
  const v1::Incident& incident =
      std::next(open.begin(), static_cast<std::ptrdiff_t>(random_.below(static_cast<std::uint32_t>(open.size()))))
          ->second;
  v1::CommandRequest request;
  request.set_region(region_.value());
  v1::OperatorCommand& command = *request.mutable_command();
  command.set_command_id("command-" + std::to_string(++commands_));
  command.set_operator_id("dispatcher");
  command.set_reason("knows better");
  switch (random_.below(6)) {
    case 0:
    case 1:
      change_streets(incident.position(), *command.mutable_change_streets());
      break;
    case 2: {
      const auto& streets = consoles_.front().view.streets();
      if (streets.empty()) return;
      command.mutable_restore_streets()->set_change_id(streets.begin()->first);
      break;
    }
    case 3:
      command.mutable_change_severity()->set_incident_id(incident.incident_id());
      command.mutable_change_severity()->set_severity(
          static_cast<v1::Severity>(random_.between(v1::SEVERITY_CRITICAL, v1::SEVERITY_LOW)));
      break;
    case 4:
      command.mutable_close()->set_incident_id(incident.incident_id());
      command.mutable_close()->set_disposition(v1::DISPOSITION_DUPLICATE);
      break;
    default:
      if (incident.assignments().empty()) return;
      command.mutable_release()->set_unit_id(incident.assignments(0).unit_id());
  }
  send_command(request, 0);
}

// The street at a place closed, or all of the city slower, for a minute or two; at the end all are as they were.
void Consoles::change_streets(const v1::Position& near, v1::ChangeStreets& change) {
  if (random_.below(2) == 0) {
    *change.mutable_piece()->mutable_at() = near;
    change.set_closed(true);
  } else {
    change.mutable_whole_city();
    change.set_speed_permille(static_cast<std::uint32_t>(random_.between(300, 900)));
  }
  const std::int64_t from_ms = time_.wall().since_epoch + random_.between(-10'000, 30'000);
  change.set_from_ms(from_ms);
  change.set_until_ms(from_ms + random_.between(30'000, 120'000));
}

void Consoles::send_command(const v1::CommandRequest& request, std::size_t attempt) {
  const std::string id = request.command().command_id();
  waiting_[id] = attempt;
  const auto answered = std::make_shared<bool>(false);
  const auto again = [this, request, attempt, answered] {
    if (!std::exchange(*answered, true)) send_command(request, attempt + 1);
  };
  const auto connection = std::make_shared<Network::ConnectionId>(0);
  *connection = network_.connect(nodes_[(commands_ + attempt) % nodes_.size()], again, [](dispatchd::Node&) {});
  network_.to_node(*connection, [this, request, id, again, answered, connection](dispatchd::Node& node) {
    node.command(request, [=, this](const dispatchd::Status& status, const v1::CommandResponse&) {
      network_.to_client(*connection, [=, this] {
        network_.disconnect(*connection);
        if (status.outcome == dispatchd::Outcome::kUnavailable) {
          time_.after({random_.between(1, kLongestPauseMs)}, again);
        } else if (!std::exchange(*answered, true)) {
          waiting_.erase(id);
          applied_ += status.ok() ? 1 : 0;
        }
      });
    });
  });
  time_.after(kAnswerWithin, [this, connection, again] {
    network_.disconnect(*connection);
    again();
  });
}

}  // namespace dispatch135::simulation
