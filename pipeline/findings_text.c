// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences of findings, in both languages, from phrases of text.csv.
#include <stdio.h>
#include <string.h>

#include "findings_parts.h"
#include "io/number.h"

enum { REASON_MAX = 8192 };

void wdm_reason_init(wdm_reason *reason)
{
    wdm_buf_init(&reason->en, REASON_MAX);
    wdm_buf_init(&reason->zh, REASON_MAX);
}

void wdm_reason_fini(wdm_reason *reason)
{
    wdm_buf_fini(&reason->en);
    wdm_buf_fini(&reason->zh);
}

void wdm_reason_put(const wdm_finder *f, wdm_reason *reason, const char *key, const wdm_place *places,
                    size_t n)
{
    const wdm_words en = {&f->session->config, WDM_LANG_EN};
    const wdm_words zh = {&f->session->config, WDM_LANG_ZH};
    wdm_words_put(&en, &reason->en, key, places, n);
    wdm_words_put(&zh, &reason->zh, key, places, n);
}

const char *wdm_value_text(double value, wdm_quantity quantity, char text[WDM_VALUE_TEXT])
{
    const char *unit = wdm_quantity_unit(quantity);
    const char *people = strstr(unit, " people");
    char number[WDM_NUMBER_TEXT];
    (void)snprintf(text, WDM_VALUE_TEXT, "%s %.*s", wdm_number_pretty(value, 3, number),
                   people == NULL ? (int)strlen(unit) : (int)(people - unit), unit);
    return text;
}

static const char *count_text(int n, char text[16])
{
    (void)snprintf(text, 16, "%d", n);
    return text;
}

void wdm_reason_censored(const wdm_finder *f, wdm_reason *reason)
{
    WDM_REASON(f, reason, "reason.censored", {"", ""});
    wdm_buf_puts(&reason->en, " "); // cells of text.csv are trimmed
}

void wdm_reason_provisional(const wdm_finder *f, wdm_reason *reason, const wdm_series_week *week)
{
    char days[16];
    if ((week->flags & WDM_EST_PROVISIONAL) != 0)
        WDM_REASON(f, reason, "reason.provisional", {"n", count_text(week->n_days, days)});
}

void wdm_reason_weeks(const wdm_finder *f, wdm_reason *reason, const wdm_finding *finding)
{
    const bool one = finding->below_weeks == 1;
    char n[16];
    if (finding->level > WDM_LEVEL_NONE)
        WDM_REASON(f, reason, "reason.week", {"n", count_text(finding->weeks, n)});
    else if (finding->rule->below)
        WDM_REASON(f, reason, one ? "reason.above_line_1" : "reason.above_line",
                   {"n", count_text(finding->below_weeks, n)});
    else
        WDM_REASON(f, reason, one ? "reason.below_line_1" : "reason.below_line",
                   {"n", count_text(finding->below_weeks, n)});
}

void wdm_finder_names(const wdm_finder *f, wdm_reason *names, const wdm_index *sites, size_t n)
{
    const wdm_words en = {&f->session->config, WDM_LANG_EN};
    const wdm_words zh = {&f->session->config, WDM_LANG_ZH};
    for (size_t i = 0; i < n; i++) {
        wdm_buf_puts(&names->en, i == 0 ? "" : ", ");
        wdm_buf_puts(&names->en, wdm_words_site(&en, sites[i]));
        wdm_buf_puts(&names->zh, i == 0 ? "" : "、");
        wdm_buf_puts(&names->zh, wdm_words_site(&zh, sites[i]));
    }
}
