// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by the tests of lib/num: cmocka with what it needs, nearness of doubles, and the reference data sets
// (plain numbers read from the folder of WDM_REALDATA_DIR).
#ifndef WDM_TEST_NUM_NUMTEST_H
#define WDM_TEST_NUM_NUMTEST_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka needs some of the above first
#include <cmocka.h>

// |got - expected| <= within; a NaN on either side fails. cmocka 1.1.5 compares floats only.
#define assert_near(got, expected, within) near_at((got), (expected), (within), __FILE__, __LINE__)

static inline void near_at(double got, double expected, double within, const char *file, int line)
{
    if (!(fabs(got - expected) <= within)) {
        print_error("%.17g is not within %g of %.17g\n", got, within, expected);
        _fail(file, line);
    }
}

// Opens a file of the reference folder; NULL when the data are not there.
static inline FILE *refdata_open(const char *name)
{
    const char *dir = getenv("WDM_REALDATA_DIR");
    char path[4096] = "";
    snprintf(path, sizeof path, "%s/reference/%s", dir != NULL ? dir : WDM_SOURCE_DIR "/../shared/data",
             name);
    return fopen(path, "r");
}

// Field number at (0 = first) of a CSV line without commas in quotes, quotes removed; "" when there is none.
static inline void refdata_field(const char *line, size_t at, char *out, size_t size)
{
    size_t len = 0;
    for (; at > 0 && line != NULL; at--) {
        line = strchr(line, ',');
        line = line != NULL ? line + 1 : NULL;
    }
    for (; line != NULL && *line != '\0' && *line != ',' && *line != '\n' && *line != '\r'; line++) {
        if (*line != '"' && len + 1 < size)
            out[len++] = *line;
    }
    out[len] = '\0';
}

#endif
