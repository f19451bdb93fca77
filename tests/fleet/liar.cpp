// jaga-fleet-liar: makes and carries what no jaga program would: a hostile worker, a hostile broker, and a
// reader of what a site's stream really holds. For the tests of this folder.
//
//   list FILE...                      of each batch a line for each result: FILE, worker, number, order,
//   slot,
//                                     host, check, time and summary, divided by tabs
//   take URL SITE FOLDER              every message of RESULTS becomes a file of FOLDER
//   put URL SUBJECT FILE ID           into whichever stream takes the subject, with this message id
//   batch KEY FROM TO [WHAT=VALUE...] a batch like FROM, changed and signed with KEY
//   order KEY FROM TO [WHAT=VALUE...] an order like FROM, changed and signed with KEY
//   bomb KEY FROM TO                  a batch like FROM whose text unpacks to 256 MiB
#include <sys/random.h>

#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/duration.hpp"
#include "base/error.hpp"
#include "broker/broker.hpp"
#include "fleet/batch.hpp"
#include "fleet/order.hpp"
#include "fleet/packed.hpp"
#include "fleet/signed_text.hpp"
#include "fleet/subjects.hpp"
#include "os/file.hpp"
#include "sign/keyring.hpp"
#include "sshkey/wire.hpp"
#include "store/folder.hpp"
#include "yaml/write.hpp"

namespace {

using namespace jaga;
using namespace std::chrono_literals;
using Words = std::vector<std::string>;
// WHAT and what it does with VALUE.
using Changes = std::map<std::string, std::function<void(const std::string&)>>;

[[noreturn]] void fail(const std::string& why) {
  throw Error{ExitCode::usage, literal(why)};
}

std::string bytes_of(const std::string& file) {
  std::string out;
  if (os::read_file(file, std::size_t{16} << 20U, out) != 0) fail("cannot read " + file);
  return out;
}

void write(const std::string& file, const std::string& bytes) {
  const std::size_t slash = file.rfind('/');
  store::Folder(file.substr(0, slash)).replace(file.substr(slash + 1), bytes);
}

std::unique_ptr<sign::Signer> signer(const std::string& file) {
  sign::Places places;
  places.key_file = file;
  const auto keys = sign::find_keys(places);
  if (keys.empty()) fail("no key in " + file);
  return sign::signer_for(keys.front(), places);
}

Instant instant(const std::string& text) {
  const auto at = parse_instant(text);
  if (!at) fail("not a time: " + text);
  return *at;
}

// The words from the fourth on.
void change(const Words& words, const Changes& changes) {
  for (std::size_t i = 4; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    const auto known = changes.find(words[i].substr(0, equals));
    if (equals == std::string::npos || known == changes.end()) fail("what is " + words[i]);
    known->second(words[i].substr(equals + 1));
  }
}

broker::Connection connection(const std::string& url) {
  broker::Login login;
  login.servers = {url};
  login.name = "liar";
  return broker::Connection(login);
}

int list(const Words& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const fleet::Batch batch = fleet::read_batch(bytes_of(words[i]), words[i]).batch;
    for (const round::Result& result : batch.round.results)
      std::printf("%s\t%s\t%lld\t%s\t%s\t%s\t%s\t%s\t%s\n", words[i].c_str(), batch.worker.c_str(),
                  static_cast<long long>(batch.number), batch.order.id.c_str(),
                  batch.slot ? format_instant(*batch.slot).c_str() : "-", result.host.c_str(),
                  result.check.c_str(), format_instant(batch.round.at).c_str(),
                  result.summary.text().c_str());
  }
  return 0;
}

int take(const Words& words) {
  const broker::Connection to = connection(words.at(1));
  broker::ConsumerConfig config;
  config.stream = fleet::kResults;
  config.subject = fleet::result_subjects(words.at(2));
  config.name = "liar";
  // Another time from the first one on again.
  config.name += random_id([](std::span<std::byte> bytes) {
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) fail("getrandom");
  });
  broker::Consumer results(to, {}, config, 5s);
  for (;;) {
    broker::Answer answer;
    auto message = results.next(1s, answer);
    if (!message) {
      if (!answer.ok()) fail(answer.why);
      return 0;
    }
    write(words.at(3) + "/" + std::to_string(message->sequence()), std::string(message->bytes()));
    (void)message->done(5s);
  }
}

