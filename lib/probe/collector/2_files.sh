# What the files of /proc tell. Before the sections, four lines: the mounts that this machine serves itself, for one
# df; those that wait for another machine or for a program, each for a df of its own, with its device as mountinfo
# spells it; our programs that have been running for long; the user's number. Mounts are words of sh, one mount a file
# system.
denied=" "
for file in /proc/loadavg /proc/meminfo /proc/uptime /proc/sys/fs/file-nr /proc/mdstat /etc/passwd /etc/os-release; do
  [ -e $file ] && ! [ -r $file ] && denied="$denied$file "
done
# A process that ends between the opening and the reading of its file makes mawk give up; then all is read again.
for _ in 1 2 3 4 5; do
  told=$(printf '%s\n' /proc/[0-9]*/stat /sys/class/net/*/device | awk -v nonce="$nonce" -v asked="$asked" \
  -v patience="$patience" -v now="$started" -v me=$$ -v denied="$denied" '
  function first(file, line) {
    if ((getline line < file) <= 0) line = ""
    close(file)
    return line
  }
  function begin(name) {
    if (asked != "  " && !index(asked, " " name " ")) return 0
    print nonce " begin " name
    return 1
  }
  function end(name, status) {
    print nonce " status " status "\n" nonce " end " name
  }
  # The status of a section, of whose FILE something was read or nothing.
  function status(file, read) {
    return read ? 0 : index(denied, " " file " ") ? 77 : 127
  }
  # copy(FILE, PREFIX): prints it, and tells whether there was anything.
  function copy(file, prefix, line, count) {
    while ((getline line < file) > 0) { print prefix line; count++ }
    close(file)
    return count
  }
  function word(text, code) {
    while (match(text, /\\[0-7][0-7][0-7]/)) {
      code = substr(text, RSTART + 1, 1) * 64 + substr(text, RSTART + 2, 1) * 8 + substr(text, RSTART + 3, 1)
      text = substr(text, 1, RSTART - 1) (code == 92 ? "\001" : sprintf("%c", code)) substr(text, RSTART + 4)
    }
    gsub(/\001/, "\\", text)
    return quoted(text)
  }
  function quoted(text) {
    gsub(/\047/, "\047\\\047\047", text)
    return "\047" text "\047"
  }
  function mounted(text, field, n, i, type, rank, id) {
    n = split(text, field, " ")
    for (i = 7; i < n && field[i] != "-"; i++) ;
    if (i >= n) return
    type = field[i + 1]
    id = field[3]
    # One that is only seen read-only here, and written elsewhere, is not.
    if (field[i + 3] ~ /(^|,)(ro|emergency_ro|shutdown)(,|$)/ && !(id in read_only)) {
      read_only[id]
      read_only_lines = read_only_lines "ro " field[5] " " type " " field[i + 2] "\n"
    }
    if (field[5] ~ /\\012/) return
    if (type ~ /^(proc|sysfs|devpts|cgroup2?|mqueue|debugfs|tracefs|securityfs|pstore|bpf|configfs|fusectl|autofs)$/) return
    if (type ~ /^(hugetlbfs|binfmt_misc|nsfs|rpc_pipefs|nfsd|efivarfs|selinuxfs|ramfs|rootfs)$/) return
    if (type ~ /^(squashfs|iso9660|udf|erofs|cramfs|fuse\.(lxcfs|gvfsd-fuse|portal|snapfuse|squashfuse.*))$/) return
    if (type == "overlay" && field[5] != "/") return
    # Of a file system that is mounted more than once the whole before a part, then the shortest name.
    rank = (field[4] == "/" ? 0 : 100000) + length(field[5])
    if (id in best && best[id] <= rank) return
    if (!(id in best)) order[++mounts] = id
    best[id] = rank
    point[id] = field[5]
    device[id] = field[i + 2]
    away[id] = type ~ /^(nfs4?|cifs|smb3|smbfs|ncpfs|afs|ceph|9p|virtiofs|lustre|gpfs|ocfs2|gfs2|coda)$/ ||
      type ~ /^(orangefs|beegfs|panfs|vboxsf|prl_fs|fuse|fuseblk|fuse\..*)$/
  }
  BEGIN {
    quick = " df systemctl timedatectl journalctl awk ss "
    ours = " df systemctl timedatectl journalctl awk smartctl sudo apt-get dnf zypper apk ipmitool upsc apcaccess storcli64"
    ours = ours " storcli perccli64 perccli MegaCli64 megacli MegaCli ssacli hpssacli needrestart find ss lastb sshd chage "
  }
  /^\/sys\// {
    sub(/\/device$/, "")
    if (index($0, "*")) next
    name = $0
    sub(/^.*\//, "", name)
    state = first($0 "/operstate")
    text = name " " (state == "" ? "unknown" : state)
    split("rx_errors tx_errors rx_dropped tx_dropped", counter, " ")
    for (i = 1; i <= 4; i++) {
      value = first($0 "/statistics/" counter[i])
      text = text " " counter[i] " " (value == "" ? "-" : value)
    }
    value = first($0 "/carrier_changes")
    links = links text " carrier_changes " (value == "" ? 0 : value) "\n"
    next
  }
  {
    file = $0
    text = ""
    # The name of a program may hold line breaks.
    while ((getline line < file) > 0) text = text line " "
    close(file)
    if (text == "") next
    rest = text
    sub(/^.*\) /, "", rest)
    split(rest, field, " ")
    processes++
    if (field[1] == "Z") { zombies++; next }
    if (field[1] == "D") blocked++
    at = index(text, "(")
    name = substr(text, at + 1, length(text) - length(rest) - at - 2)
    if (index(ours, " " name " ")) { since[text + 0] = field[20]; called[text + 0] = name }
    if (text + 0 == me) own = field[20]
  }
  END {
    for (known = 0; (getline line < "/proc/self/mountinfo") > 0; known++) mounted(line)
    close("/proc/self/mountinfo")
    for (i = 1; i <= mounts && i <= 512; i++)
      if (away[order[i]]) {
        if (++apart <= 32) far = far " " word(point[order[i]]) " " quoted(device[order[i]])
      } else here = here " " word(point[order[i]])
    print (here == "" && known ? "-" : here) "\n" far
    # In hundredths of a second, against the start of this look: /proc/uptime may be that of a container.
    # The programs of slow sections may take longer.
    for (pid in since)
      if ((own - since[pid]) / 100 > (index(quick, " " called[pid] " ") ? patience : 8 * patience)) old = old " " pid
    print old
    while ((getline line < "/proc/self/status") > 0)
      if (line ~ /^Uid:/) { split(line, field, " "); user = field[3] }
    close("/proc/self/status")
    print user

    if (begin("identity")) {
      id = first("/etc/machine-id")
      if (id == "") id = first("/var/lib/dbus/machine-id")
      if (id != "") print "machine-id " id
      print "hostname " first("/proc/sys/kernel/hostname")
      print "kernel " first("/proc/sys/kernel/osrelease")
      n = split("product_serial board_serial product_uuid", item, " ")
      for (i = 1; i <= n; i++) {
        value = first("/sys/class/dmi/id/" item[i])
        if (value != "") print item[i] " " value
      }
      end("identity", 0)
    }
    if (begin("load")) {
      value = first("/proc/loadavg")
      if (value != "") {
        print "loadavg " value
        cpus = 0
        while ((getline line < "/proc/stat") > 0 && line ~ /^cpu/) if (line ~ /^cpu[0-9]/) cpus++
        close("/proc/stat")
        print "cpus " cpus
        copy("/proc/pressure/cpu", "pressure-cpu ")
        copy("/proc/pressure/io", "pressure-io ")
      }
      end("load", status("/proc/loadavg", value != ""))
    }
    if (begin("memory")) {
      for (i = 0; (getline line < "/proc/meminfo") > 0; i++)
        if (line ~ /^(MemTotal|MemAvailable|SwapTotal|SwapFree):/) print line
      close("/proc/meminfo")
      copy("/proc/pressure/memory", "pressure-memory ")
      end("memory", status("/proc/meminfo", i))
    }
    if (begin("uptime")) {
      value = first("/proc/uptime")
      print value
      end("uptime", status("/proc/uptime", value != ""))
    }
    if (begin("process")) {
      printf "total %d zombies %d blocked %d\n", processes, zombies, blocked
      end("process", processes ? 0 : 127)
    }
    if (begin("handles")) end("handles", status("/proc/sys/fs/file-nr", copy("/proc/sys/fs/file-nr", "")))
    if (begin("conntrack")) {
      value = first("/proc/sys/net/netfilter/nf_conntrack_max")
      if (value != "") print first("/proc/sys/net/netfilter/nf_conntrack_count"), value
      end("conntrack", value == "" ? 127 : 0)
    }
    if (begin("interface")) {
      printf "%s", links
      end("interface", links == "" ? 127 : 0)
    }
    if (begin("raid")) {
      arrays = text = ""
      while ((getline line < "/proc/mdstat") > 0) {
        if (line ~ /^md/) arrays = 1
        text = text line "\n"
      }
      close("/proc/mdstat")
      if (arrays) printf "%s", text
      end("raid", status("/proc/mdstat", arrays))
    }
    # "fstab MOUNT" of what is meant to be read-only, then "ro MOUNT TYPE DEVICE" of each file system that is.
    if (begin("mount")) {
      while ((getline line < "/etc/fstab") > 0) {
        split(line, field, " ")
        if (line !~ /^[ \t]*#/ && "," field[4] "," ~ /,ro,/) print "fstab " field[2]
      }
      close("/etc/fstab")
      if (known) {
        print "source mountinfo"
        printf "%s", read_only_lines
      } else known = copy("/proc/self/mounts", "")
      end("mount", known ? 0 : 1)
    }
    # The names of those who have the rights of root.
    if (begin("account")) {
      for (i = 0; (getline line < "/etc/passwd") > 0; i++) if (split(line, field, ":") > 2 && field[3] == "0") print field[1]
      close("/etc/passwd")
      end("account", status("/etc/passwd", i))
    }
    if (begin("release")) {
      print "now " now
      for (i = 0; (getline line < "/etc/os-release") > 0; i++) if (line ~ /^(ID|VERSION_ID|SUPPORT_END)=/) print line
      close("/etc/os-release")
      end("release", status("/etc/os-release", i))
    }
    if (begin("sysctl")) {
      keys = "fs/protected_hardlinks fs/protected_symlinks fs/suid_dumpable kernel/dmesg_restrict kernel/kptr_restrict"
      keys = keys " kernel/randomize_va_space kernel/unprivileged_bpf_disabled kernel/yama/ptrace_scope"
      keys = keys " net/ipv4/conf/all/accept_redirects net/ipv4/conf/all/accept_source_route"
      keys = keys " net/ipv4/icmp_echo_ignore_broadcasts net/ipv4/tcp_syncookies net/ipv6/conf/all/accept_redirects"
      keys = keys " net/ipv6/conf/all/accept_source_route"
      n = split(keys, key, " ")
      found = 0
      for (i = 1; i <= n; i++) {
        value = first("/proc/sys/" key[i])
        if (value != "") { print key[i], value; found = 1 }
      }
      end("sysctl", found ? 0 : 127)
    }
  }') && break
done
here=${told%%"$nl"*}
told=${told#*"$nl"}
far=${told%%"$nl"*}
told=${told#*"$nl"}
stuck=$nl
for pid in ${told%%"$nl"*}; do
  line=
  read -r line 2>/dev/null <"/proc/$pid/cmdline"
  stuck=$stuck$line$nl
done
told=${told#*"$nl"}
user=${told%%"$nl"*}
case $told in *"$nl"*) printf '%s\n' "${told#*"$nl"}" ;; esac
