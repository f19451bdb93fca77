# skipped.awk SUMMARY LOG: what was skipped and why, of ctest's summary and its log (Temporary/LastTest.log): in files
# of bats and programs of doctest, of which the rest may have run, and whole tests, whose last line says why.
function skip(part, reason) {
  if (!count++) print "Skipped, and why:"
  print "  " test (part == "" ? "" : ": " part) ": " (reason == "" ? "no reason given" : reason)
}

# "	 12 - lab.monitor (Skipped)"
FILENAME == ARGV[1] {
  if ($NF == "(Skipped)") whole[$3] = 1
  next
}

/^[0-9]+\/[0-9]+ Testing: / {
  test = $0
  sub(/^[^:]*: /, "", test)
  part = last = ""
  count_before = count
  inside = 0
}
/^Output:$/ {
  inside = 1
  next
}
/^<end of output>$/ {
  inside = 0
  if ((test in whole) && count == count_before) skip("", last)
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
/[^ -]/ { last = $0 }
