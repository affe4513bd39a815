#include "engine/city/split_junctions.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/check.h"

namespace dispatch135::city {
namespace {

using Problem = std::optional<Error>;
using TurnMs = road::PerKind<std::uint32_t>;
using Past = std::vector<DraftArc>;  // Edges travelled one after the other, the last one just now.

std::string arc_text(DraftArc arc) {
  return "edge " + std::to_string(arc >> 1) + ((arc & 1U) != 0 ? " backward" : " forward");
}

// Who has entered a junction: by which edge, and, if a forbidden way may have begun before, by which edges.
struct Entered {
  Past past;
  std::uint32_t approach = 0;
};

// What somebody who has entered may do next. Equal choices make one approach.
struct Choice {
  DraftArc arc = 0;
  std::uint32_t turn = 0;
  std::uint32_t next = 0;  // How the next junction is entered, into entered_.
  auto operator<=>(const Choice&) const = default;
};

class Splitter {
 public:
  Splitter(const CityDraft& draft, BuiltRoads& roads) : draft_(draft), roads_(roads) {}

  Problem split() {
    roads_.turn_ms = {TurnMs{}};
    list_arcs();
    if (Problem problem = take_turns()) return problem;
    if (Problem problem = take_forbidden_ways()) return problem;
    number_approaches();
    add_arcs();
    return std::nullopt;
  }

 private:
  std::uint32_t start_of(DraftArc arc) const {
    const road::Edge& edge = roads_.edges[arc >> 1];
    return (arc & 1U) != 0 ? edge.to : edge.from;
  }
  std::uint32_t end_of(DraftArc arc) const { return start_of(arc ^ 1U); }

  bool closed(DraftArc arc) const { return roads_.edge_ms[arc >> 1].of((arc & 1U) != 0) == road::kClosedToAll; }

  // The directions of edges that somebody may travel, at the junction where they start.
  void list_arcs() {
    out_.resize(roads_.junctions.size());
    special_.assign(roads_.junctions.size(), false);
    for (DraftArc arc = 0; arc < roads_.edges.size() * 2; ++arc) {
      if (!closed(arc)) out_[start_of(arc)].push_back(arc);
    }
  }

  Problem check_pair(const std::string& what, DraftArc from, DraftArc to) const {
    for (const DraftArc arc : {from, to}) {
      if (arc >> 1 >= roads_.edges.size()) return Error{what + " names " + arc_text(arc) + ", which does not exist"};
    }
    if (end_of(from) == start_of(to)) return std::nullopt;
    return Error{what + " goes from " + arc_text(from) + " to " + arc_text(to) + ", which do not meet"};
  }

  Problem take_turns() {
    for (std::size_t i = 0; i < draft_.turns.size(); ++i) {
      const DraftTurn& turn = draft_.turns[i];
      const std::string what = "turn " + std::to_string(i);
      if (Problem problem = check_pair(what, turn.from, turn.to)) return problem;
      for (const std::uint32_t ms : turn.ms) {
        if (ms != road::kNoEntry && ms > road::kLongestWayMs) return Error{what + " takes longer than a day"};
      }
      if (!turns_.emplace(std::pair(turn.from, turn.to), turn.ms).second) {
        return Error{what + " from " + arc_text(turn.from) + " to " + arc_text(turn.to) + " is there twice"};
      }
      special_[end_of(turn.from)] = true;
    }
    return std::nullopt;
  }

  Problem take_forbidden_ways() {
    for (std::size_t i = 0; i < draft_.forbidden_ways.size(); ++i) {
      const DraftForbiddenWay& way = draft_.forbidden_ways[i];
      const std::string what = "forbidden way " + std::to_string(i);
      if (way.arcs.size() < 3) return Error{what + " has fewer than 3 edges"};
      if (way.kinds == 0 || way.kinds >> road::kTravelKinds != 0) return Error{what + " has wrong kinds of travel"};
      for (std::size_t a = 1; a < way.arcs.size(); ++a) {
        if (Problem problem = check_pair(what, way.arcs[a - 1], way.arcs[a])) return problem;
      }
      forbidden_[way.arcs] |= way.kinds;
      special_[end_of(way.arcs[0])] = true;
      // Whoever has travelled a beginning of two edges or more is told apart from those who came otherwise.
      for (std::size_t length = 2; length < way.arcs.size(); ++length) {
        const Past past(way.arcs.begin(), way.arcs.begin() + static_cast<std::ptrdiff_t>(length));
        if (!begun_.emplace(past, 0).second) continue;
        special_[end_of(past.back())] = true;
      }
    }
    return std::nullopt;
  }

