// SPDX-License-Identifier: GPL-3.0-or-later
#include "source_fixture.h"

#include "io/sheet.h"

// Every row as "line:[cell][cell]\n".
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

static wdm_rc read_rows(const char *text, size_t len, wdm_dialect dialect, uint64_t limit, wdm_buf *rows,
                        wdm_err *err)
{
    wdm_source *source = source_of(text, len);
    wdm_rc rc = wdm_source_decode(source, "f.txt", NULL, err);
    wdm_buf_init(rows, 1024 * 1024);
    if (rc == WDM_OK)
        rc = wdm_sheet_read(source, "f.txt", dialect, limit, note, rows, err);
    wdm_source_close(source);
    return rc;
}

static void expect_rows(const char *text, wdm_dialect dialect, uint64_t limit, const char *rows)
{
    wdm_buf got;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(read_rows(text, strlen(text), dialect, limit, &got, &err), err);
    assert_string_equal(wdm_buf_text(&got), rows);
    wdm_buf_fini(&got);
}

static void expect_refused(const char *text, size_t len, wdm_dialect dialect, const char *says)
{
    wdm_buf got;
    wdm_err err = {WDM_OK, ""};
    assert_int_equal(read_rows(text, len, dialect, 0, &got, &err), WDM_E_DATA);
    ASSERT_SAYS(err, says);
    wdm_buf_fini(&got);
}

static const wdm_dialect comma = {',', true};
static const wdm_dialect tab = {'\t', false};
static const wdm_dialect quoted_tab = {'\t', true};
static const wdm_dialect ruled = {0, false};

static void each_delimiter_separates(void **state)
{
    (void)state;
    expect_rows("a,b;c\n", comma, 0, "1:[a][b;c]\n");
    expect_rows("a;\"1;5\";c\n", (wdm_dialect){';', true}, 0, "1:[a][1;5][c]\n");
    expect_rows("a|b|\n", (wdm_dialect){'|', true}, 0, "1:[a][b][]\n");
    expect_rows("a\t\"b\tc\"\n", quoted_tab, 0, "1:[a][b\tc]\n");
}

static void empty_cells_between_tabs_keep_their_places(void **state)
{
    static const char text[] = "\t\ta\t\tb\t\n\t\t\n \t \t\r\na\n\t\nx\t  y  \t";
    static const char rows[] = "1:[][][a][][b][]\n2:[][][]\n3:[][][]\n4:[a]\n5:[][]\n6:[x][y][]\n";
    (void)state;
    expect_rows(text, tab, 0, rows);
    expect_rows(text, quoted_tab, 0, rows);
}

static void a_quote_can_be_an_ordinary_character(void **state)
{
    (void)state;
    expect_rows("5\" pipe\t\"a\t\"b\"c\nnext\t\"\n", tab, 0, "1:[5\" pipe][\"a][\"b\"c]\n2:[next][\"]\n");
    expect_refused("a\tb\nc\"d\t1\n", 10, quoted_tab, "f.txt:2: a quote stands where none may stand");
    expect_refused("a\tb\n\1\0\t1\n", 9, tab, "f.txt:2: a NUL byte");
}

static void lines_count_once_whatever_ends_them(void **state)
{
    (void)state;
    expect_rows("a\tb\r\n\r\nc\td\re\n\nf", tab, 0, "1:[a][b]\n3:[c][d]\n4:[e]\n6:[f]\n");
}

static void a_limit_leaves_out_the_cut_line(void **state)
{
    static const char text[] = "a,b\nc,d\n\"e\nf\",g\n";
    (void)state;
    expect_rows(text, comma, 6, "1:[a][b]\n");
    expect_rows(text, comma, 8, "1:[a][b]\n2:[c][d]\n");
    expect_rows(text, comma, 12, "1:[a][b]\n2:[c][d]\n"); // in the middle of a quoted field
    expect_rows(text, comma, 17, "1:[a][b]\n2:[c][d]\n3:[e\nf][g]\n");
    expect_rows("a,b", comma, 3, "1:[a][b]\n"); // nothing was cut
    expect_rows("a,b", comma, 2, "");
}

