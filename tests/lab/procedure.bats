#!/usr/bin/env bats
# The whole procedure over the lab: real probes, real signatures, real repairs over SSH. Run by with-lab,
# with JAGA naming the program under test. Each test has a working directory of its own.

bats_require_minimum_version 1.5.0

# shellcheck disable=SC2154,SC2034  # output is bats'; staff_agent is for `as`

load office
setup_file() { people staff section-head division-head; }
setup() { new_office; }

teardown() {
  if [ -n "${SSH_AGENT_PID-}" ]; then kill "$SSH_AGENT_PID"; fi
  "$LAB" mend all
}

incidents() { find incidents -mindepth 2 -maxdepth 2 2>/dev/null | wc -l; }

due() { # due STEP: in the only incident
  run -0 as staff status
  [ "$(awk 'NR == 2 { print $2 }' <<<"$output")" = "$1" ]
}

disk_incident() { # an incident about the full disk of web01
  "$LAB" break fill-disk web01
  run -2 as staff monitor
  run -0 as staff analyze
}

@test "a full disk: from the round to the archive, the division head in another folder" {
  run -0 as staff monitor
  [ "$(grep -c ' ok ' <<<"$output")" = 5 ]
  run -0 as staff analyze
  [[ $output == *"no fault"* ]]

  "$LAB" break fill-disk web01
  run -2 as staff monitor
  grep -E '^web01 +critical +disk:/var/log: ' <<<"$output"
  run -0 as staff analyze
  [[ $output == *"web01: Disk is full /var/log"*"plan: clean-disk"*", new"* ]]
  run -0 as staff analyze
  [[ $output == *"already open"* ]]
  [ "$(incidents)" = 1 ]

  run -77 as staff repair web01
  [[ $output == *"the next step is 'approve'"* ]]
  run -77 as staff approve web01 --yes
  run -0 as section-head approve web01 --yes
  [[ $output == *"clean-disk"*"jaga-repair@10.77.0.11"*"machine-id"* ]]
  run -77 as section-head repair web01
  run -0 as staff repair web01 --dry-run
  [[ $("$LAB" list) != *"(repaired)"* ]]
  run -0 as staff repair web01
  [[ $output == *"journal: freed "*"web01 disk:/var/log: ok"*done* ]]
  [[ $("$LAB" list) == *"fill-disk web01   (repaired)"* ]]
  run -77 as staff repair web01
  run -77 as staff verify web01 --yes
  run -0 as section-head verify web01 --yes
  [[ $output == *"critical"*"after,"*"ok"* ]]
  run -77 as section-head accept web01 --yes

  elsewhere=$BATS_TEST_TMPDIR/elsewhere
  run -0 as staff accept web01 --as division-head --request "$elsewhere"
  line=$(sed -n 's/^ *\(ssh-keygen .*\)/\1/p' "$elsewhere/README.txt")
  [[ $output == *"$line"* ]]
  run -77 as staff import "$elsewhere"
  due accept
  (cd "$elsewhere" && HOME=$PEOPLE/division-head sh -c "$line")
  run -0 as staff import "$elsewhere"
  run -77 as staff import "$elsewhere"

  run -0 as staff archive web01 --no-part
  run -0 as staff status
  [[ $output == *"no open incidents"* ]]
  run -0 as staff seal
  sound
  run -0 as staff audit archive/*/
  (cd archive/*/ && sha256sum --quiet -c manifest-sha256.txt)

  # And not sound, both ways, once a record has another byte.
  file=$(find incidents -name '0003-approve.*.yaml')
  chmod u+w "$file"
  sed -i 's/person: "section-head"/person: "section-heaD"/' "$file"
  run -1 as staff audit
  run -1 sh "$BATS_TEST_TMPDIR/check.sh" .
}

