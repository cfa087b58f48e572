// SPDX-License-Identifier: GPL-3.0-or-later
#include "source_fixture.h"

#include "base/hash.h"

// Decodes and reads the bytes; the text is the caller's.
static wdm_rc read_text(const char *bytes, size_t len, const char *declared, wdm_buf *text, char used[64],
                        bool *guessed, wdm_err *err)
{
    wdm_source *source = source_of(bytes, len);
    wdm_rc rc = wdm_source_decode(source, "f.csv", declared, err);
    wdm_buf_init(text, 1024 * 1024);
    if (rc == WDM_OK)
        rc = wdm_source_each(source, 0, gather, text, err);
    (void)snprintf(used, 64, "%s", wdm_source_encoding(source));
    *guessed = wdm_source_encoding_guessed(source);
    if (rc == WDM_OK) { // the same again
        wdm_buf again;
        wdm_buf_init(&again, 1024 * 1024);
        ASSERT_OK(wdm_source_each(source, 0, gather, &again, err), *err);
        assert_string_equal(wdm_buf_text(&again), wdm_buf_text(text));
        assert_false(wdm_source_was_cut(source));
        wdm_buf_fini(&again);
    }
    wdm_source_close(source);
    return rc;
}

static void expect_text(const char *bytes, size_t len, const char *declared, const char *used, bool guessed,
                        const char *text)
{
    wdm_buf got;
    char encoding[64];
    bool was_guessed = false;
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(read_text(bytes, len, declared, &got, encoding, &was_guessed, &err), err);
    assert_string_equal(encoding, used);
    assert_int_equal(was_guessed, guessed);
    assert_string_equal(wdm_buf_text(&got), text);
    assert_int_equal(got.len, strlen(text));
    wdm_buf_fini(&got);
}

static void expect_refused(const char *bytes, size_t len, const char *declared, wdm_rc rc, const char *says)
{
    wdm_buf got;
    char encoding[64];
    bool guessed = false;
    wdm_err err = {WDM_OK, ""};
    assert_int_equal(read_text(bytes, len, declared, &got, encoding, &guessed, &err), rc);
    ASSERT_SAYS(err, says);
    wdm_buf_fini(&got);
}

#define BYTES(literal) literal, sizeof(literal) - 1

static void marks_and_declared_sets_become_utf8(void **state)
{
    (void)state;
    expect_text(BYTES("a\xe7\x99\xbd"), NULL, "UTF-8", false, "a白");
    expect_text(BYTES("\xef\xbb\xbf"
                      "a,b"),
                NULL, "UTF-8", false, "a,b");
    expect_text(BYTES("\xef\xbb\xbf"
                      "a,b"),
                "utf8", "UTF-8", false, "a,b");
    expect_text(BYTES("\xff\xfe"
                      "a\0,\0\x7d\x76"),
                NULL, "UTF-16", false, "a,白");
    expect_text(BYTES("\xfe\xff\0a\0,\x76\x7d"), NULL, "UTF-16", false, "a,白");
    expect_text(BYTES("\xff\xfe"
                      "a\0"),
                "UTF-16LE", "UTF-16LE", false, "a"); // the mark is not part of the text
    expect_text(BYTES("a\0,\0\x7d\x76"), "UTF-16LE", "UTF-16LE", false, "a,白");
    expect_text(BYTES("\x3d\xd8\x00\xde"), "UTF-16LE", "UTF-16LE", false, "\xf0\x9f\x98\x80"); // a pair
    expect_text(BYTES("\xb0\xd7\xc9\xb3\xc3\xc5"), "GB18030", "GB18030", false, "白沙门");
    expect_text(BYTES("\x84\x31\x95\x33\xb0\xd7"), NULL, "GB18030", false, "白");            // its mark
    expect_text(BYTES("\x94\x39\xfc\x36"), "GB18030", "GB18030", false, "\xf0\x9f\x98\x80"); // four bytes
    expect_text(BYTES("\xb5g/L"), "ISO-8859-1", "ISO-8859-1", false, "µg/L");
    expect_text(BYTES("\x80"), "CP1252", "CP1252", false, "€");
    expect_text(BYTES(""), NULL, "UTF-8", false, "");
    expect_text(BYTES("a\r\nb\rc\n"), NULL, "UTF-8", false, "a\r\nb\rc\n"); // line ends stay
}

