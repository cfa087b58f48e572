// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/alert_json.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/clean.h"
#include "report/figure.h"

enum { TEXT_MAX = 1024 * 1024, STAMP = WDM_DATE_TEXT + 16 };

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

// What is no valid UTF-8 or steers is left out, so that jansson takes it.
static json_t *string(const char *text)
{
    json_t *value = NULL;
    wdm_buf clean = {0};
    wdm_buf_init(&clean, TEXT_MAX);
    wdm_clean_put(&clean, text);
    value = json_string(wdm_buf_text(&clean));
    wdm_buf_fini(&clean);
    return value;
}

// The object takes the value over in every case; *failed stays 1 after a failure.
static void set(json_t *object, const char *key, json_t *value, int *failed)
{
    *failed |= json_object_set_new(object, key, value) != 0;
}

static json_t *day(wdm_day value)
{
    char text[WDM_DATE_TEXT];
    return value == WDM_DAY_NONE ? json_null() : json_string(wdm_day_format(value, text));
}

static wdm_rc finish(json_t *root, int failed, size_t flags, wdm_buf *out, wdm_err *err)
{
    char *dumped = failed != 0 ? NULL : json_dumps(root, flags);
    json_decref(root);
    if (dumped == NULL)
        return wdm_err_set(err, WDM_E_NOMEM, "out of memory while writing JSON");
    wdm_buf_puts(out, dumped);
    wdm_buf_puts(out, "\n");
    free(dumped); // of jansson's own allocator
    return wdm_buf_check(out, err);
}

// ---- a message

static const char *notice_word(const wdm_letter_item *item)
{
    static const char *const words[] = {"", "", "alert", "worse", "cleared", "repeat"};
    return item->missing && item->notice == WDM_NOTICE_NEW ? "missing" : words[item->notice];
}

static json_t *checks_of(const wdm_letter_item *item, int *failed)
{
    json_t *list = json_array();
    for (size_t i = 0; i < item->checks.n; i++) {
        const wdm_notice_check *c = &item->checks.rows[i];
        json_t *one = json_object();
        set(one, "check", string(c->check_id), failed);
        set(one, "verdict", string(c->verdict), failed);
        set(one, "text", string(c->text), failed);
        set(one, "text_zh", string(c->text_zh), failed);
        *failed |= json_array_append_new(list, one) != 0;
    }
    return list;
}

static json_t *alert_of(const wdm_letter_item *item, int *failed)
{
    const wdm_notice_row *r = item->row;
    const wdm_alert_row *a = &r->alert;
    const bool trend = item->week != NULL && item->week->has_trend;
    const bool has_quantity = a->key.quantity >= 0 && a->key.quantity < (int)WDM_Q_COUNT;
    char week[WDM_DATE_TEXT];
    json_t *one = json_object();
    set(one, "alert_id", json_integer(a->alert_id), failed);
    set(one, "says", string(notice_word(item)), failed);
    set(one, "level", string(a->level), failed);
    set(one, "state", string(a->state), failed);
    set(one, "site_id", string(r->site_id), failed);
    set(one, "region_id", string(a->region_id), failed);
    set(one, "drug_id", string(r->drug_id), failed);
    set(one, "biomarker_id", string(a->biomarker_id), failed);
    set(one, "quantity", string(has_quantity ? wdm_quantity_name((wdm_quantity)a->key.quantity) : ""),
        failed);
    set(one, "unit", string(has_quantity ? wdm_quantity_unit((wdm_quantity)a->key.quantity) : ""), failed);
    set(one, "rule_id", string(a->rule_id), failed);
    set(one, "family", string(a->family), failed);
    set(one, "iso_week", string(wdm_figure_week(r->week, week)), failed);
    set(one, "weeks", json_integer(a->weeks), failed);
    set(one, "opened", day(a->opened), failed);
    set(one, "closed", day(a->closed), failed);
    set(one, "value", number(a->value), failed);
    set(one, "lo95", number(a->lo95), failed);
    set(one, "hi95", number(a->hi95), failed);
    set(one, "baseline", number(a->baseline), failed);
    set(one, "factor", number(a->factor), failed);
    set(one, "threshold", number(a->threshold), failed);
    set(one, "probability", number(a->probability), failed);
    set(one, "change_prev_pct", number(trend ? item->week->change_prev_pct : (double)NAN), failed);
    set(one, "change_year_pct", number(trend ? item->week->change_year_pct : (double)NAN), failed);
    set(one, "reason", string(a->reason), failed);
    set(one, "reason_zh", string(r->reason_zh), failed);
    set(one, "checks", checks_of(item, failed), failed);
    return one;
}

