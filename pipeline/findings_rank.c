// SPDX-License-Identifier: GPL-3.0-or-later
// Family rank: a plant's load beside the middle of the other plants, or beside a published level.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "findings_parts.h"
#include "io/number.h"
#include "model/periods.h"
#include "num/exceed.h"

static const double z95 = 1.959963984540054;

// What a plant is compared with in one week.
typedef struct beside {
    wdm_rank_value *others;
    size_t n, cap;
    double middle; // of the others, or the published level
    bool published;
} beside;

typedef struct judged_week {
    bool judged;
    wdm_alert_level level;
    double factor, threshold, probability;
} judged_week;

static wdm_rc keep_series(wdm_finder *f, const wdm_series *series, wdm_index site, wdm_err *err)
{
    wdm_rank_series kept = {.series = *series, .site = site};
    const char **texts[] = {&kept.series.site_id, &kept.series.region_id, &kept.series.drug_id,
                            &kept.series.biomarker_id};
    wdm_rc rc = wdm_grow(&f->ranked, &f->cap_ranked, f->n_ranked + 1, sizeof *f->ranked, err);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && rc == WDM_OK; i++) {
        *texts[i] = wdm_arena_strdup(&f->out->arena, *texts[i]);
        rc = *texts[i] == NULL ? wdm_err_nomem(err) : WDM_OK;
    }
    for (size_t i = series->n; i > 0 && series->weeks[i - 1].week > f->week - WDM_FINDER_WEEKS; i--) {
        if (series->weeks[i - 1].week <= f->week)
            kept.weeks[f->week - series->weeks[i - 1].week] = series->weeks[i - 1];
    }
    kept.series.weeks = NULL;
    kept.series.n = 0;
    if (rc == WDM_OK)
        f->ranked[f->n_ranked++] = kept;
    return rc;
}

static wdm_rank_value value_of(const wdm_series_week *week)
{
    wdm_rank_value v = {(double)NAN, (double)NAN, (double)NAN};
    if (week->n_days == 0)
        return v;
    if (!(week->estimate > 0.0)) {
        v.limit = !isnan(week->limit) ? week->limit : week->bound_high;
        return v;
    }
    if (week->lo95 > 0.0 && isfinite(week->hi95)) {
        v.value = week->estimate;
        v.log_sd = log(week->hi95 / week->lo95) / (2.0 * z95);
    }
    return v;
}

static const char *region_of(const wdm_finder *f, const wdm_rank_series *s)
{
    return f->session->config.sites.rows[s->site].region_id;
}

// The other plants of the week, in the same region of the rule's level.
static wdm_rc gather(const wdm_finder *f, const wdm_rule *rule, const wdm_rank_series *own, size_t back,
                     beside *b, wdm_err *err)
{
    const wdm_config *config = &f->session->config;
    const bool all = rule->among[0] == '\0' || strcmp(rule->among, "all") == 0;
    const char *place = all ? "" : wdm_region_at_level(config, region_of(f, own), rule->among);
    b->n = 0;
    for (size_t i = 0; i < f->n_ranked && (all || place[0] != '\0'); i++) {
        const wdm_rank_series *s = &f->ranked[i];
        const wdm_rank_value value = value_of(&s->weeks[back]);
        wdm_rc rc = WDM_OK;
        if (s == own || s->series.drug_key != own->series.drug_key ||
            s->series.biomarker_key != own->series.biomarker_key ||
            (isnan(value.value) && isnan(value.limit)) ||
            (!all && !wdm_region_is_inside(config, region_of(f, s), wdm_config_region(config, place))))
            continue;
        rc = wdm_grow(&b->others, &b->cap, b->n + 1, sizeof *b->others, err);
        if (rc != WDM_OK)
            return rc;
        b->others[b->n++] = value;
    }
    return wdm_rank_middle(b->others, b->n, &b->middle, err);
}

static wdm_rc probability(const wdm_rank_value *own, const beside *b, double cut, bool below, double *p,
                          wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    if (!b->published)
        return wdm_rank_beside(own, b->others, b->n, cut, below, p, err);
    rc = wdm_exceed_lognormal(own->value, own->log_sd, cut * b->middle, p, err);
    *p = below ? 1.0 - *p : *p;
    return rc;
}

static wdm_rc judge(const wdm_rule *rule, const wdm_series_week *week, const beside *b, judged_week *out,
                    wdm_err *err)
{
    const wdm_rank_value own = value_of(week);
    const bool enough = b->published || (double)b->n >= rule->parameter[WDM_PARAM_MIN_OTHERS];
    const bool has_value =
        wdm_series_is_judged(week, (int)rule->parameter[WDM_PARAM_MIN_DAYS]) && !isnan(own.value);
    *out =
        (judged_week){.factor = own.value / b->middle, .threshold = (double)NAN, .probability = (double)NAN};
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N && enough; level++) {
        const double cut = rule->row->level[level - 1];
        double p = (double)NAN;
        wdm_rc rc = WDM_OK;
        if (isnan(cut))
            continue;
        if (has_value)
            rc = probability(&own, b, cut, rule->below, &p, err);
        else if (!rule->below && own.limit <= cut * b->middle)
            p = 0.0; // below its limit, and that lies under the line
        if (rc != WDM_OK)
            return rc;
        if (isnan(p))
            return WDM_OK;
        if (!out->judged || p >= rule->parameter[WDM_PARAM_P]) {
            out->threshold = cut * b->middle;
            out->probability = p;
        }
        out->judged = true;
        if (p >= rule->parameter[WDM_PARAM_P])
            out->level = (wdm_alert_level)level;
    }
    return WDM_OK;
}

