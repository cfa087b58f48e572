// SPDX-License-Identifier: GPL-3.0-or-later
// Ranked dots per drug, and which ranks cannot be told apart.
#include <math.h>
#include <stdio.h>

#include "report/bulletin_parts.h"
#include "report/figure.h"
#include "wbe/benchmark.h"

enum { TEXT_MAX = 64 * 1024, SHOWN_MAX = 60, GROUPS_MAX = 20 };

typedef struct ranking {
    wdm_rank_item *items;
    size_t n;
    size_t drug;
    double low, high; // of the drawing, log scale
    int quantity;
} ranking;

static const wdm_week_row *row_of(const wdm_bulletin *b, const ranking *r, size_t i)
{
    return wdm_bulletin_shown(b, r->items[i].place, r->drug);
}

static double end_of(const wdm_rank_item *item, double sds)
{
    return isfinite(item->log_sd) ? item->value * exp(sds * item->log_sd) : item->value;
}

// Sites with a measured value of one and the same quantity.
static void collect(const wdm_bulletin *b, size_t drug, wdm_doc *doc, ranking *r)
{
    *r = (ranking){.drug = drug, .low = (double)INFINITY, .quantity = -1};
    r->items = wdm_arena_alloc(&doc->arena, b->n_sites, sizeof *r->items);
    if (r->items == NULL) {
        doc->rc = WDM_E_NOMEM;
        return;
    }
    for (size_t s = 0; s < b->n_sites; s++) {
        const wdm_week_row *row = wdm_bulletin_shown(b, s, drug), *load = b->load[s * b->n_drugs + drug];
        if (row == NULL || !isfinite(row->estimate) || row->estimate <= 0.0)
            continue;
        if (r->quantity < 0)
            r->quantity = row->key.quantity;
        if (row->key.quantity != r->quantity)
            continue;
        r->items[r->n] = (wdm_rank_item){s, row->estimate,
                                         load == NULL ? (double)NAN : wdm_rank_log_sd(load->rsd_total), 0.0};
        r->low = fmin(r->low, end_of(&r->items[r->n], -1.96));
        r->high = fmax(r->high, end_of(&r->items[r->n], 1.96));
        if (row->baseline > 0.0) {
            r->low = fmin(r->low, row->baseline);
            r->high = fmax(r->high, row->baseline);
        }
        r->n++;
    }
    wdm_rank_sort(r->items, r->n);
    r->low /= 1.1;
    r->high *= 1.1;
}

// ---- drawings, 300 units wide, stretched to the cell

static double x_of(const ranking *r, double value)
{
    return 300.0 * log(value / r->low) / log(r->high / r->low);
}

static double tick_after(double value, int *mantissa)
{
    static const double steps[] = {1.0, 2.0, 5.0, 10.0};
    const double decade = pow(10.0, floor(log10(value)));
    for (int i = 0; i < 4; i++) {
        if (steps[i] * decade > value * 1.0000001) {
            *mantissa = i;
            return steps[i] * decade;
        }
    }
    return value * 10.0;
}

static void put_grid(const ranking *r, wdm_buf *svg, bool numbers)
{
    const bool sparse = r->high / r->low > 100.0; // then decades only
    double last_x = -1e9;
    int mantissa = 0;
    double t = r->low;
    while ((t = tick_after(t, &mantissa)) < r->high) {
        const double x = x_of(r, t);
        char text[WDM_FIGURE_TEXT] = "";
        if (sparse && mantissa != 0 && mantissa != 3)
            continue;
        if (!numbers)
            wdm_buf_printf(svg, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"22\"/>", x, x);
        (void)snprintf(text, sizeof text, "%.6g", t);
        if (numbers && x > 8.0 && x < 292.0 && x - last_x > 32.0) {
            wdm_buf_printf(svg, "<text x=\"%.1f\" y=\"15\" text-anchor=\"middle\">%s</text>", x, text);
            last_x = x;
        }
    }
}

// A line of no length with round ends stays round however the drawing is stretched.
#define DOT(class) "<line class=\"" class "\" x1=\"%.1f\" x2=\"%.1f\" y1=\"11\" y2=\"11\"/>"

