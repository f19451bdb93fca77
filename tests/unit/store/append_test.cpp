#include "store/append.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <random>
#include <thread>

#include "base/error.hpp"
#include "../expect.hpp"
#include "scratch.hpp"
#include "store/file_system.hpp"
#include "store/signed.hpp"

namespace {

using namespace jaga;
using namespace jaga::store;
using jaga::expect::code_of;
using jaga::store::test::Scratch;

constexpr const char* kRepo = "0123456789abcdef0123456789abcdef";
const Instant kNow{std::chrono::milliseconds{1'790'000'000'000}};

RandomBytes random_bytes() {
  return [](std::span<std::byte> bytes) {
    static std::mutex one_at_a_time;
    static std::mt19937 engine{7};  // NOLINT: the same ids in each run
    const std::lock_guard guard(one_at_a_time);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine() & 0xFFU);
  };
}

Writing writing() {
  return {kRepo,
          [](std::string_view bytes) { return "signature over " + std::to_string(bytes.size()) + "\n"; },
          random_bytes()};
}

WorkingDirectory directory(const Scratch& scratch) {
  Folder(scratch.path()).create("jaga.yaml", "x\n");
  return WorkingDirectory::open(scratch.path(), {::geteuid(), {}});
}

RecordDraft draft(const Digest& register_head, const std::string& kind = "monitor") {
  RecordDraft out;
  out.kind = kind;
  out.at = kNow;
  out.by = {"staff", "staff"};
  out.key = "SHA256:abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq";
  out.register_head = register_head;
  out.body = yaml::Node::map().set("text", "x");
  return out;
}

record::Record begin_register(const WorkingDirectory& dir) {
  return append(
      dir, record::ChainName::registry(), [](const record::Chain&) { return draft({}, "genesis"); },
      writing());
}

const record::ChainName kChain = record::ChainName::incident("20261124-web01-abc123");

}  // namespace

TEST_CASE("records follow one another and name the notes between them") {
  const Scratch scratch;
  const WorkingDirectory dir = directory(scratch);
  const record::Record genesis = begin_register(dir);
  CHECK(genesis.envelope.register_head == genesis.envelope.prev.front());
  const Decide decide = [&](const record::Chain&) { return draft(genesis.digest); };
  const record::Record first = append(dir, kChain, decide, writing());
  NoteDraft note;
  note.kind = "note";
  note.at = kNow;
  note.by = {"staff", "staff"};
  note.key = draft({}).key;
  note.register_head = genesis.digest;
  note.body = yaml::Node::map().set("text", "hello");
  const record::Note written = publish_note(dir, kChain.id, note, writing());
  const record::Record second = append(dir, kChain, decide, writing());
  CHECK(second.envelope.seq == 2);
  CHECK(second.envelope.prev == std::vector<Digest>{first.digest});
  CHECK(second.envelope.notes == std::vector<Digest>{written.digest});
  CHECK(append(dir, kChain, decide, writing()).envelope.notes.empty());
  const record::Chain chain = read_chain(dir, kChain, kRepo);
  CHECK(chain.sound());
  CHECK(read_signature(dir, kChain.directory() + "/" + record::file_name(first.envelope)).has_value());
}

TEST_CASE("a stop is asked right before anything is linked") {
  const Scratch scratch;
  const WorkingDirectory dir = directory(scratch);
  const Digest head = begin_register(dir).digest;
  std::stop_source stop;
  Writing stopping = writing();
  stopping.stop = stop.get_token();
  const Sign sign = stopping.sign;
  stopping.sign = [&](std::string_view bytes) {
    stop.request_stop();  // as late as a person can
    return sign(bytes);
  };
  const auto interrupted = [](const auto& action) {
    try {
      action();
    } catch (const Error& error) {
      return error.code() == ExitCode::interrupted;
    }
    return false;
  };
  const auto files = [&] {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch.path()))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  };
  const std::size_t before = files();
  CHECK(interrupted([&] {
    append(
        dir, record::ChainName::registry(), [](const record::Chain&) { return draft({}, "person"); },
        stopping);
  }));
  Opening opening;
  opening.id = "20261124-web01-aaaaaa";
  opening.drafts = [&] { return std::vector<RecordDraft>{draft(head), draft(head, "analyze")}; };
  opening.evidence = {{"bytes", false}};
  opening.may_match = [](const IncidentListing&) { return false; };
  CHECK(interrupted([&] { open_incident(dir, opening, stopping); }));
  NoteDraft note;
  note.kind = "note";
  note.at = kNow;
  note.by = {"staff", "staff"};
  note.key = draft(head).key;
  note.register_head = head;
  note.body = yaml::Node::map().set("text", "x");
  CHECK(interrupted([&] { publish_note(dir, opening.id, note, stopping); }));
  CHECK(files() == before);
}