static void a_file_is_guessed_as_a_whole(void **state)
{
    (void)state;
    // As in the Flags column of a TargetLynx export.
    expect_text(BYTES("1\xba De,\xb5g\nx\n"), NULL, "CP1252", true, "1º De,µg\nx\n");
    expect_text(BYTES("\x80 5,\x93q\x94"), NULL, "CP1252", true, "€ 5,“q”");
    expect_text(BYTES("\xd1\xf9\xb1\xbe,ng/L\n\xca\xc7,5\n"), NULL, "GB18030", true, "样本,ng/L\n是,5\n");
    expect_text(BYTES("\xd1\xf9\xb1\xbe,\xa6\xccg/L\n"), NULL, "GB18030", true, "样本,μg/L\n");
    // Valid UTF-8 goes before any guess, even where its bytes are pairs of GB2312.
    expect_text(BYTES("\xc3\xa9\xc3\xa9"), NULL, "UTF-8", false, "éé");
}

static void what_is_not_clear_is_refused_with_its_line(void **state)
{
    (void)state;
    // One pair could be a Chinese character or two accents (Größe); alone and in pairs; undefined in CP1252;
    // three in a row; UTF-8 with one wrong byte.
    expect_refused(BYTES("a\nGr\xf6\xdf"
                         "e\n"),
                   NULL, WDM_E_DATA, "f.csv:2: not valid UTF-8");
    expect_refused(BYTES("a\r\nb\rc,\xba,\xd1\xf9\xb1\xbe\n"), NULL, WDM_E_DATA, "f.csv:3: not valid UTF-8");
    expect_refused(BYTES("\x81,a"), NULL, WDM_E_DATA, "--encoding GB18030");
    expect_refused(BYTES("\xb5\xb5\xb5,a"), NULL, WDM_E_DATA, "--encoding CP1252");
    expect_refused(BYTES("\xe7\x99\xbd\n\xe7\x99\xbd,\xba\n"), NULL, WDM_E_DATA, "f.csv:2:");
    expect_refused(BYTES("\xd1\xf9\xb1\xbe\nab\xd1"), NULL, WDM_E_DATA, "f.csv:1:"); // cut at the end
}

static void wrong_bytes_name_their_line(void **state)
{
    (void)state;
    expect_refused(BYTES("a\n\xff"), "GB18030", WDM_E_DATA, "f.csv:2: a byte there is not GB18030");
    expect_refused(BYTES("a\r\nbc\xb0"), "GB18030", WDM_E_DATA, "f.csv:2:"); // cut in a character
    expect_refused(BYTES("a\rb\r\nc\n\xc0\xaf"), "UTF-8", WDM_E_DATA, "f.csv:4: a byte there is not UTF-8");
    expect_refused(BYTES("a\n\xed\xa0\x80"), "UTF-8", WDM_E_DATA, "f.csv:2:");     // a surrogate
    expect_refused(BYTES("a\n\xf4\x90\x80\x80"), "UTF-8", WDM_E_DATA, "f.csv:2:"); // above U+10FFFF
    expect_refused(BYTES("a\n\xe4\xb8"), "UTF-8", WDM_E_DATA, "f.csv:2:");
    expect_refused(BYTES("a\n\xe3\x32\x9a\x36"), "GB18030", WDM_E_DATA, "f.csv:2:"); // past U+10FFFF
    expect_refused(BYTES("a\0\n\0\0\xd8"), "UTF-16LE", WDM_E_DATA, "f.csv:2:");      // half a pair
    expect_refused(BYTES("a\0b"), "UTF-16LE", WDM_E_DATA, "f.csv:1:");
    expect_refused(BYTES("\x81"), "CP1252", WDM_E_DATA, "f.csv:1:");
}

static void unknown_and_contradicted_names_are_refused(void **state)
{
    (void)state;
    expect_refused(BYTES("a"), "KLINGON", WDM_E_USAGE, "\"KLINGON\" is not known");
    expect_refused(BYTES("a\xff"), "ASCII//IGNORE", WDM_E_USAGE, "is not known"); // would lose characters
    expect_refused(BYTES("a"), "", WDM_E_USAGE, "is not known");                  // the locale's
    expect_refused(BYTES("\xef\xbb\xbf"
                         "a"),
                   "GB18030", WDM_E_DATA, "byte order mark of UTF-8, not GB18030");
    expect_refused(BYTES("\xff\xfe"
                         "a\0"),
                   "UTF-16BE", WDM_E_DATA, "byte order mark of UTF-16LE");
    expect_refused(BYTES("\xff\xfe"
                         "a\0"),
                   "UTF-8", WDM_E_DATA, "byte order mark of UTF-16LE");
}

