// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/csv.h"

#include <csv.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "io/number.h"

enum { ROW_BYTES_MAX = 4 * 1024 * 1024, BUFFER_SLACK = 1024 };

struct wdm_csv {
    struct csv_parser parser;
    bool parser_ready;
    char name[256];
    wdm_dialect dialect;
    wdm_csv_row_fn fn;
    void *user;
    wdm_buf text; // the fields of the record in hand, each with its NUL
    size_t *starts;
    size_t starts_cap;
    char **fields;
    size_t fields_cap;
    size_t n;
    uint64_t line;       // physical line being fed
    uint64_t row_line;   // line on which the record in hand starts
    uint64_t field_line; // line on which the field in hand starts
    bool row_open;       // bytes of a record were fed, its end was not
    bool last_cr;        // the byte before was CR, so that CRLF counts once
    wdm_rc rc;           // sticky: callbacks cannot stop libcsv
    wdm_err err;
};

const char *wdm_dialect_delimiter(wdm_dialect dialect)
{
    switch (dialect.delimiter) {
    case ',':
        return "comma";
    case ';':
        return "semicolon";
    case '\t':
        return "tab";
    case '|':
        return "vertical bar";
    default:
        return "delimiter";
    }
}

static wdm_rc too_large(wdm_csv *csv)
{
    csv->rc =
        wdm_err_set(&csv->err, WDM_E_DATA,
                    "%s:%" PRIu64 ": a field is longer than %d bytes, a row than %d, or there are more than "
                    "%d columns; is %sthe delimiter not a %s?",
                    csv->name, csv->row_line, WDM_CSV_FIELD_MAX, ROW_BYTES_MAX, WDM_CSV_COLUMNS_MAX,
                    csv->dialect.quotes ? "a quote missing, or " : "", wdm_dialect_delimiter(csv->dialect));
    return csv->rc;
}

static void on_field(void *bytes, size_t len, void *user)
{
    wdm_csv *csv = user;
    if (csv->rc != WDM_OK)
        return;
    csv->field_line = csv->line; // of the next field: a delimiter stands on the line where a field ends
    if (len > WDM_CSV_FIELD_MAX || csv->n >= WDM_CSV_COLUMNS_MAX || len + 1 > ROW_BYTES_MAX - csv->text.len) {
        (void)too_large(csv);
        return;
    }
    csv->rc = wdm_grow(&csv->starts, &csv->starts_cap, csv->n + 1, sizeof *csv->starts, &csv->err);
    if (csv->rc != WDM_OK)
        return;
    csv->starts[csv->n++] = csv->text.len;
    wdm_buf_put(&csv->text, bytes == NULL ? "" : bytes, len);
    wdm_buf_put(&csv->text, "", 1);
    csv->rc = wdm_buf_check(&csv->text, &csv->err);
}

static void on_row(int terminator, void *user)
{
    wdm_csv *csv = user;
    (void)terminator;
    if (csv->rc != WDM_OK)
        return;
    csv->rc = wdm_grow(&csv->fields, &csv->fields_cap, csv->n + 1, sizeof *csv->fields, &csv->err);
    if (csv->rc == WDM_OK && csv->n > 0) {
        wdm_csv_row row = {csv->fields, csv->n, csv->row_line};
        for (size_t i = 0; i < csv->n; i++)
            csv->fields[i] = csv->text.data + csv->starts[i];
        csv->rc = csv->fn(csv->user, &row, &csv->err);
    }
    csv->n = 0;
    csv->row_open = false;
    wdm_buf_clear(&csv->text);
}

wdm_rc wdm_csv_new(wdm_csv **out, const char *name, wdm_dialect dialect, wdm_csv_row_fn fn, void *user,
                   wdm_err *err)
{
    wdm_csv *csv = wdm_alloc(1, sizeof *csv);
    *out = NULL;
    if (csv == NULL)
        return wdm_err_nomem(err);
    // Without CSV_STRICT_FINI an unclosed quote swallows the rest of the file in silence.
    if (csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0) {
        wdm_free(csv);
        return wdm_err_nomem(err);
    }
    csv->parser_ready = true;
    csv_set_delim(&csv->parser, (unsigned char)dialect.delimiter);
    // A NUL byte is refused before libcsv sees it: as the quote it stands for none.
    csv_set_quote(&csv->parser, dialect.quotes ? CSV_QUOTE : 0);
    csv->dialect = dialect;
    size_t len = strlen(name) < sizeof csv->name ? strlen(name) : sizeof csv->name - 1;
    memcpy(csv->name, name, len);
    csv->fn = fn;
    csv->user = user;
    csv->line = 1;
    wdm_buf_init(&csv->text, ROW_BYTES_MAX);
    *out = csv;
    return WDM_OK;
}

