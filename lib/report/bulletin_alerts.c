// SPDX-License-Identifier: GPL-3.0-or-later
// The alert table, one chart per alert, and first detections.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/bulletin_parts.h"
#include "report/figure.h"

enum { TEXT_MAX = 64 * 1024 };

static const char *place_name(const wdm_bulletin *b, const wdm_alert_row *a)
{
    wdm_index region = WDM_NONE;
    if (a->site != WDM_NONE)
        return wdm_words_site(&b->words, a->site);
    region = a->region_id[0] == '\0' ? WDM_NONE : wdm_config_region(b->words.config, a->region_id);
    return region == WDM_NONE ? a->region_id : wdm_words_region(&b->words, region);
}

static void add_alert(const wdm_bulletin *b, const wdm_alert_row *a, wdm_doc *doc)
{
    const wdm_words *w = &b->words;
    const wdm_week_row *row = wdm_bulletin_alert_row(b, a);
    const double baseline = row != NULL && isfinite(row->baseline) ? row->baseline : a->baseline;
    const double value = row != NULL ? row->estimate : a->value;
    const double low = row != NULL ? row->lo95 : a->lo95, high = row != NULL ? row->hi95 : a->hi95;
    char text[WDM_FIGURE_TEXT], day[WDM_DATE_TEXT];
    wdm_buf cell = {0};
    wdm_buf_init(&cell, TEXT_MAX);
    wdm_doc_cell_add(doc, wdm_bulletin_level(b, a))->colour = wdm_doc_keep(doc, a->level);
    (void)wdm_doc_cell_add(doc, place_name(b, a));
    (void)wdm_doc_cell_add(doc, wdm_words_drug(w, a->drug));
    if (row != NULL)
        wdm_bulletin_value(row, &cell);
    else
        wdm_buf_puts(&cell, wdm_figure(value, text));
    (void)wdm_doc_number(doc, wdm_buf_text(&cell));
    (void)wdm_doc_number(doc, wdm_figure_range(low, high, text));
    (void)wdm_doc_number(doc, wdm_figure(baseline, text));
    text[0] = '\0';
    if (isfinite(value / baseline))
        (void)snprintf(text, sizeof text, "%.2f", value / baseline);
    (void)wdm_doc_number(doc, text);
    (void)wdm_doc_number(doc, wdm_figure_count(a->weeks, text));
    wdm_doc_cell_add(doc, a->rule_id)->hint = wdm_doc_keep(doc, wdm_words_of(w, "family.", a->family));
    wdm_doc_cell_add(doc, wdm_day_format(a->opened, day))->colour = "t";
    wdm_buf_clear(&cell);
    wdm_buf_puts(&cell, wdm_words_of(w, "state.", a->state));
    if (a->acknowledged_by[0] != '\0')
        wdm_buf_printf(&cell, ", %s", a->acknowledged_by);
    (void)wdm_doc_cell_add(doc, wdm_buf_text(&cell));
    wdm_buf_fini(&cell);
}

static void add_table(const wdm_bulletin *b, wdm_doc *doc)
{
    static const struct {
        const char *key;
        bool numeric;
    } columns[] = {{"column.level", false},  {"column.site", false},   {"column.drug", false},
                   {"column.load", true},    {"column.total95", true}, {"column.baseline", true},
                   {"column.factor", true},  {"column.weeks", true},   {"column.rule", false},
                   {"column.opened", false}, {"column.state", false}};
    const size_t n = sizeof columns / sizeof columns[0];
    wdm_doc_table(doc, "alerts", wdm_words_get(&b->words, "alerts.heading"), n);
    for (size_t i = 0; i < n; i++)
        wdm_doc_head(doc, wdm_words_get(&b->words, columns[i].key))->numeric = columns[i].numeric;
    for (size_t i = 0; i < b->alerts.n; i++)
        add_alert(b, &b->alerts.rows[i], doc);
}

// Units differ when rules look at different quantities: say each once.
static void add_units(const wdm_bulletin *b, wdm_doc *doc)
{
    for (int quantity = 0; quantity < 4; quantity++) {
        wdm_buf text = {0};
        bool used = false;
        for (size_t i = 0; i < b->alerts.n; i++)
            used = used || (b->alerts.rows[i].key.quantity == quantity && b->alerts.rows[i].key.drug != 0);
        if (!used)
            continue;
        wdm_buf_init(&text, TEXT_MAX);
        WDM_WORDS(&b->words, &text, "alerts.unit", {"quantity", wdm_figure_quantity(&b->words, quantity)},
                  {"unit", wdm_figure_unit(&b->words, quantity)});
        wdm_doc_add(doc, WDM_BLOCK_NOTE, wdm_buf_text(&text));
        wdm_buf_fini(&text);
    }
}

