// SPDX-License-Identifier: GPL-3.0-or-later
// An event of an alert: its row with the rule and its numbers, the checks, and the result rows behind it.
#include <math.h>
#include <string.h>

#include "alert_parts.h"
#include "io/number.h"

static void put_cell(wdm_buf *out, const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    if (out->len > 0)
        wdm_buf_puts(out, ";");
    if (name != NULL)
        wdm_buf_printf(out, "%s=", name);
    wdm_buf_puts(out, value);
}

void wdm_alert_rule_text(wdm_buf *out, const wdm_config *config, const wdm_alert_rule *row)
{
    put_cell(out, "rule_id", row->rule_id);
    put_cell(out, "family", row->family);
    put_cell(out, "drug_id", row->drug == WDM_NONE ? "" : config->drugs.rows[row->drug].drug_id);
    put_cell(out, "site_id", row->site_id);
    put_cell(out, "region_id", row->region_id);
    put_cell(out, "quantity", row->quantity);
    put_cell(out, "unit", row->unit);
    put_cell(out, "direction", row->direction);
    put_cell(out, NULL, row->parameters);
    for (int level = WDM_LEVEL_INFO; level < (int)WDM_LEVEL_N; level++) {
        char number[WDM_NUMBER_TEXT];
        if (!isnan(row->level[level - 1]))
            put_cell(out, wdm_alert_level_text((wdm_alert_level)level),
                     wdm_number_format(row->level[level - 1], number));
    }
}

// ---- the result rows behind an event

// Analytes that an estimate or ratio is made of. At most so many: 8 combined, 8 above and 8 below a ratio,
// markers.
enum { ANALYTES_MAX = 96 };
typedef struct analytes {
    wdm_index at[ANALYTES_MAX];
    size_t n;
} analytes;

static void add_analyte(analytes *list, wdm_index analyte)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->at[i] == analyte)
            return;
    }
    if (analyte != WDM_NONE && list->n < ANALYTES_MAX)
        list->at[list->n++] = analyte;
}

static void add_series(analytes *list, const wdm_config *config, const wdm_finding *finding)
{
    const wdm_excretion *rows[WDM_COMBINE_MAX];
    const wdm_index drug = wdm_config_drug(config, finding->drug_id);
    if (strcmp(finding->biomarker_id, WDM_COMBINED) == 0 && drug != WDM_NONE) {
        const size_t n = wdm_config_combinable(config, drug, finding->first_day, rows);
        for (size_t i = 0; i < n; i++)
            add_analyte(list, rows[i]->biomarker);
    } else {
        add_analyte(list, wdm_config_analyte(config, finding->biomarker_id));
    }
    for (size_t i = 0, n = list->n; i < config->attribution.n; i++) { // what is taken off its load
        for (size_t k = 0; k < n; k++) {
            if (config->attribution.rows[i].biomarker == list->at[k])
                add_analyte(list, config->attribution.rows[i].from_biomarker);
        }
    }
}

// The parts of the ratio that the rule judges.
static void add_ratio(analytes *list, const wdm_finding *finding)
{
    const wdm_ratio_rule *ratio = finding->rule->ratio;
    for (size_t k = 0; ratio != NULL && k < ratio->n_above; k++)
        add_analyte(list, ratio->above[k]);
    for (size_t k = 0; ratio != NULL && k < ratio->n_below; k++)
        add_analyte(list, ratio->below[k]);
}

static void add_markers(analytes *list, const wdm_config *config, wdm_index site)
{
    wdm_policy policy = {WDM_POLICY_STATIC, 0};
    if (site != WDM_NONE)
        policy = wdm_config_policy(config, site);
    for (size_t i = 0; i < config->marker_methods.n; i++) {
        if (policy.kind == WDM_POLICY_COMBINED || (policy.kind == WDM_POLICY_MARKER && policy.method == i))
            add_analyte(list, config->marker_methods.rows[i].analyte);
    }
}

static wdm_rc put_place(wdm_alert_job *job, const wdm_finding *finding, const char *site_id, int64_t event_id,
                        wdm_err *err)
{
    const wdm_config *config = &job->session->config;
    wdm_event_scope scope = {.event_id = event_id,
                             .of_region = site_id[0] == '\0',
                             .place_id = site_id[0] == '\0' ? finding->region_id : site_id,
                             .analyte_id = "",
                             .first = finding->first_day,
                             .last = finding->last_day,
                             .as_of = job->as_of};
    analytes list = {.n = 0};
    wdm_rc rc = WDM_OK;
    if (finding->drug_id[0] == '\0') // a fault of the site: all its results
        return wdm_store_add_event_results(job->store, &scope, err);
    add_series(&list, config, finding);
    add_ratio(&list, finding);
    if (!scope.of_region)
        add_markers(&list, config, wdm_config_site(config, site_id));
    for (size_t i = 0; i < list.n && rc == WDM_OK; i++) {
        scope.analyte_id = config->analytes.rows[list.at[i]].analyte_id;
        rc = wdm_store_add_event_results(job->store, &scope, err);
    }
    return rc;
}

