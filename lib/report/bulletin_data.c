// SPDX-License-Identifier: GPL-3.0-or-later
// The bulletin's numbers for programs: CSV and JSON. Names are those of docs/cmd/report.md and do not depend
// on the language.
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "report/bulletin_parts.h"
#include "report/figure.h"
#include "report/json.h"
#include "report/tabular.h"
#include "wbe/factor.h"

enum { TEXT_MAX = 256 * 1024 };

static const char *const columns[] = {"site_id",
                                      "site_name",
                                      "drug_id",
                                      "biomarker_id",
                                      "iso_week",
                                      "quantity",
                                      "unit",
                                      "estimate",
                                      "limit",
                                      "bound_low",
                                      "bound_high",
                                      "lo95",
                                      "hi95",
                                      "lo95_random",
                                      "hi95_random",
                                      "n_days",
                                      "n_censored",
                                      "population",
                                      "provisional",
                                      "baseline",
                                      "factor",
                                      "change_prev_pct",
                                      "change_prev_word",
                                      "change_year_pct",
                                      "change_year_word",
                                      "alert_level",
                                      "factor_set"};

static const wdm_alert_row *alert_of(const wdm_bulletin *b, const wdm_week_row *row)
{
    for (size_t i = 0; i < b->alerts.n; i++) {
        if (wdm_bulletin_alert_row(b, &b->alerts.rows[i]) == row)
            return &b->alerts.rows[i];
    }
    return NULL;
}

static void put_row(const wdm_bulletin *b, wdm_tabular *t, const wdm_week_row *r)
{
    const wdm_config *c = b->words.config;
    const wdm_alert_row *alert = alert_of(b, r);
    const double numbers[] = {r->estimate, r->limit, r->bound_low,   r->bound_high,
                              r->lo95,     r->hi95,  r->lo95_random, r->hi95_random};
    char week[WDM_DATE_TEXT];
    wdm_tabular_text(t, r->site == WDM_NONE ? "" : c->sites.rows[r->site].site_id);
    wdm_tabular_text(t, r->site == WDM_NONE ? "" : wdm_words_site(&b->words, r->site));
    wdm_tabular_text(t, r->drug == WDM_NONE ? "" : c->drugs.rows[r->drug].drug_id);
    wdm_tabular_text(t, r->biomarker_id);
    wdm_tabular_text(t, wdm_figure_week(b->week, week));
    wdm_tabular_text(t, wdm_quantity_name((wdm_quantity)r->key.quantity));
    wdm_tabular_text(t, wdm_quantity_unit((wdm_quantity)r->key.quantity));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        wdm_tabular_number(t, numbers[i]);
    wdm_tabular_integer(t, r->n_days);
    wdm_tabular_integer(t, r->n_censored);
    wdm_tabular_number(t, r->population);
    wdm_tabular_integer(t, wdm_bulletin_provisional(r) ? 1 : 0);
    wdm_tabular_number(t, r->baseline);
    wdm_tabular_number(t, r->baseline > 0.0 ? r->estimate / r->baseline : (double)NAN);
    wdm_tabular_number(t, r->change_prev_pct);
    wdm_tabular_text(t, r->change_prev_word);
    wdm_tabular_number(t, r->change_year_pct);
    wdm_tabular_text(t, r->change_year_word);
    wdm_tabular_text(t, alert == NULL ? "" : alert->level);
    wdm_tabular_text(t, c->factor_set);
}

wdm_rc wdm_bulletin_csv(const wdm_bulletin *b, wdm_buf *out, wdm_err *err)
{
    wdm_tabular t = {0};
    wdm_rc rc = WDM_OK;
    wdm_tabular_init(&t, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < b->rows.n; i++)
        put_row(b, &t, &b->rows.rows[i]);
    rc = wdm_tabular_write(&t, WDM_FORMAT_CSV, out, err);
    wdm_tabular_fini(&t);
    return rc;
}

// ---- JSON

static const char *site_id(const wdm_bulletin *b, wdm_index site)
{
    return site == WDM_NONE ? "" : b->words.config->sites.rows[site].site_id;
}

static const char *drug_id(const wdm_bulletin *b, wdm_index drug)
{
    return drug == WDM_NONE ? "" : b->words.config->drugs.rows[drug].drug_id;
}

