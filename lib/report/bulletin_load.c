// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the week and decides which series stands for a site and drug.
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "report/bulletin_parts.h"
#include "wbe/estimate.h"
#include "wbe/factor.h"

static wdm_rc read_store(wdm_bulletin *b, wdm_err *err)
{
    wdm_store *store = b->store;
    const wdm_config *config = b->words.config;
    const wdm_day last_day = wdm_week_monday(b->week) + 6;
    wdm_rc rc = wdm_report_week_rows(store, config, b->week, &b->arena, &b->rows, err);
    if (rc == WDM_OK)
        rc = wdm_report_alerts(store, config, b->week, b->as_of, &b->arena, &b->alerts, err);
    if (rc == WDM_OK)
        rc = wdm_report_regions(store, config, b->week, &b->arena, &b->regions, err);
    if (rc == WDM_OK)
        rc = wdm_report_coverage(store, config, b->week, &b->samples, err);
    if (rc == WDM_OK)
        rc = wdm_report_batches(store, b->week, 0, &b->arena, &b->batches, err);
    if (rc == WDM_OK)
        rc = wdm_report_limits(store, b->week, 0, &b->arena, &b->limits, err);
    if (rc == WDM_OK)
        rc = wdm_report_firsts(store, config, b->week, &b->arena, &b->firsts, err);
    if (rc == WDM_OK)
        rc = wdm_report_indicators(store, last_day, &b->arena, &b->indicators, err);
    if (rc == WDM_OK)
        rc = wdm_report_run(store, "estimate", &b->arena, &b->estimate_run, err);
    if (rc == WDM_OK)
        rc = wdm_report_run(store, "trend", &b->arena, &b->trend_run, err);
    if (rc == WDM_OK)
        rc = wdm_report_run(store, "alert", &b->arena, &b->alert_run, err);
    if (rc == WDM_OK)
        rc = wdm_changes_load(&b->changes, store, config, err);
    return rc;
}

// Expected are the plants of the site table; a site that a file brought along only counts when it reports.
static bool site_belongs(const wdm_bulletin *b, wdm_index site)
{
    const wdm_site *s = &b->words.config->sites.rows[site];
    if (!s->imported && s->expected_days > 0)
        return true;
    for (size_t i = 0; i < b->rows.n; i++) {
        if (b->rows.rows[i].site == site)
            return true;
    }
    return false;
}

static bool drug_belongs(const wdm_bulletin *b, wdm_index drug)
{
    for (size_t i = 0; i < b->rows.n; i++) {
        if (b->rows.rows[i].drug == drug)
            return true;
    }
    return false;
}

// Greater is better: the primary biomarker, whose series alerts and trends judge; then the quantity that is
// the headline of the drug, then several biomarkers combined.
static int score(const wdm_bulletin *b, const wdm_week_row *row)
{
    const wdm_day day = wdm_week_monday(b->week) + 3;
    const wdm_excretion *e = row->biomarker == WDM_NONE
                                 ? NULL
                                 : wdm_config_excretion(b->words.config, row->drug, row->biomarker, day);
    const bool wants_load = e == NULL ? row->biomarker != WDM_NONE : e->headline_load;
    int points = 1;
    if ((row->key.quantity == (int)WDM_Q_NORMALISED_LOAD) == wants_load)
        points += 8;
    if (e == NULL && strcmp(row->biomarker_id, WDM_COMBINED) == 0)
        points += 4;
    if (e != NULL && e->primary)
        points += 16;
    return points;
}

static size_t place_of(const wdm_index *list, size_t n, wdm_index what)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i] == what)
            return i;
    }
    return n;
}

static void choose(wdm_bulletin *b)
{
    for (size_t i = 0; i < b->rows.n; i++) {
        const wdm_week_row *row = &b->rows.rows[i];
        const size_t s = place_of(b->sites, b->n_sites, row->site),
                     d = place_of(b->drugs, b->n_drugs, row->drug);
        const wdm_week_row **slot = NULL;
        if (s == b->n_sites || d == b->n_drugs)
            continue;
        slot = &b->shown[s * b->n_drugs + d];
        if (*slot == NULL || score(b, row) > score(b, *slot))
            *slot = row;
    }
    for (size_t i = 0; i < b->rows.n; i++) {
        const wdm_week_row *row = &b->rows.rows[i];
        const size_t s = place_of(b->sites, b->n_sites, row->site),
                     d = place_of(b->drugs, b->n_drugs, row->drug);
        if (s == b->n_sites || d == b->n_drugs || row->key.quantity != (int)WDM_Q_NORMALISED_LOAD)
            continue;
        if (b->shown[s * b->n_drugs + d]->key.biomarker == row->key.biomarker)
            b->load[s * b->n_drugs + d] = row;
    }
}

static wdm_rc arrange(wdm_bulletin *b, wdm_err *err)
{
    const wdm_config *config = b->words.config;
    const size_t cells = (config->sites.n + 1) * (config->drugs.n + 1);
    b->sites = wdm_arena_alloc(&b->arena, config->sites.n + 1, sizeof *b->sites);
    b->drugs = wdm_arena_alloc(&b->arena, config->drugs.n + 1, sizeof *b->drugs);
    b->shown = wdm_arena_alloc(&b->arena, cells, sizeof *b->shown);
    b->load = wdm_arena_alloc(&b->arena, cells, sizeof *b->load);
    if (b->sites == NULL || b->drugs == NULL || b->shown == NULL || b->load == NULL)
        return wdm_err_nomem(err);
    for (wdm_index i = 0; i < config->sites.n; i++) {
        if (site_belongs(b, i))
            b->sites[b->n_sites++] = i;
    }
    for (wdm_index i = 0; i < config->drugs.n; i++) {
        if (drug_belongs(b, i))
            b->drugs[b->n_drugs++] = i;
    }
    choose(b);
    return WDM_OK;
}

