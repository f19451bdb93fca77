#!/bin/bash
# host.sh STATE NAME KIND UNITS: makes one machine of the lab out of the namespaces that it was started
# in (mount, UTS, IPC, network, PID), then stays as their first process.
#
# The root of a server or router is an overlay: its own tmpfs on the layer of base.sh on this machine's
# programs. Nothing that it writes gets out, and of this machine's own files it sees none. What would
# otherwise be this machine's and no business of a test is fixed: load, memory, pressure.
set -eu

state=$1 name=$2 kind=$3 units=$4
lab=${0%/*}
read -r outer _ </proc/self/stat # as the caller of `lab` sees us: /proc is still the caller's
dir=$state/hosts/$name
hostname "$name"
echo "$outer" >"$dir/pid"

if [ "$kind" = monitor ] || [ "$kind" = switch ]; then
  # Only a network and a name of their own; commands run in this machine's file system.
  if [ "$kind" = monitor ]; then
    [ ! -e /etc/hosts ] || mount --bind "$state/hosts.etc" /etc/hosts
    [ ! -e /etc/resolv.conf ] || mount --bind /dev/null /etc/resolv.conf
  fi
  echo "$name" >"$state/born"
  sleep infinity &
  wait $!
  exit
fi

own=$dir/fs/own root=$dir/fs/root
mkdir "$dir/fs"
mount -t tmpfs -o size=128m,mode=755 root "$dir/fs"
mkdir -p "$root" "$dir/fs/work" "$dir/fs/run" "$own"/{etc/ssh,usr/local/lib/lab/units,srv/www}
mount -t tmpfs -o size=16m,mode=755 tmpfs "$dir/fs/run"
# systemd's own mark of a machine on which it runs.
mkdir -p "$dir"/fs/run/{sshd,lock,lab,lab-units,systemd/system}
echo "$name" >"$own/etc/hostname"
echo "$name" >"$own/srv/www/index.html"
cp "$dir/machine-id" "$own/etc/machine-id"
cp "$dir"/ssh_host_*_key "$dir"/ssh_host_*_key.pub "$own/etc/ssh/"

unit() { # unit NAME DESCRIPTION EXEC READY: if this machine has it
  case ",$units," in *",$1,"*) ;; *) return 0 ;; esac
  printf "description='%s'\nexec='%s'\nready='%s'\n" "$2" "$3" "$4" >"$own/usr/local/lib/lab/units/$1.service"
}
unit ssh 'OpenBSD Secure Shell server' '/usr/sbin/sshd -D -E /run/sshd.log -o StrictModes=no' 'ss -Hltn sport = :22 | grep -q .'
unit cron 'Regular background program processing daemon' 'sleep infinity' ''
unit web 'Web server' 'busybox httpd -f -p 80 -h /srv/www' 'ss -Hltn sport = :80 | grep -q .'
unit db 'Database server' 'busybox nc -ll -p 5432 -e cat' 'ss -Hltn sport = :5432 | grep -q .'

# Load, memory and pressure are the lab's to say (lab break overload, low-memory). In /run, whose device
# number df already lists.
echo '0.04 0.03 0.00 1/97 1234' >"$dir/fs/run/lab/loadavg"
"$lab/meminfo" 3200000 >"$dir/fs/run/lab/meminfo"

{
  layers=$state/base/layer:/
  if mountpoint -q /usr; then # on its own file system, which the overlay of / does not see into
    mkdir "$dir/fs/own-usr" "$dir/fs/work-usr"
    mv "$own/usr/local" "$dir/fs/own-usr/"
    usr="overlay $root/usr overlay lowerdir=$state/base/layer/usr:/usr,upperdir=$dir/fs/own-usr,workdir=$dir/fs/work-usr"
  fi
  echo "overlay $root overlay lowerdir=$layers,upperdir=$own,workdir=$dir/fs/work"
  [ -z "${usr-}" ] || echo "$usr"
  echo "proc $root/proc proc defaults"
  echo "sysfs $root/sys sysfs ro"
  echo "$dir/fs/run $root/run none bind"
  echo "logs $root/var/log tmpfs size=16m,nr_inodes=4096,mode=755"
  echo "devpts $root/dev/pts devpts newinstance,ptmxmode=0666,mode=620,gid=5"
  for entry in loadavg meminfo; do
    echo "$root/run/lab/$entry $root/proc/$entry none bind"
  done
  for entry in cpu memory io; do
    [ -e "/proc/pressure/$entry" ] || continue
    printf "%s avg10=0.00 avg60=0.00 avg300=0.00 total=0\n" some full >"$dir/fs/run/lab/pressure.$entry"
    echo "$root/run/lab/pressure.$entry $root/proc/pressure/$entry none bind"
  done
} >"$dir/fs/fstab"
mount -a --fstab "$dir/fs/fstab"
read -r id <"$dir/machine-id"
mkdir -p "$root/var/log/journal/$id"

echo "$name" >"$state/born"
cd "$root"
exec chroot . /bin/bash /usr/local/lib/lab/init "$units"
