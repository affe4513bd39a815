#include "services/dispatchctl/topic_scan.h"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <map>

#include "services/dispatchctl/subcommands.h"
#include "services/log/kafka_log.h"

namespace dispatch135::dispatchctl {
namespace {

constexpr std::chrono::seconds kPatience(30);

std::int32_t partitions_of_log(boost::asio::io_context& context, const common::KafkaSettings& kafka) {
  const auto writer = log::KafkaWriter::open(context, kafka);
  if (!writer) throw CommandError(writer.error().message, kUnreachable);
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  std::int32_t partitions = 0;
  while (partitions <= 0) {
    if (std::chrono::steady_clock::now() > give_up) {
      throw CommandError("no broker at " + kafka.bootstrap + " knows dispatch.log; see `dispatchctl topics`",
                         kUnreachable);
    }
    partitions = writer.value()->partitions(log::Topic::kLog);
  }
  return partitions;
}

}  // namespace

void scan_topics(const common::KafkaSettings& kafka, const std::function<void(const RecordedRecord&)>& on_record) {
  boost::asio::io_context context;
  const std::int32_t partitions = partitions_of_log(context, kafka);
  std::map<std::pair<log::Topic, std::int32_t>, std::int64_t> left;  // Partition -> its end, while it is not reached.
  auto last_heard = std::chrono::steady_clock::now();
  const auto opened = log::KafkaReader::open(context, kafka, [&](const log::Record& record) {
    last_heard = std::chrono::steady_clock::now();
    const auto end = left.find({record.topic, record.partition});
    if (end == left.end() || record.offset >= end->second) return;
    on_record({record.topic == log::Topic::kLog ? RecordedRecord::Kind::kLog : RecordedRecord::Kind::kDecision,
               static_cast<std::uint32_t>(record.partition), static_cast<std::uint64_t>(record.offset),
               record.timestamp, std::string(record.value)});
    if (record.offset + 1 >= end->second) left.erase(end);
  });
  if (!opened) throw CommandError(opened.error().message, kUnreachable);
  for (const log::Topic topic : {log::Topic::kDecisions, log::Topic::kLog}) {
    for (std::int32_t partition = 0; partition < partitions; ++partition) {
      std::optional<std::int64_t> end;
      while (!(end = opened.value()->end_offset(topic, partition))) {
        if (std::chrono::steady_clock::now() > last_heard + kPatience)
          throw CommandError("the broker does not answer", kUnreachable);
      }
      if (*end == 0) continue;
      left[{topic, partition}] = *end;
      opened.value()->follow(topic, partition, log::Reader::kBeginning);
    }
  }
  while (!left.empty()) {
    context.run_one_for(std::chrono::milliseconds(200));
    if (std::chrono::steady_clock::now() > last_heard + kPatience) {
      throw CommandError("the broker gives no more records, though the topics hold more", kUnreachable);
    }
  }
}

void read_partition(const common::KafkaSettings& kafka, log::Topic topic, std::int32_t partition, std::int64_t from,
                    const log::OnRecord& on_record) {
  boost::asio::io_context context;
  std::int64_t end = 0;
  bool done = false;
  auto last_heard = std::chrono::steady_clock::now();
  const auto opened = log::KafkaReader::open(context, kafka, [&](const log::Record& record) {
    last_heard = std::chrono::steady_clock::now();
    if (done || record.offset >= end) return;
    on_record(record);
    done = record.offset + 1 >= end;
  });
  if (!opened) throw CommandError(opened.error().message, kUnreachable);
  const auto asked = opened.value()->end_offset(topic, partition);
  if (!asked) throw CommandError("no broker at " + kafka.bootstrap + " answers", kUnreachable);
  end = *asked;
  done = end == 0 || from >= end;
  if (done) return;
  opened.value()->follow(topic, partition, from);
  while (!done) {
    context.run_one_for(std::chrono::milliseconds(200));
    if (std::chrono::steady_clock::now() > last_heard + kPatience) {
      throw CommandError("the broker gives no more records, though the topic holds more", kUnreachable);
    }
  }
}

std::int32_t partitions_of_log(const common::KafkaSettings& kafka) {
  boost::asio::io_context context;
  return partitions_of_log(context, kafka);
}

}  // namespace dispatch135::dispatchctl
