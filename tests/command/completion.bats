#!/usr/bin/env bats
load helpers

source_dir=${JAGA_SOURCE:-$BATS_TEST_DIRNAME/../..}

@test "the files in completions/ are what jaga completion prints" {
  "$JAGA" completion bash | diff - "$source_dir/completions/jaga.bash"
  "$JAGA" completion zsh | diff - "$source_dir/completions/_jaga"
  "$JAGA" completion fish | diff - "$source_dir/completions/jaga.fish"
}

@test "bash completes commands, options and values" {
  "$JAGA" completion bash >completions
  complete_line() {
    bash -c 'source completions; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _jaga; printf "%s\n" "${COMPREPLY[@]}"' - "$@"
  }
  [ "$(complete_line jaga comp)" = completion ]
  [ "$(complete_line jaga completion --colo)" = --color ]
  [ "$(complete_line jaga completion --color al)" = always ]
  [ "$(complete_line jaga -C /tmp hel)" = help ]
  [ "$(complete_line jaga host tr)" = trust ]
  [ "$(complete_line jaga host trust --veri)" = --verified ]
  [ "$(complete_line jaga host trust --verified fir)" = first-use ]
  [ "$(complete_line jaga evidence red)" = redact ]
  [ "$(complete_line jaga help arch)" = archive ]
  [ "$(complete_line jaga completion z)" = zsh ]
  [ "$(complete_line jaga help workf)" = workflow ]
  # Where a value is to be made up, nothing is offered.
  for line in 'ping -C' 'analyze -m' 'person add --name' 'monitor --count'; do
    # shellcheck disable=SC2086  # a list of words
    [ -z "$(complete_line jaga $line '')" ]
  done
}

@test "bash completes every command and every option that there is" {
  "$JAGA" completion bash >completions
  while IFS=$'\t' read -r name _ _ usage; do
    # Each usage is "jaga NAME [SUB] [OPTION] ..."; its options must be offered after its words.
    while read -r _ words; do
      line=(jaga)
      for word in $words; do
        case $word in [a-z]*) line+=("$word") ;; *) break ;; esac
      done
      offered=$(bash -c 'source completions; COMP_WORDS=("$@" -); COMP_CWORD=$#; _jaga; printf "%s\n" "${COMPREPLY[@]}"' - "${line[@]}")
      for option in $(tr '[]() ' '\n' <<<"$words" | grep -- '^-'); do
        grep -qxF -- "$option" <<<"$offered" || { echo "${line[*]}: no $option among $offered" >&2; false; }
      done
    done < <(sed 's/ ; /\n/g' <<<"$usage")
  done < <("$JAGA" help --table)
}

# offers LINE...: what bash completes its last word to, a candidate a line.
offers() {
  bash -c 'source "$0"; COMP_WORDS=("$JAGA" "$@"); COMP_CWORD=$#; _jaga; printf "%s\n" "${COMPREPLY[@]}"' "$source_dir/completions/jaga.bash" "$@"
}

