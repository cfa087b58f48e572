// SPDX-License-Identifier: GPL-3.0-or-later
// One field row beside the site's history, its day's other flows and the population table.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "data/flags.h"
#include "import_checks.h"
#include "import_checks_parts.h"
#include "io/number.h"

// 16 MB of histories; more than that, and they are dropped and read again when they are needed.
enum { DAYS_IN_MEMORY = 1000 * 1000 };

void wdm_checks_drop_histories(wdm_checks *c)
{
    for (size_t i = 0; i < c->n_sites; i++) {
        wdm_flow_history_fini(&c->sites[i].history);
        memset(c->sites[i].weekday, 0, sizeof c->sites[i].weekday);
        c->sites[i].loaded = false;
    }
    c->n_days = 0;
}

// ---- what is usual at a site

static wdm_flow_limits limits_of(const wdm_config *config, wdm_index site)
{
    const wdm_plausibility *p[WDM_CHECK_N];
    for (int i = 0; i < (int)WDM_CHECK_N; i++)
        p[i] = wdm_config_plausibility(config, (wdm_check)i, site);
    return (wdm_flow_limits){.ten_low = p[WDM_CHECK_FLOW_TEN_TIMES]->low,
                             .ten_high = p[WDM_CHECK_FLOW_TEN_TIMES]->high,
                             .seen_before = (size_t)p[WDM_CHECK_FLOW_SEEN_BEFORE]->low,
                             .score_low = p[WDM_CHECK_FLOW_UNUSUAL]->low,
                             .score_high = p[WDM_CHECK_FLOW_UNUSUAL]->high,
                             .spread_floor = p[WDM_CHECK_FLOW_SPREAD]->low,
                             .least_weekday = (size_t)p[WDM_CHECK_FLOW_HISTORY_WEEKDAY]->low,
                             .least_all = (size_t)p[WDM_CHECK_FLOW_HISTORY_ALL]->low,
                             .days = (wdm_day)p[WDM_CHECK_FLOW_HISTORY_WEEKDAY]->high,
                             .rain_mm = p[WDM_CHECK_WET_WEATHER]->high,
                             .wet_score = p[WDM_CHECK_WET_WEATHER_FLOW]->high};
}

static wdm_rc flows_of(wdm_checks *c, wdm_index site, wdm_site_flows **flows, wdm_err *err)
{
    wdm_rc rc = wdm_grow(&c->sites, &c->n_sites, site + 1, sizeof *c->sites, err);
    if (rc != WDM_OK)
        return rc;
    if (c->n_days > DAYS_IN_MEMORY)
        wdm_checks_drop_histories(c);
    *flows = &c->sites[site];
    if ((*flows)->loaded)
        return WDM_OK;
    (*flows)->limits = limits_of(c->config, site);
    rc = wdm_store_flow_history(c->store, c->config->sites.rows[site].site_id, c->batch, &(*flows)->history,
                                err);
    (*flows)->loaded = rc == WDM_OK;
    c->n_days += (*flows)->history.n;
    return rc;
}

static wdm_rc usual_on(wdm_site_flows *flows, wdm_day day, const wdm_flow_usual **usual, wdm_err *err)
{
    const size_t w = (size_t)wdm_weekday(day) - 1;
    wdm_rc rc = WDM_OK;
    *usual = &flows->weekday[w].usual;
    if (flows->weekday[w].known && flows->weekday[w].day == day)
        return WDM_OK;
    rc = wdm_flow_usual_of(flows->history.days, flows->history.n, day, &flows->limits,
                           &flows->weekday[w].usual, err);
    flows->weekday[w].known = rc == WDM_OK;
    flows->weekday[w].day = day;
    return rc;
}

// ---- one row

typedef struct row_check {
    wdm_checks *checks;
    const wdm_intake *in;
    const wdm_record *record;
    wdm_field_row *row;
    bool confirmed;
} row_check;

static const char *cell(const row_check *r, wdm_field field)
{
    return r->record->cells[field];
}

// The severity of the check at this site; a confirmed refusal is a warning, so that the store keeps what was
// asked.
static bool speaks(const row_check *r, wdm_check check, wdm_severity *severity)
{
    const wdm_plausibility *p = wdm_config_plausibility(r->checks->config, check, r->row->site);
    *severity = p->severity == WDM_CHECK_REFUSES && !r->confirmed ? WDM_SEVERITY_ERROR : WDM_SEVERITY_WARNING;
    return p->severity != WDM_CHECK_OFF;
}

// Without the last digits that a unit's factor leaves: 1.233 万 is 12330, not 12330.000000000002.
static char *flow_text(double flow_m3_d, char text[WDM_NUMBER_TEXT])
{
    const double scale = pow(10.0, 9.0 - floor(log10(flow_m3_d)));
    return wdm_number_format(round(flow_m3_d * scale) / scale, text);
}

