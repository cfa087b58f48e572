// SPDX-License-Identifier: GPL-3.0-or-later
// One message: its facts, letter, picture and series, as the bytes of its transport, into the outbox.
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "notify_parts.h"
#include "report/alert_json.h"
#include "report/alert_mail.h"
#include "report/alert_picture.h"

enum {
    PICTURE_WEEKS = 40,
    NAME_HASH = 8,
    SUBJECT_MAX = 16 * 1024,
    TEXT_MAX = 1024 * 1024,
    SCRIPT_MAX = 4 * 1024 * 1024,
    BODY_MAX = 64 * 1024 * 1024
};

// The parts of a message while it is made.
typedef struct draft {
    const wdm_letter *letter;
    const wdm_notify_picture *picture; // NULL: its alert has no series
    wdm_buf to, subject, text, series, name, body;
} draft;

static const char *kind_of(const wdm_letter_item *item)
{
    switch (item->notice) {
    case WDM_NOTICE_WORSE:
        return "worse";
    case WDM_NOTICE_CLEARED:
        return "cleared";
    case WDM_NOTICE_REPEAT:
        return "repeat";
    default:
        return item->missing ? "missing" : "alert";
    }
}

// ---- facts

static wdm_rc week_of(wdm_notifier *n, int32_t week, const wdm_notify_week **out, wdm_err *err)
{
    wdm_notify_week *w = NULL;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < n->weeks.n; i++) {
        if (n->weeks.rows[i].week == week) {
            *out = &n->weeks.rows[i];
            return WDM_OK;
        }
    }
    rc = wdm_grow(&n->weeks.rows, &n->weeks.cap, n->weeks.n + 1, sizeof *n->weeks.rows, err);
    if (rc != WDM_OK)
        return rc;
    w = &n->weeks.rows[n->weeks.n++];
    *w = (wdm_notify_week){.week = week};
    rc = wdm_report_week_rows(n->session.store, &n->session.config, week, &n->arena, &w->sites, err);
    if (rc == WDM_OK)
        rc = wdm_report_regions(n->session.store, &n->session.config, week, &n->arena, &w->regions, err);
    *out = w;
    return rc;
}

static wdm_rc fill_item(wdm_notifier *n, wdm_letter_item *item, wdm_err *err)
{
    const wdm_alert_row *a = &item->row->alert;
    const wdm_notify_week *week = NULL;
    const wdm_index region =
        a->region_id[0] == '\0' ? WDM_NONE : wdm_config_region(&n->session.config, a->region_id);
    wdm_rc rc = wdm_store_notice_checks(n->session.store, a->alert_id, &n->arena, &item->checks, err);
    if (rc == WDM_OK)
        rc = week_of(n, item->row->week, &week, err);
    if (rc != WDM_OK)
        return rc;
    for (size_t i = 0; i < week->sites.n && a->key.site != 0; i++) {
        const wdm_series_key *key = &week->sites.rows[i].key;
        if (key->site == a->key.site && key->drug == a->key.drug && key->biomarker == a->key.biomarker &&
            key->quantity == a->key.quantity)
            item->week = &week->sites.rows[i];
    }
    for (size_t i = 0; i < week->regions.n && region != WDM_NONE; i++) {
        const wdm_region_row *r = &week->regions.rows[i];
        if (r->region == region && r->drug == a->drug && r->quantity == a->key.quantity &&
            r->week == item->row->week && strcmp(r->biomarker_id, a->biomarker_id) == 0)
            item->region = r;
    }
    return WDM_OK;
}

// ---- the picture

static wdm_rc draw(wdm_notifier *n, const wdm_notice_row *row, wdm_notify_picture *picture, wdm_err *err)
{
    const bool over = row->alert.closed != WDM_DAY_NONE; // its title says what is so now
    const wdm_lang lang = strcmp(n->settings->languages[0], "en") == 0 ? WDM_LANG_EN : WDM_LANG_ZH;
    const wdm_alert_picture what = {.words = {&n->session.config, lang},
                                    .key = row->alert.key,
                                    .site = row->alert.site,
                                    .drug = row->alert.drug,
                                    .week = row->week,
                                    .weeks = PICTURE_WEEKS,
                                    .as_of = n->cli->as_of,
                                    .alert = over ? NULL : &row->alert};
    wdm_err failed = {WDM_OK, ""};
    wdm_buf script = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&script, SCRIPT_MAX);
    rc = wdm_alert_picture_script(n->session.store, &what, &script, NULL, err);
    // A message without its picture is better than none.
    if (rc == WDM_OK && wdm_gnuplot_draw(wdm_buf_text(&script), script.len, WDM_PICTURE_PNG, NULL,
                                         &picture->png, &failed) != WDM_OK) {
        (void)snprintf(picture->why_not, sizeof picture->why_not, "%.*s", (int)strcspn(failed.text, "\n"),
                       failed.text);
        wdm_buf_clear(&picture->png);
        rc = failed.rc == WDM_E_NOMEM ? wdm_err_nomem(err) : WDM_OK;
    }
    wdm_buf_fini(&script);
    return rc;
}

