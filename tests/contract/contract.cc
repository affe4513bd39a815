#include "tests/contract/contract.h"

#include <map>
#include <set>
#include <string_view>

namespace dispatch135::contract {
namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::ServiceDescriptorProto;

constexpr std::string_view kPackage = "dispatch135.";

template <typename Elements>
auto by_name(const Elements& elements) {
  std::map<std::string, const typename Elements::value_type*> result;
  for (const auto& element : elements) result[element.name()] = &element;
  return result;
}

// Everything of a set of files, by full name.
struct Index {
  std::map<std::string, const DescriptorProto*> messages;
  std::map<std::string, const EnumDescriptorProto*> enums;
  std::map<std::string, const ServiceDescriptorProto*> services;

  explicit Index(const FileDescriptorSet& files) {
    for (const FileDescriptorProto& file : files.file()) {
      for (const auto& message : file.message_type()) add(file.package(), message);
      for (const auto& e : file.enum_type()) enums[file.package() + "." + e.name()] = &e;
      for (const auto& service : file.service()) services[file.package() + "." + service.name()] = &service;
    }
  }
  void add(const std::string& scope, const DescriptorProto& message) {
    const std::string name = scope + "." + message.name();
    messages[name] = &message;
    for (const auto& nested : message.nested_type()) add(name, nested);
    for (const auto& e : message.enum_type()) enums[name + "." + e.name()] = &e;
  }
};

std::string type_of(const FieldDescriptorProto& field) {
  const std::string label = field.label() == FieldDescriptorProto::LABEL_REPEATED ? "repeated " : "";
  if (!field.type_name().empty()) return label + field.type_name().substr(1);
  std::string name = FieldDescriptorProto::Type_Name(field.type()).substr(5);
  for (char& c : name) c = static_cast<char>(c + ('a' - 'A'));
  return label + name;
}

std::string oneof_of(const DescriptorProto& message, const FieldDescriptorProto& field) {
  return field.has_oneof_index() ? message.oneof_decl(field.oneof_index()).name() : "";
}

void compare_messages(const std::string& name, const DescriptorProto& before, const DescriptorProto& after,
                      std::vector<std::string>& found) {
  const auto now = by_name(after.field());
  for (const FieldDescriptorProto& field : before.field()) {
    const std::string what = "field " + name + "." + field.name();
    const auto it = now.find(field.name());
    if (it == now.end()) {
      std::string line = what + " (number " + std::to_string(field.number()) + ") is gone";
      for (const FieldDescriptorProto& other : after.field()) {
        if (other.number() == field.number()) line += "; its number is now that of " + other.name();
      }
      found.push_back(line);
      continue;
    }
    const FieldDescriptorProto& is = *it->second;
    if (is.number() != field.number()) {
      found.push_back(what + " was number " + std::to_string(field.number()) + " and is now " +
                      std::to_string(is.number()));
    }
    if (type_of(is) != type_of(field)) {
      found.push_back(what + " was " + type_of(field) + " and is now " + type_of(is));
    }
    if (oneof_of(after, is) != oneof_of(before, field)) {
      found.push_back(what + " was in oneof '" + oneof_of(before, field) + "' and is now in '" + oneof_of(after, is) +
                      "'");
    }
  }
}

void compare_enums(const std::string& name, const EnumDescriptorProto& before, const EnumDescriptorProto& after,
                   std::vector<std::string>& found) {
  const auto now = by_name(after.value());
  for (const auto& value : before.value()) {
    const std::string what = "enum value " + name + "." + value.name();
    const auto it = now.find(value.name());
    if (it == now.end()) {
      found.push_back(what + " (number " + std::to_string(value.number()) + ") is gone");
    } else if (it->second->number() != value.number()) {
      found.push_back(what + " was number " + std::to_string(value.number()) + " and is now " +
                      std::to_string(it->second->number()));
    }
  }
}

void compare_services(const std::string& name, const ServiceDescriptorProto& before,
                      const ServiceDescriptorProto& after, std::vector<std::string>& found) {
  const auto now = by_name(after.method());
  for (const auto& method : before.method()) {
    const std::string what = "method " + name + "." + method.name();
    const auto it = now.find(method.name());
    if (it == now.end()) {
      found.push_back(what + " is gone");
      continue;
    }
    const auto& is = *it->second;
    if (is.input_type() != method.input_type() || is.client_streaming() != method.client_streaming()) {
      found.push_back(what + " takes something else: " + is.input_type().substr(1));
    }
    if (is.output_type() != method.output_type() || is.server_streaming() != method.server_streaming()) {
      found.push_back(what + " answers something else: " + is.output_type().substr(1));
    }
  }
}

// Says of every element of `before` that `after` lacks, and compares the rest.
template <typename Map, typename Compare>
void compare_all(const char* kind, const Map& before, const Map& after, std::vector<std::string>& found,
                 Compare compare) {
  for (const auto& [name, element] : before) {
    if (!name.starts_with(kPackage)) continue;
    const auto it = after.find(name);
    if (it == after.end()) {
      found.push_back(std::string(kind) + " " + name + " is gone");
    } else {
      compare(name, *element, *it->second, found);
    }
  }
}

// Walks one file with the paths of its source info.
class CommentCheck {
 public:
  CommentCheck(const FileDescriptorProto& file, std::vector<std::string>& found) : file_(file), found_(found) {
    for (const auto& location : file.source_code_info().location()) {
      const std::vector<int> path(location.path().begin(), location.path().end());
      if (!location.leading_comments().empty()) above_.insert(path);
      if (!location.leading_comments().empty() || !location.trailing_comments().empty()) any_.insert(path);
    }
  }
  void run() {
    for (int i = 0; i < file_.message_type_size(); ++i) {
      message({FileDescriptorProto::kMessageTypeFieldNumber, i}, file_.package(), file_.message_type(i));
    }
    for (int i = 0; i < file_.enum_type_size(); ++i) {
      need_above({FileDescriptorProto::kEnumTypeFieldNumber, i}, "enum " + file_.enum_type(i).name());
    }
    for (int i = 0; i < file_.service_size(); ++i) {
      const ServiceDescriptorProto& service = file_.service(i);
      for (int k = 0; k < service.method_size(); ++k) {
        need_above(below({FileDescriptorProto::kServiceFieldNumber, i}, ServiceDescriptorProto::kMethodFieldNumber, k),
                   "method " + service.name() + "." + service.method(k).name());
      }
    }
  }

