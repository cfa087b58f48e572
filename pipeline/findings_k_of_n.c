// SPDX-License-Identifier: GPL-3.0-or-later
// Family k_of_n: so many plants of a region in alarm under another rule in the same week.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "findings_parts.h"
#include "model/periods.h"
#include "store/alert_store.h"

// The plants of one region that the other rule has judged for one drug.
typedef struct sites {
    const char *region_id;
    const wdm_finding *first; // for drug and identifiers
    wdm_index *alarmed;
    int64_t *members;
    int *weeks; // of each judged plant's episode
    size_t n, n_alarmed, n_standing, cap_alarmed, cap_members, cap_weeks;
} sites;

static const char *region_of(const wdm_finder *f, const wdm_rule *rule, const wdm_finding *finding)
{
    const wdm_config *config = &f->session->config;
    const wdm_index site = wdm_config_site(config, finding->site_id);
    const char *own = site == WDM_NONE ? "" : config->sites.rows[site].region_id;
    if (site == WDM_NONE || !wdm_site_counts(&config->sites.rows[site]))
        return "";
    if (rule->row->region_id[0] != '\0')
        return wdm_region_is_inside(config, own, wdm_config_region(config, rule->row->region_id))
                   ? rule->row->region_id
                   : "";
    return wdm_region_at_level(config, own, rule->among[0] == '\0' ? "city" : rule->among);
}

static bool is_of(const wdm_finder *f, const wdm_rule *rule, const wdm_finding *finding)
{
    return finding->judged && finding->site_key != 0 && strcmp(finding->rule->row->rule_id, rule->of) == 0 &&
           (rule->row->drug == WDM_NONE ||
            strcmp(f->session->config.drugs.rows[rule->row->drug].drug_id, finding->drug_id) == 0);
}

// Whether a plant stands in the list already: with another biomarker.
static wdm_rc take_site(const wdm_finder *f, sites *s, const wdm_finding *finding, int64_t *last,
                        wdm_err *err)
{
    const bool same = s->n > 0 && *last == finding->site_key;
    const bool alarmed = finding->level > WDM_LEVEL_NONE;
    wdm_rc rc = WDM_OK;
    if (!same) {
        rc = wdm_grow(&s->weeks, &s->cap_weeks, s->n + 1, sizeof *s->weeks, err);
        if (rc != WDM_OK)
            return rc;
        s->weeks[s->n++] = 0;
        *last = finding->site_key;
    }
    if (finding->weeks > s->weeks[s->n - 1])
        s->weeks[s->n - 1] = finding->weeks;
    if (!alarmed || (s->n_alarmed > 0 && s->members[s->n_alarmed - 1] == finding->site_key))
        return WDM_OK;
    rc = wdm_grow(&s->members, &s->cap_members, s->n_alarmed + 1, sizeof *s->members, err);
    if (rc == WDM_OK)
        rc = wdm_grow(&s->alarmed, &s->cap_alarmed, s->n_alarmed + 1, sizeof *s->alarmed, err);
    if (rc != WDM_OK)
        return rc;
    s->members[s->n_alarmed] = finding->site_key;
    s->alarmed[s->n_alarmed++] = wdm_config_site(&f->session->config, finding->site_id);
    return WDM_OK;
}

// Findings of a rule on series come by site; those of one drug and region among them.
static wdm_rc gather(const wdm_finder *f, const wdm_rule *rule, const wdm_finding *first, sites *s,
                     wdm_err *err)
{
    int64_t last = 0;
    wdm_rc rc = WDM_OK;
    s->first = first;
    s->region_id = region_of(f, rule, first);
    s->n = s->n_alarmed = s->n_standing = 0;
    for (size_t i = 0; i < f->out->n && rc == WDM_OK; i++) {
        const wdm_finding *finding = &f->out->rows[i];
        if (is_of(f, rule, finding) && finding->drug_key == first->drug_key &&
            strcmp(region_of(f, rule, finding), s->region_id) == 0)
            rc = take_site(f, s, finding, &last, err);
    }
    for (size_t i = 0; i < s->n; i++)
        s->n_standing += s->weeks[i] > 0;
    return rc;
}

