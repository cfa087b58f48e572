// SPDX-License-Identifier: GPL-3.0-or-later
// wdm compare: two factor sets, their factors and what these do to the estimates.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "data/factor_diff.h"
#include "session.h"
#include "store/factor_set_store.h"

static const char *const columns[] = {"kind",    "table",        "row",       "column",       "old",
                                      "new",     "site_id",      "drug_id",   "biomarker_id", "quantity",
                                      "n_weeks", "ratio_median", "ratio_low", "ratio_high",   "source"};
enum { N_COLUMNS = sizeof columns / sizeof columns[0] };

typedef struct comparison {
    wdm_tabular table;
    char drug_id[64], biomarker_id[64]; // of the ratios in hand
    wdm_quantity quantity;
    double *ratios; // ascending
    size_t n, cap;
    const char *kind; // only_old, only_new
} comparison;

static void put_texts(wdm_tabular *table, const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        wdm_tabular_text(table, texts[i]);
}

static wdm_rc on_factor(void *user, const wdm_factor_change *change, wdm_err *err)
{
    comparison *c = user;
    const char *const texts[] = {
        "factor", change->table, change->row, change->column, change->old, change->new_, "", "", "", ""};
    (void)err;
    put_texts(&c->table, texts, sizeof texts / sizeof texts[0]);
    for (int i = 0; i < 4; i++)
        wdm_tabular_text(&c->table, "");
    wdm_tabular_text(&c->table, change->source);
    return WDM_OK;
}

// The row of the drug, biomarker and quantity whose ratios are complete.
static void put_ratios(comparison *c)
{
    const char *const texts[] = {
        "estimate", "", "", "", "", "", "", c->drug_id, c->biomarker_id, wdm_quantity_name(c->quantity)};
    if (c->n == 0)
        return;
    put_texts(&c->table, texts, sizeof texts / sizeof texts[0]);
    wdm_tabular_integer(&c->table, (int64_t)c->n);
    wdm_tabular_number(&c->table, (c->ratios[(c->n - 1) / 2] + c->ratios[c->n / 2]) / 2.0);
    wdm_tabular_number(&c->table, c->ratios[0]);
    wdm_tabular_number(&c->table, c->ratios[c->n - 1]);
    wdm_tabular_text(&c->table, "");
    c->n = 0;
}

static wdm_rc on_ratio(void *user, const wdm_set_ratio *ratio, wdm_err *err)
{
    comparison *c = user;
    wdm_rc rc = WDM_OK;
    if (strcmp(c->drug_id, ratio->drug_id) != 0 || strcmp(c->biomarker_id, ratio->biomarker_id) != 0 ||
        c->quantity != ratio->quantity)
        put_ratios(c);
    (void)snprintf(c->drug_id, sizeof c->drug_id, "%s", ratio->drug_id);
    (void)snprintf(c->biomarker_id, sizeof c->biomarker_id, "%s", ratio->biomarker_id);
    c->quantity = ratio->quantity;
    rc = wdm_grow(&c->ratios, &c->cap, c->n + 1, sizeof *c->ratios, err);
    if (rc == WDM_OK)
        c->ratios[c->n++] = ratio->ratio;
    return rc;
}

static wdm_rc on_only(void *user, const wdm_set_only *only, wdm_err *err)
{
    comparison *c = user;
    const char *const texts[] = {c->kind,
                                 "",
                                 "",
                                 "",
                                 "",
                                 "",
                                 only->site_id,
                                 only->drug_id,
                                 only->biomarker_id,
                                 wdm_quantity_name(only->quantity)};
    (void)err;
    put_texts(&c->table, texts, sizeof texts / sizeof texts[0]);
    wdm_tabular_integer(&c->table, only->n_weeks);
    for (int i = 0; i < 4; i++)
        wdm_tabular_text(&c->table, "");
    return WDM_OK;
}

static wdm_rc compare_estimates(comparison *c, wdm_store *store, const char *old_set, const char *new_set,
                                wdm_err *err)
{
    wdm_rc rc = wdm_store_each_set_ratio(store, old_set, new_set, on_ratio, c, err);
    put_ratios(c);
    c->kind = "only_old";
    if (rc == WDM_OK)
        rc = wdm_store_each_set_only(store, old_set, new_set, on_only, c, err);
    c->kind = "only_new";
    return rc == WDM_OK ? wdm_store_each_set_only(store, new_set, old_set, on_only, c, err) : rc;
}

// A set without estimates is said, with the command that makes them.
static wdm_rc check_estimates(wdm_store *store, const char *const sets[2], wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (int i = 0; i < 2 && rc == WDM_OK; i++) {
        bool has = false;
        rc = wdm_store_has_estimates(store, sets[i], &has, err);
        if (rc == WDM_OK && !has)
            rc = wdm_err_set(err, WDM_E_NOINPUT,
                             "the store has no estimates of factor set %s; make them with: wdm estimate "
                             "--factor-set %s",
                             sets[i], sets[i]);
    }
    return rc;
}

static wdm_rc open_set(wdm_session *session, const wdm_cli *cli, const char *name, wdm_err *err)
{
    wdm_rc rc = wdm_store_open(&session->store, cli->store, WDM_STORE_READ, 0, err);
    if (rc == WDM_OK)
        rc = wdm_store_choose_factor_set(session->store, name, &session->other_factor_set, err);
    return rc == WDM_OK ? wdm_store_get_config(session->store, &session->config, &session->files, err) : rc;
}

static wdm_rc run_compare(const wdm_cli *cli, wdm_err *err)
{
    wdm_session old = {0}, new_ = {0};
    comparison c = {.quantity = WDM_Q_NORMALISED_LOAD};
    wdm_rc missing = WDM_OK;
    wdm_rc rc = open_set(&old, cli, cli->args[0], err);
    wdm_tabular_init(&c.table, columns, N_COLUMNS);
    if (rc == WDM_OK)
        rc = open_set(&new_, cli, cli->args[1], err);
    if (rc == WDM_OK)
        rc = wdm_store_begin_read(new_.store, err);
    if (rc == WDM_OK)
        rc = wdm_factor_diff(&old.files, &new_.files, on_factor, &c, err);
    if (rc == WDM_OK) {
        const char *const sets[] = {old.config.factor_set, new_.config.factor_set};
        missing = check_estimates(new_.store, sets, err);
        if (missing == WDM_OK)
            rc = compare_estimates(&c, new_.store, sets[0], sets[1], err);
        else if (missing != WDM_E_NOINPUT)
            rc = missing;
    }
    if (rc == WDM_OK) { // the factors are told in any case
        wdm_err printed = {WDM_OK, ""};
        rc = wdm_cli_print(cli, &c.table, &printed);
        rc = rc == WDM_OK ? missing : wdm_err_set(err, rc, "%s", printed.text);
    }
    wdm_tabular_fini(&c.table);
    wdm_free(c.ratios);
    wdm_session_close(&old);
    wdm_session_close(&new_);
    return rc;
}

const wdm_stage wdm_stage_compare = {
    .name = "compare",
    .usage = "OLD NEW",
    .summary = "two factor sets: which factors differ, and what that does to the estimates",
    .details =
        "OLD and NEW are factor sets or the beginnings of their names. Rows by kind: factor (a cell that "
        "differs),\nestimate (new / old over all weeks and sites), only_old and only_new (weeks that one set "
        "has alone).\n",
    .min_args = 2,
    .max_args = 2,
    .run = run_compare,
};
