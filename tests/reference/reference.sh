# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Sourced by the tests of this folder, which are called with: WDM SRC. A fresh directory with wdm in PATH and nothing of
# the caller's settings; $DATA is the folder of the published data.

reference_open() {
    SRC=$(cd "$2" && pwd -P)
    DATA=${WDM_REALDATA_DIR:-$SRC/../shared/data}
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    mkdir "$work/bin"
    ln -s "$1" "$work/bin/wdm"
    PATH=$work/bin:$PATH
    unset WDM_STORE WDM_CONFIG
    export PATH LC_ALL=C.UTF-8 TZ=UTC WDM_STORE="$work/wdm.db"
    failed=0
    cd "$work" || exit 2
}

# need FILE: the test is skipped when the folder of published data does not hold it.
need() {
    [ -r "$DATA/$1" ] || {
        echo "skipped: no real data ($1 is not in WDM_REALDATA_DIR)"
        exit 77
    }
}

# Ends the test: what is and between found.
reference_close() {
    exit "$failed"
}

# is WHAT ACTUAL EXPECTED
is() {
    if [ "$2" = "$3" ]; then
        echo "ok    $1: $2"
    else
        echo "WRONG $1: $2, expected $3"
        failed=1
    fi
}

# between WHAT ACTUAL LOW HIGH
between() {
    if awk -v x="$2" -v lo="$3" -v hi="$4" 'BEGIN { exit !(x >= lo && x <= hi) }'; then
        echo "ok    $1: $2 (expected $3 to $4)"
    else
        echo "WRONG $1: $2, expected $3 to $4"
        failed=1
    fi
}

# count FILE NAME: the number of that name in the JSON object on the file's last line.
count() {
    tail -n 1 "$1" | sed -n "s/.*\"$2\":\\([0-9]*\\).*/\\1/p"
}
