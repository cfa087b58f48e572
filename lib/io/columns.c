// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/columns.h"

#include <string.h>

#include "base/mem.h"
#include "io/pattern.h"
#include "io/text.h"

enum { NAME_MAX_BYTES = 512, CAPTURES_MAX = 4 };

typedef struct matcher {
    wdm_columns *columns;
    const wdm_form *form;
    const wdm_known *known;
    size_t *fits;
    wdm_err *err;
} matcher;

static wdm_rc misfit(const matcher *m, size_t at, const char *header, const char *what)
{
    return wdm_err_set(m->err, WDM_E_DATA, "column %zu \"%s\" %s", at + 1, header, what);
}

static wdm_rc add(wdm_column_list *list, wdm_column column, wdm_err *err)
{
    wdm_rc rc = wdm_grow(&list->items, &list->cap, list->n + 1, sizeof *list->items, err);
    if (rc == WDM_OK)
        list->items[list->n++] = column;
    return rc;
}

static wdm_column *find(const wdm_column_list *list, wdm_field field)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->items[i].field == field)
            return &list->items[i];
    }
    return NULL;
}

static wdm_rc new_group(const matcher *m, const char *label, wdm_column_group **out)
{
    wdm_columns *c = m->columns;
    wdm_rc rc = wdm_grow(&c->groups, &c->groups_cap, c->n_groups + 1, sizeof *c->groups, m->err);
    if (rc != WDM_OK)
        return rc;
    *out = &c->groups[c->n_groups++];
    memset(*out, 0, sizeof **out);
    (*out)->label = wdm_arena_strdup(&c->arena, label);
    return (*out)->label == NULL ? wdm_err_nomem(m->err) : WDM_OK;
}

// Keeps the captures of a header pattern that name fields.
static wdm_rc keep_captures(const matcher *m, const wdm_capture *captures, size_t n, const char **fixed)
{
    for (size_t i = 0; i < n; i++) {
        const wdm_field field = wdm_field_of(captures[i].name, captures[i].name_len);
        if (field == WDM_FIELD_N)
            continue;
        fixed[field] = wdm_arena_strndup(&m->columns->arena, captures[i].text, captures[i].len);
        if (fixed[field] == NULL)
            return wdm_err_nomem(m->err);
    }
    return WDM_OK;
}

// The column of the form that has this header: an exact name goes before a pattern. NULL: none.
static const wdm_layout_column *column_of(const wdm_form *form, const char *folded, wdm_capture *captures,
                                          size_t *n)
{
    *n = 0;
    for (size_t k = 0; k < form->n_columns; k++) {
        if (!form->columns[k].is_pattern && (form->own_names || !form->columns[k].is_own_name) &&
            strcmp(form->columns[k].header, folded) == 0)
            return &form->columns[k];
    }
    for (size_t k = 0; k < form->n_columns; k++) {
        if (form->columns[k].is_pattern &&
            wdm_pattern_match(form->columns[k].header, folded, captures, CAPTURES_MAX, n))
            return &form->columns[k];
    }
    *n = 0;
    return NULL;
}

// Where the columns at hand go, and what their group is.
typedef struct place {
    wdm_column_list *list;
    const char **fixed;
    wdm_group_role role;
} place;

// Whether a column of such a group may be the field. A method says what is expected and the limits, its "RT"
// is none of a peak; "Name" in a sample's group is the sample's and not the compound's.
static bool may_be(wdm_group_role role, wdm_field field)
{
    if (role == WDM_GROUP_METHOD)
        return field == WDM_FIELD_EXPECTED || field == WDM_FIELD_UNIT || field == WDM_FIELD_LOD ||
               field == WDM_FIELD_LOQ;
    return role != WDM_GROUP_SAMPLE || field != WDM_FIELD_ANALYTE;
}

// Forgets what the header said that no longer counts, e.g. the unit of its concentration.
static void forget_captures(const wdm_form *form, size_t rank, const char **fixed)
{
    wdm_capture names[CAPTURES_MAX];
    size_t n = 0;
    if (rank == SIZE_MAX) // a header that was a unit
        fixed[WDM_FIELD_UNIT] = NULL;
    else if (form->columns[rank].is_pattern)
        n = wdm_pattern_names(form->columns[rank].header, names, CAPTURES_MAX);
    for (size_t i = 0; i < n && i < CAPTURES_MAX; i++) {
        const wdm_field field = wdm_field_of(names[i].name, names[i].name_len);
        if (field != WDM_FIELD_N)
            fixed[field] = NULL;
    }
}

