#!/usr/bin/env bats
# The situations of tests/data/rounds, each with the verdict that jaga is to give, every byte of it.
load helpers
setup() {
  setup_folder
  rounds=$(readlink -f "$BATS_TEST_DIRNAME/../data/rounds")
}

@test "each situation has what it takes, and there are forty at least" {
  local situation file count=0
  for situation in "$rounds"/*/; do
    count=$((count + 1))
    for file in hosts.yaml round.yaml why verdict; do
      [ -s "$situation$file" ] || { echo "no $file in $situation" >&2; return 1; }
    done
  done
  [ "$count" -ge 40 ]
}

@test "each round gives the verdict that is written beside it" {
  local situation name wrong=0
  need_moved_clock
  "$rounds/judge" "$BATS_TEST_TMPDIR/given"
  for situation in "$rounds"/*/; do
    name=$(basename "$situation")
    diff -u --label "$name, expected" --label "$name, given" "$situation/verdict" "$BATS_TEST_TMPDIR/given/$name" >&2 ||
      wrong=$((wrong + 1))
  done
  [ "$wrong" = 0 ] || { echo "$wrong verdicts differ; tests/data/rounds/record writes them again" >&2; return 1; }
}

@test "rounds of the second format give the same verdicts" {
  local situation name wrong=0
  need_moved_clock
  # Every fourth; all of them in a long run.
  local names=()
  for situation in "$rounds"/*/; do names+=("$(basename "$situation")"); done
  if [ "${JAGA_TEST_ALL-}" != 1 ]; then
    mapfile -t names < <(printf '%s\n' "${names[@]}" | sed -n '1~4p')
  fi
  JAGA_ROUND_FORMAT=2 "$rounds/judge" "$BATS_TEST_TMPDIR/given" "${names[@]}"
  for name in "${names[@]}"; do
    diff -u "$rounds/$name/verdict" "$BATS_TEST_TMPDIR/given/$name" >&2 || wrong=$((wrong + 1))
  done
  [ "$wrong" = 0 ]
}

@test "the same rounds give the same bytes again" {
  need_moved_clock
  "$rounds/judge" "$BATS_TEST_TMPDIR/one" power-feed-lost disk-fails-in-raid switch-cut
  "$rounds/judge" "$BATS_TEST_TMPDIR/two" power-feed-lost disk-fails-in-raid switch-cut
  diff -r "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two"
}
