// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/factor_diff.h"

#include <string.h>

#include "base/mem.h"
#include "io/table.h"

enum { COLUMNS_MAX = 64, KEY_MAX = 1000 };

// A factor table with whatever columns it has; old configs lack some.
typedef struct any_table {
    wdm_table table;
    wdm_table_column columns[COLUMNS_MAX];
    size_t n;
    char *header;
} any_table;

static wdm_rc read_any(any_table *t, const wdm_config_file *file, wdm_err *err)
{
    const char *bytes = file == NULL ? "" : wdm_buf_text(&file->bytes);
    const char *end = NULL;
    char *next = NULL;
    memset(t, 0, sizeof *t);
    if (file == NULL)
        return WDM_OK;
    if (strncmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        bytes += 3;
    end = bytes + strcspn(bytes, "\r\n");
    t->header = wdm_alloc((size_t)(end - bytes) + 1, 1);
    if (t->header == NULL)
        return wdm_err_nomem(err);
    memcpy(t->header, bytes, (size_t)(end - bytes));
    for (char *name = strtok_r(t->header, ",", &next); name != NULL && t->n < COLUMNS_MAX;
         name = strtok_r(NULL, ",", &next))
        t->columns[t->n++] = (wdm_table_column){name, true};
    return wdm_table_read(&t->table, file->name, wdm_buf_text(&file->bytes), file->bytes.len, t->columns,
                          t->n, err);
}

static void close_any(any_table *t)
{
    if (t->header != NULL)
        wdm_table_fini(&t->table);
    wdm_free(t->header);
}

static bool is_key(const char *column)
{
    const size_t len = strlen(column);
    return (len > 3 && strcmp(column + len - 3, "_id") == 0) || strcmp(column, "valid_from") == 0 ||
           strcmp(column, "temperature_c") == 0;
}

// The cells that name the row, joined. Returns out.
static const char *key_of(const any_table *t, size_t row, wdm_buf *out)
{
    wdm_buf_clear(out);
    for (size_t c = 0; c < t->n; c++) {
        const char *cell = wdm_table_cell(&t->table, row, c);
        if (is_key(t->columns[c].name) && cell[0] != '\0')
            wdm_buf_printf(out, "%s%s", out->len == 0 ? "" : " ", cell);
    }
    return wdm_buf_text(out);
}

static size_t find_row(const any_table *t, const char *key, wdm_buf *scratch)
{
    for (size_t r = 0; r < t->table.n_rows; r++) {
        if (strcmp(key_of(t, r, scratch), key) == 0)
            return r;
    }
    return SIZE_MAX;
}

// "" where the table lacks column or row.
static const char *cell_of(const any_table *t, size_t row, const char *column)
{
    for (size_t c = 0; c < t->n && row != SIZE_MAX; c++) {
        if (strcmp(t->columns[c].name, column) == 0)
            return wdm_table_cell(&t->table, row, c);
    }
    return "";
}

typedef struct differ {
    const char *table, *key;
    const any_table *old, *new_;
    wdm_factor_change_fn fn;
    void *user;
} differ;

// Columns of one of the two tables; those of `but` have been compared.
static wdm_rc diff_row(const differ *d, size_t old_row, size_t new_row, const any_table *columns,
                       const any_table *but, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t c = 0; c < columns->n && rc == WDM_OK; c++) {
        const char *column = columns->columns[c].name;
        const char *source = cell_of(d->new_, new_row, "source");
        const wdm_factor_change change = {d->table,
                                          d->key,
                                          column,
                                          cell_of(d->old, old_row, column),
                                          cell_of(d->new_, new_row, column),
                                          source[0] != '\0' ? source : cell_of(d->old, old_row, "source")};
        bool done = is_key(column) || strcmp(change.old, change.new_) == 0;
        for (size_t k = 0; but != NULL && k < but->n; k++)
            done = done || strcmp(but->columns[k].name, column) == 0;
        if (!done)
            rc = d->fn(d->user, &change, err);
    }
    return rc;
}

static wdm_rc diff_tables(differ *d, wdm_err *err)
{
    wdm_buf key = {0}, scratch = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&key, KEY_MAX);
    wdm_buf_init(&scratch, KEY_MAX);
    for (size_t r = 0; r < d->old->table.n_rows && rc == WDM_OK; r++) {
        d->key = key_of(d->old, r, &key);
        const size_t other = find_row(d->new_, d->key, &scratch);
        rc = diff_row(d, r, other, d->old, NULL, err);
        if (rc == WDM_OK)
            rc = diff_row(d, r, other, d->new_, d->old, err);
    }
    for (size_t r = 0; r < d->new_->table.n_rows && rc == WDM_OK; r++) {
        d->key = key_of(d->new_, r, &key);
        if (find_row(d->old, d->key, &scratch) == SIZE_MAX)
            rc = diff_row(d, SIZE_MAX, r, d->new_, NULL, err);
    }
    wdm_buf_fini(&key);
    wdm_buf_fini(&scratch);
    return rc;
}

wdm_rc wdm_factor_diff(const wdm_config_files *old, const wdm_config_files *new_, wdm_factor_change_fn fn,
                       void *user, wdm_err *err)
{
    any_table *tables = wdm_alloc(2, sizeof *tables);
    wdm_rc rc = WDM_OK;
    if (tables == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < wdm_config_table_names_n && rc == WDM_OK; i++) {
        const char *name = wdm_config_table_names[i].name;
        const wdm_config_file *a = wdm_config_files_get(old, name), *b = wdm_config_files_get(new_, name);
        differ d = {.table = name, .old = &tables[0], .new_ = &tables[1], .fn = fn, .user = user};
        if (!wdm_config_table_names[i].in_factor_set ||
            (a != NULL && b != NULL && strcmp(a->sha256, b->sha256) == 0))
            continue;
        memset(tables, 0, 2 * sizeof *tables);
        rc = read_any(&tables[0], a, err);
        if (rc == WDM_OK)
            rc = read_any(&tables[1], b, err);
        if (rc == WDM_OK)
            rc = diff_tables(&d, err);
        close_any(&tables[0]);
        close_any(&tables[1]);
    }
    wdm_free(tables);
    return rc;
}
