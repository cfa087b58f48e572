// SPDX-License-Identifier: GPL-3.0-or-later
// Files of given bytes, and their text.
#ifndef WDM_TESTS_SOURCE_FIXTURE_H
#define WDM_TESTS_SOURCE_FIXTURE_H

#include "unittest.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "io/source.h"

// A file with the bytes; the caller unlinks it.
static inline void make_file(char path[64], const char *bytes, size_t len)
{
    int fd = -1;
    (void)snprintf(path, 64, "/tmp/wdm-test-XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    assert_int_equal(close(fd), 0);
}

// A source of the bytes; its file is gone already.
static inline wdm_source *source_of(const char *bytes, size_t len)
{
    char path[64];
    wdm_source *source = NULL;
    wdm_err err = {WDM_OK, ""};
    make_file(path, bytes, len);
    ASSERT_OK(wdm_source_open(&source, path, &err), err);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(wdm_source_size(source), (int64_t)len);
    return source;
}

static inline wdm_rc gather(void *user, const char *bytes, size_t len, wdm_err *err)
{
    (void)err;
    assert_true(len > 0 && len <= 64 * 1024);
    wdm_buf_put(user, bytes, len);
    return WDM_OK;
}

#endif
