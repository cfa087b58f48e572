// SPDX-License-Identifier: GPL-3.0-or-later
// A program of its own: the greatest memory that the process ever had counts.
#include "source_fixture.h"

// VmHWM of this process in KiB: the greatest memory that it ever had.
static long peak_kib(void)
{
    char line[256];
    long kib = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    }
    if (f != NULL)
        (void)fclose(f);
    return kib;
}

static wdm_rc add_len(void *user, const char *bytes, size_t len, wdm_err *err)
{
    uint64_t *total = user;
    (void)bytes;
    (void)err;
    *total += len;
    return WDM_OK;
}

static void memory_does_not_grow_with_the_file(void **state)
{
    enum { PIECE = 1024 * 1024, PIECES = 200 };
    char path[] = "/tmp/wdm-test-XXXXXX";
    const int fd = mkstemp(path);
    char *piece = malloc(PIECE);
    uint64_t total = 0;
    wdm_source *source = NULL;
    wdm_err err = {WDM_OK, ""};
    const long before = peak_kib();
    (void)state;
    assert_non_null(piece);
    memset(piece, 'x', PIECE);
    memcpy(piece, "\xb5g,1\n", 5);
    for (int i = 0; i < PIECES; i++)
        assert_int_equal(write(fd, piece, PIECE), PIECE);
    assert_int_equal(close(fd), 0);
    free(piece);
    ASSERT_OK(wdm_source_open(&source, path, &err), err);
    assert_int_equal(unlink(path), 0);
    ASSERT_OK(wdm_source_decode(source, "f", NULL, &err), err);
    assert_string_equal(wdm_source_encoding(source), "CP1252");
    ASSERT_OK(wdm_source_each(source, 0, add_len, &total, &err), err);
    assert_int_equal(total, (uint64_t)PIECES * PIECE + PIECES); // µ is two bytes
    wdm_source_close(source);
    if (before > 0 && peak_kib() - before > 20 * 1024)
        fail_msg("memory grew by %ld KiB", peak_kib() - before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_does_not_grow_with_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
