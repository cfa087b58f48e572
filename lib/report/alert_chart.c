// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/alert_chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/number.h"
#include "wbe/estimate.h"

// Okabe-Ito blue, orange, vermillion; "critical" is vermillion darkened, so that the levels also differ in
// grey.
static const char *const level_colour[] = {"#0072B2", "#E69F00", "#D55E00", "#962E00"};
static const char *const level_key[] = {"", "level.notice", "level.warning", "level.critical"};
// Point types of gnuplot, filled and open: circle, square, diamond, triangle.
static const int level_filled[] = {7, 5, 13, 9};
static const int level_open[] = {6, 4, 12, 8};
static const double level_size[] = {0.75, 1.5, 1.9, 2.0};

enum { LEVELS = 4, PLOT_WIDTH_PX = 976, LABELS_MAX = 6 };
static const double PLOT_LEFT = 0.052, PLOT_RIGHT = 0.815, PLOT_BOTTOM = 0.165, PLOT_TOP = 0.815;

bool wdm_chart_point_censored(const wdm_series_point *p)
{
    return p->present && isnan(p->estimate) && p->n_censored >= p->n_days;
}

bool wdm_chart_point_bounds(const wdm_series_point *p)
{
    return p->present && isnan(p->estimate) && p->n_censored < p->n_days;
}

static bool measured(const wdm_series_point *p)
{
    return p->present && isfinite(p->estimate);
}

static bool provisional(const wdm_series_point *p)
{
    return (p->flags & (unsigned)WDM_EST_PROVISIONAL) != 0;
}

// Where a week without a number of its own is drawn: its limit, else its upper bound; 0 when neither is
// known.
static double censored_at(const wdm_series_point *p)
{
    if (isfinite(p->limit))
        return p->limit;
    return isfinite(p->bound_high) ? p->bound_high : 0.0;
}

int wdm_chart_point_level(const wdm_series_point *p)
{
    if (!p->alarmed || !measured(p))
        return 0;
    if (isfinite(p->critical) && p->estimate >= p->critical)
        return 3;
    if (isfinite(p->warning) && p->estimate >= p->warning)
        return 2;
    return 1;
}