static void an_open_quote_does_not_gather_the_file(void **state)
{
    enum { LINES = 200000 };
    char *text = malloc(2 + 4 * LINES + 1);
    (void)state;
    assert_non_null(text);
    memcpy(text, "h\n", 2);
    for (size_t i = 0; i < LINES; i++)
        memcpy(text + 2 + 4 * i, "a;b\n", 4);
    text[2] = '"';
    expect_refused(text, 2 + 4 * LINES, (wdm_dialect){';', true},
                   "f.txt:2: a field is longer than 65536 bytes");
    expect_refused(text, 2 + 4 * LINES, (wdm_dialect){';', true},
                   "is a quote missing, or the delimiter not a semicolon?");
    free(text);
}

// ---- ruler

static void a_table_is_cut_under_its_ruler(void **state)
{
    (void)state;
    expect_rows("Sample Name: EX1\n"
                "\n"
                "RetTime  Type    Area     Amount   Grp   Name\n"
                " [min]         [pA*s]    [ng/ul]\n"
                "-------|------|--------|----------|--|------------\n"
                "  8.335 MF     10.97505  531.23458    Glyoxylate   \n"
                "123.462       22.58038                 Âcide x\n"
                "Totals :              1.95\n"
                "  1.0 not a row\n",
                ruled, 0,
                "1:[Sample Name: EX1]\n"
                "3:[RetTime][Type][Area][Amount][Grp][Name]\n"
                "4:[[min]][][[pA*s]][[ng/ul]][][]\n"
                "6:[8.335][MF][10.97505][531.23458][][Glyoxylate]\n"
                "7:[123.462][][22.58038][][][Âcide x]\n"
                "8:[Totals :              1.95]\n"
                "9:[1.0 not a row]\n");
}

static void a_totals_line_ends_the_table(void **state)
{
    (void)state;
    expect_rows("RT     Area\n------|-----\n12.345  1.0\nTotals  1.0\n", ruled, 0,
                "1:[RT][Area]\n3:[12.345][1.0]\n4:[Totals  1.0]\n");
    expect_rows("Name   Area\n------|-----\nGlucose 1.0\nTotals  1.0\n", ruled, 0,
                "1:[Name][Area]\n3:[Glucose][1.0]\n4:[Totals][1.0]\n"); // a row of its own: leave_out
}

static void only_the_two_lines_on_the_ruler_are_headers(void **state)
{
    (void)state;
    expect_rows("a b\nc  d\ne  f\n--|--\n1  2\n\nx y\n", ruled, 0,
                "1:[a b]\n2:[c][d]\n3:[e][f]\n5:[1][2]\n7:[x y]\n");
    expect_rows("a b\n\ne  f\n--|--\n1  2\n", ruled, 0, "1:[a b]\n3:[e][f]\n5:[1][2]\n");
    expect_rows("--|--\r\n1  2\r\n", ruled, 0, "2:[1][2]\n");
    expect_rows("a\n-----\n| |\n", ruled, 0, "1:[a]\n2:[-----]\n3:[| |]\n"); // no rulers
}

static void bars_stand_at_characters_not_bytes(void **state)
{
    (void)state;
    expect_rows("名称  值 \n----|----\nµµµµ 1\n", ruled, 0, "1:[名称  值][]\n3:[µµµµ][1]\n");
    expect_rows("éé  v\n---|---\n", ruled, 0, "1:[éé][v]\n");
}

static void text_at_a_bar_stays_whole(void **state)
{
    (void)state;
    // "Grp" ends on its bar, 99.5 begins on it.
    expect_rows("Grp  Name\n--|------\n  99.5\n", ruled, 0, "1:[Grp][Name]\n3:[][99.5]\n");
    // A header word over a bar goes where more of it stands.
    expect_rows("a Component\n----|-----\n", ruled, 0, "1:[a][Component]\n");
}

static void a_line_that_cannot_be_cut_has_a_cell_too_many(void **state)
{
    (void)state;
    expect_rows("a    b\n----|-----\n12345678\n", ruled, 0, "1:[a][b]\n3:[12345678][][12345678]\n");
    expect_rows("a    b\n----|-----|\n1    2     x\n1    2\n", ruled, 0,
                "1:[a][b]\n3:[1][2][1    2     x]\n4:[1][2]\n");
}