@test "a rejection at each of the three decisions, and how it continues; staff's key is in an agent" {
  eval "$(ssh-agent -s 3>&-)" >/dev/null # ended by teardown
  ssh-add -q "$PEOPLE/staff/.ssh/id_ed25519"
  staff_agent=$SSH_AUTH_SOCK
  unset SSH_AUTH_SOCK

  disk_incident
  run -64 as section-head reject web01 --yes
  run -0 as section-head reject web01 --yes -m 'keep the logs of a week only'
  due analyze
  run -77 as section-head approve web01 --yes
  run -0 as staff analyze web01 --plan clean-disk -p mount=/var/log -p days=7 -m 'a week'
  due approve
  run -0 as section-head approve web01 --yes
  [[ $output == *"changes since the previous attempt"*"7"* ]]
  run -0 as staff repair web01

  run -0 as section-head reject web01 --yes -m 'run it once more, then look'
  due repair
  run -77 as section-head verify web01 --yes
  run -0 as staff repair web01
  run -0 as section-head verify web01 --yes

  run -0 as division-head reject web01 --yes -m 'measure it again first'
  due verify
  # Who may not log in there is told why nothing was measured.
  run as section-head monitor --incident web01
  [[ $output == *'unknown, not measured: '* ]]
  run -0 as staff monitor --incident web01
  run -0 as section-head verify web01 --yes
  run -0 as division-head accept web01 --yes
  run -0 as staff archive web01 --no-part
  sound
}

# bats test_tags=long
@test "a failed unit is restarted; the port that it serves is not a fault of its own" {
  "$LAB" break fail-unit web01 web
  run -2 as staff monitor
  [[ $output == *"tcp:80: connection refused"* ]]
  run -0 as staff analyze
  [[ $output == *"web01: Unit failed web.service"*"web01 tcp:80: connection refused"*"plan: restart-unit"* ]]
  [ "$(incidents)" = 1 ]
  run -0 as section-head approve web01 --yes
  run -0 as staff repair web01
  [[ $output == *"active for 5 s"*"web01 tcp:80: ok"*done* ]]
  run -0 as section-head verify web01 --yes
  run -0 as division-head accept web01 --yes
  run -0 as staff archive web01 --no-part
  sound
}

# A service that is down, restarted by its plan before anybody has approved that.
emergency() {
  "$LAB" break fail-unit web01 web
  run -2 as staff monitor
  run -0 as staff analyze
  [[ $output == *"plan: restart-unit"* ]]
  run -64 as staff repair web01 --emergency
  run -77 as section-head repair web01 --emergency -m 'the shop is open'
  [[ $("$LAB" list) != *"(repaired)"* ]]
  run -0 as staff repair web01 --emergency -m 'the shop is open'
  [[ $output == *"web01 tcp:80: ok"*done* ]]
  [[ $("$LAB" list) == *"fail-unit web01 web   (repaired)"* ]]
  due approve
}
shut() { # until TEXT
  run -77 as section-head verify web01 --yes
  [[ $output == *"$1"* ]]
  run -77 as division-head accept web01 --yes
  [[ $output == *"$1"* ]]
  run -77 as staff archive web01 --no-part
  [[ $output == *"$1"* ]]
}

# bats test_tags=long
@test "an emergency repair, ratified: nothing goes on before that" {
  emergency
  shut 'ratify or reject the emergency repair'
  run -77 as section-head withdraw web01 --outcome recovered --yes -m 'it is well'
  run -77 as staff approve web01 --yes
  run -0 as section-head approve web01 --yes
  [[ $output == *"the shop is open"* ]]
  due verify
  run -0 as section-head verify web01 --yes
  run -0 as division-head accept web01 --yes
  run -0 as staff archive web01 --no-part
  sound
}

# bats test_tags=long
@test "an emergency repair, rejected: another pass, with its approval first" {
  emergency
  run -77 as staff reject web01 --yes -m 'mine'
  run -0 as section-head reject web01 --yes -m 'by the usual way, please'
  due analyze
  shut "the next step is 'analyze'"
  run -0 as staff analyze web01 -m 'once more, to be sure'
  run -77 as staff repair web01
  [[ $output == *"the next step is 'approve'"* ]]
  run -0 as section-head approve web01 --yes
  run -0 as staff repair web01
  run -0 as section-head verify web01 --yes
  run -0 as division-head accept web01 --yes
  run -0 as staff archive web01 --no-part
  sound
}

