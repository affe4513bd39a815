// The subcommands that make a city file.
#include <unistd.h>

#include <iostream>
#include <span>

#include "engine/city/city.h"
#include "services/citybuild/commands.h"
#include "services/citybuild/osm_import.h"
#include "services/citybuild/output_file.h"
#include "services/citybuild/report.h"
#include "services/citybuild/summary.h"
#include "services/citybuild/synthetic.h"
#include "services/common/mapped_file.h"

namespace dispatch135::citybuild {
namespace {

Result<Recipe> read_recipe(const SyntheticOptions& options) {
  if (options.recipe_file.empty()) {
    return preset_recipe(options.preset);
  }
  const auto file = common::MappedFile::open(options.recipe_file);
  if (!file) {
    return file.error();
  }
  const std::span<const std::byte> bytes = file.value().bytes();
  return parse_recipe({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, options.recipe_file);
}

std::optional<Error> build_and_write(const city::CityDraft& draft, const std::string& out, Report& report) {
  const auto bytes = city::build_city(draft);
  if (!bytes) {
    return bytes.error();
  }
  report.done("build", std::to_string(bytes.value().size()) + " bytes");
  const auto city = city::City::open(bytes.value());
  if (!city) {
    return city.error();
  }
  report.done("verify", "fingerprint " + fingerprint_text(city.value().fingerprint()));
  if (auto error = write_whole(out, bytes.value())) {
    return error;
  }
  report.done("write", out);
  print_summary(city.value(), std::cout);
  return std::nullopt;
}

}  // namespace

std::optional<Error> run_synthetic(const SyntheticOptions& options) {
  auto recipe = read_recipe(options);
  if (!recipe) {
    return recipe.error();
  }
  if (options.junctions != 0) {
    recipe.value().junctions = options.junctions;
  }
  const auto profiles =
      options.profiles.empty() ? Result<Profiles>(preset_profiles()) : read_profiles(options.profiles);
  if (!profiles) {
    return profiles.error();
  }
  Report report(std::cerr, ::isatty(STDERR_FILENO) != 0);
  const SyntheticCity city = generate_city(recipe.value(), options.seed, options.units_per_post, profiles.value());
  report.done("generate",
              std::to_string(city.kept.edges_before) + " edges, " + std::to_string(city.draft.turns.size()) + " turns");
  if (city.draft.edges.empty()) {
    return Error{options.profiles +
                 ": no profile gives a speed on motorway, primary, tertiary, residential or footway; "
                 "a made-up city has only those"};
  }
  report_kept(city.kept, report);
  return build_and_write(city.draft, options.out, report);
}

std::optional<Error> run_osm(const OsmOptions& options) {
  Report report(std::cerr, ::isatty(STDERR_FILENO) != 0);
  const auto draft = import_osm(options, report);
  if (!draft) {
    return draft.error();
  }
  return build_and_write(draft.value(), options.out, report);
}

}  // namespace dispatch135::citybuild
