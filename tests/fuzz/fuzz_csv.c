// SPDX-License-Identifier: GPL-3.0-or-later
// A text that is read at once and one that is fed in pieces give the same rows, or the same refusal.
#include "fuzz.h"

#include "io/csv.h"
#include "io/ruler.h"

typedef struct seen {
    uint64_t n_rows;
    uint64_t sum; // FNV-1a of the cells and their ends
    uint64_t line;
} seen;

static wdm_rc take_row(void *user, const wdm_csv_row *row, wdm_err *err)
{
    seen *s = user;
    (void)err;
    FUZZ_MUST(row->line > s->line && row->n > 0 && row->n <= WDM_CSV_COLUMNS_MAX);
    s->line = row->line;
    s->n_rows++;
    for (size_t i = 0; i < row->n; i++) {
        FUZZ_MUST(strlen(row->fields[i]) <= WDM_CSV_FIELD_MAX);
        for (const char *p = row->fields[i];; p++) {
            s->sum = (s->sum ^ (unsigned char)*p) * UINT64_C(1099511628211);
            if (*p == '\0')
                break;
        }
    }
    return WDM_OK;
}

// delimiter 0: the text tables of io/ruler.h
static wdm_rc read_in_pieces(const char *bytes, size_t size, size_t piece, wdm_dialect dialect, seen *s)
{
    wdm_csv *csv = NULL;
    wdm_ruler *ruler = NULL;
    wdm_err err = {0};
    wdm_rc rc = dialect.delimiter != 0 ? wdm_csv_new(&csv, "fuzz", dialect, take_row, s, &err)
                                       : wdm_ruler_new(&ruler, "fuzz", take_row, s, &err);
    for (size_t at = 0; rc == WDM_OK && at < size; at += piece) {
        const size_t len = size - at < piece ? size - at : piece;
        rc = csv != NULL ? wdm_csv_feed(csv, bytes + at, len, &err)
                         : wdm_ruler_feed(ruler, bytes + at, len, &err);
    }
    if (rc == WDM_OK)
        rc = csv != NULL ? wdm_csv_finish(csv, &err) : wdm_ruler_finish(ruler, false, &err);
    if (csv != NULL)
        wdm_csv_free(csv);
    if (ruler != NULL)
        wdm_ruler_free(ruler);
    FUZZ_MUST(rc == WDM_OK || err.text[0] != '\0');
    return rc;
}

static void check_dialect(const char *text, size_t size, wdm_dialect dialect)
{
    static const size_t pieces[] = {1, 2, 7};
    seen whole = {0};
    const wdm_rc rc = read_in_pieces(text, size, size + 1, dialect, &whole);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        seen part = {0};
        FUZZ_MUST(read_in_pieces(text, size, pieces[i], dialect, &part) == rc);
        FUZZ_MUST(rc != WDM_OK || (part.n_rows == whole.n_rows && part.sum == whole.sum));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const wdm_dialect dialects[] = {{',', true}, {';', true}, {'\t', false}, {0, false}};
    char *text = fuzz_text(data, size);
    for (size_t i = 0; i < sizeof dialects / sizeof dialects[0]; i++)
        check_dialect(text, size, dialects[i]);
    free(text);
    return 0;
}
