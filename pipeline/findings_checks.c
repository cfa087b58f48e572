// SPDX-License-Identifier: GPL-3.0-or-later
// What could fake an alert on a substance at a site, looked at for each one that was found: its flow, its
// people, disposal, one single day, quality control, too few days.
#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "data/flags.h"
#include "findings_parts.h"
#include "io/number.h"
#include "num/exceed.h"
#include "wbe/alert_checks.h"

enum { DAYS_MAX = 31, CHECKS = 6, HISTORY_DAYS = 84, FLOWS_MAX = 400 };
static const double people_reach = 1.5;

typedef struct look {
    wdm_finder *f;
    wdm_finding *finding;
    wdm_finding_check checks[CHECKS];
    size_t n_checks;
    double values[DAYS_MAX], limits[DAYS_MAX];
    wdm_day days[DAYS_MAX];
    size_t n_days, n_disposal, n_doubtful;
    double flows[DAYS_MAX], before[FLOWS_MAX];
    size_t n_flows, n_before;
    int n_unusual;
    double people; // the ratio that lies farthest from 1; NaN: there is one estimate only
    char method[64], other[64];
} look;

static wdm_rc add(look *k, const char *check_id, wdm_verdict verdict, wdm_reason *text, wdm_err *err)
{
    wdm_finding_check *check = &k->checks[k->n_checks++];
    check->check_id = check_id;
    check->verdict = wdm_verdict_text(verdict);
    check->text = wdm_arena_strdup(&k->f->out->arena, wdm_buf_text(&text->en));
    check->text_zh = wdm_arena_strdup(&k->f->out->arena, wdm_buf_text(&text->zh));
    wdm_buf_clear(&text->en);
    wdm_buf_clear(&text->zh);
    return check->text == NULL || check->text_zh == NULL ? wdm_err_nomem(err) : WDM_OK;
}

// ---- reading

static wdm_rc take_day(void *context, const wdm_series_day *day, wdm_err *err)
{
    look *k = context;
    (void)err;
    if (k->n_days == DAYS_MAX)
        return WDM_OK;
    k->days[k->n_days] = day->day;
    k->values[k->n_days] = day->estimate;
    k->limits[k->n_days] = day->limit;
    k->n_days++;
    k->n_disposal += (day->flags & WDM_FLAG_DISPOSAL) != 0;
    k->n_doubtful += (day->flags & (WDM_FLAG_QC_ESTIMATE | WDM_FLAG_MANUALLY_INTEGRATED)) != 0;
    return WDM_OK;
}

static wdm_rc take_flow(void *context, wdm_day day, double flow_m3_d, int64_t flags, wdm_err *err)
{
    look *k = context;
    (void)err;
    if (day < k->finding->first_day) {
        if (k->n_before < FLOWS_MAX)
            k->before[k->n_before++] = flow_m3_d;
        return WDM_OK;
    }
    k->n_unusual += (flags & WDM_FLAG_FLOW_UNUSUAL) != 0;
    if (k->n_flows < DAYS_MAX)
        k->flows[k->n_flows++] = flow_m3_d;
    return WDM_OK;
}

static wdm_rc take_people(void *context, const wdm_site_people *row, wdm_err *err)
{
    look *k = context;
    (void)err;
    if (!isnan(k->people) && fabs(log(row->ratio)) <= fabs(log(k->people)))
        return WDM_OK;
    k->people = row->ratio;
    (void)snprintf(k->method, sizeof k->method, "%s", row->method);
    (void)snprintf(k->other, sizeof k->other, "%s", row->other);
    return WDM_OK;
}

