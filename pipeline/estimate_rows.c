// SPDX-License-Identifier: GPL-3.0-or-later
#include "estimate_rows.h"

#include <string.h>

#include "base/mem.h"

// One output of the sink: exactly one of these.
struct wdm_kept_row {
    wdm_kept_row *next;
    wdm_estimate_row *estimate;
    wdm_population_row *population;
    wdm_ratio_row *ratio;
};

// Adds a row with a copy of an output of that size; *copy gets the copy.
static wdm_kept_row *add(wdm_estimate_rows *rows, const void *output, size_t size, void **copy)
{
    wdm_kept_row *kept = wdm_arena_alloc(&rows->arena, 1, sizeof *kept);
    *copy = kept == NULL ? NULL : wdm_arena_alloc(&rows->arena, 1, size);
    if (*copy == NULL)
        return NULL;
    memcpy(*copy, output, size);
    *rows->end = kept;
    rows->end = &kept->next;
    rows->n++;
    return kept;
}

// The text, copied; false when memory is short.
static bool keep_text(wdm_estimate_rows *rows, const char **text)
{
    if (*text != NULL)
        *text = wdm_arena_strdup(&rows->arena, *text);
    return *text != NULL;
}

static wdm_rc keep_estimate(void *user, const wdm_estimate_row *row, wdm_err *err)
{
    wdm_estimate_rows *rows = user;
    const wdm_period period = {row->scale, row->first, row->last};
    wdm_estimate *value = NULL;
    wdm_kept_row *kept = NULL;
    void *copy = NULL;
    if (!wdm_scope_wants(rows->scope, row->first, wdm_scope_last(&period)))
        return WDM_OK;
    value = wdm_arena_alloc(&rows->arena, 1, sizeof *value);
    kept = value == NULL ? NULL : add(rows, row, sizeof *row, &copy);
    if (kept == NULL)
        return wdm_err_nomem(err);
    kept->estimate = copy;
    *value = *row->value;
    kept->estimate->value = value;
    if ((row->days != NULL && !keep_text(rows, &kept->estimate->days)) ||
        (row->name != NULL && !keep_text(rows, &kept->estimate->name)))
        return wdm_err_nomem(err);
    return WDM_OK;
}

static wdm_rc keep_population(void *user, const wdm_population_row *row, wdm_err *err)
{
    wdm_estimate_rows *rows = user;
    wdm_kept_row *kept = NULL;
    void *copy = NULL;
    if (!wdm_scope_wants(rows->scope, row->day, row->day))
        return WDM_OK;
    kept = add(rows, row, sizeof *row, &copy);
    if (kept == NULL)
        return wdm_err_nomem(err);
    kept->population = copy;
    return keep_text(rows, &kept->population->method) && keep_text(rows, &kept->population->source)
               ? WDM_OK
               : wdm_err_nomem(err);
}

static wdm_rc keep_ratio(void *user, const wdm_ratio_row *row, wdm_err *err)
{
    wdm_estimate_rows *rows = user;
    wdm_ratio *value = NULL;
    wdm_kept_row *kept = NULL;
    void *copy = NULL;
    if (!wdm_scope_wants(rows->scope, row->first, row->scale == WDM_SCALE_DAY ? row->first : row->first + 6))
        return WDM_OK;
    value = wdm_arena_alloc(&rows->arena, 1, sizeof *value);
    kept = value == NULL ? NULL : add(rows, row, sizeof *row, &copy);
    if (kept == NULL)
        return wdm_err_nomem(err);
    kept->ratio = copy;
    *value = *row->value;
    kept->ratio->value = value;
    return keep_text(rows, &kept->ratio->ratio_id) ? WDM_OK : wdm_err_nomem(err);
}

wdm_estimate_sink wdm_estimate_rows_sink(wdm_estimate_rows *rows, const wdm_scope *scope)
{
    memset(rows, 0, sizeof *rows);
    rows->end = &rows->first;
    rows->scope = scope;
    return (wdm_estimate_sink){
        .estimate = keep_estimate, .ratio = keep_ratio, .population = keep_population, .user = rows};
}

wdm_rc wdm_estimate_rows_hand_on(const wdm_estimate_rows *rows, const wdm_estimate_sink *to, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (const wdm_kept_row *k = rows->first; k != NULL && rc == WDM_OK; k = k->next) {
        if (k->estimate != NULL)
            rc = to->estimate(to->user, k->estimate, err);
        else if (k->ratio != NULL)
            rc = to->ratio(to->user, k->ratio, err);
        else
            rc = to->population(to->user, k->population, err);
    }
    return rc;
}

void wdm_estimate_rows_fini(wdm_estimate_rows *rows)
{
    wdm_arena_fini(&rows->arena);
    memset(rows, 0, sizeof *rows);
}
