#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; }

@test "a seal covers what is new, once" {
  status 0 as staff seal
  says 'seal sha256:'
  ls seals/*/0001-seal.*.yaml seals/*/0001-seal.*.yaml.sig
  status 0 as staff seal
  says 'nothing is new'
  status 0 jaga audit
  says 'checked to seal 1, 0 records newer'
}

@test "a deleted incident is found by the seal" {
  as staff open web01 -m slow >id
  as staff seal -q
  rm -rf "incidents/"*/"$(cat id)"
  status 1 jaga audit
  says "$(cat id)"
}
