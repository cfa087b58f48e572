// SPDX-License-Identifier: GPL-3.0-or-later
// Memory, its fault seam, arenas, capped buffers, maps, and the error codes.
#include "unittest.h"

#include <errno.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"

static void the_nth_allocation_fails_and_only_that(void **state)
{
    void *a = NULL;
    void *b = NULL;
    (void)state;
    wdm_mem_fail_at(2, 0);
    a = wdm_alloc(1, 8);
    b = wdm_alloc(1, 8);
    assert_non_null(a);
    assert_null(b);
    wdm_free(a);
    a = wdm_alloc(1, 8);
    assert_non_null(a);
    wdm_free(a);
    wdm_mem_fail_at(1, 1);
    assert_null(wdm_alloc(1, 8));
    assert_null(wdm_strdup("x"));
    wdm_mem_fail_at(0, 0);
}

static void allocations_are_zeroed_and_overflow_is_refused(void **state)
{
    unsigned char *p = wdm_alloc(1000, 3);
    void *none = wdm_alloc(0, 8);
    (void)state;
    assert_non_null(p);
    for (int i = 0; i < 3000; i++)
        assert_int_equal(p[i], 0);
    assert_non_null(none);
    assert_null(wdm_alloc(SIZE_MAX / 2, 3));
    wdm_free(p);
    wdm_free(none);
}

