// SPDX-License-Identifier: GPL-3.0-or-later
// formats/: the run behind the files, their character sets and line ends, and the table of what an import
// makes of them.
#include "formats.h"

#include <iconv.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "samples.h"

enum { FILE_MAX = 1024 * 1024, NAME_MAX_TEXT = 96 };

const formats_injection formats_injections[INJECTION_N] = {
    {"CAL-3", "", "", 0, 'c', 100.0, 0},
    {"BLK-1", "", "", 0, 'b', 0.0, 12},
    {"QC-1", "", "", 0, 'q', 50.0, 24},
    {"W47-BSM-1116", "HK-BSM", "白沙门", 16, 's', 0.0, 36},
    {"W47-BSM-1117", "HK-BSM", "白沙门", 17, 's', 0.0, 48},
    {"W47-LT-1116", "HK-LT", "龙塘", 16, 's', 0.0, 60},
    {"W47-CL-1116", "HK-CL", "长流", 16, 's', 0.0, 72},
};

const formats_analyte formats_analytes[ANALYTE_N] = {
    {"Methamphetamine", "甲基苯丙胺", "Methamphetamine-d5", "150.2 -> 91.1", "150.2 -> 119.1", 4.82, 812.0,
     0.62},
    {"Ketamine", "氯胺酮", "Ketamine-d4", "238.2 -> 125.0", "238.2 -> 179.1", 5.37, 1304.0, 0.41},
    {"Benzoylecgonine", "苯甲酰爱康宁", "Benzoylecgonine-d3", "290.2 -> 168.1", "290.2 -> 105.1", 5.11, 655.0,
     0.33},
    {"Cotinine", "可替宁", "Cotinine-d3", "177.1 -> 80.1", "177.1 -> 98.1", 2.94, 97.0, 0.27},
};

const double formats_conc_ng_l[INJECTION_N][ANALYTE_N] = {
    {100.4, 98.75, 101.2, 99.9},                          // CAL-3
    {(double)NAN, (double)NAN, (double)NAN, (double)NAN}, // BLK-1
    {51.25, 48.9, 50.6, 49.7},                            // QC-1
    {52.1, 11.4, 2.3125, 1240.5},                         //
    {49.9, (double)NAN, 1.875, 1180.5},                   //
    {61.3, 9.84, (double)NAN, 1023.25},                   //
    {38.7, 14.2, 2.05, 987.6},                            //
};

bool formats_is_manual(int injection, int analyte)
{
    return injection == 5 && analyte == 0;
}

double formats_area(int injection, int analyte)
{
    return round(formats_conc_ng_l[injection][analyte] * formats_analytes[analyte].area_per_ng_l);
}

double formats_is_area(int injection)
{
    return 40000.0 + 137.0 * injection;
}

const char *formats_number(double value, char decimal, char thousands, char out[NUMBER_TEXT_MAX])
{
    char plain[NUMBER_TEXT_MAX];
    size_t whole = 0;
    size_t n = 0;
    (void)snprintf(plain, sizeof plain, "%.10g", value);
    whole = strcspn(plain, ".");
    for (size_t i = 0; plain[i] != '\0' && n + 2 < NUMBER_TEXT_MAX; i++) {
        if (thousands != 0 && i > 0 && i < whole && (whole - i) % 3 == 0)
            out[n++] = thousands;
        out[n++] = plain[i];
        if (plain[i] == '.')
            out[n - 1] = decimal;
    }
    out[n] = '\0';
    return out;
}

const char *formats_conc(int injection, int analyte, double unit_ng_l, const char *none,
                         char out[NUMBER_TEXT_MAX])
{
    const double value = formats_conc_ng_l[injection][analyte];
    return isnan(value) ? none : formats_number(value / unit_ng_l, '.', 0, out);
}

int formats_hour(int injection)
{
    return 14 + formats_injections[injection].minute / 60;
}

int formats_minute(int injection)
{
    return formats_injections[injection].minute % 60;
}

const char *formats_type(int injection, const char *const words[4])
{
    static const char kinds[] = "sbqc";
    return words[strchr(kinds, formats_injections[injection].kind) - kinds];
}

void formats_put_field(wdm_buf *buf)
{
    wdm_buf_puts(buf, "sample_id,site_id,collected_start,collected_end,flow,flow_unit\n");
    for (int i = 0; i < INJECTION_N; i++) {
        const formats_injection *in = &formats_injections[i];
        if (in->kind == 's')
            wdm_buf_printf(buf, "%s,%s,2026-11-%dT08:00,2026-11-%dT08:00,%d,m3/d\n", in->id, in->site,
                           in->day, in->day + 1, strcmp(in->site, "HK-BSM") == 0 ? 225000 : 40000);
    }
}

void formats_put_values(wdm_buf *buf)
{
    static const char *const ids[ANALYTE_N] = {"methamphetamine", "ketamine", "benzoylecgonine", "cotinine"};
    char text[NUMBER_TEXT_MAX];
    wdm_buf_puts(buf, "sample_id,analyte_id,value_ng_l\n");
    for (int i = 0; i < INJECTION_N; i++) {
        for (int a = 0; a < ANALYTE_N; a++)
            wdm_buf_printf(buf, "%s,%s,%s\n", formats_injections[i].id, ids[a],
                           formats_conc(i, a, 1.0, "", text));
    }
}

// ---- the files

typedef struct format_file {
    const char *name;
    void (*put)(wdm_buf *buf);
    const char *charset; // of iconv; NULL: UTF-8
    const char *mark;    // byte order mark
    const char *line_end;
    const char *options; // what `wdm import` must be told
    // what it makes of the file; layout NULL: none of its business
    const char *layout, *encoding;
    int rows, stored, left_out;
} format_file;

