# Printing documents: an incident that went through all steps, and one with 12 passes, 300 files and 10,000 lines.
# shellcheck shell=bash disable=SC2154

bench_paper() {
  local i office=$bench_dir/paper/office plain large
  "$root/tests/with-machine-id" some "$root/tests/papers/make" "$bench_dir/paper" plain large >/dev/null 2>&1 ||
    wrong paper "$(cat "$bench_dir/paper/out")"
  plain=$(cat "$bench_dir/paper/plain") large=$(cat "$bench_dir/paper/large")
  export HOME=$bench_dir/paper/home XDG_STATE_HOME=$bench_dir/paper/state
  for ((i = 0; i < runs; i++)); do
    timed paper.one "$JAGA" -C "$office" report incident "$plain" --format html
    grep -q '</html>' "$bench_dir/paper.one.out" || wrong paper "$(cat "$bench_dir/paper.one.err")"
    timed paper.many "$JAGA" -C "$office" report incident "$large" --format html
    grep -q 'log-aplikasi-299' "$bench_dir/paper.many.out" || wrong paper "$(cat "$bench_dir/paper.many.err")"
    grep -q 'tabel 10000:' "$bench_dir/paper.many.out" || wrong paper 'not all lines'
  done
  row "an incident as HTML" "$(ms "$(median paper.one 1)")" "50 ms" goal "$(ratio "$(median paper.one 1)" 0.05)" "<= 1"
  row "one with 300 files and 10,000 lines as HTML" "$(ms "$(median paper.many 1)")" "500 ms" goal \
    "$(ratio "$(median paper.many 1)" 0.5)" "<= 1"
  row "its memory" "$(mib "$(median paper.many 3)")" "100 MiB" goal "$(ratio "$(median paper.many 3)" 102400)" "<= 1"
}
