// How matters are triaged and which command centre takes them, ready for use. The meaning of each field is in
// matters.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch135/v1/policy.pb.h"
#include "engine/base/hash.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace dispatch135::policy {

struct TriageEntry {
  std::string name;
  std::uint32_t categories = 0;  // Bit c: Category c; 0: any.
  std::vector<std::string> sources;
  std::vector<std::string> words;
  v1::Channel channel = v1::CHANNEL_POLICE;
  v1::Severity severity = v1::SEVERITY_UNSPECIFIED;
  DurationMs handle_within;

  bool fits(v1::Category category, std::string_view source, std::string_view description) const;
};

struct Centre {
  std::uint32_t id = 0;
  std::string name;
  v1::CentreLevel level = v1::CENTRE_LEVEL_UNSPECIFIED;
  std::uint32_t parent = 0;  // 0: none.
  std::vector<std::uint32_t> districts;
  v1::Severity takes_from = v1::SEVERITY_UNSPECIFIED;

  // `township` is 0 when it is not known.
  bool serves(DistrictId district, std::uint32_t township) const;
  bool takes(v1::Severity severity) const { return severity >= takes_from; }
};

class MatterRule {
 public:
  // The first row that fits; null: none does, it is for the police.
  const TriageEntry* triage(v1::Category category, std::string_view source, std::string_view description) const;
  // For matters that a person sent there: the first row of the channel; null: there is none.
  const TriageEntry* row_of(v1::Channel channel) const;
  // The centre of the lowest level, and of these the one with the lowest id, that serves the place and takes the
  // severity. Always one.
  const Centre& centre_for(DistrictId district, std::uint32_t township, v1::Severity severity) const;
  const Centre* centre(std::uint32_t id) const;  // Null: unknown.

  DurationMs accept_within() const { return accept_within_; }
  DurationMs verify_within() const { return verify_within_; }
  std::uint32_t satisfied_score() const { return satisfied_score_; }
  // Fingerprint of the file of micro-grids; 0: none.
  std::uint64_t micro_grids() const { return micro_grids_; }
  void hash(StateHasher& hasher) const;

  // Nothing: the policy has no such section. Error: the field, by its proto path, and what it must be.
  static Result<std::optional<MatterRule>> compile(const v1::Policy& policy);

 private:
  std::vector<TriageEntry> rows_;
  std::vector<Centre> centres_;  // By level, then id.
  DurationMs accept_within_;
  DurationMs verify_within_;
  std::uint32_t satisfied_score_ = 0;
  std::uint64_t micro_grids_ = 0;
};

}  // namespace dispatch135::policy
