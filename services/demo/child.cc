#include "services/demo/child.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <deque>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace dispatch135::demo {
namespace {

int exit_code_of(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

}  // namespace

std::uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const bool ok = fd >= 0 && bind(fd, any, size) == 0 && getsockname(fd, any, &size) == 0;
  if (fd >= 0) close(fd);
  if (!ok) throw std::runtime_error("no free port on the loopback");
  return ntohs(address.sin_port);
}

Child::Child(std::string name, const std::vector<std::string>& command, const std::string& directory)
    : name_(std::move(name)), out_path_(directory + "/" + name_ + ".out"), log_path_(directory + "/" + name_ + ".log") {
  std::vector<char*> argv;
  for (const std::string& argument : command) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error(name_ + " cannot be started: " + std::strerror(errno));
  if (pid_ > 0) return;
  // In the child only calls that are safe after a fork of many threads.
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int in = open("/dev/null", O_RDONLY);
  const int out = open(out_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const int log = open(log_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (in < 0 || out < 0 || log < 0) _exit(126);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv(argv[0], argv.data());
  const char* error = std::strerror(errno);
  if (write(STDERR_FILENO, error, std::strlen(error)) < 0) _exit(126);
  _exit(127);
}

Child::~Child() { crash(); }

std::string Child::output() const {
  std::ostringstream text;
  text << std::ifstream(out_path_).rdbuf();
  return text.str();
}

std::optional<int> Child::ended() {
  int status = 0;
  if (!exit_ && waitpid(pid_, &status, WNOHANG) == pid_) exit_ = exit_code_of(status);
  return exit_;
}

void Child::terminate() {
  if (!ended()) kill(pid_, SIGTERM);
}

bool Child::crash() {
  if (ended()) return false;
  kill(pid_, SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  exit_ = exit_code_of(status);
  return true;
}

int Child::wait(std::chrono::milliseconds patience) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (!ended() && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  crash();
  return *exit_;
}

std::string Child::last_words(std::size_t lines) const {
  std::ifstream log(log_path_);
  std::deque<std::string> last;
  for (std::string line; std::getline(log, line);) {
    last.push_back(line);
    if (last.size() > lines) last.pop_front();
  }
  std::string text;
  for (const std::string& line : last) text += "  " + line + "\n";
  return text;
}

}  // namespace dispatch135::demo
