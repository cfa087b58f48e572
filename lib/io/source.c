// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "io/bytescan.h"
#include "io/convert.h"
#include "io/decoder.h"
#include "io/file.h"
#include "io/magic.h"

enum { PIECE = 64 * 1024 };

struct wdm_source {
    char path[WDM_PATH_MAX]; // "-": spooled
    int fd;
    int text_fd; // fd, or what a converter wrote
    struct stat at_open;
    wdm_bytescan scan; // of the text
    char sha256[WDM_SHA256_HEX];
    int64_t size;
    wdm_source_kind kind;
    int sheets;
    char name[256];
    char encoding[64];
    bool guessed, cut;
};

static const char *label(const wdm_source *s)
{
    if (s->name[0] != '\0')
        return s->name;
    return strcmp(s->path, "-") == 0 ? "standard input" : s->path;
}

// ---- the first reading

typedef struct reading {
    wdm_hash hash;
    wdm_bytescan scan;
    unsigned char piece[PIECE];
} reading;

// Reads fd to its end, from offset 0 or, when spool_fd is not -1, as it comes and with a copy to there.
static wdm_rc read_through(reading *r, int fd, int spool_fd, const char *path, wdm_err *err)
{
    wdm_hash_init(&r->hash);
    memset(&r->scan, 0, sizeof r->scan);
    for (;;) {
        const ssize_t n =
            spool_fd >= 0 ? read(fd, r->piece, PIECE) : pread(fd, r->piece, PIECE, (off_t)r->scan.size);
        wdm_rc rc = WDM_OK;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return wdm_err_errno(err, errno, "cannot read", path);
        if (n == 0)
            break;
        if (spool_fd >= 0)
            rc = wdm_file_put(spool_fd, (const char *)r->piece, (size_t)n, "a temporary file", err);
        if (rc != WDM_OK)
            return rc;
        wdm_hash_update(&r->hash, r->piece, (size_t)n);
        wdm_bytescan_feed(&r->scan, r->piece, (size_t)n);
    }
    wdm_bytescan_end(&r->scan);
    return WDM_OK;
}

static wdm_rc look_at_tail(wdm_source *s, reading *r, wdm_err *err)
{
    const uint64_t from = s->scan.size < WDM_MAGIC_TAIL ? 0 : s->scan.size - WDM_MAGIC_TAIL;
    const ssize_t n = pread(s->fd, r->piece, PIECE, (off_t)from);
    if (n < 0)
        return wdm_err_errno(err, errno, "cannot read", s->path);
    s->kind = wdm_magic_kind(&s->scan, r->piece, (size_t)n, &s->sheets);
    return WDM_OK;
}

static wdm_rc open_fd(wdm_source *s, int *spool_fd, wdm_err *err)
{
    const bool is_stdin = strcmp(s->path, "-") == 0;
    s->fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(s->path, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0 || fstat(s->fd, &s->at_open) != 0)
        return wdm_err_errno(err, errno, "cannot open", is_stdin ? "standard input" : s->path);
    if (S_ISDIR(s->at_open.st_mode))
        return wdm_err_set(err, WDM_E_NOINPUT, "%s: a folder, not a file", s->path);
    if (!is_stdin && (S_ISCHR(s->at_open.st_mode) || S_ISBLK(s->at_open.st_mode)))
        return wdm_err_set(err, WDM_E_NOINPUT, "%s: a device, not a file", s->path);
    return is_stdin || !S_ISREG(s->at_open.st_mode) ? wdm_file_temp(spool_fd, err) : WDM_OK;
}

static wdm_rc open_and_read(wdm_source *s, reading *r, wdm_err *err)
{
    int spool_fd = -1;
    wdm_rc rc = open_fd(s, &spool_fd, err);
    if (rc == WDM_OK)
        rc = read_through(r, s->fd, spool_fd, s->path, err);
    if (spool_fd >= 0) {
        (void)close(s->fd);
        s->fd = spool_fd;
        (void)snprintf(s->path, sizeof s->path, "-");
        if (rc == WDM_OK && fstat(s->fd, &s->at_open) != 0)
            rc = wdm_err_errno(err, errno, "cannot read", "a temporary file");
    }
    s->text_fd = s->fd;
    s->scan = r->scan;
    s->size = (int64_t)r->scan.size;
    if (rc != WDM_OK)
        return rc;
    wdm_hash_final_hex(&r->hash, s->sha256);
    return look_at_tail(s, r, err);
}

