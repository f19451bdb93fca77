# Runs the examples of the manual as examples.table says. Loaded by the tests, and on the monitor of the lab (run_pages).

# examples: $BLOCKS/index and a file for each block (blocks.awk), $BLOCKS/table (table.awk). For setup_file.
examples() {
  BLOCKS=$BATS_FILE_TMPDIR/blocks
  export BLOCKS
  mkdir -p "$BLOCKS"
  local here=$BATS_TEST_DIRNAME source=${JAGA_SOURCE:-$BATS_TEST_DIRNAME/../..} pages=() page
  for page in "$source"/man/*.[157] "$source"/*.md "$source/tests/lab/README.md"; do
    # tests/demo compares the tour with the demo; the tutorial has a test of its own.
    case $page in */jaga-tutorial.7) ;; *) pages+=("$page") ;; esac
  done
  awk -v out="$BLOCKS" -v leave='## A tour' -f "$here/blocks.awk" "${pages[@]}" >"$BLOCKS/index" &&
    awk -f "$here/table.awk" "$here"/examples.table "$here"/other.table >"$BLOCKS/table"
}

# ---- the people of the examples, and where they are

# lab_people: keys for them, which log in on the machines; STATES and WORLD are empty. For setup_file.
lab_people() {
  [ -n "${JAGA_LAB-}" ] || { echo "run me as: with-lab bats ${BATS_TEST_FILENAME##*/}" >&2; return 1; }
  : "${JAGA:?the program under test, as JAGA=build/dev/cmd/jaga}"
  export LAB=$BATS_TEST_DIRNAME/../lab/lab KEYS=$BATS_FILE_TMPDIR/keys STATES=$BATS_FILE_TMPDIR/states WORLD=$BATS_FILE_TMPDIR/world
  JAGA_SOURCE=$(realpath "${JAGA_SOURCE:-$BATS_TEST_DIRNAME/../..}") PEER=${JAGA_LAB_PEER-}
  export JAGA_SOURCE PEER ROOT=$WORLD/root MANUAL_SSH_CONFIG=$BATS_FILE_TMPDIR/ssh_config LC_ALL=C.UTF-8
  unset SSH_AUTH_SOCK JAGA_KEY JAGA_PERSON JAGA_DIR NO_COLOR XDG_CONFIG_HOME XDG_STATE_HOME JAGA_PAGER LESS
  export PAGER=cat EDITOR=editor GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
  mkdir -p "$STATES" "$BATS_FILE_TMPDIR/bin"
  cp "$BATS_TEST_DIRNAME"/bin/* "$BATS_FILE_TMPDIR/bin/"
  # Installed beside its manual pages.
  mkdir -p "$BATS_FILE_TMPDIR/share/man/man7"
  cp "$BATS_TEST_DIRNAME"/../../man/*.7 "$BATS_FILE_TMPDIR/share/man/man7/"
  ln "$(realpath "$JAGA")" "$BATS_FILE_TMPDIR/bin/jaga" 2>/dev/null || cp "$JAGA" "$BATS_FILE_TMPDIR/bin/jaga"
  local person machine
  for person in staff section-head division-head jaga; do
    mkdir -p "$KEYS/$person/.ssh"
    ssh-keygen -q -t ed25519 -N '' -C "$person" -f "$KEYS/$person/.ssh/id_ed25519"
  done
  for machine in jaga jaga-repair; do "$LAB" authorize $machine "$KEYS/staff/.ssh/id_ed25519.pub"; done
  for person in section-head division-head jaga; do
    "$LAB" authorize jaga-repair "$KEYS/$person/.ssh/id_ed25519.pub" gw01
  done
  # Before jaga, an administrator logs in as root, or as admin with sudo.
  for machine in web01 web02; do
    "$LAB" exec $machine /bin/sh -ec '
      sed -i "s|^AuthorizedKeysFile .*|& .ssh/authorized_keys|; s|^PermitRootLogin .*|PermitRootLogin prohibit-password|" /etc/ssh/sshd_config
      useradd -m -p "*" admin
      cat >/etc/ssh/authorized_keys/root
      cp /etc/ssh/authorized_keys/root /etc/ssh/authorized_keys/admin
      echo "admin ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/admin
      chmod 440 /etc/sudoers.d/admin
      systemctl restart ssh' <"$KEYS/staff/.ssh/id_ed25519.pub"
  done
  {
    # The server of the examples.
    printf 'Host srv srv-jaga\n  HostName gw01\n  User jaga-repair\n  HostKeyAlias gw01\n'
    sed -n 's/^JAGA_LAB_KNOWN_HOSTS=\(.*\)/Host *\n  UserKnownHostsFile \1/p' <("$LAB" env)
    printf '  GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n  IdentitiesOnly yes\n  BatchMode yes\n  LogLevel ERROR\n'
  } >"$MANUAL_SSH_CONFIG"
}

# typed PERSON COMMAND...: in the current folder
typed() {
  env HOME="$WORLD/people/$1" PATH="$BATS_FILE_TMPDIR/bin:$PATH" \
    GIT_AUTHOR_NAME="$1" GIT_AUTHOR_EMAIL="$1@localhost" GIT_COMMITTER_NAME="$1" GIT_COMMITTER_EMAIL="$1@localhost" "${@:2}"
}

# serve: the server has what the bare repository of this state has
serve() {
  tar -C "$ROOT/srv/git" -cf - jaga.git | "$LAB" exec gw01 /bin/sh -ec '
    rm -rf /srv/git && mkdir -p /srv/git && tar -C /srv/git -xf - && chown -R jaga-repair: /srv/git'
}

# shellcheck source=tests/manual/states.bash
. "$BATS_TEST_DIRNAME/states.bash"

# ---- what stands for what only the reader knows

incident() { basename "$(find "$WORLD/office/incidents" -mindepth 2 -maxdepth 2 -name '*-web01-*' | head -n 1)"; }
genesis() { echo "sha256:$(sha256sum "$WORLD"/office/register/0001-genesis.*.yaml | cut -c1-64)"; }
bag() { basename "$(find "$WORLD/office/archive" -mindepth 1 -maxdepth 1 -type d)"; }
fingerprint() { ssh-keygen -l -f "$WORLD/people/$1/.ssh/id_ed25519.pub" | cut -d ' ' -f 2; }

# replaced PERSON TEXT: as it is run here
replaced() {
  local text=$2 kind from value to
  while IFS=$'\037' read -r kind from value; do
    case $kind in replace) ;; path) [[ $1 != *@* ]] || continue ;; *) continue ;; esac
    case $text in *"$from"*)
      eval "to=\"$value\""
      text=${text//"$from"/"$to"}
      ;;
    esac
  done <"$BLOCKS/table"
  printf '%s\n' "$text"
}

# ---- running

# run_pages PAGE...: on the monitor. `lab run` is not what is tested, and slower than most of the examples.
run_pages() {
  export BATS_TEST_DIRNAME BATS_FILE_TMPDIR
  "$LAB" run bash -c '. "$BATS_TEST_DIRNAME/run.bash" && run_here "$@"' run_pages "$@"
}

# run_here PAGE...: the examples of these pages. What went wrong is told in the end, all of it.
run_here() {
  local page wrong=0 rows each row kind state person status text lab before type in until check at
  local -A nth
  dirty=
  mapfile -t rows <"$BLOCKS/table"
  for page; do
    nth=()
    for each in "${rows[@]}"; do
      IFS=$'\037' read -r row kind state person status text lab before type in until check _ <<<"$each"
      [ "$row" = "$page" ] || continue
      nth[$text]=$((${nth[$text]-0} + 1))
      [ "$kind" = line ] || continue
      at=$(line_of "$page" "$text" "${nth[$text]}")
      [ -n "$at" ] || { echo "$page: no such line, or not so often: $text"; wrong=1; continue; }
      run_example || wrong=1
    done
  done
  [ -z "$dirty" ] || mended
  return $wrong
}
line_of() { # line_of PAGE TEXT N: the line of its N-th occurrence
  page=$1 text=$2 nth=$3 awk -F '\t' '$1 == ENVIRON["page"] && $3 != "file" && $4 == ENVIRON["text"] && ++n == ENVIRON["nth"] { print $2 }' "$BLOCKS/index"
}

# run_example: the row of run_here
run_example() {
  local got=0 line words what=$page:$at
  if [ "$state" != + ]; then
    if [ -n "$dirty" ]; then mended; fi
    dirty=
    from "$state" || return
  fi
  out=$BATS_FILE_TMPDIR/out
  if [ -n "$lab" ]; then
    dirty=1
    while read -r -a words; do
      case ${words[0]} in serve) serve ;; *) "$LAB" "${words[@]}" ;; esac || { echo "$what: lab: ${words[*]}"; return 1; }
    done <<<"${lab//$'\036'/$'\n'}"
  fi
  line=$(cat "$BLOCKS/$page:$at")
  line=$(replaced "$person" "$line")
  script "${before//$'\036'/$'\n'}" "$line" >"$BATS_FILE_TMPDIR/script"
  in=${in//$'\036'/$'\n'}
  printf '%s' "${in:+${in//<Enter>/}$'\n'}" >"$BATS_FILE_TMPDIR/in"
  run_script </dev/null >"$out" 2>&1 || got=$?
  case "|$status|" in *"|$got|"*) ;; *)
    printf '%s: exit %s instead of %s: %s\n' "$what" "$got" "$status" "$line"
    sed 's/^/    /' "$out"
    return 1
    ;;
  esac
  [ -n "$check" ] || return 0
  until=''
  script '' "${check//$'\036'/$'\n'}" >"$BATS_FILE_TMPDIR/script"
  sed -i '/^cd /a set -e' "$BATS_FILE_TMPDIR/script"
  type='' in=''
  if ! run_script >"$BATS_FILE_TMPDIR/checked" 2>&1; then
    printf '%s: %s\nbut not: %s\n' "$what" "$line" "${check//$'\036'/$'\n'}"
    cat "$out" "$BATS_FILE_TMPDIR/checked" | sed 's/^/    /'
    return 1
  fi
}
run_script() {
  case $person in
  *@*) "$LAB" exec "${person#*@}" /bin/bash -c "$(cat "$BATS_FILE_TMPDIR/script")" <"$BATS_FILE_TMPDIR/in" ;;
  *)
    if [ -n "$type" ]; then
      type=${type//$'\036'/$'\n'}
      printf '%s\n' "${type//<Enter>/}" |
        typed "$person" "$BATS_TEST_DIRNAME/../command/on-terminal" bash "$BATS_FILE_TMPDIR/script"
    else
      # Without the terminal of who runs the tests, too.
      typed "$person" setsid -w bash "$BATS_FILE_TMPDIR/script" <"$BATS_FILE_TMPDIR/in"
    fi
    ;;
  esac
}
# script BEFORE LINE: a program that does BEFORE, then LINE as in the shell of that person, who is where the line before left
# them.
script() {
  local kept=$WORLD/shell.$person
  case $person in
  *@*) printf 'cd /root\nout=/run/manual.out\n' ;;
  *)
    if [ -e "$kept" ]; then cat "$kept"; else printf 'cd %q\n' "$([ -d "$WORLD/office" ] && echo "$WORLD/office" || echo "$WORLD/people/$person")"; fi
    printf 'export out=%q\n' "$BATS_FILE_TMPDIR/out"
    ;;
  esac
  printf 'set -E -o pipefail\ntrap %q ERR\n%s\ntrap - ERR\n' 'echo "the commands before it failed" >&2; exit 99' "$1"
  if [ -z "$until" ]; then
    printf '%s\n' "$2"
  else
    printf 'set -m\n%s &\nuntil grep -qF -e %q "$out"; do kill -0 $! && sleep 0.05 || exit 98; done\nkill -INT $!\nwait $!\n' "$2" "$until"
  fi
  case $person in
  *@*) ;;
  *) printf 'status=$?\n{ export -p && printf "cd %%q\\n" "$PWD"; } >%q\nexit $status\n' "$kept" ;;
  esac
}
