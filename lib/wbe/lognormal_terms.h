// SPDX-License-Identifier: GPL-3.0-or-later
// What the two files of lognormal sums share about a term. Internal to wbe. Pure.
#ifndef WDM_WBE_LOGNORMAL_TERMS_H
#define WDM_WBE_LOGNORMAL_TERMS_H

#include "wbe/lognormal_sum.h"

// Log variance of what the term's site shares; mean of the term.
double wdm_term_site_var(const wdm_sum_term *t);
double wdm_term_mean(const wdm_sum_term *t);
// For qsort: site and order; batch, then site and order.
int wdm_terms_by_site(const void *a, const void *b);
int wdm_terms_by_batch(const void *a, const void *b);

#endif
