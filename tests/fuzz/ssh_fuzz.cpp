// What SSH servers, agents, key files and known_hosts files may say: parsing never crashes, and what is
// accepted is written back as it came. The first byte picks the parser.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "ssh/config.hpp"
#include "ssh/kexinit.hpp"
#include "ssh/known_hosts.hpp"
#include "ssh/program.hpp"
#include "ssh/script.hpp"
#include "ssh/userauth.hpp"
#include "sshkey/agent_messages.hpp"
#include "sshkey/private_key.hpp"
#include "sshkey/public_key.hpp"

namespace ssh = jaga::ssh;
namespace sshkey = jaga::sshkey;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void host_keys(std::string_view input) {
  if (const auto key = sshkey::parse_public_key(input)) require(sshkey::parse_public_key(key->line()) == key);
  if (const auto key = sshkey::public_key_from_blob(input))
    require(key->blob == input && sshkey::parse_public_key(key->line()) == key);
}

// However a stream is cut into pieces, the same is found in it.
void output(std::string_view input) {
  constexpr std::string_view kNonce = "nonce";
  for (const bool with_status : {false, true}) {
    ssh::Output whole(kNonce, with_status, 50);
    whole.feed(input);
    const std::size_t step = input.empty() ? 1 : 1 + static_cast<unsigned char>(input.front()) % 7;
    ssh::Output pieces(kNonce, with_status, 50);
    for (std::size_t at = 0; at < input.size(); at += step) pieces.feed(input.substr(at, step));
    require(whole.complete() == pieces.complete() && whole.status() == pieces.status());
    require(whole.take() == pieces.take() && whole.cut() == pieces.cut());
  }
}

void known_hosts(std::string_view input) {
  const ssh::KnownHosts files[] = {ssh::parse_known_hosts(input, "f")};
  for (const std::uint16_t port : {std::uint16_t{22}, std::uint16_t{2222}}) {
    const auto answer = ssh::look_up(files, "web01", port);
    for (const auto& known : answer.keys) {
      require(
          std::ranges::none_of(answer.revoked, [&known](const auto& bad) { return bad.key == known.key; }));
    }
  }
}

// What ssh(1) says: its effective configuration, and its log.
void program(std::string_view input) {
  if (const auto config = ssh::parse_config(input)) {
    require(!config->host_name.empty() && config->port != 0);
    for (const std::string& line : config->lines) require(line.find('\n') == std::string::npos);
  }
  if (const auto jump = ssh::parse_jump_name(input))
    require(!jump->host.empty() && jump->host.front() != '-');
  const ssh::ProgramLog log = ssh::read_program_log(input);
  require(log.reason.find('\x1b') == std::string::npos && log.banner.find('\x1b') == std::string::npos);
  ssh::Target target;
  target.address = target.user = input;
  ssh::ProgramOptions wish;
  wish.target = &target;
  wish.known_hosts = "/f";
  wish.key_files = {{}};
  wish.only_these_keys = {false};
  if (const auto text = ssh::program_config(wish))
    require(std::ranges::count(*text, '\n') == std::ranges::count(*ssh::program_config(wish), '\n'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 7) {
    case 0:
      host_keys(input);
      break;
    case 1:
      static_cast<void>(ssh::parse_offer(input));
      static_cast<void>(ssh::identification(input));
      break;
    case 2:
      static_cast<void>(sshkey::parse_agent_list(input));
      static_cast<void>(ssh::signature_bytes(input, "ssh-ed25519"));
      static_cast<void>(ssh::algorithm_to_sign(input));
      break;
    case 3: {
      using Problem = sshkey::PrivateKeyFile::Problem;
      const auto file = sshkey::PrivateKeyFile::parse(input);
      require(file.key.has_value() == (file.problem == Problem::none));
      break;
    }
    case 4:
      output(input);
      break;
    case 5:
      known_hosts(input);
      break;
    default:
      program(input);
      break;
  }
  return 0;
}
