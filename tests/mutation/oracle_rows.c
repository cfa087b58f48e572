// SPDX-License-Identifier: GPL-3.0-or-later
// The oracle of rows: what became a number was one, in that line, in that column, times its unit.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"

// A line, and the next ones as long as a quote is open.
static const char *line_of(const subject *s, uint64_t line, size_t *len)
{
    const char *p = s->text;
    const char *end = s->text + s->n_text;
    const char *start = NULL;
    size_t quotes = 0;
    for (uint64_t at = 1; at < line && p < end; p++) {
        if (*p == '\n' || (*p == '\r' && !(p + 1 < end && p[1] == '\n')))
            at++;
    }
    start = p;
    while (p < end && ((*p != '\n' && *p != '\r') || quotes % 2 == 1))
        quotes += *p++ == '"';
    *len = (size_t)(p - start);
    return start;
}

static bool holds(const char *text, size_t len, const char *what, size_t n)
{
    for (size_t i = 0; i + n <= len; i++) {
        if (memcmp(text + i, what, n) == 0)
            return true;
    }
    return n == 0;
}

// Whether the cell stands in the line, as it is or with doubled quotes.
static bool stands_in_line(const subject *s, uint64_t line, const char *raw)
{
    size_t len = 0;
    const char *text = line_of(s, line, &len);
    char *doubled = malloc(strlen(raw) * 2 + 1);
    size_t n = 0;
    bool found = holds(text, len, raw, strlen(raw));
    for (const char *p = raw; doubled != NULL && *p != '\0'; p++) {
        doubled[n++] = *p;
        if (*p == '"')
            doubled[n++] = '"';
    }
    found = found || (doubled != NULL && holds(text, len, doubled, n));
    free(doubled);
    return found;
}

static bool near(double a, double b)
{
    return a == b || fabs(a - b) <= 1e-12 * fmax(fabs(a), fabs(b));
}

static char thousands_of(const subject *s)
{
    return strcmp(s->layout, "tasq") == 0 ? ',' : 0; // the layout says so
}

// A number that was stored for the cell: the cell is one, and factor times it.
static void check_number(subject *s, uint64_t line, const char *what, const char *raw, double factor,
                         double stored)
{
    double value = 0.0;
    const bool point = strict_number(raw, '.', thousands_of(s), &value) && near(value * factor, stored);
    const bool comma = strict_number(raw, ',', 0, &value) && near(value * factor, stored);
    s->n_numbers++;
    if (!point && !comma)
        subject_fail(s, "line %lu: %s \"%s\" became the number %.17g", (unsigned long)line, what, raw,
                     stored);
    s->can_point &= point;
    s->can_comma &= comma;
    if (!s->can_point && !s->can_comma)
        subject_fail(s, "line %lu: %s \"%s\": another decimal sign than in the rows before",
                     (unsigned long)line, what, raw);
    else if (!s->can_point && !s->says_comma)
        subject_fail(s, "line %lu: %s \"%s\" became %.17g, and no message says decimal comma",
                     (unsigned long)line, what, raw, stored);
}

static const char *quantity_of(const subject *s)
{
    return strcmp(s->layout, "normalised") == 0 || strcmp(s->layout, "euda") == 0 ? "load" : "concentration";
}

static const table_row *row_at(const subject *s, uint64_t line)
{
    for (size_t i = 1; s->has_cells && i < s->cells.n; i++) {
        if (s->cells.rows[i].line == line)
            return &s->cells.rows[i];
    }
    return NULL;
}

// A file of plain rows: the cell under the column that the program names. Files that were joined have several
// headers, and a damaged row may look like one.
static void check_place(subject *s, uint64_t line, const char *column, const char *raw)
{
    const table_row *row = row_at(s, line);
    bool is_named = false;
    if (!s->has_cells || s->cells.broken)
        return;
    if (strcmp(column, "value") == 0 && strcmp(s->layout, "long") != 0)
        return; // the field's name, not the column's: that is another in each layout
    if (row == NULL) {
        subject_fail(s, "line %lu: no row begins there", (unsigned long)line);
        return;
    }
    for (const table_row *header = s->cells.rows; header < row; header++) {
        size_t i = 0;
        while (i < header->n && strcmp(header->cells[i], column) != 0)
            i++;
        if (i == header->n)
            continue;
        is_named = true;
        if (i < row->n ? strstr(row->cells[i], raw) != NULL : raw[0] == '\0')
            return;
    }
    if (is_named)
        subject_fail(s, "line %lu: \"%s\" is not the cell of column %s", (unsigned long)line, raw, column);
}

// The program's CSV writes a ' before what a spreadsheet would take for a formula.
static const char *without_guard(const char *cell)
{
    return cell[0] == '\'' && cell[1] != '\0' && strchr("=+-@\t\r", cell[1]) != NULL ? cell + 1 : cell;
}

