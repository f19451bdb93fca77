# Read by script/bench and by each file of benches. Here: how something is timed, and how a row is printed.
# shellcheck shell=bash

: "${bench_dir:?set by script/bench}" "${JAGA:?}" "${runs:=5}"
results=$bench_dir/results.md

say() { printf 'bench: %s\n' "$*" >&2; }
wrong() { # an answer that is not right makes every time worthless
  say "$1: wrong answer, no time is given: $2"
  exit 1
}

# timed NAME COMMAND...: once, its output in $bench_dir/NAME.out and .err; appends WALL CPU RSS STATUS to
# $bench_dir/NAME.runs.
timed() {
  local name=$1
  shift
  "$bench_dir/measure" "$@" >"$bench_dir/$name.out" 2>"$bench_dir/$name.err" 3>>"$bench_dir/$name.runs" </dev/null
}

# middle NAME [COLUMN]: the median of the numbers in $bench_dir/NAME.
middle() {
  awk -v column="${2-1}" '{print $column}' "$bench_dir/$1" | sort -n |
    awk '{all[NR] = $1} END {print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2}'
}
# median NAME COLUMN: of its runs (1 wall, 2 CPU, 3 resident set in KiB).
median() { middle "$1.runs" "$2"; }
last_status() { tail -n 1 "$bench_dir/$1.runs" | cut -d ' ' -f 4; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN {if (b > 0) printf "%.2f", a / b; else print "-"}'; }
ms() { awk -v s="$1" 'BEGIN {printf "%.1f ms", s * 1000}'; }
mib() { awk -v k="$1" 'BEGIN {printf "%.1f MiB", k / 1024}'; }

# reachable GOAL FLOORS FLOOR OTHER: "<= GOAL", or FLOORS times the floor's own share of the other's time where
# that is more: where the kernel's part is most of what the other takes, no program can be as fast as GOAL says.
reachable() {
  awk -v goal="$1" -v floors="$2" -v floor="$3" -v other="$4" 'BEGIN {
    own = floors * floor / other
    if (own > goal) printf "<= %.2f (%s floors)", own, floors; else print "<= " goal }'
}

# row WHAT JAGA OTHER NAME-OF-OTHER RATIO GOAL: GOAL "<= 0.35 ..." is compared with RATIO; "-": there is none. One that is not kept
# fails the bench when all its rows are printed.
# shellcheck disable=SC2034  # for script/bench
missed=0
row() {
  local kept=NO
  case $5 in
  [0-9]*) ;;
  *) wrong "$1" "'$5' is not a ratio" ;;
  esac
  if [ "$6" = - ]; then
    kept=-
  elif awk -v r="$5" -v g="${6#<= }" 'BEGIN {exit !(r + 0 <= g + 0)}'; then
    kept=yes
  else
    # shellcheck disable=SC2034  # for script/bench
    missed=1
  fi
  printf '| %s | %s | %s %s | %s | %s | %s |\n' "$1" "$2" "$4" "$3" "$5" "$6" "$kept" | tee -a "$results"
}
