# The routine report, the board, and the summaries of days.
# shellcheck shell=bash disable=SC2154,SC2153

# keeper: an office with a machine and staff, in the current folder; $staff and $timer run jaga as them.
keeper() {
  local name
  export HOME=$bench_dir/home XDG_STATE_HOME=$bench_dir/state
  unset SSH_AUTH_SOCK
  mkdir -p "$HOME"
  for name in staff timer; do [ -e "$bench_dir/$name" ] || ssh-keygen -q -t ed25519 -N '' -C $name -f "$bench_dir/$name"; done
  staff=("$JAGA" --key "$bench_dir/staff" --lang en)
  timer=("$JAGA" --key "$bench_dir/timer" --lang en)
  "${staff[@]}" init -q --org Office --person staff --role staff . >/dev/null
  "${staff[@]}" person add timer -q --machine --key "$bench_dir/timer.pub" >/dev/null
}

# A thousand incidents of this month, each opened and analysed.
bench_month() {
  local i n incidents=1000
  mkdir -p "$bench_dir/month"
  cd "$bench_dir/month" || exit
  keeper
  awk 'BEGIN {print "hosts:"; for (i = 0; i < 50; i++) printf "  - {name: \"h%02d\", address: \"10.0.0.%d\"}\n", i, i + 1}' >hosts.yaml
  local types=(disk-full service-down host-down unknown)
  for ((n = 0; n < incidents; n++)); do
    "${staff[@]}" open "h$(printf '%02d' $((n % 50)))" -q --fault "${types[n % 4]}" --object "o$n" -m slow >id
    "${staff[@]}" analyze "$(cat id)" -q --plan manual -p task=x -m x
  done >/dev/null
  for ((i = 0; i < runs; i++)); do
    timed month.html "${staff[@]}" report monthly --document-lang en --format html
    grep -q '</html>' "$bench_dir/month.html.out" || wrong month "$(cat "$bench_dir/month.html.err")"
    timed month.json "${staff[@]}" report monthly --json
    # Both months, where midnight passed meanwhile.
    [ "$(jq '.summary.faults + .previous.faults' "$bench_dir/month.json.out")" = $incidents ] || wrong month 'not every fault is counted'
  done
  row "the routine report of $incidents incidents" "$(ms "$(median month.html 1)")" "2000 ms" goal \
    "$(ratio "$(median month.html 1)" 2)" "<= 1"
  row "the same, memory" "$(mib "$(median month.html 3)")" "150 MiB" goal "$(ratio "$(median month.html 3)" 153600)" "<= 1"
}

# rounds INSTALLATION HOSTS DAYS GAP: rounds of all hosts, GAP seconds apart, until now; each day another host fails.
rounds() {
  local now at until
  now=$(date +%s)
  for ((at = now - $3 * 86400; at < now; at += $4)); do
    until=$(date -u -d "@$at" +%Y-%m-%dT%H:%M:%S.000Z)
    mkdir -p "rounds/$1/${until:0:4}/${until:5:2}/${until:8:2}"
    awk -v installation="$1" -v hosts="$2" -v at="$until" -v day="$((at / 86400))" 'BEGIN {
      print "format: \"jaga/round@1\"\ninstallation: \"" installation "\"\nat: \"" at "\""
      printf "inventory: \"sha256:%064d\"\n", 0
      print "self:\n  route: true\n  own_drops: 0\nskipped: []\nresults:"
      for (i = 0; i < hosts; i++) {
        bad = (i + day) % 200 == 0
        printf "  - {host: \"h%04d\", check: \"icmp\", state: \"%s\"%s, since: \"%s\", hard: true, attempts: %d, history: \"%s\", facts: {loss_percent: %d, received: %d, sent: 5}}\n", \
          i, bad ? "critical" : "ok", bad ? ", reason: \"timed_out\", summary: \"no answer\"" : "", at, bad ? 3 : 1, bad ? "c" : "o", bad ? 100 : 0, bad ? 0 : 5
      }
      print "..."
    }' >"rounds/$1/${until:0:4}/${until:5:2}/${until:8:2}/T${until:11:2}${until:14:2}${until:17:2}.000Z.yaml"
  done
}

