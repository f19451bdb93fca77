#!/usr/bin/env bats
# What the collector asks sudo for is what `jaga host prepare` allows, word for word: lib/probe/collector/root_commands.txt.

setup() {
  if [ "$(id -u)" = 0 ]; then apart=(unshare -m); else apart=(unshare -rm); fi
  "${apart[@]}" true 2>/dev/null || skip "no mount namespace can be made here"
  root=$BATS_TEST_TMPDIR
  mkdir -p "$root/bin" "$root/block" "$root/ssh"
  for disk in sda sdab nvme0n1 nvme12n3; do mkdir -p "$root/block/$disk/device"; done
  : >"$root/ssh/sshd_config"
  # As an account without rights, on a host with dnf and IPMI, whatever this one has.
  sed 's/\[ "\$user" = 0 \]/false/; s/if has apt-get; then/if false; then/; s#\[ -e /dev/ipmi0 \]#true#' \
    "$JAGA_SOURCE"/lib/probe/collector/*.sh >"$root/collector"
  ! cmp -s "$root/collector" <(cat "$JAGA_SOURCE"/lib/probe/collector/*.sh)
  # It writes down what is asked for, and allows it.
  printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>"%s/asked"\n' "$root" >"$root/bin/sudo"
  chmod 755 "$root/bin/sudo"
}

# look SHELL PROGRAM...: with these programs on the host.
look() {
  local shell=$1 program
  shift
  for program; do printf '#!/bin/sh\nexit 0\n' >"$root/bin/$program" && chmod 755 "$root/bin/$program"; done
  # shellcheck disable=SC2086 # "busybox sh" is two words
  "${apart[@]}" sh -c "mount --bind '$root/bin' /usr/local/sbin && mount --bind '$root/block' /sys/block &&
    mount --bind '$root/ssh' /etc/ssh && exec $shell -s MARK updates smart ipmi battery restart sshd" \
    <"$root/collector" >/dev/null
  for program; do rm "$root/bin/$program"; done
}

@test "the collector asks sudo for each line of root_commands.txt and for nothing else" {
  for shell in dash 'busybox sh'; do
    command -v "${shell%% *}" >/dev/null || continue
    rm -f "$root/asked"
    # Of the tools for RAID controllers the first that is there is asked.
    for tool in storcli64 storcli perccli64 perccli MegaCli64 megacli MegaCli ssacli hpssacli; do
      look "$shell" dnf smartctl ipmitool needrestart sshd $tool
    done
    # Whether it may is looked up by the same words as it is run.
    [ "$(sed -n 's/^-n -l //p' "$root/asked" | sort -u)" = "$(sed -n '/^-n -l /!s/^-n //p' "$root/asked" | sort -u)" ]
    sed -n '/^-n -l /!s/^-n //p' "$root/asked" | sort -u >"$root/lines"
    [ "$(grep -c . "$root/asked")" = "$(grep -c '^-n /usr/local/sbin/\|^-n -l /usr/local/sbin/' "$root/asked")" ]
    : >"$root/used"
    while read -r path arguments; do
      found=
      while read -r rule_path rule_arguments; do
        case $rule_path in '#'* | '') continue ;; esac
        [ "${rule_path##*/}" = "${path##*/}" ] || continue
        # shellcheck disable=SC2053 # a pattern, as sudoers takes it
        if [[ $arguments == $rule_arguments ]]; then
          found=yes
          echo "$rule_path $rule_arguments" >>"$root/used"
        fi
      done <"$JAGA_SOURCE/lib/probe/collector/root_commands.txt"
      [ -n "$found" ] || { echo "asked, and not in the list: $path $arguments" >&2; return 1; }
    done <"$root/lines"
    diff <(grep -v '^#' "$JAGA_SOURCE/lib/probe/collector/root_commands.txt" | sort) <(sort -u "$root/used")
  done
}

@test "each line of root_commands.txt is a rule that visudo accepts" {
  command -v visudo >/dev/null || skip 'visudo is not here'
  grep -v '^#' "$JAGA_SOURCE/lib/probe/collector/root_commands.txt" | sed 's/^/jaga ALL=(root) NOPASSWD: /' >"$root/rules"
  [ "$(grep -c . "$root/rules")" -ge 20 ]
  visudo -c -f "$root/rules"
}
