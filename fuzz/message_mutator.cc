#include "fuzz/message_mutator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace dispatch135::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr std::uint64_t kChangesAtOnce = 4;

// An edge of the range, a small number, a moment of the tests' clock, or near to what it was.
std::int64_t number(std::int64_t was, Choice& choice) {
  constexpr std::array<std::int64_t, 12> kEdges = {0,
                                                   -1,
                                                   1,
                                                   320'200,
                                                   1'000,
                                                   86'400'000,
                                                   1'700'000'000'000,
                                                   std::numeric_limits<std::int32_t>::max(),
                                                   std::numeric_limits<std::int32_t>::min(),
                                                   std::numeric_limits<std::uint32_t>::max(),
                                                   std::numeric_limits<std::int64_t>::max(),
                                                   std::numeric_limits<std::int64_t>::min()};
  const auto near = [&] {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(was) + choice.below(2'001) - 1'000);
  };
  switch (choice.below(4)) {
    case 0:
      return kEdges[choice.below(kEdges.size())];
    case 1:
      return static_cast<std::int64_t>(choice.below(70));
    case 2:
      return static_cast<std::int64_t>(1'000 + choice.below(20));
    default:
      return near();
  }
}

double fraction(double was, Choice& choice) {
  constexpr std::array<double, 8> kEdges = {0,
                                            -0.0,
                                            90,
                                            180,
                                            std::numeric_limits<double>::quiet_NaN(),
                                            std::numeric_limits<double>::infinity(),
                                            -std::numeric_limits<double>::max(),
                                            std::numeric_limits<double>::denorm_min()};
  if (choice.below(2) == 0) return kEdges[choice.below(kEdges.size())];
  return was + (static_cast<double>(choice.below(2'001)) - 1'000) / 10'000;
}

std::string text(const std::string& was, Choice& choice) {
  switch (choice.below(5)) {
    case 0:
      return {};
    case 1:
      return std::string(1 + choice.below(9'000), 'x');
    case 2:
      return std::string(1, static_cast<char>('a' + choice.below(26)));
    case 3:
      return was + was;
    default:
      return was.substr(0, choice.below(was.size() + 1));
  }
}

// A value of the field through `set`, which is given what the field's type asks for.
void set_value(Message& message, const FieldDescriptor& field, Choice& choice, int index) {
  const Reflection& reflection = *message.GetReflection();
  const bool add = field.is_repeated() && index < 0;
  const bool in_list = field.is_repeated() && index >= 0;
#define D135_FUZZ_SET(Kind, value)                                    \
  do {                                                                \
    const auto changed = (value);                                     \
    if (add) {                                                        \
      reflection.Add##Kind(&message, &field, changed);                \
    } else if (in_list) {                                             \
      reflection.SetRepeated##Kind(&message, &field, index, changed); \
    } else {                                                          \
      reflection.Set##Kind(&message, &field, changed);                \
    }                                                                 \
  } while (false)
#define D135_FUZZ_WAS(Kind)                                                           \
  (in_list ? reflection.GetRepeated##Kind(message, &field, index)                     \
           : (field.is_repeated() ? decltype(reflection.Get##Kind(message, &field)){} \
                                  : reflection.Get##Kind(message, &field)))
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      D135_FUZZ_SET(Int32, static_cast<std::int32_t>(number(D135_FUZZ_WAS(Int32), choice)));
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      D135_FUZZ_SET(UInt32, static_cast<std::uint32_t>(number(D135_FUZZ_WAS(UInt32), choice)));
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      D135_FUZZ_SET(Int64, number(D135_FUZZ_WAS(Int64), choice));
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      D135_FUZZ_SET(UInt64,
                    static_cast<std::uint64_t>(number(static_cast<std::int64_t>(D135_FUZZ_WAS(UInt64)), choice)));
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      D135_FUZZ_SET(Double, fraction(D135_FUZZ_WAS(Double), choice));
      break;
    case FieldDescriptor::CPPTYPE_FLOAT:
      D135_FUZZ_SET(Float, static_cast<float>(fraction(0, choice)));
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      D135_FUZZ_SET(Bool, choice.below(2) == 0);
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      D135_FUZZ_SET(EnumValue,
                    static_cast<int>(choice.below(static_cast<std::uint64_t>(field.enum_type()->value_count()) + 2)));
      break;
    case FieldDescriptor::CPPTYPE_STRING:
      D135_FUZZ_SET(String, text(D135_FUZZ_WAS(String), choice));
      break;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      mutate(add       ? *reflection.AddMessage(&message, &field)
             : in_list ? *reflection.MutableRepeatedMessage(&message, &field, index)
                       : *reflection.MutableMessage(&message, &field),
             choice);
      break;
  }
#undef D135_FUZZ_WAS
#undef D135_FUZZ_SET
}

void mutate_list(Message& message, const FieldDescriptor& field, Choice& choice) {
  const Reflection& reflection = *message.GetReflection();
  const int size = reflection.FieldSize(message, &field);
  const auto any = [&] { return static_cast<int>(choice.below(static_cast<std::uint64_t>(size))); };
  const std::uint64_t what = choice.below(size == 0 ? 1 : 6);
  if (what == 0) {
    set_value(message, field, choice, -1);
  } else if (what == 1) {
    reflection.SwapElements(&message, &field, any(), any());
  } else if (what == 2) {
    reflection.SwapElements(&message, &field, any(), size - 1);
    reflection.RemoveLast(&message, &field);
  } else if (what == 3 && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    const int from = any();
    Message* copy = reflection.AddMessage(&message, &field);
    copy->CopyFrom(reflection.GetRepeatedMessage(message, &field, from));
  } else {
    set_value(message, field, choice, any());
  }
}

}  // namespace

std::uint64_t Choice::next() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

void mutate(Message& message, Choice& choice) {
  const auto* descriptor = message.GetDescriptor();
  if (descriptor->field_count() == 0) return;
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(message, &present);
  const bool one_of_those = !present.empty() && choice.below(4) != 0;
  const FieldDescriptor& field =
      one_of_those
          ? *present[choice.below(present.size())]
          : *descriptor->field(static_cast<int>(choice.below(static_cast<std::uint64_t>(descriptor->field_count()))));
  if (field.is_map()) return;
  if (one_of_those && choice.below(12) == 0) return reflection.ClearField(&message, &field);
  if (field.is_repeated()) return mutate_list(message, field, choice);
  set_value(message, field, choice, 0);
}

std::size_t mutate_bytes(Message& message, std::uint8_t* data, std::size_t size, std::size_t most, std::uint64_t seed) {
  if (!message.ParseFromArray(data, static_cast<int>(size))) return 0;
  Choice choice(seed);
  for (std::uint64_t left = 1 + choice.below(kChangesAtOnce); left > 0; --left) mutate(message, choice);
  const std::size_t bytes = message.ByteSizeLong();
  if (bytes == 0 || bytes > most || !message.SerializeToArray(data, static_cast<int>(most))) return 0;
  return bytes;
}

}  // namespace dispatch135::fuzz
