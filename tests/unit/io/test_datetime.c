// SPDX-License-Identifier: GPL-3.0-or-later
// Dates as instruments and people write them: every day of 1990-2100 in every form, and what must be refused.
#include "unittest.h"

#include "base/rng.h"
#include "io/datetime.h"

static const char *const verdicts[] = {"ok", "empty", "not", "impossible", "ambiguous"};
static const char *const forms[] = {"iso", "ymd", "chinese", "name", "slashed", "serial"};

// "2026-11-16T08:00 iso", or the verdict.
static const char *read_as(const char *text, wdm_date_order order)
{
    static char out[64];
    char date[WDM_WHEN_TEXT];
    wdm_when when = {-77, -77};
    wdm_date_form form = WDM_DATE_FORM_N;
    const wdm_when_verdict verdict = wdm_when_read(text, order, &when, &form);
    if (verdict == WDM_WHEN_OK) {
        (void)snprintf(out, sizeof out, "%s %s", wdm_when_format(when, date), forms[form]);
        return out;
    }
    assert_true(when.day == -77 && when.minute == -77 && form == WDM_DATE_FORM_N); // untouched
    return verdicts[verdict];
}

typedef struct date_case {
    const char *text;
    wdm_date_order order;
    const char *expected;
} date_case;

static void check(const date_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *got = read_as(cases[i].text, cases[i].order);
        if (strcmp(got, cases[i].expected) != 0)
            fail_msg("\"%s\": %s, expected %s", cases[i].text, got, cases[i].expected);
    }
}

