#include "benchmarks/e2e_samples.h"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "dispatch135/v1/log.pb.h"
#include "engine/base/check.h"
#include "services/log/kafka_log.h"

namespace dispatch135::benchmarks {
namespace {

constexpr std::chrono::seconds kSamplesPatience(60);

struct Mean {
  double sum = 0;
  std::size_t count = 0;
  void add(std::size_t value) {
    sum += static_cast<double>(value);
    ++count;
  }
  double value() const {
    D135_CHECK(count > 0, "a mean of something");
    return sum / static_cast<double>(count);
  }
};

// An incident's id is the place in the log of the record that opened it: partition << 48 | offset.
bool opened_by_its_decision(const nlohmann::json& order) {
  const nlohmann::json& decision = order.at("decision");
  return order.at("incident_id").get<std::uint64_t>() ==
         (decision.at("partition").get<std::uint64_t>() << 48 | decision.at("offset").get<std::uint64_t>());
}

}  // namespace

DiaryRun read_run(const std::string& diary, std::uintmax_t from) {
  struct Receipt {
    std::int64_t at_us = 0;
    bool at_once = false;
  };
  std::map<std::string, std::int64_t> sent_us;
  std::map<std::string, Receipt> receipts;  // The first of each report.
  Mean order_bytes;
  std::ifstream file(diary);
  file.seekg(static_cast<std::streamoff>(from));
  for (std::string line; std::getline(file, line);) {
    const nlohmann::json entry = nlohmann::json::parse(line);
    const std::string event = entry.at("event");
    if (event == "published" && entry.at("kind") == "report") {
      sent_us.emplace(entry.at("event_id"), entry.at("t_us").get<std::int64_t>());
    } else if (event == "order_received" && entry.at("order") == "assignment") {
      order_bytes.add(entry.at("bytes").get<std::size_t>());
      receipts.try_emplace(entry.at("event_id"),
                           Receipt{entry.at("t_us").get<std::int64_t>(), opened_by_its_decision(entry)});
    }
  }
  DiaryRun run;
  run.order_bytes = order_bytes.value();
  for (const auto& [event_id, at_us] : sent_us) {
    const auto receipt = receipts.find(event_id);
    if (receipt == receipts.end()) {
      run.unordered.push_back(at_us);
    } else {
      run.ordered.push_back({at_us, static_cast<double>(receipt->second.at_us - at_us) / 1e3, receipt->second.at_once});
    }
  }
  return run;
}

RecordSizes measure_records(const common::KafkaSettings& settings) {
  boost::asio::io_context loop;
  Mean reports;
  Mean logged;
  std::map<std::pair<log::Topic, std::int32_t>, std::int64_t> left;  // Offset of the last record to come.
  v1::LogRecord parsed;
  auto reader = log::KafkaReader::open(loop, settings, [&](const log::Record& record) {
    if (record.topic == log::Topic::kIncidents) {
      reports.add(record.value.size());
    } else if (parsed.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())) &&
               parsed.has_incident_reported()) {
      logged.add(record.value.size());
    }
    const auto last = left.find({record.topic, record.partition});
    if (last != left.end() && record.offset >= last->second) left.erase(last);
  });
  auto asked = log::KafkaWriter::open(loop, settings);
  D135_CHECK(reader.ok() && asked.ok(), "the settings were good before");
  for (const log::Topic topic : {log::Topic::kIncidents, log::Topic::kLog}) {
    const std::int32_t partitions = asked.value()->partitions(topic);
    for (std::int32_t partition = 0; partition < partitions; ++partition) {
      const auto end = reader.value()->end_offset(topic, partition);
      D135_CHECK(end.has_value(), "the broker answers");
      if (*end == 0) continue;
      left[{topic, partition}] = *end - 1;
      reader.value()->follow(topic, partition, log::Reader::kBeginning);
    }
  }
  const auto give_up = std::chrono::steady_clock::now() + kSamplesPatience;
  while (!left.empty() && std::chrono::steady_clock::now() < give_up) loop.run_one_until(give_up);
  D135_CHECK(left.empty(), "what stands in the topics can be read");
  return {reports.value(), logged.value()};
}

}  // namespace dispatch135::benchmarks
