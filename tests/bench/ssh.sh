# SSH to many hosts at once against clush, pssh and the floor: one sshd on every address of 127.0.0.0/8, in a
# network namespace of its own.
# shellcheck shell=bash disable=SC2154

start_sshd() { # keys made now, an sshd on port 2222 that lets this user in; sshd_pid
  local dir=$bench_dir/ssh
  if [ ! -d "$dir" ]; then
    mkdir -m 700 "$dir"
    ssh-keygen -q -t ed25519 -N '' -C bench -f "$dir/key"
    ssh-keygen -q -t ed25519 -N '' -C bench -f "$dir/host"
    # A shell that reads no file of this machine's: bash reads .bashrc unless it thinks that it is a nested one.
    cat >"$dir/sshd_config" <<END
ListenAddress 0.0.0.0:2222
HostKey $dir/host
AuthorizedKeysFile $dir/key.pub
PidFile none
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UseDNS no
PrintMotd no
MaxStartups 2000
LogLevel ERROR
SetEnv SHLVL=2
END
    printf '* %s\n' "$(cut -d ' ' -f 1,2 "$dir/host.pub")" >"$dir/known_hosts"
    cat >"$dir/ssh_config" <<END
User root
Port 2222
IdentityFile $dir/key
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile $dir/known_hosts
GlobalKnownHostsFile none
StrictHostKeyChecking yes
BatchMode yes
END
  fi
  mkdir -p /run/sshd
  /usr/sbin/sshd -D -f "$dir/sshd_config" -E "$dir/sshd.log" &
  sshd_pid=$!
  trap 'kill "$sshd_pid" 2>/dev/null' EXIT
  until ssh -F "$dir/ssh_config" 127.0.0.1 true 2>/dev/null; do
    kill -0 "$sshd_pid" 2>/dev/null || { cat "$dir/sshd.log" >&2; wrong ssh "sshd does not start"; }
    sleep 0.1
  done
}

driver() { # driver AT-ONCE COMMAND: jaga's fan-out alone; addresses on standard input
  "$JAGA_BENCH_SSH" "$1" 2222 root "$bench_dir/ssh/key" "$bench_dir/ssh/host.pub" "$2"
}
export -f driver

all_said() { # all_said BENCH FILE WHAT: a line a host, each with WHAT
  local good
  good=$(grep -cF -- "$3" "$2" || true)
  [ "$good" = "$(wc -l <"$list")" ] || wrong "$1" "$good of $(wc -l <"$list") hosts in $2: $(head -n 2 "$2")"
}

bench_ssh_200() { # 200 hosts, one command each, 64 at once
  local i list=$bench_dir/200 said='said by every host'
  need_namespace ssh_200
  start_sshd
  addresses 200 >"$list"
  export list
  for ((i = 0; i < runs; i++)); do
    timed ssh.clush clush -f 64 -N -w "$(paste -s -d , "$list")" \
      --options "-F $bench_dir/ssh/ssh_config" "echo $said"
    all_said ssh_200 "$bench_dir/ssh.clush.out" "$said"
    if command -v parallel-ssh >/dev/null; then
      timed ssh.pssh parallel-ssh -p 64 -h "$list" -i -x "-F $bench_dir/ssh/ssh_config" "echo $said"
      all_said ssh_200 "$bench_dir/ssh.pssh.out" "$said"
    fi
    # shellcheck disable=SC2016  # expanded by that shell
    timed ssh.jaga bash -c 'driver 64 "$0" <"$list"' "echo $said"
    all_said ssh_200 "$bench_dir/ssh.jaga.out" "0 $said"
    # shellcheck disable=SC2016
    timed ssh.one bash -c 'driver 1 "$0" <"$list"' "echo $said"
    # shellcheck disable=SC2016
    timed ssh.floor bash -c '"$bench_dir/ssh_floor" 64 2222 root "$bench_dir/ssh/key" "$0" <"$list"' "echo $said"
    all_said ssh_200 "$bench_dir/ssh.floor.out" "0 $said"
  done
  row "SSH to 200 hosts, 64 at once, client CPU" "$(ms "$(median ssh.jaga 2)")" "$(ms "$(median ssh.clush 2)")" clush \
    "$(ratio "$(median ssh.jaga 2)" "$(median ssh.clush 2)")" "<= 0.067"
  row "SSH to 200 hosts, 64 at once, wall" "$(ms "$(median ssh.jaga 1)")" "$(ms "$(median ssh.clush 1)")" clush \
    "$(ratio "$(median ssh.jaga 1)" "$(median ssh.clush 1)")" "<= 0.6"
  if [ -s "$bench_dir/ssh.pssh.runs" ]; then
    row "SSH to 200 hosts, 64 at once, wall" "$(ms "$(median ssh.jaga 1)")" "$(ms "$(median ssh.pssh 1)")" pssh \
      "$(ratio "$(median ssh.jaga 1)" "$(median ssh.pssh 1)")" "<= 0.6"
  fi
  row "SSH to 200 hosts, 64 at once, wall" "$(ms "$(median ssh.jaga 1)")" "$(ms "$(median ssh.floor 1)")" floor \
    "$(ratio "$(median ssh.jaga 1)" "$(median ssh.floor 1)")" "<= 1.5"
  row "SSH, memory of a session" \
    "$(awk -v m="$(median ssh.jaga 3)" -v o="$(median ssh.one 3)" 'BEGIN {printf "%.1f KiB", (m - o) / 63}')" \
    "100 KiB" limit \
    "$(awk -v m="$(median ssh.jaga 3)" -v o="$(median ssh.one 3)" 'BEGIN {printf "%.2f", (m - o) / 63 / 100}')" "<= 1"
}

bench_ssh_2000() { # ten times the hosts, and nothing grows but what is kept of each
  local list=$bench_dir/200 said='said by every host'
  need_namespace ssh_2000
  start_sshd
  export list
  addresses 200 >"$list"
  # shellcheck disable=SC2016  # expanded by that shell
  timed grow.small bash -c 'driver 64 "$0" <"$list"' "echo $said"
  all_said ssh_2000 "$bench_dir/grow.small.out" "0 $said"
  list=$bench_dir/2000
  addresses 2000 >"$list"
  # shellcheck disable=SC2016
  timed grow.large bash -c 'driver 64 "$0" <"$list"' "echo $said"
  all_said ssh_2000 "$bench_dir/grow.large.out" "0 $said"
  row "SSH to 2,000 hosts, descriptors to those for 200" "$(cut -d ' ' -f 2 "$bench_dir/grow.large.err")" \
    "$(cut -d ' ' -f 2 "$bench_dir/grow.small.err")" "200:" \
    "$(ratio "$(cut -d ' ' -f 2 "$bench_dir/grow.large.err")" "$(cut -d ' ' -f 2 "$bench_dir/grow.small.err")")" "<= 1"
  row "SSH to 2,000 hosts, memory a host more" \
    "$(awk -v l="$(median grow.large 3)" -v s="$(median grow.small 3)" 'BEGIN {printf "%.2f KiB", (l - s) / 1800}')" \
    "4 KiB" limit \
    "$(awk -v l="$(median grow.large 3)" -v s="$(median grow.small 3)" 'BEGIN {printf "%.2f", (l - s) / 1800 / 4}')" "<= 1"
}
