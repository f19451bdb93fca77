#!/bin/bash
# init.sh STATE: the first process of a lab, in mount, network, IPC and PID namespaces of its own. Starts
# the machines, lays the cables, then stays; when it is killed everything of the lab is gone with it.
# Its own network is the bridge `lan`.
set -eu

state=$1
lab=${0%/*}
read -r outer _ </proc/self/stat
exec 3<>"$state/born" # a name arrives here when its machine is there

/bin/bash "$lab/base.sh" "$state" "$state/base" </dev/null 3>&-

declare -A address address6 cable pid
names=()
while read -r name kind v4 v6 bridge units; do
  case $name in '' | '#'*) continue ;; esac
  names+=("$name")
  address[$name]=$v4 address6[$name]=$v6 cable[$name]=$bridge
  # --propagation unchanged: what surrounds us is private already, or cannot be made so (a chroot).
  unshare --mount --propagation unchanged --uts --ipc --net --pid --fork --kill-child \
    /bin/bash "$lab/host.sh" "$state" "$name" "$kind" "$units" </dev/null 3>&- &
done <"$lab/hosts.txt"

in_net() { # in_net MACHINE COMMAND...
  local where=$1
  shift
  # Not --target: these numbers are those of /proc, and newer nsenters ask the kernel, for which we have our own.
  nsenter --net="/proc/${pid[$where]}/ns/net" -- "$@"
}

new_bridge='type bridge stp_state 0 forward_delay 0 mcast_snooping 0'
ip -batch - <<END
link set lo up
link add name lan $new_bridge
link set lan up
END
for _ in "${names[@]}"; do
  read -r -t 60 name <&3 || {
    echo "a machine did not start within 60 s" >&2
    exit 1
  }
  read -r pid["$name"] <"$state/hosts/$name/pid"
done
in_net sw-core ip -batch - <<END
link add name br0 $new_bridge
END

for name in "${names[@]}"; do
  pair="type veth peer name eth0 netns /proc/${pid[$name]}/ns/net"
  port=eth0
  if [ "${cable[$name]}" = lan ]; then
    printf '%s\n' "link add name $name $pair" "link set $name master lan up" | ip -batch -
  else
    printf '%s\n' "link add name $name $pair" "link set $name master br0 up" |
      in_net "${cable[$name]}" ip -batch -
  fi
  {
    echo 'link set lo up'
    if [ "$name" = sw-core ]; then
      echo 'link set eth0 master br0 up'
      port=br0
    fi
    echo "link set $port up"
    echo "address add ${address[$name]}/24 dev $port"
    echo "address add ${address6[$name]}/64 dev $port nodad"
    if [ "$name" = gw01 ]; then
      # The gateway answers itself for a whole 10.78.0.0/16 and fd77:6a61:6761:78::/64: a fleet of
      # 65,536 addresses, with its sshd on each.
      echo 'route add local 10.78.0.0/16 dev lo'
      echo 'route add local fd77:6a61:6761:78::/64 dev lo'
    else
      echo "route add default via ${address[gw01]}"
      echo "route add default via ${address6[gw01]}"
    fi
  } | in_net "$name" ip -batch -
done
# The gateway forwards and knows no way out, so an address that is not here gets "network unreachable".
in_net gw01 sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
# Unprivileged ping sockets, as most distributions allow them; replies from where they should not come.
in_net monitor sysctl -qw net.ipv4.ping_group_range='0 2147483647' net.ipv4.conf.all.rp_filter=0 \
  net.ipv4.conf.default.rp_filter=0

echo "$outer" >"$state/pid.new"
mv "$state/pid.new" "$state/pid"
exec 3>&-

# From `lab up`, when all of them serve; the end of the file if that was killed before.
read -r answer || exit 1
[ "$answer" = stay ]
exec </dev/null
sleep infinity &
wait $!
