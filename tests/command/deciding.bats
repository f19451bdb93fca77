#!/usr/bin/env bats
# What a person signs must not run what somebody else put into the working directory.
load helpers
setup() { setup_folder; office; trap_all; }

# Of a form that ssh-keygen signs with, which has to be looked for.
make_key() { ssh-keygen -q -t ecdsa -m PEM -N '' -C "$1" -f "$KEYS/$1"; }

# trap_all: whatever a working directory might name, each leaving a mark where it runs.
trap_all() {
  ran=$BATS_TEST_TMPDIR/ran
  # shellcheck disable=SC2016  # for the planted program
  printf '#!/bin/sh\necho "$0 $*" >>"%s"\necho OK\n' "$ran" >planted
  chmod +x planted
  for name in jaga-foo jaga-approve ssh-keygen ssh-add git editor vi nano sh mail tar; do cp planted "$name"; done
  mkdir -p hooks plugins .git/hooks .githooks
  for hook in pre-commit post-commit pre-approve post-approve post-record; do
    cp planted "hooks/$hook"; cp planted ".git/hooks/$hook"; cp planted ".githooks/$hook"
  done
  cp planted plugins/check
  printf '[core]\n\teditor = %s/planted\n\thooksPath = %s/.githooks\n\tfsmonitor = %s/planted\n\tsshCommand = %s/planted\n[gpg]\n\tprogram = %s/planted\n' \
    "$PWD" "$PWD" "$PWD" "$PWD" "$PWD" >.git/config
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [plugin: {command: ["%s/plugins/check"]}]}\n' "$PWD" >hosts.yaml
  printf 'export EVIL=1\n"%s/planted"\n' "$PWD" >.envrc
  [ ! -e "$ran" ]
}

nothing_ran() { [ ! -e "$ran" ] || { cat "$ran" >&2; return 1; }; }

@test "deciding runs nothing that the working directory names" {
  as staff open web01 -q -m slow >../id
  id=$(cat ../id)
  as staff analyze "$id" -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 0 as section-head reject "$id" --yes -m 'another plan'
  as staff analyze "$id" -q --plan manual -p task=y --fault unknown -m x >/dev/null
  status 0 as section-head approve "$id" --yes
  as staff repair "$id" -q --by-hand -m x >/dev/null
  status 0 as section-head verify "$id" --yes
  status 0 as division-head accept "$id" --yes
  nothing_ran
  as staff open web01 -q --fault disk-full -m full >../id
  status 0 as section-head withdraw "$(cat ../id)" --outcome recovered -m well --yes
  status 0 as division-head withdraw "$(cat ../id)" --outcome recovered -m well --yes
  make_key other
  status 0 as staff person add other --role staff --key "$KEYS/other.pub"
  status 0 as staff person change other --name Other
  status 0 as staff person leave other --yes
  sed -i 's/^  signed_paper: .*/  signed_paper: "no"/' sop.yaml
  status 0 as staff adopt --yes
  nothing_ran
}

@test "what was planted would run: the traps are live" {
  ./planted
  [ -s "$ran" ]
  rm "$ran"
  PATH="$PWD:$PATH" status 0 jaga foo
  [ -s "$ran" ]
  rm "$ran"
  as staff monitor web01 >/dev/null || true
  [ -s "$ran" ]
}
