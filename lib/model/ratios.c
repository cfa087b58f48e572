// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ratios.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "wbe/ratio.h"

enum { WEEK_TERMS = 7 * 2 * WDM_RATIO_ANALYTES };

// A rule of either table in one form.
typedef struct plan {
    const wdm_site_series *site;
    const char *ratio_id;
    wdm_ratio_kind kind;
    bool share;
    bool partial; // analytes below that were not analysed are left out of the day
    double low, high;
    wdm_index leader; // the days are those of this analyte; apportionment: it must be measured
    size_t n;         // analytes, above first
    size_t n_above;
    wdm_index analyte[2 * WDM_RATIO_ANALYTES];
    double weight[2 * WDM_RATIO_ANALYTES];
    double u_weight[2 * WDM_RATIO_ANALYTES];
} plan;

static void add_analyte(plan *p, wdm_index analyte, double weight, double u_weight, bool molar)
{
    const double mass = p->site->config->analytes.rows[analyte].molar_mass;
    p->analyte[p->n] = analyte;
    p->weight[p->n] = molar ? weight / mass : weight;
    p->u_weight[p->n] = u_weight;
    p->n++;
}

static plan plan_of(const wdm_site_series *site, const wdm_ratio_rule *rule)
{
    plan p = {.site = site,
              .ratio_id = rule->ratio_id,
              .kind = rule->kind,
              .share = rule->share,
              .low = rule->low,
              .high = rule->high,
              .leader = rule->above[0],
              .n_above = rule->n_above};
    for (size_t i = 0; i < rule->n_above; i++)
        add_analyte(&p, rule->above[i], 1.0, 0.0, rule->molar);
    for (size_t i = 0; i < rule->n_below; i++)
        add_analyte(&p, rule->below[i], 1.0, 0.0, rule->molar);
    return p;
}

// Share of one parent among all of its acid.
static plan plan_of_parent(const wdm_site_series *site, const wdm_apportionment *row, const char *ratio_id)
{
    const wdm_config *config = site->config;
    plan p = {.site = site,
              .ratio_id = ratio_id,
              .kind = WDM_RATIO_APPORTIONMENT,
              .share = true,
              .partial = true,
              .low = (double)NAN,
              .high = (double)NAN,
              .leader = row->acid,
              .n_above = 1};
    add_analyte(&p, row->parent, row->weight, row->u_rel, true);
    for (size_t i = 0; i < config->apportionment.n && p.n < 2U * (size_t)WDM_RATIO_ANALYTES; i++) {
        const wdm_apportionment *other = &config->apportionment.rows[i];
        if (other->acid == row->acid && other->parent != row->parent)
            add_analyte(&p, other->parent, other->weight, other->u_rel, true);
    }
    return p;
}

// Adds the terms of one day; nothing when the day is not complete.
static size_t add_day(const plan *p, wdm_day day, wdm_ratio_term *terms, int64_t *flags)
{
    size_t n = 0;
    size_t n_below = 0;
    int64_t day_flags = 0;
    if (p->kind == WDM_RATIO_APPORTIONMENT) {
        wdm_day_value acid = {0};
        int64_t ignored = 0;
        if (!wdm_series_day(wdm_site_series_of(p->site, p->leader), day, &acid, &ignored) ||
            acid.state != WDM_STATE_MEASURED)
            return 0;
    }
    for (size_t i = 0; i < p->n; i++) {
        wdm_ratio_term *t = &terms[n];
        int64_t more = 0;
        const bool above = i < p->n_above;
        *t = (wdm_ratio_term){
            .weight = p->weight[i], .u_weight = p->u_weight[i], .analyte = p->analyte[i], .above = above};
        if (!wdm_series_day(wdm_site_series_of(p->site, p->analyte[i]), day, &t->value, &more)) {
            if (above || !p->partial)
                return 0;
            continue;
        }
        n_below += !above;
        day_flags |= more;
        n++;
    }
    if (n_below == 0)
        return 0;
    *flags |= day_flags;
    return n;
}

static bool ratio_of_plan(const plan *p, wdm_day first, wdm_day last, wdm_ratio *ratio, int64_t *flags)
{
    wdm_ratio_term terms[WEEK_TERMS];
    size_t n = 0;
    *flags = 0;
    for (wdm_day day = first; day <= last && n + p->n <= WEEK_TERMS; day++)
        n += add_day(p, day, terms + n, flags);
    return n > 0 && wdm_ratio_of(terms, n, p->share, ratio);
}

bool wdm_ratio_of_days(const wdm_site_series *site, const wdm_ratio_rule *rule, wdm_day first, wdm_day last,
                       wdm_ratio *ratio, int64_t *flags)
{
    const plan p = plan_of(site, rule);
    return ratio_of_plan(&p, first, last, ratio, flags);
}

static wdm_rc emit(const plan *p, const wdm_estimate_sink *sink, wdm_scale scale, wdm_day first, wdm_err *err)
{
    wdm_ratio ratio;
    wdm_ratio_row row = {.site = p->site->site,
                         .ratio_id = p->ratio_id,
                         .kind = p->kind,
                         .scale = scale,
                         .first = first,
                         .value = &ratio,
                         .low = p->low,
                         .high = p->high};
    if (!ratio_of_plan(p, first, scale == WDM_SCALE_DAY ? first : first + 6, &ratio, &row.flags))
        return WDM_OK;
    row.verdict = wdm_ratio_judge(&ratio, p->low, p->high);
    return sink->ratio(sink->user, &row, err);
}

static wdm_rc emit_plan(const plan *p, const wdm_estimate_sink *sink, wdm_err *err)
{
    const wdm_day_series *leader = wdm_site_series_of(p->site, p->leader);
    wdm_rc rc = WDM_OK;
    wdm_day last = WDM_DAY_NONE;
    for (size_t i = 0; leader != NULL && i < leader->n && rc == WDM_OK; i++) {
        const wdm_day day = leader->points[i].value.day;
        if (day != last)
            rc = emit(p, sink, WDM_SCALE_DAY, day, err);
        last = day;
    }
    last = WDM_DAY_NONE;
    for (size_t i = 0; leader != NULL && i < leader->n && rc == WDM_OK; i++) {
        const wdm_day monday = wdm_week_monday(wdm_week_index(leader->points[i].value.day));
        if (monday != last)
            rc = emit(p, sink, WDM_SCALE_WEEK, monday, err);
        last = monday;
    }
    return rc;
}

wdm_rc wdm_site_ratios(const wdm_site_series *site, const wdm_estimate_sink *sink, wdm_err *err)
{
    const wdm_config *config = site->config;
    wdm_rc rc = WDM_OK;
    if (sink->ratio == NULL)
        return WDM_OK;
    for (size_t i = 0; i < config->ratios.n && rc == WDM_OK; i++) {
        const plan p = plan_of(site, &config->ratios.rows[i]);
        rc = emit_plan(&p, sink, err);
    }
    for (size_t i = 0; i < config->apportionment.n && rc == WDM_OK; i++) {
        const wdm_apportionment *row = &config->apportionment.rows[i];
        char id[256];
        (void)snprintf(id, sizeof id, "%s:%s", config->analytes.rows[row->acid].analyte_id,
                       config->analytes.rows[row->parent].analyte_id);
        const plan p = plan_of_parent(site, row, id);
        rc = emit_plan(&p, sink, err);
    }
    return rc;
}
