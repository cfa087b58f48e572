// SPDX-License-Identifier: GPL-3.0-or-later
// The table of the import's summary.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "quality_parts.h"

enum { CELL_TEXT = 48, LINES_SHOWN = 12 };

static const char *const column_names[] = {
#define WDM_QC_COLUMN_NAME(id, name) name,
    WDM_QC_COLUMN_LIST(WDM_QC_COLUMN_NAME)
#undef WDM_QC_COLUMN_NAME
};

static void cell_text(const wdm_qc_cell *cell, wdm_qc_column column, char text[CELL_TEXT])
{
    char number[WDM_NUMBER_TEXT];
    text[0] = '\0';
    if (cell->n == 0)
        return;
    switch (column) {
    case WDM_COLUMN_BLANK:
    case WDM_COLUMN_CHART:
        (void)snprintf(text, CELL_TEXT, "%s", cell->word);
        break;
    case WDM_COLUMN_IS:
    case WDM_COLUMN_RATIO:
    case WDM_COLUMN_RT:
        if (cell->n_out == 0)
            (void)snprintf(text, CELL_TEXT, "ok");
        else
            (void)snprintf(text, CELL_TEXT, "%" PRId64 " of %" PRId64 " out", cell->n_out, cell->n);
        break;
    case WDM_COLUMN_R2:
    case WDM_COLUMN_PT:
        (void)snprintf(text, CELL_TEXT, "%s %s", wdm_quality_number(cell->value, number), cell->word);
        break;
    default:
        (void)snprintf(text, CELL_TEXT, "%.0f %% %s", round(cell->value) + 0.0, cell->word); // no "-0"
        break;
    }
}

// The worst severity of a line; -1: nothing fired.
static int line_severity(const wdm_qc_line *line)
{
    int worst = -1;
    for (int c = 0; c < (int)WDM_COLUMN_N; c++) {
        if (line->cells[c].n > 0 && line->cells[c].severity > worst)
            worst = line->cells[c].severity;
    }
    return worst;
}

static bool has_data(const wdm_qc_line *line)
{
    for (int c = 0; c < (int)WDM_COLUMN_N; c++) {
        if (line->cells[c].n > 0)
            return true;
    }
    return false;
}

// "<- below 70 %: results marked "estimate"": the reasons of the worst severity, and what it does. The column
// is named where more than one is out.
static void remark_text(const wdm_qc_line *line, char *text, size_t cap)
{
    static const char *const effects[] = {"noted", "results marked \"estimate\"", "results do not count"};
    const int worst = line_severity(line);
    bool those = true; // rules about single samples
    int n_out = 0;
    size_t len = 0;
    text[0] = '\0';
    if (worst < 0)
        return;
    for (int c = 0; c < (int)WDM_COLUMN_N; c++)
        n_out += line->cells[c].n_out > 0;
    for (int c = 0; c < (int)WDM_COLUMN_N && len < cap; c++) {
        const bool named = n_out > 1 && c != WDM_COLUMN_BLANK && c != WDM_COLUMN_CHART;
        if (line->cells[c].n == 0 || line->cells[c].severity != worst)
            continue;
        those = those && (c == WDM_COLUMN_IS || c == WDM_COLUMN_RATIO || c == WDM_COLUMN_RT);
        len += (size_t)snprintf(text + len, cap - len, "%s%s%s%s", len == 0 ? "<- " : ", ",
                                named ? column_names[c] : "", named ? " " : "", line->cells[c].remark);
    }
    if (len < cap)
        (void)snprintf(text + len, cap - len, ": %s%s", those && worst > (int)WDM_QC_NOTE ? "those " : "",
                       effects[worst]);
}

typedef struct table {
    const wdm_quality *q;
    wdm_buf *out;
    bool used[WDM_COLUMN_N];
    int width[WDM_COLUMN_N];
    int name_width;
} table;

