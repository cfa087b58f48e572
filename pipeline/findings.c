// SPDX-License-Identifier: GPL-3.0-or-later
#include "findings.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "findings_parts.h"
#include "store/alert_store.h"

// The order in which rules are finished: k_of_n counts what the others have found, the flow's common factor
// is that of the baselines.
static const wdm_family_code *const families[] = {
    &wdm_family_baseline, &wdm_family_level,     &wdm_family_first,   &wdm_family_disposal,
    &wdm_family_rank,     &wdm_family_precursor, &wdm_family_quality, &wdm_family_k_of_n,
};
enum { FAMILIES = sizeof families / sizeof families[0] };

static const char *keep(wdm_finder *f, const char *text, wdm_rc *rc, wdm_err *err)
{
    const char *copy = wdm_arena_strdup(&f->out->arena, text);
    if (copy == NULL)
        *rc = wdm_err_nomem(err);
    return copy;
}

wdm_rc wdm_finder_add(wdm_finder *f, wdm_finding *finding, wdm_reason *reason, wdm_err *err)
{
    wdm_rc rc = wdm_buf_check(&reason->en, err);
    if (rc == WDM_OK)
        rc = wdm_buf_check(&reason->zh, err);
    finding->reason = keep(f, wdm_buf_text(&reason->en), &rc, err);
    finding->reason_zh = keep(f, wdm_buf_text(&reason->zh), &rc, err);
    finding->site_id = keep(f, finding->site_id, &rc, err);
    finding->region_id = keep(f, finding->region_id, &rc, err);
    finding->drug_id = keep(f, finding->drug_id, &rc, err);
    finding->biomarker_id = keep(f, finding->biomarker_id, &rc, err);
    wdm_buf_clear(&reason->en);
    wdm_buf_clear(&reason->zh);
    if (rc == WDM_OK)
        rc = wdm_grow(&f->out->rows, &f->out->cap, f->out->n + 1, sizeof *f->out->rows, err);
    if (rc == WDM_OK)
        f->out->rows[f->out->n++] = *finding;
    return rc;
}

wdm_finding wdm_finder_begin(const wdm_finder *f, const wdm_rule *rule, const wdm_series *series)
{
    const wdm_day monday = wdm_week_monday(f->week);
    return (wdm_finding){.rule = rule,
                         .site_key = series->site_key,
                         .drug_key = series->drug_key,
                         .biomarker_key = series->biomarker_key,
                         .site_id = series->site_id,
                         .region_id = series->site_key == 0 ? series->region_id : "",
                         .drug_id = series->drug_id,
                         .biomarker_id = series->biomarker_id,
                         .quantity = (int)series->quantity,
                         .week = f->week,
                         .may_open = true,
                         .close_weeks = 1,
                         .value = (double)NAN,
                         .lo95 = (double)NAN,
                         .hi95 = (double)NAN,
                         .threshold = (double)NAN,
                         .baseline = (double)NAN,
                         .factor = (double)NAN,
                         .probability = (double)NAN,
                         .first_day = monday,
                         .last_day = monday + 6 < f->as_of ? monday + 6 : f->as_of};
}

wdm_finding wdm_finder_begin_site(const wdm_finder *f, const wdm_rule *rule, int64_t site_key,
                                  const char *site_id)
{
    const wdm_series none = {
        .site_key = site_key, .site_id = site_id, .region_id = "", .drug_id = "", .biomarker_id = ""};
    wdm_finding finding = wdm_finder_begin(f, rule, &none);
    finding.quantity = WDM_ALERT_NO_QUANTITY;
    return finding;
}

void wdm_finding_take_value(wdm_finding *finding, const wdm_series_week *week)
{
    finding->value = week->estimate;
    finding->lo95 = week->lo95;
    finding->hi95 = week->hi95;
}

wdm_rc wdm_finding_take_members(wdm_finder *f, wdm_finding *finding, const int64_t *members, size_t n,
                                wdm_err *err)
{
    int64_t *copy = NULL;
    if (n == 0)
        return WDM_OK;
    copy = wdm_arena_alloc(&f->out->arena, n, sizeof *copy);
    if (copy == NULL)
        return wdm_err_nomem(err);
    memcpy(copy, members, n * sizeof *copy);
    finding->member_sites = copy;
    finding->n_members = n;
    return WDM_OK;
}

