#include "services/common/refusal.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

namespace dispatch135::common {

namespace {

using google::protobuf::internal::WireFormatLite;

// The field numbers of google.rpc.Status.
constexpr int kCode = 1;
constexpr int kMessage = 2;
constexpr int kDetails = 3;

}  // namespace

grpc::StatusCode status_code(v1::RejectCode code) {
  switch (code) {
    case v1::REJECT_CODE_UNKNOWN_REGION:
    case v1::REJECT_CODE_UNKNOWN_UNIT:
    case v1::REJECT_CODE_UNKNOWN_INCIDENT:
    case v1::REJECT_CODE_UNKNOWN_ASSIGNMENT:
    case v1::REJECT_CODE_UNKNOWN_POST:
      return grpc::StatusCode::NOT_FOUND;
    case v1::REJECT_CODE_ILLEGAL_TRANSITION:
    case v1::REJECT_CODE_NOT_SIGNED_ON:
    case v1::REJECT_CODE_INCIDENT_FINAL:
    case v1::REJECT_CODE_UNIT_NOT_ASSIGNABLE:
      return grpc::StatusCode::FAILED_PRECONDITION;
    case v1::REJECT_CODE_ALREADY_SIGNED_ON:
      return grpc::StatusCode::ALREADY_EXISTS;
    case v1::REJECT_CODE_CAPACITY:
      return grpc::StatusCode::RESOURCE_EXHAUSTED;
    default:
      return grpc::StatusCode::INVALID_ARGUMENT;
  }
}

grpc::Status refused(v1::RejectCode code, const std::string& reason, std::uint64_t client_sequence) {
  v1::Refusal refusal;
  refusal.set_client_sequence(client_sequence);
  refusal.set_code(code);
  refusal.set_reason(reason);
  google::protobuf::Any any;
  any.PackFrom(refusal);

  std::string details;
  {
    google::protobuf::io::StringOutputStream bytes(&details);
    google::protobuf::io::CodedOutputStream out(&bytes);
    WireFormatLite::WriteInt32(kCode, status_code(code), &out);
    WireFormatLite::WriteString(kMessage, reason, &out);
    WireFormatLite::WriteBytes(kDetails, any.SerializeAsString(), &out);
  }
  return grpc::Status(status_code(code), reason, details);
}

std::optional<v1::Refusal> refusal_in(const grpc::Status& status) {
  const std::string details = status.error_details();
  google::protobuf::io::ArrayInputStream bytes(details.data(), static_cast<int>(details.size()));
  google::protobuf::io::CodedInputStream in(&bytes);
  while (const auto tag = in.ReadTag()) {
    if (WireFormatLite::GetTagFieldNumber(tag) != kDetails) {
      if (!WireFormatLite::SkipField(&in, tag)) return std::nullopt;
      continue;
    }
    std::string packed;
    google::protobuf::Any any;
    v1::Refusal refusal;
    if (!WireFormatLite::ReadBytes(&in, &packed) || !any.ParseFromString(packed)) return std::nullopt;
    if (any.UnpackTo(&refusal)) return refusal;
  }
  return std::nullopt;
}

}  // namespace dispatch135::common
