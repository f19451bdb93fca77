// The other side of an exchange: a repository that git reaches, or a bundle (git-bundle(1)).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "git/config.hpp"
#include "git/git.hpp"
#include "inventory/settings.hpp"
#include "store/folder.hpp"
#include "workflow/repository.hpp"

namespace jaga::workflow {

struct Remote {
  std::string name;     // in refs/jaga/
  std::string address;  // what git is given
  std::string shown;    // to a person, without a password
  bool is_bundle = false;
  bool is_new = false;  // git's origin, once something was accepted or sent
};

// `wanted`: a name, an address or an absolute path; none: origin, else the first of jaga.yaml, else the only
// one that git knows. An address that nothing names is that of a new origin where git has no remote.
// Throws Error{usage}.
Remote find_remote(const git::Config& config, const inventory::Settings& settings,
                   const std::optional<std::string>& wanted);
Remote bundle_remote(const std::string& file);
// Throws Error{usage} for an address that git would not take as one, or by a protocol that is not used here.
void require_address(const std::string& address);
// Without user and password of an URL.
std::string shown_address(const std::string& address);

// The branch `wanted`, or where that is empty the one that the repository's HEAD names, as a new bare one
// does before its first commit. Where there is no such branch but another one alone: that.
std::string branch_of(const git::Git& git, const Remote& remote, const std::string& wanted);

// refs/jaga/accepted/NAME: the last tip of the remote that this clone accepted, or made.
std::string accepted_ref(const Remote& remote);
void set_accepted(const git::Git& git, const Remote& remote, const std::string& commit);

// The commit of `branch` there, with its objects, nothing of which is believed yet; empty: it has no such
// branch. Throws Error{unavailable} where it cannot be reached, {data} where git refuses its objects.
std::string fetch(const git::Git& git, const Remote& remote, const std::string& branch);

// The id of the commit there, without its objects; empty: there is no such branch. Throws Error{unavailable}.
std::string remote_tip(const git::Git& git, const Remote& remote, const std::string& branch);

enum class Push { done, behind };
// Sends the head. behind: the branch there is not at `expected` (empty: absent) any more. Throws
// Error{not_permitted} with what the server says where it refuses, {unavailable} where it cannot be reached.
Push push(const git::Git& git, const Remote& remote, const Head& head, const std::string& expected);

// Writes the bundle anew, whole, in place of the one that is there. Throws Error{io}, {cant_create}.
void write_bundle(const git::Git& git, const Remote& remote, const std::string& branch);

}  // namespace jaga::workflow
