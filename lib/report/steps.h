// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of a derivation: each a sentence of config/text.csv in one language together with its numbers as
// data. Printed as indented text for people, or as a table (CSV, JSON lines) for programs:
// docs/cmd/explain.md.
#ifndef WDM_REPORT_STEPS_H
#define WDM_REPORT_STEPS_H

#include "base/arena.h"
#include "report/phrase.h"
#include "report/tabular.h"

// What a step belongs to; NULL or WDM_DAY_NONE: nothing. Texts are borrowed and outlive the steps.
typedef struct wdm_step_scope {
    const char *site_id, *region_id, *drug_id, *biomarker_id, *quantity;
    wdm_day day;
} wdm_step_scope;

typedef struct wdm_step {
    const char *key; // of text.csv
    int indent;
    wdm_step_scope scope;
    double value, low, high; // NaN: the step has none
    const char *unit;        // "" none; as the exports name it, the same in every language
    const char *file, *source;
    int64_t line;     // of the file; 0 none
    const char *text; // the sentence
} wdm_step;

typedef struct wdm_steps {
    wdm_words words;
    wdm_step_scope scope; // of the steps that are added
    WDM_ROWS(wdm_step) list;
    wdm_arena arena;
    wdm_step spare; // written to when memory is short
    wdm_rc rc;      // sticky
} wdm_steps;

void wdm_steps_init(wdm_steps *steps, const wdm_words *words);
void wdm_steps_fini(wdm_steps *steps);

// Appends the phrase of key with its n places filled, indented by so many levels, and returns it, so that its
// numbers can be set. Never NULL; valid until the next step is added.
wdm_step *wdm_steps_put(wdm_steps *steps, int indent, const char *key, const wdm_place *places, size_t n);
// The same with the places as {"name", value} pairs; a key without places takes WDM_STEP_PLAIN.
#define WDM_STEP(steps, indent, key, ...)                                                                    \
    wdm_steps_put(steps, indent, key, (const wdm_place[]){__VA_ARGS__},                                      \
                  sizeof((const wdm_place[]){__VA_ARGS__}) / sizeof(wdm_place))
#define WDM_STEP_PLAIN(steps, indent, key) wdm_steps_put(steps, indent, key, NULL, 0)

// Texts that live as long as the steps.
const char *wdm_steps_keep(wdm_steps *steps, const char *text);
// At most eight significant digits, so that a calculator gets the stored value: "75.970968", "0.41"; "?" for
// NaN.
const char *wdm_steps_number(wdm_steps *steps, double value);
// The same; the phrase of key for NaN.
const char *wdm_steps_number_or(wdm_steps *steps, double value, const char *key);
// As few digits as say it, at most three: "0.07"; "?" for NaN.
const char *wdm_steps_short(wdm_steps *steps, double value);
const char *wdm_steps_integer(wdm_steps *steps, int64_t value);
const char *wdm_steps_percent(wdm_steps *steps, double share); // 0.4012 is "40.1"
const char *wdm_steps_day(wdm_steps *steps, wdm_day day);      // 2026-11-16
// The phrase of key filled, kept.
const char *wdm_steps_phrase(wdm_steps *steps, const char *key, const wdm_place *places, size_t n);
// "a, b", in Chinese with the sign zh between them; either may be "".
const char *wdm_steps_join(wdm_steps *steps, const char *a, const char *b, const char *zh);

// What stuck, as an error.
wdm_rc wdm_steps_check(const wdm_steps *steps, wdm_err *err) WDM_MUST_CHECK;

enum { WDM_STEPS_WIDTH = 100 }; // columns of the text; a Chinese character has two

// All steps as text: two blanks a level, lines broken at blanks and between Chinese characters, further lines
// of a step four blanks deeper. A step of level 0 has an empty line before it, but for the first.
void wdm_steps_text(const wdm_steps *steps, wdm_buf *out);
// One row a step: step (the key without its first word), level, site_id, region_id, drug_id, biomarker_id,
// quantity, date, value, low, high, unit, file, line, source, text.
wdm_rc wdm_steps_table(const wdm_steps *steps, wdm_tabular_format format, wdm_buf *out,
                       wdm_err *err) WDM_MUST_CHECK;

#endif
