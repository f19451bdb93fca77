#include "fleet/office.hpp"

#include <unistd.h>

#include "base/text.hpp"
#include "broker/nkey.hpp"
#include "fleet/subjects.hpp"
#include "os/file.hpp"
#include "store/folder.hpp"

namespace jaga::cmd {
namespace {

// Makes the seed where there is none. Of several commands at once one makes it, and the others use it.
std::string seed_of(const Run& run, const std::string& path) {
  const auto written = [&] { return std::string(trim(file_text(path, 256))); };
  if (::access(path.c_str(), F_OK) == 0) return written();
  broker::NkeyBytes bytes{};
  run.random(std::as_writable_bytes(std::span(bytes)));
  std::string seed = broker::nkey_seed(bytes);
  const std::size_t slash = path.rfind('/');
  store::Modes modes;
  modes.file = 0600;
  try {
    store::Folder(path.substr(0, slash), modes).create(path.substr(slash + 1), seed + "\n");
  } catch (const Error& error) {
    if (error.code() != ExitCode::cant_create || ::access(path.c_str(), F_OK) != 0) throw;
    return written();
  }
  return seed;
}

}  // namespace

std::string file_text(const std::string& path, std::size_t most) {
  std::string out;
  if (const int reason = os::read_file(path, most, out); reason != 0)
    throw system_error(reason, msg("cannot read '{path}': {reason}", {{"path", printable(path)}}));
  return out;
}

broker::Login login_of(const Run& run, const fleet::Hub& hub) {
  broker::Login login;
  login.servers = hub.servers;
  login.name = "jaga " + hub.name;
  login.seed = seed_of(run, hub.seed);
  login.ca_file = hub.ca;
  login.inbox = fleet::kOfficeInbox;
  return login;
}

Message nkey_hint(const broker::Login& login) {
  return msg("the hub lets this office in by: nkey: {nkey}", {{"nkey", broker::nkey_public_of(login.seed)}});
}

std::unique_ptr<broker::Connection> connect_office(const Run& run, const fleet::Hub& hub,
                                                   const std::string& site) {
  broker::Login login = login_of(run, hub);
  if (!site.empty()) login.inbox = fleet::office_inbox(site);
  try {
    return std::make_unique<broker::Connection>(login);
  } catch (const Error& error) {
    if (error.code() != ExitCode::not_permitted) throw;
    throw Error{error.code(), error.message(), nkey_hint(login)};
  }
}

}  // namespace jaga::cmd
