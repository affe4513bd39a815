// citybuild's command line.
#pragma once

namespace dispatch135::citybuild {

// Runs a subcommand. The process's exit status: 0: done; 1: not, and what was wrong is on standard error.
int run(int argc, const char* const* argv);

}  // namespace dispatch135::citybuild
