// SPDX-License-Identifier: GPL-3.0-or-later
// Subject, names, the frame of the text and the digest's table.
#include "report/alert_letter.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/alert_letter_parts.h"
#include "report/clean.h"
#include "report/figure.h"

enum { PART_MAX = 4096 };

const char *wdm_letter_place(const wdm_words *words, const wdm_notice_row *row)
{
    wdm_index region = WDM_NONE;
    if (row->alert.site != WDM_NONE)
        return wdm_words_site(words, row->alert.site);
    if (row->site_id[0] != '\0')
        return row->site_id; // no longer in the table
    region = wdm_config_region(words->config, row->alert.region_id);
    return region == WDM_NONE ? row->alert.region_id : wdm_words_region(words, region);
}

const char *wdm_letter_level(const wdm_words *words, const wdm_notice_row *row, const char *level)
{
    const char *region = row->alert.region_id[0] != '\0'
                             ? row->alert.region_id
                             : wdm_config_site_region(words->config, row->site_id);
    return wdm_words_level(words, region, level);
}

static const char *drug_name(const wdm_words *words, const wdm_notice_row *row)
{
    return row->alert.drug == WDM_NONE ? row->drug_id : wdm_words_drug(words, row->alert.drug);
}

// The alert's factor of its baseline; NaN where a rule has none.
static double factor_of(const wdm_letter_item *item)
{
    const wdm_alert_row *a = &item->row->alert;
    return strcmp(a->family, "baseline") == 0 ? a->factor : (double)NAN;
}

void wdm_letter_what(const wdm_words *words, const wdm_letter_item *item, wdm_buf *out)
{
    const wdm_alert_row *a = &item->row->alert;
    const bool cleared = item->notice == WDM_NOTICE_CLEARED;
    const char *key = "mail.what.other";
    char factor[WDM_FIGURE_TEXT], weeks[WDM_FIGURE_TEXT], value[WDM_FIGURE_TEXT], line[WDM_FIGURE_TEXT];
    char days[WDM_FIGURE_TEXT];
    (void)snprintf(days, sizeof days, "%.0f", a->value);
    (void)wdm_figure(factor_of(item), factor);
    if (cleared)
        key = strcmp(a->state, "withdrawn") == 0 ? "mail.what.withdrawn"
              : a->weeks == 1                    ? "mail.what.cleared.one"
                                                 : "mail.what.cleared";
    else if (item->missing)
        key = "mail.what.missing";
    else if (isfinite(factor_of(item)))
        key = "mail.what.baseline";
    else if (strcmp(a->family, "level") == 0)
        key = "mail.what.level";
    else if (isfinite(a->value) && a->key.quantity != -1)
        key = "mail.what.value";
    WDM_WORDS(words, out, key, {"factor", factor}, {"weeks", wdm_figure_count(a->weeks, weeks)},
              {"value", wdm_figure(a->value, value)}, {"unit", wdm_figure_unit(words, a->key.quantity)},
              {"line", wdm_figure(a->threshold, line)}, {"days", days},
              {"family", wdm_words_of(words, "family.", a->family)});
}

static void put_clean(wdm_buf *out, const wdm_buf *text)
{
    wdm_clean_put(out, wdm_buf_text(text));
}

// A name in the first language and, where it differs, in the other: "白沙门 Baishamen".
typedef const char *(*name_fn)(const wdm_words *words, const wdm_letter_item *item);

static void put_names(const wdm_letter *letter, const wdm_letter_item *item, name_fn name, wdm_buf *out)
{
    const wdm_words first = {letter->config, letter->languages[0]};
    const wdm_words other = {letter->config, letter->languages[1]};
    wdm_buf_puts(out, name(&first, item));
    if (letter->n_languages > 1 && strcmp(name(&first, item), name(&other, item)) != 0)
        wdm_buf_printf(out, " %s", name(&other, item));
}

static const char *place_of(const wdm_words *words, const wdm_letter_item *item)
{
    return wdm_letter_place(words, item->row);
}

static const char *drug_of(const wdm_words *words, const wdm_letter_item *item)
{
    return drug_name(words, item->row);
}

// What stands in brackets: how bad it is, or that it is over, or that data are missing.
static const char *mark_of(const wdm_words *words, const wdm_letter_item *item)
{
    if (item->notice == WDM_NOTICE_CLEARED)
        return wdm_words_get(words, strcmp(item->row->alert.state, "withdrawn") == 0 ? "mail.mark.withdrawn"
                                                                                     : "mail.mark.cleared");
    if (item->missing)
        return wdm_words_get(words, "mail.mark.missing");
    return wdm_letter_level(words, item->row, item->row->alert.level);
}

