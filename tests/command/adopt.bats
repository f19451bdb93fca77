#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; }

@test "nothing to adopt right after init" {
  status 0 as staff adopt --yes
  says 'nothing to adopt'
}

@test "an edited sop.yaml blocks decisions until it is adopted" {
  as staff open web01 -m slow >id
  as staff analyze "$(cat id)" --plan manual -p task='change the cable' --fault unknown -m 'by hand'
  sed -i 's/standard: "15m"/standard: "20m"/' sop.yaml
  status 77 as section-head approve web01 --yes
  says 'jaga adopt'
  status 64 as staff adopt </dev/null
  says '-     standard: "15m"'
  says '+     standard: "20m"'
  status 0 as staff adopt --yes
  status 0 as section-head approve web01 --yes
  status 0 jaga audit
}

@test "an own-work rule is not dropped" {
  sed -i '/not_by: \["analyze"\]/d' sop.yaml
  status 77 as staff adopt --yes
}

@test "only an admin adopts; what is refused leaves nothing behind" {
  sed -i 's/standard: "15m"/standard: "20m"/' sop.yaml
  before=$(ls register/evidence)
  status 77 as section-head adopt --yes
  [ "$(ls register/evidence)" = "$before" ]
  status 0 as staff adopt --yes
  [ "$(ls register/evidence | wc -l)" = 2 ]
}

# What status and show say of an incident, but for the time that goes by since its running step began.
told() {
  jaga status --all --json | jq -c --arg id "$1" 'select(.incident == $id) | del(.gross_ms)
    | .clocks |= map(if .ended then . else del(.gross_ms) end)'
  jaga show "$1" --json | jq -c '.clocks[] | if .ended then . else del(.gross_ms) end'
}
# hours DAY-OFFSET...: the calendar works, all day long, only on those days from today on (of UTC+8).
hours() {
  local offset out=''
  for offset in "$@"; do out+="$(TZ=UTC-8 LC_ALL=C date -d "$offset days" +%a | tr '[:upper:]' '[:lower:]'): \"00:00-24:00\", "; done
  sed -i "s/^  hours: .*/  hours: {${out%, }}/" sop.yaml
}

@test "another calendar, edited and adopted, changes nothing of what is open or closed; a new incident has it" {
  hours 3 4  # nothing counts today, nor when the test runs over midnight
  as staff adopt -q --yes >/dev/null
  as staff open web01 -q -m closed >id
  as staff analyze "$(cat id)" -q --plan manual -p task=x --fault unknown -m x >/dev/null
  withdrawn web01
  closed=$(cat id)
  as staff open web01 -q -m open >id
  open=$(cat id)
  as staff analyze "$open" -q --plan manual -p task=x --fault unknown -m x >/dev/null
  closed_before=$(told "$closed")
  open_before=$(told "$open")
  [ "$(jq -s 'length' <<<"$open_before")" = 4 ]
  [ "$(jq -r 'select(.due).deadline' <<<"$open_before")" != null ]
  # Working hours that are now, another offset, a holiday and a half day.
  sed -i 's/^  utc_offset: .*/  utc_offset: "-11:00"/; s/^  holidays: .*/  holidays: ["2027-01-01"]/' sop.yaml
  sed -i 's/^  # dates: .*/  dates: {"2026-12-24": "07:30-12:00"}/; s/^    standard: "15m"/    standard: "20m"/' sop.yaml
  hours -1 0 1 2 3 4 5
  [ "$(told "$closed")" = "$closed_before" ]
  [ "$(told "$open")" = "$open_before" ]
  status 77 as section-head approve "$open" --yes
  as staff adopt -q --yes >/dev/null
  [ "$(told "$closed")" = "$closed_before" ]
  [ "$(told "$open")" = "$open_before" ]
  as staff open web01 -q --fault disk-full -m full >id
  as staff analyze "$(cat id)" -q --plan manual -p task=x --fault unknown -m x >/dev/null
  new=$(jq 'select(.due)' <<<"$(told "$(cat id)")")
  [ "$(jq .standard_ms <<<"$new")" = 1200000 ]
  [ "$(jq -r .deadline <<<"$new")" != "$(jq -r 'select(.due).deadline' <<<"$open_before")" ]
  # What is decided from now on is still by the calendar of then.
  status 0 as section-head approve "$open" --yes
  [ "$(told "$closed")" = "$closed_before" ]
  [ "$(jq -s 'map(select(.due)) | .[0].net_ms' <<<"$(told "$open")")" = 0 ]
  status 0 jaga audit
}

@test "roles that open incidents still want are named, and can be given" {
  as staff open web01 -q -m slow >/dev/null
  sed -i 's/section_head/kasi/g' sop.yaml
  status 0 as staff adopt --yes
  says "under this procedure nobody has a role for step 'approve': Head of the Network and Data Centre Section"
  says 'roles that the new procedure does not have'
  says 'section_head'
  status 0 as staff person change section-head --role kasi
  status 0 as staff person leave section-head --yes
  says "nobody may take the step 'approve' of"
  says 'section_head'
  status 0 as staff doctor
  says ": their procedure requires section_head"
  make_key new
  status 64 as staff person add new --role kepala --key "$KEYS/new.pub"
  says "unknown role 'kepala' in this procedure"
  status 0 as staff person add new --role kasi --role section_head --key "$KEYS/new.pub"
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 0 as new approve web01 --yes
  status 0 jaga audit
  # No open incident requires it any more: then it is not a role.
  as staff repair web01 -q --by-hand -m x >/dev/null
  as new verify web01 -q --yes --override x >/dev/null
  as division-head accept web01 -q --yes >/dev/null
  as staff archive web01 -q --no-part --no-pdf >/dev/null
  make_key late
  status 64 as staff person add late --role section_head --key "$KEYS/late.pub"
}
