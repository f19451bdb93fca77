#include "command.hpp"
#include "setups.hpp"

namespace jaga::cmd {

const std::vector<Command>& commands() {
  static const std::vector<Command> table = {
      {"monitor", Group::procedure, Needs::directory, "0 1 2 3 64 65 66 69 73 74 77 78",
       msg("probe every host and write the round"), setup_monitor},
      {"analyze", Group::procedure, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("find root causes and open an incident for each"), setup_analyze},
      {"approve", Group::procedure, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("say yes to exactly this plan on exactly these targets"), setup_approve},
      {"repair", Group::procedure, Needs::directory, "0 1 64 65 66 69 73 74 75 77 78",
       msg("run what was approved, or record what others did"), setup_repair},
      {"verify", Group::procedure, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("check that it works again"), setup_verify},
      {"accept", Group::procedure, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("receive the report of the repair"), setup_accept},
      {"archive", Group::procedure, Needs::directory, "0 64 65 66 73 74 75 77 78",
       msg("seal the evidence into a bag"), setup_archive},
      {"reject", Group::procedure, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("say no to what is to be decided"), setup_reject},
      {"open", Group::procedure, Needs::directory, "0 64 65 66 73 74 75 77 78",
       msg("report a fault that nobody measured"), setup_open},
      {"withdraw", Group::procedure, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("close an incident without repair"), setup_withdraw},
      {"note", Group::incident, Needs::directory, "0 64 65 66 73 74 75 77 78",
       msg("remark something about an incident"), setup_note},
      {"evidence", Group::incident, Needs::directory, "0 64 65 66 73 74 75 77 78",
       msg("attach files to an incident"), setup_evidence},
      {"status", Group::looking, Needs::directory, "0 1 64 65 66 74 77 78",
       msg("what waits for whom, since when"), setup_status},
      {"log", Group::looking, Needs::directory, "0 64 65 66 74 77 78", msg("the records, a line each"),
       setup_log},
      {"show", Group::looking, Needs::directory, "0 64 65 66 74 77 78",
       msg("one incident, or one of its records"), setup_show},
      {"audit", Group::looking, Needs::nothing, "0 1 64 65 66 74 77 78",
       msg("check everything that can be checked"), setup_audit},
      {"init", Group::setting_up, Needs::nothing, "0 64 66 73 74 75 77 78", msg("make a working directory"),
       setup_init},
      {"host", Group::setting_up, Needs::directory, "0 1 64 65 66 69 73 74 75 77 78",
       msg("the hosts, and what is pinned of them"), setup_host},
      {"person", Group::setting_up, Needs::directory, "0 1 64 65 66 73 74 75 77 78", msg("who may do what"),
       setup_person},
      {"adopt", Group::setting_up, Needs::directory, "0 1 64 65 66 73 74 75 77 78",
       msg("put sop.yaml into force"), setup_adopt},
      {"seal", Group::setting_up, Needs::directory, "0 64 65 66 73 74 75 77 78",
       msg("sign the list of everything new"), setup_seal},
      {"import", Group::setting_up, Needs::directory, "0 64 65 66 73 74 75 77 78",
       msg("publish a decision that was signed elsewhere"), setup_import},
      {"merge", Group::setting_up, Needs::directory, "0 64 65 66 73 74 75 77 78",
       msg("close a fork between two clones"), setup_merge},
      {"doctor", Group::setting_up, Needs::nothing, "0 1 64 74",
       msg("say what is missing here and how to mend it"), setup_doctor},
      {"completion", Group::setting_up, Needs::nothing, "0 64 74", msg("print the completions of a shell"),
       setup_completion},
      {"help", Group::alone, Needs::nothing, "0 64 74", msg("explain a command"), setup_help},
  };
  return table;
}

}  // namespace jaga::cmd
