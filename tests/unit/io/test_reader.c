// SPDX-License-Identifier: GPL-3.0-or-later
#include "source_fixture.h"

#include "base/buf.h"
#include "io/reader.h"

static const char blocks[] =
    "forms = ( { kind = \"assay\"; delimiters = \"\\t\"; other_columns = \"ignore\";\n"
    "context = [ \"Data File {data_file}\", \"Sample Name: {_} Sample ID: {sample_id}\", \"Sample Name: "
    "{_}\",\n"
    "\"Compound {_}: {analyte}\" ];\n"
    "columns = ( [\"sample_id\", \"Sample ID\"], [\"value\", \"Conc.\"], [\"analyte\", \"Name\"] );\n"
    "required = [\"sample_id\", \"analyte\", \"value\"]; leave_out = [\"Totals*\"]; } );";
static const char names[] =
    "forms = ( { kind = \"assay\"; delimiters = \",\";\n"
    "columns = ( [\"sample_id\", \"ID\"], [\"analyte\", \"Name\"], [\"value\", \"Conc.\"], [\"data_file\", "
    "\"File\"],\n"
    "[\"sample_type\", \"Type\"] ); qualifiers = [\"{analyte} 2\"]; quantifiers = [\"{analyte} 1\"];\n"
    "sample_types = ( [\"QC\", \"ccv\"], [\"Unknown\", \"sample\"] ); internal_standards = [\"*-d5\"]; } );";
static const char report[] =
    "forms = ( { kind = \"assay\"; preamble = 5; other_columns = \"ignore\"; context = [\"Sample "
    "{sample_id}\"];\n"
    "columns = ( [\"analyte\", \"Name\"], [\"value\", \"Amount [{unit}]\"], [\"rt\", \"RetTime [min]\"] );\n"
    "required = [\"analyte\", \"value\"]; } );";

static wdm_rc note_record(void *user, const wdm_record *record, wdm_err *err)
{
    const char *const *cells = record->cells;
    (void)err;
    wdm_buf_printf(
        user, "%s|%s|%s|%s%s%s;", cells[WDM_FIELD_SAMPLE_ID], cells[WDM_FIELD_ANALYTE],
        cells[WDM_FIELD_VALUE], cells[WDM_FIELD_UNIT],
        record->left_out == NULL ? "" : " left out: ", record->left_out == NULL ? "" : record->left_out);
    return WDM_OK;
}

static wdm_rc note_row(void *user, const wdm_csv_row *row, wdm_row_kind kind, const wdm_columns *columns,
                       wdm_err *err)
{
    (void)row;
    (void)columns;
    (void)err;
    if (kind == WDM_ROW_SUMMARY)
        wdm_buf_puts(user, "summary;");
    if (kind == WDM_ROW_WRONG_CELLS)
        wdm_buf_puts(user, "wrong;");
    return WDM_OK;
}

static bool is_mdma(void *user, const char *name)
{
    (void)user;
    return strcmp(name, "MDMA") == 0;
}

static void expect(const char *form, char delimiter, const char *text, const char *records)
{
    wdm_layout layout = {0};
    wdm_buf got;
    wdm_err err = {WDM_OK, ""};
    wdm_source *source = source_of(text, strlen(text));
    const wdm_reader_events events = {
        .user = &got, .row = note_row, .record = note_record, .known = {is_mdma, NULL}};
    wdm_buf_init(&got, WDM_BUF_DEFAULT_MAX);
    ASSERT_OK(wdm_source_decode(source, "f", NULL, &err), err);
    ASSERT_OK(wdm_layout_parse(&layout, "x", "x.cfg", form, &err), err);
    ASSERT_OK(wdm_reader_run(&layout.forms[0], (wdm_dialect){.delimiter = delimiter}, source, "f", 0, &events,
                             &err),
              err);
    assert_string_equal(wdm_buf_text(&got), records);
    wdm_buf_fini(&got);
    wdm_layout_fini(&layout);
    wdm_source_close(source);
}

static void a_line_of_one_kind_replaces_what_the_last_one_said(void **state)
{
    (void)state;
    expect(blocks, '\t',
           "Compound 1: MDMA\n"
           "Sample Name: A Sample ID: 7\nNo\tConc.\n1\t2.5\n"
           "Sample Name: B\nNo\tConc.\n1\t3.5\n", // no number of its own, and not that of A
           "7|MDMA|2.5|;|MDMA|3.5|;");
}

static void a_data_file_begins_another_injection(void **state)
{
    (void)state;
    expect(blocks, '\t',
           "Data File a.d\nSample Name: A Sample ID: 7\nName\tConc.\nMDMA\t2.5\nTotals\t2.5\n"
           "Data File b.d\nName\tConc.\nMDMA\t3.5\n", // its number is of the file's name
           "7|MDMA|2.5|;summary;b|MDMA|3.5|;");
}

// The mark of a qualifier is cut only before an analyte that is known; controls of one name are told apart.
static void names_say_what_a_row_is(void **state)
{
    (void)state;
    expect(
        names, ',',
        "ID,Name,Conc.,File,Type\ns1,MDMA 1,1,a,Unknown\ns1,MDMA 2,2,a,Unknown\ns1,XYZ 2,3,a,Unknown\n"
        "s1,MDMA-d5,4,a,Unknown\nQC,MDMA,5,b,QC\ns1,MDMA\n",
        "s1|MDMA|1|;s1|MDMA 2|2| left out: qualifier;s1|XYZ 2|3|;s1|MDMA-d5|4| left out: internal standard;"
        "QC (b)|MDMA|5|;wrong;");
}

// The names stand over two lines; the table ends where lines are no longer cut.
static void the_names_of_a_text_table_stand_over_two_lines(void **state)
{
    (void)state;
    expect(report, '\0',
           "Sample S1\n\n"
           "RetTime   Amount   Name\n"
           " [min]   [ng/ul]\n"
           "-------|---------|------\n"
           "   1.50      2.50 MDMA\n"
           "\nEnd of the report\n",
           "S1|MDMA|2.50|ng/ul;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_one_kind_replaces_what_the_last_one_said),
        cmocka_unit_test(a_data_file_begins_another_injection),
        cmocka_unit_test(names_say_what_a_row_is),
        cmocka_unit_test(the_names_of_a_text_table_stand_over_two_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