const wdm_series_week *wdm_finder_week(const wdm_finder *f, const wdm_series *series)
{
    for (size_t i = series->n; i > 0; i--) {
        if (series->weeks[i - 1].week == f->week)
            return &series->weeks[i - 1];
    }
    return NULL;
}

static const wdm_family_code *code_of(wdm_alert_family family)
{
    size_t at = 0;
    while (at < FAMILIES - 1 && families[at]->family != family)
        at++;
    return families[at];
}

static wdm_rc one_series(void *context, const wdm_series *series, wdm_err *err)
{
    wdm_finder *f = context;
    bool covered = false;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < f->rules->n && rc == WDM_OK; i++) {
        const wdm_rule *rule = &f->rules->rows[i];
        const wdm_family_code *code = code_of(rule->family);
        if (code->series == NULL)
            continue;
        if (!wdm_rules_cover(f->rules, rule, &f->session->config, series))
            continue;
        covered = true;
        rc = code->series(f, rule, series, err);
    }
    f->out->n_series += covered ? 1 : 0;
    return rc;
}

static wdm_rc finish(wdm_finder *f, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t k = 0; k < FAMILIES; k++) {
        for (size_t i = 0; i < f->rules->n && rc == WDM_OK && families[k]->finish != NULL; i++) {
            if (f->rules->rows[i].family == families[k]->family)
                rc = families[k]->finish(f, &f->rules->rows[i], err);
        }
    }
    return rc;
}

static wdm_rc start(wdm_finder *f, wdm_err *err)
{
    wdm_rc rc = wdm_finder_read_ratios(f, err);
    for (size_t k = 0; k < FAMILIES && rc == WDM_OK; k++) {
        bool wanted = false;
        for (size_t i = 0; i < f->rules->n; i++)
            wanted = wanted || f->rules->rows[i].family == families[k]->family;
        if (wanted && families[k]->start != NULL)
            rc = families[k]->start(f, err);
    }
    return rc;
}

static wdm_rc limit_false_discoveries(wdm_findings *findings, wdm_err *err)
{
    double *p = wdm_alloc(findings->n, sizeof *p);
    double *adjusted = wdm_alloc(findings->n, sizeof *adjusted);
    wdm_rc rc = WDM_OK;
    if (p == NULL || adjusted == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    for (size_t i = 0; i < findings->n; i++) {
        const wdm_finding *row = &findings->rows[i];
        p[i] = row->judged && row->rule->family == WDM_FAMILY_BASELINE ? row->probability : (double)NAN;
    }
    rc = wdm_bh_adjust(p, findings->n, adjusted, err);
    for (size_t i = 0; i < findings->n && rc == WDM_OK; i++) {
        wdm_finding *row = &findings->rows[i];
        row->may_open = isnan(p[i]) || adjusted[i] <= row->rule->parameter[WDM_PARAM_FDR];
    }
out:
    wdm_free(p);
    wdm_free(adjusted);
    return rc;
}

wdm_rc wdm_findings_get(wdm_findings *findings, const wdm_session *session, const wdm_rules *rules,
                        wdm_day as_of, int32_t week, wdm_err *err)
{
    wdm_finder f = {.out = findings, .session = session, .rules = rules, .as_of = as_of, .week = week};
    const char *factor_set = session->config.factor_set;
    wdm_rc rc = start(&f, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_series(session->store, factor_set, as_of, one_series, &f, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_region_series(session->store, factor_set, as_of, one_series, &f, err);
    if (rc == WDM_OK)
        rc = finish(&f, err);
    if (rc == WDM_OK)
        rc = limit_false_discoveries(findings, err);
    if (rc == WDM_OK)
        rc = wdm_finder_check_all(&f, err);
    wdm_replay_fini(&f.replay);
    wdm_free(f.spikes);
    wdm_free(f.days.days);
    wdm_free(f.days.values);
    wdm_free(f.days.limits);
    wdm_free(f.days.flags);
    wdm_free(f.ranked);
    wdm_free(f.ratios);
    return rc;
}

void wdm_findings_fini(wdm_findings *findings)
{
    wdm_free(findings->rows);
    wdm_arena_fini(&findings->arena);
    *findings = (wdm_findings){0};
}
