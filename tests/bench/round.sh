# A round read and diagnosed: `jaga analyze -n ROUND`, inventory and all.
# shellcheck shell=bash disable=SC2154,SC2153

# office DIR RESULTS RESULTS-A-HOST: a working directory with so many hosts, in chains of ten, each reached
# through the one before it; DIR/round.yaml has the results. In every tenth chain the sixth host is down, and with
# it all behind it; on every hundredth host a disk is full.
office() {
  mkdir -p "$1"
  HOME=$bench_dir/home XDG_STATE_HOME=$bench_dir/state "$JAGA" -q -C / init "$1" --org Bench >/dev/null
  awk -v results="$2" -v each="$3" 'BEGIN {
    print "hosts:"
    for (i = 0; i < results / each; i++)
      printf "  - {name: \"h%06d\", address: \"10.%d.%d.%d\"%s, checks: [icmp, ssh]}\n", i, i / 65536, i / 256 % 256, i % 256,
        i % 10 ? sprintf(", parents: {any: [\"h%06d\"]}", i - 1) : ""
  }' >"$1/hosts.yaml"
  awk -v results="$2" -v each="$3" '
    BEGIN {
      print "format: \"jaga/round@1\"\ninstallation: \"bench\"\nat: \"2026-11-24T02:00:00.000Z\""
      printf "inventory: \"sha256:%064d\"\n", 0
      print "self:\n  route: true\n  own_drops: 0\nskipped: []\nresults:"
      icmp = ", facts: {duplicates: 0, jitter_us: 20, late: 0, loss_percent: %d, received: %d, rtt_us: 180, sent: 5}"
      for (i = 0; i < results / each; i++) {
        down = i % 100 >= 5 && i % 100 < 10
        for (n = 0; n < each - 1; n++) {
          full = !down && i % 100 == 50 && n == 0
          reason = down ? "timed_out" : full ? "limit_reached" : ""
          summary = down ? "no answer" : "99% of space used"
          print down ? one_down(n) : one_up(n, full)
        }
        reason = down ? "timed_out" : ""
        print text("icmp", "", down ? "critical" : "ok", sprintf(icmp, down ? 100 : 0, down ? 0 : 5))
      }
      print "..."
    }
    function text(check, object, state, rest) {
      return sprintf("  - {host: \"h%06d\", check: \"%s\"%s, state: \"%s\"%s, since: \"2026-11-24T02:00:00.000Z\", hard: true, attempts: %d, history: \"oooooooooooooooooooo%s\"%s}", \
        i, check, object == "" ? "" : ", object: \"" object "\"", state, reason == "" ? "" : ", reason: \"" reason "\", summary: \"" summary "\"", \
        state == "ok" ? 1 : 3, substr(state, 1, 1), rest)
    }
    function one_up(n, full) { return text("disk", sprintf("/srv/%02d", n), full ? "critical" : "ok", sprintf(", facts: {available_kib: 359986516, total_kib: 480590832, used_percent: %d}", full ? 99 : 22)) }
    function one_down(n) { return text("dns", sprintf("%02d.example/A", n), "critical", "") }
  ' >"$1/round.yaml"
}

bench_round() {
  local i count dir jaga down
  for count in 1024 10240 65024; do office "$bench_dir/round.$count" "$count" 16; done
  for ((i = 0; i < runs; i++)); do
    for count in 1024 10240 65024; do
      dir=$bench_dir/round.$count
      timed "round.$count" env HOME="$bench_dir/home" XDG_STATE_HOME="$bench_dir/state" \
        "$JAGA" -C "$dir" --lang en analyze -n "$dir/round.yaml"
      [ "$(last_status "round.$count")" = 0 ] || wrong round "$(cat "$bench_dir/round.$count.err")"
      jaga=$(grep -c '^h[0-9]*: Host is down' "$bench_dir/round.$count.out")
      down=$(grep -c 'name: "h[0-9]*05"' "$dir/hosts.yaml")
      [ "$jaga" = "$down" ] || wrong round "$jaga hosts are reported as down, not $down"
      [ "$(grep -c ': Disk is full' "$bench_dir/round.$count.out")" = "$(grep -c 'name: "h[0-9]*50"' "$dir/hosts.yaml")" ] ||
        wrong round "not every full disk was found"
    done
  done
  row "round of 65,024 results read and diagnosed" "$(ms "$(median round.65024 1)")" "1500 ms" limit \
    "$(ratio "$(median round.65024 1)" 1.5)" "<= 1"
  row "the same, memory" "$(mib "$(median round.65024 3)")" "200 MiB" limit \
    "$(ratio "$(median round.65024 3)" 204800)" "<= 1"
  row "65,024 results, time a result to that of 10,240" "$(ms "$(median round.65024 1)")" \
    "$(ms "$(median round.10240 1)")" "10,240:" \
    "$(awk -v a="$(median round.65024 1)" -v b="$(median round.10240 1)" 'BEGIN {printf "%.2f", a / b / (65024 / 10240)}')" "<= 1.2"
  row "10,240 results, time a result to that of 1,024" "$(ms "$(median round.10240 1)")" \
    "$(ms "$(median round.1024 1)")" "1,024:" \
    "$(awk -v a="$(median round.10240 1)" -v b="$(median round.1024 1)" 'BEGIN {printf "%.2f", a / b / 10}')" "<= 1.2"
}
