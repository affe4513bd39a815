#include "services/citybuild/open_city.h"

#include <utility>

namespace dispatch135::citybuild {

Result<OpenCity> open_city(const std::string& path) {
  auto file = common::MappedFile::open(path);
  if (!file) {
    return file.error();
  }
  auto city = city::City::open(file.value().bytes());
  if (!city) {
    return Error{path + ": " + city.error().message};
  }
  return OpenCity{std::move(file.value()), std::move(city.value())};
}

}  // namespace dispatch135::citybuild