static void check_value(const oracle *o, subject *s, uint64_t line, char *const cells[14])
{
    const char *raw = without_guard(cells[10]);
    const char *unit = cells[11][0] == '\0' ? o->unit : without_guard(cells[11]);
    const bool measured = strcmp(cells[8], "measured") == 0;
    const bool accepted = strcmp(cells[3], "rejected") != 0 && strcmp(cells[3], "left_out") != 0;
    double factor = 0.0;
    if (cells[9][0] == '\0') {
        if (measured)
            subject_fail(s, "line %lu: \"%s\" is measured without a value", (unsigned long)line, raw);
        s->n_words += accepted;
        return;
    }
    const double value = strtod(cells[9], NULL);
    if (measured && !(value > 0.0))
        subject_fail(s, "line %lu: \"%s\" is measured as %s", (unsigned long)line, raw, cells[9]);
    if (!units_factor(&o->units, quantity_of(s), unit, &factor)) {
        subject_fail(s, "line %lu: a value in \"%s\", which units.csv lacks", (unsigned long)line, unit);
        return;
    }
    s->n_measured += measured;
    check_number(s, line, "value", raw, factor, value);
}

static void take_row(const oracle *o, subject *s, const table_row *row)
{
    static const char *const outcomes[] = {"new", "same", "correction", "conflict", "rejected", "left_out"};
    char *const *cells = row->cells;
    const uint64_t line = strtoull(cells[1], NULL, 10);
    bool known = false;
    s->n_lines += s->n_rows == 0 || line != s->last_line;
    s->first_line = s->n_rows == 0 ? line : s->first_line;
    s->last_line = line;
    s->n_rows++;
    for (size_t i = 0; i < 6; i++)
        known |= strcmp(cells[3], outcomes[i]) == 0;
    if (!known)
        subject_fail(s, "line %lu: outcome \"%s\"", (unsigned long)line, cells[3]);
    if ((strcmp(cells[3], "rejected") == 0 || strcmp(cells[3], "conflict") == 0) && cells[4][0] == '\0')
        subject_fail(s, "line %lu: %s without a code", (unsigned long)line, cells[3]);
    if (s->text != NULL && !stands_in_line(s, line, without_guard(cells[10])))
        subject_fail(s, "line %lu: \"%s\" does not stand there", (unsigned long)line, cells[10]);
    if (strcmp(cells[3], "left_out") != 0)
        check_place(s, line, without_guard(cells[2]), without_guard(cells[10]));
    check_value(o, s, line, row->cells);
}

void oracle_take_rows(const oracle *o, subject *subjects, size_t n, const char *csv, size_t len)
{
    table t;
    size_t at = 0;
    if (!table_read(&t, csv, len, ',') || t.broken) {
        subject_fail(&subjects[0], "the difference is no CSV");
        table_fini(&t);
        return;
    }
    for (size_t i = 1; i < t.n; i++) {
        if (t.rows[i].n != 14) {
            subject_fail(&subjects[at], "row %zu of the difference has %zu cells", i, t.rows[i].n);
            continue;
        }
        size_t k = at;
        while (k < n && strcmp(subjects[k].name, t.rows[i].cells[0]) != 0)
            k++;
        if (k == n) {
            subject_fail(&subjects[at], "a row of the difference is of \"%s\"", t.rows[i].cells[0]);
            continue;
        }
        at = k;
        take_row(o, &subjects[at], &t.rows[i]);
    }
    table_fini(&t);
}

// ---- once all is known

static bool is_same_row(const table_row *a, const table_row *b)
{
    size_t na = a->n;
    size_t nb = b->n;
    while (na > 0 && a->cells[na - 1][0] == '\0')
        na--;
    while (nb > 0 && b->cells[nb - 1][0] == '\0')
        nb--;
    for (size_t i = 0; i < na && na == nb; i++) {
        if (strcmp(a->cells[i], b->cells[i]) != 0)
            return false;
    }
    return na == nb;
}

// A file of one header row and one value a row: its lines, counted here, are the rows that the program
// counts.
static void check_all_rows(subject *s)
{
    int64_t n = 0;
    if (strcmp(s->layout, "long") != 0 && strcmp(s->layout, "field") != 0)
        return;
    for (size_t i = 1; i < s->cells.n; i++)
        n += !is_same_row(&s->cells.rows[0], &s->cells.rows[i]);
    if (n != s->rows)
        subject_fail(s, "the file has %ld rows below its header, %ld were counted", (long)n, (long)s->rows);
}

// Lines below the first row: each has a row of its own, is counted by its reason, or is the header again.
static void check_no_line_lost(subject *s)
{
    int64_t n = 0;
    for (size_t i = 1; i < s->cells.n && s->n_rows > 0; i++) {
        bool is_header = false;
        for (size_t k = 0; k < i && s->cells.rows[k].line < s->first_line; k++)
            is_header |= is_same_row(&s->cells.rows[k], &s->cells.rows[i]);
        n += s->cells.rows[i].line >= s->first_line && !is_header;
    }
    if (n > s->n_lines + s->blank + s->summary + s->wrong_cells)
        subject_fail(s, "%ld rows from line %lu on; %ld are read, %ld blank, %ld summary, %ld of wrong cells",
                     (long)n, (unsigned long)s->first_line, (long)s->n_lines, (long)s->blank,
                     (long)s->summary, (long)s->wrong_cells);
}

