// SPDX-License-Identifier: GPL-3.0-or-later
// Assay files of layout `long`, one for each laboratory and week, the late flow file and the corrected
// re-issue.
#include <stdio.h>
#include <string.h>

#include "samples.h"

enum {
    NAME_MAX_TEXT = 96,
    FILE_MAX = 4 * 1024 * 1024,
    LATE_FLOW_WEEK = 34,
    REISSUE_WEEK = 24,
    NO_THC_WEEK = 16
};

static const char header[] =
    "sample_id,site_id,collected_start,collected_end,sample_type,analyte,value,unit,lod,loq,u_rel,"
    "replicate,lab_id,method_id,analysed_at,flow,flow_unit,note\n";

typedef struct row_key {
    int site, marker;
    wdm_day day;
    const char *type; // sample, duplicate, blank
    bool corrected;   // as in the re-issue
} row_key;

// The three slips of the first issue of 2026-W20, lab-a: what was typed instead of the reading.
typedef struct slip {
    int site, marker, weekday;
    double factor;
    const char *note;
} slip;
static const slip slips[] = {{HK_JD, M_KETAMINE, 3, 10.0, "corrected: decimal point"},
                             {HK_LT, M_METH, 5, 0.1, "corrected: decimal point"},
                             {HK_BSM, M_TRAMADOL, 7, 1.85, "corrected: peak integrated anew"}};

static const slip *slip_of(const row_key *row)
{
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        if (samples_week_of(row->day) == REISSUE_WEEK && strcmp(row->type, "sample") == 0 &&
            slips[i].site == row->site && slips[i].marker == row->marker &&
            slips[i].weekday == wdm_weekday(row->day))
            return &slips[i];
    }
    return NULL;
}

static void put_sample_id(wdm_buf *buf, int site, wdm_day day, bool blank)
{
    const wdm_civil c = wdm_civil_of_day(day);
    wdm_buf_printf(buf, "%s%s-%04d%02d%02d", blank ? "BLK-" : "", samples_sites[site].id, c.year, c.month,
                   c.day);
}

// "id,site,2026-11-16T08:00,2026-11-17T08:00,"
static void put_period(wdm_buf *buf, int site, wdm_day day, bool blank)
{
    char start[WDM_WHEN_TEXT];
    char end[WDM_WHEN_TEXT];
    put_sample_id(buf, site, day, blank);
    wdm_buf_printf(buf, ",%s,%s,%s,", samples_sites[site].id, wdm_when_format((wdm_when){day, 480}, start),
                   wdm_when_format((wdm_when){day + 1, 480}, end));
}

// lab-b gives cotinine in micrograms per litre.
static double unit_of(int lab, int marker, const char **unit)
{
    const bool micro = lab == 1 && marker == M_COTININE;
    *unit = micro ? "µg/L" : "ng/L";
    return micro ? 1000.0 : 1.0;
}

static void put_value(wdm_buf *buf, uint64_t seed, const row_key *row, int lab)
{
    const samples_marker *m = &samples_markers[row->marker];
    const slip *s = slip_of(row);
    const char *unit = NULL;
    const double unit_ng_l = unit_of(lab, row->marker, &unit);
    const bool blank = strcmp(row->type, "blank") == 0;
    double read_ng_l = blank ? 0.0 : samples_conc_read(seed, row->site, row->marker, row->day, row->type);
    if (s != NULL && !row->corrected)
        read_ng_l *= s->factor;
    if (lab == 1 && row->marker == M_THC_COOH && samples_week_of(row->day) == NO_THC_WEEK)
        wdm_buf_puts(buf, "NA");
    else if (read_ng_l < m->lod_ng_l[lab])
        wdm_buf_puts(buf, lab == 0 ? "ND" : "未检出");
    else if (read_ng_l >= m->loq_ng_l[lab])
        samples_put_number(buf, read_ng_l / unit_ng_l, 3);
    else if (lab == 0)
        wdm_buf_puts(buf, "<LOQ");
    else
        wdm_buf_printf(buf, "<%g", m->loq_ng_l[lab] / unit_ng_l);
    wdm_buf_printf(buf, ",%s,", unit);
}

// lab-a gives m3/d, lab-b 万m3/d.
static void put_flow(wdm_buf *buf, uint64_t seed, const row_key *row, int lab)
{
    const double flow_m3_d = samples_flow_read(seed, row->site, row->day);
    const bool late = lab == 0 && samples_week_of(row->day) == LATE_FLOW_WEEK;
    if (late || strcmp(row->type, "sample") != 0)
        wdm_buf_puts(buf, ",");
    else {
        samples_put_number(buf, lab == 0 ? flow_m3_d : flow_m3_d / 1e4, 4);
        wdm_buf_puts(buf, lab == 0 ? ",m3/d" : ",万m3/d");
    }
}

