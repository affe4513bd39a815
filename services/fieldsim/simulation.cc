#include "services/fieldsim/simulation.h"

#include <algorithm>
#include <chrono>

#include "services/common/logging.h"

namespace dispatch135::fieldsim {
namespace {

std::chrono::steady_clock::duration seconds(double count) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(count));
}

void catch_up(prometheus::Counter& counter, std::uint64_t count) {
  counter.Increment(static_cast<double>(count) - counter.Value());
}

}  // namespace

Simulation::Simulation(boost::asio::io_context& loop, const city::City& city, const Config& config, log::Writer& writer,
                       FileDiary& diary, common::Metrics& metrics, std::ostream* stats_out)
    : city_(city),
      config_(config),
      diary_(diary),
      stats_out_(stats_out),
      stats_(diary),
      hotline_(city, config.hotline, clock_.now()),
      publisher_(hotline_, writer, stats_, [this] { return clock_.now_us(); }),
      fleet_(loop, city, config.fleet, clock_, stats_),
      publish_timer_(loop),
      report_timer_(loop),
      end_timer_(loop),
      published_total_(
          metrics.counter("dispatch135_fieldsim_published_total", "Records handed to the broker's client")),
      acked_total_(metrics.counter("dispatch135_fieldsim_acked_total", "Records that the broker acknowledged")),
      orders_total_(metrics.counter("dispatch135_fieldsim_orders_total", "New orders that units received")),
      violations_total_(metrics.counter("dispatch135_fieldsim_violations_total", "Promises broken to units")),
      connected_units_(metrics.gauge("dispatch135_fieldsim_connected_units", "Units that are signed on")),
      report_to_order_(metrics.latency("dispatch135_fieldsim_report_to_order_seconds",
                                       "From a report's send to the receipt of its first order, assigned at once")) {
  fleet_.on_latency([this](std::int64_t us) { report_to_order_.Observe(static_cast<double>(us) / 1e6); });
}

void Simulation::start() {
  common::log_info("simulating", {{"units", std::uint64_t{fleet_.size()}},
                                  {"rate_per_s", config_.hotline.rate_per_s},
                                  {"seed", config_.hotline.seed}});
  fleet_.start();
  report();
  begin_publishing();
}

void Simulation::begin_publishing() {
  if (finishing_) return;
  if (config_.wait_for_units && fleet_.connected() < fleet_.size()) {
    publish_timer_.expires_after(std::chrono::milliseconds(50));
    publish_timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) begin_publishing();
    });
    return;
  }
  hotline_ = Hotline(city_, config_.hotline, clock_.now());
  publish();
  if (!config_.seconds) return;
  end_timer_.expires_after(seconds(*config_.seconds));
  end_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    publisher_.stop();
    common::log_info("the hotlines are quiet now", {{"published", stats_.published()}});
    if (!config_.settle_seconds) return;
    end_timer_.expires_after(seconds(*config_.settle_seconds));
    end_timer_.async_wait([this](const boost::system::error_code& settled) {
      if (!settled) finish();
    });
  });
}

void Simulation::publish() {
  publisher_.step();
  const TimeMs next = publisher_.next_wakeup();
  if (next.since_epoch == INT64_MAX) return;
  publish_timer_.expires_at(clock_.steady(next));
  publish_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) publish();
  });
}

void Simulation::report() {
  write_line(false);
  if (!diary_.flush() && exit_status_ == 0) {
    common::log_error("the diary cannot be written any more; is the disk full?", {{"diary", config_.diary}});
    exit_status_ = 1;
    return finish();
  }
  report_timer_.expires_after(std::chrono::seconds(1));
  report_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) report();
  });
}

void Simulation::write_line(bool final) {
  stats_.on_connected_units(fleet_.connected());
  catch_up(published_total_, stats_.published());
  catch_up(acked_total_, stats_.acked());
  catch_up(orders_total_, stats_.count(DiaryEvent::kOrderReceived));
  catch_up(violations_total_, stats_.count(DiaryEvent::kViolation));
  connected_units_.Set(static_cast<double>(fleet_.connected()));
  if (stats_out_ != nullptr) *stats_out_ << stats_.line(clock_.now(), final) << std::endl;
}

void Simulation::finish() {
  if (finishing_) return;
  finishing_ = true;
  end_timer_.cancel();
  publisher_.stop();
  drain(clock_.now() + kDrain);
}

void Simulation::drain(TimeMs until) {
  if (!publisher_.drained() && clock_.now() < until) {
    end_timer_.expires_after(std::chrono::milliseconds(10));
    end_timer_.async_wait([this, until](const boost::system::error_code& error) {
      if (!error) drain(until);
    });
    return;
  }
  if (!publisher_.drained()) {
    common::log_warn("the broker did not answer in time; some records may or may not stand in the topics",
                     {{"published", stats_.published()}, {"acked", stats_.acked()}});
  }
  publish_timer_.cancel();
  report_timer_.cancel();
  write_line(true);
  fleet_.stop([this] {
    if (!diary_.flush()) exit_status_ = 1;
    if (finished_) finished_();
  });
}

}  // namespace dispatch135::fieldsim
