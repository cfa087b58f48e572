// SPDX-License-Identifier: GPL-3.0-or-later
#include "findings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "findings_parts.h"
#include "io/number.h"
#include "store/alert_store.h"

static const char *keep(wdm_finder *f, const char *text, wdm_rc *rc, wdm_err *err)
{
    const char *copy = wdm_arena_strdup(&f->out->arena, text);
    if (copy == NULL)
        *rc = wdm_err_nomem(err);
    return copy;
}

wdm_rc wdm_finder_add(wdm_finder *f, wdm_finding *finding, const wdm_buf *reason, wdm_err *err)
{
    wdm_rc rc = wdm_buf_check(reason, err);
    finding->reason = keep(f, wdm_buf_text(reason), &rc, err);
    finding->site_id = keep(f, finding->site_id, &rc, err);
    finding->region_id = keep(f, finding->region_id, &rc, err);
    finding->drug_id = keep(f, finding->drug_id, &rc, err);
    finding->biomarker_id = keep(f, finding->biomarker_id, &rc, err);
    if (rc == WDM_OK)
        rc = wdm_grow(&f->out->rows, &f->out->cap, f->out->n + 1, sizeof *f->out->rows, err);
    if (rc == WDM_OK)
        f->out->rows[f->out->n++] = *finding;
    return rc;
}

wdm_finding wdm_finder_begin(const wdm_finder *f, const wdm_rule *rule, const wdm_series *series)
{
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
                         .first_day = wdm_week_monday(f->week),
                         .last_day = wdm_week_monday(f->week) + 6,
                         .may_open = true,
                         .close_weeks = 1,
                         .value = (double)NAN,
                         .lo95 = (double)NAN,
                         .hi95 = (double)NAN,
                         .threshold = (double)NAN,
                         .baseline = (double)NAN,
                         .factor = (double)NAN,
                         .probability = (double)NAN};
}

static void take_value(wdm_finding *finding, const wdm_series_week *week)
{
    finding->value = week->estimate;
    finding->lo95 = week->lo95;
    finding->hi95 = week->hi95;
}

// "79.1", "61-102": at most three digits.
void wdm_finder_put_number(wdm_buf *buf, double value)
{
    char text[WDM_NUMBER_TEXT];
    wdm_buf_puts(buf, wdm_number_pretty(value, 3, text));
}

static void put_interval(wdm_buf *buf, double lo, double hi)
{
    wdm_finder_put_number(buf, lo);
    wdm_buf_puts(buf, "-");
    wdm_finder_put_number(buf, hi);
}

// "79.1 mg/d/1000": as long as a person says it.
void wdm_finder_put_value(wdm_buf *buf, double value, wdm_quantity quantity)
{
    const char *unit = wdm_quantity_unit(quantity);
    const char *people = strstr(unit, " people");
    wdm_finder_put_number(buf, value);
    wdm_buf_puts(buf, " ");
    wdm_buf_put(buf, unit, people == NULL ? strlen(unit) : (size_t)(people - unit));
}

static void put_provisional(wdm_buf *buf, const wdm_series_week *week)
{
    if ((week->flags & WDM_EST_PROVISIONAL) != 0)
        wdm_buf_printf(buf, "; provisional, %d days", week->n_days);
}

static const wdm_series_week *week_of(const wdm_finder *f, const wdm_series *series)
{
    for (size_t i = series->n; i > 0; i--) {
        if (series->weeks[i - 1].week == f->week)
            return &series->weeks[i - 1];
    }
    return NULL;
}

// ---- baseline

// "; the last 3 weeks are 1.42 times it", where more than the judged week decided.
static void put_window(wdm_buf *buf, const wdm_replay_week *now)
{
    if (now->level > WDM_LEVEL_NONE && now->scan_weeks > 1) {
        wdm_buf_printf(buf, "; the last %d weeks are ", now->scan_weeks);
        wdm_finder_put_number(buf, now->scan_factor);
        wdm_buf_puts(buf, " times it");
    }
    if (now->risen)
        wdm_buf_puts(buf, "; a further rise");
    if (now->rebased)
        wdm_buf_puts(buf, "; the level of the last half year is the new baseline");
}

static void reason_baseline(wdm_buf *buf, const wdm_finding *finding, const wdm_replay_week *now,
                            const wdm_series_week *week)
{
    if (isnan(finding->value)) {
        wdm_buf_puts(buf, "below ");
        wdm_finder_put_value(buf, !isnan(week->limit) ? week->limit : week->bound_high,
                             (wdm_quantity)finding->quantity);
        wdm_buf_puts(buf, ": no more than its baseline ");
        wdm_finder_put_number(buf, finding->baseline);
        wdm_buf_printf(buf, " (%zu weeks)", now->n);
    } else {
        wdm_finder_put_value(buf, finding->value, (wdm_quantity)finding->quantity);
        wdm_buf_puts(buf, " is ");
        wdm_finder_put_number(buf, finding->factor);
        wdm_buf_puts(buf, " times its baseline ");
        wdm_finder_put_number(buf, finding->baseline);
        wdm_buf_printf(buf, " (%zu weeks); random 95 %% ", now->n);
        put_interval(buf, week->lo95_random, week->hi95_random);
        put_window(buf, now);
        wdm_buf_printf(buf, "; p %.1g", finding->probability);
    }
    if (now->level > WDM_LEVEL_NONE)
        wdm_buf_printf(buf, "; week %d", now->episode_weeks);
    else
        wdm_buf_printf(buf, "; %s the lines for %d %s", finding->rule->below ? "above" : "below",
                       now->below_weeks, now->below_weeks == 1 ? "week" : "weeks");
    put_provisional(buf, week);
}

