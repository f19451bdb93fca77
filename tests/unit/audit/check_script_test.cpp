// The check program over directories written out by hand, each signature a real one: what is sound it calls
// sound, and every attack it names.
#include <doctest/doctest.h>

#include <algorithm>
#include <embedded/check_script.hpp>
#include <filesystem>
#include <span>

#include "../sign/workshop.hpp"
#include "base/digest.hpp"
#include "base/id.hpp"
#include "sign/key.hpp"

using namespace jaga;
namespace fs = std::filesystem;

namespace {

const std::string kRepo = "0123456789abcdef0123456789abcdef";
const std::string kIncident = "20261124-web01-k7f3q2";

RandomBytes counter(unsigned start) {
  return [start](std::span<std::byte> out) mutable {
    for (auto& byte : out) byte = static_cast<std::byte>(start++);
  };
}

class Office {
 public:
  Office() : head_(sign::make_run_key(counter(1))), run_(sign::make_run_key(counter(90))) {
    std::string key = "\"" + head_->public_key().line() + "\"";
    genesis_ = put(
        "register", "register", 1, "genesis", root("register"), "", *head_,
        "  organisation: \"office\"\n  person:\n    id: \"section-head\"\n    keys:\n      - {key: " + key +
            ", fingerprint: \"" + head_->public_key().fingerprint() + "\"}\n");
    const auto dir = "incidents/2026-11/" + kIncident;
    const auto chain = "incident/" + kIncident;
    first_ = put(dir, chain, 1, "monitor", root(chain), "", *head_, "  source: \"report\"\n");
    note_ = put_note(dir, chain);
    second_ = put(dir, chain, 2, "repair-start", first_, note_, *head_,
                  "  run_key: \"" + run_->public_key().line() + "\"\n");
    third_ = put(dir, chain, 3, "repair-end", second_, "", *run_, "  outcome: \"done\"\n");
    write(dir + "/evidence/sha256-" + sha256("photo").hex(), "photo");
    std::string files;
    for (const auto& file : files_) {
      files += "    - {path: \"" + file + "\", digest: \"" + sha256(workshop_.read(file)).text() + "\"}\n";
    }
    put("seals/k7f3q2", "seal/k7f3q2", 1, "seal", root("seal/k7f3q2"), "", *head_,
        "  files:\n" + files + "  seen: []\n");
  }

  static std::string root(const std::string& chain) {
    return sha256("jaga/record@1\n" + kRepo + "\n" + chain + "\n").text();
  }

  std::string put(const std::string& dir, const std::string& chain, int seq, const std::string& kind,
                  const std::string& prev, const std::string& note, const sign::Signer& key,
                  const std::string& body) {
    const auto id = random_id(counter(static_cast<unsigned>(files_.size() * 7 + 3)));
    const auto reg = chain == "register" ? prev : genesis_;
    const auto bytes =
        "format: \"jaga/record@1\"\nrepo: \"" + kRepo + "\"\nchain: \"" + chain +
        "\"\nseq: " + std::to_string(seq) + "\nid: \"" + id + "\"\nprev: [\"" + prev +
        "\"]\nnotes: " + (note.empty() ? "[]" : "[\"" + note + "\"]") + "\nregister: \"" + reg +
        "\"\nkind: \"" + kind +
        "\"\nat: \"2026-11-24T03:15:22.123Z\"\nby: {person: \"section-head\", role: \"admin\"}\nkey: \"" +
        key.public_key().fingerprint() + "\"\nbody:\n" + body + "...\n";
    const auto file = dir + "/000" + std::to_string(seq) + "-" + kind + "." + id.substr(0, 6) + ".yaml";
    write(file, bytes);
    write(file + ".sig", key.sign(bytes, sign::kRecordNamespace));
    return sha256(bytes).text();
  }

  std::string put_note(const std::string& dir, const std::string& chain) {
    const auto id = random_id(counter(200));
    const auto bytes =
        "format: \"jaga/note@1\"\nrepo: \"" + kRepo + "\"\nchain: \"" + chain + "\"\nid: \"" + id +
        "\"\nregister: \"" + genesis_ +
        "\"\nkind: \"note\"\nat: \"2026-11-24T03:15:22.123Z\"\nby: {person: \"section-head\", role: "
        "\"admin\"}\nkey: \"" +
        head_->public_key().fingerprint() + "\"\ncites: []\nbody:\n  text: \"seen\"\n...\n";
    write(dir + "/notes/" + id + ".yaml", bytes);
    write(dir + "/notes/" + id + ".yaml.sig", head_->sign(bytes, sign::kRecordNamespace));
    return sha256(bytes).text();
  }

