// SPDX-License-Identifier: GPL-3.0-or-later
#include "source_fixture.h"

#include "io/convert.h"

#define BYTES(literal) literal, sizeof(literal) - 1

// A zip's central directory with the names (all that is looked at), after a first local mark.
static size_t fake_zip(char *out, const char *const *names, size_t n)
{
    size_t len = 30;
    memset(out, 0, 30);
    memcpy(out, "PK\3\4", 4);
    for (size_t i = 0; i < n; i++) {
        const size_t name = strlen(names[i]);
        memset(out + len, 0, 46);
        memcpy(out + len, "PK\1\2", 4);
        out[len + 28] = (char)name;
        memcpy(out + len + 46, names[i], name);
        len += 46 + name;
    }
    return len;
}

static const char *const workbook[] = {"[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml",
                                       "xl/worksheets/sheet2.xml", "xl/worksheets/_rels/sheet1.xml.rels"};

static void expect_kind(const char *bytes, size_t len, wdm_source_kind kind, const char *says)
{
    wdm_source *source = source_of(bytes, len);
    wdm_err err = {WDM_OK, ""};
    assert_int_equal(wdm_source_kind_of(source), kind);
    assert_int_equal(wdm_source_decode(source, "f.csv", NULL, &err),
                     kind == WDM_SOURCE_TEXT ? WDM_OK : WDM_E_DATA);
    ASSERT_SAYS(err, says);
    wdm_source_close(source);
}

