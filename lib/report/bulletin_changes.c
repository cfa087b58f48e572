// SPDX-License-Identifier: GPL-3.0-or-later
// Changes since the last report: what was corrected, undone or came late, and which published figures differ.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/bulletin_parts.h"
#include "report/figure.h"
#include "wbe/factor.h"

enum { TEXT_MAX = 64 * 1024, ROWS_MAX = 20 };

typedef struct column {
    const char *key;
    bool numeric;
} column;

static void begin_table(const wdm_bulletin *b, wdm_doc *doc, const char *caption_key, const column *columns,
                        size_t n)
{
    wdm_doc_add(doc, WDM_BLOCK_SUBHEAD, wdm_words_get(&b->words, caption_key));
    wdm_doc_table(doc, "plain region", wdm_words_get(&b->words, caption_key), n);
    for (size_t i = 0; i < n; i++)
        wdm_doc_head(doc, wdm_words_get(&b->words, columns[i].key))->numeric = columns[i].numeric;
}

static void add_note(const wdm_bulletin *b, wdm_doc *doc, const char *key, size_t n)
{
    char text[WDM_FIGURE_TEXT];
    wdm_buf note = {0};
    wdm_buf_init(&note, TEXT_MAX);
    WDM_WORDS(&b->words, &note, key, {"n", wdm_figure_count((long long)n, text)});
    wdm_doc_add(doc, WDM_BLOCK_NOTE, wdm_buf_text(&note));
    wdm_buf_fini(&note);
}

static const char *site_name(const wdm_bulletin *b, const char *site_id)
{
    const wdm_index site = wdm_config_site(b->words.config, site_id);
    return site == WDM_NONE ? site_id : wdm_words_site(&b->words, site);
}

static const char *region_name(const wdm_bulletin *b, const char *region_id)
{
    const wdm_index region = wdm_config_region(b->words.config, region_id);
    return region == WDM_NONE ? region_id : wdm_words_region(&b->words, region);
}

static const char *drug_name(const wdm_bulletin *b, const char *drug_id)
{
    const wdm_index drug = wdm_config_drug(b->words.config, drug_id);
    return drug == WDM_NONE ? drug_id : wdm_words_drug(&b->words, drug);
}

// ---- figures

// One quantity stands for a place and drug: what the bulletin shows first for them.
static bool stands_first(const wdm_bulletin *b, const wdm_reported_figure *f)
{
    const wdm_config *c = b->words.config;
    const wdm_index drug = wdm_config_drug(c, f->drug_id), biomarker = wdm_config_analyte(c, f->biomarker_id);
    const wdm_excretion *e = drug == WDM_NONE || biomarker == WDM_NONE
                                 ? NULL
                                 : wdm_config_excretion(c, drug, biomarker, wdm_week_monday(f->week) + 3);
    const bool load = e == NULL || e->headline_load;
    const wdm_quantity wanted = load ? WDM_Q_NORMALISED_LOAD : f->is_region ? WDM_Q_MASS : WDM_Q_CONSUMPTION;
    return f->quantity == (int)wanted && (e == NULL || e->primary);
}

// A region with just the sites of one region inside it says nothing new.
static bool repeats_child(const wdm_bulletin *b, const wdm_reported_figure *f)
{
    const wdm_config *c = b->words.config;
    for (size_t i = 0; i < b->changes.figures.n && f->is_region; i++) {
        const wdm_reported_figure *other = &b->changes.figures.rows[i];
        const wdm_index region = other->is_region ? wdm_config_region(c, other->place_id) : WDM_NONE;
        if (region != WDM_NONE && other->week == f->week && other->drug == f->drug &&
            other->biomarker == f->biomarker && other->quantity == f->quantity &&
            strcmp(c->regions.rows[region].parent_id, f->place_id) == 0 &&
            wdm_reported_same(&other->old, &f->old) && wdm_reported_same(&other->now, &f->now))
            return true;
    }
    return false;
}

// "146 (110 – 206)", "< 3.58", "≤ 4.1", "–": the interval only of an estimate.
static void put_value(const wdm_reported_value *v, wdm_buf *out)
{
    char text[WDM_FIGURE_TEXT], range[WDM_FIGURE_TEXT];
    if (v->state == WDM_FIGURE_ESTIMATE) {
        wdm_buf_puts(out, wdm_figure(v->estimate, text));
        if (wdm_figure_range(v->lo95, v->hi95, range)[0] != '\0')
            wdm_buf_printf(out, " (%s)", range);
    } else if (v->state == WDM_FIGURE_BELOW && isfinite(v->limit)) {
        wdm_buf_printf(out, "< %s", wdm_figure(v->limit, text));
    } else if (v->state == WDM_FIGURE_BOUNDS && v->bound_low > 0.0) {
        wdm_buf_puts(out, wdm_figure_range(v->bound_low, v->bound_high, text));
    } else if (v->state != WDM_FIGURE_NONE && isfinite(v->bound_high)) {
        wdm_buf_printf(out, "≤ %s", wdm_figure(v->bound_high, text));
    } else {
        wdm_buf_puts(out, v->state == WDM_FIGURE_NONE ? "–" : "< ?");
    }
}

