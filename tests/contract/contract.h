// What a change of the public contract breaks, and what it leaves undocumented.
#pragma once

#include <google/protobuf/descriptor.pb.h>

#include <string>
#include <vector>

namespace dispatch135::contract {

// One line for each published message, field, oneof, enum, enum value, service or method that `current` no longer has
// as it was: gone, renumbered, renamed, of another type or label. Empty: whoever speaks `published` understands
// `current`.
std::vector<std::string> breaks(const google::protobuf::FileDescriptorSet& published,
                                const google::protobuf::FileDescriptorSet& current);

// One line for each element without the comment that it must have. `files` must carry source info. The rule:
// - a message, an enum and a method say what they are, above themselves (of a service the file's head says it);
// - a field says its meaning, unit and range above itself or at its end, unless it is of a message or enum type of the
//   contract, which says it;
// - an enum value may stand for itself: its enum says what it tells apart.
std::vector<std::string> undocumented(const google::protobuf::FileDescriptorSet& files);

}  // namespace dispatch135::contract
