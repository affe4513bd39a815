// Who follows what in MemoryLog, and the consumer groups: cooperative and sticky. Only the files memory_* use it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "services/log/memory_brokers.h"

namespace dispatch135::log::memory {

// Where a reader, or a member that reads, stands in its partitions.
struct Source {
  std::string node;
  bool dead = false;
  OnRecord record;
  std::map<TopicPartition, std::int64_t> next;
  std::set<TopicPartition> paused;
  TopicPartition last{};  // Served last; the next one in order has its turn.
};

class Sources {
 public:
  Sources(Wire& wire, const Brokers& brokers) : wire_(wire), brokers_(brokers) {}
  std::shared_ptr<Source> add(const std::string& node, OnRecord record);
  // Delivers one record that is due; false: none is.
  bool deliver_one();
  std::optional<TimeMs> next_due() const;
  void kill(const std::string& node);

 private:
  const MemoryLog::Stored* waiting(const Source& source, TopicPartition where, std::int64_t next) const;
  bool deliver_from(Source& source);

  Wire& wire_;
  const Brokers& brokers_;
  std::vector<std::shared_ptr<Source>> all_;
  std::size_t next_ = 0;
};

struct Membership {
  std::string node;
  std::string group;
  bool dead = false;
  bool in_group = false;
  std::vector<Topic> topics;
  GroupCallbacks callbacks;
  std::shared_ptr<Source> source;  // Null: reads nothing.
  std::set<TopicPartition> held;   // As the member believes.
  std::map<TopicPartition, std::int64_t> to_commit;
  bool commit_due = false;
};
using MembershipPtr = std::shared_ptr<Membership>;

struct Group {
  std::vector<MembershipPtr> members;  // In the order of joining.
  std::map<TopicPartition, MembershipPtr> owners;
  std::set<TopicPartition> being_revoked;
  std::map<TopicPartition, std::int64_t> committed;
};

class Groups {
 public:
  Groups(Wire& wire, const Brokers& brokers, const MemoryLog::Options& options)
      : wire_(wire), brokers_(brokers), options_(options) {}
  void add(const MembershipPtr& member);
  void commit(const MembershipPtr& member, TopicPartition where, std::int64_t offset);
  void leave(const MembershipPtr& member);
  void kill(const std::string& node);
  // Who reaches the coordinator may have changed.
  void look_who_is_in_touch();
  const Group* find(const std::string& name) const;

 private:
  void join(const MembershipPtr& member);
  void remove(const MembershipPtr& member);
  std::map<TopicPartition, MembershipPtr> targets(const Group& group) const;
  void rebalance(const std::string& name);
  void grant(const MembershipPtr& member, TopicPartition where);
  void revoke(const MembershipPtr& member, TopicPartition where);
  static void forget(const MembershipPtr& member, TopicPartition where);
  static void forget_all(const MembershipPtr& member);
  void keep_commits(Membership& member);
  void end_session(const MembershipPtr& member);
  void lost_touch(const std::string& name);
  void back_in_touch(const std::string& name);
  bool in_touch(const std::string& name) const;
  std::vector<MembershipPtr> members_on(const std::string& node) const;

  Wire& wire_;
  const Brokers& brokers_;
  const MemoryLog::Options& options_;
  std::vector<MembershipPtr> memberships_;
  std::map<std::string, Group> groups_;
  std::optional<BrokerId> coordinator_ = 0;  // When it was last looked.
};

}  // namespace dispatch135::log::memory
