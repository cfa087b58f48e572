// SPDX-License-Identifier: GPL-3.0-or-later
// Headline, coverage and the order of the sections.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/bulletin_parts.h"
#include "report/figure.h"

enum { SENTENCE_MAX = 256 * 1024 };

void wdm_bulletin_value(const wdm_week_row *row, wdm_buf *out)
{
    char figure[WDM_FIGURE_TEXT];
    if (row == NULL)
        return;
    if (isfinite(row->estimate))
        wdm_buf_puts(out, wdm_figure(row->estimate, figure));
    else if (isfinite(row->limit))
        wdm_buf_printf(out, "< %s", wdm_figure(row->limit, figure));
    else if (wdm_bulletin_below(row))
        wdm_buf_puts(out, "< ?");
    else if (row->bound_low > 0.0 && isfinite(row->bound_high))
        wdm_buf_puts(out, wdm_figure_range(row->bound_low, row->bound_high, figure));
    else if (isfinite(row->bound_high))
        wdm_buf_printf(out, "≤ %s", wdm_figure(row->bound_high, figure));
}

void wdm_bulletin_title(const wdm_bulletin *b, wdm_buf *out)
{
    char week[WDM_DATE_TEXT];
    wdm_buf span = {0};
    wdm_buf_init(&span, SENTENCE_MAX);
    wdm_figure_week_span(&b->words, &span, b->week);
    WDM_WORDS(&b->words, out, "report.title", {"week", wdm_figure_week(b->week, week)},
              {"span", wdm_buf_text(&span)});
    wdm_buf_fini(&span);
}

// The worst alert is the first of a site and drug with values: alerts come sorted.
static const wdm_alert_row *worst_alert(const wdm_bulletin *b)
{
    for (size_t i = 0; i < b->alerts.n; i++) {
        if (b->alerts.rows[i].site != WDM_NONE && b->alerts.rows[i].drug != WDM_NONE)
            return &b->alerts.rows[i];
    }
    return NULL;
}

void wdm_bulletin_headline(const wdm_bulletin *b, wdm_buf *out)
{
    const wdm_bulletin_counts c = wdm_bulletin_count(b);
    const wdm_alert_row *worst = worst_alert(b);
    const wdm_week_row *row = worst == NULL ? NULL : wdm_bulletin_alert_row(b, worst);
    const wdm_words *w = &b->words;
    double factor = row != NULL ? row->estimate / row->baseline : (double)NAN;
    char n[WDM_FIGURE_TEXT], all[WDM_FIGURE_TEXT], f[WDM_FIGURE_TEXT], weeks[WDM_FIGURE_TEXT];
    if (c.series == 0) {
        wdm_buf_puts(out, wdm_words_get(w, "headline.no_data"));
        return;
    }
    (void)wdm_figure_count(c.in_alert, n);
    (void)wdm_figure_count(c.series, all);
    if (worst == NULL) {
        WDM_WORDS(w, out, b->alert_run.version[0] == '\0' ? "headline.unjudged" : "headline.calm",
                  {"all", all});
        return;
    }
    WDM_WORDS(w, out, "headline.alerts", {"n", n}, {"all", all});
    if (!isfinite(factor))
        factor = worst->factor;
    (void)snprintf(f, sizeof f, "%.1f", factor);
    (void)wdm_figure_count(worst->weeks, weeks);
    if (w->lang == WDM_LANG_EN)
        wdm_buf_puts(out, " ");
    WDM_WORDS(w, out, isfinite(factor) ? "headline.worst" : "headline.worst_no_factor",
              {"site", wdm_words_site(w, worst->site)}, {"drug", wdm_words_drug(w, worst->drug)},
              {"factor", f}, {"weeks", weeks}, {"level", wdm_bulletin_level(b, worst)});
}

static void put_names(const wdm_bulletin *b, wdm_buf *out, bool (*take)(const wdm_bulletin *, size_t))
{
    const char *comma = "";
    for (size_t s = 0; s < b->n_sites; s++) {
        if (!take(b, s))
            continue;
        wdm_buf_puts(out, comma);
        wdm_buf_puts(out, wdm_words_site(&b->words, b->sites[s]));
        comma = wdm_words_get(&b->words, "list.comma");
        comma = strcmp(comma, ",") == 0 ? ", " : comma; // table cells are trimmed
    }
}

static bool is_missing(const wdm_bulletin *b, size_t site)
{
    return !wdm_bulletin_site_reports(b, site);
}

static bool is_provisional(const wdm_bulletin *b, size_t site)
{
    for (size_t d = 0; d < b->n_drugs; d++) {
        const wdm_week_row *row = wdm_bulletin_shown(b, site, d);
        if (row != NULL && wdm_bulletin_provisional(row))
            return true;
    }
    return false;
}

