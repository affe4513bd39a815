#include "services/citybuild/names.h"

#include <array>
#include <string_view>

namespace dispatch135::citybuild {
namespace {

constexpr std::array<std::string_view, 36> kFirst = {
    "Ren", "Zhong", "Jie",  "Xue",  "Tai", "Liang", "Qing",  "Jin",  "Wen", "Hua",  "Jian", "Xin",
    "Nan", "Bei",   "Dong", "Xi",   "He",  "Chang", "Guang", "Ying", "Yun", "Feng", "Hong", "Lin",
    "Mei", "Shi",   "Shui", "Tian", "Wu",  "Xiang", "Yang",  "Zhen", "Bao", "Chun", "De",   "Fu"};
constexpr std::array<std::string_view, 36> kSecond = {
    "min",  "shan",  "fang", "qian", "hu",   "xi",   "yang", "cheng", "hua",  "qiao", "he",  "ning",
    "an",   "de",    "men",  "tang", "xing", "ping", "long", "quan",  "lin",  "cun",  "shi", "yuan",
    "feng", "jiang", "kang", "le",   "mei",  "ming", "pu",   "sheng", "shun", "tai",  "wan", "zhuang"};
constexpr std::array<std::string_view, 5> kStreets = {" Road", " Street", " Lane", " Avenue", " East Road"};

// By place class.
constexpr std::array<std::string_view, v1::PlaceClass_ARRAYSIZE> kPlaces = {
    "",      " Airport", " Railway Station", " Government Office",   " Scenic Area", " Primary School", " Hospital",
    " Bank", " Mall",    " Shopping Street", " Residential Quarter", " Works"};

}  // namespace

std::string made_up_name(Prng& prng) {
  std::string name(kFirst[prng.below(kFirst.size())]);
  name += kSecond[prng.below(kSecond.size())];
  return name;
}

std::string street_name(Prng& prng) {
  std::string name = made_up_name(prng);
  name += kStreets[prng.below(kStreets.size())];
  return name;
}

std::string place_name(Prng& prng, v1::PlaceClass place_class) {
  std::string name = made_up_name(prng);
  name += kPlaces[static_cast<std::size_t>(place_class)];
  return name;
}

}  // namespace dispatch135::citybuild
