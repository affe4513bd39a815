#include "engine/policy/matter_rule.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"

namespace dispatch135::policy {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kMonthMs = 30LL * 86'400'000;
constexpr int kMostRows = 1'000;
constexpr std::size_t kNameBytes = 64;

Error wrong_matters(const std::string& field, const std::string& what) {
  return {"policy.matters." + field + ": " + what};
}

bool named(const std::string& text) { return !text.empty() && text.size() <= kNameBytes; }

bool within(std::int64_t ms, std::int64_t most) { return ms >= kMinuteMs && ms <= most; }

Result<TriageEntry> compile_row(const v1::TriageEntry& row, const std::string& field) {
  TriageEntry out;
  if (!named(row.name())) return wrong_matters(field + ".name", "must be 1 to 64 bytes");
  out.name = row.name();
  for (const int category : row.categories()) {
    if (!v1::Category_IsValid(category) || category == v1::CATEGORY_UNSPECIFIED) {
      return wrong_matters(field + ".categories", "must be known categories, one is " + std::to_string(category));
    }
    out.categories |= 1U << category;
  }
  for (const std::string& source : row.sources()) {
    if (source.empty() || source.size() > limits::kSourceBytes)
      return wrong_matters(field + ".sources", "must be 1 to 32 bytes");
    out.sources.push_back(source);
  }
  for (const std::string& word : row.words()) {
    if (!named(word)) return wrong_matters(field + ".words", "must be 1 to 64 bytes");
    out.words.push_back(word);
  }
  if (!v1::Channel_IsValid(row.channel()) || row.channel() == v1::CHANNEL_UNSPECIFIED) {
    return wrong_matters(field + ".channel", "must be known, is " + std::to_string(row.channel()));
  }
  out.channel = row.channel();
  if (!v1::Severity_IsValid(row.severity())) {
    return wrong_matters(field + ".severity", "must be known, is " + std::to_string(row.severity()));
  }
  if (out.channel == v1::CHANNEL_EMERGENCY && row.severity() == v1::SEVERITY_UNSPECIFIED) {
    return wrong_matters(field + ".severity", "an emergency has one");
  }
  out.severity = row.severity();
  const bool handled = out.channel == v1::CHANNEL_CITY_SERVICE || out.channel == v1::CHANNEL_GRID;
  if (handled && !within(row.handle_within_ms(), kMonthMs)) {
    return wrong_matters(field + ".handle_within_ms",
                         "must be 60,000 to 2,592,000,000 ms, is " + std::to_string(row.handle_within_ms()));
  }
  out.handle_within = {row.handle_within_ms()};
  return out;
}

Result<Centre> compile_centre(const v1::Centre& centre, const std::string& field) {
  if (centre.centre_id() == 0) return wrong_matters(field + ".centre_id", "must not be 0");
  if (!named(centre.name())) return wrong_matters(field + ".name", "must be 1 to 64 bytes");
  if (!v1::CentreLevel_IsValid(centre.level()) || centre.level() == v1::CENTRE_LEVEL_UNSPECIFIED) {
    return wrong_matters(field + ".level", "must be TOWNSHIP, COUNTY or CITY, is " + std::to_string(centre.level()));
  }
  if (!v1::Severity_IsValid(centre.takes_from()) || centre.takes_from() == v1::SEVERITY_UNSPECIFIED) {
    return wrong_matters(field + ".takes_from", "must be a known severity, is " + std::to_string(centre.takes_from()));
  }
  Centre out;
  out.id = centre.centre_id();
  out.name = centre.name();
  out.level = centre.level();
  out.parent = centre.parent_id();
  out.districts.assign(centre.districts().begin(), centre.districts().end());
  out.takes_from = centre.takes_from();
  return out;
}

}  // namespace

bool TriageEntry::fits(v1::Category category, std::string_view source, std::string_view description) const {
  if (categories != 0 && (categories >> category & 1U) == 0) return false;
  if (!sources.empty() && std::find(sources.begin(), sources.end(), source) == sources.end()) return false;
  return words.empty() || std::any_of(words.begin(), words.end(), [&](const std::string& word) {
           return description.find(word) != description.npos;
         });
}

bool Centre::serves(DistrictId district, std::uint32_t township) const {
  return districts.empty() || std::any_of(districts.begin(), districts.end(), [&](std::uint32_t code) {
           return code != 0 && (code == district.value() || code == township);
         });
}

const TriageEntry* MatterRule::triage(v1::Category category, std::string_view source,
                                      std::string_view description) const {
  for (const TriageEntry& row : rows_) {
    if (row.fits(category, source, description)) return &row;
  }
  return nullptr;
}

const TriageEntry* MatterRule::row_of(v1::Channel channel) const {
  for (const TriageEntry& row : rows_) {
    if (row.channel == channel) return &row;
  }
  return nullptr;
}

