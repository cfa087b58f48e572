// SPDX-License-Identifier: GPL-3.0-or-later
// The heat table: change of each series against its own baseline, site x drug.
#include <math.h>
#include <stdio.h>

#include "report/bulletin_parts.h"
#include "report/figure.h"

// Blue - white - red on log2 of the ratio, symmetric, full at a factor of 4 (ends of ColorBrewer's RdBu).
static void heat_colour(double factor, char ground[8], const char **ink)
{
    static const double blue[3] = {33.0, 102.0, 172.0}, white[3] = {247.0, 247.0, 247.0},
                        red[3] = {178.0, 24.0, 43.0};
    double strength = log2(factor) / 2.0;
    const double *end = strength < 0.0 ? blue : red;
    int rgb[3] = {0};
    strength = fmin(1.0, fabs(strength));
    for (int i = 0; i < 3; i++)
        rgb[i] = (int)lround(white[i] + strength * (end[i] - white[i]));
    (void)snprintf(ground, 8, "#%02x%02x%02x", (unsigned)rgb[0] & 255u, (unsigned)rgb[1] & 255u,
                   (unsigned)rgb[2] & 255u);
    *ink = strength > 0.62 ? "#ffffff" : "#111111";
}

static void add_cell(const wdm_bulletin *b, wdm_doc *doc, size_t s, size_t d)
{
    const wdm_week_row *row = wdm_bulletin_shown(b, s, d);
    const double factor = wdm_bulletin_factor(b, s, d);
    const bool outlined = wdm_bulletin_alert(b, b->sites[s], b->drugs[d]) != NULL;
    wdm_doc_cell *cell = NULL;
    char percent[WDM_FIGURE_TEXT];
    wdm_buf value = {0};
    wdm_buf_init(&value, 1024);
    wdm_bulletin_value(row, &value);
    if (row == NULL) {
        cell = wdm_doc_cell_add(doc, wdm_words_get(&b->words, wdm_bulletin_site_reports(b, s)
                                                                  ? "heat.not_analysed"
                                                                  : "heat.not_sampled"));
        cell->colour = "none";
    } else if (wdm_bulletin_below(row)) {
        cell = wdm_doc_cell_add(doc, wdm_words_get(&b->words, "heat.below"));
        cell->colour = "below";
    } else if (isfinite(factor) && factor > 0.0) {
        cell = wdm_doc_cell_add(doc, wdm_figure_percent(100.0 * (factor - 1.0), percent));
        heat_colour(factor, cell->ground, &cell->ink);
    } else { // a value without a baseline: the value itself, uncoloured
        cell = wdm_doc_cell_add(doc, wdm_buf_text(&value));
        cell->colour = "plain";
    }
    cell->outlined = outlined;
    if (row != NULL) {
        wdm_buf_printf(&value, " %s, %s", wdm_figure_unit(&b->words, row->key.quantity),
                       wdm_figure_quantity(&b->words, row->key.quantity));
        cell->hint = wdm_doc_keep(doc, wdm_buf_text(&value));
    }
    wdm_buf_fini(&value);
}

void wdm_bulletin_heat(const wdm_bulletin *b, wdm_doc *doc)
{
    wdm_doc_add(doc, WDM_BLOCK_HEADING, wdm_words_get(&b->words, "heat.heading"));
    wdm_doc_table(doc, "heat", wdm_words_get(&b->words, "heat.heading"), b->n_drugs + 1);
    (void)wdm_doc_head(doc, wdm_words_get(&b->words, "column.site"));
    for (size_t d = 0; d < b->n_drugs; d++)
        (void)wdm_doc_head(doc, wdm_words_drug(&b->words, b->drugs[d]));
    for (size_t s = 0; s < b->n_sites; s++) {
        (void)wdm_doc_head(doc, wdm_words_site(&b->words, b->sites[s]));
        for (size_t d = 0; d < b->n_drugs; d++)
            add_cell(b, doc, s, d);
    }
    wdm_doc_add(doc, WDM_BLOCK_NOTE, wdm_words_get(&b->words, "heat.note"));
}