static wdm_rc read_facts(look *k, wdm_err *err)
{
    const wdm_finding *finding = k->finding;
    const char *factor_set = k->f->session->config.factor_set;
    wdm_store *store = k->f->session->store;
    const wdm_series_days wanted = {.site_key = finding->site_key,
                                    .drug_key = finding->drug_key,
                                    .biomarker_key = finding->biomarker_key,
                                    .quantity = finding->quantity,
                                    .from = finding->first_day,
                                    .to = finding->last_day};
    wdm_rc rc = wdm_store_each_series_day(store, factor_set, &wanted, take_day, k, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_flow(store, finding->site_key, finding->first_day - HISTORY_DAYS,
                                 finding->last_day, take_flow, k, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_site_people(store, factor_set, finding->site_key, finding->first_day,
                                        finding->last_day, take_people, k, err);
    return rc;
}

// ---- the looks

static wdm_rc check_flow(look *k, wdm_reason *text, wdm_err *err)
{
    wdm_verdict verdict = WDM_VERDICT_UNKNOWN;
    char ratio_text[WDM_NUMBER_TEXT], n[16];
    double ratio = (double)NAN;
    wdm_rc rc =
        wdm_verdict_flow(k->flows, k->n_flows, k->before, k->n_before, k->n_unusual, &ratio, &verdict, err);
    if (rc != WDM_OK)
        return rc;
    (void)snprintf(n, sizeof n, "%d", k->n_unusual);
    if (isnan(ratio))
        WDM_REASON(k->f, text, k->n_flows == 0 ? "check.flow_none" : "check.flow_unknown", {"n", n});
    else
        WDM_REASON(k->f, text, "check.flow", {"ratio", wdm_number_pretty(ratio, 3, ratio_text)}, {"n", n});
    return add(k, "flow", verdict, text, err);
}

static wdm_rc check_people(look *k, wdm_reason *text, wdm_err *err)
{
    char ratio[WDM_NUMBER_TEXT];
    if (isnan(k->people)) {
        WDM_REASON(k->f, text, "check.population_one", {"", ""});
        return add(k, "population", WDM_VERDICT_UNKNOWN, text, err);
    }
    WDM_REASON(k->f, text, "check.population", {"method", k->method}, {"other", k->other},
               {"ratio", wdm_number_pretty(k->people, 3, ratio)});
    return add(k, "population",
               fmax(k->people, 1.0 / k->people) > people_reach ? WDM_VERDICT_SUSPECT : WDM_VERDICT_OK, text,
               err);
}

static wdm_rc check_count(look *k, const char *check_id, const char *key, size_t n, wdm_reason *text,
                          wdm_err *err)
{
    char found[24], days[24];
    (void)snprintf(found, sizeof found, "%zu", n);
    (void)snprintf(days, sizeof days, "%zu", k->n_days);
    WDM_REASON(k->f, text, key, {"k", found}, {"n", days});
    return add(k, check_id,
               k->n_days == 0 ? WDM_VERDICT_UNKNOWN
               : n > 0        ? WDM_VERDICT_SUSPECT
                              : WDM_VERDICT_OK,
               text, err);
}

// Whether the value would still be beyond the line that was met.
static wdm_rc still_stands(const look *k, double rest, bool *stands, wdm_err *err)
{
    const wdm_finding *finding = k->finding;
    const wdm_exceed_estimate value = {finding->value * rest, finding->lo95 * rest, finding->hi95 * rest};
    const bool by_probability = finding->rule->family == WDM_FAMILY_LEVEL;
    double p = 0.0;
    wdm_rc rc = WDM_OK;
    *stands = finding->rule->below ? value.median <= finding->threshold : value.median >= finding->threshold;
    if (!by_probability || !(value.lo95 > 0.0 && value.lo95 <= value.median && value.median <= value.hi95))
        return WDM_OK;
    rc = wdm_exceed_split(&value, finding->threshold, &p, err);
    *stands = (finding->rule->below ? 1.0 - p : p) >= finding->rule->parameter[WDM_PARAM_P];
    return rc;
}

static wdm_rc check_one_day(look *k, wdm_reason *text, wdm_err *err)
{
    const double rest = wdm_without_highest_day(k->values, k->limits, k->n_days);
    const wdm_finding *finding = k->finding;
    char value[WDM_VALUE_TEXT], line[WDM_NUMBER_TEXT], date[WDM_DATE_TEXT];
    bool stands = false;
    size_t top = 0;
    wdm_rc rc = WDM_OK;
    if (isnan(rest) || isnan(finding->threshold) || isnan(finding->value)) {
        WDM_REASON(k->f, text, "check.one_day_unknown", {"", ""});
        return add(k, "one_day", WDM_VERDICT_UNKNOWN, text, err);
    }
    for (size_t i = 1; i < k->n_days; i++)
        top = k->values[i] > k->values[top] || isnan(k->values[top]) ? i : top;
    rc = still_stands(k, 1.0, &stands, err);
    if (rc == WDM_OK && !stands) { // a scan of several weeks
        WDM_REASON(k->f, text, "check.one_day_weeks",
                   {"value", wdm_value_text(finding->value, (wdm_quantity)finding->quantity, value)},
                   {"line", wdm_number_pretty(finding->threshold, 3, line)});
        return add(k, "one_day", WDM_VERDICT_OK, text, err);
    }
    if (rc == WDM_OK)
        rc = still_stands(k, rest, &stands, err);
    if (rc != WDM_OK)
        return rc;
    WDM_REASON(k->f, text, stands ? "check.one_day_stands" : "check.one_day_falls",
               {"day", wdm_day_format(k->days[top], date)},
               {"value", wdm_value_text(finding->value * rest, (wdm_quantity)finding->quantity, value)},
               {"line", wdm_number_pretty(finding->threshold, 3, line)});
    if (!stands && k->n_disposal > 0) // a day of disposal alone raises its own alert, not this one too
        k->finding->may_open = false;
    return add(k, "one_day", stands ? WDM_VERDICT_OK : WDM_VERDICT_SUSPECT, text, err);
}

static wdm_rc check_days(look *k, wdm_reason *text, wdm_err *err)
{
    const wdm_config *config = &k->f->session->config;
    const wdm_index site = wdm_config_site(config, k->finding->site_id);
    const int expected = site == WDM_NONE ? 0 : config->sites.rows[site].expected_days;
    char n[24], all[16];
    (void)snprintf(n, sizeof n, "%zu", k->n_days);
    (void)snprintf(all, sizeof all, "%d", expected);
    WDM_REASON(k->f, text, "check.few_days", {"k", n}, {"n", all});
    return add(k, "few_days",
               expected == 0               ? WDM_VERDICT_UNKNOWN
               : (int)k->n_days < expected ? WDM_VERDICT_SUSPECT
                                           : WDM_VERDICT_OK,
               text, err);
}

static wdm_rc check_one(wdm_finder *f, wdm_finding *finding, wdm_err *err)
{
    const bool of_week = finding->rule->family != WDM_FAMILY_DISPOSAL; // that rests on one day by its nature
    look k = {.f = f, .finding = finding, .people = (double)NAN};
    wdm_finding_check *copy = NULL;
    wdm_reason text;
    wdm_rc rc = read_facts(&k, err);
    wdm_reason_init(&text);
    if (rc == WDM_OK)
        rc = check_flow(&k, &text, err);
    if (rc == WDM_OK)
        rc = check_people(&k, &text, err);
    if (rc == WDM_OK && of_week)
        rc = check_count(&k, "disposal", "check.disposal", k.n_disposal, &text, err);
    if (rc == WDM_OK && of_week && !finding->rule->below)
        rc = check_one_day(&k, &text, err);
    if (rc == WDM_OK)
        rc = check_count(&k, "quality", "check.quality", k.n_doubtful, &text, err);
    if (rc == WDM_OK && of_week)
        rc = check_days(&k, &text, err);
    wdm_reason_fini(&text);
    if (rc != WDM_OK)
        return rc;
    copy = wdm_arena_alloc(&f->out->arena, k.n_checks, sizeof *copy);
    if (copy == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < k.n_checks; i++)
        copy[i] = k.checks[i];
    finding->checks = copy;
    finding->n_checks = k.n_checks;
    return WDM_OK;
}

wdm_rc wdm_finder_check_all(wdm_finder *f, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < f->out->n && rc == WDM_OK; i++) {
        wdm_finding *finding = &f->out->rows[i];
        if (finding->level > WDM_LEVEL_NONE && finding->site_key != 0 && finding->biomarker_key != 0)
            rc = check_one(f, finding, err);
    }
    return rc;
}
