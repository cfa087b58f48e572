// SPDX-License-Identifier: GPL-3.0-or-later
#include "import_inbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "import_say.h"
#include "inbox_report.h"
#include "inbox_spool.h"
#include "io/number.h"

typedef struct wdm_inbox_run {
    const wdm_cli *cli;
    wdm_session *session;
    const wdm_import_options *options;
    const char *dir;
    wdm_inbox box;
    wdm_inbox_names names; // where the file in progress goes
    int n, n_refused, n_partial;
    wdm_rc trouble; // of files that stay; WDM_OK: none
} wdm_inbox_run;

static wdm_rc need_session(wdm_inbox_run *run, wdm_err *err)
{
    return run->session->store != NULL ? WDM_OK
                                       : wdm_session_open(run->session, run->cli, WDM_STORE_WRITE, 60, err);
}

// What err says keeps this file where it is; the others go on.
static wdm_rc it_stays(wdm_inbox_run *run, wdm_rc rc, wdm_err *err)
{
    wdm_cli loud = *run->cli;
    loud.quiet = false;
    wdm_cli_say(&loud, "%s; the file stays in the inbox\n", err->text);
    if (run->trouble == WDM_OK || rc == WDM_E_PERM)
        run->trouble = rc;
    err->text[0] = '\0';
    return WDM_OK;
}

static void count_verdict(wdm_inbox_run *run, wdm_rc verdict)
{
    run->n++;
    run->n_refused += verdict == WDM_E_DATA;
    run->n_partial += verdict == WDM_E_PARTIAL;
}

// "bad.csv", from where people look: DIR/rejected/bad.csv. Cut when too long: it is for reading.
static void show_path(const wdm_inbox_run *run, const char *folder, const char *name, char out[WDM_PATH_MAX])
{
    (void)snprintf(out, WDM_PATH_MAX, "%.2000s/%s/%s", run->dir, folder, name);
}

// ---- report and move

static wdm_rc write_report(wdm_inbox_run *run, wdm_import_report *report, wdm_rc verdict, const char *refusal,
                           wdm_err *err)
{
    char path[WDM_PATH_MAX];
    wdm_buf text = {0};
    wdm_rc rc = wdm_inbox_choose(&run->box, verdict, wdm_today(), &run->names, err);
    if (rc != WDM_OK)
        return rc;
    show_path(run, run->box.journal.folder, run->names.data, path);
    if (report->rejects_file[0] != '\0') // written into the spool
        show_path(run, run->box.journal.folder, run->names.rejects, report->rejects_file);
    const wdm_inbox_paper paper = {&run->session->config, report, path, run->names.rejects, refusal};
    wdm_buf_init(&text, WDM_BUF_DEFAULT_MAX);
    rc = wdm_inbox_report_text(&text, &paper, err);
    if (rc == WDM_OK)
        rc = wdm_folder_write(&run->box.spool, WDM_INBOX_REPORT, wdm_buf_text(&text), text.len, err);
    wdm_buf_fini(&text);
    return rc;
}

// The importer's last step before the commit, so that a committed batch always has its report in the spool.
static wdm_rc before_commit(void *user, wdm_import_report *report, wdm_err *err)
{
    return write_report(user, report, report->n_bad > 0 ? WDM_E_PARTIAL : WDM_OK, "", err);
}

static void say_moved(const wdm_inbox_run *run, const char *folder, wdm_rc verdict)
{
    wdm_cli loud = *run->cli;
    loud.quiet = run->cli->quiet && verdict == WDM_OK;
    wdm_cli_say(&loud, "  moved to %s/%s, beside it %s\n", folder, run->names.data, run->names.report);
}

// The file's report is in the spool and its place chosen: moves them, then says so.
static wdm_rc settle_file(wdm_inbox_run *run, const wdm_import_report *report, wdm_err *err)
{
    wdm_inbox_journal *j = &run->box.journal;
    const wdm_rc verdict = j->verdict;
    char folder[sizeof j->folder];
    char path[WDM_PATH_MAX];
    wdm_buf json = {0};
    wdm_err moving = {WDM_OK, ""};
    wdm_rc rc = WDM_OK;
    (void)snprintf(folder, sizeof folder, "%s", j->folder);
    wdm_buf_init(&json, sizeof j->json - 1);
    j->json[0] =
        '\0'; // of use only to a run that finishes this one; too long an object is not worth a failure
    if (wdm_import_json(&json, report, &moving) == WDM_OK)
        (void)snprintf(j->json, sizeof j->json, "%.*s", (int)strcspn(wdm_buf_text(&json), "\n"),
                       wdm_buf_text(&json));
    wdm_buf_fini(&json);
    rc = wdm_inbox_move(&run->box, false, &run->names, &moving);
    show_path(run, folder, run->names.data, path);
    count_verdict(run, verdict);
    const wdm_rc said = wdm_import_announce(run->cli, report, path, verdict, err);
    if (said != verdict)
        return said;
    err->text[0] = '\0'; // said
    if (rc == WDM_OK) {
        say_moved(run, folder, verdict);
        return WDM_OK;
    }
    (void)wdm_err_set(err, rc, "%s", moving.text);
    if (rc != WDM_E_PERM)
        return rc;
    rc = wdm_inbox_clear(&run->box, &moving); // else every later run would stumble over this file
    return rc == WDM_OK ? it_stays(run, WDM_E_PERM, err) : rc;
}

