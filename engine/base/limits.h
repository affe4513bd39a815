// Every limit of the engine in one place, with the relations between them asserted.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dispatch135::limits {

// Text that comes from outside, in bytes.
inline constexpr std::size_t kSourceBytes = 32;
inline constexpr std::size_t kEventIdBytes = 64;
inline constexpr std::size_t kAddressBytes = 256;
inline constexpr std::size_t kDescriptionBytes = 2'048;
inline constexpr std::size_t kCallerReferenceBytes = 64;
inline constexpr std::size_t kDeviceIdBytes = 64;
inline constexpr std::size_t kCommandIdBytes = 64;
inline constexpr std::size_t kOperatorIdBytes = 64;
inline constexpr std::size_t kReasonBytes = 256;
inline constexpr std::size_t kAlertIdentifierBytes = 128;
inline constexpr std::size_t kAlertEventBytes = 128;
inline constexpr std::size_t kAlertHeadlineBytes = 160;
inline constexpr std::size_t kAlertAreaDescBytes = 256;
inline constexpr std::size_t kNodeNameBytes = 64;
inline constexpr std::size_t kPolicyNameBytes = 64;

// Messages, in bytes of their encoding.
inline constexpr std::size_t kSourceEventBytes = 65'536;  // A record of `incidents` or `alerts`.
inline constexpr int kSourceEventDepth = 16;              // Messages within messages of such a record.
inline constexpr std::size_t kUnitMessageBytes = 8'192;   // A message of a field unit.
inline constexpr std::size_t kLogRecordBytes = 131'072;   // A record of `dispatch.log`.

// Lists.
inline constexpr std::size_t kRequiredCapabilities = 16;
inline constexpr std::size_t kRequiredUnitKinds = 16;
inline constexpr std::size_t kAlertReferences = 16;
inline constexpr std::size_t kAlertCorners = 256;
inline constexpr std::size_t kAlertAreas = 16;
inline constexpr std::size_t kAlertActions = 64;  // Of a policy.
inline constexpr std::size_t kAlertActionEvents = 32;
inline constexpr std::uint32_t kAlertRadiusM = 100'000;
inline constexpr std::size_t kAreaCorners = 1'000;  // Of a change of streets, as the next three.
inline constexpr std::size_t kChangeEdges = 20'000;
inline constexpr std::size_t kDailyWindows = 8;
inline constexpr std::size_t kStreetNameBytes = 256;

// Policies.
inline constexpr std::size_t kResponseRules = 256;
inline constexpr std::size_t kRuleDistricts = 64;
inline constexpr std::size_t kPlanLevels = 5;
inline constexpr std::size_t kPlanEntries = 16;      // Of one level.
inline constexpr std::uint32_t kUnitsPerEntry = 16;  // Of a plan.
inline constexpr std::uint32_t kUnitsPerLevel = 16;  // Of a plan, all its entries together.
inline constexpr std::size_t kRoleBytes = 32;

// Rosters and crews.
inline constexpr std::size_t kRosterShifts = 500;     // Of one publication, with the units whose shifts it takes away.
inline constexpr std::size_t kRosterCorners = 2'000;  // Of all patrol areas of one publication.
inline constexpr std::int64_t kRosterSpanMs = 31LL * 86'400'000;
inline constexpr std::int64_t kShiftMs = 86'400'000;
inline constexpr std::int64_t kOvertimeMs = 43'200'000;
inline constexpr std::size_t kBreaksPerShift = 8;
inline constexpr std::size_t kPatrolCorners = 100;
inline constexpr std::size_t kShiftsPerUnit = 128;  // That are not over.
inline constexpr std::size_t kCrewMembers = 16;
inline constexpr std::uint32_t kCrewCount = 64;
inline constexpr std::size_t kCrewIdBytes = 32;
inline constexpr std::size_t kCrewNameBytes = 64;
inline constexpr std::size_t kVehicleBytes = 64;
inline constexpr std::size_t kEquipment = 32;
inline constexpr std::size_t kEquipmentBytes = 64;

// The state of one partition.
inline constexpr std::size_t kHeldEvents = 4'096;  // For regions that are not in force yet; more are refused.

// The state of one region.
inline constexpr std::size_t kOpenIncidents = 100'000;  // More are refused (REJECT_CODE_CAPACITY).
inline constexpr std::size_t kActiveAlerts = 10'000;
inline constexpr std::size_t kUnits = 100'000;
inline constexpr std::uint32_t kUnitsPerIncident = 8;       // Of a severity rule.
inline constexpr std::size_t kAssignmentsPerIncident = 96;  // With those that dispatchers add.
inline constexpr std::size_t kExcludedPerIncident = 64;     // Units that dispatchers keep away from it.
inline constexpr std::size_t kUnseenOrders = 64;      // A unit with more is not given work until it has read them.
inline constexpr std::size_t kTriedPerIncident = 64;  // Units that declined or did not sign, remembered.
inline constexpr std::int64_t kMatchedTogether =
    200;  // Waiting places of plans that are matched with free units at once,