// Puts a column that the form names into the list. *known is false when the form does not name it, or names
// another column of the file first.
static wdm_rc place_named(const matcher *m, const char *header, size_t at, place to, bool *known)
{
    char folded[NAME_MAX_BYTES];
    wdm_capture captures[CAPTURES_MAX];
    size_t n = 0;
    const wdm_layout_column *column = NULL;
    wdm_column *before = NULL;
    wdm_rc rc = WDM_OK;
    if (wdm_text_fold(header, folded, sizeof folded))
        column = column_of(m->form, folded, captures, &n);
    *known = column != NULL && may_be(to.role, column->field);
    if (!*known)
        return WDM_OK;
    const wdm_column here = {column->field, at, (size_t)(column - m->form->columns)};
    before = find(to.list, column->field);
    if (before != NULL) {
        const bool twice = before->rank == here.rank;
        if (twice ? !m->form->first_of_duplicates : !m->form->ignore_others)
            return misfit(m, at, header, "stands twice, or under two names");
        *known = !twice && here.rank < before->rank;
        if (!*known)
            return WDM_OK;
        forget_captures(m->form, before->rank, to.fixed);
        *before = here;
        m->columns->n_unread++; // the one that it replaces
    } else {
        rc = add(to.list, here, m->err);
    }
    (*m->fits)++;
    return rc == WDM_OK ? keep_captures(m, captures, n, to.fixed) : rc;
}

// A header that is the unit of the values ("ng/mL" in place of "Conc.").
static wdm_rc place_unit(const matcher *m, const char *header, size_t at, place to, bool *known)
{
    const char *unit = wdm_layout_lookup(&m->form->value_units, header);
    *known = unit != NULL && find(to.list, WDM_FIELD_VALUE) == NULL;
    if (!*known)
        return WDM_OK;
    (*m->fits)++;
    to.fixed[WDM_FIELD_UNIT] = unit;
    return add(to.list, (wdm_column){WDM_FIELD_VALUE, at, SIZE_MAX}, m->err);
}

static bool is_ignored(const wdm_form *form, const char *header)
{
    char folded[NAME_MAX_BYTES];
    if (!wdm_text_fold(header, folded, sizeof folded))
        return false;
    if (strcmp(folded, "wdm_reject_reason") == 0) // a rejects file is importable once it is corrected
        return true;
    return wdm_layout_globs(&form->ignored, folded);
}

static bool is_value_column(const matcher *m, const char *pattern, const char *header, wdm_capture *captures,
                            size_t *n)
{
    if (strcmp(pattern, "{analyte}") == 0 &&
        (m->known->is_analyte == NULL || !m->known->is_analyte(m->known->user, header)))
        return false;
    return wdm_pattern_match(pattern, header, captures, CAPTURES_MAX, n);
}

// A column by weekday, or of an analyte that its header names.
static wdm_rc place_value(const matcher *m, const char *header, size_t at, bool *known)
{
    char folded[NAME_MAX_BYTES];
    const wdm_form *form = m->form;
    wdm_column_group *group = NULL;
    wdm_capture captures[CAPTURES_MAX];
    size_t n = 0;
    int weekday = 0;
    wdm_rc rc = WDM_OK;
    *known = false;
    if (header[0] == '\0' || !wdm_text_fold(header, folded, sizeof folded))
        return WDM_OK;
    for (size_t k = 0; k < form->n_days; k++) {
        if (strcmp(form->days[k].column, folded) == 0)
            weekday = form->days[k].weekday;
    }
    *known = weekday != 0;
    for (size_t k = 0; k < form->value_columns.n && !*known; k++)
        *known = is_value_column(m, form->value_columns.items[k], header, captures, &n);
    if (!*known)
        return WDM_OK;
    for (size_t g = 0; g < m->columns->n_groups; g++) {
        const wdm_column_group *other = &m->columns->groups[g];
        if (weekday != 0 ? other->weekday == weekday : strcmp(other->label, header) == 0)
            return misfit(m, at, header, "stands twice");
    }
    (*m->fits)++;
    rc = new_group(m, header, &group);
    if (rc == WDM_OK)
        rc = add(&group->columns, (wdm_column){WDM_FIELD_VALUE, at, 0}, m->err);
    if (rc == WDM_OK)
        group->weekday = weekday;
    return rc == WDM_OK ? keep_captures(m, captures, weekday == 0 ? n : 0, group->fixed) : rc;
}

static wdm_rc match_one_row(const matcher *m, char *const *header, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool known = false;
        const place base = {&m->columns->base, m->columns->fixed, WDM_GROUP_BASE};
        wdm_rc rc = place_named(m, header[i], i, base, &known);
        if (rc == WDM_OK && !known)
            rc = place_unit(m, header[i], i, base, &known);
        if (rc == WDM_OK && !known)
            known = is_ignored(m->form, header[i]);
        if (rc == WDM_OK && !known)
            rc = place_value(m, header[i], i, &known);
        if (rc == WDM_OK && !known && !m->form->ignore_others)
            rc = misfit(m, i, header[i], "is not known to the layout");
        if (rc != WDM_OK)
            return rc;
        m->columns->n_unread += !known;
    }
    return WDM_OK;
}

