// SPDX-License-Identifier: GPL-3.0-or-later
// Which alerts a transport tells of, and which of them together: those of one place in one message, and all
// in one digest when they are many.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/periods.h"
#include "notify_parts.h"
#include "wbe/alert_rule.h"

typedef WDM_ROWS(wdm_letter_item) item_list;

// The parameter check of a quality rule; "" when it names none: how old the data are.
static bool asks_for_age(const char *parameters)
{
    const char *check = strstr(parameters, "check=");
    return check == NULL || strncmp(check, "check=age", 9) == 0;
}

bool wdm_notify_says_missing(const wdm_notifier *n, const wdm_notice_row *row)
{
    const wdm_config *c = &n->session.config;
    if (strcmp(row->alert.family, "quality") != 0)
        return false;
    for (size_t i = 0; i < c->alerts.n; i++) {
        if (strcmp(c->alerts.rows[i].rule_id, row->alert.rule_id) == 0)
            return asks_for_age(c->alerts.rows[i].parameters);
    }
    return asks_for_age(row->opened_rule);
}

static const char *region_of(const wdm_notifier *n, const wdm_notice_row *row)
{
    return row->alert.region_id[0] != '\0' ? row->alert.region_id
                                           : wdm_config_site_region(&n->session.config, row->site_id);
}

static bool has_messages(const wdm_notifier *n, const wdm_notice_row *row)
{
    const wdm_level_row *level = wdm_config_level(&n->session.config, region_of(n, row), row->alert.level);
    return level == NULL || level->messages;
}

wdm_notice wdm_notify_decide(const wdm_notifier *n, const wdm_notice_row *row)
{
    const wdm_alert_row *a = &row->alert;
    const wdm_silence_subject subject = {a->alert_id,  row->site_id, a->region_id,
                                         row->drug_id, a->rule_id,   a->family};
    const wdm_notice_facts facts = {
        .open = strcmp(a->state, "open") == 0 || strcmp(a->state, "acknowledged") == 0,
        .passed =
            strcmp(a->state, "closed") == 0 && wdm_alert_family_is_event(wdm_alert_family_parse(a->family)),
        .news = row->news,
        .silenced = wdm_silences_find(&n->silences, &n->session.config, &subject, n->cli->as_of) != NULL,
        .muted = row->inhibited || !has_messages(n, row),
        .told = row->told,
        .level = wdm_alert_level_parse(a->level),
        .base = wdm_alert_level_parse(row->base_level),
        .risen = row->risen,
        .days_since_told = row->told ? n->cli->as_of - row->told_as_of : 0,
        .repeat_weeks = n->settings->repeat_weeks};
    return wdm_notice_step(&facts);
}

// ---- order and groups

// Worst first: what is open before what has ended, then by level, then by factor.
static int by_weight(const void *a, const void *b)
{
    const wdm_letter_item *x = a, *y = b;
    const wdm_alert_row *p = &x->row->alert, *q = &y->row->alert;
    const int over_x = x->notice == WDM_NOTICE_CLEARED, over_y = y->notice == WDM_NOTICE_CLEARED;
    const int level_x = (int)wdm_alert_level_parse(p->level), level_y = (int)wdm_alert_level_parse(q->level);
    const double fx = isfinite(p->factor) ? p->factor : 0.0, fy = isfinite(q->factor) ? q->factor : 0.0;
    if (over_x != over_y)
        return over_x - over_y;
    if (level_x != level_y)
        return level_y - level_x;
    if (fx > fy || fx < fy)
        return fx > fy ? -1 : 1;
    return p->alert_id < q->alert_id ? -1 : p->alert_id > q->alert_id;
}

static const char *group_of(const wdm_letter_item *item)
{
    const wdm_notice_row *row = item->row;
    if (row->group_key[0] != '\0')
        return row->group_key;
    return row->site_id[0] != '\0' ? row->site_id : row->alert.region_id;
}

// Ends, missing data and alerts are told apart.
static int class_of(const wdm_letter_item *item)
{
    return item->notice == WDM_NOTICE_CLEARED ? 2 : item->missing ? 1 : 0;
}

