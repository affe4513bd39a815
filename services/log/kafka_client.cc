#include "services/log/kafka_client.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "engine/base/check.h"
#include "services/common/logging.h"

namespace dispatch135::log {

namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 500ms;
constexpr auto kComplaintEvery = 5s;
constexpr int kEventsAtOnce = 500;  // Then the loop's other work has its turn.
constexpr std::int64_t kQuietMs = 1'000;

// librdkafka calls this from its own threads. What it says of lost connections is told by serve_error, less often; that
// an old broker (the mock cluster) might create topics by itself is no news.
void pass_on_log_line(const rd_kafka_t*, int level, const char* facility, const char* text) {
  const std::string_view what(facility);
  const bool told_elsewhere = what == "FAIL" || what == "ERROR" || what == "AUTOCREATE";
  if (level <= 4 && !told_elsewhere) {
    common::log_warn("librdkafka: " + std::string(text), {{"facility", what}});
  } else {
    common::log_debug("librdkafka: " + std::string(text), {{"facility", what}});
  }
}

}  // namespace

Result<KafkaPtr<rd_kafka_conf_t>> make_kafka_conf(const common::KafkaSettings& settings,
                                                  const KafkaProperties& defaults) {
  KafkaPtr<rd_kafka_conf_t> conf(rd_kafka_conf_new());
  std::array<char, 512> reason{};
  const auto set = [&](const std::string& key, const std::string& value) {
    return rd_kafka_conf_set(conf.get(), key.c_str(), value.c_str(), reason.data(), reason.size());
  };
  for (const auto& [key, value] : defaults) {
    const auto outcome = set(key, value);
    if (outcome == RD_KAFKA_CONF_UNKNOWN) {
      common::log_debug("this librdkafka does not know a default of ours; passed over",
                        {{"property", key}, {"librdkafka", rd_kafka_version_str()}});
    } else {
      D135_CHECK(outcome == RD_KAFKA_CONF_OK, reason.data());
    }
  }
  if (set("bootstrap.servers", settings.bootstrap) != RD_KAFKA_CONF_OK) {
    return Error{"kafka.bootstrap: '" + settings.bootstrap + "': " + reason.data()};
  }
  for (const auto& [key, value] : settings.properties) {
    if (set(key, value) != RD_KAFKA_CONF_OK) {
      return Error{"kafka.properties." + key + ": " + reason.data() + "; see the list of librdkafka " +
                   rd_kafka_version_str()};
    }
  }
  rd_kafka_conf_set_log_cb(conf.get(), pass_on_log_line);
  return conf;
}

KafkaClient::KafkaClient(boost::asio::io_context& context, const common::KafkaSettings& settings)
    : context_(context),
      bootstrap_(settings.bootstrap),
      wake_(context),
      timer_(context),
      connected_(std::chrono::steady_clock::now()),
      heard_(connected_) {
  for (int i = 0; i < kTopics; ++i) {
    topics_.push_back(settings.topic_prefix + std::string(topic_name(static_cast<Topic>(i))));
  }
}

Result<std::unique_ptr<KafkaClient>> KafkaClient::open(boost::asio::io_context& context,
                                                       const common::KafkaSettings& settings, rd_kafka_type_t type,
                                                       int events, const KafkaProperties& defaults) {
  auto conf = make_kafka_conf(settings, defaults);
  if (!conf) return conf.error();
  rd_kafka_conf_set_events(conf.value().get(), events | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS);

  std::unique_ptr<KafkaClient> client(new KafkaClient(context, settings));
  std::array<char, 512> reason{};
  client->handle_ = rd_kafka_new(type, conf.value().get(), reason.data(), reason.size());
  if (client->handle_ == nullptr) return Error{std::string("kafka.properties: ") + reason.data()};
  static_cast<void>(conf.value().release());  // rd_kafka_new took it.

  if (type == RD_KAFKA_CONSUMER) {
    rd_kafka_poll_set_consumer(client->handle_);
    client->queue_.reset(rd_kafka_queue_get_consumer(client->handle_));
  } else {
    client->queue_.reset(rd_kafka_queue_get_main(client->handle_));
  }
  return client;
}

