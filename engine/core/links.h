// Which incidents are further calls of which, and what that changed. Links have one level: an incident that has further
// calls is none itself.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dispatch135/v1/related.pb.h"
#include "dispatch135/v1/types.pb.h"
#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/state/tracked.h"

namespace dispatch135::core {

struct Link {
  IncidentId parent;
  TimeMs at;
  std::string by;                        // The dispatcher; empty: the engine.
  std::optional<v1::Likeness> likeness;  // None: not compared.
  bool raises = true;  // Its severity counts for the parent; not once a dispatcher has set the parent's.

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("parent", x.parent);
    a("at", x.at);
    a("by", x.by);
    a("likeness", x.likeness);
    a("raises", x.raises);
  }
};

class Links {
 public:
  // The child must not have a link, nor be a parent; the parent must not be a child.
  void link(IncidentId child, Link link);
  // Nothing happens when it has none.
  void unlink(IncidentId child);
  const Link* find(IncidentId child) const;
  Link* find(IncidentId child);
  // By id; those that have ended too, until they are forgotten.
  const std::set<IncidentId>& children(IncidentId parent) const;

  // The incident that another may be about.
  struct Suggested {
    IncidentId incident;
    v1::Likeness likeness;

    template <typename Archive, typename Self>
    static void fields(Archive& a, Self& x) {
      a("incident", x.incident);
      a("likeness", x.likeness);
    }
  };
  void suggest(IncidentId incident, Suggested suggested);
  void drop_suggestion(IncidentId incident) { suggested_.erase(incident); }
  const Suggested* suggestion(IncidentId incident) const;

  // The severity of a parent without its further calls; nothing: they changed nothing.
  std::optional<v1::Severity> own_severity(IncidentId parent) const;
  void set_own_severity(IncidentId parent, std::optional<v1::Severity> severity);

  // Its source called it off; it goes on for its further calls.
  bool withdrawn(IncidentId parent) const { return withdrawn_.contains(parent); }
  void withdraw(IncidentId parent) { withdrawn_.insert(parent); }

  // All that is known of an incident that ended long ago, and its children's links to it.
  void forget(IncidentId incident);

  // What of it cannot be, when `there(id)` says which incidents there are; empty: nothing.
  template <typename There>
  std::string misfit(There there) const {
    std::map<IncidentId, std::set<IncidentId>> children;
    for (const auto& [child, link] : links_) {
      if (!there(child) || !there(link.parent) || links_.contains(link.parent)) {
        return "a link of incidents that are not there, or of more than one level";
      }
      children[link.parent].insert(child);
    }
    return children == children_ ? "" : "further calls that are not those of the links";
  }

  template <typename Archive, typename Self>
  static void fields(Archive& a, Self& x) {
    a("links", x.links_);
    a.derived("children", x.children_);
    a("suggested", x.suggested_);
    a("own_severity", x.own_severity_);
    a("withdrawn", x.withdrawn_);
  }

 private:
  state::TrackedMap<IncidentId, Link> links_;            // By child.
  std::map<IncidentId, std::set<IncidentId>> children_;  // By parent; none is empty.
  state::TrackedMap<IncidentId, Suggested> suggested_;
  state::TrackedMap<IncidentId, v1::Severity> own_severity_;  // By parent.
  state::TrackedSet<IncidentId> withdrawn_;
};

}  // namespace dispatch135::core
