#!/usr/bin/env bats
# What looking costs: 200 hosts once a minute, ten rounds after the first one, which measures everything and does so
# again for each host once a period (6 h). It takes as long as that, so it is a long test. Run by with-lab; JAGA
# names the program.
#
# The hosts are addresses of one machine, whose sshd adds up what all of its sessions take.

bats_require_minimum_version 1.5.0
load work

setup_file() {
  work_folder
  work_keys
  cd "$WORK/office" || return 1
  jaga init -q --org Lab --person staff --role staff >/dev/null
}
teardown_file() { remove_work; }
setup() { cd "$WORK/office" || return 1; }
teardown() { [ -z "${monitor-}" ] || kill "$monitor" 2>/dev/null || :; }

hosts=200
# spent: the hundredths of a second that sshd and all that it has waited for took so far.
# shellcheck disable=SC2016  # of the shell inside
spent() { "$LAB" exec web01 sh -c 'awk "{ sub(/^.*\) /, \"\"); print \$12 + \$13 + \$14 + \$15 }" "/proc/$(cat /run/sshd.pid)/stat"'; }
# of_measuring: the processes of the account that measures.
# shellcheck disable=SC2016  # of the shell inside
of_measuring() {
  "$LAB" exec web01 sh -c 'id=$(id -u jaga); for each in /proc/[0-9]*; do
    [ "$(stat -c %u "$each" 2>/dev/null)" = "$id" ] && tr "\0" " " <"$each/cmdline" && echo; done; :'
}
rounds() { find rounds -type f 2>/dev/null | wc -l; }

@test "200 hosts every minute for ten rounds: nothing is left on any, and looking takes at most 0.3 % of a processor" {
  # shellcheck disable=SC2016  # of the shell inside
  "$LAB" exec web01 bash -c 'for ((i = 1; i <= $0; i++)); do ip address add 10.77.1.$i/32 dev lo; done' "$hosts"
  "$LAB" exec monitor ip route add 10.77.1.0/24 via 10.77.0.11
  printf 'hosts:\n  - {name: "h[001-%s]", address: "10.77.1.[1-%s]", checks: [ssh]}\n' "$hosts" "$hosts" >hosts.yaml
  jaga host trust --yes >/dev/null
  # Its processors are those of one machine, too: 16 sessions at once, not 64, as descriptors allow.
  (ulimit -n 80 && exec "$LAB" run "$WORK/jaga" --key "$HOME/staff" monitor --every 60s) >"$WORK/out" 2>"$WORK/err" 3>&- &
  monitor=$!
  # So many rounds are written.
  until_rounds() {
    until [ "$(rounds)" -ge "$1" ]; do
      kill -0 "$monitor" || { cat "$WORK/err" >&2; false; }
      sleep 1
    done
  }
  until_rounds 1
  before=$(spent)
  began=$SECONDS
  until_rounds 11
  took=$((SECONDS - began))
  kill -TERM "$monitor"
  wait "$monitor" || :
  monitor=
  after=$(spent)
  left=$(of_measuring)
  [ -z "$left" ] || { echo "$left" >&2; false; }
  # All of them, each time.
  for round in rounds/*/*/*/*/*.yaml; do
    [ "$(grep -c 'check: "ssh".*state: "ok"' "$round")" = "$hosts" ] || { grep 'check: "ssh"' "$round" | grep -v '"ok"' >&2; false; }
  done
  # One round lasts a minute, also the last.
  awk -v spent="$((after - before))" -v hosts="$hosts" -v seconds="$((took > 600 ? took : 600))" 'BEGIN {
    share = spent / hosts / seconds  # hundredths a second: percent
    printf "%.3f %% of a processor a host\n", share > "/dev/stderr"
    exit share > 0.3 }'
}