static void utf16_without_a_mark_is_refused_with_what_to_do(void **state)
{
    (void)state;
    expect_refused(BYTES("s\0i\0t\0e\0,\0\x7d\x76\n\0"), NULL, WDM_E_DATA, "--encoding UTF-16LE");
    expect_refused(BYTES("\0s\0i\0t\0e\0,\x76\x7d\0\n"), NULL, WDM_E_DATA, "--encoding UTF-16BE");
    expect_refused(BYTES("\0s\0i\0t\0e"), NULL, WDM_E_DATA, "save it as CSV UTF-8");
}

// The character `bytes` with its start at every place around the 64 KiB border.
static void straddle(const char *bytes, size_t len, const char *declared, size_t before, const char *text)
{
    enum { BORDER = 64 * 1024 };
    char *file = malloc(2 * BORDER);
    char *expected = malloc(2 * BORDER);
    wdm_buf got;
    char used[64];
    bool guessed = false;
    wdm_err err = {WDM_OK, ""};
    const size_t at = BORDER - before;
    assert_non_null(file);
    assert_non_null(expected);
    memset(file, 'x', 2 * BORDER);
    memset(expected, 'x', 2 * BORDER);
    memcpy(file + at, bytes, len);
    memcpy(expected + at, text, strlen(text) + 1);
    ASSERT_OK(read_text(file, at + len, declared, &got, used, &guessed, &err), err);
    assert_string_equal(wdm_buf_text(&got), expected);
    wdm_buf_fini(&got);
    free(file);
    free(expected);
}

static void characters_cut_at_a_piece_border_are_whole(void **state)
{
    (void)state;
    for (size_t before = 0; before <= 9; before++) {
        straddle(BYTES("\xf0\x9f\x98\x80白\xc2\xb5y"), NULL, before, "😀白µy");
        straddle(BYTES("\x94\x39\xfc\x36\xb0\xd7\xd1\xf9y"), "GB18030", before, "😀白样y");
        straddle(BYTES("\xb0\xd7\xd1\xf9\xb0\xd7\xd1\xf9"), NULL, before, "白样白样");
        straddle(BYTES("\xb5y"), "CP1252", before, "µy");
    }
}

// UTF-16 doubles the length of the text: the piece's border falls within pairs at odd places after the mark.
static void utf16_is_whole_at_a_piece_border(void **state)
{
    enum { UNITS = 40000 };
    char *file = malloc(4 + 4 * UNITS);
    wdm_buf got;
    char used[64];
    bool guessed = false;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_non_null(file);
    for (size_t lead = 0; lead < 2; lead++) {
        size_t n = 0;
        memcpy(file, "\xff\xfe", 2);
        n = 2;
        if (lead == 1) {
            memcpy(file + n, "a\0", 2);
            n += 2;
        }
        for (size_t i = 0; i < UNITS; i++, n += 4)
            memcpy(file + n, "\x3d\xd8\x00\xde", 4);
        ASSERT_OK(read_text(file, n, NULL, &got, used, &guessed, &err), err);
        assert_int_equal(got.len, 4 * UNITS + lead);
        for (size_t i = lead; i < got.len; i += 4)
            assert_memory_equal(got.data + i, "\xf0\x9f\x98\x80", 4);
        wdm_buf_fini(&got);
    }
    free(file);
}

static void a_limit_cuts_at_a_character(void **state)
{
    static const struct {
        uint64_t limit;
        const char *text;
        bool cut;
    } cases[] = {{1, "a", true},      {3, "a", true},      {4, "a白", true},   {5, "a白", true},
                 {7, "a白沙", false}, {8, "a白沙", false}, {0, "a白沙", false}};
    wdm_source *source = source_of(BYTES("\xef\xbb\xbf"
                                         "a白沙"));
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(wdm_source_decode(source, "f", NULL, &err), err);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wdm_buf got;
        wdm_buf_init(&got, 64);
        ASSERT_OK(wdm_source_each(source, cases[i].limit, gather, &got, &err), err);
        assert_string_equal(wdm_buf_text(&got), cases[i].text);
        assert_int_equal(wdm_source_was_cut(source), cases[i].cut);
        wdm_buf_fini(&got);
    }
    wdm_source_close(source);
}

static void hash_and_size_are_those_of_the_bytes(void **state)
{
    char hex[WDM_SHA256_HEX];
    wdm_source *source = source_of(BYTES("\xff\xfe"
                                         "a\0"));
    (void)state;
    wdm_sha256_hex("\xff\xfe"
                   "a\0",
                   4, hex);
    assert_string_equal(wdm_source_sha256(source), hex);
    assert_int_equal(wdm_source_size(source), 4);
    wdm_source_close(source);
}

