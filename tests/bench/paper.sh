# Printing documents.
# shellcheck shell=bash disable=SC2154

bench_paper() {
  local i n office=$bench_dir/paper id
  local staff=("$JAGA" --key "$bench_dir/staff")
  export HOME=$bench_dir/home XDG_STATE_HOME=$bench_dir/state
  unset SSH_AUTH_SOCK
  mkdir -p "$HOME" "$office"
  ssh-keygen -q -t ed25519 -N '' -C staff -f "$bench_dir/staff"
  (
    cd "$office"
    "${staff[@]}" init -q --org Office --person staff --role staff
    printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n' >hosts.yaml
    "${staff[@]}" open web01 -q -m slow >id
    "${staff[@]}" analyze web01 -q --plan manual -p task=x --fault unknown -m x
  ) >/dev/null 2>&1 || wrong paper 'no incident'
  id=$(cat "$office/id")
  for ((i = 0; i < runs; i++)); do
    timed paper.one "$JAGA" -C "$office" report incident "$id" --format html
    grep -q '</html>' "$bench_dir/paper.one.out" || wrong paper "$(cat "$bench_dir/paper.one.err")"
  done
  mkdir "$bench_dir/files"
  for ((n = 0; n < 300; n++)); do echo "$n" >"$bench_dir/files/file-$n.txt"; done
  (cd "$office" && "${staff[@]}" evidence add "$id" -q "$bench_dir"/files/*) >/dev/null || wrong paper 'no evidence'
  for ((i = 0; i < runs; i++)); do
    timed paper.many "$JAGA" -C "$office" report incident "$id" --format html
    grep -q 'file-299' "$bench_dir/paper.many.out" || wrong paper "$(cat "$bench_dir/paper.many.err")"
  done
  row "an incident as HTML" "$(ms "$(median paper.one 1)")" "50 ms" goal "$(ratio "$(median paper.one 1)" 0.05)" "<= 1"
  row "an incident with 300 files as HTML" "$(ms "$(median paper.many 1)")" "500 ms" goal \
    "$(ratio "$(median paper.many 1)" 0.5)" "<= 1"
  row "its memory" "$(mib "$(median paper.many 3)")" "100 MiB" goal "$(ratio "$(median paper.many 3)" 102400)" "<= 1"
}
