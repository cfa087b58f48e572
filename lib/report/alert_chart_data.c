// SPDX-License-Identifier: GPL-3.0-or-later
// What a week is, and the data blocks of the script.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/number.h"
#include "report/alert_chart_parts.h"
#include "wbe/estimate.h"

double wdm_chart_max(double a, double b)
{
    return isfinite(b) && b > a ? b : a;
}

bool wdm_chart_point_censored(const wdm_series_point *p)
{
    return p->present && isnan(p->estimate) && p->n_censored >= p->n_days;
}

bool wdm_chart_point_bounds(const wdm_series_point *p)
{
    return p->present && isnan(p->estimate) && p->n_censored < p->n_days;
}

bool wdm_chart_measured(const wdm_series_point *p)
{
    return p->present && isfinite(p->estimate);
}

bool wdm_chart_provisional(const wdm_series_point *p)
{
    return (p->flags & WDM_EST_PROVISIONAL) != 0;
}

// Where a week without a number of its own is drawn: its limit, else its upper bound; 0 when neither is
// known.
double wdm_chart_censored_at(const wdm_series_point *p)
{
    if (isfinite(p->limit))
        return p->limit;
    return isfinite(p->bound_high) ? p->bound_high : 0.0;
}

int wdm_chart_point_level(const wdm_series_point *p)
{
    if (!p->alarmed || !wdm_chart_measured(p))
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

const wdm_series_point *wdm_chart_previous_with_lab(const wdm_alert_chart *c, size_t i)
{
    while (i > 0) {
        i--;
        if (c->points[i].present && c->points[i].labs[0] != '\0')
            return &c->points[i];
    }
    return NULL;
}

bool wdm_chart_breaks_before(const wdm_alert_chart *c, size_t i)
{
    return c->points[i].present && lab_changed(wdm_chart_previous_with_lab(c, i), &c->points[i]);
}

void wdm_chart_number(wdm_buf *s, double value)
{
    char text[WDM_NUMBER_TEXT];
    wdm_buf_puts(s, wdm_number_format(value, text));
}

// "x a b" as a data line.
static void put_row(wdm_buf *s, double x, double a, double b)
{
    wdm_chart_number(s, x);
    wdm_buf_puts(s, " ");
    wdm_chart_number(s, a);
    wdm_buf_puts(s, " ");
    wdm_chart_number(s, b);
    wdm_buf_puts(s, "\n");
}

double wdm_chart_middle(const wdm_series_point *p)
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
        const bool has =
            wdm_chart_measured(p) && (!ribbon || (isfinite(p->lo95_random) && isfinite(p->hi95_random)));
        const bool next =
            i + 1 < c->n && wdm_chart_measured(&c->points[i + 1]) && !wdm_chart_breaks_before(c, i + 1);
        if (open && (!has || wdm_chart_breaks_before(c, i))) {
            wdm_buf_puts(s, "\n");
            open = false;
        }
        if (has && ribbon && !open && !next) {
            put_row(s, wdm_chart_middle(p) - 1.0, p->lo95_random, p->hi95_random);
            put_row(s, wdm_chart_middle(p) + 1.0, p->lo95_random, p->hi95_random);
        } else if (has) {
            put_row(s, wdm_chart_middle(p), ribbon ? p->lo95_random : p->estimate,
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
        if (!wdm_chart_measured(p) || wdm_chart_point_level(p) != level ||
            wdm_chart_provisional(p) != open_mark)
            continue;
        put_row(s, wdm_chart_middle(p), p->estimate, 0.0);
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
        put_row(s, wdm_chart_middle(p), wdm_chart_censored_at(p), 0.0);
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
        put_row(s, wdm_chart_middle(p), isfinite(p->bound_low) ? p->bound_low : 0.0, p->bound_high);
        any = true;
    }
    wdm_buf_puts(s, "EOD\n");
    return any;
}

wdm_chart_blocks_drawn wdm_chart_blocks(wdm_buf *s, const wdm_alert_chart *c)
{
    wdm_chart_blocks_drawn b = {.band = put_steps(s, c, "BAND", get_band_low, get_band_high)};
    b.baseline = put_steps(s, c, "BASE", get_baseline, get_baseline);
    b.step[1] = put_steps(s, c, "STEP1", get_notice, get_notice);
    b.step[2] = put_steps(s, c, "STEP2", get_warning, get_warning);
    b.step[3] = put_steps(s, c, "STEP3", get_critical, get_critical);
    b.ribbon = put_line(s, c, true);
    b.line = put_line(s, c, false);
    b.censored = put_censored(s, c);
    b.bounds = put_bounds(s, c);
    for (int level = 0; level < WDM_CHART_LEVELS; level++) {
        b.marks[level][0] = put_marks(s, c, level, false);
        b.marks[level][1] = put_marks(s, c, level, true);
    }
    return b;
}
