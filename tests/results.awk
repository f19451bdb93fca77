# results.awk SUMMARY LOG: what failed and where, and what was skipped and why, of ctest's summary and its log
# (Temporary/LastTest.log): in files of bats and programs of doctest, of which the rest may have passed, and whole tests,
# of which the last lines say why.

# "	 12 - lab.monitor (Skipped)", "	 28 - unit.ssh (Failed)", "(Timeout)", "(SEGFAULT)"
FILENAME == ARGV[1] {
  if ($1 ~ /^[0-9]+$/ && $2 == "-") ended[$3] = $4 == "(Skipped)" ? "skipped" : "failed"
  next
}

function skip(part, reason) {
  skips[++skipped] = "  " test (part == "" ? "" : ": " part) ": " (reason == "" ? "no reason given" : reason)
}
function fail(line) { fails[++failed] = line }

/^[0-9]+\/[0-9]+ Testing: / {
  test = $0
  sub(/^[^:]*: /, "", test)
  part = ""
  lines = 0
  skipped_before = skipped
  failed_before = failed
  inside = more = 0
}
/^Output:$/ {
  inside = 1
  next
}
/^<end of output>$/ {
  inside = 0
  if (ended[test] == "skipped" && skipped == skipped_before) skip("", last[lines])
  if (ended[test] == "failed" && failed == failed_before) {
    fail("  " test)
    for (line = lines > 20 ? lines - 19 : 1; line <= lines; ++line) fail("      " last[line])
  }
}
!inside { next }

/^ok [0-9]+ .* # skip/ {
  part = reason = $0
  sub(/^ok [0-9]+ /, "", part)
  sub(/ # skip.*/, "", part)
  sub(/^.* # skip */, "", reason)
  skip(part, reason)
}
/^TEST CASE:  / { part = substr($0, 13) }
/ MESSAGE: not tested: / {
  reason = $0
  sub(/^.* MESSAGE: not tested: /, "", reason)
  skip(part, reason)
}

# bats: "not ok 3 NAME", and lines that begin with #. doctest: "FILE:LINE: ERROR: ", and lines up to an empty one.
ended[test] == "failed" && /^not ok / {
  fail("  " test ": " substr($0, 8))
  more = 20
  next
}
ended[test] == "failed" && /: (FATAL )?ERROR: / {
  fail("  " test ": " part)
  more = 20
}
/^ok / || !/[^ ]/ { more = 0 }
more {
  fail("      " $0)
  --more
}
/[^ -]/ { last[++lines] = $0 }

END {
  if (failed) print "Failed, and where:"
  for (line = 1; line <= failed; ++line) print fails[line]
  if (failed && skipped) print ""
  if (skipped) print "Skipped, and why:"
  for (line = 1; line <= skipped; ++line) print skips[line]
}
