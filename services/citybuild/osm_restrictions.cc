#include "services/citybuild/osm_restrictions.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace dispatch135::citybuild {
namespace {

constexpr std::string_view kType = "restriction";

bool contains(std::string_view list, const std::string& name) {
  std::size_t at = 0;
  while (at <= list.size()) {
    const std::size_t end = std::min(list.find(';', at), list.size());
    std::string_view word = list.substr(at, end - at);
    while (word.starts_with(' ')) {
      word.remove_prefix(1);
    }
    if (word.substr(0, word.find_last_not_of(' ') + 1) == name) {
      return true;
    }
    at = end + 1;
  }
  return false;
}

// What the restriction says to a kind; empty: nothing.
std::string_view value_for(const TagLookup& tags, const Profile& profile) {
  if (!profile.obeys_turn_restrictions) {
    return {};
  }
  const auto& names = profile.restriction_names;
  const std::string_view exempt = tags("except");
  if (std::any_of(names.begin(), names.end(), [&](const auto& name) { return contains(exempt, name); })) {
    return {};
  }
  for (const auto& name : names) {
    if (const std::string_view value = tags(("restriction:" + name).c_str()); !value.empty()) {
      return value;
    }
  }
  // The older form names its vehicles in the type: type=restriction:hgv.
  std::string_view type = tags("type");
  if (type != kType) {
    type.remove_prefix(kType.size() + 1);
    if (std::find(names.begin(), names.end(), type) == names.end()) {
      return {};
    }
  }
  return tags("restriction");
}

bool conditional(const TagLookup& tags) {
  return !tags("restriction:conditional").empty() || !tags("day_on").empty() || !tags("hour_on").empty() ||
         tags("restriction").find('@') != std::string_view::npos;
}

std::optional<OsmRestriction> with_members(const std::vector<RestrictionMember>& members) {
  OsmRestriction restriction;
  for (const auto& member : members) {
    if (member.role == "from" && !member.is_node) {
      restriction.from.push_back(member.id);
    } else if (member.role == "to" && !member.is_node) {
      restriction.to.push_back(member.id);
    } else if (member.role == "via" && !member.is_node) {
      restriction.via_ways.push_back(member.id);
    } else if (member.role == "via" && !restriction.via_node) {
      restriction.via_node = member.id;
    } else if (member.role == "via") {
      return std::nullopt;
    }
  }
  const bool one_via = restriction.via_node.has_value() != !restriction.via_ways.empty();
  return one_via && !restriction.from.empty() && !restriction.to.empty() ? std::optional(restriction) : std::nullopt;
}

}  // namespace

const char* to_text(RestrictionDrop reason) {
  switch (reason) {
    case RestrictionDrop::kConditional:
      return "conditional";
    case RestrictionDrop::kNobody:
      return "for others";
    case RestrictionDrop::kUnknown:
      return "of an unknown kind";
    case RestrictionDrop::kMembers:
      return "without from, via or to";
    case RestrictionDrop::kNotRoads:
      return "not on roads";
    case RestrictionDrop::kNotMeeting:
      return "not meeting";
    case RestrictionDrop::kAmbiguous:
      return "ambiguous";
  }
  return "?";
}

bool is_restriction(const TagLookup& tags) {
  const std::string_view type = tags("type");
  return type == kType || type.starts_with("restriction:");
}

RestrictionVerdict judge_restriction(const TagLookup& tags, const std::vector<RestrictionMember>& members,
                                     const Profiles& profiles) {
  RestrictionVerdict verdict;
  const auto drop = [&verdict](RestrictionDrop reason) {
    verdict.restrictions.clear();
    verdict.drop = reason;
    return verdict;
  };
  if (conditional(tags)) {
    return drop(RestrictionDrop::kConditional);
  }
  std::map<std::string, std::uint32_t, std::less<>> kinds_by_value;
  for (std::size_t kind = 0; kind < road::kTravelKinds; ++kind) {
    if (profiles[kind]) {
      if (const std::string_view value = value_for(tags, *profiles[kind]); !value.empty()) {
        kinds_by_value[std::string(value)] |= 1U << kind;
      }
    }
  }
  if (kinds_by_value.empty()) {
    return drop(RestrictionDrop::kNobody);
  }
  const auto base = with_members(members);
  if (!base) {
    return drop(RestrictionDrop::kMembers);
  }
  for (const auto& [value, kinds] : kinds_by_value) {
    OsmRestriction restriction = *base;
    restriction.only = value.starts_with("only_");
    restriction.kinds = kinds;
    if (!restriction.only && !value.starts_with("no_")) {
      return drop(RestrictionDrop::kUnknown);
    }
    if ((restriction.from.size() > 1 && value != "no_entry") || (restriction.to.size() > 1 && value != "no_exit")) {
      return drop(RestrictionDrop::kMembers);
    }
    verdict.restrictions.push_back(std::move(restriction));
  }
  return verdict;
}

}  // namespace dispatch135::citybuild
