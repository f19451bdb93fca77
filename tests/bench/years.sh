# An office after ten years: 10,000 incidents, 100,000 records.
# shellcheck shell=bash disable=SC2154,SC2153

YEARS_INCIDENTS=${YEARS_INCIDENTS:-10000}

# years NAME N [open]: the directory $bench_dir/NAME, made once; $years runs jaga on it.
years() {
  [ -e "$bench_dir/$1" ] || "$JAGA_BENCH_YEARS" make "$bench_dir/$1" "${@:2}" >/dev/null
  export HOME=$bench_dir/$1/home XDG_STATE_HOME=$bench_dir/$1/state
  unset SSH_AUTH_SOCK
  mkdir -p "$HOME"
  years=("$JAGA" --lang en --key "$bench_dir/$1/keys/staff0" -C "$bench_dir/$1/office")
}
# of A + B, A / B ...: of numbers.
of() { awk "BEGIN {printf \"%.6f\", $*}"; }

bench_audit() {
  local i sha verified cpu list=$bench_dir/list
  years old "$YEARS_INCIDENTS"
  (cd "$bench_dir/old/office" && find register incidents seals -type f -print0 >"$list")
  for ((i = 0; i < runs; i++)); do
    timed audit.jaga "${years[@]}" audit
    grep -qx sound "$bench_dir/audit.jaga.out" || wrong audit "$(head -n 5 "$bench_dir/audit.jaga.out")"
    timed audit.sha bash -c 'cd "$1" && xargs -0 sha256sum <"$2"' - "$bench_dir/old/office" "$list"
    "$JAGA_BENCH_YEARS" verify "$bench_dir/old" >>"$bench_dir/audit.verify" || wrong audit 'a signature is not good'
    timed audit.since "${years[@]}" audit --since last
    grep -qx sound "$bench_dir/audit.since.out" || wrong audit "$(head -n 5 "$bench_dir/audit.since.out")"
    timed audit.find find "$bench_dir/old/office"
  done
  cpu=$(median audit.jaga 2) sha=$(median audit.sha 2) verified=$(middle audit.verify)
  row "audit of $YEARS_INCIDENTS incidents, CPU" "$(ms "$cpu")" "$(ms "$(of "$sha + $verified")")" \
    "sha256sum and bare verifications" "$(ratio "$cpu" "$(of "$sha + $verified")")" "<= 1.3"
  row "the same without its verifications" "$(ms "$(of "$cpu - $verified")")" "$(ms "$sha")" sha256sum \
    "$(ratio "$(of "$cpu - $verified")" "$sha")" "<= 2"
  row "the same, memory" "$(mib "$(median audit.jaga 3)")" "120 MiB" limit "$(ratio "$(median audit.jaga 3)" 122880)" "<= 1"
  row "the same, wall to CPU (two cores)" "$(ms "$(median audit.jaga 1)")" "$(ms "$cpu")" CPU \
    "$(ratio "$(median audit.jaga 1)" "$cpu")" -
  row "audit --since last, nothing new, CPU" "$(ms "$(median audit.since 2)")" "$(ms "$(median audit.find 2)")" find \
    "$(ratio "$(median audit.since 2)" "$(median audit.find 2)")" -
}

bench_overview() {
  local i
  years old "$YEARS_INCIDENTS"
  for ((i = 0; i < runs; i++)); do
    timed overview.status "${years[@]}" status
    [ "$(last_status overview.status)" = 0 ] || wrong overview "$(cat "$bench_dir/overview.status.err")"
    [ "$(wc -l <"$bench_dir/overview.status.out")" = 4 ] || wrong overview 'not the three that are open'
    timed overview.log "${years[@]}" log --since 2026-10-28
    grep -q approve "$bench_dir/overview.log.out" || wrong overview "$(cat "$bench_dir/overview.log.err")"
    timed overview.word "${years[@]}" completion incidents --word 20
    [ "$(wc -l <"$bench_dir/overview.word.out")" = 3 ] || wrong overview 'not the three that are open are completed'
    timed overview.find find "$bench_dir/old/office"
  done
  row "status of $YEARS_INCIDENTS archived incidents, CPU" "$(ms "$(median overview.status 2)")" "$(ms "$(median overview.find 2)")" \
    find "$(ratio "$(median overview.status 2)" "$(median overview.find 2)")" "<= 1.5"
  row "log --since of the last days, CPU" "$(ms "$(median overview.log 2)")" "$(ms "$(median overview.find 2)")" find \
    "$(ratio "$(median overview.log 2)" "$(median overview.find 2)")" "<= 1.5"
  row "an incident's id completed" "$(ms "$(median overview.word 1)")" "50 ms" limit "$(ratio "$(median overview.word 1)" 0.05)" "<= 1"
}