// A region's value rests on its plants, or was published as it is.
static wdm_rc put_region(wdm_alert_job *job, const wdm_finding *finding, int64_t event_id, wdm_err *err)
{
    const wdm_config *config = &job->session->config;
    wdm_rc rc = put_place(job, finding, "", event_id, err);
    for (size_t i = 0; i < config->sites.n && rc == WDM_OK; i++) {
        const wdm_site *site = &config->sites.rows[i];
        if (wdm_site_counts(site) && wdm_config_region_inside(config, site->region_id, finding->region_id))
            rc = put_place(job, finding, site->site_id, event_id, err);
    }
    return rc;
}

static wdm_rc put_results(wdm_alert_job *job, const wdm_finding *finding, int64_t event_id, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    if (finding->first_day == WDM_DAY_NONE || finding->last_day == WDM_DAY_NONE)
        return WDM_OK;
    if (finding->n_members > 0) {
        for (size_t i = 0; i < finding->n_members && rc == WDM_OK; i++) {
            const char *site_id = NULL;
            rc = wdm_store_site_id(job->store, finding->member_sites[i], &job->findings.arena, &site_id, err);
            if (rc == WDM_OK)
                rc = put_place(job, finding, site_id, event_id, err);
        }
        return rc;
    }
    return finding->site_key == 0 ? put_region(job, finding, event_id, err)
                                  : put_place(job, finding, finding->site_id, event_id, err);
}

static wdm_rc put_checks(wdm_alert_job *job, const wdm_finding *finding, int64_t event_id, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < finding->n_checks && rc == WDM_OK; i++) {
        const wdm_event_check check = {event_id, finding->checks[i].check_id, finding->checks[i].verdict,
                                       finding->checks[i].text, finding->checks[i].text_zh};
        rc = wdm_store_add_event_check(job->store, &check, err);
    }
    return rc;
}

// ---- the event

static void take_numbers(wdm_alert_event *event, const wdm_finding *finding, const wdm_alert *row)
{
    event->value = finding != NULL ? finding->value : row->value;
    event->lo95 = finding != NULL ? finding->lo95 : row->lo95;
    event->hi95 = finding != NULL ? finding->hi95 : row->hi95;
    event->threshold = finding != NULL ? finding->threshold : row->threshold;
    event->baseline = finding != NULL ? finding->baseline : row->baseline;
    event->factor = finding != NULL ? finding->factor : row->factor;
    event->probability = finding != NULL ? finding->probability : row->probability;
}

static void put_news(wdm_alert_job *job, const wdm_alert *row, const wdm_alert_event *event)
{
    char week[WDM_DATE_TEXT];
    const char *reason = job->cli->lang == WDM_LANG_ZH ? event->reason_zh : event->reason;
    if (strcmp(event->event, "repeated") == 0)
        return;
    wdm_tabular_text(&job->news, event->event);
    wdm_tabular_integer(&job->news, event->alert_id);
    wdm_tabular_text(&job->news, event->level);
    wdm_tabular_text(&job->news, row->site_id);
    wdm_tabular_text(&job->news, row->region_id);
    wdm_tabular_text(&job->news, row->drug_id);
    wdm_tabular_text(&job->news, row->rule_id);
    wdm_tabular_text(&job->news, wdm_isoweek_format(wdm_isoweek_of_day(wdm_week_monday(event->week)), week));
    wdm_tabular_text(&job->news, reason);
}

wdm_rc wdm_alert_tell(wdm_alert_job *job, const wdm_open_alert *alert, const wdm_alert_change *change,
                      wdm_err *err)
{
    const wdm_finding *finding = change->finding;
    wdm_alert_event event = {.alert_id = alert->row.alert_id,
                             .run_id = job->run_id,
                             .as_of = job->as_of,
                             .event = change->event,
                             .cause = change->cause,
                             .level = alert->row.level,
                             .reason = change->reason,
                             .reason_zh = change->reason_zh};
    const int32_t week = finding != NULL ? finding->week : job->week;
    wdm_buf rule = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&rule, 65536);
    event.week = week > alert->row.life.event_week ? week : alert->row.life.event_week;
    take_numbers(&event, finding, &alert->row);
    for (size_t i = 0; i < job->rules->n; i++) {
        if (rule.len == 0 && strcmp(job->rules->rows[i].row->rule_id, alert->row.rule_id) == 0)
            wdm_alert_rule_text(&rule, &job->session->config, job->rules->rows[i].row);
    }
    rc = wdm_buf_check(&rule, err);
    event.rule = wdm_buf_text(&rule);
    if (rc == WDM_OK && rule.len == 0) { // it is not in force any more: as it last was
        wdm_behind behind = {0};
        rc = wdm_store_alert_behind(job->store, alert->row.alert_id, &job->findings.arena, &behind, err);
        event.rule = behind.rule;
    }
    if (rc == WDM_OK)
        rc = wdm_store_add_alert_event(job->store, &event, err);
    if (rc == WDM_OK && finding != NULL)
        rc = put_results(job, finding, event.event_id, err);
    if (rc == WDM_OK && finding != NULL)
        rc = put_checks(job, finding, event.event_id, err);
    if (rc == WDM_OK)
        put_news(job, &alert->row, &event);
    wdm_buf_fini(&rule);
    return rc;
}
