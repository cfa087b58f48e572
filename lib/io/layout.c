// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/layout.h"

#include <libconfig.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "io/text.h"

enum { NAME_MAX_BYTES = 256, DAYS_MAX = 16 };

static const char *const field_names[] = {
#define WDM_FIELD_NAME(id, name) name,
    WDM_FIELD_LIST(WDM_FIELD_NAME)
#undef WDM_FIELD_NAME
};

const char *wdm_field_name(wdm_field field)
{
    return field_names[field];
}

static wdm_field field_of(const char *name)
{
    for (int f = 0; f < WDM_FIELD_N; f++) {
        if (strcmp(field_names[f], name) == 0)
            return (wdm_field)f;
    }
    return WDM_FIELD_N;
}

typedef struct reader {
    wdm_layout *layout;
    const char *origin;
    wdm_err *err;
} reader;

static wdm_rc complain(const reader *r, const config_setting_t *at, const char *what, const char *value)
{
    return wdm_err_set(r->err, WDM_E_CONFIG, "%s:%u: %s: %s \"%s\"", r->origin,
                       at == NULL ? 0 : config_setting_source_line(at),
                       at == NULL || config_setting_name(at) == NULL ? "layout" : config_setting_name(at),
                       what, value);
}

static const char *keep(const reader *r, const char *text)
{
    return wdm_arena_strdup(&r->layout->arena, text);
}

static const char *keep_folded(const reader *r, const char *text)
{
    char folded[NAME_MAX_BYTES];
    if (!wdm_text_fold(text, folded, sizeof folded))
        return NULL;
    return keep(r, folded);
}

// columns = ( ["field", "header", ...], ... ): each field with the headers that it may have; its own name is
// one of them.
static wdm_rc read_columns(const reader *r, const config_setting_t *setting, wdm_form *form)
{
    size_t total = 0;
    for (int i = 0; i < config_setting_length(setting); i++)
        total += (size_t)config_setting_length(config_setting_get_elem(setting, (unsigned)i));
    form->columns = wdm_arena_alloc(&r->layout->arena, total, sizeof *form->columns);
    form->fields = wdm_arena_alloc(&r->layout->arena, total, sizeof *form->fields);
    if (form->columns == NULL || form->fields == NULL)
        return wdm_err_nomem(r->err);
    for (int i = 0; i < config_setting_length(setting); i++) {
        const config_setting_t *names = config_setting_get_elem(setting, (unsigned)i);
        const char *name = config_setting_get_string_elem(names, 0);
        const wdm_field field = name == NULL ? WDM_FIELD_N : field_of(name);
        if (field == WDM_FIELD_N)
            return complain(r, names, "unknown field", name == NULL ? "" : name);
        for (int k = 0; k < config_setting_length(names); k++) {
            const char *header = config_setting_get_string_elem(names, k);
            const char *folded = header == NULL ? NULL : keep_folded(r, header);
            if (folded == NULL)
                return complain(r, names, "not a column name", header == NULL ? "" : header);
            form->columns[form->n_columns] = (wdm_layout_pair){folded, field_names[field]};
            form->fields[form->n_columns++] = field;
        }
    }
    return WDM_OK;
}

static wdm_rc read_required(const reader *r, const config_setting_t *setting, wdm_form *form)
{
    for (int i = 0; setting != NULL && i < config_setting_length(setting); i++) {
        const char *name = config_setting_get_string_elem(setting, i);
        const wdm_field field = name == NULL ? WDM_FIELD_N : field_of(name);
        if (field == WDM_FIELD_N)
            return complain(r, setting, "unknown field", name == NULL ? "" : name);
        form->required[field] = true;
    }
    return WDM_OK;
}