// ---- one file

typedef struct wdm_inbox_file {
    const char *name;
    int fd;
    wdm_file_facts facts;
    char sha256[WDM_SHA256_HEX];
    wdm_batch found; // newest batch with these bytes, batch_id 0: none
} wdm_inbox_file;

// The batch is stored, the run that stored it was killed before it could move the file.
static wdm_rc finish_interrupted(wdm_inbox_run *run, const wdm_inbox_file *file, wdm_import_report *report,
                                 wdm_err *err)
{
    const wdm_batch *b = &file->found;
    wdm_buf text = {0};
    wdm_file_facts facts = {0};
    wdm_rc rc = WDM_OK;
    report->counts = b->counts;
    report->n_bad = b->counts.rejected + b->counts.conflict;
    report->first_day = report->last_day = WDM_DAY_NONE;
    (void)snprintf(report->file, sizeof report->file, "%s", file->name);
    (void)snprintf(report->sha256, sizeof report->sha256, "%s", file->sha256);
    (void)snprintf(report->status, sizeof report->status, "%s", b->status);
    (void)snprintf(report->batch, sizeof report->batch, "%s", b->name);
    (void)snprintf(report->imported_at, sizeof report->imported_at, "%s", b->imported_at);
    report->interrupted = true;
    if (wdm_folder_look(&run->box.spool, WDM_INBOX_REJECTS, &facts))
        (void)snprintf(report->rejects_file, sizeof report->rejects_file, "%s", WDM_INBOX_REJECTS);
    wdm_buf_init(&text, WDM_BUF_DEFAULT_MAX);
    rc = wdm_folder_read(&run->box.spool, WDM_INBOX_REPORT, &text, err);
    if (rc == WDM_OK) { // the report of the run that was killed, which saw the rows
        const wdm_rc verdict = report->n_bad > 0 ? WDM_E_PARTIAL : WDM_OK;
        wdm_inbox_report_interrupted(&text, &run->session->config);
        rc = wdm_buf_check(&text, err);
        if (rc == WDM_OK)
            rc = wdm_inbox_choose(&run->box, verdict, wdm_today(), &run->names, err);
        if (rc == WDM_OK && report->rejects_file[0] != '\0')
            show_path(run, run->box.journal.folder, run->names.rejects, report->rejects_file);
        if (rc == WDM_OK)
            rc = wdm_folder_write(&run->box.spool, WDM_INBOX_REPORT, wdm_buf_text(&text), text.len, err);
    } else if (rc == WDM_E_NOINPUT) {
        rc = before_commit(run, report, err);
    }
    wdm_buf_fini(&text);
    return rc == WDM_OK ? settle_file(run, report, err) : rc;
}

static wdm_rc import_it(wdm_inbox_run *run, const wdm_inbox_file *file, wdm_import_report *report,
                        wdm_err *err)
{
    char path[64];
    char rejects[128];
    wdm_import_options options = *run->options;
    const wdm_import_hooks hooks = {file->name, rejects, before_commit, run};
    // The descriptor by name: what was looked at is what is read, whatever happens to the name meanwhile.
    // With the process's number, so that a converter that wdm starts can open it too.
    (void)snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)getpid(), file->fd);
    (void)snprintf(rejects, sizeof rejects, "/proc/%ld/fd/%d/" WDM_INBOX_REJECTS, (long)getpid(),
                   run->box.spool.fd);
    if (!wdm_file_exists(path))
        return wdm_err_set(err, WDM_E_IO, "--inbox needs /proc, which is not mounted here");
    options.hooks = &hooks;
    return wdm_import_file(run->cli, run->session, &options, path, report, err);
}

// Whether the bytes that were imported are what lies in the inbox now.
static bool is_unchanged(const wdm_inbox_run *run, const wdm_inbox_file *file, const char *imported_sha256)
{
    wdm_file_facts now = {0};
    return strcmp(file->sha256, imported_sha256) == 0 && wdm_folder_look(&run->box.dir, file->name, &now) &&
           wdm_facts_equal(&now, &file->facts);
}

