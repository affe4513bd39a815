// The published contract (dispatch135.v1.desc) against the one that is built now. When a change is meant to break it,
// or adds something that is to be published, `scripts/accept-contract` writes the new one.
#include "tests/contract/contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace dispatch135::contract {
namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorSet;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

FileDescriptorSet read(const char* path) {
  FileDescriptorSet files;
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good() && files.ParseFromIstream(&in)) << "cannot read " << path;
  return files;
}

FileDescriptorSet published() { return read(D135_PUBLISHED_CONTRACT); }
FileDescriptorSet current() { return read(D135_CURRENT_CONTRACT); }

template <typename Descriptors>
auto* named(Descriptors* descriptors, const std::string& name) {
  for (auto& descriptor : *descriptors) {
    if (descriptor.name() == name) return &descriptor;
  }
  throw std::runtime_error("no descriptor named " + name);
}

auto* file(FileDescriptorSet& files, const std::string& name) {
  return named(files.mutable_file(), "dispatch135/v1/" + name + ".proto");
}

DescriptorProto* rejected_input(FileDescriptorSet& files) {
  return named(file(files, "events")->mutable_message_type(), "RejectedInput");
}

FieldDescriptorProto* reason_field(FileDescriptorSet& files) {
  return named(rejected_input(files)->mutable_field(), "reason");
}

TEST(PublishedContract, IsKeptByTheCurrentOne) { EXPECT_THAT(breaks(published(), current()), IsEmpty()); }

TEST(PublishedContract, IsWhollyDocumented) { EXPECT_THAT(undocumented(current()), IsEmpty()); }

TEST(ContractBreaks, RemovedFieldIsNamed) {
  FileDescriptorSet now = published();
  auto* fields = rejected_input(now)->mutable_field();
  fields->erase(fields->begin() + 4);
  EXPECT_THAT(breaks(published(), now), ElementsAre("field dispatch135.v1.RejectedInput.reason (number 5) is gone"));
}

TEST(ContractBreaks, RenumberedFieldIsNamed) {
  FileDescriptorSet now = published();
  reason_field(now)->set_number(77);
  EXPECT_THAT(breaks(published(), now),
              ElementsAre("field dispatch135.v1.RejectedInput.reason was number 5 and is now 77"));
}

TEST(ContractBreaks, RetypedFieldIsNamedWithBothTypes) {
  FileDescriptorSet now = published();
  reason_field(now)->set_type(FieldDescriptorProto::TYPE_BYTES);
  EXPECT_THAT(breaks(published(), now),
              ElementsAre("field dispatch135.v1.RejectedInput.reason was string and is now bytes"));
}

TEST(ContractBreaks, RenamedFieldIsNamedWithItsNewName) {
  FileDescriptorSet now = published();
  reason_field(now)->set_name("why");
  EXPECT_THAT(
      breaks(published(), now),
      ElementsAre("field dispatch135.v1.RejectedInput.reason (number 5) is gone; its number is now that of why"));
}

TEST(ContractBreaks, FieldThatBecomesRepeatedIsNamed) {
  FileDescriptorSet now = published();
  reason_field(now)->set_label(FieldDescriptorProto::LABEL_REPEATED);
  EXPECT_THAT(breaks(published(), now),
              ElementsAre("field dispatch135.v1.RejectedInput.reason was string and is now repeated string"));
}

TEST(ContractBreaks, FieldThatLeavesItsOneofIsNamed) {
  FileDescriptorSet now = published();
  auto* event = named(file(now, "events")->mutable_message_type(), "IncidentEvent");
  named(event->mutable_field(), "cancel")->clear_oneof_index();
  EXPECT_THAT(breaks(published(), now),
              ElementsAre("field dispatch135.v1.IncidentEvent.cancel was in oneof 'event' and is now in ''"));
}

TEST(ContractBreaks, RemovedOrRenumberedEnumValueIsNamed) {
  FileDescriptorSet now = published();
  auto* datum = named(file(now, "types")->mutable_enum_type(), "Datum");
  named(datum->mutable_value(), "DATUM_BD09")->set_number(9);
  named(datum->mutable_value(), "DATUM_GCJ02")->set_name("DATUM_MARS");
  EXPECT_THAT(breaks(published(), now),
              ElementsAre("enum value dispatch135.v1.Datum.DATUM_GCJ02 (number 3) is gone",
                          "enum value dispatch135.v1.Datum.DATUM_BD09 was number 4 and is now 9"));
}

TEST(ContractBreaks, RemovedMessageIsNamed) {
  FileDescriptorSet now = published();
  rejected_input(now)->set_name("Refused");
  EXPECT_THAT(breaks(published(), now), ElementsAre("message dispatch135.v1.RejectedInput is gone"));
}

TEST(ContractBreaks, RemovedMethodAndChangedStreamingAreNamed) {
  FileDescriptorSet now = published();
  auto* console = named(file(now, "console")->mutable_service(), "Console");
  named(console->mutable_method(), "Watch")->set_server_streaming(false);
  named(console->mutable_method(), "Explain")->set_name("Why");
  EXPECT_THAT(breaks(published(), now),
              ElementsAre("method dispatch135.v1.Console.Watch answers something else: dispatch135.v1.WatchEvent",
                          "method dispatch135.v1.Console.Explain is gone"));
}

TEST(ContractBreaks, RemovedServiceIsNamed) {
  FileDescriptorSet now = published();
  file(now, "intake")->mutable_service()->Clear();
  EXPECT_THAT(breaks(published(), now), ElementsAre("service dispatch135.v1.Intake is gone"));
}

TEST(ContractBreaks, AddedFieldsMessagesAndValuesBreakNothing) {
  FileDescriptorSet now = published();
  FieldDescriptorProto* field = rejected_input(now)->add_field();
  field->set_name("node");
  field->set_number(50);
  field->set_type(FieldDescriptorProto::TYPE_STRING);
  file(now, "events")->add_message_type()->set_name("RoadClosed");
  auto* value = named(file(now, "types")->mutable_enum_type(), "Datum")->add_value();
  value->set_name("DATUM_PZ90");
  value->set_number(5);
  EXPECT_THAT(breaks(published(), now), IsEmpty());
}

TEST(ContractComments, FieldWithoutACommentIsNamed) {
  FileDescriptorSet now = current();
  for (auto& each : *now.mutable_file()) each.clear_source_code_info();
  EXPECT_THAT(undocumented(now),
              testing::Contains(HasSubstr("field dispatch135.v1.RejectedInput.reason has no comment")));
}

}  // namespace
}  // namespace dispatch135::contract