 private:
  using Path = std::vector<int>;
  static Path below(Path path, int field, int index) {
    path.push_back(field);
    path.push_back(index);
    return path;
  }
  void need_above(const Path& path, const std::string& what) {
    if (!above_.contains(path)) found_.push_back(what + " has no comment above it (" + file_.name() + ")");
  }
  void message(const Path& path, const std::string& scope, const DescriptorProto& m) {
    if (m.options().map_entry()) return;
    const std::string name = scope + "." + m.name();
    need_above(path, "message " + name);
    for (int i = 0; i < m.field_size(); ++i) {
      const bool typed =
          m.field(i).type_name().starts_with("." + std::string(kPackage)) && !m.field(i).type_name().ends_with("Entry");
      if (!typed && !any_.contains(below(path, DescriptorProto::kFieldFieldNumber, i))) {
        found_.push_back("field " + name + "." + m.field(i).name() + " has no comment (" + file_.name() + ")");
      }
    }
    for (int i = 0; i < m.nested_type_size(); ++i) {
      message(below(path, DescriptorProto::kNestedTypeFieldNumber, i), name, m.nested_type(i));
    }
    for (int i = 0; i < m.enum_type_size(); ++i) {
      need_above(below(path, DescriptorProto::kEnumTypeFieldNumber, i), "enum " + name + "." + m.enum_type(i).name());
    }
  }

  const FileDescriptorProto& file_;
  std::vector<std::string>& found_;
  std::set<Path> above_;
  std::set<Path> any_;
};

}  // namespace

std::vector<std::string> breaks(const FileDescriptorSet& published, const FileDescriptorSet& current) {
  std::vector<std::string> found;
  const Index before(published);
  const Index after(current);
  compare_all("message", before.messages, after.messages, found, compare_messages);
  compare_all("enum", before.enums, after.enums, found, compare_enums);
  compare_all("service", before.services, after.services, found, compare_services);
  return found;
}

std::vector<std::string> undocumented(const FileDescriptorSet& files) {
  std::vector<std::string> found;
  for (const FileDescriptorProto& file : files.file()) {
    if (file.package().starts_with("dispatch135")) CommentCheck(file, found).run();
  }
  return found;
}

}  // namespace dispatch135::contract
