#!/usr/bin/env bats
# What a hint, a manual page or an error tells people to type is a command that works as it stands.
bats_require_minimum_version 1.5.0
load helpers
load flow

source_dir=${JAGA_SOURCE:-$BATS_TEST_DIRNAME/../..}

usages() { "$JAGA" help --table | cut -f4 | sed 's/ ; /\n/g'; }
# commands LEAST <TEXTS: at least so many are among them, and all are right.
commands() {
  usages >table
  cat >texts
  awk -v least="$1" -f "$BATS_TEST_DIRNAME/commands.awk" table texts
}

@test "every command that a message names is there, with its options, in both languages" {
  need msgcat
  messages() { # messages KEYWORD: each text of the catalogue, a line
    msgcat --no-wrap "$source_dir/lib/base/po/id.po" |
      sed -n "s/^$1 \"\(.*\)\"\$/id.po $1\t\1/p" | sed 's/\\"/"/g'
  }
  messages msgid | commands 100
  messages msgstr | commands 100
}

@test "every command of the manual pages is there, with its options" {
  # mdoc's own escapes are taken away.
  grep -nE '^(\.Dl )?\$ .*jaga ' "$source_dir"/man/*.[1-8] |
    sed -E 's/^[^ ]*man\///; s/^([^:]*:[0-9]+):(\.Dl )?\$ /\1\t/; s/\\&//g; s/\t(.*)\t#.*/\t\1/' | commands 50
}

@test "what is wrong with a command in a text is found" {
  refused() { # refused WHY TEXT
    run -1 commands 0 <<<"here	$2"
    says "$1"
  }
  refused "no such command: jaga stauts" "see 'jaga stauts'"
  refused "no such option '--edit'" "next: jaga open HOST -m TEXT --edit"
  refused 'needs one of its commands' "see 'jaga person'"
  refused 'lacks -m' "say 'jaga reject {id}'"
  refused 'lacks --outcome' "say 'jaga withdraw {id} -m REASON'"
  refused 'lacks an argument' "begin: jaga person add --role ROLE"
  refused 'does not say what happened to the part' "next: jaga archive {incident}"
  commands 2 <<<"here	with 'jaga --as dh accept {id} --request DIR', then: jaga import DIR; all is done"
}

# follow FIRST-COMMAND: runs the command of each hint, as a person who may, until nothing is left to do.
follow() {
  local line=$1 who step
  steps=()
  while [ -n "$line" ]; do
    step=${line#jaga }
    step=${step%% *}
    case $step in
    approve | verify) who=section-head line+=' --yes' ;;
    accept) who=division-head line+=' --yes' ;;
    withdraw) who=${withdrawer:-division-head} line+=' --yes' ;;
    *) who=staff ;;
    esac
    steps+=("$step")
    line=$(sed 's/ TEXT/ x/; s/ NAME/ acme/; s/ REASON/ y/; s/ PLACE/ safe/; s/ TIME/ 0m/g; s/ OLD=NEW/ a=b/' <<<"$line")
    # shellcheck disable=SC2086  # as the shell splits what is typed
    status 0 as $who ${line#jaga }
    line=$(sed -n 's/^hint: \(next: [^:]*\|after the vendor.s visit\): \(jaga [^,]*\).*/\2/p' <<<"$output")
  done
}

@test "the hint after each step is the next step as it is typed: a plan by hand" {
  office
  follow 'jaga open web01 -m slow'
  [ "${steps[*]}" = 'open analyze approve repair verify accept archive' ]
  status 0 jaga status
  says 'no open incidents'
}

@test "... a plan that runs here" {
  office
  here_makes "$PWD/made"
  follow "jaga approve $(cat id)"
  [ "${steps[*]}" = 'approve repair verify accept archive' ]
}

@test "... the vendor, who replaces a part" {
  office
  incident
  as staff analyze web01 -q --plan vendor -p task=x --fault unknown -m x >/dev/null
  echo scan >FILE
  follow "jaga approve $(cat id)"
  [ "${steps[*]}" = 'approve repair repair verify accept archive' ]
  grep -q 'part: "stored"' incidents/*/*/*-archive.*.yaml
}

@test "... a withdrawal, for its second signature" {
  office
  incident
  withdrawer=section-head
  status 0 as section-head withdraw web01 --yes -m x --outcome false-alarm
  unset withdrawer
  follow "$(sed -n 's/^hint: next: [^:]*: //p' <<<"$output")"
  [ "${steps[*]}" = withdraw ]
  grep -q 'outcome: "false-alarm"' incidents/*/*/*-withdraw.*.yaml
}

@test "a hint with a path can be pasted, whatever the path holds" {
  office
  accepted
  status 0 as staff archive web01 --no-part --out "$(mkdir "a b" && realpath 'a b')"
  command=$(sed -n 's/^hint: .*: jaga //p' <<<"$output")
  run -0 bash -c "\"\$JAGA\" $command"
  [[ $output == *sound* ]]
}
