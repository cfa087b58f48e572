// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "io/text.h"

static size_t line_of(const wdm_buf *bytes, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset; i++)
        line += bytes->data[i] == '\n';
    return line;
}

static wdm_rc convert(wdm_buf *bytes, const char *encoding, const char *name, wdm_err *err)
{
    wdm_buf out = {0};
    char chunk[16 * 1024];
    char *in = bytes->data;
    size_t left = bytes->len;
    wdm_rc rc = WDM_OK;
    iconv_t cd = iconv_open("UTF-8", encoding);
    if (cd == (iconv_t)-1)
        return wdm_err_set(err, WDM_E_USAGE,
                           "--encoding: \"%s\" is not known; GB18030, UTF-16, ISO-8859-1 and CP1252 are",
                           encoding);
    wdm_buf_init(&out, bytes->max);
    while (left > 0 && rc == WDM_OK) {
        char *to = chunk;
        size_t room = sizeof chunk;
        const size_t n = iconv(cd, &in, &left, &to, &room);
        wdm_buf_put(&out, chunk, sizeof chunk - room);
        if (n == (size_t)-1 && errno != E2BIG)
            rc = wdm_err_set(err, WDM_E_DATA,
                             "%s:%zu: a byte there is not %s; name the file's encoding with --encoding", name,
                             line_of(bytes, bytes->len - left), encoding);
    }
    (void)iconv_close(cd);
    if (rc == WDM_OK)
        rc = wdm_buf_check(&out, err);
    if (rc == WDM_OK) {
        wdm_buf_fini(bytes);
        *bytes = out;
    } else {
        wdm_buf_fini(&out);
    }
    return rc;
}

static void drop_mark(wdm_buf *bytes)
{
    if (bytes->len >= 3 && memcmp(bytes->data, "\xef\xbb\xbf", 3) == 0) {
        bytes->len -= 3;
        memmove(bytes->data, bytes->data + 3, bytes->len + 1);
    }
}

wdm_rc wdm_charset_to_utf8(wdm_buf *bytes, const char *encoding, const char *name, const char **used,
                           wdm_err *err)
{
    size_t bad = 0;
    *used = encoding == NULL ? "UTF-8" : encoding;
    if (bytes->len == 0)
        return WDM_OK;
    if (encoding == NULL && bytes->len >= 2 &&
        (memcmp(bytes->data, "\xff\xfe", 2) == 0 || memcmp(bytes->data, "\xfe\xff", 2) == 0))
        *used = encoding = "UTF-16"; // the mark says so
    if (encoding != NULL && strcmp(encoding, "UTF-8") != 0) {
        const wdm_rc rc = convert(bytes, encoding, name, err);
        if (rc != WDM_OK)
            return rc;
    }
    drop_mark(bytes);
    // Converted text is checked as well: iconv lets code points above U+10FFFF pass.
    if (!wdm_utf8_valid(bytes->data, bytes->len, &bad))
        return wdm_err_set(err, WDM_E_DATA,
                           "%s:%zu: not valid UTF-8; if the file comes from a Chinese Windows, import it "
                           "with --encoding GB18030",
                           name, line_of(bytes, bad));
    return WDM_OK;
}