static wdm_rc read_ignored(const reader *r, const config_setting_t *setting, wdm_form *form)
{
    const int n = setting == NULL ? 0 : config_setting_length(setting);
    form->ignored = wdm_arena_alloc(&r->layout->arena, (size_t)n, sizeof *form->ignored);
    if (form->ignored == NULL)
        return wdm_err_nomem(r->err);
    for (int i = 0; i < n; i++) {
        const char *name = config_setting_get_string_elem(setting, i);
        form->ignored[form->n_ignored] = name == NULL ? NULL : keep_folded(r, name);
        if (form->ignored[form->n_ignored++] == NULL)
            return complain(r, setting, "not a column name", name == NULL ? "" : name);
    }
    return WDM_OK;
}

// ( ["from", "to"], ... )
static wdm_rc read_pairs(const reader *r, const config_setting_t *setting, wdm_layout_pair **pairs,
                         size_t *n_pairs)
{
    const int n = setting == NULL ? 0 : config_setting_length(setting);
    *pairs = wdm_arena_alloc(&r->layout->arena, (size_t)n, sizeof **pairs);
    if (*pairs == NULL)
        return wdm_err_nomem(r->err);
    for (int i = 0; i < n; i++) {
        const config_setting_t *pair = config_setting_get_elem(setting, (unsigned)i);
        const char *from = config_setting_get_string_elem(pair, 0);
        const char *to = config_setting_get_string_elem(pair, 1);
        if (from == NULL || to == NULL)
            return complain(r, setting, "wants pairs [\"from\", \"to\"], not", from == NULL ? "" : from);
        (*pairs)[i] = (wdm_layout_pair){keep_folded(r, from), keep(r, to)};
        if ((*pairs)[i].from == NULL || (*pairs)[i].to == NULL)
            return wdm_err_nomem(r->err);
        *n_pairs = (size_t)i + 1;
    }
    return WDM_OK;
}

// ( ("Wednesday", 3), ... )
static wdm_rc read_days(const reader *r, const config_setting_t *setting, wdm_form *form)
{
    const int n = setting == NULL ? 0 : config_setting_length(setting);
    form->days = wdm_arena_alloc(&r->layout->arena, (size_t)n, sizeof *form->days);
    if (form->days == NULL)
        return wdm_err_nomem(r->err);
    for (int i = 0; i < n; i++) {
        const config_setting_t *pair = config_setting_get_elem(setting, (unsigned)i);
        const char *name = config_setting_get_string_elem(pair, 0);
        const int weekday = config_setting_get_int_elem(pair, 1);
        if (name == NULL || weekday < 1 || weekday > 7 || n > DAYS_MAX)
            return complain(r, setting, "wants (\"column\", weekday 1 to 7), not", name == NULL ? "" : name);
        form->days[form->n_days] = (wdm_layout_day){keep_folded(r, name), weekday};
        if (form->days[form->n_days++].column == NULL)
            return wdm_err_nomem(r->err);
    }
    return WDM_OK;
}

static wdm_rc read_fixed(const reader *r, const config_setting_t *setting, wdm_form *form)
{
    if (setting != NULL && !config_setting_is_group(setting))
        return complain(r, setting, "wants a group { field = \"text\"; }, not", "a list");
    for (int i = 0; setting != NULL && i < config_setting_length(setting); i++) {
        const config_setting_t *one = config_setting_get_elem(setting, (unsigned)i);
        const wdm_field field = field_of(config_setting_name(one));
        const char *text = config_setting_get_string(one);
        if (field == WDM_FIELD_N || text == NULL)
            return complain(r, one, "unknown field, or not a text:", config_setting_name(one));
        form->fixed[field] = keep(r, text);
        if (form->fixed[field] == NULL)
            return wdm_err_nomem(r->err);
    }
    return WDM_OK;
}

// Every setting of the group must be one of the n known ones.
static wdm_rc check_settings(const reader *r, const config_setting_t *group, const char *const *known,
                             size_t n)
{
    if (!config_setting_is_group(group))
        return complain(r, group, "wants a group { ... }, not", "a list or a value");
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *one = config_setting_get_elem(group, (unsigned)i);
        bool found = false;
        for (size_t k = 0; k < n && !found; k++)
            found = strcmp(config_setting_name(one), known[k]) == 0;
        if (!found)
            return complain(r, one, "unknown setting", config_setting_name(one));
    }
    return WDM_OK;
}