static json_t *series_json(const wdm_bulletin *b, const wdm_week_row *r, int *failed)
{
    const struct {
        const char *key;
        double value;
    } numbers[] = {{"estimate", r->estimate},
                   {"limit", r->limit},
                   {"bound_low", r->bound_low},
                   {"bound_high", r->bound_high},
                   {"lo95", r->lo95},
                   {"hi95", r->hi95},
                   {"lo95_random", r->lo95_random},
                   {"hi95_random", r->hi95_random},
                   {"population", r->population},
                   {"baseline", r->baseline},
                   {"factor", r->baseline > 0.0 ? r->estimate / r->baseline : (double)NAN},
                   {"change_prev_pct", r->change_prev_pct},
                   {"change_year_pct", r->change_year_pct},
                   {"slope_pct_per_year", r->slope_pct_per_year}};
    json_t *o = json_object();
    wdm_json_set(o, "site_id", wdm_json_text(site_id(b, r->site)), failed);
    wdm_json_set(o, "drug_id", wdm_json_text(drug_id(b, r->drug)), failed);
    wdm_json_set(o, "biomarker_id", wdm_json_text(r->biomarker_id), failed);
    wdm_json_set(o, "quantity", wdm_json_text(wdm_quantity_name((wdm_quantity)r->key.quantity)), failed);
    wdm_json_set(o, "unit", wdm_json_text(wdm_quantity_unit((wdm_quantity)r->key.quantity)), failed);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        wdm_json_set(o, numbers[i].key, wdm_json_number(numbers[i].value), failed);
    wdm_json_set(o, "n_days", json_integer(r->n_days), failed);
    wdm_json_set(o, "n_censored", json_integer(r->n_censored), failed);
    wdm_json_set(o, "provisional", json_boolean(wdm_bulletin_provisional(r)), failed);
    wdm_json_set(o, "change_prev_word", wdm_json_text(r->change_prev_word), failed);
    wdm_json_set(o, "change_year_word", wdm_json_text(r->change_year_word), failed);
    wdm_json_set(o, "trend_class", wdm_json_text(r->trend_class), failed);
    return o;
}

static json_t *alert_json(const wdm_bulletin *b, const wdm_alert_row *a, int *failed)
{
    json_t *o = json_object();
    char day[WDM_DATE_TEXT];
    wdm_json_set(o, "alert_id", json_integer(a->alert_id), failed);
    wdm_json_set(o, "site_id", wdm_json_text(site_id(b, a->site)), failed);
    wdm_json_set(o, "region_id", wdm_json_text(a->region_id), failed);
    wdm_json_set(o, "drug_id", wdm_json_text(drug_id(b, a->drug)), failed);
    wdm_json_set(o, "biomarker_id", wdm_json_text(a->biomarker_id), failed);
    wdm_json_set(o, "quantity", wdm_json_text(wdm_quantity_name((wdm_quantity)a->key.quantity)), failed);
    wdm_json_set(o, "rule_id", wdm_json_text(a->rule_id), failed);
    wdm_json_set(o, "family", wdm_json_text(a->family), failed);
    wdm_json_set(o, "level", wdm_json_text(a->level), failed);
    wdm_json_set(o, "state", wdm_json_text(a->state), failed);
    wdm_json_set(o, "opened", wdm_json_text(wdm_day_format(a->opened, day)), failed);
    wdm_json_set(o, "weeks", json_integer(a->weeks), failed);
    wdm_json_set(o, "value", wdm_json_number(a->value), failed);
    wdm_json_set(o, "threshold", wdm_json_number(a->threshold), failed);
    wdm_json_set(o, "baseline", wdm_json_number(a->baseline), failed);
    wdm_json_set(o, "factor", wdm_json_number(a->factor), failed);
    wdm_json_set(o, "probability", wdm_json_number(a->probability), failed);
    wdm_json_set(o, "reason", wdm_json_text(a->reason), failed);
    wdm_json_set(o, "acknowledged_by", wdm_json_text(a->acknowledged_by), failed);
    return o;
}

