# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Sourced: a folder of its own with a store whose alerts come and go. Sets wdm (the program), src, top; the shell stands in
# $top afterwards. notify_config writes its standard input as wdm.cfg and puts it in force.
#
# Site A has three drugs above their limits from 2026-W45 (one critical from W46) and calm from W47; site B reports until
# W44 only. Weeks end on 8, 15, 22 November 2026.
set -eu
[ $# -ge 2 ] || {
    echo "usage: $0 WDM SRC" >&2
    exit 2
}
wdm=$1
src=$2
skip() {
    echo "skipped: $*"
    exit 0
}
top=$(mktemp -d)
cd "$top"
cp -r "$src/tests/cli/import/world" config
export WDM_STORE="$top/wdm.db" WDM_CONFIG="$top/config"

loads() {
    echo site_id,date,analyte,value,unit
    awk 'BEGIN {
        for (week = 0; week < 5; week++) for (d = 0; d < 7; d++) {
            day = 19 + week * 7 + d # of October 2026
            date = day <= 31 ? sprintf("2026-10-%02d", day) : sprintf("2026-11-%02d", day - 31)
            cocaine = week == 2 ? 60 : week == 3 ? 150 : 5
            print "A," date ",benzoylecgonine," cocaine ",mg/d/1000"
            print "A," date ",methamphetamine," (week >= 2 && week < 4 ? 80 : 5) ",mg/d/1000"
            if (week < 2) print "B," date ",methamphetamine,5,mg/d/1000"
        }
    }'
}
rules() {
    echo rule_id,family,drug_id,site_id,region_id,quantity,unit,direction,parameters,info,notice,warning,critical,source
    echo 'coca,level,cocaine,,,normalised_load,,above,"p=0.9;close_weeks=1",,,20,100,invented'
    echo 'meth,level,methamphetamine,,,normalised_load,,above,"p=0.9;close_weeks=1",,,20,,invented'
    echo 'late,quality,,,,,,,max_age_days=14,,,,,invented'
}

notify_config() {
    cat >config/wdm.cfg
    "$wdm" init -q
}
# Evaluates and tells, as of 2, 9, 16 and 23 November.
as_of() {
    "$wdm" estimate -q --as-of "$1"
    "$wdm" trend -q --as-of "$1"
    shift_as_of=$1
    shift
    "$wdm" alert -q --notify --as-of "$shift_as_of" "$@"
}

rules >config/alerts.csv
loads >loads.csv
"$wdm" init -q
"$wdm" import -q --layout normalised loads.csv >/dev/null
