// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/sheet.h"

#include "io/ruler.h"

// Rows of a ruler's text and rows of separated cells; one of the two is not NULL.
typedef struct sheet {
    wdm_csv *csv;
    wdm_ruler *ruler;
} sheet;

static wdm_rc take(void *user, const char *bytes, size_t len, wdm_err *err)
{
    const sheet *s = user;
    return s->csv != NULL ? wdm_csv_feed(s->csv, bytes, len, err) : wdm_ruler_feed(s->ruler, bytes, len, err);
}

wdm_rc wdm_sheet_read(wdm_source *source, const char *name, wdm_dialect dialect, uint64_t limit,
                      wdm_csv_row_fn fn, void *user, wdm_err *err)
{
    sheet s = {NULL, NULL};
    wdm_rc rc = dialect.delimiter == '\0' ? wdm_ruler_new(&s.ruler, name, fn, user, err)
                                          : wdm_csv_new(&s.csv, name, dialect, fn, user, err);
    if (rc == WDM_OK)
        rc = wdm_source_each(source, limit, take, &s, err);
    if (rc == WDM_OK && s.ruler != NULL)
        rc = wdm_ruler_finish(s.ruler, wdm_source_was_cut(source), err);
    else if (rc == WDM_OK && !wdm_source_was_cut(source)) // a cut line is not looked at
        rc = wdm_csv_finish(s.csv, err);
    wdm_ruler_free(s.ruler);
    wdm_csv_free(s.csv);
    return rc;
}
