#include "services/common/metrics.h"

#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <string>

namespace dispatch135::common {
namespace {

std::string fetched(int port) {
  boost::asio::io_context context;
  boost::asio::ip::tcp::socket socket(context);
  socket.connect({boost::asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)});
  boost::asio::write(socket, boost::asio::buffer(std::string("GET /metrics HTTP/1.0\r\n\r\n")));
  std::string answer;
  boost::system::error_code ended;
  boost::asio::read(socket, boost::asio::dynamic_buffer(answer), ended);
  return answer;
}

TEST(Metrics, AreServedOnAFreePort) {
  auto metrics = std::move(Metrics::start({.listen = "127.0.0.1:0"}).value());
  metrics->counter("dispatch135_test_total", "Tests.").Increment(2);
  metrics->latency("dispatch135_test_seconds", "Time.").Observe(0.0003);
  ASSERT_GT(metrics->port(), 0);
  const auto answer = fetched(metrics->port());
  EXPECT_NE(answer.find("dispatch135_test_total 2"), std::string::npos) << answer;
  EXPECT_NE(answer.find("dispatch135_test_seconds_bucket{le=\"0.0005\"} 1"), std::string::npos) << answer;
}

TEST(Metrics, TheSameNameAndLabelsAreTheSameCounter) {
  auto metrics = std::move(Metrics::start({}).value());
  metrics->counter("dispatch135_a_total", "A.", {{"kind", "x"}}).Increment();
  EXPECT_EQ(metrics->counter("dispatch135_a_total", "A.", {{"kind", "x"}}).Value(), 1);
  EXPECT_EQ(metrics->counter("dispatch135_a_total", "A.", {{"kind", "y"}}).Value(), 0);
  EXPECT_EQ(metrics->port(), 0);
}

TEST(Metrics, AnAddressThatCannotBeUsedIsAClearError) {
  auto metrics = Metrics::start({.listen = "203.0.113.1:1"});
  ASSERT_FALSE(metrics.ok());
  EXPECT_NE(metrics.error().message.find("metrics.listen: cannot serve on '203.0.113.1:1'"), std::string::npos);
}

}  // namespace
}  // namespace dispatch135::common
