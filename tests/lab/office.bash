# People with keys, and a working directory over the lab for each test. Loaded by what walks the procedure there.

# shellcheck disable=SC2154  # output is bats'
load work

# people NAME...: each has a home with a key; staff's logs in on the machines. For setup_file.
people() {
  in_lab || return
  : "${JAGA:?the program under test, as JAGA=build/dev/cmd/jaga}"
  JAGA=$(realpath "$JAGA")
  PEOPLE=$BATS_FILE_TMPDIR/people
  export JAGA PEOPLE LC_ALL=C.UTF-8
  unset SSH_AUTH_SOCK JAGA_KEY JAGA_PERSON NO_COLOR XDG_CONFIG_HOME XDG_STATE_HOME
  local person
  for person; do
    mkdir -p "$PEOPLE/$person/.ssh"
    ssh-keygen -q -t ed25519 -N '' -C "$person" -f "$PEOPLE/$person/.ssh/id_ed25519"
  done
  "$LAB" authorize jaga "$PEOPLE/staff/.ssh/id_ed25519.pub"
  "$LAB" authorize jaga-repair "$PEOPLE/staff/.ssh/id_ed25519.pub"
}

# as PERSON ARGUMENT...: jaga on the monitor
as() {
  if [ "$1" = staff ] && [ -n "${staff_agent-}" ]; then
    SSH_AUTH_SOCK=$staff_agent HOME=$PEOPLE "$LAB" run "$JAGA" "${@:2}"
  else
    HOME=$PEOPLE/$1 "$LAB" run "$JAGA" "${@:2}"
  fi
}

# new_office: the current folder becomes one, with everybody of `people` and the machines of the lab. For setup.
new_office() {
  local home person
  OFFICE=$BATS_TEST_TMPDIR/office
  mkdir "$OFFICE"
  cd "$OFFICE" || return 1
  as staff init -q --org 'Lab' --person staff --role staff
  for home in "$PEOPLE"/*-*/; do
    person=$(basename "$home")
    as staff person add "$person" --role "${person/-/_}" --key "$home/.ssh/id_ed25519.pub"
  done
  "$LAB" inventory >hosts.yaml
  as staff host trust -q --yes --verified console
}

inside() { # inside MACHINE SCRIPT [ARGUMENT...]
  "$LAB" exec "$1" /bin/sh -euc "$2" sh "${@:3}"
}

# upkeep FAULT: the id of its incident, as there may be one a fault
upkeep() { basename "$(dirname "$(grep -l "fault_key: \"upkeep/$1/" incidents/*/*/0001-monitor.*.yaml)")"; }

sound() { # with jaga and without
  run -0 as staff audit
  [[ $output == *sound* ]]
  as staff audit --script >"$BATS_TEST_TMPDIR/check.sh"
  run -0 sh "$BATS_TEST_TMPDIR/check.sh" .
}
