// What the three Kafka classes share: a librdkafka handle whose events are served on an Asio loop. librdkafka writes to
// an event descriptor when its queue fills, the loop wakes and drains it: no polling thread, no busy loop, some tens of
// microseconds. A broker that is not there is waited for, with a log line every few seconds.
#pragma once

#include <librdkafka/rdkafka.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "services/common/settings.h"
#include "services/log/log.h"

namespace dispatch135::log {

struct KafkaDeleter {
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
  void operator()(rd_kafka_error_t* error) const { rd_kafka_error_destroy(error); }
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
template <typename T>
using KafkaPtr = std::unique_ptr<T, KafkaDeleter>;

using KafkaProperties = std::vector<std::pair<std::string, std::string>>;

// librdkafka's configuration: bootstrap servers, then `defaults` (one that this librdkafka does not know is passed
// over), then the user's properties (there a mistake is an error).
Result<KafkaPtr<rd_kafka_conf_t>> make_kafka_conf(const common::KafkaSettings& settings,
                                                  const KafkaProperties& defaults);

class KafkaClient {
 public:
  struct Handlers {
    std::function<void(rd_kafka_event_t*)> event;   // All but errors, statistics and log lines.
    std::function<void()> tick;                     // Twice a second.
    std::function<void(const std::string&)> fatal;  // The handle is of no use any more. Optional.
  };

  // The loop and the settings' owner outlive this. Events named by `events` (RD_KAFKA_EVENT_...) come to the handler.
  static Result<std::unique_ptr<KafkaClient>> open(boost::asio::io_context& context,
                                                   const common::KafkaSettings& settings, rd_kafka_type_t type,
                                                   int events, const KafkaProperties& defaults);
  // Not from inside a handler.
  ~KafkaClient();

  // From here on events are served. Once.
  void start(Handlers handlers);
  // No handler is called any more.
  void stop();

  rd_kafka_t* handle() const { return handle_; }
  rd_kafka_queue_t* queue() const { return queue_.get(); }
  const std::string& topic(Topic topic) const { return topics_[static_cast<std::size_t>(topic)]; }
  std::optional<Topic> topic_named(const char* name) const;

  // Milliseconds since any broker was last heard; 0 below a second. Known only when `statistics.interval.ms` is set.
  // `traffic_expected`: a fetch is always under way, so silence on an open connection counts too.
  std::int64_t silent_ms(bool traffic_expected) const;

 private:
  KafkaClient(boost::asio::io_context& context, const common::KafkaSettings& settings);
  void wait_for_events();
  void wait_for_tick();
  void drain();
  void serve(rd_kafka_event_t* event);
  void serve_error(rd_kafka_event_t* event);
  void serve_statistics(const char* json);

  using Instant = std::chrono::steady_clock::time_point;

  boost::asio::io_context& context_;
  std::string bootstrap_;
  std::vector<std::string> topics_;
  rd_kafka_t* handle_ = nullptr;
  KafkaPtr<rd_kafka_queue_t> queue_;
  boost::asio::posix::stream_descriptor wake_;
  boost::asio::steady_timer timer_;
  Handlers handlers_;
  std::shared_ptr<bool> serving_;  // Asio's pending handlers hold it weakly.
  bool drain_posted_ = false;
  Instant complained_{};  // When the last line about an absent broker was logged.
  Instant connected_;     // When a broker was last known to be connected.
  Instant heard_;         // When a byte last came.
};

}  // namespace dispatch135::log
