// Reads the five topics that the oracle judges by, whole and in order, with librdkafka alone.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "tests/oracle/history.h"

struct rd_kafka_s;

namespace dispatch135::oracle {

// Cannot be read: no broker, no such topic, records that are gone already. For people.
class ReadError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class TopicReader {
 public:
  // Waits up to half a minute for the broker. Throws ReadError.
  TopicReader(const std::string& bootstrap, const std::string& topic_prefix,
              std::function<void(const Record&)> on_record);
  ~TopicReader();

  // Hands on what has come, waiting up to that long for the first of it. Throws ReadError.
  void poll(int wait_ms);
  // Hands on everything up to where the topics end at the time of the call. Throws ReadError, also when nothing comes
  // for half a minute.
  void read_to_end();

 private:
  struct Position {
    Topic topic = Topic::kLog;
    std::int64_t next = 0;
  };
  void find_partitions();
  bool take_one(int wait_ms);
  std::int64_t end_of(const std::string& name, std::int32_t partition);

  std::string prefix_;
  std::function<void(const Record&)> on_record_;
  std::unique_ptr<rd_kafka_s, void (*)(rd_kafka_s*)> consumer_;
  std::map<std::pair<std::string, std::int32_t>, Position> positions_;  // By topic with prefix, and partition.
};

}  // namespace dispatch135::oracle
