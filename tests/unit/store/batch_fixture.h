// SPDX-License-Identifier: GPL-3.0-or-later
// A store with its config in force, made anew for each test, and one assay row to put into it.
#ifndef WDM_TESTS_BATCH_FIXTURE_H
#define WDM_TESTS_BATCH_FIXTURE_H

#include "store_fixture.h"

enum { DAY = 20773 }; // 2026-11-16

static inline int set_up(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    *state = f;
    if (f == NULL || fixture_open(f) != 0)
        return -1;
    fixture_init(f);
    return 0;
}

static inline int tear_down(void **state)
{
    fixture *f = *state;
    const int rc = fixture_close(f);
    free(f);
    return rc;
}

static inline wdm_assay_row assay(const fixture *f, double value)
{
    wdm_assay_row row;
    memset(&row, 0, sizeof row);
    row.site = wdm_config_site(&f->config, "A");
    row.analyte = wdm_config_analyte(&f->config, "cocaine");
    row.sample_id = "S1";
    row.sample_type = "sample";
    row.lab_id = "L";
    row.method_id = "m";
    row.start = (wdm_when){DAY, 480};
    row.end = (wdm_when){DAY + 1, 480};
    row.replicate = 1;
    row.value_ng_l = value;
    row.lod_ng_l = row.loq_ng_l = row.u_rel = (double)NAN;
    row.analysed = WDM_DAY_NONE;
    row.raw_value = "raw";
    row.raw_unit = "ng/L";
    row.line = 2;
    return row;
}

static inline wdm_put put(fixture *f, const wdm_assay_row *row)
{
    wdm_put out;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_store_put_assay(f->store, &f->config, &f->batch, &f->run, row, &out, &err), err);
    return out;
}

static inline wdm_field_row field(const fixture *f, double flow)
{
    wdm_field_row row;
    memset(&row, 0, sizeof row);
    row.site = wdm_config_site(&f->config, "A");
    row.sample_id = "S1";
    row.start = (wdm_when){DAY, 480};
    row.end = (wdm_when){DAY + 1, 480};
    row.flow_m3_d = flow;
    row.u_flow_rel = row.temperature_c = row.ph = row.rain_mm = row.population = (double)NAN;
    row.domestic_share = (double)NAN;
    row.note = "";
    row.line = 3;
    return row;
}

static inline wdm_outcome put_field(fixture *f, const wdm_field_row *row)
{
    wdm_put out;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_store_put_field(f->store, &f->config, &f->batch, &f->run, row, &out, &err), err);
    return out.outcome;
}

#endif
