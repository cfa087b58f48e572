// SPDX-License-Identifier: GPL-3.0-or-later
// Family precursor: a ratio of loads beyond a line. And whether the parents of a residue have been seen.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "findings_parts.h"
#include "io/number.h"

// ---- reading, once

static const wdm_ratio_rule *ratio_rule(const wdm_finder *f, const char *ratio_id)
{
    const wdm_config *config = &f->session->config;
    for (size_t i = 0; i < config->ratios.n; i++) {
        if (strcmp(config->ratios.rows[i].ratio_id, ratio_id) == 0)
            return &config->ratios.rows[i];
    }
    return NULL;
}

static bool is_wanted(const wdm_finder *f, const wdm_ratio_rule *ratio, const wdm_week_ratio *week)
{
    bool wanted = false;
    for (size_t i = 0; i < f->rules->n; i++) {
        const wdm_rule *rule = &f->rules->rows[i];
        wanted =
            wanted || rule->ratio == ratio ||
            (rule->parents != WDM_PARENTS_ANY && ratio->kind == WDM_RATIO_PARENT && week->week == f->week);
    }
    return wanted;
}

static wdm_rc take_ratio(void *context, const wdm_week_ratio *week, wdm_err *err)
{
    wdm_finder *f = context;
    wdm_kept_ratio kept = {ratio_rule(f, week->ratio_id), *week};
    const wdm_kept_ratio *last = f->n_ratios == 0 ? NULL : &f->ratios[f->n_ratios - 1];
    wdm_rc rc = WDM_OK;
    if (kept.rule == NULL || !is_wanted(f, kept.rule, week))
        return WDM_OK;
    kept.week.ratio_id = kept.rule->ratio_id;
    kept.week.kind = "";
    kept.week.site_id = last != NULL && last->week.site_key == week->site_key
                            ? last->week.site_id
                            : wdm_arena_strdup(&f->out->arena, week->site_id);
    if (kept.week.site_id == NULL)
        return wdm_err_nomem(err);
    rc = wdm_grow(&f->ratios, &f->cap_ratios, f->n_ratios + 1, sizeof *f->ratios, err);
    if (rc == WDM_OK)
        f->ratios[f->n_ratios++] = kept;
    return rc;
}

wdm_rc wdm_finder_read_ratios(wdm_finder *f, wdm_err *err)
{
    bool wanted = false;
    for (size_t i = 0; i < f->rules->n; i++)
        wanted = wanted || f->rules->rows[i].ratio != NULL || f->rules->rows[i].parents != WDM_PARENTS_ANY;
    if (!wanted)
        return WDM_OK;
    return wdm_store_each_week_ratio(f->session->store, f->session->config.factor_set,
                                     f->week - WDM_FINDER_WEEKS + 1, f->week, take_ratio, f, err);
}

bool wdm_finder_parents_fit(const wdm_finder *f, const wdm_rule *rule, int64_t site_key, bool *known)
{
    bool present = false;
    bool absent = false;
    *known = true;
    if (rule->parents == WDM_PARENTS_ANY)
        return true;
    for (size_t i = 0; i < f->n_ratios; i++) {
        const wdm_kept_ratio *r = &f->ratios[i];
        if (r->week.site_key != site_key || r->rule->kind != WDM_RATIO_PARENT || r->week.week != f->week)
            continue;
        absent = absent || r->week.sign == '<';
        present = present || r->week.ratio > 0.0 || r->week.sign == '>' || r->week.bound_low > 0.0;
    }
    *known = present || absent;
    return present ? rule->parents == WDM_PARENTS_PRESENT : absent && rule->parents == WDM_PARENTS_ABSENT;
}

// ---- the family

typedef struct judged_week {
    bool judged;
    wdm_alert_level level;
    double threshold, probability;
} judged_week;

static wdm_rc judge(const wdm_rule *rule, const wdm_week_ratio *week, judged_week *out, wdm_err *err)
{
    const wdm_rule_ratio ratio = {.ratio = week->ratio,
                                  .lo95 = week->lo95,
                                  .hi95 = week->hi95,
                                  .limit = week->limit,
                                  .bound_low = week->bound_low,
                                  .bound_high = week->bound_high,
                                  .sign = week->sign};
    *out = (judged_week){.threshold = (double)NAN, .probability = (double)NAN};
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N; level++) {
        const double line = rule->row->level[level - 1];
        double p = (double)NAN;
        wdm_rc rc = isnan(line) ? WDM_OK : wdm_rule_ratio_probability(&ratio, line, rule->below, &p, err);
        if (rc != WDM_OK)
            return rc;
        if (isnan(line))
            continue;
        if (isnan(p))
            return WDM_OK;
        if (!out->judged || p >= rule->parameter[WDM_PARAM_P]) {
            out->threshold = line;
            out->probability = p;
        }
        out->judged = true;
        if (p >= rule->parameter[WDM_PARAM_P])
            out->level = (wdm_alert_level)level;
    }
    return WDM_OK;
}