KafkaClient::~KafkaClient() {
  stop();
  if (handle_ == nullptr) return;
  queue_.reset();
  // Whoever wants to leave its group in good order has closed the consumer before.
  rd_kafka_destroy_flags(handle_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void KafkaClient::start(Handlers handlers) {
  handlers_ = std::move(handlers);
  serving_ = std::make_shared<bool>(true);
  const int descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  D135_CHECK(descriptor >= 0, "the system gives no more file descriptors");
  wake_.assign(descriptor);
  const std::uint64_t one = 1;
  rd_kafka_queue_io_event_enable(queue_.get(), descriptor, &one, sizeof one);
  wait_for_events();
  wait_for_tick();
  // What came before the descriptor was there does not wake it.
  drain_posted_ = true;
  boost::asio::post(context_, [this, serving = std::weak_ptr(serving_)] {
    if (!serving.expired()) drain();
  });
}

void KafkaClient::stop() {
  if (!serving_) return;
  serving_.reset();
  rd_kafka_queue_io_event_enable(queue_.get(), -1, nullptr, 0);
  timer_.cancel();
  wake_.close();
}

std::optional<Topic> KafkaClient::topic_named(const char* name) const {
  const auto found = std::find(topics_.begin(), topics_.end(), name);
  if (found == topics_.end()) return std::nullopt;
  return static_cast<Topic>(found - topics_.begin());
}

std::int64_t KafkaClient::silent_ms(bool traffic_expected) const {
  const auto last = traffic_expected ? heard_ : connected_;
  const auto silent = std::chrono::steady_clock::now() - last;
  const std::int64_t ms = std::chrono::duration_cast<std::chrono::milliseconds>(silent).count();
  return ms < kQuietMs ? 0 : ms;
}

void KafkaClient::wait_for_events() {
  wake_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                   [this, serving = std::weak_ptr(serving_)](const boost::system::error_code& error) {
                     if (error || serving.expired()) return;
                     std::uint64_t count = 0;
                     static_cast<void>(::read(wake_.native_handle(), &count, sizeof count));
                     drain();
                     if (!serving.expired()) wait_for_events();
                   });
}

void KafkaClient::wait_for_tick() {
  timer_.expires_after(kTick);
  timer_.async_wait([this, serving = std::weak_ptr(serving_)](const boost::system::error_code& error) {
    if (error || serving.expired()) return;
    // A member whose queue is never asked is taken for dead (max.poll.interval.ms), so ask it also when it is empty.
    if (!drain_posted_) drain();
    if (handlers_.tick) handlers_.tick();
    wait_for_tick();
  });
}

void KafkaClient::drain() {
  drain_posted_ = false;
  const std::weak_ptr serving(serving_);
  for (int i = 0; i < kEventsAtOnce; ++i) {
    const KafkaPtr<rd_kafka_event_t> event(rd_kafka_queue_poll(queue_.get(), 0));
    if (!event) return;
    serve(event.get());
    if (serving.expired()) return;
  }
  drain_posted_ = true;
  boost::asio::post(context_, [this, serving] {
    if (!serving.expired()) drain();
  });
}

void KafkaClient::serve(rd_kafka_event_t* event) {
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_ERROR:
      serve_error(event);
      break;
    case RD_KAFKA_EVENT_STATS:
      serve_statistics(rd_kafka_event_stats(event));
      break;
    default:
      handlers_.event(event);
  }
}

void KafkaClient::serve_error(rd_kafka_event_t* event) {
  const auto code = rd_kafka_event_error(event);
  const std::string reason = rd_kafka_event_error_string(event);
  if (rd_kafka_event_error_is_fatal(event) != 0) {
    common::log_error("the Kafka client gave up: " + reason, {{"broker", bootstrap_}});
    if (handlers_.fatal) handlers_.fatal(reason);
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  const bool unreachable = code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__RESOLVE ||
                           code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || code == RD_KAFKA_RESP_ERR__TIMED_OUT;
  if (!unreachable) {
    common::log_warn("Kafka: " + reason, {{"broker", bootstrap_}, {"error", rd_kafka_err2name(code)}});
  } else if (now - complained_ >= kComplaintEvery) {
    complained_ = now;
    common::log_warn("no broker at " + bootstrap_ + ": " + reason + "; waiting", {{"broker", bootstrap_}});
  }
}

// The fields are librdkafka's STATISTICS.md: brokers.*.state, and .rxidle in microseconds, -1 before the first byte.
void KafkaClient::serve_statistics(const char* json) {
  const auto statistics = nlohmann::json::parse(json, nullptr, false);
  if (statistics.is_discarded()) return;
  const auto now = std::chrono::steady_clock::now();
  for (const auto& broker : statistics.value("brokers", nlohmann::json::object())) {
    if (broker.value("state", "") != "UP") continue;
    connected_ = now;
    const std::int64_t idle_us = broker.value("rxidle", std::int64_t{-1});
    if (idle_us >= 0) heard_ = std::max(heard_, now - std::chrono::microseconds(idle_us));
  }
}

}  // namespace dispatch135::log
