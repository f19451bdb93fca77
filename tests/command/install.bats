#!/usr/bin/env bats
# cmake --install of the build that is tested: what it puts where.
bats_require_minimum_version 1.5.0
load helpers

setup() {
  setup_folder
  build=${JAGA%/cmd/jaga}
  [ -e "$build/cmake_install.cmake" ] || skip "the program under test is in no build directory"
  need cmake
  out=$BATS_TEST_TMPDIR/out
}

# installed PREFIX: to that prefix, below $out.
installed() { DESTDIR=$out cmake --install "$build" --prefix "$1" >log 2>&1 || { cat log >&2; return 1; }; }

@test "all of it goes under the prefix that is said when it is installed, and the services start what is there" {
  local prefix file unit
  for prefix in /usr /opt/jaga; do
    rm -rf "$out"
    installed "$prefix"
    run -0 "$out$prefix/bin/jaga" --version
    for file in share/jaga/pre-receive lib/sysusers.d/jaga.conf lib/tmpfiles.d/jaga.conf lib/sysctl.d/30-jaga.conf \
      share/jaga/prometheus/jaga-alerts.yaml share/jaga/prometheus/alertmanager.yaml \
      share/man/man1/jaga.1 share/bash-completion/completions/jaga share/zsh/site-functions/_jaga share/fish/vendor_completions.d/jaga.fish; do
      [ -e "$out$prefix/$file" ]
    done
    for unit in monitor seal sync; do
      grep -x "ExecStart=$prefix/bin/jaga -C %f $unit -q" "$out$prefix/lib/systemd/system/jaga-$unit@.service"
      [ -e "$out$prefix/lib/systemd/system/jaga-$unit@.timer" ]
    done
    [ -x "$out$prefix/share/jaga/pre-receive" ]
    run ! grep -r '@[A-Z_]*@' "$out$prefix/lib/systemd"
    [ -z "$(find "$out" -type f ! -path "$out$prefix/*")" ]
  done
}

@test "a prefix with a blank and a per cent sign is written as systemd reads it" {
  installed '/opt/50% our tools'
  grep -x 'ExecStart="/opt/50%% our tools/bin/jaga" -C %f seal -q' "$out/opt/50% our tools/lib/systemd/system/jaga-seal@.service"
}

@test "a prefix that is relative is one of the current folder" {
  cmake --install "$build" --prefix here/it/is >/dev/null
  grep -x "ExecStart=$PWD/here/it/is/bin/jaga -C %f monitor -q" here/it/is/lib/systemd/system/jaga-monitor@.service
}

@test "cpack says that it does not make the package, and what does" {
  cd "$build"
  run ! cpack -G DEB -B "$BATS_TEST_TMPDIR/pack"
  [[ $output == *'jaga is not packed by cpack'*'script/package'* ]]
}
