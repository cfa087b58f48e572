// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of laboratories' cells. What is no number must never become one: texts made at random are compared
// with a regular expression.
#include "unittest.h"

#include <regex.h>

#include "base/rng.h"
#include "io/number.h"
#include "io/plain.h"

static const wdm_number_style point = {'.', 0};
static const wdm_number_style comma = {',', 0};

typedef struct number_case {
    const char *text;
    wdm_number_style style;
    wdm_number_verdict verdict;
    double value;
} number_case;

static const number_case cells[] = {
    {"12.5", {'.', 0}, WDM_NUMBER_OK, 12.5},
    {"12,5", {',', 0}, WDM_NUMBER_OK, 12.5},
    {"-,5e3", {',', 0}, WDM_NUMBER_OK, -500.0},
    {"5,", {',', 0}, WDM_NUMBER_OK, 5.0},
    {"1,5E-3", {',', '.'}, WDM_NUMBER_OK, 0.0015},
    {"12.5", {',', 0}, WDM_NUMBER_POINT, 0.0},
    {"12.5", {',', '.'}, WDM_NUMBER_POINT, 0.0},
    {".5", {',', 0}, WDM_NUMBER_POINT, 0.0},
    {"1.2345", {',', '.'}, WDM_NUMBER_POINT, 0.0},
    {"1.234", {',', 0}, WDM_NUMBER_THOUSANDS, 0.0},
    {"1.234,5", {',', 0}, WDM_NUMBER_THOUSANDS, 0.0},
    {"12,5", {'.', 0}, WDM_NUMBER_COMMA, 0.0},
    {"12,5", {'.', ','}, WDM_NUMBER_COMMA, 0.0},
    {"0,125", {'.', ','}, WDM_NUMBER_THOUSANDS, 0.0},
    {"-012,125", {'.', ','}, WDM_NUMBER_THOUSANDS, 0.0},
    {"1234,567", {'.', ','}, WDM_NUMBER_THOUSANDS, 0.0},
    {"1,234e5", {'.', ','}, WDM_NUMBER_COMMA, 0.0},
    {"1,2,345", {'.', ','}, WDM_NUMBER_NOT, 0.0},
    {"1,234.567,890", {'.', ','}, WDM_NUMBER_NOT, 0.0},
    {",234", {'.', ','}, WDM_NUMBER_COMMA, 0.0},
    {"1,,234", {'.', ','}, WDM_NUMBER_NOT, 0.0},
    {"1,234,", {'.', ','}, WDM_NUMBER_NOT, 0.0},
    {"31,500", {'.', ','}, WDM_NUMBER_OK, 31500.0},
    {"31500", {'.', ','}, WDM_NUMBER_OK, 31500.0},
    {"-1,234,567.25", {'.', ','}, WDM_NUMBER_OK, -1234567.25},
    {"1,234.", {'.', ','}, WDM_NUMBER_OK, 1234.0},
    {"1.234.567,25", {',', '.'}, WDM_NUMBER_OK, 1234567.25},
    {"1 234,5", {',', ' '}, WDM_NUMBER_OK, 1234.5},
    {"1\u202f234\u00a0567,5", {',', ' '}, WDM_NUMBER_OK, 1234567.5},
    {"1  234", {',', ' '}, WDM_NUMBER_NOT, 0.0},
    {"48\t480", {',', ' '}, WDM_NUMBER_NOT, 0.0}, // a tab separates cells
    {"\t48\u202f480\t", {',', ' '}, WDM_NUMBER_OK, 48480.0},
    {"48\t480\u00a0", {',', ' '}, WDM_NUMBER_NOT, 0.0},
    {"1 234", {'.', 0}, WDM_NUMBER_NOT, 0.0},
    {"1'234.5", {'.', '\''}, WDM_NUMBER_OK, 1234.5},
    {"1\u2019234.5", {'.', '\''}, WDM_NUMBER_OK, 1234.5},
    {"1.5", {'.', '.'}, WDM_NUMBER_OK, 1.5}, // a thousands sign that is the decimal sign counts as none
    {"1.500.000", {'.', '.'}, WDM_NUMBER_NOT, 0.0}, //
    {"1x500", {'.', 'x'}, WDM_NUMBER_NOT, 0.0},     // no such thousands sign
    {"１２．５", {'.', 0}, WDM_NUMBER_OK, 12.5},
    {"－１２，５", {',', 0}, WDM_NUMBER_OK, -12.5},
    {"１２，５", {'.', 0}, WDM_NUMBER_COMMA, 0.0},
    {"＋１，２３４", {'.', ','}, WDM_NUMBER_OK, 1234.0},
    {"\u22121.5e\u22123", {'.', 0}, WDM_NUMBER_OK, -0.0015},
    {"\u00a0\u3000 7\u2009\u202f", {'.', 0}, WDM_NUMBER_OK, 7.0},
    {"\u00a0\u3000", {'.', 0}, WDM_NUMBER_EMPTY, 0.0},
    {"1\u00a05", {'.', 0}, WDM_NUMBER_NOT, 0.0},
    {"１２％", {'.', 0}, WDM_NUMBER_NOT, 0.0},
    {"１Ｏ４", {'.', 0}, WDM_NUMBER_LETTER_O, 0.0},
    {"1O4,2", {',', 0}, WDM_NUMBER_LETTER_O, 0.0},
    {"\u20135", {'.', 0}, WDM_NUMBER_NOT, 0.0}, // a dash is no minus
    {"十二", {'.', 0}, WDM_NUMBER_NOT, 0.0},
    {"\u0661\u0662", {'.', 0}, WDM_NUMBER_NOT, 0.0}, // Arabic-Indic digits
    {"12\xff", {'.', 0}, WDM_NUMBER_NOT, 0.0},
    {"１e999", {'.', 0}, WDM_NUMBER_RANGE, 0.0},
    {"N/F", {',', '.'}, WDM_NUMBER_NOT, 0.0},
};

