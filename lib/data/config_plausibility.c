// SPDX-License-Identifier: GPL-3.0-or-later
// Loader of the checks at import (plausibility), its look-up, and words that confirm a number.
#include <string.h>

#include "data/config_load.h"
#include "io/text.h"

enum { NOTE_MAX_BYTES = 1024 };

// ---- plausibility.csv
typedef struct check_spec {
    const char *name;
    bool low, high; // which of the two cells the check needs; the other one must be empty
    double range[2];
    wdm_check_severity most; // WDM_CHECK_OFF: the row is a number and has no severity
} check_spec;

static const check_spec specs[WDM_CHECK_N] = {
    [WDM_CHECK_FLOW_TEN_TIMES] = {"flow_ten_times", true, true, {0.32, 3.1}, WDM_CHECK_REFUSES},
    [WDM_CHECK_FLOW_SEEN_BEFORE] = {"flow_seen_before", true, false, {1.0, 1e6}, WDM_CHECK_OFF},
    [WDM_CHECK_FLOW_UNUSUAL] = {"flow_unusual", true, true, {-100.0, 100.0}, WDM_CHECK_REFUSES},
    [WDM_CHECK_FLOW_SPREAD] = {"flow_spread", true, false, {1e-6, 10.0}, WDM_CHECK_OFF},
    [WDM_CHECK_FLOW_HISTORY_WEEKDAY] = {"flow_history_weekday", true, true, {2.0, 36525.0}, WDM_CHECK_OFF},
    [WDM_CHECK_FLOW_HISTORY_ALL] = {"flow_history_all", true, false, {2.0, 36525.0}, WDM_CHECK_OFF},
    [WDM_CHECK_WET_WEATHER] = {"wet_weather", false, true, {0.0, 2000.0}, WDM_CHECK_WARNS},
    [WDM_CHECK_WET_WEATHER_FLOW] = {"wet_weather_flow", false, true, {0.0, 100.0}, WDM_CHECK_OFF},
    [WDM_CHECK_FLOW_CONTRADICTS_DAY] = {"flow_contradicts_day", true, true, {0.0, 1e6}, WDM_CHECK_REFUSES},
    [WDM_CHECK_COMPOSITE_HOURS] = {"composite_hours", true, true, {0.0, 744.0}, WDM_CHECK_REFUSES},
    [WDM_CHECK_POPULATION_DISAGREES] = {"population_disagrees", true, true, {0.0, 1e6}, WDM_CHECK_REFUSES},
    [WDM_CHECK_MARKER_DISAGREES] = {"marker_disagrees", true, true, {0.0, 1e6}, WDM_CHECK_WARNS},
};
static const char *const severities[] = {"off", "warning", "error"}; // in the order of wdm_check_severity

enum { K_CHECK, K_SITE, K_LOW, K_HIGH, K_SEVERITY, K_SOURCE };
static const wdm_table_column plausibility_columns[] = {
    {"check", true}, {"site_id", true}, {"low", true}, {"high", true}, {"severity", true}, {"source", true}};

static wdm_rc read_line(const wdm_table *t, size_t r, size_t column, bool needed, const check_spec *spec,
                        double *value, wdm_err *err)
{
    if (needed) {
        const wdm_rc rc = wdm_config_need(t, r, column, err);
        if (rc != WDM_OK)
            return rc;
    } else if (wdm_table_cell(t, r, column)[0] != '\0') {
        return wdm_table_error(t, r, column, err, "%s has no such line; leave the cell empty", spec->name);
    }
    return wdm_table_number(t, r, column, (const double[3]){spec->range[0], spec->range[1], (double)NAN},
                            value, err);
}

static wdm_rc read_severity(const wdm_table *t, size_t r, const check_spec *spec, wdm_plausibility *p,
                            wdm_err *err)
{
    size_t severity = 0;
    wdm_rc rc = WDM_OK;
    if (spec->most == WDM_CHECK_OFF) {
        if (wdm_table_cell(t, r, K_SEVERITY)[0] != '\0')
            return wdm_table_error(t, r, K_SEVERITY, err,
                                   "%s is a number of other checks and has no severity; leave the cell empty",
                                   spec->name);
        return WDM_OK;
    }
    rc = wdm_table_word(t, r, K_SEVERITY, severities, WDM_COUNT(severities), SIZE_MAX, &severity, err);
    p->severity = (wdm_check_severity)severity;
    if (rc == WDM_OK && p->severity > spec->most)
        return wdm_table_error(t, r, K_SEVERITY, err, "%s can be a warning or off", spec->name);
    return rc;
}

static wdm_rc check_twice(const wdm_config *config, const wdm_table *t, size_t r, const wdm_plausibility *p,
                          wdm_err *err)
{
    for (size_t i = 0; i < config->plausibility.n; i++) {
        const wdm_plausibility *o = &config->plausibility.rows[i];
        if (o->active && o->check == p->check && o->site == p->site)
            return wdm_table_error(t, r, K_CHECK, err, "%s stands twice for %s", specs[p->check].name,
                                   p->site == WDM_NONE ? "every site" : "this site");
    }
    return WDM_OK;
}