// A laboratory change: both weeks name their laboratories and have none in common.
static bool lab_changed(const wdm_series_point *before, const wdm_series_point *after)
{
    char list[512] = "";
    char *save = NULL;
    if (before == NULL || before->labs[0] == '\0' || after->labs[0] == '\0')
        return false;
    (void)snprintf(list, sizeof list, "%s", before->labs);
    for (char *lab = strtok_r(list, " ", &save); lab != NULL; lab = strtok_r(NULL, " ", &save)) {
        const char *at = strstr(after->labs, lab);
        const size_t len = strlen(lab);
        if (at != NULL && (at == after->labs || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return false;
    }
    return true;
}

static const wdm_series_point *previous_with_lab(const wdm_alert_chart *c, size_t i)
{
    while (i > 0) {
        i--;
        if (c->points[i].present && c->points[i].labs[0] != '\0')
            return &c->points[i];
    }
    return NULL;
}

static bool breaks_before(const wdm_alert_chart *c, size_t i)
{
    return c->points[i].present && lab_changed(previous_with_lab(c, i), &c->points[i]);
}

static void put_number(wdm_buf *s, double value)
{
    char text[WDM_NUMBER_TEXT];
    wdm_buf_puts(s, wdm_number_format(value, text));
}

// "x a b" as a data line.
static void put_row(wdm_buf *s, double x, double a, double b)
{
    put_number(s, x);
    wdm_buf_puts(s, " ");
    put_number(s, a);
    wdm_buf_puts(s, " ");
    put_number(s, b);
    wdm_buf_puts(s, "\n");
}

static double middle(const wdm_series_point *p)
{
    return wdm_week_monday(p->week) + 3.5;
}

// ---- data blocks

typedef double (*field_fn)(const wdm_series_point *p);
static double get_band_low(const wdm_series_point *p)
{
    return p->band_low;
}
static double get_band_high(const wdm_series_point *p)
{
    return p->band_high;
}
static double get_baseline(const wdm_series_point *p)
{
    return p->baseline;
}
static double get_notice(const wdm_series_point *p)
{
    return p->notice;
}
static double get_warning(const wdm_series_point *p)
{
    return p->warning;
}
static double get_critical(const wdm_series_point *p)
{
    return p->critical;
}

// One level stretch a week, Monday to Monday; a blank line at each gap (a NaN would not break filled curves).
static bool put_steps(wdm_buf *s, const wdm_alert_chart *c, const char *name, field_fn low, field_fn high)
{
    bool any = false, open = false;
    wdm_buf_printf(s, "$%s << EOD\n", name);
    for (size_t i = 0; i < c->n; i++) {
        const wdm_series_point *p = &c->points[i];
        const bool has = p->has_baseline && isfinite(low(p)) && isfinite(high(p));
        if (open && !has)
            wdm_buf_puts(s, "\n");
        if (has) {
            put_row(s, wdm_week_monday(p->week), low(p), high(p));
            put_row(s, wdm_week_monday(p->week) + 7.0, low(p), high(p));
        }
        any = any || has;
        open = has;
    }
    wdm_buf_puts(s, "EOD\n");
    return any;
}

// Line and ribbon: x, value, low, high; broken at gaps, censored weeks and laboratory changes. A week that
// stands alone gets a ribbon two days wide.
static bool put_line(wdm_buf *s, const wdm_alert_chart *c, bool ribbon)
{
    bool any = false, open = false;
    wdm_buf_printf(s, "$%s << EOD\n", ribbon ? "RIBBON" : "LINE");
    for (size_t i = 0; i < c->n; i++) {
        const wdm_series_point *p = &c->points[i];
        const bool has = measured(p) && (!ribbon || (isfinite(p->lo95_random) && isfinite(p->hi95_random)));
        const bool next = i + 1 < c->n && measured(&c->points[i + 1]) && !breaks_before(c, i + 1);
        if (open && (!has || breaks_before(c, i))) {
            wdm_buf_puts(s, "\n");
            open = false;
        }
        if (has && ribbon && !open && !next) {
            put_row(s, middle(p) - 1.0, p->lo95_random, p->hi95_random);
            put_row(s, middle(p) + 1.0, p->lo95_random, p->hi95_random);
        } else if (has) {
            put_row(s, middle(p), ribbon ? p->lo95_random : p->estimate,
                    ribbon ? p->hi95_random : p->estimate);
        }
        any = any || has;
        open = has;
    }
    wdm_buf_puts(s, "EOD\n");
    return any;
}

static bool put_marks(wdm_buf *s, const wdm_alert_chart *c, int level, bool open_mark)
{
    bool any = false;
    wdm_buf_printf(s, "$M%d%d << EOD\n", level, open_mark ? 1 : 0);
    for (size_t i = 0; i < c->n; i++) {
        const wdm_series_point *p = &c->points[i];
        if (!measured(p) || wdm_chart_point_level(p) != level || provisional(p) != open_mark)
            continue;
        put_row(s, middle(p), p->estimate, 0.0);
        any = true;
    }
    wdm_buf_puts(s, "EOD\n");
    return any;
}

// Hollow triangles at the limit, with a stem over what the value may have been: x, limit, 0.
static bool put_censored(wdm_buf *s, const wdm_alert_chart *c)
{
    bool any = false;
    wdm_buf_puts(s, "$CENS << EOD\n");
    for (size_t i = 0; i < c->n; i++) {
        const wdm_series_point *p = &c->points[i];
        if (!wdm_chart_point_censored(p))
            continue;
        put_row(s, middle(p), censored_at(p), 0.0);
        any = true;
    }
    wdm_buf_puts(s, "EOD\n");
    return any;
}

// Weeks of which only the lowest and highest possible mean are known: x, low, high.
static bool put_bounds(wdm_buf *s, const wdm_alert_chart *c)
{
    bool any = false;
    wdm_buf_puts(s, "$BOUNDS << EOD\n");
    for (size_t i = 0; i < c->n; i++) {
        const wdm_series_point *p = &c->points[i];
        if (!wdm_chart_point_bounds(p) || !isfinite(p->bound_high))
            continue;
        put_row(s, middle(p), isfinite(p->bound_low) ? p->bound_low : 0.0, p->bound_high);
        any = true;
    }
    wdm_buf_puts(s, "EOD\n");
    return any;
}

// ---- axes

static double max_of(double a, double b)
{
    return isfinite(b) && b > a ? b : a;
}

// Top of the axis: all of the data, and the thresholds unless they would flatten the data.
static double axis_top(const wdm_alert_chart *c)
{
    double data = 0.0, lines = 0.0;
    for (size_t i = 0; i < c->n; i++) {
        const wdm_series_point *p = &c->points[i];
        if (measured(p))
            data = max_of(max_of(data, p->estimate), p->hi95_random);
        else if (p->present)
            data = max_of(data, censored_at(p));
        lines = max_of(max_of(max_of(lines, p->notice), p->warning), p->critical);
        data = max_of(data, p->band_high);
    }
    lines = max_of(lines, c->limit_line);
    if (data > 0.0 && lines > 1.8 * data)
        lines = 1.8 * data;
    data = max_of(data, lines);
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
    put_number(s, top);
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

// ---- texts

static void put_label(wdm_buf *s, const char *text, const char *where, const char *colour, double size)
{
    wdm_buf_puts(s, "set label ");
    wdm_gnuplot_text(s, text);
    wdm_buf_printf(s, " at %s textcolor rgb '%s' font ',%.1f' front\n", where, colour, size);
}

// A line at the head or foot of the picture, made smaller until it fits.
static void put_line_of_text(wdm_buf *s, const char *text, double y, const char *colour, double size)
{
    char where[64] = "";
    const double width_px = wdm_gnuplot_width_em(text) * size * 1.34;
    if (width_px > 1235.0)
        size = size * 1235.0 / width_px;
    (void)snprintf(where, sizeof where, "screen 0.019, screen %.4f left", y);
    put_label(s, text, where, colour, size);
}

// The footer in up to two lines, broken at a separator.
static void put_footer(wdm_buf *s, const char *text)
{
    static const char separator[] = " · ";
    const double limit_em = 1235.0 / (10.5 * 1.34);
    char line[1024] = "";
    const char *cut = NULL;
    if (wdm_gnuplot_width_em(text) <= limit_em || strlen(text) >= sizeof line) {
        put_line_of_text(s, text, 0.055, "#666666", 10.5);
        return;
    }
    for (const char *p = strstr(text, separator); p != NULL; p = strstr(p + 1, separator)) {
        (void)snprintf(line, sizeof line, "%.*s", (int)(p - text), text);
        if (wdm_gnuplot_width_em(line) > limit_em)
            break;
        cut = p;
    }
    if (cut == NULL) {
        put_line_of_text(s, text, 0.055, "#666666", 10.5);
        return;
    }
    (void)snprintf(line, sizeof line, "%.*s", (int)(cut - text), text);
    put_line_of_text(s, line, 0.068, "#666666", 10.5);
    put_line_of_text(s, cut + sizeof separator - 1, 0.034, "#666666", 10.5);
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

static void add_named(edge_label *labels, size_t *n, const wdm_alert_chart *c, double value, const char *key,
                      const char *colour)
{
    char number[WDM_NUMBER_TEXT], text[96] = "";
    if (!isfinite(value))
        return;
    (void)snprintf(text, sizeof text, "%s %s", wdm_words_get(c->words, key),
                   wdm_number_pretty(value, 3, number));
    add_edge(labels, n, value, text, colour, 12.0);
}

static void put_edge_labels(wdm_buf *s, const wdm_alert_chart *c, double top)
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
        add_edge(labels, &n, p->bound_high, text, level_colour[0], 15.0);
    } else if (p->present && (measured(p) || censored_at(p) > 0.0)) {
        const double at = measured(p) ? p->estimate : censored_at(p);
        (void)snprintf(text, sizeof text, "%s%s %s", measured(p) ? "" : "< ",
                       wdm_number_pretty(at, 3, number), wdm_words_get(c->words, "chart.this_week"));
        add_edge(labels, &n, at, text, level_colour[level], 15.0);
    }
    if (p->has_baseline) {
        add_named(labels, &n, c, p->baseline, "chart.baseline", "#555555");
        add_named(labels, &n, c, p->notice, level_key[1], "#9A6A00");
        add_named(labels, &n, c, p->warning, level_key[2], level_colour[2]);
        add_named(labels, &n, c, p->critical, level_key[3], level_colour[3]);
    }
    add_named(labels, &n, c, c->limit_line, "chart.limit", "#000000");
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

typedef enum week_kind { WEEK_MEASURED, WEEK_GAP, WEEK_CENSORED, WEEK_BOUNDS } week_kind;

static week_kind kind_of(const wdm_series_point *p)
{
    if (!p->present)
        return WEEK_GAP;
    if (wdm_chart_point_censored(p))
        return WEEK_CENSORED;
    return wdm_chart_point_bounds(p) ? WEEK_BOUNDS : WEEK_MEASURED;
}

static void put_gap_words(wdm_buf *s, const wdm_alert_chart *c, double top)
{
    const double days = (double)c->n * 7.0 + 4.0;
    inner_words gaps = {-1e9, days / PLOT_WIDTH_PX}, limits = {-1e9, days / PLOT_WIDTH_PX};
    for (size_t i = 0; i < c->n;) {
        const wdm_series_point *p = &c->points[i];
        const week_kind kind = kind_of(p);
        size_t end = i;
        double high = 0.0, x = 0.0;
        for (; end < c->n && kind_of(&c->points[end]) == kind; end++)
            high = max_of(high, censored_at(&c->points[end]));
        x = (middle(p) + middle(&c->points[end - 1])) / 2.0;
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

static void put_lab_changes(wdm_buf *s, const wdm_alert_chart *c)
{
    for (size_t i = 1; i < c->n; i++) {
        char where[64] = "";
        wdm_buf text = {0};
        if (!breaks_before(c, i))
            continue;
        wdm_buf_init(&text, 1024);
        WDM_WORDS(c->words, &text, "chart.lab_change", {"from", previous_with_lab(c, i)->labs},
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

// ---- the plot

typedef struct plot {
    wdm_buf *script;
    const char *lead; // "plot " before the first element, then ", "
} plot;

static void put_element(plot *p, const wdm_words *words, const char *what, const char *title_key)
{
    wdm_buf_puts(p->script, p->lead);
    wdm_buf_puts(p->script, what);
    wdm_buf_puts(p->script, " title ");
    wdm_gnuplot_text(p->script, wdm_words_get(words, title_key));
    p->lead = ", \\\n  ";
}

typedef struct blocks {
    bool band, baseline, step[LEVELS], ribbon, line, censored, bounds, marks[LEVELS][2];
} blocks;

static blocks put_blocks(wdm_buf *s, const wdm_alert_chart *c)
{
    blocks b = {.band = put_steps(s, c, "BAND", get_band_low, get_band_high)};
    b.baseline = put_steps(s, c, "BASE", get_baseline, get_baseline);
    b.step[1] = put_steps(s, c, "STEP1", get_notice, get_notice);
    b.step[2] = put_steps(s, c, "STEP2", get_warning, get_warning);
    b.step[3] = put_steps(s, c, "STEP3", get_critical, get_critical);
    b.ribbon = put_line(s, c, true);
    b.line = put_line(s, c, false);
    b.censored = put_censored(s, c);
    b.bounds = put_bounds(s, c);
    for (int level = 0; level < LEVELS; level++) {
        b.marks[level][0] = put_marks(s, c, level, false);
        b.marks[level][1] = put_marks(s, c, level, true);
    }
    return b;
}

static void put_plot(wdm_buf *s, const wdm_alert_chart *c, const blocks *b)
{
    static const char *const step_style[] = {"", "lw 1.2 dt 2", "lw 1.6", "lw 2.4"};
    plot p = {s, "plot "};
    char what[256] = "";
    if (b->band)
        put_element(&p, c->words, "$BAND using 1:2:3 with filledcurves lc rgb '#e9e9e9'", "chart.band");
    if (b->baseline)
        put_element(&p, c->words, "$BASE using 1:2 with lines lc rgb '#8a8a8a' lw 1.2 dt 3",
                    "chart.baseline");
    for (int level = 1; level < LEVELS; level++) {
        (void)snprintf(what, sizeof what, "$STEP%d using 1:2 with lines lc rgb '%s' %s", level,
                       level_colour[level], step_style[level]);
        if (b->step[level])
            put_element(&p, c->words, what, level_key[level]);
    }
    if (b->ribbon)
        put_element(&p, c->words,
                    "$RIBBON using 1:2:3 with filledcurves lc rgb '#0072B2' fillstyle transparent solid 0.20 "
                    "noborder",
                    "chart.ribbon");
    if (b->line)
        put_element(&p, c->words, "$LINE using 1:2 with lines lc rgb '#0072B2' lw 2.4", "chart.value");
    if (b->bounds)
        put_element(&p, c->words,
                    "$BOUNDS using 1:(($2+$3)/2):2:3 with yerrorbars pt 0 lw 2 lc rgb '#56B4E9'",
                    "chart.bounds");
    if (b->censored) {
        put_element(&p, c->words, "$CENS using 1:3:(0):($2-$3) with vectors nohead lc rgb '#9ecae1' lw 5",
                    "chart.below_loq");
        put_element(&p, c->words, "$CENS using 1:2 with points pt 11 ps 1.5*S lc rgb '#ffffff'",
                    "chart.below_loq");
        put_element(&p, c->words, "$CENS using 1:2 with points pt 10 ps 1.5*S lw 1.6 lc rgb '#0072B2'",
                    "chart.below_loq");
    }
    for (int level = 0; level < LEVELS; level++) {
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
            (void)snprintf(what, sizeof what,
                           "$M%d%d using 1:2 with points pt %d ps %.2f*S lw 1.6 lc rgb '%s'", level, open,
                           open ? level_open[level] : level_filled[level], size, level_colour[level]);
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
    blocks b;
    put_axes(script, chart, top);
    put_line_of_text(script, chart->title, 0.945, "#111111", 22.0);
    put_line_of_text(script, chart->subtitle, 0.880, "#444444", 12.5);
    put_footer(script, chart->footer);
    if (isfinite(chart->limit_line)) {
        wdm_buf_puts(script, "set arrow from graph 0, first ");
        put_number(script, chart->limit_line);
        wdm_buf_puts(script, " to graph 1, first ");
        put_number(script, chart->limit_line);
        wdm_buf_puts(script, " nohead lc rgb '#000000' lw 1.4 dt 5\n");
    }
    put_gap_words(script, chart, top);
    put_lab_changes(script, chart);
    put_edge_labels(script, chart, top);
    b = put_blocks(script, chart);
    put_plot(script, chart, &b);
    return wdm_buf_check(script, err);
}