static void put_row(wdm_buf *buf, uint64_t seed, const row_key *row)
{
    const samples_marker *m = &samples_markers[row->marker];
    const int lab = samples_lab_of(row->site, row->day);
    const slip *s = slip_of(row);
    char analysed[WDM_DATE_TEXT];
    put_period(buf, row->site, row->day, strcmp(row->type, "blank") == 0);
    wdm_buf_printf(buf, "%s,%s,", row->type, m->id);
    put_value(buf, seed, row, lab);
    if (lab == 0) // lab-b leaves its limits to the table
        wdm_buf_printf(buf, "%g,%g", m->lod_ng_l[lab], m->loq_ng_l[lab]);
    else
        wdm_buf_puts(buf, ",");
    (void)wdm_day_format(samples_monday(samples_week_of(row->day) + 1), analysed);
    wdm_buf_printf(buf, ",,1,%s,%s,%s,", samples_labs[lab].id, samples_labs[lab].method_id, analysed);
    put_flow(buf, seed, row, lab);
    wdm_buf_printf(buf, ",%s\n", s != NULL && row->corrected ? s->note : "");
}

static void put_batch(wdm_buf *buf, uint64_t seed, int lab, int week, bool corrected)
{
    const int qc_site = lab == 0 ? HK_BSM : HK_SZL;
    const wdm_day monday = samples_monday(week);
    wdm_buf_puts(buf, header);
    for (int site = 0; site < SITE_N; site++) {
        for (wdm_day day = monday; day < monday + 7; day++) {
            row_key row = {site, 0, day, "sample", corrected};
            if (!samples_is_sampled(site, day) || samples_lab_of(site, day) != lab)
                continue;
            for (row.marker = 0; row.marker < MARKER_N; row.marker++)
                put_row(buf, seed, &row);
        }
    }
    for (int marker = 0; marker < MARKER_N; marker++) {
        const row_key duplicate = {qc_site, marker, monday + 2, "duplicate", corrected};
        put_row(buf, seed, &duplicate);
    }
    for (int marker = 0; marker < MARKER_N; marker++) {
        const row_key blank = {qc_site, marker, monday, "blank", corrected};
        put_row(buf, seed, &blank);
    }
}

static void put_late_flow(wdm_buf *buf, uint64_t seed)
{
    const wdm_day monday = samples_monday(LATE_FLOW_WEEK);
    wdm_buf_puts(
        buf,
        "sample_id,site_id,collected_start,collected_end,flow,flow_unit,u_flow_rel,temperature_c,ph,rain_mm,"
        "population,note\n");
    for (int site = 0; site < SITE_N; site++) {
        for (wdm_day day = monday; day < monday + 7; day++) {
            if (!samples_is_sampled(site, day) || samples_lab_of(site, day) != 0)
                continue;
            put_period(buf, site, day, false);
            samples_put_number(buf, samples_flow_read(seed, site, day), 4);
            wdm_buf_printf(buf, ",m3/d,,29.5,7.2,%.1f,,sent late\n", samples_rain_mm(seed, day));
        }
    }
}

// The same rows with a byte order mark and CRLF, as a spreadsheet saves them.
static void put_as_spreadsheet(wdm_buf *buf, const char *text)
{
    wdm_buf_puts(buf, "\xef\xbb\xbf");
    for (const char *line = text; *line != '\0';) {
        const size_t n = strcspn(line, "\n");
        wdm_buf_put(buf, line, n);
        wdm_buf_puts(buf, "\r\n");
        line += n + (line[n] == '\n' ? 1 : 0);
    }
}

static wdm_rc write_batch(uint64_t seed, const char *dir, int lab, int week, wdm_err *err)
{
    char name[NAME_MAX_TEXT];
    char iso[WDM_DATE_TEXT];
    wdm_buf buf;
    wdm_buf saved;
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&buf, FILE_MAX);
    wdm_buf_init(&saved, FILE_MAX);
    (void)wdm_isoweek_format(wdm_isoweek_of_day(samples_monday(week)), iso);
    put_batch(&buf, seed, lab, week, false);
    (void)snprintf(name, sizeof name, "batches/%s-%s.csv", iso, samples_labs[lab].id);
    rc = samples_write_file(dir, name, &buf, err);
    if (rc == WDM_OK && lab == 0 && week == REISSUE_WEEK) {
        wdm_buf_clear(&buf);
        put_batch(&buf, seed, lab, week, true);
        (void)snprintf(name, sizeof name, "corrected/%s-%s.csv", iso, samples_labs[lab].id);
        rc = samples_write_file(dir, name, &buf, err);
    }
    if (rc == WDM_OK && lab == 1 && week == WEEK_N - 1) {
        put_as_spreadsheet(&saved, wdm_buf_text(&buf));
        (void)snprintf(name, sizeof name, "formats/%s-%s.csv", iso, samples_labs[lab].id);
        rc = samples_write_file(dir, name, &saved, err);
    }
    wdm_buf_fini(&buf);
    wdm_buf_fini(&saved);
    return rc;
}

wdm_rc samples_write_batches(uint64_t seed, const char *dir, wdm_err *err)
{
    wdm_buf buf;
    wdm_rc rc = WDM_OK;
    for (int week = 0; week < WEEK_N && rc == WDM_OK; week++) {
        for (int lab = 0; lab < LAB_N && rc == WDM_OK; lab++)
            rc = write_batch(seed, dir, lab, week, err);
    }
    if (rc != WDM_OK)
        return rc;
    wdm_buf_init(&buf, FILE_MAX);
    put_late_flow(&buf, seed);
    rc = samples_write_file(dir, "field/2026-W30-flow.csv", &buf, err);
    wdm_buf_fini(&buf);
    return rc;
}