// Finds the columns in use and their widths; returns how many analytes have data.
static int measure(table *t)
{
    char text[CELL_TEXT];
    int n = 0;
    t->name_width = 4;
    for (size_t a = 0; a < t->q->lines_cap; a++) {
        int len = 0;
        if (!has_data(&t->q->lines[a])) // also the room beyond the last analyte
            continue;
        n++;
        len = (int)strlen(t->q->config->analytes.rows[a].short_name);
        if (len > t->name_width)
            t->name_width = len;
        for (int c = 0; c < (int)WDM_COLUMN_N; c++) {
            cell_text(&t->q->lines[a].cells[c], (wdm_qc_column)c, text);
            t->used[c] = t->used[c] || text[0] != '\0';
            if ((int)strlen(text) > t->width[c])
                t->width[c] = (int)strlen(text);
        }
    }
    for (int c = 0; c < (int)WDM_COLUMN_N; c++) {
        if (t->used[c] && (int)strlen(column_names[c]) > t->width[c])
            t->width[c] = (int)strlen(column_names[c]);
    }
    return n;
}

static void say_line(const table *t, const char *name, const wdm_qc_line *line)
{
    char out[512];
    char remark[256];
    char text[CELL_TEXT];
    size_t len = (size_t)snprintf(out, sizeof out, "  %-*s", t->name_width, name);
    for (int c = 0; c < (int)WDM_COLUMN_N && len < sizeof out; c++) {
        if (!t->used[c])
            continue;
        (void)snprintf(text, sizeof text, "%s", column_names[c]);
        if (line != NULL)
            cell_text(&line->cells[c], (wdm_qc_column)c, text);
        len += (size_t)snprintf(out + len, sizeof out - len, "  %-*s", t->width[c], text);
    }
    if (len >= sizeof out)
        len = sizeof out - 1;
    remark[0] = '\0';
    if (line != NULL)
        remark_text(line, remark, sizeof remark);
    while (remark[0] == '\0' && len > 0 && out[len - 1] == ' ')
        len--;
    out[len] = '\0';
    wdm_buf_printf(t->out, "%s%s%s\n", out, remark[0] == '\0' ? "" : "  ", remark);
}

void wdm_quality_print(const wdm_quality *quality, bool verbose, wdm_buf *out)
{
    table t = {.q = quality, .out = out};
    const wdm_quality_counts *c = &quality->counts;
    const int n = measure(&t);
    const bool every = verbose || n <= LINES_SHOWN;
    int64_t shown = 0;
    int64_t passed = 0;
    for (size_t a = 0; a < quality->lines_cap; a++) {
        const wdm_qc_line *line = &quality->lines[a];
        if (!has_data(line))
            continue;
        if (!every && line_severity(line) <= (int)WDM_QC_NOTE) {
            passed++;
            continue;
        }
        if (shown++ == 0)
            say_line(&t, "QC", NULL);
        say_line(&t, quality->config->analytes.rows[a].short_name, line);
    }
    if (passed > 0)
        wdm_buf_printf(out, "  QC     %" PRId64 " analytes passed every check (-v shows them)\n", passed);
    if (c->chart_waiting > 0)
        wdm_buf_printf(
            out,
            "  control charts: %" PRId64
            " controls have too few earlier results and no row in controls.csv; Westgard's rules wait\n",
            c->chart_waiting);
    if (c->inherited > 0)
        wdm_buf_printf(out,
                       "  no control came along, so those of the same laboratory and analysis hold: %" PRId64
                       " findings\n",
                       c->inherited);
    if (c->findings[WDM_QC_NOTE] + c->findings[WDM_QC_ESTIMATE] + c->findings[WDM_QC_FAIL] > 0)
        wdm_buf_printf(out,
                       "  quality control: %" PRId64 " findings fail results, %" PRId64
                       " make them estimates, %" PRId64 " notes (wdm export quality)\n",
                       c->findings[WDM_QC_FAIL], c->findings[WDM_QC_ESTIMATE], c->findings[WDM_QC_NOTE]);
}