static wdm_rc read_form(const reader *r, const config_setting_t *group, wdm_form *form)
{
    static const char *const kinds[] = {"assay", "field", "load", "sites", "changes", "indicator"};
    const char *kind = "";
    int flag = 0;
    bool known = false;
    const config_setting_t *columns = config_setting_get_member(group, "columns");
    static const char *const known_settings[] = {
        "kind",         "columns",  "required", "ignored", "days",
        "nominal_week", "analytes", "regions",  "fixed",   "zero_is_below_limit",
        "add_sites"};
    wdm_rc rc = check_settings(r, group, known_settings, sizeof known_settings / sizeof known_settings[0]);
    if (rc != WDM_OK)
        return rc;
    (void)config_setting_lookup_string(group, "kind", &kind);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        if (strcmp(kind, kinds[k]) == 0) {
            form->kind = (wdm_form_kind)k;
            known = true;
        }
    }
    if (!known)
        return complain(r, group, "kind must be assay, field, load, sites, changes or indicator, not", kind);
    if (columns == NULL)
        return complain(r, group, "the setting is missing:", "columns");
    (void)config_setting_lookup_int(group, "nominal_week", &form->nominal_week);
    if (config_setting_lookup_bool(group, "zero_is_below_limit", &flag))
        form->zero_is_below_limit = flag != 0;
    if (config_setting_lookup_bool(group, "add_sites", &flag))
        form->add_sites = flag != 0;
    rc = read_columns(r, columns, form);
    if (rc == WDM_OK)
        rc = read_required(r, config_setting_get_member(group, "required"), form);
    if (rc == WDM_OK)
        rc = read_ignored(r, config_setting_get_member(group, "ignored"), form);
    if (rc == WDM_OK)
        rc = read_days(r, config_setting_get_member(group, "days"), form);
    if (rc == WDM_OK)
        rc = read_pairs(r, config_setting_get_member(group, "analytes"), &form->analytes, &form->n_analytes);
    if (rc == WDM_OK)
        rc = read_pairs(r, config_setting_get_member(group, "regions"), &form->regions, &form->n_regions);
    return rc == WDM_OK ? read_fixed(r, config_setting_get_member(group, "fixed"), form) : rc;
}

