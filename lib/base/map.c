// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/map.h"

#include <stdint.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

static wdm_map_slot *find(const wdm_map *map, const char *key)
{
    const uint64_t h = wdm_hash_text(key);
    size_t i = (size_t)(h ^ h >> 32) & (map->cap - 1);
    while (map->slots[i].key != NULL && strcmp(map->slots[i].key, key) != 0)
        i = (i + 1) & (map->cap - 1);
    return &map->slots[i];
}

static wdm_rc enlarge(wdm_map *map, wdm_err *err)
{
    wdm_map bigger = {NULL, map->cap == 0 ? 64 : map->cap * 2, map->len};
    bigger.slots = wdm_alloc(bigger.cap, sizeof *bigger.slots);
    if (bigger.slots == NULL)
        return wdm_err_nomem(err);
    for (size_t i = 0; i < map->cap; i++) {
        if (map->slots[i].key != NULL)
            *find(&bigger, map->slots[i].key) = map->slots[i];
    }
    wdm_free(map->slots);
    *map = bigger;
    return WDM_OK;
}

wdm_rc wdm_map_put(wdm_map *map, const char *key, size_t value, size_t *existing, wdm_err *err)
{
    wdm_map_slot *slot = NULL;
    if (existing != NULL)
        *existing = WDM_MAP_NONE;
    if (map->cap == 0 || map->len * 2 >= map->cap) {
        wdm_rc rc = enlarge(map, err);
        if (rc != WDM_OK)
            return rc;
    }
    slot = find(map, key);
    if (slot->key != NULL) {
        if (existing != NULL)
            *existing = slot->value;
        return WDM_OK;
    }
    slot->key = key;
    slot->value = value;
    map->len++;
    return WDM_OK;
}

size_t wdm_map_get(const wdm_map *map, const char *key)
{
    const wdm_map_slot *slot = NULL;
    if (map->cap == 0)
        return WDM_MAP_NONE;
    slot = find(map, key);
    return slot->key == NULL ? WDM_MAP_NONE : slot->value;
}

void wdm_map_fini(wdm_map *map)
{
    wdm_free(map->slots);
    memset(map, 0, sizeof *map);
}
