// SPDX-License-Identifier: GPL-3.0-or-later
// Texts of the chart: gnuplot can neither measure nor wrap nor keep labels apart, so it is done here.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/number.h"
#include "report/alert_chart_parts.h"

enum { PLOT_WIDTH_PX = 976, LABELS_MAX = 6 };

// ---- texts

static void put_label(wdm_buf *s, const char *text, const char *where, const char *colour, double size)
{
    wdm_buf_puts(s, "set label ");
    wdm_gnuplot_text(s, text);
    wdm_buf_printf(s, " at %s textcolor rgb '%s' font ',%.1f' front\n", where, colour, size);
}

// A line at the head or foot of the picture, made smaller until it fits.
void wdm_chart_line_of_text(wdm_buf *s, const char *text, double y, const char *colour, double size)
{
    char where[64] = "";
    const double width_px = wdm_gnuplot_width_em(text) * size * 1.34;
    if (width_px > 1235.0)
        size = size * 1235.0 / width_px;
    (void)snprintf(where, sizeof where, "screen 0.019, screen %.4f left", y);
    put_label(s, text, where, colour, size);
}

// The footer in up to two lines, broken at a separator.
void wdm_chart_footer(wdm_buf *s, const char *text)
{
    static const char separator[] = " · ";
    const double limit_em = 1235.0 / (10.5 * 1.34);
    char line[1024] = "";
    const char *cut = NULL;
    if (wdm_gnuplot_width_em(text) <= limit_em || strlen(text) >= sizeof line) {
        wdm_chart_line_of_text(s, text, 0.055, "#666666", 10.5);
        return;
    }
    for (const char *p = strstr(text, separator); p != NULL; p = strstr(p + 1, separator)) {
        (void)snprintf(line, sizeof line, "%.*s", (int)(p - text), text);
        if (wdm_gnuplot_width_em(line) > limit_em)
            break;
        cut = p;
    }
    if (cut == NULL) {
        wdm_chart_line_of_text(s, text, 0.055, "#666666", 10.5);
        return;
    }
    (void)snprintf(line, sizeof line, "%.*s", (int)(cut - text), text);
    wdm_chart_line_of_text(s, line, 0.068, "#666666", 10.5);
    wdm_chart_line_of_text(s, cut + sizeof separator - 1, 0.034, "#666666", 10.5);
}

void wdm_chart_push_apart(double *heights, size_t n, double gap)
{
    for (size_t i = 1; i < n; i++) {
        if (heights[i] < heights[i - 1] + gap)
            heights[i] = heights[i - 1] + gap;
    }
    if (n > 0 && heights[n - 1] > 1.0)
        heights[n - 1] = 1.0;
    for (size_t i = n; i-- > 1;) {
        if (heights[i - 1] > heights[i] - gap)
            heights[i - 1] = heights[i] - gap;
    }
}

typedef struct edge_label {
    double value;
    char text[96];
    const char *colour;
    double size;
} edge_label;

static void add_edge(edge_label *labels, size_t *n, double value, const char *text, const char *colour,
                     double size)
{
    size_t at = *n;
    if (!isfinite(value) || *n == LABELS_MAX)
        return;
    for (; at > 0 && labels[at - 1].value > value; at--)
        labels[at] = labels[at - 1];
    labels[at] = (edge_label){.value = value, .colour = colour, .size = size};
    (void)snprintf(labels[at].text, sizeof labels[at].text, "%s", text);
    (*n)++;
}

static void add_named(edge_label *labels, size_t *n, double value, const char *name, const char *colour)
{
    char number[WDM_NUMBER_TEXT], text[96] = "";
    if (!isfinite(value))
        return;
    (void)snprintf(text, sizeof text, "%s %s", name, wdm_number_pretty(value, 3, number));
    add_edge(labels, n, value, text, colour, 12.0);
}

void wdm_chart_edge_labels(wdm_buf *s, const wdm_alert_chart *c, double top)
{
    const wdm_series_point *p = &c->points[c->n - 1];
    const int level = wdm_chart_point_level(p);
    edge_label labels[LABELS_MAX];
    double heights[LABELS_MAX] = {0};
    char number[WDM_NUMBER_TEXT], text[96] = "";
    size_t n = 0, shown = 0;
    if (wdm_chart_point_bounds(p) && isfinite(p->bound_high)) {
        (void)snprintf(text, sizeof text, "≤ %s %s", wdm_number_pretty(p->bound_high, 3, number),
                       wdm_words_get(c->words, "chart.this_week"));
        add_edge(labels, &n, p->bound_high, text, wdm_chart_level_colour[0], 15.0);
    } else if (p->present && (wdm_chart_measured(p) || wdm_chart_censored_at(p) > 0.0)) {
        const double at = wdm_chart_measured(p) ? p->estimate : wdm_chart_censored_at(p);
        (void)snprintf(text, sizeof text, "%s%s %s", wdm_chart_measured(p) ? "" : "< ",
                       wdm_number_pretty(at, 3, number), wdm_words_get(c->words, "chart.this_week"));
        add_edge(labels, &n, at, text, wdm_chart_level_colour[level], 15.0);
    }
    if (p->has_baseline) {
        const double lines[WDM_CHART_LEVELS] = {p->baseline, p->notice, p->warning, p->critical};
        add_named(labels, &n, p->baseline, wdm_words_get(c->words, "chart.baseline"), "#555555");
        for (int i = 1; i < WDM_CHART_LEVELS; i++)
            add_named(labels, &n, lines[i], wdm_words_level(c->words, c->region_id, wdm_chart_level_word[i]),
                      i == 1 ? "#9A6A00" : wdm_chart_level_colour[i]);
    }
    add_named(labels, &n, c->limit_line, wdm_words_get(c->words, "chart.limit"), "#000000");
    for (size_t i = 0; i < n; i++) {
        if (labels[i].value <= top)
            heights[shown++] = labels[i].value / top;
    }
    wdm_chart_push_apart(heights, shown, 0.052);
    for (size_t i = 0; i < shown; i++) {
        char where[64] = "";
        (void)snprintf(where, sizeof where, "graph 1.012, graph %.4f left", heights[i]);
        put_label(s, labels[i].text, where, labels[i].colour, labels[i].size);
    }
}

