#include "services/citybuild/osm_crossings.h"

#include <algorithm>
#include <string_view>

namespace dispatch135::citybuild {
namespace {

// A word of kCrossings; empty: none.
std::string_view crossing_word(const TagLookup& tags) {
  const std::string_view highway = tags("highway");
  if (highway == "traffic_signals" || highway == "stop" || highway == "give_way" || highway == "mini_roundabout") {
    return highway;
  }
  if (highway == "crossing") {
    const std::string_view kind = tags("crossing");
    // An unmarked crossing stops nobody.
    return kind == "traffic_signals" ? "crossing_with_signals" : kind == "unmarked" || kind == "no" ? "" : "crossing";
  }
  if (tags("railway") == "level_crossing" || tags("railway") == "crossing") {
    return "level_crossing";
  }
  const std::string_view calming = tags("traffic_calming");
  return calming.empty() || calming == "no" ? "" : "traffic_calming";
}

Facing facing_of(const TagLookup& tags, std::string_view word) {
  const std::string_view own = tags("direction");
  const std::string_view direction = own.empty() ? tags("traffic_signals:direction") : own;
  if (direction == "forward") {
    return Facing::kForward;
  }
  if (direction == "backward") {
    return Facing::kBackward;
  }
  const bool sign = word == "stop" || word == "give_way" || word == "traffic_signals";
  return sign && direction != "both" ? Facing::kNearerEnd : Facing::kBoth;
}

std::uint32_t time_of(const std::map<std::string, std::uint32_t, std::less<>>& times, std::string_view word) {
  const auto found = times.find(word);
  return found == times.end() ? 0 : found->second;
}

std::uint32_t barrier_ms(const TagLookup& tags, const Profile& profile) {
  const std::string_view barrier = tags("barrier");
  if (barrier.empty() || barrier == "no") {
    return 0;
  }
  const std::uint32_t ms = time_of(profile.barrier_ms, barrier);
  const auto open = allowed(tags, profile);
  if (!open) {
    return ms;
  }
  return !*open ? road::kNoEntry : ms == road::kNoEntry ? 0 : ms;
}

}  // namespace

bool Crossing::closes_any() const {
  return std::find(extra_ms.begin(), extra_ms.end(), road::kNoEntry) != extra_ms.end();
}

std::optional<Crossing> judge_node(const TagLookup& tags, const Profiles& profiles) {
  const std::string_view word = crossing_word(tags);
  Crossing crossing;
  crossing.signals = word == "traffic_signals";
  crossing.facing = facing_of(tags, word);
  for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
    if (!profiles[kind]) {
      continue;
    }
    const std::uint32_t stand = word.empty() ? 0 : time_of(profiles[kind]->crossing_ms, word);
    const std::uint32_t barrier = barrier_ms(tags, *profiles[kind]);
    crossing.extra_ms[kind] = stand == road::kNoEntry || barrier == road::kNoEntry ? road::kNoEntry : stand + barrier;
  }
  const bool matters = crossing.signals || crossing.extra_ms != road::PerKind<std::uint32_t>{};
  return matters ? std::optional(crossing) : std::nullopt;
}

}  // namespace dispatch135::citybuild
