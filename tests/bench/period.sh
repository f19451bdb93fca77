# What a look costs that comes within the period of the slow sections, and what all the looks cost a round.
# shellcheck shell=bash disable=SC2154,SC2153

bench_period() {
  local i dir=$bench_dir/period hosts=2000 count
  mkdir -p "$dir/home"
  here() { env HOME="$dir/home" XDG_STATE_HOME="$dir/state" "$JAGA" -C "$dir/office" --lang en "$@"; }
  env HOME="$dir/home" XDG_STATE_HOME="$dir/state" "$JAGA" -q -C / init "$dir/office" --org Bench >/dev/null
  # Nothing that has to be confirmed by another look.
  printf 'hosts:\n  - {name: here, address: 127.0.0.1, checks: [local], thresholds: {memory_available: {warn: "off", crit: "off"}, swap_used: {warn: "off", crit: "off"}}}\n' \
    >"$dir/office/hosts.yaml"
  here monitor >/dev/null || :
  for ((i = 0; i < runs; i++)); do
    for what in fresh second; do
      fresh=()
      [ $what = second ] || fresh=(--fresh)
      timed "period.$what" env HOME="$dir/home" XDG_STATE_HOME="$dir/state" "$JAGA" -C "$dir/office" --lang en \
        monitor --no-record --json "${fresh[@]}"
      [ "$(last_status "period.$what")" -le 3 ] || wrong period "$(cat "$bench_dir/period.$what.err")"
      grep -q '"check": "load"' "$bench_dir/period.$what.out" || wrong period "no load in $what"
      grep -q '"check": "sysctl"' "$bench_dir/period.$what.out" || wrong period "no sysctl in $what"
    done
    grep '"check": "sysctl"' "$bench_dir/period.second.out" | grep -qv '"age_s": 0,' || wrong period "nothing is carried"
    grep '"check": "sysctl"' "$bench_dir/period.fresh.out" | grep -q '"age_s": 0,' || wrong period "not everything is measured"
  done
  row "a second look within the period, CPU" "$(ms "$(median period.second 2)")" "$(ms "$(median period.fresh 2)")" \
    "all sections" "$(ratio "$(median period.second 2)" "$(median period.fresh 2)")" "<= 0.6"

  count=$("$JAGA_BENCH_LOOK" make "$hosts" "$dir/round.yaml")
  for ((i = 0; i < runs; i++)); do
    for what in copy round; do
      timed "period.$what" "$JAGA_BENCH_LOOK" "$what" "$hosts" "$dir/round.yaml"
      [ "$(cat "$bench_dir/period.$what.out")" = "$count" ] || wrong period "$(cat "$bench_dir/period.$what.out") results, not $count"
    done
  done
  row "2,000 hosts' results a round: planned, carried, followed, written" "$(ms "$(median period.round 1)")" \
    "$(ms "$(median period.copy 1)")" "read and written" "$(ratio "$(median period.round 1)" "$(median period.copy 1)")" "<= 1.5"
  row "the same, memory" "$(mib "$(median period.round 3)")" "200 MiB" limit "$(ratio "$(median period.round 3)" 204800)" "<= 1"
}
