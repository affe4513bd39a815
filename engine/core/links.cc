#include "engine/core/links.h"

#include <utility>

#include "engine/base/check.h"

namespace dispatch135::core {

void Links::link(IncidentId child, Link link) {
  D135_CHECK(!links_.contains(child) && !children_.contains(child) && !links_.contains(link.parent),
             "links have one level; commands that would chain them are refused");
  children_[link.parent].insert(child);
  links_.emplace(child, std::move(link));
}

void Links::unlink(IncidentId child) {
  const auto found = links_.find(child);
  if (found == links_.end()) return;
  const auto siblings = children_.find(found->second.parent);
  siblings->second.erase(child);
  if (siblings->second.empty()) children_.erase(siblings);
  links_.erase(found);
}

const Link* Links::find(IncidentId child) const {
  const auto found = links_.find(child);
  return found == links_.end() ? nullptr : &found->second;
}

Link* Links::find(IncidentId child) {
  const auto found = links_.find(child);
  return found == links_.end() ? nullptr : &found->second;
}

const std::set<IncidentId>& Links::children(IncidentId parent) const {
  static const std::set<IncidentId> kNone;
  const auto found = children_.find(parent);
  return found == children_.end() ? kNone : found->second;
}

void Links::suggest(IncidentId incident, Suggested suggested) {
  suggested_.insert_or_assign(incident, std::move(suggested));
}

const Links::Suggested* Links::suggestion(IncidentId incident) const {
  const auto found = suggested_.find(incident);
  return found == suggested_.end() ? nullptr : &found->second;
}

std::optional<v1::Severity> Links::own_severity(IncidentId parent) const {
  const auto found = own_severity_.find(parent);
  if (found == own_severity_.end()) return std::nullopt;
  return found->second;
}

void Links::set_own_severity(IncidentId parent, std::optional<v1::Severity> severity) {
  if (severity) {
    own_severity_[parent] = *severity;
  } else {
    own_severity_.erase(parent);
  }
}

void Links::forget(IncidentId incident) {
  unlink(incident);
  while (!children(incident).empty()) unlink(*children(incident).begin());
  suggested_.erase(incident);
  own_severity_.erase(incident);
  withdrawn_.erase(incident);
}

}  // namespace dispatch135::core
