// SPDX-License-Identifier: GPL-3.0-or-later
// Data quality and the method note.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/flags.h"
#include "report/alert_picture.h"
#include "report/bulletin_parts.h"
#include "report/figure.h"

enum { TEXT_MAX = 256 * 1024 };

typedef struct column {
    const char *key;
    bool numeric;
} column;

static void begin_table(const wdm_bulletin *b, wdm_doc *doc, const char *caption_key, const column *columns,
                        size_t n)
{
    wdm_doc_table(doc, "plain", wdm_words_get(&b->words, caption_key), n);
    for (size_t i = 0; i < n; i++)
        wdm_doc_head(doc, wdm_words_get(&b->words, columns[i].key))->numeric = columns[i].numeric;
}

static void add_batches(const wdm_bulletin *b, wdm_doc *doc)
{
    static const column columns[] = {{"column.batch", false},    {"column.file", false},
                                     {"column.rows", true},      {"column.stored", true},
                                     {"column.corrected", true}, {"column.conflict", true},
                                     {"column.rejected", true},  {"column.in_week", true}};
    begin_table(b, doc, "quality.batches", columns, 8);
    for (size_t i = 0; i < b->batches.n; i++) {
        const wdm_batch_row *r = &b->batches.rows[i];
        const int64_t numbers[] = {r->rows, r->stored, r->corrected, r->conflict, r->rejected, r->in_week};
        char text[WDM_FIGURE_TEXT];
        (void)wdm_doc_cell_add(doc, r->name);
        (void)wdm_doc_cell_add(doc, r->file);
        for (size_t k = 0; k < 6; k++)
            (void)wdm_doc_number(doc, wdm_figure_count(numbers[k], text));
    }
}

static void add_limits(const wdm_bulletin *b, wdm_doc *doc)
{
    static const column columns[] = {{"column.analyte", false},  {"column.results", true},
                                     {"column.below_loq", true}, {"column.not_detected", true},
                                     {"column.loq", true},       {"column.lab", false},
                                     {"column.method", false}};
    begin_table(b, doc, "quality.limits", columns, 7);
    for (size_t i = 0; i < b->limits.n; i++) {
        const wdm_limit_row *r = &b->limits.rows[i];
        const char *name = b->words.lang == WDM_LANG_ZH && r->name_zh[0] != '\0' ? r->name_zh : r->name;
        char text[WDM_FIGURE_TEXT] = "";
        (void)wdm_doc_cell_add(doc, name[0] == '\0' ? r->analyte_id : name);
        (void)wdm_doc_number(doc, wdm_figure_count(r->n, text));
        (void)snprintf(text, sizeof text, "%.0f %%", 100.0 * r->n_below / r->n);
        (void)wdm_doc_number(doc, text);
        (void)snprintf(text, sizeof text, "%.0f %%", 100.0 * r->n_not_detected / r->n);
        (void)wdm_doc_number(doc, text);
        (void)wdm_doc_number(doc, wdm_figure_limits(r->loq_low, r->loq_high, text));
        (void)wdm_doc_cell_add(doc, r->labs);
        (void)wdm_doc_cell_add(doc, r->methods);
    }
}

// How many of the week's series carry each flag of the estimate.
static void add_flags(const wdm_bulletin *b, wdm_doc *doc)
{
    for (int bit = 0; bit < 63; bit++) {
        wdm_buf text = {0}, name = {0};
        char n[WDM_FIGURE_TEXT];
        int count = 0;
        for (size_t s = 0; s < b->n_sites; s++) {
            for (size_t d = 0; d < b->n_drugs; d++) {
                const wdm_week_row *row = wdm_bulletin_shown(b, s, d);
                count += row != NULL && (row->flags & (INT64_C(1) << bit)) != 0 ? 1 : 0;
            }
        }
        if (count == 0)
            continue;
        wdm_buf_init(&text, TEXT_MAX);
        wdm_buf_init(&name, TEXT_MAX);
        wdm_flags_print((int64_t)1 << bit, &name);
        WDM_WORDS(&b->words, &text, "quality.flag", {"n", wdm_figure_count(count, n)},
                  {"flag", wdm_words_of(&b->words, "flag.", wdm_buf_text(&name))});
        wdm_doc_add(doc, WDM_BLOCK_ITEM, wdm_buf_text(&text));
        wdm_buf_fini(&name);
        wdm_buf_fini(&text);
    }
}

