// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/qc.h"

#include <math.h>
#include <stddef.h>

wdm_qc_measures wdm_qc_measures_none(void)
{
    const double none = (double)NAN;
    return (wdm_qc_measures){.expected_ng_l = none,
                             .area = none,
                             .is_area = none,
                             .rt = none,
                             .rt_expected = none,
                             .ion_ratio = none,
                             .ion_ratio_expected = none,
                             .signal_to_noise = none,
                             .r2 = none,
                             .manual = false,
                             .parent_sample_id = "",
                             .is_name = ""};
}

bool wdm_qc_measures_any(const wdm_qc_measures *m)
{
    return m->manual || m->parent_sample_id[0] != '\0' || !isnan(m->expected_ng_l) || !isnan(m->is_area) ||
           !isnan(m->rt) || !isnan(m->ion_ratio) || !isnan(m->r2);
}
