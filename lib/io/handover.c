// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/number.h"
#include "io/text.h"

enum { WAIT_NS = 10 * 1000 * 1000, MARK_MAX = 1024, ENV_MAX = 1100 };

static int64_t now_ms(void)
{
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

wdm_rc wdm_handover_open(wdm_handover *handover, const char *folder, int wait_s, wdm_err *err)
{
    const struct timespec pause = {0, 2L * WAIT_NS};
    const int64_t deadline = now_ms() + (int64_t)wait_s * 1000;
    char path[WDM_PATH_MAX];
    wdm_rc rc = wdm_dir_make(folder, err);
    handover->lock_fd = -1;
    if (rc == WDM_OK)
        rc = wdm_path_join(path, folder, "lock", err);
    if (rc != WDM_OK)
        return rc;
    (void)snprintf(handover->folder, sizeof handover->folder, "%s", folder);
    handover->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (handover->lock_fd < 0)
        return wdm_err_errno(err, errno, "cannot create the lock", path);
    // Of the open file, not of the process: the forked process keeps it when its caller is gone.
    while (flock(handover->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            rc = wdm_err_errno(err, errno, "cannot lock", path);
        else if (now_ms() > deadline)
            rc = wdm_err_set(err, WDM_E_BUSY, "a message is still being handed over (lock %s)", path);
        if (rc != WDM_OK) {
            wdm_handover_close(handover);
            return rc;
        }
        (void)nanosleep(&pause, NULL);
    }
    return WDM_OK;
}

void wdm_handover_close(wdm_handover *handover)
{
    if (handover->lock_fd >= 0)
        (void)close(handover->lock_fd);
    handover->lock_fd = -1;
}

// ---- marks

static wdm_rc mark_path(const wdm_handover *handover, const char *name, const char *ending,
                        char path[WDM_PATH_MAX], wdm_err *err)
{
    char file[WDM_NOTIFY_PATH];
    if (snprintf(file, sizeof file, "%s.%s", name, ending) >= (int)sizeof file)
        return wdm_err_set(err, WDM_E_INTERNAL, "%s: too long a name of a message", name);
    return wdm_path_join(path, handover->folder, file, err);
}

static wdm_rc put_mark(const wdm_handover *handover, const char *name, const char *ending, const char *text,
                       wdm_err *err)
{
    char path[WDM_PATH_MAX];
    wdm_rc rc = mark_path(handover, name, ending, path, err);
    return rc == WDM_OK ? wdm_file_write(path, text, strlen(text), err) : rc;
}

// "status\nmessage\n"
static wdm_rc read_done(const char *path, wdm_handover_mark *mark, wdm_err *err)
{
    wdm_buf text = {0};
    char digits[16] = "";
    int64_t status = 0;
    const char *line = NULL;
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&text, MARK_MAX);
    rc = wdm_file_read(path, &text, err);
    line = strchr(wdm_buf_text(&text), '\n');
    if (line != NULL)
        (void)snprintf(digits, sizeof digits, "%.*s", (int)(line - wdm_buf_text(&text)), wdm_buf_text(&text));
    if (rc == WDM_OK && !wdm_integer_parse(digits, &status))
        rc = wdm_err_set(err, WDM_E_IO, "%s: this is no mark of a message that was handed over", path);
    if (rc == WDM_OK && line != NULL) {
        mark->status = (int)status;
        (void)snprintf(mark->message, sizeof mark->message, "%.*s", (int)strcspn(line + 1, "\n"), line + 1);
    }
    wdm_buf_fini(&text);
    return rc;
}

wdm_rc wdm_handover_look(const wdm_handover *handover, const char *name, wdm_handover_mark *mark,
                         wdm_err *err)
{
    char done[WDM_PATH_MAX], begun[WDM_PATH_MAX];
    wdm_rc rc = mark_path(handover, name, "done", done, err);
    *mark = (wdm_handover_mark){WDM_HANDOVER_NEVER, 0, ""};
    if (rc == WDM_OK)
        rc = mark_path(handover, name, "begun", begun, err);
    if (rc != WDM_OK)
        return rc;
    if (wdm_file_exists(done)) {
        mark->state = WDM_HANDOVER_DONE;
        return read_done(done, mark, err);
    }
    mark->state = wdm_file_exists(begun) ? WDM_HANDOVER_BEGUN : WDM_HANDOVER_NEVER;
    return WDM_OK;
}

wdm_rc wdm_handover_forget(const wdm_handover *handover, const char *name, wdm_err *err)
{
    static const char *const endings[] = {"begun", "done"};
    char path[WDM_PATH_MAX];
    wdm_rc rc = WDM_OK;
    for (int i = 0; i < 2 && rc == WDM_OK; i++) {
        rc = mark_path(handover, name, endings[i], path, err);
        if (rc == WDM_OK && unlink(path) != 0 && errno != ENOENT)
            rc = wdm_err_errno(err, errno, "cannot remove", path);
    }
    return rc;
}

// ---- the process that outlives its caller

// Starts the command in a process group of its own, so that a time limit ends what it has started too.
static int start(const wdm_command *command, int in_fd, int messages_fd, pid_t *pid)
{
    char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    char locale[] = "LC_ALL=C.UTF-8";
    char home[ENV_MAX] = "HOME=/nonexistent";
    char *const envp[] = {path, locale, home, NULL};
    char args[WDM_NOTIFY_ARGS][WDM_NOTIFY_TEXT];
    char *argv[WDM_NOTIFY_ARGS + 1] = {NULL};
    const char *our_home = getenv("HOME");
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed != 0)
        return failed;
    failed = posix_spawnattr_init(&attributes);
    if (failed != 0) {
        (void)posix_spawn_file_actions_destroy(&actions);
        return failed;
    }
    if (our_home != NULL && strlen(our_home) < 1000)
        (void)snprintf(home, sizeof home, "HOME=%s", our_home);
    for (size_t i = 0; i < command->n; i++) {
        memcpy(args[i], command->args[i], WDM_NOTIFY_TEXT);
        argv[i] = args[i];
    }
    (void)sigemptyset(&none);
    (void)sigaddset(&none, SIGTERM);
    (void)sigaddset(&none, SIGINT);
    (void)sigaddset(&none, SIGHUP);
    (void)sigaddset(&none, SIGPIPE);
    (void)posix_spawnattr_setsigdefault(&attributes, &none);
    (void)posix_spawnattr_setpgroup(&attributes, 0);
    failed = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(&actions, in_fd, STDIN_FILENO);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(&actions, messages_fd, STDERR_FILENO);
    if (failed == 0 && argv[0] == NULL)
        failed = ENOENT;
    if (failed == 0)
        failed = posix_spawn(pid, argv[0], &actions, &attributes, argv, envp);
    (void)posix_spawnattr_destroy(&attributes);
    (void)posix_spawn_file_actions_destroy(&actions);
    return failed;
}