static void standard_input_and_pipes_are_read_again_too(void **state)
{
    int fds[2];
    const int saved = dup(STDIN_FILENO);
    wdm_source *source = NULL;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(write(fds[1], "a,\xb5g\n", 5), 5);
    assert_int_equal(close(fds[1]), 0);
    assert_true(dup2(fds[0], STDIN_FILENO) >= 0);
    ASSERT_OK(wdm_source_open(&source, "-", &err), err);
    assert_true(dup2(saved, STDIN_FILENO) >= 0);
    ASSERT_OK(wdm_source_decode(source, "stdin", NULL, &err), err);
    for (int k = 0; k < 2; k++) {
        wdm_buf got;
        wdm_buf_init(&got, 64);
        ASSERT_OK(wdm_source_each(source, 0, gather, &got, &err), err);
        assert_string_equal(wdm_buf_text(&got), "a,µg\n");
        wdm_buf_fini(&got);
    }
    wdm_source_close(source);
    assert_int_equal(close(fds[0]), 0);
    assert_int_equal(close(saved), 0);
}

static void a_spool_that_cannot_be_made_is_an_error(void **state)
{
    wdm_source *source = NULL;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_int_equal(setenv("TMPDIR", "/nonexistent", 1), 0);
    assert_int_equal(wdm_source_open(&source, "-", &err), WDM_E_CANTCREATE); // standard input is spooled
    ASSERT_SAYS(err, "TMPDIR: no such folder: /nonexistent");
    assert_null(source);
    assert_int_equal(unsetenv("TMPDIR"), 0);
}

static void what_cannot_be_opened_says_why(void **state)
{
    wdm_source *source = NULL;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_int_equal(wdm_source_open(&source, "/nonexistent", &err), WDM_E_NOINPUT);
    assert_int_equal(wdm_source_open(&source, "/tmp", &err), WDM_E_NOINPUT);
    ASSERT_SAYS(err, "/tmp: a folder");
}

static void a_file_that_changes_between_two_readings_is_refused(void **state)
{
    char path[64];
    int fd = -1;
    wdm_source *source = NULL;
    wdm_buf got;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    make_file(path, "a,b\n", 4);
    ASSERT_OK(wdm_source_open(&source, path, &err), err);
    ASSERT_OK(wdm_source_decode(source, "f.csv", NULL, &err), err);
    fd = open(path, O_WRONLY | O_APPEND);
    assert_int_equal(write(fd, "c,d\n", 4), 4);
    assert_int_equal(close(fd), 0);
    wdm_buf_init(&got, 64);
    assert_int_equal(wdm_source_each(source, 0, gather, &got, &err), WDM_E_DATA);
    ASSERT_SAYS(err, "f.csv: the file changed while it was read");
    wdm_buf_fini(&got);
    wdm_source_close(source);
    assert_int_equal(unlink(path), 0);
}

static wdm_rc refuse(void *user, const char *bytes, size_t len, wdm_err *err)
{
    (void)user;
    (void)bytes;
    (void)len;
    return wdm_err_set(err, WDM_E_CONFIG, "enough");
}

static void what_the_callback_returns_stops_the_reading(void **state)
{
    wdm_source *source = source_of(BYTES("a"));
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_int_equal(wdm_source_each(source, 0, refuse, NULL, &err), WDM_E_INTERNAL); // not decoded yet
    ASSERT_OK(wdm_source_decode(source, "f", NULL, &err), err);
    assert_int_equal(wdm_source_each(source, 0, refuse, NULL, &err), WDM_E_CONFIG);
    assert_string_equal(err.text, "enough");
    wdm_source_close(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_and_declared_sets_become_utf8),
        cmocka_unit_test(a_file_is_guessed_as_a_whole),
        cmocka_unit_test(what_is_not_clear_is_refused_with_its_line),
        cmocka_unit_test(wrong_bytes_name_their_line),
        cmocka_unit_test(unknown_and_contradicted_names_are_refused),
        cmocka_unit_test(utf16_without_a_mark_is_refused_with_what_to_do),
        cmocka_unit_test(characters_cut_at_a_piece_border_are_whole),
        cmocka_unit_test(utf16_is_whole_at_a_piece_border),
        cmocka_unit_test(a_limit_cuts_at_a_character),
        cmocka_unit_test(hash_and_size_are_those_of_the_bytes),
        cmocka_unit_test(standard_input_and_pipes_are_read_again_too),
        cmocka_unit_test(a_spool_that_cannot_be_made_is_an_error),
        cmocka_unit_test(what_cannot_be_opened_says_why),
        cmocka_unit_test(a_file_that_changes_between_two_readings_is_refused),
        cmocka_unit_test(what_the_callback_returns_stops_the_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
