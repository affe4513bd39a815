#include "services/dispatchd/state_check.h"

#include <set>

namespace dispatch135::dispatchd {
namespace {

StateCheck::Difference difference(std::uint64_t offset, const v1::StateHashed& own, const v1::StateHashed& published) {
  StateCheck::Difference difference = {offset, own.hash(), published.hash(), {}};
  std::map<std::string, std::uint64_t> parts;
  for (const v1::PartHash& part : own.parts()) parts[part.name()] = part.hash();
  std::set<std::string> differing;
  for (const v1::PartHash& part : published.parts()) {
    const auto found = parts.find(part.name());
    if (found == parts.end() || found->second != part.hash()) differing.insert(part.name());
    if (found != parts.end()) parts.erase(found);
  }
  for (const auto& [name, hash] : parts) differing.insert(name);
  difference.parts.assign(differing.begin(), differing.end());
  return difference;
}

}  // namespace

std::optional<StateCheck::Difference> StateCheck::meet(std::uint64_t offset, const v1::StateHashed& hashed,
                                                       Hashes& mine, Hashes& theirs, bool mine_is_own) {
  const auto other = theirs.find(offset);
  if (other == theirs.end()) {
    mine[offset] = hashed;
    if (mine.size() > kKept) mine.erase(mine.begin());
    return std::nullopt;
  }
  const v1::StateHashed met = other->second;
  theirs.erase(theirs.begin(), std::next(other));
  if (met.hash() == hashed.hash()) return std::nullopt;
  return mine_is_own ? difference(offset, hashed, met) : difference(offset, met, hashed);
}

}  // namespace dispatch135::dispatchd
