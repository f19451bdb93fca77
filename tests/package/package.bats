#!/usr/bin/env bats
# script/package: what is in the package, of the build that is tested.
bats_require_minimum_version 1.5.0
load ../command/helpers
load package

setup() {
  setup_folder
  need_builder
  # One package for all tests, of a clone with a known version and a change that is not committed.
  source=$BATS_FILE_TMPDIR/source
  if [ ! -s "$BATS_FILE_TMPDIR/deb" ]; then
    clone_source "$source"
    echo 'A line more.' >>"$source/README.md"
    echo 'no such file' >"$source/debian/jaga.install" # it would fail
    pack "$source" "$BATS_FILE_TMPDIR/out" >"$BATS_FILE_TMPDIR/deb"
  fi
  deb=$(cat "$BATS_FILE_TMPDIR/deb")
  fleet=$(fleet_of "$deb")
}

field() { dpkg-deb -f "$deb" "$1"; }
# contents: mode, owner and name of each file
contents() { dpkg-deb -c "$deb" | awk '{ print $1, $2, $6 }'; }
script_of() { dpkg-deb -I "$deb" "$1"; }

version_of() { "$1/script/package" --print-version; }

@test "the version is before the release of the project, ordered by the time of the commit" {
  local base version later
  base=$("$JAGA" --version)
  base=${base#jaga }
  git clone -q "$source" clone
  version=$(version_of clone)
  [[ $version == "$base~git20261130.100000."* ]]
  dpkg --compare-versions "$version" lt "$base"
  commit_at clone 2026-11-30T10:00:01Z
  later=$(version_of clone)
  dpkg --compare-versions "$version" lt "$later"
  dpkg --compare-versions "$later" lt "$base"
  # A release has the version of its tag and of debian/changelog, and the next commit is after it.
  git -C clone tag "v$base"
  [ "$(version_of clone)" = "$base" ]
  commit_at clone 2026-12-20T10:00:00Z
  dpkg --compare-versions "$base" lt "$(version_of clone)"
  [ ! -e clone/build ]
}

@test "what is not committed is packed and said in the version; what git does not know is not packed" {
  [[ $(field Version) == *+dirty ]]
  [ "$(field Version)" = "$(version_of "$source")" ]
  dpkg-deb --fsys-tarfile "$deb" | tar -xO ./usr/share/doc/jaga/README.md.gz | gzip -d | grep -x 'A line more.'
}

@test "debian/changelog begins with the version that CMakeLists.txt has" {
  [ "$(dpkg-parsechangelog -l "$JAGA_SOURCE/debian/changelog" -S Version)" = "$("$JAGA" --version | sed 's/^jaga //')" ]
}

@test "it depends on what every command needs, and recommends the rest" {
  [[ $(field Depends) == *openssh-client* ]]
  [[ $(field Depends) == *systemd-sysusers* ]]
  [[ ", $(field Recommends)," == *', git,'*', weasyprint,'* ]]
  local program
  for program in git weasyprint; do [[ $(field Depends) != *$program* ]]; done
  # Which versions of libraries are in the program.
  [[ $(field Static-Built-Using) == *'openssl (= '* ]]
  [[ $(field Static-Built-Using) == *'libssh2 (= '* ]]
}

@test "files are root's, without set-user-ID, capability or a place of its own" {
  contents >files
  run ! grep -v ' root/root ' files
  run ! grep -E '^.{3}[sS]|^.{6}[sS]|^.{8}w' files
  run ! grep -vE ' \./(usr/(bin|lib|share)/.*|lib/systemd/system/.*|usr/|lib/|lib/systemd/)?$' files
  local file
  for file in postinst prerm postrm; do
    run ! grep -E 'setcap|chmod|chown -R|deluser|userdel|rm -r' <(script_of "$file")
    script_of "$file" | sh -n
  done
  grep -q 'usr/share/man/man1/jaga.1.gz$' files
  grep -q 'usr/share/man/man7/jaga-trust.7.gz$' files
  grep -q 'usr/share/doc/jaga/NEWS.md.gz$' files
  grep -q '^-rw-r--r-- .*usr/share/jaga/prometheus/jaga-alerts.yaml$' files
  grep -q '^-rw-r--r-- .*usr/share/jaga/prometheus/alertmanager.yaml$' files
  grep -q 'usr/share/doc/jaga/libraries/libssl-dev' files
}

@test "units start the program of the package and are not enabled by it" {
  dpkg-deb -x "$deb" x
  local unit folder=x/usr/lib/systemd/system
  # Where the debhelper here looks for units: /lib on Debian 12.
  [ -d $folder ] || folder=x/lib/systemd/system
  for unit in monitor seal sync; do
    grep -x "ExecStart=/usr/bin/jaga -C %f $unit -q" "$folder/jaga-$unit@.service"
    [ -e "$folder/jaga-$unit@.timer" ]
  done
  run ! grep -E 'enable|restart|deb-systemd-invoke.*start' <(script_of postinst)
  [ ! -e x/etc ]
}

@test "jaga-fleet has what needs libnats, and jaga nothing of it" {
  [[ ", $(dpkg-deb -f "$fleet" Depends)," == *", jaga (= $(field Version)),"* ]]
  [[ $(dpkg-deb -f "$fleet" Depends) == *libnats* ]]
  [[ $(dpkg-deb -f "$fleet" Suggests) == *nats-server* ]]
  [[ $(dpkg-deb -f "$fleet" Static-Built-Using) == *'openssl (= '* ]]
  run ! grep -i nats <(field Depends)
  dpkg-deb -c "$fleet" | awk '{ print $1, $2, $6 }' >files
  run ! grep -v ' root/root ' files
  run ! grep -E '^.{3}[sS]|^.{6}[sS]|^.{8}w' files
  run ! grep -vE ' \./(usr/(bin|lib|share)/.*|lib/systemd/system/.*|usr/|lib/|lib/systemd/)?$' files
  contents >others
  local file
  for file in usr/bin/jaga-worker usr/bin/jaga-fleet usr/share/man/man1/jaga-worker.1.gz usr/share/man/man1/jaga-fleet.1.gz \
    usr/share/man/id/man1/jaga-worker.1.gz usr/share/jaga/nats/hub.conf \
    usr/share/jaga/nats/hub-tls.conf usr/share/jaga/nats/leaf-tls.conf lib/systemd/system/jaga-worker@.service; do
    grep -q "$file\$" files
    run ! grep "$file\$" others
  done
  grep -q 'usr/share/man/man7/jaga-fleet.7.gz$' others
  # No file is in both.
  [ -z "$(comm -12 <(grep -v '/$' files | cut -d' ' -f3 | sort) <(grep -v '/$' others | cut -d' ' -f3 | sort))" ]
  for file in postinst prerm postrm; do
    run ! grep -E 'setcap|chmod|chown -R|deluser|userdel|rm -r|enable ' <(dpkg-deb -I "$fleet" $file | grep -v '^ *#')
    dpkg-deb -I "$fleet" $file | sh -n
  done
  run ! grep '/var/lib' <(dpkg-deb -I "$fleet" postrm | grep -v '^ *#')
}

@test "postinst and postrm leave a home that is there, and whatever is in it, as it is" {
  grep -F '! -e /var/lib/jaga' <(script_of postinst)
  run ! grep '/var/lib' <(script_of postrm | grep -v '^ *#')
}

# bats test_tags=long
@test "lintian has nothing to say that is not explained" {
  need lintian
  run -0 lintian --allow-root --fail-on warning,error --tag-display-limit 0 "$deb" "$fleet"
  [ -z "$(grep -v '^N: ' <<<"$output")" ]
  # Each override has its reason above it.
  awk '/^#/ { reason = 1; next } NF && !reason { print; bad = 1 } { reason = 0 } END { exit bad }' \
    "$JAGA_SOURCE/debian/jaga.lintian-overrides" "$JAGA_SOURCE/debian/jaga-fleet.lintian-overrides"
}

@test "wrong arguments and folders without git are refused, and nothing is made" {
  status 64 "$source/script/package" --fast
  says "unknown argument '--fast'"
  status 64 "$source/script/package" --out
  status 66 "$source/script/package" --build "$PWD"
  says 'is not a build folder with jaga'
  status 64 "$source/script/package" --build "${JAGA%/cmd/jaga}" --out 'two words'
  says 'a blank in its name'
  git -C "$source" archive --prefix=tree/ HEAD | tar -x -m
  status 66 tree/script/package --build "${JAGA%/cmd/jaga}" --out made
  says 'is not a clone'
  [ ! -e made ] && [ ! -e 'two words' ]
}
