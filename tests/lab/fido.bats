#!/usr/bin/env bats
# Logging in on hosts with a key on a FIDO token (tests/fido): ssh itself does that. Run by with-lab; JAGA names the
# program.
# shellcheck disable=SC2154  # what work.bash sets

bats_require_minimum_version 1.5.0
load work
load ../fido/fido

setup_file() {
  work_folder
  JAGA=$(realpath "$JAGA")
  tokens "$WORK/tokens"
  export JAGA
  ssh-keygen -q -t ed25519 -N '' -C staff -f "$HOME/staff"
  token_key login "$HOME/login"
  token_key login "$HOME/login-ecdsa" -t ecdsa-sk
  cat "$HOME/login.pub" "$HOME/login-ecdsa.pub" >"$WORK/both.pub"
  "$LAB" authorize jaga "$WORK/both.pub"
  "$LAB" authorize jaga-repair "$WORK/both.pub"
  cd "$WORK/office" || return 1
  jaga init -q --org Lab --person staff --role staff >/dev/null
  printf 'defaults: {checks: [ssh: {timeout: "60s"}]}\nhosts:\n' >hosts.yaml
  local name n=11
  for name in web01 web02 db01; do printf '  - {name: "%s", address: "10.77.0.%s"}\n' $name $((n++)) >>hosts.yaml; done
  jaga host trust --yes >/dev/null
}
teardown_file() { remove_work; }

setup() {
  cd "$WORK/office" || return 1
  rm -rf "$HOME/.ssh"
  mkdir -m 700 "$HOME/.ssh"
  eval "$("$LAB" env)"
  mood login
  : >"$TOKENS/login/log"
}
teardown() {
  [ -z "${FINGERS-}" ] || kill "$FINGERS" 2>/dev/null || true
  [ -z "${SSH_AGENT_PID-}" ] || kill "$SSH_AGENT_PID"
  "$LAB" mend all
}

key_file() { # key_file [NAME]: it lies where ssh looks for it
  local name=id_ed25519_sk
  [ "${1-login}" = login ] || name=id_ecdsa_sk
  cp "$HOME/${1-login}" "$HOME/.ssh/$name"
  cp "$HOME/${1-login}.pub" "$HOME/.ssh/$name.pub"
}
agent() { eval "$(ssh-agent -P "$(realpath "$SSH_SK_PROVIDER")")" >/dev/null; }
# fingers COUNT: the token waits for a touch, and has one each time that somebody is told of a host that wants it.
fingers() {
  mood login waits
  : >"$WORK/err"
  (
    for ((n = 1, tries = 0; n <= $1 && tries < 1200; tries++)); do
      if [ "$(grep -c 'touch the security key' "$WORK/err")" -ge "$n" ]; then
        : >"$TOKENS/login/finger"
        n=$((n + 1))
      else
        sleep 0.05
      fi
    done
  ) 3>&- &
  FINGERS=$!
}
good() { # good HOST...: each was measured
  local name
  for name; do has "$name" '"state": "ok"' "\"hostname\": \"$name\""; done
}

@test "a key file: each host takes one touch, one after the other" {
  key_file
  monitor web01
  good web01
  [ "$(touches login)" = 1 ]
  fingers 3
  monitor
  good web01 web02 db01
  [ "$(touches login)" = 4 ]
  [ "$(grep -c "touch the security key to log in on" <<<"$said")" = 3 ]
  [[ $said == *"touch the security key to log in on 'web01'"* ]]
  [ "$(grep -c busy "$TOKENS/login/log")" = 0 ]
}

@test "an ecdsa-sk key, and one that an agent holds" {
  key_file login-ecdsa
  monitor web01
  good web01
  rm -r "$HOME/.ssh"
  agent
  ssh-add -q "$HOME/login"
  fingers 3
  monitor
  good web01 web02 db01
  [ "$(touches login)" = 4 ]
  [[ $said == *"touch the security key to log in on 'db01'"* ]]
}

@test "an IdentityFile and a SecurityKeyProvider of ssh's configuration" {
  printf 'Host *\n  IdentityFile %s\n  SecurityKeyProvider %s\n' "$HOME/login" "$SSH_SK_PROVIDER" >"$HOME/.ssh/config"
  # ssh looks into the account's home, not into HOME: one of the account's own says the same.
  mkdir -p "$WORK/bin"
  printf '#!/bin/sh\n[ "$1" != -G ] || set -- -F "%s" "$@"\nexec /usr/bin/ssh "$@"\n' "$HOME/.ssh/config" >"$WORK/bin/ssh"
  chmod 755 "$WORK/bin/ssh"
  SSH_SK_PROVIDER='' PATH=$WORK/bin:$PATH monitor web01 web02
  good web01 web02
  [ "$(touches login)" = 2 ]
}