# 2,000 hosts in 30 sites with 90 days of summaries and hourly rounds of today.
bench_board() {
  local i hosts=2000 days=90 installation week size
  mkdir -p "$bench_dir/board"
  cd "$bench_dir/board" || exit
  keeper
  printf 'hosts:\n  - {name: h0000, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n' >hosts.yaml
  "${timer[@]}" monitor -q >/dev/null || true
  installation=$(basename rounds/*)
  find rounds -name '*.yaml' -delete
  awk -v hosts="$hosts" 'BEGIN {
    print "hosts:"
    for (i = 0; i < hosts; i++)
      printf "  - {name: \"h%04d\", address: \"127.%d.%d.%d\", place: {site: \"site %02d\"}%s}\n", i, 1, int(i / 250), i % 250 + 1, i % 30, \
        i % 30 == i ? "" : sprintf(", parents: {any: [\"h%04d\"]}", i % 30)
  }' >hosts.yaml
  rounds "$installation" $hosts $days 21600
  # A summary is made of the last week's days: one call a week, then one for each of the last ones.
  for ((week = days / 7 * 7; week >= 0; week -= 7)); do
    "$root/tests/clock/at" "$(date -u -d "$week days ago" +%Y-%m-%dT%H:%M:%SZ)" "${timer[@]}" monitor h0000 --only icmp -q >/dev/null || true
  done
  [ "$(find summaries -name '*.yaml' | wc -l)" -ge $((days - 2)) ] || wrong board 'summaries are missing'
  rounds "$installation" $hosts 1 3600
  for ((i = 0; i < runs; i++)); do
    timed board.html "${staff[@]}" report board --document-lang en --format html
    [ "$(grep -c '<tr class="site">' "$bench_dir/board.html.out")" = 30 ] || wrong board "$(cat "$bench_dir/board.html.err")"
    timed board.csv "${staff[@]}" report availability --since 90d --format csv
    [ "$(grep -c '^h' "$bench_dir/board.csv.out")" -ge $((hosts * (days - 2))) ] || wrong board 'days are missing'
  done
  size=$(stat -c %s "$bench_dir/board.html.out")
  row "the board of $hosts hosts and $days days" "$(ms "$(median board.html 1)")" "2000 ms" goal "$(ratio "$(median board.html 1)" 2)" "<= 1"
  row "the same, size of the file" "$((size / 1024)) KiB" "3072 KiB" goal "$(ratio "$size" 3145728)" "<= 1"
  row "the same, memory" "$(mib "$(median board.html 3)")" "200 MiB" goal "$(ratio "$(median board.html 3)" 204800)" "<= 1"
}

# A summary is made once a day, of all its rounds: what that adds to each of them, five minutes apart.
bench_summary() {
  local i hosts=2000 each=288 installation
  mkdir -p "$bench_dir/summary"
  cd "$bench_dir/summary" || exit
  keeper
  awk -v hosts="$hosts" 'BEGIN {
    print "hosts:"
    for (i = 0; i < hosts; i++) printf "  - {name: \"h%04d\", address: \"127.1.%d.%d\"}\n", i, int(i / 250), i % 250 + 1
  }' >hosts.yaml
  "${timer[@]}" monitor h0000 -q >/dev/null || true
  installation=$(basename rounds/*)
  rounds "$installation" $hosts 2 300
  for ((i = 0; i < runs; i++)); do
    rm -rf summaries
    timed summary.with "${timer[@]}" monitor -q
    [ "$(find summaries -name '*.yaml' | wc -l)" -ge 1 ] || wrong summary "$(cat "$bench_dir/summary.with.err")"
    timed summary.round "${timer[@]}" monitor -q
  done
  # As many days as it made, since two begin within two days of rounds.
  i=$(find summaries -name '*.yaml' | wc -l)
  row "the summary of $each rounds of $hosts hosts, shared out to each" \
    "$(awk -v a="$(median summary.with 1)" -v b="$(median summary.round 1)" -v n="$((each * i))" 'BEGIN {printf "%.1f ms", (a - b) / n * 1000}')" \
    "$(ms "$(median summary.round 1)")" "a round:" \
    "$(awk -v a="$(median summary.with 1)" -v b="$(median summary.round 1)" -v n="$((each * i))" 'BEGIN {printf "%.3f", (a - b) / n / b}')" "<= 0.05"
}
