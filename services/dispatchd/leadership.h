// Who leads one partition, as this node sees it. The group grants; a LeaderStarted of our own, once applied, makes us
// lead; another's ends it. Whom the group relieves leads on until then: what it decides meanwhile is what its successor
// decides, with the same identities, so a node that joins stops nothing. Pure: the caller appends and applies.
#pragma once

#include <cstdint>
#include <optional>

namespace dispatch135::dispatchd {

// Two starters may have raced. The one that the group still names starts again, after a pause in which a node that the
// group has already dropped learns so and keeps quiet.
inline constexpr std::int64_t kRestartPauseMs = 500;

class Leadership {
 public:
  explicit Leadership(std::uint64_t process) : process_(process) {}

  // The group gives the partition, or takes it away.
  void grant(std::int64_t now_ms);
  void revoke();
  bool granted() const { return granted_; }

  // True when a LeaderStarted is to be appended now; then say start_appended() and, if it fails, start_failed().
  bool wants_to_start(std::int64_t now_ms) const;
  void start_appended();
  void start_failed(std::int64_t now_ms);
  // A LeaderStarted of that process was applied.
  void leader_started(std::uint64_t process, std::int64_t now_ms);

  // The log is out of reach, or the node serves no more: stops leading, and starts again when asked to.
  void suspend();
  void resume(std::int64_t now_ms);

  bool leading() const { return leading_; }
  std::optional<std::int64_t> wakeup_ms() const { return start_at_ms_; }

 private:
  std::uint64_t process_;
  bool granted_ = false;
  bool leading_ = false;
  bool start_in_flight_ = false;
  std::optional<std::int64_t> start_at_ms_;
};

}  // namespace dispatch135::dispatchd
