// What became of the calls of one run, from decisions alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "dispatch135/v1/decision.pb.h"
#include "engine/base/time.h"

namespace dispatch135::simulate {

// Counts of one severity, or of all.
struct SeverityOutcome {
  std::uint64_t calls = 0;
  std::uint64_t late = 0;  // First unit on scene after the deadline, or never.
  DurationMs late_time;    // Sum of the times after the deadline; of those never reached up to the end of the run.
};

struct Outcome {
  std::string name;           // Of the run, for people.
  std::uint64_t calls = 0;    // That became incidents; without those that were linked to another, here and below.
  std::uint64_t linked = 0;   // Calls about what was known already.
  std::uint64_t refused = 0;  // Records that the engine did not take.
  std::uint64_t reached = 0;  // Somebody came.
  std::array<std::uint64_t, 3> within = {};  // First unit on scene within 1, 3, 5 minutes.
  std::uint64_t in_time = 0;                 // Within the deadline.
  std::uint64_t breaches = 0;                // DeadlineBreached.
  std::uint64_t queued = 0;                  // Calls that had to wait for a unit.
  std::uint64_t assignments = 0;
  std::uint64_t offered_on = 0;  // Assignments that ended before their unit was there.
  std::uint64_t moves = 0;       // Orders to free units to wait elsewhere than at their post.
  DurationMs mean_response;      // From the opening to the first unit on scene, of those reached; as the next two.
  DurationMs p50_response;
  DurationMs p90_response;
  std::array<SeverityOutcome, 5> by_severity = {};  // By Severity; [0]: all.
  std::uint64_t units = 0;                          // On duty.
  DurationMs busy;                                  // Unit-time from assignment to its end.
  DurationMs span;                                  // From the first record to the last.
  std::uint64_t records = 0;
  std::uint64_t decisions = 0;

  // Share of the units' time on duty that they were busy, in thousandths.
  std::uint64_t utilisation_permille() const;
};

// How one call went: for whoever compares runs call by call.
struct CallOutcome {
  std::uint64_t incident = 0;  // Rising.
  std::string event_id;
  v1::Severity severity = v1::SEVERITY_UNSPECIFIED;
  TimeMs opened_at;
  TimeMs deadline_at;        // The last one set; 0: the policy's clock never started.
  TimeMs first_on_scene_at;  // 0: nobody.
  std::uint32_t units_needed = 0;
  TimeMs last_assigned_at;  // When the last unit was assigned; 0: none was.
  bool waited = false;      // Was queued.
  bool linked = false;      // To another call's incident.

  // The time after the deadline; of one never reached up to the end of the run. 0: in time, or the policy's clock never
  // started.
  DurationMs late(TimeMs end) const;
};

// Feed it all decisions of a region, in order.
class Tally {
 public:
  void add(const v1::Decision& decision);
  // `calls` gets each incident, by id. Call once, when the last decision was added; `end` is the end of the run.
  Outcome finish(TimeMs end, std::vector<CallOutcome>& calls);

 private:
  CallOutcome* find(std::uint64_t incident);

  std::vector<CallOutcome> calls_;
  Outcome outcome_;
};

}  // namespace dispatch135::simulate
