// SPDX-License-Identifier: GPL-3.0-or-later
#include "runner.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char *read_all(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    char *text = NULL;
    long size = 0;
    *n = 0;
    if (f == NULL)
        return NULL;
    if (fseek(f, 0, SEEK_END) == 0)
        size = ftell(f);
    rewind(f);
    text = calloc((size_t)(size < 0 ? 0 : size) + 1, 1);
    if (text != NULL && size > 0)
        *n = fread(text, 1, (size_t)size, f);
    (void)fclose(f);
    return text;
}

static void become(const char *const *argv, const char *out, const char *err)
{
    char *args[2048];
    size_t n = 0;
    const int o = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int e = open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    while (argv[n] != NULL && n + 1 < sizeof args / sizeof args[0]) {
        args[n] = strdup(argv[n]);
        n++;
    }
    args[n] = NULL;
    if (o >= 0 && e >= 0 && dup2(o, 1) == 1 && dup2(e, 2) == 2)
        (void)execv(args[0], args);
    _exit(127);
}

// Waits at most so long; then the child, which this function's caller started, is ended.
static int wait_for(pid_t pid, unsigned seconds)
{
    const struct timespec nap = {0, 5 * 1000 * 1000};
    const time_t end = time(NULL) + (time_t)seconds;
    int status = 0;
    for (;;) {
        const pid_t got = waitpid(pid, &status, WNOHANG);
        if (got == pid)
            return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
        if (got < 0)
            return -1;
        if (time(NULL) > end) {
            (void)kill(pid, SIGKILL);
            (void)waitpid(pid, &status, 0);
            return -1000;
        }
        (void)nanosleep(&nap, NULL);
    }
}

int run_program(const char *const *argv, const char *dir, unsigned seconds, run_result *result)
{
    char out[1100];
    char err[1100];
    pid_t pid = 0;
    *result = (run_result){0};
    (void)snprintf(out, sizeof out, "%s/stdout", dir);
    (void)snprintf(err, sizeof err, "%s/stderr", dir);
    pid = fork();
    if (pid < 0)
        return -1;
    if (pid == 0)
        become(argv, out, err);
    result->status = wait_for(pid, seconds);
    result->out = read_all(out, &result->n_out);
    result->err = read_all(err, &result->n_err);
    return result->out == NULL || result->err == NULL ? -1 : 0;
}

void run_fini(run_result *result)
{
    free(result->out);
    free(result->err);
    *result = (run_result){0};
}