// The worst level's line that was met, else the nearest line.
static double line_met(const wdm_replay_week *now)
{
    if (now->level > WDM_LEVEL_NONE)
        return now->line[now->level];
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N; level++) {
        if (!isnan(now->line[level]))
            return now->line[level];
    }
    return (double)NAN;
}

static wdm_rc find_baseline(wdm_finder *f, const wdm_rule *rule, const wdm_series *series, wdm_buf *buf,
                            wdm_err *err)
{
    const wdm_replay_opts opts = wdm_rule_replay_opts(rule);
    const wdm_series_week *week = week_of(f, series);
    const wdm_replay_week *now = NULL;
    wdm_finding finding = wdm_finder_begin(f, rule, series);
    wdm_rc rc = WDM_OK;
    if (week == NULL)
        return WDM_OK;
    rc = wdm_series_replay(&f->replay, series->weeks, series->n, f->week, &opts, err);
    if (rc != WDM_OK || f->replay.n == 0)
        return rc;
    now = &f->replay.weeks[f->replay.n - 1];
    if (!now->judged)
        return WDM_OK;
    take_value(&finding, week);
    finding.judged = true;
    finding.level = now->level;
    finding.weeks = now->episode_weeks;
    finding.below_weeks = now->below_weeks;
    finding.close_weeks = opts.close_weeks;
    finding.risen = now->risen;
    finding.new_level = now->rebased;
    finding.baseline = now->baseline;
    finding.new_level = now->rebased;
    finding.risen = now->risen;
    finding.factor = now->factor;
    finding.threshold = line_met(now);
    finding.probability = rule->below ? now->p_low : now->p_high;
    reason_baseline(buf, &finding, now, week);
    return wdm_finder_add(f, &finding, buf, err);
}

// ---- level

static void reason_level(wdm_buf *buf, const wdm_finding *finding, const wdm_series_week *week)
{
    if (isnan(finding->value)) {
        wdm_buf_puts(buf, "below ");
        wdm_finder_put_value(buf, !isnan(week->limit) ? week->limit : week->bound_high,
                             (wdm_quantity)finding->quantity);
    } else {
        wdm_finder_put_value(buf, finding->value, (wdm_quantity)finding->quantity);
    }
    wdm_buf_printf(buf, " is %s the limit ", finding->rule->below ? "below" : "above");
    wdm_finder_put_number(buf, finding->threshold);
    wdm_buf_printf(buf, " with probability %.4g", finding->probability);
    if (!isnan(finding->value)) {
        wdm_buf_puts(buf, " (total 95 % ");
        put_interval(buf, finding->lo95, finding->hi95);
        wdm_buf_puts(buf, ")");
    }
    if (finding->level > WDM_LEVEL_NONE)
        wdm_buf_printf(buf, "; week %d", finding->weeks);
    put_provisional(buf, week);
}

static wdm_rc find_level(wdm_finder *f, const wdm_rule *rule, const wdm_series *series, wdm_buf *buf,
                         wdm_err *err)
{
    wdm_level_opts opts = {.p = rule->parameter[WDM_PARAM_P],
                           .below = rule->below,
                           .close_weeks = (int)rule->parameter[WDM_PARAM_CLOSE_WEEKS],
                           .min_days = (int)rule->parameter[WDM_PARAM_MIN_DAYS]};
    const wdm_series_week *week = week_of(f, series);
    wdm_finding finding = wdm_finder_begin(f, rule, series);
    wdm_rule_week now = {0};
    wdm_rc rc = WDM_OK;
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N; level++)
        opts.limit[level] = rule->row->level[level - 1];
    rc = wdm_rule_level(series->weeks, series->n, f->week, &opts, &now, err);
    if (rc != WDM_OK || week == NULL || !now.judged)
        return rc;
    take_value(&finding, week);
    finding.judged = true;
    finding.level = now.level;
    finding.weeks = now.episode_weeks;
    finding.below_weeks = now.below_weeks;
    finding.close_weeks = opts.close_weeks;
    finding.threshold = now.threshold;
    finding.probability = now.probability;
    reason_level(buf, &finding, week);
    return wdm_finder_add(f, &finding, buf, err);
}

// ---- first

