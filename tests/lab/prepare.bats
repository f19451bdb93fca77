#!/usr/bin/env bats
# What `jaga host prepare` prints, on hosts: with the tools of Debian, with those of busybox, without sudo, on a jump host,
# and against an account that wants root's rights. Run by with-lab; JAGA names the program under test.
# shellcheck disable=SC2154  # output is bats'

bats_require_minimum_version 1.5.0

load office
setup_file() {
  people staff section-head division-head
  local machine
  for machine in gw01 web01 web02 db01; do bare $machine; done
  no_sudo db01
  busybox_only web02
}
setup() {
  OFFICE=$BATS_TEST_TMPDIR/office
  mkdir "$OFFICE"
  cd "$OFFICE" || return 1
  as staff init -q --org Lab --person staff --role staff
  for home in "$PEOPLE"/*-*/; do
    person=$(basename "$home")
    as staff person add -q "$person" --role "${person/-/_}" --key "$home/.ssh/id_ed25519"
  done
  "$LAB" inventory >hosts.yaml
}
teardown() { "$LAB" mend all; }

# bare MACHINE: without the accounts of the lab, and with the sshd of a distribution.
bare() {
  inside "$1" '
    for account in jaga jaga-repair; do userdel $account; done
    rm -rf /home/jaga /home/jaga-repair /etc/sudoers.d/jaga-repair /etc/ssh/authorized_keys
    sed -i "s|^AuthorizedKeysFile .*|AuthorizedKeysFile .ssh/authorized_keys|; s|^PermitRootLogin .*|PermitRootLogin prohibit-password|" \
      /etc/ssh/sshd_config
    sed -i "s| -o StrictModes=no||" /usr/local/lib/lab/units/ssh.service
    mkdir -m 700 -p /root/.ssh
    cat >/root/.ssh/authorized_keys
    systemctl restart ssh' <"$PEOPLE/staff/.ssh/id_ed25519.pub"
}
no_sudo() { inside "$1" 'rm -f /usr/bin/sudo /usr/sbin/visudo'; }
# busybox_only MACHINE: what the script and the collector call is busybox, and nothing makes accounts.
busybox_only() {
  inside "$1" '
    rm -f /usr/sbin/useradd /usr/sbin/userdel /usr/sbin/usermod /usr/bin/getent /usr/bin/sudo /usr/sbin/visudo
    for applet in $(busybox --list); do
      case $applet in ip | mount | umount | nsenter) ;; *) ln -s "$(command -v busybox)" "/usr/local/sbin/$applet" ;; esac
    done'
}
# prepared MACHINE [SHELL] ARGUMENT...: what the script says there; its status.
prepared() {
  local machine=$1 shell=sh
  case $2 in "busybox sh" | dash | bash) shell=$2 && shift ;; esac
  shift
  as staff host prepare -q "$@" "$machine" >"$BATS_TEST_TMPDIR/script"
  # shellcheck disable=SC2086 # "busybox sh" is two words
  "$LAB" exec "$machine" $shell <"$BATS_TEST_TMPDIR/script"
}
# files MACHINE: what a run may change there, to the inode.
files() {
  inside "$1" '/usr/bin/find /etc /home /root -xdev -printf "%i %T@ %C@ %m %U %G %p\n" | sort'
}
# login MACHINE ACCOUNT COMMAND...: with the key of staff.
login() {
  local machine=$1 account=$2 address
  address=$(awk -v name="$machine" '$1 == name { print $3 }' "$BATS_TEST_DIRNAME/hosts.txt")
  "$LAB" run ssh -F none -n -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
    -o IdentitiesOnly=yes -i "$PEOPLE/staff/.ssh/id_ed25519" "$account@${address:?}" "${@:3}"
}

