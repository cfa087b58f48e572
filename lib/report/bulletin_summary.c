// SPDX-License-Identifier: GPL-3.0-or-later
// The summary that `wdm report` prints: one screen of text.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/text.h"
#include "report/bulletin_parts.h"
#include "report/clean.h"
#include "report/figure.h"
#include "report/spark.h"

enum { SPARK_WEEKS = 26, TEXT_MAX = 64 * 1024, REGION_LINES_MAX = 24, ALERT_LINES_MAX = 20 };

// Appends text padded to width terminal columns, on the left or on the right.
static void put_padded(wdm_buf *out, const char *text, size_t width, bool right)
{
    wdm_buf clean = {0};
    size_t used = 0;
    wdm_buf_init(&clean, TEXT_MAX);
    wdm_clean_put(&clean, text);
    used = wdm_text_width(wdm_buf_text(&clean));
    if (!right)
        wdm_buf_puts(out, wdm_buf_text(&clean));
    for (; used < width; used++)
        wdm_buf_puts(out, " ");
    if (right)
        wdm_buf_puts(out, wdm_buf_text(&clean));
    wdm_buf_fini(&clean);
}

// A sentence for a terminal: its no-break spaces become plain ones, so that it can be searched.
static void put_sentence(wdm_buf *out, const wdm_buf *sentence)
{
    const char *p = wdm_buf_text(sentence);
    for (const char *at = strstr(p, "\xc2\xa0"); at != NULL; at = strstr(p, "\xc2\xa0")) {
        for (const char *q = p; q < at;) {
            char piece[8] = {0};
            q = wdm_clean_next(q, piece);
            wdm_buf_puts(out, piece);
        }
        wdm_buf_puts(out, " ");
        p = at + 2;
    }
    wdm_clean_put(out, p);
}

static void put_head(const wdm_bulletin *b, wdm_buf *out)
{
    wdm_buf title = {0}, coverage = {0};
    wdm_buf_init(&title, TEXT_MAX);
    wdm_buf_init(&coverage, TEXT_MAX);
    wdm_bulletin_title(b, &title);
    wdm_bulletin_coverage(b, &coverage);
    wdm_buf_printf(out, "%s\n  ", wdm_buf_text(&title));
    put_sentence(out, &coverage);
    wdm_buf_puts(out, "\n  ");
    wdm_buf_clear(&title);
    wdm_bulletin_headline(b, &title);
    put_sentence(out, &title);
    wdm_buf_puts(out, "\n");
    wdm_buf_clear(&title);
    wdm_changes_sentence(&b->changes, &b->words, &title);
    if (title.len > 0) {
        wdm_buf_puts(out, "  ");
        put_sentence(out, &title);
        wdm_buf_puts(out, "\n");
    }
    wdm_buf_fini(&title);
    wdm_buf_fini(&coverage);
}

static void put_change(const wdm_bulletin *b, wdm_buf *out, double percent, const char *word)
{
    char text[WDM_FIGURE_TEXT], cell[2 * WDM_FIGURE_TEXT] = "";
    const char *sign = strcmp(word, "up") == 0     ? "▲"
                       : strcmp(word, "down") == 0 ? "▼"
                       : word[0] == 's'            ? "="
                                                   : " ";
    (void)b;
    if (isfinite(percent))
        (void)snprintf(cell, sizeof cell, "%s %s", wdm_figure_percent(percent, text), sign);
    put_padded(out, cell, 14, true);
}

static void put_region(const wdm_bulletin *b, wdm_buf *out, const wdm_region_line *line)
{
    const wdm_region_row *row = line->mass != NULL ? line->mass : line->rate;
    char text[WDM_FIGURE_TEXT], cell[WDM_FIGURE_TEXT + 8] = "";
    wdm_buf_puts(out, "  ");
    put_padded(out, wdm_words_drug(&b->words, row->drug), 24, false);
    if (line->mass == NULL)
        (void)snprintf(cell, sizeof cell, "-");
    else if (isfinite(row->estimate))
        (void)snprintf(cell, sizeof cell, "%s", wdm_figure(row->estimate, text));
    else if (isfinite(row->bound_high))
        (void)snprintf(cell, sizeof cell, "<= %s", wdm_figure(row->bound_high, text));
    put_padded(out, cell, 12, true);
    put_padded(out, line->mass == NULL ? "" : wdm_figure_range(row->lo95, row->hi95, text), 20, true);
    put_change(b, out, line->prev_pct, line->prev_word);
    put_change(b, out, line->year_pct, line->year_word);
    wdm_buf_printf(out, "   %d %d %d\n", line->up, line->same, line->down);
}

