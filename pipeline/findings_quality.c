// SPDX-License-Identifier: GPL-3.0-or-later
// Family quality: data that are missing, late, failed quality control, or rest on a doubtful population. What
// the flow says is in findings_flow.c.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "findings_quality.h"
#include "io/number.h"

enum { DAYS_OF_WEEK = 7 };

typedef struct asked {
    wdm_finder *f;
    const wdm_rule *rule;
} asked;

static const char *count_text(int64_t n, char text[24])
{
    (void)snprintf(text, 24, "%lld", (long long)n);
    return text;
}

static bool covers(const asked *a, const char *site_id)
{
    return wdm_rules_cover_site(a->f->rules, a->rule, &a->f->session->config, site_id);
}

wdm_finding wdm_quality_finding_begin(const wdm_finder *f, const wdm_rule *rule, int64_t site_key,
                                      const char *site_id)
{
    wdm_finding finding = wdm_finder_begin_site(f, rule, site_key, site_id);
    finding.judged = true;
    finding.below_weeks = finding.close_weeks;
    finding.weeks = 1;
    return finding;
}

wdm_rc wdm_quality_finding_add(wdm_finder *f, wdm_finding *finding, bool fires, wdm_reason *reason,
                               wdm_err *err)
{
    finding->level = fires ? finding->rule->fixed_level : WDM_LEVEL_NONE;
    finding->weeks = fires ? finding->weeks : 0;
    finding->inhibits = fires && finding->rule->parameter[WDM_PARAM_INHIBIT] > 0.0;
    return wdm_finder_add(f, finding, reason, err);
}

// ---- age

static wdm_rc one_age(void *context, const wdm_site_age *site, wdm_err *err)
{
    asked *a = context;
    const double limit = a->rule->parameter[WDM_PARAM_MAX_AGE_DAYS];
    const int age = a->f->as_of - site->last_day;
    wdm_finding finding = wdm_quality_finding_begin(a->f, a->rule, site->site_key, site->site_id);
    char date[WDM_DATE_TEXT], n[24], most[24];
    wdm_reason reason;
    wdm_rc rc = WDM_OK;
    // Sites that a published release brought along are sampled when their campaign is.
    if (site->imported || !covers(a, site->site_id))
        return WDM_OK;
    wdm_reason_init(&reason);
    finding.week = wdm_week_index(a->f->as_of);
    finding.value = age;
    finding.threshold = limit;
    finding.weeks = (age - (int)limit - 1) / DAYS_OF_WEEK + 1;
    finding.first_day = finding.last_day = WDM_DAY_NONE; // about what is not there
    WDM_REASON(a->f, &reason, "reason.age", {"date", wdm_day_format(site->last_day, date)},
               {"n", count_text(age, n)}, {"limit", count_text((int64_t)limit, most)});
    rc = wdm_quality_finding_add(a->f, &finding, age > limit, &reason, err);
    wdm_reason_fini(&reason);
    return rc;
}

// ---- missing_sites, qc

typedef struct site_list {
    asked a;
    wdm_site_quality *rows;
    size_t n, cap;
} site_list;

static wdm_rc take_site(void *context, const wdm_site_quality *site, wdm_err *err)
{
    site_list *list = context;
    wdm_site_quality row = *site;
    wdm_rc rc = WDM_OK;
    if (site->imported || !covers(&list->a, site->site_id))
        return WDM_OK;
    row.site_id = wdm_arena_strdup(&list->a.f->out->arena, site->site_id);
    if (row.site_id == NULL)
        return wdm_err_nomem(err);
    rc = wdm_grow(&list->rows, &list->cap, list->n + 1, sizeof *list->rows, err);
    if (rc == WDM_OK)
        list->rows[list->n++] = row;
    return rc;
}

static wdm_rc read_sites(site_list *list, bool with_results, wdm_err *err)
{
    const wdm_finder *f = list->a.f;
    const wdm_day monday = wdm_week_monday(f->week);
    const wdm_day to = monday + DAYS_OF_WEEK - 1 < f->as_of ? monday + DAYS_OF_WEEK - 1 : f->as_of;
    return wdm_store_each_site_quality(f->session->store, f->session->config.factor_set, monday, to,
                                       with_results, take_site, list, err);
}

// The region that a site is missed in; "" for a site that no region of the level holds.
static const char *region_of(const asked *a, const char *site_id)
{
    const wdm_rule *rule = a->rule;
    if (rule->row->region_id[0] != '\0')
        return rule->row->region_id;
    return wdm_region_at_level(&a->f->session->config,
                               wdm_config_site_region(&a->f->session->config, site_id),
                               rule->among[0] == '\0' ? "city" : rule->among);
}

