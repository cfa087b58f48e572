// SPDX-License-Identifier: GPL-3.0-or-later
// Reading layout files. Which setting goes where is a table; the readers know only shapes of settings.
#include "io/layout.h"

#include <libconfig.h>
#include <string.h>

#include "base/mem.h"
#include "io/pattern.h"
#include "io/text.h"

enum { NAME_MAX_BYTES = 256, DAYS_MAX = 7, CAPTURES_MAX = 4 }; // readers of patterns have room for four

static const char *const field_names[] = {
#define WDM_FIELD_NAME(id, name) name,
    WDM_FIELD_LIST(WDM_FIELD_NAME)
#undef WDM_FIELD_NAME
};

const char *wdm_field_name(wdm_field field)
{
    return field_names[field];
}

wdm_field wdm_field_of(const char *name, size_t len)
{
    for (int f = 0; f < WDM_FIELD_N; f++) {
        if (strlen(field_names[f]) == len && memcmp(field_names[f], name, len) == 0)
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

// ---- shapes of settings. Each reader fills what `to` points at.

typedef wdm_rc (*setting_fn)(const reader *r, const config_setting_t *setting, wdm_form *form, void *to);

static wdm_rc read_texts(const reader *r, const config_setting_t *setting, void *to, bool fold)
{
    wdm_layout_texts *texts = to;
    const int n = config_setting_length(setting);
    texts->items = wdm_arena_alloc(&r->layout->arena, (size_t)n, sizeof *texts->items);
    if (texts->items == NULL)
        return wdm_err_nomem(r->err);
    for (int i = 0; i < n; i++) {
        const char *text = config_setting_get_string_elem(setting, i);
        const char *kept = text == NULL ? NULL : fold ? keep_folded(r, text) : keep(r, text);
        if (kept == NULL)
            return complain(r, setting, "wants a list of texts, not", text == NULL ? "" : text);
        texts->items[texts->n++] = kept;
    }
    return WDM_OK;
}

static wdm_rc read_plain_texts(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    (void)form;
    return read_texts(r, setting, to, false);
}

static wdm_rc read_folded_texts(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    (void)form;
    return read_texts(r, setting, to, true);
}

// The fields that a pattern captures must be fields: what another name captures would be lost.
static wdm_rc check_captures(const reader *r, const config_setting_t *setting, const char *pattern)
{
    wdm_capture names[CAPTURES_MAX];
    const size_t n = wdm_pattern_names(pattern, names, CAPTURES_MAX);
    if (n > CAPTURES_MAX)
        return complain(r, setting, "captures too much:", pattern);
    for (size_t i = 0; i < n; i++) {
        if (wdm_field_of(names[i].name, names[i].name_len) == WDM_FIELD_N)
            return complain(r, setting, "captures what is no field:", pattern);
    }
    return WDM_OK;
}

static wdm_rc read_patterns(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    const wdm_layout_texts *patterns = to;
    wdm_rc rc = read_plain_texts(r, setting, form, to);
    for (size_t i = 0; rc == WDM_OK && i < patterns->n; i++)
        rc = check_captures(r, setting, patterns->items[i]);
    return rc;
}

// ( ["from", "to"], ... )
static wdm_rc read_pairs(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    wdm_layout_pairs *pairs = to;
    const int n = config_setting_length(setting);
    (void)form;
    pairs->items = wdm_arena_alloc(&r->layout->arena, (size_t)n, sizeof *pairs->items);
    if (pairs->items == NULL)
        return wdm_err_nomem(r->err);
    for (int i = 0; i < n; i++) {
        const config_setting_t *pair = config_setting_get_elem(setting, (unsigned)i);
        const char *from = config_setting_get_string_elem(pair, 0);
        const char *text = config_setting_get_string_elem(pair, 1);
        if (from == NULL || text == NULL)
            return complain(r, setting, "wants pairs [\"from\", \"to\"], not", from == NULL ? "" : from);
        pairs->items[i] = (wdm_layout_pair){keep_folded(r, from), keep(r, text)};
        if (pairs->items[i].from == NULL || pairs->items[i].to == NULL)
            return wdm_err_nomem(r->err);
        pairs->n++;
    }
    return WDM_OK;
}

// Pairs whose second text is one of a few words.
static wdm_rc read_words_of(const reader *r, const config_setting_t *setting, wdm_layout_pairs *pairs,
                            const char *const *words, size_t n)
{
    wdm_rc rc = read_pairs(r, setting, NULL, pairs);
    for (size_t i = 0; i < pairs->n && rc == WDM_OK; i++) {
        size_t k = 0;
        while (k < n && strcmp(words[k], pairs->items[i].to) != 0)
            k++;
        if (k == n)
            rc = complain(r, setting, "config/README.md lists what it may be; not", pairs->items[i].to);
    }
    return rc;
}

static wdm_rc read_states(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    static const char *const words[] = {"below_loq", "not_detected", "not_analysed", "above_range"};
    (void)form;
    return read_words_of(r, setting, to, words, sizeof words / sizeof words[0]);
}

static wdm_rc read_types(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    static const char *const words[] = {"sample", "blank",     "ccv",     "standard",
                                        "spike",  "duplicate", "left_out"};
    (void)form;
    return read_words_of(r, setting, to, words, sizeof words / sizeof words[0]);
}

// columns = ( ["field", "header", ...], ... ): each field with the headers that it may have; its own name is
// one of them.
static wdm_rc read_columns(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    size_t total = 0;
    (void)to;
    for (int i = 0; i < config_setting_length(setting); i++)
        total += (size_t)config_setting_length(config_setting_get_elem(setting, (unsigned)i));
    form->columns = wdm_arena_alloc(&r->layout->arena, total, sizeof *form->columns);
    if (form->columns == NULL)
        return wdm_err_nomem(r->err);
    for (int i = 0; i < config_setting_length(setting); i++) {
        const config_setting_t *names = config_setting_get_elem(setting, (unsigned)i);
        const char *name = config_setting_get_string_elem(names, 0);
        const wdm_field field = name == NULL ? WDM_FIELD_N : wdm_field_of(name, strlen(name));
        if (field == WDM_FIELD_N)
            return complain(r, names, "unknown field", name == NULL ? "" : name);
        for (int k = 0; k < config_setting_length(names); k++) {
            const char *header = config_setting_get_string_elem(names, k);
            const char *folded = header == NULL ? NULL : keep_folded(r, header);
            if (folded == NULL)
                return complain(r, names, "not a column name", header == NULL ? "" : header);
            form->columns[form->n_columns++] =
                (wdm_layout_column){field, folded, strchr(folded, '{') != NULL, k == 0};
            if (check_captures(r, names, folded) != WDM_OK)
                return WDM_E_CONFIG;
        }
    }
    return WDM_OK;
}

static wdm_rc read_required(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    (void)to;
    for (int i = 0; i < config_setting_length(setting); i++) {
        const char *name = config_setting_get_string_elem(setting, i);
        const wdm_field field = name == NULL ? WDM_FIELD_N : wdm_field_of(name, strlen(name));
        if (field == WDM_FIELD_N)
            return complain(r, setting, "unknown field", name == NULL ? "" : name);
        form->required[field] = true;
    }
    return WDM_OK;
}

// ( ["analyte", "{analyte} Results"], ... )
static wdm_rc read_groups(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    static const char *const roles[] = {"base", "analyte", "method", "sample", "qualifier", "skip"};
    const int n = config_setting_length(setting);
    (void)to;
    form->groups = wdm_arena_alloc(&r->layout->arena, (size_t)n, sizeof *form->groups);
    if (form->groups == NULL)
        return wdm_err_nomem(r->err);
    for (int i = 0; i < n; i++) {
        const config_setting_t *pair = config_setting_get_elem(setting, (unsigned)i);
        const char *role = config_setting_get_string_elem(pair, 0);
        const char *pattern = config_setting_get_string_elem(pair, 1);
        size_t k = 0;
        while (role != NULL && k < sizeof roles / sizeof roles[0] && strcmp(roles[k], role) != 0)
            k++;
        if (role == NULL || pattern == NULL || k == sizeof roles / sizeof roles[0])
            return complain(r, setting,
                            "wants [\"base|analyte|method|sample|qualifier|skip\", \"pattern\"], not",
                            role == NULL ? "" : role);
        form->groups[form->n_groups] = (wdm_layout_group){(wdm_group_role)k, keep(r, pattern)};
        if (form->groups[form->n_groups++].pattern == NULL)
            return wdm_err_nomem(r->err);
        if (check_captures(r, setting, pattern) != WDM_OK)
            return WDM_E_CONFIG;
    }
    return WDM_OK;
}

// ( ("Wednesday", 3), ... )
static wdm_rc read_days(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    const int n = config_setting_length(setting);
    (void)to;
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

static wdm_rc read_fixed(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    (void)to;
    if (!config_setting_is_group(setting))
        return complain(r, setting, "wants a group { field = \"text\"; }, not", "a list");
    for (int i = 0; i < config_setting_length(setting); i++) {
        const config_setting_t *one = config_setting_get_elem(setting, (unsigned)i);
        const char *name = config_setting_name(one);
        const wdm_field field = wdm_field_of(name, strlen(name));
        const char *text = config_setting_get_string(one);
        if (field == WDM_FIELD_N || text == NULL)
            return complain(r, one, "unknown field, or not a text:", name);
        form->fixed[field] = keep(r, text);
        if (form->fixed[field] == NULL)
            return wdm_err_nomem(r->err);
    }
    return WDM_OK;
}

static wdm_rc read_flag(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    (void)form;
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
        return complain(r, setting, "wants true or false, not", "another value");
    *(bool *)to = config_setting_get_bool(setting) != 0;
    return WDM_OK;
}

// A whole number of 0 to a million.
static wdm_rc read_count(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    const int value = config_setting_get_int(setting);
    (void)form;
    if (config_setting_type(setting) != CONFIG_TYPE_INT || value < 0 || value > 1000000)
        return complain(r, setting, "wants a whole number of 0 to 1000000, not", "another value");
    *(int *)to = value;
    return WDM_OK;
}

static wdm_rc read_delimiters(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    const char *text = config_setting_get_string(setting);
    (void)to;
    if (text == NULL || text[0] == '\0' || text[strspn(text, ",;\t|")] != '\0')
        return complain(r, setting, "wants one or more of , ; | and tab, not", text == NULL ? "" : text);
    form->delimiters = keep(r, text);
    return form->delimiters == NULL ? wdm_err_nomem(r->err) : WDM_OK;
}

// One of the words: its place in the list. -1: none of them.
static int word_of(const config_setting_t *setting, const char *const *words, size_t n)
{
    const char *text = config_setting_get_string(setting);
    for (size_t i = 0; text != NULL && i < n; i++) {
        if (strcmp(words[i], text) == 0)
            return (int)i;
    }
    return -1;
}

// The character that stands for a word in `codes`, which has one of each word.
static wdm_rc read_sign(const reader *r, const config_setting_t *setting, const char *const *words,
                        const char *codes, char *to)
{
    const int at = word_of(setting, words, strlen(codes));
    const char *text = config_setting_get_string(setting);
    if (at < 0)
        return complain(r, setting, "config/README.md lists what it may be; not", text == NULL ? "" : text);
    *to = codes[at] == '0' ? '\0' : codes[at];
    return WDM_OK;
}

static wdm_rc read_decimal(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    static const char *const words[] = {"auto", ".", ","};
    (void)form;
    return read_sign(r, setting, words, "0.,", to);
}

static wdm_rc read_thousands(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    static const char *const words[] = {"", ",", ".", " ", "'"};
    (void)form;
    return read_sign(r, setting, words, "0,. '", to);
}

static wdm_rc read_dates(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    static const char *const words[] = {"auto", "dmy", "mdy", "ymd"};
    const int at = word_of(setting, words, sizeof words / sizeof words[0]);
    (void)to;
    if (at < 0)
        return complain(r, setting, "wants auto, dmy, mdy or ymd, not", "another value");
    form->dates = (wdm_date_order)at;
    return WDM_OK;
}

static wdm_rc read_empty(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    static const char *const words[] = {"error", "left_out", "peak"};
    const int at = word_of(setting, words, sizeof words / sizeof words[0]);
    (void)to;
    if (at < 0)
        return complain(r, setting, "wants error, left_out or peak, not", "another value");
    form->empty = (wdm_empty_cell)at;
    return WDM_OK;
}

static wdm_rc read_others(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    static const char *const words[] = {"refuse", "ignore"};
    const int at = word_of(setting, words, sizeof words / sizeof words[0]);
    (void)form;
    if (at < 0)
        return complain(r, setting, "wants refuse or ignore, not", "another value");
    *(bool *)to = at == 1;
    return WDM_OK;
}

static wdm_rc read_duplicates(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    static const char *const words[] = {"refuse", "first"};
    const int at = word_of(setting, words, sizeof words / sizeof words[0]);
    (void)form;
    if (at < 0)
        return complain(r, setting, "wants refuse or first, not", "another value");
    *(bool *)to = at == 1;
    return WDM_OK;
}

static wdm_rc read_kind(const reader *r, const config_setting_t *setting, wdm_form *form, void *to)
{
    static const char *const kinds[] = {"assay", "field", "load", "sites", "changes", "indicator"};
    const int at = word_of(setting, kinds, sizeof kinds / sizeof kinds[0]);
    const char *text = config_setting_get_string(setting);
    (void)to;
    if (at < 0)
        return complain(r, setting, "kind must be assay, field, load, sites, changes or indicator, not",
                        text == NULL ? "" : text);
    form->kind = (wdm_form_kind)at;
    return WDM_OK;
}

typedef struct setting_row {
    const char *name;
    setting_fn read;
    size_t offset; // of the member that it fills; 0 where the reader knows
} setting_row;

#define AT(member) offsetof(wdm_form, member)
static const setting_row settings[] = {
    {"kind", read_kind, 0},
    {"delimiters", read_delimiters, 0},
    {"quotes", read_flag, AT(quotes)},
    {"ruler", read_flag, AT(ruler)},
    {"decimal", read_decimal, AT(decimal)},
    {"thousands", read_thousands, AT(thousands)},
    {"dates", read_dates, 0},
    {"preamble", read_count, AT(preamble)},
    {"header_rows", read_count, AT(header_rows)},
    {"short_rows", read_flag, AT(short_rows)},
    {"signature", read_plain_texts, AT(signature)},
    {"context", read_patterns, AT(context)},
    {"ends", read_plain_texts, AT(ends)},
    {"leave_out", read_plain_texts, AT(leave_out)},
    {"leave_out_where", read_pairs, AT(leave_out_where)},
    {"columns", read_columns, 0},
    {"required", read_required, 0},
    {"own_names", read_flag, AT(own_names)},
    {"ignored", read_folded_texts, AT(ignored)},
    {"other_columns", read_others, AT(ignore_others)},
    {"duplicates", read_duplicates, AT(first_of_duplicates)},
    {"groups", read_groups, 0},
    {"value_columns", read_patterns, AT(value_columns)},
    {"value_units", read_pairs, AT(value_units)},
    {"days", read_days, 0},
    {"empty", read_empty, 0},
    {"manual_marks", read_plain_texts, AT(manual_marks)},
    {"no_peak", read_folded_texts, AT(no_peak)},
    {"words", read_states, AT(words)},
    {"sample_types", read_types, AT(sample_types)},
    {"sample_names", read_types, AT(sample_names)},
    {"internal_standards", read_plain_texts, AT(internal_standards)},
    {"qualifiers", read_patterns, AT(qualifiers)},
    {"quantifiers", read_patterns, AT(quantifiers)},
    {"sample_ids", read_patterns, AT(sample_ids)},
    {"analytes", read_pairs, AT(analytes)},
    {"regions", read_pairs, AT(regions)},
    {"fixed", read_fixed, 0},
    {"nominal_week", read_count, AT(nominal_week)},
    {"zero_is_below_limit", read_flag, AT(zero_is_below_limit)},
    {"add_sites", read_flag, AT(add_sites)},
};

static wdm_rc read_form(const reader *r, const config_setting_t *group, wdm_form *form)
{
    form->delimiters = ",;\t";
    form->quotes = true;
    form->own_names = true;
    form->header_rows = 1;
    if (!config_setting_is_group(group))
        return complain(r, group, "wants a group { ... }, not", "a list or a value");
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *one = config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(one);
        size_t k = 0;
        wdm_rc rc = WDM_OK;
        while (k < sizeof settings / sizeof settings[0] && strcmp(settings[k].name, name) != 0)
            k++;
        if (k == sizeof settings / sizeof settings[0])
            return complain(r, one, "unknown setting", name);
        rc = settings[k].read(r, one, form, (char *)form + settings[k].offset);
        if (rc != WDM_OK)
            return rc;
    }
    if (form->ignore_others && config_setting_get_member(group, "own_names") == NULL)
        form->own_names = false; // such a form would fit too much
    if (config_setting_get_member(group, "kind") == NULL)
        return complain(r, group, "the setting is missing:", "kind");
    if (form->n_columns == 0)
        return complain(r, group, "the setting is missing:", "columns");
    if (form->header_rows < 1 || form->header_rows > 2 || (form->header_rows == 2) != (form->n_groups > 0))
        return complain(r, group, "header_rows must be 1, or 2 with groups; it is",
                        form->header_rows == 2 ? "2" : "another");
    return WDM_OK;
}

wdm_rc wdm_layout_parse(wdm_layout *layout, const char *name, const char *origin, const char *bytes,
                        wdm_err *err)
{
    config_t cfg;
    const reader r = {layout, origin, err};
    const config_setting_t *root = NULL;
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
    root = config_root_setting(&cfg);
    for (int i = 0; i < config_setting_length(root) && rc == WDM_OK; i++) {
        const config_setting_t *one = config_setting_get_elem(root, (unsigned)i);
        if (strcmp(config_setting_name(one), "title") != 0 && strcmp(config_setting_name(one), "forms") != 0)
            rc = complain(&r, one, "unknown setting", config_setting_name(one));
    }
    if (rc != WDM_OK)
        goto out;
    layout->name = keep(&r, name);
    (void)config_lookup_string(&cfg, "title", &text);
    layout->title = keep(&r, text);
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

// ---- look-ups

const char *wdm_layout_lookup(const wdm_layout_pairs *pairs, const char *text)
{
    char folded[NAME_MAX_BYTES];
    if (pairs->n == 0 || !wdm_text_fold(text, folded, sizeof folded))
        return NULL;
    for (size_t i = 0; i < pairs->n; i++) {
        if (strcmp(pairs->items[i].from, folded) == 0)
            return pairs->items[i].to;
    }
    return NULL;
}

const char *wdm_layout_translate(const wdm_layout_pairs *pairs, const char *text)
{
    const char *to = wdm_layout_lookup(pairs, text);
    return to == NULL ? text : to;
}

bool wdm_layout_holds(const wdm_layout_texts *texts, const char *text)
{
    char folded[NAME_MAX_BYTES];
    if (texts->n == 0 || !wdm_text_fold(text, folded, sizeof folded))
        return false;
    for (size_t i = 0; i < texts->n; i++) {
        if (strcmp(texts->items[i], folded) == 0)
            return true;
    }
    return false;
}

bool wdm_layout_globs(const wdm_layout_texts *globs, const char *text)
{
    for (size_t i = 0; i < globs->n; i++) {
        if (wdm_glob_match(globs->items[i], text))
            return true;
    }
    return false;
}
