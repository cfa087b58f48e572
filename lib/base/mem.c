// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// The only mutable state of the library: the fault seam of the tests.
static _Atomic uint64_t fail_countdown;
static atomic_int fail_for_ever;

void wdm_mem_fail_at(uint64_t nth, int for_ever)
{
    fail_countdown = nth;
    fail_for_ever = for_ever;
}

static int must_fail(void)
{
    if (fail_countdown == 0)
        return 0;
    if (fail_countdown > 1) {
        fail_countdown--;
        return 0;
    }
    if (!fail_for_ever)
        fail_countdown = 0;
    return 1;
}

void *wdm_alloc(size_t n, size_t size)
{
    if (must_fail())
        return NULL;
    if (n == 0 || size == 0)
        return calloc(1, 1);
    if (n > PTRDIFF_MAX / size) // calloc checks it too, but a sanitizer's calloc ends the program
        return NULL;
    return calloc(n, size);
}

char *wdm_strdup(const char *text)
{
    size_t len = strlen(text) + 1;
    char *copy = wdm_alloc(len, 1);
    if (copy != NULL)
        memcpy(copy, text, len);
    return copy;
}

void wdm_free(void *p)
{
    free(p);
}

wdm_rc wdm_err_nomem(wdm_err *err)
{
    return wdm_err_set(err, WDM_E_NOMEM, "out of memory");
}

wdm_rc wdm_grow(void *array, size_t *cap, size_t need, size_t size, wdm_err *err)
{
    void *old = NULL;
    void *fresh = NULL;
    size_t want = *cap < 8 ? 8 : *cap;
    if (need <= *cap)
        return WDM_OK;
    while (want < need) {
        if (want > SIZE_MAX / 2)
            return wdm_err_nomem(err);
        want *= 2;
    }
    if (want > SIZE_MAX / size || must_fail())
        return wdm_err_nomem(err);
    memcpy(&old, array, sizeof old); // array is a T **: copying the pointer's bytes keeps strict aliasing
    fresh = realloc(old, want * size);
    if (fresh == NULL)
        return wdm_err_nomem(err);
    memset((char *)fresh + *cap * size, 0, (want - *cap) * size);
    memcpy(array, &fresh, sizeof fresh);
    *cap = want;
    return WDM_OK;
}
