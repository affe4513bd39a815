#include "tests/integration/tcp_proxy.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace dispatch135 {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds kLookAgain(10);
constexpr std::size_t kPieceBytes = 16'384;

tcp::endpoint endpoint_of(const std::string& address) {
  const auto colon = address.rfind(':');
  return {boost::asio::ip::make_address(address.substr(0, colon)),
          static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1)))};
}

}  // namespace

// One way of one connection. Lives as long as something of it is under way.
class TcpProxy::Direction : public std::enable_shared_from_this<Direction> {
 public:
  Direction(TcpProxy& proxy, std::shared_ptr<tcp::socket> from, std::shared_ptr<tcp::socket> to)
      : proxy_(proxy), from_(std::move(from)), to_(std::move(to)), timer_(proxy.loop_) {}

  void read() {
    from_->async_read_some(boost::asio::buffer(piece_),
                           [self = shared_from_this()](error_code error, std::size_t size) {
                             if (error) return self->close();
                             self->size_ = size;
                             self->hold(std::chrono::milliseconds(self->proxy_.delay_ms_));
                           });
  }

 private:
  void hold(std::chrono::milliseconds wait) {
    if (wait.count() == 0 && !proxy_.cut_) return write();
    timer_.expires_after(wait.count() == 0 ? kLookAgain : wait);
    timer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->hold(std::chrono::milliseconds(0));
    });
  }

  void write() {
    boost::asio::async_write(*to_, boost::asio::buffer(piece_.data(), size_),
                             [self = shared_from_this()](error_code error, std::size_t) {
                               if (error) return self->close();
                               self->read();
                             });
  }

  // The other direction finds its sockets closed.
  void close() {
    error_code ignored;
    from_->close(ignored);
    to_->close(ignored);
  }

  TcpProxy& proxy_;
  std::shared_ptr<tcp::socket> from_;
  std::shared_ptr<tcp::socket> to_;
  boost::asio::steady_timer timer_;
  std::array<char, kPieceBytes> piece_{};
  std::size_t size_ = 0;
};

TcpProxy::TcpProxy(std::uint16_t port, const std::string& target)
    : acceptor_(loop_, {boost::asio::ip::address_v4::loopback(), port}), target_(endpoint_of(target)) {
  accept();
  thread_ = std::thread([this] { loop_.run(); });
}

TcpProxy::~TcpProxy() {
  loop_.stop();
  thread_.join();
}

void TcpProxy::accept() {
  const auto client = std::make_shared<tcp::socket>(loop_);
  acceptor_.async_accept(*client, [this, client](error_code refused) {
    if (refused) return;
    const auto server = std::make_shared<tcp::socket>(loop_);
    server->async_connect(target_, [this, client, server](error_code error) {
      if (error) return;
      client->set_option(tcp::no_delay(true), error);
      server->set_option(tcp::no_delay(true), error);
      std::make_shared<Direction>(*this, client, server)->read();
      std::make_shared<Direction>(*this, server, client)->read();
    });
    accept();
  });
}

}  // namespace dispatch135
