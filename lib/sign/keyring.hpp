// Finds the available private keys, and signs with them.
//
// Asks on this process's terminal where a key wants it, so one thread at a time. A Signer holds copies of all
// that it was given, and an unlocked key only while it signs.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "sign/key.hpp"

namespace jaga::sign {

// Where to look, in this order; cmd/ fills it from options, the environment and the user's configuration.
struct Places {
  std::optional<std::string> key_file;     // --key, JAGA_KEY: if given, only this (private or .pub file)
  std::optional<std::string> config_key;   // the user's configuration
  std::string agent_socket;                // SSH_AUTH_SOCK; empty: none
  std::string home_ssh;                    // "/home/x/.ssh"; id_* in it
  std::optional<std::string> machine_key;  // in the state folder; last, or when --as names it
  // What ssh-keygen gets besides LC_ALL and SSH_AUTH_SOCK, each "NAME=VALUE": PATH above all. Empty: a plain
  // PATH.
  std::vector<std::string> environment{};
  // Called each time a FIDO key is about to want a touch, which nothing else tells; may be empty.
  std::function<void()> wants_touch{};
};

struct FoundKey {
  PublicKey key;
  std::string origin;  // the private key's file (also where the agent holds it too), or "agent"
  bool in_agent = false;
  bool machine = false;
};

// Every available key, in the order of Places, without duplicates. Public keys are read from .pub files, or,
// where there is none, from the private file: OpenSSH's own format keeps it readable even in a locked key
// (PROTOCOL.key), others by ssh-keygen -y. A FILE.pub without FILE counts only if the agent holds the key.
// Throws Error{no_input} or Error{not_permitted} where --key names a file that is none.
std::vector<FoundKey> find_keys(const Places& places);

// The public half that lies in FILE.pub, also where FILE is not there; nullopt: none.
std::optional<PublicKey> public_key_of(std::string file);

// Who signs: the agent where it holds the key; else this process, which wipes it, where the file is an
// Ed25519 or ECDSA key in OpenSSH's own format that is not locked; else ssh-keygen -Y sign (standard input to
// standard output, LC_ALL=C). With a timeout: two minutes where somebody is asked or has to touch a FIDO key.
// Each way it fails has its own message: no agent, locked key, wrong mode, a FIDO key that is not plugged in,
// not touched or wants its PIN, ssh-keygen too old or missing. A passphrase or PIN is asked for by
// SSH_ASKPASS, else on the terminal where there is one.
std::unique_ptr<Signer> signer_for(const FoundKey& key, const Places& places);

// Makes an ed25519 key pair FILE, FILE.pub (0600) by ssh-keygen; refuses an existing one (cant_create).
PublicKey make_key(const std::string& file, const std::string& comment,
                   const std::vector<std::string>& environment = {});

// The same by ssh-keygen on the terminal of this process, where it asks for a passphrase; the folder is made
// (0700) where it is missing. Throws Error{interrupted} where the person broke it off.
PublicKey make_key_on_terminal(const std::string& file, const std::string& comment,
                               const std::vector<std::string>& environment, std::stop_token stop = {});

// Lines of allowed_signers(5): `person namespaces="jaga-record,jaga-bag" type base64`.
std::string allowed_signers_line(const std::string& person, const PublicKey& key);

}  // namespace jaga::sign