static void put_why(const wdm_bulletin *b, unsigned why, wdm_buf *out)
{
    wdm_buf tokens = {0};
    wdm_buf_init(&tokens, TEXT_MAX);
    wdm_changes_why(why, &tokens);
    for (const char *p = wdm_buf_text(&tokens); *p != '\0';) {
        char word[32] = "";
        const size_t len = strcspn(p, " ");
        (void)snprintf(word, sizeof word, "%.*s", (int)len, p);
        wdm_buf_puts(out, out->len == 0 ? "" : b->words.lang == WDM_LANG_ZH ? "、" : ", ");
        wdm_buf_puts(out, wdm_words_of(&b->words, "why.", word));
        p += len + (p[len] == ' ' ? 1 : 0);
    }
    wdm_buf_fini(&tokens);
}

static void add_figure(const wdm_bulletin *b, wdm_doc *doc, const wdm_reported_figure *f)
{
    const wdm_reported_value *const values[] = {&f->old, &f->now};
    const char *const names[] = {"headline.load", "headline.consumption"};
    char text[WDM_FIGURE_TEXT], week[WDM_DATE_TEXT];
    wdm_buf cell = {0};
    wdm_buf_init(&cell, TEXT_MAX);
    wdm_doc_cell_add(doc, wdm_figure_week(f->week, week))->colour = "t";
    (void)wdm_doc_cell_add(doc, f->is_region ? region_name(b, f->place_id) : site_name(b, f->place_id));
    (void)wdm_doc_cell_add(doc, drug_name(b, f->drug_id));
    wdm_buf_printf(&cell, "%s, %s", wdm_figure_quantity(&b->words, f->quantity),
                   wdm_figure_unit(&b->words, f->quantity));
    wdm_doc_cell_add(doc, f->quantity < 2 ? wdm_words_get(&b->words, names[f->quantity])
                                          : wdm_figure_unit(&b->words, f->quantity))
        ->hint = wdm_doc_keep(doc, wdm_buf_text(&cell));
    for (int i = 0; i < 2; i++) {
        wdm_buf_clear(&cell);
        put_value(values[i], &cell);
        (void)wdm_doc_number(doc, wdm_buf_text(&cell));
    }
    (void)wdm_doc_number(doc, wdm_figure_percent(wdm_changes_percent(f), text));
    wdm_buf_clear(&cell);
    put_why(b, f->why, &cell);
    (void)wdm_doc_cell_add(doc, wdm_buf_text(&cell));
    wdm_buf_fini(&cell);
}

static void add_figures(const wdm_bulletin *b, wdm_doc *doc)
{
    static const column columns[] = {{"column.week", false},     {"column.place", false},
                                     {"column.drug", false},     {"column.figure", false},
                                     {"column.published", true}, {"column.now", true},
                                     {"column.change", true},    {"column.why", false}};
    const wdm_reported_figures *figures = &b->changes.figures;
    size_t shown = 0, first = 0;
    if (figures->n == 0)
        return;
    begin_table(b, doc, "changes.figures", columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < figures->n; i++) {
        if (!stands_first(b, &figures->rows[i]))
            continue;
        if (shown < ROWS_MAX && repeats_child(b, &figures->rows[i]))
            continue;
        first++;
        if (shown == ROWS_MAX)
            continue;
        add_figure(b, doc, &figures->rows[i]);
        shown++;
    }
    if (first > shown)
        add_note(b, doc, "changes.more", first - shown);
    wdm_doc_add(doc, WDM_BLOCK_NOTE, wdm_words_get(&b->words, "changes.units"));
    if (figures->n > first)
        add_note(b, doc, "changes.shown", figures->n);
}

// ---- data

