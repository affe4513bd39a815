// log show, skip, snapshots: what stands in the log's own topics, for those who keep it running.
#include <google/protobuf/util/json_util.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <optional>

#include "dispatch135/v1/decision.pb.h"
#include "dispatch135/v1/log.pb.h"
#include "services/dispatchctl/log_skip.h"
#include "services/dispatchctl/options.h"
#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/topic_scan.h"
#include "services/dispatchd/snapshot_format.h"
#include "services/dispatchd/snapshot_shelf.h"
#include "services/log/kafka_log.h"

namespace dispatch135::dispatchctl {
namespace {

constexpr std::chrono::seconds kLogPatience(30);
constexpr std::int64_t kTail = 1'000;  // Decisions among which the last published one is looked for.

struct LogOptions {
  common::KafkaSettings kafka;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string operator_id;
  std::string reason;
  bool yes = false;
};

std::string record_at(const LogOptions& options) {
  std::optional<std::string> value;
  read_partition(options.kafka, log::Topic::kLog, options.partition, options.offset, [&](const log::Record& record) {
    if (record.offset == options.offset) value = std::string(record.value);
  });
  if (!value) {
    throw CommandError("partition " + std::to_string(options.partition) + " of dispatch.log has no record at offset " +
                       std::to_string(options.offset));
  }
  return *value;
}

void print(const std::string& value) {
  v1::LogRecord record;
  std::string json;
  google::protobuf::util::JsonPrintOptions print;
  print.add_whitespace = true;
  if (!record.ParseFromString(value) || !google::protobuf::util::MessageToJsonString(record, &json, print).ok()) {
    std::cout << value.size() << " bytes that are not a LogRecord\n";
    return;
  }
  std::cout << json;
}

std::optional<std::uint64_t> last_published(const LogOptions& options) {
  std::optional<std::uint64_t> last;
  const auto take = [&](const log::Record& record) {
    v1::Decision decision;
    if (!decision.ParseFromArray(record.value.data(), static_cast<int>(record.value.size()))) return;
    last = std::max(last.value_or(0), decision.id().offset());
  };
  std::int64_t end = 0;
  {
    boost::asio::io_context context;
    const auto reader = log::KafkaReader::open(context, options.kafka, [](const log::Record&) {});
    if (!reader) throw CommandError(reader.error().message, kUnreachable);
    const auto asked = reader.value()->end_offset(log::Topic::kDecisions, options.partition);
    if (!asked) throw CommandError("no broker at " + options.kafka.bootstrap + " answers", kUnreachable);
    end = *asked;
  }
  read_partition(options.kafka, log::Topic::kDecisions, options.partition, std::max<std::int64_t>(0, end - kTail),
                 take);
  return last;
}

void append(const LogOptions& options, const std::string& key, const v1::SnapshotRecord& record) {
  boost::asio::io_context context;
  const auto writer = log::KafkaWriter::open(context, options.kafka);
  if (!writer) throw CommandError(writer.error().message, kUnreachable);
  std::optional<log::Appended> outcome;
  writer.value()->append(log::Topic::kSnapshots, options.partition, key, record.SerializeAsString(),
                         [&](const log::Appended& appended) { outcome = appended; });
  const auto give_up = std::chrono::steady_clock::now() + kLogPatience;
  while (!outcome && std::chrono::steady_clock::now() < give_up) context.run_one_for(std::chrono::milliseconds(200));
  if (!outcome)
    throw CommandError("the broker did not acknowledge; look with `dispatchctl log snapshots`", kUnreachable);
  if (!outcome->ok) throw CommandError("dispatch.snapshots: " + outcome->error);
}

void skip(const LogOptions& options) {
  const std::string value = record_at(options);
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  const SkipRequest request = {static_cast<std::uint64_t>(options.offset),
                               options.operator_id,
                               options.reason,
                               {now.count()},
                               last_published(options)};
  const auto made = make_skip(request, value);
  if (!made) throw CommandError(made.error().message);
  print(value);
  if (!options.yes) throw CommandError("this is what all nodes would pass over; say --yes to have it so");
  v1::SnapshotRecord record;
  *record.mutable_skip() = made.value();
  append(options, dispatchd::skip_key(made.value().offset()), record);
  std::cout << "all nodes pass over this record when they come to it; start again those that it stopped\n";
}

std::string time_of(std::int64_t ms) {
  const std::time_t seconds = ms / 1'000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &utc);
  return text;
}

void list_snapshots(const LogOptions& options) {
  const std::int32_t partitions = partitions_of_log(options.kafka);
  for (std::int32_t partition = 0; partition < partitions; ++partition) {
    dispatchd::SnapshotShelf shelf;
    read_partition(options.kafka, log::Topic::kSnapshots, partition, log::Reader::kBeginning,
                   [&](const log::Record& record) { shelf.put(record.key, record.value); });
    for (const std::string& slot : shelf.newest_first()) {
      const v1::SnapshotManifest& manifest = shelf.manifests().find(slot)->second;
      const auto bytes = shelf.bytes(slot);
      std::cout << "partition " << partition << ": up to offset " << manifest.next_offset() << ", "
                << time_of(manifest.log_time_ms()) << ", " << manifest.compressed_bytes() << " bytes in "
                << manifest.chunks() << " chunks, by node " << manifest.node() << " (version "
                << manifest.engine_version() << ", behaviour " << manifest.behaviour() << "), "
                << (bytes ? "whole" : "damaged: " + bytes.error().message) << "\n";
    }
    for (const auto& [offset, skip] : shelf.skips()) {
      std::cout << "partition " << partition << ": the record at offset " << offset << " is passed over, by "
                << skip.operator_id() << " at " << time_of(skip.skipped_at_ms()) << ": " << skip.reason() << "\n";
    }
    if (shelf.manifests().empty()) std::cout << "partition " << partition << ": no snapshot\n";
  }
}

}  // namespace

void add_log(CLI::App& program) {
  const auto options = std::make_shared<LogOptions>();
  CLI::App* command = program.add_subcommand("log", "The log itself, for those who keep it running");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, auto run) {
    CLI::App* sub = command->add_subcommand(name, help);
    add_kafka_options(*sub, options->kafka);
    sub->callback([options, run] { run(*options); });
    return sub;
  };
  const auto add_record = [&](CLI::App* sub) {
    sub->add_option("--partition", options->partition, "Of dispatch.log")->required()->check(CLI::Range(0, 999));
    sub->add_option("--offset", options->offset, "Of the record")->required()->check(CLI::NonNegativeNumber);
  };
  add_record(add("show", "Print one record", [](const LogOptions& given) { print(record_at(given)); }));
  CLI::App* sub = add("skip",
                      "Have all nodes pass over a record that stops them. It is kept who did it and why; refused when "
                      "the record was applied anywhere",
                      skip);
  add_record(sub);
  sub->add_option("--operator", options->operator_id, "Who you are")->required();
  sub->add_option("--reason", options->reason, "Why")->required();
  sub->add_flag("--yes", options->yes, "Really; without it only the record is shown");
  add("snapshots", "List the snapshots that a node may begin from, whether they are whole, and the records passed over",
      list_snapshots);
}

}  // namespace dispatch135::dispatchctl
