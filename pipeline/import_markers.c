// SPDX-License-Identifier: GPL-3.0-or-later
// Population markers after the import of a file: what they say beside what the table says.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "import_checks.h"
#include "import_checks_parts.h"
#include "io/number.h"
#include "num/robust.h"
#include "wbe/population.h"

enum { COMPACT_FIRST = 50000 };

static int by_site_day_line(const void *a, const void *b)
{
    const wdm_touched *x = a;
    const wdm_touched *y = b;
    if (x->site != y->site)
        return x->site < y->site ? -1 : 1;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

// Sorts, and keeps one of each site and day, that of the first line.
static void compact(wdm_checks *c)
{
    size_t kept = 0;
    if (c->n_touched == 0)
        return;
    qsort(c->touched, c->n_touched, sizeof *c->touched, by_site_day_line);
    for (size_t i = 1; i < c->n_touched; i++) {
        if (c->touched[i].site != c->touched[kept].site || c->touched[i].day != c->touched[kept].day)
            c->touched[++kept] = c->touched[i];
    }
    c->n_touched = kept + 1;
}

static wdm_rc touch(wdm_checks *c, wdm_index site, wdm_day day, uint64_t line, wdm_err *err)
{
    const wdm_touched *last = c->n_touched == 0 ? NULL : &c->touched[c->n_touched - 1];
    if (site == WDM_NONE || (last != NULL && last->site == site && last->day == day))
        return WDM_OK;
    if (c->n_touched > c->compact_at) { // a file sorted by analyte comes back to the same days
        compact(c);
        c->compact_at = 2 * c->n_touched + COMPACT_FIRST;
    }
    if (wdm_grow(&c->touched, &c->cap_touched, c->n_touched + 1, sizeof *c->touched, err) != WDM_OK)
        return WDM_E_NOMEM;
    c->touched[c->n_touched++] = (wdm_touched){site, day, line};
    return WDM_OK;
}

wdm_rc wdm_check_touch_result(wdm_checks *checks, const wdm_assay_row *row, wdm_err *err)
{
    if (row->state != WDM_RESULT_MEASURED || strcmp(row->sample_type, "sample") != 0 ||
        !wdm_config_is_marker(checks->config, row->analyte))
        return WDM_OK;
    return touch(checks, row->site, row->start.day, row->line, err);
}

wdm_rc wdm_check_touch_field(wdm_checks *checks, const wdm_field_row *row, wdm_err *err)
{
    return isnan(row->flow_m3_d) ? WDM_OK : touch(checks, row->site, row->start.day, row->line, err);
}

// One site and marker: its samples of this file.
typedef struct tally {
    wdm_index analyte;
    const wdm_marker *marker; // that holds on the day in hand
    const wdm_plausibility *lines;
    double table;               // people of the table on that day
    double *population, *ratio; // from each sample; that over the table's
    size_t n, cap_population, cap_ratio;
} tally;

static wdm_rc on_marker(void *user, const wdm_marker_sample *sample, wdm_err *err)
{
    tally *t = user;
    const double p = wdm_population_of_sample(sample->value_ng_l, sample->flow_m3_d,
                                              wdm_marker_share(t->marker, sample->domestic_share),
                                              t->marker->per_capita_mg_d);
    wdm_rc rc = WDM_OK;
    if (!isfinite(p))
        return WDM_OK;
    rc = wdm_grow(&t->population, &t->cap_population, t->n + 1, sizeof *t->population, err);
    if (rc == WDM_OK)
        rc = wdm_grow(&t->ratio, &t->cap_ratio, t->n + 1, sizeof *t->ratio, err);
    if (rc != WDM_OK)
        return rc;
    t->population[t->n] = p;
    t->ratio[t->n++] = p / t->table;
    return WDM_OK;
}

// The median decides: one odd sample is no other population.
static wdm_rc judge(const wdm_checks *c, const tally *t, const wdm_touched *first, const wdm_intake *in,
                    wdm_err *err)
{
    const char *analyte = c->config->analytes.rows[t->analyte].analyte_id;
    const wdm_record record = {.line = first->line};
    char from[WDM_NUMBER_TEXT];
    char table[WDM_NUMBER_TEXT];
    double people = (double)NAN;
    double ratio = (double)NAN;
    wdm_rc rc = wdm_robust_median(t->population, t->n, &people, err);
    if (rc == WDM_OK)
        rc = wdm_robust_median(t->ratio, t->n, &ratio, err);
    if (rc != WDM_OK || !wdm_disagree(ratio, 1.0, t->lines->low, t->lines->high))
        return rc;
    return wdm_issue_add(
        in->issues, &record, wdm_field_name(WDM_FIELD_VALUE), "marker_disagrees", WDM_SEVERITY_WARNING,
        analyte,
        "%s at %s gives %s people (median of %zu samples), population.csv has %s: %.2g times "
        "as many; expected %g to %g times",
        analyte, c->config->sites.rows[first->site].site_id, wdm_number_pretty(people, 3, from), t->n,
        wdm_number_format(t->table, table), ratio, t->lines->low, t->lines->high);
}

// touched[0..n) are the days of one site, sorted.
static wdm_rc check_site(const wdm_checks *c, const wdm_touched *touched, size_t n, wdm_index analyte,
                         const wdm_intake *in, wdm_err *err)
{
    const wdm_config *config = c->config;
    tally t = {.analyte = analyte,
               .lines = wdm_config_plausibility(config, WDM_CHECK_MARKER_DISAGREES, touched->site)};
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < n && rc == WDM_OK && t.lines->severity != WDM_CHECK_OFF; i++) {
        const wdm_population *p = wdm_config_population(config, touched[i].site, touched[i].day);
        t.marker = wdm_config_marker(config, analyte, touched[i].site, touched[i].day);
        if (p == NULL || t.marker == NULL)
            continue;
        t.table = p->population;
        rc = wdm_store_each_marker(c->store, config->sites.rows[touched->site].site_id,
                                   config->analytes.rows[analyte].analyte_id, touched[i].day, on_marker, &t,
                                   err);
    }
    if (rc == WDM_OK && t.n > 0)
        rc = judge(c, &t, touched, in, err);
    wdm_free(t.population);
    wdm_free(t.ratio);
    return rc;
}

wdm_rc wdm_check_markers(wdm_checks *c, const wdm_intake *in, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    if (c == NULL || c->n_touched == 0)
        return WDM_OK;
    compact(c);
    for (size_t begin = 0, end = 0; begin < c->n_touched && rc == WDM_OK; begin = end) {
        while (end < c->n_touched && c->touched[end].site == c->touched[begin].site)
            end++;
        for (size_t m = 0; m < c->config->marker_methods.n && rc == WDM_OK; m++)
            rc = check_site(c, &c->touched[begin], end - begin, c->config->marker_methods.rows[m].analyte, in,
                            err);
    }
    c->n_touched = 0;
    return rc;
}
