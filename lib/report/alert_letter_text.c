// SPDX-License-Identifier: GPL-3.0-or-later
// The lines about one alert, in the order in which a duty officer reads them.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/alert_letter_parts.h"
#include "report/bulletin_parts.h"
#include "report/clean.h"
#include "report/figure.h"
#include "wbe/alert_rule.h"

enum { PART_MAX = 64 * 1024, COMMAND_MAX = 1024 };

// "Label: value" on a line of its own; a value that is not known says so.
static void put_line(const wdm_words *words, wdm_buf *out, const char *key, const char *value)
{
    const char *text = value[0] == '\0' ? wdm_words_get(words, "mail.not_known") : value;
    WDM_WORDS(words, out, key, {"value", text});
    wdm_buf_puts(out, "\n");
}

static void put_range(const wdm_words *words, const wdm_letter_item *item, wdm_buf *out)
{
    const wdm_alert_row *a = &item->row->alert;
    const double lo = item->week != NULL ? item->week->lo95 : a->lo95;
    const double hi = item->week != NULL ? item->week->hi95 : a->hi95;
    char total[WDM_FIGURE_TEXT], random[WDM_FIGURE_TEXT] = "";
    wdm_buf text = {0};
    wdm_buf_init(&text, PART_MAX);
    (void)wdm_figure_range(lo, hi, total);
    if (item->week != NULL)
        (void)wdm_figure_range(item->week->lo95_random, item->week->hi95_random, random);
    if (total[0] != '\0' && random[0] != '\0')
        WDM_WORDS(words, &text, "mail.range.both", {"total", total}, {"random", random});
    else
        wdm_buf_puts(&text, total);
    put_line(words, out, "mail.line.range", wdm_buf_text(&text));
    wdm_buf_fini(&text);
}

static void put_this_week(const wdm_words *words, const wdm_letter_item *item, wdm_buf *out)
{
    const wdm_alert_row *a = &item->row->alert;
    // No estimate is left of what was withdrawn: what is said here is what it had been.
    const bool gone = item->week == NULL && item->region == NULL && strcmp(a->state, "withdrawn") == 0;
    char value[WDM_FIGURE_TEXT], week[WDM_DATE_TEXT];
    wdm_buf text = {0}, span = {0};
    wdm_buf_init(&text, PART_MAX);
    wdm_buf_init(&span, PART_MAX);
    if (item->week != NULL)
        wdm_bulletin_value(item->week, &text);
    else
        wdm_buf_puts(&text, wdm_figure(item->region != NULL ? item->region->estimate : a->value, value));
    wdm_figure_week_span(words, &span, item->row->week);
    WDM_WORDS(words, out, gone ? "mail.line.week_gone" : "mail.line.week",
              {"value", text.len == 0 ? wdm_words_get(words, "mail.not_known") : wdm_buf_text(&text)},
              {"unit", wdm_figure_unit(words, a->key.quantity)},
              {"quantity", wdm_figure_quantity(words, a->key.quantity)},
              {"week", wdm_figure_week(item->row->week, week)}, {"span", wdm_buf_text(&span)});
    wdm_buf_puts(out, "\n");
    wdm_buf_fini(&text);
    wdm_buf_fini(&span);
}

// A change in percent, with the trend's word for it.
static void put_change(const wdm_words *words, wdm_buf *out, const char *key, double percent,
                       const char *word)
{
    char number[WDM_FIGURE_TEXT];
    wdm_buf text = {0};
    wdm_buf_init(&text, PART_MAX);
    wdm_buf_puts(&text, wdm_figure_percent(percent, number));
    if (text.len > 0 && word != NULL && word[0] != '\0')
        wdm_buf_printf(&text, " (%s)", wdm_words_of(words, "word.", word));
    put_line(words, out, key, wdm_buf_text(&text));
    wdm_buf_fini(&text);
}