static wdm_rc import_new(wdm_inbox_run *run, const wdm_inbox_file *file, wdm_import_report *report,
                         wdm_err *err)
{
    char path[WDM_PATH_MAX];
    wdm_err wrong = {WDM_OK, ""};
    wdm_rc verdict = WDM_OK;
    wdm_rc rc = run->cli->dry_run
                    ? WDM_OK
                    : wdm_inbox_begin(&run->box, file->name, file->sha256, file->found.batch_id, err);
    if (rc != WDM_OK)
        return rc;
    verdict = import_it(run, file, report, err);
    if (verdict == WDM_E_PERM || verdict == WDM_E_INTERNAL) { // a file that cannot be done must not stop all
        rc = run->cli->dry_run ? WDM_OK : wdm_inbox_clear(&run->box, &wrong);
        return rc == WDM_OK ? it_stays(run, verdict, err) : wdm_err_set(err, rc, "%s", wrong.text);
    }
    if (verdict != WDM_OK && verdict != WDM_E_PARTIAL && verdict != WDM_E_DATA)
        return verdict; // the machine, not the file
    if (run->cli->dry_run) {
        count_verdict(run, verdict);
        (void)snprintf(path, sizeof path, "%.2000s/%s", run->dir, file->name);
        rc = wdm_import_announce(run->cli, report, path, verdict, err);
        err->text[0] = rc == verdict ? '\0' : err->text[0];
        return rc == verdict ? WDM_OK : rc;
    }
    if (!is_unchanged(run, file, report->sha256)) {
        (void)wdm_err_set(err, WDM_OK, "%s changed while it was imported (%s)", file->name, report->status);
        rc = wdm_inbox_clear(&run->box, &wrong);
        return rc == WDM_OK ? it_stays(run, WDM_OK, err) : wdm_err_set(err, rc, "%s", wrong.text);
    }
    if (verdict == WDM_E_DATA || strcmp(report->status, "duplicate") == 0)
        rc = write_report(run, report, verdict, verdict == WDM_E_DATA ? err->text : "", &wrong);
    return rc == WDM_OK ? settle_file(run, report, err) : wdm_err_set(err, rc, "%s", wrong.text);
}

static wdm_rc take_opened(wdm_inbox_run *run, wdm_inbox_file *file, wdm_err *err)
{
    const wdm_inbox_journal *j = &run->box.journal;
    wdm_import_report *report = NULL;
    wdm_rc rc = need_session(run, err);
    if (rc == WDM_OK)
        rc = wdm_store_find_batch(run->session->store, file->sha256, &file->found, err);
    if (rc != WDM_OK)
        return rc;
    report = wdm_alloc(1, sizeof *report);
    if (report == NULL)
        return wdm_err_nomem(err);
    if (j->phase == WDM_INBOX_IMPORT && strcmp(j->name, file->name) == 0 &&
        strcmp(j->sha256, file->sha256) == 0 && file->found.batch_id > j->batch_before)
        rc = finish_interrupted(run, file, report, err);
    else
        rc = import_new(run, file, report, err);
    wdm_import_report_fini(report);
    wdm_free(report);
    return rc;
}

// seen: the file as it was found settled; NULL: the file that a killed run was at, whose bytes tell whether
// it is still that one.
static wdm_rc take_file(wdm_inbox_run *run, const char *name, const wdm_file_facts *seen, wdm_err *err)
{
    wdm_inbox_file file = {.name = name, .fd = -1};
    wdm_rc rc = wdm_folder_open_file(&run->box.dir, name, &file.fd, &file.facts, err);
    if (rc == WDM_E_NOINPUT) { // gone, or no plain file any more
        err->text[0] = '\0';
        return WDM_OK;
    }
    if (rc == WDM_E_PERM)
        return it_stays(run, rc, err);
    if (rc == WDM_OK)
        rc = wdm_fd_sha256(file.fd, name, file.sha256, err);
    if (rc == WDM_OK && (seen == NULL ? strcmp(file.sha256, run->box.journal.sha256) == 0
                                      : wdm_facts_equal(seen, &file.facts)))
        rc = take_opened(run, &file, err);
    if (file.fd >= 0)
        (void)close(file.fd);
    return rc;
}

// ---- the run

