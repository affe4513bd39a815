#include "services/intake/event_parse.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "engine/base/limits.h"
#include "services/intake/cap_xml.h"

namespace dispatch135::intake {
namespace {

using common::Checked;
using common::Refused;

constexpr std::size_t kQuotedBytes = 200;

Refused malformed(std::string reason) { return {v1::REJECT_CODE_MALFORMED, std::move(reason)}; }

// The deepest nesting of objects and lists, text skipped.
int json_depth(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return deepest;
}

// What a library said about the input, in one short line that holds nothing but printable ASCII.
std::string quoted(std::string_view text) {
  std::string out(text.substr(0, kQuotedBytes));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < 0x20 || c > 0x7e; }, ' ');
  return out;
}

template <typename Message>
Checked<Message> parse_json(std::string_view text) {
  if (!is_utf8(text)) return malformed("the JSON is not UTF-8");
  if (json_depth(text) > limits::kSourceEventDepth) {
    return malformed("the JSON is nested deeper than " + std::to_string(limits::kSourceEventDepth));
  }
  Message message;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = false;
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(text.data(), text.size()), &message, options);
  if (!status.ok()) {
    return malformed("not JSON of " + Message::descriptor()->full_name() + ": " +
                     quoted(std::string_view(status.message().data(), status.message().size())));
  }
  return message;
}

template <typename Message>
Checked<Message> parse_binary(std::string_view bytes) {
  Message message;
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  google::protobuf::io::CodedInputStream coded(&stream);
  coded.SetRecursionLimit(limits::kSourceEventDepth);
  if (!message.ParseFromCodedStream(&coded) || !coded.ConsumedEntireMessage()) {
    const std::size_t first = bytes.find_first_not_of(" \t\r\n");
    const bool late_json = first != std::string_view::npos && first > 0 && bytes[first] == '{';
    return malformed("not protobuf of " + Message::descriptor()->full_name() +
                     (late_json ? "; JSON must have '{' as its very first byte" : "; truncated, or of another schema"));
  }
  return message;
}

template <typename Message>
Checked<Message> parse(std::string_view bytes) {
  if (bytes.size() > limits::kSourceEventBytes) {
    return Refused{v1::REJECT_CODE_TOO_LARGE, "the event has " + std::to_string(bytes.size()) + " bytes; at most " +
                                                  std::to_string(limits::kSourceEventBytes) + " are taken"};
  }
  if (bytes.empty()) return malformed("the event is empty");
  return bytes.front() == '{' ? parse_json<Message>(bytes) : parse_binary<Message>(bytes);
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  const auto continuation = [&bytes](std::size_t at) {
    return at < bytes.size() && (static_cast<std::uint8_t>(bytes[at]) & 0xc0) == 0x80;
  };
  for (std::size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<std::uint8_t>(bytes[i]);
    const auto second = i + 1 < bytes.size() ? static_cast<std::uint8_t>(bytes[i + 1]) : std::uint8_t{0};
    if (lead < 0x80) {
      i += 1;
    } else if (lead >= 0xc2 && lead <= 0xdf) {
      if (!continuation(i + 1)) return false;
      i += 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
      if (!continuation(i + 1) || !continuation(i + 2)) return false;
      if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f)) return false;
      i += 3;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      if (!continuation(i + 1) || !continuation(i + 2) || !continuation(i + 3)) return false;
      if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) return false;
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

common::Checked<v1::IncidentEvent> parse_incident_event(std::string_view bytes) {
  return parse<v1::IncidentEvent>(bytes);
}

common::Checked<v1::AlertReport> parse_alert_report(std::string_view bytes) {
  const bool is_xml = !bytes.empty() && bytes.front() == '<' && bytes.size() <= limits::kSourceEventBytes;
  if (!is_xml) return parse<v1::AlertReport>(bytes);
  if (!is_utf8(bytes)) return malformed("the XML is not UTF-8");
  return parse_cap(bytes);
}

}  // namespace dispatch135::intake
