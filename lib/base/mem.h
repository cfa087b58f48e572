// SPDX-License-Identifier: GPL-3.0-or-later
// The one seam through which heap memory is taken, so that tests can make any allocation fail.
#ifndef WDM_BASE_MEM_H
#define WDM_BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

// Zeroed memory for n elements of size bytes; NULL on overflow or when memory is short. n == 0 gives a valid
// pointer.
void *wdm_alloc(size_t n, size_t size) WDM_MUST_CHECK;
// Copy of the NUL-terminated text; NULL when memory is short.
char *wdm_strdup(const char *text) WDM_MUST_CHECK;
void wdm_free(void *p);

// Makes *array (an array of *cap elements of size bytes) hold at least need elements, doubling; new elements
// are zeroed. array is the address of a typed pointer: wdm_grow(&rows, &cap, n + 1, sizeof *rows, err).
wdm_rc wdm_grow(void *array, size_t *cap, size_t need, size_t size, wdm_err *err) WDM_MUST_CHECK;

// Fills err with WDM_E_NOMEM and a plain message.
wdm_rc wdm_err_nomem(wdm_err *err);

// Test seam: the nth allocation from now on fails (1 = the next one), every later one too when for_ever. 0
// switches it off.
void wdm_mem_fail_at(uint64_t nth, int for_ever);

#endif
