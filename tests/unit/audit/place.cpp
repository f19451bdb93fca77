#include "place.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <embedded/check_script.hpp>
#include <fstream>
#include <sstream>

#include "inventory/settings.hpp"
#include "sign/keyring.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/analysis.hpp"
#include "workflow/decision.hpp"
#include "workflow/incidents.hpp"
#include "workflow/opening.hpp"
#include "workflow/registering.hpp"
#include "workflow/repair.hpp"
#include "workflow/seal.hpp"

namespace jaga::audit::test {
namespace fs = std::filesystem;
using workflow::ActingContext;
using workflow::Command;

namespace {

void copy_tree(const fs::path& from, const fs::path& to) {
  fs::copy(from, to, fs::copy_options::recursive);
}

std::string new_folder() {
  std::string name = (fs::temp_directory_path() / "jaga-audit-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  return name;
}

void attach(const ActingContext& context, const std::string& incident, const std::string& bytes,
            const std::string& is_class) {
  const auto chain = record::ChainName::incident(incident);
  const auto digest = store::add_evidence(*context.directory, chain, bytes, is_class != "ordinary");
  auto body = yaml::Node::map();
  body.set("digest", digest.text())
      .set("name", "photo.jpg")
      .set("size", static_cast<std::int64_t>(bytes.size()))
      .set("class", is_class)
      .set("text", "");
  workflow::write_note(context, incident, workflow::acting_person(context), record::NoteKind::evidence,
                       std::move(body));
}

void remark(const ActingContext& context, const std::string& incident, const std::string& said) {
  auto body = yaml::Node::map();
  body.set("text", said);
  workflow::write_note(context, incident, workflow::acting_person(context), record::NoteKind::note,
                       std::move(body));
}

std::unique_ptr<sign::Signer> signer_of(const std::string& person) {
  if (person == "stranger") {
    return sign::make_run_key([](std::span<std::byte> out) {
      for (std::byte& byte : out) byte = std::byte{7};
    });
  }
  sign::Places places;
  places.key_file = (original().office.path.parent_path() / "keys" / person).string();
  return sign::signer_for(sign::find_keys(places).front(), places);
}

std::string new_id() {
  static unsigned count = 0;
  ++count;
  return random_id([](std::span<std::byte> out) {
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<std::byte>(((count * 131U + static_cast<unsigned>(i)) * 0x9E3779B9U) >> 24U);
  });
}

}  // namespace

ActingContext Original::as(const std::string& person, const std::string& installation) {
  ActingContext context = office.as(person);
  context.installation = installation;
  return context;
}

Original::Original() {
  first = office.open();
  repo = as("staff").settings->repo;
  remark(as("staff"), first, "seen at the console");
  attach(as("staff"), first, "a photo", "ordinary");
  attach(as("staff"), first, "a letter with a name", "personal");
  office.approve(first);
  office.host->well = true;
  workflow::repair(as("staff"), first, {});
  REQUIRE(workflow::seal(as("staff")));
  earlier = office.path.parent_path() / "earlier";
  copy_tree(office.path, earlier);
  workflow::commit(as("section-head"), workflow::prepare(as("section-head"), Command::verify, first, {}));
  workflow::commit(as("division-head"), workflow::prepare(as("division-head"), Command::accept, first, {}));

  incident::Monitor monitor;
  monitor.source = incident::FaultSource::report;
  monitor.fault_key = "web01/slow";
  monitor.host = "web01";
  monitor.summary = "slow";
  const ActingContext staff = as("staff");
  second = workflow::open_incident(staff, workflow::acting_person(staff), monitor, std::nullopt).id;
  REQUIRE(workflow::seal(as("section-head", "two")));
  REQUIRE_FALSE(workflow::seal(as("staff")));
  remark(as("staff"), second, "later than any seal");
  registry::Pin pin;
  pin.host = "web02";
  pin.verified = "console";
  const workflow::ActingContext head = as("section-head");
  workflow::write_pins(head, workflow::acting_person(head), {pin});

  const store::Folder folder(office.path.string());
  remembered = audit_directory(folder, repo, {}).heads;
}

Original& original() {
  static Original made;
  return made;
}

Copy::Copy(const fs::path& from) : path_(new_folder()) {
  for (const char* part : {"register", "incidents", "seals"}) copy_tree(from / part, path_ / part);
}

Copy::~Copy() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Copy::read(const std::string& file) const {
  std::ostringstream out;
  out << std::ifstream(at(file), std::ios::binary).rdbuf();
  return out.str();
}

void Copy::write(const std::string& file, const std::string& bytes) const {
  fs::create_directories(fs::path(at(file)).parent_path());
  ::chmod(at(file).c_str(), 0644);
  std::ofstream(at(file), std::ios::binary) << bytes;
}

void Copy::remove(const std::string& file) const {
  REQUIRE(fs::remove(at(file)));
  fs::remove(at(file + ".sig"));
}

void Copy::rename(const std::string& from, const std::string& to) const {
  fs::rename(at(from), at(to));
  if (fs::exists(at(from + ".sig"))) fs::rename(at(from + ".sig"), at(to + ".sig"));
}

std::vector<std::string> Copy::files(const std::string& part) const {
  std::vector<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(path_)) {
    const auto file = fs::relative(entry.path(), path_).string();
    if (entry.is_regular_file() && file.find(part) != std::string::npos && !file.ends_with(".sig"))
      out.push_back(file);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string Copy::file(const std::string& part) const {
  const auto all = files(part);
  REQUIRE_FALSE(all.empty());
  return all.front();
}

record::Record Copy::record(const std::string& file) const {
  return record::parse_record(read(file), file);
}

std::string Copy::forge(const record::ChainName& chain, const std::string& kind, const yaml::Node& body,
                        const Forgery& how) const {
  const store::Folder folder(path_.string());
  const auto current = store::read_chain(folder, chain, original().repo);
  const auto people = store::read_chain(folder, record::ChainName::registry(), original().repo);
  const auto signer = signer_of(how.key.empty() ? how.person : how.key);
  record::Envelope envelope;
  envelope.repo = original().repo;
  envelope.chain = chain;
  envelope.seq = how.seq.value_or(current.records.empty() ? 1 : current.records.back().envelope.seq + 1);
  envelope.id = new_id();
  envelope.prev = how.prev;
  if (envelope.prev.empty() && current.records.empty())
    envelope.prev = {record::chain_root(original().repo, chain)};
  if (envelope.prev.empty()) envelope.prev = {current.records.back().digest};
  envelope.register_head = how.register_head.value_or(people.records.back().digest);
  if (chain.kind == record::ChainName::Kind::registry) envelope.register_head = envelope.prev.front();
  envelope.kind = kind;
  envelope.at = how.at;
  envelope.by = {how.person, how.role};
  envelope.key = how.signed_as.empty() ? signer->public_key().fingerprint() : how.signed_as;
  const auto made = record::make_record(std::move(envelope), body);
  const auto file = chain.directory() + "/" + record::file_name(made.envelope);
  write(file, made.bytes);
  write(file + ".sig", signer->sign(made.bytes, sign::kRecordNamespace));
  return file;
}

std::string Copy::forge_note(const std::string& incident, const std::string& kind, const yaml::Node& body,
                             const Forgery& how) const {
  const store::Folder folder(path_.string());
  const auto people = store::read_chain(folder, record::ChainName::registry(), original().repo);
  const auto signer = signer_of(how.key.empty() ? how.person : how.key);
  record::Note note;
  note.repo = original().repo;
  note.chain = record::ChainName::incident(incident);
  note.id = new_id();
  note.register_head = how.register_head.value_or(people.records.back().digest);
  note.kind = kind;
  note.at = how.at;
  note.by = {how.person, how.role};
  note.key = how.signed_as.empty() ? signer->public_key().fingerprint() : how.signed_as;
  note.body = body;
  note = record::make_note(std::move(note));
  const auto file = note.chain.directory() + "/notes/" + note.id + ".yaml";
  write(file, note.bytes);
  write(file + ".sig", signer->sign(note.bytes, sign::kRecordNamespace));
  return file;
}

Report Copy::audit(bool memory, bool part) const {
  Options options;
  options.part = part;
  options.installation = "one";
  if (memory) options.remembered = original().remembered;
  return audit_directory(store::Folder(path_.string()), original().repo, options);
}

process::Outcome Copy::script(const std::string& shell, bool part, const std::string& awk) const {
  process::Command command;
  command.argv = {shell, "-s", part ? "part" : "."};
  std::string tools;
  if (shell == "busybox") {
    // All of it busybox's own but ssh-keygen.
    tools = path_.string() + "-tools";
    fs::create_directory(tools);
    process::Command install;
    install.timeout = std::chrono::minutes(10);
    install.argv = {"sh", "-c", "busybox --install -s \"$1\" && ln -sf \"$(command -v ssh-keygen)\" \"$1\"",
                    "sh", tools};
    REQUIRE(process::run(install).ok());
    command.argv = {"/bin/busybox", "sh", "-s", part ? "part" : "."};
    if (!fs::exists(command.argv.front())) command.argv.front() = "/usr/bin/busybox";
    command.environment = {"PATH=" + tools};
  } else if (!awk.empty()) {
    tools = path_.string() + "-tools";
    fs::create_directory(tools);
    fs::create_symlink(awk, tools + "/awk");
    command.environment = {"PATH=" + tools + ":/usr/local/bin:/usr/bin:/bin"};
  }
  command.input = std::string(embedded::check_script);
  command.directory = path_.string();
  command.timeout = std::chrono::minutes(10);
  auto outcome = process::run(command);
  if (!tools.empty()) fs::remove_all(tools);
  return outcome;
}

std::string signed_by(const std::string& person, std::string_view bytes, std::string_view name_space) {
  return signer_of(person)->sign(bytes, name_space);
}

std::string text(const Report& report) {
  std::string out;
  for (const auto& finding : report.findings) {
    out += (finding.file.empty() ? finding.chain : finding.file) + ": " +
           finding.what.render(Language::english) + "\n";
  }
  return out;
}

bool names(const Report& report, const std::string& where, const std::string& what) {
  const bool found = std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& finding) {
    return (finding.file == where || (finding.file.empty() && finding.chain == where)) &&
           finding.what.render(Language::english).find(what) != std::string::npos;
  });
  if (!found) MESSAGE("not named: " << where << ": " << what << "\nbut:\n" << text(report));
  return found;
}

void check_agreement(const Copy& copy) {
  const auto report = copy.audit();
  const auto outcome = copy.script();
  INFO("audit:\n" << text(report));
  INFO("script: " << outcome.code << "\n" << outcome.out << outcome.err);
  CHECK(outcome.err.empty());
  CHECK(outcome.code == (report.sound() ? 0 : 1));
}

record::ChainName first() {
  return record::ChainName::incident(original().first);
}
record::ChainName second() {
  return record::ChainName::incident(original().second);
}

std::string with(std::string bytes, const std::string& from, const std::string& to) {
  const auto at = bytes.find(from);
  REQUIRE(at != std::string::npos);
  return bytes.replace(at, from.size(), to);
}

}  // namespace jaga::audit::test
