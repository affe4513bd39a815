// One of our programs as a child process whose log lines (JSON) are read one by one.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace dispatch135::services::testing {

class ServedProgram {
 public:
  // `output`: a file that all goes to that it prints, instead of being read here.
  ServedProgram(const char* program, const std::vector<std::string>& flags, const char* output = nullptr) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);  // A test that is cut off leaves nothing behind.
      dup2(output == nullptr ? ends[1] : open(output, O_WRONLY | O_APPEND), STDERR_FILENO);
      if (output != nullptr) dup2(STDERR_FILENO, STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
      std::vector<char*> arguments = {const_cast<char*>(program)};
      for (const std::string& flag : flags) arguments.push_back(const_cast<char*>(flag.c_str()));
      arguments.push_back(nullptr);
      execv(program, arguments.data());
      _exit(127);
    }
    close(ends[1]);
    lines_ = fdopen(ends[0], "r");
  }
  ServedProgram(const ServedProgram&) = delete;
  ServedProgram& operator=(const ServedProgram&) = delete;
  ~ServedProgram() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    std::fclose(lines_);
  }

  // Reads on until a line with that message; nothing: the process ended before. Shows what it read then.
  std::optional<nlohmann::json> until(const std::string& message) {
    std::string all;
    char* line = nullptr;
    std::size_t size = 0;
    std::optional<nlohmann::json> found;
    while (!found && getline(&line, &size, lines_) > 0) {
      all += line;
      const auto json = nlohmann::json::parse(line, nullptr, false);
      if (json.is_object() && json.value("message", "") == message) found = json;
    }
    free(line);
    EXPECT_TRUE(found) << "no line '" << message << "' in\n" << all;
    return found;
  }
  // What it says from here to its end.
  std::string rest() {
    std::string all;
    for (int c = std::fgetc(lines_); c != EOF; c = std::fgetc(lines_)) all += static_cast<char>(c);
    return all;
  }
  void terminate() { kill(pid_, SIGTERM); }
  void hang_up() { kill(pid_, SIGHUP); }
  // The exit code; -1: it did not exit by itself.
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = 0;
  std::FILE* lines_ = nullptr;
};

}  // namespace dispatch135::services::testing
