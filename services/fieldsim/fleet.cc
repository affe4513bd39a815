#include "services/fieldsim/fleet.h"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "services/common/logging.h"

namespace dispatch135::fieldsim {
namespace {

// A node that was restarted must be found again at once; gRPC's own first pause would be a second.
constexpr int kReconnectLeastMs = 50;
constexpr int kReconnectMostMs = 1'000;
// A dead peer is found without waiting for TCP; not more often than dispatchd permits.
constexpr int kPingEveryMs = 10'000;
constexpr int kPingAnswerMs = 5'000;
// The units of a city do not all sign on in the same millisecond.
constexpr std::int64_t kStartSpreadMs = 1'000;

// Worth a line: the device cannot do anything about these by trying elsewhere.
bool is_refusal(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::INVALID_ARGUMENT ||
         status.error_code() == grpc::StatusCode::NOT_FOUND ||
         status.error_code() == grpc::StatusCode::ALREADY_EXISTS ||
         status.error_code() == grpc::StatusCode::UNIMPLEMENTED;
}

}  // namespace

Fleet::Fleet(boost::asio::io_context& loop, const city::City& city, const FleetOptions& options,
             const SteadyWall& clock, Stats& stats)
    : loop_(loop),
      options_(options),
      clock_(clock),
      stats_(stats),
      roads_(city.roads()),
      routes_(roads_),
      timer_(loop) {
  const std::size_t count = std::min(options.units, city.unit_count());
  crews_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    Random random(options.seed, "device-" + std::to_string(city.unit(UnitIndex(i)).id.value()));
    const TimeMs connect_at = clock.now() + DurationMs{random.between(0, kStartSpreadMs)};
    crews_.push_back({FieldUnit(city, routes_, UnitIndex(i), options.seed, options.behaviour, stats),
                      NodeChoice(options.nodes, random), 0, connect_at, TimeMs{INT64_MAX}});
  }
}

void Fleet::start() {
  for (std::size_t i = 0; i < crews_.size(); ++i) settle(i, clock_.now());
  arm();
}

void Fleet::stop(std::function<void()> stopped) {
  stopped_ = std::move(stopped);
  timer_.cancel();
  wakeups_.clear();
  for (auto& [id, stream] : streams_) stream->close();
  if (streams_.empty()) boost::asio::post(loop_, stopped_);
}

std::size_t Fleet::connected() const {
  return static_cast<std::size_t>(
      std::count_if(crews_.begin(), crews_.end(), [](const Crew& crew) { return crew.unit.signed_on(); }));
}

void Fleet::open_stream(std::size_t crew, TimeMs now) {
  const std::uint64_t id = ++last_stream_id_;
  crews_[crew].stream_id = id;
  UnitStream::Callbacks callbacks;
  callbacks.received = [this, crew, id](v1::UnitOrder order) {
    const std::int64_t received_us = clock_.now_us();
    boost::asio::post(
        loop_, [this, crew, id, received_us, order = std::move(order)] { on_order(crew, id, order, received_us); });
  };
  callbacks.closed = [this, crew, id](grpc::Status status) {
    boost::asio::post(loop_, [this, crew, id, status = std::move(status)] { on_closed(crew, id, status); });
  };
  streams_.emplace(id, UnitStream::open(stub(crews_[crew].nodes.address(), crew), std::move(callbacks)));
  carry(crew, crews_[crew].unit.on_connected(now));
}

void Fleet::leave_stream(std::size_t crew, TimeMs now) {
  streams_.at(crews_[crew].stream_id)->close();
  crews_[crew].stream_id = 0;
  crews_[crew].unit.on_disconnected(now);
}

void Fleet::on_order(std::size_t crew, std::uint64_t stream_id, const v1::UnitOrder& order, std::int64_t received_us) {
  if (stopped_ || crews_[crew].stream_id != stream_id) return;
  const TimeMs now = clock_.now();
  const std::int64_t latency_us = stats_.on_order(order, received_us);
  if (latency_us >= 0 && on_latency_) on_latency_(latency_us);
  carry(crew, crews_[crew].unit.on_order(order, now));
  if (order.has_signed_on()) crews_[crew].nodes.succeeded();
  if (order.has_redirect()) {
    leave_stream(crew, now);
    crews_[crew].connect_at = now + crews_[crew].nodes.redirected(order.redirect().address());
  }
  settle(crew, now);
  arm();
}

void Fleet::on_closed(std::size_t crew, std::uint64_t stream_id, const grpc::Status& status) {
  streams_.erase(stream_id);
  if (stopped_) {
    if (streams_.empty()) stopped_();
    return;
  }
  if (crews_[crew].stream_id != stream_id) return;
  const TimeMs now = clock_.now();
  if (is_refusal(status)) {
    common::log_warn("a unit's stream was refused", {{"unit", crews_[crew].unit.id().value()},
                                                     {"status", static_cast<int>(status.error_code())},
                                                     {"reason", status.error_message()}});
  }
  crews_[crew].stream_id = 0;
  crews_[crew].unit.on_disconnected(now);
  crews_[crew].connect_at = now + crews_[crew].nodes.failed();
  settle(crew, now);
  arm();
}

void Fleet::carry(std::size_t crew, FieldUnit::Messages messages) {
  if (crews_[crew].stream_id == 0) return;
  UnitStream& stream = *streams_.at(crews_[crew].stream_id);
  for (auto& message : messages) stream.send(std::move(message));
}

void Fleet::settle(std::size_t index, TimeMs now) {
  Crew& crew = crews_[index];
  const bool wanted = crew.unit.wants_connection(now);
  if (crew.stream_id != 0 && !wanted) leave_stream(index, now);
  if (crew.stream_id == 0 && wanted && now >= crew.connect_at) open_stream(index, now);

  TimeMs next = crew.unit.next_wakeup();
  if (crew.stream_id == 0 && wanted) next = std::min(next, crew.connect_at);
  if (next == crew.wakeup) return;
  wakeups_.erase({crew.wakeup, index});
  crew.wakeup = next;
  if (next.since_epoch != INT64_MAX) wakeups_.emplace(next, index);
}

void Fleet::arm() {
  const TimeMs next = wakeups_.empty() ? TimeMs{INT64_MAX} : wakeups_.begin()->first;
  if (next == armed_for_ || next.since_epoch == INT64_MAX) return;
  armed_for_ = next;
  timer_.expires_at(clock_.steady(next));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error && !stopped_) wake();
  });
}

void Fleet::wake() {
  armed_for_ = TimeMs{INT64_MAX};
  const TimeMs now = clock_.now();
  while (!wakeups_.empty() && wakeups_.begin()->first <= now) {
    const std::size_t crew = wakeups_.begin()->second;
    wakeups_.erase(wakeups_.begin());
    crews_[crew].wakeup = TimeMs{INT64_MAX};
    carry(crew, crews_[crew].unit.step(now));
    settle(crew, now);
    if (crews_[crew].wakeup <= now) break;  // It is due again at once: let the loop serve the others first.
  }
  arm();
}

v1::FieldUnits::Stub& Fleet::stub(const std::string& address, std::size_t crew) {
  auto& stubs = stubs_[address];
  if (stubs.empty()) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // Else all channels would share one connection.
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kReconnectLeastMs);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectLeastMs);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMostMs);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingEveryMs);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingAnswerMs);
    arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);  // Else it asks twice, then never again.
    for (std::size_t i = 0; i < options_.channels; ++i) {
      const auto channel = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
      stubs.push_back(v1::FieldUnits::NewStub(channel));
    }
  }
  return *stubs[crew % stubs.size()];
}

}  // namespace dispatch135::fieldsim
