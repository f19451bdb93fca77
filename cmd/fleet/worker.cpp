// jaga-worker: measures the hosts of a site for an office elsewhere (jaga-fleet(7)).
#include <sys/stat.h>

#include <memory>

#include "base/text.hpp"
#include "broker/nkey.hpp"
#include "fleet/program.hpp"
#include "fleet/worker_run.hpp"
#include "os/file.hpp"
#include "sign/keyring.hpp"

namespace jaga::cmd {
namespace {

constexpr std::string_view kHome = "/var/lib/jaga-worker";

struct Options {
  std::string site;
  std::string office;
  std::optional<std::string> folder, name, server;
  std::vector<std::string> office_keys;
};

std::string folder_of(const Run& run, const Options& options) {
  if (options.folder) return run.absolute(*options.folder);
  std::string path(kHome);
  path += '/';
  return path += options.site;
}

void require_site(const Options& options) {
  if (!is_name(options.site))
    throw Error{ExitCode::usage, msg("invalid name '{text}'", {{"text", printable(options.site)}}),
                msg("use lower-case letters, digits, '.', '_' and '-'")};
}

// A key of the office: a file or the line itself.
sign::PublicKey office_key(const Run& run, const std::string& given) {
  std::string line = given;
  if (!given.starts_with("ssh-") && !given.starts_with("ecdsa-")) {
    constexpr std::size_t kMostKey = 16'384;
    if (const int reason = os::read_file(run.absolute(given), kMostKey, line); reason != 0)
      throw system_error(reason, msg("cannot read '{path}': {reason}", {{"path", printable(given)}}));
  }
  auto key = sign::parse_public_key(trim(line));
  if (!key)
    throw Error{ExitCode::usage, msg("not a public key: '{text}'", {{"text", printable(given)}}),
                msg("give the office's key as FILE.pub, or as the line that is in it")};
  return std::move(*key);
}

ExitCode init(Run& run, const Options& options) {
  require_site(options);
  fleet::WorkerConfig config;
  config.site = options.site;
  config.name = options.name.value_or("worker-" + options.site);
  config.office = options.office;
  for (const std::string& key : options.office_keys) config.office_keys.push_back(office_key(run, key));
  config.servers = {options.server.value_or("nats://127.0.0.1:4222")};
  const std::string text = fleet::worker_config_yaml(config);
  (void)fleet::parse_worker_config(text,
                                   "worker.yaml");  // names and keys are checked before anything is made

  const std::string path = folder_of(run, options);
  // The folder of all workers of this machine may be missing, too.
  if (!options.folder) ::mkdir(std::string(kHome).c_str(), 0755);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    throw system_error(errno, msg("cannot create '{path}': {reason}", {{"path", printable(path)}}));
  store::Modes modes;
  modes.file = 0600;
  const store::Folder folder(path, modes);
  if (folder.exists(fleet::kWorkerConfigFile))
    throw Error{ExitCode::cant_create,
                msg("'{path}' is the folder of a worker already", {{"path", printable(path)}}),
                msg("edit {path}/worker.yaml, or use another --folder", {{"path", printable(path)}})};
  const sign::PublicKey key =
      sign::make_key(folder.absolute(fleet::kWorkerKey), config.name, run.environment);
  broker::NkeyBytes seed{};
  run.random(std::as_writable_bytes(std::span(seed)));
  const std::string nats = broker::nkey_seed(seed);
  folder.create(fleet::kWorkerSeed, nats + "\n");
  folder.create(fleet::kWorkerConfigFile, text);

  Ui& ui = run.ui;
  ui.print(path);
  ui.hint(msg("the office registers it: jaga person add {name} --machine --site {site} --key {file}",
              {{"name", config.name}, {"site", config.site}, {"file", config.name + ".pub"}}));
  ui.tell("  " + config.name + ".pub: " + key.line());
  ui.hint(msg("the NATS server of the site lets it in by these lines among its 'users' (jaga-fleet(7)):"));
  for (const std::string& line : split(trim(fleet::nats_user(config, broker::nkey_public_of(nats))), '\n'))
    ui.tell("    " + line);
  return ExitCode::ok;
}

ExitCode work(Run& run, const Options& options) {
  require_site(options);
  const std::string path = folder_of(run, options);
  store::Modes modes;
  modes.file = 0600;
  const store::Folder folder(path, modes);
  const std::string file = folder.absolute(fleet::kWorkerConfigFile);
  const fleet::WorkerConfig config =
      fleet::parse_worker_config(folder.require(fleet::kWorkerConfigFile), file);
  if (config.site != options.site)
    throw Error{ExitCode::config,
                msg("'{file}' is of the site '{site}'", {{"file", printable(file)}, {"site", config.site}}),
                msg("start it with: jaga-worker --site {site}", {{"site", config.site}})};
  carry_out_orders(run, config, folder, [](const probe::Request& request, std::stop_token stop) {
    return probe::run(request, std::move(stop));
  });
  return ExitCode::ok;
}

std::vector<ProgramCommand> worker_commands() {
  auto options = std::make_shared<Options>();
  const auto common = [&](Setup& setup) {
    setup.option("--site", "SITE", options->site, msg("the site whose hosts it measures")).must();
    setup.option("--folder", "DIR", options->folder, msg("its folder; default: /var/lib/jaga-worker/SITE"));
  };
  Setup working("worker", msg("measure the hosts of a site for an office elsewhere"));
  common(working);
  Setup making("worker init", msg("create the folder of a worker: its keys and worker.yaml"));
  common(making);
  making.option("--name", "NAME", options->name, msg("its name in the register; default: worker-SITE"))
      .option("--office", "ID", options->office,
              msg("the office whose orders it carries out: 'repo' in the office's jaga.yaml"))
      .must()
      .list("--office-key", "KEY", options->office_keys,
            msg("a key that signs the office's orders: FILE.pub, or its line"))
      .must()
      .option("--server", "URL", options->server,
              msg("the NATS server of the site; default: nats://127.0.0.1:4222"));
  return {{std::move(working), [options](Run& run) { return work(run, *options); }},
          {std::move(making), [options](Run& run) { return init(run, *options); }}};
}

}  // namespace
}  // namespace jaga::cmd

int main(int argc, char** argv) {
  return jaga::cmd::run_program(argc, argv, jaga::cmd::worker_commands());
}
