// SPDX-License-Identifier: GPL-3.0-or-later
// One value cell of a file (sample x analyte) with everything that the file says about it.
#ifndef WDM_IO_RECORD_H
#define WDM_IO_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "io/layout.h"

// A record of the file: the cells by field ("" when the file does not have it).
typedef struct wdm_record {
    const char *cells[WDM_FIELD_N];
    uint64_t line;
    const char *column;   // name of the value column, for messages: "value", "Wednesday", "S1P d16:1"
    int weekday;          // of a weekday column, else 0
    bool no_value;        // the file has no column of concentrations
    const char *left_out; // why the record is no result ("internal standard"); NULL: it is one
} wdm_record;

#endif
