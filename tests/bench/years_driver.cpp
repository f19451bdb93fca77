// years_driver make DIR N [open]: the working directory of an office after N incidents, a thousand a year, in
// DIR/office, and the keys of its people in DIR/keys. All of it is what commands would have written, with
// real signatures: ten records an incident (in `open`, seven: nothing is repaired), remarks, evidence, seals
// of three installations twice a week, a key that is replaced and a person who leaves every few years. The
// last incidents are left open and one is archived by jaga itself, with its bag. The same N gives the same
// records, but for the keys. Prints how many records and notes it wrote.
//
// years_driver verify DIR [heads]: seconds of CPU for the bare verifications of the signatures of all records
// and notes in DIR/office (`heads`: of the last record of each incident), which are read before.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/format.hpp"
#include "base/id.hpp"
#include "incident/incident.hpp"
#include "incident/note.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "os/file.hpp"
#include "record/seal.hpp"
#include "register/register.hpp"
#include "sign/keyring.hpp"
#include "sign/sshsig.hpp"
#include "sshkey/private_key.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/archive.hpp"
#include "workflow/context.hpp"
#include "workflow/incidents.hpp"
#include "workflow/init.hpp"
#include "workflow/plans.hpp"
#include "years_verify.hpp"

namespace {

using namespace jaga;
using record::ChainName;
using record::Kind;
namespace fs = std::filesystem;

constexpr int kOfAYear = 1000;
constexpr int kHosts = 50;
constexpr auto kStep = std::chrono::minutes{11};
constexpr auto kYear = std::chrono::days{365};
constexpr auto kBetweenSeals = std::chrono::hours{84};

// Bytes that are the same in each run.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15U + 1) {}
  void operator()(std::span<std::byte> bytes) {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(next() >> 56U);
  }
  std::uint64_t next() {  // splitmix64, by Sebastiano Vigna
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

 private:
  std::uint64_t state_;
};

[[noreturn]] void failed(const std::string& path) {
  throw Error{ExitCode::cant_create, literal(path + ": " + std::strerror(errno))};
}

void put(const std::string& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
  if (file < 0) failed(path);
  if (::write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) failed(path);
  ::close(file);
}

void folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) failed(path);
}

// A file that a seal will name.
struct NewFile {
  Instant at;
  std::string path;
  Digest digest;
};

struct Writer {
  std::string person;
  std::string role;
  std::shared_ptr<const sign::Signer> signer;
};

class Office {
 public:
  Office(std::string place, bool open) : place_(std::move(place)), open_(open) {}
  std::size_t make(int incidents);

 private:
  std::string at(const std::string& path) const { return place_ + "/office/" + path; }
  void begin(Instant now);
  void learn_register();
  workflow::ActingContext as(const std::string& person, Instant now) const;
  Writer writer(const std::string& person, const std::string& role);
  void new_key(const std::string& person);
  registry::Person entry(const std::string& person, std::vector<std::string> roles) const;
  void write_register(Kind kind, const yaml::Node& body, Instant now,
                      const std::vector<std::string>& evidence);
  void change_people(int year, Instant now);
  void seal(Instant until, const std::string& installation, const std::string& person,
            const std::string& role);
  // Signs and writes a record that follows `chain`, and appends it.
  void add(record::Chain& chain, const std::string& kind, yaml::Node body, const record::By& by,
           const sign::Signer& signer, Instant now, std::vector<Digest> notes, Numbers& numbers,
           std::vector<NewFile>& files);
  enum class Until : std::uint8_t { analyzed, accepted, archived };
  // Gives its id.
  std::string incident(int number, Instant now, Until until, std::vector<NewFile>& files);

