#!/usr/bin/env bats
# Every file that a manual page shows is accepted by what reads it: jaga in a small office, visudo, systemd, curl.
# examples.table says what each of them is.

bats_require_minimum_version 1.5.0
load ../command/helpers
load ../command/flow

setup_file() {
  . "$BATS_TEST_DIRNAME/run.bash"
  examples
}
setup() {
  setup_folder
  office
}

# each KIND COMMAND...: COMMAND with the file, its page and the second word, for each block of that kind.
each() {
  local wanted=$1 row kind what argument rest text found=0
  shift
  local -A nth=()
  export text
  while IFS=$'\037' read -r -u 5 row kind what argument rest text rest; do
    [ "$kind" = file ] || continue
    text=${text%%$'\037'*}
    nth[$row:$text]=$((${nth[$row:$text]-0} + 1))
    [ "$what" = "$wanted" ] || continue
    found=1
    rest=$(awk -F '\t' -v page="$row" -v nth="${nth[$row:$text]}" \
      '$1 == page && $3 == "file" && $4 == ENVIRON["text"] && ++n == nth { print $2 }' "$BLOCKS/index")
    [ -n "$rest" ] || { echo "$row: no block that begins with: $text" >&2; return 1; }
    echo "$row:$rest"
    "$@" "$BLOCKS/$row:$rest" "$row" "$argument"
  done 5< <(cat "$BLOCKS/table")
  [ "$found" = 1 ] || { echo "no block is of the kind $wanted" >&2; return 1; }
}

hosts() {
  cp "$1" hosts.yaml
  status 0 jaga host list
  status 0 jaga host show web01
  says '192.0.2.11'
}
@test "hosts.yaml" { each hosts hosts; }

settings() {
  base64 -d >emblem.png <<<iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=
  sed "s/^repo: .*/$(grep '^repo:' jaga.yaml)/" "$1" >new
  mv new jaga.yaml
  status 0 as staff report sop -o sop.html
  grep -q 'Jalan Pahlawan 1' sop.html
  status 0 jaga status
}
@test "jaga.yaml" { each settings settings; }

vendors() {
  cp "$1" vendors.yaml
  analysed
  as section-head approve web01 -q --yes >/dev/null
  status 0 as staff repair web01 --vendor 'PT Maju'
  status 0 as staff report vendor web01 -o letter.html
  grep -q 'Jalan Gatot Subroto 10' letter.html
}
@test "vendors.yaml" { each vendors vendors; }

template() {
  mkdir -p templates
  cp "$1" "templates/$3.yaml"
  approved
  status 0 as staff report "$3" web01 -o it.html
  grep -q 'NOTA DINAS' it.html
}
@test "a template" { each template template; }

plan() {
  mkdir -p "plans/$3.files"
  cp "$1" "plans/$3.yaml"
  echo x >"plans/$3.files/limit.conf"
  status 0 jaga plans "$3"
  status 0 as staff doctor
  says_not bad
}
@test "a plan" { each plan plan; }

rule() {
  mkdir -p rules
  cp "$1" "rules/$3.yaml"
  status 0 jaga rules "$3"
  # With its own cases.
  status 0 as staff doctor
  says_not "rules/$3"
}
@test "a rule" { each rule rule; }

config() {
  mkdir -p "$HOME/.config/jaga"
  sed "s#/usr/share/jaga/#$JAGA_SOURCE/cmd/#" "$1" >"$HOME/.config/jaga/config.yaml"
  status 0 jaga status
  printf '#!/bin/sh\ncat >>"$KEPT"\n' >sendmail
  chmod +x sendmail
  KEPT=$PWD/kept SENDMAIL=$PWD/sendmail run as staff notify --test
  grep -q '^To: .*@example.org' kept
}
@test "config.yaml" { each config config; }

# curl warns of an option that it does not know, and goes on.
curl_config() {
  sed "s#^url = .*#url = \"http://127.0.0.1:$(free_port)/\"#" "$1" >config
  run -7 curl --no-progress-meter --config config
  [[ $output != *Warning* ]]
}
@test "the configuration of curl" { need curl; each curl curl_config; }

crontab_line() {
  local minute hour day month weekday command
  set -f
  read -r minute hour day month weekday command <"$1"
  set +f
  [ "$minute $hour $day $month $weekday" = '* * * * *' ]
  command=${command#jaga }
  mkdir -p "$HOME/.config/jaga"
  printf 'notify:\n  - {name: told, run: [/usr/bin/tee, "%s"]}\n' "$PWD/told" >"$HOME/.config/jaga/config.yaml"
  status 0 eval "\"\$JAGA\" --key '$KEYS/staff' ${command//\/srv\/jaga/$PWD}"
}
@test "a line of crontab" { each crontab crontab_line; }

sudoers() {
  cp "$1" rules.sudo
  chmod 440 rules.sudo
  status 0 visudo -c -f rules.sudo
}
@test "rules of sudo" { PATH=$PATH:/usr/sbin; need visudo; each sudoers sudoers; }

# Each line is one that `jaga host prepare` prints, but for the key.
keys() {
  printf 'hosts:\n  - {name: gw, address: 10.0.0.1}\n  - {name: web01, address: 10.0.0.11, jump: gw}\n' >hosts.yaml
  status 0 as staff host prepare gw
  local line
  while IFS= read -r line; do
    says "${line%%ssh-ed25519*}"
    case $line in *jaga:staff) says jaga:staff ;; esac
  done <"$1"
}
@test "lines of authorized_keys" { each keys keys; }