static void say(const wdm_finder *f, wdm_reason *reason, const wdm_finding *finding,
                const wdm_week_ratio *week)
{
    const char sign[4] = {week->sign, week->sign == 0 ? '\0' : ' ', '\0', '\0'};
    char value[WDM_NUMBER_TEXT], lo[WDM_NUMBER_TEXT], hi[WDM_NUMBER_TEXT], line[WDM_NUMBER_TEXT], p[24],
        days[16];
    (void)snprintf(p, sizeof p, "%.4g", finding->probability);
    (void)snprintf(days, sizeof days, "%d", week->n_days);
    WDM_REASON(f, reason, isnan(week->ratio) || week->sign != 0 ? "reason.ratio_limit" : "reason.ratio",
               {"ratio", week->ratio_id}, {"sign", sign},
               {"value", wdm_number_pretty(week->sign != 0      ? week->limit
                                           : isnan(week->ratio) ? week->bound_low
                                                                : week->ratio,
                                           3, value)},
               {"low", wdm_number_pretty(week->lo95, 3, lo)}, {"high", wdm_number_pretty(week->hi95, 3, hi)},
               {"days", days});
    WDM_REASON(f, reason, finding->rule->below ? "reason.ratio_under" : "reason.ratio_over",
               {"line", wdm_number_pretty(finding->threshold, 3, line)}, {"p", p});
    wdm_reason_weeks(f, reason, finding);
}

// The drug that the ratio speaks of: that of the rule, else of its denominator.
static wdm_index drug_of(const wdm_finder *f, const wdm_rule *rule)
{
    if (rule->row->drug != WDM_NONE)
        return rule->row->drug;
    return wdm_config_primary_drug(&f->session->config, rule->ratio->below[0]);
}

// weeks[0..n): one site's, newest first.
static wdm_rc one_site(wdm_finder *f, const wdm_rule *rule, const wdm_kept_ratio *weeks, size_t n,
                       wdm_err *err)
{
    const wdm_index drug = drug_of(f, rule);
    wdm_episode episode = {.last = f->week, .close_weeks = (int)rule->parameter[WDM_PARAM_CLOSE_WEEKS]};
    wdm_finding finding = wdm_finder_begin_site(f, rule, weeks[0].week.site_key, weeks[0].week.site_id);
    wdm_reason reason;
    wdm_rc rc = WDM_OK;
    if (weeks[0].week.week != f->week)
        return WDM_OK;
    for (size_t i = 0; i < n && !episode.done; i++) {
        judged_week now = {0};
        rc = judge(rule, &weeks[i].week, &now, err);
        if (rc != WDM_OK || (i == 0 && !now.judged))
            return rc;
        if (now.judged)
            wdm_episode_take(&episode, weeks[i].week.week, now.level > WDM_LEVEL_NONE);
        if (i > 0)
            continue;
        finding.level = now.level;
        finding.threshold = now.threshold;
        finding.probability = now.probability;
    }
    finding.judged = true;
    finding.value = weeks[0].week.ratio;
    finding.lo95 = weeks[0].week.lo95;
    finding.hi95 = weeks[0].week.hi95;
    finding.weeks = wdm_episode_weeks(&episode);
    finding.below_weeks = episode.below_weeks;
    finding.close_weeks = episode.close_weeks;
    if (drug != WDM_NONE) {
        finding.drug_id = f->session->config.drugs.rows[drug].drug_id;
        rc = wdm_store_drug_key(f->session->store, finding.drug_id, &finding.drug_key, err);
    }
    wdm_reason_init(&reason);
    if (rc == WDM_OK) {
        say(f, &reason, &finding, &weeks[0].week);
        rc = wdm_finder_add(f, &finding, &reason, err);
    }
    wdm_reason_fini(&reason);
    return rc;
}

static wdm_rc finish(wdm_finder *f, const wdm_rule *rule, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < f->n_ratios && rc == WDM_OK;) {
        size_t end = i + 1;
        while (end < f->n_ratios && f->ratios[end].rule == f->ratios[i].rule &&
               f->ratios[end].week.site_key == f->ratios[i].week.site_key)
            end++;
        if (f->ratios[i].rule == rule->ratio &&
            wdm_rules_cover_site(f->rules, rule, &f->session->config, f->ratios[i].week.site_id))
            rc = one_site(f, rule, &f->ratios[i], end - i, err);
        i = end;
    }
    return rc;
}

const wdm_family_code wdm_family_precursor = {.family = WDM_FAMILY_PRECURSOR, .finish = finish};
