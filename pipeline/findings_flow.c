// SPDX-License-Identifier: GPL-3.0-or-later
// Family quality, check flow: the flow of the week is out of what is usual on several days, or so many
// substances rise together by a similar factor that the site's flow, people or composite did it, not their
// use.
#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "data/flags.h"
#include "findings_quality.h"
#include "io/number.h"
#include "wbe/common_factor.h"

typedef struct flows {
    int n, n_unusual;
    wdm_day last; // a day may have several rows; one that is unusual makes the day so
    bool last_unusual;
} flows;

static wdm_rc take_flow(void *context, wdm_day day, double flow_m3_d, int64_t flags, wdm_err *err)
{
    flows *w = context;
    const bool unusual = (flags & WDM_FLAG_FLOW_UNUSUAL) != 0;
    (void)flow_m3_d;
    (void)err;
    if (w->n == 0 || w->last != day) {
        w->n++;
        w->last = day;
        w->last_unusual = false;
    }
    w->n_unusual += unusual && !w->last_unusual;
    w->last_unusual = w->last_unusual || unusual;
    return WDM_OK;
}

// value / baseline of each substance at the site, one a drug, from the baseline rules' findings.
static wdm_rc factors_of(const wdm_finder *f, int64_t site_key, double **factors, size_t *n, size_t *cap,
                         wdm_err *err)
{
    int64_t last_drug = 0;
    *n = 0;
    for (size_t i = 0; i < f->out->n; i++) {
        const wdm_finding *finding = &f->out->rows[i];
        wdm_rc rc = WDM_OK;
        if (finding->site_key != site_key || finding->rule->family != WDM_FAMILY_BASELINE ||
            !finding->judged || finding->drug_key == last_drug || isnan(finding->factor))
            continue;
        last_drug = finding->drug_key;
        rc = wdm_grow(factors, cap, *n + 1, sizeof **factors, err);
        if (rc != WDM_OK)
            return rc;
        (*factors)[(*n)++] = finding->factor;
    }
    return WDM_OK;
}

static void say(const wdm_finder *f, wdm_reason *reason, const flows *w, const wdm_common_factor *common)
{
    char days[16], n[24], together[24], all[24], factor[WDM_NUMBER_TEXT];
    (void)snprintf(days, sizeof days, "%d", w->n_unusual);
    (void)snprintf(n, sizeof n, "%d", w->n);
    (void)snprintf(together, sizeof together, "%zu", common->n_together);
    (void)snprintf(all, sizeof all, "%zu", common->n);
    if (w->n > 0)
        WDM_REASON(f, reason, "reason.flow_days", {"k", days}, {"n", n});
    else
        WDM_REASON(f, reason, "reason.flow_none", {"", ""});
    WDM_REASON(f, reason, common->n_together > 0 ? "reason.together" : "reason.not_together", {"k", together},
               {"n", all}, {"factor", wdm_number_pretty(common->factor, 3, factor)});
    if (common->is_common)
        WDM_REASON(f, reason, "reason.common_cause", {"", ""});
}

static wdm_rc one_site(wdm_finder *f, const wdm_rule *rule, const wdm_finding *of, double *factors, size_t n,
                       wdm_err *err)
{
    const wdm_common_opts opts = {.effect_pct = rule->parameter[WDM_PARAM_MIN_EFFECT],
                                  .similar = rule->parameter[WDM_PARAM_SIMILAR],
                                  .share = rule->parameter[WDM_PARAM_SHARE],
                                  .least = (size_t)rule->parameter[WDM_PARAM_MIN_DRUGS]};
    const wdm_common_factor common = wdm_common_factor_of(factors, n, rule->below, &opts);
    wdm_finding finding = wdm_quality_finding_begin(f, rule, of->site_key, of->site_id);
    flows w = {0};
    wdm_reason reason;
    wdm_rc rc = wdm_store_each_flow(f->session->store, of->site_key, finding.first_day, finding.last_day,
                                    take_flow, &w, err);
    if (rc != WDM_OK)
        return rc;
    wdm_reason_init(&reason);
    finding.value = w.n_unusual;
    finding.threshold = rule->parameter[WDM_PARAM_FLOW_DAYS];
    finding.factor = common.factor;
    say(f, &reason, &w, &common);
    rc = wdm_quality_finding_add(f, &finding, common.is_common || w.n_unusual >= finding.threshold, &reason,
                                 err);
    wdm_reason_fini(&reason);
    return rc;
}

wdm_rc wdm_quality_finding_flow(wdm_finder *f, const wdm_rule *rule, wdm_err *err)
{
    const size_t n_before = f->out->n;
    double *factors = NULL;
    size_t n = 0;
    size_t cap = 0;
    int64_t last_site = 0;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < n_before && rc == WDM_OK; i++) { // sites that have estimates, in the series' order
        const wdm_finding of = f->out->rows[i];
        if (of.site_key == 0 || of.site_key == last_site || of.biomarker_key == 0 ||
            !wdm_rules_cover_site(f->rules, rule, &f->session->config, of.site_id))
            continue;
        if (of.site_key < last_site)
            break; // the findings of the series are over
        last_site = of.site_key;
        rc = factors_of(f, of.site_key, &factors, &n, &cap, err);
        if (rc == WDM_OK)
            rc = one_site(f, rule, &of, factors, n, err);
    }
    wdm_free(factors);
    return rc;
}