@test "with the tools of Debian: accounts, keys, sudo; then a fault is measured and repaired; undo leaves nothing" {
  before=$(inside web01 'cat /etc/passwd /etc/group /etc/shadow; ls /home /etc/sudoers.d')
  run -0 prepared web01
  [[ $output == *"account 'jaga' made"*"account 'jaga-repair' made"*"/etc/sudoers.d/jaga-prepare"* ]]
  id=$(inside web01 'cat /etc/machine-id')
  [[ $output == *"machine-id $id"*"jaga host trust --verified console web01"* ]]
  [ "$(inside web01 'awk -F: "/^jaga/ { print \$2 }" /etc/shadow')" = $'*\n*' ]
  [ "$(inside web01 'stat -c "%a %U" /home/jaga /home/jaga/.ssh /home/jaga/.ssh/authorized_keys')" = $'750 root\n750 root\n640 root' ]

  # The fingerprints are those that trust shows.
  printed=$(grep -oE '(ssh|ecdsa)-[^ ]* SHA256:[^ ]*' <<<"$output" | sort)
  run -0 as staff host trust --yes --verified console web01
  [ "$(grep -oE '(ssh|ecdsa)-[^ ]* SHA256:[^ ]*' <<<"$output" | sort)" = "$printed" ]
  [[ $output == *"machine-id $id"* ]]

  # What restrict takes away, and what the rules of sudo give: not a word more.
  run ! login web01 jaga -tt tty
  [[ $output == *"PTY allocation request failed"* ]]
  run -0 login web01 jaga id -un
  run -0 login web01 jaga sudo -n /usr/sbin/sshd -T
  for command in '/usr/sbin/sshd -t' '/usr/sbin/sshd' '/usr/sbin/sshd -T -f /etc/shadow' '/usr/bin/id' '-u jaga-repair id'; do
    run ! login web01 jaga "sudo -n $command"
  done
  [ "$(login web01 jaga-repair sudo -n id -u)" = 0 ]
  # It cannot give itself a key.
  run ! login web01 jaga 'echo x >>.ssh/authorized_keys'
  run ! login web01 jaga 'mv .ssh old'

  # A second run finds everything as it is.
  was=$(files web01)
  run -0 prepared web01
  [[ $output == *"nothing to change"* ]]
  [[ $output != *"changed:"* ]]
  [ "$(files web01)" = "$was" ]

  "$LAB" break fail-unit web01 web
  run -2 as staff monitor web01
  [[ $output != *"not permitted"* ]]
  run -0 as staff analyze
  [[ $output == *"plan: restart-unit"* ]]
  run -0 as section-head approve web01 --yes
  run -0 as staff repair web01
  [[ $output == *done* ]]

  run -0 prepared web01 --undo
  [ "$(inside web01 'cat /etc/passwd /etc/group /etc/shadow; ls /home /etc/sudoers.d')" = "$before" ]
  run -0 prepared web01 --undo
  [[ $output == *"nothing to change"* ]]
}