static const date_case good[] = {
    {"2026-11-16", 0, "2026-11-16 iso"},
    {"2026-11-16T08:00", 0, "2026-11-16T08:00 iso"},
    {"2026-11-16 08:00:59", 0, "2026-11-16T08:00 iso"},
    {"2026-11-16T24:00", 0, "2026-11-17T00:00 iso"},
    {" 2026-11-16\u00a0", 0, "2026-11-16 iso"},
    {"２０２６－１１－１６　０８：００", 0, "2026-11-16T08:00 iso"},
    {"\t2026-11-16\t8:00", 0, "2026-11-16T08:00 ymd"},
    {"2026-11-16 08:00:00.123", 0, "2026-11-16T08:00 ymd"},
    {"2026-1-5", 0, "2026-01-05 ymd"},
    {"2026/11/16 8:00", 0, "2026-11-16T08:00 ymd"},
    {"2026/11/16", WDM_DATES_MDY, "2026-11-16 ymd"},
    {"2026.11.16", 0, "2026-11-16 ymd"},
    {"2026/11/16 24:00", 0, "2026-11-17T00:00 ymd"},
    {"2026-12-31 24:00:00", 0, "2027-01-01T00:00 iso"},
    {"20261116", 0, "2026-11-16 ymd"},
    {"202611160800", 0, "2026-11-16T08:00 ymd"},
    {"20261116080059", 0, "2026-11-16T08:00 ymd"},
    {"20261116T0800", 0, "2026-11-16T08:00 ymd"},
    {"20261116 080000", 0, "2026-11-16T08:00 ymd"},
    {"20261116 08:00", 0, "2026-11-16T08:00 ymd"},
    {"2026年11月16日", 0, "2026-11-16 chinese"},
    {"2026年11月16日8时", 0, "2026-11-16T08:00 chinese"},
    {"2026年11月16日8时30分", 0, "2026-11-16T08:30 chinese"},
    {"2026 年 11 月 16 日 8 时 30 分 15 秒", 0, "2026-11-16T08:30 chinese"},
    {"２０２６年１１月１６日　８：３０", 0, "2026-11-16T08:30 chinese"},
    {"2026年11月16日 下午2:05", 0, "2026-11-16T14:05 chinese"},
    {"2026年11月16日下午14:05", 0, "2026-11-16T14:05 chinese"},
    {"2026年11月16日上午8点半", 0, "2026-11-16T08:30 chinese"},
    {"2026年11月16日晚上8点30", 0, "2026-11-16T20:30 chinese"},
    {"2026年11月16号凌晨12点", 0, "2026-11-16T00:00 chinese"},
    {"2026年11月16日中午12时", 0, "2026-11-16T12:00 chinese"},
    {"2026年11月16日（星期一）", 0, "2026-11-16 chinese"},
    {"2026年11月16日 星期一 08:00", 0, "2026-11-16T08:00 chinese"},
    {"26年1月5日", 0, "2026-01-05 chinese"},
    {"2026/11/16 周一 上午 8:00", 0, "2026-11-16T08:00 ymd"},
    {"07-Jan-20", 0, "2020-01-07 name"},
    {"13-May-22", 0, "2022-05-13 name"},
    {"13-mai-22", 0, "2022-05-13 name"},
    {"16 nov. 2026", 0, "2026-11-16 name"},
    {"Nov 16, 2026", 0, "2026-11-16 name"},
    {"November 16th, 2026 8:00 a.m.", 0, "2026-11-16T08:00 name"},
    {"Fri Dec 04 12:11:50 2020", 0, "2020-12-04T12:11 name"},
    {"Wed Apr 19 11:58:42 AWST 2023", 0, "2023-04-19T11:58 name"}, // as TASQ prints it
    {"Fri, 04 Dec 2020 12:11:50", 0, "2020-12-04T12:11 name"},
    {"mar. 17 nov. 2026", 0, "2026-11-17 name"},
    {"Mar 17, 2026", 0, "2026-03-17 name"},
    {"mar. 17 mars 2026", 0, "2026-03-17 name"},
    {"1er août 2026 à 8h30", 0, "2026-08-01T08:30 name"},
    {"1 AOÛT 2026", 0, "2026-08-01 name"},
    {"1 aou\u0302t 2026", 0, "2026-08-01 name"}, // combining accent
    {"16. März 2026, 08:00 Uhr", 0, "2026-03-16T08:00 name"},
    {"16.Dez.2026", 0, "2026-12-16 name"},
    {"16 de noviembre de 2026", 0, "2026-11-16 name"},
    {"16nov2026", 0, "2026-11-16 name"},
    {"2026-Nov-16 08:00:00", 0, "2026-11-16T08:00 name"},
    {"16-Nov-95", 0, "1995-11-16 name"},
    {"16-Nov-89", 0, "2089-11-16 name"},
    {"16-Nov-90", 0, "1990-11-16 name"},
    {"16-Nov-00", 0, "2000-11-16 name"},
    {"5/7/2018 14:34", WDM_DATES_DMY, "2018-07-05T14:34 slashed"},
    {"5/7/2018 14:34", WDM_DATES_MDY, "2018-05-07T14:34 slashed"},
    {"16.11.2026 08:00", WDM_DATES_DMY, "2026-11-16T08:00 slashed"},
    {"16.11.2026 08:00", 0, "2026-11-16T08:00 slashed"},
    {"19/4/2018 9:12", 0, "2018-04-19T09:12 slashed"},
    {"4/19/2018 9:12", 0, "2018-04-19T09:12 slashed"},
    {"5/5/2018", 0, "2018-05-05 slashed"},
    {"10/11/2021 11:03:47 PM", WDM_DATES_MDY, "2021-10-11T23:03 slashed"},
    {"10/11/2021 12:00 AM", WDM_DATES_MDY, "2021-10-11T00:00 slashed"},
    {"10/11/2021 12:00pm", WDM_DATES_MDY, "2021-10-11T12:00 slashed"},
    {"10/11/2021 8 p. m.", WDM_DATES_DMY, "2021-11-10T20:00 slashed"},
    {"26/11/16", WDM_DATES_YMD, "2026-11-16 slashed"},
    {"11/16/26", 0, "2026-11-16 slashed"},
    {"46342", 0, "2026-11-16 serial"},
    {"46342.5", 0, "2026-11-16T12:00 serial"},
    {"46342,5", 0, "2026-11-16T12:00 serial"},
    {"46342.33333", 0, "2026-11-16T08:00 serial"},
    {"46342.3333", 0, "2026-11-16T08:00 serial"},
    {"46342.999999", 0, "2026-11-17T00:00 serial"},
    {"46342.0", 0, "2026-11-16 serial"},
    {"32874", 0, "1990-01-01 serial"},
    {"73050", 0, "2099-12-31 serial"},
    {"36585", 0, "2000-02-29 serial"},
};

