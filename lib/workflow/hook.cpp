#include "workflow/hook.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "git/config.hpp"

namespace jaga::workflow {
namespace {

bool is_none(const std::string& id) {
  return id.find_first_not_of('0') == std::string::npos;
}

Digest genesis_of_server(const git::Git& git) {
  const auto text = git::read_config(git).genesis;
  const auto hint =
      msg("on the server: git config jaga.genesis sha256:...; 'jaga init' printed the digest, and 'jaga log "
          "--register' shows it");
  if (!text) throw Error{ExitCode::config, msg("jaga.genesis is not set in this repository"), hint};
  const auto digest = parse_digest(trim(*text));
  if (!digest)
    throw Error{ExitCode::config, msg("jaga.genesis is not a digest: '{text}'", {{"text", printable(*text)}}),
                hint};
  return *digest;
}

}  // namespace

std::vector<RefusedPath> check_push(const git::Git& git, std::string_view pushed) {
  const std::string branch = git.line({"symbolic-ref", "HEAD"});
  std::vector<RefusedPath> refused;
  for (const std::string& line : split(pushed, '\n')) {
    if (line.empty()) continue;
    const auto words = split(line, ' ');
    if (words.size() != 3)
      throw Error{ExitCode::data, msg("unexpected input of the hook: '{line}'", {{"line", printable(line)}})};
    const std::string& old_id = words[0];
    const std::string& new_id = words[1];
    const std::string& ref = words[2];
    if (ref != branch) {
      refused.push_back({{},
                         msg("'{ref}' is not the branch of this repository, which is '{branch}'",
                             {{"ref", printable(ref)}, {"branch", printable(branch)}})});
      continue;
    }
    if (is_none(new_id)) {
      refused.push_back({{}, msg("the branch of this repository is not deleted")});
      continue;
    }
    TipQuestion question;
    question.tip = new_id;
    if (is_none(old_id)) {
      question.genesis = genesis_of_server(git);
    } else {
      question.base = old_id;
      if (!git.ask({"merge-base", "--is-ancestor", old_id, new_id}).ok())
        refused.push_back({{}, msg("it does not continue the history of this repository")});
    }
    auto answer = check_tip(git, question);
    refused.insert(refused.end(), std::make_move_iterator(answer.refused.begin()),
                   std::make_move_iterator(answer.refused.end()));
  }
  return refused;
}

}  // namespace jaga::workflow
