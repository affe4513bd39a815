// fuzz_seeds FOLDER: writes the first inputs of those corpora that are not text, FOLDER/TARGET/seed-N. The same each
// time.
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>

#include "dispatch135/v1/console.pb.h"
#include "dispatch135/v1/field_units.pb.h"
#include "engine/city/micro_grids.h"
#include "fuzz/engine_under_test.h"
#include "fuzz/record_sequence.h"
#include "fuzz/snapshot_puts.h"
#include "services/dispatchctl/recorded_log.h"
#include "services/dispatchd/replica.h"
#include "services/dispatchd/snapshot_format.h"
#include "tests/engine/core/related_mix.h"
#include "tests/services/intake/fixture.h"

namespace dispatch135::fuzz {
namespace {

class Seeds {
 public:
  explicit Seeds(std::filesystem::path folder) : folder_(std::move(folder)) {}

  void add(const std::string& target, const std::string& bytes) {
    std::filesystem::create_directories(folder_ / target);
    std::ofstream out(folder_ / target / ("seed-" + std::to_string(++count_[target])), std::ios::binary);
    out << bytes;
  }

 private:
  std::filesystem::path folder_;
  std::map<std::string, int> count_;
};

// Logs in which all goes on at once, cut into pieces; and of each kind of command one.
void add_logs(Seeds& seeds) {
  constexpr int kLogs = 6;
  constexpr int kRecords = 60;
  const city::City& city = TownUnderTest::get().city();
  std::set<int> commands;
  for (std::uint64_t seed = 1; seed <= kLogs; ++seed) {
    core::testing::MixedLog mixed(city, core::testing::kRegion.value(), seed, {});
    core::testing::RestOfLog rest(city, core::testing::kRegion.value(), seed);
    core::Engine engine(0, TownUnderTest::get().catalog());
    std::uint64_t offset = 0;
    std::int64_t now_ms = kStartMs;
    const auto apply = [&](const v1::LogRecord& record) {
      for (const v1::Decision& decision : engine.apply(record, offset++, {now_ms})) {
        mixed.saw(decision);
        rest.saw(decision);
      }
    };
    for (const v1::LogRecord& record : TownUnderTest::get().opening()) apply(record);
    std::vector<TimedRecord> records;
    for (int i = 0; i < kRecords; ++i) {
      TimedRecord timed;
      timed.gap = static_cast<std::uint8_t>(1 + i % 12);
      now_ms += gap_ms(timed.gap);
      timed.record = i % 2 == 0 ? mixed.next() : rest.next(now_ms);
      apply(timed.record);
      if (timed.record.has_operator_command() &&
          commands.insert(timed.record.operator_command().command_case()).second) {
        v1::CommandRequest request;
        request.set_region(timed.record.region());
        *request.mutable_command() = timed.record.operator_command();
        seeds.add("command", request.SerializeAsString());
      }
      records.push_back(std::move(timed));
    }
    seeds.add("records", serialize_records(records));
  }
}

// A partition in the middle of its work, and its snapshot in the slot `a` beside a skipped record.
void add_states(Seeds& seeds) {
  constexpr int kStates = 3;
  const city::City& city = TownUnderTest::get().city();
  for (std::uint64_t seed = 1; seed <= kStates; ++seed) {
    core::testing::MixedLog mixed(city, core::testing::kRegion.value(), seed, {});
    core::testing::RestOfLog rest(city, core::testing::kRegion.value(), seed);
    dispatchd::Replica replica(0, TownUnderTest::get().catalog());
    std::int64_t now_ms = kStartMs;
    const auto apply = [&](const v1::LogRecord& record) {
      log::Record logged;
      logged.offset = replica.next_offset;
      logged.timestamp = TimeMs{now_ms};
      const std::string value = record.SerializeAsString();
      logged.value = value;
      v1::LogRecord parsed;
      for (const v1::Decision& decision : replica.apply(logged, nullptr, parsed).decisions) {
        mixed.saw(decision);
        rest.saw(decision);
      }
    };
    for (const v1::LogRecord& record : TownUnderTest::get().opening()) apply(record);
    for (std::uint64_t i = 0; i < 60 * seed; ++i) {
      now_ms += 400;
      apply(i % 2 == 0 ? mixed.next() : rest.next(now_ms));
    }
    const std::string state = replica.save();
    seeds.add("restore", state);
    const dispatchd::PackedSnapshot packed = dispatchd::pack(replica.describe("a"), state);
    v1::SnapshotRecord manifest;
    *manifest.mutable_manifest() = packed.manifest;
    v1::SnapshotRecord chunk;
    *chunk.mutable_chunk() = packed.chunks.front();
    v1::SnapshotRecord skip;
    skip.mutable_skip()->set_operator_id("wang");
    skip.mutable_skip()->set_reason("it stops every node");
    const Put puts[] = {{kChunk0, chunk.SerializeAsString()},
                        {kManifest | kMended, manifest.SerializeAsString()},
                        {kSkip, skip.SerializeAsString()}};
    seeds.add("snapshot", serialize_puts(puts));
  }
}

void add_unit_messages(Seeds& seeds) {
  constexpr std::int64_t kNow = 1'700'000'000'000;
  const auto add = [&](const auto& fill) {
    v1::UnitMessage message;
    message.set_client_sequence(3);
    fill(message);
    seeds.add("unit_message", message.SerializeAsString());
  };
  add([](v1::UnitMessage& m) {
    m.mutable_sign_on()->set_unit_id(1);
    m.mutable_sign_on()->set_region(320200);
    m.mutable_sign_on()->set_device_id("device");
    m.mutable_sign_on()->mutable_crew();
  });
  add([](v1::UnitMessage& m) { m.mutable_sign_off(); });
  add([](v1::UnitMessage& m) {
    *m.mutable_position()->mutable_location() = intake::place(31.5, 120.3);
    m.mutable_position()->set_measured_at_ms(kNow);
  });
  add([](v1::UnitMessage& m) { m.mutable_status()->set_status(v1::UNIT_SECONDARY_STATUS_ON_DUTY); });
  add([](v1::UnitMessage& m) { m.mutable_acknowledge()->set_assignment_id(7); });
  add([](v1::UnitMessage& m) {
    m.mutable_decline()->set_assignment_id(7);
    m.mutable_decline()->set_reason(static_cast<v1::DeclineReason>(1));
  });
  add([](v1::UnitMessage& m) {
    m.mutable_feedback()->set_assignment_id(7);
    m.mutable_feedback()->set_disposition(static_cast<v1::Disposition>(1));
  });
  add([](v1::UnitMessage& m) { m.mutable_check_answer()->set_reply(v1::CHECK_REPLY_NEED_HELP); });
  add([](v1::UnitMessage& m) {
    m.mutable_matter_report()->set_matter_id(5);
    m.mutable_matter_report()->set_step(v1::MatterReport::STEP_HANDLED);
    m.mutable_matter_report()->set_disposition(static_cast<v1::Disposition>(1));
  });
  add([](v1::UnitMessage& m) {
    *m.mutable_sighting()->mutable_location() = intake::place(31.5, 120.3);
    m.mutable_sighting()->set_incident_id(9);
  });
  add([](v1::UnitMessage& m) { m.mutable_heartbeat(); });
}

void add_events(Seeds& seeds) {
  for (const v1::IncidentEvent& event : {intake::valid_report(), intake::valid_update(), intake::valid_cancel()}) {
    seeds.add("incident_event", event.SerializeAsString());
  }
  seeds.add("incident_event",
            R"({"report":{"source":"110","eventId":"e1","category":"CATEGORY_FIRE","severity":"SEVERITY_HIGH",)"
            R"("location":{"latitudeDeg":31.5,"longitudeDeg":120.6,"datum":"DATUM_GCJ02"},"address":"\u4e00"}})");
  seeds.add("alert_report", intake::valid_alert().SerializeAsString());
  seeds.add("alert_report", R"({"identifier":"a","sender":"b","sentMs":"1760000000000","msgType":"MSG_TYPE_CANCEL",)"
                            R"("references":["x"],"region":320200})");
  seeds.add("alert_report",
            R"(<?xml version="1.0" encoding="UTF-8"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">)"
            R"(<identifier>r-1</identifier><sender>met</sender><sent>2025-10-09T16:53:20+08:00</sent>)"
            R"(<status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info><category>Met</category>)"
            R"(<event>Rain</event><urgency>Immediate</urgency><severity>Severe</severity>)"
            R"(<certainty>Observed</certainty><area><areaDesc>Wuxi</areaDesc>)"
            R"(<polygon>31.2,120.2 31.2,120.3 31.3,120.3 31.2,120.2</polygon></area></info></alert>)");
}

std::string text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void add_files(Seeds& seeds) {
  city::CityDraft draft = core::testing::grid_town(3, 3, 1);
  draft.places.resize(4);
  seeds.add("city_file", text(city::build_city(draft).value()));

  const std::array<geo::Point, 4> outline = {geo::Point{315'000'000, 1'203'000'000},
                                             {315'000'000, 1'203'010'000},
                                             {315'010'000, 1'203'010'000},
                                             {315'010'000, 1'203'000'000}};
  city::MicroGrid grid;
  grid.code = 320'205'001;
  grid.worker = UnitId(1);
  grid.outline = outline;
  seeds.add("micro_grids", text(city::build_micro_grids({&grid, 1}).value()));

  const std::string path = std::filesystem::temp_directory_path() / "dispatch135-fuzz-seed.log";
  auto writer = dispatchctl::RecordedLogWriter::create(path);
  writer.value().add({dispatchctl::RecordedRecord::Kind::kLog, 0, 0, {kStartMs}, "one"});
  writer.value().add({dispatchctl::RecordedRecord::Kind::kDecision, 0, 0, {kStartMs}, "two"});
  writer.value().finish();
  std::ifstream in(path, std::ios::binary);
  seeds.add("recorded_log", {std::istreambuf_iterator<char>(in), {}});
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace dispatch135::fuzz

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "Usage: fuzz_seeds FOLDER\n";
    return 2;
  }
  dispatch135::fuzz::Seeds seeds(argv[1]);
  dispatch135::fuzz::add_logs(seeds);
  dispatch135::fuzz::add_states(seeds);
  dispatch135::fuzz::add_unit_messages(seeds);
  dispatch135::fuzz::add_events(seeds);
  dispatch135::fuzz::add_files(seeds);
  return 0;
}