// Sites of the week that lie upstream of another one, each with that one.
static void add_upstream(const wdm_bulletin *b, wdm_doc *doc)
{
    const wdm_config *config = b->words.config;
    const char *comma = wdm_words_get(&b->words, "list.comma");
    wdm_buf list = {0};
    wdm_buf text = {0};
    wdm_buf_init(&list, TEXT_MAX);
    for (size_t s = 0; s < b->n_sites; s++) {
        const wdm_index parent = wdm_config_site(config, config->sites.rows[b->sites[s]].parent_site_id);
        if (parent == WDM_NONE)
            continue;
        if (list.len > 0) // table cells are trimmed
            wdm_buf_puts(&list, strcmp(comma, ",") == 0 ? ", " : comma);
        WDM_WORDS(&b->words, &list, "quality.upstream_of", {"site", wdm_words_site(&b->words, b->sites[s])},
                  {"parent", wdm_words_site(&b->words, parent)});
    }
    if (list.len > 0) {
        wdm_buf_init(&text, TEXT_MAX);
        WDM_WORDS(&b->words, &text, "quality.upstream", {"sites", wdm_buf_text(&list)});
        wdm_doc_add(doc, WDM_BLOCK_PARAGRAPH, wdm_buf_text(&text));
        wdm_buf_fini(&text);
    }
    wdm_buf_fini(&list);
}

void wdm_bulletin_quality_section(const wdm_bulletin *b, wdm_doc *doc)
{
    const wdm_bulletin_counts c = wdm_bulletin_count(b);
    wdm_buf text = {0};
    char n[WDM_FIGURE_TEXT], all[WDM_FIGURE_TEXT], provisional[WDM_FIGURE_TEXT],
        percent[WDM_FIGURE_TEXT] = "";
    wdm_doc_add(doc, WDM_BLOCK_HEADING, wdm_words_get(&b->words, "quality.heading"));
    if (c.series > 0) {
        wdm_buf_init(&text, TEXT_MAX);
        (void)snprintf(percent, sizeof percent, "%.0f %%", 100.0 * c.censored / c.series);
        WDM_WORDS(&b->words, &text, "quality.censored", {"n", wdm_figure_count(c.censored, n)},
                  {"all", wdm_figure_count(c.series, all)}, {"percent", percent},
                  {"provisional", wdm_figure_count(c.provisional, provisional)});
        wdm_doc_add(doc, WDM_BLOCK_PARAGRAPH, wdm_buf_text(&text));
        wdm_buf_fini(&text);
    }
    add_flags(b, doc);
    add_upstream(b, doc);
    if (b->batches.n > 0) {
        wdm_doc_add(doc, WDM_BLOCK_SUBHEAD, wdm_words_get(&b->words, "quality.batches"));
        add_batches(b, doc);
    } else {
        wdm_doc_add(doc, WDM_BLOCK_PARAGRAPH, wdm_words_get(&b->words, "quality.no_batches"));
    }
    if (b->limits.n > 0) {
        wdm_doc_add(doc, WDM_BLOCK_SUBHEAD, wdm_words_get(&b->words, "quality.limits"));
        add_limits(b, doc);
    }
}

// ---- method

static void add_factors(const wdm_bulletin *b, wdm_doc *doc)
{
    static const column columns[] = {{"column.drug", false},     {"column.biomarker", false},
                                     {"column.factor_f", false}, {"column.confidence", false},
                                     {"column.headline", false}, {"column.source", false}};
    static const char *const confidence[] = {"confidence.high", "confidence.medium", "confidence.low"};
    const wdm_config *c = b->words.config;
    const wdm_day day = wdm_week_monday(b->week) + 3;
    begin_table(b, doc, "method.factors", columns, 6);
    for (size_t i = 0; i < c->excretion.n; i++) {
        const wdm_excretion *e = &c->excretion.rows[i];
        wdm_buf text = {0};
        bool used = false;
        for (size_t k = 0; k < b->rows.n; k++)
            used = used || (b->rows.rows[k].drug == e->drug && b->rows.rows[k].biomarker == e->biomarker);
        if (!used || wdm_config_excretion(c, e->drug, e->biomarker, day) != e)
            continue;
        wdm_buf_init(&text, TEXT_MAX);
        wdm_excretion_put(&b->words, &text, e->drug, e->biomarker, day);
        (void)wdm_doc_cell_add(doc, wdm_words_drug(&b->words, e->drug));
        (void)wdm_doc_cell_add(doc, c->analytes.rows[e->biomarker].analyte_id);
        (void)wdm_doc_cell_add(doc,
                               text.len > 0 ? wdm_buf_text(&text) : wdm_words_get(&b->words, "factor.none"));
        (void)wdm_doc_cell_add(doc, wdm_words_get(&b->words, confidence[e->confidence]));
        (void)wdm_doc_cell_add(
            doc, wdm_words_get(&b->words, e->headline_load ? "headline.load" : "headline.consumption"));
        (void)wdm_doc_cell_add(doc, e->source);
        wdm_buf_fini(&text);
    }
}

