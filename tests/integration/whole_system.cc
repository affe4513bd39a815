#include "tests/integration/whole_system.h"

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "dispatch135/v1/console.grpc.pb.h"
#include "engine/city/city.h"
#include "services/common/grpc_channel.h"
#include "services/common/mapped_file.h"
#include "services/log/topics.h"

namespace dispatch135 {
namespace {

constexpr std::size_t kNodes = 2;
constexpr DurationMs kTopicsPatience{30'000};
constexpr std::chrono::seconds kCityPatience(300);
constexpr std::chrono::seconds kLedPatience(60);
constexpr std::chrono::seconds kAnswerPatience(2);
constexpr std::size_t kLastWords = 15;

std::string make_folder(const std::string& name) {
  const std::string folder = "build/integration/" + name + "-" + std::to_string(getpid());
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

}  // namespace

WholeSystem::WholeSystem(const std::string& name, const std::string& recipe)
    : folder_(make_folder(name)),
      programs_(std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "bin") {
  build_city(recipe);
  const auto started = kafka_.start();
  if (!started) throw SystemError(started.error().message);
  const auto made = log::apply_topics(kafka(), {}, kTopicsPatience);
  if (!made) throw SystemError(made.error().message);
  for (std::size_t i = 0; i < kNodes; ++i) nodes_.push_back("127.0.0.1:" + std::to_string(demo::free_port()));
}

WholeSystem::~WholeSystem() {
  children_.clear();
  if (!keep_) std::filesystem::remove_all(folder_);
}

demo::Child& WholeSystem::start(const std::string& name, std::vector<std::string> command) {
  command.front() = programs_ + "/" + command.front();
  if (!std::filesystem::exists(command.front())) throw SystemError(command.front() + " is missing; build everything");
  children_.push_back(std::make_unique<demo::Child>(name, command, folder_));
  return *children_.back();
}

void WholeSystem::build_city(const std::string& recipe) {
  city_file_ = "build/integration/" + std::filesystem::path(recipe).stem().string() + "-" D135_VERSION "-v" +
               std::to_string(city::format::kVersion) + ".city";
  if (!std::filesystem::exists(city_file_)) {
    demo::Child& build =
        start("citybuild", {"citybuild", "synthetic", "--recipe", recipe, "--seed", "1", "--out", city_file_});
    if (build.wait(kCityPatience) != 0) throw SystemError("no city:\n" + build.last_words(kLastWords));
  }
  const auto file = common::MappedFile::open(city_file_);
  if (!file) throw SystemError(file.error().message);
  const auto city = city::City::open(file.value().bytes());
  if (!city) throw SystemError(city_file_ + ": " + city.error().message);
  for (std::size_t i = 0; i < city.value().region_count(); ++i) regions_.push_back(city.value().region(i).id.value());
}

std::string WholeSystem::settings_file(const std::string& name, const std::string& extra) {
  const std::string path = folder_ + "/" + name + ".yaml";
  std::ofstream(path) << "kafka: {bootstrap: \"" << kafka().bootstrap << "\"}\ncities: [\"" << city_file_
                      << "\"]\nlog: {level: info, format: text}\n"
                      << extra;
  return path;
}

demo::Child& WholeSystem::start_dispatchd(std::size_t node, int life) {
  const std::string name = node_name(node);
  return start(name + "." + std::to_string(life),
               {"dispatchd", "--config", settings_file(name, "session_timeout: 1500ms\n"), "--node", name, "--listen",
                nodes_[node], "--policy", "config/policies/default.yaml"});
}

demo::Child& WholeSystem::start_intake(int life) {
  return start("intake." + std::to_string(life),
               {"intake", "--config", settings_file("intake", "session_timeout: 1500ms\n"), "--node",
                "intake-" + std::to_string(life), "--listen", "127.0.0.1:0"});
}

demo::Child& WholeSystem::start_fieldsim(const std::string& name, const std::string& extra,
                                         std::vector<std::string> flags) {
  std::vector<std::string> command = {"fieldsim",
                                      "--config",
                                      settings_file(name, extra),
                                      "--nodes",
                                      nodes_[0] + "," + nodes_[1],
                                      "--flat-day",
                                      "--no-drive",
                                      "--wait-for-units",
                                      "--diary",
                                      folder_ + "/diary.jsonl",
                                      "--stats",
                                      folder_ + "/" + name + ".stats"};
  command.insert(command.end(), flags.begin(), flags.end());
  return start(name, command);
}

demo::Child& WholeSystem::start_oracle() {
  return start("oracle", {"oracle", "--kafka", kafka().bootstrap, "--diary", folder_ + "/diary.jsonl", "--json"});
}

std::string WholeSystem::leader(std::size_t seen_by) {
  const auto console = v1::Console::NewStub(common::open_channel(nodes_[seen_by]));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kAnswerPatience);
  v1::WatchRequest request;
  request.set_region(regions_.front());
  const auto stream = console->Watch(&context, request);
  v1::WatchEvent first;
  const bool seen = stream->Read(&first);
  context.TryCancel();
  stream->Finish();
  return seen && !first.snapshot().policy().empty() ? first.snapshot().leader().node() : "";
}

std::string WholeSystem::wait_until_led(std::size_t seen_by, const std::string& other_than) {
  const auto give_up = std::chrono::steady_clock::now() + kLedPatience;
  while (std::chrono::steady_clock::now() < give_up) {
    const std::string now = leader(seen_by);
    if (!now.empty() && now != other_than) return now;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw SystemError("nobody else than '" + other_than + "' leads");
}

int WholeSystem::end(demo::Child& child, std::chrono::seconds patience) {
  child.terminate();
  return child.wait(patience);
}

std::string WholeSystem::last_statistics(const std::string& name) const {
  std::ifstream file(folder_ + "/" + name + ".stats");
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('}')) last = line;
  }
  return last;
}

std::uint64_t WholeSystem::count_of(const std::string& name, const std::string& figure) const {
  const std::string line = last_statistics(name);
  return line.empty() ? 0 : nlohmann::json::parse(line).value(figure, std::uint64_t{0});
}

}  // namespace dispatch135
