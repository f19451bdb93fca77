#!/usr/bin/env bats
# Every command writes JSON with --json, or says that it cannot: nothing of a person's text comes in its place.
load helpers
load flow
setup() { setup_folder; }

# answers COMMAND...: with --json, it prints objects alone, a line each, and is marked as tried; or it is refused.
answers() {
  local got=0 line
  "$@" --json >../out 2>../err </dev/null || got=$?
  if [ "$got" = 64 ] && grep -q 'cannot write json' ../err; then
    [ ! -s ../out ] || { echo "$*: refused, and printed all the same" >&2; return 1; }
  else
    [ "$got" -le 3 ] || { echo "$*: $got" >&2; cat ../err >&2; return 1; }
    while IFS= read -r line; do
      jq -e 'type == "object"' <<<"$line" >/dev/null 2>&1 || { echo "$*: no object: $line" >&2; return 1; }
    done <../out
  fi
  [ "$1" != as ] || shift 2
  [ "$1" != jaga ] || shift
  echo "$1" >>../tried
  echo "$1 ${2-}" >>../tried
}

@test "every command honours --json or refuses it" {
  need jq git
  need_machine_id
  answers jaga init site --org 'Test office'
  office
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [icmp, local, tcp: {port: 1}]}\n' >hosts.yaml
  make_key new
  make_key machine
  answers as staff doctor
  answers as staff adopt --yes
  answers as staff person list
  answers as staff person keys
  answers as staff person add new --role staff --key "$KEYS/new.pub"
  answers as staff person change new --name 'New Member'
  answers as staff person leave new --yes
  answers as staff host list
  answers as staff host show web01
  answers as staff host add db01 127.0.0.2
  printf '192.0.2.7 db02\n' >inventory
  answers as staff host import hosts inventory
  answers as staff host prepare web01
  answers as staff host maintain db01 --until 2h -m planned
  answers as staff host trust web01 --verified console --yes
  answers as staff host keys
  answers as staff monitor
  answers as staff monitor --no-record
  answers as staff analyze
  answers as staff open web01 -m slow
  id=$(as staff open db01 -q -m slow)
  answers as staff analyze "$id" --plan manual -p task=x --fault unknown -m why
  answers as section-head reject "$id" -m no --yes
  answers as staff analyze "$id" --plan manual -p task=y --fault unknown -m why
  answers as section-head approve "$id" --yes
  answers as staff repair "$id" --by-hand -m "done" --part A1=B2
  answers as section-head verify "$id" --yes --override 'nothing measures it'
  answers as division-head accept "$id" --yes
  answers as staff note "$id" -m text
  echo x >file
  answers as staff evidence add "$id" file
  answers as staff evidence list "$id"
  answers as division-head evidence redact "$id" "$(sha256sum file | cut -c1-12)" -m private --yes
  answers as staff archive "$id" --part-stored 'on the shelf'
  other=$(as staff open db02 -q -m slow)
  answers as section-head withdraw "$other" --outcome false-alarm -m nothing --yes
  answers as staff status
  answers as staff log
  answers as staff show "$id"
  answers as staff audit
  answers as staff seal
  answers as staff report list
  called=$(as staff open db02 -q -m loud)
  as staff analyze "$called" -q --plan manual -p task=x --fault unknown -m why >/dev/null
  as section-head approve "$called" -q --yes >/dev/null
  as staff repair "$called" -q --vendor 'Some vendor' -m 'please come' >/dev/null
  for kind in $("$JAGA" help --table | awk -F'\t' '$1 == "report" { print $4 }' | tr ';' '\n' | awk '{ print $3 }' | grep -v '^list$'); do
    case $kind in
    round | sop | issued | monthly | yearly | availability | board) answers as staff report "$kind" ;;
    vendor) answers as staff report "$kind" "$called" ;;
    *) answers as staff report "$kind" "$id" ;;
    esac
  done
  # A decision that is signed elsewhere.
  third=$(as staff open db01 -q -m again)
  as staff analyze "$third" -q --plan manual -p task=x --fault unknown -m why >/dev/null
  as section-head approve "$third" -q --request ../request >/dev/null 2>&1 ||
    as staff --as section-head approve "$third" -q --request ../request >/dev/null
  answers as section-head sign ../request --yes
  answers as staff import ../request
  # Two copies of the directory, in each of which somebody is added.
  make_key one
  make_key two
  cp -r . ../clone
  as staff person add deputy -q --role staff --key "$KEYS/one.pub" >/dev/null
  (cd ../clone && as staff person add deputy -q --role staff --key "$KEYS/two.pub" >/dev/null)
  for file in ../clone/register/*; do
    [ -e "register/${file##*/}" ] || cp "$file" register/
  done
  answers as staff merge register -m 'both added somebody'
  jq -e '.record' ../out >/dev/null
  git init -q --bare ../shared.git
  answers as staff sync ../shared.git
  answers jaga clone ../shared.git ../second --genesis "sha256:$(sha256sum register/0001-* | cut -d ' ' -f 1 | head -n 1)"
  mkdir -p "$HOME/.config/jaga"
  echo "notify: [{name: mail, run: ['true']}]" >>"$HOME/.config/jaga/config.yaml"
  as staff notify -q
  as staff open web01 -q -m hot >/dev/null
  answers as staff notify
  jq -e '.event.subject' ../out >/dev/null
  answers as staff notify --test
  answers jaga rules
  answers jaga plans clean-disk
  answers jaga ping -c 1 127.0.0.1
  answers jaga completion bash
  answers jaga help
  "$JAGA" help --table | cut -f1,4 | while IFS=$'\t' read -r _ usage; do
    tr ';' '\n' <<<"$usage" | sed 's/^ *jaga //' | while read -r command sub _; do
      case $sub in [a-z]*) command="$command $sub" ;; esac
      grep -qxF "$command" ../tried || echo "$command"
    done
  done >../left
  [ ! -s ../left ] || { cat ../left >&2; false; }
}

@test "a format that a command does not write is refused, with those that it writes" {
  office
  status 64 jaga --lang en --format csv status
  says "'jaga status' cannot write csv"
  says 'available formats: text, json'
  status 64 jaga --lang en --format yaml host keys
  says 'available formats: text'
}
