// SPDX-License-Identifier: GPL-3.0-or-later
// Region totals with their changes, and other indicators beside them.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "num/change.h"
#include "num/wilson.h"
#include "report/bulletin_parts.h"
#include "report/figure.h"
#include "wbe/factor.h"

enum { TEXT_MAX = 64 * 1024 };

static bool same_series(const wdm_region_row *a, const wdm_region_row *c)
{
    return a->region == c->region && a->drug == c->drug && strcmp(a->biomarker_id, c->biomarker_id) == 0;
}

static const wdm_region_row *find(const wdm_bulletin *b, const wdm_region_row *like, int quantity,
                                  int32_t week)
{
    for (size_t i = 0; i < b->regions.n; i++) {
        const wdm_region_row *r = &b->regions.rows[i];
        if (r->quantity == quantity && r->week == week && same_series(r, like))
            return r;
    }
    return NULL;
}

static double log_sd(const wdm_region_row *r)
{
    if (!(r->lo95_random > 0.0) || !(r->hi95_random > 0.0))
        return (double)NAN;
    return log(r->hi95_random / r->lo95_random) / (2.0 * 1.959964);
}

static void change(const wdm_region_row *now, const wdm_region_row *before, double *percent,
                   const char **word)
{
    wdm_change_result result;
    wdm_change_input input;
    *percent = (double)NAN;
    *word = "";
    if (now == NULL || before == NULL || !(now->estimate > 0.0) || !(before->estimate > 0.0))
        return;
    *percent = wdm_change_pct(now->estimate, before->estimate);
    input = (wdm_change_input){now->estimate, before->estimate, log_sd(now), log_sd(before), 0.0};
    if (!isfinite(input.current_log_sd) || !isfinite(input.previous_log_sd))
        return;
    if (wdm_change_ratio(&input, &result, NULL) == WDM_OK)
        *word = wdm_change_word_text(result.word);
}

// Sites of the region or below it, by the word of the trend stage for the change against the previous week.
static void count_sites(const wdm_bulletin *b, wdm_region_line *line, const wdm_region_row *like)
{
    for (size_t s = 0; s < b->n_sites; s++) {
        const wdm_config *c = b->words.config;
        const wdm_week_row *row = NULL;
        wdm_index region = wdm_config_region(c, c->sites.rows[b->sites[s]].region_id);
        for (int depth = 0; region != WDM_NONE && region != like->region && depth < 16; depth++)
            region = wdm_config_region(c, c->regions.rows[region].parent_id);
        if (region != like->region || !wdm_site_counts(&c->sites.rows[b->sites[s]]))
            continue;
        for (size_t d = 0; d < b->n_drugs; d++) {
            if (b->drugs[d] == like->drug)
                row = wdm_bulletin_shown(b, s, d);
        }
        if (row == NULL || !row->has_trend)
            continue;
        line->up += strcmp(row->change_prev_word, "up") == 0 ? 1 : 0;
        line->same += strcmp(row->change_prev_word, "stable") == 0 ? 1 : 0;
        line->down += strcmp(row->change_prev_word, "down") == 0 ? 1 : 0;
        line->untold += strcmp(row->change_prev_word, "cannot be told") == 0 ? 1 : 0;
    }
}

// Of the biomarkers of a drug, the one that stands for it: the primary one, else several combined.
static int biomarker_score(const wdm_bulletin *b, const wdm_region_row *r)
{
    const wdm_index biomarker = wdm_config_analyte(b->words.config, r->biomarker_id);
    const wdm_excretion *e = biomarker == WDM_NONE ? NULL
                                                   : wdm_config_excretion(b->words.config, r->drug, biomarker,
                                                                          wdm_week_monday(b->week) + 3);
    return e != NULL && e->primary ? 3 : strcmp(r->biomarker_id, WDM_COMBINED) == 0 ? 2 : 1;
}

static bool stands_for_drug(const wdm_bulletin *b, const wdm_region_row *r)
{
    for (size_t i = 0; i < b->regions.n; i++) {
        const wdm_region_row *other = &b->regions.rows[i];
        if (other->week == b->week && other->region == r->region && other->drug == r->drug &&
            biomarker_score(b, other) > biomarker_score(b, r))
            return false;
    }
    return true;
}

// A region with just the sites and people of one region inside it says nothing new.
static bool repeats_child(const wdm_bulletin *b, const wdm_region_row *r)
{
    const wdm_config *c = b->words.config;
    for (size_t i = 0; i < b->regions.n; i++) {
        const wdm_region_row *other = &b->regions.rows[i];
        if (other->week == b->week && other->region != WDM_NONE && other->region != r->region &&
            other->drug == r->drug && other->quantity == r->quantity && other->n_sites == r->n_sites &&
            strcmp(other->biomarker_id, r->biomarker_id) == 0 &&
            strcmp(c->regions.rows[other->region].parent_id, c->regions.rows[r->region].region_id) == 0)
            return true;
    }
    return false;
}

