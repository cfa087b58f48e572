// SPDX-License-Identifier: GPL-3.0-or-later
// The observations of a site around the period, and the engine's values of them.
#include <string.h>

#include "base/mem.h"
#include "model/site_estimate.h"
#include "report/explain_parts.h"
#include "store/estimate_store.h"

// Days around the period that are read too: what a day is compared with.
enum { DAYS_AROUND = 35 };

wdm_rc wdm_explain_choose(wdm_explanation *x, wdm_err *err)
{
    const wdm_config *c = x->config;
    x->of_drug = wdm_alloc(c->analytes.n, sizeof *x->of_drug);
    x->told = wdm_alloc(c->analytes.n, sizeof *x->told);
    if (x->of_drug == NULL || x->told == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < c->excretion.n; i++) {
        if (c->excretion.rows[i].drug == x->request->drug)
            x->of_drug[c->excretion.rows[i].biomarker] = true;
    }
    return WDM_OK;
}

typedef struct reader {
    wdm_explanation *x;
    wdm_explain_place *place;
} reader;

static bool in_period(const wdm_explanation *x, wdm_day day)
{
    return day >= x->request->span.first && day <= x->request->span.last;
}

static const char *keep(reader *r, const char *text, wdm_rc *rc)
{
    const char *kept = text == NULL ? "" : wdm_arena_strdup(&r->x->arena, text);
    if (kept == NULL)
        *rc = WDM_E_NOMEM;
    return kept == NULL ? "" : kept;
}

// A copy of the row whose texts live in the arena.
static wdm_rc copy_row(reader *r, const wdm_result_row *row, wdm_result_row *kept)
{
    wdm_rc rc = WDM_OK;
    const char **const texts[] = {&kept->site_id,    &kept->analyte_id, &kept->sample_id, &kept->lab_id,
                                  &kept->method_id,  &kept->flow_file,  &kept->batch,     &kept->file,
                                  &kept->raw_value,  &kept->raw_unit,   &kept->qc_codes,  &kept->field_file,
                                  &kept->sample_type};
    *kept = *row;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = keep(r, *texts[i], &rc);
    return rc;
}

static wdm_rc keep_result(reader *r, const wdm_result_row *row, wdm_err *err)
{
    wdm_explain_place *place = r->place;
    wdm_explain_result kept = {0};
    if (copy_row(r, row, &kept.row) != WDM_OK ||
        wdm_grow(&place->results.rows, &place->results.cap, place->results.n + 1, sizeof *place->results.rows,
                 err) != WDM_OK)
        return wdm_err_nomem(err);
    place->results.rows[place->results.n++] = kept;
    return WDM_OK;
}

static wdm_rc keep_marker(reader *r, const wdm_result_row *row, wdm_err *err)
{
    wdm_explain_place *place = r->place;
    wdm_result_row kept = {0};
    if (copy_row(r, row, &kept) != WDM_OK ||
        wdm_grow(&place->markers.rows, &place->markers.cap, place->markers.n + 1, sizeof *place->markers.rows,
                 err) != WDM_OK)
        return wdm_err_nomem(err);
    place->markers.rows[place->markers.n++] = kept;
    return WDM_OK;
}

static wdm_rc on_result(void *user, const wdm_result_row *row, wdm_err *err)
{
    reader *r = user;
    const wdm_index analyte = wdm_config_analyte(r->x->config, row->analyte_id);
    wdm_rc rc = WDM_OK;
    if (analyte != WDM_NONE && r->x->of_drug[analyte] && in_period(r->x, row->start.day))
        rc = keep_result(r, row, err);
    if (rc == WDM_OK && analyte != WDM_NONE && wdm_config_is_marker(r->x->config, analyte) &&
        in_period(r->x, row->start.day))
        rc = keep_marker(r, row, err);
    return rc == WDM_OK ? wdm_site_series_add_result(&r->place->series, row, err) : rc;
}

static wdm_rc on_published(void *user, const wdm_published_row *row, wdm_err *err)
{
    reader *r = user;
    wdm_explain_place *place = r->place;
    const wdm_index analyte = wdm_config_analyte(r->x->config, row->analyte_id);
    wdm_published_row kept = *row;
    wdm_rc rc = WDM_OK;
    if (analyte != WDM_NONE && r->x->of_drug[analyte] && in_period(r->x, row->day)) {
        const char **const texts[] = {&kept.site_id, &kept.analyte_id, &kept.batch,
                                      &kept.file,    &kept.column,     &kept.raw_value};
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
            *texts[i] = keep(r, *texts[i], &rc);
        if (rc == WDM_OK)
            rc = wdm_grow(&place->published.rows, &place->published.cap, place->published.n + 1,
                          sizeof *place->published.rows, err);
        if (rc != WDM_OK)
            return wdm_err_nomem(err);
        place->published.rows[place->published.n++] = kept;
    }
    return wdm_site_series_add_published(&place->series, row, err);
}