static void put_numbers(const wdm_words *words, const wdm_letter_item *item, wdm_buf *out)
{
    const wdm_alert_row *a = &item->row->alert;
    const wdm_week_row *w = item->week;
    const bool trend = w != NULL && w->has_trend;
    char number[WDM_FIGURE_TEXT], n[WDM_FIGURE_TEXT], factor[WDM_FIGURE_TEXT];
    double population = w != NULL ? w->population : (double)NAN;
    const bool of_day =
        strcmp(a->family, "disposal") == 0; // its figures are of a day, which its reason tells
    double baseline = of_day ? (double)NAN : a->baseline;
    double ratio = of_day ? (double)NAN : a->factor;
    int days = w != NULL ? w->n_days : 0;
    wdm_buf text = {0};
    wdm_buf_init(&text, PART_MAX);
    if (item->region != NULL) {
        population = item->region->population;
        days = item->region->n_days;
    }
    put_this_week(words, item, out);
    put_range(words, item, out);
    if (!isfinite(baseline) && w != NULL) // a rule that does not look at it
        baseline = w->baseline;
    if (w != NULL) // the alert's own figures are of the week that it was last seen in
        ratio = w->estimate / baseline;
    (void)wdm_figure(ratio, factor);
    if (isfinite(baseline) && isfinite(ratio))
        WDM_WORDS(words, &text, "mail.baseline", {"baseline", wdm_figure(baseline, number)},
                  {"factor", factor});
    put_line(words, out, "mail.line.baseline", wdm_buf_text(&text));
    if (!of_day)
        put_line(words, out, "mail.line.line", wdm_figure(a->threshold, number));
    put_change(words, out, "mail.line.last_week", trend ? w->change_prev_pct : (double)NAN,
               trend ? w->change_prev_word : NULL);
    put_change(words, out, "mail.line.last_year", trend ? w->change_year_pct : (double)NAN,
               trend ? w->change_year_word : NULL);
    put_line(words, out, "mail.line.population", wdm_figure_persons(population, number));
    wdm_buf_clear(&text);
    if (days > 0)
        WDM_WORDS(words, &text, "footer.days", {"n", wdm_figure_count(days, n)});
    put_line(words, out, "mail.line.samples", wdm_buf_text(&text));
    wdm_buf_fini(&text);
}

static const char *why_key(const wdm_letter_item *item)
{
    switch (item->notice) {
    case WDM_NOTICE_WORSE:
        return strcmp(item->row->base_level, item->row->alert.level) == 0 ? "mail.why.risen"
                                                                          : "mail.why.worse";
    case WDM_NOTICE_REPEAT:
        return "mail.why.repeat";
    case WDM_NOTICE_CLEARED:
        return strcmp(item->row->alert.state, "withdrawn") == 0 ? "mail.why.withdrawn" : "mail.why.cleared";
    default:
        if (strcmp(item->row->event, "released") == 0)
            return "mail.why.released";
        return item->missing ? "mail.why.missing" : "mail.why.alert";
    }
}

static void put_why(const wdm_words *words, const wdm_letter_item *item, wdm_buf *out)
{
    const wdm_notice_row *row = item->row;
    const bool over = item->notice == WDM_NOTICE_CLEARED;
    const char *zh = over ? row->last_reason_zh : row->reason_zh;
    const char *en = over ? row->last_reason : row->alert.reason;
    const char *drug = row->alert.drug == WDM_NONE ? "" : wdm_words_drug(words, row->alert.drug);
    char day[WDM_DATE_TEXT], n[WDM_FIGURE_TEXT];
    wdm_buf text = {0};
    wdm_buf_init(&text, PART_MAX);
    WDM_WORDS(words, &text, why_key(item), {"rule", row->alert.rule_id},
              {"family", wdm_words_of(words, "family.", row->alert.family)},
              {"from", wdm_letter_level(words, row, row->base_level)},
              {"level", wdm_letter_level(words, row, row->alert.level)},
              {"opened", wdm_day_format(row->alert.opened, day)},
              {"weeks", wdm_figure_count(row->alert.weeks, n)}, {"place", wdm_letter_place(words, row)},
              {"drug", drug});
    wdm_buf_puts(out, "\n");
    wdm_buf_puts(out, wdm_words_get(words, "mail.why"));
    wdm_buf_puts(out, "\n  ");
    wdm_clean_put(out, wdm_buf_text(&text));
    wdm_buf_puts(out, "\n  ");
    wdm_clean_put(out, words->lang == WDM_LANG_ZH && zh[0] != '\0' ? zh : en);
    wdm_buf_puts(out, "\n");
    if (over && row->other_alert != 0) {
        wdm_buf_puts(out, "  ");
        WDM_WORDS(words, out, "mail.why.other_open",
                  {"alert", wdm_figure_count((long long)row->other_alert, n)},
                  {"level", wdm_letter_level(words, row, row->other_level)});
        wdm_buf_puts(out, "\n");
    }
    wdm_buf_fini(&text);
}

