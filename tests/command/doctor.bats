#!/usr/bin/env bats
load helpers

@test "doctor says what is here and how to mend what is not" {
  run "$JAGA" doctor
  [ "$status" = 1 ] # no key
  [[ $output == *libssh2* ]]
  [[ $output == *'ssh-keygen -t ed25519'* ]]
  make_key staff
  run "$JAGA" --key "$KEYS/staff" doctor --json
  [[ $output == *'"about": "keys", "state": "ok"'* ]]
}

@test "doctor in Indonesian: labels, too; the JSON keys are the same" {
  jaga init -q . 2>/dev/null
  status 1 jaga --lang id doctor
  for label in jam kunci direktori 'sistem berkas'; do says "$label  "; done
  says 'bermasalah  '
  says 'baik  '
  says_not 'bad  '
  says_not 'ok  '
  status 1 jaga --lang id --json doctor
  for about in clock keys directory 'file system'; do says "{\"about\": \"$about\", "; done
}

@test "without ssh-keygen, git or the right to ping: each with what to do" {
  mkdir bin
  run env PATH="$PWD/bin" "$JAGA" doctor
  [ "$status" = 1 ]
  says 'apt-get install openssh-client'
  says 'apt-get install git'
  # Only root can give up the right to ping, where nobody has it anyway; and only a program that nobody may read.
  local least most nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --inh-caps -all)
  read -r least most </proc/sys/net/ipv4/ping_group_range
  if [ "$(id -u)" != 0 ] || [ "$least" -le 65534 ] && [ "$most" -ge 65534 ]; then return 0; fi
  "${nobody[@]}" test -x "$JAGA" || return 0
  cd /
  status 1 env HOME=/nonexistent "${nobody[@]}" "$JAGA" doctor
  says 'sysctl -w net.ipv4.ping_group_range='
}

@test "what doctor says to do about ping can be typed as it stands" {
  unshare -n true 2>/dev/null || skip 'no right to make a network namespace'
  nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --inh-caps -all)
  "${nobody[@]}" test -x "$JAGA" || skip 'nobody else can run this jaga'
  # A namespace of its own, in which nobody may ping at first; jaga.conf stands for the file in /etc/sysctl.d/.
  cat >try <<'T'
