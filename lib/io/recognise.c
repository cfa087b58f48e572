// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/recognise.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

// The head of a file, in which its header must stand.
enum { HEAD_BYTES = 128 * 1024, NAMES_MAX = 4096, NEAREST_SHOWN = 4 };
// An event's way to stop the reading: not an error.
enum { STOP = WDM_E_PARTIAL };

// ---- the layout

// How one form of a layout fares with the head of the file.
typedef struct trial {
    const wdm_form *form;
    int n_before; // rows before the header
    bool found;
    uint64_t line;
    size_t n_columns, n_unread;
    bool unit_by_layout;
    size_t best_fits;
    uint64_t best_line;
    char why[300];
} trial;

static bool has_unit_of_layout(const wdm_columns *columns)
{
    const wdm_form *form = columns->form;
    if (form->kind != WDM_FORM_ASSAY || form->fixed[WDM_FIELD_UNIT] == NULL ||
        columns->fixed[WDM_FIELD_UNIT] != NULL)
        return false;
    for (size_t i = 0; i < columns->base.n; i++) {
        if (columns->base.items[i].field == WDM_FIELD_UNIT)
            return false;
    }
    for (size_t g = 0; g < columns->n_groups; g++) {
        if (columns->groups[g].fixed[WDM_FIELD_UNIT] == NULL)
            return true;
    }
    return false;
}

static wdm_rc on_trial_row(void *user, const wdm_csv_row *row, wdm_row_kind kind, const wdm_columns *columns,
                           wdm_err *err)
{
    trial *t = user;
    (void)err;
    if (kind == WDM_ROW_HEADER) {
        t->found = true;
        t->line = row->line;
        t->n_columns = columns->n_header;
        t->n_unread = columns->n_unread;
        t->unit_by_layout = has_unit_of_layout(columns);
        return (wdm_rc)STOP;
    }
    return ++t->n_before > t->form->preamble + t->form->header_rows - 1 ? (wdm_rc)STOP : WDM_OK;
}

static wdm_rc on_misfit(void *user, const wdm_csv_row *row, size_t fits, const char *why, wdm_err *err)
{
    trial *t = user;
    (void)err;
    if (t->why[0] != '\0' && fits <= t->best_fits)
        return WDM_OK;
    t->best_fits = fits;
    t->best_line = row->line;
    (void)snprintf(t->why, sizeof t->why, "%.290s", why);
    return WDM_OK;
}

// The head of the file as one dialect reads it.
typedef struct head {
    bool read;
    wdm_rc rc; // WDM_E_DATA: it does not read so; why tells
    wdm_err why;
    wdm_csv_row *rows;
    size_t n, cap;
    wdm_arena arena;
} head;

// Dialects by place: each delimiter with and without quotes, and the text table.
static const char delimiters[] = {',', ';', '\t', '|', '\0'};
enum { DELIMITERS_N = 5 };

typedef struct search {
    wdm_source *source;
    const char *name;
    wdm_known known;
    wdm_recognised *found;
    size_t n_found;
    wdm_buf candidates;
    head heads[DELIMITERS_N][2];
    struct nearest { // what does not fit, the nearest layout first
        size_t fits;
        uint64_t line;
        char text[400];
    } nearest[NEAREST_SHOWN];
    size_t n_nearest, n_others;
} search;

static wdm_rc keep_row(void *user, const wdm_csv_row *row, wdm_err *err)
{
    head *h = user;
    char **fields = NULL;
    wdm_rc rc = wdm_grow(&h->rows, &h->cap, h->n + 1, sizeof *h->rows, err);
    if (rc != WDM_OK)
        return rc;
    fields = wdm_arena_alloc(&h->arena, row->n, sizeof *fields);
    for (size_t i = 0; fields != NULL && i < row->n; i++) {
        fields[i] = wdm_arena_strdup(&h->arena, row->fields[i]);
        if (fields[i] == NULL)
            fields = NULL;
    }
    if (fields == NULL)
        return wdm_err_nomem(err);
    h->rows[h->n++] = (wdm_csv_row){fields, row->n, row->line};
    return WDM_OK;
}

// The head in a dialect, read once. Rows before a place that does not read are kept: the header may be among
// them.
static const head *head_of(search *s, wdm_dialect dialect)
{
    size_t at = 0;
    head *h = NULL;
    while (at + 1 < DELIMITERS_N && delimiters[at] != dialect.delimiter)
        at++;
    h = &s->heads[at][dialect.quotes];
    if (!h->read)
        h->rc = wdm_sheet_read(s->source, s->name, dialect, HEAD_BYTES, keep_row, h, &h->why);
    h->read = true;
    return h;
}