static void a_ruler_text_ends_anywhere(void **state)
{
    static const char text[] = "a  b\n--|--\n1  2\n3  4";
    (void)state;
    expect_rows(text, ruled, 0, "1:[a][b]\n3:[1][2]\n4:[3][4]\n");
    expect_rows(text, ruled, 18, "1:[a][b]\n3:[1][2]\n"); // the cut line is left out
    expect_rows(text, ruled, 4, "");
    expect_refused("a\nb\0\n", 5, ruled, "f.txt:2: a NUL byte");
}

// ---- real exports, where they are at hand

static const char *exports_dir(void)
{
    static const char *const dirs[] = {WDM_SOURCE_DIR "/../shared/data/instrument_exports",
                                       WDM_SOURCE_DIR "/tests/reference/exports"};
    for (size_t i = 0; i < sizeof dirs / sizeof dirs[0]; i++) {
        if (access(dirs[i], R_OK) == 0)
            return dirs[i];
    }
    return getenv("WDM_TEST_EXPORTS");
}

typedef struct export_rows {
    size_t n, widest;
    uint64_t last_line;
} export_rows;

static wdm_rc count_row(void *user, const wdm_csv_row *row, wdm_err *err)
{
    export_rows *rows = user;
    (void)err;
    assert_true(row->line > rows->last_line);
    rows->last_line = row->line;
    rows->n++;
    rows->widest = row->n > rows->widest ? row->n : rows->widest;
    return WDM_OK;
}

// Rows: lines that are not blank (tr -d '\r' | grep -c '[^ ]'; OpenLab: less two rulers). Columns: the most
// that a line has (awk -F, its NF).
static void real_exports_are_read_to_the_end(void **state)
{
    static const struct {
        const char *file, *encoding;
        wdm_dialect dialect;
        size_t rows, columns;
    } cases[] = {
        {"MSOrganiser__ISO_8859_1_Encoding.csv", "CP1252", {',', true}, 209, 22},
        {"MSOrganiser__SciExTestData.txt", "UTF-8", {'\t', false}, 13665, 6},
        {"p2m2tools__targetlynx_SortieMassLynxCompoundToutesColonnes.txt", "CP1252", {'\t', false}, 26, 210},
        {"p2m2tools__shimadzu_gcms_13CPROT1.txt", "UTF-8", {'\t', false}, 266, 56},
        {"p2m2tools__openlabcds_Report_Ex1.txt", "UTF-8", {0, false}, 42, 8},
    };
    (void)state;
    if (exports_dir() == NULL)
        skip();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[512];
        wdm_source *source = NULL;
        export_rows rows = {0};
        wdm_err err = {WDM_OK, ""};
        (void)snprintf(path, sizeof path, "%s/%s", exports_dir(), cases[i].file);
        if (access(path, R_OK) != 0)
            continue;
        ASSERT_OK(wdm_source_open(&source, path, &err), err);
        ASSERT_OK(wdm_source_decode(source, cases[i].file, NULL, &err), err);
        assert_string_equal(wdm_source_encoding(source), cases[i].encoding);
        ASSERT_OK(wdm_sheet_read(source, cases[i].file, cases[i].dialect, 0, count_row, &rows, &err), err);
        assert_int_equal(rows.n, cases[i].rows);
        assert_int_equal(rows.widest, cases[i].columns);
        wdm_source_close(source);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_delimiter_separates),
        cmocka_unit_test(empty_cells_between_tabs_keep_their_places),
        cmocka_unit_test(a_quote_can_be_an_ordinary_character),
        cmocka_unit_test(lines_count_once_whatever_ends_them),
        cmocka_unit_test(a_limit_leaves_out_the_cut_line),
        cmocka_unit_test(an_open_quote_does_not_gather_the_file),
        cmocka_unit_test(a_table_is_cut_under_its_ruler),
        cmocka_unit_test(a_totals_line_ends_the_table),
        cmocka_unit_test(only_the_two_lines_on_the_ruler_are_headers),
        cmocka_unit_test(bars_stand_at_characters_not_bytes),
        cmocka_unit_test(text_at_a_bar_stays_whole),
        cmocka_unit_test(a_line_that_cannot_be_cut_has_a_cell_too_many),
        cmocka_unit_test(a_ruler_text_ends_anywhere),
        cmocka_unit_test(real_exports_are_read_to_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
