// SPDX-License-Identifier: GPL-3.0-or-later
// What differs between the factor tables of two configs, cell by cell.
#ifndef WDM_DATA_FACTOR_DIFF_H
#define WDM_DATA_FACTOR_DIFF_H

#include "data/configfiles.h"

// A cell of a table that makes factors. Texts are borrowed until the callback returns. row: the cells that
// name the row (columns ending in _id, valid_from, temperature_c), separated by blanks; source: of the new
// row, else of the old one. A row that one config lacks has "" there in each of its cells.
typedef struct wdm_factor_change {
    const char *table, *row, *column, *old, *new_, *source;
} wdm_factor_change;
typedef wdm_rc (*wdm_factor_change_fn)(void *user, const wdm_factor_change *change, wdm_err *err);

// Hands over each cell that differs, in the order of tables and old rows, then of new rows. Example: the row
// of methamphetamine in excretion.csv with mode 0.43 and then 0.3: table excretion.csv, row "methamphetamine
// methamphetamine", column mode, old 0.43, new 0.3.
wdm_rc wdm_factor_diff(const wdm_config_files *old, const wdm_config_files *new_, wdm_factor_change_fn fn,
                       void *user, wdm_err *err) WDM_MUST_CHECK;

#endif
