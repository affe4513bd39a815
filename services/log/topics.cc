#include "services/log/topics.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <thread>

#include "engine/base/check.h"
#include "services/log/kafka_client.h"

namespace dispatch135::log {

namespace {

constexpr const char* kMend = "; run: dispatchctl topics --apply";
constexpr int kReplicas = 3;  // Where there are so many brokers.

struct FoundTopic {
  std::int32_t partitions = 0;
  int replicas = 0;
  std::map<std::string, std::string> config;  // All settings in force.
  std::map<std::string, std::string> own;     // Those that were set for this topic.
};

struct Found {
  int brokers = 0;
  std::map<Topic, FoundTopic> topics;  // Missing ones are not in it.
};

// A short-lived connection for the questions and orders of this file.
class Admin {
 public:
  static Result<std::unique_ptr<Admin>> open(const common::KafkaSettings& settings, DurationMs timeout) {
    auto conf = make_kafka_conf(settings, {{"socket.nagle.disable", "true"}});
    if (!conf) return conf.error();
    std::array<char, 512> reason{};
    auto* const handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf.value().get(), reason.data(), reason.size());
    if (handle == nullptr) return Error{std::string("kafka.properties: ") + reason.data()};
    static_cast<void>(conf.value().release());
    return std::unique_ptr<Admin>(new Admin(handle, settings, timeout));
  }
  ~Admin() {
    queue_.reset();
    rd_kafka_destroy(handle_);
  }
  Admin(const Admin&) = delete;
  Admin& operator=(const Admin&) = delete;

  std::string name(Topic topic) const { return settings_.topic_prefix + std::string(topic_name(topic)); }

  Result<Found> find() {
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto error = rd_kafka_metadata(handle_, 1, nullptr, &metadata, timeout_ms_);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(rd_kafka_err2str(error));
    Found found;
    found.brokers = metadata->broker_cnt;
    for (int t = 0; t < metadata->topic_cnt; ++t) {
      const auto& topic = metadata->topics[t];
      for (int i = 0; i < kTopics; ++i) {
        if (name(static_cast<Topic>(i)) != topic.topic || topic.err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        auto& entry = found.topics[static_cast<Topic>(i)];
        entry.partitions = topic.partition_cnt;
        entry.replicas = topic.partition_cnt > 0 ? topic.partitions[0].replica_cnt : 0;
      }
    }
    rd_kafka_metadata_destroy(metadata);
    if (settings_.embedded || found.topics.empty()) return found;
    if (auto problem = read_configs(found)) return *std::move(problem);
    return found;
  }

  // False: there is one of that name already.
  Result<bool> create(const WantedTopic& wanted, int replicas) {
    std::array<char, 512> reason{};
    auto* topic =
        rd_kafka_NewTopic_new(name(wanted.topic).c_str(), wanted.partitions, replicas, reason.data(), reason.size());
    if (topic == nullptr) return Error{name(wanted.topic) + ": " + reason.data()};
    for (const auto* config : {&wanted.must, &wanted.initially}) {
      for (const auto& [key, value] : *config) rd_kafka_NewTopic_set_config(topic, key.c_str(), value.c_str());
    }
    const auto options = admin_options(RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_CreateTopics(handle_, &topic, 1, options.get(), queue_.get());
    rd_kafka_NewTopic_destroy(topic);
    const auto answer = wait();
    if (!answer) return failed("no answer");
    if (rd_kafka_event_error(answer.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return failed(rd_kafka_event_error_string(answer.get()));
    }
    std::size_t count = 0;
    const auto** topics = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer.get()), &count);
    const auto error = count == 1 ? rd_kafka_topic_result_error(topics[0]) : RD_KAFKA_RESP_ERR_NO_ERROR;
    if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return false;
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* const text = rd_kafka_topic_result_error_string(topics[0]);
      return Error{name(wanted.topic) + ": " + (text != nullptr ? text : rd_kafka_err2str(error))};
    }
    return true;
  }

  // All settings of the topic that are its own: this request of Kafka's replaces them together.
  std::optional<Error> set_config(Topic topic, const std::map<std::string, std::string>& config) {
    auto* resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name(topic).c_str());
    for (const auto& [key, value] : config) rd_kafka_ConfigResource_set_config(resource, key.c_str(), value.c_str());
    const auto options = admin_options(RD_KAFKA_ADMIN_OP_ALTERCONFIGS);
    rd_kafka_AlterConfigs(handle_, &resource, 1, options.get(), queue_.get());
    rd_kafka_ConfigResource_destroy(resource);
    const auto answer = wait();
    if (!answer) return failed("no answer");
    if (rd_kafka_event_error(answer.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return failed(rd_kafka_event_error_string(answer.get()));
    }
    std::size_t count = 0;
    const auto** resources =
        rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(answer.get()), &count);
    if (count == 1 && rd_kafka_ConfigResource_error(resources[0]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Error{name(topic) + ": " + rd_kafka_err2str(rd_kafka_ConfigResource_error(resources[0]))};
    }
    return std::nullopt;
  }

