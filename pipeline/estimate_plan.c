// SPDX-License-Identifier: GPL-3.0-or-later
#include "estimate_plan.h"

#include <string.h>

#include "base/mem.h"
#include "store/estimate_store.h"

static int year_of(wdm_day day)
{
    return wdm_civil_of_day(day).year;
}

// ---- sites

typedef struct planner {
    wdm_plan *plan;
    const wdm_config *config;
    wdm_store *store;
    wdm_day as_of;
    size_t *place; // of a site: 1 + index in the plan; 0: it has no data
} planner;

static wdm_rc count_result(void *user, const wdm_result_row *row, wdm_err *err)
{
    (void)row;
    (void)err;
    ++*(int64_t *)user;
    return WDM_OK;
}

static wdm_rc count_published(void *user, const wdm_published_row *row, wdm_err *err)
{
    (void)row;
    (void)err;
    ++*(int64_t *)user;
    return WDM_OK;
}

static wdm_rc count_unknown(planner *p, const char *site_id, wdm_err *err)
{
    const wdm_result_filter filter = {
        .site_id = site_id, .first = WDM_DAY_NONE, .last = WDM_DAY_NONE, .as_of = p->as_of};
    wdm_rc rc = WDM_OK;
    if (!wdm_part_has(&p->plan->part, site_id))
        return WDM_OK;
    rc = wdm_store_each_result(p->store, &filter, count_result, &p->plan->n_unknown, err);
    return rc == WDM_OK
               ? wdm_store_each_published(p->store, &filter, count_published, &p->plan->n_unknown, err)
               : rc;
}

static wdm_rc on_span(void *user, const char *site_id, wdm_day first, wdm_day last, wdm_err *err)
{
    planner *p = user;
    wdm_plan *plan = p->plan;
    const wdm_index site = wdm_config_site(p->config, site_id);
    wdm_rc rc = WDM_OK;
    if (site == WDM_NONE)
        return count_unknown(p, site_id, err);
    rc = wdm_grow(&plan->sites, &plan->cap, plan->n + 1, sizeof *plan->sites, err);
    if (rc != WDM_OK)
        return rc;
    if (plan->n == 0 || year_of(first) <= plan->first_year)
        plan->first_year = year_of(first) - 1; // a week or campaign may have begun in the year before
    if (plan->n == 0 || year_of(last) > plan->last_year)
        plan->last_year = year_of(last);
    plan->sites[plan->n] = (wdm_plan_site){.site = site,
                                           .first = first,
                                           .last = last,
                                           .all = plan->full,
                                           .own = wdm_part_has(&plan->part, site_id)};
    p->place[site] = ++plan->n;
    return WDM_OK;
}

static wdm_rc on_changed(void *user, const char *site_id, wdm_day day, wdm_err *err)
{
    planner *p = user;
    const wdm_index index = wdm_config_site(p->config, site_id);
    wdm_plan_site *site = NULL;
    wdm_rc rc = WDM_OK;
    if (index == WDM_NONE || p->place[index] == 0)
        return WDM_OK; // no rows of it are left, and none were ever estimated
    site = &p->plan->sites[p->place[index] - 1];
    p->plan->n_changed_days += site->own;
    if (day == WDM_DAY_NONE) {
        site->all = true;
        return WDM_OK;
    }
    rc = wdm_grow(&site->days, &site->cap, site->n + 1, sizeof *site->days, err);
    if (rc == WDM_OK)
        site->days[site->n++] = day;
    return rc;
}

// A campaign that reaches into the years with data belongs to the year that it began in.
static void begin_with_campaigns(wdm_plan *plan, const wdm_config *config)
{
    const wdm_day first = wdm_day_of_civil((wdm_civil){plan->first_year, 1, 1});
    for (size_t i = 0; i < config->campaigns.n && plan->n > 0; i++) {
        const wdm_campaign *c = &config->campaigns.rows[i];
        if ((c->ends == WDM_DAY_NONE || c->ends >= first) && year_of(c->starts) < plan->first_year)
            plan->first_year = year_of(c->starts);
    }
}

wdm_rc wdm_plan_make(wdm_plan *plan, wdm_session *session, const wdm_part *part, wdm_day as_of,
                     const wdm_changes_since *since, wdm_err *err)
{
    planner p = {.plan = plan, .config = &session->config, .store = session->store, .as_of = as_of};
    wdm_rc rc = WDM_OK;
    memset(plan, 0, sizeof *plan);
    plan->part = *part;
    plan->full = since == NULL;
    plan->last_year = -1;
    p.place = wdm_alloc(session->config.sites.n, sizeof *p.place);
    if (p.place == NULL)
        return wdm_err_nomem(err);
    rc = wdm_store_each_site_span(session->store, on_span, &p, err);
    begin_with_campaigns(plan, &session->config);
    if (rc == WDM_OK && since != NULL)
        rc = wdm_store_each_changed(session->store, since, on_changed, &p, err);
    wdm_free(p.place);
    return rc;
}

void wdm_plan_fini(wdm_plan *plan)
{
    for (size_t i = 0; i < plan->n; i++)
        wdm_free(plan->sites[i].days);
    wdm_free(plan->sites);
    memset(plan, 0, sizeof *plan);
}

// ---- years

wdm_plan_year wdm_plan_year_of(const wdm_config *config, int year)
{
    wdm_plan_year y = {.year = year,
                       .own_first = wdm_day_of_civil((wdm_civil){year, 1, 1}),
                       .own_last = wdm_day_of_civil((wdm_civil){year, 12, 31})};
    y.reach = wdm_scope_reach(config);
    y.first = y.own_first - y.reach;
    y.last = y.own_last + 6 + y.reach; // a week that begins on 31 December
    for (size_t i = 0; i < config->campaigns.n; i++) {
        const wdm_campaign *c = &config->campaigns.rows[i];
        const wdm_day ends = c->ends == WDM_DAY_NONE ? (wdm_day)WDM_SCOPE_LAST_DAY : c->ends;
        if (c->starts >= y.own_first && c->starts <= y.own_last && ends + y.reach > y.last)
            y.last = ends + y.reach;
    }
    return y;
}

bool wdm_plan_touches(const wdm_plan_site *site, const wdm_plan_year *year)
{
    if (site->first > year->last || site->last < year->first)
        return false;
    for (size_t i = 0; i < site->n && !site->all; i++) {
        if (site->days[i] >= year->first && site->days[i] <= year->last)
            return true;
    }
    return site->all;
}

wdm_scope wdm_plan_scope(const wdm_plan_site *site, const wdm_plan_year *year)
{
    return (wdm_scope){.own_first = year->own_first,
                       .own_last = year->own_last,
                       .all = site->all,
                       .days = site->days,
                       .n = site->n,
                       .reach = year->reach};
}
