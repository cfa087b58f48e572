// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/phrase.h"

#include <stdio.h>
#include <string.h>

const char *wdm_words_get(const wdm_words *words, const char *key)
{
    return wdm_config_text(words->config, words->lang, key);
}

static const wdm_place *find(const wdm_place *places, size_t n, const char *name, size_t len)
{
    for (size_t i = 0; i < n; i++) {
        if (strlen(places[i].name) == len && strncmp(places[i].name, name, len) == 0)
            return &places[i];
    }
    return NULL;
}

void wdm_words_put(const wdm_words *words, wdm_buf *out, const char *key, const wdm_place *places, size_t n)
{
    const char *p = wdm_words_get(words, key);
    while (*p != '\0') {
        const char *open = strchr(p, '{');
        const char *close = open == NULL ? NULL : strchr(open, '}');
        const wdm_place *place = NULL;
        if (close == NULL) {
            wdm_buf_puts(out, p);
            return;
        }
        wdm_buf_put(out, p, (size_t)(open - p));
        place = find(places, n, open + 1, (size_t)(close - open - 1));
        if (place == NULL)
            wdm_buf_put(out, open, (size_t)(close - open + 1));
        else
            wdm_buf_puts(out, place->value);
        p = close + 1;
    }
}

const char *wdm_words_of(const wdm_words *words, const char *prefix, const char *word)
{
    char key[96] = "";
    const char *text = NULL;
    (void)snprintf(key, sizeof key, "%s%s", prefix, word);
    for (char *p = key; *p != '\0'; p++) {
        if (*p == ' ')
            *p = '_';
    }
    text = wdm_words_get(words, key);
    return strcmp(text, key) == 0 ? word : text;
}

const char *wdm_words_level(const wdm_words *words, const char *region_id, const char *level)
{
    const wdm_level_row *row = wdm_config_level(words->config, region_id, level);
    if (row == NULL)
        return level;
    return words->lang == WDM_LANG_ZH ? row->name_zh : row->name;
}

static const char *name_of(const wdm_words *words, const char *name, const char *name_zh, const char *id)
{
    if (words->lang == WDM_LANG_ZH && name_zh != NULL && name_zh[0] != '\0')
        return name_zh;
    return name != NULL && name[0] != '\0' ? name : id;
}

const char *wdm_words_site(const wdm_words *words, wdm_index site)
{
    const wdm_site *s = NULL;
    if (site >= words->config->sites.n)
        return "";
    s = &words->config->sites.rows[site];
    return name_of(words, s->name, s->name_zh, s->site_id);
}

const char *wdm_words_drug(const wdm_words *words, wdm_index drug)
{
    const wdm_drug *d = NULL;
    if (drug >= words->config->drugs.n)
        return "";
    d = &words->config->drugs.rows[drug];
    return name_of(words, d->name, d->name_zh, d->drug_id);
}

const char *wdm_words_region(const wdm_words *words, wdm_index region)
{
    const wdm_region *r = NULL;
    if (region >= words->config->regions.n)
        return "";
    r = &words->config->regions.rows[region];
    return name_of(words, r->name, r->name_zh, r->region_id);
}