wdm_rc wdm_bulletin_load(wdm_bulletin *b, wdm_store *store, const wdm_words *words, int32_t week,
                         wdm_day as_of, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    b->store = store;
    b->words = *words;
    b->week = week;
    b->as_of = as_of;
    rc = read_store(b, err);
    if (rc == WDM_OK)
        rc = arrange(b, err);
    if (rc == WDM_OK)
        rc = wdm_bulletin_list_regions(b, err);
    return rc;
}

void wdm_bulletin_fini(wdm_bulletin *b)
{
    wdm_free(b->rows.rows);
    wdm_free(b->alerts.rows);
    wdm_free(b->regions.rows);
    wdm_free(b->samples.rows);
    wdm_free(b->batches.rows);
    wdm_free(b->limits.rows);
    wdm_free(b->firsts.rows);
    wdm_free(b->indicators.rows);
    wdm_changes_fini(&b->changes);
    wdm_arena_fini(&b->arena);
    memset(b, 0, sizeof *b);
}

// ---- questions

const wdm_week_row *wdm_bulletin_shown(const wdm_bulletin *b, size_t site, size_t drug)
{
    return b->shown[site * b->n_drugs + drug];
}

bool wdm_bulletin_site_reports(const wdm_bulletin *b, size_t site)
{
    for (size_t d = 0; d < b->n_drugs; d++) {
        if (wdm_bulletin_shown(b, site, d) != NULL)
            return true;
    }
    return false;
}

bool wdm_bulletin_provisional(const wdm_week_row *row)
{
    return (row->flags & WDM_EST_PROVISIONAL) != 0;
}

bool wdm_bulletin_below(const wdm_week_row *row)
{
    return !isfinite(row->estimate) && row->n_censored >= row->n_days;
}

double wdm_bulletin_factor(const wdm_bulletin *b, size_t site, size_t drug)
{
    const wdm_week_row *rows[2] = {b->shown[site * b->n_drugs + drug], b->load[site * b->n_drugs + drug]};
    for (int k = 0; k < 2; k++) {
        if (rows[k] != NULL && isfinite(rows[k]->estimate) && isfinite(rows[k]->baseline) &&
            rows[k]->baseline > 0.0)
            return rows[k]->estimate / rows[k]->baseline;
    }
    return (double)NAN;
}

const wdm_alert_row *wdm_bulletin_alert(const wdm_bulletin *b, wdm_index site, wdm_index drug)
{
    for (size_t i = 0; i < b->alerts.n; i++) {
        if (b->alerts.rows[i].site == site && b->alerts.rows[i].drug == drug &&
            b->alerts.rows[i].key.site != 0)
            return &b->alerts.rows[i];
    }
    return NULL;
}

const char *wdm_bulletin_level(const wdm_bulletin *b, const wdm_alert_row *alert)
{
    const wdm_config *c = b->words.config;
    const char *region_id =
        alert->site < c->sites.n ? c->sites.rows[alert->site].region_id : alert->region_id;
    return wdm_words_level(&b->words, region_id, alert->level);
}

const wdm_week_row *wdm_bulletin_alert_row(const wdm_bulletin *b, const wdm_alert_row *alert)
{
    for (size_t i = 0; i < b->rows.n; i++) {
        const wdm_series_key *key = &b->rows.rows[i].key;
        if (alert->key.site != 0 && key->site == alert->key.site && key->drug == alert->key.drug &&
            key->biomarker == alert->key.biomarker && key->quantity == alert->key.quantity)
            return &b->rows.rows[i];
    }
    return NULL;
}

wdm_bulletin_counts wdm_bulletin_count(const wdm_bulletin *b)
{
    wdm_bulletin_counts c = {0};
    for (size_t s = 0; s < b->n_sites; s++) {
        const wdm_site *site = &b->words.config->sites.rows[b->sites[s]];
        double persons = 0.0;
        c.sites_expected++;
        c.sites_reporting += wdm_bulletin_site_reports(b, s) ? 1 : 0;
        for (size_t d = 0; d < b->n_drugs; d++) {
            const wdm_week_row *row = wdm_bulletin_shown(b, s, d);
            if (row == NULL)
                continue;
            c.series++;
            c.in_alert += wdm_bulletin_alert(b, b->sites[s], b->drugs[d]) != NULL ? 1 : 0;
            c.provisional += wdm_bulletin_provisional(row) ? 1 : 0;
            c.censored += wdm_bulletin_below(row) ? 1 : 0;
            if (isfinite(row->population) && row->population > persons)
                persons = row->population;
        }
        if (wdm_site_counts(site)) // a pump station's people are its plant's
            c.persons += persons;
    }
    for (size_t i = 0; i < b->samples.n; i++)
        c.samples += b->samples.rows[i].n_samples;
    return c;
}
