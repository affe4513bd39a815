#include "engine/state/dumper.h"

namespace dispatch135::state {

std::string Dumper::quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\x";
      out += "0123456789abcdef"[byte >> 4];
      out += "0123456789abcdef"[byte & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

void Dumper::line(const std::string& value) { *out_ << path_ << " = " << value << '\n'; }

}  // namespace dispatch135::state
