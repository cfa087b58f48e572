// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report/clean.h"

enum { DEFAULT_SECONDS = 30, DEFAULT_BYTES = 16 * 1024 * 1024, MESSAGES_MAX = 64 * 1024 };

typedef struct drawing {
    int script_fd; // an unlinked temporary file: unlike a pipe it cannot block, and gnuplot stops at the
                   // first error
    int out_fd[2];
    int messages_fd[2];
    pid_t pid; // 0: not running
    wdm_buf messages;
} drawing;

static void close_fd(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

static wdm_rc write_script(drawing *d, const char *const parts[2], const size_t lens[2], wdm_err *err)
{
    const char *dir = getenv("TMPDIR");
    char path[1024] = {0};
    if (dir == NULL || dir[0] != '/' || strlen(dir) > 900)
        dir = "/tmp";
    (void)strncat(path, dir, 900);
    (void)strncat(path, "/wdm-plot-XXXXXX", 32);
    d->script_fd = mkstemp(path);
    if (d->script_fd < 0)
        return wdm_err_errno(err, errno, "cannot create", path);
    (void)unlink(path);
    for (int k = 0; k < 2; k++) {
        for (size_t done = 0; done < lens[k];) {
            const ssize_t n = write(d->script_fd, parts[k] + done, lens[k] - done);
            if (n < 0 && errno == EINTR)
                continue;
            if (n < 0)
                return wdm_err_errno(err, errno, "cannot write", "the chart's script");
            done += (size_t)n;
        }
    }
    if (lseek(d->script_fd, 0, SEEK_SET) != 0)
        return wdm_err_errno(err, errno, "cannot read", "the chart's script");
    return WDM_OK;
}

static wdm_rc open_pipe(int fds[2], wdm_err *err)
{
    if (pipe(fds) != 0) {
        fds[0] = fds[1] = -1;
        return wdm_err_errno(err, errno, "cannot open", "a pipe");
    }
    for (int k = 0; k < 2; k++)
        (void)fcntl(fds[k], F_SETFD, FD_CLOEXEC);
    return WDM_OK;
}

// The child sees nothing of our environment but a home for the font cache.
static wdm_rc start(drawing *d, const char *program, wdm_err *err)
{
    char name[] = "gnuplot", no_rc_files[] = "-d", script[] = "/dev/stdin";
    char *const argv[] = {name, no_rc_files, script, NULL};
    char locale[] = "LC_ALL=C.UTF-8";
    char home[1024] = "HOME=";
    char *const envp[] = {locale, home, NULL};
    const char *our_home = getenv("HOME");
    posix_spawn_file_actions_t actions;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed != 0)
        return wdm_err_errno(err, failed, "cannot start", program);
    (void)strncat(home, our_home != NULL && strlen(our_home) < 1000 ? our_home : "/nonexistent", 1000);
    failed = posix_spawn_file_actions_adddup2(&actions, d->script_fd, STDIN_FILENO);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(&actions, d->out_fd[1], STDOUT_FILENO);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(&actions, d->messages_fd[1], STDERR_FILENO);
    if (failed == 0)
        failed = posix_spawnp(&d->pid, program, &actions, NULL, argv, envp);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (failed == ENOENT)
        return wdm_err_set(err, WDM_E_CONFIG,
                           "%s was not found; install the package gnuplot-nox to draw charts", program);
    if (failed != 0) {
        d->pid = 0;
        return wdm_err_errno(err, failed, "cannot start", program);
    }
    close_fd(&d->script_fd);
    close_fd(&d->out_fd[1]);
    close_fd(&d->messages_fd[1]);
    return WDM_OK;
}

