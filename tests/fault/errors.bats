#!/usr/bin/env bats
# Never silent: the calls of a command fail one by one: every sixth of each name, with the errors that it can have in
# turn; in a long run (JAGA_TEST_ALL=1) every one, with each of them. The command then ends with an error, or its record
# is there all the same.
load ../command/helpers
load ../command/flow
load faults

errors_of() {
  case $1 in
    write | fsync) echo ENOSPC EIO EDQUOT ;;
    openat | mkdir | mkdirat | linkat | renameat) echo ENOSPC EDQUOT EROFS EACCES EIO ;;
    fchmod) echo EROFS EIO ;;
    openat2) echo EACCES EIO ;;
    getdents64 | read | newfstatat | flock) echo EIO ;;
  esac
}

# failing COMMAND...
failing() {
  local call first last k error before code turn=0 errors step=6
  [ "${JAGA_TEST_ALL-}" != 1 ] || step=1
  walk "$(changing) $(looking)" "$@"
  sed -i '/^exit_group /d; /^unlinkat /d' ../calls
  while read -r call first last; do
    for ((k = first; k <= last; k += step)); do
      read -ra errors < <(errors_of "$call")
      [ "${JAGA_TEST_ALL-}" = 1 ] || errors=("${errors[turn++ % ${#errors[@]}]}")
      for error in "${errors[@]}"; do
        code=0
        strace -o /dev/null -e trace="$call" -e inject="$call:error=$error:when=$k" "$@" >../out 2>../err || code=$?
        case $code in
          0 | 1 | 64 | 65 | 66 | 69 | 73 | 74 | 75 | 77 | 78) ;;
          *) echo "exit $code with $error at $call $k" >&2; cat ../err >&2; return 1 ;;
        esac
        if [ "$code" = 0 ] && [ "$(records | wc -l)" -le "$before" ]; then
          echo "silent: exit 0 and no record with $error at $call $k" >&2
          return 1
        fi
        if [ "$code" != 0 ] && [ ! -s ../err ]; then
          echo "silent: exit $code and no message with $error at $call $k" >&2
          return 1
        fi
        if ! { all_whole && audited; }; then
          echo "exit $code with $error at $call $k" >&2
          cat ../err >&2
          return 1
        fi
        if [ "$(records | wc -l)" -gt "$before" ]; then restore; fi
      done
    done
  done <../calls
}

setup() { traceable_office; }

@test "note" {
  incident
  failing "$JAGA" --key "$KEYS/staff" note web01 -m 'the cable was loose'
}

@test "open" {
  failing "$JAGA" --key "$KEYS/staff" open web01 -m slow
}

# bats test_tags=long
@test "approve" {
  analysed
  failing "$JAGA" --key "$KEYS/section-head" approve web01 --yes
}