static void put_regions(const wdm_bulletin *b, wdm_buf *out)
{
    static const struct {
        const char *key;
        size_t width;
        bool right;
    } heads[] = {{"column.drug", 24, false},
                 {"column.kg_week", 12, true},
                 {"column.total95", 20, true},
                 {"column.prev", 14, true},
                 {"column.year", 14, true}};
    wdm_index region = WDM_NONE;
    wdm_region_line line;
    for (size_t k = 0; k < REGION_LINES_MAX && wdm_bulletin_region_line(b, k, &line); k++) {
        const wdm_region_row *row = line.mass != NULL ? line.mass : line.rate;
        if (row->region != region) {
            wdm_buf_puts(out, "\n  ");
            wdm_clean_put(out, wdm_words_region(&b->words, row->region));
            wdm_buf_puts(out, "\n  ");
            for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
                put_padded(out, wdm_words_get(&b->words, heads[i].key), heads[i].width, heads[i].right);
            wdm_buf_puts(out, "   ▲ = ▼\n");
        }
        region = row->region;
        put_region(b, out, &line);
    }
}

static wdm_rc put_spark(const wdm_bulletin *b, wdm_buf *out, const wdm_alert_row *a, wdm_err *err)
{
    wdm_series_point points[SPARK_WEEKS];
    double values[SPARK_WEEKS];
    wdm_arena arena = WDM_ARENA_INIT;
    wdm_rc rc = WDM_OK;
    if (a->key.site == 0 || a->key.biomarker == 0)
        return WDM_OK;
    rc = wdm_report_series(b->store, &a->key, b->week - SPARK_WEEKS + 1, SPARK_WEEKS, &arena, points, err);
    for (size_t i = 0; i < SPARK_WEEKS && rc == WDM_OK; i++)
        values[i] = points[i].present && !isfinite(points[i].estimate) ? -1.0 : points[i].estimate;
    if (rc == WDM_OK)
        wdm_spark_put(out, values, SPARK_WEEKS);
    wdm_arena_fini(&arena);
    return rc;
}

static wdm_rc put_alert(const wdm_bulletin *b, wdm_buf *out, const wdm_alert_row *a, wdm_err *err)
{
    const wdm_week_row *row = wdm_bulletin_alert_row(b, a);
    const double baseline = row != NULL && isfinite(row->baseline) ? row->baseline : a->baseline;
    const double value = row != NULL ? row->estimate : a->value;
    char text[WDM_FIGURE_TEXT];
    wdm_buf cell = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&cell, TEXT_MAX);
    if (row != NULL)
        wdm_bulletin_value(row, &cell);
    else
        wdm_buf_puts(&cell, wdm_figure(value, text));
    wdm_buf_puts(out, "  ");
    put_padded(out, wdm_bulletin_level(b, a), 10, false);
    put_padded(out, a->site == WDM_NONE ? a->region_id : wdm_words_site(&b->words, a->site), 18, false);
    put_padded(out, wdm_words_drug(&b->words, a->drug), 22, false);
    put_padded(out, wdm_buf_text(&cell), 9, true);
    put_padded(out, row == NULL ? "" : wdm_figure_range(row->lo95, row->hi95, text), 16, true);
    put_padded(out, wdm_figure(baseline, text), 10, true);
    text[0] = '\0';
    if (isfinite(value / baseline))
        (void)snprintf(text, sizeof text, "%.2f", value / baseline);
    put_padded(out, text, 12, true);
    put_padded(out, wdm_figure_count(a->weeks, text), 7, true);
    wdm_buf_puts(out, "  ");
    rc = put_spark(b, out, a, err);
    wdm_buf_puts(out, "\n");
    wdm_buf_fini(&cell);
    return rc;
}

static wdm_rc put_alerts(const wdm_bulletin *b, wdm_buf *out, wdm_err *err)
{
    static const struct {
        const char *key;
        size_t width;
        bool right;
    } heads[] = {{"column.level", 10, false}, {"column.site", 18, false},   {"column.drug", 22, false},
                 {"column.value", 9, true},   {"column.total95", 16, true}, {"column.baseline", 10, true},
                 {"column.factor", 12, true}, {"column.weeks", 7, true}};
    wdm_rc rc = WDM_OK;
    if (b->alerts.n == 0)
        return WDM_OK;
    wdm_buf_puts(out, "\n  ");
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        put_padded(out, wdm_words_get(&b->words, heads[i].key), heads[i].width, heads[i].right);
    wdm_buf_printf(out, "  %s\n", wdm_words_get(&b->words, "column.spark"));
    for (size_t i = 0; i < b->alerts.n && i < ALERT_LINES_MAX && rc == WDM_OK; i++)
        rc = put_alert(b, out, &b->alerts.rows[i], err);
    if (b->alerts.n > ALERT_LINES_MAX) {
        char n[WDM_FIGURE_TEXT];
        wdm_buf_puts(out, "  ");
        WDM_WORDS(&b->words, out, "summary.more",
                  {"n", wdm_figure_count((long long)b->alerts.n - ALERT_LINES_MAX, n)});
        wdm_buf_puts(out, "\n");
    }
    return rc;
}

wdm_rc wdm_bulletin_summary(const wdm_bulletin *b, wdm_buf *out, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    put_head(b, out);
    put_regions(b, out);
    rc = put_alerts(b, out, err);
    if (rc == WDM_OK)
        rc = wdm_buf_check(out, err);
    return rc;
}
