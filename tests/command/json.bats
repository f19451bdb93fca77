#!/usr/bin/env bats
# What is printed with --json is documented in jaga-json(5); lint.json holds the page against the sources.
load helpers
load flow
setup() { setup_folder; office; }

page=${JAGA_SOURCE:-$BATS_TEST_DIRNAME/../..}/man/jaga-json.5

# documented PART: the keys that stand under `jaga PART`.
documented() {
  awk -v wanted="$1" '
    $1 == ".Ss" { part = ""; if ($2 == "jaga") { part = $0; sub(/^\.Ss jaga /, "", part) } }
    $1 == ".It" && $2 == "Ic" && part == wanted { for (i = 3; i <= NF; ++i) if ($i != ",") print $i }
  ' "$page"
}

# printed PART COMMAND...: it prints something, only objects, and only documented keys.
printed() {
  local part=$1 line key
  shift
  "$@" --json >out || [ $? -le 3 ]
  [ -s out ] || { echo "nothing from $*" >&2; return 1; }
  documented "$part" >keys
  while IFS= read -r line; do
    case $line in '{'*'}') ;; *) echo "no object: $line" >&2; return 1 ;; esac
    # Facts have names of their own, bodies are documented in jaga-record(5).
    line=$(sed 's/"facts": {[^}]*}/"facts": 1/; s/"body": {.*}$/"body": 1}/' <<<"$line")
    for key in $(grep -o '"[A-Za-z0-9_]*": ' <<<"$line" | tr -d '": '); do
      grep -qx "$key" keys || { echo "$*: \"$key\" does not stand under jaga $part" >&2; return 1; }
    done
  done <out
}

@test "every key that is printed is documented" {
  need_machine_id
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [icmp, local, tcp: {port: 1}]}\n' >hosts.yaml
  decisions='accept, approve, reject, verify, withdraw'
  printed monitor jaga monitor
  grep -q '^{"round": ' out
  printed analyze as staff analyze
  id=$(sed -n 's/.*"fault": "service-down".*"incident": "\([^"]*\)".*/\1/p' out)
  [ -n "$id" ]
  printed status jaga status
  printed show jaga show "$id"
  printed show jaga show "$id:1"
  printed log jaga log
  printed analyze as staff analyze "$id" --plan manual -p task=x -m why
  printed "$decisions" as section-head reject "$id" -m no --yes
  printed status jaga status
  printed show jaga show "$id"
  printed monitor as staff monitor --incident "$id"
  printed note as staff note "$id" -m text
  echo x >file
  printed evidence as staff evidence add "$id" file
  printed evidence jaga evidence list "$id"
  printed "$decisions" as section-head withdraw "$id" --outcome recovered -m well --yes
  printed open as staff open web01 -m broken
  printed host jaga host list
  printed host jaga host show web01
  printed host jaga host add db01 127.0.0.2
  printed host as staff host trust web01 --verified console --yes
  printed host jaga host show web01
  printed person jaga person list
  printed audit jaga audit
  printed doctor jaga doctor
  printed seal as staff seal
  printed ping jaga ping -C 1 127.0.0.1 127.0.0.2
}

@test "what only some procedures say is documented too" {
  at_all_hours
  sed -i 's/^    standard: "15m"/    escalate: [{after: "1ms", roles: ["division_head"]}, {after: "9h", roles: ["staff"]}]/' sop.yaml
  adopted
  id=$(as staff open web01 -q --fault disk-full --severity critical -m full)
  withdrawn web01
  printed open as staff open web01 --fault disk-full -m back
  printed show jaga show "$id"
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  printed status jaga status
  grep -q '"escalates_to"' out
  grep -q '"reopens"' out
  printed show jaga show web01
}

@test "what repairs did" {
  need jq
  here_with steps <<'P'
emergency: true
commands:
  - title: {id: "Satu", en: "One"}
    script: |
      echo one
  - title: {id: "Dua", en: "Two"}
    script: |
      echo two >&2
      exit 3
P
  as staff repair here -q --emergency -m 'it burns' >/dev/null || [ $? = 1 ]
  as staff repair here -q --vendor 'A vendor' -m 'it does not start' >/dev/null
  printf 'scan' >order.pdf
  when=$(just_now)
  as staff repair here -q --vendor-reply --technician 'A technician' --arrived "$when" \
    --left "$when" --letter order.pdf --part S1=S2 -m 'board replaced' >/dev/null
  printed show jaga show here
  said() { jq -r "$1" out; }
  [ "$(said '.runs | map(.mode) | join(" ")')" = 'run vendor' ]
  [ "$(said '.runs[0] | [.person, .emergency, .outcome, .continued | tostring] | join("/")')" = 'staff/it burns/failed/true' ]
  [ "$(said '.runs[0].commands | map("\(.target) \(.n) \(.end) \(.exit)") | join(", ")')" = 'here 1 exit 0, here 2 exit 3' ]
  [ "$(cat incidents/*/*/evidence/sha256-"$(said '.runs[0].commands[1].err' | cut -d: -f2)")" = two ]
  [ "$(said '.runs[1] | [.vendor, .technician, .arrived, .left, .outcome, .reply] | join("/")')" = \
    "A vendor/A technician/${when%Z}.000Z/${when%Z}.000Z/done/board replaced" ]
  [ "$(said '.runs[1].letter')" = "sha256:$(sha256sum order.pdf | cut -d' ' -f1)" ]
  [ "$(said '.runs[1].parts[0] | .removed + "=" + .installed')" = S1=S2 ]
  # The vendor's wait is a pause of the step that waited, and of no other.
  [ "$(said '.clocks | map(select(.step != "repair")) | map(.paused_ms) | add')" = 0 ]
  as section-head approve here -q --yes >/dev/null
  printed show jaga show here
  [ "$(said '.runs | map(.ratified_by // "-") | join(" ")')" = '- section-head' ]
}
