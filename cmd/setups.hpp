// The set-up function of every command, one a file.
#pragma once

namespace jaga::cmd {

class Setup;

void setup_accept(Setup& setup);
void setup_adopt(Setup& setup);
void setup_analyze(Setup& setup);
void setup_approve(Setup& setup);
void setup_archive(Setup& setup);
void setup_audit(Setup& setup);
void setup_clone(Setup& setup);
void setup_completion(Setup& setup);
void setup_doctor(Setup& setup);
void setup_evidence(Setup& setup);
void setup_help(Setup& setup);
void setup_host(Setup& setup);
void setup_import(Setup& setup);
void setup_init(Setup& setup);
void setup_log(Setup& setup);
void setup_merge(Setup& setup);
void setup_monitor(Setup& setup);
void setup_note(Setup& setup);
void setup_notify(Setup& setup);
void setup_open(Setup& setup);
void setup_person(Setup& setup);
void setup_ping(Setup& setup);
void setup_reject(Setup& setup);
void setup_repair(Setup& setup);
void setup_report(Setup& setup);
void setup_seal(Setup& setup);
void setup_sign(Setup& setup);
void setup_rules(Setup& setup);
void setup_plans(Setup& setup);
void setup_show(Setup& setup);
void setup_status(Setup& setup);
void setup_sync(Setup& setup);
void setup_verify(Setup& setup);
void setup_withdraw(Setup& setup);

}  // namespace jaga::cmd
