#include "person_questions.hpp"

#include <pwd.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>

#include "base/id.hpp"
#include "base/text.hpp"
#include "questions.hpp"

namespace jaga::cmd {
namespace {

// The account that types, where its name can be an id; root is nobody in particular.
std::string account_name() {
  const passwd* user = ::geteuid() == 0 ? nullptr : ::getpwuid(::geteuid());
  const std::string name = user == nullptr ? "" : user->pw_name;
  return is_name(name) ? name : "";
}

// Civil servant numbers: date of birth, month of appointment, sex, serial; often with blanks between them.
void require_nip(const std::string& text) {
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  const auto blanks = std::count(text.begin(), text.end(), ' ');
  if (digits == 18 && static_cast<std::size_t>(digits + blanks) == text.size()) return;
  throw Error{ExitCode::usage,
              msg("'{text}' is not a NIP: {count} digits instead of 18",
                  {{"text", printable(text)}, {"count", std::to_string(digits)}}),
              msg("leave it empty if the person has none; a number of another kind is given with --nip")};
}

void ask_for_roles(Session& session, const sop::Sop& procedure, bool first, const std::string& usual,
                   PersonOptions& options) {
  if (!options.roles.empty()) return;
  document::Table known;
  for (const auto& [id, role] : procedure.roles)
    known.rows.push_back({id, role.title.in(session.ui().language())});
  tell_words(session, msg("roles of the procedure:"));
  tell_table(session, known);
  const Message::Arguments who{{"person", options.id}};
  const Message question =
      first ? msg("roles of {person} besides admin; - for none", who) : msg("roles of {person}", who);
  ask_until(session, question, usual, [&](const std::string& text) {
    if (first && text == "-") return;
    const std::vector<std::string> roles = words_of(text.empty() ? usual : text);
    if (roles.empty()) refuse_empty();
    if (first)
      check_roles(procedure, roles, false);
    else
      check_roles(session, roles, false);
    options.roles = roles;
  });
}

// What documents say about the person.
void ask_for_details(Session& session, const sop::Sop& procedure, PersonOptions& options) {
  const std::string none = none_text(session);
  if (!options.name)
    options.name =
        ask_line(session, msg("name of {person}, as on documents", {{"person", options.id}}), none, "--name");
  if (!options.nip)
    ask_until(session, msg("NIP, the civil servant number"), none, [&](const std::string& text) {
      if (text.empty()) return;
      require_nip(text);
      options.nip = text;
    });
  if (!options.rank)
    options.rank = ask_line(session, msg("rank and grade, such as Penata (III/c)"), none, "--rank");
  if (options.position) return;
  const auto role = std::find_if(options.roles.begin(), options.roles.end(),
                                 [](const std::string& one) { return one != sop::kAdmin; });
  const std::string title =
      role == options.roles.end() ? none : procedure.role_title(*role, session.ui().language());
  options.position =
      ask_line(session, msg("position above the signature"), title, "--position", Typed::prose);
}

std::string home_path(const Session& session, const std::string& typed) {
  const std::string home = session.surroundings().variable("HOME");
  return typed.starts_with("~/") && !home.empty() ? home + typed.substr(1) : typed;
}

Error refused_private_key(const Message& what) {
  return Error{ExitCode::usage, what, msg("give the .pub file made by ssh-keygen")};
}

sign::FoundKey new_key(Session& session, const std::string& person, const std::string& file) {
  const sign::PublicKey key =
      sign::make_key_on_terminal(file, person, session.key_places().environment, session.surroundings().stop);
  session.ui().say(msg("key created: {file} {key}", {{"file", printable(file)}, {"key", key.fingerprint()}}));
  return sign::FoundKey{key, file};
}

}  // namespace

void ask_for_first_person(Session& session, const sop::Sop& procedure, PersonOptions& options) {
  if (options.id.empty()) {
    const std::string usual = account_name();
    ask_until(session, msg("first person: an id such as a login name; - for nobody yet"), usual,
              [&](const std::string& text) {
                if (text == "-") return;
                const std::string id = text.empty() ? usual : text;
                if (id.empty()) refuse_empty();
                if (!is_name(id)) throw bad_name(id);
                options.id = id;
              });
    if (options.id.empty()) return;
  }
  ask_for_roles(session, procedure, true, procedure.row(sop::Step::monitor).roles.front(), options);
  ask_for_details(session, procedure, options);
}

void ask_for_person(Session& session, bool machine, PersonOptions& options) {
  const registry::Register& state = *session.office().registered;
  const sop::Sop& procedure = *session.office().sop;
  const auto require_new = [&](const std::string& id) {
    if (!is_name(id)) throw bad_name(id);
    if (state.find_person(id) != nullptr)
      throw Error{ExitCode::usage, msg("'{person}' is already registered", {{"person", id}}),
                  msg("see 'jaga person list'")};
  };
  if (options.id.empty())
    ask_until(session, msg("id of the person, such as a login name"), "", [&](const std::string& text) {
      if (text.empty()) refuse_empty();
      require_new(text);
      options.id = text;
    });
  if (machine) return;
  const std::vector<std::string> wanted = roles_wanted(state, procedure, session.now());
  ask_for_roles(session, procedure, false, wanted.empty() ? "" : wanted.front(), options);
  ask_for_details(session, procedure, options);
}

sign::FoundKey ask_for_own_key(Session& session, const std::string& person) {
  const sign::Places places = session.key_places();
  const auto exists = [](const std::string& file) { return ::access(file.c_str(), F_OK) == 0; };
  const bool named = places.key_file.has_value();
  if (named && exists(*places.key_file)) return own_key(session, person);
  if (!named) {
    const std::vector<sign::FoundKey> keys = sign::find_keys(places);
    if (keys.size() == 1) return keys.front();
    if (keys.size() > 1) {
      document::Table list;
      for (std::size_t n = 0; n < keys.size(); ++n)
        list.rows.push_back({std::to_string(n + 1), keys[n].origin, keys[n].key.fingerprint()});
      tell_words(session, msg("available keys:"));
      tell_table(session, list);
      std::size_t chosen = 0;
      ask_until(session, msg("number of the key of {person}", {{"person", person}}), "1",
                [&](const std::string& text) {
                  for (std::size_t n = 0; n < keys.size(); ++n)
                    if (text == list.rows[n].front()) {
                      chosen = n;
                      return;
                    }
                  if (text.empty()) return;
                  throw Error{ExitCode::usage,
                              msg("'{text}' is not a number of this list", {{"text", printable(text)}})};
                });
      return keys[chosen];
    }
  }
  if (!named && places.home_ssh.empty()) return own_key(session, person);  // says what is missing
  const std::string file = named ? *places.key_file : places.home_ssh + "/id_ed25519";
  if (exists(file) || exists(file + ".pub")) return own_key(session, person);
  tell_words(session, msg("no signing key found"));
  if (!ask_yes(session, msg("Create '{file}' with ssh-keygen, which asks for a passphrase?",
                            {{"file", printable(file)}})))
    return own_key(session, person);
  return new_key(session, person, file);
}

sign::PublicKey ask_for_public_key(Session& session, const std::string& person) {
  std::optional<sign::PublicKey> key;
  const auto require_free = [&] {
    for (const auto& [id, other] : session.office().registered->people)
      for (const registry::Key& one : other.keys)
        if (one.fingerprint == key->fingerprint())
          throw Error{ExitCode::usage, msg("the key '{key}' permanently belongs to '{person}'",
                                           {{"key", one.fingerprint}, {"person", id}})};
  };
  const Message question = msg("public key of {person}: the .pub file, or its line", {{"person", person}});
  ask_until(session, question, "", [&](const std::string& text) {
    if (text.empty()) refuse_empty();
    if (text.starts_with("-----BEGIN ")) {
      ::tcflush(STDIN_FILENO, TCIFLUSH);  // the rest of what was pasted
      throw refused_private_key(msg("this is a private key, which must stay with its owner"));
    }
    if ((key = sign::parse_public_key(text))) return require_free();
    const std::string path = home_path(session, text);
    if (is_private_key(session.absolute(path)))
      throw refused_private_key(
          msg("'{file}' is a private key, which must stay with its owner", {{"file", printable(text)}}));
    key = read_public_key(session, path == "-" ? "./-" : path);  // standard input is the terminal
    require_free();
  });
  return *key;
}

document::Table person_table(Session& session, const registry::Person& person) {
  document::Table table;
  const auto row = [&](const Message& label, const std::string& text) {
    if (!text.empty()) table.rows.push_back({session.ui().text(label), text});
  };
  row(msg("person"), person.id);
  row(msg("roles"), join(person.roles, ", "));
  row(msg("site"), person.site);
  row(msg("name"), person.name);
  row(msg("NIP"), person.nip);
  row(msg("rank"), person.rank);
  row(msg("position"), person.position);
  for (const registry::Key& key : person.keys) row(msg("key"), key.fingerprint);
  return table;
}

}  // namespace jaga::cmd
