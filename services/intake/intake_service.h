// gRPC Intake: takes events from gRPC's threads to the publisher's loop and its answers back.
#pragma once

#include <boost/asio/io_context.hpp>

#include "dispatch135/v1/intake.grpc.pb.h"
#include "services/intake/publisher.h"
#include "services/intake/report_gate.h"

namespace dispatch135::intake {

// Raw, so that what is not the event is answered as such.
using IntakeMethods = v1::Intake::WithRawCallbackMethod_ReportIncident<
    v1::Intake::WithRawCallbackMethod_ReportAlert<v1::Intake::WithRawCallbackMethod_ReportIncidents<
        v1::Intake::WithRawCallbackMethod_ReportAlerts<v1::Intake::Service>>>>;

class IntakeService final : public IntakeMethods {
 public:
  // The publisher belongs to the loop. All must outlive every call: shut the server down while the loop still runs.
  // Who reports more than the gate lets through is answered RESOURCE_EXHAUSTED; a stream is read no faster.
  IntakeService(boost::asio::io_context& loop, Publisher& publisher, ReportGate& gate)
      : loop_(loop), publisher_(publisher), gate_(gate) {}

  grpc::ServerUnaryReactor* ReportIncident(grpc::CallbackServerContext* context, const grpc::ByteBuffer* event,
                                           grpc::ByteBuffer* receipt) override;
  grpc::ServerUnaryReactor* ReportAlert(grpc::CallbackServerContext* context, const grpc::ByteBuffer* event,
                                        grpc::ByteBuffer* receipt) override;
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* ReportIncidents(
      grpc::CallbackServerContext* context) override;
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* ReportAlerts(
      grpc::CallbackServerContext* context) override;

 private:
  boost::asio::io_context& loop_;
  Publisher& publisher_;
  ReportGate& gate_;
};

}  // namespace dispatch135::intake
