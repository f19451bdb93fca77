#!/usr/bin/env bats
# Each way in which signing can fail says what mends it.
load helpers
setup() {
  setup_folder
  office
  as staff open web01 -q -m slow >id
}
teardown() { [ -z "${SSH_AGENT_PID-}" ] || kill "$SSH_AGENT_PID"; }

locked_key() { # the staff's key gets a passphrase
  ssh-keygen -q -p -P '' -N secret -f "$KEYS/staff" >/dev/null
}
asker() { # asker TEXT: SSH_ASKPASS is a program that answers it
  printf '#!/bin/sh\necho %s\n' "$1" >"$BATS_TEST_TMPDIR/ask"
  chmod +x "$BATS_TEST_TMPDIR/ask"
  export SSH_ASKPASS="$BATS_TEST_TMPDIR/ask"
}
# stand_in TEXT: an ssh-keygen that signs nothing, and says TEXT instead; all else is the real one's.
stand_in() {
  mkdir -p bin
  cat >bin/ssh-keygen <<END
#!/bin/sh
[ "\$2" = sign ] || exec $(command -v ssh-keygen) "\$@"
echo '$1' >&2
exit 255
END
  chmod +x bin/ssh-keygen
  PATH="$PWD/bin:$PATH"
}
guard() { # somebody with a key that is signed with by ssh-keygen only
  ssh-keygen -q -t ecdsa -m PEM -N '' -C guard -f "$KEYS/guard"
  as staff person add guard -q --role staff --key "$KEYS/guard.pub" >/dev/null
}
nothing_written() { [ "$(ls incidents/*/*/notes 2>/dev/null | grep -c 'yaml$')" = "${1-0}" ]; }

@test "a locked key without an agent, and with one that does not hold it" {
  locked_key
  status 77 as staff note web01 -m x
  says "the key '$KEYS/staff' has a passphrase and no agent is running"
  says "hint: eval \"\$(ssh-agent)\" && ssh-add '$KEYS/staff'"
  eval "$(ssh-agent)" >/dev/null
  status 77 as staff note web01 -m x
  says "the key '$KEYS/staff' has a passphrase"
  says "hint: ssh-add '$KEYS/staff'"
  nothing_written
  # The command of the hint mends it.
  asker secret
  DISPLAY=none SSH_ASKPASS_REQUIRE=force ssh-add "$KEYS/staff" 2>/dev/null </dev/null
  unset SSH_ASKPASS
  status 0 as staff note web01 -m x
  nothing_written 1
}

@test "SSH_ASKPASS is asked where there is one" {
  locked_key
  asker secret
  status 0 as staff note web01 -m x
  asker wrong
  status 77 as staff note web01 -m x
  says "cannot unlock the key '$KEYS/staff': no correct passphrase was given"
  says "ssh-add '$KEYS/staff'"
  SSH_ASKPASS=/nonexistent/ask
  status 77 as staff note web01 -m x
  says "cannot run '/nonexistent/ask', which is set in SSH_ASKPASS"
  nothing_written 1
}

# typed TEXT COMMAND...: on a terminal, TEXT once a passphrase is asked for; what the terminal shows is in `screen`.
typed() {
  local text=$1 tries=0
  shift
  rm -f screen
  mkfifo keyboard
  script -qefc "$(printf '%q ' "$@")" screen <keyboard >/dev/null 2>&1 3>&- &
  exec 4>keyboard
  until grep -q 'passphrase' screen 2>/dev/null; do
    [ $((tries += 1)) -le 300 ] || { cat screen >&2; return 1; }
    kill -0 $! && sleep 0.1
  done
  printf '%b' "$text" >&4
  code=0
  wait $! || code=$?
  exec 4>&-
  rm keyboard
}

@test "on a terminal the passphrase is typed, and Ctrl-C there records nothing" {
  locked_key
  typed 'secret\n' "$JAGA" --key "$KEYS/staff" note web01 -m x
  [ "$code" = 0 ]
  nothing_written 1
  [ "$(grep -c secret screen)" = 0 ]
  typed 'wrong\n' "$JAGA" --key "$KEYS/staff" note web01 -m x
  [ "$code" = 77 ]
  grep -q "cannot unlock the key '$KEYS/staff': no correct passphrase was given" screen
  grep -q "ssh-add '$KEYS/staff'" screen
  typed '\0003' "$JAGA" --key "$KEYS/staff" note web01 -m x
  [ "$code" = 130 ]
  grep -q 'interrupted; nothing was recorded' screen
  nothing_written 1
  # The terminal is as it was: what is typed shows again.
  typed '\0003' sh -c 'trap : INT; "$0" --key "$1" note web01 -m x; stty -a' "$JAGA" "$KEYS/staff"
  grep -q ' echo ' screen
  # Without a terminal it is refused as before.
  status 77 as staff note web01 -m x
  says "has a passphrase"
}

@test "a program of that name in the working directory is not what asks" {
  locked_key
  printf '#!/bin/sh\ntouch ran\necho secret\n' >ssh-askpass
  chmod +x ssh-askpass
  status 77 as staff note web01 -m x
  [ ! -e ran ]
}

@test "a key file that others can read" {
  chmod 644 "$KEYS/staff"
  status 77 as staff note web01 -m x
  says "other users can read the key '$KEYS/staff'"
  says "hint: chmod 600 '$KEYS/staff'"
  chmod 600 "$KEYS/staff"
  status 0 as staff note web01 -m x
}

