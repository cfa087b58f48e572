// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_BYTES = 64 * 1024 };

struct wdm_arena_block {
    wdm_arena_block *next;
    size_t used;
    size_t cap;
    alignas(max_align_t) unsigned char bytes[];
};

void *wdm_arena_alloc(wdm_arena *arena, size_t n, size_t size)
{
    const size_t align = alignof(max_align_t);
    size_t want = 0;
    wdm_arena_block *block = arena->head;
    if (size != 0 && n > (SIZE_MAX / 2) / size)
        return NULL;
    want = (n * size + align - 1) / align * align;
    if (want == 0)
        want = align;
    if (block == NULL || block->cap - block->used < want) {
        size_t cap = want > BLOCK_BYTES ? want : BLOCK_BYTES;
        block = wdm_alloc(1, sizeof *block + cap);
        if (block == NULL)
            return NULL;
        block->cap = cap;
        block->next = arena->head;
        arena->head = block;
    }
    block->used += want;
    return block->bytes + block->used - want;
}

char *wdm_arena_strndup(wdm_arena *arena, const char *text, size_t len)
{
    char *copy = wdm_arena_alloc(arena, len + 1, 1);
    if (copy != NULL)
        memcpy(copy, text, len);
    return copy;
}

char *wdm_arena_strdup(wdm_arena *arena, const char *text)
{
    return wdm_arena_strndup(arena, text, strlen(text));
}

void wdm_arena_fini(wdm_arena *arena)
{
    while (arena->head != NULL) {
        wdm_arena_block *next = arena->head->next;
        wdm_free(arena->head);
        arena->head = next;
    }
}