static void dates_are_read_in_the_forms_they_are_written(void **state)
{
    (void)state;
    check(good, sizeof good / sizeof good[0]);
}

static const date_case bad[] = {
    {"", 0, "empty"},
    {" \u00a0\u3000", 0, "empty"},
    {"5/7/2018 14:34", 0, "ambiguous"},
    {"05.07.2018", 0, "ambiguous"},
    {"20/11/16", 0, "ambiguous"}, // also year first
    {"1/2/03", 0, "ambiguous"},
    {"2026年11月16日上午12点", 0, "ambiguous"},
    {"2026年11月16日晚上12点", 0, "ambiguous"},
    {"2026年11月16日晚上1点", 0, "ambiguous"},
    {"2021-02-30", 0, "impossible"},
    {"1900-02-29", 0, "impossible"},
    {"29/02/2021", 0, "impossible"},
    {"29 Feb 1900", 0, "impossible"},
    {"31/31/2020", 0, "impossible"},
    {"31/31/2020", WDM_DATES_DMY, "impossible"},
    {"4/19/2018", WDM_DATES_DMY, "impossible"},
    {"19/4/2018", WDM_DATES_MDY, "impossible"},
    {"19/4/2018", WDM_DATES_YMD, "impossible"},
    {"0/1/2020", 0, "impossible"},
    {"0000-01-01", 0, "impossible"},
    {"20261301", 0, "impossible"},
    {"2026年2月30日", 0, "impossible"},
    {"2026-11-16T25:00", 0, "impossible"},
    {"2026-11-16 24:01", 0, "impossible"},
    {"2026-11-16 8:60", 0, "impossible"},
    {"2026-11-16 08:00:60", 0, "impossible"},
    {"16/11/2026 13:00 PM", 0, "impossible"},
    {"16/11/2026 13:00 AM", 0, "impossible"},
    {"16/11/2026 0:30 PM", 0, "impossible"},
    {"2026年11月16日凌晨9点", 0, "impossible"},
    {"Fri Dec 05 12:11:50 2020", 0, "impossible"}, // a Saturday
    {"2026年11月16日 星期二", 0, "impossible"},
    {"2026-11-16T08:00Z", 0, "not"},
    {"2026-11-16T08:00+08:00", 0, "not"},
    {"2026-11-16T08:00-05:00", 0, "not"},
    {"2026-11-16 08:00 UTC", 0, "not"},
    {"Fri Dec 04 2020 12:11:50 CET", 0, "not"},
    {"Fri Dec 04 CET 2020", 0, "not"},
    {"Fri Dec 04 12:11:50 XYZ 2020", 0, "not"},
    {"2026-11", 0, "not"},
    {"Nov-20", 0, "not"},
    {"16 Nov", 0, "not"},
    {"2026", 0, "not"},
    {"2026-W47", 0, "not"},
    {"2026-11/16", 0, "not"},
    {"2026-11-16-08:00", 0, "not"},
    {"2026-11-16 8", 0, "not"},
    {"2026-11-16 0800", 0, "not"},
    {"2026-11-16 8:5", 0, "not"},
    {"2026-11-16 08:00 08:00", 0, "not"},
    {"2026-11-16 17", 0, "not"},
    {"16 11 2026", 0, "not"},
    {"1/2/3", 0, "not"},
    {"16/11/202", 0, "not"},
    {"016/11/2026", 0, "not"},
    {"16/11/02026", 0, "not"},
    {"08:00", 0, "not"},
    {"16112026", 0, "not"},
    {"2026111", 0, "not"},
    {"32873", 0, "not"},
    {"73051", 0, "not"},
    {"4.6342e4", 0, "not"},
    {"-46342", 0, "not"},
    {"46342.5.1", 0, "not"},
    {"104.2", 0, "not"},
    {"ND", 0, "not"},
    {"二〇二六年十一月十六日", 0, "not"},
    {"11月16日", 0, "not"},
    {"16 Foo 2026", 0, "not"},
    {"Nov Nov 2026", 0, "not"},
    {"2026-11-16\xff", 0, "not"},
    {"2026-11-16 approx.", 0, "not"},
    {"16--11--2026", 0, "not"},
    {"2026-11-16 2026-11-17", 0, "not"},
    {"11111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111", 0,
     "not"},
};