// Rows are ordered by region, drug, biomarker, quantity, week: the first row of the week of a series stands
// for it.
wdm_rc wdm_bulletin_list_regions(wdm_bulletin *b, wdm_err *err)
{
    const wdm_region_row *last = NULL;
    b->region_series = wdm_arena_alloc(&b->arena, b->regions.n + 1, sizeof *b->region_series);
    if (b->region_series == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < b->regions.n; i++) {
        const wdm_region_row *r = &b->regions.rows[i];
        if (r->week != b->week || r->region == WDM_NONE || r->drug == WDM_NONE ||
            (last != NULL && same_series(last, r)))
            continue;
        last = r;
        if (stands_for_drug(b, r) && !repeats_child(b, r))
            b->region_series[b->n_region_series++] = r;
    }
    return WDM_OK;
}

static bool load_is_headline(const wdm_bulletin *b, const wdm_region_row *r)
{
    const wdm_index biomarker = wdm_config_analyte(b->words.config, r->biomarker_id);
    const wdm_excretion *e = biomarker == WDM_NONE ? NULL
                                                   : wdm_config_excretion(b->words.config, r->drug, biomarker,
                                                                          wdm_week_monday(b->week) + 3);
    return e != NULL && e->headline_load;
}

bool wdm_bulletin_region_line(const wdm_bulletin *b, size_t k, wdm_region_line *line)
{
    const wdm_region_row *like = k < b->n_region_series ? b->region_series[k] : NULL, *base = NULL;
    double sum = 0.0;
    int quantity = 0;
    *line = (wdm_region_line){.mean4 = (double)NAN, .prev_word = "", .year_word = ""};
    if (like == NULL)
        return false;
    // Where excretion is poorly known the load is the headline, and there is no mass of the drug to be sure
    // of.
    if (!load_is_headline(b, like)) {
        line->mass = find(b, like, (int)WDM_Q_MASS, b->week);
        line->rate = find(b, like, (int)WDM_Q_CONSUMPTION, b->week);
    }
    if (line->rate == NULL)
        line->rate = find(b, like, (int)WDM_Q_NORMALISED_LOAD, b->week);
    base = line->mass != NULL ? line->mass : line->rate;
    if (base == NULL) // neither a load nor a mass that may be shown
        base = line->rate = like;
    quantity = base->quantity;
    for (int32_t week = b->week - 4; week < b->week; week++) {
        const wdm_region_row *r = find(b, like, quantity, week);
        if (r != NULL && isfinite(r->estimate)) {
            sum += r->estimate;
            line->n4++;
        }
    }
    if (line->n4 > 0)
        line->mean4 = sum / line->n4;
    change(base, find(b, like, quantity, b->week - 1), &line->prev_pct, &line->prev_word);
    change(base, find(b, like, quantity, b->week - 52), &line->year_pct, &line->year_word);
    count_sites(b, line, like);
    return true;
}

static void add_value(wdm_doc *doc, const wdm_region_row *r)
{
    char text[WDM_FIGURE_TEXT] = "", out[WDM_FIGURE_TEXT + 8] = "";
    if (r != NULL && isfinite(r->estimate))
        (void)snprintf(out, sizeof out, "%s", wdm_figure(r->estimate, text));
    else if (r != NULL && r->bound_low > 0.0 && isfinite(r->bound_high))
        (void)snprintf(out, sizeof out, "%s", wdm_figure_range(r->bound_low, r->bound_high, text));
    else if (r != NULL && isfinite(r->bound_high))
        (void)snprintf(out, sizeof out, "≤ %s", wdm_figure(r->bound_high, text));
    (void)wdm_doc_number(doc, out);
    (void)wdm_doc_number(doc, r == NULL ? "" : wdm_figure_range(r->lo95, r->hi95, text));
}

static void add_change(const wdm_bulletin *b, wdm_doc *doc, double percent, const char *word)
{
    char text[WDM_FIGURE_TEXT];
    wdm_buf cell = {0};
    wdm_buf_init(&cell, TEXT_MAX);
    wdm_buf_puts(&cell, wdm_figure_percent(percent, text));
    if (word[0] != '\0')
        wdm_buf_printf(&cell, " %s", wdm_words_of(&b->words, "word.", word));
    (void)wdm_doc_number(doc, wdm_buf_text(&cell));
    wdm_buf_fini(&cell);
}

static void add_heads(const wdm_bulletin *b, wdm_doc *doc)
{
    static const char *const columns[] = {"column.kg_week", "column.total95",     "column.per_1000",
                                          "column.total95", "column.mean4",       "column.prev",
                                          "column.year",    "column.sites_change"};
    (void)wdm_doc_head(doc, wdm_words_get(&b->words, "column.drug"));
    for (size_t i = 0; i < 8; i++)
        wdm_doc_head(doc, wdm_words_get(&b->words, columns[i]))->numeric = true;
}

