// SPDX-License-Identifier: GPL-3.0-or-later
// Text -> index, for names. Keys are borrowed and must outlive the map.
#ifndef WDM_BASE_MAP_H
#define WDM_BASE_MAP_H

#include <stddef.h>

#include "base/err.h"

typedef struct wdm_map_slot {
    const char *key;
    size_t value;
} wdm_map_slot;

typedef struct wdm_map {
    wdm_map_slot *slots;
    size_t cap; // a power of two, or 0
    size_t len;
} wdm_map;

#define WDM_MAP_INIT                                                                                         \
    {                                                                                                        \
        0                                                                                                    \
    }
#define WDM_MAP_NONE ((size_t)-1)

// Adds key -> value. An existing key keeps its value and *existing tells it (else WDM_MAP_NONE); existing may
// be NULL.
wdm_rc wdm_map_put(wdm_map *map, const char *key, size_t value, size_t *existing,
                   wdm_err *err) WDM_MUST_CHECK;
// The value of key, or WDM_MAP_NONE.
size_t wdm_map_get(const wdm_map *map, const char *key);
void wdm_map_fini(wdm_map *map);

#endif
