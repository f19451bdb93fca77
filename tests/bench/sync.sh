# The exchange between clones.
# shellcheck shell=bash disable=SC2154,SC2153

# What git alone would do at the least.
git_alone() { git add -A && git fetch -q origin main; }
export -f git_alone

# check_push OLD NEW: the rule of the server's hook on what is there already.
check_push() { printf '%s %s refs/heads/main\n' "$1" "$2" | GIT_DIR=$bench_dir/server.git "$JAGA" sync --hook; }
export -f check_push

# Nothing new in an office of a thousand records, and a thousand new ones that are checked.
bench_sync() {
  local i n old new incidents=500
  export GIT_CONFIG_GLOBAL=/dev/null
  mkdir -p "$bench_dir/sync"
  cd "$bench_dir/sync" || exit
  keeper
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n' >hosts.yaml
  git init -q --bare -b main "$bench_dir/server.git"
  "${staff[@]}" sync -q "$bench_dir/server.git" >/dev/null
  old=$(git -C "$bench_dir/server.git" rev-parse main)
  for ((n = 0; n < incidents; n++)); do
    "${staff[@]}" open web01 -q --fault unknown --object "o$n" -m slow >id
    "${staff[@]}" analyze "$(cat id)" -q --plan manual -p task=x -m x
  done >/dev/null
  rm id
  "${staff[@]}" sync -q --no-seal >/dev/null
  new=$(git -C "$bench_dir/server.git" rev-parse main)
  for ((i = 0; i < runs; i++)); do
    timed sync.git bash -c git_alone
    [ "$(last_status sync.git)" = 0 ] || wrong sync "$(cat "$bench_dir/sync.git.err")"
    timed sync.jaga "${staff[@]}" sync
    grep -q 'nothing new' "$bench_dir/sync.jaga.err" || wrong sync "$(cat "$bench_dir/sync.jaga.err")"
    timed sync.hook bash -c "check_push $old $new"
    [ "$(last_status sync.hook)" = 0 ] || wrong sync "$(cat "$bench_dir/sync.hook.err")"
  done
  row "an exchange with nothing new, $((2 * incidents)) records" "$(ms "$(median sync.jaga 1)")" \
    "$(ms "$(median sync.git 1)")" 'git add, git fetch' "$(ratio "$(median sync.jaga 1)" "$(median sync.git 1)")" "<= 1.5"
  row "$((2 * incidents)) new records, checked before they are taken over: CPU" "$(ms "$(median sync.hook 2)")" "300 ms" goal \
    "$(ratio "$(median sync.hook 2)" 0.3)" "<= 1"
}
