// SPDX-License-Identifier: GPL-3.0-or-later
#include "unittest.h"

#include <sys/stat.h>
#include <unistd.h>

#include "io/folder.h"

static int enter_folder(void **state)
{
    static char dir[32];
    (void)snprintf(dir, sizeof dir, "/tmp/wdm_folder_XXXXXX");
    *state = dir;
    return mkdtemp(dir) == NULL || chdir(dir) != 0 || mkdir("in", 0700) != 0 || mkdir("out", 0700) != 0 ? -1
                                                                                                        : 0;
}

static int leave_folder(void **state)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    return chdir("/") != 0 || system(command) != 0 ? -1 : 0;
}

static void put(const char *path, const char *text)
{
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_file_write(path, text, strlen(text), &err), err);
}

static void expect(const wdm_folder *folder, const char *name, const char *text)
{
    wdm_err err = {WDM_OK, ""};
    wdm_buf buf = {0};
    wdm_buf_init(&buf, 4096);
    ASSERT_OK(wdm_folder_read(folder, name, &buf, &err), err);
    assert_string_equal(wdm_buf_text(&buf), text);
    wdm_buf_fini(&buf);
}

static void open_both(wdm_folder *in, wdm_folder *out)
{
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_folder_open(in, "in", &err), err);
    ASSERT_OK(wdm_folder_open(out, "out", &err), err);
}

static void a_move_never_overwrites(void **state)
{
    wdm_err err = {WDM_OK, ""};
    wdm_folder in;
    wdm_folder out;
    wdm_file_facts facts;
    bool taken = false;
    (void)state;
    open_both(&in, &out);
    put("in/a", "new");
    put("out/a", "old");
    ASSERT_OK(wdm_folder_move(&in, "a", &out, "a", &taken, &err), err);
    assert_true(taken);
    expect(&in, "a", "new");
    expect(&out, "a", "old");
    ASSERT_OK(wdm_folder_move(&in, "a", &out, "a-2", &taken, &err), err);
    assert_false(taken);
    assert_false(wdm_folder_look(&in, "a", &facts));
    expect(&out, "a-2", "new");
    assert_int_equal(wdm_folder_move(&in, "a", &out, "a-3", &taken, &err), WDM_E_NOINPUT);
    assert_int_equal(symlink("nowhere", "out/link"), 0); // a link that points nowhere takes its name too
    ASSERT_OK(wdm_folder_move(&out, "a-2", &out, "link", &taken, &err), err);
    assert_true(taken);
    wdm_folder_close(&in);
    wdm_folder_close(&out);
}

static void links_pipes_and_folders_are_not_opened_as_files(void **state)
{
    wdm_err err = {WDM_OK, ""};
    wdm_folder in;
    wdm_folder out;
    wdm_file_facts facts;
    int fd = 0;
    (void)state;
    open_both(&in, &out);
    assert_int_equal(symlink("/etc/passwd", "in/link"), 0);
    assert_int_equal(mkfifo("in/pipe", 0600), 0);
    assert_int_equal(mkdir("in/sub", 0700), 0);
    assert_int_equal(wdm_folder_open_file(&in, "link", &fd, &facts, &err), WDM_E_NOINPUT);
    assert_int_equal(fd, -1);
    assert_int_equal(wdm_folder_open_file(&in, "pipe", &fd, &facts, &err), WDM_E_NOINPUT);
    assert_int_equal(wdm_folder_open_file(&in, "sub", &fd, &facts, &err), WDM_E_NOINPUT);
    assert_int_equal(wdm_folder_open_file(&in, "none", &fd, &facts, &err), WDM_E_NOINPUT);
    assert_true(wdm_folder_look(&in, "link", &facts));
    assert_false(facts.regular);
    wdm_folder_close(&in);
    wdm_folder_close(&out);
}

static void a_subfolder_that_is_a_link_is_refused(void **state)
{
    wdm_err err = {WDM_OK, ""};
    wdm_folder in;
    wdm_folder out;
    wdm_folder sub;
    wdm_file_facts facts;
    (void)state;
    open_both(&in, &out);
    assert_int_equal(symlink("../out", "in/accepted"), 0);
    assert_int_equal(wdm_folder_make(&sub, &in, "accepted", 0750, &err), WDM_E_CANTCREATE);
    assert_int_equal(sub.fd, -1);
    ASSERT_OK(wdm_folder_make(&sub, &in, "rejected", 0700, &err), err);
    ASSERT_OK(wdm_facts_of(sub.fd, "rejected", &facts, &err), err);
    assert_true(facts.own);
    assert_false(facts.written_by_others);
    wdm_folder_close(&sub);
    ASSERT_OK(wdm_folder_make(&sub, &in, "rejected", 0700, &err), err); // the second time too
    wdm_folder_close(&sub);
    wdm_folder_close(&in);
    wdm_folder_close(&out);
}

