// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"

typedef struct names {
    int n;
    char list[8][64];
} names;

static wdm_rc note(void *user, const char *name, wdm_err *err)
{
    names *seen = user;
    (void)err;
    (void)snprintf(seen->list[seen->n++], sizeof seen->list[0], "%s", name);
    return WDM_OK;
}

static int enter_folder(void **state)
{
    static char dir[] = "/tmp/wdm_file_XXXXXX";
    *state = dir;
    return mkdtemp(dir) == NULL || chdir(dir) != 0 ? -1 : 0;
}

static int leave_folder(void **state)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    return chdir("/") != 0 || system(command) != 0 ? -1 : 0;
}

static void expect_content(const char *path, const char *text)
{
    wdm_buf buf;
    wdm_err err = {WDM_OK, ""};
    wdm_buf_init(&buf, 1024 * 1024);
    ASSERT_OK(wdm_file_read(path, &buf, &err), err);
    assert_string_equal(wdm_buf_text(&buf), text);
    wdm_buf_fini(&buf);
}

static void a_write_replaces_the_file_and_leaves_nothing_else(void **state)
{
    wdm_err err = {WDM_OK, ""};
    names seen = {0};
    struct stat st;
    (void)state;
    ASSERT_OK(wdm_file_write("out.csv", "one\n", 4, &err), err);
    ASSERT_OK(wdm_file_write("out.csv", "second\n", 7, &err), err);
    expect_content("out.csv", "second\n");
    assert_int_equal(stat("out.csv", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    ASSERT_OK(wdm_dir_each(".", "", note, &seen, &err), err);
    assert_int_equal(seen.n, 1);
    (void)unlink("out.csv");
}

// A full disk, played by a limit on the size of files: the old file stays whole, no half-written one appears.
static void a_failed_write_leaves_the_old_file(void **state)
{
    static char big[65536];
    struct rlimit old, small;
    wdm_err err = {WDM_OK, ""};
    names seen = {0};
    wdm_rc rc = WDM_OK;
    (void)state;
    ASSERT_OK(wdm_file_write("out.csv", "good\n", 5, &err), err);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = 4096;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    rc = wdm_file_write("out.csv", big, sizeof big, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(rc, WDM_E_CANTCREATE);
    ASSERT_SAYS(err, "cannot write out.csv");
    expect_content("out.csv", "good\n");
    ASSERT_OK(wdm_dir_each(".", "", note, &seen, &err), err);
    assert_int_equal(seen.n, 1);
    (void)unlink("out.csv");
}

static void missing_folders_and_files_have_their_codes(void **state)
{
    wdm_buf buf;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    wdm_buf_init(&buf, 100);
    assert_int_equal(wdm_file_write("no/such/x.csv", "x", 1, &err), WDM_E_CANTCREATE);
    ASSERT_SAYS(err, "no such folder");
    assert_int_equal(wdm_file_read("no_such_file", &buf, &err), WDM_E_NOINPUT);
    ASSERT_SAYS(err, "no_such_file");
    assert_false(wdm_file_exists("no_such_file"));
    assert_int_equal(wdm_dir_each("no_such_dir", "", note, NULL, &err), WDM_E_NOINPUT);
}

static void a_file_larger_than_the_limit_is_refused(void **state)
{
    wdm_buf buf;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    wdm_buf_init(&buf, 3);
    ASSERT_OK(wdm_file_write("four", "4444", 4, &err), err);
    assert_int_equal(wdm_file_read("four", &buf, &err), WDM_E_DATA);
    ASSERT_SAYS(err, "four: larger than 3 bytes");
    wdm_buf_fini(&buf);
    (void)unlink("four");
}

static void folders_are_made_with_their_parents_and_listed_sorted(void **state)
{
    names seen = {0};
    wdm_err err = {WDM_OK, ""};
    (void)state;
    ASSERT_OK(wdm_dir_make("a/b/c", &err), err);
    ASSERT_OK(wdm_dir_make("a/b/c", &err), err); // again
    ASSERT_OK(wdm_file_write("a/2.csv", "", 0, &err), err);
    ASSERT_OK(wdm_file_write("a/1.csv", "", 0, &err), err);
    ASSERT_OK(wdm_file_write("a/1.txt", "", 0, &err), err);
    ASSERT_OK(wdm_file_write("a/.hidden.csv", "", 0, &err), err);
    ASSERT_OK(wdm_dir_make("a/folder.csv", &err), err); // not a file
    ASSERT_OK(wdm_dir_each("a", ".csv", note, &seen, &err), err);
    assert_int_equal(seen.n, 2);
    assert_string_equal(seen.list[0], "1.csv");
    assert_string_equal(seen.list[1], "2.csv");
    assert_int_equal(wdm_dir_make("a/1.csv/x", &err), WDM_E_NOINPUT);
}

static void paths_are_joined_and_split(void **state)
{
    static char longest[WDM_PATH_MAX];
    char out[WDM_PATH_MAX];
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_string_equal(wdm_path_base("/a/b.csv"), "b.csv");
    assert_string_equal(wdm_path_base("b.csv"), "b.csv");
    ASSERT_OK(wdm_path_join(out, "a", "b", &err), err);
    assert_string_equal(out, "a/b");
    memset(longest, 'x', sizeof longest - 1);
    assert_int_equal(wdm_path_join(out, longest, "b", &err), WDM_E_CANTCREATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_replaces_the_file_and_leaves_nothing_else),
        cmocka_unit_test(a_failed_write_leaves_the_old_file),
        cmocka_unit_test(missing_folders_and_files_have_their_codes),
        cmocka_unit_test(a_file_larger_than_the_limit_is_refused),
        cmocka_unit_test(folders_are_made_with_their_parents_and_listed_sorted),
        cmocka_unit_test(paths_are_joined_and_split),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
