// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/decoder.h"

#include <errno.h>
#include <iconv.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/text.h"

enum { PIECE = 64 * 1024 };

typedef struct decoder {
    const wdm_decoder_job *job;
    iconv_t cd;
    bool has_cd;
    char raw[PIECE]; // bytes read and not yet taken: a sequence cut at the end stays for the next round
    size_t raw_len;
    char text[PIECE];
    uint64_t offset; // of the next byte to read
    uint64_t sent;
    bool eof, cut;
} decoder;

// ---- lines, counted only when an error needs one

typedef struct line_count {
    uint64_t lines;
    bool last_cr;
} line_count;

static wdm_rc count_lines(void *user, const char *bytes, size_t len, wdm_err *err)
{
    line_count *count = user;
    (void)err;
    for (size_t i = 0; i < len; i++) {
        count->lines += bytes[i] == '\r' || (bytes[i] == '\n' && !count->last_cr);
        count->last_cr = bytes[i] == '\r';
    }
    return WDM_OK;
}

// The line on which the text goes on after what was sent.
static uint64_t line_here(const decoder *d)
{
    line_count count = {0};
    bool cut = false;
    wdm_decoder_job again = *d->job;
    if (d->sent == 0)
        return 1;
    again.limit = d->sent;
    again.fn = count_lines;
    again.user = &count;
    // It may end with the same wrong byte, which count_lines' runs do not look up again.
    return wdm_decoder_run(&again, &cut, NULL) == WDM_E_NOMEM ? 0 : count.lines + 1;
}

static wdm_rc wrong_byte(const decoder *d, wdm_err *err)
{
    const wdm_decoder_job *job = d->job;
    if (job->fn == count_lines) // the error for which lines are counted
        return WDM_E_DATA;
    return wdm_err_set(err, WDM_E_DATA,
                       "%s:%" PRIu64 ": a byte there is not %s; name the file's encoding with --encoding",
                       job->name, line_here(d), job->encoding);
}

// ---- text out

static wdm_rc put_text(decoder *d, const char *bytes, size_t len, wdm_err *err)
{
    const uint64_t limit = d->job->limit;
    wdm_rc rc = WDM_OK;
    if (d->sent == 0 && len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 && d->offset <= PIECE) {
        bytes += 3;
        len -= 3;
    }
    if (limit > 0 && len > limit - d->sent) {
        len = (size_t)(limit - d->sent);
        while (len > 0 && ((unsigned char)bytes[len] & 0xc0) == 0x80)
            len--;
        d->cut = true;
    }
    if (len > 0)
        rc = d->job->fn(d->job->user, bytes, len, err);
    d->sent += len;
    return rc;
}

// ---- bytes in

static wdm_rc fill(decoder *d, wdm_err *err)
{
    while (!d->eof && d->raw_len < PIECE) {
        const ssize_t n = pread(d->job->fd, d->raw + d->raw_len, PIECE - d->raw_len, (off_t)d->offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return wdm_err_errno(err, errno, "cannot read", d->job->name);
        d->eof = n == 0;
        d->raw_len += (size_t)n;
        d->offset += (size_t)n;
    }
    return WDM_OK;
}

static void keep_from(decoder *d, size_t at)
{
    d->raw_len -= at;
    memmove(d->raw, d->raw + at, d->raw_len);
}

// Bytes of the sequence that this one starts; 1 for what starts none.
static size_t sequence_len(unsigned char c)
{
    if (c >= 0xf0)
        return 4;
    if (c >= 0xe0)
        return 3;
    return c >= 0xc0 ? 2 : 1;
}

static wdm_rc take_utf8(decoder *d, wdm_err *err)
{
    size_t good = d->raw_len;
    wdm_rc rc = WDM_OK;
    const bool valid = wdm_utf8_valid(d->raw, d->raw_len, &good);
    const bool open = !valid && !d->eof && d->raw_len - good < sequence_len((unsigned char)d->raw[good]);
    rc = put_text(d, d->raw, good, err);
    if (rc == WDM_OK && !valid && !open && !d->cut)
        return wrong_byte(d, err);
    keep_from(d, good);
    return rc;
}

// iconv lets code points above U+10FFFF and surrogates of some sets pass: what comes out is looked at too.
static wdm_rc put_checked(decoder *d, size_t len, wdm_err *err)
{
    size_t good = len;
    const bool valid = wdm_utf8_valid(d->text, len, &good);
    const wdm_rc rc = put_text(d, d->text, good, err);
    if (rc == WDM_OK && !valid && !d->cut)
        return wrong_byte(d, err);
    return rc;
}

static wdm_rc take_iconv(decoder *d, wdm_err *err)
{
    char *in = d->raw;
    size_t left = d->raw_len;
    wdm_rc rc = WDM_OK;
    int failed = E2BIG;
    while (rc == WDM_OK && !d->cut && failed == E2BIG) {
        char *to = d->text;
        size_t room = PIECE;
        // At the end a second call lets a set with shift states write what it holds back.
        const bool flush = d->eof && left == 0;
        const size_t n = iconv(d->cd, flush ? NULL : &in, flush ? NULL : &left, &to, &room);
        failed = n == (size_t)-1 ? errno : 0;
        if (failed == 0 && d->eof && !flush)
            failed = E2BIG; // once more, to flush
        rc = put_checked(d, PIECE - room, err);
    }
    if (rc == WDM_OK && !d->cut && (failed == EILSEQ || (failed == EINVAL && (d->eof || left >= PIECE / 2))))
        return wrong_byte(d, err);
    keep_from(d, d->raw_len - left);
    return rc;
}

// ---- the run

bool wdm_decoder_knows(const char *encoding)
{
    iconv_t cd = (iconv_t)-1;
    if (encoding[0] == '\0' || strpbrk(encoding, "/,") != NULL)
        return false;
    cd = iconv_open("UTF-8", encoding);
    if (cd == (iconv_t)-1)
        return false;
    (void)iconv_close(cd);
    return true;
}

wdm_rc wdm_decoder_run(const wdm_decoder_job *job, bool *cut, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    decoder *d = wdm_alloc(1, sizeof *d);
    *cut = false;
    if (d == NULL)
        return wdm_err_nomem(err);
    d->job = job;
    if (strcmp(job->encoding, "UTF-8") != 0) {
        d->cd = iconv_open("UTF-8", job->encoding);
        d->has_cd = d->cd != (iconv_t)-1;
        if (!d->has_cd)
            rc = wdm_err_errno(err, errno, "cannot decode", job->encoding);
    }
    while (rc == WDM_OK && !d->cut && !d->eof) {
        rc = fill(d, err);
        if (rc == WDM_OK)
            rc = d->has_cd ? take_iconv(d, err) : take_utf8(d, err);
    }
    *cut = d->cut;
    if (d->has_cd)
        (void)iconv_close(d->cd);
    wdm_free(d);
    return rc;
}
