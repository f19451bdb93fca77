# What a look costs the host: the programs that the collector starts there and their processor time, with dash and the
# programs of this machine, and with busybox alone; beside a script that reads the same files.
# shellcheck shell=bash disable=SC2154

look_health="identity load memory uptime process handles conntrack interface raid mount disk inode remote unit reboot
  sensor edac power kernel ups clock"

# look_programs NAME COMMAND...: how many programs COMMAND starts, itself not counted.
look_programs() {
  local name=$1
  shift
  strace -f -qq -e trace=execve -o "$bench_dir/$name.trace" -- "$@" >"$bench_dir/$name.out" 2>/dev/null </dev/null
  echo $(($(grep -c 'execve.* = 0$' "$bench_dir/$name.trace") - 1))
}

bench_look() {
  if [ -z "${in_namespace-}" ]; then
    if [ "$(id -u)" != 0 ] || ! unshare --mount true; then
      say "look: a mount namespace is needed, as root; left out"
      return 77
    fi
    in_namespace=yes exec unshare --mount -- "$self" --one look
  fi
  local shell i health floor every
  cat lib/probe/collector/*.sh >"$bench_dir/collector"
  # All but the updates, which take what apt takes.
  every=$(sh "$bench_dir/collector" MARK | sed -n 's/^MARK begin //p' | grep -vx updates | tr '\n' ' ')
  for shell in dash busybox; do
    local run=("$shell")
    if [ "$shell" = busybox ]; then
      run=(busybox sh)
      mkdir "$bench_dir/applets"
      for i in awk cat date df find grep head ps sed sleep sort stat tail; do ln -s "$(command -v busybox)" "$bench_dir/applets/$i"; done
      mount --bind "$bench_dir/applets" /usr/local/sbin
    fi
    export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    # shellcheck disable=SC2086 # words
    health=$(look_programs "look.$shell" "${run[@]}" "$bench_dir/collector" MARK $look_health)
    [ "$(tail -n 1 "$bench_dir/look.$shell.out")" = "MARK end clock" ] || wrong "look" "the collector did not come to its end"
    [ "$(grep -c '^MARK status \(0\|127\)$' "$bench_dir/look.$shell.out")" = "$(wc -w <<<"$look_health")" ] ||
      wrong "look" "$(grep '^MARK status' "$bench_dir/look.$shell.out" | sort | uniq -c | tr '\n' ' ')"
    floor=$(look_programs "look.$shell.floor" "${run[@]}" tests/bench/look_floor)
    for ((i = 0; i < runs; i++)); do
      timed "look.$shell.floor" "${run[@]}" tests/bench/look_floor
      # shellcheck disable=SC2086
      timed "look.$shell" "${run[@]}" "$bench_dir/collector" MARK $look_health
      # shellcheck disable=SC2086
      timed "look.$shell.all" "${run[@]}" "$bench_dir/collector" MARK $every
    done
    row "a look at a host's health with $shell, programs started" "$health" "$floor" "floor" "$health" "<= 30"
    row "the same, CPU" "$(ms "$(median "look.$shell" 2)")" "$(ms "$(median "look.$shell.floor" 2)")" "floor" \
      "$(ratio "$(median "look.$shell" 2)" "$(median "look.$shell.floor" 2)")" "<= 5"
    row "a look at all but the updates with $shell, CPU" "$(ms "$(median "look.$shell.all" 2)")" \
      "$(ms "$(median "look.$shell.floor" 2)")" "floor" \
      "$(ratio "$(median "look.$shell.all" 2)" "$(median "look.$shell.floor" 2)")" "<= 15"
  done
}