static void put_head(const wdm_letter *letter, const wdm_letter_item *item, wdm_buf *out)
{
    wdm_buf_puts(out, "[");
    put_names(letter, item, mark_of, out);
    wdm_buf_puts(out, "] ");
    put_names(letter, item, place_of, out);
    if (item->row->drug_id[0] != '\0') {
        wdm_buf_puts(out, " ");
        put_names(letter, item, drug_of, out);
    }
}

void wdm_letter_subject(const wdm_letter *letter, wdm_buf *out)
{
    const wdm_words words = {letter->config, letter->languages[0]};
    const wdm_letter_item *worst = &letter->items[0];
    char n[WDM_FIGURE_TEXT];
    wdm_buf text = {0};
    wdm_buf_init(&text, PART_MAX);
    put_head(letter, worst, &text);
    wdm_buf_puts(&text, " ");
    wdm_letter_what(&words, worst, &text);
    if (strcmp(letter->kind, "digest") == 0) {
        WDM_WORDS(&words, out, "mail.subject.digest", {"n", wdm_figure_count((long long)letter->n, n)});
        wdm_buf_puts(out, " ");
    }
    put_clean(out, &text);
    if (strcmp(letter->kind, "digest") != 0 && letter->n > 1) {
        wdm_buf_puts(out, " ");
        WDM_WORDS(&words, out, "mail.subject.more", {"n", wdm_figure_count((long long)letter->n - 1, n)});
    }
    wdm_buf_fini(&text);
}

void wdm_letter_headline(const wdm_words *words, const wdm_letter_item *item, wdm_buf *out)
{
    wdm_buf text = {0};
    wdm_buf_init(&text, PART_MAX);
    WDM_WORDS(words, &text, item->row->drug_id[0] == '\0' ? "mail.head.place" : "mail.head",
              {"mark", mark_of(words, item)}, {"place", wdm_letter_place(words, item->row)},
              {"drug", drug_name(words, item->row)});
    put_clean(out, &text);
    wdm_buf_fini(&text);
}

static void put_digest(const wdm_words *words, const wdm_letter *letter, wdm_buf *out)
{
    char n[WDM_FIGURE_TEXT], week[WDM_DATE_TEXT];
    wdm_buf text = {0};
    wdm_buf_init(&text, PART_MAX);
    WDM_WORDS(words, out, "mail.digest", {"n", wdm_figure_count((long long)letter->n, n)});
    wdm_buf_puts(out, "\n\n");
    for (size_t i = 0; i < letter->n; i++) {
        const wdm_letter_item *item = &letter->items[i];
        wdm_buf_clear(&text);
        wdm_letter_what(words, item, &text);
        wdm_buf_printf(out, "%zu. ", i + 1);
        wdm_letter_headline(words, item, out);
        wdm_buf_puts(out, " · ");
        put_clean(out, &text);
        wdm_buf_printf(out, " (%s, %s %lld)\n", wdm_figure_week(item->row->week, week),
                       wdm_words_get(words, "mail.alert"), (long long)item->row->alert.alert_id);
    }
    wdm_buf_fini(&text);
}

static void put_language(const wdm_words *words, const wdm_letter *letter, wdm_buf *out)
{
    if (strcmp(letter->kind, "digest") == 0) {
        put_digest(words, letter, out);
    } else {
        for (size_t i = 0; i < letter->n; i++) {
            wdm_buf_puts(out, i == 0 ? "" : "\n----\n");
            wdm_letter_alert(words, &letter->items[i], out);
        }
    }
    if (letter->picture_error[0] != '\0') {
        wdm_buf_puts(out, "\n");
        WDM_WORDS(words, out, "mail.no_picture", {"why", letter->picture_error});
        wdm_buf_puts(out, "\n");
    }
    wdm_letter_next(words, letter, out);
}

void wdm_letter_text(const wdm_letter *letter, wdm_buf *out)
{
    for (int i = 0; i < letter->n_languages; i++) {
        const wdm_words words = {letter->config, letter->languages[i]};
        wdm_buf_puts(out, i == 0 ? "" : "\n================================\n\n");
        put_language(&words, letter, out);
    }
}
