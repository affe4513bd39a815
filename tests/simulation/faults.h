// What can go wrong, and what of it goes wrong under a seed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/time.h"

namespace dispatch135::simulation {

enum class FaultKind : std::uint8_t {
  kLeaderCrashes,   // kill -9; started again on an empty state.
  kLeaderPauses,    // SIGSTOP; goes on as if nothing had happened.
  kLeaderLosesLog,  // The brokers are out of its reach, units and consoles are not.
  kNodeCrashes,     // Any of them.
  kNodePauses,
  kNodeLosesABroker,  // One broker is out of its reach.
  kNodeLosesClients,  // Units and consoles do not reach it; the log it reaches.
  kNodeComesAndGoes,  // Ends in order and starts again, every few seconds.
  kIntakeCrashes,
  kIntakeLosesABroker,
  kHotlineLosesBrokers,
  kHotlineRepeats,      // It sends again, three times, what it sent of late.
  kProducerStartsAnew,  // Of a node, an intake or the hotline: what was under way fails, or stands all the same.
  kBrokerCrashes,
  kBrokerIsSlow,  // Its replicas come late.
  kBrokerDiskFull,
  kBrokerClockSteps,     // By up to a minute, either way.
  kBrokerClockStepsFar,  // By an hour.
  kIntakeClockSteps,     // By an hour.
  kConnectionsBreak,     // All units and consoles at once.
  kNetworkIsSlow,        // Between clients and nodes.
  kUnitsRepeat,          // Devices send again what they sent before: repeated, stale, out of order.
  kSnapshotSpoilt,       // A bit of a record of dispatch.snapshots flips, or its end is cut off.
  kIntakeWaits,          // The log takes nothing, commits get through; then it is killed, or its appends time out.
  kBrokersPart,          // Two of them do not reach each other.
};
inline constexpr std::size_t kFaultKinds = static_cast<std::size_t>(FaultKind::kBrokersPart) + 1;

// For people: "the leader crashes".
const char* words(FaultKind kind);

// Something bad, at some time after the start.
struct Fault {
  FaultKind kind = FaultKind::kLeaderCrashes;
  DurationMs at;
  DurationMs lasts;
  std::uint64_t pick = 0;  // Whom it befalls, and how much, where there is a choice.
};

// By seed: which kinds happen at all (about a third of them), how often, how long; several may hold at once.
std::vector<Fault> random_faults(std::uint64_t seed, DurationMs over);

}  // namespace dispatch135::simulation