static void what_is_no_date_or_could_be_two_is_refused(void **state)
{
    (void)state;
    check(bad, sizeof bad / sizeof bad[0]);
}

static void a_slashed_date_tells_the_order_of_its_file(void **state)
{
    (void)state;
    assert_int_equal(wdm_when_evidence("19/4/2018 9:12"), WDM_DATES_DMY);
    assert_int_equal(wdm_when_evidence("4/19/2018 9:12"), WDM_DATES_MDY);
    assert_int_equal(wdm_when_evidence("4/19/18"), WDM_DATES_MDY);
    assert_int_equal(wdm_when_evidence("95/4/19"), WDM_DATES_YMD);
    assert_int_equal(wdm_when_evidence("5/7/2018"), WDM_DATES_UNKNOWN);
    assert_int_equal(wdm_when_evidence("5/5/2018"), WDM_DATES_UNKNOWN);
    assert_int_equal(wdm_when_evidence("31/31/2020"), WDM_DATES_UNKNOWN);
    assert_int_equal(wdm_when_evidence("2026-11-16"), WDM_DATES_UNKNOWN);
    assert_int_equal(wdm_when_orders("31/31/2020"), 0);
    assert_int_equal(wdm_when_orders("5/7/2018"), 1u << WDM_DATES_DMY | 1u << WDM_DATES_MDY);
    assert_int_equal(wdm_when_orders("20/11/16"), 1u << WDM_DATES_DMY | 1u << WDM_DATES_YMD);
    assert_int_equal(wdm_when_orders("Tue 11/5/2026"), 0);                   // neither is a Tuesday
    assert_int_equal(wdm_when_orders("Thu 11/5/2026"), 1u << WDM_DATES_MDY); // 5 November
    assert_int_equal(wdm_when_orders("2026-11-16"), (unsigned)WDM_DATES_ALL);
    assert_int_equal(wdm_when_orders("no date"), (unsigned)WDM_DATES_ALL);
}

static const char *const months[][12] = {
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
    {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
     "November", "December"},
    {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
     "novembre", "décembre"},
    {"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."},
    {"JANV", "FÉVR", "MARS", "AVR", "MAI", "JUIN", "JUIL", "AOÛT", "SEPT", "OCT", "NOV", "DÉC"},
    {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
     "November", "Dezember"},
    {"Jan.", "Feb.", "Mrz.", "Apr.", "Mai", "Jun.", "Jul.", "Aug.", "Sep.", "Okt.", "Nov.", "Dez."},
    {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
     "noviembre", "diciembre"},
    {"ene.", "feb.", "mar.", "abr.", "may.", "jun.", "jul.", "ago.", "sept.", "oct.", "nov.", "dic."},
};