  void write(const std::string& file, const std::string& bytes) {
    fs::create_directories(fs::path(at(file)).parent_path());
    workshop_.write(file, bytes);
    if (std::find(files_.begin(), files_.end(), file) == files_.end()) files_.push_back(file);
  }
  std::string at(const std::string& file) const { return workshop_.at(file); }
  std::string read(const std::string& file) const { return workshop_.read(file); }
  const std::vector<std::string>& files() const { return files_; }
  // The file whose path holds `part`.
  std::string file(const std::string& part) const {
    for (const auto& file : files_) {
      if (file.find(part) != std::string::npos && !file.ends_with(".sig")) return file;
    }
    return {};
  }

  process::Outcome check(const std::string& shell = "dash") const {
    process::Command command;
    command.argv = {shell, "-s"};
    if (shell == "busybox") command.argv = {shell, "sh", "-s"};
    command.input = std::string(embedded::check_script);
    command.directory = workshop_.at("");
    return process::run(command);
  }

  Workshop workshop_;
  std::unique_ptr<sign::Signer> head_, run_;
  std::string genesis_, first_, second_, third_, note_;
  std::vector<std::string> files_;
};

bool names(const process::Outcome& outcome, const std::string& text) {
  return outcome.code == 1 && outcome.out.find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("a sound directory is sound, in dash and busybox") {
  const Office office;
  for (const std::string shell : {"dash", "busybox"}) {
    const auto outcome = office.check(shell);
    CAPTURE(outcome.out);
    CAPTURE(outcome.err);
    CHECK(outcome.ok());
    CHECK(outcome.out == "sound: chains, signatures, notes, evidence and seals\n");
  }
}

TEST_CASE("attacks are named") {
  Office office;
  const auto monitor = office.file("0001-monitor");
  const auto last = office.file("0003-repair-end");
  const auto dir = "incidents/2026-11/" + kIncident;
  SUBCASE("edit") {
    auto bytes = office.read(monitor);
    bytes.replace(bytes.find("report"), 6, "probes");
    office.write(monitor, bytes);
    CHECK(names(office.check(), monitor + ": its signature is bad"));
    CHECK(names(office.check(), monitor + ": it is not what was sealed"));
  }
  SUBCASE("delete the middle") {
    fs::remove(office.at(office.file("0002-")));
    CHECK(names(office.check(), last + ": the record before it is missing or changed"));
  }
  SUBCASE("truncate the tail") {
    fs::remove(office.at(last));
    CHECK(names(office.check(), last + ": it was sealed and is missing"));
  }
  SUBCASE("delete the incident") {
    fs::remove_all(office.at(dir));
    CHECK(names(office.check(), monitor + ": it was sealed and is missing"));
  }
  SUBCASE("delete the note") {
    fs::remove(office.at(office.file("/notes/")));
    CHECK(names(office.check(), "that it names is missing"));
  }
  SUBCASE("copy under another id") {
    fs::copy(office.at(dir), office.at("incidents/2026-11/20261124-web02-k7f3q2"),
             fs::copy_options::recursive);
    CHECK(names(office.check(), "it belongs elsewhere"));
  }
  SUBCASE("a forged append") {
    const auto stranger = sign::make_run_key(counter(40));
    office.put(dir, "incident/" + kIncident, 4, "verify", office.third_, "", *stranger, "  on: \"x\"\n");
    CHECK(names(office.check(), "the register does not know its key"));
  }
  SUBCASE("a fork by the holder of the key") {
    office.put(dir, "incident/" + kIncident, 2, "analyze", office.first_, "", *office.head_,
               "  fault: \"x\"\n");
    CHECK(names(office.check(), "it is forked, 2 heads"));
  }
  SUBCASE("another photo") {
    office.write(office.file("/evidence/"), "photos");
    CHECK(names(office.check(), "its bytes are not what its name says"));
  }
  SUBCASE("a lost signature") {
    fs::remove(office.at(last + ".sig"));
    CHECK(names(office.check(), "its signature is missing"));
  }
}

TEST_CASE("bits flipped all over every file are noticed") {
  Office office;
  for (const auto& file : std::vector<std::string>(office.files())) {
    const auto bytes = office.read(file);
    for (std::size_t i = 0; i<bytes.size(); i += bytes.size()> 100 ? 101 : 2) {
      auto changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
      office.write(file, changed);
      CAPTURE(file);
      CAPTURE(i);
      CHECK(office.check().code == 1);
    }
    office.write(file, bytes);
  }
  CHECK(office.check().ok());
}