 private:
  struct DestroyOptions {
    void operator()(rd_kafka_AdminOptions_t* options) const { rd_kafka_AdminOptions_destroy(options); }
  };
  using Options = std::unique_ptr<rd_kafka_AdminOptions_t, DestroyOptions>;

  Admin(rd_kafka_t* handle, const common::KafkaSettings& settings, DurationMs timeout)
      : handle_(handle),
        queue_(rd_kafka_queue_new(handle)),
        settings_(settings),
        timeout_ms_(static_cast<int>(timeout.count)) {}

  Error failed(std::string_view reason) const {
    return Error{"no answer from Kafka at " + settings_.bootstrap + ": " + std::string(reason) +
                 "; check kafka.bootstrap and that a broker runs there"};
  }

  Options admin_options(rd_kafka_admin_op_t operation) const {
    Options options(rd_kafka_AdminOptions_new(handle_, operation));
    std::array<char, 128> reason{};
    rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout_ms_, reason.data(), reason.size());
    return options;
  }

  // The answer to the one request under way. Errors of the connection come as events of another kind: passed over.
  KafkaPtr<rd_kafka_event_t> wait() {
    return KafkaPtr<rd_kafka_event_t>(rd_kafka_queue_poll(queue_.get(), timeout_ms_ + 1'000));
  }

  std::optional<Error> read_configs(Found& found) {
    std::vector<rd_kafka_ConfigResource_t*> asked;
    for (const auto& [topic, unused] : found.topics) {
      asked.push_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name(topic).c_str()));
    }
    const auto options = admin_options(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_DescribeConfigs(handle_, asked.data(), asked.size(), options.get(), queue_.get());
    rd_kafka_ConfigResource_destroy_array(asked.data(), asked.size());
    const auto answer = wait();
    if (!answer) return failed("no answer");
    if (rd_kafka_event_error(answer.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return failed(rd_kafka_event_error_string(answer.get()));
    }
    std::size_t count = 0;
    const auto** resources =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer.get()), &count);
    for (auto& [topic, entry] : found.topics) {
      for (std::size_t r = 0; r < count; ++r) {
        if (name(topic) != rd_kafka_ConfigResource_name(resources[r])) continue;
        // Right after a topic was made, not every broker knows it.
        const auto error = rd_kafka_ConfigResource_error(resources[r]);
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(name(topic) + ": " + rd_kafka_err2str(error));
        read_config(resources[r], entry);
      }
    }
    return std::nullopt;
  }

  static void read_config(const rd_kafka_ConfigResource_t* resource, FoundTopic& topic) {
    std::size_t count = 0;
    const auto** entries = rd_kafka_ConfigResource_configs(resource, &count);
    for (std::size_t i = 0; i < count; ++i) {
      const char* const value = rd_kafka_ConfigEntry_value(entries[i]);
      if (value == nullptr) continue;
      topic.config[rd_kafka_ConfigEntry_name(entries[i])] = value;
      if (rd_kafka_ConfigEntry_source(entries[i]) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG) {
        topic.own[rd_kafka_ConfigEntry_name(entries[i])] = value;
      }
    }
  }

  rd_kafka_t* const handle_;
  KafkaPtr<rd_kafka_queue_t> queue_;
  const common::KafkaSettings settings_;
  const int timeout_ms_;
};

}  // namespace

std::int32_t TopicPartitions::of(Topic topic) const {
  switch (topic) {
    case Topic::kIncidents:
    case Topic::kAlerts:
      return sources;
    case Topic::kLog:
    case Topic::kDecisions:
    case Topic::kSnapshots:
      return log;
    case Topic::kRejects:
      return 1;
  }
  D135_CHECK(false, "a topic outside the enum");
}

std::vector<WantedTopic> wanted_topics(const TopicPartitions& partitions, int replicas) {
  const auto days = [](std::int64_t count) { return std::to_string(count * 86'400'000); };
  std::vector<WantedTopic> all;
  for (int i = 0; i < kTopics; ++i) {
    WantedTopic topic{.topic = static_cast<Topic>(i), .partitions = 0, .must = {}, .initially = {}};
    topic.partitions = partitions.of(topic.topic);
    topic.must = {{"message.timestamp.type", "LogAppendTime"},
                  {"cleanup.policy", "delete"},
                  {"min.insync.replicas", replicas >= 3 ? "2" : "1"}};
    switch (topic.topic) {
      case Topic::kIncidents:
      case Topic::kAlerts:
        topic.initially["retention.ms"] = days(7);
        break;
      case Topic::kLog:
        // What is older than the snapshots may be deleted; who shortens it watches their margin.
        topic.initially["retention.ms"] = "-1";
        topic.initially["retention.bytes"] = "-1";
        break;
      case Topic::kDecisions:
        topic.initially["retention.ms"] = days(90);
        break;
      case Topic::kSnapshots:
        topic.must["cleanup.policy"] = "compact";
        topic.must["max.message.bytes"] = "16777216";
        break;
      case Topic::kRejects:
        topic.initially["retention.ms"] = days(30);
        // Holds the bytes that were refused, and where they came from.
        topic.must["max.message.bytes"] = "2097152";
        break;
    }
    all.push_back(std::move(topic));
  }
  return all;
}

