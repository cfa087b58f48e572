// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"

#include "io/csv.h"

// Every record as "line:[field][field]\n".
static wdm_rc note(void *user, const wdm_csv_row *row, wdm_err *err)
{
    wdm_buf *out = user;
    (void)err;
    wdm_buf_printf(out, "%d:", (int)row->line);
    for (size_t i = 0; i < row->n; i++)
        wdm_buf_printf(out, "[%s]", row->fields[i]);
    wdm_buf_puts(out, "\n");
    return WDM_OK;
}

// Reads the text whole and in pieces of 1 and 3 bytes; all must agree. The caller gets the whole reading.
static wdm_rc read_all_ways(const char *text, size_t len, wdm_buf *whole, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    wdm_buf_init(whole, 1024 * 1024);
    rc = wdm_csv_read("f.csv", text, len, note, whole, err);
    for (size_t step = 1; step <= 3; step += 2) {
        wdm_csv *csv = NULL;
        wdm_buf pieces;
        wdm_err again = {WDM_OK, ""};
        wdm_rc rc2 = WDM_OK;
        wdm_buf_init(&pieces, 1024 * 1024);
        ASSERT_OK(wdm_csv_new(&csv, "f.csv", (wdm_dialect){',', true}, note, &pieces, &again), again);
        for (size_t at = 0; at < len && rc2 == WDM_OK; at += step)
            rc2 = wdm_csv_feed(csv, text + at, len - at < step ? len - at : step, &again);
        if (rc2 == WDM_OK)
            rc2 = wdm_csv_finish(csv, &again);
        assert_int_equal(rc2, rc);
        assert_string_equal(wdm_buf_text(&pieces), wdm_buf_text(whole));
        if (rc != WDM_OK)
            assert_string_equal(again.text, err->text);
        wdm_buf_fini(&pieces);
        wdm_csv_free(csv);
    }
    return rc;
}

static void expect(const char *text, const char *records)
{
    wdm_buf got;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(read_all_ways(text, strlen(text), &got, &err), err);
    assert_string_equal(wdm_buf_text(&got), records);
    wdm_buf_fini(&got);
}

static void expect_refused(const char *text, size_t len, const char *says)
{
    wdm_buf got;
    wdm_err err = {WDM_OK, ""};
    assert_int_equal(read_all_ways(text, len, &got, &err), WDM_E_DATA);
    ASSERT_SAYS(err, says);
    wdm_buf_fini(&got);
}

static void every_kind_of_line_end_counts_one_line(void **state)
{
    (void)state;
    expect("a,b\nc,d\n", "1:[a][b]\n2:[c][d]\n");
    expect("a,b\r\nc,d\r\n", "1:[a][b]\n2:[c][d]\n");
    expect("a,b\rc,d\r", "1:[a][b]\n2:[c][d]\n");
    expect("a\r\n\r\nb\n\nc", "1:[a]\n3:[b]\n5:[c]\n");
    expect("a,b", "1:[a][b]\n");
    expect("", "");
    expect("\n\n", "");
    expect(",\n,,", "1:[][]\n2:[][][]\n");
}

static void a_record_has_the_line_on_which_it_starts(void **state)
{
    (void)state;
    // The first field goes on over lines 2 and 3; the next record stands on line 4.
    expect("h,i\n\"a\nb\",c\nd,e\n", "1:[h][i]\n2:[a\nb][c]\n4:[d][e]\n");
    expect("x,\"1\r\n2\r\n3\"\r\ny,z\r\n", "1:[x][1\r\n2\r\n3]\n4:[y][z]\n");
}

static void quotes_follow_rfc_4180(void **state)
{
    (void)state;
    expect("\"a,b\",\"c\"\"d\",\"\"\n", "1:[a,b][c\"d][]\n");
    expect("\"\"\"\"\n", "1:[\"]\n");
    expect("\" a \",b\n", "1:[ a ][b]\n"); // blanks inside quotes stay
    expect_refused("a\nb,c\"d\n", 8, "f.csv:2: a quote stands where none may stand");
    expect_refused("a\n\"b\"c,d\n", 9, "f.csv:2: a quote stands where none may stand");
}

static void an_unclosed_quote_names_the_line_where_it_opens(void **state)
{
    static const char first[] = "a,b\n\"c,d\ne,f\n";
    static const char second[] = "a,b\n\"x\ny\",\"z\nw,v\n";
    (void)state;
    expect_refused(first, strlen(first), "f.csv:2: the quoted field that starts here never ends");
    expect_refused(second, strlen(second), "f.csv:3: the quoted field that starts here never ends");
}