cd /
remedy=$(as_nobody doctor --json | sed -n 's/.*"may not send pings", "mend": "\(.*\)"}$/\1/p')
[ -n "$remedy" ]
now=${remedy#as root: } now=${now%%; for the next boot too: *}
later=${remedy##*; for the next boot too: }
sh -c "$now"
as_nobody doctor --json | grep -q '"icmp", "state": "ok"'
sysctl -qw net.ipv4.ping_group_range='1 0'
as_nobody doctor --json | grep -q '"icmp", "state": "bad"'
sh -c "$(printf '%s' "$later" | sed "s,/etc/sysctl.d/[^ ]*,$conf,")"
sysctl -q -p "$conf"
as_nobody doctor --json | grep -q '"icmp", "state": "ok"'
T
  { printf 'set -eu\nconf=%q\nas_nobody() { HOME=/nonexistent %s %q "$@" || [ $? = 1 ]; }\n' "$PWD/jaga.conf" "${nobody[*]}" "$JAGA"; cat try; } >run-it
  status 0 unshare -n sh run-it
}

@test "what doctor says to do about the clock fits what sets it here" {
  mkdir bin
  clock() { # clock PROPERTIES: what doctor says where timedatectl says these
    printf '#!/bin/sh\nprintf "%%s\\n" %s\n' "$1" >bin/timedatectl
    chmod +x bin/timedatectl
    run env PATH="$PWD/bin:$PATH" "$JAGA" doctor
  }
  clock 'NTP=yes CanNTP=yes NTPSynchronized=yes'
  says ', synchronised'
  clock 'NTP=no CanNTP=yes NTPSynchronized=no'
  says 'hint: as root: timedatectl set-ntp true'
  clock 'NTP=no CanNTP=no NTPSynchronized=no'
  says 'hint: as root: apt-get install systemd-timesyncd'
  clock 'NTP=yes CanNTP=yes NTPSynchronized=no'
  says 'hint: NTP is enabled but has not reached a server yet'
}

@test "a broken file of the directory is a finding" {
  jaga init -q .
  printf 'hosts: [\n' >hosts.yaml
  status 1 jaga doctor
  says 'hosts.yaml'
}

@test "what is wrong with a plan of the office is named with its line and column" {
  office
  mkdir plans
  printf 'format: jaga/plan@1\ntitle: {id: a, en: b}\nrun: ssh\ncommands:\n  - {title: {id: a, en: b}, script: x, colour: red}\n' >plans/bad.yaml
  printf 'format: jaga/plan@1\ntitle: {id: a, en: b}\nrun: local\ncommands:\n  - {title: {id: a, en: b}, script: x, reboot: true}\n' >plans/restart.yaml
  status 1 as staff doctor
  says "plans/bad.yaml:5:40: unknown key 'colour'"
  says 'plans/restart.yaml:5:'
  says 'only a plan that runs over ssh can restart its target'
}

# slip PLACE TEXT MEND SED: a sound plan that SED spoils is refused there, with this message and what mends it
slip() {
  sed "$4" >plans/slip.yaml <<'P'
format: "jaga/plan@1"
title: {id: "Muat ulang", en: "Reload"}
run: "ssh"
parameters:
  - {name: "test", type: "choice", choices: ["yes", "no"], default: "yes"}
  - {name: "keep", type: "integer", least: 1, most: 30, default: "5"}
commands:
  - title: {id: "Muat ulang", en: "Reload"}
    arguments: [{parameter: "test"}, {parameter: "keep"}]
    sudo: true
    expect: [0]
    script: |
      [ "$1" = no ] || nginx -t || exit 1
      exec systemctl reload nginx
after:
  - {check: "tcp", object: "443"}
P
  status 1 jaga --lang en doctor
  says "plans/slip.yaml:$1: $2"
  says "hint: $3"
}

@test "what people get wrong in a plan by hand is named with what mends it" {
  jaga init -q .
  mkdir plans
  slip 2:8 'a title requires both languages' 'write it as {id: "...", en: "..."}' 's/^title: .*/title: "Reload"/'
  slip 2:8 'a title requires both languages' 'write it as {id: "...", en: "..."}' 's/^title: .*/title: {en: "Reload"}/'
  slip 5:12 "a parameter of type choice requires 'choices'" 'write them as choices:' 's/choices: \["yes", "no"\], //'
  slip 6:5 "unused parameter 'keep'" 'write {parameter: keep}' 's/, {parameter: "keep"}//'
  slip 7:1 "unknown key 'command'" "did you mean 'commands'?" 's/^commands:/command:/'
  slip 9:5 "unknown key 'args'" 'known names: title, script, arguments,' 's/arguments:/args:/'
  for word in '$keep' '${keep}' '{{ keep }}' '<keep>'; do
    slip 9:38 "'$word' is not filled in" 'write {parameter: keep}' "s/{parameter: \"keep\"}/\"$word\"/"
  done
  slip 9:16 "'arguments' is not a list" 'write it as [one, two]' 's/arguments: .*/arguments: "$1"/'
  slip 9:18 "'environment' is not a map" 'write it as {NAME: "value"}' 's/arguments: .*/environment: ["A=1"]/'
  slip 10:11 "'sudo' must be true or false" 'write true or false' 's/sudo: true/sudo: yes/'
  slip 10:1 'a no-break space (U+00A0) in or beside' 'write a plain space' $'s/^    sudo/\xc2\xa0   sudo/'
  slip 4:11 "not YAML: illegal map value" "line 3 has no key: write a space after ':'" 's/^run: /run:/'
  slip 13:22 'not YAML: unexpected character in block scalar' "quote a text that begins with '|'" 's/script: |/script:/'
  slip 12:13 'scripts are run by sh' 'write it for sh without that line' 's/^      \[/      #!\/bin\/bash\n      [/'
  slip 12:13 'scripts are run by sh, but the first line names another interpreter' "write it for sh without that line ('set -e' for its -e)" 's/^      \[/      #!\/bin\/sh -e\n      [/'
  slip 12:13 'sh cannot parse the script: ' 'line numbers count from the beginning' 's/exec systemctl/if systemctl/'
  slip 16:5 "unknown kind of check 'tpc'" "did you mean 'tcp'?" 's/"tcp"/"tpc"/'
  slip 16:5 "'tcp' requires an object" 'write it as {check: "tcp", object: "443"}' 's/, object: "443"//'
  slip 16:5 "invalid check 'tcp:443'" 'write it as {check: "tcp", object: "443"}' 's/{check: "tcp", object: "443"}/"tcp:443"/'
  mv plans/slip.yaml plans/slip.yml
  status 1 jaga --lang en doctor
  says "'plans/slip.yml' is not a plan"
  says 'hint: a plan must be named NAME.yaml'
}

# wrong PLACE TEXT LINE...: a plan of these lines is refused there, with this message
wrong() {
  local place=$1 text=$2
  shift 2
  printf '%s\n' 'format: "jaga/plan@1"' 'title: {id: "a", en: "b"}' "$@" >plans/wrong.yaml
  status 1 jaga --lang en doctor
  says "plans/wrong.yaml:$place: $text"
}

@test "each mistake in a plan, with line and column" {
  jaga init -q .
  mkdir plans
  command='  - {title: {id: "a", en: "b"}, script: "true"'
  wrong 3:6 "invalid value for 'run': 'shh'" 'run: "shh"' 'commands:' "$command}"
  wrong 5:49 "unknown key 'sudoo'" 'run: "ssh"' 'commands:' "$command, sudoo: true}"
  wrong 5:55 "'sudo' must be true or false" 'run: "ssh"' 'commands:' "$command, sudo: \"yes\"}"
  wrong 5:58 "'timeout' is not a duration" 'run: "ssh"' 'commands:' "$command, timeout: \"5 minutes\"}"
  wrong 5:58 "a command requires a time limit" 'run: "ssh"' 'commands:' "$command, timeout: \"0s\"}"
  wrong 5:58 "256 is not between 0 and 125" 'run: "ssh"' 'commands:' "$command, expect: [256]}"
  wrong 5:57 "a command requires an exit code that means success" 'run: "ssh"' 'commands:' "$command, expect: []}"
  wrong 5:61 "'repeatable' must be true or false" 'run: "ssh"' 'commands:' "$command, repeatable: maybe}"
  wrong 5:73 "unknown parameter 'x'" 'run: "ssh"' 'commands:' "$command, arguments: [{parameter: \"x\"}]}"
  wrong 5:63 "invalid variable name: 'A-B'" 'run: "ssh"' 'commands:' "$command, environment: {\"A-B\": \"x\"}}"
  wrong 3:12 "'emergency' must be true or false" 'emergency: "now"' 'run: "ssh"' 'commands:' "$command}"
  wrong 5:12 "an integer requires 'least' and 'most'" 'run: "ssh"' 'parameters:' '  - {name: "n", type: "integer"}' 'commands:' "$command}"
  wrong 6:5 "duplicate parameter 'n'" 'run: "ssh"' 'parameters:' '  - {name: "n", type: "text"}' \
    '  - {name: "n", type: "path"}' 'commands:' "$command}"
  wrong 5:40 "invalid value for 'p': 'etc' (expected an absolute path without '..')" 'run: "ssh"' 'parameters:' '  - {name: "p", type: "path", default: "etc"}' 'commands:' "$command}"
  wrong 6:33 "a check with 'known' requires an object" 'run: "ssh"' 'commands:' "$command}" 'before: [{check: "disk", known: true}]'
  wrong 3:8 "only a plan that runs commands can have files" 'files: ["x"]' 'run: "manual"'
  wrong 1:1 "missing key 'commands'" 'run: "ssh"'
  rm plans/wrong.yaml
  status 1 jaga doctor # there is no key here
  case $output in *plans/*) false ;; esac
}

@test "what is wrong with a rule of the office's own, with line and column" {
  jaga init -q .
  mkdir rules
  cat >rules/slow-port.yaml <<'END'
format: "jaga/rule@1"
title: {id: "Lambat", en: "Slow"}
class: "service"
severity: "warning"
required:
  - {checks: ["tcp"], facts: [{fact: "connect_ms", at_least: 100}]}
remedy: {id: "Lihat.", en: "Look."}
cases:
  - {title: "slow", fault: true, object: "80", results: [{check: "tcp", object: "80", state: "ok", facts: {connect_us: 500000}}]}
END
  status 1 jaga --lang en doctor
  says "rules/slow-port.yaml:6:31: 'slow-port' uses 'connect_ms'"
  says "rules/slow-port.yaml:9:5: the test 'slow' of 'slow-port' does not give the expected result"
  says "needs a test under 'cases' with 'fault: false'"
  sed -i 's/connect_ms/connect_us/; s/at_least: 100/at_least: 100000/' rules/slow-port.yaml
  echo '  - {title: "fast", fault: false, results: [{check: "tcp", object: "80", state: "ok", facts: {connect_us: 5}}]}' >>rules/slow-port.yaml
  run "$JAGA" --lang en doctor
  says "1 rule of this office"
}

# next ARGUMENT...: the lines of doctor that say what comes next.
next() { "$JAGA" --lang en "$@" doctor 2>&1 | sed -n 's/^next: //p; /^everything is set up/p'; }

@test "doctor ends with what to do next, in the order in which a directory is set up" {
  make_key staff
  mkdir ../new
  [ "$(cd ../new && next)" = 'create a working directory: jaga init' ]
  jaga init -q ../begun
  [ "$(cd ../begun && next)" = 'add your hosts: jaga host add NAME ADDRESS
register the first person: jaga person add ID --role ROLE' ]
  cd ../begun
  as staff person add staff -q --role staff >/dev/null
  jaga host add -q web01 127.0.0.1 --check tcp:1 --check ssh >/dev/null
  [ "$(next --key "$KEYS/staff")" = 'register somebody with the role Head of the Network and Data Centre Section: jaga person add ID --role section_head --key FILE.pub
register somebody with the role Head of the Infrastructure Division: jaga person add ID --role division_head --key FILE.pub
pin the identity of web01: jaga host trust web01
measure your hosts: jaga monitor' ]
  for n in 2 3 4; do jaga host add -q "web0$n" 127.0.0.1 --check ssh >/dev/null; done
  next | grep -x 'pin the identity of 4 hosts: jaga host trust'
}

@test "doctor: failures that were not analyzed, then the reader's steps, then nothing" {
  office
  need_machine_id
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n' >hosts.yaml
  as staff monitor -q >/dev/null || [ $? = 2 ]
  [ "$(next --key "$KEYS/staff")" = 'the latest round found failures: jaga analyze' ]
  as staff analyze -q >/dev/null
  id=$(basename incidents/*/*/)
  next --key "$KEYS/staff" | grep -x 'everything is set up; last round: [0-9ms ]* ago (20.*)'
  next --key "$KEYS/section-head" | grep -x "web01, .*: jaga approve $id"
  [ "$(next --as section-head)" = "$(next --key "$KEYS/section-head")" ]
  need jq
  as section-head --lang en doctor --json | jq -se --arg id "$id" 'last == {about: "next", state: "next", what: last.what, mend: "jaga approve \($id)"}' >/dev/null
  as division-head --lang en doctor --json | jq -se 'last | .about == "next" and .state == "ok" and .mend == ""' >/dev/null
  sed -i 's/^warning:.*/warning: "other"/' sop.yaml
  next --key "$KEYS/staff" | grep -x 'adopt the edited sop.yaml: jaga adopt'
  # Files that are wrong are named, and nothing comes next before they are mended.
  printf 'hosts: [\n' >hosts.yaml
  [ -z "$(next)" ]
}