// Short words inside the plot; a word that would lie on the one before it is left out.
typedef struct inner_words {
    double free_from; // x in days
    double days_per_px;
} inner_words;

static void put_inner(wdm_buf *s, inner_words *in, const char *text, double x, const char *y)
{
    const double half = wdm_gnuplot_width_em(text) * 10.5 * 1.34 / 2.0 * in->days_per_px;
    char where[96] = "";
    if (x - half < in->free_from)
        return;
    (void)snprintf(where, sizeof where, "first %.2f, %s center", x, y);
    put_label(s, text, where, "#666666", 10.5);
    in->free_from = x + half + 6.0 * in->days_per_px;
}

static const char *gap_reason(const wdm_alert_chart *c, const wdm_series_point *p)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->points[i].n_samples > 0)
            return wdm_words_get(c->words, p->n_samples > 0 ? "chart.not_estimated" : "chart.no_sample");
    }
    return wdm_words_get(c->words, "chart.no_data");
}

// Of the plot's height, from a mark to the upper edge of the word above it.
static const double WORD_ROOM = 0.075;

typedef enum week_kind { WEEK_MEASURED, WEEK_GAP, WEEK_CENSORED, WEEK_BOUNDS } week_kind;

static week_kind kind_of(const wdm_series_point *p)
{
    if (!p->present)
        return WEEK_GAP;
    if (wdm_chart_point_censored(p))
        return WEEK_CENSORED;
    return wdm_chart_point_bounds(p) ? WEEK_BOUNDS : WEEK_MEASURED;
}

// Where a word above a week below its limit can stand: not on a threshold line that runs close above it.
static double free_above(const wdm_series_point *p, double top)
{
    const double lines[] = {p->notice, p->warning, p->critical};
    double high = wdm_chart_censored_at(p);
    for (size_t i = 0; p->has_baseline && i < sizeof lines / sizeof lines[0]; i++) {
        if (lines[i] > high && lines[i] < high + WORD_ROOM * top)
            high = lines[i];
    }
    return high;
}

void wdm_chart_gap_words(wdm_buf *s, const wdm_alert_chart *c, double top)
{
    const double days = (double)c->n * 7.0 + 4.0;
    inner_words gaps = {-1e9, days / PLOT_WIDTH_PX}, limits = {-1e9, days / PLOT_WIDTH_PX};
    for (size_t i = 0; i < c->n;) {
        const wdm_series_point *p = &c->points[i];
        const week_kind kind = kind_of(p);
        size_t end = i;
        double high = 0.0, x = 0.0;
        for (; end < c->n && kind_of(&c->points[end]) == kind; end++)
            high = wdm_chart_max(high, free_above(&c->points[end], top));
        x = (wdm_chart_middle(p) + wdm_chart_middle(&c->points[end - 1])) / 2.0;
        // Weeks before the first value are not a gap: the series had not begun.
        if (kind == WEEK_GAP && i > 0)
            put_inner(s, &gaps, gap_reason(c, p), x, "graph 0.03");
        if (kind == WEEK_CENSORED || kind == WEEK_BOUNDS) {
            char y[64] = "";
            (void)snprintf(y, sizeof y, "graph %.4f", high / top + 0.045);
            put_inner(s, &limits,
                      wdm_words_get(c->words, kind == WEEK_BOUNDS ? "chart.bounds" : "chart.below_loq"), x,
                      y);
        }
        i = end;
    }
}

void wdm_chart_lab_changes(wdm_buf *s, const wdm_alert_chart *c)
{
    for (size_t i = 1; i < c->n; i++) {
        char where[64] = "";
        wdm_buf text = {0};
        if (!wdm_chart_breaks_before(c, i))
            continue;
        wdm_buf_init(&text, 1024);
        WDM_WORDS(c->words, &text, "chart.lab_change", {"from", wdm_chart_previous_with_lab(c, i)->labs},
                  {"to", c->points[i].labs});
        wdm_buf_printf(s, "set arrow from %d, graph 0 to %d, graph 1 nohead lc rgb '#777777' lw 1 dt 4\n",
                       (int)wdm_week_monday(c->points[i].week), (int)wdm_week_monday(c->points[i].week));
        (void)snprintf(where, sizeof where, "first %d, graph 0.975 %s offset character %s",
                       (int)wdm_week_monday(c->points[i].week), i > c->n * 3 / 4 ? "right" : "left",
                       i > c->n * 3 / 4 ? "-0.6,0" : "0.6,0");
        put_label(s, wdm_buf_text(&text), where, "#555555", 10.5);
        wdm_buf_fini(&text);
    }
}
