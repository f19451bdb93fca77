#!/bin/sh
# Prepares this machine for jaga: the accounts that measure and repair, their keys, and what they may do by sudo. Printed by
# `jaga host prepare`, described in jaga-host-setup(7). POSIX sh (dash, busybox, bash), for root. All of it is one function
# that the last line calls, so a part of it does nothing; it reads nothing from standard input. Run again, it changes only
# what differs. Ends with 0; 1 something could not be done, which it says; 77 not root.
# shellcheck disable=SC2015,SC2030,SC2031 # what fails there fails for both; these are meant to stay in their subshells
jaga_prepare() (
# settings begin
undo=no
measure=jaga
repair=jaga-repair
measure_keys=''
repair_keys=''
repair_sudo=no
root_commands=''
trust=''
# settings end
[ "${1-}" = whole ] || exit 64
set -u
umask 077
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
mark='account of jaga'
begin='# begin jaga host prepare: what is changed between these lines is lost'
end='# end jaga host prepare'
rules=/etc/sudoers.d/jaga-prepare
first_rule='# Made by jaga host prepare, changes are lost: jaga-host-setup(7)'
changes=0
left=0

changed() {
  changes=$((changes + 1))
  printf 'changed: %s\n' "$*"
}
remark() {
  printf 'note: %s\n' "$*"
}
# What the rest does not depend on.
failed() {
  left=1
  printf 'error: %s\n' "$*" >&2
}
fail() {
  printf 'error: %s\n' "$1" >&2
  if [ "$changes" = 0 ]; then echo 'nothing was changed' >&2; else echo 'what was changed before remains; run this again' >&2; fi
  exit 1
}
has() {
  command -v "$1" >/dev/null
}

if [ "$(id -u)" != 0 ]; then
  echo 'error: only root can prepare this machine' >&2
  echo "hint: pipe this script into 'ssh root@HOST sh' or 'ssh ADMIN@HOST sudo sh'" >&2
  exit 77
fi
for program in awk cat chmod chown cmp cp grep ls mkdir mktemp mv rm rmdir stat; do
  has $program || fail "the program '$program' is not here"
done
work=$(mktemp -d) || fail 'no temporary directory can be made'
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# look_up NAME: its entry, as uid, gid, gecos, home; whether it was made here, as made.
look_up() {
  entry=$(getent passwd "$1" 2>/dev/null) || entry=
  [ -n "$entry" ] || entry=$(awk -F: -v name="$1" '$1 == name { print; exit }' /etc/passwd)
  [ -n "$entry" ] || return 1
  IFS=: read -r name _ uid gid gecos home _ <<ENTRY
$entry
ENTRY
  case $uid$gid in *[!0-9]* | '') fail "the entry of the account '$1' is invalid" ;; esac
  case $gecos in "$mark "*) made=yes ;; *) made=no ;; esac
}
group_there() {
  getent group "$1" >/dev/null 2>&1 || awk -F: -v name="$1" '$1 == name { there = 1 } END { exit !there }' /etc/group
}

