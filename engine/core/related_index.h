// The reports that a new one is compared with: a grid over the city, each cell in the order of time. It finds the most
// alike without looking at those that are too far or too old. The formula is that of related.proto, in whole numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "dispatch135/v1/related.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/geo/plane.h"
#include "engine/policy/related_rule.h"

namespace dispatch135::core {

// What of a report is compared.
struct Call {
  IncidentId id;
  TimeMs opened_at;
  geo::PlanePoint place;
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  std::vector<std::uint32_t> words;  // As words_of() gives them.
};

// How alike two calls are; nothing: too far apart, too long, or of categories that are not compared. `earlier` must not
// be the later one.
std::optional<v1::Likeness> likeness(const policy::RelatedRule& rule, const Call& earlier, const Call& later);

class RelatedIndex {
 public:
  explicit RelatedIndex(const policy::RelatedRule& rule) : rule_(rule) {}

  // Adds a call, or replaces the one of the same id.
  void put(Call call);
  // Nothing happens when it is not there.
  void remove(IncidentId id);
  std::size_t size() const { return cells_of_.size(); }

  struct Match {
    IncidentId id;
    v1::Likeness likeness;
  };
  // The most alike of those that `accepts(id)`, at least rule.suggest_at; of equals the one opened first. Never `call`
  // itself.
  template <typename Accepts>
  std::optional<Match> most_alike(const Call& call, Accepts accepts) const;

 private:
  using Cell = std::pair<std::int64_t, std::int64_t>;

  Cell cell_of(geo::PlanePoint place) const;
  // More than this the two cannot reach, whatever their words; 0: not compared.
  std::uint32_t at_most(const Call& earlier, const Call& later) const;

  policy::RelatedRule rule_;
  std::map<Cell, std::vector<Call>> cells_;  // Each by time of opening, then id.
  std::map<IncidentId, Cell> cells_of_;
};

template <typename Accepts>
std::optional<RelatedIndex::Match> RelatedIndex::most_alike(const Call& call, Accepts accepts) const {
  std::optional<Match> best;
  TimeMs best_opened_at;
  const Cell middle = cell_of(call.place);
  for (std::int64_t column = middle.first - 1; column <= middle.first + 1; ++column) {
    for (std::int64_t row = middle.second - 1; row <= middle.second + 1; ++row) {
      const auto cell = cells_.find({column, row});
      if (cell == cells_.end()) continue;
      const std::vector<Call>& calls = cell->second;
      for (auto other = calls.rbegin(); other != calls.rend(); ++other) {
        if (call.opened_at - other->opened_at > rule_.within) break;
        if (other->id == call.id) continue;
        const std::uint32_t floor = best ? best->likeness.confidence() : rule_.suggest_at;
        if (at_most(*other, call) < floor || !accepts(other->id)) continue;
        const std::optional<v1::Likeness> found = likeness(rule_, *other, call);
        if (!found || found->confidence() < floor) continue;
        const bool first =
            std::pair(other->opened_at, other->id) < std::pair(best_opened_at, best ? best->id : other->id);
        if (best && found->confidence() == floor && !first) continue;
        best = Match{other->id, *found};
        best_opened_at = other->opened_at;
      }
    }
  }
  return best;
}

}  // namespace dispatch135::core
