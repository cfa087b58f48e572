// SPDX-License-Identifier: GPL-3.0-or-later
// A date that is read is a day and minute that exist, and reads back; an order never makes two dates of a
// clear one.
#include "fuzz.h"

#include "io/datetime.h"

static void check_when(wdm_when when, wdm_date_form form)
{
    char text[WDM_WHEN_TEXT];
    wdm_when back = {0, 0};
    const wdm_civil civil = wdm_civil_of_day(when.day);
    FUZZ_MUST(form < WDM_DATE_FORM_N && when.minute >= -1 && when.minute < 1440);
    if (civil.year > 9999) // 9999-12-31T24:00
        return;
    FUZZ_MUST(wdm_civil_valid(civil));
    FUZZ_MUST(wdm_when_parse(wdm_when_format(when, text), &back));
    FUZZ_MUST(back.day == when.day && back.minute == when.minute);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    wdm_when any = {-77, -77};
    wdm_date_form form = WDM_DATE_FORM_N;
    const wdm_when_verdict unknown = wdm_when_read(text, WDM_DATES_UNKNOWN, &any, &form);
    const unsigned orders = wdm_when_orders(text);
    if (unknown == WDM_WHEN_OK)
        check_when(any, form);
    else
        FUZZ_MUST(any.day == -77 && any.minute == -77 && form == WDM_DATE_FORM_N);
    for (int i = WDM_DATES_DMY; i <= WDM_DATES_YMD; i++) {
        wdm_when when = {-77, -77};
        wdm_date_form of = WDM_DATE_FORM_N;
        const wdm_when_verdict verdict = wdm_when_read(text, (wdm_date_order)i, &when, &of);
        if (verdict != WDM_WHEN_OK)
            continue;
        check_when(when, of);
        FUZZ_MUST((orders & 1u << i) != 0 && unknown != WDM_WHEN_NOT && unknown != WDM_WHEN_IMPOSSIBLE);
        FUZZ_MUST(unknown != WDM_WHEN_OK || (any.day == when.day && any.minute == when.minute));
    }
    (void)wdm_when_evidence(text);
    free(text);
    return 0;
}
