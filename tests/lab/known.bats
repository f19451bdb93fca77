#!/usr/bin/env bats
# Whose key counts, against a real sshd on a port of its own: the user's known_hosts files where nobody keeps a
# register, the register's pins where somebody does. Run by with-lab; JAGA names the program.

bats_require_minimum_version 1.5.0
load work

setup_file() {
  work_folder
  mkdir "$WORK/alone"
  work_keys
  local name
  for name in first second; do ssh-keygen -q -t ed25519 -N '' -C $name -f "$WORK/$name"; done
  (cd "$WORK/alone" && "$WORK/jaga" init -q --org Lab >/dev/null)
  (cd "$WORK/office" && jaga init -q --org Lab --person staff --role staff >/dev/null)
  for name in alone office; do
    echo 'hosts: [{name: "web01", address: "10.77.0.11", login: {port: 2022}, checks: [ssh: {timeout: "60s"}]}]' \
      >"$WORK/$name/hosts.yaml"
  done
}

teardown_file() {
  stop_server
  remove_work
}

setup() { rm -f "$HOME/.ssh/known_hosts"; }
teardown() { stop_server; }


stop_server() {
  # shellcheck disable=SC2016  # of that shell
  "$LAB" exec web01 sh -c 'if [ -s /run/other.pid ]; then
    kill "$(cat /run/other.pid)"; while [ -s /run/other.pid ]; do sleep 0.05; done; fi'
}

server() { # server KEY: an sshd on port 2022 of web01 that has this host key alone, and says who wants to log in
  stop_server
  "$LAB" exec web01 sh -c 'umask 077; cat >/run/other_key' <"$WORK/$1"
  "$LAB" exec web01 sh -c 'sed "/^HostKey/d; /^Port/d; /^PidFile/d; /^LogLevel/d" /etc/ssh/sshd_config >/run/other_config
    printf "%s\n" "Port 2022" "HostKey /run/other_key" "PidFile /run/other.pid" "LogLevel DEBUG1" >>/run/other_config
    rm -f /run/other.log; /usr/sbin/sshd -f /run/other_config -E /run/other.log
    until [ -s /run/other.pid ]; do sleep 0.05; done'
}

key() { cut -d' ' -f1,2 "$WORK/$1.pub"; }
fingerprint() { ssh-keygen -lf "$WORK/$1.pub" | cut -d' ' -f2; }

known() { # known LINE...: the user's known_hosts
  printf '%s\n' "$@" >"$HOME/.ssh/known_hosts"
}

measure() { # measure FOLDER: the lines about web01 are in $out
  out=$(cd "$WORK/$1" && jaga monitor --json --no-record 2>"$WORK/err" | grep -F '"check": "ssh"') || true
}

has() { # has TEXT...
  local text
  for text in "$@"; do
    case $out in *"$text"*) ;; *)
      printf 'not in it: %s\n%s\n' "$text" "$out" >&2
      cat "$WORK/err" >&2
      return 1
      ;;
    esac
  done
}

# Nobody has told who they are to a server that is not known.
nobody_logged_in() { run ! "$LAB" exec web01 grep -q 'userauth-request' /run/other.log; }
refused_as() { # refused_as STATE REASON
  has "\"state\": \"$1\"" "\"reason\": \"$2\""
  nobody_logged_in
}

# What ssh itself makes of these lines: status 0 where it goes on to log in.
by_ssh() {
  "$LAB" run ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=yes -o "UserKnownHostsFile=$HOME/.ssh/known_hosts" \
    -o GlobalKnownHostsFile=none -i "$HOME/.ssh/id_ed25519" -p 2022 jaga@10.77.0.11 true 2>"$WORK/ssh.err"
}

@test "the key of [host]:port counts, whatever the plain host has" {
  server first
  known "[10.77.0.11]:2022 $(key first)" "10.77.0.11 $(key second)"
  measure alone
  has '"state": "ok"' '"hostname": "web01"'
  "$LAB" exec web01 grep -q userauth-request /run/other.log
  by_ssh
}

@test "a changed key under [host]:port is refused while the plain host has that key" {
  server second
  known "[10.77.0.11]:2022 $(key first)" "10.77.0.11 $(key second)"
  measure alone
  refused_as critical host_key_changed
  has "\"seen_fingerprint\": \"$(fingerprint second)\"" "\"pinned_fingerprint\": \"$(fingerprint first)\"" 'known_hosts:1'
  # The order of the lines says nothing, nor does hashing them.
  known "10.77.0.11 $(key second)" "[10.77.0.11]:2022 $(key first)"
  measure alone
  refused_as critical host_key_changed
  ssh-keygen -q -H -f "$HOME/.ssh/known_hosts"
  grep -q '^|1|' "$HOME/.ssh/known_hosts"
  measure alone
  refused_as critical host_key_changed
  run ! by_ssh
  grep -q 'IDENTIFICATION HAS CHANGED' "$WORK/ssh.err"
}

@test "under its HostKeyAlias a host has one name, whatever its address and port" {
  server first
  # ssh looks into the account's home, not into HOME: one of the account's own says the same.
  mkdir -p "$WORK/bin"
  printf 'Host web01\n  HostKeyAlias farm\n' >"$WORK/config"
  printf '#!/bin/sh\n[ "$1" != -G ] || set -- -F "%s" "$@"\nexec /usr/bin/ssh "$@"\n' "$WORK/config" >"$WORK/bin/ssh"
  chmod 755 "$WORK/bin/ssh"
  touch "$HOME/.ssh/config"
  known "farm $(key first)"
  PATH=$WORK/bin:$PATH measure alone
  has '"state": "ok"' '"hostname": "web01"'
  server first
  known "farm $(key second)" "[10.77.0.11]:2022 $(key first)"
  PATH=$WORK/bin:$PATH measure alone
  refused_as critical host_key_changed
  rm "$HOME/.ssh/config"
}

@test "a key that only the plain host has is unknown on another port" {
  server second
  known "10.77.0.11 $(key first)"
  measure alone
  refused_as unknown host_key_unknown
  run ! by_ssh
  known "10.77.0.11 $(key second)"
  measure alone
  refused_as unknown host_key_unknown
}

@test "a revoked key is refused also where another line has it" {
  server first
  known "[10.77.0.11]:2022 $(key first)" "@revoked * $(key first)"
  measure alone
  has '"state": "critical"' 'revoked'
  nobody_logged_in
  run ! by_ssh
}

@test "where a register pins, known_hosts says nothing" {
  server first
  (cd "$WORK/office" && jaga host trust --yes web01 >/dev/null)
  known "[10.77.0.11]:2022 $(key second)"
  measure office
  has '"state": "ok"' '"hostname": "web01"'
  server second
  known "[10.77.0.11]:2022 $(key second)" "10.77.0.11 $(key second)"
  measure office
  refused_as critical host_key_changed
  has "\"seen_fingerprint\": \"$(fingerprint second)\"" "\"pinned_fingerprint\": \"$(fingerprint first)\""
  by_ssh
}
