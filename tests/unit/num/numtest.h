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

enum { REFDATA_MAX = 400 };

// Columns x_at and y_at of a CSV file with a heading, at most REFDATA_MAX rows; an empty field is NaN. Skips
// the test when the data are not there.
static inline size_t refdata_series(const char *name, size_t x_at, size_t y_at, double *x, double *y)
{
    FILE *file = refdata_open(name);
    char line[256] = "";
    char field[64] = "";
    size_t n = 0;
    if (file == NULL) {
        print_message("skipped: no real data\n");
        skip();
        return 0;
    }
    if (fgets(line, sizeof line, file) == NULL)
        fail_msg("%s is empty", name);
    while (n < REFDATA_MAX && fgets(line, sizeof line, file) != NULL) {
        refdata_field(line, x_at, field, sizeof field);
        x[n] = field[0] != '\0' ? strtod(field, NULL) : (double)NAN;
        refdata_field(line, y_at, field, sizeof field);
        y[n] = field[0] != '\0' ? strtod(field, NULL) : (double)NAN;
        n++;
    }
    fclose(file);
    return n;
}

#endif