TEST_CASE("many writers: no record is lost or overwritten, no number is given twice") {
  const Scratch scratch;
  const WorkingDirectory dir = directory(scratch);
  const record::Record genesis = begin_register(dir);
  std::vector<std::thread> writers;
  std::atomic<int> written{0};
  for (int n = 0; n < 8; ++n) {
    writers.emplace_back([&] {
      const WorkingDirectory own = WorkingDirectory::open(scratch.path(), {::geteuid(), {}});
      for (int count = 0; count < 5; ++count) {
        const ExitCode code = code_of([&] {
          append(
              own, kChain, [&](const record::Chain&) { return draft(genesis.digest); }, writing());
        });
        if (code == ExitCode::ok)
          ++written;
        else
          CHECK(code == ExitCode::busy);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  const record::Chain chain = read_chain(dir, kChain, kRepo);
  CHECK(chain.sound());
  CHECK(chain.records.size() == static_cast<std::size_t>(written.load()));
  CHECK(written > 0);
}

TEST_CASE("a register that has gone on is seen before the record is written") {
  const Scratch scratch;
  const WorkingDirectory dir = directory(scratch);
  const record::Record genesis = begin_register(dir);
  int asked = 0;
  const ExitCode code = code_of([&] {
    append(
        dir, kChain,
        [&](const record::Chain&) {
          ++asked;
          return draft(sha256("older"));
        },
        writing());
  });
  CHECK(code == ExitCode::busy);
  CHECK(asked > 1);  // decided again each time
  CHECK(read_chain(dir, kChain, kRepo).records.empty());
}

TEST_CASE("a register that changes while a record is signed is noticed by those who have read it") {
  const Scratch scratch;
  const WorkingDirectory dir = directory(scratch);
  begin_register(dir);
  int asked = 0;
  const record::Record written = append(
      dir, kChain,
      [&](const record::Chain&) {
        const auto registered =
            std::make_shared<const record::Chain>(read_chain(dir, record::ChainName::registry(), kRepo));
        if (++asked == 1)
          append(
              dir, record::ChainName::registry(), [](const record::Chain&) { return draft({}, "person"); },
              writing());
        RecordDraft out = draft(registered->heads.front());
        out.registered = registered;
        return out;
      },
      writing());
  CHECK(asked == 2);
  CHECK(written.envelope.register_head ==
        read_chain(dir, record::ChainName::registry(), kRepo).heads.front());
}

TEST_CASE("a chain stands as long as its files are the same, by name and byte") {
  const Scratch scratch;
  const WorkingDirectory dir = directory(scratch);
  const record::Record genesis = begin_register(dir);
  const Decide decide = [&](const record::Chain&) { return draft(genesis.digest); };
  append(dir, kChain, decide, writing());
  const record::Record second = append(dir, kChain, decide, writing());
  const record::Chain chain = read_chain(dir, kChain, kRepo);
  CHECK(stands(dir, chain));
  const std::filesystem::path folder = scratch.path() + "/" + kChain.directory();
  const std::filesystem::path file = folder / record::file_name(second.envelope);
  std::filesystem::rename(file, folder / "kept");
  CHECK_FALSE(stands(dir, chain));  // one is gone
  std::ofstream(file) << second.bytes << '\n';
  CHECK_FALSE(stands(dir, chain));  // one has another byte
  std::filesystem::rename(folder / "kept", file);
  CHECK(stands(dir, chain));
  std::ofstream(folder / "note.yaml") << "x";
  CHECK_FALSE(stands(dir, chain));                           // one has come
  CHECK_FALSE(stands(dir, read_chain(dir, kChain, kRepo)));  // and that is a break
}

TEST_CASE("a damaged chain, a fork, a merge of nothing") {
  const Scratch scratch;
  const WorkingDirectory dir = directory(scratch);
  const record::Record genesis = begin_register(dir);
  const Decide decide = [&](const record::Chain&) { return draft(genesis.digest); };
  const Decide merge = [&](const record::Chain&) {
    RecordDraft out = draft(genesis.digest, "merge");
    out.merge = true;
    return out;
  };
  append(dir, kChain, decide, writing());
  CHECK(code_of([&] { append(dir, kChain, merge, writing()); }) == ExitCode::not_permitted);
  // The other clone: the same beginning, another second record.
  const Scratch other;
  std::filesystem::copy(scratch.path(), other.path(), std::filesystem::copy_options::recursive);
  append(WorkingDirectory::open(other.path(), {::geteuid(), {}}), kChain, decide, writing());
  append(dir, kChain, decide, writing());
  std::filesystem::copy(
      other.path(), scratch.path(),
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::skip_existing);
  CHECK(read_chain(dir, kChain, kRepo).forked());
  CHECK(code_of([&] { append(dir, kChain, decide, writing()); }) == ExitCode::not_permitted);
  const record::Record closed = append(dir, kChain, merge, writing());
  CHECK(closed.envelope.prev.size() == 2);
  CHECK(closed.envelope.seq == 3);
  CHECK(read_chain(dir, kChain, kRepo).sound());

  dir.create(kChain.directory() + "/0004-monitor.aaaaaa.yaml", "nonsense\n");
  CHECK(code_of([&] { append(dir, kChain, decide, writing()); }) == ExitCode::data);
}

TEST_CASE("a forked register: what was signed elsewhere waits for the same merge as what is signed here") {
  const Scratch scratch;
  const WorkingDirectory dir = directory(scratch);
  begin_register(dir);
  const record::ChainName chain = record::ChainName::registry();
  const Decide decide = [](const record::Chain&) { return draft({}, "person"); };
  const Scratch other, third;
  for (const Scratch* clone : {&other, &third})
    std::filesystem::copy(scratch.path(), clone->path(), std::filesystem::copy_options::recursive);
  append(dir, chain, decide, writing());
  append(WorkingDirectory::open(other.path(), {::geteuid(), {}}), chain, decide, writing());
  std::filesystem::copy(
      other.path(), scratch.path(),
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::skip_existing);
  const record::Record elsewhere =
      append(WorkingDirectory::open(third.path(), {::geteuid(), {}}), chain, decide, writing());
  const auto refusal = [](const std::function<void()>& what) {
    try {
      what();
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::not_permitted);
      return error.hint().render(Language::english);
    }
    return std::string("not refused");
  };
  const std::string hint = "close the fork with 'jaga merge register -m REASON'";
  CHECK(refusal([&] { append(dir, chain, decide, writing()); }) == hint);
  CHECK(refusal([&] {
          publish_signed(dir, kRepo, elsewhere.bytes, "signature\n",
                         [](const record::Chain&, const record::Record&) {});
        }) == hint);
}

TEST_CASE("one fault opens one incident") {
  const Scratch scratch;
  const WorkingDirectory dir = directory(scratch);
  const record::Record genesis = begin_register(dir);
  Opening opening;
  opening.id = kChain.id;
  opening.drafts = [&] {
    return std::vector<RecordDraft>{draft(genesis.digest), draft(genesis.digest, "analyze")};
  };
  opening.may_match = [](const IncidentListing&) { return true; };
  opening.matches = [](const record::Chain& chain) { return !chain.records.empty(); };
  const Opened first = open_incident(dir, opening, writing());
  CHECK(first.is_new);
  CHECK(first.records.size() == 2);
  CHECK(read_chain(dir, kChain, kRepo).sound());
  opening.id = "20261124-web01-xyz789";
  const Opened second = open_incident(dir, opening, writing());
  CHECK_FALSE(second.is_new);
  CHECK(second.id == kChain.id);
  CHECK(list_incidents(dir).size() == 1);
}

TEST_CASE("an incident is opened over the register as it has become meanwhile") {
  const Scratch scratch;
  const WorkingDirectory dir = directory(scratch);
  Digest head = begin_register(dir).digest;
  const auto change = [&] {
    head = append(
               dir, record::ChainName::registry(), [](const record::Chain&) { return draft({}, "person"); },
               writing())
               .digest;
  };
  int asked = 0;
  Opening opening;
  opening.id = kChain.id;
  opening.drafts = [&] {
    std::vector<RecordDraft> drafts{draft(head)};
    if (++asked < 3) change();  // somebody's record comes in between
    return drafts;
  };
  opening.may_match = [](const IncidentListing&) { return false; };
  const Opened opened = open_incident(dir, opening, writing());
  CHECK(opened.is_new);
  CHECK(asked == 3);
  REQUIRE(opened.records.size() == 1);
  CHECK(opened.records.front().envelope.register_head == head);
  CHECK(list_incidents(dir).size() == 1);

  // And not forever.
  opening.id = "20261124-web01-xyz789";
  opening.drafts = [&] {
    std::vector<RecordDraft> drafts{draft(head)};
    change();
    return drafts;
  };
  CHECK(code_of([&] { open_incident(dir, opening, writing()); }) == ExitCode::busy);
  CHECK(list_incidents(dir).size() == 1);
}

TEST_CASE("evidence lies under its digest and is checked when it is read") {
  const Scratch scratch;
  const WorkingDirectory dir = directory(scratch);
  const Digest open = add_evidence(dir, kChain, "photo", false);
  CHECK(add_evidence(dir, kChain, "photo", false) == open);
  const Digest secret = add_evidence(dir, kChain, "secret", true);
  CHECK(read_evidence(dir, kChain, open) == "photo");
  CHECK(read_evidence(dir, kChain, secret) == "secret");
  CHECK(list_evidence(dir, kChain).size() == 2);
  CHECK(remove_evidence(dir, kChain, secret));
  CHECK_FALSE(read_evidence(dir, kChain, secret).has_value());
  dir.replace(evidence_path(kChain, open, false), "forged");
  CHECK(code_of([&] { read_evidence(dir, kChain, open); }) == ExitCode::data);
  CHECK(code_of([&] { add_evidence(dir, kChain, "photo", false); }) == ExitCode::data);
}

TEST_CASE("personal evidence is nobody else's to read") {
  const auto mode = [](const std::string& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777U;
  };
  for (const bool shared : {false, true}) {
    CAPTURE(shared);
    const Scratch scratch;
    if (shared) REQUIRE(::chmod(scratch.path().c_str(), 02770) == 0);
    const WorkingDirectory dir = directory(scratch);
    const std::string folder = scratch / (kChain.directory() + "/evidence/private");
    std::filesystem::create_directories(folder);  // as one that was made by an older version
    ::chmod(folder.c_str(), 0755);
    const Digest secret = add_evidence(dir, kChain, "secret", true);
    CHECK(mode(scratch / evidence_path(kChain, secret, true)) == (shared ? 0440 : 0400));
    CHECK(mode(folder) == (shared ? 03770 : 0700));
    const Digest open = add_evidence(dir, kChain, "photo", false);
    CHECK(mode(scratch / evidence_path(kChain, open, false)) == (shared ? 0440 : 0444));
    std::filesystem::remove_all(folder);
    add_evidence(dir, kChain, "secret", true);
    CHECK(mode(folder) == (shared ? 03770 : 0700));
  }
}

TEST_CASE("file systems whose locks cannot be relied on are known by their number") {
  using Kind = FileSystem::Kind;
  CHECK(file_system(0xEF53).kind == Kind::local);
  CHECK(file_system(0xFFFFFFFF9123683EU).kind == Kind::local);  // f_type may be signed
  for (const auto& [magic, name] : {std::pair<std::uint64_t, const char*>{0x6969, "NFS"},
                                    {0x01021997, "9p"},
                                    {0x00C36400, "Ceph"},
                                    {0x5346414F, "AFS"},
                                    {0xFFFFFFFFFE534D42U, "SMB"}}) {
    CHECK(file_system(magic).kind == Kind::network);
    CHECK(file_system(magic).name == name);
  }
  CHECK(file_system(0x12345678).kind == Kind::unknown);
}
