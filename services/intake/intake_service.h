// gRPC Intake: takes events from gRPC's threads to the publisher's loop and its answers back.
#pragma once

#include <boost/asio/io_context.hpp>

#include "dispatch135/v1/intake.grpc.pb.h"
#include "services/intake/publisher.h"

namespace dispatch135::intake {

class IntakeService final : public v1::Intake::CallbackService {
 public:
  // The publisher belongs to the loop. Both must outlive every call: shut the server down while the loop still runs.
  IntakeService(boost::asio::io_context& loop, Publisher& publisher) : loop_(loop), publisher_(publisher) {}

  grpc::ServerUnaryReactor* ReportIncident(grpc::CallbackServerContext* context, const v1::IncidentEvent* event,
                                           v1::ReportReceipt* receipt) override;
  grpc::ServerUnaryReactor* ReportAlert(grpc::CallbackServerContext* context, const v1::AlertReport* alert,
                                        v1::ReportReceipt* receipt) override;
  grpc::ServerBidiReactor<v1::IncidentEvent, v1::ReportReceipt>* ReportIncidents(
      grpc::CallbackServerContext* context) override;
  grpc::ServerBidiReactor<v1::AlertReport, v1::ReportReceipt>* ReportAlerts(
      grpc::CallbackServerContext* context) override;

 private:
  boost::asio::io_context& loop_;
  Publisher& publisher_;
};

}  // namespace dispatch135::intake
