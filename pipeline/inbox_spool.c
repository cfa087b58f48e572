// SPDX-License-Identifier: GPL-3.0-or-later
#include "inbox_spool.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/lock.h"
#include "base/mem.h"
#include "inbox_journal.h"
#include "io/number.h"
#include "io/text.h"

enum { NUMBER_MAX = 100000, SEEN_MAX = 10000, SEEN_BYTES_MAX = 4 * 1024 * 1024 };
static const int64_t SECOND_US = 1000000;
static const uint64_t INODE_MAX = 1000000000000000000U; // what wdm_integer_parse reads back
static const char spool_name[] = ".wdm-inbox";
static const char lock_name[] = ".wdm-inbox.lock";
static const char seen_name[] = "seen";

// ---- names

static bool ends_in(const char *name, const char *suffix)
{
    const size_t n = strlen(name);
    const size_t s = strlen(suffix);
    return n > s && strcasecmp(name + n - s, suffix) == 0;
}

bool wdm_inbox_ignores(const char *name)
{
    // What browsers, WinSCP, rsync and the like call a file that they have not finished; Windows' own litter.
    static const char *const unfinished[] = {".part", ".partial", ".filepart", ".crdownload", ".tmp"};
    static const char *const litter[] = {"Thumbs.db", "desktop.ini"};
    if (name[0] == '.' || strncmp(name, "~$", 2) == 0)
        return true;
    for (size_t i = 0; i < sizeof unfinished / sizeof unfinished[0]; i++) {
        if (ends_in(name, unfinished[i]))
            return true;
    }
    for (size_t i = 0; i < sizeof litter / sizeof litter[0]; i++) {
        if (strcasecmp(name, litter[i]) == 0)
            return true;
    }
    return false;
}

void wdm_inbox_names_of(const char *name, int64_t number, wdm_inbox_names *names)
{
    enum { STEM_BYTES_MAX = 255 - 28, EXTENSION_BYTES_MAX = 8 }; // room for "-100000.rejects.csv"
    char stem[STEM_BYTES_MAX + 1];
    char mark[24] = "";
    const char *dot = strrchr(name, '.');
    const bool has_extension = dot != NULL && dot != name && strlen(dot) <= EXTENSION_BYTES_MAX;
    const size_t len = has_extension ? (size_t)(dot - name) : strlen(name);
    if (number > 1)
        (void)snprintf(mark, sizeof mark, "-%" PRId64, number);
    (void)snprintf(stem, sizeof stem, "%.*s", (int)len, name);
    if (len > STEM_BYTES_MAX)
        wdm_text_cut(stem);
    (void)snprintf(names->data, sizeof names->data, "%s%s%s", stem, mark, has_extension ? dot : "");
    (void)snprintf(names->report, sizeof names->report, "%s%s.report.txt", stem, mark);
    (void)snprintf(names->rejects, sizeof names->rejects, "%s%s.rejects.csv", stem, mark);
}

// ---- opening

static wdm_rc open_spool(wdm_inbox *box, wdm_err *err)
{
    wdm_file_facts facts = {0};
    wdm_rc rc = wdm_folder_make(&box->spool, &box->dir, spool_name, 0700, err);
    if (rc == WDM_OK)
        rc = wdm_facts_of(box->spool.fd, box->spool.path, &facts, err);
    // Its journal is believed: nobody else may have written it.
    if (rc == WDM_OK && (!facts.own || facts.written_by_others))
        rc = wdm_err_set(err, WDM_E_PERM,
                         "%s belongs to another user, or others may write to it; run the inbox as one user, "
                         "and remove the folder when none of its runs is under way",
                         box->spool.path);
    return rc;
}

static wdm_rc read_seen(wdm_inbox *box, wdm_err *err)
{
    wdm_buf text = {0};
    char *line = NULL;
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&text, SEEN_BYTES_MAX);
    rc = wdm_folder_read(&box->spool, seen_name, &text, err);
    for (line = text.data; rc == WDM_OK && line != NULL && *line != '\0';) {
        wdm_inbox_seen row = {0};
        int64_t *const cells[] = {&row.inode, &row.size, &row.mtime_us, &row.first_us};
        size_t n = 0;
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end = '\0';
        for (char *cell = line; cell != NULL && n < 4; n++) {
            char *next = strchr(cell, ' ');
            if (next != NULL)
                *next++ = '\0';
            if (!wdm_integer_parse(cell, cells[n]))
                break;
            cell = next;
        }
        if (n == 4 && (rc = wdm_grow(&box->seen, &box->seen_cap, box->n_seen + 1, sizeof row, err)) == WDM_OK)
            box->seen[box->n_seen++] = row;
        line = end == NULL ? NULL : end + 1;
    }
    wdm_buf_fini(&text);
    return rc == WDM_E_NOINPUT ? WDM_OK : rc;
}

