#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; }

@test "list names people, roles and keys" {
  status 0 jaga person list
  says 'section_head'
  says "$(ssh-keygen -lf "$KEYS/section-head.pub" | cut -d' ' -f2)"
  status 0 jaga person list --json
  says '"person": "division-head"'
}

@test "only an admin adds people" {
  make_key timer
  status 77 as section-head person add timer --machine --key "$KEYS/timer.pub"
  status 0 as staff person add timer --machine --key "$KEYS/timer.pub"
  status 0 jaga person list
  says 'system'
}

@test "a key belongs to one person for ever" {
  status 77 as staff person add other --role staff --key "$KEYS/section-head.pub"
}

@test "nobody without a registered key acts" {
  make_key stranger
  status 77 as stranger person add x --role staff --key "$KEYS/stranger.pub"
  status 77 jaga person add x --role staff --key "$KEYS/stranger.pub"
}

@test "what is wrong with an entry is 64" {
  make_key new
  status 64 as staff person add New --role staff --key "$KEYS/new.pub"
  status 64 as staff person add new --role boss --key "$KEYS/new.pub"
  says 'section_head'
  status 64 as staff person add new --key "$KEYS/new.pub"
  status 64 as staff person add new --role staff
  status 65 as staff person add new --role staff --key sop.yaml
  status 66 as staff person change section-haed --role staff
  says "did you mean 'section-head'?"
}

@test "a role is given and taken; the last admin stays" {
  status 0 as staff person change section-head --role admin
  status 0 as section-head person change staff --drop-role admin
  status 77 as section-head person leave section-head --yes
  status 0 jaga audit
}

@test "who has left acts no more" {
  status 0 as staff person leave section-head --yes
  make_key new
  status 77 as section-head person change staff --drop-role admin
}

@test "keys prints allowed_signers that ssh-keygen understands" {
  jaga person keys >allowed
  record=$(ls register/0001-*.yaml)
  ssh-keygen -Y verify -f allowed -I staff -n jaga-record -s "$record.sig" <"$record"
}

@test "keys --make makes a machine's key once" {
  status 0 jaga person keys --make
  says 'person add timer --machine'
  status 73 jaga person keys --make
}
