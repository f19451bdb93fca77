# The collector: what a host reports about itself. POSIX sh (dash, busybox, bash), without root; it changes nothing.
# $1 is a nonce, the further arguments are the sections asked for; without any, all of them. Each section is a line
# "NONCE begin NAME", what it prints, "NONCE status STATUS" and "NONCE end NAME".
# STATUS 127: the program or file for this is not there; 124: it took too long; 77: this login lacks the permission
# that root has; 75: the same program of an earlier look still runs, so it was not started again.
#
# A look at a quiet host must cost it nothing: starting a program costs more than most of what is measured. Therefore
# one awk reads the files of /proc, and what the shell can do by itself no program does.
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
nonce=$1
[ -n "$nonce" ] || exit 64
shift
asked=" $* "
started=$(date +%s)
# Seconds after which a program of ours is one of an earlier look that hangs; of slow sections eight times as many.
patience=20
nl='
'
blanks=" 	$nl"
wanted() {
  case $asked in "  " | *" $1 "*) ;; *) return 1 ;; esac
}

# Limits are counted in ticks of 3 seconds, from one process for the whole look: a quiet look ends before the first
# one. Each tick wakes the shell from waiting for a program, so it can continue even if the program cannot be killed.
ticks=0
spent=0
trap 'ticks=$((ticks + 1))' USR1
ticker() {
  trap 'kill $!; exit' TERM
  while :; do
    sleep 3 &
    wait $!
    kill -USR1 $$ || exit
  done
}
ticker </dev/null >/dev/null 2>&1 &
ticker=$!
trap 'kill $ticker 2>/dev/null' EXIT

# kill_all PID: kills it and what it has started. mawk gives up where a process ends while its file is read.
kill_all() {
  for _ in 1 2 3 4 5; do
    started_by=$(printf '%s\n' /proc/[0-9]*/stat | awk -v top="$1" '
      { file = $0; if ((getline line < file) > 0) { sub(/^.*\) /, "", line); split(line, field, " ")
          split(file, path, "/"); parent[path[3]] = field[2] }
        close(file) }
      END { for (pid in parent) {
          above = pid
          for (steps = 0; steps < 64 && above in parent && above != top; steps++) above = parent[above]
          if (above == top && pid != top) print pid } }' 2>/dev/null) && break
  done
  # shellcheck disable=SC2086 # several words
  kill -9 "$1" $started_by 2>/dev/null
}

# finished TICKS PID: its status when it ends within so many ticks, else 124. Those who hang may take 9 ticks together;
# then each has one.
finished() {
  left=$1
  [ "$spent" -lt 9 ] || left=1
  while :; do
    seen=$ticks
    wait "$2"
    status=$?
    [ "$ticks" != "$seen" ] && [ $status -gt 128 ] || return $status
    [ "$left" -gt 0 ] || break
    left=$((left - 1))
  done
  spent=$((spent + $1))
  kill_all "$2"
  return 124
}

# hangs COMMAND...: an earlier look has started it, and it still runs. NUL bytes of cmdline are skipped by read.
hangs() {
  IFS=
  line=$*
  IFS=$blanks
  case $stuck in *"${line%%"$nl"*}$nl"*) ;; *) return 1 ;; esac
}

# ask TICKS COMMAND...: a program, or a function of ours, with its status.
ask() {
  most=$1
  shift
  hangs "$@" && return 75
  "$@" </dev/null 2>&1 &
  finished "$most" $!
}

begin() {
  printf '%s begin %s\n' "$nonce" "$1"
}
end() {
  printf '\n%s status %s\n%s end %s\n' "$nonce" "$2" "$nonce" "$1"
}
# section NAME TICKS COMMAND...
section() {
  wanted "$1" || return 0
  name=$1
  shift
  begin "$name"
  ask "$@"
  end "$name" $?
}