# bats test_tags=long
@test "a restart that fails: resumed, completed manually, or given to the vendor" {
  "$LAB" break broken-unit web01 web
  "$LAB" break broken-unit web02 web
  "$LAB" break broken-unit db01 db
  run -2 as staff monitor
  run -0 as staff analyze
  [ "$(incidents)" = 3 ]
  for host in web01 web02 db01; do
    run -0 as section-head approve "$host" --yes
    run -1 as staff repair "$host"
    [[ $output == *"$host 2. "*"exit 1"*failed*"command 2 on '$host' exited with 1"* ]]
    [[ $output != *"$host 3. "* ]]
    run -77 as section-head verify "$host" --yes
  done

  # The cause is fixed, the run resumes with the command that failed.
  "$LAB" exec web01 rm /run/lab-units/web.service.broken
  run -0 as staff repair web01 --resume
  [[ $output != *"web01 1. "* ]]
  [[ $output == *"web01 2. "*"web01 3. "*done* ]]

  "$LAB" mend broken-unit web02 web
  run -0 as staff repair web02 --by-hand --part S123=S987 -m 'memory module replaced'
  [[ $output == *"web02 tcp:80: ok"* ]]

  run -0 as staff repair db01 --vendor 'The vendor' -m 'does not start'
  run -77 as section-head verify db01 --yes
  "$LAB" mend broken-unit db01 db
  echo 'work order' >"$BATS_TEST_TMPDIR/order.txt"
  arrived=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  left=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  run -0 as staff repair db01 --vendor-reply --technician 'A technician' --arrived "$arrived" --left "$left" \
    --letter "$BATS_TEST_TMPDIR/order.txt" --part A1=B2 -m 'disk controller replaced'

  for host in web01 web02 db01; do
    run -0 as section-head verify "$host" --yes
    run -0 as division-head accept "$host" --yes
  done
  run -0 as staff archive web01 --no-part
  run -64 as staff archive web02
  run -0 as staff archive web02 --part-destroyed
  run -0 as staff archive db01 --part-returned 'The vendor'
  sound
}

# bats test_tags=long
@test "the switch is cut: one root, symptoms folded, recovery told" {
  run -0 as staff monitor
  "$LAB" break cut-switch
  run -2 as staff monitor
  run -0 as staff analyze
  [[ $output == *"sw-core: Host is down (9 symptoms)"*"~ db01 ssh, unreachable because of it"*"~ web01 icmp"*"~ web02 tcp:80"* ]]
  [ "$(incidents)" = 1 ]
  run -2 as staff monitor
  run -0 as staff analyze
  [[ $output == *"already open"* ]]
  [ "$(incidents)" = 1 ]
  "$LAB" mend cut-switch
  run -0 as staff monitor
  run -0 as staff analyze
  [[ $output == *"sw-core: Host is down: recovered without repair"*"withdraw"*"--outcome recovered"* ]]
  run -0 as section-head withdraw sw-core --outcome recovered --yes -m 'somebody put the cable back'
  run -77 as section-head withdraw sw-core --outcome recovered --yes -m 'the same'
  run -0 as division-head withdraw sw-core --outcome recovered --yes -m 'seen'
  run -0 as staff status
  [[ $output == *"no open incidents"* ]]
  sound
}

@test "a host that is another since the approval is not repaired, and the refusal names how" {
  disk_incident
  run -0 as section-head approve web01 --yes
  "$LAB" break change-host-key web01
  run -77 as staff repair web01
  [[ $output == *"'web01' has changed since the approval: its host key"* ]]
  "$LAB" mend change-host-key web01
  "$LAB" break change-machine-id web01
  run -77 as staff repair web01
  [[ $output == *"'web01' has changed since the approval: its machine-id"* ]]
  "$LAB" mend change-machine-id web01
  "$LAB" break stop-sshd web01
  run -69 as staff repair web01
  [[ $output == *"cannot examine 'web01'"*"nothing was run on any target"* ]]
  "$LAB" mend stop-sshd web01
  [[ $("$LAB" list) != *"(repaired)"* ]]
  due repair
  run -0 as staff repair web01
  sound
}