// "2250000", or "302000 m3/d (30.2 万m3/d)" where the file has another unit.
static void print_flow(const row_check *r, char *text, size_t cap)
{
    char number[WDM_NUMBER_TEXT];
    double given = (double)NAN;
    const bool same =
        wdm_number_parse(cell(r, WDM_FIELD_FLOW), &given) == WDM_NUMBER_OK && given == r->row->flow_m3_d;
    (void)flow_text(r->row->flow_m3_d, number);
    if (same)
        (void)snprintf(text, cap, "%s", number);
    else
        (void)snprintf(text, cap, "%s m3/d (%.40s %.40s)", number, cell(r, WDM_FIELD_FLOW),
                       cell(r, WDM_FIELD_FLOW_UNIT));
}

static wdm_rc say_slip(const row_check *r, int slip, double usual_m3_d)
{
    static const char *const times[] = {"1/10000 of", "1/1000 of", "1/100 of",   "a tenth of", "",
                                        "10 times",   "100 times", "1000 times", "10000 times"};
    const wdm_config *config = r->checks->config;
    wdm_severity severity = WDM_SEVERITY_ERROR;
    char flow[160];
    char usual[WDM_NUMBER_TEXT];
    char advice[200] = "kept, the note confirms it";
    if (!speaks(r, WDM_CHECK_FLOW_TEN_TIMES, &severity))
        return WDM_OK;
    print_flow(r, flow, sizeof flow);
    if (!r->confirmed && config->confirmations.n > 0)
        (void)snprintf(advice, sizeof advice, "if it is right, write \"%s\" in the note column",
                       config->confirmations.rows[0]);
    else if (!r->confirmed)
        (void)snprintf(advice, sizeof advice, "correct it");
    return wdm_issue_add(r->in->issues, r->record, wdm_field_name(WDM_FIELD_FLOW), "flow_ten_times", severity,
                         cell(r, WDM_FIELD_FLOW), "%s is %s this site's usual %s; %s", flow, times[slip + 4],
                         wdm_number_pretty(usual_m3_d, 4, usual), advice);
}

static wdm_rc say_unusual(const row_check *r, const wdm_flow_verdict *v, const wdm_flow_usual *usual)
{
    wdm_severity severity = WDM_SEVERITY_WARNING;
    char flow[160];
    char number[WDM_NUMBER_TEXT];
    char ratio[WDM_NUMBER_TEXT];
    if (!speaks(r, WDM_CHECK_FLOW_UNUSUAL, &severity))
        return WDM_OK;
    r->row->flags |= WDM_FLAG_FLOW_UNUSUAL;
    if (r->confirmed)
        return WDM_OK; // the flag stays: it is unusual, and right
    print_flow(r, flow, sizeof flow);
    return wdm_issue_add(
        r->in->issues, r->record, wdm_field_name(WDM_FIELD_FLOW), "flow_unusual", severity,
        cell(r, WDM_FIELD_FLOW),
        "%s is %s times this site's usual %s (%zu flows %s), %.1f robust standard deviations away", flow,
        wdm_number_pretty(v->ratio, 3, ratio), wdm_number_pretty(usual->usual_m3_d, 4, number), usual->n,
        usual->basis == WDM_FLOW_WEEKDAY ? "of the same weekday" : "of all days", fabs(v->score));
}

static wdm_rc say_wet(const row_check *r, const wdm_flow_verdict *v)
{
    wdm_severity severity = WDM_SEVERITY_WARNING;
    char ratio[WDM_NUMBER_TEXT];
    if (!speaks(r, WDM_CHECK_WET_WEATHER, &severity))
        return WDM_OK;
    r->row->flags |= WDM_FLAG_WET_WEATHER;
    if (isnan(v->ratio))
        return wdm_issue_add(r->in->issues, r->record, wdm_field_name(WDM_FIELD_RAIN_MM), "wet_weather",
                             severity, cell(r, WDM_FIELD_RAIN_MM), "%s mm of rain; the day is flagged",
                             cell(r, WDM_FIELD_RAIN_MM));
    return wdm_issue_add(r->in->issues, r->record, wdm_field_name(WDM_FIELD_RAIN_MM), "wet_weather", severity,
                         cell(r, WDM_FIELD_RAIN_MM),
                         "%s mm of rain, and %s times the usual flow; the day is flagged",
                         cell(r, WDM_FIELD_RAIN_MM), wdm_number_pretty(v->ratio, 3, ratio));
}

static wdm_rc check_history(const row_check *r, wdm_err *err)
{
    wdm_site_flows *flows = NULL;
    const wdm_flow_usual *usual = NULL;
    wdm_flow_verdict v = {0};
    wdm_rc rc = flows_of(r->checks, r->row->site, &flows, err);
    if (rc == WDM_OK)
        rc = usual_on(flows, r->row->start.day, &usual, err);
    if (rc != WDM_OK)
        return rc;
    v = wdm_flow_judge(usual, &flows->limits, flows->history.days, flows->history.n,
                       (const double[2]){r->row->flow_m3_d, r->row->rain_mm});
    if (!v.judged && !isnan(r->row->flow_m3_d) && !flows->unjudged) {
        flows->unjudged = true;
        r->checks->n_unjudged++;
    }
    if (v.slip != 0)
        rc = say_slip(r, v.slip, usual->usual_m3_d);
    if (rc == WDM_OK && v.wet)
        rc = say_wet(r, &v);
    if (rc == WDM_OK && v.unusual && v.slip == 0)
        rc = say_unusual(r, &v, usual);
    else if (rc == WDM_OK && v.unusual)
        r->row->flags |= WDM_FLAG_FLOW_UNUSUAL; // a confirmed slip
    return rc;
}

