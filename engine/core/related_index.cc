#include "engine/core/related_index.h"

#include <algorithm>

#include "engine/base/limits.h"
#include "engine/core/call_words.h"

namespace dispatch135::core {
namespace {

constexpr std::uint32_t kPermille = 1'000;

// Shares of the confidence; together 100.
constexpr std::uint32_t kDistanceShare = 35;
constexpr std::uint32_t kTimeShare = 15;
constexpr std::uint32_t kCategoryShare = 15;
constexpr std::uint32_t kWordsShare = 35;
static_assert(kDistanceShare + kTimeShare + kCategoryShare + kWordsShare == 100);

// 1,000 at nothing, 0 at the limit; the value is 0 to the limit.
std::uint32_t nearness(std::int64_t value, std::int64_t limit) {
  return static_cast<std::uint32_t>(kPermille * (limit - value) / limit);
}

std::uint32_t confidence(std::uint32_t distance, std::uint32_t time, std::uint32_t category, std::uint32_t words) {
  return (kDistanceShare * distance + kTimeShare * time + kCategoryShare * category + kWordsShare * words) / 100;
}

struct Parts {
  std::int64_t distance_mm = 0;
  DurationMs apart;
  std::uint32_t distance = 0;
  std::uint32_t time = 0;
  std::uint32_t category = 0;
};

// What is known before the words are compared.
std::optional<Parts> parts(const policy::RelatedRule& rule, const Call& earlier, const Call& later) {
  Parts out;
  out.category = rule.category_likeness(earlier.category, later.category);
  out.apart = later.opened_at - earlier.opened_at;
  out.distance_mm = geo::distance_mm(earlier.place, later.place);
  if (out.category == 0 || out.apart > rule.within || out.distance_mm > rule.radius_mm) return std::nullopt;
  out.distance = nearness(out.distance_mm, rule.radius_mm);
  out.time = nearness(out.apart.count, rule.within.count);
  return out;
}

bool opened_before(const Call& a, const Call& b) { return std::pair(a.opened_at, a.id) < std::pair(b.opened_at, b.id); }

}  // namespace

std::optional<v1::Likeness> likeness(const policy::RelatedRule& rule, const Call& earlier, const Call& later) {
  const std::optional<Parts> known = parts(rule, earlier, later);
  if (!known) return std::nullopt;
  const std::uint32_t common = common_words(earlier.words, later.words);
  const std::uint32_t words = words_likeness(earlier.words.size(), later.words.size(), common);
  v1::Likeness out;
  out.set_confidence(confidence(known->distance, known->time, known->category, words));
  out.set_distance(known->distance);
  out.set_time(known->time);
  out.set_category(known->category);
  out.set_words(words);
  out.set_distance_mm(known->distance_mm);
  out.set_apart_ms(known->apart.count);
  out.set_common_words(common);
  return out;
}

RelatedIndex::Cell RelatedIndex::cell_of(geo::PlanePoint place) const {
  // Rounded towards the south-west, so that no cell is wider than the radius; the plane ends at kPlaneLimitMm.
  return {(place.x_mm + geo::kPlaneLimitMm) / rule_.radius_mm, (place.y_mm + geo::kPlaneLimitMm) / rule_.radius_mm};
}

std::uint32_t RelatedIndex::at_most(const Call& earlier, const Call& later) const {
  const std::optional<Parts> known = parts(rule_, earlier, later);
  return known ? confidence(known->distance, known->time, known->category, kPermille) : 0;
}

void RelatedIndex::put(Call call) {
  remove(call.id);
  const Cell cell = cell_of(call.place);
  cells_of_.emplace(call.id, cell);
  std::vector<Call>& calls = cells_[cell];
  calls.insert(std::upper_bound(calls.begin(), calls.end(), call, opened_before), std::move(call));
}

void RelatedIndex::remove(IncidentId id) {
  const auto known = cells_of_.find(id);
  if (known == cells_of_.end()) return;
  const auto cell = cells_.find(known->second);
  std::erase_if(cell->second, [id](const Call& call) { return call.id == id; });
  if (cell->second.empty()) cells_.erase(cell);
  cells_of_.erase(known);
}

}  // namespace dispatch135::core
