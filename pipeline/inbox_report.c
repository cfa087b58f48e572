// SPDX-License-Identifier: GPL-3.0-or-later
#include "inbox_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "import_say.h"
#include "report/clean.h"
#include "report/phrase.h"

enum { N_PLACES = 9 };

// A line of the report: cleaned of what steers, with Notepad's line end.
static void put_line(wdm_buf *out, const char *text)
{
    wdm_clean_put(out, text);
    wdm_buf_puts(out, "\r\n");
}

static void put_lines(wdm_buf *out, char *text)
{
    for (char *line = text; line != NULL && *line != '\0';) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        put_line(out, line);
        line = end;
    }
}

// "File · 文件: bad.csv"; a heading when there is no value.
static void put_fact(wdm_buf *out, const wdm_config *config, const char *key, const char *value)
{
    wdm_buf line = {0};
    wdm_buf_init(&line, WDM_BUF_DEFAULT_MAX);
    wdm_buf_printf(&line, "%s · %s%s%s", wdm_config_text(config, WDM_LANG_EN, key),
                   wdm_config_text(config, WDM_LANG_ZH, key), value[0] == '\0' ? "" : ": ", value);
    put_line(out, wdm_buf_text(&line));
    wdm_buf_fini(&line);
}

// The phrase in English, and below it in Chinese.
static void put_both(wdm_buf *out, const wdm_config *config, const char *key, const wdm_place *places)
{
    static const wdm_lang langs[] = {WDM_LANG_EN, WDM_LANG_ZH};
    for (size_t i = 0; i < 2; i++) {
        const wdm_words words = {config, langs[i]};
        wdm_buf line = {0};
        wdm_buf_init(&line, WDM_BUF_DEFAULT_MAX);
        wdm_buf_puts(&line, "  ");
        wdm_words_put(&words, &line, key, places, N_PLACES);
        put_line(out, wdm_buf_text(&line));
        wdm_buf_fini(&line);
    }
}

static const char *what_to_do(const wdm_inbox_paper *paper)
{
    const wdm_import_report *r = paper->report;
    if (strcmp(r->status, "stored") == 0)
        return "inbox.do.stored";
    if (strcmp(r->status, "partial") == 0)
        return "inbox.do.partial";
    if (strcmp(r->status, "duplicate") == 0)
        return r->counts.rejected + r->counts.conflict > 0 ? "inbox.do.duplicate_partial"
                                                           : "inbox.do.duplicate";
    return r->rejects_file[0] == '\0' ? "inbox.do.refused_file" : "inbox.do.refused_rows";
}

static void put_head(wdm_buf *out, const wdm_inbox_paper *paper)
{
    const wdm_import_report *r = paper->report;
    const wdm_words en = {paper->config, WDM_LANG_EN};
    const wdm_words zh = {paper->config, WDM_LANG_ZH};
    char text[600];
    char now[WDM_WHEN_TEXT];
    put_fact(out, paper->config, "inbox.file", r->file);
    put_fact(out, paper->config, "inbox.sha256", r->sha256);
    put_fact(out, paper->config, "inbox.time", wdm_now_format(now));
    (void)snprintf(text, sizeof text, "%s · %s", wdm_words_of(&en, "verdict.", r->status),
                   wdm_words_of(&zh, "verdict.", r->status));
    put_fact(out, paper->config, "inbox.verdict", text);
    if (r->layout[0] != '\0')
        put_fact(out, paper->config, "inbox.layout", r->layout);
    if (r->encoding[0] != '\0')
        put_fact(out, paper->config, "inbox.encoding", r->encoding);
    if (r->batch[0] != '\0')
        put_fact(out, paper->config, "inbox.batch", r->batch);
}

wdm_rc wdm_inbox_report_text(wdm_buf *out, const wdm_inbox_paper *paper, wdm_err *err)
{
    const wdm_import_report *r = paper->report;
    const wdm_import_manner manner = {false, true, paper->path};
    const int64_t counts[] = {r->counts.rows,     r->counts.stored,   r->counts.same,    r->counts.corrected,
                              r->counts.conflict, r->counts.rejected, r->counts.left_out};
    static const char *const names[] = {"rows",     "stored",   "same",    "corrected",
                                        "conflict", "rejected", "left_out"};
    enum { N_COUNTS = sizeof counts / sizeof counts[0] };
    char digits[N_COUNTS][24];
    wdm_place places[N_PLACES];
    wdm_buf details = {0};
    for (size_t i = 0; i < N_COUNTS; i++) {
        (void)snprintf(digits[i], sizeof digits[i], "%" PRId64, counts[i]);
        places[i] = (wdm_place){names[i], digits[i]};
    }
    places[N_COUNTS] = (wdm_place){"rejects_file", paper->rejects};
    places[N_COUNTS + 1] = (wdm_place){"file", r->file};
    wdm_buf_puts(out, "\xef\xbb\xbf"); // byte order mark: Notepad and Excel then read UTF-8
    put_head(out, paper);
    if (r->counts.rows > 0) {
        put_fact(out, paper->config, "inbox.counts", "");
        put_both(out, paper->config, "inbox.counts.sum", places);
    }
    put_fact(out, paper->config, "inbox.do", "");
    put_both(out, paper->config, what_to_do(paper), places);
    put_fact(out, paper->config, "inbox.details", "");
    wdm_buf_init(&details, WDM_BUF_DEFAULT_MAX);
    wdm_import_say(&details, r, &manner);
    if (paper->refusal[0] != '\0')
        wdm_buf_printf(&details, "%s\n", paper->refusal);
    if (wdm_buf_check(&details, err) == WDM_OK)
        put_lines(out, details.data);
    else
        out->rc = details.rc;
    wdm_buf_fini(&details);
    return wdm_buf_check(out, err);
}

void wdm_inbox_report_interrupted(wdm_buf *out, const wdm_config *config)
{
    static const wdm_place none[N_PLACES] = {{"", ""}, {"", ""}, {"", ""}, {"", ""}, {"", ""},
                                             {"", ""}, {"", ""}, {"", ""}, {"", ""}};
    put_both(out, config, "inbox.interrupted", none);
}
