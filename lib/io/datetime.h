// SPDX-License-Identifier: GPL-3.0-or-later
// Dates and times as instruments, office programs and people write them. One reading or none: what could be
// two dates is AMBIGUOUS, what is no day of the calendar is IMPOSSIBLE, and both are refused.
#ifndef WDM_IO_DATETIME_H
#define WDM_IO_DATETIME_H

#include <stdbool.h>

#include "base/date.h"

// The order of day, month and year in numeric dates of a file (its layout says it, or its evidence).
typedef enum wdm_date_order { WDM_DATES_UNKNOWN, WDM_DATES_DMY, WDM_DATES_MDY, WDM_DATES_YMD } wdm_date_order;

typedef enum wdm_date_form {
    WDM_DATE_ISO,        // 2026-11-16, 2026-11-16T08:00
    WDM_DATE_YMD,        // 2026/11/16, 2026.1.5, 20261116, 202611160800
    WDM_DATE_CHINESE,    // 2026年11月16日 下午8时30分
    WDM_DATE_MONTH_NAME, // 16-Nov-26, Nov 16, 2026, 16 nov. 2026, Fri Dec 04 12:11:50 2020
    WDM_DATE_SLASHED,    // 16/11/2026, 11-16-26, 16.11.2026: read by the order
    WDM_DATE_SERIAL,     // 46342.5: days of a spreadsheet's 1900 system
    WDM_DATE_FORM_N
} wdm_date_form;

typedef enum wdm_when_verdict {
    WDM_WHEN_OK,
    WDM_WHEN_EMPTY,
    WDM_WHEN_NOT,        // not a date, or one with a time zone
    WDM_WHEN_IMPOSSIBLE, // a date's form, but no such day or time: 2021-02-29, 31/31/2020, 25:00
    WDM_WHEN_AMBIGUOUS   // two dates or times are possible: 5/7/2018 without an order
} wdm_when_verdict;

// Reads a date with an optional time; seconds are dropped, 24:00 is the next day 00:00, minute is -1 without
// a time. Full-width characters are read as plain ones. *when and *form (which may be NULL) are set only on
// WDM_WHEN_OK.
//   - Year first ("2026/11/16 8:00") needs four digits and no order. "20261116" and "202611160800" need a
//   year
//     of 1900..2199.
//   - Year last, or three numbers of one or two digits, are read by `order`. With WDM_DATES_UNKNOWN the date
//   is
//     OK when all possible readings are the same day (19/4/2018, 5/5/2018), else AMBIGUOUS. Three numbers
//     with two digits each may also be year, month, day (20/11/16).
//   - Month names and abbreviations of English, French, German and Spanish, with or without dot and accents;
//     13-May-22 is day, month, year.
//   - A time zone is refused, but for its name before the year of a C date ("Wed Apr 19 11:58:42 AWST 2023"):
//   the
//     clock is read as it stands, nothing is converted.
//   - Two-digit years are 1990..2089: 90..99 are 19xx, 00..89 are 20xx.
//   - Clocks: 8:00, 08:00:30, 08:00:30.5, 8:00 PM (hours 1..12; 0 with AM), 8h30, 8时30分, 8点半, with 上午,
//   下午,
//     中午, 晚上, 凌晨. 上午12 and 晚上12 are AMBIGUOUS.
//   - A weekday (Mon, lundi, 星期一) must be that of the date, else the date is IMPOSSIBLE.
//   - Serial numbers 32874..73050 (1990-01-01..2099-12-31) of the 1900 system, whose 29 February 1900 that
//   never
//     was is counted: 46342.5 is 2026-11-16T12:00. The fraction is rounded to the second, to the minute when
//     it has less than five decimals. The 1904 system cannot be told from it: a workbook in it must be saved
//     anew.
wdm_when_verdict wdm_when_read(const char *text, wdm_date_order order, wdm_when *when, wdm_date_form *form);

// Bits 1u << order of the orders under which the text is a possible date; all three bits when the text is not
// a date that needs an order. A file's orders are the AND of its cells. Example: "19/4/2018" gives the bit of
// DMY.
unsigned wdm_when_orders(const char *text);
enum { WDM_DATES_ALL = 1 << WDM_DATES_DMY | 1 << WDM_DATES_MDY | 1 << WDM_DATES_YMD };

// The one order under which the date is possible; WDM_DATES_UNKNOWN when there are several, or none, or the
// text needs no order.
wdm_date_order wdm_when_evidence(const char *text);

#endif
