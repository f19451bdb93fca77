# A folder of its own for what measures the lab without the procedure's people. Loaded by those tests.

in_lab() { # LAB and its peer, or why not
  [ -n "${JAGA_LAB-}" ] || { echo "run me as: with-lab bats ${BATS_TEST_FILENAME##*/}" >&2; return 1; }
  export LAB=$BATS_TEST_DIRNAME/lab
  local built=${JAGA-}
  export JAGA_LAB_PEER=${JAGA_LAB_PEER:-${built%/cmd/jaga}/tests/lab/jaga-icmp-peer}
}

# work_folder: WORK, where a user without any right can come, too, with a home, the program and an empty office/.
# For setup_file; remove_work is for teardown_file.
work_folder() {
  in_lab || return
  WORK=$(mktemp -d /tmp/jaga-work.XXXXXX)
  export WORK HOME=$WORK/home XDG_STATE_HOME=$WORK/state LC_ALL=C.UTF-8
  unset SSH_AUTH_SOCK JAGA_KEY JAGA_PERSON JAGA_DIR XDG_CONFIG_HOME NO_COLOR
  chmod 755 "$WORK"
  cp "$JAGA" "$WORK/jaga"
  mkdir -p "$HOME/.ssh" "$WORK/office"
}
remove_work() { rm -rf "$WORK"; }

# work_keys: staff's own at $HOME/staff, and the one that measures where ssh looks for it.
work_keys() {
  ssh-keygen -q -t ed25519 -N '' -C staff -f "$HOME/staff"
  eval "$("$LAB" env)"
  install -m 600 "$JAGA_LAB_MEASURE_KEY" "$HOME/.ssh/id_ed25519"
}

jaga() { "$LAB" run "$WORK/jaga" --key "$HOME/staff" "$@"; } # staff, on the monitor

# monitor HOST...: its results are in $out, one a line, what it said in $said, its seconds in $took.
# shellcheck disable=SC2034  # for who loads this
monitor() {
  local begin=$SECONDS
  out=$(jaga monitor --json --no-record --only ssh "$@" 2>"$WORK/err") || true
  said=$(cat "$WORK/err")
  took=$((SECONDS - begin))
}
has() { # has HOST TEXT...: its ssh result holds each TEXT
  local line text
  line=$(grep -F "\"host\": \"$1\", \"check\": \"ssh\"" <<<"$out") || { echo "no result of $1 in: $out $said" >&2; return 1; }
  for text in "${@:2}"; do
    case $line in *"$text"*) ;; *)
      printf 'not in it: %s\n%s\n' "$text" "$line" >&2
      return 1
      ;;
    esac
  done
}
