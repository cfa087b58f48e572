# SPDX-License-Identifier: GPL-3.0-or-later
# awk -f match.awk WANT GOT: status 0 when the lines agree. A line "..." in WANT stands for any lines, or none; blanks at
# the ends of lines and empty lines at the end count for nothing.
{ sub(/[ \t\r]+$/, "") }
FILENAME == ARGV[1] { want[++w] = $0; next }
{ got[++g] = $0 }
END {
    while (w > 0 && want[w] == "") w--
    while (g > 0 && got[g] == "") g--
    i = j = 1; star = 0
    while (j <= g) {
        if (i <= w && want[i] ~ /^[ \t]*\.\.\.$/) { star = i++; mark = j }
        else if (i <= w && want[i] == got[j]) { i++; j++ }
        else if (star) { i = star + 1; j = ++mark }
        else exit 1
    }
    while (i <= w && want[i] ~ /^[ \t]*\.\.\.$/) i++
    exit i <= w
}