wdm_rc wdm_alert_json_message(const wdm_letter *letter, const char *name, const char *subject,
                              const char *text, wdm_buf *out, wdm_err *err)
{
    int failed = 0;
    json_t *root = json_object();
    json_t *list = json_array();
    set(root, "message", string(name), &failed);
    set(root, "kind", string(letter->kind), &failed);
    set(root, "as_of", day(letter->as_of), &failed);
    set(root, "version", string(wdm_version()), &failed);
    set(root, "subject", string(subject), &failed);
    set(root, "text", json_string(text), &failed);
    for (size_t i = 0; i < letter->n; i++)
        failed |= json_array_append_new(list, alert_of(&letter->items[i], &failed)) != 0;
    set(root, "alerts", list, &failed);
    return finish(root, failed, JSON_COMPACT | JSON_REAL_PRECISION(17), out, err);
}

// ---- Alertmanager

static const char *const levels[] = {"info", "notice", "warning", "critical"};

static json_t *stamp(wdm_day value)
{
    char text[STAMP], date[WDM_DATE_TEXT];
    (void)snprintf(text, sizeof text, "%sT00:00:00Z", wdm_day_format(value, date));
    return json_string(text);
}

static json_t *labels_of(const wdm_letter *letter, const wdm_letter_item *item, const char *level,
                         int *failed)
{
    const wdm_notice_row *r = item->row;
    const wdm_words words = {letter->config, WDM_LANG_EN};
    char id[32];
    json_t *labels = json_object();
    (void)snprintf(id, sizeof id, "%lld", (long long)r->alert.alert_id);
    set(labels, "alertname", string(r->alert.rule_id), failed);
    set(labels, "service", string("wdm"), failed);
    set(labels, "alert_id", string(id), failed);
    set(labels, "severity", string(level), failed);
    set(labels, "family", string(r->alert.family), failed);
    // Alertmanager drops empty labels itself, but a reader of the file need not see them.
    if (r->site_id[0] != '\0')
        set(labels, "site", string(r->site_id), failed);
    if (r->alert.region_id[0] != '\0')
        set(labels, "region", string(r->alert.region_id), failed);
    if (r->drug_id[0] != '\0')
        set(labels, "drug", string(r->drug_id), failed);
    set(labels, "place", string(wdm_letter_place(&words, r)), failed);
    return labels;
}

static json_t *annotations_of(const wdm_letter *letter, const wdm_letter_item *item, int *failed)
{
    const wdm_letter one = {.config = letter->config,
                            .languages = {WDM_LANG_EN, WDM_LANG_ZH},
                            .n_languages = 1,
                            .kind = "alert",
                            .items = item,
                            .n = 1,
                            .picture_error = ""};
    json_t *annotations = json_object();
    wdm_buf summary = {0};
    wdm_buf_init(&summary, TEXT_MAX);
    wdm_letter_subject(&one, &summary);
    set(annotations, "summary", string(wdm_buf_text(&summary)), failed);
    set(annotations, "description", string(item->row->alert.reason), failed);
    set(annotations, "description_zh", string(item->row->reason_zh), failed);
    wdm_buf_fini(&summary);
    return annotations;
}

wdm_rc wdm_alert_json_alertmanager(const wdm_letter *letter, int days, wdm_buf *out, wdm_err *err)
{
    int failed = 0;
    json_t *root = json_array();
    for (size_t i = 0; i < letter->n; i++) {
        const wdm_letter_item *item = &letter->items[i];
        const wdm_alert_row *a = &item->row->alert;
        const wdm_day over = a->closed == WDM_DAY_NONE ? letter->as_of : a->closed;
        for (size_t k = 0; k < sizeof levels / sizeof levels[0]; k++) {
            const bool fires = a->closed == WDM_DAY_NONE && strcmp(a->level, levels[k]) == 0;
            json_t *one = json_object();
            set(one, "labels", labels_of(letter, item, levels[k], &failed), &failed);
            set(one, "annotations", annotations_of(letter, item, &failed), &failed);
            set(one, "startsAt", stamp(a->opened), &failed);
            set(one, "endsAt", stamp(fires ? letter->as_of + days : over), &failed);
            failed |= json_array_append_new(root, one) != 0;
        }
    }
    return finish(root, failed, JSON_INDENT(1), out, err);
}
