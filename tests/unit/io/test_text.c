// SPDX-License-Identifier: GPL-3.0-or-later
// Folding, trimming and what is valid UTF-8.
#include "unittest.h"

#include "io/text.h"

static void spellings_that_mean_the_same_fold_alike(void **state)
{
    static const struct {
        const char *a, *b;
    } cases[] = {
        {"\xc2\xb5g/L", "\xce\xbcg/L"}, // micro sign U+00B5, Greek mu U+03BC
        {"ΜG/l", "μg/L"},               // Greek capital Mu
        {"万m³/d", "万m3/d"},
        {"ＢＥ", "be"},
        {"＜LOQ", "<loq"},
        {"  Benzoyl   ecgonine ", "benzoyl ecgonine"},
        {"a\xc2\xa0"
         "b",
         "A b"}, // NBSP
        {"未检出", "未检出"},
        {"Straße", "STRASSE"},
        {"e\xcc\x81", "\xc3\xa9"}, // decomposed and composed é
        {"x\xe2\x80\x8by", "xy"},  // zero width space
    };
    char a[64], b[64];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(wdm_text_fold(cases[i].a, a, sizeof a));
        assert_true(wdm_text_fold(cases[i].b, b, sizeof b));
        assert_string_equal(a, b);
    }
    assert_true(wdm_text_fold("ng/L", a, sizeof a));
    assert_true(wdm_text_fold("mg/L", b, sizeof b));
    assert_string_not_equal(a, b);
}

// The quick way for ASCII must give what utf8proc gives: the same text with a wide blank goes the long way.
static void the_quick_ascii_way_agrees_with_the_long_way(void **state)
{
    static const char *const cases[] = {"Value",       "  A  b\tC ", "mg/d/1000", "<LOQ",
                                        "N-Methyl  X", "x\r\ny",     ""};
    char quick[64], slow[64], wide[64];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(wide, sizeof wide, "%s\xe3\x80\x80", cases[i]);
        assert_true(wdm_text_fold(cases[i], quick, sizeof quick));
        assert_true(wdm_text_fold(wide, slow, sizeof slow));
        assert_string_equal(quick, slow);
    }
}

static void folding_refuses_what_does_not_fit_or_is_not_utf8(void **state)
{
    char small[4];
    char out[64];
    (void)state;
    assert_true(wdm_text_fold("abc", small, sizeof small));
    assert_false(wdm_text_fold("abcd", small, sizeof small));
    assert_false(wdm_text_fold("未检", small, sizeof small));
    assert_false(wdm_text_fold("\xff\xfe", out, sizeof out));
}

static void trim(const char *text, const char *expected)
{
    char copy[64];
    (void)snprintf(copy, sizeof copy, "%s", text);
    assert_string_equal(wdm_text_trim(copy), expected);
}

static void trimming_knows_nbsp_and_the_ideographic_space(void **state)
{
    (void)state;
    trim("  a b \t", "a b");
    trim("\xc2\xa0 5.2\xc2\xa0", "5.2");
    trim("\xe3\x80\x80白沙门\xe3\x80\x80 ", "白沙门");
    trim("\xc2\xa0", "");
    trim("", "");
    trim("a\xc2\xa0"
         "b",
         "a\xc2\xa0"
         "b");
}

static void a_cut_text_ends_with_a_whole_character(void **state)
{
    char text[] = "a\xe7\x99\xbd\xe7\x99"; // 白, and two bytes of another
    char whole[] = "a\xe7\x99\xbd";
    (void)state;
    wdm_text_cut(text);
    assert_string_equal(text, "a白");
    wdm_text_cut(whole);
    assert_string_equal(whole, "a白");
}

static void only_valid_utf8_is_valid(void **state)
{
    static const char *const bad[] = {"a\x80", "a\xc0\xaf", "a\xed\xa0\x80", "a\xf4\x90\x80\x80",
                                      "a\xe4\xb8"};
    size_t at = 0;
    (void)state;
    assert_true(wdm_utf8_valid("白\xf0\x9f\x98\x80", 7, &at));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(wdm_utf8_valid(bad[i], strlen(bad[i]), &at));
        assert_int_equal(at, 1);
    }
}

static void width_counts_columns(void **state)
{
    (void)state;
    assert_int_equal(wdm_text_width("abc"), 3);
    assert_int_equal(wdm_text_width("白沙门"), 6);
    assert_int_equal(wdm_text_width("e\xcc\x81"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_that_mean_the_same_fold_alike),
        cmocka_unit_test(the_quick_ascii_way_agrees_with_the_long_way),
        cmocka_unit_test(folding_refuses_what_does_not_fit_or_is_not_utf8),
        cmocka_unit_test(trimming_knows_nbsp_and_the_ideographic_space),
        cmocka_unit_test(a_cut_text_ends_with_a_whole_character),
        cmocka_unit_test(only_valid_utf8_is_valid),
        cmocka_unit_test(width_counts_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