# put FILE: $work/new in its place, at once, with its owner and mode.
put() {
  [ ! -L "$1" ] || fail "'$1' is a symbolic link"
  cp -p "$1" "$1.jaga" && cat "$work/new" >"$1.jaga" && mv -f "$1.jaga" "$1" || fail "'$1' cannot be written"
}
# set_line FILE [LINE]: the one that begins with "$name:".
set_line() {
  [ -e "$1" ] || return 0
  awk -F: -v name="$name" '$1 != name' "$1" >"$work/new" || fail "'$1' cannot be read"
  if [ $# -gt 1 ]; then printf '%s\n' "$2" >>"$work/new"; fi
  put "$1"
}
# As adduser of busybox does it, but with a password that fits nothing instead of a locked account.
add_to_files() {
  number=999
  while awk -F: -v number=$number '$3 == number { there = 1 } END { exit !there }' /etc/passwd /etc/group; do
    number=$((number - 1))
    [ $number -gt 100 ] || fail 'no number below 1000 is free for an account'
  done
  set_line /etc/group "$name:x:$number:"
  set_line /etc/gshadow "$name:*::"
  hidden='*'
  if [ -e /etc/shadow ]; then
    set_line /etc/shadow "$name:*:$(($(date +%s) / 86400)):0:99999:7:::"
    hidden=x
  fi
  set_line /etc/passwd "$name:$hidden:$number:$number:$gecos:/home/$name:/bin/sh"
}
make_account() {
  name=$1 gecos="$mark for $2"
  if has useradd; then
    told=$(useradd -r -M -U -s /bin/sh -c "$gecos" -p '*' "$name" 2>&1) || fail "account '$name' cannot be made: $told"
  else
    add_to_files
  fi
  look_up "$name" || fail "account '$name' was made and is not found"
  changed "account '$name' made: number $uid, shell /bin/sh, no password"
}

# own PATH MODE: root's, for the group of the account to read, so that the account cannot add keys for itself.
own() {
  [ "$(stat -c '%a %u %g' "$1")" = "$2 0 $gid" ] && return
  chown "0:$gid" "$1" && chmod "$2" "$1" || fail "'$1' cannot be given to root"
  changed "$1 belongs to root, mode $2"
}
# make_home: of an account that was made here.
make_home() {
  for folder in "$home" "$home/.ssh"; do
    # Once the home is root's, nobody changes any more what was checked.
    check_keys
    if [ ! -e "$folder" ] && [ ! -L "$folder" ]; then
      (umask 022 && mkdir -p "${folder%/*}") && mkdir "$folder" || fail "'$folder' cannot be made"
      changed "$folder made"
    fi
    own "$folder" 750
  done
}
# The home of an account that was made here is nobody else's, and nobody but root can put something else into its place.
check_home() {
  case $home in /*/"$name") ;; *) fail "'$home' is not a home for account '$name'" ;; esac
  [ -e "$home" ] || [ -L "$home" ] || return 0
  if [ -L "$home" ] || [ ! -d "$home" ]; then fail "'$home' is not a directory"; fi
  case $(stat -c %u "$home") in 0 | "$uid") ;; *) fail "'$home' belongs to somebody else" ;; esac
  check_keys
}
check_keys() {
  for each in "$home/.ssh" "$home/.ssh/authorized_keys"; do
    [ ! -L "$each" ] || fail "'$each' is a symbolic link; replace it with what it leads to"
  done
  if [ -e "$home/.ssh" ] && [ ! -d "$home/.ssh" ]; then fail "'$home/.ssh' is not a directory"; fi
  if [ -e "$home/.ssh/authorized_keys" ] && [ ! -f "$home/.ssh/authorized_keys" ]; then
    fail "'$home/.ssh/authorized_keys' is not a file"
  fi
}
# check NAME: what would stop in the middle, before anything is changed.
check() {
  if ! look_up "$1"; then
    [ $undo = yes ] || ! group_there "$1" || fail "there is a group '$1', but no account: choose another login in hosts.yaml"
    return 0
  fi
  [ "$uid" -ne 0 ] || fail "account '$1' is root: choose another login in hosts.yaml"
  if [ "$made" = yes ]; then
    check_home
  elif [ -d "$home" ]; then
    has su || fail "account '$1' was not made by this script, and there is no su to write its keys as itself"
    check_keys
  elif [ $undo = no ]; then
    fail "account '$1' has no home: '$home'"
  fi
  read_keys
}

# as COMMAND ARGUMENT...: in the folders of an account that was there before, everything is done as that account, so that
# nothing it puts there leads root elsewhere.
as() {
  if [ "$made" = yes ]; then
    sh -c "$@"
  else
    su -s /bin/sh "$name" -c "$@"
  fi
}
# read_keys: its authorized_keys, as $work/old.
read_keys() {
  : >"$work/old"
  [ -e "$home/.ssh/authorized_keys" ] || return 0
  as 'cat "$1"' sh "$home/.ssh/authorized_keys" >"$work/old" </dev/null || fail "'$home/.ssh/authorized_keys' cannot be read"
  awk -v begin="$begin" -v end="$end" '
    $0 == begin { if (inside) exit 1; inside = 1 }
    $0 == end { inside = 0 }
    END { exit inside }' "$work/old" ||
    fail "in '$home/.ssh/authorized_keys' the line '$begin' has no '$end'"
}
# set_keys [KEYS]: the block of jaga; the other lines stay as they are.
set_keys() {
  read_keys
  : >"$work/block"
  if [ $# -gt 0 ]; then printf '%s\n' "$begin" ${1:+"$1"} "$end" >"$work/block"; fi
  awk -v begin="$begin" -v end="$end" -v block="$work/block" '
    function put(line) { while ((getline line < block) > 0) print line; done = 1 }
    $0 == begin { inside = 1; if (!done) put(); next }
    inside { if ($0 == end) inside = 0; next }
    { print }
    END { if (!done) put() }' "$work/old" >"$work/new" || fail 'awk failed'
  [ $# -gt 0 ] || grep -qxF "$begin" "$work/old" || return 0
  others=$(awk -v begin="$begin" -v end="$end" '
    $0 == begin { inside = 1 }
    !inside && NF && !/^[ \t]*#/ { count++ }
    $0 == end { inside = 0 }
    END { print count + 0 }' "$work/new")
  [ "$others" = 0 ] || remark "$home/.ssh/authorized_keys has other keys, which stay: $others"
  keys=$home/.ssh/authorized_keys
  if ! [ -e "$keys" ] || ! cmp -s "$work/old" "$work/new"; then
    as 'umask 077
      [ -d "$1" ] || mkdir "$1" || exit
      rm -f "$1/.authorized_keys.jaga" && cat >"$1/.authorized_keys.jaga" && mv -f "$1/.authorized_keys.jaga" "$1/authorized_keys"' \
      sh "$home/.ssh" <"$work/new" || fail "'$keys' cannot be written"
    if has restorecon; then restorecon -R "$home" >/dev/null 2>&1; fi
    changed "$keys: keys of jaga: $(grep -vc '^#' "$work/block")"
  fi
  [ "$made" = no ] || own_quietly "$keys" 640
}
own_quietly() {
  [ "$(stat -c '%a %u %g' "$1")" = "$2 0 $gid" ] || { chown "0:$gid" "$1" && chmod "$2" "$1"; } ||
    fail "'$1' cannot be given to root"
}

# account NAME PURPOSE KEYS
account() {
  if ! look_up "$1"; then
    make_account "$1" "$2"
    check_home
  fi
  if [ "$made" = yes ]; then
    make_home
    case $(awk -F: -v name="$1" '$1 == name { print $2; exit }' /etc/shadow 2>/dev/null) in
    '!'*) remark "account '$1' is locked (usermod -L); a server without PAM refuses its keys" ;;
    '*' | '') ;;
    *) remark "account '$1' has a password; this script gave it none" ;;
    esac
  else
    remark "account '$1' was not made by this script: only its keys are changed, not its password, shell or sudo rights"
    remark "to let this script keep it: usermod -c '$mark for $2' $1"
  fi
  set_keys "$3"
  look_at_sshd
}
# one_of WORDS: whether the account is one of these names or patterns of sshd_config.
one_of() (
  set -f
  for pattern in $1; do
    # shellcheck disable=SC2254 # a pattern
    case $name in ${pattern%@*}) return 0 ;; esac
  done
  return 1
)
a_group_of() (
  set -f
  groups=$(id -Gn "$name")
  for pattern in $1; do
    for name in $groups; do
      # shellcheck disable=SC2254
      case $name in $pattern) return 0 ;; esac
    done
  done
  return 1
)
setting() {
  printf '%s\n' "$told" | awk -v key="$1" '$1 == key { $1 = ""; printf "%s", $0 }'
}
# look_at_sshd: what of its settings keeps the account out.
look_at_sshd() {
  if ! has sshd && has dropbear; then
    if [ -e /etc/shells ] && ! grep -qx /bin/sh /etc/shells; then
      failed "dropbear refuses '$name', whose shell /bin/sh is not in /etc/shells"
    fi
    case $measure_keys in
    *from=* | *port-forwarding*) failed "dropbear refuses keys with from= and port-forwarding: '$name' cannot log in" ;;
    esac
  fi
  told=$(sshd -T -C "user=$name,host=localhost,addr=127.0.0.1" 2>/dev/null) && [ -n "$told" ] || return 0
  case " $(setting authorizedkeysfile) " in
  *' .ssh/authorized_keys '* | *' %h/.ssh/authorized_keys '* | *" $home/.ssh/authorized_keys "*) ;;
  *) failed "sshd does not read $home/.ssh/authorized_keys (AuthorizedKeysFile$(setting authorizedkeysfile))" ;;
  esac
  case $(setting pubkeyauthentication) in *no) failed 'sshd accepts no keys (PubkeyAuthentication no)' ;; esac
  case $(setting authenticationmethods) in
  '' | ' any' | *' publickey' | *' publickey '*) ;;
  *) failed "sshd asks '$name' for more than a key (AuthenticationMethods$(setting authenticationmethods))" ;;
  esac
  values=$(setting denyusers)
  if [ -n "$values" ] && one_of "$values"; then failed "sshd refuses '$name' (DenyUsers$values)"; fi
  values=$(setting allowusers)
  [ -z "$values" ] || one_of "$values" || failed "sshd refuses '$name' (AllowUsers$values)"
  values=$(setting denygroups)
  if [ -n "$values" ] && a_group_of "$values"; then failed "sshd refuses '$name' (DenyGroups$values)"; fi
  values=$(setting allowgroups)
  [ -z "$values" ] || a_group_of "$values" || failed "sshd refuses '$name' (AllowGroups$values)"
  case $measure_keys in
  *permitopen=*)
    case "$(setting allowtcpforwarding)$(setting disableforwarding)" in
    *' yes no' | *' local no' | *' yes' | *' local') ;;
    *) failed "sshd forwards nothing for '$name' (AllowTcpForwarding), and this machine is a jump host" ;;
    esac
    ;;
  esac
}

# guarded FILE: only root can change it, or put another into its place.
guarded() {
  for each in "$1" "${1%/*}"; do
    [ -e "$each" ] || continue
    facts=$(stat -L -c '%A %u %g' "$each") || return 1
    case $facts in
    ????????w* | *' '[1-9]*' '*) return 1 ;;
    ?????w*' 0') ;;
    ?????w*) return 1 ;;
    esac
  done
}
sudo_rules() {
  printf '%s\n' "$first_rule"
  if grep -qs requiretty /etc/sudoers /etc/sudoers.d/*; then
    for each in "$measure" "$repair"; do printf 'Defaults:%s !requiretty\n' "$each"; done | awk '!seen[$0]++'
  fi
  if look_up "$measure" && [ "$made" = yes ]; then
    printf '# Measuring: the command lines with which the collector asks.\n'
    printf '%s\n' "$root_commands" | while read -r program arguments; do
      # Where it is not installed yet, as distributions have it.
      found=$(command -v "${program##*/}") || found=$program
      case $found in /*) ;; *) found=$program ;; esac
      if ! guarded "$found"; then
        [ ! -e "$found" ] || printf '%s\n' "$found" >>"$work/unguarded"
        continue
      fi
      printf '%s ALL=(root) NOPASSWD: %s %s\n' "$measure" "$found" "$arguments"
    done
  fi
  if [ $repair_sudo = yes ] && look_up "$repair" && [ "$made" = yes ]; then
    printf '# Repairs: everything, as root and as anybody.\n'
    printf '%s ALL=(ALL:ALL) NOPASSWD: ALL\n' "$repair"
  fi
}
our_rules() {
  [ ! -L $rules ] && [ -f $rules ] && read -r line <$rules && [ "$line" = "$first_rule" ]
}
check_sudo() {
  if [ -e $rules ] || [ -L $rules ]; then our_rules || fail "'$rules' is not a file of this script"; fi
}
set_sudo() {
  if ! has sudo; then
    remark 'sudo is not installed: what only root can read is not measured (SMART, power supplies, sshd -T ...),'
    remark 'and plans that need root fail; install sudo and run this again, or repair this machine as its own root'
    return
  fi
  has visudo || { failed 'sudo is here without visudo: its rules cannot be checked and were not written' && return; }
  if [ ! -d /etc/sudoers.d ] ||
    ! grep -qsE '^[#@]includedir[[:blank:]]+/etc/sudoers\.d/?[[:blank:]]*$' /etc/sudoers /usr/etc/sudoers; then
    failed "sudo does not read /etc/sudoers.d: add '@includedir /etc/sudoers.d' with visudo, then run this again"
    return
  fi
  : >"$work/unguarded"
  sudo_rules >"$work/rules"
  while read -r each; do
    echo "$each"
  done <"$work/unguarded" | awk '!seen[$0]++' | while read -r each; do
    remark "not allowed by sudo, because others than root can change it: $each"
  done
  told=$(visudo -c -f "$work/rules" 2>&1) || fail "visudo refuses the rules: $told"
  if our_rules && cmp -s "$work/rules" $rules && [ "$(stat -c '%a %u %g' $rules)" = '440 0 0' ]; then return; fi
  # A name with a dot is not read by sudo.
  if our_rules; then cp -p $rules "$work/before"; fi
  rm -f "$rules.new"
  cat "$work/rules" >"$rules.new" && chown 0:0 "$rules.new" && chmod 440 "$rules.new" && mv -f "$rules.new" $rules ||
    fail "'$rules' cannot be written"
  if ! told=$(visudo -c 2>&1); then
    # What was wrong without them, too, is not theirs.
    rm -f $rules
    if ! visudo -c >/dev/null 2>&1; then
      failed "sudo's rules of this machine are invalid (visudo -c); those of jaga were not written"
      return
    fi
    [ ! -e "$work/before" ] || cp -p "$work/before" $rules
    fail "visudo refuses the rules together with those of this machine: $told"
  fi
  changed "$rules: what they may do by sudo"
}

identity() {
  echo
  echo "the identity of this machine, to compare with what 'jaga host trust' shows:"
  shown=
  if has ssh-keygen; then
    files=$(sshd -T 2>/dev/null | awk '$1 == "hostkey" { print $2 ".pub" }')
    for file in ${files:-/etc/ssh/ssh_host_*_key.pub}; do
      [ -r "$file" ] && read -r type _ <"$file" || continue
      line=$(ssh-keygen -l -f "$file") || continue
      line=${line#* }
      echo "  $type ${line%% *}"
      shown=yes
    done
  fi
  if has dropbearkey; then
    for file in /etc/dropbear/dropbear_*_host_key; do
      [ -r "$file" ] || continue
      told=$(dropbearkey -y -f "$file" 2>/dev/null) || continue
      type=$(printf '%s\n' "$told" | awk '/^(ssh|ecdsa|sk)-/ { print $1; exit }')
      if has ssh-keygen; then
        printf '%s\n' "$told" | awk '/^(ssh|ecdsa|sk)-/ { print; exit }' >"$work/key.pub"
        line=$(ssh-keygen -l -f "$work/key.pub")
        line=${line#* }
        line=${line%% *}
      else
        line=$(printf '%s\n' "$told" | awk '/^Fingerprint:/ { print $NF; exit }')
      fi
      echo "  $type $line"
      shown=yes
    done
  fi
  [ -n "$shown" ] || echo '  (no host keys were found in /etc/ssh or /etc/dropbear)'
  for file in /etc/machine-id /var/lib/dbus/machine-id; do
    if [ -r $file ] && read -r line <$file && [ -n "$line" ]; then
      echo "  machine-id $line"
      break
    fi
  done
  echo 'then, at your desk:'
  echo "  $trust"
}

# remove NAME: its keys and, if it was made here, the account.
remove() {
  look_up "$1" || { remark "there is no account '$1'" && return; }
  if [ -d "$home" ]; then set_keys; fi
  if [ "$made" = no ]; then
    remark "account '$1' was not made by this script, and stays without the keys of jaga"
    return
  fi
  running=$(grep -lsE "^Uid:[[:blank:]]+${uid}[[:blank:]]" /proc/[0-9]*/status | awk -F/ '{ printf " %s", $3 }')
  if [ -n "$running" ]; then
    failed "account '$1' stays: processes run as it:$running; end them and run this again"
    return
  fi
  if has userdel; then
    told=$(userdel "$1" 2>&1) || { failed "account '$1' cannot be removed: $told" && return; }
    # Where USERGROUPS_ENAB of login.defs is off.
    if has groupdel && group_there "$1"; then groupdel "$1" >/dev/null 2>&1; fi
  else
    for each in /etc/passwd /etc/shadow /etc/gshadow /etc/group; do set_line $each; done
  fi
  changed "account '$1' removed"
  [ -d "$home" ] || return
  if [ -e "$home/.ssh/authorized_keys" ] && ! [ -s "$home/.ssh/authorized_keys" ]; then rm -f "$home/.ssh/authorized_keys"; fi
  rmdir "$home/.ssh" 2>/dev/null
  if rmdir "$home" 2>/dev/null; then changed "$home removed"; else remark "$home is not empty and stays"; fi
}

check "$measure"
check "$repair"
check_sudo
if [ $undo = yes ]; then
  if our_rules; then
    rm -f $rules
    changed "$rules removed"
  fi
  remove "$measure"
  [ "$repair" = "$measure" ] || remove "$repair"
else
  account "$measure" measuring "$measure_keys"
  [ "$repair" = "$measure" ] || account "$repair" repairs "$repair_keys"
  set_sudo
fi
# Those of an earlier login in hosts.yaml.
awk -F: -v mark="$mark " -v one="$measure" -v two="$repair" '
  index($5, mark) == 1 && $1 != one && $1 != two { print $1 }' /etc/passwd >"$work/earlier"
while read -r each; do
  remark "account '$each' was made by an earlier run and keeps its keys; remove it if it is not used: userdel $each"
done <"$work/earlier"
[ $changes != 0 ] || echo 'nothing to change'
[ $undo = yes ] || identity
exit $left
)
jaga_prepare whole </dev/null