static wdm_rc load_check(wdm_config *config, const wdm_table *t, size_t r, wdm_err *err)
{
    static const char *const names[] = {
#define CHECK_NAME(id, name) name,
        WDM_CHECK_LIST(CHECK_NAME)
#undef CHECK_NAME
    };
    const char *site = wdm_table_cell(t, r, K_SITE);
    wdm_plausibility p = {.site = WDM_NONE, .active = true};
    size_t check = 0;
    wdm_rc rc = wdm_table_word(t, r, K_CHECK, names, WDM_COUNT(names), SIZE_MAX, &check, err);
    if (rc != WDM_OK)
        return rc;
    p.check = (wdm_check)check;
    p.source = wdm_config_keep(config, t, r, K_SOURCE);
    if (p.source == NULL)
        return wdm_err_nomem(err);
    if ((rc = read_line(t, r, K_LOW, specs[check].low, &specs[check], &p.low, err)) != WDM_OK ||
        (rc = read_line(t, r, K_HIGH, specs[check].high, &specs[check], &p.high, err)) != WDM_OK ||
        (rc = read_severity(t, r, &specs[check], &p, err)) != WDM_OK ||
        (rc = wdm_config_need(t, r, K_SOURCE, err)) != WDM_OK)
        return rc;
    if (p.low > p.high)
        return wdm_table_error(t, r, K_LOW, err, "low is greater than high");
    if (site[0] != '\0') {
        p.site = wdm_config_site(config, site);
        p.active = p.site != WDM_NONE;
    }
    if (!p.active)
        wdm_config_warn(config, t, r, K_SITE, "unknown site");
    else
        rc = check_twice(config, t, r, &p, err);
    if (rc == WDM_OK)
        rc = WDM_APPEND(config->plausibility, p, err);
    return rc;
}

static wdm_rc load_plausibility(wdm_config *config, const wdm_table *t, wdm_err *err)
{
    bool general[WDM_CHECK_N] = {false};
    wdm_rc rc = WDM_OK;
    for (size_t r = 0; r < t->n_rows && rc == WDM_OK; r++)
        rc = load_check(config, t, r, err);
    for (size_t i = 0; i < config->plausibility.n; i++) {
        if (config->plausibility.rows[i].site == WDM_NONE && config->plausibility.rows[i].active)
            general[config->plausibility.rows[i].check] = true;
    }
    for (size_t c = 0; c < WDM_CHECK_N && rc == WDM_OK; c++) { // a check must not end because a row was lost
        if (!general[c])
            rc = wdm_err_set(err, WDM_E_CONFIG,
                             "%s: %s has no row for every site (with an empty site_id); add it%s", t->file,
                             specs[c].name,
                             specs[c].most == WDM_CHECK_OFF ? "" : ", with severity off if it is not wanted");
    }
    return rc;
}

const wdm_plausibility *wdm_config_plausibility(const wdm_config *config, wdm_check check, wdm_index site)
{
    const wdm_plausibility *general = NULL;
    for (size_t i = 0; i < config->plausibility.n; i++) {
        const wdm_plausibility *p = &config->plausibility.rows[i];
        if (!p->active || p->check != check)
            continue;
        if (p->site == WDM_NONE)
            general = p;
        else if (p->site == site)
            return p;
    }
    return general;
}

// ---- confirmations

// Where the folded clause ends: at ; , 。 or | (NFKC has made ； and ， of the first two already).
static size_t clause_length(const char *text)
{
    static const char stop[] = "\xe3\x80\x82"; // 。
    const char *end = strstr(text, stop);
    const size_t plain = strcspn(text, ";,|");
    return end != NULL && (size_t)(end - text) < plain ? (size_t)(end - text) : plain;
}

static bool begins_with(const char *clause, size_t len, const char *word)
{
    const size_t n = strlen(word);
    return n > 0 && n <= len && strncmp(clause, word, n) == 0 &&
           (n == len || clause[n] == ' ' || clause[n] == ':');
}

bool wdm_config_confirms(const wdm_config *config, const char *note)
{
    char folded[NOTE_MAX_BYTES];
    const char *p = folded;
    if (!wdm_text_fold(note, folded, sizeof folded))
        return false;
    while (*p != '\0') {
        p += strspn(p, " ;,|");
        if (strncmp(p, "\xe3\x80\x82", 3) == 0) {
            p += 3;
            continue;
        }
        size_t len = clause_length(p);
        const char *next = p + len;
        while (len > 0 && p[len - 1] == ' ')
            len--;
        for (size_t i = 0; i < config->confirmations.n; i++) {
            char word[NOTE_MAX_BYTES];
            if (wdm_text_fold(config->confirmations.rows[i], word, sizeof word) && begins_with(p, len, word))
                return true;
        }
        p = next;
    }
    return false;
}

const wdm_config_table_spec wdm_config_specs_checks[] = {
    WDM_SPEC("plausibility.csv", plausibility_columns, load_plausibility),
};
const size_t wdm_config_specs_checks_n = WDM_COUNT(wdm_config_specs_checks);