@test "no key at all, no key file, no ssh-keygen" {
  status 77 jaga note web01 -m x
  says "ssh-keygen -t ed25519"
  status 66 as nobody note web01 -m x
  says "cannot read the key '$KEYS/nobody'"
  guard
  PATH=/nonexistent status 77 "$JAGA" --key "$KEYS/guard" note web01 -m x
  says "cannot run 'ssh-keygen'"
  says 'install the package openssh-client'
  nothing_written
  status 0 as guard note web01 -m x
  nothing_written 1
}

@test "an unlocked key and an agent's key need no ssh-keygen, which believes their signatures" {
  PATH=/nonexistent status 0 "$JAGA" --key "$KEYS/staff" note web01 -m x
  guard
  eval "$(ssh-agent)" >/dev/null
  ssh-add -q "$KEYS/guard"
  PATH=/nonexistent status 0 "$JAGA" --key "$KEYS/guard.pub" note web01 -m x
  jaga person keys >allowed
  n=0
  for note in incidents/*/*/notes/*.yaml; do
    who=$(sed -n 's/^by: {person: "\([^"]*\)".*/\1/p' "$note")
    ssh-keygen -Y verify -f allowed -I "$who" -n jaga-record -s "$note.sig" <"$note"
    n=$((n + 1))
  done
  [ $n = 2 ]
}

@test "an agent that does not sign" {
  eval "$(ssh-agent)" >/dev/null
  ssh-add -q -c "$KEYS/staff" # each use has to be confirmed, and there is nobody to do it
  status 77 as staff note web01 -m x
  says 'the agent cannot sign with'
  says 'confirm its request'
  nothing_written
}

@test "a locked agent; a public key alone is not enough" {
  eval "$(ssh-agent)" >/dev/null
  ssh-add -q "$KEYS/staff"
  mv "$KEYS/staff" "$KEYS/away"
  asker open-sesame
  DISPLAY=none SSH_ASKPASS_REQUIRE=force ssh-add -x >/dev/null 2>&1 </dev/null || skip 'ssh-add -x wants a terminal here'
  unset SSH_ASKPASS
  status 77 jaga --key "$KEYS/staff.pub" note web01 -m x
  says 'of a key in the agent'
  nothing_written
  mv "$KEYS/away" "$KEYS/staff"
  status 0 as staff note web01 -m x
}

@test "an ssh-keygen that is too old" {
  guard
  stand_in 'unknown option -- Y'
  status 77 as guard note web01 -m x
  says 'this ssh-keygen cannot sign files'
  says 'install OpenSSH 8.9 or newer'
  nothing_written
}

@test "a signature that is none is not written" {
  mkdir -p bin
  printf '#!/bin/sh\n[ "$2" = sign ] || exec %s "$@"\necho nonsense\n' "$(command -v ssh-keygen)" >bin/ssh-keygen
  chmod +x bin/ssh-keygen
  guard
  PATH="$PWD/bin:$PATH" status 77 "$JAGA" --key "$KEYS/guard" note web01 -m x
  says 'does not verify'
  nothing_written
}

# wire: standard input as a string of the SSH wire format.
wire() {
  local size
  cat >"$BATS_TEST_TMPDIR/part"
  size=$(wc -c <"$BATS_TEST_TMPDIR/part")
  printf '%b' "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $((size >> 24)) $((size >> 16 & 255)) $((size >> 8 & 255)) $((size & 255)))"
  cat "$BATS_TEST_TMPDIR/part"
}
# token NAME: the two halves of a FIDO key whose device is not here.
token() {
  local type=sk-ssh-ed25519@openssh.com
  make_key point
  awk '{ print $2 }' "$KEYS/point.pub" | base64 -d | tail -c 32 >point
  { printf %s $type | wire && wire <point && printf ssh: | wire; } >blob
  printf '%s %s %s\n' $type "$(base64 -w0 blob)" "$1" >"$KEYS/$1.pub"
  {
    printf 'check123' | head -c 4
    printf 'check123' | head -c 4
    cat blob
    printf '\001'
    printf 'handle' | wire
    printf '' | wire
    printf %s "$1" | wire
  } >private
  n=0
  while [ $(($(wc -c <private) % 8)) != 0 ]; do n=$((n + 1)) && printf '%b' "$(printf '\\x%02x' $n)" >>private; done
  {
    printf 'openssh-key-v1\0'
    printf none | wire
    printf none | wire
    printf '' | wire
    printf '\0\0\0\001'
    wire <blob
    wire <private
  } >file
  { echo '-----BEGIN OPENSSH PRIVATE KEY-----' && base64 -w70 file && echo '-----END OPENSSH PRIVATE KEY-----'; } >"$KEYS/$1"
  chmod 600 "$KEYS/$1"
}

@test "a FIDO key whose device is not here" {
  token fido
  ssh-keygen -lf "$KEYS/fido" >/dev/null || skip 'this ssh-keygen knows no FIDO keys'
  as staff person add guard -q --role staff --key "$KEYS/fido.pub" >/dev/null
  status 77 as fido note web01 -m x
  says 'is not plugged in'
  says 'plug it in, and touch it'
  stand_in 'sign: device not found'
  status 77 as fido note web01 -m x
  says 'is not plugged in'
  nothing_written
}
