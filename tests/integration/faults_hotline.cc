// A hotline that reports over gRPC and must be told the truth about each report (S06).
#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <map>
#include <string>

#include "dispatch135/v1/intake.grpc.pb.h"
#include "engine/city/city.h"
#include "services/common/grpc_channel.h"
#include "services/common/mapped_file.h"
#include "tests/integration/faults.h"

namespace dispatch135 {
namespace {

using namespace std::chrono_literals;

constexpr const char* kSource = "S06";
constexpr auto kPause = 50ms;

// One operator: reports, keeps what it was answered, and repeats under the same name what was not accepted.
class Hotline {
 public:
  explicit Hotline(WholeSystem& system)
      : stub_(v1::Intake::NewStub(common::open_channel(system.intake_address()))), place_(somewhere(system)) {}

  void report(const std::string& event_id) {
    v1::IncidentEvent event;
    v1::IncidentReport& report = *event.mutable_report();
    report.set_source(kSource);
    report.set_event_id(event_id);
    report.set_category(v1::CATEGORY_PUBLIC_ORDER);
    report.set_severity(v1::SEVERITY_MEDIUM);
    report.set_place_class(v1::PLACE_CLASS_RESIDENTIAL);
    report.mutable_location()->set_latitude_deg(place_.latitude_e7 / 1e7);
    report.mutable_location()->set_longitude_deg(place_.longitude_e7 / 1e7);
    report.mutable_location()->set_datum(v1::DATUM_WGS84);
    report.set_reported_at_ms(wall_ms());
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 30s);
    v1::ReportReceipt receipt;
    answers_[event_id] = stub_->ReportIncident(&context, event, &receipt);
  }
  // Reports so long one after the other; how long the longest wait for an answer was, in milliseconds.
  std::int64_t report_for(FaultRun& run, std::chrono::seconds time) {
    std::int64_t longest = 0;
    for (const std::int64_t until = wall_ms() + time / 1ms; wall_ms() < until; run.pass(kPause)) {
      const std::int64_t asked = wall_ms();
      report("r" + std::to_string(answers_.size()));
      longest = std::max(longest, wall_ms() - asked);
    }
    return longest;
  }
  // What was not accepted, once more, until it is.
  void repeat(FaultRun& run) {
    for (const auto& [event_id, answer] : answers_) {
      for (const std::int64_t until = wall_ms() + 60'000; !answer.ok() && wall_ms() < until; run.pass(kPause)) {
        report(event_id);
      }
    }
  }
  std::int64_t count(grpc::StatusCode code) const {
    return std::count_if(answers_.begin(), answers_.end(),
                         [code](const auto& answer) { return answer.second.error_code() == code; });
  }
  const std::map<std::string, grpc::Status>& answers() const { return answers_; }

 private:
  static geo::Point somewhere(const WholeSystem& system) {
    const auto file = common::MappedFile::open(system.city_file());
    return city::City::open(file.value().bytes()).value().roads().junctions[0];
  }

  std::unique_ptr<v1::Intake::Stub> stub_;
  const geo::Point place_;
  std::map<std::string, grpc::Status> answers_;
};

// Two of three brokers are gone: nothing can be written that must stand on two.
void a_report_cannot_be_written(FaultRun& run) {
  run.begin(10);
  Hotline hotline(run.system());
  hotline.report_for(run, 3s);
  run.expect(hotline.count(grpc::StatusCode::OK) == std::ssize(hotline.answers()), "a report was not accepted before");
  const std::int64_t since = wall_ms();
  for (const int broker : {1, 2}) {
    if (!run.system().brokers().kill(broker)) throw SystemError("the broker was dead before");
  }
  run.figure("longest_wait_ms", hotline.report_for(run, run.options().is_short ? 15s : 60s));
  const auto started = run.system().brokers().start();
  if (!started) throw SystemError(started.error().message);
  run.decided_after(kTownPartition, wall_ms(), 60s);
  run.log_was_away(since);
  const std::int64_t unavailable = hotline.count(grpc::StatusCode::UNAVAILABLE);
  const std::int64_t accepted = hotline.count(grpc::StatusCode::OK);
  run.figure("answered_unavailable", unavailable);
  run.figure("accepted_at_first", accepted);
  run.expect(unavailable > 0, "no report met the fault");
  run.expect(unavailable + accepted == std::ssize(hotline.answers()), "another answer than accepted and unavailable");
  hotline.repeat(run);
  run.settle();
  std::int64_t lost = 0;
  std::int64_t twice = 0;
  for (const auto& [event_id, answer] : hotline.answers()) {
    run.expect(answer.ok(), event_id + " was not accepted in the end: " + answer.error_message());
    const std::size_t opened = run.timeline().opened(kSource, event_id);
    lost += opened == 0 ? 1 : 0;
    twice += opened > 1 ? 1 : 0;
  }
  run.figure("accepted_and_lost", lost);
  run.figure("opened_twice", twice);
  run.expect(lost == 0, "a report was accepted and lost");
  run.expect(twice == 0, "a report that was repeated opened two incidents");
}

}  // namespace

std::vector<Scenario> hotline_scenarios(const FaultOptions& options) {
  const SystemOptions two = {.brokers = 3, .nodes = 2, .session_timeout = options.session_timeout};
  return {{"S06", "reports cannot be written; each is answered, and none is accepted and lost", two,
           a_report_cannot_be_written}};
}

}  // namespace dispatch135
