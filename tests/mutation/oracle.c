// SPDX-License-Identifier: GPL-3.0-or-later
#include "oracle.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpus.h"

void subject_fail(subject *s, const char *fmt, ...)
{
    va_list args;
    if (s->reason[0] != '\0')
        return;
    va_start(args, fmt);
    (void)vsnprintf(s->reason, sizeof s->reason, fmt, args);
    va_end(args);
}

void subject_fini(subject *s)
{
    free(s->bytes);
    free(s->text);
    if (s->has_cells)
        table_fini(&s->cells);
}

// ---- the object

static int64_t count_of(subject *s, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        subject_fail(s, "the object has no count \"%s\"", name);
        return 0;
    }
    return (int64_t)json_integer_value(value);
}

static void text_of(subject *s, const json_t *object, const char *name, char *out, size_t cap)
{
    const char *text = json_string_value(json_object_get(object, name));
    if (text == NULL)
        subject_fail(s, "the object has no text \"%s\"", name);
    (void)snprintf(out, cap, "%s", text == NULL ? "" : text);
}

static int64_t sum_of(const json_t *object, const char *name, const char *key, int64_t *of_key)
{
    json_t *inner = json_object_get(object, name);
    int64_t sum = 0;
    const char *k = NULL;
    json_t *value = NULL;
    json_object_foreach(inner, k, value)
    {
        sum += (int64_t)json_integer_value(value);
        if (key != NULL && strcmp(k, key) == 0)
            *of_key += (int64_t)json_integer_value(value);
    }
    return sum;
}

static void check_sums(subject *s, int64_t reasons, int64_t left_out)
{
    if (s->rows != s->stored + s->same + s->corrected + s->conflict + s->rejected + s->left_out)
        subject_fail(s,
                     "rows %ld are not stored %ld + same %ld + corrected %ld + conflict %ld + rejected %ld + "
                     "left out %ld",
                     (long)s->rows, (long)s->stored, (long)s->same, (long)s->corrected, (long)s->conflict,
                     (long)s->rejected, (long)s->left_out);
    if (strcmp(s->status, "duplicate") == 0)
        return; // counts of the first time; reasons are in the store
    if (reasons != s->bad)
        subject_fail(s, "reasons count %ld rows, bad is %ld", (long)reasons, (long)s->bad);
    if (left_out != s->left_out)
        subject_fail(s, "reasons of rows left out count %ld, left_out is %ld", (long)left_out,
                     (long)s->left_out);
    if (strcmp(s->status, "refused") == 0 && s->stored + s->same + s->corrected > 0)
        subject_fail(s, "refused, and %ld rows stored", (long)(s->stored + s->same + s->corrected));
    if (strcmp(s->status, "stored") == 0 && s->bad > 0)
        subject_fail(s, "stored, and %ld rows bad", (long)s->bad);
    if (strcmp(s->status, "partial") == 0 && s->bad != s->conflict + s->rejected)
        subject_fail(s, "bad %ld is not conflict %ld + rejected %ld", (long)s->bad, (long)s->conflict,
                     (long)s->rejected);
}

bool oracle_take_object(subject *s, const char *line, size_t len)
{
    json_error_t wrong;
    json_t *object = json_loadb(line, len, 0, &wrong);
    char file[256] = "";
    if (!json_is_object(object)) {
        subject_fail(s, "no JSON object: %s", wrong.text);
        json_decref(object);
        return false;
    }
    text_of(s, object, "file", file, sizeof file);
    text_of(s, object, "layout", s->layout, sizeof s->layout);
    text_of(s, object, "encoding", s->encoding, sizeof s->encoding);
    text_of(s, object, "status", s->status, sizeof s->status);
    text_of(s, object, "sha256", s->sha256, sizeof s->sha256);
    if (strcmp(file, s->name) != 0)
        subject_fail(s, "the object is of \"%s\"", file);
    s->rows = count_of(s, object, "rows");
    s->stored = count_of(s, object, "stored");
    s->same = count_of(s, object, "same");
    s->corrected = count_of(s, object, "corrected");
    s->conflict = count_of(s, object, "conflict");
    s->rejected = count_of(s, object, "rejected");
    s->left_out = count_of(s, object, "left_out");
    s->bad = count_of(s, object, "bad");
    s->blank = s->summary = s->wrong_cells = 0;
    const int64_t reasons = sum_of(object, "reasons", "wrong_number_of_cells", &s->wrong_cells);
    const int64_t left_out = sum_of(object, "left_out_reasons", "empty row", &s->blank);
    (void)sum_of(object, "left_out_reasons", "summary row", &s->summary);
    check_sums(s, reasons, left_out);
    json_decref(object);
    return true;
}

