// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/alert_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/figure.h"
#include "report/json.h"

enum { TEXT_MAX = 1024 * 1024, STAMP = WDM_DATE_TEXT + 16 };

static json_t *day(wdm_day value)
{
    char text[WDM_DATE_TEXT];
    return value == WDM_DAY_NONE ? json_null() : json_string(wdm_day_format(value, text));
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
        wdm_json_set(one, "check", wdm_json_text(c->check_id), failed);
        wdm_json_set(one, "verdict", wdm_json_text(c->verdict), failed);
        wdm_json_set(one, "text", wdm_json_text(c->text), failed);
        wdm_json_set(one, "text_zh", wdm_json_text(c->text_zh), failed);
        wdm_json_add(list, one, failed);
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
    wdm_json_set(one, "alert_id", json_integer(a->alert_id), failed);
    wdm_json_set(one, "says", wdm_json_text(notice_word(item)), failed);
    wdm_json_set(one, "level", wdm_json_text(a->level), failed);
    wdm_json_set(one, "state", wdm_json_text(a->state), failed);
    wdm_json_set(one, "site_id", wdm_json_text(r->site_id), failed);
    wdm_json_set(one, "region_id", wdm_json_text(a->region_id), failed);
    wdm_json_set(one, "drug_id", wdm_json_text(r->drug_id), failed);
    wdm_json_set(one, "biomarker_id", wdm_json_text(a->biomarker_id), failed);
    wdm_json_set(one, "quantity",
                 wdm_json_text(has_quantity ? wdm_quantity_name((wdm_quantity)a->key.quantity) : ""), failed);
    wdm_json_set(one, "unit",
                 wdm_json_text(has_quantity ? wdm_quantity_unit((wdm_quantity)a->key.quantity) : ""), failed);
    wdm_json_set(one, "rule_id", wdm_json_text(a->rule_id), failed);
    wdm_json_set(one, "family", wdm_json_text(a->family), failed);
    wdm_json_set(one, "iso_week", wdm_json_text(wdm_figure_week(r->week, week)), failed);
    wdm_json_set(one, "weeks", json_integer(a->weeks), failed);
    wdm_json_set(one, "opened", day(a->opened), failed);
    wdm_json_set(one, "closed", day(a->closed), failed);
    wdm_json_set(one, "value", wdm_json_number(a->value), failed);
    wdm_json_set(one, "lo95", wdm_json_number(a->lo95), failed);
    wdm_json_set(one, "hi95", wdm_json_number(a->hi95), failed);
    wdm_json_set(one, "baseline", wdm_json_number(a->baseline), failed);
    wdm_json_set(one, "factor", wdm_json_number(a->factor), failed);
    wdm_json_set(one, "threshold", wdm_json_number(a->threshold), failed);
    wdm_json_set(one, "probability", wdm_json_number(a->probability), failed);
    wdm_json_set(one, "change_prev_pct", wdm_json_number(trend ? item->week->change_prev_pct : (double)NAN),
                 failed);
    wdm_json_set(one, "change_year_pct", wdm_json_number(trend ? item->week->change_year_pct : (double)NAN),
                 failed);
    wdm_json_set(one, "reason", wdm_json_text(a->reason), failed);
    wdm_json_set(one, "reason_zh", wdm_json_text(r->reason_zh), failed);
    wdm_json_set(one, "checks", checks_of(item, failed), failed);
    return one;
}

wdm_rc wdm_alert_json_message(const wdm_letter *letter, const char *name, const char *subject,
                              const char *text, wdm_buf *out, wdm_err *err)
{
    int failed = 0;
    json_t *root = json_object();
    json_t *list = json_array();
    wdm_json_set(root, "message", wdm_json_text(name), &failed);
    wdm_json_set(root, "kind", wdm_json_text(letter->kind), &failed);
    wdm_json_set(root, "as_of", day(letter->as_of), &failed);
    wdm_json_set(root, "version", wdm_json_text(wdm_version()), &failed);
    wdm_json_set(root, "subject", wdm_json_text(subject), &failed);
    wdm_json_set(root, "text", json_string(text), &failed);
    for (size_t i = 0; i < letter->n; i++)
        wdm_json_add(list, alert_of(&letter->items[i], &failed), &failed);
    wdm_json_set(root, "alerts", list, &failed);
    return wdm_json_write(root, failed, JSON_COMPACT | JSON_REAL_PRECISION(17), out, err);
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
    wdm_json_set(labels, "alertname", wdm_json_text(r->alert.rule_id), failed);
    wdm_json_set(labels, "service", wdm_json_text("wdm"), failed);
    wdm_json_set(labels, "alert_id", wdm_json_text(id), failed);
    wdm_json_set(labels, "severity", wdm_json_text(level), failed);
    wdm_json_set(labels, "family", wdm_json_text(r->alert.family), failed);
    // Alertmanager drops empty labels itself, but a reader of the file need not see them.
    if (r->site_id[0] != '\0')
        wdm_json_set(labels, "site", wdm_json_text(r->site_id), failed);
    if (r->alert.region_id[0] != '\0')
        wdm_json_set(labels, "region", wdm_json_text(r->alert.region_id), failed);
    if (r->drug_id[0] != '\0')
        wdm_json_set(labels, "drug", wdm_json_text(r->drug_id), failed);
    wdm_json_set(labels, "place", wdm_json_text(wdm_letter_place(&words, r)), failed);
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
    wdm_json_set(annotations, "summary", wdm_json_text(wdm_buf_text(&summary)), failed);
    wdm_json_set(annotations, "description", wdm_json_text(item->row->alert.reason), failed);
    wdm_json_set(annotations, "description_zh", wdm_json_text(item->row->reason_zh), failed);
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
            wdm_json_set(one, "labels", labels_of(letter, item, levels[k], &failed), &failed);
            wdm_json_set(one, "annotations", annotations_of(letter, item, &failed), &failed);
            wdm_json_set(one, "startsAt", stamp(a->opened), &failed);
            wdm_json_set(one, "endsAt", stamp(fires ? letter->as_of + days : over), &failed);
            wdm_json_add(root, one, &failed);
        }
    }
    return wdm_json_write(root, failed, JSON_INDENT(1), out, err);
}