static void say(const wdm_finder *f, wdm_reason *reason, const wdm_finding *finding, const beside *b,
                double limit)
{
    const wdm_rule *rule = finding->rule;
    char value[WDM_VALUE_TEXT], factor[WDM_NUMBER_TEXT], middle[WDM_NUMBER_TEXT], line[WDM_NUMBER_TEXT],
        n[24], p[24];
    (void)snprintf(n, sizeof n, "%zu", b->n);
    (void)snprintf(p, sizeof p, "%.4g", finding->probability);
    if (isnan(finding->value))
        wdm_reason_censored(f, reason);
    WDM_REASON(f, reason, b->published ? "reason.rank_published" : "reason.rank",
               {"value",
                wdm_value_text(isnan(finding->value) ? limit : finding->value, WDM_Q_NORMALISED_LOAD, value)},
               {"factor",
                wdm_number_pretty((isnan(finding->value) ? limit : finding->value) / b->middle, 3, factor)},
               {"middle", wdm_number_pretty(b->middle, 3, middle)}, {"n", n}, {"place", rule->reference});
    WDM_REASON(f, reason, rule->below ? "reason.rank_under" : "reason.rank_over",
               {"line", wdm_number_pretty(finding->threshold, 3, line)}, {"p", p});
    wdm_reason_weeks(f, reason, finding);
}

// The judged week, and back as far as its episode.
static wdm_rc follow(wdm_finder *f, const wdm_rule *rule, const wdm_rank_series *own, beside *b,
                     wdm_finding *finding, wdm_err *err)
{
    wdm_episode episode = {.last = f->week, .close_weeks = (int)rule->parameter[WDM_PARAM_CLOSE_WEEKS]};
    for (size_t back = 0; back < WDM_FINDER_WEEKS && !episode.done; back++) {
        judged_week now = {0};
        wdm_rc rc = b->published ? WDM_OK : gather(f, rule, own, back, b, err);
        if (rc == WDM_OK)
            rc = judge(rule, &own->weeks[back], b, &now, err);
        if (rc != WDM_OK || (back == 0 && !now.judged))
            return rc;
        if (now.judged)
            wdm_episode_take(&episode, f->week - (int32_t)back, now.level > WDM_LEVEL_NONE);
        if (back > 0)
            continue;
        wdm_finding_take_value(finding, &own->weeks[0]);
        finding->judged = true;
        finding->level = now.level;
        finding->baseline = b->middle;
        finding->factor = now.factor;
        finding->threshold = now.threshold;
        finding->probability = now.probability;
    }
    finding->weeks = wdm_episode_weeks(&episode);
    finding->below_weeks = episode.below_weeks;
    finding->close_weeks = episode.close_weeks;
    return WDM_OK;
}

static wdm_rc one_plant(wdm_finder *f, const wdm_rule *rule, const wdm_rank_series *own, beside *b,
                        wdm_err *err)
{
    wdm_finding finding = wdm_finder_begin(f, rule, &own->series);
    wdm_reason reason;
    wdm_rc rc = WDM_OK;
    b->published = rule->reference[0] != '\0';
    b->n = 0;
    if (b->published) {
        wdm_published_level level = {0};
        rc = wdm_store_published_level(f->session->store, rule->reference, own->series.biomarker_key,
                                       finding.last_day, &level, err);
        b->middle = level.load_mg_d_1000;
    }
    if (rc == WDM_OK && !(b->published && isnan(b->middle)))
        rc = follow(f, rule, own, b, &finding, err);
    if (rc != WDM_OK || !finding.judged)
        return rc;
    if (!b->published)
        rc = gather(f, rule, own, 0, b, err);
    wdm_reason_init(&reason);
    if (rc == WDM_OK) {
        say(f, &reason, &finding, b, value_of(&own->weeks[0]).limit);
        rc = wdm_finder_add(f, &finding, &reason, err);
    }
    wdm_reason_fini(&reason);
    return rc;
}

// Every plant's series is kept, whether the rule covers it or not: it may be one of the others.
static wdm_rc take_series(void *context, const wdm_series *series, wdm_err *err)
{
    wdm_finder *f = context;
    const wdm_index site = wdm_config_site(&f->session->config, series->site_id);
    if (series->quantity != WDM_Q_NORMALISED_LOAD || site == WDM_NONE ||
        !wdm_site_counts(&f->session->config.sites.rows[site]))
        return WDM_OK;
    return keep_series(f, series, site, err);
}

static wdm_rc read_all(wdm_finder *f, wdm_err *err)
{
    return wdm_store_each_series(f->session->store, f->session->config.factor_set, f->as_of, take_series, f,
                                 err);
}

static wdm_rc finish(wdm_finder *f, const wdm_rule *rule, wdm_err *err)
{
    beside b = {0};
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < f->n_ranked && rc == WDM_OK; i++) {
        if (wdm_rules_cover(f->rules, rule, &f->session->config, &f->ranked[i].series))
            rc = one_plant(f, rule, &f->ranked[i], &b, err);
    }
    wdm_free(b.others);
    return rc;
}

const wdm_family_code wdm_family_rank = {.family = WDM_FAMILY_RANK, .start = read_all, .finish = finish};
