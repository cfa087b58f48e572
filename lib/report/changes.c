// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/changes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/figure.h"

// ---- why

static bool is_inside(const wdm_config *config, const char *site_id, const char *region_id)
{
    const wdm_index site = wdm_config_site(config, site_id);
    wdm_index region =
        site == WDM_NONE ? WDM_NONE : wdm_config_region(config, config->sites.rows[site].region_id);
    for (int depth = 0; region != WDM_NONE && depth < 16; depth++) {
        if (strcmp(config->regions.rows[region].region_id, region_id) == 0)
            return true;
        region = wdm_config_region(config, config->regions.rows[region].parent_id);
    }
    return false;
}

// What happened to the data of a site's week.
typedef struct site_week {
    const char *site_id;
    int32_t week;
    unsigned why;
} site_week;
typedef WDM_ROWS(site_week) site_weeks;

static int compare_weeks(const void *left, const void *right)
{
    const site_week *a = left, *b = right;
    const int order = (a->week > b->week) - (a->week < b->week);
    return order != 0 ? order : strcmp(a->site_id, b->site_id);
}

// The sites' weeks that have figures, each once, in order, with what happened to them.
static wdm_rc read_site_weeks(wdm_changes *c, wdm_store *store, site_weeks *weeks, wdm_err *err)
{
    size_t n = 0;
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < c->figures.n && rc == WDM_OK; i++) {
        const wdm_reported_figure *f = &c->figures.rows[i];
        if (f->is_region)
            continue;
        rc = wdm_grow(&weeks->rows, &weeks->cap, weeks->n + 1, sizeof *weeks->rows, err);
        if (rc == WDM_OK)
            weeks->rows[weeks->n++] = (site_week){f->place_id, f->week, 0};
    }
    if (weeks->n > 1)
        qsort(weeks->rows, weeks->n, sizeof *weeks->rows, compare_weeks);
    for (size_t i = 0; i < weeks->n && rc == WDM_OK; i++) {
        site_week *w = &weeks->rows[i];
        if (n > 0 && compare_weeks(&weeks->rows[n - 1], w) == 0)
            continue;
        rc = wdm_news_of_week(store, &c->base, w->site_id, w->week, &w->why, err);
        if (rc == WDM_OK && (w->why & WDM_WHY_LATE) != 0)
            rc = wdm_news_late(store, &c->base, w->site_id, w->week, &c->arena, &c->late, err);
        weeks->rows[n++] = *w;
    }
    weeks->n = n;
    return rc;
}

// What happened in the figure's week at its site, or at the sites of its region.
static unsigned why_of_data(const wdm_config *config, const site_weeks *weeks, const wdm_reported_figure *f)
{
    size_t low = 0, high = weeks->n;
    unsigned why = 0;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (weeks->rows[middle].week < f->week)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < weeks->n && weeks->rows[low].week == f->week; low++) {
        const site_week *w = &weeks->rows[low];
        if (f->is_region ? is_inside(config, w->site_id, f->place_id) : strcmp(w->site_id, f->place_id) == 0)
            why |= w->why;
    }
    return why;
}

// Data first; only where they tell nothing, what else is another.
static unsigned why_of(const wdm_changes *c, const wdm_config *config, const site_weeks *weeks,
                       const wdm_reported_figure *f)
{
    const wdm_report_base *base = &c->base;
    unsigned why = why_of_data(config, weeks, f);
    if (f->old.state != WDM_FIGURE_NONE && f->now.state != WDM_FIGURE_NONE &&
        strcmp(f->old.factor_set, f->now.factor_set) != 0)
        why |= WDM_WHY_FACTOR_SET;
    if (why == 0 && strcmp(base->config_sha256, config->set_sha256) != 0)
        why = WDM_WHY_CONFIG;
    if (why == 0 && strcmp(base->version, wdm_version()) != 0)
        why = WDM_WHY_VERSION;
    if (why == 0 && strcmp(base->estimated, base->estimated_now) != 0)
        why = WDM_WHY_DATE;
    return why == 0 ? WDM_WHY_OTHER : why;
}

static int kind_of(const wdm_reported_figure *f)
{
    return f->old.state == WDM_FIGURE_NONE ? 2 : f->now.state == WDM_FIGURE_NONE ? 1 : 0;
}

// What stands for a value when its change is ranked: without an estimate, the highest that it may be.
static double level_of(const wdm_reported_value *v)
{
    return v->state == WDM_FIGURE_ESTIMATE ? v->estimate : isfinite(v->limit) ? v->limit : v->bound_high;
}

// Size of a change on the log scale; from or to 0 it is great.
static double size_of(const wdm_reported_figure *f)
{
    const double ratio = level_of(&f->now) / level_of(&f->old);
    return ratio > 0.0 && isfinite(ratio) ? fabs(log(ratio)) : 1e9;
}

static int compare(const void *left, const void *right)
{
    const wdm_reported_figure *a = left, *b = right;
    const double sizes[] = {size_of(a), size_of(b)};
    int order = kind_of(a) - kind_of(b);
    if (order == 0 && kind_of(a) == 0 && sizes[0] != sizes[1])
        order = sizes[0] > sizes[1] ? -1 : 1;
    if (order == 0)
        order = (a->week < b->week) - (a->week > b->week);
    if (order == 0)
        order = (int)a->is_region - (int)b->is_region;
    if (order == 0)
        order = strcmp(a->place_id, b->place_id);
    if (order == 0)
        order = strcmp(a->drug_id, b->drug_id);
    if (order == 0)
        order = strcmp(a->biomarker_id, b->biomarker_id);
    return order != 0 ? order : a->quantity - b->quantity;
}