static void a_write_leaves_one_complete_file(void **state)
{
    wdm_err err = {WDM_OK, ""};
    wdm_folder in;
    wdm_folder out;
    struct stat st;
    (void)state;
    open_both(&in, &out);
    put("out/.wdm-new", "left by a kill");
    ASSERT_OK(wdm_folder_write(&out, "r.txt", "one", 3, &err), err);
    ASSERT_OK(wdm_folder_write(&out, "r.txt", "second", 6, &err), err);
    expect(&out, "r.txt", "second");
    assert_int_equal(stat("out/r.txt", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    assert_int_not_equal(stat("out/.wdm-new", &st), 0);
    ASSERT_OK(wdm_folder_remove(&out, "r.txt", &err), err);
    ASSERT_OK(wdm_folder_remove(&out, "r.txt", &err), err); // missing is fine
    wdm_folder_close(&in);
    wdm_folder_close(&out);
}

static void facts_tell_a_changed_file(void **state)
{
    wdm_err err = {WDM_OK, ""};
    wdm_folder in;
    wdm_folder out;
    wdm_file_facts before;
    wdm_file_facts after;
    char sha256[WDM_SHA256_HEX];
    int fd = -1;
    int64_t now_us = 0;
    (void)state;
    open_both(&in, &out);
    put("in/b", "abc");
    ASSERT_OK(wdm_folder_open_file(&in, "b", &fd, &before, &err), err);
    // FIPS 180-2, appendix B.1: SHA-256 of "abc"
    ASSERT_OK(wdm_fd_sha256(fd, "b", sha256, &err), err);
    assert_string_equal(sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(wdm_folder_look(&in, "b", &after));
    assert_true(wdm_facts_equal(&before, &after));
    ASSERT_OK(wdm_fd_touch(fd, "b", &now_us, &err), err);
    assert_true(wdm_folder_look(&in, "b", &after));
    assert_int_equal(after.mtime_us, now_us);
    assert_false(wdm_facts_equal(&before, &after));
    (void)close(fd);
    put("in/b", "abc"); // the same bytes in another file
    before = after;
    assert_true(wdm_folder_look(&in, "b", &after));
    assert_false(wdm_facts_equal(&before, &after));
    wdm_folder_close(&in);
    wdm_folder_close(&out);
}

static wdm_rc note(void *user, const char *name, wdm_err *err)
{
    (void)err;
    wdm_buf_printf(user, "%s ", name);
    return WDM_OK;
}

static void entries_come_by_name_without_hidden_ones(void **state)
{
    wdm_err err = {WDM_OK, ""};
    wdm_folder in;
    wdm_folder out;
    wdm_buf names = {0};
    (void)state;
    wdm_buf_init(&names, 4096);
    open_both(&in, &out);
    put("in/b", "");
    put("in/.hidden", "");
    put("in/a", "");
    put("in/C", "");
    ASSERT_OK(wdm_folder_each(&in, note, &names, &err), err);
    assert_string_equal(wdm_buf_text(&names), "C a b ");
    wdm_buf_clear(&names);
    ASSERT_OK(wdm_folder_each(&in, note, &names, &err), err); // again from the start
    assert_string_equal(wdm_buf_text(&names), "C a b ");
    wdm_buf_fini(&names);
    wdm_folder_close(&in);
    wdm_folder_close(&out);
}

static void names_and_missing_folders(void **state)
{
    wdm_err err = {WDM_OK, ""};
    wdm_folder folder;
    char longest[257];
    (void)state;
    memset(longest, 'x', sizeof longest);
    longest[256] = '\0';
    assert_false(wdm_folder_is_name(longest));
    longest[255] = '\0';
    assert_true(wdm_folder_is_name(longest));
    assert_true(wdm_folder_is_name("a b\n"));
    assert_false(wdm_folder_is_name(""));
    assert_false(wdm_folder_is_name(".."));
    assert_false(wdm_folder_is_name("../x"));
    assert_int_equal(wdm_folder_open(&folder, "none", &err), WDM_E_NOINPUT);
    put("in/file", "");
    assert_int_equal(wdm_folder_open(&folder, "in/file", &err), WDM_E_NOINPUT);
    assert_int_equal(folder.fd, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_move_never_overwrites, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(links_pipes_and_folders_are_not_opened_as_files, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(a_subfolder_that_is_a_link_is_refused, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(a_write_leaves_one_complete_file, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(facts_tell_a_changed_file, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(entries_come_by_name_without_hidden_ones, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(names_and_missing_folders, enter_folder, leave_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
