// What an operator learns of a policy before it is in force.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "services/dispatchctl/policy_words.h"
#include "services/dispatchctl/subcommands.h"
#include "services/policy/policy_file.h"

namespace dispatch135::dispatchctl {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string output_of(const std::string& words) {
  CLI::App program("dispatchctl");
  add_policy(program);
  ::testing::internal::CaptureStdout();
  try {
    program.parse("policy " + words);
  } catch (...) {
    ::testing::internal::GetCapturedStdout();
    throw;
  }
  return ::testing::internal::GetCapturedStdout();
}

TEST(PolicyCommand, ExplainNamesTheLinesThatActedAndWhatComesOut) {
  const std::string night =
      output_of("explain-policy config/policies/default.yaml --place school --severity low --category help --at 20:00");
  EXPECT_THAT(night, HasSubstr("place_classes.school: deadline 3min"));
  EXPECT_THAT(night, HasSubstr("deadline: 3min"));
  const std::string morning =
      output_of("explain-policy config/policies/default.yaml --place school --severity low --category help --at 07:30");
  EXPECT_THAT(morning, HasSubstr("schools when children come and go: deadline 1min"));
  EXPECT_THAT(morning, HasSubstr("deadline: 1min"));
}

TEST(PolicyCommand, AMatterThatIsNotKnownIsRefused) {
  EXPECT_THROW(output_of("explain-policy config/policies/default.yaml --place casino"), CommandError);
  EXPECT_THROW(output_of("explain-policy config/policies/default.yaml --at 25:00"), CommandError);
}

TEST(PolicyCommand, DiffNamesTheMattersThatAreAnsweredOtherwise) {
  const std::string text = output_of("diff config/policies/by-place.yaml config/policies/by-urgency.yaml");
  EXPECT_THAT(text, AllOf(HasSubstr("severity critical"), HasSubstr("deadline: 5min -> 1min")));
  EXPECT_EQ(output_of("diff config/policies/by-place.yaml config/policies/by-place.yaml"),
            "they answer every matter alike\n");
}

TEST(PolicyCommand, DiffShowsHoursAndOtherValues) {
  v1::Policy before = policy::read_policy_file("config/policies/by-place.yaml").value();
  v1::Policy after = before;
  v1::ResponseRule& rule = *after.add_rules();
  rule.set_name("nights");
  rule.set_deadline_ms(60'000);
  v1::DailyWindow& night = *rule.mutable_when()->add_hours();
  night.set_begin_min(22 * 60);
  night.set_end_min(6 * 60);
  after.set_silent_after_ms(5);
  const std::string text = difference(before, after);
  EXPECT_THAT(text, HasSubstr("at Wednesday 22:00:\n  place "));
  EXPECT_THAT(text, HasSubstr("deadline: 5min -> 1min"));
  EXPECT_THAT(text, HasSubstr("silent_after_ms: 90000 -> 5"));
  EXPECT_THAT(text, Not(HasSubstr("plan:")));
}

}  // namespace
}  // namespace dispatch135::dispatchctl
