// Containers that know which of their elements may have changed, so that a hash over all of them costs what changed.
// Who asks for a reference that can be written through marks the element; nothing can be changed without. Loops give
// const elements. The hash is the sum of the elements' hashes, modulo 2^64: it does not depend on the order of changes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "engine/state/saver.h"

namespace dispatch135::state {

// As std::map.
template <typename Key, typename Value, typename Less = std::less<Key>>
class TrackedMap {
 public:
  using Plain = std::map<Key, Value, Less>;
  using iterator = typename Plain::iterator;
  using const_iterator = typename Plain::const_iterator;

  TrackedMap() = default;
  TrackedMap& operator=(Plain plain) {
    for (const auto& entry : plain_) touch(entry.first);
    plain_ = std::move(plain);
    for (const auto& entry : plain_) touch(entry.first);
    return *this;
  }
  const Plain& plain() const { return plain_; }
  const_iterator begin() const { return plain_.begin(); }
  const_iterator end() const { return plain_.end(); }
  std::size_t size() const { return plain_.size(); }
  bool empty() const { return plain_.empty(); }
  template <typename K>
  bool contains(const K& key) const {
    return plain_.contains(key);
  }
  template <typename K>
  const_iterator find(const K& key) const {
    return plain_.find(key);
  }
  const Value& at(const Key& key) const { return plain_.at(key); }

  template <typename K>
  iterator find(const K& key) {
    const iterator found = plain_.find(key);
    if (found != plain_.end()) touch(found->first);
    return found;
  }
  iterator find(const Key& key) { return find<Key>(key); }
  const_iterator find(const Key& key) const { return plain_.find(key); }
  bool contains(const Key& key) const { return plain_.contains(key); }
  Value& at(const Key& key) {
    touch(key);
    return plain_.at(key);
  }
  Value& operator[](const Key& key) {
    touch(key);
    return plain_[key];
  }
  template <typename... Args>
  std::pair<iterator, bool> emplace(Args&&... args) {
    const auto added = plain_.emplace(std::forward<Args>(args)...);
    touch(added.first->first);
    return added;
  }
  template <typename... Args>
  std::pair<iterator, bool> try_emplace(const Key& key, Args&&... args) {
    touch(key);
    return plain_.try_emplace(key, std::forward<Args>(args)...);
  }
  template <typename V>
  void insert_or_assign(const Key& key, V&& value) {
    touch(key);
    plain_.insert_or_assign(key, std::forward<V>(value));
  }
  void erase(const_iterator at) {
    touch(at->first);
    plain_.erase(at);
  }
  void erase(iterator at) { erase(const_iterator(at)); }
  void erase(const Key& key) {
    touch(key);
    plain_.erase(key);
  }
  template <typename Is>
  void erase_if(Is is) {
    for (const_iterator next = plain_.begin(); next != plain_.end();) {
      const const_iterator here = next++;
      if (is(*here)) erase(here);
    }
  }
  void clear() { *this = Plain(); }

  // What was touched is hashed, the rest remembered.
  std::uint64_t sum() const {
    tidy();
    for (const Key& key : touched_) {
      const auto [known, is_new] = hashes_.try_emplace(key, 0);
      sum_ -= known->second;
      const const_iterator found = plain_.find(key);
      if (found == plain_.end()) {
        hashes_.erase(known);
      } else {
        known->second = hash_of(*found);
        sum_ += known->second;
      }
    }
    touched_.clear();
    return sum_;
  }
  // The same number, with everything hashed anew.
  std::uint64_t walk() const {
    std::uint64_t all = 0;
    for (const auto& entry : plain_) all += hash_of(entry);
    return all;
  }