int put(const Words& words) {
  const broker::Connection to = connection(words.at(1));
  const broker::Answer answer =
      broker::Stream(to, {}, 5s).publish(words.at(2), bytes_of(words.at(3)), words.at(4));
  if (answer.end != broker::End::done) fail("not stored: " + answer.why);
  return 0;
}

int batch(const Words& words) {
  fleet::Batch batch = fleet::read_batch(bytes_of(words.at(2)), words[2]).batch;
  const auto each = [&](const std::function<void(round::Result&)>& what) {
    for (round::Result& result : batch.round.results) what(result);
  };
  change(words, {{"worker",
                  [&](const std::string& value) {
                    batch.worker = value;
                    batch.round.installation = value;
                  }},
                 {"number", [&](const std::string& value) { batch.number = std::stoll(value); }},
                 {"slot", [&](const std::string& value) { batch.slot = instant(value); }},
                 {"at", [&](const std::string& value) { batch.round.at = instant(value); }},
                 {"schedule", [&](const std::string& value) { batch.round.schedule = value; }},
                 {"source", [&](const std::string& value) { batch.round.source = value; }},
                 {"measured",
                  [&](const std::string& value) { each([&](auto& one) { one.measured = instant(value); }); }},
                 {"measured_by",
                  [&](const std::string& value) { each([&](auto& one) { one.measured_by = value; }); }},
                 {"skipped",
                  [&](const std::string& value) {
                    batch.round.skipped.push_back({value, "forged"});
                  }},
                 {"none", [&](const std::string&) { batch.round.results.clear(); }},
                 // OLD:NEW
                 {"host",
                  [&](const std::string& value) {
                    const std::size_t colon = value.find(':');
                    each([&](auto& one) {
                      if (one.host == value.substr(0, colon)) one.host = value.substr(colon + 1);
                    });
                  }},
                 {"summary",
                  [&](const std::string& value) { each([&](auto& one) { one.summary = Sentence(value); }); }},
                 // The order that it answers.
                 {"order", [&](const std::string& value) {
                    const fleet::SignedText order = fleet::read_signed(bytes_of(value), value);
                    batch.order_head = order.head_bytes;
                    batch.order_signature = order.signature;
                  }}});
  write(words[3], fleet::write_batch(batch, *signer(words[1])));
  return 0;
}

int order(const Words& words) {
  const fleet::SignedText from = fleet::read_signed(bytes_of(words.at(2)), words[2]);
  fleet::OrderHead head = fleet::read_order_head(from.head, words[2]);
  probe::Request request = fleet::read_asked(from.text, words[2]);
  change(words, {{"office", [&](const std::string& value) { head.office = value; }},
                 {"site", [&](const std::string& value) { head.site = value; }},
                 {"id", [&](const std::string& value) { head.id = value; }},
                 {"at", [&](const std::string& value) { head.at = instant(value); }},
                 {"until", [&](const std::string& value) { head.until = instant(value); }},
                 {"every",
                  [&](const std::string& value) {
                    head.kind = fleet::OrderHead::Kind::standing;
                    head.every = parse_duration(value).value();
                  }},
                 {"place", [&](const std::string& value) { request.hosts.back().place.site = value; }}});
  write(words.at(3),
        fleet::write_signed(fleet::to_node(head), fleet::write_asked(request), *signer(words[1])));
  return 0;
}

int bomb(const Words& words) {
  const std::string text(std::size_t{256} << 20U, '\0');
  yaml::Node head = fleet::read_signed(bytes_of(words.at(2)), words[2]).head;
  head.set("text", std::string_view(sha256(text).text()));
  head.set("bytes", static_cast<std::int64_t>(fleet::kMostText));
  const std::string bytes = yaml::write_canonical(head);
  std::string out = "jg01";
  sshkey::put_string(out, bytes);
  sshkey::put_string(out, signer(words[1])->sign(bytes, fleet::kNamespace));
  write(words.at(3), out + fleet::pack(text));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Words words(argv + 1, argv + argc);
  const std::map<std::string, int (*)(const Words&)> commands{
      {"list", list}, {"take", take}, {"put", put}, {"batch", batch}, {"order", order}, {"bomb", bomb}};
  try {
    return commands.at(words.at(0))(words);
  } catch (const Error& error) {
    std::fprintf(stderr, "liar: %s\n", error.message().render(Language::english).c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "liar: %s\n", error.what());
  }
  return 1;
}
