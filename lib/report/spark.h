// SPDX-License-Identifier: GPL-3.0-or-later
// A series as one line of block characters.
#ifndef WDM_REPORT_SPARK_H
#define WDM_REPORT_SPARK_H

#include <stddef.h>

#include "base/buf.h"

// Appends one character a value, from zero to the greatest: U+2581..U+2588. NaN (no value) is a blank; a
// negative value, by which the caller marks a censored one, is a dot. {1, 4, NaN, 8} gives "▁▄ █".
void wdm_spark_put(wdm_buf *out, const double *values, size_t n);

#endif
