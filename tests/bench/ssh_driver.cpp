// ssh_driver AT-ONCE PORT USER KEY HOST-KEY.pub COMMAND <ADDRESSES: what jaga's SSH fan-out does for one
// command a host, alone. A line "ADDRESS STATUS FIRST-LINE" for each; then, on standard error, "descriptors
// N", the most that were open at once.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "ssh/ssh.hpp"

namespace {

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

int run(char** argv) {
  namespace ssh = jaga::ssh;
  std::ifstream file(argv[5]);
  std::string line;
  std::getline(file, line);
  const auto host_key = jaga::sshkey::parse_public_key(line);
  if (!host_key) return 65;
  std::vector<ssh::Request> requests;
  while (std::getline(std::cin, line)) {
    ssh::Request request;
    request.target.address = line;
    request.target.port = static_cast<std::uint16_t>(std::stoi(argv[2]));
    request.target.user = argv[3];
    request.target.known = {*host_key};
    request.script.text = argv[6];
    request.nonce = "nonce0123456789abcdef" + std::to_string(requests.size());
    requests.push_back(std::move(request));
  }
  ssh::Options options;
  options.window = static_cast<std::size_t>(std::stoi(argv[1]));
  options.connects_per_second = 0;
  options.identities.key_files = {argv[4]};
  std::size_t most = 0;
  const auto results = ssh::run_all(requests, options, {}, [&most](std::size_t, const ssh::Result&) {
    most = std::max(most, open_descriptors());
  });
  for (std::size_t i = 0; i < results.size(); ++i) {
    const ssh::Result& result = results[i];
    const std::string text = result.exit_code ? result.out.substr(0, result.out.find('\n'))
                                              : std::string(ssh::name(result.failure));
    std::printf("%s %d %s\n", requests[i].target.address.c_str(), result.exit_code.value_or(-1),
                text.c_str());
  }
  std::fprintf(stderr, "descriptors %zu\n", most);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) return 64;
  try {
    return run(argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 70;
  }
}