static void a_nul_byte_is_refused(void **state)
{
    (void)state;
    expect_refused("a,b\nc\0d,e\n", 10, "f.csv:2: a NUL byte");
}

// "h", then a line of n bytes c.
static char *two_lines(char c, size_t n)
{
    char *text = malloc(n + 3);
    assert_non_null(text);
    memset(text, c, n + 2);
    text[0] = 'h';
    text[1] = '\n';
    text[n + 2] = '\0';
    return text;
}

static void an_oversized_field_or_row_is_refused(void **state)
{
    char *text = two_lines('x', WDM_CSV_FIELD_MAX);
    wdm_buf got;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(read_all_ways(text, strlen(text), &got, &err), err);
    assert_int_equal(got.len, strlen("1:[h]\n2:[]\n") + WDM_CSV_FIELD_MAX);
    wdm_buf_fini(&got);
    free(text);
    text = two_lines('x', WDM_CSV_FIELD_MAX + 1);
    expect_refused(text, strlen(text), "f.csv:2: a field is longer than");
    free(text);
    text = two_lines(',', WDM_CSV_COLUMNS_MAX);
    expect_refused(text, strlen(text), "more than 4096 columns");
    free(text);
}

static wdm_rc refuse_second(void *user, const wdm_csv_row *row, wdm_err *err)
{
    int *calls = user;
    (*calls)++;
    return row->line == 2 ? wdm_err_set(err, WDM_E_CONFIG, "no second row") : WDM_OK;
}

static void what_the_callback_returns_stops_the_reading(void **state)
{
    static const char text[] = "a\nb\nc\nd\n";
    int calls = 0;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_int_equal(wdm_csv_read("f", text, strlen(text), refuse_second, &calls, &err), WDM_E_CONFIG);
    assert_int_equal(calls, 2);
    assert_string_equal(err.text, "no second row");
}

static void a_byte_order_mark_is_not_part_of_the_first_field(void **state)
{
    static const char text[] = "\xef\xbb\xbfsite_id,b\n";
    wdm_buf got;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    wdm_buf_init(&got, 1024);
    ASSERT_OK(wdm_csv_read("f", text, strlen(text), note, &got, &err), err);
    assert_string_equal(wdm_buf_text(&got), "1:[site_id][b]\n");
    wdm_buf_fini(&got);
}

static void another_delimiter(void **state)
{
    wdm_csv *csv = NULL;
    wdm_buf got;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    wdm_buf_init(&got, 1024);
    ASSERT_OK(wdm_csv_new(&csv, "f", (wdm_dialect){';', true}, note, &got, &err), err);
    ASSERT_OK(wdm_csv_feed(csv, "a;1,5\n", 6, &err), err);
    ASSERT_OK(wdm_csv_finish(csv, &err), err);
    assert_string_equal(wdm_buf_text(&got), "1:[a][1,5]\n");
    wdm_csv_free(csv);
    wdm_buf_fini(&got);
}

static void written_fields_are_quoted_and_formulas_neutralised(void **state)
{
    static const struct {
        const char *field, *written;
    } cases[] = {
        {"plain", "plain"},
        {"", ""},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""},
        {"=1+1", "\"'=1+1\""},
        {"+cmd|x", "\"'+cmd|x\""},
        {"-2+3", "\"'-2+3\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"\t=1", "\"'\t=1\""},
        {"-5.25", "-5.25"}, // numbers are numbers
        {"+3", "+3"},
        {"-1e-05", "-1e-05"},
        {"<5", "<5"},
        {"白沙门", "白沙门"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wdm_buf out;
        wdm_buf_init(&out, 256);
        wdm_csv_put(&out, cases[i].field);
        assert_string_equal(wdm_buf_text(&out), cases[i].written);
        wdm_buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_line_end_counts_one_line),
        cmocka_unit_test(a_record_has_the_line_on_which_it_starts),
        cmocka_unit_test(quotes_follow_rfc_4180),
        cmocka_unit_test(an_unclosed_quote_names_the_line_where_it_opens),
        cmocka_unit_test(a_nul_byte_is_refused),
        cmocka_unit_test(an_oversized_field_or_row_is_refused),
        cmocka_unit_test(what_the_callback_returns_stops_the_reading),
        cmocka_unit_test(a_byte_order_mark_is_not_part_of_the_first_field),
        cmocka_unit_test(another_delimiter),
        cmocka_unit_test(written_fields_are_quoted_and_formulas_neutralised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
