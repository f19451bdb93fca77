# Starting up.
# shellcheck shell=bash disable=SC2154

many() { # many COMMAND...: fifty times
  local i
  for ((i = 0; i < 50; i++)); do "$@" >/dev/null; done
}
export -f many

bench_start() {
  local i
  for ((i = 0; i < runs; i++)); do
    timed start.git bash -c 'many git --version'
    # shellcheck disable=SC2016  # expanded by that shell
    timed start.jaga bash -c 'many "$JAGA" --version'
    # shellcheck disable=SC2016
    timed start.help bash -c 'many "$JAGA" help'
  done
  row "50 starts, --version" "$(ms "$(median start.jaga 1)")" "$(ms "$(median start.git 1)")" "git --version" \
    "$(ratio "$(median start.jaga 1)" "$(median start.git 1)")" "<= 1.5"
  row "50 starts, help" "$(ms "$(median start.help 1)")" "$(ms "$(median start.git 1)")" "git --version" \
    "$(ratio "$(median start.help 1)" "$(median start.git 1)")" "<= 1.5"
}
