#!/bin/bash
# The first process of a host, inside its own root: starts its units and reaps what is orphaned.
# Argument: the units to start, separated by commas.
set -u

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
cd /
umask 022
IFS=, read -r -a units <<<"$1"
for unit in "${units[@]}"; do
  systemctl start "$unit"
done
sleep infinity &
wait $!