static void grow_keeps_the_elements_and_zeroes_the_new(void **state)
{
    int *rows = NULL;
    size_t cap = 0;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    for (int i = 0; i < 1000; i++) {
        ASSERT_OK(wdm_grow(&rows, &cap, (size_t)i + 1, sizeof *rows, &err), err);
        assert_int_equal(rows[i], 0);
        rows[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(rows[i], i);
    wdm_mem_fail_at(1, 0);
    assert_int_equal(wdm_grow(&rows, &cap, cap + 1, sizeof *rows, &err), WDM_E_NOMEM);
    assert_int_equal(rows[999], 999); // what was there is still there
    assert_int_equal(wdm_grow(&rows, &cap, SIZE_MAX / 2, sizeof *rows, &err), WDM_E_NOMEM);
    wdm_free(rows);
}

static void an_arena_gives_aligned_zeroed_memory_of_any_size(void **state)
{
    wdm_arena arena = WDM_ARENA_INIT;
    (void)state;
    for (size_t n = 1; n < 300000; n = n * 3 + 1) {
        unsigned char *p = wdm_arena_alloc(&arena, n, 1);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, n);
    }
    assert_string_equal(wdm_arena_strdup(&arena, "白沙门"), "白沙门");
    assert_string_equal(wdm_arena_strndup(&arena, "abcdef", 3), "abc");
    assert_non_null(wdm_arena_alloc(&arena, 0, 8));
    assert_null(wdm_arena_alloc(&arena, SIZE_MAX / 4, 8));
    wdm_mem_fail_at(1, 0);
    assert_null(wdm_arena_alloc(&arena, 1024 * 1024, 1));
    wdm_mem_fail_at(0, 0);
    wdm_arena_fini(&arena);
    assert_null(arena.head);
}

static void a_buffer_stops_at_its_limit_and_says_so(void **state)
{
    wdm_buf buf;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    wdm_buf_init(&buf, 10);
    assert_string_equal(wdm_buf_text(&buf), "");
    wdm_buf_printf(&buf, "%d-%s", 12, "345");
    wdm_buf_puts(&buf, "6789");
    assert_string_equal(wdm_buf_text(&buf), "12-3456789");
    ASSERT_OK(wdm_buf_check(&buf, &err), err);
    wdm_buf_puts(&buf, "x");
    assert_int_equal(wdm_buf_check(&buf, &err), WDM_E_INTERNAL);
    ASSERT_SAYS(err, "10 bytes");
    assert_string_equal(wdm_buf_text(&buf), "12-3456789"); // not half of what came
    wdm_buf_clear(&buf);
    wdm_buf_printf(&buf, "%s", "12345678901");
    assert_int_equal(buf.rc, WDM_E_INTERNAL);
    wdm_buf_clear(&buf);
    wdm_buf_puts(&buf, "again");
    assert_string_equal(wdm_buf_text(&buf), "again");
    wdm_buf_fini(&buf);
    wdm_buf_init(&buf, 100);
    wdm_mem_fail_at(1, 0);
    wdm_buf_puts(&buf, "x");
    wdm_buf_puts(&buf, "y"); // the first failure sticks
    assert_int_equal(wdm_buf_check(&buf, &err), WDM_E_NOMEM);
    assert_int_equal(buf.len, 0);
    wdm_buf_fini(&buf);
}

static void a_map_keeps_the_first_value_of_a_key(void **state)
{
    enum { N = 5000 };
    static char keys[N][16];
    wdm_map map = WDM_MAP_INIT;
    size_t existing = 0;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_true(wdm_map_get(&map, "none") == WDM_MAP_NONE);
    for (size_t i = 0; i < N; i++) {
        (void)snprintf(keys[i], sizeof keys[i], "k%zu", i);
        ASSERT_OK(wdm_map_put(&map, keys[i], i * 2, &existing, &err), err);
        assert_true(existing == WDM_MAP_NONE);
    }
    ASSERT_OK(wdm_map_put(&map, "k17", 999, &existing, &err), err);
    assert_int_equal(existing, 34);
    assert_int_equal(map.len, N);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(wdm_map_get(&map, keys[i]), i * 2);
    assert_true(wdm_map_get(&map, "K17") == WDM_MAP_NONE);
    wdm_map_fini(&map);
    wdm_mem_fail_at(1, 0);
    assert_int_equal(wdm_map_put(&map, "a", 1, NULL, &err), WDM_E_NOMEM);
    wdm_map_fini(&map);
}

// The table of the command contract.
static void codes_have_their_exit_statuses(void **state)
{
    static const struct {
        wdm_rc rc;
        int status;
    } cases[] = {{WDM_OK, 0},         {WDM_E_PARTIAL, 1},   {WDM_E_USAGE, 64}, {WDM_E_DATA, 65},
                 {WDM_E_NOINPUT, 66}, {WDM_E_INTERNAL, 70}, {WDM_E_NOMEM, 71}, {WDM_E_CANTCREATE, 73},
                 {WDM_E_IO, 74},      {WDM_E_BUSY, 75},     {WDM_E_PERM, 77},  {WDM_E_CONFIG, 78}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(wdm_rc_status(cases[i].rc), cases[i].status);
        assert_true(wdm_rc_text(cases[i].rc)[0] != '\0');
    }
}

static void errno_becomes_a_code_and_names_the_path(void **state)
{
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_int_equal(wdm_err_errno(&err, ENOENT, "cannot open", "/x/y"), WDM_E_NOINPUT);
    ASSERT_SAYS(err, "cannot open /x/y: No such file");
    assert_int_equal(wdm_err_errno(&err, EACCES, "a", "b"), WDM_E_PERM);
    assert_int_equal(wdm_err_errno(&err, ENOSPC, "a", "b"), WDM_E_CANTCREATE);
    assert_int_equal(wdm_err_errno(&err, EROFS, "a", "b"), WDM_E_CANTCREATE);
    assert_int_equal(wdm_err_errno(&err, ENOMEM, "a", "b"), WDM_E_NOMEM);
    assert_int_equal(wdm_err_errno(&err, EIO, "a", "b"), WDM_E_IO);
    assert_int_equal(wdm_err_errno(NULL, EIO, "a", "b"), WDM_E_IO);
}

static void a_long_message_is_cut_not_overrun(void **state)
{
    struct {
        wdm_err err;
        char guard[8];
    } box = {{WDM_OK, ""}, "guard"};
    char text[2 * WDM_ERR_TEXT_MAX];
    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(wdm_err_set(&box.err, WDM_E_DATA, "%s", text), WDM_E_DATA);
    assert_int_equal(strlen(box.err.text), WDM_ERR_TEXT_MAX - 1);
    assert_string_equal(box.guard, "guard");
}

static void a_second_failure_is_told_behind_the_first(void **state)
{
    struct {
        wdm_err err;
        char guard[8];
    } box = {{WDM_OK, ""}, "guard"};
    (void)state;
    (void)wdm_err_set(&box.err, WDM_E_IO, "mail: %s", "no route");
    assert_int_equal(wdm_err_also(&box.err, "hook: full"), WDM_E_IO);
    assert_string_equal(box.err.text, "mail: no route; and hook: full");
    for (int i = 0; i < WDM_ERR_TEXT_MAX / 4; i++)
        (void)wdm_err_also(&box.err, "hook: full");
    assert_int_equal(strlen(box.err.text), WDM_ERR_TEXT_MAX - 1);
    assert_string_equal(box.guard, "guard");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nth_allocation_fails_and_only_that),
        cmocka_unit_test(allocations_are_zeroed_and_overflow_is_refused),
        cmocka_unit_test(grow_keeps_the_elements_and_zeroes_the_new),
        cmocka_unit_test(an_arena_gives_aligned_zeroed_memory_of_any_size),
        cmocka_unit_test(a_buffer_stops_at_its_limit_and_says_so),
        cmocka_unit_test(a_map_keeps_the_first_value_of_a_key),
        cmocka_unit_test(codes_have_their_exit_statuses),
        cmocka_unit_test(errno_becomes_a_code_and_names_the_path),
        cmocka_unit_test(a_long_message_is_cut_not_overrun),
        cmocka_unit_test(a_second_failure_is_told_behind_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
