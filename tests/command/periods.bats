#!/usr/bin/env bats
# What a round leaves out: what changes slowly and was measured a while ago, and what an interrupt cut off.
load helpers
setup() { setup_folder; office; }

# newest: the path of the newest round; there is one.
newest() { find rounds -type f | LC_ALL=C sort | tail -n 1; }
lacks() { # lacks PATTERN FILE
  if grep "$@" >&2; then return 1; fi
}

@test "what changes slowly is measured by its own period, and carried in between with its age" {
  need_moved_clock
  # A release gets updates for fewer days than that, always. This host's time within the six hours is 04:22.
  printf 'hosts:\n  - {name: here, address: localhost, checks: [local], thresholds: {support_left: {warn: 1000000}}}\n' >hosts.yaml
  on() { # on TIME ARGUMENT...: that day; the output is in the file out
    local at=2026-12-02T$1Z
    shift
    at "$at" "$JAGA" monitor "$@" >out 2>err || [ $? -le 3 ]
  }
  on 00:00:00 --json
  grep -q '"check": "account"' out
  lacks '"age_s": [1-9]' out
  first=$(sed -n 's/^at: "\(.*\)"$/\1/p' "$(newest)")

  JAGA_DEBUG=1 on 00:01:00 --json
  grep '"check": "account"' out | grep -q "\"measured\": \"$first\", \"age_s\": [1-9]"
  grep '"check": "load"' out | grep -q '"age_s": 0,'
  grep -q 'only the sections .*load' err
  lacks 'only the sections.* \(updates\|account\|sshd\|smart\)\( \|$\)' err
  grep -q "check: \"account\".*measured: \"$first\".*history: \"[owcu]\"" "$(newest)"
  grep -q 'check: "uptime".*history: "oo"' "$(newest)"
  lacks 'check: "uptime".*measured: ' "$(newest)"

  # Its age is shown with it, on the screen and in metrics.
  on 00:35:00 --no-record
  grep -q 'release: .* (measured 3[45]m' out
  on 00:35:00 --no-record --format prometheus
  grep -q '^jaga_check_age_seconds{host="here",check="account",object=""} \(20[89]\|21[01]\)' out
  grep -q '^jaga_check_age_seconds{host="here",check="load",object=""} 0$' out
  on 00:35:00 --no-record --lang id
  grep -q '(diukur 3[45]m .*yang lalu)' out

  # What is not good is measured again after an hour, the rest when its time has come.
  on 01:01:00 --no-record --json
  grep '"check": "release"' out | grep -q '"age_s": 0,'
  grep '"check": "account"' out | grep -q '"age_s": 3[56]'
  on 04:30:00 --no-record --json
  lacks '"age_s": [1-9]' out
  # Everything: when asked for, and with other settings.
  on 00:35:00 --fresh --no-record --json
  lacks '"age_s": [1-9]' out
  sed -i 's/checks: /periods: {account: 1s, all: 1d}, checks: /' hosts.yaml
  on 00:36:00 --json
  lacks '"age_s": [1-9]' out
  on 00:40:00 --no-record --json
  grep '"check": "account"' out | grep -q '"age_s": 0,'
  lacks '"check": "sysctl".*"age_s": 0,' out
  printf 'hosts:\n  - {name: here, address: localhost, checks: [local], periods: {load: 1h}}\n' >hosts.yaml
  status 78 jaga monitor
  says "unknown setting 'load'"
}

@test "Ctrl-C and SIGTERM write what was measured; the rest is unknown and in no history" {
  # The slow one begins when jaga has heard the end of the fast one.
  cat >slow <<END
until [ -s $PWD/fast ] && [ ! -e /proc/\$(cat $PWD/fast) ]; do sleep 0.05; done
echo \$\$ >$PWD/began
[ ! -e $PWD/hangs ] || exec sleep 1000
echo OK
END
  cat >hosts.yaml <<END
hosts:
  - name: web01
    address: 127.0.0.1
    checks:
      - plugin: {name: fast, command: [/bin/sh, -c, "echo \$\$ >$PWD/fast; echo OK"]}
      - plugin: {name: slow, command: [/bin/sh, $PWD/slow]}
END
  status 0 jaga monitor
  for signal in INT TERM; do
    rm began fast
    touch hangs
    "$JAGA" monitor --json >out 2>err 3>&- &
    monitor=$!
    until [ -s began ]; do kill -0 "$monitor"; done
    kill -s $signal "$monitor"
    code=0
    wait "$monitor" || code=$?
    [ "$code" = 130 ]
    grep -q 'interrupted; 1 check was not measured' err
    grep -q '"object": "slow", "state": "unknown", "reason": "cancelled"' out
    grep -q '"object": "fast", "state": "ok"' out
    grep -q '"round": "rounds/' out
    grep -q '^partial: true' "$(newest)"
    grep -q 'object: "slow".*reason: "cancelled".*history: "o"' "$(newest)"
    rm hangs
  done
  status 0 jaga monitor
  grep -q 'object: "fast".*history: "oooo"' "$(newest)"
  grep -q 'object: "slow".*history: "oo"' "$(newest)"
  # Where nothing was measured nothing is written.
  sed -i '/name: fast/d' hosts.yaml
  rm began
  touch hangs
  count=$(find rounds -type f | wc -l)
  "$JAGA" monitor >out 2>err 3>&- &
  monitor=$!
  until [ -s began ]; do kill -0 "$monitor"; done
  kill -INT "$monitor"
  code=0
  wait "$monitor" || code=$?
  [ "$code" = 130 ]
  grep -q 'no round was written' err
  [ "$(find rounds -type f | wc -l)" = "$count" ]
}