static void files_that_are_no_text_are_told_apart(void **state)
{
    static const char *const document[] = {"[Content_Types].xml", "word/document.xml"};
    static const char *const plain[] = {"a.csv", "xl/b.csv"};
    char zip[1024];
    char noise[256];
    (void)state;
    expect_kind(zip, fake_zip(zip, workbook, 5), WDM_SOURCE_XLSX, "f.csv: an Excel workbook");
    expect_kind(zip, fake_zip(zip, document, 2), WDM_SOURCE_ARCHIVE, "unpack it");
    expect_kind(zip, fake_zip(zip, plain, 2), WDM_SOURCE_ARCHIVE, "an archive");
    expect_kind(BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...."), WDM_SOURCE_XLS, "old kind (.xls");
    expect_kind(BYTES("%PDF-1.7\n"), WDM_SOURCE_PDF, "a PDF");
    expect_kind(BYTES("\x1f\x8b\x08\0"), WDM_SOURCE_ARCHIVE, "an archive");
    expect_kind(BYTES("7z\xbc\xaf\x27\x1c"), WDM_SOURCE_ARCHIVE, "an archive");
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)(i * 7);
    expect_kind(noise, sizeof noise, WDM_SOURCE_BINARY, "not text");
    expect_kind(BYTES("PK,value\n1,2\n"), WDM_SOURCE_TEXT, "");
    expect_kind(BYTES("\xff\xfe"
                      "a\0,\0b\0"),
                WDM_SOURCE_TEXT, "");
    expect_kind(BYTES(""), WDM_SOURCE_TEXT, "");
}

// A program with the text; the caller unlinks it.
static void make_program(char path[64], const char *script)
{
    make_file(path, script, strlen(script));
    assert_int_equal(chmod(path, 0700), 0);
}

static wdm_rc convert_with(const char *script, const char *command, wdm_buf *text, wdm_err *err)
{
    char zip[1024];
    char book[64];
    char program[64] = "";
    wdm_source *source = NULL;
    wdm_rc rc = WDM_OK;
    make_file(book, zip, fake_zip(zip, workbook, 5));
    if (script != NULL)
        make_program(program, script);
    wdm_buf_init(text, 4096);
    ASSERT_OK(wdm_source_open(&source, book, err), *err);
    assert_int_equal(wdm_source_sheets(source), 2);
    rc = wdm_source_convert(source, script == NULL ? command : program, err);
    if (rc == WDM_OK)
        rc = wdm_source_decode(source, "b.xlsx", "GB18030", err); // what is declared is not the converter's
    if (rc == WDM_OK)
        rc = wdm_source_each(source, 0, gather, text, err);
    wdm_source_close(source);
    assert_int_equal(unlink(book), 0);
    if (script != NULL)
        assert_int_equal(unlink(program), 0);
    return rc;
}

static void a_converters_output_is_the_text(void **state)
{
    wdm_buf text;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(
        convert_with("#!/bin/sh\n[ $# = 1 ] && head -c 2 \"$1\" && echo ',µg' && wc -c\n", NULL, &text, &err),
        err);
    assert_int_equal(strncmp(wdm_buf_text(&text), "PK,µg\n", 6), 0);
    assert_int_equal(strtol(wdm_buf_text(&text) + 7, NULL, 10), 0); // nothing on its standard input
    wdm_buf_fini(&text);
}

static void expect_failed(const char *script, const char *command, wdm_rc rc, const char *says)
{
    wdm_buf text;
    wdm_err err = {WDM_OK, ""};
    assert_int_equal(convert_with(script, command, &text, &err), rc);
    ASSERT_SAYS(err, says);
    wdm_buf_fini(&text);
}

static void a_converter_that_fails_says_what_to_do(void **state)
{
    (void)state;
    expect_failed(NULL, "", WDM_E_DATA, "name a converter in wdm.cfg");
    expect_failed(NULL, NULL, WDM_E_DATA, "CSV UTF-8");
    expect_failed(NULL, "/nonexistent/xlsx2csv", WDM_E_CONFIG, "\"/nonexistent/xlsx2csv\" was not found");
    expect_failed(NULL, "cat -v", WDM_E_CONFIG, "one program without options"); // no shell
    expect_failed("#!/bin/sh\necho half,a,table\necho one >&2\necho 'bad sheet' >&2\nexit 3\n", NULL,
                  WDM_E_DATA, "(status 3): bad sheet");
    expect_failed("#!/bin/sh\nkill -9 $$\n", NULL, WDM_E_DATA, "(signal 9)");
    expect_failed("#!/bin/sh\nexit 0\n", NULL, WDM_E_DATA, "wrote nothing");
    expect_failed("#!/bin/sh\nprintf 'a,\\377\\n'\n", NULL, WDM_OK, ""); // CP1252 by the rule
}

static void a_converter_is_bounded_in_time_and_output(void **state)
{
    char slow[64];
    char loud[64];
    int fd = 0;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    make_program(slow, "#!/bin/sh\nexec sleep 60\n");
    make_program(loud, "#!/bin/sh\nexec yes\n");
    const wdm_convert_job waiting = {.command = slow, .path = "b.xlsx", .seconds = 1};
    const wdm_convert_job writing = {.command = loud, .path = "-x.xlsx", .bytes = 100000, .seconds = 30};
    assert_int_equal(wdm_convert_run(&waiting, &fd, &err), WDM_E_DATA);
    assert_int_equal(fd, -1);
    ASSERT_SAYS(err, "took longer than 1 s");
    assert_int_equal(wdm_convert_run(&writing, &fd, &err), WDM_E_DATA);
    ASSERT_SAYS(err, "wrote more than 100000 bytes");
    assert_int_equal(unlink(slow), 0);
    assert_int_equal(unlink(loud), 0);
}

static void a_path_is_never_an_option(void **state)
{
    char program[64];
    char out[64] = "";
    int fd = -1;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    make_program(program, "#!/bin/sh\necho \"$1\"\n");
    const wdm_convert_job job = {.command = program, .path = "-o;x $(y).xlsx"};
    ASSERT_OK(wdm_convert_run(&job, &fd, &err), err);
    assert_true(pread(fd, out, sizeof out - 1, 0) > 0);
    assert_string_equal(out, "./-o;x $(y).xlsx\n");
    assert_int_equal(close(fd), 0);
    assert_int_equal(unlink(program), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_that_are_no_text_are_told_apart),
        cmocka_unit_test(a_converters_output_is_the_text),
        cmocka_unit_test(a_converter_that_fails_says_what_to_do),
        cmocka_unit_test(a_converter_is_bounded_in_time_and_output),
        cmocka_unit_test(a_path_is_never_an_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
