// SPDX-License-Identifier: GPL-3.0-or-later
// What can be said of a file once all its rows are in the store: quality control, samples that no site is
// known for, laboratories that disagree, rows of the earlier issue that this one lacks.
#include <inttypes.h>
#include <string.h>

#include "import_rows.h"
#include "store/comparison_store.h"

enum { MISSING_SHOWN = 5 };

static wdm_rc note_quality(wdm_importer *im, wdm_err *err)
{
    wdm_rc rc = im->quality == NULL ? WDM_OK : wdm_quality_finish(im->quality, err);
    if (rc == WDM_OK && im->quality != NULL)
        wdm_quality_print(im->quality, im->cli->verbose, &im->report->notes);
    return rc;
}

static wdm_rc note_unplaced(wdm_importer *im, wdm_err *err)
{
    wdm_import_report *r = im->report;
    int64_t bound = 0;
    wdm_rc rc = wdm_store_count_unplaced(im->session->store, im->batch.batch_id, &r->n_unplaced,
                                         &r->n_ambiguous, &bound, err);
    if (rc != WDM_OK)
        return rc;
    if (bound > 0)
        wdm_buf_printf(&r->notes, "  %" PRId64 " rows name no site; their field sheets place them\n", bound);
    if (r->n_unplaced > 0)
        wdm_buf_printf(&r->notes,
                       "  %" PRId64 " rows name no site and wait for the field sheet of their sample\n",
                       r->n_unplaced);
    if (r->n_ambiguous > 0)
        wdm_buf_printf(
            &r->notes,
            "  %" PRId64
            " rows are not placed: several field rows have their sample number; give samples numbers of "
            "their own\n",
            r->n_ambiguous);
    return WDM_OK;
}

static wdm_rc note_comparisons(wdm_importer *im, wdm_err *err)
{
    int64_t counts[3] = {0, 0, 0}; // agree, differ, cannot be told
    wdm_rc rc = wdm_store_count_comparisons(im->session->store, &im->session->config, im->batch.batch_id,
                                            counts, err);
    if (rc == WDM_OK && counts[0] + counts[1] + counts[2] > 0)
        wdm_buf_printf(&im->report->notes,
                       "  another laboratory analysed the same samples: %" PRId64 " results agree, %" PRId64
                       " differ, %" PRId64 " cannot be told (wdm export comparisons)\n",
                       counts[0], counts[1], counts[2]);
    return rc;
}

static wdm_rc note_missing(void *user, const wdm_missing_row *row, wdm_err *err)
{
    wdm_import_report *r = user;
    (void)err;
    if (r->n_not_repeated++ < MISSING_SHOWN)
        wdm_buf_printf(
            &r->notes,
            "  not in this issue of the file, still in force: %s %s %s%s%s (batch %s, line %" PRId64 ")\n",
            row->kind, row->site_id, row->sample_id, row->sample_id[0] == '\0' ? "" : " ", row->analyte_id,
            row->batch, row->line);
    return WDM_OK;
}

static wdm_rc note_not_repeated(wdm_importer *im, wdm_err *err)
{
    wdm_import_report *r = im->report;
    wdm_rc rc = wdm_store_missing_rows(im->session->store, &im->batch, note_missing, r, err);
    if (rc == WDM_OK && r->n_not_repeated > 0)
        wdm_buf_printf(
            &r->notes,
            "  %" PRId64
            " rows of the earlier issue are not in this one and stay in force; to take them back, wdm batch "
            "undo the earlier batch\n",
            r->n_not_repeated);
    return rc;
}

wdm_rc wdm_import_rows_finish(wdm_importer *im, wdm_err *err)
{
    const bool is_assay = im->intake.form->kind == WDM_FORM_ASSAY;
    wdm_rc rc = WDM_OK;
    im->report->n_sites_unjudged = wdm_checks_n_unjudged(im->checks);
    rc = wdm_check_markers(im->checks, &im->intake, err);
    if (rc == WDM_OK)
        rc = note_quality(im, err);
    if (rc == WDM_OK && is_assay)
        rc = note_unplaced(im, err);
    if (rc == WDM_OK && is_assay)
        rc = note_comparisons(im, err);
    return rc == WDM_OK ? note_not_repeated(im, err) : rc;
}
