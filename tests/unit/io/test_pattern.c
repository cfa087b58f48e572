// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"

#include <time.h>

#include "base/rng.h"
#include "io/pattern.h"

// "name=text|name=text", or "no".
static const char *matched(const char *pattern, const char *text)
{
    static char out[512];
    wdm_capture captures[4];
    size_t n = 99, len = 0;
    if (!wdm_pattern_match(pattern, text, captures, 4, &n)) {
        assert_int_equal(n, 0);
        return "no";
    }
    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(out + len, sizeof out - len, "%s%.*s=%.*s", i > 0 ? "|" : "",
                                (int)captures[i].name_len, captures[i].name, (int)captures[i].len,
                                captures[i].text);
    return out;
}

static void patterns_capture_the_shortest_text(void **state)
{
    static const struct {
        const char *pattern, *text, *expected;
    } cases[] = {
        {"Compound {#}: {analyte}", "Compound 3:  Cocaine", "analyte=Cocaine"},
        {"Compound {#}: {analyte}", "compound 12: MDMA: (R)", "analyte=MDMA: (R)"},
        {"Compound {#}: {analyte}", "Compound x: MDMA", "no"},
        {"Compound {#}: {analyte}", "Compound 3:", "no"},
        {"Compound {#}: {analyte}", "Compound １２： 可卡因", "analyte=可卡因"},
        {"{analyte} Results", "6-MAM Results Results", "analyte=6-MAM Results"},
        {"{analyte} Results", "Results", "no"},
        {"{analyte} Results", " Results", "no"},
        {"{analyte} ({unit})", "Cocaine (ng/L)", "analyte=Cocaine|unit=ng/L"},
        {"{analyte} ({unit})", "THC (free) (ng/L)", "analyte=THC|unit=free) (ng/L"},
        {"{analyte} ({unit})", "可卡因（ng/L）", "analyte=可卡因|unit=ng/L"},
        {"{analyte} ({unit})", "可卡因　（ ng/L ）", "analyte=可卡因|unit=ng/L"},
        {"{analyte} ({unit})", "Cocaine(ng/L)", "no"},
        {"{analyte}({unit})", "Cocaine (ng/L)", "analyte=Cocaine|unit=ng/L"},
        {"流量（{flow_unit}）", "流量(万立方米/天)", "flow_unit=万立方米/天"},
        {"（{#}） {analyte}", "(3) MDA", "analyte=MDA"},
        {"({#}) {analyte}", "（３）MDA", "analyte=MDA"},
        {"Qualifier ({_}) Results", "Qualifier (304.2 -> 82.1) Results", ""},
        {"Qualifier ({_}) Results", "Qualifier () Results", "no"},
        {"Printed {analysed_at}", "PRINTED\tFri Dec 04 12:11:50 2020 ",
         "analysed_at=Fri Dec 04 12:11:50 2020"},
        {"Printed {analysed_at}", "Reprinted 2020", "no"},
        {"{a}{b}", "xyz", "a=x|b=yz"},
        {"{a} {b}", "x  y z", "a=x|b=y z"},
        {"{#}{#}", "1", "no"},
        {"{#}{#}", "12", ""},
        {"{#}5{a}", "1255x", "a=5x"},
        {"{#}5", "1255", ""},
        {"x{#}y{a}z", "x12y3z", "a=3"},
        {"{a}-{#}", "s-1-x-22", "a=s-1-x"},
        {"{a}x{#}y", "1x2x33y", "a=1x2"},
        {"Conc. µg/L", "conc.  μg/l", ""},
        {"DÉBIT {flow}", "débit 5", "flow=5"},
        {"{open", "{OPEN", ""},
        {"{} x", "{} X", ""},
        {"", "", ""},
        {"", "  ", ""},
        {" a ", "A", ""},
        {"{a}", "", "no"},
        {"{a}", "\xff\xfe", "a=\xff\xfe"},
        {"{a}{b}{c}{d}", "wxyz", "a=w|b=x|c=y|d=z"},
        {"{a}{b}{c}{d}{e}", "vwxyz", "no"}, // more captures than the caller takes
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *got = matched(cases[i].pattern, cases[i].text);
        if (strcmp(got, cases[i].expected) != 0)
            fail_msg("\"%s\" and \"%s\": \"%s\", expected \"%s\"", cases[i].pattern, cases[i].text, got,
                     cases[i].expected);
    }
}

static void names_of_a_pattern_are_listed(void **state)
{
    wdm_capture names[2];
    (void)state;
    assert_int_equal(wdm_pattern_names("{_} {#}: {analyte} ({unit}) {x}", names, 2), 3);
    assert_int_equal(names[0].name_len, strlen("analyte"));
    assert_memory_equal(names[0].name, "analyte", names[0].name_len);
    assert_memory_equal(names[1].name, "unit", names[1].name_len);
    assert_int_equal(wdm_pattern_names("no names {#} {_} {", names, 2), 0);
}