static bool told_together(const wdm_letter_item *a, const wdm_letter_item *b)
{
    return class_of(a) == class_of(b) && strcmp(group_of(a), group_of(b)) == 0;
}

// One message a group; the items are sorted, so each group's worst comes first.
static wdm_rc write_groups(wdm_notifier *n, wdm_transport transport, item_list *items, wdm_err *err)
{
    bool *written = wdm_alloc(items->n, sizeof *written);
    wdm_letter_item *group = wdm_alloc(items->n, sizeof *group);
    wdm_rc rc = written == NULL || group == NULL ? wdm_err_nomem(err) : WDM_OK;
    for (size_t i = 0; rc == WDM_OK && written != NULL && group != NULL && i < items->n; i++) {
        size_t k = 0;
        for (size_t j = i; j < items->n && !written[i]; j++) {
            if (written[j] || !told_together(&items->rows[i], &items->rows[j]))
                continue;
            group[k++] = items->rows[j];
            written[j] = j != i;
        }
        written[i] = true;
        if (k > 0)
            rc = wdm_notify_write(n, transport, group, k, err);
    }
    wdm_free(written);
    wdm_free(group);
    return rc;
}

void wdm_notify_recipients(const wdm_notifier *n, const wdm_letter_item *items, size_t n_items, wdm_buf *out)
{
    const wdm_config *c = &n->session.config;
    for (size_t i = 0; i < n->settings->n_mail_to; i++) {
        const wdm_recipient *to = &n->settings->mail_to[i];
        const wdm_index region = to->region_id[0] == '\0' ? WDM_NONE : wdm_config_region(c, to->region_id);
        bool wants = false;
        for (size_t k = 0; k < n_items && !wants; k++) {
            const wdm_notice_row *row = items[k].row;
            // Who was told that it is critical is told that it is over, though it fell before it ended.
            const int told = items[k].row->told ? (int)wdm_alert_level_parse(row->told_level) : 0;
            const int now = (int)wdm_alert_level_parse(row->alert.level);
            wants = (told > now ? told : now) >= (int)wdm_alert_level_parse(to->level) &&
                    (to->region_id[0] == '\0' ||
                     (region != WDM_NONE && wdm_region_is_inside(c, region_of(n, row), region)));
        }
        if (wants)
            wdm_buf_printf(out, "%s%s", out->len == 0 ? "" : ", ", to->address);
    }
}

wdm_rc wdm_notify_compose(wdm_notifier *n, wdm_transport transport, wdm_err *err)
{
    const char *name = wdm_transport_text(transport);
    wdm_notice_rows notices = {0};
    item_list items = {0};
    wdm_rc rc = wdm_store_notices(n->session.store, &n->session.config, name, &n->arena, &notices, err);
    for (size_t i = 0; i < notices.n && rc == WDM_OK; i++) {
        const wdm_notice_row *row = &notices.rows[i];
        const wdm_notice notice = wdm_notify_decide(n, row);
        if (notice > WDM_NOTICE_MUTED) {
            rc = wdm_grow(&items.rows, &items.cap, items.n + 1, sizeof *items.rows, err);
            if (rc == WDM_OK)
                items.rows[items.n++] = (wdm_letter_item){
                    .row = row, .notice = notice, .missing = wdm_notify_says_missing(n, row)};
        } else if (row->news) {
            rc = wdm_store_pass_over(n->session.store, name, row->alert.alert_id,
                                     notice == WDM_NOTICE_MUTED ? "muted" : "quiet", err);
            n->n_marked++;
        }
    }
    if (items.n > 1)
        qsort(items.rows, items.n, sizeof *items.rows, by_weight);
    if (rc == WDM_OK && items.n > (size_t)n->settings->digest_above)
        rc = wdm_notify_write(n, transport, items.rows, items.n, err);
    else if (rc == WDM_OK && items.n > 0)
        rc = write_groups(n, transport, &items, err);
    wdm_free(items.rows);
    wdm_free(notices.rows);
    return rc;
}
