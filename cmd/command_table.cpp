#include "command.hpp"
#include "setups.hpp"

namespace jaga::cmd {

const std::vector<Command>& commands() {
  static const std::vector<Command> table = {
      {"monitor", Group::procedure, Needs::directory, "0 1 2 3 64 65 66 69 73 74 75 77 78",
       msg("measure every host and store the results (a round)"), setup_monitor},
      {"analyze", Group::procedure, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("find root causes and open an incident for each"), setup_analyze},
      {"approve", Group::procedure, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("approve the plan that was proposed for an incident"), setup_approve},
      {"repair", Group::procedure, Needs::directory, "0 1 64 65 66 69 73 74 75 77 78",
       msg("run what was approved, or record what others did"), setup_repair},
      {"verify", Group::procedure, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("check that the repair worked"), setup_verify},
      {"accept", Group::procedure, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("accept the report of the repair"), setup_accept},
      {"archive", Group::procedure, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("seal the evidence into an archive (BagIt)"), setup_archive},
      {"reject", Group::procedure, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("reject the pending decision"), setup_reject},
      {"open", Group::procedure, Needs::directory, "0 64 65 66 73 74 75 77 78",
       msg("open an incident for a fault that no check detected"), setup_open},
      {"withdraw", Group::procedure, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("close an incident without repair"), setup_withdraw},
      {"note", Group::incident, Needs::directory, "0 64 65 66 73 74 75 77 78",
       msg("add a note to an incident"), setup_note},
      {"evidence", Group::incident, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("attach files to an incident"), setup_evidence},
      {"status", Group::looking, Needs::directory, "0 1 64 65 66 74 77 78",
       msg("open incidents: next step, who must act, deadline"), setup_status},
      {"log", Group::looking, Needs::directory, "0 64 65 66 74 77 78", msg("list the records, one line each"),
       setup_log},
      {"show", Group::looking, Needs::directory, "0 64 65 66 74 77 78",
       msg("show an incident or one of its records"), setup_show},
      {"rules", Group::looking, Needs::nothing, "0 64 65 66 74 77 78",
       msg("list the types of fault, or show one"), setup_rules, "--key --as"},
      {"plans", Group::looking, Needs::nothing, "0 64 65 66 74 77 78",
       msg("list the repair plans, or show one"), setup_plans, "--key --as"},
      {"report", Group::looking, Needs::directory, "0 64 65 66 69 73 74 75 77 78",
       msg("write a report, letter or form"), setup_report},
      {"audit", Group::looking, Needs::nothing, "0 1 64 65 66 74 77 78",
       msg("verify records, signatures, seals and evidence"), setup_audit, "--key --as"},
      {"init", Group::setting_up, Needs::nothing, "0 1 64 66 73 74 75 77 78",
       msg("create a working directory"), setup_init},
      {"host", Group::setting_up, Needs::directory, "0 1 64 65 66 69 73 74 75 77 78",
       msg("manage hosts and their pinned keys"), setup_host},
      {"person", Group::setting_up, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("manage people, their roles and keys"), setup_person},
      {"adopt", Group::setting_up, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("make the edited sop.yaml the valid procedure"), setup_adopt},
      {"seal", Group::setting_up, Needs::directory, "0 64 65 66 73 74 75 77 78",
       msg("sign a list of all new files"), setup_seal},
      {"clone", Group::setting_up, Needs::nothing, "0 64 65 66 69 73 74 77 78",
       msg("make a clone of a working directory"), setup_clone, "-C --key --as"},
      {"sync", Group::setting_up, Needs::nothing, "0 64 65 66 69 73 74 75 77 78",
       msg("exchange what is new with other clones"), setup_sync},
      {"sign", Group::setting_up, Needs::nothing, "0 1 64 65 66 73 74 77 78",
       msg("show and sign a decision that was requested on another machine"), setup_sign, "-C"},
      {"import", Group::setting_up, Needs::directory, "0 64 65 66 73 74 75 77 78",
       msg("add a decision that was signed on another machine to its incident"), setup_import},
      {"merge", Group::setting_up, Needs::directory, "0 64 65 66 73 74 75 77 78",
       msg("join an incident or the register continued in two git clones"), setup_merge},
      {"notify", Group::setting_up, Needs::directory, "0 64 65 66 69 73 74 75 77 78",
       msg("run your own programs for each new record: mail, chat"), setup_notify, "--key"},
      {"doctor", Group::setting_up, Needs::nothing, "0 1 64 65 66 74 77 78",
       msg("find problems of this computer and directory, and how to fix them"), setup_doctor},
      {"completion", Group::setting_up, Needs::nothing, "0 64 74", msg("print completions for a shell"),
       setup_completion, "-C --key --as"},
      {"ping", Group::alone, Needs::nothing, "0 1 64 66 74 77", msg("ping hosts, ranges and networks, fast"),
       setup_ping, "-C --key --as"},
      {"help", Group::alone, Needs::nothing, "0 64 66 74", msg("show the manual of a command or file format"),
       setup_help, "-C --key --as"},
  };
  return table;
}

const Command* find_command(std::string_view name) {
  for (const Command& command : commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

}  // namespace jaga::cmd
