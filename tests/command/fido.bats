#!/usr/bin/env bats
# People whose keys are on FIDO tokens: those of tests/fido, by key file and by agent.
load helpers
load flow
load ../fido/fido
setup() {
  setup_folder
  tokens "$BATS_TEST_TMPDIR/tokens"
}
teardown() { [ -z "${SSH_AGENT_PID-}" ] || kill "$SSH_AGENT_PID"; }

# What `office` of helpers makes for each person; KIND: ed25519-sk or ecdsa-sk.
make_key() { token_key "$1" "$KEYS/$1" -t "${KIND-ed25519-sk}"; }

agent() { # one that may load the library
  eval "$(ssh-agent -P "$(realpath "$SSH_SK_PROVIDER")")" >/dev/null
}
held() { # held NAME: its key is in the agent alone
  ssh-add -q "$KEYS/$1"
  rm "$KEYS/$1"
}
as() { # as NAME COMMAND...: with the key of NAME, from its file or from the agent
  local key=$KEYS/$1
  shift
  [ -e "$key" ] || key=$key.pub
  "$JAGA" --key "$key" "$@"
}

# touched NAME COUNT COMMAND...: the command takes so many touches of that token.
touched() {
  local before
  before=$(touches "$1")
  status 0 "${@:3}"
  [ "$(($(touches "$1") - before))" = "$2" ] || {
    printf '%s touches instead of %s: %s\n' "$(($(touches "$1") - before))" "$2" "${*:3}" >&2
    return 1
  }
}

# The whole procedure, and what reads it afterwards.
procedure() {
  touched staff 1 as staff open web01 -m slow
  touched staff 1 as staff analyze web01 --plan manual -p task='change the cable' --fault unknown -m 'by hand'
  touched section-head 1 as section-head approve web01 --yes
  says 'touch the security key'
  touched staff 2 as staff repair web01 --by-hand -m 'cable replaced'
  touched section-head 1 as section-head verify web01 --yes --override 'nothing measures it'
  touched division-head 1 as division-head accept web01 --yes
  touched staff 3 as staff archive web01 --no-part
  status 0 jaga audit
  says sound
  status 0 jaga show "$(ls incidents/*)"
  says "done"
  jaga audit --script >check
  status 0 sh check .
}

# As an auditor who has OpenSSH alone.
keygen_verifies() { # keygen_verifies PERSON RECORD
  jaga person keys >signers
  ssh-keygen -Y verify -f signers -I "$1" -n jaga-record -s "$2.sig" <"$2"
}

nothing_written() { [ "$(ls incidents/*/*/notes 2>/dev/null | grep -c 'yaml$')" = "${1-0}" ]; }
refuses() { # refuses TEXT...: a note by staff is not written, and each TEXT is said
  status 77 as staff note web01 -m x
  local text
  for text; do says "$text"; done
  nothing_written "${written-0}"
}
noted() { # noted COUNT: a note by staff is written; there are so many by now
  status 0 as staff note web01 -m x
  nothing_written "$1"
}

@test "the procedure with ed25519-sk keys in files" {
  office
  procedure
  status 0 keygen_verifies section-head incidents/*/*/0003-approve.*.yaml
  says 'Good "jaga-record" signature for section-head with ED25519-SK key'
  status 255 keygen_verifies staff incidents/*/*/0003-approve.*.yaml
}

# bats test_tags=long
@test "the procedure with ecdsa-sk keys in files" {
  KIND=ecdsa-sk office
  procedure
  status 0 keygen_verifies section-head incidents/*/*/0003-approve.*.yaml
  says 'Good "jaga-record" signature for section-head with ECDSA-SK key'
}

@test "the procedure with keys that an agent holds" {
  agent
  local name
  for name in staff section-head division-head; do
    KIND=ecdsa-sk
    [ $name = section-head ] || KIND=ed25519-sk
    make_key $name
    held $name
  done
  make_key() { :; }
  office
  procedure
  # Who is not named is found by the key in the agent.
  ssh-add -q -d "$KEYS/section-head.pub" "$KEYS/division-head.pub"
  touched staff 1 jaga open web01 -m again
}

@test "a repair takes one touch, however many records it writes" {
  office
  here_with many <<'P'
commands:
  - title: {id: "Satu", en: "One"}
    script: "true\n"
  - title: {id: "Dua", en: "Two"}
    script: "true\n"
  - title: {id: "Tiga", en: "Three"}
    script: "true\n"
P
  as section-head approve here -q --yes >/dev/null
  touched staff 1 as staff repair here
  says 'touch the security key'
  [ "$(ls incidents/*/*/*.yaml | grep -cE 'repair-start|command-start|command-end|repair-end')" = 8 ]
  status 0 jaga audit
}