@test "a person who leaves, --no-sudo: only what differs is changed, and other keys stay" {
  ssh-keygen -q -t ed25519 -N '' -f "$BATS_TEST_TMPDIR/second"
  as staff person add -q second --role staff --key "$BATS_TEST_TMPDIR/second.pub"
  run -0 prepared web01 --from '10.77.0.0/16'
  inside web01 'grep -q "from=\"10.77.0.0/16\".* jaga:second$" /home/jaga/.ssh/authorized_keys
    printf "# by hand\nssh-ed25519 AAAA other" >>/home/jaga/.ssh/authorized_keys'
  as staff person leave -q second --yes
  run -0 prepared web01 --no-sudo
  [[ $output == *"has other keys, which stay: 1"* ]]
  [[ $output == *"changed: /etc/sudoers.d/jaga-prepare"* ]]
  [[ $output != *" made"* ]]
  inside web01 '! grep -q "jaga:second$" /home/jaga*/.ssh/authorized_keys
    [ "$(tail -n 2 /home/jaga/.ssh/authorized_keys)" = "$(printf "# by hand\nssh-ed25519 AAAA other")" ]
    [ "$(grep -c "^restrict" /home/jaga/.ssh/authorized_keys)" = 1 ]'
  run ! login web01 jaga-repair sudo -n id
  login web01 jaga sudo -n /usr/sbin/sshd -T >/dev/null
  # Where keys of others are, the folder stays.
  run -0 prepared web01 --undo
  [[ $output == *"/home/jaga is not empty and stays"* ]]
  inside web01 'rm -r /home/jaga; ! grep -q "^jaga" /etc/passwd'
}

@test "with the tools of busybox, without sudo: accounts in the files, measured; undo leaves nothing" {
  before=$(inside web02 'cat /etc/passwd /etc/group /etc/shadow; ls -a /home /etc')
  run -0 prepared web02 'busybox sh'
  [[ $output == *"account 'jaga' made: number 999"*"account 'jaga-repair' made: number 998"* ]]
  [[ $output == *"note: sudo is not installed"* ]]
  [[ $output == *"ssh-ed25519 SHA256:"* ]]
  [ "$(inside web02 'stat -c %a /etc/shadow')" = 640 ]
  was=$(files web02)
  run -0 prepared web02 'busybox sh'
  [[ $output == *"nothing to change"* ]]
  [ "$(files web02)" = "$was" ]
  [ "$(login web02 jaga-repair id -un)" = jaga-repair ]
  run -0 as staff host trust --yes --verified console web02
  run as staff monitor web02
  [[ $output == *web02* ]]
  [[ $output != *"cannot log in"* ]]

  # Where dropbear is the server: its keys, and what it does not know.
  inside web02 'mkdir /etc/dropbear /run/kept; ssh-keygen -q -t ed25519 -N "" -f /etc/dropbear/dropbear_ed25519_host_key
    mv /etc/ssh/ssh_host_ed25519_key.pub /etc/ssh/ssh_host_ecdsa_key.pub /usr/sbin/sshd /run/kept/
    echo "echo Public key portion is:; ssh-keygen -y -f \"\$3\"; echo Fingerprint: none" >/usr/local/sbin/dropbearkey
    echo : >/usr/local/sbin/dropbear; sed -i "1i #!/bin/sh" /usr/local/sbin/dropbear*; chmod 755 /usr/local/sbin/dropbear*'
  run -0 prepared web02 'busybox sh'
  [[ $output == *"  ssh-ed25519 $(inside web02 'ssh-keygen -l -f /etc/dropbear/dropbear_ed25519_host_key' | cut -d ' ' -f 2)"* ]]
  run -1 prepared web02 'busybox sh' --from 10.77.0.0/16
  [[ $output == *"dropbear refuses keys with from= and port-forwarding: 'jaga' cannot log in"* ]]
  [[ $output != *"/etc/shells"* ]]
  inside web02 'cp /etc/shells /run/kept/; echo /bin/ash >/etc/shells'
  run -1 prepared web02 'busybox sh'
  [[ $output == *"dropbear refuses 'jaga-repair', whose shell /bin/sh is not in /etc/shells"* ]]
  inside web02 'cat /run/kept/shells >/etc/shells; mv /run/kept/sshd /usr/sbin/; mv /run/kept/*.pub /etc/ssh/; rm -r /etc/dropbear /usr/local/sbin/dropbear*'
  run -0 prepared web02 'busybox sh' --undo
  [ "$(inside web02 'cat /etc/passwd /etc/group /etc/shadow; ls -a /home /etc')" = "$before" ]
}

# bats test_tags=long
@test "Debian without sudo is told so, and is measured" {
  run -0 prepared db01
  [[ $output == *"note: sudo is not installed"* ]]
  [ "$(login db01 jaga id -un)" = jaga ]
  run -0 prepared db01
  [[ $output == *"nothing to change"* ]]
  run -0 prepared db01 --undo
}

@test "a host behind a prepared jump host is measured, and nothing else is reached through it" {
  sed -i '/name: "web01"/a\    jump: "gw01"' hosts.yaml
  grep -q 'jump: "gw01"' hosts.yaml
  run -0 prepared gw01
  run -0 prepared web01
  for machine in gw01 web01; do run -0 as staff host trust --yes --verified console $machine; done
  run as staff monitor web01 --only ssh --json
  [[ $output == *'"host": "web01", "check": "ssh"'*'"state": "ok"'* ]]
  run login gw01 jaga -W 10.77.0.11:22
  [[ $output == *SSH-2.0* ]]
  # To another port of the same host, and to another host.
  for there in 10.77.0.11:80 10.77.0.13:22; do
    run ! login gw01 jaga -W "$there"
    [[ $output == *"stdio forwarding failed"* ]]
  done
  for machine in gw01 web01; do run -0 prepared $machine --undo; done
}

# bats test_tags=long
@test "through ssh as root, and as an administrator through sudo" {
  as staff host prepare -q web01 >"$BATS_TEST_TMPDIR/script"
  ssh=("$LAB" run ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR
    -i "$PEOPLE/staff/.ssh/id_ed25519")
  run -0 "${ssh[@]}" root@10.77.0.11 sh <"$BATS_TEST_TMPDIR/script"
  [[ $output == *"account 'jaga' made"*"machine-id"* ]]
  inside web01 'useradd -m admin; usermod -p "*" admin; mkdir -p /home/admin/.ssh
    cp /root/.ssh/authorized_keys /home/admin/.ssh/; chown -R admin: /home/admin
    echo "admin ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/admin; chmod 440 /etc/sudoers.d/admin'
  run -77 "${ssh[@]}" admin@10.77.0.11 sh <"$BATS_TEST_TMPDIR/script"
  run -0 "${ssh[@]}" admin@10.77.0.11 sudo sh <"$BATS_TEST_TMPDIR/script"
  [[ $output == *"nothing to change"* ]]
  run -0 prepared web01 --undo
  inside web01 'userdel admin; rm -r /home/admin /etc/sudoers.d/admin'
}

@test "an account that was there keeps all but the keys, and leads root nowhere" {
  inside web01 'useradd -m -c "Somebody" -p "\$6\$x" jaga; mkdir /home/jaga/.ssh
    echo "ssh-ed25519 AAAA own" >/home/jaga/.ssh/authorized_keys; chown -R jaga: /home/jaga; chmod 700 /home/jaga/.ssh'
  entry=$(inside web01 'grep ^jaga: /etc/passwd /etc/shadow')
  run -0 prepared web01
  [[ $output == *"account 'jaga' was not made by this script"* ]]
  [ "$(inside web01 'grep ^jaga: /etc/passwd /etc/shadow')" = "$entry" ]
  inside web01 '[ "$(head -n 1 /home/jaga/.ssh/authorized_keys)" = "ssh-ed25519 AAAA own" ]
    [ "$(stat -c %U /home/jaga/.ssh/authorized_keys)" = jaga ]
    ! grep -q "^jaga " /etc/sudoers.d/jaga-prepare; grep -q "^jaga-repair " /etc/sudoers.d/jaga-prepare'
  [ "$(login web01 jaga id -un)" = jaga ]

  # It puts links where root would write, or read.
  for link in '/home/jaga/.ssh /root/.ssh' '/home/jaga/.ssh/authorized_keys /etc/shadow' '/home/jaga/.ssh/authorized_keys /root/.ssh/authorized_keys'; do
    inside web01 'rm -rf "$1"; ln -s "$2" "$1"' "${link% *}" "${link#* }"
    was=$(inside web01 'cksum /etc/shadow /root/.ssh/* /etc/sudoers.d/*')
    run -1 prepared web01
    [[ $output == *"is a symbolic link"*"nothing was changed"* ]]
    [ "$(inside web01 'cksum /etc/shadow /root/.ssh/* /etc/sudoers.d/*')" = "$was" ]
    inside web01 'rm -rf /home/jaga/.ssh; mkdir /home/jaga/.ssh; chown jaga: /home/jaga/.ssh'
  done
  run -0 prepared web01 --undo
  [[ $output == *"account 'jaga' was not made by this script, and stays"* ]]
  inside web01 'grep -q ^jaga: /etc/passwd; userdel jaga; rm -r /home/jaga'
}

# bats test_tags=long
@test "what cannot be done is refused before anything is changed" {
  was=$(files web01)
  # The group of a service, an account that is root, a file of somebody else, a block without its end.
  inside web01 'groupadd jaga'
  run -1 prepared web01
  [[ $output == *"there is a group 'jaga', but no account"*"nothing was changed"* ]]
  inside web01 'groupdel jaga; useradd -o -u 0 -M jaga'
  run -1 prepared web01
  [[ $output == *"account 'jaga' is root"*"nothing was changed"* ]]
  inside web01 'sed -i /^jaga:/d /etc/passwd /etc/shadow; groupdel jaga 2>/dev/null || true
    echo "# mine" >/etc/sudoers.d/jaga-prepare'
  run -1 prepared web01
  [[ $output == *"is not a file of this script"*"nothing was changed"* ]]
  inside web01 'rm /etc/sudoers.d/jaga-prepare; ! grep ^jaga /etc/passwd'

  run -0 prepared web01
  inside web01 'sed -i /^.\ end/d /home/jaga/.ssh/authorized_keys; echo "ssh-ed25519 AAAA kept" >>/home/jaga/.ssh/authorized_keys'
  run -1 prepared web01
  [[ $output == *"has no '# end jaga"*"nothing was changed"* ]]
  inside web01 'grep -q kept /home/jaga/.ssh/authorized_keys; rm /home/jaga/.ssh/authorized_keys'

  # Rules that visudo refuses, in the file of somebody else, are not made worse.
  inside web01 'rm /etc/sudoers.d/jaga-prepare; echo "this is wrong" >/etc/sudoers.d/other; chmod 440 /etc/sudoers.d/other'
  run -1 prepared web01
  [[ $output == *"sudo's rules of this machine are invalid"* ]]
  inside web01 '[ ! -e /etc/sudoers.d/jaga-prepare ]; rm /etc/sudoers.d/other'
  run -0 prepared web01
  inside web01 '[ -e /etc/sudoers.d/jaga-prepare ]'

  # An account with processes cannot be removed; no key of jaga leads to it any more.
  inside web01 'su -s /bin/sh jaga -c "sleep 1000 >/dev/null 2>&1 </dev/null & echo \$!" >/run/sleeper'
  run -1 prepared web01 --undo
  [[ $output == *"account 'jaga' stays: processes run as it:"* ]]
  inside web01 '! grep -q "^restrict" /home/jaga/.ssh/authorized_keys; [ ! -e /etc/sudoers.d/jaga-prepare ]
    kill "$(cat /run/sleeper)"; while kill -0 "$(cat /run/sleeper)" 2>/dev/null; do :; done'
  run -0 prepared web01 --undo
}

# bats test_tags=long
@test "settings of sshd that keep the accounts out are named" {
  inside web01 'cp /etc/ssh/sshd_config /etc/ssh/kept; printf "AllowUsers admin jaga-r*\nDenyGroups jaga-repair\n" >>/etc/ssh/sshd_config'
  run -1 prepared web01
  [[ $output == *"sshd refuses 'jaga' (AllowUsers admin jaga-r*)"*"sshd refuses 'jaga-repair' (DenyGroups jaga-repair)"* ]]
  [[ $output != *"refuses 'jaga-repair' (AllowUsers"* ]]
  inside web01 'sed "s|^AuthorizedKeysFile .*|AuthorizedKeysFile /etc/ssh/keys/%u|" /etc/ssh/kept >/etc/ssh/sshd_config'
  run -1 prepared web01
  [[ $output == *"sshd does not read /home/jaga/.ssh/authorized_keys (AuthorizedKeysFile /etc/ssh/keys/%u)"* ]]
  inside web01 'mv /etc/ssh/kept /etc/ssh/sshd_config'
  run -0 prepared web01
  run -0 prepared web01 --undo
}

# bats test_tags=long
@test "a transfer that was cut changes nothing" {
  as staff host prepare -q web01 >"$BATS_TEST_TMPDIR/script"
  was=$(files web01)
  inside web01 'cat >/run/script; size=$(wc -c </run/script); cut=0
    while [ $cut -lt $((size - 12)) ]; do
      for shell in sh "busybox sh"; do head -c $cut /run/script | $shell >/dev/null 2>&1 || true; done
      cut=$((cut + 100))
    done; rm /run/script' <"$BATS_TEST_TMPDIR/script"
  [ "$(files web01)" = "$was" ]
}