wdm_rc wdm_explain_keep(void *user, const wdm_estimate_row *row, wdm_err *err)
{
    const wdm_explain_sink *sink = user;
    wdm_explain_place *place = sink->place;
    const wdm_explain_request *q = sink->x->request;
    wdm_explain_value kept = {.row = *row, .value = *row->value};
    kept.row.value = NULL;
    if (row->scale != q->span.scale || row->first != q->span.first ||
        (row->name != NULL && strcmp(row->name, q->period) != 0))
        return WDM_OK;
    // a load comes once, under the primary drug of the biomarker, and explains its other drugs too
    if (row->drug != q->drug && !(row->quantity == WDM_Q_NORMALISED_LOAD && row->biomarker != WDM_NONE &&
                                  sink->x->of_drug[row->biomarker]))
        return WDM_OK;
    kept.row.name = NULL;
    kept.row.days = row->days == NULL ? "" : wdm_arena_strdup(&sink->x->arena, row->days);
    if (kept.row.days == NULL || wdm_grow(&place->values.rows, &place->values.cap, place->values.n + 1,
                                          sizeof *place->values.rows, err) != WDM_OK)
        return wdm_err_nomem(err);
    place->values.rows[place->values.n++] = kept;
    return WDM_OK;
}

static wdm_rc keep_share(void *user, const wdm_ratio_row *row, wdm_err *err)
{
    const wdm_explain_sink *sink = user;
    wdm_explain_place *place = sink->place;
    const wdm_period *span = &sink->x->request->span;
    wdm_explain_share kept = {.ratio = *row->value};
    if (row->kind != WDM_RATIO_APPORTIONMENT || row->scale != span->scale || row->first != span->first)
        return WDM_OK;
    kept.ratio_id = wdm_arena_strdup(&sink->x->arena, row->ratio_id);
    if (kept.ratio_id == NULL || wdm_grow(&place->shares.rows, &place->shares.cap, place->shares.n + 1,
                                          sizeof *place->shares.rows, err) != WDM_OK)
        return wdm_err_nomem(err);
    place->shares.rows[place->shares.n++] = kept;
    return WDM_OK;
}

wdm_rc wdm_explain_read(wdm_explanation *x, wdm_index site, wdm_explain_place *place, wdm_err *err)
{
    reader r = {x, place};
    wdm_explain_sink keeper = {x, place};
    const wdm_estimate_sink sink = {.estimate = wdm_explain_keep, .ratio = keep_share, .user = &keeper};
    const wdm_result_filter filter = {.site_id = x->config->sites.rows[site].site_id,
                                      .first = x->request->span.first - DAYS_AROUND,
                                      .last = x->request->span.last + DAYS_AROUND,
                                      .as_of = x->as_of};
    wdm_rc rc = wdm_site_series_init(&place->series, x->config, site, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_result(x->store, &filter, on_result, &r, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_published(x->store, &filter, on_published, &r, err);
    if (rc != WDM_OK)
        return rc;
    rc = wdm_site_series_finish(&place->series, err);
    if (rc != WDM_OK)
        return rc;
    for (size_t i = 0; i < place->results.n; i++) { // now that all of the site is known
        wdm_explain_result *kept = &place->results.rows[i];
        (void)wdm_point_of_result(&place->series, &kept->row, &kept->point, &kept->why);
    }
    return wdm_site_estimate(&place->series, &x->options, &sink, err);
}

void wdm_explain_place_fini(wdm_explain_place *place)
{
    wdm_site_series_fini(&place->series);
    wdm_free(place->results.rows);
    wdm_free(place->published.rows);
    wdm_free(place->markers.rows);
    wdm_free(place->values.rows);
    wdm_free(place->shares.rows);
    memset(place, 0, sizeof *place);
}

const wdm_explain_value *wdm_explain_value_of(const wdm_explain_place *place, wdm_index drug,
                                              wdm_index biomarker, wdm_quantity quantity)
{
    for (size_t i = 0; i < place->values.n; i++) {
        const wdm_estimate_row *row = &place->values.rows[i].row;
        if (row->biomarker == biomarker && row->quantity == quantity &&
            (quantity == WDM_Q_NORMALISED_LOAD || row->drug == drug))
            return &place->values.rows[i];
    }
    return NULL;
}