// The last line of what the program said, on one line of plain text.
static void last_message(int fd, char out[WDM_HANDOVER_MESSAGE])
{
    char tail[WDM_HANDOVER_MESSAGE];
    struct stat st = {0};
    size_t bad = 0;
    ssize_t n = 0;
    char *line = NULL;
    char *text = NULL;
    if (fstat(fd, &st) == 0)
        n = pread(fd, tail, sizeof tail - 1,
                  st.st_size < (off_t)sizeof tail - 1 ? 0 : st.st_size - (off_t)(sizeof tail - 1));
    tail[n < 0 ? 0 : n] = '\0';
    line = text = wdm_text_trim(tail);
    for (char *p = text; *p != '\0'; p++) {
        if (*p == '\n' || *p == '\r')
            line = p + 1;
        else if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = ' ';
    }
    (void)snprintf(out, WDM_HANDOVER_MESSAGE, "%s", wdm_utf8_valid(line, strlen(line), &bad) ? line : "");
}

static int wait_for(pid_t pid, int seconds)
{
    const struct timespec pause = {0, WAIT_NS};
    const int64_t deadline = now_ms() + (int64_t)seconds * 1000;
    int status = 0;
    for (;;) {
        const pid_t got = waitpid(pid, &status, WNOHANG);
        if (got == pid)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (got < 0 && errno != EINTR)
            return WDM_HANDOVER_NO_PROGRAM;
        if (now_ms() > deadline)
            break;
        (void)nanosleep(&pause, NULL);
    }
    (void)kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WDM_HANDOVER_STOPPED;
}

// In the forked process.
static void supervise(const wdm_handover *handover, const char *name, const wdm_command *command, int in_fd,
                      int messages_fd)
{
    static const int ignored[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE};
    char text[MARK_MAX];
    char said[WDM_HANDOVER_MESSAGE] = "";
    int status = WDM_HANDOVER_NO_PROGRAM;
    pid_t pid = 0;
    int failed = 0;
    (void)setsid();
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        (void)signal(ignored[i], SIG_IGN);
    if (put_mark(handover, name, "begun", "", NULL) != WDM_OK)
        return; // nothing was started, and the marks say so
    failed = start(command, in_fd, messages_fd, &pid);
    if (failed == 0) {
        status = wait_for(pid, command->seconds);
        last_message(messages_fd, said);
    } else {
        (void)snprintf(said, sizeof said, "cannot start it: %s", strerror(failed));
    }
    (void)snprintf(text, sizeof text, "%d\n%s\n", status, said);
    (void)put_mark(handover, name, "done", text, NULL);
}

wdm_rc wdm_handover_run(const wdm_handover *handover, const char *name, const wdm_command *command,
                        const char *bytes, size_t len, wdm_err *err)
{
    int in_fd = -1, messages_fd = -1;
    int status = 0;
    pid_t pid = 0;
    wdm_rc rc = wdm_file_temp(&in_fd, err);
    if (rc == WDM_OK)
        rc = wdm_file_put(in_fd, bytes, len, "a temporary file", err);
    if (rc == WDM_OK && lseek(in_fd, 0, SEEK_SET) != 0)
        rc = wdm_err_errno(err, errno, "cannot read", "a temporary file");
    if (rc == WDM_OK)
        rc = wdm_file_temp(&messages_fd, err);
    if (rc == WDM_OK) {
        pid = fork();
        if (pid == 0) {
            supervise(handover, name, command, in_fd, messages_fd);
            _exit(0); // nothing of the caller's may run here: no exit handlers, no buffered output
        }
        if (pid < 0)
            rc = wdm_err_errno(err, errno, "cannot start", "a process");
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (in_fd >= 0)
        (void)close(in_fd);
    if (messages_fd >= 0)
        (void)close(messages_fd);
    return rc;
}
