#!/usr/bin/env bats
# What belongs to no single command: global options, unknown commands, lost output, interruption.
load helpers

@test "--version is one line, at any place and with any other option" {
  status 0 jaga --version
  [[ $output =~ ^jaga\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
  version=$output
  for line in '--version --lang id' '-q --version' '--version status' 'status --version' 'approve --version' \
    'host list --version' 'host --version' 'ping --version'; do
    # shellcheck disable=SC2086  # a list of words
    status 0 jaga $line
    [ "$output" = "$version" ]
  done
  for line in '--json --version' '--version --json' '--version --format json' 'status --json --version'; do
    # shellcheck disable=SC2086  # a list of words
    status 0 jaga $line
    [ "$output" = "{\"version\": \"${version#jaga }\"}" ]
  done
  status 64 jaga --version --jsn
  says "did you mean '--json'?"
}

@test "without a command: outside a working directory where to begin, 64; inside one the reader's inbox" {
  status 64 jaga
  [ "${#lines[@]}" -le 8 ]
  says 'jaga doctor'
  says 'jaga init DIR'
  says 'jaga ping HOST'
  status 0 jaga -h
  says 'Setting up and sharing'
  office
  hosts=$(cat hosts.yaml)
  echo 'hosts: []' >hosts.yaml
  status 0 jaga
  says 'no open incidents'
  says 'hint: add your hosts: jaga host add NAME ADDRESS'
  echo "${hosts/address: 127.0.0.1/address: 127.0.0.1, checks: [tcp: {port: 1\}]}" >hosts.yaml
  status 0 jaga
  says 'hint: measure your hosts: jaga monitor'
  status 2 as staff monitor -q
  says 'web01  critical  tcp:1: connection refused'
  status 0 jaga
  says 'hint: the latest round found failures: jaga analyze'
  echo "$hosts" >hosts.yaml
  status 0 as staff open web01 -m slow
  status 0 as staff
  says "$(ls incidents/*) "
  [[ $output != *hint:* ]]
  status 0 as section-head
  says 'no incidents are waiting for you'
  says 'hint: all open incidents: jaga status'
  status 0 jaga # with nobody's key: all of them
  says "$(ls incidents/*) "
  here=$PWD
  cd /
  status 0 as section-head -C "$here"
  says 'no incidents are waiting for you'
}

@test "a command that is only begun is completed, or all that begin so are named" {
  status 64 jaga appr
  says "did you mean 'jaga approve'?"
  status 64 jaga re
  says 'repair, reject, report'
}

@test "-V is --version" {
  status 0 jaga --version
  version=$output
  for line in -V 'status -V' '-V status' 'ping -V'; do
    # shellcheck disable=SC2086  # a list of words
    status 0 jaga $line
    [ "$output" = "$version" ]
  done
}

@test "a format that a command does not write is 64, for commands of commands too" {
  status 64 jaga completion bash --json
  says "'jaga completion' cannot write json"
  status 64 jaga help --json
  status 64 jaga doctor --format yaml
  says 'available formats: text, json'
  office
  status 64 jaga host keys --json
  says "'jaga host keys' cannot write json"
}

# More than fits a terminal of a test.
forty_hosts() {
  local n
  command -v script >/dev/null || skip 'no script(1) here'
  office
  for n in $(seq -w 40); do
    jaga host add -q "h$n" "192.0.2.$((10#$n))" >/dev/null
  done
}

@test "output that is longer than the terminal goes through a pager, as git's does" {
  forty_hosts
  export PAGER="sed 's/^/paged /'" TERM=xterm
  status 0 in_terminal '' "$JAGA" host list
  says 'paged h01 '
  status 0 in_terminal '' "$JAGA" --no-pager host list
  [[ $output != *paged* ]]
  says 'h40 '
  status 0 in_terminal '' "$JAGA" status
  [[ $output != *paged* ]]
  status 0 in_terminal '' "$JAGA" host list --json
  [[ $output != *paged* ]]
  status 0 jaga host list
  [[ $output != *paged* ]]
  for PAGER in '' cat /nonexistent/pager; do
    status 0 in_terminal '' "$JAGA" host list
    [[ $output != *paged* ]]
    says 'h40 '
  done
  status 64 in_terminal '' "$JAGA" status --step nonsense
}

@test "JAGA_PAGER precedes PAGER; neither leaving the pager nor its exit status matters" {
  forty_hosts
  export PAGER="sed 's/^/paged /'" TERM=xterm
  JAGA_PAGER="sed 's/^/own /'" status 0 in_terminal '' "$JAGA" host list
  says 'own h01 '
  for JAGA_PAGER in '' cat ' cat '; do
    export JAGA_PAGER
    status 0 in_terminal '' "$JAGA" host list
    [[ $output != *paged* ]]
    says 'h40 '
  done
  JAGA_PAGER='sed 1q; exit 3' status 0 in_terminal '' "$JAGA" host list
  [[ $output != *h40* ]]
  unset JAGA_PAGER
  PAGER='printf "%s:" "$LESS"; sed 1q' status 0 in_terminal '' "$JAGA" host list
  says 'FRX:'
  LESS=S PAGER='printf "%s:" "$LESS"; sed 1q' status 0 in_terminal '' "$JAGA" host list
  says 'S:'
  LESS='' PAGER='printf "%s:" "<$LESS>"; sed 1q' status 0 in_terminal '' "$JAGA" host list
  says '<>:'
}

@test "audit, show and person list use the pager, and the exit status is the command's" {
  command -v script >/dev/null || skip 'no script(1) here'
  office
  export PAGER="sed 's/^/paged /'" TERM=xterm
  status 0 in_terminal '' sh -c 'stty rows 2; exec "$0" person list' "$JAGA"
  says 'paged '
  status 0 in_terminal '' sh -c 'stty rows 2; exec "$0" audit' "$JAGA"
  says 'paged '
  for file in register/0001-*.yaml; do printf x >>"$file"; done
  status 1 in_terminal '' sh -c 'stty rows 2; exec "$0" audit' "$JAGA"
  says 'paged '
}

@test "FORCE_COLOR colours without a terminal; NO_COLOR and --color are stronger" {
  red=$'\033[31m'
  FORCE_COLOR=1 status 64 jaga nonsense
  says "$red"
  FORCE_COLOR=1 NO_COLOR=1 status 64 jaga nonsense
  [[ $output != *"$red"* ]]
  FORCE_COLOR=1 status 64 jaga --color never nonsense
  [[ $output != *"$red"* ]]
  status 64 jaga nonsense
  [[ $output != *"$red"* ]]
}

@test "an unknown command is 64 and says the nearest" {
  status 64 jaga complation bash
  says "did you mean 'jaga completion'?"
}

@test "jaga-foo of PATH runs as jaga foo, with its arguments and JAGA_DIR" {
  mkdir bin deep
  printf '#!/bin/sh\necho "$JAGA_DIR" "$@"\nexit 7\n' >bin/jaga-foo
  chmod +x bin/jaga-foo
  : >jaga.yaml
  cd deep
  status 7 env PATH="$BATS_TEST_TMPDIR/work/bin:$PATH" "$JAGA" foo --bar -x
  says "$BATS_TEST_TMPDIR/work --bar -x"
}

@test "global options are accepted before and after the command" {
  status 0 jaga --lang en help -q
  status 64 jaga --format xml help
  says 'give one of text, json'
  status 64 jaga help --as
  says "'--as' requires a value"
}

@test "-C names a folder that is there, also inside a working directory" {
  office
  mkdir inside
  status 0 jaga -C inside host list
  status 66 jaga -C none host list
  says "cannot access '$PWD/none'"
  status 74 jaga -C jaga.yaml host list
}

@test "global options in any order, before the command, after it and after one of its commands" {
  office
  status 0 jaga host list --json
  list=$output
  here=$PWD
  cd /
  for line in "-C $here --json host list" "--json -C $here host list" "-C$here host --json list" "host list --json -C $here" \
    "host -C $here list --format json" "--format=json host list -C $here" "-qC $here host list --json" \
    "host list -qC $here --json" "--lang id -C $here -q --color never --json host list" "-C $here --json -- host list"; do
    # shellcheck disable=SC2086  # a list of words
    status 0 jaga $line
    [ "$output" = "$list" ]
  done
}

@test "a value that an option does not take is named, with those that it takes" {
  status 64 jaga host trust --verified consol
  says "invalid value for --verified: 'consol'"
  says 'hint: give one of console, vendor, first-use'
  status 64 jaga ping -c x 127.0.0.1
  says "invalid value for -c: 'x'"
  says 'hint: give a whole number'
}

@test "full standard output is 74" {
  run bash -c '"$JAGA" help >/dev/full'
  [ "$status" = 74 ]
  [[ $output == *'cannot write to standard output'* ]]
  run bash -c '"$JAGA" --version >/dev/full'
  [ "$status" = 74 ]
  [[ $output == 'jaga: cannot write to standard output: '* ]]
}

@test "closed standard output is 74" {
  need_closed_output
  run bash -c '"$JAGA" help >&-'
  [ "$status" = 74 ]
}

@test "a reader that left is 74, not a signal" {
  run bash -c '"$JAGA" completion bash | true; echo "${PIPESTATUS[0]}" >rc'
  output=$(cat rc)
  [ "$output" = 74 ] || [ "$output" = 0 ] # 0 where all of it fitted into the pipe before the reader left
}

@test "colour only where it is wanted" {
  run "$JAGA" --color always help
  [[ $output == *$'\033['* ]]
  run "$JAGA" help
  [[ $output != *$'\033['* ]]
}

@test "a path that begins with .. is named without it" {
  status 0 as staff init -q ../elsewhere
  says "$BATS_TEST_TMPDIR/elsewhere/jaga.yaml"
}

@test "the user's configuration says key, person, language and colour" {
  office
  mkdir -p "$HOME/.config/jaga"
  printf 'key: %s\nperson: staff\nlanguage: id\ncolor: always\n' "$KEYS/staff" >"$HOME/.config/jaga/config.yaml"
  status 0 jaga open web01 -m slow
  status 0 jaga --json log
  says '"person": "staff"'
  status 0 jaga status
  says 'insiden'
  says $'\033['
  status 0 jaga --lang en --color never status
  says 'incident'
  [[ $output != *$'\033['* ]]
  status 0 jaga --color auto status
  [[ $output != *$'\033['* ]]
}

@test "what is wrong in the user's configuration is 78, with file, line and column" {
  mkdir -p "$HOME/.config/jaga"
  file=$HOME/.config/jaga/config.yaml
  printf 'person: staff\nlanguage: fr\n' >"$file"
  status 78 jaga init office
  says "$file:2:11: invalid value for 'language': 'fr'"
  says 'known values: id, en'
  printf 'color: blue\n' >"$file"
  status 78 jaga init office
  says "$file:1:8: invalid value for 'color': 'blue'"
  printf 'kye: x\n' >"$file"
  status 78 jaga init office
  says "$file:1:1: unknown key 'kye'"
  says "did you mean 'key'?"
  [ ! -e office ]
}

@test "-- ends the options, in commands of a command too" {
  office
  as staff open web01 -q -m slow >/dev/null
  echo x >-rf
  status 0 as staff note -m x -- web01
  status 0 as staff note web01 -m --
  status 0 as staff evidence add web01 -- -rf
  status 0 as staff evidence add -- web01 -rf
  status 0 as staff evidence list -- web01
  says ' -rf'
  status 0 jaga host show -- web01
  status 64 jaga host -- show web01
  status 64 as staff note -m x -- web01 -q
  says "unexpected argument '"
}

@test "an interrupt ends the wait for a named pipe that nobody writes into" {
  office
  mkfifo pipe
  "$JAGA" --key "$KEYS/staff" analyze pipe >said 2>&1 &
  pid=$!
  # Until it sleeps, having opened the pipe.
  for _ in $(seq 200); do
    [ -n "$(find /proc/$pid/fd -lname '*/pipe' 2>/dev/null)" ] && break
    sleep 0.05
  done
  kill -INT $pid
  code=0
  wait $pid || code=$?
  [ "$code" = 130 ]
}

@test "who names no incident is told which ones they may act on by that command" {
  load flow
  office
  status 64 as staff --lang en show
  says 'missing argument: INCIDENT[:SEQ]'
  says "incident is open; see 'jaga status --all'"
  analysed
  status 64 as section-head --lang en approve
  says 'jaga: missing argument: INCIDENT'
  says "hint: waiting for you: $(cat id) (slow)"
  status 64 as section-head --lang id approve
  says "petunjuk: menunggu Anda: $(cat id) (slow)"
  status 64 as staff --lang en approve # not theirs
  says "hint: no incident waits for you at this step; see 'jaga status'"
  status 64 as section-head --lang en verify
  says 'no incident waits for you at this step'
  status 64 as section-head --lang en reject -m no
  says "$(cat id)"
  status 64 as staff --lang en evidence add
  says "open incidents: $(cat id)"
  for host in b c d e f; do printf '  - {name: %s, address: 127.0.0.1}\n' $host >>hosts.yaml; done
  for host in b c d e f; do
    as staff open $host -q -m slow >/dev/null
    as staff analyze $host -q --plan manual -p task=x --fault unknown -m y >/dev/null
  done
  status 64 as section-head --lang en approve
  says "6 incidents wait for you; list them with 'jaga status --mine --step approve'"
  status 64 as staff --lang en show
  says "6 incidents are open; list them with 'jaga status'"
  # Where nothing can be listed the usage is the hint.
  cd /
  status 64 jaga --lang en approve
  says 'hint: usage: jaga approve'
}

@test "--debug and JAGA_DEBUG tell what is read, started and decided, with secrets masked, and change nothing else" {
  load flow
  office
  analysed
  jaga --json show web01 >plain 2>/dev/null
  jaga --json show web01 --debug >debugged 2>told
  # How long it has taken is the only difference.
  cmp <(sed 's/_ms": [0-9]*//g' plain) <(sed 's/_ms": [0-9]*//g' debugged)
  [ "$(grep -vc '^debug [0-9.]* [a-z]*: ' told)" = 0 ]
  grep -q ' config: working directory ' told
  grep -q ' file: read .*sop.yaml: [0-9]* bytes in [0-9.]* ms$' told
  grep -q ' record: register: .* in [0-9.]* ms$' told
  grep -qF " record: incident $(cat id): 2 records" told
  JAGA_DEBUG=1 status 0 as section-head approve web01 --yes
  says ' decision: approve on '
  says ' key: SHA256:'
  status 0 jaga status
  [[ $output != *debug* ]]
  # A secret on the command line of a program that is started, and an argument as long as a script.
  need_machine_id
  printf '#!/bin/sh\nexit 0\n' >../check && chmod +x ../check
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [{plugin: {command: ["%s", "--password", "%s", "%0400d"]}}]}\n' \
    "$PWD/../check" hunter2 0 >hosts.yaml
  JAGA_DEBUG=1 run as staff monitor --no-record
  says ' program: started '
  says '[masked]'
  [[ $output != *hunter2* ]]
  [[ $output == *000...* && $output != *"$(printf '%0201d' 0)"* ]]
}
