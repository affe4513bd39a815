// The log over Kafka (librdkafka). Each object is served by the Asio loop that it was opened with and belongs to that
// loop's thread. open() fails only on wrong settings; a broker that is not there is waited for. None may be destroyed
// from inside one of its own callbacks. Why the defaults are as they are: docs/decisions.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "services/common/settings.h"
#include "services/log/kafka_client.h"
#include "services/log/log.h"

namespace dispatch135::log {

// linger 0, acks=all, idempotent. While kUnanswered records are with the broker, what comes waits for the answers to
// all of them and then goes together: librdkafka 2.0.2 has five requests in flight for an idempotent producer, and with
// more to send its thread spins until one is answered, on the processor that a broker beside it needs to answer. A
// partition that answers nothing for a second holds up nobody else: until all of its own is answered it is not counted,
// and what comes for it goes to librdkafka at once. An append waits for the broker as long as it takes; it fails when
// the topic or partition does not exist, the record is too large, or the producer gave up (the next append goes through
// a new one).
class KafkaWriter final : public Writer {
 public:
  static Result<std::unique_ptr<KafkaWriter>> open(boost::asio::io_context& context,
                                                   const common::KafkaSettings& settings);
  // Appends that are not acknowledged by now may or may not stand in the log; their `done` is not called. Use
  // in_flight() to drain first.
  ~KafkaWriter() override;

  bool append(Topic topic, std::int32_t partition, std::string_view key, std::string_view value,
              OnAppended done) override;
  std::size_t in_flight() const override { return in_flight_; }
  // Asks the broker the first time (may block up to a second).
  std::int32_t partitions(Topic topic) const override;

 private:
  static constexpr std::size_t kUnanswered = 4;  // Each may be a request.
  // As librdkafka's own queue: so many records or bytes may wait.
  static constexpr std::size_t kWaiting = 100'000;
  static constexpr std::size_t kWaitingBytes = std::size_t{1} << 30;
  struct Pending;
  struct Waiting {
    Topic topic = Topic::kLog;
    std::int32_t partition = -1;
    std::string key;
    std::string value;
    OnAppended done;
  };
  // What is with the broker for one topic and partition (-1: by the key).
  struct Lane {
    std::size_t unanswered = 0;
    std::chrono::steady_clock::time_point
        answered;  // The last answer, or the first question since there was none open.
    bool away = false;
  };
  using LaneName = std::pair<Topic, std::int32_t>;
  KafkaWriter(boost::asio::io_context& context, const common::KafkaSettings& settings);
  std::optional<Error> connect();
  void disconnect();
  void serve(rd_kafka_event_t* event);
  bool produce(Topic topic, std::int32_t partition, std::string_view key, std::string_view value, OnAppended& done);
  void send_waiting();
  void look_for_away();
  bool send_waiting_of(const LaneName& name);
  void report_later(OnAppended done, std::int32_t partition, std::string error);
  void start_anew(const std::string& reason);

  boost::asio::io_context& context_;
  const common::KafkaSettings settings_;
  std::unique_ptr<KafkaClient> client_;
  std::vector<rd_kafka_topic_t*> topics_;
  std::set<Pending*> pending_;  // With librdkafka.
  std::map<LaneName, Lane> lanes_;
  std::size_t unanswered_ = 0;  // Of the lanes that are not away.
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;  // Of their values.
  std::size_t in_flight_ = 0;
  mutable std::map<Topic, std::int32_t> partitions_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

class KafkaReader final : public Reader {
 public:
  static Result<std::unique_ptr<KafkaReader>> open(boost::asio::io_context& context,
                                                   const common::KafkaSettings& settings, OnRecord record);
  ~KafkaReader() override;

  // An offset that the log no longer has: goes on from the oldest that it has, with a log line.
  void follow(Topic topic, std::int32_t partition, std::int64_t from) override;
  void unfollow(Topic topic, std::int32_t partition) override;
  std::optional<std::int64_t> end_offset(Topic topic, std::int32_t partition) override;
  std::optional<std::int64_t> begin_offset(Topic topic, std::int32_t partition) override;
  std::optional<std::int64_t> known_end(Topic topic, std::int32_t partition) const override;
  std::int64_t silent_ms() const override;

 private:
  explicit KafkaReader(OnRecord record) : record_(std::move(record)) {}
  std::optional<std::int64_t> ask(Topic topic, std::int32_t partition, std::int64_t which);
  OnRecord record_;
  std::set<std::pair<Topic, std::int32_t>> followed_;
  std::unique_ptr<KafkaClient> client_;
};

struct GroupOptions {
  std::string group;  // The settings' topic_prefix stands before it.
  std::vector<Topic> topics;
  DurationMs session_timeout{
      6'000};  // A member that is silent for so long is out. The broker may refuse less than 6 s.
};

// Cooperative-sticky. With an empty `record` nothing is fetched. A reading member begins a partition at its committed
// offset, or at the oldest record.
class KafkaGroupMember final : public GroupMember {
 public:
  static Result<std::unique_ptr<KafkaGroupMember>> open(boost::asio::io_context& context,
                                                        const common::KafkaSettings& settings,
                                                        const GroupOptions& options, GroupCallbacks callbacks);
  // Commits, and leaves the group, so that others take over at once; `revoked` is not called. Blocks up to some
  // seconds.
  ~KafkaGroupMember() override;

  void commit(Topic topic, std::int32_t partition, std::int64_t offset) override;
  std::optional<std::int64_t> known_end(Topic topic, std::int32_t partition) const override;
  void pause(Topic topic, std::int32_t partition) override;
  void resume(Topic topic, std::int32_t partition) override;

 private:
  using TopicPartition = std::pair<Topic, std::int32_t>;
  explicit KafkaGroupMember(GroupCallbacks callbacks) : callbacks_(std::move(callbacks)) {}
  void serve(rd_kafka_event_t* event);
  void rebalance(rd_kafka_event_t* event, bool tell);
  void take(rd_kafka_topic_partition_list_t* partitions, bool tell);
  void give_up(rd_kafka_topic_partition_list_t* partitions, bool tell);
  void await_first_assignment();
  void commit_lazily();
  void commit_now();
  KafkaPtr<rd_kafka_topic_partition_list_t> take_pending();
  void close();

  GroupCallbacks callbacks_;
  std::unique_ptr<KafkaClient> client_;
  std::set<TopicPartition> granted_;
  std::map<TopicPartition, std::int64_t> to_commit_;
  bool assigned_once_ = false;
  int ticks_ = 0;
};

}  // namespace dispatch135::log