static void put_checks(const wdm_words *words, const wdm_letter_item *item, wdm_buf *out)
{
    if (item->missing && item->checks.n == 0)
        return;
    wdm_buf_puts(out, "\n");
    wdm_buf_puts(out, wdm_words_get(words, "mail.checks"));
    wdm_buf_puts(out, "\n");
    for (size_t i = 0; i < item->checks.n; i++) {
        const wdm_notice_check *c = &item->checks.rows[i];
        const bool zh = words->lang == WDM_LANG_ZH && c->text_zh[0] != '\0';
        wdm_buf_printf(out, "  [%s] ", wdm_words_of(words, "verdict.", c->verdict));
        wdm_clean_put(out, zh ? c->text_zh : c->text);
        wdm_buf_puts(out, "\n");
    }
    if (item->checks.n == 0)
        wdm_buf_printf(out, "  %s\n", wdm_words_get(words, "mail.no_checks"));
}

void wdm_letter_alert(const wdm_words *words, const wdm_letter_item *item, wdm_buf *out)
{
    const wdm_notice_row *row = item->row;
    wdm_letter_headline(words, item, out);
    wdm_buf_puts(out, "\n");
    if (row->alert.key.quantity >= 0)
        put_numbers(words, item, out);
    put_why(words, item, out);
    if (item->notice != WDM_NOTICE_CLEARED)
        put_checks(words, item, out);
}

// ---- what next

static void put_command(wdm_buf *out, const wdm_words *words, const char *key, const char *command)
{
    wdm_buf_puts(out, "  ");
    WDM_WORDS(words, out, key, {"command", command});
    wdm_buf_puts(out, "\n");
}

// An identifier on a command line that people copy: quoted unless it is plain.
static void put_argument(wdm_buf *out, const char *text)
{
    bool plain = text[0] != '\0' && text[0] != '-';
    for (const char *p = text; *p != '\0'; p++)
        plain = plain && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
                          *p == '-' || *p == '_' || *p == '.');
    wdm_buf_puts(out, plain ? " " : " '");
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\'')
            wdm_buf_puts(out, "'\\''");
        else
            wdm_buf_put(out, p, 1);
    }
    wdm_buf_puts(out, plain ? "" : "'");
}

static void put_explain(const wdm_words *words, const wdm_notice_row *row, wdm_buf *out)
{
    char week[WDM_DATE_TEXT];
    wdm_buf command = {0}, clean = {0};
    wdm_buf_init(&command, PART_MAX);
    wdm_buf_init(&clean, PART_MAX);
    wdm_buf_puts(&command, "wdm explain");
    put_argument(&command, row->site_id);
    put_argument(&command, row->drug_id);
    wdm_buf_printf(&command, " %s", wdm_figure_week(row->week, week));
    wdm_clean_put(&clean, wdm_buf_text(&command));
    put_command(out, words, "mail.command.explain", wdm_buf_text(&clean));
    wdm_buf_fini(&command);
    wdm_buf_fini(&clean);
}

void wdm_letter_next(const wdm_words *words, const wdm_letter *letter, wdm_buf *out)
{
    const bool over = strcmp(letter->kind, "cleared") == 0;
    bool events = true; // all of them tell of one event
    char weeks[WDM_FIGURE_TEXT];
    char command[COMMAND_MAX] = "";
    for (size_t i = 0; i < letter->n; i++)
        events =
            events && wdm_alert_family_is_event(wdm_alert_family_parse(letter->items[i].row->alert.family));
    wdm_buf_puts(out, "\n");
    wdm_buf_puts(out, wdm_words_get(words, "mail.next"));
    wdm_buf_puts(out, "\n  ");
    WDM_WORDS(words, out,
              over                       ? "mail.next.cleared"
              : events                   ? "mail.next.event"
              : letter->repeat_weeks > 0 ? "mail.next.repeat"
                                         : "mail.next.open",
              {"weeks", wdm_figure_count(letter->repeat_weeks, weeks)});
    wdm_buf_puts(out, "\n");
    for (size_t i = 0; i < letter->n && strcmp(letter->kind, "digest") != 0; i++) {
        const wdm_notice_row *row = letter->items[i].row;
        const long long id = (long long)row->alert.alert_id;
        if (row->site_id[0] != '\0' && row->drug_id[0] != '\0')
            put_explain(words, row, out);
        if (over)
            continue;
        (void)snprintf(command, sizeof command, "wdm alert ack %lld --by NAME --note TEXT", id);
        put_command(out, words, "mail.command.ack", command);
        (void)snprintf(command, sizeof command,
                       "wdm alert silence add --alert %lld --until DATE --by NAME --reason TEXT", id);
        put_command(out, words, "mail.command.silence", command);
    }
    if (strcmp(letter->kind, "digest") == 0)
        put_command(out, words, "mail.command.list", "wdm alert list");
}
