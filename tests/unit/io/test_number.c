// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"

#include "base/rng.h"
#include "io/number.h"

static void good_numbers_are_read_exactly(void **state)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {{"104.2", 104.2}, {"0", 0.0},           {".5", 0.5},      {"5.", 5.0},      {"+3", 3.0},
                 {"-0.25", -0.25}, {"1e3", 1000.0},      {"1E-3", 0.001},  {" 7\t", 7.0},    {"007", 7.0},
                 {"1.12", 1.12},   {"4.9e-324", 5e-324}, {"1e308", 1e308}, {"2.5e+1", 25.0}, {"-.5e1", -5.0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = -77.0;
        if (wdm_number_parse(cases[i].text, &value) != WDM_NUMBER_OK || value != cases[i].value)
            fail_msg("\"%s\" was read as %.17g", cases[i].text, value);
    }
}

static void wrong_numbers_get_the_verdict_that_helps(void **state)
{
    static const struct {
        const char *text;
        wdm_number_verdict verdict;
    } cases[] = {
        {"1O4.2", WDM_NUMBER_LETTER_O},
        {"l04", WDM_NUMBER_LETTER_O},
        {"1o,5", WDM_NUMBER_LETTER_O},
        {"12,5", WDM_NUMBER_COMMA},
        {"1,234.5", WDM_NUMBER_THOUSANDS},
        {"31,500", WDM_NUMBER_THOUSANDS},
        {"1,2345", WDM_NUMBER_COMMA},
        {"1,234,567", WDM_NUMBER_THOUSANDS},
        {"0x10", WDM_NUMBER_NOT},
        {"inf", WDM_NUMBER_NOT},
        {"-Infinity", WDM_NUMBER_NOT},
        {"nan", WDM_NUMBER_NOT},
        {"1e999", WDM_NUMBER_RANGE},
        {"-1e999", WDM_NUMBER_RANGE},
        {"1e-400", WDM_NUMBER_RANGE},
        {"0.0000e-400x", WDM_NUMBER_NOT},
        {"1 000", WDM_NUMBER_NOT},
        {"1e", WDM_NUMBER_NOT},
        {"1e+", WDM_NUMBER_NOT},
        {".", WDM_NUMBER_NOT},
        {"-", WDM_NUMBER_NOT},
        {"+-1", WDM_NUMBER_NOT},
        {"1.2.3", WDM_NUMBER_NOT},
        {"5 ng/L", WDM_NUMBER_NOT},
        {"<5", WDM_NUMBER_NOT},
        {"", WDM_NUMBER_EMPTY},
        {" \t ", WDM_NUMBER_EMPTY},
        {"1d5", WDM_NUMBER_NOT},
        {"１２", WDM_NUMBER_NOT},
        {"1111111111111111111111111111111111111111111111111111111111111111", WDM_NUMBER_NOT}, // 64 digits
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = -77.0;
        const wdm_number_verdict got = wdm_number_parse(cases[i].text, &value);
        if (got != cases[i].verdict)
            fail_msg("\"%s\": verdict %d, expected %d", cases[i].text, (int)got, (int)cases[i].verdict);
        assert_true(value == -77.0); // untouched
        assert_true(wdm_number_hint(got)[0] != '\0');
    }
}

static void integers_are_strict(void **state)
{
    static const char *const bad[] = {"", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "1234567890123456789"};
    int64_t value = 5;
    (void)state;
    assert_true(wdm_integer_parse("-42", &value));
    assert_true(value == -42);
    assert_true(wdm_integer_parse("999999999999999999", &value));
    assert_true(value == 999999999999999999);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(wdm_integer_parse(bad[i], &value));
}

// Significant digits of a written number: without sign, leading zeros, trailing zeros and exponent.
static int digits_of(const char *text)
{
    int n = 0;
    int zeros = 0;
    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text == '0') {
            zeros += n > 0;
        } else if (*text >= '1' && *text <= '9') {
            n += zeros + 1;
            zeros = 0;
        }
    }
    return n;
}

static void round_trip(double value)
{
    char text[WDM_NUMBER_TEXT];
    char shorter[400];
    double back = 0.0;
    wdm_number_format(value, text);
    if (wdm_number_parse(text, &back) != WDM_NUMBER_OK || memcmp(&back, &value, sizeof value) != 0)
        fail_msg("%a was written \"%s\" and read back as %a", value, text, back);
    if (digits_of(text) < 2)
        return;
    (void)snprintf(shorter, sizeof shorter, "%.*g", digits_of(text) - 1, value);
    if (wdm_number_parse(shorter, &back) == WDM_NUMBER_OK && back == value)
        fail_msg("\"%s\" is not the shortest: \"%s\" reads back too", text, shorter);
}

// 100,000 doubles: random bit patterns (all sizes, subnormals too), and numbers such as laboratories write.
static void what_is_written_reads_back_to_the_same_double(void **state)
{
    wdm_rng rng;
    int n_subnormal = 0;
    (void)state;
    wdm_rng_init(&rng, 1, "number round trip");
    for (int i = 0; i < 100000; i++) {
        double value = 0.0;
        uint64_t bits = wdm_rng_next(&rng);
        if (i % 10 == 0)
            bits &= UINT64_C(0x800fffffffffffff); // exponent 0: subnormal
        memcpy(&value, &bits, sizeof value);
        if (i % 10 == 1)
            value = round(wdm_rng_uniform(&rng) * 1e6) / 1e3;
        if (!isfinite(value))
            continue;
        n_subnormal += fpclassify(value) == FP_SUBNORMAL;
        round_trip(value);
    }
    assert_true(n_subnormal > 9000);
    round_trip(0.0);
    round_trip(-0.0);
    round_trip(1.7976931348623157e308);
    round_trip(4.9406564584124654e-324);
}

static void ordinary_sizes_are_written_plainly(void **state)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0.1, "0.1"},
                 {300000.0, "300000"},
                 {79.1, "79.1"},
                 {0.00001, "0.00001"},
                 {1e15, "1e+15"},
                 {1e-6, "1e-06"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {-2250000.0, "-2250000"}};
    char text[WDM_NUMBER_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(wdm_number_format(cases[i].value, text), cases[i].text);
    assert_string_equal(wdm_number_format((double)NAN, text), ""); // not known
}

static void pretty_numbers_have_at_most_the_digits_asked_for(void **state)
{
    static const struct {
        double value;
        int digits;
        const char *text;
    } cases[] = {{79.123, 3, "79.1"}, {225000.0, 3, "225000"}, {0.0, 3, "0"},
                 {99.96, 3, "100"},   {9.996, 3, "10.0"},      {0.09996, 3, "0.100"},
                 {-99.96, 3, "-100"}, {0.00316, 2, "0.0032"},  {1.0, 1, "1"}};
    char text[WDM_NUMBER_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(wdm_number_pretty(cases[i].value, cases[i].digits, text), cases[i].text);
    assert_string_equal(wdm_number_pretty((double)NAN, 3, text), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_numbers_are_read_exactly),
        cmocka_unit_test(wrong_numbers_get_the_verdict_that_helps),
        cmocka_unit_test(integers_are_strict),
        cmocka_unit_test(what_is_written_reads_back_to_the_same_double),
        cmocka_unit_test(ordinary_sizes_are_written_plainly),
        cmocka_unit_test(pretty_numbers_have_at_most_the_digits_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