static void drop_heads(search *s)
{
    for (size_t i = 0; i < DELIMITERS_N; i++) {
        for (size_t k = 0; k < 2; k++) {
            wdm_free(s->heads[i][k].rows);
            wdm_arena_fini(&s->heads[i][k].arena);
        }
    }
}

static void note_misfit(search *s, const char *layout, const trial *best)
{
    const size_t fits = best->best_fits;
    size_t at = s->n_nearest;
    if (s->n_nearest < NEAREST_SHOWN) {
        s->n_nearest++;
    } else {
        s->n_others++;
        at = NEAREST_SHOWN - 1;
        if (s->nearest[at].fits >= fits)
            return;
    }
    for (; at > 0 && s->nearest[at - 1].fits < fits; at--)
        s->nearest[at] = s->nearest[at - 1];
    s->nearest[at].fits = fits;
    s->nearest[at].line = best->best_line;
    (void)snprintf(s->nearest[at].text, sizeof s->nearest[at].text, "layout %s: %s", layout,
                   best->why[0] == '\0' ? "no line looks like its header" : best->why);
}

static wdm_rc try_dialect(search *s, trial *t, wdm_dialect dialect, wdm_err *err)
{
    const wdm_reader_events events = {.user = t, .row = on_trial_row, .misfit = on_misfit, .known = s->known};
    const head *h = head_of(s, dialect);
    wdm_rc rc = WDM_OK;
    if (h->rc != WDM_OK && h->rc != WDM_E_DATA)
        return wdm_err_set(err, h->rc, "%s", h->why.text);
    rc = wdm_reader_rows(t->form, dialect, h->rows, h->n, &events, err);
    t->n_before = 0;
    if (rc != WDM_OK && rc != (wdm_rc)STOP)
        return rc;
    if (h->rc == WDM_E_DATA && !t->found && t->why[0] == '\0')
        (void)snprintf(t->why, sizeof t->why, "%.290s", h->why.text);
    return WDM_OK;
}

// Tries each delimiter that the form's files may have.
static wdm_rc try_form(search *s, trial *t, wdm_dialect *dialect, wdm_err *err)
{
    const size_t n = strlen(t->form->delimiters);
    for (size_t i = 0; i < n + t->form->ruler && !t->found; i++) {
        wdm_rc rc = WDM_OK;
        *dialect = (wdm_dialect){i < n ? t->form->delimiters[i] : '\0', t->form->quotes};
        rc = try_dialect(s, t, *dialect, err);
        if (rc != WDM_OK)
            return rc;
    }
    return WDM_OK;
}

// The first form of the layout that fits.
static wdm_rc try_layout(search *s, const wdm_layout *layout, wdm_err *err)
{
    trial best = {.form = NULL};
    for (size_t i = 0; i < layout->n_forms; i++) {
        trial t = {.form = &layout->forms[i]};
        wdm_dialect dialect = {',', true};
        wdm_rc rc = try_form(s, &t, &dialect, err);
        if (rc != WDM_OK)
            return rc;
        if (t.found) {
            wdm_buf_printf(&s->candidates, "%s%s", s->n_found == 0 ? "" : ", ", layout->name);
            if (s->n_found++ == 0)
                *s->found = (wdm_recognised){.layout = layout,
                                             .form = t.form,
                                             .dialect = dialect,
                                             .known = s->known,
                                             .header_line = t.line,
                                             .n_columns = t.n_columns,
                                             .n_unread = t.n_unread,
                                             .unit_by_layout = t.unit_by_layout,
                                             .numbers = {t.form->decimal, t.form->thousands},
                                             .dates = t.form->dates};
            return WDM_OK;
        }
        if (best.why[0] == '\0' || t.best_fits > best.best_fits)
            best = t;
    }
    note_misfit(s, layout->name, &best);
    return WDM_OK;
}

// A comma too many shifts the cells of a row; that is not to be taken for the empty cells that some programs
// write at the end of every row but the header. One row proves nothing.
static bool is_padded(search *s)
{
    const head *h = head_of(s, s->found->dialect);
    size_t width = 0;
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++) {
        const wdm_csv_row *row = &h->rows[i];
        if (row->line <= s->found->header_line) // of two header rows the wider one counts
            width = row->line == s->found->header_line || s->found->form->header_rows == 2
                        ? (row->n > width ? row->n : width)
                        : 0;
        else if (row->n == width)
            return false;
        else if (row->n > width)
            n++;
    }
    return n > 1;
}

