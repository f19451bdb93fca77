# Last, with the time at which the script was started: between both, its clock is compared with ours.
if wanted clock; then
  begin clock
  echo started "$started"
  # What took less than a tick makes no difference.
  [ "$ticks" = 0 ] || started=$(date +%s)
  echo epoch "$started"
  # timesyncd touches this file whenever it sets the clock. timedatectl would start a service to ask the kernel.
  file=/run/systemd/timesync/synchronized
  if [ -e $file ] && [ -n "$(find $file -mmin -480 2>/dev/null)" ]; then
    echo ntp yes
  elif is_systemd && has timedatectl; then
    ask 3 timedatectl show -p NTPSynchronized
  fi
  end clock 0
fi