@test "the signer is told to touch the key, except with --quiet" {
  office
  status 0 as staff open web01 -m slow
  says 'touch the security key'
  status 0 as staff person change division-head --name 'Division head'
  says 'touch the security key'
  status 0 as staff note web01 -q -m x
  case $output in *touch*) return 1 ;; esac
  # It is printed before the touch: nothing else explains the wait.
  mood staff waits
  as staff note web01 -m x >said 2>&1 &
  blinks staff
  grep -q 'touch the security key' said
  nothing_written 1
  mood staff
  wait $!
  nothing_written 2
}

@test "each way in which a key file's token does not sign" {
  office
  as staff open web01 -q -m slow
  mood staff absent
  refuses 'is not plugged in' 'hint: plug it in, and touch it when it blinks'
  mood staff untouched
  refuses 'was not touched, or refuses to sign' 'touch it when it blinks'
  mood staff pin
  refuses 'requires its PIN, but ssh-keygen does not ask for it with this key' "ssh-add '$KEYS/staff'"
  mood staff unpresent
  refuses 'signs without a touch'
  mood staff garbles
  refuses 'does not verify'
  mood staff crashes
  refuses 'OpenSSH cannot use the security key'
  mood staff
  noted 1
  written=1
  SSH_SK_PROVIDER=/nonexistent/library.so refuses 'OpenSSH cannot use the security key' 'check SSH_SK_PROVIDER'
  SSH_SK_PROVIDER=/bin/sh refuses "provider /bin/sh is not an OpenSSH FIDO library"
  SSH_SK_HELPER=/nonexistent/helper refuses 'OpenSSH cannot use the security key'
  noted 2
}

# bats test_tags=long
@test "each way in which an agent's token does not sign" {
  office
  as staff open web01 -q -m slow
  agent
  held staff
  local name
  for name in absent untouched pin crashes; do
    mood staff $name
    refuses 'the agent got no signature from the security key' 'plug it in and touch it'
  done
  mood staff unpresent
  refuses 'signs without a touch'
  mood staff garbles
  refuses 'does not verify'
  mood staff
  noted 1
}

@test "Ctrl-C while the token waits for a touch" {
  office
  as staff open web01 -q -m slow
  mood staff waits
  # Ctrl-C is SIGINT to those in front; started in the background a shell would have it ignored.
  setsid env --default-signal=INT "$JAGA" --key "$KEYS/staff" note web01 -m x >said 2>&1 &
  blinks staff
  kill -INT $!
  local code=0
  wait $! || code=$?
  [ "$code" = 130 ]
  grep -q 'interrupted; nothing was recorded' said
  nothing_written
  mood staff
  noted 1
}

pin_key() { # the staff's key is one for which the token wants a PIN each time
  office
  echo 1234 >"$TOKENS/staff/pin"
  asker 1234
  SSH_ASKPASS_REQUIRE=force token_key staff "$KEYS/pin" -O verify-required
  unset SSH_ASKPASS
  as staff open web01 -q -m slow
  as staff person change staff -q --key "$KEYS/pin.pub" >/dev/null
  mv "$KEYS/pin" "$KEYS/staff"
  mv "$KEYS/pin.pub" "$KEYS/staff.pub"
}
asker() { # asker TEXT: SSH_ASKPASS is a program that answers it
  printf '#!/bin/sh\necho %s\n' "$1" >"$BATS_TEST_TMPDIR/ask"
  chmod +x "$BATS_TEST_TMPDIR/ask"
  export SSH_ASKPASS="$BATS_TEST_TMPDIR/ask"
}

@test "a PIN is asked for by SSH_ASKPASS, and never taken from what is signed" {
  pin_key
  refuses 'requires its PIN, but there is no way to ask for it here' 'set SSH_ASKPASS'
  asker 1234
  noted 1
  written=1
  asker 4321
  refuses 'rejected the PIN'
  # A passphrase of the file beside it: both are asked for, here with one answer.
  unset SSH_ASKPASS
  ssh-keygen -q -p -P '' -N 1234 -f "$KEYS/staff" >/dev/null
  refuses "the key '$KEYS/staff' has a passphrase"
  asker 1234
  noted 2
  written=2
  asker 4321
  refuses "cannot unlock the key '$KEYS/staff'"
}