static wdm_rc say_missing(const asked *a, wdm_finding *finding, const wdm_index *missing, size_t n_missing,
                          size_t n, wdm_err *err)
{
    const double limit = a->rule->parameter[WDM_PARAM_MAX_MISSING];
    char k[24], all[24];
    wdm_reason reason, names;
    wdm_rc rc = WDM_OK;
    wdm_reason_init(&reason);
    wdm_reason_init(&names);
    wdm_finder_names(a->f, &names, missing, n_missing);
    WDM_REASON(a->f, &reason, "reason.missing_sites", {"k", count_text((int64_t)n_missing, k)},
               {"n", count_text((int64_t)n, all)});
    if (n_missing > 0) {
        wdm_buf_puts(&reason.en, ": ");
        wdm_buf_puts(&reason.en, wdm_buf_text(&names.en));
        wdm_buf_puts(&reason.zh, "：");
        wdm_buf_puts(&reason.zh, wdm_buf_text(&names.zh));
    }
    rc = wdm_quality_finding_add(a->f, finding, (double)n_missing > limit, &reason, err);
    wdm_reason_fini(&names);
    wdm_reason_fini(&reason);
    return rc;
}

static wdm_rc one_region(site_list *list, const char *region_id, wdm_index *missing, int64_t *members,
                         wdm_err *err)
{
    const wdm_config *config = &list->a.f->session->config;
    wdm_finding finding = wdm_quality_finding_begin(list->a.f, list->a.rule, 0, "");
    size_t n = 0;
    size_t n_missing = 0;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(region_of(&list->a, list->rows[i].site_id), region_id) != 0)
            continue;
        n++;
        if (list->rows[i].has_data)
            continue;
        members[n_missing] = list->rows[i].site_key;
        missing[n_missing++] = wdm_config_site(config, list->rows[i].site_id);
    }
    finding.region_id = region_id;
    finding.value = (double)n_missing;
    finding.threshold = list->a.rule->parameter[WDM_PARAM_MAX_MISSING];
    rc = wdm_finding_take_members(list->a.f, &finding, members, n_missing, err);
    return rc == WDM_OK ? say_missing(&list->a, &finding, missing, n_missing, n, err) : rc;
}

static wdm_rc find_missing(site_list *list, wdm_err *err)
{
    wdm_index *missing = wdm_alloc(list->n + 1, sizeof *missing);
    int64_t *members = wdm_alloc(list->n + 1, sizeof *members);
    wdm_rc rc = WDM_OK;
    if (missing == NULL || members == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    for (size_t i = 0; i < list->n && rc == WDM_OK; i++) {
        const char *region_id = region_of(&list->a, list->rows[i].site_id);
        bool seen = region_id[0] == '\0';
        for (size_t k = 0; k < i && !seen; k++)
            seen = strcmp(region_of(&list->a, list->rows[k].site_id), region_id) == 0;
        if (!seen)
            rc = one_region(list, region_id, missing, members, err);
    }
out:
    wdm_free(missing);
    wdm_free(members);
    return rc;
}

static wdm_rc find_failed(site_list *list, wdm_err *err)
{
    const wdm_rule *rule = list->a.rule;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < list->n && rc == WDM_OK; i++) {
        const wdm_site_quality *site = &list->rows[i];
        const double share = (double)site->n_failed / (double)site->n_results;
        wdm_finding finding = wdm_quality_finding_begin(list->a.f, rule, site->site_key, site->site_id);
        char k[24], n[24];
        wdm_reason reason;
        if ((double)site->n_results < rule->parameter[WDM_PARAM_MIN_RESULTS])
            continue; // too few to speak of a share
        wdm_reason_init(&reason);
        finding.value = share;
        finding.threshold = rule->parameter[WDM_PARAM_FAIL_SHARE];
        WDM_REASON(list->a.f, &reason, "reason.qc", {"k", count_text(site->n_failed, k)},
                   {"n", count_text(site->n_results, n)});
        rc = wdm_quality_finding_add(list->a.f, &finding, share >= finding.threshold, &reason, err);
        wdm_reason_fini(&reason);
    }
    return rc;
}

// ---- late_batch

