// The words of a call, and the index against a list that compares with everything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "engine/core/call_words.h"
#include "engine/core/related_index.h"
#include "tests/engine/core/mixed_log.h"

namespace dispatch135::core {
namespace {

using testing::Random;

std::uint32_t common(std::string_view a, std::string_view b) { return common_words(words_of(a, ""), words_of(b, "")); }

TEST(CallWords, CaseWidthAndPunctuationDoNotCountShortLettersNeither) {
  EXPECT_EQ(words_of("Two cars, TWO drivers!", "").size(), 3U);
  EXPECT_EQ(common("Two CARS", "cars... two?"), 2U);
  EXPECT_EQ(common("ＣＡＲ １２", "car 12"), 2U);
  EXPECT_EQ(words_of("at an on", "").size(), 0U);
  EXPECT_EQ(words_of("no 7", "").size(), 1U);
  EXPECT_EQ(common("улица Ленина", "Ленина"), 1U);
}

TEST(CallWords, ChineseTextIsItsPairsOfNeighbours) {
  EXPECT_EQ(words_of("人民路", "").size(), 2U);
  EXPECT_EQ(words_of("人", "").size(), 1U);
  EXPECT_EQ(common("人民路12号", "人民广场12号"), 3U);  // 人民, 12, 号.
  EXPECT_EQ(common("人民。路", "人民路"), 1U);
}

TEST(CallWords, AddressAndDescriptionAreOneListEachWordOnce) {
  EXPECT_EQ(words_of("main street", "main door"), words_of("street", "door main"));
}

TEST(CallWords, WhatIsNotUtf8SeparatesAndLongTextIsCut) {
  EXPECT_EQ(words_of("car\xff\xfe\x80 crash\xe4", "").size(), 2U);
  EXPECT_EQ(words_of("\xf8\x88\x80\x80\x80", "").size(), 0U);
  std::string endless;
  for (int i = 1'000; i < 2'000; ++i) endless += std::to_string(i) + " ";
  EXPECT_EQ(words_of(endless, "").size(), 128U);
}

TEST(CallWords, WithoutWordsTheAnswerIsNeitherYesNorNo) {
  EXPECT_EQ(words_likeness(0, 5, 0), 500U);
  EXPECT_EQ(words_likeness(5, 5, 5), 1'000U);
  EXPECT_EQ(words_likeness(4, 6, 3), 600U);
  EXPECT_EQ(words_likeness(4, 6, 0), 0U);
}

policy::RelatedRule rule(std::uint32_t suggest_at) {
  v1::RelatedRule rule;
  rule.set_radius_m(300);
  rule.set_within_ms(600'000);
  rule.set_suggest_at(suggest_at);
  v1::CategoryPair& pair = *rule.add_compatible();
  pair.set_one(v1::CATEGORY_CRIMINAL);
  pair.set_other(v1::CATEGORY_PUBLIC_ORDER);
  return policy::RelatedRule::compile(rule).value();
}

Call random_call(Random& random, std::uint64_t id, std::int64_t now_ms) {
  constexpr const char* kWords[] = {"crash", "corner", "fire", "smoke", "fight", "noise", "lorry", "child"};
  std::string text;
  for (std::uint64_t i = random.below(5); i > 0; --i) text += std::string(kWords[random.below(8)]) + " ";
  const auto metre = [&] { return static_cast<std::int64_t>(random.below(1'500'000)) - 750'000; };
  return {.id = IncidentId(id),
          .opened_at = TimeMs{now_ms},
          .place = {metre(), metre()},
          .category = static_cast<v1::Category>(1 + random.below(3)),
          .words = words_of(text, "")};
}

// The naive twin: every pair is compared.
std::optional<RelatedIndex::Match> naive(const policy::RelatedRule& by, const std::vector<Call>& calls,
                                         const Call& call) {
  const Call* best = nullptr;
  std::optional<v1::Likeness> best_likeness;
  for (const Call& other : calls) {
    if (other.id == call.id || other.id.value() % 7 == 0) continue;
    const auto alike = likeness(by, other, call);
    if (!alike || alike->confidence() < by.suggest_at) continue;
    const bool first = best != nullptr && std::pair(other.opened_at, other.id) < std::pair(best->opened_at, best->id);
    if (best != nullptr && (alike->confidence() < best_likeness->confidence() ||
                            (alike->confidence() == best_likeness->confidence() && !first))) {
      continue;
    }
    best = &other;
    best_likeness = alike;
  }
  if (best == nullptr) return std::nullopt;
  return RelatedIndex::Match{best->id, *best_likeness};
}

TEST(RelatedIndex, FindsWhatAListThatIsComparedWholeFinds) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
    std::cout << "seed " << seed << "\n";
    Random random(seed);
    const policy::RelatedRule by = rule(seed == 1 ? 1 : 550);
    RelatedIndex index(by);
    std::vector<Call> calls;
    std::int64_t now_ms = 1'700'000'000'000;
    int found = 0;
    for (std::uint64_t id = 1; id <= 2'500; ++id) {
      now_ms += static_cast<std::int64_t>(random.below(3'000));
      const Call call = random_call(random, id, now_ms);
      index.put(call);
      calls.push_back(call);
      const auto accepts = [](IncidentId other) { return other.value() % 7 != 0; };
      const auto expected = naive(by, calls, call);
      const auto got = index.most_alike(call, accepts);
      ASSERT_EQ(got.has_value(), expected.has_value()) << "call " << id;
      if (got) {
        ++found;
        ASSERT_EQ(got->id, expected->id) << "call " << id;
        ASSERT_EQ(got->likeness.SerializeAsString(), expected->likeness.SerializeAsString());
      }
      if (random.below(4) == 0) {  // One moves.
        Call& moved = calls[random.below(calls.size())];
        moved.place = random_call(random, 0, 0).place;
        index.put(moved);
      }
      if (random.below(8) == 0) {
        const std::size_t gone = random.below(calls.size());
        index.remove(calls[gone].id);
        calls.erase(calls.begin() + static_cast<std::ptrdiff_t>(gone));
      }
      ASSERT_EQ(index.size(), calls.size());
    }
    EXPECT_GT(found, 100);
  }
}

}  // namespace
}  // namespace dispatch135::core
