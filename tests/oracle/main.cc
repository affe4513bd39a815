// oracle: reads what stood in the topics and in the diaries, and says whether the promises were kept.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>

#include "tests/oracle/diary.h"
#include "tests/oracle/history_checker.h"
#include "tests/oracle/report.h"
#include "tests/oracle/topic_reader.h"

namespace {

volatile std::sig_atomic_t stop_requested = 0;

void request_stop(int) { stop_requested = 1; }

constexpr int kBroken = 1;
constexpr int kCannotRead = 2;

}  // namespace

int main(int argc, char** argv) {
  using namespace dispatch135::oracle;
  CLI::App app(
      "Judges a run of Dispatch135 from the outside: reads the source topics, dispatch.log, dispatch.decisions,\n"
      "dispatch.rejects and the diaries of simulated hotlines and units, and checks that nothing was lost (I1), "
      "nothing\n"
      "acted twice (I2), nothing was decided in two ways (I3) and every timer fired once and in time (I4).\n"
      "Prints each finding, then the counts. Exit: 0 nothing found, 1 something found, 2 the topics cannot be read.");
  std::string kafka;
  std::string prefix;
  std::vector<std::string> diaries;
  bool follow = false;
  bool json = false;
  app.add_option("--kafka", kafka, "Bootstrap address, HOST:PORT")->required();
  app.add_option("--topic-prefix", prefix, "What stands before every topic's name");
  app.add_option("--diary", diaries, "Diaries (one JSON object a line), read at the end");
  app.add_flag("--follow", follow,
               "Read from now on until SIGINT or SIGTERM, then to the ends of the topics; for brokers that forget");
  std::vector<std::int64_t> away;
  app.add_option("--log-away", away,
                 "PARTITION FROM TO: that partition of dispatch.log (-1: each) could not be written from and to then,\n"
                 "milliseconds since 1970, so what is decided by records stamped in that time may be late")
      ->type_size(3);
  app.add_flag("--json", json, "Print the counts once more, as one line of JSON, last");
  CLI11_PARSE(app, argc, argv);

  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);
  try {
    HistoryChecker checker;
    TopicReader reader(kafka, prefix, [&](const Record& record) {
      checker.on_record(record);
      bool late = false;
      for (std::size_t i = 0; i + 2 < away.size(); i += 3) {
        late = late || ((away[i] == -1 || away[i] == record.partition) && away[i + 1] <= record.timestamp_ms &&
                        record.timestamp_ms <= away[i + 2]);
      }
      if (late && record.topic == Topic::kLog) checker.may_be_late({record.partition, record.offset});
    });
    while (follow && stop_requested == 0) reader.poll(100);
    reader.read_to_end();
    std::vector<std::string> errors;
    for (const std::string& path : diaries) {
      for (const DiaryEntry& entry : read_diary(path, errors)) checker.on_diary(entry);
    }
    for (const std::string& error : errors) std::cerr << error << "\n";
    if (!errors.empty()) return kCannotRead;
    const Verdict verdict = checker.check();
    std::cout << as_text(verdict);
    if (json) std::cout << as_json(verdict) << "\n";
    return verdict.findings.empty() ? 0 : kBroken;
  } catch (const ReadError& error) {
    std::cerr << "oracle: " << error.what() << "\n";
    return kCannotRead;
  }
}
