// SPDX-License-Identifier: GPL-3.0-or-later
// invalid/: small files with one mistake each, and expected.csv and README.md with the verdict that each must
// get.
#include <stdio.h>

#include "samples.h"

enum { FILE_MAX = 1024 * 1024, NAME_MAX_TEXT = 96 };

#define HEADER                                                                                               \
    "sample_id,site_id,collected_start,collected_end,sample_type,analyte,value,unit,lod,loq,lab_id,method_"  \
    "id,flow,flow_unit\n"
// Two good rows; the wrong one stands on line 3, between them.
#define GOOD(site, date, next, analyte, value)                                                               \
    "T-" site "-" date "," site "," date "T08:00," next "T08:00,sample," analyte "," value                   \
    ",ng/L,0.6,2,lab-t,m1,"
#define BSM(date, next, analyte, value) GOOD("HK-BSM", date, next, analyte, value)
#define FIRST BSM("2026-11-16", "2026-11-17", "methamphetamine", "52.1") "225000,m3/d\n"
#define LAST BSM("2026-11-18", "2026-11-19", "methamphetamine", "49.9") "226000,m3/d\n"
#define THREE(row) HEADER FIRST row LAST
#define DAY2(value) BSM("2026-11-17", "2026-11-18", "methamphetamine", value) "224000,m3/d\n"

typedef struct wrong_file {
    const char *name, *text;
    int status;         // of `wdm import FILE`
    int line;           // of the message; 0: the whole file
    const char *column; // "": none
    const char *what;
} wrong_file;

static const wrong_file files[] = {
    {"letter-o.csv", THREE(DAY2("1O4.2")), 65, 3, "value", "a letter O for a zero in a number"},
    {"decimal-comma.csv", THREE(DAY2("\"12,5\"")), 65, 3, "value", "a decimal comma"},
    {"negative.csv", THREE(DAY2("-4.2")), 0, 3, "value",
     "a negative concentration: kept as given, flagged, never a level"},
    {"empty-value.csv", THREE(DAY2("")), 65, 3, "value", "no value; NA, ND or <LOQ was meant"},
    {"unknown-analyte.csv", THREE(BSM("2026-11-17", "2026-11-18", "methamphetamin3", "51.0") "224000,m3/d\n"),
     65, 3, "analyte", "an analyte that no table names"},
    {"unknown-site.csv",
     THREE(GOOD("HK-XXX", "2026-11-17", "2026-11-18", "methamphetamine", "51.0") "224000,m3/d\n"), 65, 3,
     "site_id", "a site that sites.csv lacks"},
    {"unknown-unit.csv",
     THREE("T-HK-BSM-2026-11-17,HK-BSM,2026-11-17T08:00,2026-11-18T08:00,sample,methamphetamine,51.0,ng/l/"
           "h,0.6,2,"
           "lab-t,m1,224000,m3/d\n"),
     65, 3, "unit", "a unit that is none of a concentration"},
    {"flow-unit.csv", THREE(BSM("2026-11-17", "2026-11-18", "methamphetamine", "51.0") "224000,m3\n"), 65, 3,
     "flow_unit", "a flow in a unit of volume"},
    {"impossible-date.csv", THREE(BSM("2026-02-30", "2026-03-01", "methamphetamine", "51.0") "224000,m3/d\n"),
     65, 3, "collected_start", "30 February"},
    {"end-before-start.csv",
     THREE(BSM("2026-11-17", "2026-11-16", "methamphetamine", "51.0") "224000,m3/d\n"), 65, 3,
     "collected_end", "the collection ends before it starts"},
    {"lod-above-loq.csv",
     THREE("T-HK-BSM-2026-11-17,HK-BSM,2026-11-17T08:00,2026-11-18T08:00,sample,methamphetamine,51.0,ng/"
           "L,2,0.6,"
           "lab-t,m1,224000,m3/d\n"),
     65, 3, "lod", "LOD and LOQ in each other's column"},
    {"duplicate-row.csv",
     HEADER FIRST LAST BSM("2026-11-16", "2026-11-17", "methamphetamine", "58.0") "225000,m3/d\n", 65, 4,
     "value", "the sample of line 2 again, with another value"},
    {"too-many-cells.csv", THREE(BSM("2026-11-17", "2026-11-18", "methamphetamine", "51.0") "224,000,m3/d\n"),
     65, 3, "", "a thousands comma that splits a cell: one cell too many"},
    {"missing-column.csv",
     "sample_id,site_id,collected_start,analyte,unit\nT-HK-BSM-2026-11-16,HK-BSM,2026-11-16T08:00,"
     "methamphetamine,"
     "ng/L\n",
     65, 1, "value", "no column value"},
    {"unclosed-quote.csv",
     THREE(BSM("2026-11-17", "2026-11-18", "\"methamphetamine", "51.0") "224000,m3/d\n"), 65, 3, "",
     "a quote that is never closed"},
    // 甲基苯丙胺 in GB18030, and 镕, which GB2312 lacks: no guess is safe
    {"gb18030-bytes.csv",
     THREE("T-\xe9\x46-2026-11-17,HK-BSM,2026-11-17T08:00,2026-11-18T08:00,sample,"
           "\xbc\xd7\xbb\xf9\xb1\xbd\xb1\xfb\xb0\xb7,51.0,ng/L,0.6,2,lab-t,m1,224000,m3/d\n"),
     65, 3, "", "bytes that are not UTF-8 (GB18030) and allow no guess; --encoding GB18030 was needed"},
    {"header-only.csv", HEADER, 65, 0, "", "a header and no row"},
    {"empty.csv", "", 65, 0, "", "nothing at all"},
    {"flow-ten-times.csv", THREE(BSM("2026-11-17", "2026-11-18", "methamphetamine", "51.0") "2250000,m3/d\n"),
     65, 3, "flow",
     "10 times the site's usual flow; on a store without its earlier flows there is no verdict"},
};
enum { FILES_N = (int)(sizeof files / sizeof files[0]) };

