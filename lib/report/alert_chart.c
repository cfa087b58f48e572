// SPDX-License-Identifier: GPL-3.0-or-later
// The plot: axes, elements in their ink order.
#include "report/alert_chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/alert_chart_parts.h"

// Okabe-Ito blue, orange, vermillion; "critical" is vermillion darkened, so that the levels also differ in
// grey.
const char *const wdm_chart_level_colour[WDM_CHART_LEVELS] = {"#0072B2", "#E69F00", "#D55E00", "#962E00"};
const char *const wdm_chart_level_word[WDM_CHART_LEVELS] = {"", "notice", "warning", "critical"};
// Point types of gnuplot, filled and open: circle, square, diamond, triangle.
static const int level_filled[] = {7, 5, 13, 9};
static const int level_open[] = {6, 4, 12, 8};
static const double level_size[] = {0.75, 1.5, 1.9, 2.0};

static const double PLOT_LEFT = 0.052, PLOT_RIGHT = 0.815, PLOT_BOTTOM = 0.165, PLOT_TOP = 0.815;

// ---- axes

// Top of the axis: all of the data, and the thresholds unless they would flatten the data.
static double axis_top(const wdm_alert_chart *c)
{
    double data = 0.0, lines = 0.0;
    for (size_t i = 0; i < c->n; i++) {
        const wdm_series_point *p = &c->points[i];
        if (wdm_chart_measured(p))
            data = wdm_chart_max(wdm_chart_max(data, p->estimate), p->hi95_random);
        else if (p->present)
            data = wdm_chart_max(data, wdm_chart_censored_at(p));
        lines = wdm_chart_max(wdm_chart_max(wdm_chart_max(lines, p->notice), p->warning), p->critical);
        data = wdm_chart_max(data, p->band_high);
    }
    lines = wdm_chart_max(lines, c->limit_line);
    if (data > 0.0 && lines > 1.8 * data)
        lines = 1.8 * data;
    data = wdm_chart_max(data, lines);
    return data > 0.0 ? data * 1.08 : 1.0;
}

static void put_axes(wdm_buf *s, const wdm_alert_chart *c, double top)
{
    const wdm_day first = wdm_week_monday(c->points[0].week),
                  last = wdm_week_monday(c->points[c->n - 1].week) + 7;
    const int step = (int)(last - first) / 31 / 12 + 1;
    const char *comma = "";
    wdm_civil month = wdm_civil_of_day(first);
    wdm_buf_printf(s,
                   "set lmargin at screen %.4f\nset rmargin at screen %.4f\nset bmargin at screen %.4f\n"
                   "set tmargin at screen %.4f\nunset key\nset style fill solid 1.0 noborder\n"
                   "set border 3 lc rgb '#8c8c8c'\nset ytics nomirror textcolor rgb '#444444' font ',13'\n"
                   "set grid ytics lc rgb '#e3e3e3' lt 1\nset xrange [%d:%d]\nset yrange [0:",
                   PLOT_LEFT, PLOT_RIGHT, PLOT_BOTTOM, PLOT_TOP, (int)first - 2, (int)last + 2);
    wdm_chart_number(s, top);
    wdm_buf_puts(s, "]\nset xtics nomirror out textcolor rgb '#444444' font ',13' (");
    for (int k = 0; k < 400; k++) {
        const wdm_day day = wdm_day_of_civil((wdm_civil){month.year, month.month, 1});
        char key[16] = "", label[64] = "";
        if (day > last)
            break;
        (void)snprintf(key, sizeof key, "month.%d", month.month);
        if (month.month == 1)
            (void)snprintf(label, sizeof label, "%s %d", wdm_words_get(c->words, key), month.year);
        else
            (void)snprintf(label, sizeof label, "%s", wdm_words_get(c->words, key));
        if (day >= first && k % step == 0) {
            wdm_buf_puts(s, comma);
            wdm_gnuplot_text(s, label);
            wdm_buf_printf(s, " %d", (int)day);
            comma = ", ";
        }
        month.month = month.month == 12 ? 1 : month.month + 1;
        month.year += month.month == 1 ? 1 : 0;
    }
    wdm_buf_puts(s, ")\n");
}

// ---- the plot

typedef struct plot {
    wdm_buf *script;
    const char *lead; // "plot " before the first element, then ", "
} plot;

static void put_named(plot *p, const char *what, const char *title)
{
    wdm_buf_puts(p->script, p->lead);
    wdm_buf_puts(p->script, what);
    wdm_buf_puts(p->script, " title ");
    wdm_gnuplot_text(p->script, title);
    p->lead = ", \\\n  ";
}