static void add_correction(const wdm_bulletin *b, wdm_doc *doc, const wdm_audit_news *n)
{
    const wdm_index analyte = wdm_config_analyte(b->words.config, n->analyte_id);
    const bool named = n->site_id[0] != '\0' || n->sample_id[0] != '\0';
    wdm_buf cell = {0};
    wdm_buf_init(&cell, TEXT_MAX);
    (void)wdm_doc_cell_add(doc, site_name(b, n->site_id));
    (void)wdm_doc_cell_add(doc, named ? n->sample_id : n->item);
    (void)wdm_doc_cell_add(doc, analyte == WDM_NONE ? (named ? n->item : "")
                                                    : b->words.config->analytes.rows[analyte].analyte_id);
    (void)wdm_doc_cell_add(doc, n->old_value);
    (void)wdm_doc_cell_add(doc, n->new_value);
    wdm_buf_printf(&cell, "%s:%lld", n->file, (long long)n->line);
    (void)wdm_doc_cell_add(doc, wdm_buf_text(&cell));
    wdm_buf_fini(&cell);
}

// One item a batch, then the rows: who and when are those of the batch.
static void add_correcting_batches(const wdm_bulletin *b, wdm_doc *doc)
{
    const wdm_audit_news_rows *audit = &b->changes.audit;
    size_t shown = 0, all = 0;
    for (size_t i = 0, n = 0; i < audit->n; i += n) { // the rows of a batch stand together
        const wdm_audit_news *first = &audit->rows[i];
        char count[WDM_FIGURE_TEXT];
        wdm_buf text = {0};
        for (n = 1; i + n < audit->n && !audit->rows[i + n].undo &&
                    strcmp(audit->rows[i + n].batch, first->batch) == 0;)
            n++;
        if (first->undo) {
            n = 1;
            continue;
        }
        all++;
        if (shown == ROWS_MAX)
            continue;
        shown++;
        wdm_buf_init(&text, TEXT_MAX);
        WDM_WORDS(&b->words, &text, "changes.correction_item", {"file", first->file}, {"batch", first->batch},
                  {"n", wdm_figure_count((long long)n, count)}, {"user", first->user}, {"at", first->at});
        wdm_doc_add(doc, WDM_BLOCK_ITEM, wdm_buf_text(&text));
        wdm_buf_fini(&text);
    }
    if (all > shown)
        add_note(b, doc, "changes.more", all - shown);
}

static void add_corrections(const wdm_bulletin *b, wdm_doc *doc)
{
    static const column columns[] = {{"column.site", false},    {"column.sample", false},
                                     {"column.analyte", false}, {"column.old", false},
                                     {"column.new", false},     {"column.where", false}};
    const wdm_audit_news_rows *audit = &b->changes.audit;
    const size_t all = (size_t)wdm_changes_counts(&b->changes).corrections;
    size_t shown = 0;
    if (all == 0)
        return;
    begin_table(b, doc, "changes.corrections", columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < audit->n && shown < ROWS_MAX; i++) {
        if (audit->rows[i].undo)
            continue;
        add_correction(b, doc, &audit->rows[i]);
        shown++;
    }
    if (all > shown)
        add_note(b, doc, "changes.more", all - shown);
}

static void add_undone(const wdm_bulletin *b, wdm_doc *doc)
{
    size_t shown = 0, all = 0;
    for (size_t i = 0; i < b->changes.audit.n; i++) {
        const wdm_audit_news *n = &b->changes.audit.rows[i];
        char rows[WDM_FIGURE_TEXT];
        wdm_buf text = {0};
        all += n->undo;
        if (!n->undo || shown == ROWS_MAX)
            continue;
        shown++;
        wdm_buf_init(&text, TEXT_MAX);
        WDM_WORDS(&b->words, &text, "changes.undone_item", {"batch", n->batch}, {"file", n->file},
                  {"n", wdm_figure_count(n->n_rows, rows)}, {"user", n->user}, {"at", n->at});
        wdm_doc_add(doc, WDM_BLOCK_ITEM, wdm_buf_text(&text));
        wdm_buf_fini(&text);
    }
    if (all > shown)
        add_note(b, doc, "changes.more", all - shown);
}

// Rows come by week, then site: those of one batch and week are one item.
static bool is_first_of_group(const wdm_late_news_rows *late, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (late->rows[i].week == late->rows[at].week &&
            strcmp(late->rows[i].batch, late->rows[at].batch) == 0)
            return false;
    }
    return true;
}

