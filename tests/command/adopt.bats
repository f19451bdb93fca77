#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; }

@test "nothing to adopt right after init" {
  status 0 as staff adopt --yes
  says 'nothing to adopt'
}

@test "an edited sop.yaml blocks decisions until it is adopted" {
  as staff open web01 -m slow >id
  as staff analyze "$(cat id)" --plan manual -p task='change the cable' --fault unknown -m 'by hand'
  sed -i 's/standard: "15m"/standard: "20m"/' sop.yaml
  status 77 as section-head approve web01 --yes
  says 'jaga adopt'
  status 64 as staff adopt </dev/null
  says '-     standard: "15m"'
  says '+     standard: "20m"'
  status 0 as staff adopt --yes
  status 0 as section-head approve web01 --yes
  status 0 jaga audit
}

@test "an own-work rule is not dropped" {
  sed -i '/not_by: \["analyze"\]/d' sop.yaml
  status 77 as staff adopt --yes
}

@test "only an admin adopts; what is refused leaves nothing behind" {
  sed -i 's/standard: "15m"/standard: "20m"/' sop.yaml
  before=$(ls register/evidence)
  status 77 as section-head adopt --yes
  [ "$(ls register/evidence)" = "$before" ]
  status 0 as staff adopt --yes
  [ "$(ls register/evidence | wc -l)" = 2 ]
}