static void must_read(const char *text, wdm_date_order order, wdm_day day, int minute)
{
    wdm_when when = {0, 0};
    const wdm_when_verdict verdict = wdm_when_read(text, order, &when, NULL);
    if (verdict != WDM_WHEN_OK || when.day != day || when.minute != minute) {
        char expected[WDM_WHEN_TEXT], got[WDM_WHEN_TEXT];
        fail_msg("\"%s\": %s %s, expected %s", text, verdicts[verdict], wdm_when_format(when, got),
                 wdm_when_format((wdm_when){day, minute}, expected));
    }
}

static void read_all_forms(wdm_day day, wdm_civil c, int minute)
{
    static const char *const weekdays[] = {"", "Mon", "mar.", "Mittwoch", "jueves", "Fri", "samedi", "So"};
    const int h = minute / 60, m = minute % 60, y2 = c.year % 100;
    const bool in_pivot = c.year <= 2089;
    char text[128];
#define READ(order, at, ...)                                                                                 \
    do {                                                                                                     \
        (void)snprintf(text, sizeof text, __VA_ARGS__);                                                      \
        must_read(text, order, day, at);                                                                     \
    } while (0)
    READ(0, -1, "%04d-%02d-%02d", c.year, c.month, c.day);
    READ(0, minute, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, h, m);
    READ(0, minute, "%d/%d/%d %d:%02d", c.year, c.month, c.day, h, m);
    READ(0, -1, "%d.%02d.%02d", c.year, c.month, c.day);
    READ(0, -1, "%04d%02d%02d", c.year, c.month, c.day);
    READ(0, minute, "%04d%02d%02d%02d%02d", c.year, c.month, c.day, h, m);
    READ(0, -1, "%d年%d月%d日", c.year, c.month, c.day);
    READ(0, minute, "%d年%02d月%02d日 %d时%d分", c.year, c.month, c.day, h, m);
    READ(WDM_DATES_DMY, minute, "%d/%d/%d %d:%02d", c.day, c.month, c.year, h, m);
    READ(WDM_DATES_DMY, minute, "%02d.%02d.%d %02d:%02d:30", c.day, c.month, c.year, h, m);
    READ(WDM_DATES_MDY, minute, "%d/%d/%d %d:%02d:59 %s", c.month, c.day, c.year, h % 12 == 0 ? 12 : h % 12,
         m, h < 12 ? "AM" : "PM");
    for (size_t i = 0; i < sizeof months / sizeof months[0]; i++) {
        const char *name = months[i][c.month - 1];
        READ(0, -1, "%d %s %d", c.day, name, c.year);
        READ(0, minute, "%02d-%s-%d %02d:%02d", c.day, name, c.year, h, m);
        READ(0, minute, "%s %s %02d %02d:%02d:01 %d", weekdays[wdm_weekday(day)], name, c.day, h, m, c.year);
        READ(0, -1, "%s %d, %d", name, c.day, c.year);
        if (in_pivot)
            READ(0, -1, "%d-%s-%02d", c.day, name, y2);
    }
    if (in_pivot) {
        READ(WDM_DATES_DMY, -1, "%02d/%02d/%02d", c.day, c.month, y2);
        READ(WDM_DATES_MDY, -1, "%d/%d/%02d", c.month, c.day, y2);
        READ(WDM_DATES_YMD, -1, "%02d-%02d-%02d", y2, c.month, c.day);
    }
    if (c.year <= 2099) {
        READ(0, -1, "%d", day + 25569);
        READ(0, minute == 0 ? -1 : minute, "%.10f", day + 25569 + minute / 1440.0);
    }
#undef READ
}

static void every_day_of_1990_to_2100_reads_back_in_every_form(void **state)
{
    const wdm_day first = wdm_day_of_civil((wdm_civil){1990, 1, 1});
    const wdm_day last = wdm_day_of_civil((wdm_civil){2100, 12, 31});
    wdm_rng rng;
    (void)state;
    wdm_rng_init(&rng, 1, "days");
    for (wdm_day day = first; day <= last; day++)
        read_all_forms(day, wdm_civil_of_day(day), (int)(wdm_rng_uniform(&rng) * 1440.0));
}

