#include "services/dispatchd/server.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <random>

#include "services/common/logging.h"
#include "services/log/await_topics.h"

namespace dispatch135::dispatchd {
namespace {

// The node is asked at least so often: a record that came in may have set an earlier timer than the one waited for.
constexpr std::int64_t kWakeAtLeastEveryMs = 20;
constexpr std::int64_t kLookEveryMs = 1'000;
constexpr DurationMs kStreamsGrace{2'000};
constexpr std::int64_t kFlushMs = 3'000;
// A unit that vanished without a word is noticed within the sum of these.
constexpr DurationMs kPingEvery{10'000};
constexpr DurationMs kPingTimeout{5'000};

std::uint64_t process_number() {
  std::random_device random;
  std::uint64_t number = 0;
  while (number == 0) number = std::uint64_t{random()} << 32 | random();
  return number;
}

}  // namespace

Server::Server(boost::asio::io_context& loop, const Settings& settings, common::Metrics& metrics)
    : loop_(loop),
      settings_(settings),
      observer_(metrics, settings.node, settings.state_dir),
      gate_(settings.clients, clock_),
      units_(loop, gate_, clock_),
      consoles_(loop, gate_),
      timer_(loop) {}

Result<std::unique_ptr<Server>> Server::open(boost::asio::io_context& loop, const Settings& settings,
                                             const common::CityFiles& cities,
                                             const std::map<RegionId, v1::Policy>& policies, common::Metrics& metrics) {
  std::unique_ptr<Server> server(new Server(loop, settings, metrics));
  auto writer = log::KafkaWriter::open(loop, settings.common.kafka);
  if (!writer) return writer.error();
  server->writer_ = std::move(writer.value());
  if (const auto unknown = log::await_partitions(*server->writer_)) return *unknown;
  auto reader = log::KafkaReader::open(loop, settings.common.kafka, [self = server.get()](const log::Record& record) {
    self->node_->on_record(record);
  });
  if (!reader) return reader.error();
  server->reader_ = std::move(reader.value());

  common::GrpcServerSettings grpc;
  grpc.listen = settings.listen;
  grpc.keepalive_interval = kPingEvery;
  grpc.keepalive_timeout = kPingTimeout;
  auto started = common::GrpcServer::start(grpc, {&server->units_, &server->consoles_});
  if (!started) return started.error();
  server->grpc_ = std::move(started.value());
  server->grpc_->set_serving(false);

  NodeSettings node;
  node.name = settings.node;
  node.process = process_number();
  node.address = settings.advertise.empty() ? server->grpc_->address() : settings.advertise;
  node.session_timeout_ms = settings.session_timeout.count;
  for (const auto& [region, policy] : policies) node.regions[region] = {cities.find(region)->fingerprint(), policy};
  server->node_ = std::make_unique<Node>(node, NodePorts{cities, *server->writer_, *server->reader_, server->units_,
                                                         server->consoles_, server->clock_, server->observer_});
  auto shadow = Shadow::start(settings, node, cities, server->clock_, metrics);
  if (!shadow) return shadow.error();
  server->shadow_ = std::move(shadow.value());
  server->led_.assign(static_cast<std::size_t>(server->node_->partitions().count()), false);
  // The loop does not run yet: calls that came in already wait for it.
  server->units_.serve(*server->node_);
  server->consoles_.serve(*server->node_);
  return server;
}

void Server::start() {
  boost::asio::post(loop_, [this] {
    node_->start();
    wake();
  });
}

void Server::wake() {
  if (leaving_) return;
  node_->on_timer();
  const std::int64_t now = clock_.now_ms();
  if (node_->follows_all()) {
    if (member_ == nullptr && node_->caught_up()) join();
  } else if (member_ != nullptr) {
    leave_group();
  }
  tell_shadow();
  if (node_->serving() != serving_ || now - looked_at_ms_ >= kLookEveryMs) look();
  const std::int64_t wait = std::min(node_->next_wakeup_ms() - now, kWakeAtLeastEveryMs);
  timer_.expires_after(std::chrono::milliseconds(std::max<std::int64_t>(wait, 1)));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) wake();
  });
}

void Server::join() {
  log::GroupOptions options;
  options.group = settings_.group;
  options.topics = {log::Topic::kLog};
  options.session_timeout = settings_.session_timeout;
  log::GroupCallbacks callbacks;
  callbacks.granted = [this](log::Topic, std::int32_t partition) { node_->on_led(partition, true); };
  callbacks.revoked = [this](log::Topic, std::int32_t partition) { node_->on_led(partition, false); };
  auto member = log::KafkaGroupMember::open(loop_, settings_.common.kafka, options, std::move(callbacks));
  if (!member) {
    failure_ = member.error();
    loop_.stop();
    return;
  }
  member_ = std::move(member.value());
  common::log_info("has read the log up to its end; joins the group", {{"group", settings_.group}});
}

void Server::leave_group() {
  common::log_error(
      "cannot follow a partition: leaves the group; leads the others until a node that can follow all leads them");
  for (std::int32_t partition = 0; partition < node_->partitions().count(); ++partition) {
    node_->on_led(partition, false);
  }
  member_.reset();
}

void Server::tell_shadow() {
  for (const Partition& partition : node_->partitions()) {
    const auto i = static_cast<std::size_t>(partition.index);
    if (led_[i] == partition.leading()) continue;
    led_[i] = partition.leading();
    shadow_->lead(partition.index, led_[i]);
  }
}

void Server::look() {
  looked_at_ms_ = clock_.now_ms();
  if (node_->serving() != serving_) {
    serving_ = node_->serving();
    grpc_->set_serving(serving_);
    common::log_info(serving_ ? "serving" : "not serving");
  }
  observer_.look_at(*node_, *reader_);
  observer_.look_at(gate_);
}

void Server::leave() {
  if (leaving_) return;
  leaving_ = true;
  timer_.cancel();
  grpc_->set_serving(false);
  node_->stop();
  shadow_.reset();
  member_.reset();
}

void Server::shut_down() {
  grpc_->shutdown(kStreamsGrace);
  std::promise<void> flushed;
  const std::int64_t until = clock_.now_ms() + kFlushMs;
  std::function<void()> see = [&] {
    if (writer_->in_flight() == 0 || clock_.now_ms() >= until) return flushed.set_value();
    timer_.expires_after(std::chrono::milliseconds(10));
    timer_.async_wait([&](const boost::system::error_code&) { see(); });
  };
  boost::asio::post(loop_, [&] { see(); });
  flushed.get_future().wait();
}

}  // namespace dispatch135::dispatchd
