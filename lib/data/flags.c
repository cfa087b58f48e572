// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/flags.h"

#include <stddef.h>

#include "wbe/estimate.h"

static const char *name_of(int bit)
{
    switch (bit) {
#define WDM_FLAG_CASE(id, at, name)                                                                          \
    case at:                                                                                                 \
        return name;
        WDM_FLAG_LIST(WDM_FLAG_CASE)
#undef WDM_FLAG_CASE
    default:
        return bit < 16 ? wdm_est_flag_name(1U << bit) : NULL;
    }
}

void wdm_flags_print(int64_t flags, wdm_buf *out)
{
    const size_t start = out->len;
    for (int bit = 0; bit < 63; bit++) {
        const char *name = (flags & (INT64_C(1) << bit)) == 0 ? NULL : name_of(bit);
        if (name == NULL)
            continue;
        wdm_buf_puts(out, out->len == start ? "" : " ");
        wdm_buf_puts(out, name);
    }
}
