// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/compare.h"

#include <math.h>

#include "wbe/lognormal.h"

const char *wdm_compare_verdict_text(wdm_compare_verdict verdict)
{
    static const char *const texts[] = {"agree", "differ", "cannot be told"};
    return texts[verdict];
}

wdm_comparison wdm_compare(const wdm_compare_value *a, const wdm_compare_value *b)
{
    wdm_comparison out = {(double)NAN, (double)NAN, WDM_COMPARE_CANNOT_BE_TOLD};
    const double variance = wdm_log_var_of_u(a->u_random) + wdm_log_var_of_u(a->u_batch) +
                            wdm_log_var_of_u(b->u_random) + wdm_log_var_of_u(b->u_batch);
    if (!(a->value_ng_l > 0.0 && b->value_ng_l > 0.0) || isinf(a->value_ng_l) || isinf(b->value_ng_l))
        return out;
    out.ratio = a->value_ng_l / b->value_ng_l;
    if (isnan(a->u_random) || isnan(b->u_random) || !(variance > 0.0))
        return out;
    out.difference_in_u = fabs(log(out.ratio)) / sqrt(variance);
    out.verdict = out.difference_in_u <= WDM_COMPARE_LIMIT_U ? WDM_COMPARE_AGREE : WDM_COMPARE_DIFFER;
    return out;
}
