// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences of config/text.csv with named places: "{n} of {all} series in alert".
#ifndef WDM_REPORT_PHRASE_H
#define WDM_REPORT_PHRASE_H

#include "base/buf.h"
#include "data/config.h"

typedef struct wdm_words {
    const wdm_config *config;
    wdm_lang lang;
} wdm_words;

typedef struct wdm_place {
    const char *name, *value;
} wdm_place;

// The phrase; borrowed.
const char *wdm_words_get(const wdm_words *words, const char *key);
// Appends the phrase of key, each {name} replaced by its value. An unknown {name} stays as it is. n places.
void wdm_words_put(const wdm_words *words, wdm_buf *out, const char *key, const wdm_place *places, size_t n);
// "<prefix><word>" looked up, else the word itself: for words that other stages wrote.
const char *wdm_words_of(const wdm_words *words, const char *prefix, const char *word);
// What the level (info, notice, warning, critical) is called in the region ("": everywhere); else the word.
const char *wdm_words_level(const wdm_words *words, const char *region_id, const char *level);

// Names in the language: name_zh where the table has one, else name, else the identifier.
const char *wdm_words_site(const wdm_words *words, wdm_index site);
const char *wdm_words_drug(const wdm_words *words, wdm_index drug);
const char *wdm_words_region(const wdm_words *words, wdm_index region);

// Appends the phrase with places given as {"name", value} pairs.
#define WDM_WORDS(words, out, key, ...)                                                                      \
    wdm_words_put(words, out, key, (const wdm_place[]){__VA_ARGS__},                                         \
                  sizeof((const wdm_place[]){__VA_ARGS__}) / sizeof(wdm_place))

#endif
