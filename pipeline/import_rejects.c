// SPDX-License-Identifier: GPL-3.0-or-later
#include "import_rejects.h"

#include <string.h>

// A row is at most 4 MiB, twice that when every character is a quote. A frame that grows beyond SPILL_BYTES
// goes to the file before it is known whether a bad row follows: a file of many blocks has more headers than
// memory should hold.
enum { FRAME_BYTES_MAX = 16 * 1024 * 1024, SPILL_BYTES = 1024 * 1024 };

void wdm_rejects_init(wdm_rejects *rejects, const char *path, wdm_dialect dialect)
{
    memset(rejects, 0, sizeof *rejects);
    rejects->path = path;
    rejects->delimiter =
        dialect.delimiter == '\0' ? '\t' : dialect.delimiter; // a text table comes back with tabs
    rejects->quotes = dialect.quotes;
    rejects->out.fd = -1;
    wdm_buf_init(&rejects->frame, FRAME_BYTES_MAX);
}

// Without quotes a delimiter or line break inside a cell could not be told from one between cells; such files
// have none, and a reason loses nothing by a blank.
static void put_cell(const wdm_rejects *rejects, wdm_buf *line, const char *cell)
{
    const char stops[] = {rejects->delimiter, '"', '\r', '\n', '\0'};
    const bool quote = rejects->quotes && strpbrk(cell, stops) != NULL;
    wdm_buf_puts(line, quote ? "\"" : "");
    for (const char *p = cell; *p != '\0'; p++) {
        if (quote && *p == '"')
            wdm_buf_puts(line, "\"\"");
        else if (!rejects->quotes && (*p == rejects->delimiter || *p == '\n' || *p == '\r'))
            wdm_buf_puts(line, " ");
        else
            wdm_buf_put(line, p, 1);
    }
    wdm_buf_puts(line, quote ? "\"" : "");
}

static void put_row(const wdm_rejects *rejects, wdm_buf *line, const wdm_csv_row *row, const char *last)
{
    for (size_t i = 0; i < row->n; i++) {
        if (i > 0)
            wdm_buf_put(line, &rejects->delimiter, 1);
        put_cell(rejects, line, row->fields[i]);
    }
    if (last != NULL) {
        wdm_buf_put(line, &rejects->delimiter, 1);
        put_cell(rejects, line, last);
    }
    wdm_buf_puts(line, "\n");
}

static bool has_high_byte(const wdm_buf *text)
{
    for (size_t i = 0; i < text->len; i++) {
        if ((unsigned char)text->data[i] > 0x7F)
            return true;
    }
    return false;
}

static wdm_rc spill(wdm_rejects *rejects, wdm_err *err)
{
    wdm_rc rc = wdm_buf_check(&rejects->frame, err);
    if (rc == WDM_OK && !rejects->begun) {
        rc = wdm_file_out_begin(&rejects->out, rejects->path, err);
        rejects->begun = rc == WDM_OK;
        if (rc == WDM_OK && has_high_byte(&rejects->frame)) // so that a spreadsheet reads it as UTF-8
            wdm_file_out_put(&rejects->out, "\xef\xbb\xbf", 3);
    }
    if (rc == WDM_OK)
        wdm_file_out_put(&rejects->out, wdm_buf_text(&rejects->frame), rejects->frame.len);
    wdm_buf_clear(&rejects->frame);
    return rc;
}

wdm_rc wdm_rejects_frame(wdm_rejects *rejects, const wdm_csv_row *row, bool is_header, wdm_err *err)
{
    if (rejects->path[0] == '\0')
        return WDM_OK;
    put_row(rejects, &rejects->frame, row, is_header ? "wdm_reject_reason" : NULL);
    return rejects->frame.len > SPILL_BYTES ? spill(rejects, err) : WDM_OK;
}

wdm_rc wdm_rejects_put(wdm_rejects *rejects, const wdm_csv_row *row, const char *reason, wdm_err *err)
{
    if (rejects->path[0] == '\0')
        return WDM_OK;
    put_row(rejects, &rejects->frame, row, reason);
    rejects->has_rows = true;
    return spill(rejects, err);
}

wdm_rc wdm_rejects_commit(wdm_rejects *rejects, wdm_err *err)
{
    return rejects->has_rows ? wdm_file_out_commit(&rejects->out, err) : WDM_OK;
}

void wdm_rejects_fini(wdm_rejects *rejects)
{
    wdm_file_out_drop(&rejects->out);
    wdm_buf_fini(&rejects->frame);
}