static void globs_match_whole_texts(void **state)
{
    static const struct {
        const char *glob, *text;
        bool expected;
    } cases[] = {
        {"*", "", true},
        {"", "", true},
        {"", "x", false},
        {"Totals*", "totals", true},
        {"Totals*", "Totals 5", true},
        {"Totals*", "Subtotals", false},
        {"平均*", "平均值", true},
        {"* (IS)", "Cocaine-d3 (IS)", true},
        {"* (IS)", "Cocaine-d3　（ＩＳ）", true},
        {"* (IS)", "可卡因-d3（IS）", true},
        {"* (IS)", "Cocaine-d3 (IS) 2", false},
        {"*[[]ISTD]*", "Cocaine-d3 [ISTD]", true},
        {"*[[]ISTD]*", "Cocaine-d3 [istd] area", true},
        {"*[[]ISTD]*", "Cocaine-d3 ISTD", false},
        {"[ISTD]", "[ISTD]", true},
        {"[ISTD]", "I", false},
        {"5[*]3", "5*3", true},
        {"5[*]3", "5xx3", false},
        {"what[?]", "what?", true},
        {"what[?]", "whats", false},
        {"QC?", "QC1", true},
        {"QC?", "QC", false},
        {"QC?", "QC12", false},
        {"质控?", "质控样", true},
        {"a*b*c", "a-b-b-c", true},
        {"a*b*c", "a-b-b-c-", false},
        {"a*bb*bbc", "abbbbbc", true},
        {"*a*a*a", "aa", false},
        {"Quantify Compound Summary Report*", "Quantify  Compound\tSummary Report   ", true},
        {"* qual", "Cocaine QUAL", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (wdm_glob_match(cases[i].glob, cases[i].text) != cases[i].expected)
            fail_msg("\"%s\" and \"%s\"", cases[i].glob, cases[i].text);
    }
}

// The plainest glob there is: exponential, for short ASCII texts.
static bool slow_glob(const char *g, const char *t)
{
    if (*g == '*')
        return slow_glob(g + 1, t) || (*t != '\0' && slow_glob(g, t + 1));
    if (*g == '\0' || *t == '\0')
        return *g == *t;
    return (*g == '?' || *g == *t) && slow_glob(g + 1, t + 1);
}

static void random_globs_agree_with_the_plain_definition(void **state)
{
    wdm_rng rng;
    int n_matched = 0;
    (void)state;
    wdm_rng_init(&rng, 1, "globs");
    for (int i = 0; i < 200000; i++) {
        char glob[9] = "", text[11] = "";
        const int n_glob = (int)(wdm_rng_uniform(&rng) * 8.0), n_text = (int)(wdm_rng_uniform(&rng) * 10.0);
        for (int k = 0; k < n_glob; k++)
            glob[k] = "ab*?"[(size_t)(wdm_rng_uniform(&rng) * 4.0)];
        for (int k = 0; k < n_text; k++)
            text[k] = "ab"[(size_t)(wdm_rng_uniform(&rng) * 2.0)];
        if (wdm_glob_match(glob, text) != slow_glob(glob, text))
            fail_msg("\"%s\" and \"%s\"", glob, text);
        n_matched += slow_glob(glob, text);
    }
    assert_true(n_matched > 10000);
}

// Captures that are put together again with the pattern's literals give the text.
static void random_captures_make_up_the_text(void **state)
{
    wdm_rng rng;
    int n_matched = 0;
    (void)state;
    wdm_rng_init(&rng, 1, "captures");
    for (int i = 0; i < 100000; i++) {
        char text[11] = "", again[32] = "";
        wdm_capture c[2];
        size_t n = 0;
        const int n_text = (int)(wdm_rng_uniform(&rng) * 10.0);
        for (int k = 0; k < n_text; k++)
            text[k] = "abc"[(size_t)(wdm_rng_uniform(&rng) * 3.0)];
        const bool has = wdm_pattern_match("{x}ab{y}c", text, c, 2, &n);
        const char *first = strlen(text) > 1 ? strstr(text + 1, "ab") : NULL;
        assert_int_equal(has, first != NULL && strlen(first) > 3 && text[n_text - 1] == 'c');
        if (!has)
            continue;
        n_matched++;
        assert_ptr_equal(c[0].text + c[0].len, first); // the shortest
        (void)snprintf(again, sizeof again, "%.*sab%.*sc", (int)c[0].len, c[0].text, (int)c[1].len,
                       c[1].text);
        assert_string_equal(again, text);
    }
    assert_true(n_matched > 1000);
}

// Time stays within pattern length x text length: this would never end with plain backtracking.
static void hostile_texts_take_no_time(void **state)
{
    static char text[65536];
    wdm_capture captures[12];
    size_t n = 0;
    const clock_t begin = clock();
    (void)state;
    memset(text, 'a', sizeof text - 1);
    assert_false(wdm_glob_match("*a*a*a*a*a*a*a*a*a*a*ab", text));
    assert_false(wdm_pattern_match("{a}a{b}a{c}a{d}a{e}a{f}ab", text, captures, 12, &n));
    memset(text, '1', sizeof text - 1);
    assert_false(wdm_pattern_match("{a}{#}b{b}{#}b", text, captures, 12, &n));
    assert_false(wdm_pattern_match("{a}1{#}{#}b", text, captures, 12, &n));
    if ((double)(clock() - begin) / CLOCKS_PER_SEC > 5.0)
        fail_msg("too slow");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_capture_the_shortest_text),
        cmocka_unit_test(names_of_a_pattern_are_listed),
        cmocka_unit_test(globs_match_whole_texts),
        cmocka_unit_test(random_globs_agree_with_the_plain_definition),
        cmocka_unit_test(random_captures_make_up_the_text),
        cmocka_unit_test(hostile_texts_take_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
