// Who may come in, and how often: what one client asks of a node is bounded, so that the others are served. Asked on
// gRPC's threads before anything else is done. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "services/common/rates.h"
#include "services/dispatchd/client_limits.h"
#include "services/dispatchd/ports.h"

namespace dispatch135::dispatchd {

// Why a client was refused; the words are the metric's label.
enum class GateRefusal : std::uint8_t {
  kUnitStreams,     // The node holds as many as it may,
  kUnitAddress,     // or as many of that address.
  kUnitSilent,      // A stream that does not sign on.
  kUnitMessages,    // Messages of one stream come too fast.
  kConsoleStreams,  // As of units.
  kConsoleAddress,  //
  kOpenedTooOften,  // New streams of one address come too fast.
  kCalls,           // Calls of one address come too fast.
  kCommands,        // Commands of one operator come too fast.
  kWaitingCalls,    // Too many calls wait.
  kQueueFull,       // A client does not read.
};
inline constexpr std::size_t kGateRefusals = 11;
const char* word(GateRefusal refusal);

class ClientGate {
 public:
  // The clock must be safe to ask on any thread.
  ClientGate(const ClientLimits& limits, const SteadyClock& clock) : clock_(clock), limits_(limits) {}

  // From now on. What is open stays open.
  void set(const ClientLimits& limits);
  ClientLimits limits() const;

  // OK: the stream counts until it is told as ended. `address`: see common::address_of().
  Status unit_stream_opens(const std::string& address);
  void unit_stream_ended(const std::string& address);
  Status console_stream_opens(const std::string& address);
  void console_stream_ended(const std::string& address);
  Status call(const std::string& address);
  Status command(const std::string& operator_id);

  void count(GateRefusal refusal);
  // How many there were since the start, by GateRefusal.
  std::array<std::uint64_t, kGateRefusals> refusals() const;

 private:
  // Those about whom nothing is to be remembered are forgotten when there are more.
  static constexpr std::size_t kRemembered = 10'000;

  struct Address {
    std::size_t unit_streams = 0;
    std::size_t console_streams = 0;
    common::TokenBucket opened;
    common::TokenBucket calls;
  };
  Address& address(const std::string& name);
  Status refuse(GateRefusal why, std::string message);
  Status opens(Address& from, std::size_t& open, std::size_t& open_from, std::size_t most, std::size_t most_from,
               GateRefusal full, GateRefusal full_from);

  const SteadyClock& clock_;
  mutable std::mutex mutex_;  // Guards all below.
  ClientLimits limits_;
  std::map<std::string, Address> addresses_;
  common::Rates operators_;
  std::size_t unit_streams_ = 0;
  std::size_t console_streams_ = 0;
  std::array<std::uint64_t, kGateRefusals> refusals_ = {};
};

}  // namespace dispatch135::dispatchd
