#include "services/common/city_files.h"

#include <utility>

#include "services/common/mapped_file.h"

namespace dispatch135::common {

struct CityFiles::Entry {
  MappedFile file;
  std::unique_ptr<const city::City> city;  // Reads from `file`.
};

CityFiles::CityFiles() = default;
CityFiles::~CityFiles() = default;

Result<std::unique_ptr<CityFiles>> CityFiles::open(const std::vector<std::string>& paths) {
  std::unique_ptr<CityFiles> files(new CityFiles());
  for (const auto& path : paths) {
    auto file = MappedFile::open(path);
    if (!file) return Error{file.error().message};
    auto city = city::City::open(file.value().bytes());
    if (!city) return Error{path + ": " + city.error().message};
    files->entries_.push_back({std::move(file.value()), std::make_unique<const city::City>(std::move(city.value()))});
  }
  return files;
}

const city::City* CityFiles::find(CityFingerprint fingerprint) const {
  for (const auto& entry : entries_) {
    if (entry.city->fingerprint() == fingerprint) return entry.city.get();
  }
  return nullptr;
}

const city::City* CityFiles::find(RegionId region) const {
  for (const auto& entry : entries_) {
    for (std::size_t i = 0; i < entry.city->region_count(); ++i) {
      if (entry.city->region(i).id == region) return entry.city.get();
    }
  }
  return nullptr;
}

std::vector<const city::City*> CityFiles::all() const {
  std::vector<const city::City*> cities;
  for (const auto& entry : entries_) cities.push_back(entry.city.get());
  return cities;
}

}  // namespace dispatch135::common
