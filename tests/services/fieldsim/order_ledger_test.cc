#include "services/fieldsim/order_ledger.h"

#include <gtest/gtest.h>

#include "tests/services/fieldsim/orders.h"

namespace dispatch135::fieldsim {
namespace {

using ::dispatch135::testing::cancel_order;
using Verdict = OrderLedger::Verdict;

TEST(OrderLedger, OrdersInARowAreNew) {
  OrderLedger ledger;
  for (std::uint64_t sequence = 1; sequence <= 1'000; ++sequence) {
    EXPECT_EQ(ledger.take(cancel_order(sequence, 1)), Verdict::kNew);
  }
  EXPECT_EQ(ledger.last(), 1'000U);
}

TEST(OrderLedger, AnOrderSentTwiceIsRepeatedHoweverOldItIs) {
  OrderLedger ledger;
  for (std::uint64_t sequence = 1; sequence <= 1'000; ++sequence) ledger.take(cancel_order(sequence, 1));
  EXPECT_EQ(ledger.take(cancel_order(1'000, 1)), Verdict::kRepeated);
  EXPECT_EQ(ledger.take(cancel_order(1, 1)), Verdict::kRepeated);
  EXPECT_EQ(ledger.last(), 1'000U);
}

TEST(OrderLedger, AHoleInTheSequenceIsAGap) {
  OrderLedger ledger;
  EXPECT_EQ(ledger.take(cancel_order(2, 1)), Verdict::kGap);
  EXPECT_EQ(ledger.take(cancel_order(3, 1)), Verdict::kNew);
  EXPECT_EQ(ledger.take(cancel_order(5, 1)), Verdict::kGap);
}

TEST(OrderLedger, AnotherDecisionWithTheSameSequenceIsAnotherOrder) {
  OrderLedger ledger;
  ledger.take(cancel_order(1, 1));
  v1::UnitOrder other = cancel_order(1, 1);
  other.mutable_decision()->set_index(1);
  EXPECT_EQ(ledger.take(other), Verdict::kOtherOrder);
}

TEST(OrderLedger, TheSameDecisionWithAnotherSequenceIsNoticed) {
  OrderLedger ledger;
  ledger.take(cancel_order(1, 1));
  v1::UnitOrder other = cancel_order(1, 1);
  other.set_sequence(2);
  EXPECT_EQ(ledger.take(other), Verdict::kOtherSequence);
  EXPECT_EQ(ledger.last(), 1U);
}

TEST(OrderLedger, WithoutMemoryTheFirstOrderMayHaveAnySequence) {
  OrderLedger ledger;
  ledger.forget_beginning();
  EXPECT_EQ(ledger.take(cancel_order(57, 1)), Verdict::kNew);
  EXPECT_EQ(ledger.take(cancel_order(59, 1)), Verdict::kGap);
}

}  // namespace
}  // namespace dispatch135::fieldsim
