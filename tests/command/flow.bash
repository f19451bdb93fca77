# The steps of an incident whose plan is done by hand, so that no host is needed.
incident() { as staff open web01 -q -m slow >id; }
analysed() { incident && as staff analyze web01 -q --plan manual -p task='change the cable' --fault unknown -m 'by hand' >/dev/null; }
approved() { analysed && as section-head approve web01 -q --yes >/dev/null; }
repaired() { approved && as staff repair web01 -q --by-hand -m 'cable replaced' >/dev/null; }
verified() { repaired && as section-head verify web01 -q --yes --override 'nothing measures it' >/dev/null; }
accepted() { verified && as division-head accept web01 -q --yes >/dev/null; }