static const format_file files[] = {
    {"masshunter.csv", formats_put_masshunter, NULL, "", "\r\n", "--unit ng/L", "masshunter", "UTF-8", 35, 28,
     7},
    {"masshunter-compound.csv", formats_put_masshunter_compound, NULL, "", "\r\n", "", "masshunter-compound",
     "UTF-8", 35, 28, 7},
    {"sciex-os.txt", formats_put_sciex_os, "UTF-16LE", "\xff\xfe", "\r\n", "", "sciex", "UTF-16", 84, 28, 56},
    {"analyst.txt", formats_put_analyst, NULL, "", "\r\n", "", "sciex", "UTF-8", 28, 28, 0},
    {"targetlynx-compound.txt", formats_put_targetlynx_compound, "CP1252", "", "\r\n", "", "targetlynx",
     "CP1252", 35, 28, 7},
    {"targetlynx-sample.txt", formats_put_targetlynx_sample, NULL, "", "\r\n", "--unit ng/L", "targetlynx",
     "UTF-8", 28, 28, 0},
    {"shimadzu.txt", formats_put_shimadzu, "GB18030", "", "\r\n", "", "shimadzu", "GB18030", 36, 28, 8},
    {"shimadzu-gcms.txt", formats_put_shimadzu_gcms, NULL, "", "\n", "", "shimadzu-gcms", "UTF-8", 35, 28, 7},
    {"tracefinder.csv", formats_put_tracefinder, NULL, "", "\r\n", "", "tracefinder", "UTF-8", 63, 28, 35},
    {"tasq.tsv", formats_put_tasq, NULL, "", "\n", "", "tasq", "UTF-8", 35, 28, 7},
    {"openlab.txt", formats_put_openlab, "ISO-8859-1", "", "\r\n", "", "openlab", "CP1252", 6, 4, 2},
    {"chinese-sheet.csv", formats_put_chinese_sheet, "GB18030", "", "\r\n", "", "chinese-report", "GB18030",
     20, 16, 4},
    {"chinese-list.csv", formats_put_chinese_list, NULL, "\xef\xbb\xbf", "\r", "", "chinese-report", "UTF-8",
     17, 16, 1},
    {"wide.csv", formats_put_wide, NULL, "", "\r\n", "", "wide", "UTF-8", 17, 16, 1},
    {"field.csv", formats_put_field, NULL, "", "\n", "", "field", "UTF-8", 4, 4, 0},
    {"values.csv", formats_put_values, NULL, "", "\n", "", NULL, NULL, 0, 0, 0},
};
enum { FILES_N = (int)(sizeof files / sizeof files[0]) };

static void put_expected(wdm_buf *buf)
{
    wdm_buf_puts(buf, "file,options,layout,encoding,rows,stored,rejected,left_out\n");
    for (int i = 0; i < FILES_N; i++) {
        const format_file *f = &files[i];
        if (f->layout != NULL)
            wdm_buf_printf(buf, "%s,%s,%s,%s,%d,%d,%d,%d\n", f->name, f->options, f->layout, f->encoding,
                           f->rows, f->stored, f->rows - f->stored - f->left_out, f->left_out);
    }
}

static wdm_rc convert(const wdm_buf *from, const format_file *file, wdm_buf *to, wdm_err *err)
{
    char room[4096];
    char *in = from->data;
    size_t left = from->len;
    iconv_t cd = iconv_open(file->charset, "UTF-8");
    if (cd == (iconv_t)-1)
        return wdm_err_set(err, WDM_E_INTERNAL, "no converter to %s", file->charset);
    while (left > 0) {
        char *out = room;
        size_t space = sizeof room;
        const size_t before = left;
        (void)iconv(cd, &in, &left, &out, &space);
        wdm_buf_put(to, room, sizeof room - space);
        if (left == before)
            break;
    }
    (void)iconv_close(cd);
    return left == 0 ? WDM_OK
                     : wdm_err_set(err, WDM_E_INTERNAL, "%s does not fit %s", file->name, file->charset);
}

static wdm_rc write_one(const char *dir, const format_file *file, wdm_err *err)
{
    char name[NAME_MAX_TEXT];
    wdm_buf text;
    wdm_buf lines;
    wdm_buf bytes;
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&text, FILE_MAX);
    wdm_buf_init(&lines, FILE_MAX);
    wdm_buf_init(&bytes, FILE_MAX);
    file->put(&text);
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '\n')
            wdm_buf_puts(&lines, file->line_end);
        else
            wdm_buf_put(&lines, &text.data[i], 1);
    }
    wdm_buf_puts(&bytes, file->mark);
    if (file->charset != NULL)
        rc = convert(&lines, file, &bytes, err);
    else
        wdm_buf_put(&bytes, lines.data, lines.len);
    (void)snprintf(name, sizeof name, "formats/%s", file->name);
    if (rc == WDM_OK)
        rc = samples_write_file(dir, name, &bytes, err);
    wdm_buf_fini(&bytes);
    wdm_buf_fini(&lines);
    wdm_buf_fini(&text);
    return rc;
}

wdm_rc samples_write_formats(const char *dir, wdm_err *err)
{
    static const format_file expected = {"expected.csv", put_expected, NULL, "", "\n", "",
                                         NULL,           NULL,         0,    0,  0};
    wdm_rc rc = write_one(dir, &expected, err);
    for (int i = 0; i < FILES_N && rc == WDM_OK; i++)
        rc = write_one(dir, &files[i], err);
    return rc;
}
