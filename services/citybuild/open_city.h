// A city file, opened for looking into it.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/city/city.h"
#include "services/common/mapped_file.h"

namespace dispatch135::citybuild {

// A city and the file that its bytes live in.
struct OpenCity {
  common::MappedFile file;
  city::City city;
};

// Errors name the file.
Result<OpenCity> open_city(const std::string& path);

}  // namespace dispatch135::citybuild
