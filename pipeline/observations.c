// SPDX-License-Identifier: GPL-3.0-or-later
#include "observations.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

typedef struct reader {
    const wdm_config *config;
    wdm_observations *out;
    size_t *place; // of a site: 1 + index of its series; 0: none yet
} reader;

// The series of a row's site, begun when it is the site's first; NULL with WDM_OK when the config no longer
// has the site.
static wdm_rc series_of(reader *r, const char *site_id, wdm_site_series **series, wdm_err *err)
{
    wdm_observations *out = r->out;
    const wdm_index site = wdm_config_site(r->config, site_id);
    *series = NULL;
    if (site == WDM_NONE) {
        out->n_unknown++;
        return WDM_OK;
    }
    if (r->place[site] == 0) {
        wdm_rc rc = wdm_grow(&out->sites, &out->cap, out->n + 1, sizeof *out->sites, err);
        if (rc == WDM_OK)
            rc = wdm_site_series_init(&out->sites[out->n], r->config, site, err);
        if (rc != WDM_OK)
            return rc;
        r->place[site] = ++out->n;
    }
    *series = &out->sites[r->place[site] - 1];
    return WDM_OK;
}

static wdm_rc on_result(void *user, const wdm_result_row *row, wdm_err *err)
{
    wdm_site_series *series = NULL;
    const wdm_rc rc = series_of(user, row->site_id, &series, err);
    return rc == WDM_OK && series != NULL ? wdm_site_series_add_result(series, row, err) : rc;
}

static wdm_rc on_published(void *user, const wdm_published_row *row, wdm_err *err)
{
    wdm_site_series *series = NULL;
    const wdm_rc rc = series_of(user, row->site_id, &series, err);
    return rc == WDM_OK && series != NULL ? wdm_site_series_add_published(series, row, err) : rc;
}

static int by_code(const void *a, const void *b)
{
    const wdm_site_series *x = a;
    const wdm_site_series *y = b;
    return strcmp(x->config->sites.rows[x->site].site_id, y->config->sites.rows[y->site].site_id);
}

wdm_rc wdm_observations_read(wdm_session *session, const wdm_result_filter *filter, wdm_observations *out,
                             wdm_err *err)
{
    reader r = {.config = &session->config, .out = out};
    wdm_rc rc = WDM_OK;
    memset(out, 0, sizeof *out);
    r.place = wdm_alloc(session->config.sites.n, sizeof *r.place);
    if (r.place == NULL)
        return wdm_err_nomem(err);
    rc = wdm_store_each_result(session->store, filter, on_result, &r, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_published(session->store, filter, on_published, &r, err);
    for (size_t i = 0; i < out->n && rc == WDM_OK; i++)
        rc = wdm_site_series_finish(&out->sites[i], err);
    if (out->n > 1)
        qsort(out->sites, out->n, sizeof *out->sites, by_code);
    wdm_free(r.place);
    return rc;
}

void wdm_observations_fini(wdm_observations *out)
{
    for (size_t i = 0; i < out->n; i++)
        wdm_site_series_fini(&out->sites[i]);
    wdm_free(out->sites);
    memset(out, 0, sizeof *out);
}

// ---- one site

static wdm_rc on_site_result(void *user, const wdm_result_row *row, wdm_err *err)
{
    return wdm_site_series_add_result(user, row, err);
}

static wdm_rc on_site_published(void *user, const wdm_published_row *row, wdm_err *err)
{
    return wdm_site_series_add_published(user, row, err);
}

wdm_rc wdm_observations_read_site(wdm_store *store, const wdm_config *config, const wdm_site_reading *what,
                                  wdm_site_series *series, wdm_err *err)
{
    const wdm_result_filter filter = {.site_id = config->sites.rows[what->site].site_id,
                                      .first = what->first,
                                      .last = what->last,
                                      .as_of = what->as_of};
    wdm_rc rc = wdm_site_series_init(series, config, what->site, err);
    series->count_first = what->own_first;
    series->count_last = what->own_last;
    if (rc == WDM_OK)
        rc = wdm_store_each_result(store, &filter, on_site_result, series, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_published(store, &filter, on_site_published, series, err);
    return rc == WDM_OK ? wdm_site_series_finish(series, err) : rc;
}