wdm_rc wdm_inbox_open(wdm_inbox *box, const char *dir, int64_t settle_s, bool dry_run, wdm_err *err)
{
    char lock_path[WDM_PATH_MAX];
    wdm_rc rc = WDM_OK;
    memset(box, 0, sizeof *box);
    box->dir.fd = box->spool.fd = box->lock = -1;
    box->settle_us = settle_s * SECOND_US;
    box->dry_run = dry_run;
    box->now_us = (int64_t)time(NULL) * SECOND_US;
    rc = wdm_folder_open(&box->dir, dir, err);
    if (rc != WDM_OK || dry_run)
        return rc;
    rc = wdm_path_join(lock_path, dir, lock_name, err);
    if (rc == WDM_OK)
        rc = wdm_lock_take(lock_path, 0, &box->lock, err);
    if (rc == WDM_E_BUSY)
        return wdm_err_set(err, WDM_E_BUSY, "%s: another run is at work on this inbox; it goes on", dir);
    if (rc == WDM_OK)
        rc = wdm_fd_touch(box->lock, lock_path, &box->now_us, err);
    if (rc == WDM_OK)
        rc = open_spool(box, err);
    if (rc == WDM_OK)
        rc = wdm_inbox_read_journal(&box->spool, &box->journal, err);
    return rc == WDM_OK ? read_seen(box, err) : rc;
}

void wdm_inbox_close(wdm_inbox *box)
{
    wdm_folder_close(&box->spool);
    wdm_folder_close(&box->dir);
    wdm_lock_drop(box->lock);
    box->lock = -1;
    wdm_free(box->seen);
    wdm_free(box->still);
}

// ---- settling

wdm_rc wdm_inbox_settled(wdm_inbox *box, const wdm_file_facts *facts, bool *settled, wdm_err *err)
{
    wdm_inbox_seen row = {(int64_t)(facts->inode % INODE_MAX), facts->size, facts->mtime_us, box->now_us};
    wdm_rc rc = WDM_OK;
    *settled = box->settle_us == 0 || box->now_us - facts->mtime_us >= box->settle_us;
    if (*settled || facts->mtime_us <= box->now_us || box->n_still >= SEEN_MAX)
        return WDM_OK;
    for (size_t i = 0; i < box->n_seen; i++) {
        const wdm_inbox_seen *s = &box->seen[i];
        if (s->inode == row.inode && s->size == row.size && s->mtime_us == row.mtime_us &&
            s->first_us <= box->now_us)
            row.first_us = s->first_us;
    }
    *settled = box->now_us - row.first_us >= box->settle_us;
    if (!*settled)
        rc = wdm_grow(&box->still, &box->still_cap, box->n_still + 1, sizeof row, err);
    if (!*settled && rc == WDM_OK)
        box->still[box->n_still++] = row;
    return rc;
}

wdm_rc wdm_inbox_keep_seen(wdm_inbox *box, wdm_err *err)
{
    wdm_buf text = {0};
    wdm_rc rc = WDM_OK;
    if (box->dry_run || (box->n_seen == 0 && box->n_still == 0))
        return WDM_OK;
    wdm_buf_init(&text, SEEN_BYTES_MAX);
    for (size_t i = 0; i < box->n_still; i++) {
        const wdm_inbox_seen *s = &box->still[i];
        wdm_buf_printf(&text, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", s->inode, s->size,
                       s->mtime_us, s->first_us);
    }
    rc = wdm_buf_check(&text, err);
    if (rc == WDM_OK)
        rc = wdm_folder_write(&box->spool, seen_name, wdm_buf_text(&text), text.len, err);
    wdm_buf_fini(&text);
    return rc;
}

// ---- one file's way

static wdm_rc remove_leftover(void *user, const char *name, wdm_err *err)
{
    wdm_inbox *box = user;
    return strcmp(name, seen_name) == 0 ? WDM_OK : wdm_folder_remove(&box->spool, name, err);
}

wdm_rc wdm_inbox_clear(wdm_inbox *box, wdm_err *err)
{
    wdm_rc rc = wdm_inbox_drop_journal(&box->spool, err); // first: the rest means nothing without it
    memset(&box->journal, 0, sizeof box->journal);
    return rc == WDM_OK ? wdm_folder_each(&box->spool, remove_leftover, box, err) : rc;
}

wdm_rc wdm_inbox_begin(wdm_inbox *box, const char *name, const char *sha256, int64_t batch_before,
                       wdm_err *err)
{
    wdm_inbox_journal *j = &box->journal;
    wdm_rc rc = wdm_inbox_clear(box, err);
    j->phase = WDM_INBOX_IMPORT;
    j->batch_before = batch_before;
    (void)snprintf(j->name, sizeof j->name, "%s", name);
    (void)snprintf(j->sha256, sizeof j->sha256, "%s", sha256);
    return rc == WDM_OK ? wdm_inbox_write_journal(&box->spool, j, err) : rc;
}