// Day and month of 1..33 and 0..14 both ways, by the calendar's own rule.
static void a_date_is_ambiguous_when_both_readings_are_days_and_differ(void **state)
{
    (void)state;
    for (int year = 2019; year <= 2021; year++) {
        for (int a = 0; a <= 33; a++) {
            for (int b = 0; b <= 33; b++) {
                const wdm_civil dmy = {year, b, a}, mdy = {year, a, b};
                const bool is_dmy = wdm_civil_valid(dmy), is_mdy = wdm_civil_valid(mdy);
                wdm_when_verdict expected = WDM_WHEN_OK;
                wdm_when when = {0, 0};
                char text[32];
                (void)snprintf(text, sizeof text, "%d/%d/%d", a, b, year);
                if (!is_dmy && !is_mdy)
                    expected = WDM_WHEN_IMPOSSIBLE;
                else if (is_dmy && is_mdy && a != b)
                    expected = WDM_WHEN_AMBIGUOUS;
                if (wdm_when_read(text, WDM_DATES_UNKNOWN, &when, NULL) != expected)
                    fail_msg("\"%s\" is not %s", text, verdicts[expected]);
                if (expected == WDM_WHEN_OK)
                    assert_int_equal(when.day, wdm_day_of_civil(is_dmy ? dmy : mdy));
                assert_int_equal(wdm_when_evidence(text), is_dmy == is_mdy ? WDM_DATES_UNKNOWN
                                                          : is_dmy         ? WDM_DATES_DMY
                                                                           : WDM_DATES_MDY);
            }
        }
    }
}

// Texts of the pieces of dates never crash, and what is read is a day and a minute that exist.
static void random_texts_give_a_day_or_a_verdict(void **state)
{
    static const char *const pieces[] = {
        "1",     "16", "2026", "20261116", "0",  "31",   "-",   "/",    ".",   ":",  " ",    "T",
        "年",    "月", "日",   "时",       "分", "上午", "Nov", "mar.", "Mon", "PM", "a.m.", ",",
        "46342", "00", "08",   "５",       "：", "\xff", "x",   "(",    ")",   "半", "é",    "à"};
    wdm_rng rng;
    int n_read = 0;
    (void)state;
    wdm_rng_init(&rng, 1, "date texts");
    for (int i = 0; i < 300000; i++) {
        char text[128] = "";
        size_t len = 0;
        const int n = 1 + (int)(wdm_rng_uniform(&rng) * 9.0);
        wdm_when when = {0, -1};
        wdm_date_form form = WDM_DATE_FORM_N;
        for (int k = 0; k < n; k++)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s",
                                    pieces[(size_t)(wdm_rng_uniform(&rng) * 36.0)]);
        if (wdm_when_read(text, (wdm_date_order)(i % 4), &when, &form) != WDM_WHEN_OK)
            continue;
        n_read++;
        assert_true(form < WDM_DATE_FORM_N && when.minute >= -1 && when.minute < 1440);
        if (form == WDM_DATE_SERIAL) // else a year, a month and a day must stand there
            continue;
        assert_true(strpbrk(text, "0123456789") != NULL || strstr(text, "５") != NULL);
    }
    assert_true(n_read > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read_in_the_forms_they_are_written),
        cmocka_unit_test(what_is_no_date_or_could_be_two_is_refused),
        cmocka_unit_test(a_slashed_date_tells_the_order_of_its_file),
        cmocka_unit_test(every_day_of_1990_to_2100_reads_back_in_every_form),
        cmocka_unit_test(a_date_is_ambiguous_when_both_readings_are_days_and_differ),
        cmocka_unit_test(random_texts_give_a_day_or_a_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