static void add_line(const wdm_bulletin *b, wdm_doc *doc, const wdm_region_line *line,
                     const wdm_region_row *any)
{
    char text[WDM_FIGURE_TEXT];
    (void)wdm_doc_cell_add(doc, wdm_words_drug(&b->words, any->drug));
    add_value(doc, line->mass);
    add_value(doc, line->rate);
    (void)wdm_doc_number(doc, wdm_figure(line->mean4, text));
    add_change(b, doc, line->prev_pct, line->prev_word);
    add_change(b, doc, line->year_pct, line->year_word);
    text[0] = '\0';
    if (line->up + line->same + line->down + line->untold > 0)
        (void)snprintf(text, sizeof text, "▲%d =%d ▼%d ?%d", line->up, line->same, line->down, line->untold);
    (void)wdm_doc_number(doc, text);
}

static void begin_region(const wdm_bulletin *b, wdm_doc *doc, const wdm_region_row *row)
{
    wdm_buf text = {0};
    char people[WDM_FIGURE_TEXT], sites[WDM_FIGURE_TEXT], percent[WDM_FIGURE_TEXT] = "";
    wdm_buf_init(&text, TEXT_MAX);
    wdm_doc_add(doc, WDM_BLOCK_SUBHEAD, wdm_words_region(&b->words, row->region));
    if (isfinite(row->coverage))
        (void)snprintf(percent, sizeof percent, "%.0f %%", 100.0 * row->coverage);
    WDM_WORDS(&b->words, &text, isfinite(row->coverage) ? "region.coverage" : "region.coverage_unknown",
              {"sites", wdm_figure_count(row->n_sites, sites)},
              {"people", wdm_figure_persons(row->population, people)}, {"percent", percent});
    wdm_doc_add(doc, WDM_BLOCK_PARAGRAPH, wdm_buf_text(&text));
    wdm_doc_table(doc, "region", wdm_words_region(&b->words, row->region), 9);
    add_heads(b, doc);
    wdm_buf_fini(&text);
}

void wdm_bulletin_region_section(const wdm_bulletin *b, wdm_doc *doc)
{
    wdm_index region = WDM_NONE;
    wdm_region_line line;
    for (size_t k = 0; wdm_bulletin_region_line(b, k, &line); k++) {
        const wdm_region_row *any = line.mass != NULL ? line.mass : line.rate;
        if (k == 0)
            wdm_doc_add(doc, WDM_BLOCK_HEADING, wdm_words_get(&b->words, "region.heading"));
        if (any->region != region)
            begin_region(b, doc, any);
        region = any->region;
        add_line(b, doc, &line, any);
    }
    if (region != WDM_NONE)
        wdm_doc_add(doc, WDM_BLOCK_NOTE, wdm_words_get(&b->words, "region.note"));
}

// ---- indicators

static void add_indicator(const wdm_bulletin *b, wdm_doc *doc, const wdm_indicator_row *i)
{
    const wdm_index region = wdm_config_region(b->words.config, i->region_id);
    const bool hidden =
        i->tested < WDM_SUPPRESS_BELOW || (i->positive > 0 && i->positive < WDM_SUPPRESS_BELOW);
    char text[WDM_FIGURE_TEXT] = "", day[WDM_DATE_TEXT], day2[WDM_DATE_TEXT];
    double low = 0.0, high = 0.0;
    (void)wdm_doc_cell_add(doc, region == WDM_NONE ? i->region_id : wdm_words_region(&b->words, region));
    (void)snprintf(text, sizeof text, "%s – %s", wdm_day_format(i->starts, day),
                   wdm_day_format(i->ends, day2));
    (void)wdm_doc_cell_add(doc, text);
    (void)wdm_doc_cell_add(doc, i->kind);
    (void)wdm_doc_cell_add(doc, i->substance);
    (void)wdm_doc_number(doc, hidden ? wdm_words_get(&b->words, "indicator.hidden")
                                     : wdm_figure_count(i->tested, text));
    (void)wdm_doc_number(doc, hidden ? "" : wdm_figure_count(i->positive, text));
    text[0] = '\0';
    if (!hidden) {
        wdm_wilson_interval((double)i->positive, (double)i->tested, &low, &high);
        (void)snprintf(text, sizeof text, "%.1f %% (%.1f – %.1f)",
                       100.0 * (double)i->positive / (double)i->tested, 100.0 * low, 100.0 * high);
    }
    (void)wdm_doc_number(doc, text);
}

void wdm_bulletin_indicator_section(const wdm_bulletin *b, wdm_doc *doc)
{
    static const char *const columns[] = {"column.region",    "column.period", "column.kind",
                                          "column.substance", "column.tested", "column.positive",
                                          "column.proportion"};
    if (b->indicators.n == 0)
        return;
    wdm_doc_add(doc, WDM_BLOCK_HEADING, wdm_words_get(&b->words, "indicator.heading"));
    wdm_doc_table(doc, "indicator", wdm_words_get(&b->words, "indicator.heading"), 7);
    for (size_t i = 0; i < 7; i++)
        wdm_doc_head(doc, wdm_words_get(&b->words, columns[i]))->numeric = i >= 4;
    for (size_t i = 0; i < b->indicators.n; i++)
        add_indicator(b, doc, &b->indicators.rows[i]);
    wdm_doc_add(doc, WDM_BLOCK_NOTE, wdm_words_get(&b->words, "indicator.note"));
}