  std::string place_;
  bool open_;
  std::string repo_;
  sop::Sop sop_;
  Digest sop_digest_;
  record::Chain register_;
  std::vector<registry::Register> states_;
  std::map<std::string, std::shared_ptr<const sign::Signer>> keys_;
  std::map<std::string, int> key_numbers_;
  std::vector<yaml::Node> plans_;  // of each host
  std::vector<plan::Frozen> frozen_;
  std::string host_key_;
  std::map<std::string, record::Chain> seals_;
  std::vector<NewFile> unsealed_;
  Numbers numbers_{1};
  std::string to_archive_;  // id
  std::atomic<std::size_t> written_ = 0;
};

std::string host_name(int number) {
  return formatted("srv{:02}", number % kHosts);
}

registry::Person Office::entry(const std::string& person, std::vector<std::string> roles) const {
  registry::Person out;
  out.id = person;
  out.roles = std::move(roles);
  out.machine = out.roles == std::vector<std::string>{"system"};
  registry::Key key;
  key.line = keys_.at(person)->public_key().line();
  key.fingerprint = keys_.at(person)->public_key().fingerprint();
  out.keys.push_back(key);
  return out;
}

void Office::new_key(const std::string& person) {
  const std::string file = place_ + "/keys/" + person + "." + std::to_string(++key_numbers_[person]);
  sign::make_key(file, person);
  std::string text;
  if (os::read_file(file, 1U << 16U, text) != 0) failed(file);
  keys_[person] = sign::signer_with(std::move(*sshkey::PrivateKeyFile::parse(text).key));
  const std::string current = place_ + "/keys/" + person;
  fs::remove(current);
  fs::remove(current + ".pub");
  fs::create_hard_link(file, current);
  fs::create_hard_link(file + ".pub", current + ".pub");
}

Writer Office::writer(const std::string& person, const std::string& role) {
  return {person, role, keys_.at(person)};
}

void Office::add(record::Chain& chain, const std::string& kind, yaml::Node body, const record::By& by,
                 const sign::Signer& signer, Instant now, std::vector<Digest> notes, Numbers& numbers,
                 std::vector<NewFile>& files) {
  record::Envelope envelope;
  envelope.repo = repo_;
  envelope.chain = chain.name;
  envelope.seq = static_cast<std::uint32_t>(chain.records.size() + 1);
  envelope.id = random_id(std::ref(numbers));
  envelope.prev = chain.heads;
  if (chain.records.empty()) envelope.prev = {record::chain_root(repo_, chain.name)};
  envelope.notes = std::move(notes);
  envelope.register_head =
      chain.name.kind == ChainName::Kind::registry ? envelope.prev.front() : states_.back().head;
  envelope.kind = kind;
  envelope.at = now;
  envelope.by = by;
  envelope.key = signer.public_key().fingerprint();
  record::Record record = record::make_record(std::move(envelope), std::move(body));
  const std::string path = chain.name.directory() + "/" + record::file_name(record.envelope);
  const std::string signature = signer.sign(record.bytes, sign::kRecordNamespace);
  put(at(path), record.bytes);
  put(at(path + ".sig"), signature);
  files.push_back({now, path, record.digest});
  files.push_back({now, path + ".sig", sha256(signature)});
  chain.heads = {record.digest};
  chain.records.push_back(std::move(record));
  ++written_;
}

void Office::learn_register() {
  const std::string* bytes = nullptr;
  static std::string kept;
  kept = store::Folder(place_ + "/office").require("sop.yaml");
  bytes = &kept;
  states_ = registry::replay_all(register_, [&](const Digest&) { return bytes; });
}

void Office::write_register(Kind kind, const yaml::Node& body, Instant now,
                            const std::vector<std::string>& evidence) {
  for (const std::string& bytes : evidence) {
    folder(at("register/evidence"));
    const Digest digest = sha256(bytes);
    const std::string path = store::evidence_path(ChainName::registry(), digest, false);
    put(at(path), bytes);
    unsealed_.push_back({now, path, digest});
  }
  add(register_, std::string(record::name(kind)), body, {"head", "admin"}, *keys_.at("head"), now, {},
      numbers_, unsealed_);
  learn_register();
}