namespace {

// What apply_topics() mends: topics that are missing, settings that differ.
std::vector<std::string> mendable(const Admin& admin, const Found& found, bool embedded) {
  std::vector<std::string> wrong;
  for (int i = 0; i < kTopics; ++i) {
    const auto topic = static_cast<Topic>(i);
    const std::string name = admin.name(topic);
    const auto entry = found.topics.find(topic);
    if (entry == found.topics.end()) {
      wrong.push_back("topic " + name + " is missing" + kMend);
      continue;
    }
    if (embedded) continue;
    const auto wanted = wanted_topics({}, entry->second.replicas)[static_cast<std::size_t>(i)];
    for (const auto& [key, value] : wanted.must) {
      const auto is = entry->second.config.find(key);
      const std::string shown = is == entry->second.config.end() ? "not set" : is->second;
      if (shown != value) wrong.push_back("topic " + name + ": " + key + " is " + shown + ", must be " + value + kMend);
    }
  }
  return wrong;
}

// The controller answers before every broker has learned of a change; who goes on at once would find the topic missing.
std::optional<Error> wait_until_mended(Admin& admin, bool embedded, DurationMs timeout) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout.count);
  while (true) {
    const auto found = admin.find();
    const auto wrong = found ? mendable(admin, found.value(), embedded) : std::vector{found.error().message};
    if (wrong.empty()) return std::nullopt;
    if (std::chrono::steady_clock::now() >= deadline) return Error{"the change does not show: " + wrong.front()};
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// What there is, once the brokers show a topic that was just made, maybe by somebody else.
Result<Found> find_with(Admin& admin, Topic topic, DurationMs timeout) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout.count);
  while (true) {
    auto found = admin.find();
    if (found && found.value().topics.contains(topic)) return found;
    if (std::chrono::steady_clock::now() >= deadline) {
      return found ? Error{"topic " + admin.name(topic) + " was made, and does not show"} : found.error();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace

Result<std::vector<std::string>> check_topics(const common::KafkaSettings& settings, DurationMs timeout) {
  auto admin = Admin::open(settings, timeout);
  if (!admin) return admin.error();
  auto found = admin.value()->find();
  if (!found) return found.error();

  const auto& topics = found.value().topics;
  auto wrong = mendable(*admin.value(), found.value(), settings.embedded);
  const auto log = topics.find(Topic::kLog);
  for (const Topic topic : {Topic::kDecisions, Topic::kSnapshots}) {
    const auto entry = topics.find(topic);
    if (log == topics.end() || entry == topics.end() || entry->second.partitions == log->second.partitions) continue;
    wrong.push_back("topic " + admin.value()->name(topic) + " has " + std::to_string(entry->second.partitions) +
                    " partitions, must have as many as " + admin.value()->name(Topic::kLog) + ": " +
                    std::to_string(log->second.partitions) + "; delete it and run: dispatchctl topics --apply");
  }
  return wrong;
}

Result<std::vector<std::string>> apply_topics(const common::KafkaSettings& settings, const TopicPartitions& partitions,
                                              DurationMs timeout) {
  auto admin = Admin::open(settings, timeout);
  if (!admin) return admin.error();
  auto found = admin.value()->find();
  if (!found) return found.error();

  std::vector<std::string> done;
  const int replicas = std::min(found.value().brokers, kReplicas);
  for (const auto& wanted : wanted_topics(partitions, replicas)) {
    const std::string name = admin.value()->name(wanted.topic);
    if (!found.value().topics.contains(wanted.topic)) {
      const auto made = admin.value()->create(wanted, replicas);
      if (!made) return made.error();
      if (made.value()) {
        done.push_back("topic " + name + " made: " + std::to_string(wanted.partitions) + " partitions, " +
                       std::to_string(replicas) + " replicas");
        continue;
      }
      found = find_with(*admin.value(), wanted.topic, timeout);
      if (!found) return found.error();
    }
    const auto entry = found.value().topics.find(wanted.topic);
    if (settings.embedded) continue;
    auto config = entry->second.own;
    bool differs = false;
    const auto as_replicated =
        wanted_topics(partitions, entry->second.replicas)[static_cast<std::size_t>(wanted.topic)];
    for (const auto& [key, value] : as_replicated.must) {
      differs = differs || entry->second.config[key] != value;
      config[key] = value;
    }
    if (!differs) continue;
    if (auto error = admin.value()->set_config(wanted.topic, config)) return *std::move(error);
    done.push_back("topic " + name + ": settings mended");
  }
  if (auto error = wait_until_mended(*admin.value(), settings.embedded, timeout)) return *std::move(error);
  return done;
}

}  // namespace dispatch135::log