static wdm_rc find_first(wdm_finder *f, const wdm_rule *rule, const wdm_series *series, wdm_buf *buf,
                         wdm_err *err)
{
    const wdm_series_week *week = week_of(f, series);
    wdm_finding finding = wdm_finder_begin(f, rule, series);
    int clean = 0;
    finding.judged = true;                     // without data too: nothing is first then
    finding.below_weeks = finding.close_weeks; // a first detection is news for one week
    if (week != NULL && wdm_rule_first(series->weeks, series->n, f->week,
                                       (int)rule->parameter[WDM_PARAM_MIN_WEEKS], &clean)) {
        finding.level = rule->fixed_level;
        finding.weeks = 1;
        take_value(&finding, week);
        wdm_buf_printf(buf, "first measured at this site after %d sampled weeks without: ", clean);
        wdm_finder_put_value(buf, week->estimate, series->quantity);
        wdm_buf_puts(buf, " (total 95 % ");
        put_interval(buf, week->lo95, week->hi95);
        wdm_buf_puts(buf, ")");
        put_provisional(buf, week);
    } else {
        wdm_buf_puts(buf, "that week is over");
    }
    return wdm_finder_add(f, &finding, buf, err);
}

// ---- quality

static wdm_rc one_site(void *context, const wdm_site_age *site, wdm_err *err)
{
    wdm_finder *f = context;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < f->rules->n && rc == WDM_OK; i++) {
        const wdm_rule *rule = &f->rules->rows[i];
        const int age = f->as_of - site->last_day;
        const wdm_series none = {.site_key = site->site_key,
                                 .site_id = site->site_id,
                                 .region_id = "",
                                 .drug_id = "",
                                 .biomarker_id = ""};
        char date[WDM_DATE_TEXT];
        wdm_buf buf = {0};
        wdm_finding finding = wdm_finder_begin(f, rule, &none);
        // Sites that a published release brought along are sampled when their campaign is.
        if (rule->family != WDM_FAMILY_QUALITY || site->imported ||
            !wdm_rule_covers_site(rule, &f->session->config, site->site_id))
            continue;
        wdm_buf_init(&buf, 4096);
        finding.quantity = WDM_ALERT_NO_QUANTITY;
        finding.first_day = WDM_DAY_NONE; // about what is not there
        finding.last_day = WDM_DAY_NONE;
        finding.week = wdm_week_index(f->as_of);
        finding.judged = true;
        finding.below_weeks = finding.close_weeks;
        finding.value = age;
        finding.threshold = rule->parameter[WDM_PARAM_MAX_AGE_DAYS];
        finding.level = age > finding.threshold ? rule->fixed_level : WDM_LEVEL_NONE;
        finding.weeks = finding.level > WDM_LEVEL_NONE ? (age - (int)finding.threshold - 1) / 7 + 1 : 0;
        wdm_buf_printf(&buf, "newest data of this site are of %s, %d days old; limit %d days",
                       wdm_day_format(site->last_day, date), age, (int)finding.threshold);
        rc = wdm_finder_add(f, &finding, &buf, err);
        wdm_buf_fini(&buf);
    }
    return rc;
}

// ---- all

static wdm_rc one_series(void *context, const wdm_series *series, wdm_err *err)
{
    wdm_finder *f = context;
    bool covered = false;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < f->rules->n && rc == WDM_OK; i++) {
        const wdm_rule *rule = &f->rules->rows[i];
        wdm_buf buf = {0};
        if (!wdm_rule_covers(rule, &f->session->config, series))
            continue;
        covered = true;
        wdm_buf_init(&buf, 4096);
        if (rule->family == WDM_FAMILY_BASELINE)
            rc = find_baseline(f, rule, series, &buf, err);
        else if (rule->family == WDM_FAMILY_LEVEL)
            rc = find_level(f, rule, series, &buf, err);
        else if (rule->family == WDM_FAMILY_FIRST)
            rc = find_first(f, rule, series, &buf, err);
        else if (rule->family == WDM_FAMILY_DISPOSAL)
            rc = wdm_finder_disposal(f, rule, series, &buf, err);
        wdm_buf_fini(&buf);
    }
    f->out->n_series += covered ? 1 : 0;
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
    for (size_t i = 0; i < findings->n; i++)
        p[i] = findings->rows[i].rule->family == WDM_FAMILY_BASELINE ? findings->rows[i].probability
                                                                     : (double)NAN;
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
    wdm_rc rc = wdm_finder_read_spikes(&f, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_series(session->store, factor_set, as_of, one_series, &f, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_region_series(session->store, factor_set, as_of, one_series, &f, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_site_age(session->store, as_of, one_site, &f, err);
    if (rc == WDM_OK)
        rc = limit_false_discoveries(findings, err);
    wdm_replay_fini(&f.replay);
    wdm_free(f.spikes);
    wdm_free(f.days.days);
    wdm_free(f.days.values);
    wdm_free(f.days.limits);
    return rc;
}

void wdm_findings_fini(wdm_findings *findings)
{
    wdm_free(findings->rows);
    wdm_arena_fini(&findings->arena);
    *findings = (wdm_findings){0};
}