static int64_t now_ms(void)
{
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// Takes what is ready on one pipe; closes it at its end. false: too much came.
static bool take(int *fd, wdm_buf *to, size_t most)
{
    char chunk[32 * 1024];
    const ssize_t n = read(*fd, chunk, sizeof chunk);
    if (n < 0)
        return errno == EINTR || errno == EAGAIN;
    if (n == 0) {
        close_fd(fd);
        return true;
    }
    if (to->len + (size_t)n > most)
        return false;
    wdm_buf_put(to, chunk, (size_t)n);
    return to->rc == WDM_OK;
}

static wdm_rc collect(drawing *d, const wdm_gnuplot_limits *limits, wdm_buf *picture, wdm_err *err)
{
    const int64_t deadline = now_ms() + (int64_t)limits->seconds * 1000;
    while (d->out_fd[0] >= 0 || d->messages_fd[0] >= 0) {
        struct pollfd fds[2] = {{d->out_fd[0], POLLIN, 0}, {d->messages_fd[0], POLLIN, 0}};
        const int64_t left = deadline - now_ms();
        if (left <= 0)
            return wdm_err_set(err, WDM_E_INTERNAL, "gnuplot took longer than %d s and was stopped",
                               limits->seconds);
        if (poll(fds, 2, (int)left) < 0 && errno != EINTR)
            return wdm_err_errno(err, errno, "cannot wait for", "gnuplot");
        if (fds[0].revents != 0 && !take(&d->out_fd[0], picture, limits->bytes))
            return wdm_err_set(err, WDM_E_INTERNAL, "gnuplot wrote a picture of more than %zu bytes",
                               limits->bytes);
        if (fds[1].revents != 0 && !take(&d->messages_fd[0], &d->messages, MESSAGES_MAX))
            return wdm_err_set(err, WDM_E_INTERNAL, "gnuplot wrote too many messages");
    }
    return WDM_OK;
}

// fontconfig says on stderr when it cannot keep its cache; that does no harm to the picture. Anything else
// does.
static bool only_font_notes(const char *messages)
{
    static const char note[] = "Fontconfig ";
    const char *line = messages;
    while (*line != '\0') {
        const char *end = strchr(line, '\n');
        const size_t len = end == NULL ? strlen(line) : (size_t)(end - line);
        if (len > 0 && strncmp(line, note, sizeof note - 1) != 0)
            return false;
        line += len + (end == NULL ? 0 : 1);
    }
    return true;
}

static bool has_end(const wdm_buf *picture, wdm_picture kind)
{
    static const char png[] = "\x89PNG\r\n\x1a\n";
    static const unsigned char iend[] = {0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82};
    static const char svg[] = "</svg>";
    size_t len = picture->len;
    if (picture->data == NULL || len < 64)
        return false;
    if (kind == WDM_PICTURE_PNG)
        return memcmp(picture->data, png, 8) == 0 &&
               memcmp(picture->data + len - sizeof iend, iend, sizeof iend) == 0;
    while (len > 0 && (picture->data[len - 1] == '\n' || picture->data[len - 1] == ' '))
        len--;
    return len >= sizeof svg && memcmp(picture->data + len - (sizeof svg - 1), svg, sizeof svg - 1) == 0;
}

// Ends the child in any case, and says how it ended.
static int reap(drawing *d, bool stop)
{
    int status = -1;
    if (d->pid <= 0)
        return -1;
    if (stop)
        (void)kill(d->pid, SIGKILL);
    while (waitpid(d->pid, &status, 0) < 0) {
        if (errno != EINTR)
            return -1;
    }
    d->pid = 0;
    return status;
}

static wdm_rc verdict(drawing *d, int status, const wdm_buf *picture, wdm_picture kind, wdm_err *err)
{
    if (!only_font_notes(wdm_buf_text(&d->messages)) || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return wdm_err_set(err, WDM_E_INTERNAL, "gnuplot failed (status %d): %.800s",
                           WIFEXITED(status) ? WEXITSTATUS(status) : -1, wdm_buf_text(&d->messages));
    if (!has_end(picture, kind))
        return wdm_err_set(err, WDM_E_INTERNAL, "gnuplot ended, but the picture is not whole (%zu bytes)",
                           picture->len);
    return WDM_OK;
}

wdm_rc wdm_gnuplot_draw(const char *script, size_t len, wdm_picture kind, const wdm_gnuplot_limits *limits,
                        wdm_buf *out, wdm_err *err)
{
    static const char *const terminals[] = {
        "set terminal pngcairo size 1280,720 font 'WenQuanYi Micro Hei,11' noenhanced background '#ffffff'\n"
        "S = 1.0\n",
        "set terminal svg size 1280,720 dynamic font 'WenQuanYi Micro Hei,12' fontscale 1.25 noenhanced "
        "background "
        "'#ffffff'\nS = 0.7\n"};
    wdm_gnuplot_limits l = limits == NULL ? (wdm_gnuplot_limits){0} : *limits;
    drawing d = {.script_fd = -1, .out_fd = {-1, -1}, .messages_fd = {-1, -1}, .pid = 0};
    wdm_buf picture = {0};
    const char *const parts[2] = {terminals[kind], script};
    const size_t lens[2] = {strlen(terminals[kind]), len};
    int status = -1;
    wdm_rc rc = WDM_OK;
    l.seconds = l.seconds == 0 ? DEFAULT_SECONDS : l.seconds;
    l.bytes = l.bytes == 0 ? DEFAULT_BYTES : l.bytes;
    wdm_buf_init(&d.messages, MESSAGES_MAX + 1);
    wdm_buf_init(&picture, l.bytes + 1);
    rc = write_script(&d, parts, lens, err);
    if (rc == WDM_OK)
        rc = open_pipe(d.out_fd, err);
    if (rc == WDM_OK)
        rc = open_pipe(d.messages_fd, err);
    if (rc == WDM_OK)
        rc = start(&d, l.program == NULL ? "gnuplot" : l.program, err);
    if (rc == WDM_OK)
        rc = collect(&d, &l, &picture, err);
    status = reap(&d, rc != WDM_OK);
    if (rc == WDM_OK)
        rc = verdict(&d, status, &picture, kind, err);
    if (rc == WDM_OK)
        wdm_buf_put(out, picture.data, picture.len);
    close_fd(&d.script_fd);
    for (int k = 0; k < 2; k++) {
        close_fd(&d.out_fd[k]);
        close_fd(&d.messages_fd[k]);
    }
    wdm_buf_fini(&d.messages);
    wdm_buf_fini(&picture);
    return rc;
}

void wdm_gnuplot_text(wdm_buf *out, const char *text)
{
    wdm_buf_puts(out, "'");
    for (const char *p = text; *p != '\0';) {
        char piece[8] = {0};
        p = wdm_clean_next(p, piece);
        if (strcmp(piece, "'") == 0 || strcmp(piece, "\xe2\x80\x98") == 0 ||
            strcmp(piece, "\xe2\x80\x99") == 0)
            wdm_buf_puts(out, "''");
        else
            wdm_buf_puts(out, piece);
    }
    wdm_buf_puts(out, "'");
}

double wdm_gnuplot_width_em(const char *text)
{
    double width = 0.0;
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if (*p < 0x80)
            width += 0.49;
        else if (*p >= 0xe2 && *p <= 0xef)
            width += *p == 0xe2 ? 0.5 : 1.0;
        else if (*p >= 0xc0)
            width += 0.45;
    }
    return width;
}

static bool name_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

bool wdm_picture_name_valid(const char *name)
{
    if (name[0] == '\0' || name[0] == '.' || name[0] == '-' || strlen(name) > 200)
        return false;
    for (const char *p = name; *p != '\0'; p++) {
        if (!name_char(*p))
            return false;
    }
    return true;
}

void wdm_picture_name_put(wdm_buf *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        const char c = name_char(*p) && !(out->len == 0 && (*p == '.' || *p == '-')) ? *p : '_';
        wdm_buf_put(out, &c, 1);
    }
}
