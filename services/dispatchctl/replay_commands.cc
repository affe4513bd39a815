// record and replay: a log as a file, and the same log through the engine once more.
#include <chrono>
#include <cinttypes>
#include <iostream>

#include "services/common/city_files.h"
#include "services/dispatchctl/options.h"
#include "services/dispatchctl/replay.h"
#include "services/dispatchctl/subcommands.h"
#include "services/dispatchctl/topic_scan.h"

namespace dispatch135::dispatchctl {
namespace {

struct ReplayOptions {
  common::KafkaSettings kafka;
  std::string file;
  std::vector<std::string> cities;
};

void run_record(const ReplayOptions& options) {
  auto writer = RecordedLogWriter::create(options.file);
  if (!writer) throw CommandError(writer.error().message);
  std::uint64_t logged = 0;
  std::uint64_t decided = 0;
  scan_topics(options.kafka, [&](const RecordedRecord& record) {
    ++(record.kind == RecordedRecord::Kind::kLog ? logged : decided);
    writer.value().add(record);
  });
  if (!writer.value().finish()) throw CommandError(options.file + ": not everything could be written");
  std::cout << options.file << " holds " << logged << " log records and " << decided << " decisions\n";
}

void run_replay(const ReplayOptions& options) {
  const auto cities = common::CityFiles::open(options.cities);
  if (!cities) throw CommandError(cities.error().message);
  std::vector<RecordedRecord> log;
  Replay replay(*cities.value());
  const auto sort_in = [&](const RecordedRecord& record) {
    if (record.kind == RecordedRecord::Kind::kLog) {
      log.push_back(record);
    } else {
      replay.add_published(record);
    }
  };
  if (options.file.empty()) {
    scan_topics(options.kafka, sort_in);
  } else if (const auto read = read_recorded_log(options.file, sort_in); !read) {
    throw CommandError(read.error().message);
  }
  const auto start = std::chrono::steady_clock::now();
  for (const RecordedRecord& record : log) {
    if (const auto applied = replay.apply(record); !applied) throw CommandError(applied.error().message);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const ReplayResult result = replay.finish();
  std::cout << "records        " << result.records << "\ndecisions      " << result.decisions << "\ncompared       "
            << result.compared << "\nnot published  " << result.not_published << "\ndifferences    "
            << result.differences << "\n";
  for (const auto& [partition, hash] : result.state_hashes) {
    std::printf("state hash     %016" PRIx64 " of partition %u\n", hash, partition);
  }
  std::printf("records/s      %.0f, with the comparison\n", static_cast<double>(result.records) / took.count());
  std::fflush(stdout);
  if (result.differences > 0) {
    std::cout << "first: " << result.first_difference << "\n";
    throw CommandError("the engine decides otherwise than was published");
  }
}

}  // namespace

void add_record(CLI::App& program) {
  const auto options = std::make_shared<ReplayOptions>();
  CLI::App* command = program.add_subcommand(
      "record", "Write dispatch.log and dispatch.decisions, as they stand, to a file (docs/formats/recorded-log.md)");
  add_kafka_options(*command, options->kafka);
  command->add_option("--out", options->file, "The file; replaced if it is there")->required();
  command->callback([options] { run_record(*options); });
}

void add_replay(CLI::App& program) {
  const auto options = std::make_shared<ReplayOptions>();
  CLI::App* command = program.add_subcommand(
      "replay",
      "Run dispatch.log from its beginning through a fresh engine and compare every decision, byte by byte, with "
      "those\n"
      "published. Prints the counts, the first difference, the state hash and the speed; exit 1 on a difference");
  CLI::Option* kafka = add_kafka_options(*command, options->kafka);
  command->add_option("--file", options->file, "A recorded log, instead of the broker")->excludes(kafka);
  command->add_option("--city", options->cities, "City files that the log names")->required();
  command->callback([options] { run_replay(*options); });
}

}  // namespace dispatch135::dispatchctl