static wdm_rc none_fits(const search *s, wdm_err *err)
{
    wdm_buf text = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&text, NAMES_MAX);
    for (size_t i = 0; i < s->n_nearest; i++)
        wdm_buf_printf(&text, "\n  %s", s->nearest[i].text);
    if (s->n_others > 0)
        wdm_buf_printf(&text, "\n  and %zu more layouts that fit no better; wdm layout try FILE shows each",
                       s->n_others);
    rc =
        wdm_err_set(err, WDM_E_DATA, "%s:%" PRIu64 ": the header fits no layout:%s", s->name,
                    s->n_nearest > 0 && s->nearest[0].line > 0 ? s->nearest[0].line : 1, wdm_buf_text(&text));
    wdm_buf_fini(&text);
    return rc;
}

wdm_rc wdm_recognise(const wdm_candidates *candidates, wdm_source *source, const char *name,
                     wdm_recognised *found, wdm_err *err)
{
    search *s = wdm_alloc(1, sizeof *s);
    const char *only = candidates->only;
    bool known = only == NULL;
    wdm_rc rc = WDM_OK;
    memset(found, 0, sizeof *found);
    if (s == NULL)
        return wdm_err_nomem(err);
    s->source = source;
    s->name = name;
    s->found = found;
    s->known = candidates->known;
    wdm_buf_init(&s->candidates, NAMES_MAX);
    for (size_t i = 0; i < candidates->n && rc == WDM_OK; i++) {
        if (only != NULL && strcmp(candidates->layouts[i].name, only) != 0)
            continue;
        known = true;
        rc = try_layout(s, &candidates->layouts[i], err);
    }
    if (rc == WDM_OK && !known)
        rc = wdm_err_set(err, WDM_E_USAGE, "--layout: \"%s\" is not a layout of config/layouts", only);
    else if (rc == WDM_OK && s->n_found == 0)
        rc = none_fits(s, err);
    else if (rc == WDM_OK && s->n_found > 1)
        rc = wdm_err_set(err, WDM_E_DATA,
                         "%s:%" PRIu64 ": the header fits several layouts: %s; choose one with --layout",
                         name, found->header_line, wdm_buf_text(&s->candidates));
    else if (rc == WDM_OK)
        found->padded = is_padded(s);
    wdm_buf_fini(&s->candidates);
    drop_heads(s);
    wdm_free(s);
    return rc;
}

// ---- what the whole file says about its cells

typedef struct evidence {
    uint64_t line; // 0: none
    char text[64];
} evidence;

typedef struct survey {
    const char *name;
    char thousands;
    bool slashed; // a date that has no fixed order stands in the file
    bool serial;  // a date is a serial number
    bool sure;    // a number with a sign that cannot be a thousands sign
    evidence point, comma, day_first, month_first;
} survey;

static void note(evidence *e, const wdm_record *record, const char *text)
{
    if (e->line != 0)
        return;
    e->line = record->line;
    (void)snprintf(e->text, sizeof e->text, "%.60s", text);
}

static void look_at_number(survey *s, const wdm_record *record, wdm_field field)
{
    const wdm_number_style point = {'.', s->thousands};
    const wdm_number_style comma = {',', s->thousands};
    const char *text = record->cells[field];
    double value = 0.0;
    bool reads_point = false;
    bool reads_comma = false;
    text += strspn(text, "<> ");
    if (text[0] == '\0')
        return;
    reads_point = wdm_number_parse_styled(text, point, &value) == WDM_NUMBER_OK;
    reads_comma = wdm_number_parse_styled(text, comma, &value) == WDM_NUMBER_OK;
    if (reads_point && !reads_comma)
        note(&s->point, record, text);
    if (reads_comma && !reads_point)
        note(&s->comma, record, text);
    s->sure = s->sure || (reads_point != reads_comma && wdm_number_evidence(text) != '?');
}

static void look_at_date(survey *s, const wdm_record *record, wdm_field field)
{
    const char *text = record->cells[field];
    wdm_when when = {0, -1};
    wdm_date_form form = WDM_DATE_ISO;
    wdm_when_verdict verdict = WDM_WHEN_OK;
    if (text[0] == '\0')
        return;
    switch (wdm_when_evidence(text)) {
    case WDM_DATES_DMY:
        note(&s->day_first, record, text);
        s->slashed = true;
        break;
    case WDM_DATES_MDY:
        note(&s->month_first, record, text);
        s->slashed = true;
        break;
    case WDM_DATES_UNKNOWN:
    case WDM_DATES_YMD:
        verdict = wdm_when_read(text, WDM_DATES_UNKNOWN, &when, &form);
        s->slashed = s->slashed || verdict == WDM_WHEN_AMBIGUOUS;
        s->serial = s->serial || (verdict == WDM_WHEN_OK && form == WDM_DATE_SERIAL);
        break;
    }
}

