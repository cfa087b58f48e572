// SPDX-License-Identifier: GPL-3.0-or-later
// wdm-make-samples OUTDIR [--seed N]: writes the sample files, the same bytes for the same seed.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "samples.h"

enum { PATH_TEXT_MAX = 4096 };

static wdm_rc make_folder(const char *path, wdm_err *err)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return wdm_err_errno(err, errno, "cannot make folder", path);
    return WDM_OK;
}

wdm_rc samples_write_file(const char *dir, const char *name, const wdm_buf *buf, wdm_err *err)
{
    char path[PATH_TEXT_MAX];
    const char *slash = strrchr(name, '/');
    FILE *file = NULL;
    size_t written = 0;
    wdm_rc rc = wdm_buf_check(buf, err);
    if (rc != WDM_OK)
        return rc;
    if (slash != NULL) {
        (void)snprintf(path, sizeof path, "%s/%.*s", dir, (int)(slash - name), name);
        rc = make_folder(path, err);
        if (rc != WDM_OK)
            return rc;
    }
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    file = fopen(path, "wb");
    if (file == NULL)
        return wdm_err_errno(err, errno, "cannot write", path);
    written = buf->len == 0 ? 0 : fwrite(buf->data, 1, buf->len, file);
    if (written != buf->len)
        rc = wdm_err_errno(err, errno, "cannot write", path);
    if (fclose(file) != 0 && rc == WDM_OK)
        rc = wdm_err_errno(err, errno, "cannot write", path);
    return rc;
}

static wdm_rc write_all(uint64_t seed, const char *dir, wdm_err *err)
{
    wdm_rc rc = make_folder(dir, err);
    if (rc == WDM_OK)
        rc = samples_write_tables(dir, err);
    if (rc == WDM_OK)
        rc = samples_write_batches(seed, dir, err);
    if (rc == WDM_OK)
        rc = samples_write_truth(seed, dir, err);
    if (rc == WDM_OK)
        rc = samples_write_invalid(dir, err);
    if (rc == WDM_OK)
        rc = samples_write_formats(dir, err);
    return rc;
}

int main(int argc, char **argv)
{
    static const char usage[] = "usage: wdm-make-samples OUTDIR [--seed N]\n";
    const char *dir = NULL;
    uint64_t seed = 1;
    wdm_err err = {WDM_OK, ""};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0)
            return fputs(usage, stdout) < 0 ? wdm_rc_status(WDM_E_IO) : 0;
        if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc && argv[i + 1][0] >= '0' &&
            argv[i + 1][0] <= '9') {
            char *end = NULL;
            seed = strtoull(argv[++i], &end, 10);
            if (*end == '\0')
                continue;
        } else if (argv[i][0] != '-' && dir == NULL && strlen(argv[i]) < PATH_TEXT_MAX / 2) {
            dir = argv[i];
            continue;
        }
        (void)fputs(usage, stderr);
        return wdm_rc_status(WDM_E_USAGE);
    }
    if (dir == NULL) {
        (void)fputs(usage, stderr);
        return wdm_rc_status(WDM_E_USAGE);
    }
    if (write_all(seed, dir, &err) != WDM_OK) {
        (void)fprintf(stderr, "wdm-make-samples: %s\n", err.text);
        return wdm_rc_status(err.rc);
    }
    return 0;
}
