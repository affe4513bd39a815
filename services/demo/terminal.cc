#include "services/demo/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace dispatch135::demo {
namespace {

// ECMA-48 control sequences, as xterm has them.
constexpr char kEnter[] = "\x1b[?1049h\x1b[?25l";
constexpr char kLeave[] = "\x1b[?25h\x1b[?1049l";
constexpr char kHome[] = "\x1b[H";
constexpr char kClearToLineEnd[] = "\x1b[K";
constexpr char kClearBelow[] = "\x1b[J";

winsize size() {
  winsize result = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &result) != 0 || result.ws_col == 0) return {24, 80, 0, 0};
  return result;
}

const char* style(Line::Look look) {
  switch (look) {
    case Line::Look::kPlain:
      return "\x1b[0m";
    case Line::Look::kTitle:
      return "\x1b[1m";
    case Line::Look::kGood:
      return "\x1b[32m";
    case Line::Look::kBad:
      return "\x1b[31m";
  }
  return "";
}

}  // namespace

bool Terminal::there() { return isatty(STDOUT_FILENO) == 1; }

Terminal::Terminal() { std::fputs(kEnter, stdout); }

Terminal::~Terminal() {
  std::fputs(kLeave, stdout);
  std::fflush(stdout);
}

std::size_t Terminal::columns() const { return size().ws_col; }
std::size_t Terminal::rows() const { return size().ws_row; }

void Terminal::show(const std::vector<Line>& lines) const {
  std::string text = kHome;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += (i == 0 ? "" : "\r\n") + std::string(style(lines[i].look)) + lines[i].text + style(Line::Look::kPlain) +
            kClearToLineEnd;
  }
  text += kClearBelow;
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace dispatch135::demo
