// The terminal that the demo draws on: its own screen while this lives, the old one afterwards.
#pragma once

#include <vector>

#include "services/demo/screen.h"

namespace dispatch135::demo {

class Terminal {
 public:
  // Standard output is a terminal.
  static bool there();
  Terminal();
  ~Terminal();
  std::size_t columns() const;
  std::size_t rows() const;
  void show(const std::vector<Line>& lines) const;
};

}  // namespace dispatch135::demo
