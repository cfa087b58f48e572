// SPDX-License-Identifier: GPL-3.0-or-later
// All changes as one table, for programs and for those who want each row.
#include <math.h>
#include <string.h>

#include "report/changes.h"
#include "report/figure.h"
#include "wbe/factor.h"

enum { TEXT_MAX = 64 * 1024 };

const char *const wdm_changes_columns[] = {
    "kind",     "iso_week",   "site_id",   "region_id",      "sample_id",      "drug_id",  "biomarker_id",
    "quantity", "unit",       "published", "published_lo95", "published_hi95", "now",      "now_lo95",
    "now_hi95", "change_pct", "why",       "old_text",       "new_text",       "batch_id", "file",
    "line",     "user",       "at"};
const size_t wdm_changes_columns_n = sizeof wdm_changes_columns / sizeof wdm_changes_columns[0];

// A row of the table; what is not set is empty.
typedef struct line {
    const char *kind, *site_id, *region_id, *sample_id, *drug_id, *biomarker_id;
    int32_t week;
    bool has_week;
    int quantity; // -1: none
    double numbers[7];
    const char *why, *old_text, *new_text, *batch, *file, *user, *at;
    int64_t line;
} line;

static line empty_line(const char *kind)
{
    line l = {.kind = kind,
              .site_id = "",
              .region_id = "",
              .sample_id = "",
              .drug_id = "",
              .biomarker_id = "",
              .quantity = -1,
              .why = "",
              .old_text = "",
              .new_text = "",
              .batch = "",
              .file = "",
              .user = "",
              .at = ""};
    for (int i = 0; i < 7; i++)
        l.numbers[i] = (double)NAN;
    return l;
}

static bool passes(const char *wanted, const char *value)
{
    return wanted == NULL || wanted[0] == '\0' || strcmp(wanted, value) == 0;
}

static void put_line(const wdm_changes_filter *filter, wdm_tabular *t, const line *l)
{
    char week[WDM_DATE_TEXT] = "";
    const char *const first[] = {l->kind,      week,       l->site_id,     l->region_id,
                                 l->sample_id, l->drug_id, l->biomarker_id};
    const char *const texts[] = {l->why, l->old_text, l->new_text, l->batch, l->file};
    if (l->has_week)
        (void)wdm_figure_week(l->week, week);
    if (!passes(filter->site_id, l->site_id) || !passes(filter->drug_id, l->drug_id) ||
        !passes(filter->iso_week, week))
        return;
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
        wdm_tabular_text(t, first[i]);
    wdm_tabular_text(t, l->quantity < 0 ? "" : wdm_quantity_name((wdm_quantity)l->quantity));
    wdm_tabular_text(t, l->quantity < 0 ? "" : wdm_quantity_unit((wdm_quantity)l->quantity));
    for (int i = 0; i < 7; i++)
        wdm_tabular_number(t, l->numbers[i]);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        wdm_tabular_text(t, texts[i]);
    if (l->line > 0)
        wdm_tabular_integer(t, l->line);
    else
        wdm_tabular_text(t, "");
    wdm_tabular_text(t, l->user);
    wdm_tabular_text(t, l->at);
}

// An estimate as number; what is none in words: "< 2.6", "2.2..4.1".
static void put_value(const wdm_reported_value *v, double *number, wdm_buf *text)
{
    char a[WDM_FIGURE_TEXT], b[WDM_FIGURE_TEXT];
    *number = v->estimate;
    if (v->state == WDM_FIGURE_BELOW)
        wdm_buf_printf(text, "< %s", isfinite(v->limit) ? wdm_figure(v->limit, a) : "?");
    else if (v->state == WDM_FIGURE_BOUNDS)
        wdm_buf_printf(text, "%s..%s", wdm_figure(v->bound_low, a), wdm_figure(v->bound_high, b));
}

