// SPDX-License-Identifier: GPL-3.0-or-later
#include "inbox_journal.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/number.h"

enum { JOURNAL_BYTES_MAX = 64 * 1024 };
static const char file_name[] = "journal";
static const char *const phases[] = {"idle", "import", "move"};

wdm_rc wdm_inbox_write_journal(const wdm_folder *spool, const wdm_inbox_journal *j, wdm_err *err)
{
    wdm_buf text = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&text, JOURNAL_BYTES_MAX);
    wdm_buf_printf(&text, "wdm-inbox 1\nphase %s\nsha256 %s\nbefore %" PRId64 "\nverdict %d\n",
                   phases[j->phase], j->sha256, j->batch_before, (int)j->verdict);
    wdm_buf_printf(&text, "folder %s\nnumber %" PRId64 "\njson %s\n", j->folder, j->number, j->json);
    wdm_buf_printf(&text, "name %s", j->name); // to the end: a name may hold anything but '/'
    rc = wdm_buf_check(&text, err);
    if (rc == WDM_OK)
        rc = wdm_folder_write(spool, file_name, wdm_buf_text(&text), text.len, err);
    wdm_buf_fini(&text);
    return rc;
}

// "accepted/2026/11" or "rejected", nothing else: the journal decides where files go.
static bool is_target(const char *folder)
{
    static const char shape[] = "accepted/0000/00";
    if (strcmp(folder, "rejected") == 0)
        return true;
    if (strlen(folder) != strlen(shape))
        return false;
    for (size_t i = 0; i < strlen(shape); i++) {
        if (shape[i] == '0' ? !isdigit((unsigned char)folder[i]) : folder[i] != shape[i])
            return false;
    }
    return true;
}

// The rest of the line that begins with key and a blank; *at goes on to the next line. False: not that line,
// or longer than cap.
static bool take_line(const char **at, const char *key, char *out, size_t cap)
{
    const size_t n = strlen(key);
    const char *end = strchr(*at, '\n');
    const char *from = *at + n + 1;
    if (strncmp(*at, key, n) != 0 || (*at)[n] != ' ' || end == NULL || (size_t)(end - from) >= cap)
        return false;
    memcpy(out, from, (size_t)(end - from));
    out[end - from] = '\0';
    *at = end + 1;
    return true;
}

static bool parse(const char *at, wdm_inbox_journal *j)
{
    char version[8];
    char phase[16];
    char before[32];
    char verdict[32];
    char number[32];
    int64_t rc = 0;
    if (!take_line(&at, "wdm-inbox", version, sizeof version) || strcmp(version, "1") != 0 ||
        !take_line(&at, "phase", phase, sizeof phase) ||
        !take_line(&at, "sha256", j->sha256, sizeof j->sha256) ||
        !take_line(&at, "before", before, sizeof before) ||
        !take_line(&at, "verdict", verdict, sizeof verdict) ||
        !take_line(&at, "folder", j->folder, sizeof j->folder) ||
        !take_line(&at, "number", number, sizeof number) ||
        !take_line(&at, "json", j->json, sizeof j->json) || strncmp(at, "name ", 5) != 0 ||
        !wdm_folder_is_name(at + 5) || !wdm_integer_parse(before, &j->batch_before) ||
        !wdm_integer_parse(verdict, &rc) || !wdm_integer_parse(number, &j->number))
        return false;
    (void)snprintf(j->name, sizeof j->name, "%s", at + 5);
    j->phase = strcmp(phase, "move") == 0 ? WDM_INBOX_MOVE : WDM_INBOX_IMPORT;
    j->verdict = rc == (int64_t)WDM_E_PARTIAL ? WDM_E_PARTIAL : rc == (int64_t)WDM_OK ? WDM_OK : WDM_E_DATA;
    return j->phase == WDM_INBOX_IMPORT || (is_target(j->folder) && j->number > 0);
}

wdm_rc wdm_inbox_read_journal(const wdm_folder *spool, wdm_inbox_journal *j, wdm_err *err)
{
    wdm_buf text = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&text, JOURNAL_BYTES_MAX);
    rc = wdm_folder_read(spool, file_name, &text, err);
    if (rc == WDM_E_NOINPUT || (rc == WDM_OK && !parse(wdm_buf_text(&text), j))) {
        memset(j, 0, sizeof *j); // it is written whole or not at all; what cannot be read is not ours
        rc = WDM_OK;
    }
    wdm_buf_fini(&text);
    return rc;
}

wdm_rc wdm_inbox_drop_journal(const wdm_folder *spool, wdm_err *err)
{
    return wdm_folder_remove(spool, file_name, err);
}