@test "on a terminal the PIN is typed" {
  pin_key
  local code=0 tries=0
  mkfifo keyboard
  script -qefc "$(printf '%q ' "$JAGA" --key "$KEYS/staff" note web01 -m x)" screen <keyboard >/dev/null 2>&1 3>&- &
  exec 4>keyboard
  until grep -q 'PIN' screen 2>/dev/null; do
    [ $((tries += 1)) -le 300 ] || { cat screen >&2; return 1; }
    sleep 0.1
  done
  printf '1234\n' >&4
  wait $! || code=$?
  exec 4>&-
  [ "$code" = 0 ]
  nothing_written 1
  [ "$(grep -c 1234 screen)" = 0 ]
}

@test "an agent asks for the PIN by the SSH_ASKPASS that it was started with" {
  pin_key
  asker 1234
  export DISPLAY=none
  agent
  unset SSH_ASKPASS DISPLAY
  held staff
  noted 1
}

@test "a key that is not to be touched signs nothing" {
  office
  as staff open web01 -q -m slow
  token_key staff "$KEYS/idle" -O no-touch-required
  as staff person change staff -q --key "$KEYS/idle.pub" >/dev/null
  status 77 as idle note web01 -m x
  says 'signs without a touch'
  says 'create a key without -O no-touch-required'
  agent
  ssh-add -q "$KEYS/idle"
  status 77 as idle note web01 -m x
  says 'signs without a touch'
  nothing_written
  # A signature made with it outside jaga is not valid.
  touched staff 1 as staff note web01 -m x
  note=$(ls incidents/*/*/notes/*.yaml)
  chmod u+w "$note" "$note.sig"
  sed -i "s|^key: .*|key: \"$(ssh-keygen -lf "$KEYS/idle.pub" | cut -d' ' -f2)\"|" "$note"
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/idle" <"$note" >"$note.sig" 2>/dev/null
  status 0 keygen_verifies staff "$note"
  status 1 jaga audit
  says "${note##*/}"
  jaga audit --script >check
  status 1 sh check .
  says "$note: its signature is invalid"
  [ "$(grep -c 'its signature is invalid' <<<"$output")" = 1 ]
}

@test "a key that is kept on the token" {
  echo 1234 >pin && mkdir -p "$TOKENS/staff" && mv pin "$TOKENS/staff/pin"
  asker 1234
  export SSH_ASKPASS_REQUIRE=force
  make_key() { token_key "$1" "$KEYS/$1"; }
  token_key staff "$KEYS/resident" -O resident
  rm "$KEYS/resident" "$KEYS/resident.pub"
  mkdir found && cd found
  JAGA_TEST_TOKEN=$TOKENS/staff ssh-keygen -q -K -N '' >/dev/null
  cd ..
  mkdir -p "$HOME/.ssh"
  mv found/id_ed25519_sk_rk "$HOME/.ssh/id_ed25519_sk_rk"
  mv found/id_ed25519_sk_rk.pub "$HOME/.ssh/id_ed25519_sk_rk.pub"
  unset SSH_ASKPASS SSH_ASKPASS_REQUIRE
  status 0 jaga init --org 'Test office' --person staff --role staff
  status 0 jaga audit
}

@test "a security key is registered, listed, retired and held apart from others" {
  office
  KIND=ecdsa-sk make_key second
  touched staff 1 as staff person add deputy --role staff --key "$KEYS/second.pub"
  status 0 jaga person list
  says deputy
  status 0 jaga person keys
  says "sk-ecdsa-sha2-nistp256@openssh.com $(cut -d' ' -f2 "$KEYS/second.pub")"
  status 0 as second open web01 -m slow
  status 0 as staff person change deputy --retire "$(ssh-keygen -lf "$KEYS/second.pub" | cut -d' ' -f2)"
  status 77 as second note web01 -m x
  status 0 jaga audit
}

@test "a decision that is signed on another machine, with a touch" {
  office
  analysed
  as staff --as section-head approve web01 --request ../request -q >/dev/null
  mood section-head unpresent
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/section-head" ../request/record.yaml 2>/dev/null
  status 77 as staff import ../request
  says 'the signature of the request is invalid'
  rm ../request/record.yaml.sig
  mood section-head
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/section-head" ../request/record.yaml 2>/dev/null
  touched section-head 0 as staff import ../request
  status 0 jaga audit
}
