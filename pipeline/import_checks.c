// SPDX-License-Identifier: GPL-3.0-or-later
#include "import_checks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "import_checks_parts.h"
#include "io/number.h"

enum { SAMPLES_IN_MEMORY = 50 * 1000 }; // some 6 MB of samples that were spoken of

wdm_rc wdm_checks_new(wdm_checks **out, wdm_store *store, const wdm_config *config, const wdm_batch *batch,
                      wdm_err *err)
{
    *out = wdm_alloc(1, sizeof **out);
    if (*out == NULL)
        return wdm_err_nomem(err);
    (*out)->store = store;
    (*out)->config = config;
    (*out)->batch = batch;
    return WDM_OK;
}

void wdm_checks_free(wdm_checks *c)
{
    if (c == NULL)
        return;
    wdm_checks_drop_histories(c);
    wdm_free(c->sites);
    wdm_free(c->touched);
    wdm_map_fini(&c->hours_said);
    wdm_arena_fini(&c->arena);
    wdm_free(c);
}

int64_t wdm_checks_n_unjudged(const wdm_checks *checks)
{
    return checks == NULL ? 0 : checks->n_unjudged;
}

// ---- collection time

static wdm_rc is_said(wdm_checks *c, const wdm_record *record, wdm_when start, bool *said, wdm_err *err)
{
    char key[600];
    char when[WDM_WHEN_TEXT];
    const char *kept = NULL;
    size_t existing = WDM_MAP_NONE;
    wdm_rc rc = WDM_OK;
    (void)snprintf(key, sizeof key, "%s|%s|%s", record->cells[WDM_FIELD_SITE_ID],
                   record->cells[WDM_FIELD_SAMPLE_ID], wdm_when_format(start, when));
    *said = wdm_map_get(&c->hours_said, key) != WDM_MAP_NONE;
    if (*said)
        return WDM_OK;
    if (c->hours_said.len >= SAMPLES_IN_MEMORY) { // begins anew: at worst something is said twice
        wdm_map_fini(&c->hours_said);
        wdm_arena_fini(&c->arena);
        c->hours_said = (wdm_map)WDM_MAP_INIT;
        c->arena = (wdm_arena)WDM_ARENA_INIT;
    }
    kept = wdm_arena_strdup(&c->arena, key);
    if (kept == NULL)
        return wdm_err_nomem(err);
    rc = wdm_map_put(&c->hours_said, kept, 1, &existing, err);
    return rc;
}

// composite_hours, said once a sample. site WDM_NONE: the lines of every site.
static wdm_rc check_hours(wdm_checks *c, const wdm_intake *in, const wdm_record *record, wdm_index site,
                          const wdm_when start_end[2], wdm_err *err)
{
    const wdm_plausibility *p = wdm_config_plausibility(c->config, WDM_CHECK_COMPOSITE_HOURS, site);
    const double hours = wdm_composite_hours(start_end[0], start_end[1]);
    char number[WDM_NUMBER_TEXT];
    char low[WDM_NUMBER_TEXT];
    char high[WDM_NUMBER_TEXT];
    bool said = false;
    wdm_rc rc = WDM_OK;
    if (p->severity == WDM_CHECK_OFF || isnan(hours) || (hours >= p->low && hours <= p->high))
        return WDM_OK;
    if (p->severity == WDM_CHECK_WARNS)
        rc = is_said(c, record, start_end[0], &said, err);
    if (rc != WDM_OK || said)
        return rc;
    return wdm_issue_add(in->issues, record, wdm_field_name(WDM_FIELD_COLLECTED_END), "composite_hours",
                         p->severity == WDM_CHECK_REFUSES ? WDM_SEVERITY_ERROR : WDM_SEVERITY_WARNING,
                         record->cells[WDM_FIELD_COLLECTED_END],
                         "the collection lasts %s h, expected %s to %s h; are start and end right?",
                         wdm_number_pretty(hours, 3, number), wdm_number_format(p->low, low),
                         wdm_number_format(p->high, high));
}

// ---- rows

wdm_rc wdm_check_assay(wdm_checks *c, const wdm_intake *in, const wdm_record *record, wdm_assay_row *row,
                       bool flow_is_stored, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    if (strcmp(row->sample_type, "sample") != 0)
        return WDM_OK;         // a blank or standard has no catchment
    if (row->site != WDM_NONE) // a row of no site has the time of its analysis
        rc = check_hours(c, in, record, row->site, (const wdm_when[2]){row->start, row->end}, err);
    if (rc == WDM_OK && row->has_field && !flow_is_stored)
        rc = wdm_check_flow(c, in, record, &row->field, err);
    if (rc == WDM_OK)
        rc = wdm_check_touch_result(c, row, err);
    return rc;
}

wdm_rc wdm_check_field(wdm_checks *c, const wdm_intake *in, const wdm_record *record, wdm_field_row *row,
                       wdm_err *err)
{
    wdm_rc rc = check_hours(c, in, record, row->site, (const wdm_when[2]){row->start, row->end}, err);
    if (rc == WDM_OK)
        rc = wdm_check_flow(c, in, record, row, err);
    if (rc == WDM_OK)
        rc = wdm_check_touch_field(c, row, err);
    return rc;
}
