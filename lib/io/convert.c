// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/file.h"
#include "io/text.h"

extern char **environ; // POSIX wants it declared by its user

enum { SECONDS = 120, WAIT_NS = 10 * 1000 * 1000, MESSAGE_MAX = 300 };

static const int64_t bytes_max = INT64_C(1024) * 1024 * 1024;

static const char *label(const wdm_convert_job *job)
{
    return strcmp(job->path, "-") == 0 ? "standard input" : job->path;
}

static int64_t now_ms(void)
{
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t size_of(int fd)
{
    struct stat st = {0};
    return fstat(fd, &st) == 0 ? (int64_t)st.st_size : 0;
}

static wdm_rc start(const wdm_convert_job *job, int out_fd, int messages_fd, pid_t *pid, wdm_err *err)
{
    char command[WDM_PATH_MAX];
    char path[WDM_PATH_MAX];
    char *const argv[] = {command, path, NULL};
    const bool piped = strcmp(job->path, "-") == 0;
    posix_spawn_file_actions_t actions;
    int failed = 0;
    // A path that starts with '-' would be read as an option.
    const int len = snprintf(path, sizeof path, "%s%s", !piped && job->path[0] == '-' ? "./" : "",
                             piped ? "/dev/stdin" : job->path);
    if (len >= (int)sizeof path ||
        snprintf(command, sizeof command, "%s", job->command) >= (int)sizeof command)
        return wdm_err_set(err, WDM_E_CONFIG, "%s %s: the path is too long", job->command, job->path);
    failed = posix_spawn_file_actions_init(&actions);
    if (failed != 0)
        return wdm_err_errno(err, failed, "cannot start", command);
    if (piped)
        failed = posix_spawn_file_actions_adddup2(&actions, job->fd, STDIN_FILENO);
    else
        failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(&actions, messages_fd, STDERR_FILENO);
    if (failed == 0)
        failed = posix_spawnp(pid, command, &actions, NULL, argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (failed == ENOENT || failed == EACCES)
        return wdm_err_set(err, WDM_E_CONFIG,
                           "wdm.cfg: xlsx2csv: the program \"%s\" %s; the setting names one program without "
                           "options: install it, or save the workbook as CSV UTF-8",
                           command, failed == ENOENT ? "was not found" : "may not be run");
    return failed == 0 ? WDM_OK : wdm_err_errno(err, failed, "cannot start", command);
}

// The last line of what the program said, made fit for a message.
static void last_message(int fd, char out[MESSAGE_MAX])
{
    char tail[MESSAGE_MAX];
    const int64_t size = size_of(fd);
    const int64_t from = size < MESSAGE_MAX - 1 ? 0 : size - (MESSAGE_MAX - 1);
    const ssize_t n = pread(fd, tail, MESSAGE_MAX - 1, (off_t)from);
    size_t bad = 0;
    char *line = tail;
    char *end = NULL;
    tail[n < 0 ? 0 : n] = '\0';
    end = wdm_text_trim(tail);
    for (char *p = end; *p != '\0'; p++) {
        if (*p == '\n' || *p == '\r')
            line = p + 1;
        else if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = ' ';
    }
    if (line < end)
        line = end;
    (void)snprintf(out, MESSAGE_MAX, "%s", wdm_utf8_valid(line, strlen(line), &bad) ? line : "");
}

// Waits for the end; stops the program when it writes or takes too much. *status is that of waitpid.
static wdm_rc wait_for(const wdm_convert_job *job, pid_t pid, int out_fd, int *status, wdm_err *err)
{
    const struct timespec pause = {0, WAIT_NS};
    const int seconds = job->seconds > 0 ? job->seconds : SECONDS;
    const int64_t bytes = job->bytes > 0 ? job->bytes : bytes_max;
    const int64_t deadline = now_ms() + (int64_t)seconds * 1000;
    wdm_rc rc = WDM_OK;
    for (;;) {
        const pid_t got = waitpid(pid, status, WNOHANG);
        if (got == pid)
            break;
        if (got < 0 && errno != EINTR)
            return wdm_err_errno(err, errno, "cannot wait for", job->command);
        if (now_ms() > deadline)
            rc = wdm_err_set(err, WDM_E_DATA,
                             "%s: %s took longer than %d s and was stopped; save the workbook as CSV UTF-8",
                             label(job), job->command, seconds);
        else if (size_of(out_fd) > bytes)
            rc = wdm_err_set(err, WDM_E_DATA, "%s: %s wrote more than %" PRId64 " bytes and was stopped",
                             label(job), job->command, bytes);
        if (rc != WDM_OK) {
            (void)kill(pid, SIGKILL);
            while (waitpid(pid, status, 0) < 0 && errno == EINTR) {
            }
            return rc;
        }
        (void)nanosleep(&pause, NULL);
    }
    return size_of(out_fd) <= bytes ? WDM_OK
                                    : wdm_err_set(err, WDM_E_DATA, "%s: %s wrote more than %" PRId64 " bytes",
                                                  label(job), job->command, bytes);
}

wdm_rc wdm_convert_run(const wdm_convert_job *job, int *text_fd, wdm_err *err)
{
    char said[MESSAGE_MAX] = "";
    int out_fd = -1;
    int messages_fd = -1;
    int status = 0;
    pid_t pid = 0;
    wdm_rc rc = wdm_file_temp(&out_fd, err);
    *text_fd = -1;
    if (rc == WDM_OK)
        rc = wdm_file_temp(&messages_fd, err);
    if (rc == WDM_OK)
        rc = start(job, out_fd, messages_fd, &pid, err);
    if (rc == WDM_OK)
        rc = wait_for(job, pid, out_fd, &status, err);
    if (rc != WDM_OK)
        goto out;
    last_message(messages_fd, said);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        rc = wdm_err_set(
            err, WDM_E_DATA, "%s: %s could not convert the workbook (%s %d)%s%s; save it as CSV UTF-8",
            label(job), job->command, WIFEXITED(status) ? "status" : "signal",
            WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), said[0] == '\0' ? "" : ": ", said);
    else if (size_of(out_fd) == 0)
        rc = wdm_err_set(err, WDM_E_DATA, "%s: %s wrote nothing%s%s; is the first sheet empty?", label(job),
                         job->command, said[0] == '\0' ? "" : ": ", said);
out:
    if (messages_fd >= 0)
        (void)close(messages_fd);
    if (rc == WDM_OK)
        *text_fd = out_fd;
    else if (out_fd >= 0)
        (void)close(out_fd);
    return rc;
}
