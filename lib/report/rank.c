// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/rank.h"

#include <math.h>

double wdm_rank_log_sd(double rsd)
{
    return isfinite(rsd) && rsd >= 0.0 ? sqrt(log1p(rsd * rsd)) : (double)NAN;
}

double wdm_rank_probability(const wdm_rank_item *a, const wdm_rank_item *b)
{
    const double sd = sqrt(a->log_sd * a->log_sd + b->log_sd * b->log_sd);
    const double difference = log(a->value / b->value);
    if (!isfinite(sd) || !isfinite(difference))
        return (double)NAN;
    if (sd == 0.0)
        return difference > 0.0 ? 1.0 : difference < 0.0 ? 0.0 : 0.5;
    return 0.5 * erfc(-difference / sd / sqrt(2.0));
}

void wdm_rank_sort(wdm_rank_item *items, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const wdm_rank_item item = items[i];
        size_t at = i;
        for (; at > 0 && items[at - 1].value < item.value; at--)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

size_t wdm_rank_group_end(const wdm_rank_item *items, size_t n, size_t from)
{
    size_t end = from;
    while (end + 1 < n && !(wdm_rank_probability(&items[from], &items[end + 1]) >= 0.95))
        end++;
    return end;
}
