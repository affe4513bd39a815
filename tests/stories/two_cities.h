// Two cities side by side, each with a core of its own, and what is carried between their logs.
#pragma once

#include <string>
#include <vector>

#include "tests/engine/core/town.h"
#include "tests/engine/core/world.h"

namespace dispatch135::core::testing {

inline constexpr RegionId kSuzhou = RegionId(320500);

// Each asks the other for whatever it cannot send in time, wherever that is, and waits 20 s for the answer; each lends
// one unit that is there within 15 minutes, and reckons 36 km/h beyond its own roads.
inline v1::Policy neighbourly(RegionId neighbour) {
  v1::Policy policy = test_policy();
  v1::CityNeighbour& city = *policy.mutable_neighbours()->add_cities();
  city.set_region(neighbour.value());
  city.set_answer_within_ms(20'000);
  city.mutable_ask();
  city.mutable_lend()->set_at_most(1);
  city.mutable_lend()->set_within_ms(900'000);
  city.mutable_lend()->set_beyond_km_h(36);
  return policy;
}

// Posts: number and kilometre.
using Posts = std::vector<std::pair<std::uint64_t, double>>;

inline geo::Point km(double x) { return Town::at(x * 1'000, 0); }

// A region of 10 km with one street along its whole length.
inline city::CityDraft street_town(RegionId region, double from_km, const Posts& posts) {
  Town town(region, from_km * 1'000, (from_km + 10) * 1'000);
  town.long_street(100, 0, from_km * 1'000);
  for (const auto& [id, at_km] : posts) town.post(id, at_km * 1'000, 0);
  return town.draft();
}

// Wuxi in partition 0 from x = 0 to 10 km, Suzhou in partition 1 from 10 to 20 km, each with one street along its whole
// length; no street crosses the border.
//
//   0 ........... Wuxi ........... 10 km | 10 km ........... Suzhou ........... 20 km
class TwoCities {
 public:
  using Shape = std::function<void(v1::Policy&)>;
  // Shapes bend neighbourly().
  TwoCities(const Posts& wuxi_posts, const Posts& suzhou_posts, const Shape& wuxi_policy = {},
            const Shape& suzhou_policy = {})
      : wuxi(street_town(kRegion, 0, wuxi_posts), bent(kSuzhou, wuxi_policy), nullptr, kRegion, 0),
        suzhou(street_town(kSuzhou, 10, suzhou_posts), bent(kRegion, suzhou_policy), nullptr, kSuzhou, 1) {}

  // Whatever one has said to the other is read and logged there, and what follows from that.
  void carry() {
    while (carry_one(wuxi, to_suzhou, suzhou) || carry_one(suzhou, to_wuxi, wuxi)) {
    }
  }
  // Time passes in both, in steps of one second, and words are carried.
  void later_s(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      wuxi.later_s(1);
      suzhou.later_s(1);
      carry();
    }
  }
  // Logs one word (by its count) of the sender at the other; `source_offset`: where it stands in dispatch.decisions.
  static World::Decisions log_at(World& to, const World& from, std::size_t word, std::size_t source_offset) {
    const v1::Decision& said = from.said()[word];
    v1::LogRecord record;
    record.set_region(to.region().value());
    record.mutable_source()->set_topic(v1::SourceOffset::TOPIC_DECISIONS);
    record.mutable_source()->set_partition(static_cast<std::int32_t>(said.id().partition()));
    record.mutable_source()->set_offset(static_cast<std::int64_t>(source_offset));
    v1::NeighbourHeard& heard = *record.mutable_neighbour_heard();
    *heard.mutable_message() = said.neighbour_said();
    heard.set_decision_offset(said.id().offset());
    heard.set_decision_index(said.id().index());
    return to.apply(record);
  }

  World wuxi;
  World suzhou;
  std::size_t to_suzhou = 0;  // Words of Wuxi's that Suzhou has heard.
  std::size_t to_wuxi = 0;
  World::Decisions heard;  // What the words brought about, of both.

 private:
  static v1::Policy bent(RegionId neighbour, const Shape& shape) {
    v1::Policy policy = neighbourly(neighbour);
    if (shape) shape(policy);
    return policy;
  }
  bool carry_one(const World& from, std::size_t& next, World& to) {
    if (next >= from.said().size()) return false;
    const World::Decisions decided = log_at(to, from, next, next);
    heard.insert(heard.end(), decided.begin(), decided.end());
    ++next;
    return true;
  }
};

// What the words that were said from `first` on are.
inline std::vector<v1::NeighbourMessage::WhatCase> words(const World& world, std::size_t first = 0) {
  std::vector<v1::NeighbourMessage::WhatCase> all;
  for (std::size_t i = first; i < world.said().size(); ++i) {
    all.push_back(world.said()[i].neighbour_said().what_case());
  }
  return all;
}

}  // namespace dispatch135::core::testing
