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
#include "services/log/kafka_client.h"
#include "services/log/topics.h"

namespace dispatch135 {
namespace {

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

std::string quoted(const std::string& text) { return '"' + text + '"'; }

std::string free_address() { return "127.0.0.1:" + std::to_string(demo::free_port()); }

// The first of `count` ports in a row, taken from those between Kafka's and the ones of outgoing connections.
std::uint16_t free_ports(int count) {
  constexpr int kFirst = 32'100;
  constexpr int kRows = 600;
  return static_cast<std::uint16_t>(kFirst + (getpid() % (kRows / count)) * count);
}

}  // namespace

WholeSystem::WholeSystem(const std::string& name, const std::string& recipe, SystemOptions options)
    : options_(std::move(options)),
      folder_(make_folder(name)),
      programs_(std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "bin"),
      first_proxy_port_(options_.proxied ? free_ports(options_.brokers) : 0),
      kafka_(options_.brokers,
             options_.kafka_flags + (options_.proxied ? " --proxied " + std::to_string(first_proxy_port_) : "")) {
  build_city(recipe);
  for (const std::string& more : options_.more_recipes) build_city(more);
  const auto started = kafka_.start();
  if (!started) throw SystemError(started.error().message);
  if (options_.partition_0_alone) make_partition_0_alone();
  const auto made = log::apply_topics(kafka(), {}, kTopicsPatience);
  if (!made) throw SystemError(made.error().message);
  start_proxies();
  for (std::size_t i = 0; i < options_.nodes; ++i) nodes_.push_back(free_address());
}

// dispatch.log before the others: apply_topics() leaves the places of a topic's replicas as they are. A broker that has
// just started may not be counted in yet: then once more.
void WholeSystem::make_partition_0_alone() {
  constexpr int kPartitions = 4;
  constexpr int kAnswerMs = 10'000;
  char reason[256] = "";
  const std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)> handle(
      rd_kafka_new(RD_KAFKA_PRODUCER, log::make_kafka_conf(kafka(), {}).value().release(), reason, sizeof reason),
      rd_kafka_destroy);
  const log::KafkaPtr<rd_kafka_queue_t> answers(rd_kafka_queue_new(handle.get()));
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::milliseconds(kTopicsPatience.count);
  std::string wrong = "no answer";
  while (std::chrono::steady_clock::now() < give_up) {
    rd_kafka_NewTopic_t* topic = rd_kafka_NewTopic_new("dispatch.log", kPartitions, -1, reason, sizeof reason);
    for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
      std::int32_t broker = partition == 0 ? 3 : 1 + partition % 2;
      rd_kafka_NewTopic_set_replica_assignment(topic, partition, &broker, 1, reason, sizeof reason);
    }
    rd_kafka_CreateTopics(handle.get(), &topic, 1, nullptr, answers.get());
    const log::KafkaPtr<rd_kafka_event_t> answer(rd_kafka_queue_poll(answers.get(), kAnswerMs));
    rd_kafka_NewTopic_destroy(topic);
    const auto* result = answer ? rd_kafka_event_CreateTopics_result(answer.get()) : nullptr;
    if (result == nullptr) continue;
    std::size_t count = 0;
    const auto* const* made = rd_kafka_CreateTopics_result_topics(result, &count);
    if (count == 1 && rd_kafka_topic_result_error(made[0]) == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    wrong = count == 1 ? rd_kafka_err2str(rd_kafka_topic_result_error(made[0])) : "nothing made";
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  throw SystemError("no dispatch.log: " + wrong);
}

void WholeSystem::start_proxies() {
  for (int broker = 1; options_.proxied && broker <= options_.brokers; ++broker) {
    std::string target;
    std::getline(std::ifstream(kafka_.home(broker) + "/behind-proxy"), target);
    const auto port = static_cast<std::uint16_t>(first_proxy_port_ + broker - 1);
    proxies_.push_back(std::make_unique<TcpProxy>(port, target));
    proxied_bootstrap_ += (broker > 1 ? ",127.0.0.1:" : "127.0.0.1:") + std::to_string(port);
  }
}

WholeSystem::~WholeSystem() {
  children_.clear();
  if (!keep_) std::filesystem::remove_all(folder_);
}

demo::Child& WholeSystem::start(const std::string& name, std::vector<std::string> command) {
  if (command.front().find('/') == std::string::npos) command.front() = programs_ + "/" + command.front();
  if (!std::filesystem::exists(command.front())) throw SystemError(command.front() + " is missing; build everything");
  children_.push_back(std::make_unique<demo::Child>(name, command, folder_));
  return *children_.back();
}

void WholeSystem::build_city(const std::string& recipe) {
  const std::string city_file = "build/integration/" + std::filesystem::path(recipe).stem().string() +
                                "-" D135_VERSION "-v" + std::to_string(city::format::kVersion) + ".city";
  if (!std::filesystem::exists(city_file)) {
    demo::Child& build =
        start("citybuild", {"citybuild", "synthetic", "--recipe", recipe, "--seed", "1", "--out", city_file});
    if (build.wait(kCityPatience) != 0) throw SystemError("no city:\n" + build.last_words(kLastWords));
  }
  const auto file = common::MappedFile::open(city_file);
  if (!file) throw SystemError(file.error().message);
  const auto city = city::City::open(file.value().bytes());
  if (!city) throw SystemError(city_file + ": " + city.error().message);
  city_files_.push_back(city_file);
  for (std::size_t i = 0; i < city.value().region_count(); ++i) regions_.push_back(city.value().region(i).id.value());
}

std::string WholeSystem::settings_file(const std::string& name, const std::string& extra,
                                       const std::vector<std::string>& cities, const std::string& kafka) {
  const std::string path = folder_ + "/" + name + ".yaml";
  std::ofstream out(path);
  out << "kafka: {bootstrap: " << kafka << "}\ncities: [";
  for (std::size_t i = 0; i < cities.size(); ++i) out << (i == 0 ? "" : ", ") << '"' << cities[i] << '"';
  out << "]\nlog: {level: info, format: text}\n" << extra;
  return path;
}

// So often that whoever starts begins with a snapshot.
demo::Child& WholeSystem::start_dispatchd(std::size_t node, int life) {
  return start_dispatchd(node, life, "dispatchd",
                         "snapshots: {every_records: 5000, every: 3s}\nstate_dir: " + quoted(folder_) + "\n");
}

demo::Child& WholeSystem::start_old_dispatchd(std::size_t node, int life) {
  return start_dispatchd(node, life, options_.old_programs + "/dispatchd", "");
}

demo::Child& WholeSystem::start_dispatchd(std::size_t node, int life, const std::string& program,
                                          const std::string& more) {
  const std::string name = node_name(node);
  const std::string timeout = "session_timeout: " + std::to_string(options_.session_timeout.count()) + "ms\n" + more;
  std::string kafka = quoted(node == 0 && options_.proxied ? proxied_bootstrap_ : this->kafka().bootstrap);
  if (options_.static_members) kafka += ", properties: {group.instance.id: " + name + "}";
  return start(name + "." + std::to_string(life),
               {program, "--config", settings_file(name, timeout, city_files_, kafka), "--node", name, "--listen",
                nodes_[node], "--policy", "config/policies/default.yaml"});
}

demo::Child& WholeSystem::start_intake(int life) {
  intake_ = free_address();
  return start("intake." + std::to_string(life),
               {"intake", "--config",
                settings_file("intake", "session_timeout: 1500ms\n", city_files_, quoted(kafka().bootstrap)), "--node",
                "intake-" + std::to_string(life), "--listen", intake_});
}

demo::Child& WholeSystem::start_fieldsim(const std::string& name, const std::string& extra,
                                         std::vector<std::string> flags, std::size_t city) {
  std::string nodes;
  for (const std::string& node : nodes_) nodes += (nodes.empty() ? "" : ",") + node;
  std::vector<std::string> command = {"fieldsim",
                                      "--config",
                                      settings_file(name, extra, {city_files_.at(city)}, quoted(kafka().bootstrap)),
                                      "--nodes",
                                      nodes,
                                      "--flat-day",
                                      "--no-drive",
                                      "--wait-for-units",
                                      "--diary",
                                      diary(name),
                                      "--stats",
                                      folder_ + "/" + name + ".stats"};
  command.insert(command.end(), flags.begin(), flags.end());
  return start(name, command);
}

demo::Child& WholeSystem::start_oracle(const std::vector<std::string>& more) {
  std::vector<std::string> command = {"oracle", "--kafka", kafka().bootstrap, "--json"};
  command.insert(command.end(), more.begin(), more.end());
  for (const auto& file : std::filesystem::directory_iterator(folder_)) {
    if (file.path().extension() == ".jsonl") command.insert(command.end(), {"--diary", file.path().string()});
  }
  return start("oracle", command);
}

std::string WholeSystem::leader(std::size_t seen_by, std::size_t city) {
  const auto console = v1::Console::NewStub(common::open_channel(nodes_[seen_by]));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kAnswerPatience);
  v1::WatchRequest request;
  request.set_region(regions_.at(city));
  const auto stream = console->Watch(&context, request);
  v1::WatchEvent first;
  const bool seen = stream->Read(&first);
  context.TryCancel();
  stream->Finish();
  return seen && !first.snapshot().policy().empty() ? first.snapshot().leader().node() : "";
}

std::string WholeSystem::wait_until_led(std::size_t seen_by, const std::string& other_than, std::size_t city) {
  const auto give_up = std::chrono::steady_clock::now() + kLedPatience;
  while (std::chrono::steady_clock::now() < give_up) {
    const std::string now = leader(seen_by, city);
    if (!now.empty() && now != other_than) return now;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw SystemError("nobody else than '" + other_than + "' leads");
}

std::string WholeSystem::activate_behaviour(std::size_t node, std::uint32_t level) {
  const auto console = v1::Console::NewStub(common::open_channel(nodes_.at(node)));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kAnswerPatience);
  v1::CommandRequest request;
  request.set_region(regions_.front());
  request.mutable_command()->set_command_id("behaviour-" + std::to_string(level));
  request.mutable_command()->set_operator_id("upgrade");
  request.mutable_command()->set_reason("all nodes know it");
  request.mutable_command()->mutable_activate_behaviour()->set_level(level);
  v1::CommandResponse response;
  return console->Command(&context, request, &response).error_message();
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
