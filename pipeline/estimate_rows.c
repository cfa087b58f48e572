// SPDX-License-Identifier: GPL-3.0-or-later
#include "estimate_rows.h"

#include <string.h>

#include "base/mem.h"

struct wdm_kept_row {
    wdm_kept_row *next;
    wdm_estimate_row row;
    wdm_estimate value;
};

static wdm_rc keep(void *user, const wdm_estimate_row *row, wdm_err *err)
{
    wdm_estimate_rows *rows = user;
    const wdm_period period = {row->scale, row->first, row->last};
    wdm_kept_row *kept = NULL;
    if (!wdm_scope_wants(rows->scope, row->first, wdm_scope_last(&period)))
        return WDM_OK;
    kept = wdm_arena_alloc(&rows->arena, 1, sizeof *kept);
    if (kept == NULL)
        return wdm_err_nomem(err);
    kept->row = *row;
    kept->value = *row->value;
    kept->row.value = &kept->value;
    if (row->days != NULL) {
        kept->row.days = wdm_arena_strdup(&rows->arena, row->days);
        if (kept->row.days == NULL)
            return wdm_err_nomem(err);
    }
    *rows->end = kept;
    rows->end = &kept->next;
    rows->n++;
    return WDM_OK;
}

wdm_estimate_sink wdm_estimate_rows_sink(wdm_estimate_rows *rows, const wdm_scope *scope)
{
    memset(rows, 0, sizeof *rows);
    rows->end = &rows->first;
    rows->scope = scope;
    return (wdm_estimate_sink){.estimate = keep, .user = rows};
}

wdm_rc wdm_estimate_rows_hand_on(const wdm_estimate_rows *rows, const wdm_estimate_sink *to, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (const wdm_kept_row *k = rows->first; k != NULL && rc == WDM_OK; k = k->next)
        rc = to->estimate(to->user, &k->row, err);
    return rc;
}

void wdm_estimate_rows_fini(wdm_estimate_rows *rows)
{
    wdm_arena_fini(&rows->arena);
    memset(rows, 0, sizeof *rows);
}