static void styled_cells_are_read_or_get_the_verdict_that_helps(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        double value = -77.0;
        const wdm_number_verdict got = wdm_number_parse_styled(cells[i].text, cells[i].style, &value);
        if (got != cells[i].verdict)
            fail_msg("\"%s\": verdict %d, expected %d", cells[i].text, (int)got, (int)cells[i].verdict);
        if (value != (got == WDM_NUMBER_OK ? cells[i].value : -77.0))
            fail_msg("\"%s\" was read as %.17g", cells[i].text, value);
        assert_true(wdm_number_hint_styled(got, cells[i].style)[0] != '\0');
    }
    assert_string_equal(wdm_number_hint(WDM_NUMBER_POINT), "decimal point? this file uses a decimal comma");
    assert_string_equal(wdm_number_hint_styled(WDM_NUMBER_NOT, comma), "write a number such as 104,2");
    assert_string_equal(wdm_number_hint_styled(WDM_NUMBER_NOT, point), wdm_number_hint(WDM_NUMBER_NOT));
}

static void evidence_names_the_only_decimal_sign(void **state)
{
    static const struct {
        const char *text;
        char evidence;
    } cases[] = {
        {"12.5", '.'},      {"12,5", ','},      {"1,234", '?'},    {"1.234", '?'},   {"0,125", ','},
        {"0.125", '.'},     {"1234.567", '.'},  {"1234,567", ','}, {"1,234.5", '.'}, {"1.234,5", ','},
        {"1,234,567", '.'}, {"1.234.567", ','}, {"1 234,5", ','},  {"1'234.5", '.'}, {"1.234e5", '.'},
        {"104", 0},         {"ND", 0},          {"", 0},           {"<0,5", 0},      {"1.2.3", 0},
        {"１２，５", ','},  {"1 234", 0},       {".", 0},          {"-1,5e3", ','},  {"2026.11.16", 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char got = wdm_number_evidence(cases[i].text);
        if (got != cases[i].evidence)
            fail_msg("\"%s\": evidence '%c', expected '%c'", cases[i].text, got, cases[i].evidence);
    }
}

// Writes a C-locale number in a style, each digit and sign full-width when wide says so.
static void write_styled(const char *plain, wdm_number_style style, bool wide, char out[256])
{
    const size_t whole = strspn(plain + (plain[0] == '-'), "0123456789") + (plain[0] == '-');
    const bool exponent = strchr(plain, 'e') != NULL;
    size_t len = 0;
    for (size_t i = 0; plain[i] != '\0'; i++) {
        char c = plain[i] == '.' ? style.decimal : plain[i];
        const bool group = i < whole && i > (plain[0] == '-' ? 1u : 0u) && (whole - i) % 3 == 0 && !exponent;
        for (int part = group && style.thousands != 0 ? 0 : 1; part < 2; part++) {
            const char put = part == 0 ? style.thousands : c;
            if (wide && put != ' ' && put != 'e')
                len += (size_t)snprintf(out + len, 256 - len, "\xef%c%c", put < 0x60 ? 0xbc : 0xbd,
                                        put < 0x60 ? put - 0x20 + 0x80 : put - 0x60 + 0x80);
            else
                len += (size_t)snprintf(out + len, 256 - len, "%c", put);
        }
    }
}

static void what_is_written_in_a_style_reads_back(void **state)
{
    static const wdm_number_style styles[] = {{'.', 0},   {',', 0},   {'.', ','},  {',', '.'},
                                              {'.', ' '}, {',', ' '}, {'.', '\''}, {',', '\''}};
    wdm_rng rng;
    int n_read = 0;
    (void)state;
    wdm_rng_init(&rng, 1, "styled round trip");
    for (int i = 0; i < 80000; i++) {
        const wdm_number_style style = styles[i % 8];
        const bool wide = (i / 8) % 4 == 3;
        char plain[WDM_NUMBER_TEXT], text[256] = "";
        double back = 0.0;
        double value = (wdm_rng_uniform(&rng) - 0.5) * pow(10.0, floor(wdm_rng_uniform(&rng) * 14.0));
        if (i % 3 == 0)
            value = round(value * 1000.0) / 1000.0;
        wdm_number_format(value, plain);
        write_styled(plain, style, wide, text);
        if (wdm_number_parse_styled(text, style, &back) == WDM_NUMBER_NOT && strlen(text) > 64)
            continue;
        if (memcmp(&back, &value, sizeof value) != 0)
            fail_msg("%s was written \"%s\" and read back as %.17g", plain, text, back);
        n_read++;
    }
    assert_true(n_read > 75000);
}

static const char *form_of(wdm_number_style style)
{
    static char form[256];
    const char *d = style.decimal == ',' ? "," : "[.]";
    const char *t = style.thousands == ','   ? ","
                    : style.thousands == '.' ? "[.]"
                    : style.thousands == ' ' ? " "
                                             : "'";
    size_t len =
        (size_t)snprintf(form, sizeof form, "^[+-]?(([0-9]+%s?[0-9]*|%s[0-9]+)([eE][+-]?[0-9]+)?", d, d);
    if (style.thousands != 0)
        len +=
            (size_t)snprintf(form + len, sizeof form - len, "|[1-9][0-9]{0,2}(%s[0-9]{3})+(%s[0-9]*)?", t, d);
    (void)snprintf(form + len, sizeof form - len, ")$");
    return form;
}

// Texts of characters that numbers are made of, so that many nearly are numbers.
static void make_text(wdm_rng *rng, char text[64])
{
    static const char *const pieces[] = {"0",  "1",  "5",  "9",  "123", "000",    ".",   ",",   " ",
                                         "'",  "-",  "+",  "e",  "E",   "O",      "NaN", "inf", "0x",
                                         "％", "５", "．", "，", "－",  "\u00a0", "<",   "#"};
    const int n = 1 + (int)(wdm_rng_uniform(rng) * 8.0);
    size_t len = 0;
    for (int i = 0; i < n; i++) {
        size_t at = (size_t)(wdm_rng_uniform(rng) * 26.0);
        if (wdm_rng_uniform(rng) < 0.6)
            at = (size_t)(wdm_rng_uniform(rng) * 8.0);
        len += (size_t)snprintf(text + len, 64 - len, "%s", pieces[at]);
    }
    if (wdm_rng_uniform(rng) < 0.05) // any byte
        text[(size_t)(wdm_rng_uniform(rng) * (double)len)] = (char)(1 + (int)(wdm_rng_uniform(rng) * 255.0));
}

// A number is read when, and only when, the plain text has the form that the regular expression says.
static void no_text_that_is_no_number_becomes_one(void **state)
{
    static const wdm_number_style styles[] = {{'.', 0},   {',', 0},   {'.', ','},
                                              {',', '.'}, {',', ' '}, {'.', '\''}};
    wdm_rng rng;
    int n_numbers = 0;
    (void)state;
    wdm_rng_init(&rng, 1, "texts");
    for (size_t s = 0; s < sizeof styles / sizeof styles[0]; s++) {
        regex_t form;
        assert_int_equal(regcomp(&form, form_of(styles[s]), REG_EXTENDED | REG_NOSUB), 0);
        for (int i = 0; i < 60000; i++) {
            char text[64] = "", plain[64];
            double value = 0.0;
            make_text(&rng, text);
            const bool number = wdm_number_parse_styled(text, styles[s], &value) == WDM_NUMBER_OK;
            bool expected =
                wdm_plain_fold(text, plain, sizeof plain) && regexec(&form, plain, 0, NULL, 0) == 0;
            if (expected && !number && strpbrk(plain, "eE") != NULL) // too large for a double
                expected = wdm_number_parse_styled(text, styles[s], &value) != WDM_NUMBER_RANGE;
            if (number != expected)
                fail_msg("\"%s\" in style '%c': %s", text, styles[s].decimal,
                         number ? "a number" : "no number");
            assert_true(isfinite(value));
            n_numbers += number;
        }
        regfree(&form);
    }
    assert_true(n_numbers > 20000 && n_numbers < 340000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(styled_cells_are_read_or_get_the_verdict_that_helps),
        cmocka_unit_test(evidence_names_the_only_decimal_sign),
        cmocka_unit_test(what_is_written_in_a_style_reads_back),
        cmocka_unit_test(no_text_that_is_no_number_becomes_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
