# Loaded by every file here. JAGA is the program under test (from ctest, or in the environment).
# Each test runs in a folder of its own, with a home of its own and no agent; `run` is bats'.

setup_folder() {
  : "${JAGA:?the program under test, as JAGA=build/dev/cmd/jaga}"
  case $JAGA in /*) ;; *) JAGA=$PWD/$JAGA ;; esac
  unset SSH_AUTH_SOCK JAGA_KEY JAGA_PERSON JAGA_DIR NO_COLOR XDG_CONFIG_HOME JAGA_PAGER LESS
  export PAGER=cat # on a terminal of a test nobody leaves less(1)
  export LC_ALL=C.UTF-8 LANG=C.UTF-8
  export HOME="$BATS_TEST_TMPDIR/home" XDG_STATE_HOME="$BATS_TEST_TMPDIR/state"
  export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@localhost
  export GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@localhost
  export KEYS="$BATS_TEST_TMPDIR/keys"
  mkdir -p "$HOME" "$XDG_STATE_HOME" "$BATS_TEST_TMPDIR/work" "$KEYS"
  cd "$BATS_TEST_TMPDIR/work" || return 1
  if [ -n "${JAGA_TEST_LANGUAGE-}" ]; then
    mkdir -p "$HOME/.config/jaga"
    echo "language: $JAGA_TEST_LANGUAGE" >"$HOME/.config/jaga/config.yaml"
  fi
}

# With JAGA_TEST_LANGUAGE=id the user's language is Indonesian: status() checks that the screen has no English sentence,
# and what a test expects of the English ones is not looked for.
own_words() { # own_words ARGUMENT...: what people typed is shown in the words in which they typed it
  [ -n "${JAGA_TEST_LANGUAGE-}" ] || return 0
  local word
  for word in "$@"; do case $word in *' '*) printf '%s\n' "$word" >>"$BATS_TEST_TMPDIR/own-words" ;; esac done
}
# in_language LANGUAGE FILE: FILE has no sentence of the other one.
in_language() {
  touch "$BATS_TEST_TMPDIR/own-words"
  awk -v language="$1" -v typed="$BATS_TEST_TMPDIR/own-words" -f "$BATS_TEST_DIRNAME/foreign.awk" "$2" >&2
}

# The default; a file with a set-up of its own calls setup_folder.
setup() { setup_folder; }

jaga() {
  own_words "$@"
  "$JAGA" "$@"
}

# What is pinned of a host here is this machine's own: a container may have none.
need_machine_id() { grep -qE '^[0-9a-f]{32}$' /etc/machine-id 2>/dev/null || skip 'no /etc/machine-id here'; }

# need PROGRAM...: skips the test where one is not here; fails it under CI=true, where script/bootstrap has run.
need() {
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null && continue
    [ "${CI:-}" != true ] || { echo "$program is not here" >&2; return 1; }
    skip "$program is not here"
  done
}

# at INSTANT|+SECONDS COMMAND...: under a clock that says so.
at() { "$BATS_TEST_DIRNAME/../clock/at" "$@"; }
need_moved_clock() {
  local said
  said=$(at +0 true 2>&1) && return
  [ "${CI:-}" != true ] || { echo "$said" >&2; return 1; }
  skip "$said"
}

# Standard output that is closed stays closed: in a program under libfaketime its shared memory comes in that place.
need_closed_output() { [ -z "${FAKETIME-}" ] || skip 'libfaketime has descriptors of its own'; }

# make_key NAME: $KEYS/NAME and .pub, without a passphrase.
make_key() { ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$KEYS/$1"; }

# as NAME COMMAND...: jaga with the key of NAME.
as() {
  local name=$1
  shift
  own_words "$@"
  "$JAGA" --key "$KEYS/$name" "$@"
}

# office: the current folder becomes a working directory with a staff (who is the admin), a section head and
# a division head, each with a key, and one host, web01.
office() {
  local name
  for name in staff section-head division-head; do make_key "$name"; done
  as staff init -q --org 'Test office' --person staff --role staff >/dev/null
  as staff person add section-head -q --role section_head --key "$KEYS/section-head.pub" >/dev/null
  as staff person add division-head -q --role division_head --key "$KEYS/division-head.pub" >/dev/null
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n' >hosts.yaml
}

# adopted SED-EXPRESSION...: sop.yaml, edited so, is what the register adopted.
adopted() {
  local expression
  for expression in "$@"; do sed -i "$expression" sop.yaml; done
  as staff adopt -q --yes >/dev/null
}
# at_all_hours: the office works day and night, so that no test waits for the morning.
at_all_hours() {
  local day hours=''
  for day in mon tue wed thu fri sat sun; do hours+="$day: \"00:00-24:00\", "; done
  sed -i "s/^  hours: .*/  hours: {${hours%, }}/" sop.yaml
}

# withdrawn HOST [OUTCOME [INCIDENT]]: its open incident is closed without repair, by two; of a duplicate: whose.
withdrawn() {
  local who
  for who in section-head division-head; do
    as $who withdraw "$1" -q --yes -m x --outcome "${2:-recovered}" ${3:+--of "$3"} >/dev/null
  done
}

# just_now: this second, as a time that options take; local_minute TIME: as the office's clock tells it.
just_now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
local_minute() { TZ=WITA-8 date -d "$1" '+%Y-%m-%d %H:%M'; }

# status CODE COMMAND...: runs it, output in $output (standard error too), and checks its exit code.
status() {
  local want=$1 got=0
  shift
  output=$("$@" 2>&1) || got=$?
  if [ "$got" != "$want" ]; then
    printf 'exit %s instead of %s: %s\n%s\n' "$got" "$want" "$*" "$output" >&2
    return 1
  fi
  [ -z "${JAGA_TEST_LANGUAGE-}" ] || in_language "$JAGA_TEST_LANGUAGE" <(printf '%s\n' "$output")
}

# says TEXT: $output holds it.
says() {
  [ -z "${JAGA_TEST_LANGUAGE-}" ] || return 0
  case $output in *"$1"*) return 0 ;; esac
  printf 'not said: %s\nbut: %s\n' "$1" "$output" >&2
  return 1
}

# says_not TEXT: $output does not.
says_not() {
  [ -z "${JAGA_TEST_LANGUAGE-}" ] || return 0
  case $output in *"$1"*)
    printf 'said: %s\nin: %s\n' "$1" "$output" >&2
    return 1
    ;;
  esac
}

# in_terminal ANSWER COMMAND...: on a terminal, where ANSWER is typed.
in_terminal() { printf '%s\n' "$1" | "$BATS_TEST_DIRNAME/../command/on-terminal" "${@:2}"; }

# free_port: a port of loopback that nobody listens on now.
free_port() {
  local port=$((20000 + RANDOM % 20000))
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}

# dual COMMAND...: in namespaces where dual.test is fd00:9::dead, which nobody has, and 10.9.9.9, which this machine has;
# 10.9.9.77 is an address that nobody has.
dual() {
  printf '127.0.0.1 localhost\nfd00:9::dead dual.test\n10.9.9.9 dual.test\n' >etc_hosts
  unshare -m -n bash -c '
    mount --bind etc_hosts /etc/hosts && mount --bind /dev/null /etc/resolv.conf || exit 99
    ip link set lo up && ip addr add 10.9.9.9/32 dev lo && ip link add d0 type veth peer name d1 && ip link set d1 up &&
      ip addr add fd00:9::1/64 dev d0 nodad && ip link set d0 up && ip route add default dev d0 || exit 99
    "$@"' dual "$@"
}
