// What a hostile client does on a bare HTTP/2 connection. Each runs on a thread of its own until it is destroyed, at a
// bounded pace and behind all others, so that it is the server that is measured and not who has more processors: an
// attacker's own work is done on the attacker's machine.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

namespace dispatch135::benchmarks {

enum class Attack {
  kRapidReset,  // Streams that are opened and reset at once (CVE-2023-44487).
  kPingFlood,   // PING frames.
  kSlowLoris,   // Connections that stop in the middle of their first bytes.
};

// The calling thread runs from now on when no other wants to.
void yield_to_others();

class Http2Attack {
 public:
  // `per_s`: streams, pings or new connections a second.
  Http2Attack(Attack attack, int port, std::uint32_t per_s);
  ~Http2Attack();
  Http2Attack(const Http2Attack&) = delete;
  Http2Attack& operator=(const Http2Attack&) = delete;

  std::uint64_t sent() const { return sent_; }
  // How often the server hung up.
  std::uint64_t cut_off() const { return cut_off_; }

 private:
  void flood(const std::function<std::string(std::uint32_t)>& frames);
  void hold_half_open();

  const int port_;
  const std::uint32_t per_s_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint64_t> sent_ = 0;
  std::atomic<std::uint64_t> cut_off_ = 0;
  std::thread thread_;
};

}  // namespace dispatch135::benchmarks
