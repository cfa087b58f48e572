// SPDX-License-Identifier: GPL-3.0-or-later
// POSIX record locks belong to a process, so the other holder is a real child process.
#include "unittest.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/lock.h"

typedef struct holder {
    pid_t pid;
    int ready, go; // pipes: the child tells that it holds the lock; closing go ends it
} holder;

static holder hold(const char *path)
{
    holder h = {-1, -1, -1};
    int ready[2], go[2];
    char byte = 0;
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(go), 0);
    h.pid = fork();
    assert_true(h.pid >= 0);
    if (h.pid == 0) {
        int fd = -1;
        const wdm_rc rc = wdm_lock_take(path, 0, &fd, NULL);
        (void)close(go[1]);
        if (rc != WDM_OK || write(ready[1], "x", 1) != 1)
            _exit(1);
        while (read(go[0], &byte, 1) > 0)
            continue;
        _exit(0); // without wdm_lock_drop: a killed program must not leave the lock behind
    }
    (void)close(ready[1]);
    (void)close(go[0]);
    h.ready = ready[0];
    h.go = go[1];
    assert_int_equal(read(h.ready, &byte, 1), 1);
    return h;
}

static void release(holder *h)
{
    int status = 0;
    (void)close(h->go);
    (void)close(h->ready);
    assert_int_equal(waitpid(h->pid, &status, 0), h->pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void busy_while_another_process_holds_it_and_free_when_that_ends(void **state)
{
    char dir[] = "/tmp/wdm_lock_XXXXXX";
    char path[64];
    int fd = -1;
    wdm_err err = {WDM_OK, ""};
    holder h;
    (void)state;
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/wdm.db.lock", dir);
    h = hold(path);
    assert_int_equal(wdm_lock_take(path, 0, &fd, &err), WDM_E_BUSY);
    assert_int_equal(fd, -1);
    ASSERT_SAYS(err, path);
    ASSERT_SAYS(err, "try again");
    release(&h);
    ASSERT_OK(wdm_lock_take(path, 0, &fd, &err), err);
    assert_true(fd >= 0);
    wdm_lock_drop(fd);
    wdm_lock_drop(-1);
    assert_int_equal(access(path, F_OK), 0); // the file stays
    h = hold(path);                          // and was free again
    release(&h);
    (void)unlink(path);
    (void)rmdir(dir);
}

// The other holder ends after a fifth of a second; who may wait five seconds gets the lock.
static void waiting_gets_the_lock_when_the_other_ends(void **state)
{
    const struct timespec pause = {0, 200 * 1000 * 1000};
    char dir[] = "/tmp/wdm_lock_XXXXXX";
    char path[64];
    int fd = -1;
    int status = 0;
    wdm_err err = {WDM_OK, ""};
    holder h;
    pid_t ender = -1;
    (void)state;
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/wait.lock", dir);
    h = hold(path);
    ender = fork();
    assert_true(ender >= 0);
    if (ender == 0) {
        (void)nanosleep(&pause, NULL);
        _exit(kill(h.pid, SIGKILL) == 0 ? 0 : 1);
    }
    ASSERT_OK(wdm_lock_take(path, 5, &fd, &err), err);
    wdm_lock_drop(fd);
    assert_int_equal(waitpid(ender, &status, 0), ender);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(waitpid(h.pid, &status, 0), h.pid); // killed, and its lock went with it
    (void)close(h.go);
    (void)close(h.ready);
    (void)unlink(path);
    (void)rmdir(dir);
}

static void a_missing_folder_cannot_hold_a_lock(void **state)
{
    int fd = 5;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_int_equal(wdm_lock_take("/tmp/wdm_no_such_folder/x.lock", 0, &fd, &err), WDM_E_CANTCREATE);
    assert_int_equal(fd, -1);
    ASSERT_SAYS(err, "no such folder");
}

static void a_symbolic_link_is_not_followed(void **state)
{
    char dir[] = "/tmp/wdm_lock_XXXXXX";
    char path[64], target[64];
    int fd = -1;
    wdm_err err = {WDM_OK, ""};
    (void)state;
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/l.lock", dir);
    (void)snprintf(target, sizeof target, "%s/victim", dir);
    assert_int_equal(symlink(target, path), 0);
    assert_int_not_equal(wdm_lock_take(path, 0, &fd, &err), WDM_OK);
    assert_int_not_equal(access(target, F_OK), 0);
    (void)unlink(path);
    (void)rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(busy_while_another_process_holds_it_and_free_when_that_ends),
        cmocka_unit_test(waiting_gets_the_lock_when_the_other_ends),
        cmocka_unit_test(a_missing_folder_cannot_hold_a_lock),
        cmocka_unit_test(a_symbolic_link_is_not_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
