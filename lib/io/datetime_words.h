// SPDX-License-Identifier: GPL-3.0-or-later
// The words, numbers and signs of a date, cut from its text. For datetime.c only.
#ifndef WDM_IO_DATETIME_WORDS_H
#define WDM_IO_DATETIME_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { WDM_DATE_CELL = 96, WDM_DATE_TOKENS = 32 };

typedef enum date_token_kind {
    DATE_END,
    DATE_NUMBER,  // value, n digits; more than 9 digits have value -1
    DATE_SIGN,    // value: the character
    DATE_MONTH,   // value 1..12
    DATE_WEEKDAY, // value 1..7
    DATE_PART,    // value: a day_part
    DATE_UNIT,    // value: a date_unit
    DATE_HALF,    // 半
    DATE_FILL,    // of, de, at, um ...
    DATE_ORDINAL, // st, nd, rd, th, er
    DATE_T,       // the T of ISO 8601
    DATE_ZONE, // the name of a time zone before the year of "Mon Nov 23 14:00:00 CST 2026": the clock's, not
               // converted
    DATE_UHR
} date_token_kind;

typedef enum day_part {
    PART_NONE,
    PART_AM,
    PART_PM,
    PART_MORNING,
    PART_AFTERNOON,
    PART_NOON,
    PART_EVENING,
    PART_DAWN
} day_part;
typedef enum date_unit { UNIT_YEAR, UNIT_MONTH, UNIT_DAY, UNIT_HOUR, UNIT_MINUTE, UNIT_SECOND } date_unit;

typedef struct date_token {
    date_token_kind kind;
    int value;
    int n;            // digits of a number
    int weekday;      // "mar" is March and mardi: the weekday that a month may also be, else 0
    const char *text; // where it starts
} date_token;

// Cuts a plain text (wdm_plain_fold) into tokens, the last of which is DATE_END; text is made lower case and
// loses its accents on the way. false: a word or a character that no date has.
bool wdm_date_tokens(char *text, date_token tokens[WDM_DATE_TOKENS]);

#endif