wdm_rc wdm_changes_load(wdm_changes *c, wdm_store *store, const wdm_config *config, wdm_err *err)
{
    site_weeks weeks = {0};
    wdm_rc rc = wdm_reported_base(store, &c->base, err);
    if (rc != WDM_OK || !c->base.found)
        return rc;
    rc = wdm_reported_changes(store, config->factor_set, &c->base, &c->arena, &c->figures, err);
    if (rc == WDM_OK)
        rc = wdm_news_audit(store, &c->base, &c->arena, &c->audit, err);
    if (rc == WDM_OK)
        rc = wdm_news_alerts(store, &c->base, &c->arena, &c->alerts, err);
    if (rc == WDM_OK)
        rc = read_site_weeks(c, store, &weeks, err);
    for (size_t i = 0; i < c->figures.n && rc == WDM_OK; i++)
        c->figures.rows[i].why = why_of(c, config, &weeks, &c->figures.rows[i]);
    if (c->figures.n > 1 && rc == WDM_OK)
        qsort(c->figures.rows, c->figures.n, sizeof *c->figures.rows, compare);
    wdm_free(weeks.rows);
    return rc;
}

void wdm_changes_fini(wdm_changes *c)
{
    wdm_free(c->audit.rows);
    wdm_free(c->late.rows);
    wdm_free(c->figures.rows);
    wdm_free(c->alerts.rows);
    wdm_arena_fini(&c->arena);
    memset(c, 0, sizeof *c);
}

// ---- questions

wdm_changes_count wdm_changes_counts(const wdm_changes *c)
{
    wdm_changes_count n = {.alerts = (int64_t)c->alerts.n};
    int64_t *const of_kind[] = {&n.changed, &n.gone, &n.fresh};
    for (size_t i = 0; i < c->audit.n; i++)
        *(c->audit.rows[i].undo ? &n.undone : &n.corrections) += 1;
    for (size_t i = 0; i < c->late.n; i++) {
        bool first = true;
        for (size_t k = 0; k < i && first; k++)
            first = strcmp(c->late.rows[k].batch, c->late.rows[i].batch) != 0;
        n.late_batches += first;
    }
    for (size_t i = 0; i < c->figures.n; i++)
        *of_kind[kind_of(&c->figures.rows[i])] += 1;
    return n;
}

bool wdm_changes_any(const wdm_changes *c)
{
    return c->audit.n + c->late.n + c->figures.n + c->alerts.n > 0;
}

double wdm_changes_percent(const wdm_reported_figure *f)
{
    if (f->old.state != WDM_FIGURE_ESTIMATE || f->now.state != WDM_FIGURE_ESTIMATE ||
        !(f->old.estimate > 0.0))
        return (double)NAN;
    return 100.0 * (f->now.estimate / f->old.estimate - 1.0);
}

void wdm_changes_why(unsigned why, wdm_buf *out)
{
    static const char *const words[WDM_WHY_N] = {"correction", "late_data", "undo",  "factor_set", "config",
                                                 "version",    "date",      "other", "quality"};
    const char *blank = "";
    for (unsigned bit = 0; bit < (unsigned)WDM_WHY_N; bit++) {
        if ((why & (1u << bit)) == 0)
            continue;
        wdm_buf_printf(out, "%s%s", blank, words[bit]);
        blank = " ";
    }
}

// ---- sentence

// Appends ", 3 results corrected" unless the count is 0.
static void put_count(const wdm_words *words, wdm_buf *out, const char *key, int64_t n, const char **comma)
{
    char text[WDM_FIGURE_TEXT], one[64];
    const char *p = words->lang == WDM_LANG_EN && n == 1 ? ".one" : "";
    wdm_buf joined = {0};
    if (n == 0)
        return;
    wdm_buf_init(&joined, sizeof one - 1);
    wdm_buf_printf(&joined, "%s%s", key, p);
    wdm_buf_puts(out, *comma);
    WDM_WORDS(words, out, wdm_buf_text(&joined), {"n", wdm_figure_count(n, text)});
    *comma = words->lang == WDM_LANG_ZH ? "，" : ", ";
    wdm_buf_fini(&joined);
}

void wdm_changes_sentence(const wdm_changes *c, const wdm_words *words, wdm_buf *out)
{
    const wdm_changes_count n = wdm_changes_counts(c);
    const wdm_report_base *base = &c->base;
    const bool figures = n.changed + n.gone + n.fresh > 0;
    const char *comma = "";
    char week[WDM_DATE_TEXT], day[WDM_DATE_TEXT];
    if (!base->found)
        return;
    WDM_WORDS(words, out, wdm_changes_any(c) ? "changes.since" : "changes.none",
              {"week", wdm_figure_week(base->week, week)}, {"day", wdm_day_format(base->as_of, day)});
    if (!wdm_changes_any(c))
        return;
    wdm_buf_puts(out, words->lang == WDM_LANG_ZH ? "" : " ");
    put_count(words, out, "changes.n_corrected", n.corrections, &comma);
    put_count(words, out, "changes.n_undone", n.undone, &comma);
    put_count(words, out, "changes.n_late", n.late_batches, &comma);
    put_count(words, out, "changes.n_changed", n.changed, &comma);
    put_count(words, out, "changes.n_gone", n.gone, &comma);
    put_count(words, out, "changes.n_fresh", n.fresh, &comma);
    if (!figures) {
        wdm_buf_puts(out, comma);
        wdm_buf_puts(out, wdm_words_get(words, "changes.no_figure"));
        comma = words->lang == WDM_LANG_ZH ? "，" : ", ";
    }
    put_count(words, out, "changes.n_alerts", n.alerts, &comma);
    wdm_buf_puts(out, words->lang == WDM_LANG_ZH ? "。" : ".");
}
