// SPDX-License-Identifier: GPL-3.0-or-later
// What a message about alerts says to a person: its subject and its text, in one language or in two.
// Sentences are phrases `mail.*` of config/text.csv; a text from data loses its control characters.
#ifndef WDM_REPORT_ALERT_LETTER_H
#define WDM_REPORT_ALERT_LETTER_H

#include "report/phrase.h"
#include "store/outbox_store.h"
#include "wbe/notice.h"

// An alert that a message tells of.
typedef struct wdm_letter_item {
    const wdm_notice_row *row;
    wdm_notice notice;            // NEW, WORSE, CLEARED or REPEAT
    bool missing;                 // the alert says that data are missing
    const wdm_week_row *week;     // of its series in its week; NULL: none
    const wdm_region_row *region; // the same of a region's alert
    wdm_notice_checks checks;
} wdm_letter_item;

typedef struct wdm_letter {
    const wdm_config *config;
    wdm_lang languages[2];
    int n_languages;
    const char *kind; // alert, worse, cleared, digest, missing, repeat
    const wdm_letter_item *items;
    size_t n;
    int repeat_weeks;
    wdm_day as_of;
    const char *picture_error; // why the picture is missing; "" when it is not
} wdm_letter;

// "[红 critical] 白沙门 Baishamen 甲基苯丙胺 methamphetamine 2.16 x baseline, week 3"
void wdm_letter_subject(const wdm_letter *letter, wdm_buf *out);
// The first language whole, then the other one.
void wdm_letter_text(const wdm_letter *letter, wdm_buf *out);

// Name of the alert's site or region in the language.
const char *wdm_letter_place(const wdm_words *words, const wdm_notice_row *row);
// Name of a level where the alert is: of levels.csv.
const char *wdm_letter_level(const wdm_words *words, const wdm_notice_row *row, const char *level);
// "2.16 × baseline, week 3": what an alert's line in a digest and a subject end with.
void wdm_letter_what(const wdm_words *words, const wdm_letter_item *item, wdm_buf *out);

#endif