void wdm_bulletin_coverage(const wdm_bulletin *b, wdm_buf *out)
{
    const wdm_bulletin_counts c = wdm_bulletin_count(b);
    char n[WDM_FIGURE_TEXT], all[WDM_FIGURE_TEXT], samples[WDM_FIGURE_TEXT], people[WDM_FIGURE_TEXT];
    WDM_WORDS(
        &b->words, out, c.samples > 0 || c.sites_reporting == 0 ? "coverage.samples" : "coverage.published",
        {"n", wdm_figure_count(c.sites_reporting, n)}, {"all", wdm_figure_count(c.sites_expected, all)},
        {"samples", wdm_figure_count(c.samples, samples)}, {"people", wdm_figure_persons(c.persons, people)});
}

static void add_names(const wdm_bulletin *b, wdm_doc *doc, const char *key,
                      bool (*take)(const wdm_bulletin *, size_t))
{
    wdm_buf names = {0}, sentence = {0};
    wdm_buf_init(&names, SENTENCE_MAX);
    wdm_buf_init(&sentence, SENTENCE_MAX);
    put_names(b, &names, take);
    if (names.len > 0) {
        WDM_WORDS(&b->words, &sentence, key, {"names", wdm_buf_text(&names)});
        wdm_doc_add(doc, WDM_BLOCK_PARAGRAPH, wdm_buf_text(&sentence));
    }
    wdm_buf_fini(&names);
    wdm_buf_fini(&sentence);
}

// Results that quality control failed are missing, and missing is never normal: it is said at the top.
static void add_failed(const wdm_bulletin *b, wdm_doc *doc)
{
    char count[WDM_FIGURE_TEXT];
    wdm_buf names = {0}, sentence = {0};
    const char *comma = "";
    int n = 0;
    wdm_buf_init(&names, SENTENCE_MAX);
    wdm_buf_init(&sentence, SENTENCE_MAX);
    for (size_t i = 0; i < b->limits.n; i++) {
        const wdm_limit_row *r = &b->limits.rows[i];
        if (r->n_failed == 0)
            continue;
        n += r->n_failed;
        wdm_buf_puts(&names, comma);
        wdm_buf_puts(&names, b->words.lang == WDM_LANG_ZH && r->name_zh[0] != '\0' ? r->name_zh : r->name);
        comma = ", ";
    }
    if (n > 0) {
        WDM_WORDS(&b->words, &sentence, "coverage.failed", {"n", wdm_figure_count(n, count)},
                  {"names", wdm_buf_text(&names)});
        wdm_doc_add(doc, WDM_BLOCK_PARAGRAPH, wdm_buf_text(&sentence));
    }
    wdm_buf_fini(&names);
    wdm_buf_fini(&sentence);
}

static void add_top(const wdm_bulletin *b, wdm_doc *doc)
{
    wdm_buf text = {0};
    wdm_buf_init(&text, SENTENCE_MAX);
    wdm_bulletin_headline(b, &text);
    wdm_doc_add(doc, WDM_BLOCK_LEAD, wdm_buf_text(&text));
    wdm_buf_clear(&text);
    wdm_bulletin_coverage(b, &text);
    wdm_doc_add(doc, WDM_BLOCK_PARAGRAPH, wdm_buf_text(&text));
    add_names(b, doc, "coverage.missing", is_missing);
    add_names(b, doc, "coverage.provisional", is_provisional);
    add_failed(b, doc);
    wdm_buf_fini(&text);
}

wdm_rc wdm_bulletin_document(const wdm_bulletin *b, const wdm_bulletin_chart *charts, wdm_doc *doc,
                             wdm_err *err)
{
    wdm_buf title = {0};
    wdm_buf_init(&title, SENTENCE_MAX);
    wdm_bulletin_title(b, &title);
    doc->title = wdm_doc_keep(doc, wdm_buf_text(&title));
    doc->lang = b->words.lang == WDM_LANG_ZH ? "zh-CN" : "en";
    wdm_buf_fini(&title);
    add_top(b, doc);
    if (b->n_drugs > 0)
        wdm_bulletin_heat(b, doc);
    wdm_bulletin_alert_section(b, charts, doc);
    wdm_bulletin_changes_section(b, doc);
    wdm_bulletin_ranks(b, doc);
    wdm_bulletin_region_section(b, doc);
    wdm_bulletin_first_section(b, doc);
    wdm_bulletin_indicator_section(b, doc);
    wdm_bulletin_quality_section(b, doc);
    wdm_bulletin_method_section(b, doc);
    return wdm_doc_check(doc, err);
}