// ---- group headers over column headers

typedef struct group_state {
    wdm_group_role role;
    wdm_column_group *open; // of the columns at hand; NULL: base, or not read
    const char *first;      // the column header with which the first sample's group began
    bool method_only;       // the open group has so far only what its method says
} group_state;

static bool is_same_analyte(const wdm_column_group *group, const wdm_capture *captures, size_t n)
{
    const char *name = group->fixed[WDM_FIELD_ANALYTE];
    return name != NULL && n > 0 && strlen(name) == captures[0].len &&
           memcmp(name, captures[0].text, captures[0].len) == 0;
}

// Whether the group goes on with one that is there: results after their method, a method after its results,
// another group of the same sample.
static bool goes_on(const matcher *m, const char *header, const wdm_capture *captures, size_t n,
                    group_state *state)
{
    wdm_columns *c = m->columns;
    wdm_column_group *last = c->n_groups == 0 ? NULL : &c->groups[c->n_groups - 1];
    if (state->role == WDM_GROUP_SAMPLE) {
        // one sample may have several groups of one name; the next begins where its first column comes again
        const bool same = state->first != NULL && state->open != NULL && strcmp(state->first, header) != 0;
        if (state->first == NULL)
            state->first = header;
        return same;
    }
    if (last == NULL || !is_same_analyte(last, captures, n) ||
        (state->role == WDM_GROUP_ANALYTE && !state->method_only))
        return false;
    state->open = last;
    return true;
}

// A group header is of a pattern, or of a glob where nothing is captured.
static bool is_group(const wdm_layout_group *group, const char *top, wdm_capture *captures, size_t *n)
{
    *n = 0;
    if (strchr(group->pattern, '{') == NULL)
        return wdm_glob_match(group->pattern, top);
    return wdm_pattern_match(group->pattern, top, captures, CAPTURES_MAX, n);
}

static wdm_rc open_group(const matcher *m, const char *top, const char *header, group_state *state)
{
    wdm_capture captures[CAPTURES_MAX];
    size_t n = 0;
    size_t k = 0;
    wdm_rc rc = WDM_OK;
    while (k < m->form->n_groups && !is_group(&m->form->groups[k], top, captures, &n))
        k++;
    if (k == m->form->n_groups)
        return wdm_err_set(m->err, WDM_E_DATA, "the group header \"%s\" is not known to the layout", top);
    state->role = m->form->groups[k].role;
    if (state->role != WDM_GROUP_ANALYTE && state->role != WDM_GROUP_SAMPLE &&
        state->role != WDM_GROUP_METHOD) {
        state->open = NULL;
        return WDM_OK;
    }
    if (!goes_on(m, header, captures, n, state)) {
        rc = new_group(m, top, &state->open);
        if (rc == WDM_OK)
            rc = keep_captures(m, captures, n, state->open->fixed);
        state->method_only = state->role == WDM_GROUP_METHOD;
    }
    state->method_only = state->method_only && state->role == WDM_GROUP_METHOD;
    return rc;
}

// One column under the group at hand.
static wdm_rc match_in_group(const matcher *m, const char *header, size_t at, const group_state *state)
{
    wdm_column_group *group = state->open;
    const place to = group == NULL ? (place){&m->columns->base, m->columns->fixed, state->role}
                                   : (place){&group->columns, group->fixed, state->role};
    bool known = false;
    wdm_rc rc = WDM_OK;
    if (header[0] == '\0' || is_ignored(m->form, header))
        return WDM_OK;
    rc = place_named(m, header, at, to, &known);
    if (rc == WDM_OK && !known)
        rc = place_unit(m, header, at, to, &known);
    if (rc == WDM_OK && !known && !m->form->ignore_others)
        rc = misfit(m, at, header, "is not known to the layout");
    m->columns->n_unread += !known;
    return rc;
}

static wdm_rc match_two_rows(const matcher *m, char *const *top, char *const *header, size_t n)
{
    group_state state = {.role = WDM_GROUP_BASE};
    for (size_t i = 0; i < n; i++) {
        wdm_rc rc = WDM_OK;
        if (top[i][0] != '\0' && strcmp(header[i], "wdm_reject_reason") != 0)
            rc = open_group(m, top[i], header[i], &state);
        if (rc == WDM_OK && (state.role == WDM_GROUP_QUALIFIER || state.role == WDM_GROUP_SKIP))
            m->columns->n_unread++;
        else if (rc == WDM_OK)
            rc = match_in_group(m, header[i], i, &state);
        if (rc != WDM_OK)
            return rc;
    }
    for (size_t g = 0; g < m->columns->n_groups; g++) {
        if (m->columns->groups[g].columns.n > 0)
            return WDM_OK;
    }
    return wdm_err_set(m->err, WDM_E_DATA, "no group header names an analyte or a sample");
}