workflow::ActingContext Office::as(const std::string& person, Instant now) const {
  workflow::ActingContext context;
  context.directory = std::make_shared<store::WorkingDirectory>(
      store::WorkingDirectory::open(place_ + "/office", {::geteuid(), {}}));
  const std::string settings = context.directory->require("jaga.yaml");
  context.settings = std::make_shared<inventory::Settings>(inventory::parse_settings(settings, "jaga.yaml"));
  const std::string sop = context.directory->require("sop.yaml");
  context.sop = std::make_shared<sop::Sop>(sop::parse(sop, "sop.yaml"));
  context.sop_digest = sha256(sop);
  context.inventory = std::make_shared<inventory::Inventory>(
      inventory::load({"hosts.yaml", context.directory->require("hosts.yaml")}, {}));
  context.now = [now, ticks = std::make_shared<int>(0)] { return now + std::chrono::seconds{++*ticks}; };
  context.random = [numbers = std::make_shared<Numbers>(99)](std::span<std::byte> bytes) {
    (*numbers)(bytes);
  };
  context.keys.key_file = place_ + "/keys/" + person;
  context.installation = "one";
  workflow::load_register(context);
  return context;
}

void Office::begin(Instant now) {
  folder(place_);
  folder(place_ + "/keys");
  workflow::InitOptions options;
  options.path = place_ + "/office";
  options.organisation = "Office";
  workflow::init(options, std::ref(numbers_));
  std::string hosts = "hosts:\n";
  for (int n = 0; n < kHosts; ++n)
    hosts += formatted("  - {{name: {}, address: 192.0.2.{}, checks: [ssh]}}\n", host_name(n), n + 1);
  const store::Folder office(place_ + "/office");
  office.replace("hosts.yaml", hosts);
  office.create(
      "plans/clean.yaml",
      "format: \"jaga/plan@1\"\ntitle: {id: \"Bersihkan\", en: \"Clean\"}\nrun: ssh\ncommands:\n"
      "  - {title: {id: \"satu\", en: \"one\"}, script: \"journalctl --vacuum-size=200M\", timeout: 60s}\n");
  for (const char* name : {"register", "incidents", "seals"}) folder(at(name));
  repo_ = inventory::parse_settings(office.require("jaga.yaml"), "jaga.yaml").repo;
  const std::string sop = office.require("sop.yaml");
  sop_ = sop::parse(sop, "sop.yaml");
  sop_digest_ = sha256(sop);
  for (const char* person : {"head", "division", "staff0", "staff1", "staff2", "staff3", "timer"})
    new_key(person);
  register_.name = ChainName::registry();
  write_register(Kind::genesis,
                 registry::genesis_body("Office", entry("head", {"section_head", "admin"}), sop_digest_), now,
                 {sop});
  const auto join = [&](const std::string& person, const std::string& role) {
    write_register(
        Kind::person,
        registry::person_body(states_.back(), {"head", "admin"}, entry(person, {role}), now, sop_, {}), now,
        {});
  };
  join("division", "division_head");
  for (int n = 0; n < 4; ++n) join("staff" + std::to_string(n), "staff");
  join("timer", "system");
  host_key_ = sign::make_key(place_ + "/keys/host", "host").line();
  std::vector<registry::Pin> pins;
  for (int n = 0; n < kHosts; ++n)
    pins.push_back({host_name(n), {host_key_}, formatted("{:032x}", n), {}, "console"});
  write_register(Kind::host, registry::host_body(states_.back(), {"head", "admin"}, pins, now, sop_), now,
                 {});
  const workflow::ActingContext context = as("head", now);
  for (int n = 0; n < kHosts; ++n) {
    frozen_.push_back(workflow::freeze_plan(context, "clean", {}, host_name(n)));
    plans_.push_back(plan::to_node(frozen_.back()));
  }
}