hook() {
  git init -q --bare -b main ../server.git
  git -C ../server.git config jaga.genesis "sha256:$(sha256sum register/0001-*.yaml | cut -c1-64)"
  cp "$1" ../server.git/hooks/pre-receive
  chmod +x ../server.git/hooks/pre-receive
  mkdir ../bin
  ln -s "$JAGA" ../bin/jaga
  PATH=$PWD/../bin:$PATH status 0 as staff sync "$PWD/../server.git"
  # What clones would refuse: a record that went.
  git clone -q ../server.git ../other 2>/dev/null
  (
    cd ../other && git rm -q register/0002-* && git commit -qm x
    PATH=$PWD/../bin:$PATH run ! git push -q
    [[ $output == *register/0002-* ]]
  )
}
@test "the hook of a server" { need git; each hook hook; }

unit() { # unit FILE PLACE jaga-sync@.service
  mkdir -p units/"$3".d
  sed "s|@JAGA_EXECUTABLE@|$JAGA|; s|@[A-Z_]*@||" "$JAGA_SOURCE/cmd/systemd/$3.in" >"units/$3"
  cp "$1" "units/$3.d/override.conf"
  output=$(SYSTEMD_UNIT_PATH=$PWD/units: systemd-analyze verify --man=no "${3/@/@srv-jaga}" 2>&1) || true
  says_not override.conf
  says_not 'not found'
  echo "ReadWritePath=/x" >>"units/$3.d/override.conf" # and what is wrong there would be said
  output=$(SYSTEMD_UNIT_PATH=$PWD/units: systemd-analyze verify --man=no "${3/@/@srv-jaga}" 2>&1) || true
  says override.conf
}
@test "settings of a unit of systemd" { need systemd-analyze; each unit unit; }

# The part of a procedure is put into the built-in one.
sop() {
  python3 - "$1" <<'P'
import sys, yaml
part = [line for line in open(sys.argv[1]) if line.strip() != "..."]
part = yaml.safe_load("steps:\n" + "".join(part))
whole = yaml.safe_load(open("sop.yaml"))
whole["roles"]["security_officer"] = {"title": {"id": "Petugas Keamanan", "en": "Security Officer"}}
for row in part.pop("steps"):
    next(step for step in whole["steps"] if step["step"] == row["step"]).update(row)
for section, keys in part.items():
    whole[section].update(keys)
yaml.safe_dump(whole, open("sop.yaml", "w"), allow_unicode=True, sort_keys=False)
P
  sed -i 's/^- false: /- no: /' sop.yaml # for which YAML 1.1, and so Python, takes it
  status 0 as staff adopt --yes
  grep -q countersign sop.yaml
}
@test "a part of sop.yaml" { need python3; each sop sop; }

# What jaga itself writes has the same keys in the same order; keys FILE: those at the beginning of a line.
top_keys() { sed -n 's/^\([a-z_]*\):.*/\1/p' "$1"; }
record() {
  approved
  diff <(top_keys "$1") <(top_keys incidents/*/*/*-approve.*.yaml)
}
@test "a record" { each record record; }

round() {
  as staff monitor -q || [ $? -le 3 ]
  as staff monitor -q || [ $? -le 3 ] # which has one before it
  top_keys "$(find rounds -type f | sort | tail -n 1)" | grep -vxE 'format' >written
  top_keys "$1" >shown
  # The optional ones of the page need not be in this round.
  [ "$(grep -vxF -f shown written)" = '' ]
}
@test "a round" { each round round; }

# bodies TABLE: every key of a record that earlier versions or this one wrote is listed for its kind.
bodies() {
  verified
  python3 - "$1" incidents/*/*/[0-9]*.yaml register/*.yaml "$JAGA_SOURCE"/tests/data/directory-*/office/{register,incidents/*/*}/[0-9]*.yaml <<'P'
import re, sys, yaml
listed, kind = {}, None
for line in open(sys.argv[1]):
    words = line.split()
    if line[0] != " " and words:
        kind = words.pop(0)
    listed.setdefault(kind, set()).update(re.sub(r"[?:;,]$", "", word) for word in words)
wrong, seen = 0, set()
for file in sys.argv[2:]:
    record = yaml.load(open(file), Loader=yaml.BaseLoader)
    seen.add(record["kind"])
    body = record["body"]
    for key in body.get("person", body) if record["kind"] == "person" else body:
        if key not in listed[record["kind"]]:
            print(f"{file}: {record['kind']}: {key} is not listed")
            wrong = 1
sys.exit(wrong or len(seen) < 8)
P
}
@test "the keys of records" { need python3; each bodies bodies; }
