// SPDX-License-Identifier: GPL-3.0-or-later
// Words for internal numbers, as SQL functions of a connection.
#ifndef WDM_STORE_SQL_FUNCTIONS_H
#define WDM_STORE_SQL_FUNCTIONS_H

#include <sqlite3.h>

// Adds wdm_date(day), wdm_when(day, minute), wdm_iso_week(week), wdm_quantity(q), wdm_unit(q),
// wdm_result_state(s) and wdm_flags(bits), wdm_wilson(positive, tested, end) and wdm_suppressed(positive,
// tested), wdm_bucket(code) to a connection. Returns SQLite's code.
int wdm_sql_functions_register(sqlite3 *db);

#endif
