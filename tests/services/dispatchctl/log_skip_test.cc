// A record is passed over by all nodes only when none has applied it, and by somebody who says who and why.
#include "services/dispatchctl/log_skip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/hash.h"

namespace dispatch135::dispatchctl {
namespace {

using ::testing::HasSubstr;

const std::string kRecord = "the record's bytes";

SkipRequest request() {
  return {.offset = 17, .operator_id = "ops-1", .reason = "stops the nodes", .now = {1'000}, .published = 16};
}

TEST(LogSkip, NamesTheRecordByItsBytesAndWhoHadItPassedOver) {
  const auto made = make_skip(request(), kRecord);
  ASSERT_TRUE(made);
  EXPECT_EQ(made.value().offset(), 17U);
  EXPECT_EQ(made.value().checksum(), hash_bytes(kRecord.data(), kRecord.size()));
  EXPECT_EQ(made.value().operator_id(), "ops-1");
  EXPECT_EQ(made.value().reason(), "stops the nodes");
  EXPECT_EQ(made.value().skipped_at_ms(), 1'000);
}

TEST(LogSkip, IsForARecordThatNobodyHasApplied) {
  SkipRequest late = request();
  late.published = 17;
  EXPECT_THAT(make_skip(late, kRecord).error().message, HasSubstr("up to offset 17 are published"));
  late.published.reset();
  EXPECT_TRUE(make_skip(late, kRecord));
}

TEST(LogSkip, WantsAnOperatorAndAReason) {
  SkipRequest nobody = request();
  nobody.operator_id.clear();
  EXPECT_THAT(make_skip(nobody, kRecord).error().message, HasSubstr("--operator"));
  SkipRequest no_reason = request();
  no_reason.reason.clear();
  EXPECT_THAT(make_skip(no_reason, kRecord).error().message, HasSubstr("--reason"));
  no_reason.reason.assign(257, 'x');
  EXPECT_THAT(make_skip(no_reason, kRecord).error().message, HasSubstr("at most 256 bytes"));
}

}  // namespace
}  // namespace dispatch135::dispatchctl
