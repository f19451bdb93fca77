// A folder of its own and real ssh-keygen, for tests that hold ours against theirs.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "process/run.hpp"
#include "sign/key.hpp"

class Workshop {
 public:
  Workshop() {
    std::string name = (std::filesystem::temp_directory_path() / "jaga-test-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  ~Workshop() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string at(const std::string& name) const { return path_ + "/" + name; }

  void write(const std::string& name, const std::string& bytes, unsigned mode = 0600) const {
    std::ofstream(at(name), std::ios::binary) << bytes;
    chmod(at(name).c_str(), mode);
  }
  std::string read(const std::string& name) const {
    std::ostringstream out;
    out << std::ifstream(at(name), std::ios::binary).rdbuf();
    return out.str();
  }

  static jaga::process::Outcome run(std::vector<std::string> argv, std::string input = {}) {
    jaga::process::Command command;
    command.argv = std::move(argv);
    command.input = std::move(input);
    command.timeout = std::chrono::minutes{10};  // an RSA key on a busy machine
    return jaga::process::run(command);
  }

  // A key of `type` ("ed25519", "ecdsa -b 384" ...) made by ssh-keygen.
  std::string make_key(const std::string& name, std::vector<std::string> type,
                       const std::string& passphrase = "") const {
    std::vector<std::string> argv{"ssh-keygen", "-q", "-N", passphrase, "-C", "test", "-f", at(name), "-t"};
    argv.insert(argv.end(), type.begin(), type.end());
    run(argv);
    return at(name);
  }

  // Whether ssh-keygen accepts `signature` of `signers` (allowed_signers) over `bytes`.
  bool keygen_accepts(const std::string& signers, const std::string& person, const std::string& name_space,
                      const std::string& bytes, const std::string& signature) const {
    write("theirs.sig", signature);
    write("theirs.signers", signers);
    return run({"ssh-keygen", "-Y", "verify", "-f", at("theirs.signers"), "-I", person, "-n", name_space,
                "-s", at("theirs.sig")},
               bytes)
        .ok();
  }

 private:
  std::string path_;
};

// What the signer throws; of code ok where it signs.
inline jaga::Error refused(const jaga::sign::Signer& signer) {
  try {
    static_cast<void>(signer.sign("bytes", jaga::sign::kRecordNamespace));
  } catch (const jaga::Error& error) {
    return error;
  }
  return jaga::Error{jaga::ExitCode::ok, jaga::Message{}};
}