// The reason as the alert stage wrote it is English; in another language it is composed from the alert's
// numbers.
static void put_reason(const wdm_bulletin *b, const wdm_alert_row *a, wdm_buf *out)
{
    const bool level = strcmp(a->family, "level") == 0, baseline = strcmp(a->family, "baseline") == 0;
    char value[WDM_FIGURE_TEXT], base[WDM_FIGURE_TEXT], threshold[WDM_FIGURE_TEXT],
        factor[WDM_FIGURE_TEXT] = "", p[WDM_FIGURE_TEXT] = "";
    if (b->words.lang == WDM_LANG_EN || !(level || (baseline && isfinite(a->factor)))) {
        wdm_buf_puts(out, a->reason);
        return;
    }
    (void)snprintf(factor, sizeof factor, "%.2f", a->factor);
    (void)snprintf(p, sizeof p, "%.2g", a->probability);
    WDM_WORDS(&b->words, out, level ? "reason.level" : "reason.baseline",
              {"value", wdm_figure(a->value, value)}, {"baseline", wdm_figure(a->baseline, base)},
              {"threshold", wdm_figure(a->threshold, threshold)}, {"factor", factor},
              {"p", isfinite(a->probability) ? p : "-"});
}

void wdm_bulletin_alert_section(const wdm_bulletin *b, const wdm_bulletin_chart *charts, wdm_doc *doc)
{
    wdm_doc_add(doc, WDM_BLOCK_HEADING, wdm_words_get(&b->words, "alerts.heading"));
    if (b->alerts.n == 0) {
        wdm_doc_add(
            doc, WDM_BLOCK_PARAGRAPH,
            wdm_words_get(&b->words, b->alert_run.version[0] == '\0' ? "alerts.never_run" : "alerts.none"));
        return;
    }
    add_table(b, doc);
    add_units(b, doc);
    for (size_t i = 0; i < b->alerts.n; i++) {
        const wdm_alert_row *a = &b->alerts.rows[i];
        wdm_buf text = {0}, reason = {0};
        wdm_buf_init(&text, TEXT_MAX);
        wdm_buf_init(&reason, TEXT_MAX);
        if (a->reason[0] != '\0') {
            put_reason(b, a, &reason);
            wdm_buf_printf(&text, b->words.lang == WDM_LANG_ZH ? "%s %s：%s" : "%s, %s: %s", place_name(b, a),
                           wdm_words_drug(&b->words, a->drug), wdm_buf_text(&reason));
            wdm_doc_add(doc, WDM_BLOCK_ITEM, wdm_buf_text(&text));
        }
        wdm_buf_fini(&reason);
        wdm_buf_fini(&text);
    }
    for (size_t i = 0; charts != NULL && i < b->alerts.n; i++) {
        char path[300] = "";
        if (charts[i].file[0] == '\0')
            continue;
        (void)snprintf(path, sizeof path, "charts/%s", charts[i].file);
        wdm_doc_picture(doc, wdm_buf_text(&charts[i].title), path, charts[i].svg.data, charts[i].svg.len);
    }
}

void wdm_bulletin_first_section(const wdm_bulletin *b, wdm_doc *doc)
{
    if (b->firsts.n == 0)
        return;
    wdm_doc_add(doc, WDM_BLOCK_HEADING, wdm_words_get(&b->words, "first.heading"));
    for (size_t i = 0; i < b->firsts.n; i++) {
        const wdm_first_row *f = &b->firsts.rows[i];
        char weeks[WDM_FIGURE_TEXT];
        wdm_buf text = {0};
        wdm_buf_init(&text, TEXT_MAX);
        WDM_WORDS(&b->words, &text, f->anywhere ? "first.anywhere" : "first.here",
                  {"site", wdm_words_site(&b->words, f->site)}, {"drug", wdm_words_drug(&b->words, f->drug)},
                  {"biomarker", f->biomarker_id}, {"weeks", wdm_figure_count(f->weeks_before, weeks)});
        wdm_doc_add(doc, WDM_BLOCK_ITEM, wdm_buf_text(&text));
        wdm_buf_fini(&text);
    }
    wdm_doc_add(doc, WDM_BLOCK_NOTE, wdm_words_get(&b->words, "first.note"));
}
