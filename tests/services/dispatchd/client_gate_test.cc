// S20: what one client may ask is bounded; who asks for more is refused by name and counted, and the others are not.
#include "services/dispatchd/client_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dispatch135::dispatchd {
namespace {

using ::testing::HasSubstr;

class HandClock final : public SteadyClock {
 public:
  std::int64_t now_ms() const override { return ms; }
  std::int64_t ms = 1'000'000;
};

struct S20 : ::testing::Test {
  static ClientLimits small() {
    ClientLimits limits;
    limits.units.streams = 5;
    limits.units.streams_per_address = 3;
    limits.consoles.streams = 4;
    limits.consoles.streams_per_address = 2;
    limits.consoles.calls_per_s = 2;
    limits.consoles.commands_per_s = 1;
    limits.opened_streams_per_s = 100;
    return limits;
  }
  std::uint64_t counted(GateRefusal refusal) const { return gate.refusals()[static_cast<std::size_t>(refusal)]; }

  HandClock clock;
  ClientGate gate{small(), clock};
};

TEST_F(S20, AnAddressThatHoldsItsShareOfStreamsIsRefusedAndAnotherIsLetIn) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(gate.unit_stream_opens("ipv4:10.0.0.1").ok());
  const Status refused = gate.unit_stream_opens("ipv4:10.0.0.1");
  EXPECT_EQ(refused.outcome, Outcome::kExhausted);
  EXPECT_THAT(refused.message, HasSubstr("this address holds 3 streams"));
  EXPECT_TRUE(gate.unit_stream_opens("ipv4:10.0.0.2").ok());
  EXPECT_EQ(counted(GateRefusal::kUnitAddress), 1);
  gate.unit_stream_ended("ipv4:10.0.0.1");
  EXPECT_TRUE(gate.unit_stream_opens("ipv4:10.0.0.1").ok());
}

TEST_F(S20, AFullNodeRefusesEveryAddressUntilAStreamEnds) {
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(gate.unit_stream_opens("ipv4:10.0.0." + std::to_string(i)).ok());
  EXPECT_THAT(gate.unit_stream_opens("ipv4:10.0.1.1").message, HasSubstr("connect to another"));
  EXPECT_EQ(counted(GateRefusal::kUnitStreams), 1);
  EXPECT_TRUE(gate.console_stream_opens("ipv4:10.0.1.1").ok()) << "consoles have places of their own";
  gate.unit_stream_ended("ipv4:10.0.0.0");
  EXPECT_TRUE(gate.unit_stream_opens("ipv4:10.0.1.1").ok());
}

TEST_F(S20, RapidlyOpenedStreamsAreRefusedThoughEachEndsAtOnce) {
  int let_in = 0;
  for (int i = 0; i < 10'000; ++i) {
    if (!gate.unit_stream_opens("ipv4:10.0.0.1").ok()) continue;
    ++let_in;
    gate.unit_stream_ended("ipv4:10.0.0.1");
  }
  EXPECT_EQ(let_in, 500) << "five seconds' worth";
  EXPECT_EQ(counted(GateRefusal::kOpenedTooOften), 9'500);
  EXPECT_TRUE(gate.unit_stream_opens("ipv4:10.0.0.2").ok());
  clock.ms += 10;
  EXPECT_TRUE(gate.unit_stream_opens("ipv4:10.0.0.1").ok()) << "100 a second: one after 10 ms";
  EXPECT_FALSE(gate.unit_stream_opens("ipv4:10.0.0.1").ok());
}

TEST_F(S20, CallsAreBoundedByAddressAndCommandsByOperator) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(gate.call("ipv4:10.0.0.1").ok());
  EXPECT_THAT(gate.call("ipv4:10.0.0.1").message, HasSubstr("more than 2 calls a second"));
  EXPECT_TRUE(gate.call("ipv4:10.0.0.2").ok());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(gate.command("officer-7").ok());
  EXPECT_THAT(gate.command("officer-7").message, HasSubstr("more than 1 commands a second"));
  EXPECT_TRUE(gate.command("officer-8").ok());
  EXPECT_EQ(counted(GateRefusal::kCalls), 1);
  EXPECT_EQ(counted(GateRefusal::kCommands), 1);
}

TEST_F(S20, NamesWithoutEndAreForgottenAndAFloodOfThemChangesNothing) {
  for (int i = 0; i < 50'000; ++i) {
    EXPECT_TRUE(gate.command("operator-" + std::to_string(i)).ok());
    clock.ms += 1;
  }
  EXPECT_TRUE(gate.command("officer-7").ok());
}

TEST_F(S20, NewLimitsHoldFromThenOnAndOpenStreamsStay) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(gate.unit_stream_opens("ipv4:10.0.0.1").ok());
  ClientLimits tighter = small();
  tighter.units.streams_per_address = 1;
  gate.set(tighter);
  EXPECT_FALSE(gate.unit_stream_opens("ipv4:10.0.0.1").ok());
  for (int i = 0; i < 3; ++i) gate.unit_stream_ended("ipv4:10.0.0.1");
  EXPECT_TRUE(gate.unit_stream_opens("ipv4:10.0.0.1").ok());
}

}  // namespace
}  // namespace dispatch135::dispatchd
