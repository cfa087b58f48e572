# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# Sourced by tests/cli/run_case and tests/doc/run_doc: a fresh directory with the built wdm in PATH, an environment that
# holds nothing of the caller's, and one table of what is volatile in the output.
#
# sandbox_open WDM SRC sets $sandbox; sandbox/work is the current directory of what is run, sandbox/home is HOME.
# WDM_KEEP=1 keeps the directory and says where it is.

sandbox_open() {
    sandbox_wdm=$1
    sandbox_src=$(cd "$2" && pwd -P)
    [ -x "$sandbox_wdm" ] || {
        echo "no program at $sandbox_wdm" >&2
        exit 2
    }
    sandbox=$(mktemp -d)
    sandbox=$(cd "$sandbox" && pwd -P)
    trap sandbox_close EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    mkdir "$sandbox/bin" "$sandbox/home" "$sandbox/work"
    ln -s "$sandbox_wdm" "$sandbox/bin/wdm"
}

sandbox_close() {
    if [ -n "${WDM_KEEP:-}" ]; then
        echo "kept: $sandbox" >&2
    else
        rm -rf "$sandbox"
    fi
}

# sandbox_run COMMAND...: runs in sandbox/work, without standard input. The sanitizers' and the coverage tool's own
# variables go through; WDM_STORE and the like of the caller do not.
sandbox_run() {
    (
        cd "$sandbox/work" || exit 2
        umask 022
        exec env -i PATH="$sandbox/bin:$PATH" HOME="$sandbox/home" TMPDIR="${TMPDIR:-/tmp}" \
            LC_ALL=C.UTF-8 TZ=UTC NO_COLOR=1 WDM="$sandbox_wdm" SRC="$sandbox_src" WDM_CONFIG="$sandbox_src/config" \
            CASE="${CASE:-}" ASAN_OPTIONS="${ASAN_OPTIONS:-}" UBSAN_OPTIONS="${UBSAN_OPTIONS:-}" \
            ${LLVM_PROFILE_FILE:+LLVM_PROFILE_FILE="$LLVM_PROFILE_FILE"} "$@"
    ) </dev/null
}

# Times written by the clock carry seconds and Z, or are said in words; a sample's civil time has neither and stays.
sandbox_normalise() {
    LC_ALL=C sed -E \
        -e "s|$sandbox/work|<work>|g" \
        -e "s|$sandbox|<tmp>|g" \
        -e "s|$sandbox_src|<src>|g" \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z/<time>/g' \
        -e 's/[0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4},? [0-9]{2}:[0-9]{2}/<time>/g' \
        -e 's/[0-9a-f]{64}/<sha256>/g' \
        -e 's,accepted/[0-9]{4}/[0-9]{2}/,accepted/<month>/,g' \
        -e 's/fs-[0-9a-f]{12}/fs-<hash>/g' \
        -e 's,wdm([ /])v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.]+)?,wdm\1<version>,g' \
        -e 's/(^|[ (])[0-9]+(\.[0-9]+)? m?s($|[,.;)])/\1<duration>\3/g'
}