@test "bash completes incidents and hosts of the working directory" {
  office
  as staff open web01 -q -m slow >id
  "$JAGA" completion bash >completions
  offered=$(bash -c 'source completions; COMP_WORDS=("$JAGA" show ""); COMP_CWORD=2; _jaga; printf "%s\n" "${COMPREPLY[@]}"')
  grep -qxF "$(cat id)" <<<"$offered"
  grep -qxF web01 <<<"$offered"
  for line in 'status --host' 'log --host' 'host show' 'host add --parent'; do
    # shellcheck disable=SC2086  # a list of words
    [ "$(bash -c 'source completions; COMP_WORDS=("$JAGA" "$@"); COMP_CWORD=$#; _jaga; printf "%s\n" "${COMPREPLY[@]}"' - $line we)" = web01 ]
  done
  here=$PWD
  offered=$(cd / && bash -c 'source "$1"; COMP_WORDS=("$JAGA" -C "$2" open we); COMP_CWORD=4; _jaga; printf "%s\n" "${COMPREPLY[@]}"' - "$here/completions" "$here")
  [ "$offered" = web01 ]
  # A directory and a program that begin with ~; -C of ping is a number.
  mkdir "$HOME/office"
  mv ./* "$HOME/office"
  ln -s "$JAGA" "$HOME/jaga"
  [ "$(offers -C \~/office open we)" = web01 ]
  [ "$(JAGA=\~/jaga offers -C \~/office open we)" = web01 ]
  cd "$HOME/office"
  [ "$(offers ping -C 3 we)" = web01 ]
}

@test "bash completes every kind of value" {
  office
  as staff open web01 -q --fault disk-full --object /var -m slow >id
  [ "$(offers analyze web01 --plan clean)" = clean-disk ]
  [ "$(offers plans restart)" = restart-unit ]
  [ "$(offers analyze web01 --plan clean-disk -p '' | tr '\n' ' ')" = 'mount= days= journal= ' ]
  [ "$(offers analyze web01 -p arr)" = array= ]
  [ "$(offers open web01 --fault disk-ful)" = disk-full ]
  [ "$(offers analyze 20)" = "$(cat id)" ]
  [ "$(offers rules raid-d)" = raid-degraded ]
  [ "$(offers log --fault inode)" = inode-full ]
  [ "$(offers --as sec)" = section-head ]
  [ "$(offers log --person div)" = division-head ]
  [ "$(offers person leave sta)" = staff ]
  [ "$(offers person add x --role sec)" = section_head ]
  [ "$(offers person change staff --delegate adm)" = admin ]
  [ "$(offers status --step acc)" = accept ]
  [ "$(offers reject web01 --back ana)" = analyze ]
  [ "$(offers log --step repair-s)" = repair-start ]
  [ "$(offers host add x 192.0.2.9 --check tc)" = tcp: ]
  [ "$(offers open web01 --severity w)" = warning ]
  [ "$(offers report monthly 20)" = "$(head -c 4 id)-$(head -c 6 id | tail -c 2)" ]
  [ "$(offers report yearly 20)" = "$(head -c 4 id)" ]
  [ "$(offers report incident 20)" = "$(cat id)" ]
  [ "$(offers report inci)" = incident ]
  [ "$(offers merge reg)" = register ]
  [ -z "$(offers merge INC)" ]
  printf 'groups: {web: {}}\nhosts:\n  - {name: web01, address: 192.0.2.1, groups: [web]}\n' >hosts.yaml
  [ "$(offers monitor @w)" = @web ]
  mkdir plans
  sed 's/"Restart a unit"/"Ours"/' "$JAGA_SOURCE/lib/plan/restart_unit.yaml" >plans/our-own.yaml
  [ "$(offers analyze web01 --plan our)" = our-own ]
  [ "$(offers status --columns hos)" = host ]
  [ "$(offers host list --columns host,add)" = host,address ]
  [ -z "$(offers adopt --columns h)" ]
  # What is wrong, and a folder that is none, offer nothing and say nothing.
  echo 'hosts: [' >hosts.yaml
  [ -z "$(offers monitor we 2>&1)" ]
  cd /
  [ -z "$(offers --as s 2>&1)" ]
  [ "$(offers plans restart)" = restart-unit ]
}

@test "a list says what each value is, in the reader's language" {
  office
  [ "$(jaga --lang id completion plans --word clean)" = "$(printf 'clean-disk\tBersihkan disk yang penuh')" ]
  [ "$(jaga --lang en completion parameters --plan clean-disk --word mo)" = "$(printf 'mount=\tMount point')" ]
  [ "$(jaga --lang en completion roles --word sta)" = "$(printf 'staff\tStaff')" ]
  as staff open web01 -q --fault disk-full --object '/srv/data é' -m slow >id
  [ "$(jaga completion incidents --word 20)" = "$(printf '%s\tweb01, disk-full /srv/data é' "$(cat id)")" ]
}

@test "incidents are completed by names alone: the open ones, or all where none is open" {
  office
  as staff open web01 -q -m slow >id
  [ "$(jaga completion incidents | cut -f 1 | tr '\n' ' ')" = "$(cat id) web01 " ]
  [ "$(jaga completion incidents --word we)" = "$(printf 'web01\tunknown')" ]
  [ "$(jaga completion incidents --word "$(head -c 12 id)" | cut -f 1)" = "$(cat id)" ]
  [ -z "$(jaga completion incidents --word db)" ]
  withdrawn web01
  [ "$(jaga completion incidents --word 20 | cut -f 1)" = "$(cat id)" ]
  as staff open web01 -q --object other -m slow >id2
  [ "$(jaga completion incidents --word 20 | cut -f 1)" = "$(cat id2)" ]
  # Nothing is read: not the register, not the records.
  mv register kept
  [ "$(jaga completion incidents --word 20 | cut -f 1)" = "$(cat id2)" ]
  cd /
  status 0 jaga completion incidents --word we
  [ -z "$output" ]
}

# One line of fish, its last word being written; each candidate on a line. Of zsh: completion_zsh.bats.
in_fish() {
  fish --no-config -c 'source $argv[1]; complete -C$argv[2]' "$source_dir/completions/jaga.fish" "$*" | cut -f 1
}

@test "fish completes commands, options, values, incidents and hosts" {
  need fish
  office
  as staff open web01 -q -m slow >id
  offered() { in_fish "$@" | sort -u | tr '\n' ' '; }
  [ "$(offered "$JAGA" compl)" = 'completion ' ]
  [ "$(offered "$JAGA" completion '')" = 'bash fish zsh ' ]
  [ "$(offered "$JAGA" help arc)" = 'archive ' ]
  [ "$(offered "$JAGA" -C "$PWD" stat)" = 'status ' ]
  [ "$(offered "$JAGA" --format '')" = 'csv html json md nagios openmetrics pdf prometheus text tsv yaml ' ]
  [ "$(offered "$JAGA" host tr)" = 'trust ' ]
  [ "$(offered "$JAGA" host trust --verified '')" = 'console first-use vendor ' ]
  [ "$(offered "$JAGA" host trust --veri)" = '--verified ' ]
  [ "$(offered "$JAGA" withdraw web01 --outc)" = '--outcome ' ]
  [ "$(offered "$JAGA" withdraw --outcome ri)" = 'risk-accepted ' ]
  [ "$(offered "$JAGA" show 20)" = "$(cat id) " ]
  [ "$(offered "$JAGA" analyze 20)" = "$(cat id) " ]
  [ "$(offered "$JAGA" analyze web01 --plan clean)" = 'clean-disk ' ]
  [ "$(offered "$JAGA" analyze web01 --plan clean-disk -p '')" = 'days= journal= mount= ' ]
  [ "$(offered "$JAGA" log --person div)" = 'division-head ' ]
  [ "$(offered "$JAGA" --as sec)" = 'section-head ' ]
  [ "$(offered "$JAGA" rules raid-d)" = 'raid-degraded ' ]
  [ "$(offered "$JAGA" monitor we)" = 'web01 ' ]
  [ "$(offered "$JAGA" host list --columns addr)" = 'address ' ]
  [ "$(offered "$JAGA" status --columns host,fault)" = 'host,fault_key ' ]
  here=$PWD
  cd /
  [ "$(offered "$JAGA" -C "$here" note we)" = 'web01 ' ]
  ln -s "$here" "$HOME/office"
  ln -s "$JAGA" "$HOME/jaga"
  [ "$(offered "$JAGA" -C \~/office note we)" = 'web01 ' ]
  [ "$(offered \~/jaga -C \~/office note we)" = 'web01 ' ]
  cd "$here"
  [ "$(offered "$JAGA" ping -C 3 we)" = 'web01 ' ]
}

@test "an unknown shell is 64" {
  status 64 jaga completion tcsh
  says 'bash, zsh and fish'
}
