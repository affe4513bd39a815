#include "engine/policy/related_rule.h"

#include <string>

#include "engine/base/limits.h"

namespace dispatch135::policy {
namespace {

constexpr std::uint32_t kPermille = 1'000;
constexpr std::uint32_t kCompatible = 600;

Error wrong_related(const std::string& field, const std::string& must) {
  return {"policy.related." + field + ": " + must};
}

bool is_category(v1::Category category) {
  return v1::Category_IsValid(category) && category != v1::CATEGORY_UNSPECIFIED;
}

}  // namespace

Result<RelatedRule> RelatedRule::compile(const v1::RelatedRule& rule) {
  if (rule.radius_m() < 1 || rule.radius_m() > limits::kRelatedRadiusM) {
    return wrong_related("radius_m", "must be 1 to 5,000 m, is " + std::to_string(rule.radius_m()));
  }
  if (rule.within_ms() < 1 || rule.within_ms() > limits::kPolicyTimeMs) {
    return wrong_related("within_ms", "must be 1 to 86,400,000 ms, is " + std::to_string(rule.within_ms()));
  }
  if (rule.suggest_at() < 1 || rule.suggest_at() > kPermille) {
    return wrong_related("suggest_at", "must be 1 to 1,000 permille, is " + std::to_string(rule.suggest_at()));
  }
  if (rule.link_at() != 0 && (rule.link_at() < rule.suggest_at() || rule.link_at() > kPermille)) {
    return wrong_related("link_at",
                         "must be 0 (never), or suggest_at to 1,000 permille, is " + std::to_string(rule.link_at()));
  }
  RelatedRule out;
  out.radius_mm = std::int64_t{rule.radius_m()} * 1'000;
  out.within = {rule.within_ms()};
  out.suggest_at = rule.suggest_at();
  out.link_at = rule.link_at();
  for (int i = 0; i < rule.compatible_size(); ++i) {
    const std::string entry = "compatible[" + std::to_string(i) + "]";
    const v1::CategoryPair& pair = rule.compatible(i);
    if (!is_category(pair.one()) || !is_category(pair.other())) {
      return wrong_related(entry, "must be two known, specified categories");
    }
    if (pair.one() == pair.other()) return wrong_related(entry, v1::Category_Name(pair.one()) + " stands with itself");
    bool& there = out.compatible[pair.one()][pair.other()];
    if (there) return wrong_related(entry, "the pair stands twice");
    there = out.compatible[pair.other()][pair.one()] = true;
  }
  return out;
}

std::uint32_t RelatedRule::category_likeness(v1::Category a, v1::Category b) const {
  if (a == b) return kPermille;
  return is_category(a) && is_category(b) && compatible[a][b] ? kCompatible : 0;
}

void RelatedRule::hash(StateHasher& hasher) const {
  hasher.add(radius_mm);
  hasher.add(within.count);
  hasher.add(suggest_at);
  hasher.add(link_at);
  for (const auto& row : compatible) {
    for (const bool pair : row) hasher.add(pair);
  }
}

}  // namespace dispatch135::policy