wdm_rc wdm_source_open(wdm_source **out, const char *path, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    wdm_source *s = wdm_alloc(1, sizeof *s);
    reading *r = wdm_alloc(1, sizeof *r);
    *out = NULL;
    if (s == NULL || r == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    s->fd = s->text_fd = -1;
    if (snprintf(s->path, sizeof s->path, "%s", path) >= (int)sizeof s->path)
        rc = wdm_err_set(err, WDM_E_NOINPUT, "%s: the path is too long", path);
    if (rc == WDM_OK)
        rc = open_and_read(s, r, err);
    if (rc == WDM_OK) {
        *out = s;
        s = NULL;
    }
out:
    wdm_free(r);
    wdm_source_close(s);
    return rc;
}

void wdm_source_close(wdm_source *s)
{
    if (s == NULL)
        return;
    if (s->text_fd >= 0 && s->text_fd != s->fd)
        (void)close(s->text_fd);
    if (s->fd >= 0)
        (void)close(s->fd);
    wdm_free(s);
}

const char *wdm_source_sha256(const wdm_source *source)
{
    return source->sha256;
}

int64_t wdm_source_size(const wdm_source *source)
{
    return source->size;
}

wdm_source_kind wdm_source_kind_of(const wdm_source *source)
{
    return source->kind;
}

int wdm_source_sheets(const wdm_source *source)
{
    return source->sheets;
}

const char *wdm_source_encoding(const wdm_source *source)
{
    return source->encoding;
}

bool wdm_source_encoding_guessed(const wdm_source *source)
{
    return source->guessed;
}

bool wdm_source_was_cut(const wdm_source *source)
{
    return source->cut;
}

// ---- a workbook

static bool same_moment(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

// What was hashed must be what is read.
static wdm_rc check_unchanged(const wdm_source *s, wdm_err *err)
{
    struct stat now = {0};
    if (fstat(s->fd, &now) != 0)
        return wdm_err_errno(err, errno, "cannot read", s->path);
    if (same_moment(&now, &s->at_open))
        return WDM_OK;
    return wdm_err_set(err, WDM_E_DATA,
                       "%s: the file changed while it was read; import it again when it is complete",
                       label(s));
}

wdm_rc wdm_source_convert(wdm_source *s, const char *command, wdm_err *err)
{
    struct stat named = {0};
    int text_fd = -1;
    const wdm_convert_job job = {.command = command, .path = s->path, .fd = s->fd};
    reading *r = NULL;
    wdm_rc rc = WDM_OK;
    if (s->kind != WDM_SOURCE_XLSX)
        return wdm_err_set(err, WDM_E_DATA, "%s: not an Excel workbook (.xlsx)", label(s));
    if (command == NULL || command[0] == '\0')
        return wdm_err_set(
            err, WDM_E_DATA,
            "%s: an Excel workbook: save it in Excel as \"CSV UTF-8\" and import that, or name a "
            "converter in wdm.cfg of the config folder (xlsx2csv = \"xlsx2csv\";)",
            label(s));
    if (lseek(s->fd, 0, SEEK_SET) != 0)
        return wdm_err_errno(err, errno, "cannot read", s->path);
    rc = wdm_convert_run(&job, &text_fd, err);
    if (rc == WDM_OK)
        rc = check_unchanged(s, err);
    // The converter opened the path anew: it must still be the file that was hashed.
    if (rc == WDM_OK && strcmp(s->path, "-") != 0 &&
        (stat(s->path, &named) != 0 || named.st_ino != s->at_open.st_ino ||
         named.st_dev != s->at_open.st_dev))
        rc = wdm_err_set(err, WDM_E_DATA, "%s: the file was replaced while it was read; import it again",
                         s->path);
    if (rc != WDM_OK)
        goto out;
    r = wdm_alloc(1, sizeof *r);
    if (r == NULL) {
        rc = wdm_err_nomem(err);
        goto out;
    }
    rc = read_through(r, text_fd, -1, command, err);
    if (rc != WDM_OK)
        goto out;
    s->scan = r->scan;
    s->text_fd = text_fd;
    text_fd = -1;
    s->encoding[0] = '\0';
out:
    if (text_fd >= 0)
        (void)close(text_fd);
    wdm_free(r);
    return rc;
}

// ---- the encoding

// The line of a byte in a file whose line ends are those of ASCII.
static uint64_t line_of(const wdm_source *s, uint64_t offset)
{
    char piece[4096];
    uint64_t lines = 1;
    bool last_cr = false;
    for (uint64_t at = 0; at < offset;) {
        const uint64_t want = offset - at < sizeof piece ? offset - at : sizeof piece;
        const ssize_t n = pread(s->text_fd, piece, (size_t)want, (off_t)at);
        if (n <= 0)
            break;
        for (ssize_t i = 0; i < n; i++) {
            lines += piece[i] == '\r' || (piece[i] == '\n' && !last_cr);
            last_cr = piece[i] == '\r';
        }
        at += (uint64_t)n;
    }
    return lines;
}

static wdm_rc refuse_kind(const wdm_source *s, wdm_err *err)
{
    static const char *const says[] = {
        [WDM_SOURCE_TEXT] = "",
        [WDM_SOURCE_XLSX] =
            ("an Excel workbook: save it in Excel as \"CSV UTF-8\", or name a converter in wdm.cfg "
             "(xlsx2csv = \"xlsx2csv\";)"),
        [WDM_SOURCE_XLS] = "an Office file of the old kind (.xls, .doc): save it in Excel as \"CSV UTF-8\"",
        [WDM_SOURCE_PDF] = "a PDF: export the table as CSV or text from the program that made it",
        [WDM_SOURCE_ARCHIVE] = "an archive (zip, gzip, 7z ...): unpack it and import what is in it",
        [WDM_SOURCE_BINARY] = "not text: export the table as CSV or text from the program that made it",
    };
    return wdm_err_set(err, WDM_E_DATA, "%s: %s", s->name, says[s->kind]);
}

static bool is_utf8(const char *encoding)
{
    return strcasecmp(encoding, "UTF-8") == 0 || strcasecmp(encoding, "UTF8") == 0;
}

static bool ends_in(const char *text, const char *suffix)
{
    const size_t n = strlen(text);
    return n >= strlen(suffix) && strcasecmp(text + n - strlen(suffix), suffix) == 0;
}

// Whether a byte order mark says something else than was declared.
static bool contradicts(const char *mark, bool big, const char *declared)
{
    const bool wide = strncasecmp(declared, "UTF-16", 6) == 0 || strncasecmp(declared, "UTF16", 5) == 0 ||
                      strncasecmp(declared, "UCS-2", 5) == 0 || strncasecmp(declared, "UCS2", 4) == 0 ||
                      strncasecmp(declared, "UNICODE", 7) == 0;
    if (strcmp(mark, "UTF-16") == 0)
        return !wide || ends_in(declared, big ? "LE" : "BE");
    return strcmp(mark, "UTF-8") == 0 && !is_utf8(declared);
}

static wdm_rc take_declared(wdm_source *s, const char *declared, wdm_err *err)
{
    bool big = false;
    const char *mark = wdm_bytescan_mark(&s->scan, &big);
    if (!wdm_decoder_knows(declared) || strlen(declared) >= sizeof s->encoding)
        return wdm_err_set(err, WDM_E_USAGE,
                           "--encoding: \"%s\" is not known; GB18030, UTF-16, ISO-8859-1 and CP1252 are",
                           declared);
    if (mark != NULL && contradicts(mark, big, declared))
        return wdm_err_set(
            err, WDM_E_DATA,
            "%s: the file starts with the byte order mark of %s%s, not %s; leave out --encoding", s->name,
            mark,
            strcmp(mark, "UTF-16") != 0 ? ""
            : big                       ? "BE"
                                        : "LE",
            declared);
    (void)snprintf(s->encoding, sizeof s->encoding, "%s", is_utf8(declared) ? "UTF-8" : declared);
    return WDM_OK;
}

static wdm_rc find_out(wdm_source *s, wdm_err *err)
{
    bool big = false;
    const wdm_bytescan *scan = &s->scan;
    const char *encoding = wdm_bytescan_mark(scan, &big);
    const char *wide = wdm_bytescan_utf16(scan);
    if (encoding == NULL && wide != NULL)
        return wdm_err_set(
            err, WDM_E_DATA,
            "%s: looks like %s, but has no byte order mark; save it as CSV UTF-8, or declare it "
            "with --encoding %s",
            s->name, wide, wide);
    if (encoding == NULL)
        encoding = wdm_bytescan_encoding(scan, &s->guessed);
    if (encoding == NULL)
        return wdm_err_set(
            err, WDM_E_DATA,
            "%s:%" PRIu64 ": not valid UTF-8, and it is not clear what else; declare it: --encoding "
            "GB18030 if the file comes from a Chinese Windows, --encoding CP1252 if from a western one",
            s->name, line_of(s, scan->not_utf8_at));
    (void)snprintf(s->encoding, sizeof s->encoding, "%s", encoding);
    return WDM_OK;
}

wdm_rc wdm_source_decode(wdm_source *s, const char *name, const char *declared, wdm_err *err)
{
    (void)snprintf(s->name, sizeof s->name, "%s", name);
    s->encoding[0] = '\0';
    s->guessed = false;
    if (s->kind != WDM_SOURCE_TEXT && s->text_fd == s->fd)
        return refuse_kind(s, err);
    // What a converter wrote has its own encoding; --encoding speaks of files.
    return declared != NULL && s->text_fd == s->fd ? take_declared(s, declared, err) : find_out(s, err);
}

wdm_rc wdm_source_each(wdm_source *s, uint64_t limit, wdm_source_fn fn, void *user, wdm_err *err)
{
    const wdm_decoder_job job = {s->text_fd, s->encoding, s->name, limit, fn, user};
    wdm_rc rc = WDM_OK;
    s->cut = false;
    if (s->encoding[0] == '\0')
        return wdm_err_set(err, WDM_E_INTERNAL, "%s: read before its encoding was fixed", label(s));
    rc = wdm_decoder_run(&job, &s->cut, err);
    if (rc == WDM_OK || rc == WDM_E_DATA) {
        wdm_err changed = {WDM_OK, ""};
        if (check_unchanged(s, &changed) != WDM_OK)
            rc = wdm_err_set(err, changed.rc, "%s", changed.text);
    }
    return rc;
}