// NULL for an alert on no series of a site.
static wdm_rc picture_of(wdm_notifier *n, const wdm_notice_row *row, const wdm_notify_picture **out,
                         wdm_err *err)
{
    const wdm_alert_row *a = &row->alert;
    wdm_notify_picture *picture = NULL;
    wdm_rc rc = WDM_OK;
    *out = NULL;
    if (a->key.site == 0 || a->key.biomarker == 0 || a->site == WDM_NONE || a->drug == WDM_NONE)
        return WDM_OK;
    for (size_t i = 0; i < n->pictures.n; i++) {
        if (n->pictures.rows[i].alert_id == a->alert_id) {
            *out = &n->pictures.rows[i];
            return WDM_OK;
        }
    }
    rc = wdm_grow(&n->pictures.rows, &n->pictures.cap, n->pictures.n + 1, sizeof *n->pictures.rows, err);
    if (rc != WDM_OK)
        return rc;
    picture = &n->pictures.rows[n->pictures.n++];
    picture->alert_id = a->alert_id;
    wdm_buf_init(&picture->png, BODY_MAX / 4);
    rc = draw(n, row, picture, err);
    *out = picture;
    return rc;
}

// ---- the bytes

// "2026-11-09_worse_1_1f0a2b3c": the same message has the same name whenever and wherever it is made.
static void put_name(const wdm_notifier *n, draft *d)
{
    const wdm_notice_row *worst = d->letter->items[0].row;
    char hex[WDM_SHA256_HEX], day[WDM_DATE_TEXT];
    wdm_hash hash;
    wdm_hash_init(&hash);
    wdm_hash_update(&hash, worst->told_name, strlen(worst->told_name) + 1);
    wdm_hash_update(&hash, wdm_buf_text(&d->subject), d->subject.len + 1);
    wdm_hash_update(&hash, wdm_buf_text(&d->text), d->text.len + 1);
    wdm_hash_update(&hash, wdm_buf_text(&d->series), d->series.len);
    wdm_hash_final_hex(&hash, hex);
    wdm_buf_printf(&d->name, "%s_%s_%lld_%.*s", wdm_day_format(n->cli->as_of, day), d->letter->kind,
                   (long long)worst->alert.alert_id, NAME_HASH, hex);
}

static void put_mail(const wdm_notifier *n, wdm_transport transport, draft *d)
{
    const wdm_notice_row *worst = d->letter->items[0].row;
    const bool many = strcmp(d->letter->kind, "digest") == 0; // a digest begins no thread and is in none
    wdm_buf date = {0};
    wdm_mail mail = {.from = n->settings->mail_from[0] == '\0' ? "wdm@localhost" : n->settings->mail_from,
                     .to = d->to.len == 0 ? "undisclosed-recipients:;" : wdm_buf_text(&d->to),
                     .name = wdm_buf_text(&d->name),
                     .previous = many ? "" : worst->told_name,
                     .thread = many ? "" : worst->thread,
                     .date = "",
                     .subject = wdm_buf_text(&d->subject),
                     .text = wdm_buf_text(&d->text),
                     .series = wdm_buf_text(&d->series),
                     .file = wdm_buf_text(&d->name)};
    wdm_buf_init(&date, SUBJECT_MAX);
    if (transport == WDM_TRANSPORT_OUTBOX) // nothing will date a file
        wdm_mail_date(n->cli->as_of, &date);
    mail.date = wdm_buf_text(&date);
    if (d->picture != NULL) {
        mail.picture = d->picture->png.data;
        mail.picture_len = d->picture->png.len;
    }
    wdm_mail_put(&mail, &d->body);
    wdm_buf_fini(&date);
}

static wdm_rc make(wdm_notifier *n, wdm_transport transport, draft *d, wdm_err *err)
{
    const wdm_notice_row *worst = d->letter->items[0].row;
    wdm_rc rc = WDM_OK;
    wdm_letter_subject(d->letter, &d->subject);
    wdm_letter_text(d->letter, &d->text);
    rc = strcmp(d->letter->kind, "digest") == 0
             ? wdm_alert_digest_csv(d->letter, &d->series, err)
             : wdm_alert_series_csv(n->session.store, worst, PICTURE_WEEKS, &d->series, err);
    put_name(n, d);
    if (rc == WDM_OK && transport == WDM_TRANSPORT_HOOK)
        rc = wdm_alert_json_message(d->letter, wdm_buf_text(&d->name), wdm_buf_text(&d->subject),
                                    wdm_buf_text(&d->text), &d->body, err);
    else if (rc == WDM_OK)
        put_mail(n, transport, d);
    return rc == WDM_OK ? wdm_buf_check(&d->body, err) : rc;
}