inline constexpr std::size_t kWaitingPerFreeUnit = 16;                  // and for each free unit.
inline constexpr std::size_t kRememberedCommands = 10'000;              // For idempotence.
inline constexpr std::int64_t kEndedIncidentKeptMs = 24LL * 3'600'000;  // To recognise repeated reports.
inline constexpr std::uint32_t kExplainCandidates = 16;
inline constexpr std::size_t kPremises = 100'000;
inline constexpr std::size_t kPremiseAlarmPoints = 64;
inline constexpr std::size_t kPremiseHazards = 16;
inline constexpr std::size_t kPremiseContacts = 8;
inline constexpr std::size_t kPremiseNameBytes = 128;  // And of each hazard and contact.
inline constexpr std::size_t kPremiseNotesBytes = 1'024;
inline constexpr std::size_t kFurtherCalls = 100;   // Of one incident; more are only suggested.
inline constexpr std::size_t kWordsCompared = 128;  // Of a report's texts.
inline constexpr std::uint32_t kRelatedRadiusM = 5'000;
inline constexpr std::size_t kStreetsChanges = 1'000;  // That have not ended.
inline constexpr std::size_t kChangedArcs =
    20'000'000;                                  // Of all of them: directions of pieces of street, 4 bytes each.
inline constexpr std::size_t kShownStreets = 8;  // Names of streets that a change shows.
inline constexpr std::size_t kOpenMatters = 100'000;
inline constexpr std::size_t kCoverPoints = 10'000;       // Posts that a policy names for moves.
inline constexpr std::size_t kPursuitJunctions = 20'000;  // Around a moving target that a plan looks at.
inline constexpr std::size_t kPursuitPoints = 64;         // That a plan shows.
inline constexpr std::uint32_t kPursuitUnits = 32;        // Of one plan.
inline constexpr std::size_t kPursuitRings = 8;
inline constexpr std::size_t kChokePoints = 1'000;  // Of a policy.
inline constexpr std::size_t kChokePointNameBytes = 64;
inline constexpr std::size_t kMovesAtOnce = 64;  // Of units that cover elsewhere; dispatchers may add to them.

// Neighbours.
inline constexpr std::size_t kDistrictPairs = 256;
inline constexpr std::uint32_t kDistrictBorderM = 50'000;
inline constexpr std::size_t kCityNeighbours = 16;
inline constexpr std::uint32_t kRegionBorderM = 100'000;
inline constexpr std::int64_t kNeighbourGainMs = 3'600'000;
inline constexpr std::int64_t kNeighbourAnswerMs = 600'000;
inline constexpr std::uint32_t kLentAtOnce = 64;  // To one neighbour.
inline constexpr std::int64_t kLentWithinMs = 7'200'000;
inline constexpr std::int64_t kBeyondRoadsMm = 100'000'000;  // A place farther from the own roads is not gone to.

// Roads.
inline constexpr std::int64_t kSnapLimitMm = 1'000'000;  // Farther from any road is REJECT_CODE_OFF_ROAD.

inline constexpr std::int64_t kChokeSnapMm = 100'000;   // A choke point farther from the target's roads is passed over.
inline constexpr std::int64_t kBlockSnapMm = 20'000;    // Who blocks a street comes this near to its middle by road.
inline constexpr std::int64_t kPieceLimitMm = 200'000;  // To the nearest piece of street that a change names.
inline constexpr std::int64_t kNamedLimitMm = 5'000'000;  // To the nearest street of the name that a change gives.
inline constexpr std::int64_t kStreetGapMm = 60'000;      // A street of one name goes on beyond a shorter gap.
inline constexpr std::uint32_t kSpeedPermille = 10'000;   // At most so much of the speed as built.
inline constexpr std::int32_t kUtcOffsetMin = 840;        // The widest that is in use: UTC+14, Kiribati.

// Time.
inline constexpr std::int64_t kPolicyTimeMs = 86'400'000;           // The longest time of a policy.
inline constexpr std::int64_t kSourceTimeOffMs = 24LL * 3'600'000;  // A source's clock may differ so much from ours.
inline constexpr std::int64_t kSightingAheadMs = 5'000;             // A sighting's clock may run ahead of ours so much.

static_assert(kDescriptionBytes + kAddressBytes + kEventIdBytes < kSourceEventBytes);
static_assert(kDescriptionBytes < kUnitMessageBytes);
static_assert(kSourceEventBytes < kLogRecordBytes);
static_assert(kChangeEdges * 5 + kReasonBytes + kOperatorIdBytes + kCommandIdBytes < kLogRecordBytes);
static_assert(kAreaCorners * 16 < kLogRecordBytes);
static_assert(kChokePoints * (kChokePointNameBytes + 32) < kLogRecordBytes);
static_assert(kPursuitUnits <= kPursuitPoints && kPursuitUnits < kAssignmentsPerIncident);
static_assert(kUnitsPerIncident <= kUnitsPerLevel);
static_assert(kUnitsPerLevel * kPlanLevels < kAssignmentsPerIncident);

}  // namespace dispatch135::limits
