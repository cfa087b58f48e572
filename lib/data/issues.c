// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "data/intake.h"
#include "io/text.h"

static const char *const severity_names[] = {"error", "conflict", "warning"};

const char *wdm_severity_name(wdm_severity severity)
{
    return severity_names[severity];
}

static void count_code(wdm_issues *issues, const char *code)
{
    const int64_t weight = issues->weight == 0 ? 1 : issues->weight;
    size_t i = 0;
    while (i < issues->n_codes && strcmp(issues->codes[i].code, code) != 0)
        i++;
    if (i == WDM_CODES_MAX)
        return;
    if (i == issues->n_codes)
        issues->codes[issues->n_codes++] = (wdm_code_count){code, 0};
    issues->codes[i].n += weight;
}

wdm_rc wdm_issue_add(wdm_issues *issues, const wdm_record *record, const char *column, const char *code,
                     wdm_severity severity, const char *value, const char *fmt, ...)
{
    va_list args;
    wdm_issue issue = {.line = record->line, .code = code};
    wdm_rc rc = WDM_OK;
    issue.severity = issues->soften ? WDM_SEVERITY_WARNING : severity;
    (void)snprintf(issue.column, sizeof issue.column, "%s", column);
    (void)snprintf(issue.value, sizeof issue.value, "%s", value);
    va_start(args, fmt);
    (void)vsnprintf(issue.message, sizeof issue.message, fmt, args);
    va_end(args);
    wdm_text_cut(issue.column);
    wdm_text_cut(issue.value);
    wdm_text_cut(issue.message);
    issues->total++;
    issues->last = issue;
    if (issue.severity != WDM_SEVERITY_WARNING)
        count_code(issues, code);
    if (issues->n < WDM_ISSUES_KEPT) {
        rc = wdm_grow(&issues->rows, &issues->cap, issues->n + 1, sizeof *issues->rows, NULL);
        if (rc != WDM_OK)
            return rc;
        issues->rows[issues->n++] = issue;
    }
    if (issues->sink != NULL)
        rc = issues->sink(issues->user, &issue);
    if (rc != WDM_OK)
        return rc;
    return severity == WDM_SEVERITY_WARNING ? WDM_OK : WDM_E_DATA;
}

void wdm_issues_fini(wdm_issues *issues)
{
    wdm_free(issues->rows);
    memset(issues, 0, sizeof *issues);
}
