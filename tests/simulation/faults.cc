#include "tests/simulation/faults.h"

#include <algorithm>

#include "engine/base/check.h"
#include "services/fieldsim/random.h"

namespace dispatch135::simulation {

const char* words(FaultKind kind) {
  switch (kind) {
    case FaultKind::kLeaderCrashes:
      return "the leader crashes";
    case FaultKind::kLeaderPauses:
      return "the leader pauses";
    case FaultKind::kLeaderLosesLog:
      return "the leader loses the log";
    case FaultKind::kNodeCrashes:
      return "a node crashes";
    case FaultKind::kNodePauses:
      return "a node pauses";
    case FaultKind::kNodeLosesABroker:
      return "a node loses a broker";
    case FaultKind::kNodeLosesClients:
      return "a node loses its clients";
    case FaultKind::kNodeComesAndGoes:
      return "a node comes and goes";
    case FaultKind::kIntakeCrashes:
      return "an intake crashes";
    case FaultKind::kIntakeLosesABroker:
      return "an intake loses a broker";
    case FaultKind::kHotlineLosesBrokers:
      return "the hotline loses the brokers";
    case FaultKind::kHotlineRepeats:
      return "the hotline sends again";
    case FaultKind::kProducerStartsAnew:
      return "a producer starts anew";
    case FaultKind::kBrokerCrashes:
      return "a broker crashes";
    case FaultKind::kBrokerIsSlow:
      return "a broker is slow";
    case FaultKind::kBrokerDiskFull:
      return "a broker's disk is full";
    case FaultKind::kBrokerClockSteps:
      return "a broker's clock steps";
    case FaultKind::kBrokerClockStepsFar:
      return "a broker's clock steps by an hour";
    case FaultKind::kIntakeClockSteps:
      return "the intakes' clock steps by an hour";
    case FaultKind::kConnectionsBreak:
      return "all connections break";
    case FaultKind::kNetworkIsSlow:
      return "the clients' network is slow";
    case FaultKind::kUnitsRepeat:
      return "units repeat what they said";
    case FaultKind::kSnapshotSpoilt:
      return "a snapshot is spoilt";
    case FaultKind::kIntakeWaits:
      return "an intake waits for the log";
    case FaultKind::kBrokersPart:
      return "two brokers part";
  }
  D135_CHECK(false, "a kind outside the enum");
}

std::vector<Fault> random_faults(std::uint64_t seed, DurationMs over) {
  constexpr double kShareOfKinds = 0.35;
  constexpr double kShareOfHourSteps = 0.05;  // Log time stands still for an hour afterwards.
  constexpr double kLeastBetweenS = 20;
  constexpr double kMostBetweenS = 150;
  constexpr std::int64_t kShortestMs = 500;
  constexpr std::int64_t kLongestMs = 40'000;
  fieldsim::Random random(seed, "faults");
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < kFaultKinds; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    const bool on = random.chance(kind == FaultKind::kBrokerClockStepsFar ? kShareOfHourSteps : kShareOfKinds);
    const double between_s = kLeastBetweenS + random.fraction() * (kMostBetweenS - kLeastBetweenS);
    const std::int64_t longest_ms = random.between(kShortestMs, kLongestMs);
    if (!on) continue;
    for (DurationMs at{0}; true;) {
      at = at + DurationMs{static_cast<std::int64_t>(random.exponential(between_s) * 1'000)};
      if (at >= over) break;
      faults.push_back({kind, at, {random.between(kShortestMs, longest_ms)}, random.next()});
    }
  }
  std::stable_sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) { return a.at < b.at; });
  return faults;
}

}  // namespace dispatch135::simulation
