# The states in which the examples of the manual are run. A state is a folder, $STATES/NAME, that is copied to $WORLD before
# an example: people/NAME are homes with a key, office is the working directory, root stands for / in what an example names.
# It is made once, when the first example needs it, from another one and what people do then. Loaded by run.bash.

# as PERSON ARGUMENT...: jaga, in the office
as() {
  local person=$1
  shift
  (cd "$WORLD/office" && typed "$person" jaga "$@")
}
quietly() { "$@" >"$BATS_FILE_TMPDIR/made" 2>&1 || { cat "$BATS_FILE_TMPDIR/made" >&2; return 1; }; }

full_disk() { "$LAB" break fill-disk web01; }
# What was broken, and the marks of what ran: the next state has not run that.
mended() { "$LAB" mend all && "$LAB" exec web01 rm -rf /home/jaga-repair/.jaga-runs; }

state() { # state NAME: $STATES/NAME is there
  [ ! -e "$STATES/$1" ] || return 0
  rm -rf "$WORLD"
  "make_${1//-/_}" || { echo "the state $1 cannot be made" >&2; return 1; }
  mv "$WORLD" "$STATES/$1"
}
from() { # from NAME: $WORLD is a copy of it
  state "$1" || return
  rm -rf "$WORLD"
  cp -a "$STATES/$1" "$WORLD"
}

# Nobody has an office yet.
make_home() {
  local person
  mkdir -p "$WORLD/root/media/stick" "$WORLD/root/srv" "$WORLD/root/backup" "$WORLD/root/usr/lib/systemd/system" || return
  cp "$BATS_TEST_DIRNAME"/../../cmd/systemd/*.timer "$WORLD/root/usr/lib/systemd/system/"
  cp -a "$KEYS" "$WORLD/people" || return
  for person in "$WORLD"/people/*/; do cp "$person/.ssh/id_ed25519.pub" "$WORLD/people/staff/$(basename "$person").pub"; done
}

# The first person and no host.
make_alone() {
  from home && mkdir "$WORLD/office" && quietly as staff init -q --org 'Network section' --person staff --role staff
}
# Three people and the machines of the lab; then also their keys and one round.
make_unknown_keys() {
  from alone &&
    quietly as staff person add section-head --role section_head --key "$WORLD/people/staff/section-head.pub" &&
    quietly as staff person add division-head --role division_head --key "$WORLD/people/staff/division-head.pub" || return
  { printf 'groups:\n  web: {}\n  db: {}\n  servers: {}\n' && "$LAB" inventory; } |
    sed '/name: "web/a\    groups: [web, servers]
/name: "db/a\    groups: [db]' >"$WORLD/office/hosts.yaml"
}
make_office() {
  from unknown-keys && quietly as staff host trust --yes --verified console && quietly as staff monitor
}

# The disk of web01 is full: in a round, then an incident, and so on through the procedure.
make_fault() {
  from office && full_disk || return
  as staff monitor >/dev/null 2>&1
  [ $? = 2 ] && mended
}
make_open() { from fault && quietly as staff analyze; }
make_approved() { from open && quietly as section-head approve web01 --yes; }
make_repaired() { from approved && full_disk && quietly as staff repair web01 && mended; }
make_verified() { from repaired && quietly as section-head verify web01 --yes; }
make_accepted() { from verified && quietly as division-head accept web01 --yes; }
make_archived() { from accepted && quietly as staff archive web01 --no-part --no-pdf; }
make_sealed() { from archived && quietly as staff seal; }

# Each decision, rejected.
make_rejected() { from open && quietly as section-head reject web01 --yes -m 'keep more logs'; }
make_repair_rejected() { from repaired && quietly as section-head reject web01 --yes -m 'look again'; }
make_report_rejected() { from verified && quietly as division-head reject web01 --yes -m 'what was deleted?'; }

# A machine that measures has opened the incident.
make_proposed() {
  from fault && quietly as jaga person keys --make &&
    quietly as staff person add srv --machine --key "$(echo "$WORLD"/people/jaga/.local/state/jaga/*/*/machine-key.pub)" &&
    quietly as jaga analyze
}
# What the section head is asked to sign is on the stick; then signed.
make_requested() { from open && quietly as staff approve web01 --as section-head --request "$ROOT/media/stick/web01"; }
make_signed() { from requested && quietly as section-head sign "$ROOT/media/stick/web01" --yes; }
# A photograph is in the bag.
make_photographed() {
  from open || return
  echo 'a face' | tee "$WORLD/people/division-head/photo.jpg" >"$WORLD/office/photo.jpg"
  quietly as staff evidence add web01 photo.jpg -m 'label of the disk' &&
    quietly as section-head approve web01 --yes && quietly as staff repair web01 --by-hand -m 'cleaned' &&
    quietly as section-head verify web01 --yes --override 'seen' && quietly as division-head accept web01 --yes &&
    quietly as staff archive web01 --no-part --no-pdf
}
# An incident that is late, at any hour.
make_late() {
  from office || return
  sed -i 's/standard: "[0-9a-z]*"/standard: "1ms"/
    s/^  hours: .*/  hours: {mon: "00:00-24:00", tue: "00:00-24:00", wed: "00:00-24:00", thu: "00:00-24:00", fri: "00:00-24:00", sat: "00:00-24:00", sun: "00:00-24:00"}/' \
    "$WORLD/office/sop.yaml"
  quietly as staff adopt --yes && quietly as staff open web01 -m slow
}
# Staff have a second key.
make_second_key() {
  from office && ssh-keygen -q -t ed25519 -N '' -f "$WORLD/people/staff/.ssh/id_second" &&
    quietly as staff person change staff --key "$WORLD/people/staff/.ssh/id_second.pub"
}
make_second_admin() { from office && quietly as staff person change section-head --role admin; }
# Two copies of the register go on for themselves, and meet.
make_forked() {
  from office || return
  cp -a "$WORLD/office" "$WORLD/there" && cp -a "$WORLD/people/staff/.local/state" "$WORLD/state" || return
  quietly as staff person add deputy --role staff --key "$WORLD/people/staff/jaga.pub" &&
    ssh-keygen -q -t ed25519 -N '' -f "$WORLD/people/staff/other" || return
  (cd "$WORLD/there" && quietly typed staff env XDG_STATE_HOME="$WORLD/state" jaga person add deputy --role staff \
    --key "$WORLD/people/staff/other.pub") && cp "$WORLD"/there/register/*-person.* "$WORLD/office/register/" &&
    rm -r "$WORLD/there" "$WORLD/state"
}

# A server that has nothing yet; that has the office; the office on a stick; and the account jaga, which has a clone.
make_empty_server() {
  from office && git init -q --bare -b main "$ROOT/srv/git/jaga.git" &&
    git -C "$ROOT/srv/git/jaga.git" config jaga.genesis "$(genesis)"
}
make_shared() {
  from empty-server && serve && quietly as staff sync ssh://srv-jaga/srv/git/jaga.git || return
  rm -rf "$ROOT/srv/git/jaga.git"
  "$LAB" exec gw01 tar -C /srv/git -cf - jaga.git | tar -C "$ROOT/srv/git" -xf - --no-same-owner
}
make_stick() { from office && quietly as staff sync --bundle "$ROOT/media/stick/office.bundle"; }
make_server() {
  from shared && serve &&
    quietly typed jaga jaga clone --genesis "$(genesis)" ssh://srv-jaga/srv/git/jaga.git "$ROOT/srv/jaga"
}
