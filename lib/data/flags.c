// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/flags.h"

#include <stddef.h>

#include "wbe/estimate.h"

static const char *name_of(unsigned flag)
{
    switch (flag) {
#define WDM_FLAG_CASE(id, bit, name)                                                                         \
    case 1u << (bit):                                                                                        \
        return name;
        WDM_FLAG_LIST(WDM_FLAG_CASE)
#undef WDM_FLAG_CASE
    default:
        return wdm_est_flag_name(flag);
    }
}

void wdm_flags_print(int64_t flags, wdm_buf *out)
{
    const size_t start = out->len;
    for (unsigned bit = 0; bit < 31; bit++) {
        const char *name = (flags & ((int64_t)1 << bit)) == 0 ? NULL : name_of(1u << bit);
        if (name == NULL)
            continue;
        wdm_buf_puts(out, out->len == start ? "" : " ");
        wdm_buf_puts(out, name);
    }
}
