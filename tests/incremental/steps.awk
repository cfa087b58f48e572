# SPDX-License-Identifier: GPL-3.0-or-later
# usage: awk -v seed=N -v steps=N -v dir=DIR -f steps.awk
# Writes a random sequence of steps, one a line (kind argument), and their files into DIR. A file is kept from step to step
# and changed a little, so that most rows of it come again: corrections, moved samples, repeated rows. Own random numbers:
# the same in every awk.
function rnd(n) { state = (state * 16807) % 2147483647; return int(state / 2147483647 * n) }
function pick(list,    parts, n) { n = split(list, parts, " "); return parts[1 + rnd(n)] }
function day_of(i) { return i < 20 ? sprintf("2025-12-%02d", 18 + i) : i < 32 ? sprintf("2026-01-%02d", i - 19) : sprintf("2024-11-%02d", i - 28) }
function day() { i = rnd(36); if (i >= 14 && i < 20) i += 6; return day_of(i) }
function next_day(d,    p) {
    split(d, p, "-")
    if (d == "2025-12-31") return "2026-01-01"
    return sprintf("%s-%s-%02d", p[1], p[2], p[3] + 1)
}
function value() { return rnd(5) == 0 ? pick("<2 ND <LOQ") : sprintf("%.1f", 3 + rnd(4000) / 7) }
function flow() { return sprintf("%d", 20000 + 100 * rnd(300)) }
function analyte() { return pick("METH AMP MDMA MDA BE COC ammonium cotinine 3-oh-cotinine") }

# One row of a kind of file; the fields that may be changed later come last.
function assay_row(    d, id) {
    d = day()
    if (rnd(8) == 0) return sprintf("CCV%d,,%sT08:00,%sT08:00,ccv,%s,%d,ng/L,2,L,2026-01-20,100,,", rnd(2), "2026-01-20", "2026-01-20", analyte(), 70 + rnd(60))
    if (rnd(10) == 0) return sprintf("BLK,,%sT08:00,%sT08:00,blank,%s,%.1f,ng/L,2,L,2026-01-20,,,", "2026-01-20", "2026-01-20", analyte(), rnd(40) / 10)
    id = rnd(5) == 0 ? "n" rnd(6) : "S" rnd(40)
    return sprintf("%s,%s,%sT08:00,%sT08:00,sample,%s,%s,ng/L,2,L,2026-01-20,,%s,m3/d", id, pick("A B C D E"), d, next_day(d), analyte(), value(), rnd(3) ? flow() : "")
}
function field_row(    d) {
    d = day()
    return sprintf("%s,%s,%sT08:00,%sT08:00,%s,m3/d", rnd(4) == 0 ? "" : rnd(3) ? "n" rnd(6) : "S" rnd(40), pick("A B C D E"), d, next_day(d), flow())
}
function siteless_row() { return sprintf("n%d,sample,%s,%s,2026-01-20T09:%02d", rnd(6), analyte(), value(), rnd(60)) }
function load_row() { return sprintf("%s,%s,%s,%.1f,mg/d/1000", pick("A B Z"), day(), pick("METH BE MDMA"), 1 + rnd(900) / 7) }
function site_row() { return sprintf("\"Z\",\"R2\",\"Zet\",\"Z\",\"20\",\"110\",%d,\"I\",\"N/A\"", 10000 + 100 * rnd(900)) }
function new_row(kind) {
    return kind == "assay" ? assay_row() : kind == "field" ? field_row() : kind == "siteless" ? siteless_row() : kind == "load" ? load_row() : site_row()
}
# Another value in the row, or another day or site.
function changed(kind, row,    f, n, i, out) {
    n = split(row, f, ",")
    if (kind == "assay") {
        if (rnd(4) || f[5] != "sample") f[7] = f[5] == "ccv" ? 70 + rnd(60) : f[5] == "blank" ? rnd(40) / 10 : value()
        else { d = day(); f[3] = d "T08:00"; f[4] = next_day(d) "T08:00" }
    } else if (kind == "field") {
        if (rnd(2)) f[5] = flow()
        else { d = rnd(2) ? day() : substr(f[3], 1, 10); f[2] = pick("A B C D E"); f[3] = d "T08:00"; f[4] = next_day(d) "T08:00" }
    } else if (kind == "siteless") f[4] = value()
    else if (kind == "load") f[4] = sprintf("%.1f", 1 + rnd(900) / 7)
    else return site_row()
    out = f[1]
    for (i = 2; i <= n; i++) out = out "," f[i]
    return out
}
function write_file(kind, name, step,    path, i, n) {
    path = dir "/" step "-" name ".csv"
    n = size[name]
    for (i = 1; i <= n; i++) if (rnd(6) == 0 || kind == "sites") rows[name, i] = changed(kind, rows[name, i])
    for (i = 1 + rnd(kind == "sites" ? 1 : kind == "assay" ? 16 : 8); i > 0 && (kind != "sites" || n == 0); i--) rows[name, ++n] = new_row(kind)
    if (n > 2 && rnd(4) == 0) n--
    size[name] = n
    print header[kind] >path
    for (i = 1; i <= n; i++) print rows[name, i] >path
    close(path)
    print "import " step "-" name ".csv"
}
BEGIN {
    state = (seed * 7919 + 17) % 2147483646 + 1
    for (i = 0; i < 20; i++) rnd(2)
    header["assay"] = "sample_id,site_id,collected_start,collected_end,sample_type,analyte,value,unit,loq,lab_id,analysed_at,expected,flow,flow_unit"
    header["field"] = "sample_id,site_id,collected_start,collected_end,flow,flow_unit"
    header["siteless"] = "Sample,Type,Compound,Conc,Acquired"
    header["load"] = "site_id,date,analyte,value,unit"
    header["sites"] = "\"SiteID\",\"Country\",\"City\",\"Location\",\"Latitude\",\"Longitude\",\"Population\",\"Institution\",\"Website\""
    write_file("assay", "lab0", 1)
    for (s = 2; s <= steps; s++) {
        k = rnd(20)
        if (k < 6) write_file("assay", "lab" rnd(3), s)
        else if (k < 9) write_file("field", "sheet" rnd(2), s)
        else if (k < 11) write_file("siteless", "bench" rnd(2), s)
        else if (k < 13) write_file("load", "load", s)
        else if (k < 15) write_file("sites", "sites", s)
        else if (k < 17) print "undo " rnd(1000)
        else print "as_of " pick("2024-11-06 2025-12-24 2025-12-29 2026-01-01 2026-01-04 2026-01-06 2026-02-01 2026-02-02")
    }
}
