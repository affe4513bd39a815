// A node in a process of its own, with everything but Kafka: the log in memory, a made-up town, calls that come by
// themselves.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "services/dispatchd/client_limits.h"

namespace dispatch135::benchmarks {

inline constexpr std::uint32_t kRegion = 320200;
inline constexpr std::uint64_t kFirstUnit = 1'000;  // Units are numbered from here.

struct NodeOptions {
  std::uint32_t units = 5'000;
  std::uint32_t calls_per_s = 100;
  dispatchd::ClientLimits limits;
};

// The monotonic clock that all processes of the machine share, in microseconds.
std::int64_t now_us();

class NodeProcess {
 public:
  // Forks: before gRPC and threads are used. Returns when it serves.
  explicit NodeProcess(const NodeOptions& options);
  ~NodeProcess();
  NodeProcess(const NodeProcess&) = delete;
  NodeProcess& operator=(const NodeProcess&) = delete;

  const std::string& address() const { return address_; }
  int port() const { return port_; }
  double resident_mb() const;
  // It lives.
  bool alive() const;
  // No more calls (they come from the start), and again.
  void calls(bool on) const;

 private:
  pid_t pid_ = 0;
  int port_ = 0;
  std::string address_;
};

}  // namespace dispatch135::benchmarks
