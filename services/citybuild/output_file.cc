#include "services/citybuild/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace dispatch135::citybuild {
namespace {

bool write_all(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0;
}

}  // namespace

std::optional<Error> write_whole(const std::string& path, std::span<const std::byte> bytes) {
  const std::string temporary = path + ".partial." + std::to_string(::getpid());
  const auto failed = [&](int error) {
    ::unlink(temporary.c_str());
    return Error{path + ": cannot be written: " + std::strerror(error)};
  };
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return failed(errno);
  }
  const bool written = write_all(descriptor, bytes);
  const int error = errno;
  if (::close(descriptor) != 0 || !written) {
    return failed(written ? errno : error);
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    return failed(errno);
  }
  return std::nullopt;
}

}  // namespace dispatch135::citybuild
