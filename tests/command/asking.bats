#!/usr/bin/env bats
# What `init`, `host add` and `person add` ask on a terminal where the options do not say it.
bats_require_minimum_version 1.5.0
load helpers

# asked CODE ARGUMENT...: jaga in English on a terminal, answered as standard input says (tests/command/dialogue).
asked() { NO_COLOR=1 status "$1" "$BATS_TEST_DIRNAME/dialogue" "$JAGA" --lang en "${@:2}"; }
# not_asked CODE ARGUMENT...: the same, where a question would be an error.
not_asked() { asked "$@" </dev/null; }
# without_repo DIR: its jaga.yaml but for the id.
without_repo() { grep -v '^repo:' "$1/jaga.yaml"; }
# same_office ONE OTHER: what init wrote there is the same, but for ids and times.
same_office() {
  local file
  for file in sop.yaml hosts.yaml .gitattributes .gitignore; do cmp "$1/$file" "$2/$file"; done
  diff <(without_repo "$1") <(without_repo "$2")
  diff <(jaga -C "$1" person list --json) <(jaga -C "$2" person list --json)
  diff <(ls -A "$1") <(ls -A "$2")
}

@test "init asks for what it needs, shows it, and writes what the options would have written" {
  make_key staff
  asked 0 --key "$KEYS/staff" init office <<'D'
procedure: form, small-team or a file [form]: =>
organisation, as on documents [Dinas Komunikasi => Test office
city, as before the date of documents [none]: => Singaraja
letterhead, line 1 [Test office]: => Pemerintah Kabupaten
letterhead, line 2 [no more]: => Dinas Kominfo
letterhead, line 3 [no more]: =>
first person: an id such as a login name; - for nobody yet => staff
roles of staff besides admin; - for none [staff]: => staff, section_head
name of staff, as on documents [none]: => Staf Pertama, S.Kom.
NIP, the civil servant number [none]: => 19880412 201101 1 003
rank and grade, such as Penata (III/c) [none]: => Penata (III/c)
position above the signature [Staff]: => Pengelola Jaringan
Write all of this? [y/N] => y
D
  before=${output%%Write all of this*}
  for shown in "This will be written to '$PWD/office':" 'city: Singaraja' 'letterhead: Pemerintah Kabupaten / Dinas Kominfo' \
    'organisation: Test office' 'admin, staff, section_head' '19880412 201101 1 003' 'Pengelola Jaringan' \
    "$(ssh-keygen -lf "$KEYS/staff.pub" | cut -d' ' -f2)"; do
    [[ $before == *"$shown"* ]]
  done
  says 'digest of the first record: sha256:'
  as staff --lang en init -q other --org 'Test office' --city Singaraja --letterhead 'Pemerintah Kabupaten' \
    --letterhead 'Dinas Kominfo' --sop form --person staff --role staff --role section_head --name 'Staf Pertama, S.Kom.' \
    --nip '19880412 201101 1 003' --rank 'Penata (III/c)' --position 'Pengelola Jaringan' >/dev/null
  same_office office other
  status 0 jaga -C office audit
}

@test "an empty answer takes the default, and only what was not given is asked" {
  make_key staff
  asked 0 --key "$KEYS/staff" init office --sop small-team --city Here --person staff --nip x <<'D'
organisation, as on documents [none]: =>
letterhead, line 1 [none]: =>
roles of staff besides admin; - for none [ => -
name of staff, as on documents [none]: =>
rank and grade, such as Penata (III/c) [none]: =>
position above the signature [none]: =>
Write all of this? [y/N] => yes
D
  says_not 'procedure: form, small-team'
  says_not '[none]: NIP'
  as staff --lang en init -q other --sop small-team --city Here --person staff --nip x >/dev/null
  same_office office other
  # Nobody yet.
  asked 1 init third <<'D'
procedure: form, small-team or a file [form]: => small-team
organisation, as on documents [none]: => Test office
city, as before the date of documents [none]: =>
letterhead, line 1 [Test office]: =>
first person: => -
Write all of this? [y/N] => n
D
  [ ! -e third ]
  says 'nothing was written'
}

@test "an answer that is wrong is explained, and asked for again" {
  make_key staff
  asked 0 --key "$KEYS/staff" init office <<'D'
procedure: => big-team
no built-in procedure 'big-team' => ./none.yaml
cannot read './none.yaml' => form
organisation, => Test office
city, =>
letterhead, line 1 =>
first person: => Section Head
invalid id 'Section Head' => staff
roles of staff => boss
unknown role 'boss' in this procedure => staff
name of staff =>
NIP, => 1988
'1988' is not a NIP: 4 digits instead of 18 => 19880412x201101x1x003
is not a NIP => 198804122011011003
rank and grade =>
position above =>
Write all of this? => y
D
}

# questions: what init asks of somebody who gives --key, a line each with its answer.
questions() {
  cat <<'D'
procedure: =>
organisation, =>
city, =>
letterhead, line 1 =>
first person: => staff
roles of staff =>
name of staff =>
NIP, =>
rank and grade =>
position above =>
Write all of this? => n
D
}

@test "Ctrl-C, the end of the input and a refusal write nothing, whichever question they answer" {
  make_key staff
  local count n
  count=$(questions | wc -l)
  for n in $(seq "$count"); do
    for key in '^C 130' '^D 64'; do
      { questions | head -n $((n - 1)); questions | sed -n "${n}s/ =>.*/ => ${key% *}/p"; } >answers
      asked "${key#* }" --key "$KEYS/staff" init office <answers
      [ ! -e office ]
    done
    says 'the input ended before every question was answered'
    says 'nothing was written'
  done
  asked 1 --key "$KEYS/staff" init office < <(questions)
  says 'nothing was written'
  [ ! -e office ]
}

@test "nothing is asked with all that is needed, with -q and without a terminal" {
  make_key staff
  not_asked 0 --key "$KEYS/staff" init one --org 'Test office' --person staff --role staff
  not_asked 0 -q --key "$KEYS/staff" init two
  [ -f two/jaga.yaml ] && [ ! -e two/register ]
  not_asked 64 -q -C one host add web01
  says 'missing argument: ADDRESS'
  not_asked 64 -q -C one person add
  says 'missing argument: ID'
  status 0 jaga init three </dev/null
  for missing in 'host add:NAME' 'host add web01:ADDRESS' 'person add:ID'; do
    # shellcheck disable=SC2086  # words
    status 64 jaga --lang en -C one ${missing%:*} </dev/null
    says "missing argument: ${missing#*:}"
    says "usage: jaga ${missing%% *} add"
  done
  status 64 as staff --lang en -C one person add other --role staff </dev/null
  says 'missing option: --key'
}

@test "what init refuses is refused before anything is asked" {
  make_key staff
  jaga init -q office
  not_asked 73 init office
  not_asked 73 init office/deep
  not_asked 73 init none/office
  mkdir prepared
  printf 'hosts: [\n' >prepared/hosts.yaml
  not_asked 78 init prepared
  not_asked 66 init other --shared 'no such group'
  not_asked 66 init other --sop big-team
  not_asked 64 init other --org ''
  [ ! -e other ]
}

@test "what was prepared before init is kept, and not asked for" {
  make_key staff
  jaga init -q other --sop small-team
  mkdir office
  cp other/sop.yaml office/
  printf 'hosts:\n  - {name: web01, address: 192.0.2.1}\n' >office/hosts.yaml
  asked 0 --key "$KEYS/staff" init office --org x --city y --letterhead z <<'D'
first person: => staff
roles of staff =>
name of staff =>
NIP, =>
rank and grade =>
position above =>
exists and is kept
Write all of this? => y
D
  says_not 'procedure: form'
  cmp other/sop.yaml office/sop.yaml
  status 0 jaga -C office host list
  says web01
}

details='name of =>
NIP, =>
rank and grade =>
position above =>'
first_person="organisation, =>
city, =>
letterhead, line 1 =>
roles of staff =>
$details"

@test "without a key init offers to create one with ssh-keygen, which asks for the passphrase" {
  asked 77 init office --sop form --person staff <<D
$first_person
no signing key found
with ssh-keygen, which asks for a passphrase? [y/N] => n
D
  says "hint: create one: ssh-keygen -t ed25519 -C staff"
  [ ! -e office ]
  [ ! -e "$HOME/.ssh" ]
  asked 130 init office --sop form --person staff <<D
$first_person
Create '$HOME/.ssh/id_ed25519' with ssh-keygen, which asks for a passphrase? [y/N] => y
Enter passphrase => ^C
D
  [ ! -e office ]
  [ ! -e "$HOME/.ssh/id_ed25519" ]
  asked 0 init office --sop form --person staff <<D
$first_person
with ssh-keygen, which asks for a passphrase? [y/N] => y
Enter passphrase => long secret
Enter same passphrase again => long secret
key created: $HOME/.ssh/id_ed25519 SHA256:
Write all of this? => y
Enter passphrase => long secret
D
  [ "$(stat -c %a "$HOME/.ssh")" = 700 ]
  [ "$(cut -d' ' -f3 "$HOME/.ssh/id_ed25519.pub")" = staff ]
  run ! ssh-keygen -y -P '' -f "$HOME/.ssh/id_ed25519"
  status 0 jaga -C office audit
  status 0 jaga -C office person list
  says "$(ssh-keygen -lf "$HOME/.ssh/id_ed25519.pub" | cut -d' ' -f2)"
}

@test "of several keys init asks for one; --key names a file that is still to be created" {
  mkdir -m 700 "$HOME/.ssh"
  ssh-keygen -q -t ed25519 -N '' -f "$HOME/.ssh/id_ed25519"
  ssh-keygen -q -t ecdsa -N '' -f "$HOME/.ssh/id_ecdsa"
  second=$(ssh-keygen -lf "$HOME/.ssh/id_ed25519.pub" | cut -d' ' -f2)
  asked 0 init office --sop form --person staff <<D
$first_person
number of the key of staff [1]: => 3
'3' is not a number of this list => 2
Write all of this? => y
D
  status 0 jaga -C office person list
  says "$second"
  asked 0 --key "$KEYS/new" init other --sop form --person staff <<D
$first_person
Create '$KEYS/new' with ssh-keygen => y
Enter passphrase =>
Enter same passphrase again =>
Write all of this? => y
D
  status 0 jaga -C other person list
  says "$(ssh-keygen -lf "$KEYS/new.pub" | cut -d' ' -f2)"
}

@test "a key that does not sign leaves nothing behind, and what was prepared stays" {
  make_key staff
  chmod 644 "$KEYS/staff"
  asked 77 --key "$KEYS/staff" init office --sop form --person staff <<D
$first_person
Write all of this? => y
D
  says 'nothing was written'
  says_not 'nevertheless written'
  [ ! -e office ]
  mkdir office
  printf 'hosts: []\n' >office/hosts.yaml
  asked 77 --key "$KEYS/staff" init office --sop form --person staff <<D
$first_person
Write all of this? => y
D
  [ "$(ls -A office)" = hosts.yaml ]
}

@test "host add asks, shows the file, and writes what the options would have written" {
  office
  asked 0 host add <<'D'
name of the host: => web01
host 'web01' already exists in hosts.yaml:2 => Web
invalid id 'Web' => web02
address: IPv4, IPv6 or a host name: => 10.0.0
invalid address '10.0.0' => 192.0.2.12
kind: server, switch, router ... [server]: =>
dns:NAME/TYPE [icmp]: => icmp, udp
udp => icmp, ssh tcp:443/nginx.service
hosts through any of which it is reached [none]: => web3
unknown host 'web3' => web01
login for checks [jaga]: => monitor
login for repairs [jaga-repair]: => -x
invalid login name '-x' => fix
SSH port [22]: => 0
invalid port '0' => x
invalid port 'x' => 2222
jump host for SSH [none]: => web01
Write it? [y/N] => y
D
  before=${output%%Write it?*}
  [[ $before == *"This will be written to 'hosts.d/web02.yaml':"* ]]
  while IFS= read -r line; do [[ $before == *"$line"* ]]; done <hosts.d/web02.yaml
  says "jaga host trust web02"
  mkdir ../other
  jaga init -q ../other
  cp hosts.yaml ../other/
  jaga -C ../other host add -q web02 192.0.2.12 --check icmp --check ssh --check tcp:443/nginx.service --parent web01 \
    --login monitor --repair-login fix --port 2222 --jump web01 >/dev/null
  cmp hosts.d/web02.yaml ../other/hosts.d/web02.yaml
}

@test "host add by Enter alone; no, Ctrl-C and the end of the input write nothing" {
  office
  printf 'defaults: {login: {measure: probe}}\nhosts: []\n' >hosts.yaml
  asked 0 host add db01 --check ssh <<'D'
address: => 192.0.2.13
kind: =>
login for checks [probe]: =>
login for repairs [jaga-repair]: =>
SSH port [22]: =>
Write it? => y
D
  cp -r hosts.d kept
  rm hosts.d/db01.yaml
  status 0 jaga host add db01 192.0.2.13 --check ssh
  cmp hosts.d/db01.yaml kept/db01.yaml
  for answer in 'n 1' '^C 130' '^D 64'; do
    asked "${answer#* }" host add db02 <<D
address: => 192.0.2.14
kind: =>
checks: =>
hosts through any =>
Write it? => ${answer% *}
D
    [ ! -e hosts.d/db02.yaml ]
  done
  # Of a host without a login nothing is asked about SSH.
  says_not 'SSH port'
  not_asked 73 host add db01
}

@test "person add asks, takes a file or the line itself, and refuses a private key" {
  office
  make_key other
  make_key more
  make_key deputy
  asked 0 --key "$KEYS/staff" person add <<D
id of the person, such as a login name: => staff
'staff' is already registered => other
section_head
roles of other: =>
an answer is required => staff
name of other, as on documents [none]: => Staf Kedua
NIP, the civil servant number [none]: => 199001012015011001
rank and grade, such as Penata (III/c) [none]: =>
position above the signature [ =>
public key of other: the .pub file, or its line: => $KEYS/none.pub
cannot read '$KEYS/none.pub' => $KEYS/other
'$KEYS/other' is a private key, which must stay with its owner => -----BEGIN OPENSSH PRIVATE KEY-----
this is a private key, which must stay with its owner => $KEYS/staff.pub
permanently belongs to 'staff' => sop.yaml
'sop.yaml' is not a public key => $(cat "$KEYS/other.pub")
This will be written to the register, signed by staff:
Write it? [y/N] => y
D
  as staff person add more -q --role staff --key "$KEYS/more.pub" >/dev/null
  entry() { jaga person list --json | jq -c "select(.person == \"$1\") | del(.person, .keys, .name, .nip)"; }
  need jq
  [ "$(entry other)" = "$(entry more)" ]
  jaga person list --json | jq -se 'map(select(.person == "other"))[0] | .name == "Staf Kedua" and .nip == "199001012015011001"' >/dev/null
  [ "$(jaga person list --json | jq -r 'select(.person == "other") | .keys[]')" = "$(ssh-keygen -lf "$KEYS/other.pub" | cut -d' ' -f2)" ]
  # A file, from the home directory.
  cp "$KEYS/deputy.pub" "$HOME/"
  asked 0 --key "$KEYS/staff" person add deputy --role section_head --name x --nip '' --rank '' --position '' <<'D'
public key of deputy: the .pub file, or its line: => ~/deputy.pub
Write it? [y/N] => y
D
  status 0 jaga audit
}

@test "person add: roles that nobody holds are suggested; no, Ctrl-C and the end of the input write nothing" {
  make_key staff
  make_key head
  as staff init -q --org 'Test office' --person staff --role staff >/dev/null
  for answer in 'n 1' '^C 130' '^D 64'; do
    asked "${answer#* }" --key "$KEYS/staff" person add head --key "$KEYS/head.pub" <<D
roles of head [section_head]: =>
$details
Write it? => ${answer% *}
D
    [ "$(ls register/*.yaml | wc -l)" = 1 ]
  done
  # Who may not write it is told before anything is asked.
  not_asked 77 --key "$KEYS/head" person add head
  not_asked 64 --key "$KEYS/staff" person add Head
  not_asked 64 --key "$KEYS/staff" person add staff
  asked 0 --key "$KEYS/staff" person add --machine --key "$KEYS/head.pub" <<'D'
id of the person, such as a login name: => timer
Write it? => y
D
  status 0 jaga person list
  says system
}

@test "the first person of a register is asked for as by init" {
  make_key staff
  jaga init -q office
  asked 1 --key "$KEYS/staff" -C office person add <<'D'
first person: an id such as a login name; - for nobody yet => -
D
  [ ! -e office/register ]
  asked 0 --key "$KEYS/staff" -C office person add <<D
first person: => staff
roles of staff besides admin; - for none [staff]: =>
$details
Write it? => y
D
  says 'register started'
  as staff init -q other --person staff --role staff >/dev/null
  diff <(jaga -C office person list --json) <(jaga -C other person list --json)
}

@test "in Indonesian every question, default and preview is in Indonesian" {
  office
  "$BATS_TEST_DIRNAME/dialogue" "$JAGA" --lang id host add >out <<'D'
: => web02
: => 192.0.2.12
[server]: =>
[icmp]: => ssh
: =>
[jaga]: =>
[jaga-repair]: =>
[22]: =>
: =>
[y/T] => ya
D
  [ -f hosts.d/web02.yaml ]
  own_words 'nginx web'
  in_language id out
}