static void put_expected(wdm_buf *buf)
{
    wdm_buf_puts(buf, "file,status,line,column,what\n");
    for (int i = 0; i < FILES_N; i++) {
        wdm_buf_printf(buf, "%s,%d,", files[i].name, files[i].status);
        if (files[i].line > 0)
            wdm_buf_printf(buf, "%d", files[i].line);
        wdm_buf_printf(buf, ",%s,\"%s\"\n", files[i].column, files[i].what);
    }
}

static void put_readme(wdm_buf *buf)
{
    wdm_buf_puts(
        buf,
        "# Wrong files\n\n"
        "One mistake each, made by `wdm-make-samples`; `expected.csv` has this table for tests.\n"
        "Status is that of `wdm import FILE` alone, with `../config` loaded and, for the flow, the batches\n"
        "of `../batches` imported before. 65: refused, nothing is stored.\n"
        "0: stored, with a warning.\n\n"
        "| file | status | line | column | what is wrong |\n|---|---|---|---|---|\n");
    for (int i = 0; i < FILES_N; i++) {
        wdm_buf_printf(buf, "| `%s` | %d | ", files[i].name, files[i].status);
        if (files[i].line > 0)
            wdm_buf_printf(buf, "%d", files[i].line);
        wdm_buf_printf(buf, " | %s | %s |\n", files[i].column, files[i].what);
    }
}

static wdm_rc write_text(const char *dir, const char *name, void (*put)(wdm_buf *buf), wdm_err *err)
{
    wdm_buf buf;
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&buf, FILE_MAX);
    put(&buf);
    rc = samples_write_file(dir, name, &buf, err);
    wdm_buf_fini(&buf);
    return rc;
}

wdm_rc samples_write_invalid(const char *dir, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (int i = 0; i < FILES_N && rc == WDM_OK; i++) {
        char name[NAME_MAX_TEXT];
        wdm_buf buf;
        wdm_buf_init(&buf, FILE_MAX);
        wdm_buf_puts(&buf, files[i].text);
        (void)snprintf(name, sizeof name, "invalid/%s", files[i].name);
        rc = samples_write_file(dir, name, &buf, err);
        wdm_buf_fini(&buf);
    }
    if (rc == WDM_OK)
        rc = write_text(dir, "invalid/expected.csv", put_expected, err);
    if (rc == WDM_OK)
        rc = write_text(dir, "invalid/README.md", put_readme, err);
    return rc;
}