static json_t *region_json(const wdm_bulletin *b, const wdm_region_row *r, int *failed)
{
    json_t *o = json_object();
    const wdm_config *c = b->words.config;
    char week[WDM_DATE_TEXT];
    wdm_json_set(o, "region_id",
                 wdm_json_text(r->region == WDM_NONE ? "" : c->regions.rows[r->region].region_id), failed);
    wdm_json_set(o, "drug_id", wdm_json_text(drug_id(b, r->drug)), failed);
    wdm_json_set(o, "biomarker_id", wdm_json_text(r->biomarker_id), failed);
    wdm_json_set(o, "iso_week", wdm_json_text(wdm_figure_week(r->week, week)), failed);
    wdm_json_set(o, "quantity", wdm_json_text(wdm_quantity_name((wdm_quantity)r->quantity)), failed);
    wdm_json_set(o, "unit", wdm_json_text(wdm_quantity_unit((wdm_quantity)r->quantity)), failed);
    wdm_json_set(o, "estimate", wdm_json_number(r->estimate), failed);
    wdm_json_set(o, "bound_low", wdm_json_number(r->bound_low), failed);
    wdm_json_set(o, "bound_high", wdm_json_number(r->bound_high), failed);
    wdm_json_set(o, "lo95", wdm_json_number(r->lo95), failed);
    wdm_json_set(o, "hi95", wdm_json_number(r->hi95), failed);
    wdm_json_set(o, "population", wdm_json_number(r->population), failed);
    wdm_json_set(o, "coverage", wdm_json_number(r->coverage), failed);
    wdm_json_set(o, "n_sites", json_integer(r->n_sites), failed);
    return o;
}

static json_t *coverage_json(const wdm_bulletin *b, int *failed)
{
    const wdm_bulletin_counts c = wdm_bulletin_count(b);
    json_t *o = json_object(), *missing = json_array();
    wdm_json_set(o, "sites_reporting", json_integer(c.sites_reporting), failed);
    wdm_json_set(o, "sites_expected", json_integer(c.sites_expected), failed);
    wdm_json_set(o, "samples", json_integer(c.samples), failed);
    wdm_json_set(o, "people", wdm_json_number(c.persons), failed);
    wdm_json_set(o, "series", json_integer(c.series), failed);
    wdm_json_set(o, "series_in_alert", json_integer(c.in_alert), failed);
    wdm_json_set(o, "series_below_limit", json_integer(c.censored), failed);
    wdm_json_set(o, "series_provisional", json_integer(c.provisional), failed);
    for (size_t s = 0; s < b->n_sites; s++) {
        if (!wdm_bulletin_site_reports(b, s))
            wdm_json_add(missing, wdm_json_text(site_id(b, b->sites[s])), failed);
    }
    wdm_json_set(o, "missing", missing, failed);
    return o;
}

static void set_about(const wdm_bulletin *b, json_t *root, int *failed)
{
    wdm_buf sentence = {0};
    char text[WDM_DATE_TEXT];
    wdm_buf_init(&sentence, TEXT_MAX);
    wdm_bulletin_headline(b, &sentence);
    wdm_json_set(root, "iso_week", wdm_json_text(wdm_figure_week(b->week, text)), failed);
    wdm_json_set(root, "as_of", wdm_json_text(wdm_day_format(b->as_of, text)), failed);
    wdm_json_set(root, "version", wdm_json_text(wdm_version()), failed);
    wdm_json_set(root, "factor_set", wdm_json_text(b->words.config->factor_set), failed);
    wdm_json_set(root, "config_sha256", wdm_json_text(b->words.config->set_sha256), failed);
    wdm_json_set(root, "input_hash", wdm_json_text(b->estimate_run.input_hash), failed);
    wdm_json_set(root, "headline", wdm_json_text(wdm_buf_text(&sentence)), failed);
    wdm_buf_fini(&sentence);
}

