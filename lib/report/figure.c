// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/figure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/number.h"
#include "wbe/factor.h"

char *wdm_figure(double value, char text[WDM_FIGURE_TEXT])
{
    char number[WDM_NUMBER_TEXT];
    (void)snprintf(text, WDM_FIGURE_TEXT, "%s", wdm_number_pretty(value, 3, number));
    return text;
}

char *wdm_figure_range(double low, double high, char text[WDM_FIGURE_TEXT])
{
    char a[WDM_NUMBER_TEXT], b[WDM_NUMBER_TEXT];
    text[0] = '\0';
    if (isfinite(low) && isfinite(high))
        (void)snprintf(text, WDM_FIGURE_TEXT, "%s – %s", wdm_number_pretty(low, 3, a),
                       wdm_number_pretty(high, 3, b));
    return text;
}

char *wdm_figure_limits(double low, double high, char text[WDM_FIGURE_TEXT])
{
    char a[WDM_NUMBER_TEXT], b[WDM_NUMBER_TEXT];
    if (low < high)
        (void)snprintf(text, WDM_FIGURE_TEXT, "%s – %s", wdm_number_format(low, a),
                       wdm_number_format(high, b));
    else
        (void)snprintf(text, WDM_FIGURE_TEXT, "%s", wdm_number_format(low, a));
    return text;
}

char *wdm_figure_persons(double persons, char text[WDM_FIGURE_TEXT])
{
    char digits[32] = "";
    size_t at = 0, len = 0;
    text[0] = '\0';
    if (!isfinite(persons) || persons < 0.0 || persons >= 1e12)
        return text;
    (void)snprintf(digits, sizeof digits, "%.0f", persons);
    len = strlen(digits);
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            at += (size_t)snprintf(text + at, WDM_FIGURE_TEXT - at, "\xc2\xa0");
        text[at++] = digits[i];
        text[at] = '\0';
    }
    return text;
}

char *wdm_figure_percent(double percent, char text[WDM_FIGURE_TEXT])
{
    char number[WDM_NUMBER_TEXT];
    text[0] = '\0';
    if (!isfinite(percent))
        return text;
    if (percent > 900.0)
        (void)snprintf(text, WDM_FIGURE_TEXT, "× %s", wdm_number_pretty(1.0 + percent / 100.0, 2, number));
    else if (fabs(percent) < 0.5)
        (void)snprintf(text, WDM_FIGURE_TEXT, "0 %%");
    else
        (void)snprintf(text, WDM_FIGURE_TEXT, "%s%.0f %%", percent > 0.0 ? "+" : "−", fabs(percent));
    return text;
}

char *wdm_figure_count(long long n, char text[WDM_FIGURE_TEXT])
{
    (void)snprintf(text, WDM_FIGURE_TEXT, "%lld", n);
    return text;
}

char *wdm_figure_week(int32_t week, char text[WDM_DATE_TEXT])
{
    return wdm_isoweek_format(wdm_isoweek_of_day(wdm_week_monday(week)), text);
}

void wdm_figure_week_span(const wdm_words *words, wdm_buf *out, int32_t week)
{
    const wdm_civil first = wdm_civil_of_day(wdm_week_monday(week));
    const wdm_civil last = wdm_civil_of_day(wdm_week_monday(week) + 6);
    char d1[16] = "", d2[16] = "", m1[16] = "", m2[16] = "", y2[16] = "";
    (void)snprintf(d1, sizeof d1, "%d", first.day);
    (void)snprintf(d2, sizeof d2, "%d", last.day);
    (void)snprintf(m1, sizeof m1, "month.%d", first.month);
    (void)snprintf(m2, sizeof m2, "month.%d", last.month);
    (void)snprintf(y2, sizeof y2, "%d", last.year);
    WDM_WORDS(words, out, first.month == last.month ? "week.span" : "week.span_months", {"d1", d1},
              {"d2", d2}, {"m1", wdm_words_get(words, m1)}, {"m2", wdm_words_get(words, m2)}, {"year", y2});
}

const char *wdm_figure_unit(const wdm_words *words, int quantity)
{
    char key[96] = "";
    const char *text = NULL;
    if (quantity < 0 || quantity >= (int)WDM_Q_COUNT)
        return "";
    (void)snprintf(key, sizeof key, "unit.%s", wdm_quantity_name((wdm_quantity)quantity));
    text = wdm_words_get(words, key);
    return strcmp(text, key) == 0 ? wdm_quantity_unit((wdm_quantity)quantity) : text;
}

const char *wdm_figure_quantity(const wdm_words *words, int quantity)
{
    if (quantity < 0 || quantity >= (int)WDM_Q_COUNT)
        return "";
    return wdm_words_of(words, "quantity.", wdm_quantity_name((wdm_quantity)quantity));
}
