// The whole run of the program on one Asio loop: hotlines, units, a line of statistics each second, and its orderly
// end.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <ostream>

#include "engine/city/city.h"
#include "services/common/metrics.h"
#include "services/fieldsim/config.h"
#include "services/fieldsim/file_diary.h"
#include "services/fieldsim/fleet.h"
#include "services/fieldsim/publisher.h"
#include "services/fieldsim/stats.h"
#include "services/fieldsim/steady_wall.h"

namespace dispatch135::fieldsim {

// Belongs to the loop's thread. What is given must outlive it.
class Simulation {
 public:
  // `stats_out`: null for none.
  Simulation(boost::asio::io_context& loop, const city::City& city, const Config& config, log::Writer& writer,
             FileDiary& diary, common::Metrics& metrics, std::ostream* stats_out);
  // Called when the hotlines are drained, all streams have ended and the last line is written.
  void on_finished(std::function<void()> finished) { finished_ = std::move(finished); }
  void start();
  // Ends the run: no more events, what the broker has not answered is waited for (at most kDrain), then the streams are
  // broken off.
  void finish();
  // 0; 1 when a promise was broken that the process itself made (a diary that could not be written).
  int exit_status() const { return exit_status_; }

  static constexpr DurationMs kDrain{5'000};

 private:
  void begin_publishing();
  void publish();
  void report();
  void write_line(bool final);
  void drain(TimeMs until);

  const city::City& city_;
  const Config& config_;
  FileDiary& diary_;
  std::ostream* stats_out_;
  SteadyWall clock_;
  Stats stats_;
  Hotline hotline_;
  Publisher publisher_;
  Fleet fleet_;
  boost::asio::steady_timer publish_timer_;
  boost::asio::steady_timer report_timer_;
  boost::asio::steady_timer end_timer_;
  std::function<void()> finished_;
  prometheus::Counter& published_total_;
  prometheus::Counter& acked_total_;
  prometheus::Counter& orders_total_;
  prometheus::Counter& violations_total_;
  prometheus::Gauge& connected_units_;
  prometheus::Histogram& report_to_order_;
  bool finishing_ = false;
  int exit_status_ = 0;
};

}  // namespace dispatch135::fieldsim