wdm_rc wdm_layout_parse(wdm_layout *layout, const char *name, const char *origin, const char *bytes,
                        wdm_err *err)
{
    config_t cfg;
    const reader r = {layout, origin, err};
    static const char *const top_settings[] = {"title", "forms"};
    const config_setting_t *forms = NULL;
    const char *text = "";
    wdm_rc rc = WDM_OK;
    memset(layout, 0, sizeof *layout);
    config_init(&cfg);
    if (config_read_string(&cfg, bytes) != CONFIG_TRUE) {
        rc = wdm_err_set(err, WDM_E_CONFIG, "%s:%d: %s", origin, config_error_line(&cfg),
                         config_error_text(&cfg));
        goto out;
    }
    layout->name = keep(&r, name);
    (void)config_lookup_string(&cfg, "title", &text);
    layout->title = keep(&r, text);
    rc = check_settings(&r, config_root_setting(&cfg), top_settings,
                        sizeof top_settings / sizeof top_settings[0]);
    if (rc != WDM_OK)
        goto out;
    forms = config_lookup(&cfg, "forms");
    if (layout->name == NULL || layout->title == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    if (forms == NULL || config_setting_length(forms) == 0) {
        rc = wdm_err_set(err, WDM_E_CONFIG, "%s: forms: the setting is missing", origin);
        goto out;
    }
    layout->n_forms = (size_t)config_setting_length(forms);
    layout->forms = wdm_arena_alloc(&layout->arena, layout->n_forms, sizeof *layout->forms);
    if (layout->forms == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    for (size_t i = 0; i < layout->n_forms && rc == WDM_OK; i++)
        rc = read_form(&r, config_setting_get_elem(forms, (unsigned)i), &layout->forms[i]);
out:
    config_destroy(&cfg);
    return rc;
}

void wdm_layout_fini(wdm_layout *layout)
{
    wdm_arena_fini(&layout->arena);
    memset(layout, 0, sizeof *layout);
}

static bool is_ignored(const wdm_form *form, const char *folded)
{
    for (size_t i = 0; i < form->n_ignored; i++) {
        if (strcmp(form->ignored[i], folded) == 0)
            return true;
    }
    return strcmp(folded, "wdm_reject_reason") == 0; // a rejects file is importable once it is corrected
}

// Puts one header cell in its place; false when the form does not know it, or it stands twice.
static bool place_header(const wdm_form *form, const char *folded, size_t at, wdm_layout_match *match,
                         bool *twice)
{
    *twice = false;
    for (size_t k = 0; k < form->n_columns; k++) {
        if (strcmp(form->columns[k].from, folded) != 0)
            continue;
        *twice = match->column[form->fields[k]] != SIZE_MAX;
        match->column[form->fields[k]] = at;
        return !*twice;
    }
    for (size_t k = 0; k < form->n_days; k++) {
        if (strcmp(form->days[k].column, folded) != 0)
            continue;
        *twice = match->day_column[k] != SIZE_MAX;
        match->day_column[k] = at;
        return !*twice;
    }
    return is_ignored(form, folded);
}

// Number of header cells that fit; -1 with the reason in err unless all fit and all required ones are there.
static bool match_form(const wdm_form *form, char *const *header, size_t n, wdm_layout_match *match,
                       size_t *fits, wdm_err *err)
{
    bool ok = true;
    *fits = 0;
    match->form = form;
    match->n_header = n;
    for (int f = 0; f < WDM_FIELD_N; f++)
        match->column[f] = SIZE_MAX;
    for (size_t k = 0; k < DAYS_MAX; k++)
        match->day_column[k] = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        char folded[NAME_MAX_BYTES];
        bool twice = false;
        if (wdm_text_fold(header[i], folded, sizeof folded) && place_header(form, folded, i, match, &twice)) {
            (*fits)++;
        } else if (ok) {
            ok = false;
            (void)wdm_err_set(err, WDM_E_DATA, "column %zu \"%s\" %s", i + 1, header[i],
                              twice ? "stands twice, or under two names" : "is not known to the layout");
        }
    }
    for (int f = 0; f < WDM_FIELD_N && ok; f++) {
        if (form->required[f] && match->column[f] == SIZE_MAX && form->fixed[f] == NULL) {
            ok = false;
            (void)wdm_err_set(err, WDM_E_DATA, "the column %s is missing", field_names[f]);
        }
    }
    for (size_t k = 0; k < form->n_days && ok; k++) {
        if (match->day_column[k] == SIZE_MAX) {
            ok = false;
            (void)wdm_err_set(err, WDM_E_DATA, "the column %s is missing", form->days[k].column);
        }
    }
    return ok;
}

wdm_rc wdm_layout_match_header(const wdm_layout *layout, char *const *header, size_t n,
                               wdm_layout_match *match, wdm_err *err)
{
    size_t best = 0;
    wdm_err nearest = {WDM_E_DATA, "the header fits none of the layout's forms"};
    for (size_t i = 0; i < layout->n_forms; i++) {
        size_t fits = 0;
        wdm_err why = {WDM_OK, ""};
        if (match_form(&layout->forms[i], header, n, match, &fits, &why))
            return WDM_OK;
        if (fits > best || i == 0) {
            best = fits;
            nearest = why;
        }
    }
    return wdm_err_set(err, WDM_E_DATA, "%s", nearest.text);
}

const char *wdm_layout_translate(const wdm_layout_pair *pairs, size_t n, const char *text)
{
    char folded[NAME_MAX_BYTES];
    if (n == 0 || !wdm_text_fold(text, folded, sizeof folded))
        return text;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(pairs[i].from, folded) == 0)
            return pairs[i].to;
    }
    return text;
}
