// SPDX-License-Identifier: GPL-3.0-or-later
// Private to lib/data: one loader a table. Each reads its CSV, checks every cell and appends typed rows to
// the config.
#ifndef WDM_DATA_CONFIG_LOAD_H
#define WDM_DATA_CONFIG_LOAD_H

#include <math.h>
#include <stdint.h>

#include "base/mem.h"
#include "data/config.h"
#include "io/table.h"

typedef wdm_rc (*wdm_config_loader)(wdm_config *config, const wdm_table *table, wdm_err *err);

typedef struct wdm_config_table_spec {
    const char *file;
    const wdm_table_column *columns;
    size_t n_columns;
    wdm_config_loader load;
    bool optional; // a config set that is older than the table has none: no rows
} wdm_config_table_spec;

// In loading order: a table comes after those that it refers to.
extern const wdm_config_table_spec
    wdm_config_specs_science[]; // units, words, text, analytes, drugs, excretion, ...
extern const size_t wdm_config_specs_science_n;
extern const wdm_config_table_spec
    wdm_config_specs_traps[]; // attribution, stability, sorption, ratios, disposal, apportionment
extern const size_t wdm_config_specs_traps_n;
extern const wdm_config_table_spec
    wdm_config_specs_places[]; // regions, sites, population, analysis, alerts, campaigns
extern const size_t wdm_config_specs_places_n;
extern const wdm_config_table_spec wdm_config_specs_levels[]; // levels
extern const size_t wdm_config_specs_levels_n;
extern const wdm_config_table_spec wdm_config_specs_checks[]; // plausibility
extern const size_t wdm_config_specs_checks_n;
extern const wdm_config_table_spec wdm_config_specs_markers[]; // markers
extern const size_t wdm_config_specs_markers_n;
extern const wdm_config_table_spec wdm_config_specs_quality[]; // qc, controls
extern const size_t wdm_config_specs_quality_n;

// How special a row's scope is (its laboratory, method and analyte; "" and WDM_NONE = any) for what is asked;
// -1 when it does not apply. The analyte named goes before the laboratory, that before the method.
int wdm_config_scope(const char *const row[2], wdm_index row_analyte, const char *const asked[2],
                     wdm_index analyte);

// Copy of the cell in the config's arena; NULL when memory is short.
const char *wdm_config_keep(wdm_config *config, const wdm_table *table, size_t row, size_t column);
// Warns that a row is inactive.
void wdm_config_warn(wdm_config *config, const wdm_table *table, size_t row, size_t column, const char *what);

// Lowest, highest, value when empty.
#define WDM_ANY_POSITIVE ((const double[3]){1e-300, 1e300, (double)NAN})
#define WDM_SHARE_OR_NAN ((const double[3]){0.0, 1.0, (double)NAN})
#define WDM_U_OR_ZERO ((const double[3]){0.0, 10.0, 0.0})
#define WDM_U_OR_NAN ((const double[3]){0.0, 10.0, (double)NAN})

// Appends a row to one of the config's row lists.
#define WDM_APPEND(list, row, err)                                                                           \
    (wdm_grow(&(list).rows, &(list).cap, (list).n + 1, sizeof *(list).rows, (err)) == WDM_OK                 \
         ? ((list).rows[(list).n++] = (row), WDM_OK)                                                         \
         : WDM_E_NOMEM)

#define WDM_SPEC(file, columns, load)                                                                        \
    {                                                                                                        \
        file, columns, WDM_COUNT(columns), load, false                                                       \
    }
#define WDM_SPEC_OPTIONAL(file, columns, load)                                                               \
    {                                                                                                        \
        file, columns, WDM_COUNT(columns), load, true                                                        \
    }

// An empty cell is an error.
wdm_rc wdm_config_need(const wdm_table *table, size_t row, size_t column, wdm_err *err);

// Once all sites are read: parents are there, no site lies upstream of itself, and a site and its parent
// share a city (where both name a region). Makes the sites known by their names.
typedef struct wdm_site_columns {
    size_t region, parent; // columns of the table, for messages
} wdm_site_columns;
wdm_rc wdm_config_check_sites(wdm_config *config, const wdm_table *table, const wdm_site_columns *columns,
                              wdm_err *err);

// Once sites, population and markers are read: each site's population policy is one that the tables can
// follow. files: for the names in messages.
wdm_rc wdm_config_check_policies(const wdm_config *config, const wdm_config_files *files, wdm_err *err);

#define WDM_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