static const char *drawing(const ranking *r, const wdm_bulletin *b, size_t i, wdm_doc *doc)
{
    const wdm_rank_item *item = &r->items[i];
    const wdm_week_row *row = row_of(b, r, i);
    const char *kept = NULL;
    wdm_buf svg = {0};
    wdm_buf_init(&svg, TEXT_MAX);
    wdm_buf_puts(
        &svg, "<svg class=\"bar\" viewBox=\"0 0 300 22\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    put_grid(r, &svg, false);
    if (isfinite(item->log_sd))
        wdm_buf_printf(&svg, DOT("span"), x_of(r, end_of(item, -1.96)), x_of(r, end_of(item, 1.96)));
    if (row != NULL && row->baseline > 0.0)
        wdm_buf_printf(&svg, DOT("ring") DOT("hole"), x_of(r, row->baseline), x_of(r, row->baseline),
                       x_of(r, row->baseline), x_of(r, row->baseline));
    wdm_buf_printf(&svg, DOT("dot") "</svg>", x_of(r, item->value), x_of(r, item->value));
    kept = wdm_doc_keep(doc, wdm_buf_text(&svg));
    wdm_buf_fini(&svg);
    return kept;
}

static void add_axis(const ranking *r, wdm_doc *doc, const char *heading)
{
    wdm_buf svg = {0};
    wdm_doc_cell *cell = wdm_doc_head(doc, heading);
    wdm_buf_init(&svg, TEXT_MAX);
    wdm_buf_puts(&svg, "<svg class=\"bar\" viewBox=\"0 0 300 22\" aria-hidden=\"true\">");
    put_grid(r, &svg, true);
    wdm_buf_puts(&svg, "</svg>");
    cell->svg = wdm_doc_keep(doc, wdm_buf_text(&svg));
    cell->colour = "bar";
    wdm_buf_fini(&svg);
}

static void add_table(const wdm_bulletin *b, const ranking *r, wdm_doc *doc)
{
    const wdm_words *w = &b->words;
    wdm_doc_table(doc, "rank", wdm_words_drug(w, b->drugs[r->drug]), 6);
    wdm_doc_head(doc, wdm_words_get(w, "column.rank"))->numeric = true;
    (void)wdm_doc_head(doc, wdm_words_get(w, "column.site"));
    wdm_doc_head(doc, wdm_figure_unit(w, r->quantity))->numeric = true;
    wdm_doc_head(doc, wdm_words_get(w, "column.total95"))->numeric = true;
    add_axis(r, doc, "");
    wdm_doc_head(doc, wdm_words_get(w, "column.people"))->numeric = true;
    for (size_t i = 0; i < r->n && i < SHOWN_MAX; i++) {
        const wdm_week_row *row = row_of(b, r, i);
        char text[WDM_FIGURE_TEXT];
        wdm_doc_cell *bar = NULL;
        (void)wdm_doc_number(doc, wdm_figure_count((long long)i + 1, text));
        (void)wdm_doc_cell_add(doc, wdm_words_site(w, b->sites[r->items[i].place]));
        (void)wdm_doc_number(doc, wdm_figure(r->items[i].value, text));
        (void)wdm_doc_number(doc, wdm_figure_range(row->lo95, row->hi95, text));
        bar = wdm_doc_cell_add(doc, "");
        bar->svg = drawing(r, b, i, doc);
        bar->colour = "bar";
        (void)wdm_doc_number(doc, wdm_figure_persons(row->population, text));
    }
}

static void add_sentence(const wdm_bulletin *b, const ranking *r, wdm_doc *doc)
{
    wdm_buf groups = {0}, text = {0};
    const char *comma = "";
    size_t reached = 0, n_groups = 0;
    wdm_buf_init(&groups, TEXT_MAX);
    wdm_buf_init(&text, TEXT_MAX);
    for (size_t i = 0; i < r->n && n_groups < GROUPS_MAX; i++) {
        const size_t end = wdm_rank_group_end(r->items, r->n, i);
        if (end > i && end > reached) { // a range inside the one before it says nothing new
            wdm_buf_printf(&groups, "%s%zu–%zu", comma, i + 1, end + 1);
            comma = ", ";
            n_groups++;
        }
        reached = end > reached ? end : reached;
    }
    if (n_groups == GROUPS_MAX)
        wdm_buf_puts(&groups, ", …");
    if (r->n > SHOWN_MAX) {
        char shown[WDM_FIGURE_TEXT], all[WDM_FIGURE_TEXT];
        WDM_WORDS(&b->words, &text, "rank.shown", {"n", wdm_figure_count(SHOWN_MAX, shown)},
                  {"all", wdm_figure_count((long long)r->n, all)});
        wdm_buf_puts(&text, " ");
    }
    WDM_WORDS(&b->words, &text, groups.len > 0 ? "rank.groups" : "rank.all_told",
              {"groups", wdm_buf_text(&groups)});
    wdm_doc_add(doc, WDM_BLOCK_PARAGRAPH, wdm_buf_text(&text));
    wdm_buf_fini(&groups);
    wdm_buf_fini(&text);
}

void wdm_bulletin_ranks(const wdm_bulletin *b, wdm_doc *doc)
{
    bool begun = false;
    for (size_t d = 0; d < b->n_drugs; d++) {
        ranking r;
        wdm_buf text = {0};
        collect(b, d, doc, &r);
        if (doc->rc != WDM_OK || r.n < 2)
            continue;
        if (!begun) {
            wdm_doc_add(doc, WDM_BLOCK_HEADING, wdm_words_get(&b->words, "rank.heading"));
            wdm_doc_add(doc, WDM_BLOCK_NOTE, wdm_words_get(&b->words, "rank.note"));
        }
        begun = true;
        wdm_buf_init(&text, TEXT_MAX);
        wdm_buf_printf(&text, "%s · %s", wdm_words_drug(&b->words, b->drugs[d]),
                       wdm_figure_quantity(&b->words, r.quantity));
        wdm_doc_add(doc, WDM_BLOCK_SUBHEAD, wdm_buf_text(&text));
        add_table(b, &r, doc);
        add_sentence(b, &r, doc);
        wdm_buf_fini(&text);
    }
}