const Centre& MatterRule::centre_for(DistrictId district, std::uint32_t township, v1::Severity severity) const {
  const auto found = std::find_if(centres_.begin(), centres_.end(), [&](const Centre& centre) {
    return centre.serves(district, township) && centre.takes(severity);
  });
  D135_CHECK(found != centres_.end(), "compile() sees to it that one serves everywhere and takes everything");
  return *found;
}

const Centre* MatterRule::centre(std::uint32_t id) const {
  for (const Centre& centre : centres_) {
    if (centre.id == id) return &centre;
  }
  return nullptr;
}

Result<std::optional<MatterRule>> MatterRule::compile(const v1::Policy& policy) {
  if (!policy.has_matters()) return std::optional<MatterRule>();
  const v1::MatterRule& rule = policy.matters();
  MatterRule out;
  if (rule.triage_size() > kMostRows) return wrong_matters("triage", "must be at most 1,000 rows");
  std::set<std::string> names;
  for (int i = 0; i < rule.triage_size(); ++i) {
    const std::string field = "triage[" + std::to_string(i) + "]";
    Result<TriageEntry> row = compile_row(rule.triage(i), field);
    if (!row) return row.error();
    if (!names.insert(row.value().name).second) return wrong_matters(field + ".name", "stands twice");
    out.rows_.push_back(std::move(row.value()));
  }
  if (rule.centres_size() == 0 || rule.centres_size() > kMostRows)
    return wrong_matters("centres", "must be 1 to 1,000");
  for (int i = 0; i < rule.centres_size(); ++i) {
    const std::string field = "centres[" + std::to_string(i) + "]";
    Result<Centre> centre = compile_centre(rule.centres(i), field);
    if (!centre) return centre.error();
    if (out.centre(centre.value().id) != nullptr) return wrong_matters(field + ".centre_id", "stands twice");
    out.centres_.push_back(std::move(centre.value()));
  }
  std::sort(out.centres_.begin(), out.centres_.end(),
            [](const Centre& a, const Centre& b) { return std::tie(a.level, a.id) < std::tie(b.level, b.id); });
  bool everywhere = false;
  for (const Centre& centre : out.centres_) {
    everywhere = everywhere || (centre.districts.empty() && centre.takes_from == v1::SEVERITY_CRITICAL);
    if (centre.parent == 0) continue;
    const Centre* parent = out.centre(centre.parent);
    if (parent == nullptr || parent->level <= centre.level) {
      return wrong_matters("centres",
                           "the parent of " + std::to_string(centre.id) + " must be a centre of a higher level");
    }
  }
  if (!everywhere) return wrong_matters("centres", "one must serve the whole region and take every severity");
  if (!within(rule.accept_within_ms(), limits::kPolicyTimeMs)) {
    return wrong_matters("accept_within_ms",
                         "must be 60,000 to 86,400,000 ms, is " + std::to_string(rule.accept_within_ms()));
  }
  if (!within(rule.verify_within_ms(), kMonthMs)) {
    return wrong_matters("verify_within_ms",
                         "must be 60,000 to 2,592,000,000 ms, is " + std::to_string(rule.verify_within_ms()));
  }
  if (rule.satisfied_score() < 1 || rule.satisfied_score() > 5) {
    return wrong_matters("satisfied_score", "must be 1 to 5, is " + std::to_string(rule.satisfied_score()));
  }
  out.accept_within_ = {rule.accept_within_ms()};
  out.verify_within_ = {rule.verify_within_ms()};
  out.satisfied_score_ = rule.satisfied_score();
  out.micro_grids_ = rule.micro_grids();
  return std::optional<MatterRule>(std::move(out));
}

void MatterRule::hash(StateHasher& hasher) const {
  hasher.add(rows_.size());
  for (const TriageEntry& row : rows_) {
    hasher.add(row.name);
    hasher.add(row.categories);
    hasher.add(row.sources.size());
    for (const std::string& source : row.sources) hasher.add(source);
    hasher.add(row.words.size());
    for (const std::string& word : row.words) hasher.add(word);
    hasher.add(static_cast<int>(row.channel));
    hasher.add(static_cast<int>(row.severity));
    hasher.add(row.handle_within.count);
  }
  hasher.add(centres_.size());
  for (const Centre& centre : centres_) {
    hasher.add(centre.id);
    hasher.add(centre.name);
    hasher.add(static_cast<int>(centre.level));
    hasher.add(centre.parent);
    hasher.add(centre.districts.size());
    for (const std::uint32_t district : centre.districts) hasher.add(district);
    hasher.add(static_cast<int>(centre.takes_from));
  }
  hasher.add(accept_within_.count);
  hasher.add(verify_within_.count);
  hasher.add(satisfied_score_);
  hasher.add(micro_grids_);
}

}  // namespace dispatch135::policy
