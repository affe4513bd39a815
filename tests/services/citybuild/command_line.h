// citybuild as it runs on a command line.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/citybuild/command_line.h"
#include "tests/services/citybuild/osm_map.h"
#include "tests/services/citybuild/temporary_folder.h"

namespace dispatch135::citybuild {

struct Done {
  int exit_status = 0;
  std::string output;
  std::string error;
};

// Runs subcommands in a folder of their own. In what they tell, the folder's path is left out.
class CommandLineTest : public ::testing::Test {
 protected:
  // Words that begin with @ are files of the folder.
  Done run(std::vector<std::string> words) const {
    for (std::string& word : words) {
      if (word.starts_with("@")) {
        word = folder_.path(word.substr(1));
      }
    }
    std::vector<const char*> arguments = {"citybuild"};
    for (const std::string& word : words) {
      arguments.push_back(word.c_str());
    }
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Done done;
    done.exit_status = citybuild::run(static_cast<int>(arguments.size()), arguments.data());
    done.output = ::testing::internal::GetCapturedStdout();
    done.error = without_folder(::testing::internal::GetCapturedStderr());
    return done;
  }

  // What a subcommand that must fail says at its end.
  std::string refusal(const std::vector<std::string>& words) const {
    const Done done = run(words);
    EXPECT_EQ(done.exit_status, 1);
    EXPECT_EQ(done.output, "");
    const std::size_t at = done.error.rfind("citybuild: ");
    return at == std::string::npos ? done.error : done.error.substr(at);
  }

  // The import of a map with the posts of posts.csv.
  std::vector<std::string> import_words(const std::string& map = "@map.osm") const {
    return {"osm",   "--pbf",   map,          "--region", "320200",     "--name",
            "Block", "--posts", "@posts.csv", "--out",    "@block.city"};
  }

  // A city of four streets around a block of 1.1 km, with one post, Corner, on South and West.
  void build_block() const {
    folder_.file("map.osm", block().str());
    folder_.file("posts.csv",
                 "id,name,kind,lat,lon,units,travel_kind\n"
                 "42,Corner,street_station,31.0,120.0,2,car\n");
    const Done done = run(import_words());
    ASSERT_EQ(done.exit_status, 0) << done.error;
  }

  TemporaryFolder folder_;

 private:
  std::string without_folder(std::string text) const {
    const std::string folder = folder_.path("");
    for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
      text.erase(at, folder.size());
    }
    return text;
  }
};

}  // namespace dispatch135::citybuild
