#include "services/dispatchctl/cover_words.h"

#include <cstdio>

#include "services/dispatchctl/words.h"

namespace dispatch135::dispatchctl {
namespace {

std::string share(double of_one) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %%", of_one * 100);
  return text;
}

std::string who_and_where(const v1::CoverMove& move) {
  return "unit " + std::to_string(move.unit_id()) + " to post " + std::to_string(move.post_id()) + " (move " +
         std::to_string(move.move_id());
}

std::string details(const v1::CoverMove& move) {
  std::string text;
  if (move.gain_ppm() != 0) text += ", wins " + share(move.gain_ppm() / 1e6) + " of the cover";
  if (move.drive_ms() != 0) text += ", " + std::to_string(move.drive_ms() / 1'000) + " s by road";
  if (move.lapses_at_ms() != 0) text += ", lapses " + clock_time(move.lapses_at_ms());
  if (!move.by().empty()) text += ", by " + move.by();
  return text;
}

}  // namespace

std::string describe(const v1::CoverMove& move) {
  return who_and_where(move) + ", " + word("STATE_", v1::CoverMove::State_Name(move.state())) + " since " +
         clock_time(move.since_ms()) + details(move) + ")";
}

std::string describe(const v1::CoverMoveChanged& changed) {
  const v1::CoverMove& move = changed.move();
  switch (move.state()) {
    case v1::CoverMove::STATE_PROPOSED:
      return "PROPOSED to cover: " + who_and_where(move) + details(move) + ")";
    case v1::CoverMove::STATE_ORDERED:
      return "ordered to cover: " + who_and_where(move) + details(move) + "); order " +
             std::to_string(changed.order_sequence());
    default:
      return "covers no more: " + who_and_where(move) +
             "): " + word("REASON_", v1::CoverMoveChanged::Reason_Name(changed.reason())) +
             (move.by().empty() ? "" : ", by " + move.by());
  }
}

std::string describe(const v1::CoverageTotals& totals) {
  std::string text =
      std::to_string(totals.units()) + " free units cover; " + std::to_string(totals.zones()) + " zones\n";
  for (const v1::RingCoverage& ring : totals.rings()) {
    text += "ring of " + std::to_string(ring.ring_min()) + " min: " + share(ring.reached_permille() / 1e3) +
            " of the demand is reached, " + share(ring.expected_permille() / 1e3) +
            " by somebody who is not busy then\n";
  }
  return text;
}

}  // namespace dispatch135::dispatchctl
