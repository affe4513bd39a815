#include "services/log/memory_groups.h"

#include <algorithm>
#include <utility>

namespace dispatch135::log::memory {

// ---- sources ----

std::shared_ptr<Source> Sources::add(const std::string& node, OnRecord record) {
  auto source = std::make_shared<Source>();
  source->node = node;
  source->record = std::move(record);
  all_.push_back(source);
  return source;
}

const MemoryLog::Stored* Sources::waiting(const Source& source, TopicPartition where, std::int64_t next) const {
  if (next >= brokers_.standing(where) || source.paused.contains(where)) return nullptr;
  const auto leader = brokers_.leader(where);
  if (!leader || wire_.cut(source.node, *leader)) return nullptr;
  return &brokers_.records(where)[static_cast<std::size_t>(next)];
}

bool Sources::deliver_one() {
  std::erase_if(all_, [](const auto& source) { return source->dead; });
  for (std::size_t i = 0; i < all_.size(); ++i) {
    const auto source = all_[(next_ + i) % all_.size()];
    if (!wire_.reachable(source->node) || !deliver_from(*source)) continue;
    next_ = (next_ + i + 1) % std::max<std::size_t>(all_.size(), 1);
    return true;
  }
  return false;
}

bool Sources::deliver_from(Source& source) {
  auto turn = source.next.upper_bound(source.last);
  for (std::size_t i = 0; i < source.next.size(); ++i, ++turn) {
    if (turn == source.next.end()) turn = source.next.begin();
    const auto [where, next] = *turn;
    const auto* stored = waiting(source, where, next);
    if (stored == nullptr || stored->stood_at + wire_.delay_of(source.node) > wire_.now()) continue;
    ++turn->second;
    source.last = where;
    source.record({.topic = where.first,
                   .partition = where.second,
                   .offset = next,
                   .timestamp = stored->timestamp,
                   .key = stored->key,
                   .value = stored->value});
    return true;
  }
  return false;
}

std::optional<TimeMs> Sources::next_due() const {
  std::optional<TimeMs> due;
  for (const auto& source : all_) {
    if (source->dead || !wire_.reachable(source->node)) continue;
    for (const auto& [where, next] : source->next) {
      const auto* stored = waiting(*source, where, next);
      if (stored == nullptr) continue;
      const TimeMs time = stored->stood_at + wire_.delay_of(source->node);
      due = due ? std::min(*due, time) : time;
    }
  }
  return due;
}

void Sources::kill(const std::string& node) {
  for (const auto& source : all_) {
    if (source->node == node) source->dead = true;
  }
}

// ---- groups ----

const Group* Groups::find(const std::string& name) const {
  const auto found = groups_.find(name);
  return found == groups_.end() ? nullptr : &found->second;
}

void Groups::add(const MembershipPtr& member) {
  std::erase_if(memberships_, [](const auto& other) { return other->dead && !other->in_group; });
  memberships_.push_back(member);
  wire_.nodes[member->node].in_touch = in_touch(member->node);
  wire_.over(member->node, [this, member] {
    if (!member->dead && !member->in_group && in_touch(member->node)) join(member);
  });
}

bool Groups::in_touch(const std::string& name) const {
  const auto coordinator = brokers_.coordinator();
  return coordinator && !wire_.cut(name, *coordinator);
}

void Groups::join(const MembershipPtr& member) {
  member->in_group = true;
  groups_[member->group].members.push_back(member);
  wire_.at(wire_.now(), "", [this, name = member->group] { rebalance(name); });
}

// The group's side of a member's end; what the member itself learns is another matter.
void Groups::remove(const MembershipPtr& member) {
  if (!member->in_group) return;
  member->in_group = false;
  Group& group = groups_[member->group];
  std::erase(group.members, member);
  for (auto owner = group.owners.begin(); owner != group.owners.end();) {
    if (owner->second == member) {
      group.being_revoked.erase(owner->first);
      owner = group.owners.erase(owner);
    } else {
      ++owner;
    }
  }
  wire_.at(wire_.now(), "", [this, name = member->group] { rebalance(name); });
}

// Everybody keeps what it has as far as the numbers are even.
std::map<TopicPartition, MembershipPtr> Groups::targets(const Group& group) const {
  std::map<TopicPartition, MembershipPtr> wanted;
  std::map<const Membership*, std::vector<TopicPartition>> shares;
  for (const auto& member : group.members) shares[member.get()];
  const auto fewest = [&](Topic topic) {
    MembershipPtr best;
    for (const auto& member : group.members) {
      if (std::find(member->topics.begin(), member->topics.end(), topic) == member->topics.end()) continue;
      if (!best || shares[member.get()].size() < shares[best.get()].size()) best = member;
    }
    return best;
  };
  for (const auto& [where, owner] : group.owners) {
    wanted[where] = owner;
    shares[owner.get()].push_back(where);
  }
  for (const TopicPartition& where : brokers_.all()) {
    if (wanted.contains(where)) continue;
    if (const auto member = fewest(where.first)) {
      wanted[where] = member;
      shares[member.get()].push_back(where);
    }
  }
  for (auto& [where, owner] : wanted) {
    const auto member = fewest(where.first);
    if (!member || shares[owner.get()].size() <= shares[member.get()].size() + 1) continue;
    std::erase(shares[owner.get()], where);
    shares[member.get()].push_back(where);
    owner = member;
  }
  return wanted;
}

void Groups::rebalance(const std::string& name) {
  Group& group = groups_[name];
  for (const auto& [where, wanted] : targets(group)) {
    const auto owner = group.owners.find(where);
    if (owner == group.owners.end()) {
      group.owners[where] = wanted;
      wire_.over(wanted->node, [this, member = wanted, at_place = where] { grant(member, at_place); });
    } else if (owner->second != wanted && group.being_revoked.insert(where).second) {
      wire_.over(owner->second->node, [this, member = owner->second, at_place = where] { revoke(member, at_place); });
    }
  }
}

void Groups::grant(const MembershipPtr& member, TopicPartition where) {
  Group& group = groups_[member->group];
  const auto owner = group.owners.find(where);
  if (member->dead || owner == group.owners.end() || owner->second != member) return;
  member->held.insert(where);
  if (member->source) {
    const auto committed = group.committed.find(where);
    member->source->next[where] = committed == group.committed.end() ? 0 : committed->second;
    member->source->paused.erase(where);
  }
  if (member->callbacks.granted) member->callbacks.granted(where.first, where.second);
}

void Groups::revoke(const MembershipPtr& member, TopicPartition where) {
  Group& group = groups_[member->group];
  const auto owner = group.owners.find(where);
  if (owner == group.owners.end() || owner->second != member) return;
  if (!member->dead) keep_commits(*member);
  group.being_revoked.erase(where);
  group.owners.erase(owner);
  forget(member, where);
  rebalance(member->group);
}

// The member's side of losing a partition.
void Groups::forget(const MembershipPtr& member, TopicPartition where) {
  if (member->dead || member->held.erase(where) == 0) return;
  member->to_commit.erase(where);
  if (member->source) member->source->next.erase(where);
  if (member->callbacks.revoked) member->callbacks.revoked(where.first, where.second);
}

void Groups::forget_all(const MembershipPtr& member) {
  const auto held = member->held;
  for (const auto& where : held) forget(member, where);
}

void Groups::keep_commits(Membership& member) {
  Group& group = groups_[member.group];
  for (const auto& [where, offset] : member.to_commit) {
    const auto owner = group.owners.find(where);
    if (owner != group.owners.end() && owner->second.get() == &member) group.committed[where] = offset;
  }
  member.to_commit.clear();
}

void Groups::commit(const MembershipPtr& member, TopicPartition where, std::int64_t offset) {
  if (member->dead || !member->held.contains(where)) return;
  member->to_commit[where] = offset;
  if (std::exchange(member->commit_due, true)) return;
  wire_.at(wire_.now() + options_.commit_interval, member->node, [this, member] {
    member->commit_due = false;
    if (!member->dead && in_touch(member->node)) keep_commits(*member);
  });
}

void Groups::leave(const MembershipPtr& member) {
  if (member->dead) return;
  const bool heard = in_touch(member->node);
  if (heard) keep_commits(*member);
  member->dead = true;
  if (member->source) member->source->dead = true;
  if (heard) return remove(member);
  // Whoever cannot say that it leaves is out when its session ends.
  wire_.at(wire_.now() + options_.session_timeout, "", [this, member] { remove(member); });
}

void Groups::kill(const std::string& node) {
  for (const auto& member : members_on(node)) {
    if (member->dead) continue;
    member->dead = true;
    if (member->source) member->source->dead = true;
    wire_.at(wire_.now() + options_.session_timeout, "", [this, member] { remove(member); });
  }
}

std::vector<MembershipPtr> Groups::members_on(const std::string& node) const {
  std::vector<MembershipPtr> all;
  for (const auto& member : memberships_) {
    if (member->node == node) all.push_back(member);
  }
  return all;
}

void Groups::end_session(const MembershipPtr& member) {
  remove(member);
  // In the member's own time, not over the connection that it does not have.
  wire_.at(wire_.now() + wire_.delay_of(member->node), "", [this, member] {
    if (!member->in_group) forget_all(member);
  });
}

// A new coordinator gives everybody a whole session.
void Groups::look_who_is_in_touch() {
  const bool moved = std::exchange(coordinator_, brokers_.coordinator()) != brokers_.coordinator();
  std::vector<std::string> names;
  for (const auto& [name, node] : wire_.nodes) names.push_back(name);
  for (const std::string& name : names) {
    const bool before = std::exchange(wire_.nodes[name].in_touch, in_touch(name));
    if (in_touch(name)) {
      if (!before) back_in_touch(name);
    } else if (before || moved) {
      lost_touch(name);
    }
  }
}

void Groups::lost_touch(const std::string& name) {
  const auto count = ++wire_.nodes[name].losses_of_touch;
  wire_.at(wire_.now() + options_.session_timeout, "", [this, name, count] {
    const auto node = wire_.nodes.find(name);
    if (node == wire_.nodes.end() || node->second.in_touch || node->second.losses_of_touch != count) return;
    // Without a coordinator nobody ends sessions.
    if (!brokers_.coordinator()) return;
    for (const auto& member : members_on(name)) end_session(member);
  });
}

void Groups::back_in_touch(const std::string& name) {
  ++wire_.nodes[name].losses_of_touch;
  for (const auto& member : members_on(name)) {
    if (member->dead || member->in_group) continue;
    forget_all(member);
    join(member);
  }
}

}  // namespace dispatch135::log::memory