// ---- the sample's flow and the whole day's

typedef struct day_search {
    const row_check *r;
    double other_m3_d; // the first that disagrees; NaN: none
    double low, high;
} day_search;

static wdm_rc on_day_flow(void *user, const char *sample_id, double flow_m3_d, wdm_err *err)
{
    day_search *s = user;
    const double own = s->r->row->flow_m3_d;
    const bool own_is_day = s->r->row->sample_id[0] == '\0';
    const bool is_day = sample_id[0] == '\0';
    (void)err;
    if (own_is_day == is_day || !isnan(s->other_m3_d))
        return WDM_OK; // two samples of a day may be of different hours
    if (wdm_disagree(own_is_day ? flow_m3_d : own, own_is_day ? own : flow_m3_d, s->low, s->high))
        s->other_m3_d = flow_m3_d;
    return WDM_OK;
}

static wdm_rc check_day(const row_check *r, wdm_err *err)
{
    const wdm_config *config = r->checks->config;
    const wdm_plausibility *p = wdm_config_plausibility(config, WDM_CHECK_FLOW_CONTRADICTS_DAY, r->row->site);
    const wdm_plausibility *hours = wdm_config_plausibility(config, WDM_CHECK_COMPOSITE_HOURS, r->row->site);
    const double lasted = wdm_composite_hours(r->row->start, r->row->end);
    day_search s = {r, (double)NAN, p->low, p->high};
    wdm_severity severity = WDM_SEVERITY_WARNING;
    char flow[160];
    char other[WDM_NUMBER_TEXT];
    wdm_rc rc = WDM_OK;
    if (isnan(r->row->flow_m3_d) || !speaks(r, WDM_CHECK_FLOW_CONTRADICTS_DAY, &severity) || r->confirmed ||
        !(lasted >= hours->low && lasted <= hours->high)) // the flow of some hours is not that of the day
        return WDM_OK;
    rc = wdm_store_each_day_flow(r->checks->store, config->sites.rows[r->row->site].site_id,
                                 r->row->start.day, on_day_flow, &s, err);
    if (rc != WDM_OK || isnan(s.other_m3_d))
        return rc;
    print_flow(r, flow, sizeof flow);
    return wdm_issue_add(r->in->issues, r->record, wdm_field_name(WDM_FIELD_FLOW), "flow_contradicts_day",
                         severity, cell(r, WDM_FIELD_FLOW),
                         "%s, but %s of this day is %s; which one is right?", flow,
                         r->row->sample_id[0] == '\0' ? "the flow of a sample" : "the whole-day flow",
                         flow_text(s.other_m3_d, other));
}

static wdm_rc check_population(const row_check *r)
{
    const wdm_config *config = r->checks->config;
    const wdm_plausibility *p = wdm_config_plausibility(config, WDM_CHECK_POPULATION_DISAGREES, r->row->site);
    const wdm_population *table = wdm_config_population(config, r->row->site, r->row->start.day);
    wdm_severity severity = WDM_SEVERITY_WARNING;
    char own[WDM_NUMBER_TEXT];
    char other[WDM_NUMBER_TEXT];
    if (table == NULL || !wdm_disagree(r->row->population, table->population, p->low, p->high) ||
        !speaks(r, WDM_CHECK_POPULATION_DISAGREES, &severity) || r->confirmed)
        return WDM_OK;
    return wdm_issue_add(r->in->issues, r->record, wdm_field_name(WDM_FIELD_POPULATION),
                         "population_disagrees", severity, cell(r, WDM_FIELD_POPULATION),
                         "%s people here, %s in population.csv: %.2g times as many; expected %g to %g times",
                         wdm_number_format(r->row->population, own),
                         wdm_number_format(table->population, other), r->row->population / table->population,
                         p->low, p->high);
}

wdm_rc wdm_check_flow(wdm_checks *checks, const wdm_intake *in, const wdm_record *record, wdm_field_row *row,
                      wdm_err *err)
{
    const row_check r = {checks, in, record, row,
                         wdm_config_confirms(checks->config, record->cells[WDM_FIELD_NOTE])};
    wdm_rc rc = WDM_OK;
    row->flags = 0;
    if (row->site == WDM_NONE)
        return WDM_OK; // no site, no history
    rc = check_history(&r, err);
    if (rc == WDM_OK)
        rc = check_day(&r, err);
    if (rc == WDM_OK)
        rc = check_population(&r);
    return rc;
}