// A killed run had its verdict and was moving.
static wdm_rc finish_move(wdm_inbox_run *run, wdm_err *err)
{
    wdm_inbox_journal *j = &run->box.journal;
    char json[WDM_INBOX_JSON];
    char name[WDM_NAME_BYTES];
    char folder[sizeof j->folder];
    char sha256[WDM_SHA256_HEX] = "";
    const wdm_rc verdict = j->verdict;
    int fd = -1;
    wdm_file_facts facts = {0};
    wdm_cli loud = *run->cli;
    wdm_rc rc = wdm_folder_open_file(&run->box.dir, j->name, &fd, &facts, err);
    (void)snprintf(json, sizeof json, "%s", j->json);
    (void)snprintf(name, sizeof name, "%s", j->name);
    (void)snprintf(folder, sizeof folder, "%s", j->folder);
    if (rc == WDM_OK)
        rc = wdm_fd_sha256(fd, j->name, sha256, err);
    if (fd >= 0)
        (void)close(fd);
    if (rc == WDM_E_NOINPUT)
        rc = WDM_OK;  // it was moved
    if (rc == WDM_OK) // another file of that name has its own turn
        rc = wdm_inbox_move(&run->box, strcmp(sha256, j->sha256) != 0, &run->names, err);
    if (rc == WDM_E_PERM) {
        rc = it_stays(run, rc, err);
        return rc == WDM_OK ? wdm_inbox_clear(&run->box, err) : rc;
    }
    if (rc != WDM_OK)
        return rc;
    count_verdict(run, verdict);
    loud.quiet = run->cli->quiet && verdict == WDM_OK;
    wdm_cli_say(&loud, "%s   Finished an interrupted import.\n", name);
    say_moved(run, folder, verdict);
    if (run->cli->format == WDM_FORMAT_JSONL && json[0] != '\0')
        printf("%s\n", json);
    err->text[0] = '\0';
    return WDM_OK;
}

static wdm_rc finish_last_run(wdm_inbox_run *run, wdm_err *err)
{
    char name[WDM_NAME_BYTES];
    wdm_rc rc = WDM_OK;
    if (run->cli->dry_run || run->box.journal.phase == WDM_INBOX_IDLE)
        return WDM_OK;
    if (run->box.journal.phase == WDM_INBOX_MOVE)
        return finish_move(run, err);
    (void)snprintf(name, sizeof name, "%s", run->box.journal.name);
    rc = take_file(run, name, NULL, err);
    if (rc == WDM_OK && run->box.journal.phase != WDM_INBOX_IDLE) // the file is gone, or another one
        rc = wdm_inbox_clear(&run->box, err);
    return rc;
}

static wdm_rc on_name(void *user, const char *name, wdm_err *err)
{
    wdm_inbox_run *run = user;
    wdm_file_facts facts = {0};
    bool settled = false;
    wdm_rc rc = WDM_OK;
    if (wdm_inbox_ignores(name) || !wdm_folder_look(&run->box.dir, name, &facts) || !facts.regular)
        return WDM_OK;
    rc = wdm_inbox_settled(&run->box, &facts, &settled, err);
    return rc == WDM_OK && settled ? take_file(run, name, &facts, err) : rc;
}

static wdm_rc worst(const wdm_inbox_run *run, wdm_err *err)
{
    if (run->trouble != WDM_OK)
        return wdm_err_set(err, run->trouble, "%s: files stay that could not be read or moved, see above",
                           run->dir);
    if (run->n_refused > 0)
        return wdm_err_set(err, WDM_E_DATA, "%d of %d files refused; nothing of %s was stored",
                           run->n_refused, run->n, run->n_refused == 1 ? "it" : "them");
    return run->n_partial > 0 ? wdm_err_set(err, WDM_E_PARTIAL, "%s", "") : WDM_OK;
}

static wdm_rc read_settle(const wdm_cli *cli, int64_t *settle_s, wdm_err *err)
{
    enum { SETTLE_DEFAULT_S = 60, SETTLE_MAX_S = 24 * 60 * 60 };
    const char *text = wdm_cli_value(cli, "settle");
    *settle_s = SETTLE_DEFAULT_S;
    if (text != NULL && (!wdm_integer_parse(text, settle_s) || *settle_s < 0 || *settle_s > SETTLE_MAX_S))
        return wdm_err_set(err, WDM_E_USAGE, "--settle: \"%s\" is not a number of seconds from 0 to %d", text,
                           SETTLE_MAX_S);
    return WDM_OK;
}

wdm_rc wdm_import_inbox(const wdm_cli *cli, wdm_session *session, const wdm_import_options *options,
                        const char *dir, wdm_err *err)
{
    int64_t settle_s = 0;
    wdm_inbox_run *run = NULL;
    wdm_rc rc = read_settle(cli, &settle_s, err);
    if (rc != WDM_OK)
        return rc;
    run = wdm_alloc(1, sizeof *run);
    if (run == NULL)
        return wdm_err_nomem(err);
    run->cli = cli;
    run->session = session;
    run->options = options;
    run->dir = dir;
    rc = wdm_inbox_open(&run->box, dir, settle_s, cli->dry_run, err);
    if (rc == WDM_OK)
        rc = finish_last_run(run, err);
    if (rc == WDM_OK)
        rc = wdm_folder_each(&run->box.dir, on_name, run, err);
    if (rc == WDM_OK)
        rc = wdm_inbox_keep_seen(&run->box, err);
    if (rc == WDM_OK)
        rc = worst(run, err);
    wdm_inbox_close(&run->box);
    wdm_free(run);
    return rc;
}