  // What is forbidden next, or costs time, to whoever has this past; by kind.
  TurnMs turn_ms(const Past& past, DraftArc next) const {
    TurnMs ms = {};
    if (const auto listed = turns_.find({past.back(), next}); listed != turns_.end()) ms = listed->second;
    Past way = past;
    way.push_back(next);
    for (; way.size() >= 3; way.erase(way.begin())) {
      const auto found = forbidden_.find(way);
      if (found == forbidden_.end()) continue;
      for (std::size_t k = 0; k < road::kTravelKinds; ++k) {
        if ((found->second >> k & 1U) != 0) ms[k] = road::kNoEntry;
      }
    }
    return ms;
  }

  // How whoever has this past and travels on by `next` enters the next junction.
  std::uint32_t entered_after(const Past& past, DraftArc next) const {
    Past longest = past;
    longest.push_back(next);
    for (; longest.size() >= 2; longest.erase(longest.begin())) {
      if (const auto found = begun_.find(longest); found != begun_.end()) return found->second;
    }
    return next;
  }

  std::uint32_t turn_index(const TurnMs& ms) {
    if (ms == TurnMs{}) return 0;
    const auto [it, is_new] = turn_index_.emplace(ms, static_cast<std::uint32_t>(roads_.turn_ms.size()));
    if (is_new) roads_.turn_ms.push_back(ms);
    return it->second;
  }

  std::vector<Choice> choices(const Entered& entered, std::uint32_t junction) {
    std::vector<Choice> all;
    for (const DraftArc next : out_[junction]) {
      const TurnMs ms = turn_ms(entered.past, next);
      if (ms != road::kClosedToAll) all.push_back({next, turn_index(ms), entered_after(entered.past, next)});
    }
    return all;
  }

  // At a junction without rules all who enter have the same choice; at the others those who have are put together.
  void number_approaches() {
    for (DraftArc arc = 0; arc < roads_.edges.size() * 2; ++arc) {
      entered_.push_back({{arc}, 0});
    }
    for (auto& [past, entered] : begun_) {
      entered = static_cast<std::uint32_t>(entered_.size());
      entered_.push_back({past, 0});
    }
    std::vector<std::vector<std::uint32_t>> entered_at(roads_.junctions.size());
    for (std::uint32_t i = 0; i < entered_.size(); ++i) entered_at[end_of(entered_[i].past.back())].push_back(i);
    std::uint32_t approaches = 0;
    for (std::uint32_t junction = 0; junction < roads_.junctions.size(); ++junction) {
      roads_.approach_begin.push_back(approaches);
      if (!special_[junction]) {
        for (const std::uint32_t i : entered_at[junction]) entered_[i].approach = approaches;
        by_approach_.push_back({});
        for (const DraftArc next : out_[junction]) by_approach_.back().push_back({next, 0, next});
        ++approaches;
        continue;
      }
      std::map<std::vector<Choice>, std::uint32_t> approach_of;
      for (const std::uint32_t i : entered_at[junction]) {
        // How nobody enters, nobody needs to be told apart: as the first of the others.
        if (closed(entered_[i].past.back())) {
          entered_[i].approach = roads_.approach_begin.back();
          continue;
        }
        const auto [it, is_new] = approach_of.emplace(choices(entered_[i], junction), approaches);
        if (is_new) {
          by_approach_.push_back(it->first);
          ++approaches;
        }
        entered_[i].approach = it->second;
      }
      if (approaches == roads_.approach_begin.back()) {
        by_approach_.push_back({});
        ++approaches;
      }
    }
    roads_.approach_begin.push_back(approaches);
  }

  void add_arcs() {
    for (const std::vector<Choice>& choices_here : by_approach_) {
      roads_.out_begin.push_back(static_cast<std::uint32_t>(roads_.out_arcs.size()));
      for (const Choice& choice : choices_here) {
        roads_.out_arcs.push_back({entered_[choice.next].approach, choice.arc, choice.turn});
      }
    }
    roads_.out_begin.push_back(static_cast<std::uint32_t>(roads_.out_arcs.size()));
    for (std::uint32_t edge = 0; edge < roads_.edges.size(); ++edge) {
      roads_.edges[edge].approach_of_to = entered_[edge << 1].approach;
      roads_.edges[edge].approach_of_from = entered_[edge << 1 | 1U].approach;
    }
  }

  const CityDraft& draft_;
  BuiltRoads& roads_;
  std::vector<std::vector<DraftArc>> out_;  // By junction.
  std::vector<bool> special_;               // By junction: has rules.
  std::map<std::pair<DraftArc, DraftArc>, TurnMs> turns_;
  std::map<Past, std::uint32_t> forbidden_;  // Kinds of travel.
  std::map<Past, std::uint32_t> begun_;  // Beginnings of forbidden ways: how whoever has travelled them has entered.
  std::map<TurnMs, std::uint32_t> turn_index_;
  std::vector<Entered> entered_;  // First by arc, whatever was before; then those with a longer past.
  std::vector<std::vector<Choice>> by_approach_;
};

}  // namespace

std::optional<Error> split_junctions(const CityDraft& draft, BuiltRoads& roads) {
  return Splitter(draft, roads).split();
}

}  // namespace dispatch135::city