// ---- the messages

static subject *subject_named(subject *subjects, size_t n, const char *line, size_t len)
{
    for (size_t i = 0; i < n; i++) {
        const size_t k = strlen(subjects[i].name);
        if (len > k && strncmp(line, subjects[i].name, k) == 0 && (line[k] == ' ' || line[k] == ':'))
            return &subjects[i];
    }
    return NULL;
}

static char delimiter_named(const char *name)
{
    return (char)(strncmp(name, "tab", 3) == 0 ? '\t' : strncmp(name, "semicolon", 9) == 0 ? ';' : '\0');
}

void oracle_take_messages(subject *subjects, size_t n, const char *err, bool of_csv)
{
    static const char whole[] = "Nothing was stored.";
    static const char comma[] = "  numbers have a decimal comma:";
    static const char separator[] = "  separator: ";
    for (size_t i = 0; i < n && of_csv; i++)
        subjects[i].delimiter = ',';
    subject *at = NULL;
    for (const char *p = err; *p != '\0';) {
        const size_t len = strcspn(p, "\n");
        subject *of = subject_named(subjects, n, p, len);
        at = of == NULL ? at : of;
        if (at != NULL && !of_csv && len == strlen(whole) && strncmp(p, whole, len) == 0)
            at->aborted = true;
        if (at != NULL && of_csv && strncmp(p, comma, strlen(comma)) == 0)
            at->says_comma = true;
        if (at != NULL && of_csv && strncmp(p, separator, strlen(separator)) == 0)
            at->delimiter = delimiter_named(p + strlen(separator));
        p += len + (p[len] != '\0');
    }
}

// Layouts whose files have one header row and then nothing but rows, with quotes. (sciex has forms without.)
static bool has_plain_rows(const subject *s)
{
    static const char *const layouts[] = {"long", "field",          "normalised",  "indicator",
                                          "wide", "chinese-report", "tracefinder", "tasq"};
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        if (strcmp(s->layout, layouts[i]) == 0)
            return s->delimiter != 0;
    }
    return false;
}

void oracle_decode(subject *s)
{
    const char *from = strcmp(s->encoding, "CP1252") == 0 ? "CP1252" : s->encoding;
    s->can_point = s->can_comma = true;
    if (s->encoding[0] == '\0' || strcmp(s->status, "duplicate") == 0)
        return;
    s->text = corpus_convert(from, "UTF-8", s->bytes, s->n_bytes, true, &s->n_text);
    if (s->text != NULL && s->n_text >= 3 && memcmp(s->text, "\xef\xbb\xbf", 3) == 0) {
        memmove(s->text, s->text + 3, s->n_text - 2);
        s->n_text -= 3;
    }
    if (s->text == NULL || !has_plain_rows(s))
        return;
    s->has_cells = table_read(&s->cells, s->text, s->n_text, s->delimiter);
    for (size_t i = 0; s->has_cells && i < s->cells.n; i++) {
        for (size_t k = 0; k < s->cells.rows[i].n; k++) {
            char *cell = s->cells.rows[i].cells[k];
            char *cut = table_trim(cell);
            memmove(cell, cut, strlen(cut) + 1);
        }
    }
}
