#!/bin/bash
# base.sh STATE DIR: makes DIR/layer, the overlay layer that all hosts of the lab share: it hides this
# machine's own files (/etc, /var, /home ...; its programs in /usr and /lib* stay seen) and has a small
# /etc, /var and /dev instead. To be run in the lab's mount namespace.
set -eu

state=$1 dir=$2
lab=${0%/*}

mkdir -p "$dir"
mount -t tmpfs -o size=64m,mode=755 base "$dir"
mkdir -p "$dir"/{layer/usr,work,root}
# What the layer hides it hides by a device 0:0; made in an overlay, a folder of the same name then is
# a new one.
for entry in /* /.[!.]* /usr/local; do
  case $entry in
  /bin | /sbin | /lib* | /usr | "/.[!.]*") ;;
  *) mknod "$dir/layer$entry" c 0 0 ;;
  esac
done
mount -t overlay -o "lowerdir=/,upperdir=$dir/layer,workdir=$dir/work" overlay "$dir/root"
root=$dir/root
mkdir -p "$root"/{boot,dev/pts,dev/shm,dev/net,etc,home/jaga,home/jaga-repair,media,mnt,opt,proc,root,run,srv/www,sys,tmp,var} \
  "$root"/usr/local/{bin,sbin,lib/lab/units,share} \
  "$root"/etc/{ssh/authorized_keys,pam.d,sudoers.d,ssl,default,apt,cron.d,systemd/system} \
  "$root"/var/{lib/{dpkg/info,dpkg/updates,apt/lists/partial,apt/periodic,pam},cache/apt/archives/partial,backups,local,log,mail,opt,spool/cron,tmp}
chmod 1777 "$root/tmp" "$root/var/tmp" "$root/dev/shm"
chmod 700 "$root/root"
chown 27701:27701 "$root/home/jaga"
chown 27702:27702 "$root/home/jaga-repair"
touch "$root/boot/vmlinuz-$(uname -r)"

# /dev
while read -r node major minor; do
  mknod -m 666 "$root/dev/$node" c "$major" "$minor"
done <<'END'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
END
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"

# /var: no history; packages up to date, nothing pending
ln -s /run "$root/var/run"
ln -s /run/lock "$root/var/lock"
if [ -r /var/lib/dpkg/status ]; then cp /var/lib/dpkg/status "$root/var/lib/dpkg/status"; fi
touch "$root/var/lib/apt/periodic/update-success-stamp"

# /etc: from this machine only what programs need to run
cd /etc
wanted=()
for entry in alternatives bash.bashrc debian_version environment host.conf ld.so.cache ld.so.conf \
  ld.so.conf.d localtime login.defs mke2fs.conf os-release profile profile.d protocols security services \
  shells ssl/certs ssl/openssl.cnf terminfo timezone; do
  if [ -e "$entry" ]; then wanted+=("$entry"); fi
done
cp -a --parents "${wanted[@]}" "$root/etc/"
cp "$state/hosts.etc" "$root/etc/hosts"
cp "$state/authorized/"* "$root/etc/ssh/authorized_keys/"
ln -s /proc/mounts "$root/etc/mtab"
cd "$root/etc"
printf '%s\n' 'passwd: files' 'group: files' 'shadow: files' 'hosts: files' >nsswitch.conf
: >resolv.conf
cat >passwd <<'END'
root:x:0:0:root:/root:/bin/bash
_apt:x:100:65534::/nonexistent:/usr/sbin/nologin
sshd:x:101:65534::/run/sshd:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
jaga:x:27701:27701:measures:/home/jaga:/bin/dash
jaga-repair:x:27702:27702:repairs:/home/jaga-repair:/bin/dash
END
sed 's/:.*/:*:20000:0:99999:7:::/' passwd >shadow
chown 0:42 shadow
chmod 640 shadow
printf '%s\n' root:x:0: adm:x:4: tty:x:5: sudo:x:27: shadow:x:42: utmp:x:43: jaga:x:27701: \
  jaga-repair:x:27702: nogroup:x:65534: >group
cat >sudoers <<'END'
Defaults env_reset
Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
root ALL=(ALL:ALL) ALL
@includedir /etc/sudoers.d
END
echo 'jaga-repair ALL=(ALL:ALL) NOPASSWD: ALL' >sudoers.d/jaga-repair
chmod 440 sudoers sudoers.d/jaga-repair
printf '%s\n' 'auth required pam_permit.so' 'account required pam_permit.so' \
  'session required pam_permit.so' >pam.d/other
cat >ssh/sshd_config <<'END'
Port 22
HostKey /etc/ssh/ssh_host_ed25519_key
HostKey /etc/ssh/ssh_host_ecdsa_key
AuthorizedKeysFile /etc/ssh/authorized_keys/%u
PidFile /run/sshd.pid
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
UseDNS no
PrintMotd no
MaxStartups 2000
MaxSessions 100
LogLevel VERBOSE
AcceptEnv LANG LC_*
Subsystem sftp internal-sftp
END
# A peer whose logins fail again and again is not shut out: tests are such peers. By the version: `sshd -t` fails
# for other reasons, too, as where nothing has made /run/sshd yet.
version=$(ssh -V 2>&1 | sed -n 's/^OpenSSH_\([0-9]*\.[0-9]*\).*/\1/p')
if printf '9.8\n%s\n' "$version" | sort -V -C; then
  echo 'PerSourcePenalties no' >>ssh/sshd_config
fi

# The stand-ins, first in PATH and under their usual names, and the first process.
cp "$lab"/bin/* "$root/usr/local/bin/"
cp --remove-destination "$lab"/bin/* "$root/usr/bin/"
cp "$lab/host-init.sh" "$root/usr/local/lib/lab/init"
cd /
umount "$root"
