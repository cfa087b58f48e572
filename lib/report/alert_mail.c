// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/alert_mail.h"

#include <string.h>

#include "base/mem.h"
#include "report/mime.h"
#include "report/tabular.h"

enum { NAME_MAX_BYTES = 512 };

// The part after '@'; an outbox without mail settings has none.
static const char *domain_of(const char *address)
{
    const char *at = strrchr(address, '@');
    return at == NULL || at[1] == '\0' ? "wdm.invalid" : at + 1;
}

static void put_id(wdm_buf *out, const wdm_mail *mail, const char *name)
{
    wdm_buf_puts(out, "<");
    wdm_mime_token(out, name);
    wdm_buf_printf(out, "@%s>", domain_of(mail->from));
}

static void put_ids(wdm_buf *out, const wdm_mail *mail)
{
    wdm_buf_puts(out, "Message-ID: ");
    put_id(out, mail, mail->name);
    wdm_buf_puts(out, "\n");
    if (mail->previous[0] == '\0')
        return;
    wdm_buf_puts(out, "In-Reply-To: ");
    put_id(out, mail, mail->previous);
    wdm_buf_puts(out, "\nReferences: ");
    put_id(out, mail, mail->thread);
    if (strcmp(mail->thread, mail->previous) != 0) {
        wdm_buf_puts(out, "\n ");
        put_id(out, mail, mail->previous);
    }
    wdm_buf_puts(out, "\n");
}

void wdm_mail_put(const wdm_mail *mail, wdm_buf *out)
{
    wdm_mime_part parts[3] = {
        {"text/plain; charset=UTF-8", NULL, mail->text, strlen(mail->text)},
    };
    size_t n = 1;
    wdm_buf png = {0}, csv = {0}, boundary = {0};
    wdm_buf_init(&png, NAME_MAX_BYTES);
    wdm_buf_init(&csv, NAME_MAX_BYTES);
    wdm_buf_init(&boundary, NAME_MAX_BYTES);
    wdm_buf_printf(&png, "%s.png", mail->file);
    wdm_buf_printf(&csv, "%s.csv", mail->file);
    wdm_buf_puts(&boundary, "=_wdm_"); // "_" is no digit of base64
    wdm_mime_token(&boundary, mail->name);
    wdm_mime_header(out, "From", mail->from);
    wdm_buf_printf(out, "To: %s\n", mail->to);
    wdm_mime_header(out, "Subject", mail->subject);
    if (mail->date[0] != '\0')
        wdm_buf_printf(out, "Date: %s\n", mail->date);
    put_ids(out, mail);
    wdm_buf_puts(out, "Auto-Submitted: auto-generated\n");
    if (mail->picture_len > 0)
        parts[n++] = (wdm_mime_part){"image/png", wdm_buf_text(&png), mail->picture, mail->picture_len};
    if (mail->series[0] != '\0')
        parts[n++] = (wdm_mime_part){"text/csv; charset=UTF-8", wdm_buf_text(&csv), mail->series,
                                     strlen(mail->series)};
    wdm_mime_parts(out, wdm_buf_text(&boundary), parts, n);
    wdm_buf_fini(&png);
    wdm_buf_fini(&csv);
    wdm_buf_fini(&boundary);
}

void wdm_mail_date(wdm_day day, wdm_buf *out)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const wdm_civil civil = wdm_civil_of_day(day);
    wdm_buf_printf(out, "%s, %02d %s %d 00:00:00 +0000", days[wdm_weekday(day) - 1], civil.day,
                   months[civil.month - 1], civil.year);
}

wdm_rc wdm_alert_series_csv(wdm_store *store, const wdm_notice_row *row, int weeks, wdm_buf *out,
                            wdm_err *err)
{
    static const char *const columns[] = {"iso_week",   "estimate",    "limit",       "lo95",
                                          "hi95",       "lo95_random", "hi95_random", "n_days",
                                          "n_censored", "population",  "baseline",    "band_low",
                                          "band_high",  "notice",      "warning",     "critical"};
    const size_t n = (size_t)weeks;
    wdm_arena arena = WDM_ARENA_INIT;
    wdm_tabular table = {0};
    wdm_series_point *points = NULL;
    char week[WDM_DATE_TEXT];
    wdm_rc rc = WDM_OK;
    if (row->alert.key.site == 0 || row->alert.key.biomarker == 0)
        return WDM_OK;
    points = wdm_arena_alloc(&arena, n, sizeof *points);
    if (points == NULL)
        return wdm_err_nomem(err);
    wdm_tabular_init(&table, columns, sizeof columns / sizeof columns[0]);
    rc = wdm_report_series(store, &row->alert.key, row->week - (int32_t)n + 1, n, &arena, points, err);
    for (size_t i = 0; i < n && rc == WDM_OK; i++) {
        const wdm_series_point *p = &points[i];
        const double numbers[] = {p->population, p->baseline, p->band_low, p->band_high,
                                  p->notice,     p->warning,  p->critical};
        if (!p->present)
            continue;
        wdm_tabular_text(&table, wdm_isoweek_format(wdm_isoweek_of_day(wdm_week_monday(p->week)), week));
        wdm_tabular_number(&table, p->estimate);
        wdm_tabular_number(&table, p->limit);
        wdm_tabular_number(&table, p->lo95);
        wdm_tabular_number(&table, p->hi95);
        wdm_tabular_number(&table, p->lo95_random);
        wdm_tabular_number(&table, p->hi95_random);
        wdm_tabular_integer(&table, p->n_days);
        wdm_tabular_integer(&table, p->n_censored);
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
            wdm_tabular_number(&table, numbers[k]);
    }
    if (rc == WDM_OK)
        rc = wdm_tabular_write(&table, WDM_FORMAT_CSV, out, err);
    wdm_tabular_fini(&table);
    wdm_arena_fini(&arena);
    return rc;
}

wdm_rc wdm_alert_digest_csv(const wdm_letter *letter, wdm_buf *out, wdm_err *err)
{
    static const char *const columns[] = {
        "alert_id", "level",  "state", "site_id",  "region_id", "drug_id",   "rule_id", "family",
        "iso_week", "opened", "value", "baseline", "factor",    "threshold", "weeks",   "reason"};
    wdm_tabular table = {0};
    char week[WDM_DATE_TEXT];
    wdm_rc rc = WDM_OK;
    wdm_tabular_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < letter->n; i++) {
        const wdm_notice_row *row = letter->items[i].row;
        const wdm_alert_row *a = &row->alert;
        wdm_tabular_integer(&table, a->alert_id);
        wdm_tabular_text(&table, a->level);
        wdm_tabular_text(&table, a->state);
        wdm_tabular_text(&table, row->site_id);
        wdm_tabular_text(&table, a->region_id);
        wdm_tabular_text(&table, row->drug_id);
        wdm_tabular_text(&table, a->rule_id);
        wdm_tabular_text(&table, a->family);
        wdm_tabular_text(&table, wdm_isoweek_format(wdm_isoweek_of_day(wdm_week_monday(row->week)), week));
        wdm_tabular_day(&table, a->opened);
        wdm_tabular_number(&table, a->value);
        wdm_tabular_number(&table, a->baseline);
        wdm_tabular_number(&table, a->factor);
        wdm_tabular_number(&table, a->threshold);
        wdm_tabular_integer(&table, a->weeks);
        wdm_tabular_text(&table, a->reason);
    }
    rc = wdm_tabular_write(&table, WDM_FORMAT_CSV, out, err);
    wdm_tabular_fini(&table);
    return rc;
}