// ---- the whole

bool wdm_columns_have(const wdm_columns *columns, wdm_field field)
{
    if (find(&columns->base, field) != NULL || columns->fixed[field] != NULL ||
        (columns->form->fixed[field] != NULL && columns->form->fixed[field][0] != '\0'))
        return true;
    for (size_t g = 0; g < columns->n_groups; g++) {
        if (find(&columns->groups[g].columns, field) != NULL || columns->groups[g].fixed[field] != NULL)
            return true;
    }
    return false;
}

// Whether lines between the tables may say the field. Where none does, the rows are refused for what they
// lack.
static bool is_of_context(const wdm_form *form, wdm_field field)
{
    for (size_t i = 0; i < form->context.n; i++) {
        wdm_capture names[CAPTURES_MAX];
        const size_t n = wdm_pattern_names(form->context.items[i], names, CAPTURES_MAX);
        for (size_t k = 0; k < n && k < CAPTURES_MAX; k++) {
            if (wdm_field_of(names[k].name, names[k].name_len) == field)
                return true;
        }
    }
    return false;
}

static wdm_rc check_required(const matcher *m)
{
    size_t n_days = 0;
    for (int f = 0; f < WDM_FIELD_N; f++) {
        if (m->form->required[f] && !wdm_columns_have(m->columns, (wdm_field)f) &&
            !is_of_context(m->form, (wdm_field)f))
            return wdm_err_set(m->err, WDM_E_DATA, "the column %s is missing", wdm_field_name((wdm_field)f));
    }
    for (size_t g = 0; g < m->columns->n_groups; g++)
        n_days += m->columns->groups[g].weekday != 0;
    for (size_t k = 0; k < m->form->n_days && n_days < m->form->n_days; k++) {
        bool found = false;
        for (size_t g = 0; g < m->columns->n_groups; g++)
            found = found || m->columns->groups[g].weekday == m->form->days[k].weekday;
        if (!found)
            return wdm_err_set(m->err, WDM_E_DATA, "the column %s is missing", m->form->days[k].column);
    }
    return WDM_OK;
}

static void find_where(wdm_columns *columns, char *const *header, size_t n)
{
    const wdm_layout_pairs *where = &columns->form->leave_out_where;
    for (size_t k = 0; k < where->n; k++) {
        columns->where[k] = SIZE_MAX;
        for (size_t i = 0; i < n && columns->where[k] == SIZE_MAX; i++) {
            char folded[NAME_MAX_BYTES];
            if (wdm_text_fold(header[i], folded, sizeof folded) && strcmp(folded, where->items[k].from) == 0)
                columns->where[k] = i;
        }
    }
}

wdm_rc wdm_columns_match(wdm_columns *columns, const wdm_form *form, const wdm_header *header,
                         const wdm_known *known, size_t *fits, wdm_err *err)
{
    const matcher m = {columns, form, known, fits, err};
    wdm_column_group *only = NULL;
    wdm_rc rc = WDM_OK;
    memset(columns, 0, sizeof *columns);
    columns->form = form;
    columns->n_header = header->n;
    *fits = 0;
    if (header->n < 2)
        return wdm_err_set(err, WDM_E_DATA, "the line is one cell and no row of column names");
    columns->where = wdm_arena_alloc(&columns->arena, form->leave_out_where.n, sizeof *columns->where);
    if (columns->where == NULL)
        return wdm_err_nomem(err);
    find_where(columns, header->cells, header->n);
    rc = header->top == NULL ? match_one_row(&m, header->cells, header->n)
                             : match_two_rows(&m, header->top, header->cells, header->n);
    if (rc == WDM_OK && columns->n_groups == 0 && form->value_columns.n > 0)
        return wdm_err_set(err, WDM_E_DATA, "no column is named by an analyte");
    if (rc == WDM_OK && columns->n_groups == 0)
        rc = new_group(&m, "value", &only);
    return rc == WDM_OK ? check_required(&m) : rc;
}

void wdm_columns_fini(wdm_columns *columns)
{
    for (size_t g = 0; g < columns->n_groups; g++)
        wdm_free(columns->groups[g].columns.items);
    wdm_free(columns->groups);
    wdm_free(columns->base.items);
    wdm_arena_fini(&columns->arena);
    memset(columns, 0, sizeof *columns);
}
