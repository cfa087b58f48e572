// SPDX-License-Identifier: GPL-3.0-or-later
// What the lines between tables say, and the signatures of a form.
#include <string.h>

#include "base/mem.h"
#include "io/pattern.h"
#include "io/reader_parts.h"

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

void wdm_reader_refresh(wdm_reader *r)
{
    for (int f = 0; f < WDM_FIELD_N; f++) {
        const char *of_header = r->has_columns ? r->columns.fixed[f] : NULL;
        r->constants[f] = of_header != NULL       ? of_header
                          : r->context[f] != NULL ? r->context[f]
                                                  : or_empty(r->form->fixed[f]);
    }
}

static wdm_rc take_context(wdm_reader *r, const wdm_capture *captures, size_t n, wdm_err *err)
{
    for (size_t i = 0; i < n; i++) {
        const wdm_field field = wdm_field_of(captures[i].name, captures[i].name_len);
        char *text = NULL;
        if (field == WDM_FIELD_N)
            continue;
        text = wdm_alloc(captures[i].len + 1, 1);
        if (text == NULL)
            return wdm_err_nomem(err);
        memcpy(text, captures[i].text, captures[i].len);
        wdm_free(r->context[field]);
        r->context[field] = text;
    }
    return WDM_OK;
}

static void forget_context(wdm_reader *r, wdm_field field)
{
    wdm_free(r->context[field]);
    r->context[field] = NULL;
}

static bool names_field(const char *pattern, wdm_field field)
{
    wdm_capture names[WDM_READER_CAPTURES];
    const size_t n = wdm_pattern_names(pattern, names, WDM_READER_CAPTURES);
    for (size_t k = 0; k < n && k < WDM_READER_CAPTURES; k++) {
        if (wdm_field_of(names[k].name, names[k].name_len) == field)
            return true;
    }
    return false;
}

// Forgets what earlier lines of this kind said: "Sample Name: B   Sample ID:" must not leave the number of A.
// Patterns of one kind begin alike, up to their first brace. A line with a data file begins another
// injection: nothing of the last one holds.
static void forget_earlier(wdm_reader *r, const char *pattern)
{
    const size_t prefix = strcspn(pattern, "{");
    const bool begins = names_field(pattern, WDM_FIELD_DATA_FILE);
    for (size_t i = 0; i < r->form->context.n; i++) {
        const char *other = r->form->context.items[i];
        const bool alike = strcspn(other, "{") == prefix && strncmp(pattern, other, prefix) == 0;
        for (int f = 0; f < WDM_FIELD_N && (alike || begins); f++) {
            if (names_field(other, (wdm_field)f))
                forget_context(r, (wdm_field)f);
        }
    }
}

// Whether the line says something to the rows below; *is_context tells. The first pattern that matches
// counts.
wdm_rc wdm_reader_context(wdm_reader *r, const char *line, bool *is_context, wdm_err *err)
{
    wdm_capture captures[WDM_READER_CAPTURES];
    size_t n = 0;
    *is_context = false;
    for (size_t i = 0; i < r->form->context.n && !*is_context; i++) {
        if (!wdm_pattern_match(r->form->context.items[i], line, captures, WDM_READER_CAPTURES, &n))
            continue;
        *is_context = true;
        forget_earlier(r, r->form->context.items[i]);
        wdm_rc rc = take_context(r, captures, n, err);
        if (rc != WDM_OK)
            return rc;
    }
    if (*is_context)
        wdm_reader_refresh(r);
    return WDM_OK;
}

void wdm_reader_note_signature(wdm_reader *r, const char *line)
{
    for (size_t i = 0; i < r->form->signature.n && i < 8 * sizeof r->n_signed; i++) {
        if (wdm_glob_match(r->form->signature.items[i], line))
            r->n_signed |= (size_t)1 << i;
    }
}

bool wdm_reader_is_signed(const wdm_reader *r)
{
    for (size_t i = 0; i < r->form->signature.n && i < 8 * sizeof r->n_signed; i++) {
        if ((r->n_signed & (size_t)1 << i) == 0)
            return false;
    }
    return true;
}