static void put_element(plot *p, const wdm_words *words, const char *what, const char *title_key)
{
    put_named(p, what, wdm_words_get(words, title_key));
}

static void put_plot(wdm_buf *s, const wdm_alert_chart *c, const wdm_chart_blocks_drawn *b)
{
    static const char *const step_style[] = {"", "lw 1.2 dt 2", "lw 1.6", "lw 2.4"};
    plot p = {s, "plot "};
    char what[256] = "";
    if (b->band)
        put_element(&p, c->words, "$BAND using 1:2:3 with filledcurves lc rgb '#e9e9e9'", "chart.band");
    if (b->baseline)
        put_element(&p, c->words, "$BASE using 1:2 with lines lc rgb '#8a8a8a' lw 1.2 dt 3",
                    "chart.baseline");
    for (int level = 1; level < WDM_CHART_LEVELS; level++) {
        (void)snprintf(what, sizeof what, "$STEP%d using 1:2 with lines lc rgb '%s' %s", level,
                       wdm_chart_level_colour[level], step_style[level]);
        if (b->step[level])
            put_named(&p, what, wdm_words_level(c->words, c->region_id, wdm_chart_level_word[level]));
    }
    if (b->ribbon)
        put_element(&p, c->words,
                    "$RIBBON using 1:2:3 with filledcurves lc rgb '#0072B2' fillstyle transparent solid 0.20 "
                    "noborder",
                    "chart.ribbon");
    if (b->line)
        put_element(&p, c->words, "$LINE using 1:2 with lines lc rgb '#0072B2' lw 2.4", "chart.value");
    if (b->bounds)
        put_element(
            &p, c->words,
            "$BOUNDS using 1:2:(0):($3-$2) with vectors heads size screen 0.004,90 lw 2 lc rgb '#56B4E9'",
            "chart.bounds");
    if (b->censored) {
        put_element(&p, c->words, "$CENS using 1:3:(0):($2-$3) with vectors nohead lc rgb '#9ecae1' lw 5",
                    "chart.below_loq");
        put_element(&p, c->words, "$CENS using 1:2 with points pt 11 ps 1.5*S lc rgb '#ffffff'",
                    "chart.below_loq");
        put_element(&p, c->words, "$CENS using 1:2 with points pt 10 ps 1.5*S lw 1.6 lc rgb '#0072B2'",
                    "chart.below_loq");
    }
    for (int level = 0; level < WDM_CHART_LEVELS; level++) {
        for (int open = 0; open < 2; open++) {
            const double size = open && level == 0 ? 1.2 : level_size[level];
            if (!b->marks[level][open])
                continue;
            if (open) {
                (void)snprintf(what, sizeof what,
                               "$M%d1 using 1:2 with points pt %d ps %.2f*S lc rgb '#ffffff'", level,
                               level_filled[level], size);
                put_element(&p, c->words, what, "chart.provisional");
            }
            (void)snprintf(
                what, sizeof what, "$M%d%d using 1:2 with points pt %d ps %.2f*S lw 1.6 lc rgb '%s'", level,
                open, open ? level_open[level] : level_filled[level], size, wdm_chart_level_colour[level]);
            put_element(&p, c->words, what, open ? "chart.provisional" : "chart.value");
        }
    }
    if (strcmp(p.lead, "plot ") == 0) // nothing at all: an empty frame, not an error
        put_element(&p, c->words, "-1 with lines", "chart.no_data");
    wdm_buf_puts(s, "\n");
}

wdm_rc wdm_alert_chart_script(const wdm_alert_chart *chart, wdm_buf *script, wdm_err *err)
{
    const double top = axis_top(chart);
    wdm_chart_blocks_drawn b;
    put_axes(script, chart, top);
    wdm_chart_line_of_text(script, chart->title, 0.945, "#111111", 22.0);
    wdm_chart_line_of_text(script, chart->subtitle, 0.880, "#444444", 12.5);
    wdm_chart_footer(script, chart->footer);
    if (isfinite(chart->limit_line)) {
        wdm_buf_puts(script, "set arrow from graph 0, first ");
        wdm_chart_number(script, chart->limit_line);
        wdm_buf_puts(script, " to graph 1, first ");
        wdm_chart_number(script, chart->limit_line);
        wdm_buf_puts(script, " nohead front lc rgb '#000000' lw 1.4 dt 5\n");
    }
    wdm_chart_gap_words(script, chart, top);
    wdm_chart_lab_changes(script, chart);
    wdm_chart_edge_labels(script, chart, top);
    b = wdm_chart_blocks(script, chart);
    put_plot(script, chart, &b);
    return wdm_buf_check(script, err);
}
