// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/steps.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "io/number.h"

enum { DIGITS = 8, SHORT_DIGITS = 3, SENTENCE_MAX = 64 * 1024, FIGURE_TEXT = 64 };

void wdm_steps_init(wdm_steps *steps, const wdm_words *words)
{
    memset(steps, 0, sizeof *steps);
    steps->words = *words;
    steps->scope.day = WDM_DAY_NONE;
}

void wdm_steps_fini(wdm_steps *steps)
{
    wdm_free(steps->list.rows);
    wdm_arena_fini(&steps->arena);
    memset(steps, 0, sizeof *steps);
}

const char *wdm_steps_keep(wdm_steps *steps, const char *text)
{
    const char *kept = wdm_arena_strdup(&steps->arena, text);
    if (kept == NULL)
        steps->rc = WDM_E_NOMEM;
    return kept == NULL ? "" : kept;
}

const char *wdm_steps_phrase(wdm_steps *steps, const char *key, const wdm_place *places, size_t n)
{
    wdm_buf text = {0};
    const char *kept = "";
    wdm_buf_init(&text, SENTENCE_MAX);
    wdm_words_put(&steps->words, &text, key, places, n);
    if (text.rc != WDM_OK)
        steps->rc = text.rc;
    kept = wdm_steps_keep(steps, wdm_buf_text(&text));
    wdm_buf_fini(&text);
    return kept;
}

wdm_step *wdm_steps_put(wdm_steps *steps, int indent, const char *key, const wdm_place *places, size_t n)
{
    wdm_step step = {.key = key,
                     .indent = indent,
                     .scope = steps->scope,
                     .value = (double)NAN,
                     .low = (double)NAN,
                     .high = (double)NAN,
                     .unit = "",
                     .file = "",
                     .source = ""};
    step.text = wdm_steps_phrase(steps, key, places, n);
    if (steps->rc == WDM_OK)
        steps->rc =
            wdm_grow(&steps->list.rows, &steps->list.cap, steps->list.n + 1, sizeof *steps->list.rows, NULL);
    if (steps->rc != WDM_OK) {
        steps->spare = step;
        return &steps->spare;
    }
    steps->list.rows[steps->list.n] = step;
    return &steps->list.rows[steps->list.n++];
}

const char *wdm_steps_number(wdm_steps *steps, double value)
{
    char text[WDM_NUMBER_TEXT] = "?";
    if (!isnan(value))
        (void)wdm_number_pretty(value, DIGITS, text);
    if (strchr(text, '.') != NULL && strchr(text, 'e') == NULL) {
        size_t n = strlen(text);
        while (text[n - 1] == '0')
            n--;
        text[text[n - 1] == '.' ? n - 1 : n] = '\0';
    }
    return wdm_steps_keep(steps, text);
}

const char *wdm_steps_number_or(wdm_steps *steps, double value, const char *key)
{
    return isnan(value) ? wdm_words_get(&steps->words, key) : wdm_steps_number(steps, value);
}

const char *wdm_steps_short(wdm_steps *steps, double value)
{
    char text[FIGURE_TEXT] = "?";
    if (!isnan(value))
        (void)snprintf(text, sizeof text, "%.*g", SHORT_DIGITS, value);
    return wdm_steps_keep(steps, text);
}

const char *wdm_steps_integer(wdm_steps *steps, int64_t value)
{
    char text[FIGURE_TEXT];
    (void)snprintf(text, sizeof text, "%" PRId64, value);
    return wdm_steps_keep(steps, text);
}

const char *wdm_steps_percent(wdm_steps *steps, double share)
{
    char text[FIGURE_TEXT] = "?";
    if (!isnan(share))
        (void)snprintf(text, sizeof text, "%.1f", 100.0 * share);
    return wdm_steps_keep(steps, text);
}

const char *wdm_steps_day(wdm_steps *steps, wdm_day day)
{
    char text[WDM_DATE_TEXT];
    return wdm_steps_keep(steps, wdm_day_format(day, text));
}

const char *wdm_steps_join(wdm_steps *steps, const char *a, const char *b, const char *zh)
{
    wdm_buf text = {0};
    const char *kept = "";
    if (a[0] == '\0' || b[0] == '\0')
        return a[0] == '\0' ? b : a;
    wdm_buf_init(&text, SENTENCE_MAX);
    wdm_buf_printf(&text, "%s%s%s", a, steps->words.lang == WDM_LANG_ZH ? zh : ", ", b);
    if (text.rc != WDM_OK)
        steps->rc = text.rc;
    kept = wdm_steps_keep(steps, wdm_buf_text(&text));
    wdm_buf_fini(&text);
    return kept;
}

wdm_rc wdm_steps_check(const wdm_steps *steps, wdm_err *err)
{
    if (steps->rc == WDM_E_NOMEM)
        return wdm_err_nomem(err);
    return steps->rc == WDM_OK ? WDM_OK : wdm_err_set(err, steps->rc, "a step of the derivation is too long");
}