static wdm_rc one_delay(void *context, const wdm_site_delay *delay, wdm_err *err)
{
    asked *a = context;
    const double limit = a->rule->parameter[WDM_PARAM_MAX_DELAY_DAYS];
    wdm_finding finding = wdm_quality_finding_begin(a->f, a->rule, delay->site_key, delay->site_id);
    char date[WDM_DATE_TEXT], n[24], most[24];
    wdm_reason reason;
    wdm_rc rc = WDM_OK;
    if (!covers(a, delay->site_id))
        return WDM_OK;
    wdm_reason_init(&reason);
    finding.week = wdm_week_index(a->f->as_of);
    finding.value = delay->days;
    finding.threshold = limit;
    finding.first_day = finding.last_day = delay->collected;
    WDM_REASON(a->f, &reason, "reason.late", {"n", count_text(delay->days, n)},
               {"date", wdm_day_format(delay->collected, date)}, {"limit", count_text((int64_t)limit, most)});
    rc = wdm_quality_finding_add(a->f, &finding, delay->days > limit, &reason, err);
    wdm_reason_fini(&reason);
    return rc;
}

// ---- population: the estimate that lies farthest from the one that counts

typedef struct people {
    asked a;
    wdm_site_people worst; // site_key 0: none yet
    char method[64], other[64], site_id[128];
} people;

static wdm_rc end_people(people *p, wdm_err *err)
{
    const double far = fmax(p->worst.ratio, 1.0 / p->worst.ratio);
    wdm_finding finding = wdm_quality_finding_begin(p->a.f, p->a.rule, p->worst.site_key, p->site_id);
    char ratio[WDM_NUMBER_TEXT], days[24];
    wdm_reason reason;
    wdm_rc rc = WDM_OK;
    if (p->worst.site_key == 0 || !covers(&p->a, p->site_id))
        return WDM_OK;
    wdm_reason_init(&reason);
    finding.value = p->worst.ratio;
    finding.threshold = p->a.rule->parameter[WDM_PARAM_MAX_RATIO];
    WDM_REASON(p->a.f, &reason, "reason.population", {"method", p->method}, {"other", p->other},
               {"ratio", wdm_number_pretty(p->worst.ratio, 3, ratio)},
               {"n", count_text(p->worst.n_days, days)});
    rc = wdm_quality_finding_add(p->a.f, &finding, far > finding.threshold, &reason, err);
    wdm_reason_fini(&reason);
    return rc;
}

static wdm_rc take_people(void *context, const wdm_site_people *row, wdm_err *err)
{
    people *p = context;
    wdm_rc rc = WDM_OK;
    const bool same = p->worst.site_key == row->site_key;
    if (!same)
        rc = end_people(p, err);
    if (rc != WDM_OK || (same && fabs(log(row->ratio)) <= fabs(log(p->worst.ratio))))
        return rc;
    p->worst = *row;
    (void)snprintf(p->method, sizeof p->method, "%s", row->method);
    (void)snprintf(p->other, sizeof p->other, "%s", row->other);
    (void)snprintf(p->site_id, sizeof p->site_id, "%s", row->site_id);
    return WDM_OK;
}

// ---- all

static wdm_rc find_by_list(const asked *a, bool qc, wdm_err *err)
{
    site_list list = {.a = *a};
    wdm_rc rc = read_sites(&list, qc, err);
    if (rc == WDM_OK)
        rc = qc ? find_failed(&list, err) : find_missing(&list, err);
    wdm_free(list.rows);
    return rc;
}

static wdm_rc finish(wdm_finder *f, const wdm_rule *rule, wdm_err *err)
{
    asked a = {f, rule};
    people p = {.a = a};
    const wdm_day monday = wdm_week_monday(f->week);
    wdm_rc rc = WDM_OK;
    switch (rule->check) {
    case WDM_QUALITY_AGE:
        return wdm_store_each_site_age(f->session->store, f->as_of, one_age, &a, err);
    case WDM_QUALITY_MISSING:
    case WDM_QUALITY_QC:
        return find_by_list(&a, rule->check == WDM_QUALITY_QC, err);
    case WDM_QUALITY_LATE:
        return wdm_store_each_site_delay(f->session->store, f->as_of - DAYS_OF_WEEK + 1, f->as_of, one_delay,
                                         &a, err);
    case WDM_QUALITY_POPULATION:
        rc = wdm_store_each_site_people(f->session->store, f->session->config.factor_set, 0, monday,
                                        monday + DAYS_OF_WEEK - 1, take_people, &p, err);
        return rc == WDM_OK ? end_people(&p, err) : rc;
    case WDM_QUALITY_FLOW:
        return wdm_quality_finding_flow(f, rule, err);
    case WDM_QUALITY_N:
        break;
    }
    return WDM_OK;
}

const wdm_family_code wdm_family_quality = {.family = WDM_FAMILY_QUALITY, .finish = finish};