// Each year one of the staff gets another key, and every third year somebody leaves and comes back.
void Office::change_people(int year, Instant now) {
  seal(now, "one", "head", "section_head");
  const Digest sealed = seals_.at("one").heads.front();
  const std::string person = "staff" + std::to_string(year % 4);
  registry::Person changed = *states_.back().find_person(person);
  new_key(person);
  changed.keys.back().retired = now;
  changed.keys.push_back(entry(person, {"staff"}).keys.front());
  changed.keys.back().from = now;
  write_register(Kind::person,
                 registry::person_body(states_.back(), {"head", "admin"}, changed, now, sop_, sealed), now,
                 {});
  if (year % 3 != 0) return;
  registry::Person gone = *states_.back().find_person("staff" + std::to_string((year + 1) % 4));
  gone.left = now;
  write_register(Kind::person,
                 registry::person_body(states_.back(), {"head", "admin"}, gone, now, sop_, sealed), now, {});
  gone.left.reset();
  write_register(Kind::person, registry::person_body(states_.back(), {"head", "admin"}, gone, now, sop_, {}),
                 now, {});
}

void Office::seal(Instant until, const std::string& installation, const std::string& person,
                  const std::string& role) {
  record::Seal seal;
  std::vector<NewFile> later;
  for (NewFile& file : unsealed_) {
    if (file.at < until && !file.path.starts_with("seals/"))
      seal.files.push_back({file.path, file.digest});
    else if (!file.path.starts_with("seals/"))
      later.push_back(std::move(file));
  }
  unsealed_ = std::move(later);
  std::sort(seal.files.begin(), seal.files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  for (const auto& [other, chain] : seals_)
    if (other != installation) seal.seen.push_back({other, chain.heads.front()});
  record::Chain& chain = seals_[installation];
  chain.name = ChainName::seal(installation);
  folder(at(chain.name.directory()));
  std::vector<NewFile> own;
  add(chain, "seal", record::write_seal(seal), {person, role}, *keys_.at(person), until, {}, numbers_, own);
  chain.records.back().body = {};
  chain.records.back().bytes = {};
  --written_;
}

std::string Office::incident(int number, Instant now, Until until, std::vector<NewFile>& files) {
  Numbers numbers(static_cast<std::uint64_t>(number) + 1000);
  const int host = number % kHosts;
  const std::string name = host_name(host);
  record::Chain chain;
  chain.name = ChainName::incident(compact_date(now, sop_.calendar.utc_offset) + "-" + name + "-" +
                                   random_suffix(std::ref(numbers), 6));
  const std::string directory = chain.name.directory();
  folder(at(directory.substr(0, directory.rfind('/'))));
  folder(at(directory));
  const Writer staff = writer("staff" + std::to_string(number % 4), "staff");
  const Writer other = writer("staff" + std::to_string((number + 1) % 4), "staff");
  const Writer head = writer("head", "section_head");
  const Writer division = writer("division", "division_head");
  std::vector<record::Note> notes;
  std::vector<Digest> unnamed;
  const auto state = [&] {
    return incident::replay(chain, notes, sop_, [this](const Digest& digest) -> const registry::Register* {
      for (const registry::Register& one : states_)
        if (one.head == digest) return &one;
      return nullptr;
    });
  };
  const auto append = [&](const Writer& writer, incident::Body body, std::string key = {}) {
    now += kStep;
    const std::string kind(incident::kind_of(body));
    record::By by{writer.person, writer.role};
    if (chain.records.size() > 1) {
      if (key.empty()) key = writer.signer->public_key().fingerprint();
      incident::Decision decision = incident::decide(
          state(), notes, sop_, &states_.back(), {writer.person, {writer.role}, key}, std::move(body), now);
      by = decision.by;
      body = std::move(decision.body);
    }
    add(chain, kind, incident::to_node(body), by, *writer.signer, now, std::exchange(unnamed, {}), numbers,
        files);
  };
  const auto evidence = [&](const std::string& bytes) {
    folder(at(directory + "/evidence"));
    const Digest digest = sha256(bytes);
    const std::string path = store::evidence_path(chain.name, digest, false);
    put(at(path), bytes);
    files.push_back({now, path, digest});
    return digest;
  };
  const auto note = [&](record::NoteKind kind, yaml::Node body) {
    folder(at(directory + "/notes"));
    record::Note made;
    made.repo = repo_;
    made.chain = chain.name;
    made.id = random_id(std::ref(numbers));
    made.register_head = states_.back().head;
    made.kind = record::name(kind);
    made.at = now += std::chrono::minutes{2};
    made.by = {staff.person, staff.role};
    made.key = staff.signer->public_key().fingerprint();
    made.body = std::move(body);
    made = record::make_note(std::move(made));
    const std::string path = directory + "/notes/" + made.id + ".yaml";
    const std::string signature = staff.signer->sign(made.bytes, sign::kRecordNamespace);
    put(at(path), made.bytes);
    put(at(path + ".sig"), signature);
    files.push_back({now, path, made.digest});
    files.push_back({now, path + ".sig", sha256(signature)});
    unnamed.push_back(made.digest);
    notes.push_back(std::move(made));
    ++written_;
  };

  incident::Monitor monitor;
  monitor.round = sha256("round " + std::to_string(number));
  monitor.host = name;
  const std::string object = "/srv/" + std::to_string(number % 7);
  monitor.fault_key = name + "/disk-full/%2Fsrv%2F" + std::to_string(number % 7);
  monitor.summary = "disk full";
  monitor.title = Title{"Disk penuh", "disk full"};
  monitor.results = {{name, "disk:" + object, round::State::critical, "98 % used"},
                     {name, "icmp", round::State::ok, "0 % lost"}};
  monitor.severity = fault::Severity::critical;
  monitor.decisions_carry = {std::string(incident::kCarried)};
  monitor.confirmed = now;
  append(staff, monitor);
  incident::Analyze analyze;
  analyze.fault = "disk-full";
  analyze.root = name;
  analyze.object = object;
  analyze.evidence = {Sentence("the file system " + object + " is 98 % full")};
  analyze.plan = plans_[static_cast<std::size_t>(host)];
  append(staff, analyze);
  const std::string remark =
      "the logs of the application grow by 4 GB a day since the update; number " + std::to_string(number);
  note(record::NoteKind::note, incident::to_node(incident::Remark{remark}));
  if (number % 2 == 0) {
    incident::AttachedFile file;
    std::string photo(2000, 'x');
    photo += std::to_string(number);
    file.digest = evidence(photo);
    file.name = "photo.jpg";
    file.size = static_cast<std::int64_t>(photo.size());
    file.evidence_class = "ordinary";
    note(record::NoteKind::evidence, incident::to_node(file));
  }
  std::sort(unnamed.begin(), unnamed.end());
  if (until == Until::analyzed && open_) {
    // Four analyses more and an approval: seven records.
    for (int n = 0; n < 4; ++n) append(n % 2 == 0 ? other : staff, analyze);
    append(head, incident::draft_approval(state(), sop_, now + kStep));
    return chain.name.id;
  }
  append(head, incident::draft_approval(state(), sop_, now + kStep));
  if (until == Until::analyzed) return chain.name.id;
  const std::shared_ptr<const sign::Signer> run_key = sign::make_run_key(std::ref(numbers));
  incident::RepairStart start =
      incident::draft_repair_start(state(), incident::RepairMode::run, std::nullopt, false);
  start.run_key = run_key->public_key().line();
  const plan::Frozen& plan = frozen_[static_cast<std::size_t>(host)];
  start.targets = {{name, plan.targets.front().address, host_key_, plan.targets.front().machine_id}};
  append(staff, start);
  const Digest run = chain.heads.front();
  const Writer runner{staff.person, staff.role, run_key};
  const std::string runner_key = run_key->public_key().fingerprint();
  append(runner,
         incident::CommandStart{
             run, name, 1, plan.commands.front().script_digest(), "/home/repair/.jaga-runs", {}},
         runner_key);
  incident::CommandEnd end;
  end.run = run;
  end.target = name;
  end.end = incident::CommandEnding::exit;
  end.exit = 0;
  end.out = evidence("Vacuuming done, freed " + std::to_string(number) + " M of archived journals\n");
  append(runner, end, runner_key);
  incident::RepairEnd repaired;
  repaired.run = run;
  repaired.before = {{name, "disk:" + object, round::State::critical, "98 % used"}};
  repaired.after = {{name, "disk:" + object, round::State::ok, "41 % used"}};
  append(runner, repaired, runner_key);
  append(head, incident::draft_verification(state(), notes));
  append(division, incident::draft_acceptance(state()));
  if (until == Until::accepted) return chain.name.id;
  incident::Archive archive;
  archive.bag = chain.name.id + "-" + random_suffix(std::ref(numbers), 4);
  archive.manifest = sha256(archive.bag);
  append(staff, archive);
  return chain.name.id;
}

std::size_t Office::make(int incidents) {
  const int years = (incidents + kOfAYear - 1) / kOfAYear;
  Instant now = *parse_instant("2026-11-01T00:00:00.000Z") - years * kYear;
  begin(now);
  const char* installations[][3] = {
      {"one", "head", "section_head"}, {"two", "division", "division_head"}, {"zzz", "timer", "system"}};
  constexpr int kLeftOpen = 3;
  unsigned sealed = 0;
  for (int year = 0; year < years; ++year) {
    const Instant begins = now + year * kYear;
    if (year > 0) change_people(year, begins - std::chrono::hours{12});
    const int first = year * kOfAYear;
    const int last = std::min(first + kOfAYear, incidents);
    const auto apart = std::chrono::milliseconds{kYear - std::chrono::days{3}} / (last - first);
    std::atomic<int> next{first};
    std::vector<NewFile> files[2];
    std::exception_ptr wrong[2];
    const auto work = [&](int helper) {
      try {
        for (int n = next++; n < last; n = next++) {
          const int left = incidents - n;
          const Until until = open_ || left <= kLeftOpen ? Until::analyzed
                              : left == kLeftOpen + 1    ? Until::accepted
                                                         : Until::archived;
          std::string id =
              incident(n, begins + std::chrono::hours{1} + (n - first) * apart, until, files[helper]);
          if (until == Until::accepted) to_archive_ = std::move(id);
        }
      } catch (...) {
        wrong[helper] = std::current_exception();
      }
    };
    {
      const std::jthread helper(work, 1);
      work(0);
    }
    for (int helper = 0; helper < 2; ++helper) {
      if (wrong[helper]) std::rethrow_exception(wrong[helper]);
      std::move(files[helper].begin(), files[helper].end(), std::back_inserter(unsealed_));
    }
    for (Instant until = begins + kBetweenSeals; until < begins + kYear - std::chrono::hours{24};
         until += kBetweenSeals) {
      const auto& by = installations[sealed++ % 3];
      seal(until, by[0], by[1], by[2]);
    }
  }
  // By jaga itself, with the bag and the seal.
  if (!to_archive_.empty()) workflow::archive(as("staff0", now + years * kYear), to_archive_, {});
  return written_;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (words.size() >= 3 && words[0] == "make") {
      const bool open = words.size() == 4 && words[3] == "open";
      std::printf("%zu\n", Office(words[1], open).make(std::atoi(words[2].c_str())));
      return 0;
    }
    if (words.size() >= 2 && words[0] == "verify") {
      std::printf("%.6f\n", bench::verify(words[1] + "/office", words.size() == 3 && words[2] == "heads"));
      return 0;
    }
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 70;
  }
  return 64;
}