void oracle_finish(subject *s)
{
    if (strcmp(s->status, "duplicate") == 0) {
        if (s->n_rows != 0)
            subject_fail(s, "a duplicate shows %ld rows", (long)s->n_rows);
        return;
    }
    if (s->n_rows != s->rows - s->blank - s->summary - s->wrong_cells)
        subject_fail(s,
                     "the difference has %ld rows; the object %ld, of which %ld blank, %ld summary, %ld of "
                     "wrong cells",
                     (long)s->n_rows, (long)s->rows, (long)s->blank, (long)s->summary, (long)s->wrong_cells);
    if (!s->has_cells || s->cells.broken || s->aborted || s->cells.n == 0)
        return;
    check_all_rows(s);
    check_no_line_lost(s);
}

// ---- what a store holds

static const char *cell_of(const table *t, size_t row, const char *column)
{
    const char *cell = table_cell(t, row, column);
    return cell == NULL ? "" : without_guard(cell);
}

// Limits and flow of a row of the long layout, by its cells. Empty cells take theirs from tables.
static void check_measures(const oracle *o, subject *s, const table *t, size_t row, const table_row *file_row)
{
    static const struct {
        const char *column, *result, *unit, *quantity;
    } measures[] = {{"lod", "lod_ng_l", "unit", "concentration"},
                    {"loq", "loq_ng_l", "unit", "concentration"},
                    {"flow", "flow_m3_d", "flow_unit", "flow"}};
    const size_t at = (size_t)(file_row - s->cells.rows);
    const char *raw_value = cell_of(t, row, "raw_value");
    for (size_t i = 0; i < 3; i++) {
        const char *raw = table_cell(&s->cells, at, measures[i].column);
        const char *unit = table_cell(&s->cells, at, measures[i].unit);
        const char *stored = cell_of(t, row, measures[i].result);
        double factor = 0.0;
        if (raw == NULL || raw[0] == '\0' || stored[0] == '\0' || unit == NULL)
            continue;
        if (i < 2 && strpbrk(raw_value, "<\xef") != NULL) // "<5" is the row's own limit
            continue;
        if (!units_factor(&o->units, measures[i].quantity, unit[0] == '\0' ? o->unit : unit, &factor)) {
            subject_fail(s, "%s in \"%s\", which units.csv lacks", measures[i].column, unit);
            continue;
        }
        check_number(s, file_row->line, measures[i].column, raw, factor, strtod(stored, NULL));
    }
}

void oracle_take_results(const oracle *o, subject *subjects, size_t n, const char *csv, size_t len)
{
    table t;
    if (!table_read(&t, csv, len, ',') || t.broken || t.n == 0) {
        subject_fail(&subjects[0], "the exported results are no CSV");
        table_fini(&t);
        return;
    }
    for (size_t i = 1; i < t.n; i++) {
        const char *sha256 = cell_of(&t, i, "sha256");
        const char *raw = cell_of(&t, i, "raw_value");
        const char *unit = cell_of(&t, i, "raw_unit");
        const char *value = cell_of(&t, i, "value_ng_l");
        const uint64_t line = strtoull(cell_of(&t, i, "line"), NULL, 10);
        double factor = 0.0;
        subject *s = NULL;
        for (size_t k = 0; k < n && s == NULL; k++)
            s = strcmp(subjects[k].sha256, sha256) == 0 ? &subjects[k] : NULL;
        if (s == NULL)
            continue; // of the weeks that were stored before
        if (strcmp(s->status, "duplicate") == 0)
            continue; // a mutation that changed nothing: stored before, under another name
        if (s->text != NULL && !stands_in_line(s, line, raw))
            subject_fail(s, "line %lu: stored \"%s\" does not stand there", (unsigned long)line, raw);
        if (strcmp(cell_of(&t, i, "state"), "measured") == 0 && !(strtod(value, NULL) > 0.0))
            subject_fail(s, "line %lu: \"%s\" is stored as measured \"%s\"", (unsigned long)line, raw, value);
        if (value[0] != '\0') {
            if (!units_factor(&o->units, "concentration", unit[0] == '\0' ? o->unit : unit, &factor))
                subject_fail(s, "line %lu: stored in \"%s\", which units.csv lacks", (unsigned long)line,
                             unit);
            else
                check_number(s, line, "stored value", raw, factor, strtod(value, NULL));
        }
        const table_row *row = strcmp(s->layout, "long") == 0 && !s->cells.broken ? row_at(s, line) : NULL;
        if (row != NULL)
            check_measures(o, s, &t, i, row);
    }
    table_fini(&t);
}
