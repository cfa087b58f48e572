// SPDX-License-Identifier: GPL-3.0-or-later
// A message handed to another program: what the marks say, and that a killed caller changes nothing.
#include "unittest.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/handover.h"

static char top[] = "/tmp/wdm_handover_XXXXXX";
static char spool[64];

static wdm_command shell(const char *text, int seconds)
{
    wdm_command c = {.n = 3, .seconds = seconds};
    (void)snprintf(c.args[0], WDM_NOTIFY_TEXT, "/bin/sh");
    (void)snprintf(c.args[1], WDM_NOTIFY_TEXT, "-c");
    (void)snprintf(c.args[2], WDM_NOTIFY_TEXT, "%s", text);
    return c;
}

static int make_top(void **state)
{
    (void)state;
    if (mkdtemp(top) == NULL)
        return -1;
    (void)snprintf(spool, sizeof spool, "%s/spool", top);
    return 0;
}

static wdm_handover_mark run(const char *name, const wdm_command *command, const char *bytes)
{
    wdm_handover h = {"", -1};
    wdm_handover_mark mark = {WDM_HANDOVER_NEVER, 0, ""};
    wdm_err err = {WDM_OK, ""};
    ASSERT_OK(wdm_handover_open(&h, spool, 0, &err), err);
    ASSERT_OK(wdm_handover_look(&h, name, &mark, &err), err);
    assert_int_equal(mark.state, WDM_HANDOVER_NEVER);
    ASSERT_OK(wdm_handover_run(&h, name, command, bytes, strlen(bytes), &err), err);
    ASSERT_OK(wdm_handover_look(&h, name, &mark, &err), err);
    ASSERT_OK(wdm_handover_forget(&h, name, &err), err);
    wdm_handover_close(&h);
    return mark;
}

static void the_program_gets_the_bytes_and_its_end_is_written_down(void **state)
{
    char text[WDM_NOTIFY_TEXT], path[128], got[32] = "";
    wdm_command c;
    wdm_handover_mark mark;
    int fd = -1;
    (void)state;
    (void)snprintf(path, sizeof path, "%s/got", top);
    (void)snprintf(text, sizeof text, "cat > %s", path);
    c = shell(text, 10);
    mark = run("good", &c, "a message\n");
    assert_int_equal(mark.state, WDM_HANDOVER_DONE);
    assert_int_equal(mark.status, 0);
    fd = open(path, O_RDONLY);
    assert_true(read(fd, got, sizeof got - 1) == 10);
    (void)close(fd);
    assert_string_equal(got, "a message\n");
}

static void failures_are_told_apart(void **state)
{
    const wdm_command bad = shell("echo first >&2; echo 'why not' >&2; exit 9", 10);
    const wdm_command slow = shell("sleep 30 & sleep 30", 1);
    const wdm_command killed = shell("kill -9 $$", 10);
    const wdm_command none = {.args = {"/no/such/program"}, .n = 1, .seconds = 10};
    wdm_handover_mark mark = run("bad", &bad, "");
    (void)state;
    assert_int_equal(mark.status, 9);
    assert_string_equal(mark.message, "why not");
    assert_int_equal(run("slow", &slow, "").status, WDM_HANDOVER_STOPPED);
    assert_int_equal(run("killed", &killed, "").status, 128 + SIGKILL);
    mark = run("none", &none, "");
    assert_int_equal(mark.status, WDM_HANDOVER_NO_PROGRAM);
    assert_string_equal(mark.message, "cannot start it: No such file or directory");
}

// The caller dies while the program runs: the program ends, its end is written down, and who comes after
// waits for that.
static void a_killed_caller_changes_nothing(void **state)
{
    const wdm_command c = shell("sleep 0.5; exit 4", 10);
    const struct timespec pause = {0, 200000000L};
    wdm_handover h = {"", -1};
    wdm_handover_mark mark = {WDM_HANDOVER_NEVER, 0, ""};
    wdm_err err = {WDM_OK, ""};
    int status = 0;
    const pid_t caller = fork();
    (void)state;
    if (caller == 0) {
        (void)setpgid(0, 0);
        _exit(wdm_handover_open(&h, spool, 0, &err) == WDM_OK &&
                      wdm_handover_run(&h, "orphan", &c, "x", 1, &err) == WDM_OK
                  ? 0
                  : 1);
    }
    (void)nanosleep(&pause, NULL);
    assert_int_equal(kill(-caller, SIGKILL), 0); // with its whole group
    assert_true(waitpid(caller, &status, 0) == caller);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(wdm_handover_open(&h, spool, 0, &err), WDM_E_BUSY);
    ASSERT_OK(wdm_handover_open(&h, spool, 10, &err), err);
    ASSERT_OK(wdm_handover_look(&h, "orphan", &mark, &err), err);
    assert_int_equal(mark.state, WDM_HANDOVER_DONE);
    assert_int_equal(mark.status, 4);
    wdm_handover_close(&h);
}

// The watching process itself died: only the program's side knows.
static void begun_and_not_done_is_told_as_such(void **state)
{
    char path[128];
    wdm_handover h = {"", -1};
    wdm_handover_mark mark = {WDM_HANDOVER_NEVER, 0, ""};
    wdm_err err = {WDM_OK, ""};
    int fd = -1;
    (void)state;
    ASSERT_OK(wdm_handover_open(&h, spool, 0, &err), err);
    (void)snprintf(path, sizeof path, "%s/cut.begun", spool);
    fd = open(path, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    (void)close(fd);
    ASSERT_OK(wdm_handover_look(&h, "cut", &mark, &err), err);
    assert_int_equal(mark.state, WDM_HANDOVER_BEGUN);
    (void)snprintf(path, sizeof path, "%s/cut.done", spool);
    fd = open(path, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(wdm_handover_look(&h, "cut", &mark, &err), WDM_E_IO);
    ASSERT_SAYS(err, "no mark of a message");
    ASSERT_OK(wdm_handover_forget(&h, "cut", &err), err);
    ASSERT_OK(wdm_handover_look(&h, "cut", &mark, &err), err);
    assert_int_equal(mark.state, WDM_HANDOVER_NEVER);
    wdm_handover_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_program_gets_the_bytes_and_its_end_is_written_down),
        cmocka_unit_test(failures_are_told_apart),
        cmocka_unit_test(a_killed_caller_changes_nothing),
        cmocka_unit_test(begun_and_not_done_is_told_as_such),
    };
    return cmocka_run_group_tests(tests, make_top, NULL);
}