static wdm_rc take_error(wdm_csv *csv, wdm_err *err)
{
    if (err != NULL)
        *err = csv->err;
    return csv->rc;
}

// Part of one physical line. A quoted field may go on over lines, so the start of a record is noted here and
// not where its first field ends.
static wdm_rc feed_line(wdm_csv *csv, const char *bytes, size_t len)
{
    size_t done = 0;
    for (size_t i = 0; i < len && !csv->row_open; i++) {
        if (strchr(" \t\r\n", bytes[i]) == NULL || bytes[i] == csv->dialect.delimiter) {
            csv->row_open = true;
            csv->row_line = csv->field_line = csv->line;
        }
    }
    done = csv_parse(&csv->parser, bytes, len, on_field, on_row, csv);
    if (csv->rc == WDM_OK && done != len)
        csv->rc = wdm_err_set(&csv->err, WDM_E_DATA,
                              "%s:%" PRIu64
                              ": a quote stands where none may stand; write \"\" for a quote inside a quoted "
                              "field, and quote the whole field",
                              csv->name, csv->line);
    // An open quote would gather the rest of the file.
    if (csv->rc == WDM_OK && csv_get_buffer_size(&csv->parser) > WDM_CSV_FIELD_MAX + BUFFER_SLACK)
        return too_large(csv);
    return csv->rc;
}

wdm_rc wdm_csv_feed(wdm_csv *csv, const char *bytes, size_t len, wdm_err *err)
{
    size_t start = 0;
    if (csv->rc != WDM_OK)
        return take_error(csv, err);
    // One physical line at a time, so that every callback knows its line.
    for (size_t i = 0; i < len; i++) {
        const char c = bytes[i];
        if (c == '\0') {
            csv->rc = wdm_err_set(&csv->err, WDM_E_DATA,
                                  "%s:%" PRIu64
                                  ": a NUL byte; is this UTF-16 or a binary file? save it as CSV UTF-8",
                                  csv->name, csv->line);
            return take_error(csv, err);
        }
        if (c == '\n' && csv->last_cr) { // the second half of CRLF belongs to the line already counted
            csv->line--;
            csv->last_cr = false;
        }
        if (c == '\n' || c == '\r') {
            if (feed_line(csv, bytes + start, i + 1 - start) != WDM_OK)
                return take_error(csv, err);
            start = i + 1;
            csv->line++;
        }
        csv->last_cr = c == '\r';
    }
    if (start < len && feed_line(csv, bytes + start, len - start) != WDM_OK)
        return take_error(csv, err);
    return WDM_OK;
}

wdm_rc wdm_csv_finish(wdm_csv *csv, wdm_err *err)
{
    if (csv->rc == WDM_OK && csv_fini(&csv->parser, on_field, on_row, csv) != 0 && csv->rc == WDM_OK)
        csv->rc = wdm_err_set(&csv->err, WDM_E_DATA,
                              "%s:%" PRIu64
                              ": the quoted field that starts here never ends; a closing quote is missing",
                              csv->name, csv->field_line);
    return take_error(csv, err);
}

void wdm_csv_free(wdm_csv *csv)
{
    if (csv == NULL)
        return;
    if (csv->parser_ready)
        csv_free(&csv->parser);
    wdm_buf_fini(&csv->text);
    wdm_free(csv->starts);
    wdm_free(csv->fields);
    wdm_free(csv);
}

wdm_rc wdm_csv_read(const char *name, const char *bytes, size_t len, wdm_csv_row_fn fn, void *user,
                    wdm_err *err)
{
    wdm_csv *csv = NULL;
    wdm_rc rc = wdm_csv_new(&csv, name, (wdm_dialect){',', true}, fn, user, err);
    if (csv == NULL)
        return rc;
    if (rc == WDM_OK && len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        len -= 3;
    }
    if (rc == WDM_OK)
        rc = wdm_csv_feed(csv, bytes, len, err);
    if (rc == WDM_OK)
        rc = wdm_csv_finish(csv, err);
    wdm_csv_free(csv);
    return rc;
}

void wdm_csv_put(wdm_buf *out, const char *field)
{
    double number = 0.0;
    const bool formula = field[0] != '\0' && strchr("=+-@\t\r", field[0]) != NULL &&
                         wdm_number_parse(field, &number) != WDM_NUMBER_OK;
    if (!formula && strpbrk(field, "\",\r\n") == NULL) {
        wdm_buf_puts(out, field);
        return;
    }
    wdm_buf_puts(out, formula ? "\"'" : "\"");
    for (const char *p = field; *p != '\0'; p++)
        wdm_buf_put(out, *p == '"' ? "\"\"" : p, *p == '"' ? 2 : 1);
    wdm_buf_puts(out, "\"");
}