static wdm_rc on_survey_record(void *user, const wdm_record *record, wdm_err *err)
{
    static const wdm_field numbers[] = {
        WDM_FIELD_VALUE, WDM_FIELD_LOD,      WDM_FIELD_LOQ, WDM_FIELD_FLOW,          WDM_FIELD_POPULATION,
        WDM_FIELD_U_REL, WDM_FIELD_EXPECTED, WDM_FIELD_RT,  WDM_FIELD_TEMPERATURE_C, WDM_FIELD_PH};
    static const wdm_field dates[] = {WDM_FIELD_COLLECTED_START, WDM_FIELD_COLLECTED_END,
                                      WDM_FIELD_ANALYSED_AT,     WDM_FIELD_DATE,
                                      WDM_FIELD_PERIOD_START,    WDM_FIELD_PERIOD_END};
    survey *s = user;
    (void)err;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        look_at_number(s, record, numbers[i]);
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++)
        look_at_date(s, record, dates[i]);
    return WDM_OK;
}

static wdm_rc contradiction(const survey *s, const evidence *a, const evidence *b, const char *what,
                            wdm_err *err)
{
    return wdm_err_set(err, WDM_E_DATA,
                       "%s: the file contradicts itself: %s (\"%s\" in line %" PRIu64
                       ", \"%s\" in line %" PRIu64
                       "); correct the one that is wrong, or state it in the layout",
                       s->name, what, a->text, a->line, b->text, b->line);
}

// "31.500" in a file of semicolons is thirty-one thousand or thirty-one and a half; so is "31,500" in one of
// tabs. Where every number with a sign is like that, nobody knows, and the two differ by a thousand.
static wdm_rc decide_numbers(const survey *s, wdm_recognised *found, wdm_err *err)
{
    const char delimiter = found->dialect.delimiter;
    const evidence *e = s->comma.line != 0 ? &s->comma : &s->point;
    if (s->point.line != 0 && s->comma.line != 0)
        return contradiction(s, &s->point, &s->comma, "decimal points and decimal commas", err);
    if (e->line != 0 && !s->sure && s->thousands == '\0' && delimiter == (e == &s->comma ? '\t' : ';'))
        return wdm_err_set(err, WDM_E_DATA,
                           "%s: \"%s\" in line %" PRIu64
                           " has a decimal or a thousands sign, and no number of the file tells which; write "
                           "31500 or 31.50 or 31,50 throughout, or set decimal in the layout",
                           s->name, e->text, e->line);
    found->numbers.decimal = s->comma.line != 0 ? ',' : '.';
    found->numbers_by_evidence = s->comma.line != 0;
    return WDM_OK;
}

wdm_rc wdm_recognise_cells(wdm_recognised *found, wdm_date_order dates, wdm_source *source, const char *name,
                           wdm_err *err)
{
    survey s = {.name = name, .thousands = found->form->thousands};
    const wdm_reader_events events = {
        .user = &s, .record = on_survey_record, .known = found->known, .padded = found->padded};
    const bool ask_numbers = found->numbers.decimal == '\0' && found->dialect.delimiter != ',';
    const bool ask_dates = found->dates == WDM_DATES_UNKNOWN && dates == WDM_DATES_UNKNOWN;
    wdm_rc rc = WDM_OK;
    if (found->dates == WDM_DATES_UNKNOWN)
        found->dates = dates;
    if (!ask_numbers) // a file whose head has only dates of one reading is not read twice
        rc = wdm_reader_run(found->form, found->dialect, source, name, HEAD_BYTES, &events, err);
    if (rc == WDM_OK && (ask_numbers || (ask_dates && s.slashed)))
        rc = wdm_reader_run(found->form, found->dialect, source, name, 0, &events, err);
    if (rc != WDM_OK)
        return rc;
    found->serial_dates = s.serial;
    if (ask_numbers)
        rc = decide_numbers(&s, found, err);
    else if (found->numbers.decimal == '\0')
        found->numbers.decimal = '.';
    if (rc != WDM_OK)
        return rc;
    if (!ask_dates)
        return WDM_OK;
    if (s.day_first.line != 0 && s.month_first.line != 0)
        return contradiction(&s, &s.day_first, &s.month_first,
                             "dates with the day first and with the month first", err);
    if (s.day_first.line != 0)
        found->dates = WDM_DATES_DMY;
    if (s.month_first.line != 0)
        found->dates = WDM_DATES_MDY;
    found->dates_by_evidence = found->dates != WDM_DATES_UNKNOWN;
    return WDM_OK;
}
