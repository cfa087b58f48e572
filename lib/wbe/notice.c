// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/notice.h"

static wdm_notice of_ended(const wdm_notice_facts *f)
{
    if (!f->told || !f->news || f->passed)
        return WDM_NOTICE_QUIET;
    return f->silenced ? WDM_NOTICE_MUTED : WDM_NOTICE_CLEARED;
}

wdm_notice wdm_notice_step(const wdm_notice_facts *f)
{
    if (!f->open)
        return of_ended(f);
    if (f->silenced || f->muted)
        return WDM_NOTICE_MUTED;
    if (!f->told)
        return WDM_NOTICE_NEW;
    if (f->level > f->base || f->risen)
        return WDM_NOTICE_WORSE;
    if (f->repeat_weeks > 0 && f->days_since_told >= 7 * f->repeat_weeks)
        return WDM_NOTICE_REPEAT;
    return WDM_NOTICE_QUIET;
}