static wdm_rc store(wdm_notifier *n, wdm_transport transport, draft *d, wdm_err *err)
{
    const wdm_letter *letter = d->letter;
    const wdm_notice_row *worst = letter->items[0].row;
    const bool first = worst->told_name[0] == '\0' || strcmp(letter->kind, "digest") == 0;
    wdm_message message = {.run_id = n->run_id,
                           .alert_id = worst->alert.alert_id,
                           .transport = wdm_transport_text(transport),
                           .kind = letter->kind,
                           .name = wdm_buf_text(&d->name),
                           .thread = first ? wdm_buf_text(&d->name) : worst->thread,
                           .subject = wdm_buf_text(&d->subject),
                           .text = wdm_buf_text(&d->text),
                           .body = d->body.data,
                           .body_len = d->body.len,
                           .as_of = n->cli->as_of};
    wdm_rc rc = wdm_store_put_message(n->session.store, &message, err);
    for (size_t i = 0; i < letter->n && rc == WDM_OK; i++)
        rc = wdm_store_tell(n->session.store, &message, letter->items[i].row->alert.alert_id,
                            kind_of(&letter->items[i]), letter->items[i].row->alert.level, err);
    n->n_messages++;
    if (rc == WDM_OK && n->cli->dry_run)
        wdm_cli_say(n->cli, "%s: %s\n", message.transport, message.subject);
    return rc;
}

// Nobody wants it now; when it gets worse somebody may.
static wdm_rc pass_over(wdm_notifier *n, wdm_transport transport, const wdm_letter_item *items,
                        size_t n_items, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < n_items && rc == WDM_OK; i++)
        rc = wdm_store_pass_over(n->session.store, wdm_transport_text(transport),
                                 items[i].row->alert.alert_id, "muted", err);
    n->n_marked++;
    return rc;
}

wdm_rc wdm_notify_write(wdm_notifier *n, wdm_transport transport, const wdm_letter_item *items,
                        size_t n_items, wdm_err *err)
{
    const bool digest = n_items > (size_t)n->settings->digest_above;
    wdm_letter_item *filled = wdm_arena_alloc(&n->arena, n_items, sizeof *filled);
    wdm_letter letter = {.config = &n->session.config,
                         .kind = digest ? "digest" : kind_of(&items[0]),
                         .items = filled,
                         .n = n_items,
                         .repeat_weeks = n->settings->repeat_weeks,
                         .as_of = n->cli->as_of,
                         .picture_error = ""};
    draft d = {.letter = &letter};
    wdm_buf *const bufs[] = {&d.to, &d.subject, &d.text, &d.series, &d.name, &d.body};
    const size_t most[] = {SUBJECT_MAX, SUBJECT_MAX, TEXT_MAX, TEXT_MAX, SUBJECT_MAX, BODY_MAX};
    wdm_rc rc = filled == NULL ? wdm_err_nomem(err) : WDM_OK;
    for (size_t i = 0; i < sizeof bufs / sizeof bufs[0]; i++)
        wdm_buf_init(bufs[i], most[i]);
    for (; letter.n_languages < 2 && n->settings->languages[letter.n_languages][0] != '\0';
         letter.n_languages++)
        letter.languages[letter.n_languages] =
            strcmp(n->settings->languages[letter.n_languages], "en") == 0 ? WDM_LANG_EN : WDM_LANG_ZH;
    if (transport == WDM_TRANSPORT_MAIL || n->settings->n_mail_to > 0)
        wdm_notify_recipients(n, items, n_items, &d.to);
    if (rc == WDM_OK && transport == WDM_TRANSPORT_MAIL && d.to.len == 0) {
        rc = pass_over(n, transport, items, n_items, err);
        goto out;
    }
    for (size_t i = 0; i < n_items && rc == WDM_OK; i++) {
        filled[i] = items[i];
        rc = fill_item(n, &filled[i], err);
    }
    if (rc == WDM_OK && transport != WDM_TRANSPORT_HOOK)
        rc = picture_of(n, items[0].row, &d.picture, err);
    if (rc == WDM_OK && d.picture != NULL)
        letter.picture_error = d.picture->why_not;
    if (rc == WDM_OK)
        rc = make(n, transport, &d, err);
    if (rc == WDM_OK)
        rc = store(n, transport, &d, err);
out:
    for (size_t i = 0; filled != NULL && i < n_items; i++)
        wdm_free(filled[i].checks.rows);
    for (size_t i = 0; i < sizeof bufs / sizeof bufs[0]; i++)
        wdm_buf_fini(bufs[i]);
    return rc;
}
