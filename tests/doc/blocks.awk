# SPDX-License-Identifier: GPL-3.0-or-later
# Takes the examples out of a Markdown document. With -v out=DIR it writes, for the n-th command of the document,
# DIR/n.cmd and DIR/n.want, and prints one line for each step in order:
#   run N LINE | setup FILE LINE | skip LINE REASON | error LINE WHAT
# "> " lines after a command that ends with a backslash or opens a here-document continue it.
function close_command() {
    if (n > 0 && open_command) { close(out "/" n ".cmd"); close(out "/" n ".want") }
    open_command = 0
}
function comment(line,    body) {
    body = line
    sub(/^[ \t]*<!--[ \t]*test:[ \t]*/, "", body)
    sub(/[ \t]*-->[ \t]*$/, "", body)
    if (body ~ /^setup=[^ \t]+$/) { setup = substr(body, 7); return }
    if (body ~ /^skip[ \t]+[^ \t]/) { sub(/^skip[ \t]+/, "", body); skip = body; return }
    print "error", FNR, "not a test comment: setup=FILE or skip REASON expected, found \"" body "\""
}
!inside && /^[ \t]*<!--[ \t]*test:/ { comment($0); comment_line = FNR; next }
!inside && /^```console[ \t]*$/ {
    inside = 1; block_line = FNR; open_command = 0; skipping = 0
    if (setup != "") print "setup", setup, comment_line
    if (skip != "") { print "skip", FNR, skip; skipping = 1 }
    setup = ""; skip = ""
    next
}
!inside && /^```/ { other = !other; next }
!inside && (setup != "" || skip != "") && $0 !~ /^[ \t]*$/ {
    print "error", comment_line, "a test comment must stand right before a ```console block"
    setup = ""; skip = ""
    next
}
inside && /^```[ \t]*$/ { close_command(); inside = 0; next }
inside && skipping { next }
inside && /^\$ / {
    close_command()
    n++
    open_command = 1; continued = ($0 ~ /\\$/ || $0 ~ /<</)
    print substr($0, 3) > (out "/" n ".cmd")
    printf "" > (out "/" n ".want")
    print "run", n, FNR
    next
}
inside && open_command && continued && /^> / {
    print substr($0, 3) > (out "/" n ".cmd")
    next
}
inside && open_command { continued = 0; print > (out "/" n ".want"); next }
inside && !/^[ \t]*$/ { print "error", FNR, "output before the first \"$ \" line of the block" }
END {
    if (inside) print "error", block_line, "the block has no end"
    if (setup != "" || skip != "") print "error", comment_line, "a test comment without a ```console block after it"
}
