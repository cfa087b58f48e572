// SPDX-License-Identifier: GPL-3.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/periods.h"

static wdm_day day_of(const char *text)
{
    wdm_day day = WDM_DAY_NONE;
    assert_true(wdm_day_parse(text, &day));
    return day;
}

// The names of all periods of the days, in order.
static void expect(const wdm_config *config, const wdm_day *days, size_t n, const char *const *names)
{
    wdm_period_walk walk = wdm_periods_of(config, "", days, n, NULL);
    wdm_named_period p = {0};
    size_t i = 0;
    while (wdm_periods_next(&walk, &p)) {
        char text[WDM_PERIOD_TEXT];
        const char *name = p.name != NULL ? p.name : wdm_period_format(&p.period, text);
        if (names[i] == NULL || strcmp(name, names[i]) != 0)
            fail_msg("period %zu is %s, not %s", i, name, names[i] == NULL ? "the end" : names[i]);
        i++;
    }
    assert_null(names[i]);
}

static void every_scale_then_the_campaigns(void **state)
{
    (void)state;
    wdm_campaign campaigns[] = {
        {"winter", "", "", "", day_of("2026-12-01"), day_of("2027-01-31"), true},
        {"before", "", "", "", day_of("2026-01-01"), day_of("2026-12-30"), true},
        {"between", "", "", "", day_of("2027-01-02"), day_of("2027-01-03"), true},
        {"inactive", "", "", "", day_of("2026-12-01"), day_of("2027-01-31"), false},
        {"running", "", "", "", day_of("2027-01-01"), WDM_DAY_NONE, true},
        {"to come", "", "", "", day_of("2027-03-01"), WDM_DAY_NONE, true},
    };
    wdm_config config = {0};
    const wdm_day days[] = {day_of("2026-12-31"), day_of("2027-01-01"), day_of("2027-01-04")};
    static const char *const names[] = {"2026-12-31", "2027-01-01", "2027-01-04", "2026-W53", "2027-W01",
                                        "2026-12",    "2027-01",    "2026-Q4",    "2027-Q1",  "2026",
                                        "2027",       "winter",     "running",    NULL};
    config.campaigns.rows = campaigns;
    config.campaigns.n = sizeof campaigns / sizeof campaigns[0];
    expect(&config, days, 3, names);
    // a campaign that runs ends on the last sampled day
    wdm_period_walk walk = wdm_periods_of(&config, "", days, 3, NULL);
    wdm_named_period p = {0};
    while (wdm_periods_next(&walk, &p) && (p.name == NULL || strcmp(p.name, "running") != 0)) {
    }
    assert_int_equal(p.period.first, day_of("2027-01-01"));
    assert_int_equal(p.period.last, day_of("2027-01-04"));
}

static void no_days_have_no_period(void **state)
{
    (void)state;
    wdm_campaign campaign = {"winter", "", "", "", day_of("2026-12-01"), WDM_DAY_NONE, true};
    wdm_config config = {0};
    static const char *const none[] = {NULL};
    config.campaigns.rows = &campaign;
    config.campaigns.n = 1;
    expect(&config, NULL, 0, none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scale_then_the_campaigns),
        cmocka_unit_test(no_days_have_no_period),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
