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

@test "another key begins a chain of its own, which names the head of the other" {
  as staff seal -q >/dev/null
  first=$(ls seals)
  as staff open web01 -q -m slow >id
  as section-head seal -q >/dev/null
  [ "$(ls seals | wc -l)" = 2 ]
  second=$(ls seals | grep -v "$first")
  printf '%s' "$second" | grep -qE '^[0-9a-hjkmnp-tv-z]{26}$'
  grep -q "installation: \"$first\", head: \"sha256:$(sha256sum "seals/$first"/0001-*.yaml | cut -c1-64)\"" "seals/$second"/0001-*.yaml
  as staff note web01 -q -m x
  as staff seal -q >/dev/null
  as section-head note web01 -q -m x
  as section-head seal -q >/dev/null
  [ "$(ls seals/"$first"/*.yaml | wc -l)" = 2 ]
  [ "$(ls seals/"$second"/*.yaml | wc -l)" = 2 ]
  [ "$(grep -h '^key:' seals/"$first"/*.yaml | sort -u | wc -l)" = 1 ]
  [ "$(grep -h '^key:' seals/"$second"/*.yaml | sort -u | wc -l)" = 1 ]
  status 0 jaga audit
  case $output in *remark*) return 1 ;; esac
  says 'no witness' # both are of this account
}