static void set_lists(const wdm_bulletin *b, json_t *root, int *failed)
{
    json_t *series = json_array(), *alerts = json_array(), *regions = json_array(), *firsts = json_array(),
           *batches = json_array();
    for (size_t i = 0; i < b->rows.n; i++)
        wdm_json_add(series, series_json(b, &b->rows.rows[i], failed), failed);
    for (size_t i = 0; i < b->alerts.n; i++)
        wdm_json_add(alerts, alert_json(b, &b->alerts.rows[i], failed), failed);
    for (size_t i = 0; i < b->regions.n; i++) {
        if (b->regions.rows[i].week == b->week)
            wdm_json_add(regions, region_json(b, &b->regions.rows[i], failed), failed);
    }
    for (size_t i = 0; i < b->firsts.n; i++) {
        json_t *o = json_object();
        wdm_json_set(o, "site_id", wdm_json_text(site_id(b, b->firsts.rows[i].site)), failed);
        wdm_json_set(o, "drug_id", wdm_json_text(drug_id(b, b->firsts.rows[i].drug)), failed);
        wdm_json_set(o, "biomarker_id", wdm_json_text(b->firsts.rows[i].biomarker_id), failed);
        wdm_json_set(o, "weeks_before", json_integer(b->firsts.rows[i].weeks_before), failed);
        wdm_json_set(o, "anywhere", json_boolean(b->firsts.rows[i].anywhere), failed);
        wdm_json_add(firsts, o, failed);
    }
    for (size_t i = 0; i < b->batches.n; i++) {
        json_t *o = json_object();
        wdm_json_set(o, "batch_id", wdm_json_text(b->batches.rows[i].name), failed);
        wdm_json_set(o, "rows", json_integer(b->batches.rows[i].rows), failed);
        wdm_json_set(o, "stored", json_integer(b->batches.rows[i].stored), failed);
        wdm_json_set(o, "rejected", json_integer(b->batches.rows[i].rejected), failed);
        wdm_json_add(batches, o, failed);
    }
    wdm_json_set(root, "series", series, failed);
    wdm_json_set(root, "alerts", alerts, failed);
    wdm_json_set(root, "regions", regions, failed);
    wdm_json_set(root, "first_detections", firsts, failed);
    wdm_json_set(root, "batches", batches, failed);
}

static json_t *cell_json(const wdm_cell *cell)
{
    switch (cell->kind) {
    case WDM_CELL_TEXT:
        return wdm_json_text(cell->text);
    case WDM_CELL_NUMBER:
        return wdm_json_number(cell->number);
    case WDM_CELL_INTEGER:
        return json_integer(cell->integer);
    case WDM_CELL_EMPTY:
        break;
    }
    return json_null();
}

// {"since": null or the report compared with, "rows": those of changes.csv}
static json_t *changes_json(const wdm_bulletin *b, int *failed)
{
    const wdm_changes_filter all = {NULL, NULL, NULL};
    const wdm_report_base *base = &b->changes.base;
    json_t *o = json_object(), *rows = json_array(), *since = base->found ? json_object() : json_null();
    wdm_tabular t = {0};
    char text[WDM_DATE_TEXT];
    wdm_tabular_init(&t, wdm_changes_columns, wdm_changes_columns_n);
    wdm_changes_put(&b->changes, &all, &t);
    *failed |= t.rc != WDM_OK;
    for (size_t i = 0; i + t.n_columns <= t.n_cells && !*failed; i += t.n_columns) {
        json_t *row = json_object();
        for (size_t k = 0; k < t.n_columns; k++)
            wdm_json_set(row, t.columns[k], cell_json(&t.cells[i + k]), failed);
        wdm_json_add(rows, row, failed);
    }
    if (base->found) {
        wdm_json_set(since, "iso_week", wdm_json_text(wdm_figure_week(base->week, text)), failed);
        wdm_json_set(since, "as_of", wdm_json_text(wdm_day_format(base->as_of, text)), failed);
    }
    wdm_json_set(o, "since", since, failed);
    wdm_json_set(o, "rows", rows, failed);
    wdm_tabular_fini(&t);
    return o;
}

wdm_rc wdm_bulletin_json(const wdm_bulletin *b, wdm_buf *out, wdm_err *err)
{
    json_t *root = json_object();
    int failed = 0;
    set_about(b, root, &failed);
    wdm_json_set(root, "coverage", coverage_json(b, &failed), &failed);
    set_lists(b, root, &failed);
    wdm_json_set(root, "changes", changes_json(b, &failed), &failed);
    return wdm_json_write(root, failed, JSON_INDENT(2), out, err);
}