# No folder can be made in it any more.
full() { # full FOLDER: of web01
  inside web01 'mkdir -p "$1"; mount -t tmpfs -o nr_inodes=1,size=4k,mode=755,uid=27702,gid=27702 full "$1"' "$1"
}

# bats test_tags=long
@test "where the login's home is full the mark lies elsewhere, and a second clone sees it there" {
  disk_incident
  # With a file that its commands use.
  mkdir -p plans/helped.files
  echo 'rm -f /var/log/journal/*/*.journal' >plans/helped.files/free.sh
  cat >plans/helped.yaml <<'P'
format: "jaga/plan@1"
title: {id: "Kosongkan", en: "Free it"}
run: "ssh"
files: ["free.sh"]
commands:
  - title: {id: "Kosongkan", en: "Free it"}
    sudo: true
    script: |
      echo "$JAGA_FILES"
      exec sh "$JAGA_FILES/free.sh"
P
  run -0 as staff analyze web01 --plan helped -m 'by its own script'
  run -0 as section-head approve web01 --yes
  cp -a "$OFFICE" "$BATS_TEST_TMPDIR/other"
  full /home/jaga-repair
  full /dev/shm
  inside web01 'mkdir -p /run/user'
  full /run/user/27702
  run -1 as staff repair web01
  [[ $output == *"cannot create the marker file of the run on 'web01': no place takes it"* ]]
  inside web01 'umount /dev/shm'
  run -0 as staff repair web01 --resume
  [[ $output == *"/dev/shm/.jaga-runs/"*"web01 disk:/var/log: ok"* ]]
  grep -q 'mark: "/dev/shm/.jaga-runs"' incidents/*/*/*-command-start.*.yaml
  [ -z "$("$LAB" exec web01 find /dev/shm -name free.sh)" ]
  sound
  cd "$BATS_TEST_TMPDIR/other"
  run -77 as staff repair web01
  [[ $output == *"this run was already executed on 'web01'"* ]]
  cd "$OFFICE"
  inside web01 'umount /home/jaga-repair /run/user/27702; rm -rf /dev/shm/.jaga-runs'
}

verdicts() { # "HOST TYPE OBJECT", a line a root
  run -0 as staff analyze -n --json
  printf '%s\n' "$output" |
    grep '^{' | jq -r '"\(.host) \(.fault) \(.object)"' | sort
}

# bats test_tags=long
@test "every break has its verdict, and nothing else has one" {
  "$LAB" break stop-sshd web01
  "$LAB" break silent-banner web02
  "$LAB" break deny-login db01
  "$LAB" break change-host-key gw01
  # A login that hangs is confirmed by the next rounds.
  for _ in 1 2 3; do run -2 as staff monitor; done
  diff <(verdicts) - <<'END'
db01 auth-failure 
gw01 host-key-changed 
web01 service-down 22
web02 service-hung 22
END
  "$LAB" mend all

  "$LAB" break overload web01
  "$LAB" break low-memory web02
  "$LAB" break fail-unit db01 cron
  "$LAB" break filter-tcp gw01
  for _ in 1 2 3; do run -2 as staff monitor; done
  diff <(verdicts) - <<'END'
db01 failed-unit cron.service
gw01 filtered 22
web01 overload 
web02 memory-pressure 
END
  "$LAB" mend all

  "$LAB" break down db01
  "$LAB" break change-machine-id web01
  "$LAB" break filter-icmp web02
  run -2 as staff monitor
  diff <(verdicts) - <<'END'
db01 host-down 
web01 host-key-changed 
web02 packet-loss 
END
}
