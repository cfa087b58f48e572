// SPDX-License-Identifier: GPL-3.0-or-later
// Results whose file names no site, and the field sheets that place them, each as a batch of its own.
#ifndef WDM_TESTS_PLACING_FIXTURE_H
#define WDM_TESTS_PLACING_FIXTURE_H

#include "batch_fixture.h"

static inline wdm_assay_row siteless(const fixture *f, const char *sample_id)
{
    wdm_assay_row row = assay(f, 10.0);
    row.site = WDM_NONE;
    row.sample_id = sample_id;
    row.start = row.end = (wdm_when){DAY + 5, -1}; // of the analysis
    row.analysed = DAY + 5;
    return row;
}

static inline void put_batch(fixture *f, const char *file, const wdm_assay_row *row)
{
    start(f, file, file);
    assert_int_equal(put(f, row).outcome, WDM_OUTCOME_STORED);
    finish(f);
}

static inline wdm_outcome put_sheet(fixture *f, const char *file, const char *bytes, const wdm_field_row *row)
{
    wdm_outcome outcome = WDM_OUTCOME_SAME;
    start(f, file, bytes);
    outcome = put_field(f, row);
    finish(f);
    return outcome;
}

#endif
