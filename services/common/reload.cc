#include "services/common/reload.h"

#include <csignal>
#include <utility>

namespace dispatch135::common {

ReloadSignal::ReloadSignal(boost::asio::io_context& context, std::function<void()> reload)
    : signals_(context, SIGHUP), reload_(std::move(reload)) {
  wait();
}

void ReloadSignal::wait() {
  signals_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    wait();
    reload_();
  });
}

}  // namespace dispatch135::common
