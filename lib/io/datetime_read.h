// SPDX-License-Identifier: GPL-3.0-or-later
// What a date's text says, before anything is known to be possible. For datetime.c only.
#ifndef WDM_IO_DATETIME_READ_H
#define WDM_IO_DATETIME_READ_H

#include "io/datetime.h"
#include "io/datetime_words.h"

typedef struct wdm_written_date {
    wdm_date_form form;
    wdm_civil civil; // not of WDM_DATE_SLASHED
    int number[3];   // of WDM_DATE_SLASHED: as they stand
    bool may_be_ymd; // of WDM_DATE_SLASHED: three numbers of two digits, or fewer in the last two
    int weekday;     // 1..7, 0: not given
    bool has_time;
    day_part part;
    int hour, minute, second;
} wdm_written_date;

// Takes a plain text (wdm_plain_fold) apart; false: not of a date's form, or longer than WDM_DATE_CELL.
bool wdm_date_take_apart(const char *text, wdm_written_date *w);

// 20: 2020, 95: 1995; four-digit years are as they are.
int wdm_date_full_year(int year, int digits);

#endif