static void add_late_group(const wdm_bulletin *b, wdm_doc *doc, size_t at)
{
    const wdm_late_news_rows *late = &b->changes.late;
    const wdm_late_news *n = &late->rows[at];
    int64_t results = 0, flows = 0, sites = 0;
    char week[WDM_DATE_TEXT], texts[3][WDM_FIGURE_TEXT];
    wdm_buf text = {0}, of_sites = {0};
    for (size_t i = at; i < late->n; i++) {
        if (late->rows[i].week != n->week || strcmp(late->rows[i].batch, n->batch) != 0)
            continue;
        results += late->rows[i].n_results;
        flows += late->rows[i].n_flows;
        sites++;
    }
    wdm_buf_init(&text, TEXT_MAX);
    wdm_buf_init(&of_sites, TEXT_MAX);
    if (sites == 1)
        wdm_buf_puts(&of_sites, site_name(b, n->site_id));
    else
        WDM_WORDS(&b->words, &of_sites, "changes.n_sites", {"n", wdm_figure_count(sites, texts[0])});
    WDM_WORDS(&b->words, &text, "changes.late_item", {"week", wdm_figure_week(n->week, week)},
              {"n", wdm_figure_count(results, texts[1])}, {"flows", wdm_figure_count(flows, texts[2])},
              {"sites", wdm_buf_text(&of_sites)}, {"file", n->file}, {"batch", n->batch}, {"user", n->user},
              {"at", n->at});
    wdm_doc_add(doc, WDM_BLOCK_ITEM, wdm_buf_text(&text));
    wdm_buf_fini(&of_sites);
    wdm_buf_fini(&text);
}

static void add_late(const wdm_bulletin *b, wdm_doc *doc)
{
    size_t shown = 0, all = 0;
    for (size_t i = 0; i < b->changes.late.n; i++) {
        if (!is_first_of_group(&b->changes.late, i))
            continue;
        all++;
        if (shown == ROWS_MAX)
            continue;
        add_late_group(b, doc, i);
        shown++;
    }
    if (all > shown)
        add_note(b, doc, "changes.more", all - shown);
}

static void add_alerts(const wdm_bulletin *b, wdm_doc *doc)
{
    const wdm_alert_news_rows *alerts = &b->changes.alerts;
    if (alerts->n > 0)
        wdm_doc_add(doc, WDM_BLOCK_SUBHEAD, wdm_words_get(&b->words, "changes.alerts"));
    for (size_t i = 0; i < alerts->n && i < ROWS_MAX; i++) {
        const wdm_alert_news *n = &alerts->rows[i];
        char week[WDM_DATE_TEXT];
        wdm_buf text = {0};
        wdm_buf_init(&text, TEXT_MAX);
        WDM_WORDS(&b->words, &text, "changes.alert_item",
                  {"event", wdm_words_of(&b->words, "event.", n->event)},
                  {"level", wdm_words_level(&b->words,
                                            n->site_id[0] == '\0'
                                                ? n->region_id
                                                : wdm_config_site_region(b->words.config, n->site_id),
                                            n->level)},
                  {"place", n->site_id[0] == '\0' ? region_name(b, n->region_id) : site_name(b, n->site_id)},
                  {"drug", drug_name(b, n->drug_id)}, {"week", wdm_figure_week(n->week, week)},
                  {"rule", n->rule_id}, {"reason", n->reason});
        wdm_doc_add(doc, WDM_BLOCK_ITEM, wdm_buf_text(&text));
        wdm_buf_fini(&text);
    }
    if (alerts->n > ROWS_MAX)
        add_note(b, doc, "changes.more", alerts->n - ROWS_MAX);
}

void wdm_bulletin_changes_section(const wdm_bulletin *b, wdm_doc *doc)
{
    wdm_buf text = {0};
    if (!b->changes.base.found)
        return;
    wdm_buf_init(&text, TEXT_MAX);
    wdm_doc_add(doc, WDM_BLOCK_HEADING, wdm_words_get(&b->words, "changes.heading"));
    wdm_changes_sentence(&b->changes, &b->words, &text);
    wdm_doc_add(doc, WDM_BLOCK_PARAGRAPH, wdm_buf_text(&text));
    wdm_buf_fini(&text);
    add_correcting_batches(b, doc);
    add_undone(b, doc);
    add_late(b, doc);
    add_figures(b, doc);
    add_corrections(b, doc);
    add_alerts(b, doc);
}

wdm_rc wdm_bulletin_changes_csv(const wdm_bulletin *b, wdm_buf *out, wdm_err *err)
{
    const wdm_changes_filter all = {NULL, NULL, NULL};
    wdm_tabular t = {0};
    wdm_rc rc = WDM_OK;
    wdm_tabular_init(&t, wdm_changes_columns, wdm_changes_columns_n);
    wdm_changes_put(&b->changes, &all, &t);
    rc = wdm_tabular_write(&t, WDM_FORMAT_CSV, out, err);
    wdm_tabular_fini(&t);
    return rc;
}