bench_waiting() {
  local i floor
  years waiting "$YEARS_INCIDENTS" open
  for ((i = 0; i < runs; i++)); do
    timed waiting.status "${years[@]}" status
    [ "$(wc -l <"$bench_dir/waiting.status.out")" = $((YEARS_INCIDENTS + 1)) ] || wrong waiting 'not every incident is listed'
    timed waiting.find find "$bench_dir/waiting/office"
    "$JAGA_BENCH_YEARS" verify "$bench_dir/waiting" heads >>"$bench_dir/waiting.verify" || wrong waiting 'a signature is not good'
  done
  floor=$(of "5 * $(median waiting.find 2) + $(middle waiting.verify)")
  row "status of $YEARS_INCIDENTS open incidents, CPU" "$(ms "$(median waiting.status 2)")" "$(ms "$floor")" \
    "5 finds and bare verifications" "$(ratio "$(median waiting.status 2)" "$floor")" "<= 1"
  row "the same, memory" "$(mib "$(median waiting.status 3)")" "200 MiB" limit "$(ratio "$(median waiting.status 3)" 204800)" -
}

# ten COMMAND...: ten times; a word N is the number.
ten() {
  local i
  for ((i = 0; i < 10; i++)); do "${@//N/$i}" >/dev/null || return; done
}
export -f ten

bench_growth() {
  local i what id
  for ((i = 0; i < runs; i++)); do
    for what in small old; do
      if [ $what = small ]; then years small 100; else years old "$YEARS_INCIDENTS"; fi
      # shellcheck disable=SC2016  # expanded by that shell
      timed growth.open.$what bash -c 'ten "$@"' - "${years[@]}" open srv07 -q --fault unknown --object "$i.N" -m slow
      [ "$(last_status growth.open.$what)" = 0 ] || wrong growth "$(cat "$bench_dir/growth.open.$what.err")"
      id=$("${years[@]}" open srv08 -q --fault unknown --object "x$i" -m slow)
      for step in "step analyze $id -q --plan manual -p task=taskN --fault unknown -m x" "show show $id" "note note $id -q -m N"; do
        # shellcheck disable=SC2016,SC2086
        timed "growth.${step%% *}.$what" bash -c 'ten "$@"' - "${years[@]}" ${step#* }
        [ "$(last_status "growth.${step%% *}.$what")" = 0 ] || wrong growth "$(cat "$bench_dir/growth.${step%% *}.$what.err")"
      done
    done
  done
  for what in open step show note; do
    # An open incident of the same fault may be of any age: each one of the host has to be looked at, here 200 to 2.
    goal=1.2
    [ $what != open ] || goal=2
    row "10 x $what with $YEARS_INCIDENTS incidents" "$(ms "$(median growth.$what.old 1)")" "$(ms "$(median growth.$what.small 1)")" \
      "with 100" "$(ratio "$(median growth.$what.old 1)" "$(median growth.$what.small 1)")" "<= $goal"
  done
}

bench_seal() {
  local i
  for ((i = 0; i < runs; i++)); do
    rm -rf "$bench_dir/unsealed"
    years unsealed $((YEARS_INCIDENTS / 3)) open
    rm -rf "$bench_dir/unsealed/office/seals"
    timed seal.jaga "${years[@]}" seal
    [ "$(last_status seal.jaga)" = 0 ] || wrong seal "$(cat "$bench_dir/seal.jaga.err")"
    timed seal.sha bash -c 'cd "$1" && find register incidents -type f -print0 | xargs -0 sha256sum' - "$bench_dir/unsealed/office"
  done
  row "the seals of $((YEARS_INCIDENTS / 3)) new incidents, CPU" "$(ms "$(median seal.jaga 2)")" "$(ms "$(median seal.sha 2)")" \
    "find and sha256sum" "$(ratio "$(median seal.jaga 2)" "$(median seal.sha 2)")" -
}