// Opens DIR/accepted/2026/11 or DIR/rejected, made where missing.
static wdm_rc open_target(const wdm_inbox *box, wdm_folder *target, wdm_err *err)
{
    char parts[sizeof box->journal.folder];
    wdm_folder at = box->dir;
    wdm_rc rc = WDM_OK;
    (void)snprintf(parts, sizeof parts, "%s", box->journal.folder);
    for (char *part = parts, *next = NULL; rc == WDM_OK && part != NULL; part = next) {
        next = strchr(part, '/');
        if (next != NULL)
            *next++ = '\0';
        rc = wdm_folder_make(target, &at, part, 0750, err);
        if (at.fd != box->dir.fd)
            wdm_folder_close(&at);
        at = *target;
    }
    return rc;
}

wdm_rc wdm_inbox_choose(wdm_inbox *box, wdm_rc verdict, wdm_day day, wdm_inbox_names *names, wdm_err *err)
{
    wdm_inbox_journal *j = &box->journal;
    wdm_folder target = {.fd = -1};
    wdm_file_facts facts = {0};
    char date[WDM_DATE_TEXT];
    wdm_rc rc = WDM_OK;
    j->verdict = verdict;
    (void)wdm_day_format(day, date);
    if (verdict == WDM_E_DATA)
        (void)snprintf(j->folder, sizeof j->folder, "rejected");
    else
        (void)snprintf(j->folder, sizeof j->folder, "accepted/%.4s/%.2s", date, date + 5);
    rc = open_target(box, &target, err);
    for (j->number = 1; rc == WDM_OK && j->number <= NUMBER_MAX; j->number++) {
        wdm_inbox_names_of(j->name, j->number, names);
        if (!wdm_folder_look(&target, names->data, &facts) &&
            !wdm_folder_look(&target, names->report, &facts) &&
            !wdm_folder_look(&target, names->rejects, &facts))
            break;
    }
    if (rc == WDM_OK && j->number > NUMBER_MAX)
        rc = wdm_err_set(err, WDM_E_CANTCREATE, "%s: too many files called %s; move some away", target.path,
                         j->name);
    wdm_folder_close(&target);
    return rc;
}

// A paper of the spool to its place; when somebody has just put a file there, to the next free name.
static wdm_rc move_paper(wdm_inbox *box, const wdm_folder *target, const char *paper, wdm_err *err)
{
    wdm_file_facts facts = {0};
    bool taken = true;
    wdm_rc rc = WDM_OK;
    for (int64_t k = box->journal.number; rc == WDM_OK && taken && k <= NUMBER_MAX; k++) {
        wdm_inbox_names names;
        wdm_inbox_names_of(box->journal.name, k, &names);
        if (!wdm_folder_look(&box->spool, paper, &facts))
            return WDM_OK; // there is none, or it was moved before a kill
        rc =
            wdm_folder_move(&box->spool, paper, target,
                            strcmp(paper, WDM_INBOX_REPORT) == 0 ? names.report : names.rejects, &taken, err);
    }
    return rc;
}

static wdm_rc move_file(wdm_inbox *box, const wdm_folder *target, wdm_inbox_names *names, wdm_err *err)
{
    wdm_inbox_journal *j = &box->journal;
    bool taken = true;
    wdm_rc rc = WDM_OK;
    while (rc == WDM_OK && taken && j->number <= NUMBER_MAX) {
        wdm_inbox_names_of(j->name, j->number, names);
        rc = wdm_folder_move(&box->dir, j->name, target, names->data, &taken, err);
        if (rc == WDM_OK && taken) {
            j->number++;
            rc = wdm_inbox_write_journal(&box->spool, j, err);
        }
    }
    return rc;
}

wdm_rc wdm_inbox_move(wdm_inbox *box, bool keep_file, wdm_inbox_names *names, wdm_err *err)
{
    wdm_inbox_journal *j = &box->journal;
    wdm_folder target = {.fd = -1};
    wdm_rc rc = open_target(box, &target, err);
    j->phase = WDM_INBOX_MOVE;
    wdm_inbox_names_of(j->name, j->number, names);
    if (rc == WDM_OK)
        rc = wdm_inbox_write_journal(&box->spool, j, err);
    if (rc == WDM_OK && !keep_file)
        rc = move_file(box, &target, names, err);
    if (rc == WDM_OK)
        rc = move_paper(box, &target, WDM_INBOX_REPORT, err);
    if (rc == WDM_OK)
        rc = move_paper(box, &target, WDM_INBOX_REJECTS, err);
    if (rc == WDM_OK) {
        wdm_folder_sync(&target); // before the journal goes
        wdm_folder_sync(&box->dir);
        rc = wdm_inbox_clear(box, err);
    }
    wdm_folder_close(&target);
    return rc;
}