static void put_figure(const wdm_changes_filter *filter, wdm_tabular *t, const wdm_reported_figure *f)
{
    wdm_buf old = {0}, now = {0}, why = {0};
    line l = empty_line(f->old.state == WDM_FIGURE_NONE   ? "figure_new"
                        : f->now.state == WDM_FIGURE_NONE ? "figure_gone"
                                                          : "figure");
    wdm_buf_init(&old, TEXT_MAX);
    wdm_buf_init(&now, TEXT_MAX);
    wdm_buf_init(&why, TEXT_MAX);
    put_value(&f->old, &l.numbers[0], &old);
    put_value(&f->now, &l.numbers[3], &now);
    wdm_changes_why(f->why, &why);
    l.numbers[1] = f->old.lo95;
    l.numbers[2] = f->old.hi95;
    l.numbers[4] = f->now.lo95;
    l.numbers[5] = f->now.hi95;
    l.numbers[6] = wdm_changes_percent(f);
    l.week = f->week;
    l.has_week = true;
    *(f->is_region ? &l.region_id : &l.site_id) = f->place_id;
    l.drug_id = f->drug_id;
    l.biomarker_id = f->biomarker_id;
    l.quantity = f->quantity;
    l.why = wdm_buf_text(&why);
    l.old_text = wdm_buf_text(&old);
    l.new_text = wdm_buf_text(&now);
    put_line(filter, t, &l);
    wdm_buf_fini(&old);
    wdm_buf_fini(&now);
    wdm_buf_fini(&why);
}

static void put_audit(const wdm_changes_filter *filter, wdm_tabular *t, const wdm_audit_news *n)
{
    line l = empty_line(n->undo ? "undo" : "correction");
    l.has_week = n->day != WDM_DAY_NONE;
    l.week = l.has_week ? wdm_week_index(n->day) : 0;
    l.site_id = n->site_id;
    l.sample_id = n->sample_id;
    l.biomarker_id = n->analyte_id;
    l.why = n->site_id[0] == '\0' && !n->undo ? n->item : ""; // then the sentence alone says what it is about
    l.old_text = n->old_value;
    l.new_text = n->new_value;
    l.batch = n->batch;
    l.file = n->file;
    l.line = n->line;
    l.user = n->user;
    l.at = n->at;
    put_line(filter, t, &l);
}

static void put_late(const wdm_changes_filter *filter, wdm_tabular *t, const wdm_late_news *n)
{
    wdm_buf text = {0};
    line l = empty_line("late_data");
    wdm_buf_init(&text, TEXT_MAX);
    wdm_buf_printf(&text, "%lld results, %lld flows", (long long)n->n_results, (long long)n->n_flows);
    l.has_week = true;
    l.week = n->week;
    l.site_id = n->site_id;
    l.new_text = wdm_buf_text(&text);
    l.batch = n->batch;
    l.file = n->file;
    l.user = n->user;
    l.at = n->at;
    put_line(filter, t, &l);
    wdm_buf_fini(&text);
}

static void put_alert(const wdm_changes_filter *filter, wdm_tabular *t, const wdm_alert_news *n)
{
    wdm_buf text = {0};
    line l = empty_line("alert");
    wdm_buf_init(&text, TEXT_MAX);
    wdm_buf_printf(&text, "%s: %s %s", n->event, n->level, n->rule_id);
    l.has_week = true;
    l.week = n->week;
    l.site_id = n->site_id;
    l.region_id = n->region_id;
    l.drug_id = n->drug_id;
    l.biomarker_id = n->biomarker_id;
    l.quantity = n->quantity >= 0 && n->quantity < (int)WDM_Q_COUNT ? n->quantity : -1;
    l.numbers[3] = n->value;
    l.why = n->reason;
    l.new_text = wdm_buf_text(&text);
    put_line(filter, t, &l);
    wdm_buf_fini(&text);
}

void wdm_changes_put(const wdm_changes *c, const wdm_changes_filter *filter, wdm_tabular *t)
{
    for (size_t i = 0; i < c->audit.n; i++)
        put_audit(filter, t, &c->audit.rows[i]);
    for (size_t i = 0; i < c->late.n; i++)
        put_late(filter, t, &c->late.rows[i]);
    for (size_t i = 0; i < c->figures.n; i++)
        put_figure(filter, t, &c->figures.rows[i]);
    for (size_t i = 0; i < c->alerts.n; i++)
        put_alert(filter, t, &c->alerts.rows[i]);
}