 private:
  static constexpr std::size_t kUntidy = 4'096;
  void touch(const Key& key) {
    if (!touched_.empty() && touched_.back() == key) return;
    touched_.push_back(key);
    if (touched_.size() > kUntidy + 2 * plain_.size()) tidy();
  }
  // Nobody may ever ask for the sum; what was touched is not to grow for ever.
  void tidy() const {
    std::sort(touched_.begin(), touched_.end());
    touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  }
  std::uint64_t hash_of(const std::pair<const Key, Value>& entry) const { return hasher_(entry.first, entry.second); }

  Plain plain_;
  mutable std::map<Key, std::uint64_t> hashes_;
  mutable std::vector<Key> touched_;
  mutable std::uint64_t sum_ = 0;
  mutable Hasher hasher_;
};

// As std::vector of a size that stays.
template <typename Value>
class TrackedVector {
 public:
  using Plain = std::vector<Value>;
  explicit TrackedVector(std::size_t size) { *this = Plain(size); }
  TrackedVector& operator=(Plain plain) {
    plain_ = std::move(plain);
    hashes_.assign(plain_.size(), 0);
    is_touched_.assign(plain_.size(), 1);
    touched_.resize(plain_.size());
    for (std::size_t i = 0; i < plain_.size(); ++i) touched_[i] = static_cast<std::uint32_t>(i);
    sum_ = 0;
    return *this;
  }
  const Plain& plain() const { return plain_; }
  auto begin() const { return plain_.begin(); }
  auto end() const { return plain_.end(); }
  std::size_t size() const { return plain_.size(); }
  const Value& operator[](std::size_t i) const { return plain_[i]; }
  Value& operator[](std::size_t i) {
    if (is_touched_[i] == 0) {
      is_touched_[i] = 1;
      touched_.push_back(static_cast<std::uint32_t>(i));
    }
    return plain_[i];
  }

  std::uint64_t sum() const {
    for (const std::uint32_t i : touched_) {
      is_touched_[i] = 0;
      sum_ -= hashes_[i];
      hashes_[i] = hash_of(i);
      sum_ += hashes_[i];
    }
    touched_.clear();
    return sum_;
  }
  std::uint64_t walk() const {
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < plain_.size(); ++i) all += hash_of(i);
    return all;
  }

 private:
  std::uint64_t hash_of(std::size_t i) const {
    if constexpr (std::integral<Value>) {
      if (plain_[i] == 0) return 0;  // Most of a long list of counts.
    }
    return hasher_(static_cast<std::uint64_t>(i), plain_[i]);
  }

  Plain plain_;
  mutable std::vector<std::uint64_t> hashes_;
  mutable std::vector<std::uint8_t> is_touched_;
  mutable std::vector<std::uint32_t> touched_;
  mutable std::uint64_t sum_ = 0;
  mutable Hasher hasher_;
};

// As std::set.
template <typename Value>
class TrackedSet {
 public:
  using Plain = std::set<Value>;
  TrackedSet() = default;
  TrackedSet& operator=(Plain plain) {
    plain_ = std::move(plain);
    sum_ = walk();
    return *this;
  }
  const Plain& plain() const { return plain_; }
  auto begin() const { return plain_.begin(); }
  auto end() const { return plain_.end(); }
  std::size_t size() const { return plain_.size(); }
  bool empty() const { return plain_.empty(); }
  bool contains(const Value& value) const { return plain_.contains(value); }
  void insert(const Value& value) {
    if (plain_.insert(value).second) sum_ += hash_of(value);
  }
  void erase(const Value& value) {
    if (plain_.erase(value) > 0) sum_ -= hash_of(value);
  }

  std::uint64_t sum() const { return sum_; }
  std::uint64_t walk() const {
    std::uint64_t all = 0;
    for (const Value& value : plain_) all += hash_of(value);
    return all;
  }

 private:
  std::uint64_t hash_of(const Value& value) const { return hasher_(std::uint64_t{0}, value); }

  Plain plain_;
  std::uint64_t sum_ = 0;
  mutable Hasher hasher_;
};

}  // namespace dispatch135::state