// A site that markers count at: the people of the week, its policy, the source of its marker.
static void add_policy(const wdm_bulletin *b, size_t s, wdm_doc *doc)
{
    const wdm_config *c = b->words.config;
    const wdm_policy policy = wdm_config_policy(c, b->sites[s]);
    const bool one = policy.kind == WDM_POLICY_MARKER;
    const wdm_marker *m = one ? wdm_config_marker(c, c->marker_methods.rows[policy.method].analyte,
                                                  b->sites[s], wdm_week_monday(b->week) + 3)
                              : NULL;
    char text[WDM_FIGURE_TEXT] = "";
    double people = (double)NAN;
    for (size_t d = 0; d < b->n_drugs && isnan(people); d++) {
        const wdm_week_row *row = wdm_bulletin_shown(b, s, d);
        people = row == NULL ? (double)NAN : row->population;
    }
    (void)wdm_doc_number(doc, wdm_figure_persons(people, text));
    text[0] = '\0';
    if (m != NULL && isfinite(m->u_rel))
        (void)snprintf(text, sizeof text, "%.0f %%", 100.0 * m->u_rel);
    (void)wdm_doc_number(doc, text);
    (void)wdm_doc_cell_add(doc, one ? c->marker_methods.rows[policy.method].method : "combined");
    (void)wdm_doc_cell_add(doc, m == NULL ? "" : m->source);
}

static void add_populations(const wdm_bulletin *b, wdm_doc *doc)
{
    static const column columns[] = {{"column.site", false},
                                     {"column.people", true},
                                     {"column.u", true},
                                     {"column.method", false},
                                     {"column.source", false}};
    const wdm_config *c = b->words.config;
    begin_table(b, doc, "method.population", columns, 5);
    for (size_t s = 0; s < b->n_sites; s++) {
        const wdm_population *p = wdm_config_population(c, b->sites[s], wdm_week_monday(b->week) + 3);
        char text[WDM_FIGURE_TEXT] = "";
        (void)wdm_doc_cell_add(doc, wdm_words_site(&b->words, b->sites[s]));
        if (wdm_config_policy(c, b->sites[s]).kind != WDM_POLICY_STATIC) {
            add_policy(b, s, doc);
            continue;
        }
        (void)wdm_doc_number(doc, wdm_figure_persons(p == NULL ? (double)NAN : p->population, text));
        text[0] = '\0';
        if (p != NULL && isfinite(p->u_rel))
            (void)snprintf(text, sizeof text, "%.0f %%", 100.0 * p->u_rel);
        (void)wdm_doc_number(doc, text);
        (void)wdm_doc_cell_add(doc, p == NULL ? "" : p->method);
        (void)wdm_doc_cell_add(doc, p == NULL ? "" : p->source);
    }
}

static void add_run(const wdm_bulletin *b, wdm_doc *doc, const char *stage, const wdm_run_row *run)
{
    wdm_buf text = {0};
    if (run->version[0] == '\0')
        return;
    wdm_buf_init(&text, TEXT_MAX);
    WDM_WORDS(&b->words, &text, "method.run", {"stage", stage}, {"version", run->version},
              {"at", run->finished_at}, {"parameters", run->parameters[0] == '\0' ? "-" : run->parameters});
    wdm_doc_add(doc, WDM_BLOCK_ITEM, wdm_buf_text(&text));
    wdm_buf_fini(&text);
}

void wdm_bulletin_method_section(const wdm_bulletin *b, wdm_doc *doc)
{
    static const char *const paragraphs[] = {"method.formula", "method.intervals", "method.censoring",
                                             "method.week", "method.baseline"};
    wdm_buf text = {0};
    char day[WDM_DATE_TEXT];
    wdm_doc_add(doc, WDM_BLOCK_HEADING, wdm_words_get(&b->words, "method.heading"));
    for (size_t i = 0; i < sizeof paragraphs / sizeof paragraphs[0]; i++)
        wdm_doc_add(doc, WDM_BLOCK_PARAGRAPH, wdm_words_get(&b->words, paragraphs[i]));
    if (b->rows.n > 0) {
        wdm_doc_add(doc, WDM_BLOCK_SUBHEAD, wdm_words_get(&b->words, "method.factors"));
        add_factors(b, doc);
    }
    wdm_doc_add(doc, WDM_BLOCK_SUBHEAD, wdm_words_get(&b->words, "method.population"));
    add_populations(b, doc);
    wdm_doc_add(doc, WDM_BLOCK_SUBHEAD, wdm_words_get(&b->words, "method.provenance"));
    add_run(b, doc, "estimate", &b->estimate_run);
    add_run(b, doc, "trend", &b->trend_run);
    add_run(b, doc, "alert", &b->alert_run);
    wdm_buf_init(&text, TEXT_MAX);
    WDM_WORDS(&b->words, &text, "method.report", {"version", wdm_version()},
              {"as_of", wdm_day_format(b->as_of, day)}, {"factor_set", b->words.config->factor_set},
              {"hash", b->estimate_run.input_hash[0] == '\0' ? "-" : b->estimate_run.input_hash});
    wdm_doc_add(doc, WDM_BLOCK_NOTE, wdm_buf_text(&text));
    wdm_buf_fini(&text);
}