// The number of plants from which a level holds; NaN: the level is not used.
static double needed(const wdm_rule *rule, int level, size_t n)
{
    const double cut = rule->row->level[level - 1];
    const double k = rule->as_share ? ceil(cut * (double)n - 1e-9) : cut;
    return isnan(cut) ? cut : fmax(k, rule->as_share ? rule->parameter[WDM_PARAM_MIN_SITES] : 1.0);
}

static void say(const wdm_finder *f, wdm_reason *reason, const wdm_finding *finding, const sites *s)
{
    wdm_reason names;
    char k[24], n[24];
    wdm_reason_init(&names);
    wdm_finder_names(f, &names, s->alarmed, s->n_alarmed);
    (void)snprintf(k, sizeof k, "%zu", s->n_alarmed);
    (void)snprintf(n, sizeof n, "%zu", s->n);
    WDM_REASON(f, reason, "reason.k_of_n", {"k", k}, {"n", n}, {"rule", finding->rule->of});
    if (s->n_alarmed > 0) {
        wdm_buf_puts(&reason->en, ": ");
        wdm_buf_puts(&reason->en, wdm_buf_text(&names.en));
        wdm_buf_puts(&reason->zh, "：");
        wdm_buf_puts(&reason->zh, wdm_buf_text(&names.zh));
    }
    if (finding->level > WDM_LEVEL_NONE)
        wdm_reason_weeks(f, reason, finding);
    wdm_reason_fini(&names);
}

static wdm_rc judge(wdm_finder *f, const wdm_rule *rule, sites *s, wdm_err *err)
{
    const wdm_series series = {.drug_key = s->first->drug_key,
                               .site_id = "",
                               .region_id = s->region_id,
                               .drug_id = s->first->drug_id,
                               .biomarker_id = ""};
    wdm_finding finding = wdm_finder_begin(f, rule, &series);
    wdm_reason reason;
    double least = (double)NAN;
    wdm_rc rc = WDM_OK;
    finding.quantity = WDM_ALERT_NO_QUANTITY;
    finding.judged = true;
    finding.value = (double)s->n_alarmed;
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N; level++) {
        const double k = needed(rule, level, s->n);
        if (isnan(k))
            continue;
        least = isnan(least) ? k : least;
        if (isnan(finding.threshold) || (double)s->n_alarmed >= k)
            finding.threshold = k;
        if ((double)s->n_alarmed >= k)
            finding.level = (wdm_alert_level)level;
    }
    // While as many episodes go on, a week in which fewer plants are above their lines ends nothing.
    finding.below_weeks = finding.level > WDM_LEVEL_NONE || (double)s->n_standing >= least ? 0 : 1;
    if (finding.level > WDM_LEVEL_NONE)
        finding.weeks = wdm_weeks_together(s->weeks, s->n, (size_t)least);
    rc = wdm_finding_take_members(f, &finding, s->members, s->n_alarmed, err);
    wdm_reason_init(&reason);
    if (rc == WDM_OK) {
        say(f, &reason, &finding, s);
        rc = wdm_finder_add(f, &finding, &reason, err);
    }
    wdm_reason_fini(&reason);
    return rc;
}

// Whether a finding before this one was of the same drug and region.
static bool is_seen(const wdm_finder *f, const wdm_rule *rule, size_t at)
{
    const wdm_finding *finding = &f->out->rows[at];
    for (size_t i = 0; i < at; i++) {
        const wdm_finding *other = &f->out->rows[i];
        if (is_of(f, rule, other) && other->drug_key == finding->drug_key &&
            strcmp(region_of(f, rule, other), region_of(f, rule, finding)) == 0)
            return true;
    }
    return false;
}

static wdm_rc finish(wdm_finder *f, const wdm_rule *rule, wdm_err *err)
{
    const size_t n = f->out->n;
    sites s = {0};
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < n && rc == WDM_OK; i++) {
        const wdm_finding first = f->out->rows[i]; // rows may move
        if (!is_of(f, rule, &first) || region_of(f, rule, &first)[0] == '\0' || is_seen(f, rule, i))
            continue;
        rc = gather(f, rule, &first, &s, err);
        if (rc == WDM_OK && s.n > 0)
            rc = judge(f, rule, &s, err);
    }
    wdm_free(s.alarmed);
    wdm_free(s.members);
    wdm_free(s.weeks);
    return rc;
}

const wdm_family_code wdm_family_k_of_n = {.family = WDM_FAMILY_K_OF_N, .finish = finish};