@test "a token that does not sign is distinguished, is not a fault of the host, and is not used again" {
  key_file
  mood login absent
  monitor web01 web02
  has web01 '"state": "unknown"' '"reason": "token_failed"' 'is not plugged in'
  has web02 '"reason": "token_failed"' 'is not plugged in'
  mood login untouched
  monitor web01
  has web01 '"state": "unknown"' '"reason": "token_failed"' 'was not touched, or refuses to sign'
  [ "$(grep -c '^untouched' "$TOKENS/login/log")" = 1 ]
  mood login pin
  monitor web01
  has web01 '"state": "unknown"' '"reason": "token_failed"' 'requires its PIN'
  mood login
  SSH_SK_PROVIDER=/bin/false monitor web01
  has web01 '"state": "unknown"' '"reason": "token_failed"' 'refuses to sign'
  agent
  ssh-add -q "$HOME/login"
  mood login absent
  monitor web01
  has web01 '"state": "unknown"' '"reason": "token_failed"' 'the agent got no signature'
  mood login unpresent
  monitor web01
  has web01 '"state": "critical"' '"reason": "auth_failed"'
  out=$(jaga monitor --no-record --only ssh --format yaml web01 2>/dev/null | jaga analyze -n - 2>&1)
  [[ $out == *"Login is refused"* ]]
  mood login absent
  out=$(jaga monitor --no-record --only ssh --format yaml web01 2>/dev/null | jaga analyze -n - 2>&1)
  [[ $out != *"Login is refused"* ]]
}

@test "a token that nobody touches holds up one login, not each" {
  key_file
  mood login waits
  monitor
  [ "$(grep -c 'was not touched in time' <<<"$out")" = 1 ]
  [ "$(grep -c 'is not used because it was not touched before' <<<"$out")" = 2 ]
  [ "$(grep -c '"reason": "token_failed"' <<<"$out")" = 3 ]
  [ "$(grep -c '^blinks' "$TOKENS/login/log")" = 1 ]
  # The login has 15 s.
  [ "$took" -lt 45 ]
}

@test "a PIN is asked for by SSH_ASKPASS" {
  key_file
  mood login pin
  echo 1234 >"$TOKENS/login/pin"
  printf '#!/bin/sh\necho 1234\n' >"$WORK/ask"
  chmod 755 "$WORK/ask"
  SSH_ASKPASS=$WORK/ask monitor web01
  good web01
  # On a terminal, too, it is not asked for there, where nobody knows which of many asks.
  local begin=$SECONDS
  out=$(script -qec "$(printf '%q ' "$LAB" run "$WORK/jaga" --key "$HOME/staff" monitor --no-record --only ssh web01)" \
    /dev/null </dev/null) || true
  [[ $out == *"requires its PIN"* ]]
  [ $((SECONDS - begin)) -lt 14 ]
}

@test "where another key logs in, the token is not asked" {
  key_file
  install -m 600 "$JAGA_LAB_MEASURE_KEY" "$HOME/.ssh/id_ed25519"
  # Of these only ssh itself can do one: before, it would have asked whatever key comes first.
  "$LAB" exec web01 sh -c 'echo "Ciphers chacha20-poly1305@openssh.com" >>/etc/ssh/sshd_config
    pid=$(cat /run/sshd.pid); rm /run/sshd.pid; kill -HUP "$pid"; until [ -s /run/sshd.pid ]; do sleep 0.05; done'
  agent
  ssh-add -q "$HOME/login"
  monitor web01 web02
  "$LAB" exec web01 sed -i '/^Ciphers/d' /etc/ssh/sshd_config
  good web01 web02
  [ "$(touches login)" = 0 ]
}

@test "behind a jump host that takes the token, too" {
  key_file
  mkdir "$BATS_TEST_TMPDIR/behind"
  cp -r . "$BATS_TEST_TMPDIR/behind" && cd "$BATS_TEST_TMPDIR/behind"
  printf '  - {name: "gw01", address: "10.77.0.1"}\n' >>hosts.yaml
  "$LAB" exec gw01 sed -i 's/^AllowTcpForwarding.*//' /etc/ssh/sshd_config
  jaga host trust -q --yes gw01
  : >"$TOKENS/login/log"
  sed -i 's/{name: "web02", /&jump: "gw01", /' hosts.yaml
  monitor web02
  good web02
  [ "$(touches login)" = 2 ]
  [[ $said == *"touch the security key to log in on 'web02'"* ]]
}

@test "a repair: its records take one touch, its logins one each" {
  token_key chief "$HOME/chief"
  mkdir "$BATS_TEST_TMPDIR/repair"
  cd "$BATS_TEST_TMPDIR/repair"
  install -m 600 "$JAGA_LAB_MEASURE_KEY" "$HOME/.ssh/id_ed25519"
  run -0 "$LAB" run "$WORK/jaga" --key "$HOME/chief" init -q --org Lab --person staff --role staff
  run -0 "$LAB" run "$WORK/jaga" --key "$HOME/chief" person add section-head --role section_head --key "$HOME/staff.pub"
  cp "$WORK/office/hosts.yaml" .
  run -0 "$LAB" run "$WORK/jaga" --key "$HOME/chief" host trust -q --yes
  "$LAB" break fill-disk web01
  run -2 "$LAB" run "$WORK/jaga" --key "$HOME/chief" monitor
  [ "$(touches login)" = 0 ]
  run -0 "$LAB" run "$WORK/jaga" --key "$HOME/chief" analyze
  run -0 jaga approve web01 --yes
  # The repair's login is the token's alone.
  key_file
  local before
  before=$(touches chief)
  run -0 "$LAB" run "$WORK/jaga" --key "$HOME/chief" repair web01
  [ "$(($(touches chief) - before))" = 1 ]
  # Who it is, the command, and how it is afterwards.
  [ "$(touches login)" = 3 ]
  run -0 jaga audit
}
