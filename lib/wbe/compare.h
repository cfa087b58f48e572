// SPDX-License-Identifier: GPL-3.0-or-later
// Two laboratories that analysed the same sample. Pure.
#ifndef WDM_WBE_COMPARE_H
#define WDM_WBE_COMPARE_H

typedef enum wdm_compare_verdict {
    WDM_COMPARE_AGREE,
    WDM_COMPARE_DIFFER,
    WDM_COMPARE_CANNOT_BE_TOLD
} wdm_compare_verdict;
// "agree", "differ", "cannot be told".
const char *wdm_compare_verdict_text(wdm_compare_verdict verdict);

// One laboratory's value of the sample: ng/L, NaN when it is no measured level (below a limit, not analysed
// ...); relative standard uncertainties of the analysis: the random part, and that of the batch (calibration,
// recovery). NaN: not given; the batch part then counts as 0, without a random part the value cannot be
// compared.
typedef struct wdm_compare_value {
    double value_ng_l;
    double u_random, u_batch;
} wdm_compare_value;

typedef struct wdm_comparison {
    double ratio;           // a / b; NaN unless both are measured and positive
    double difference_in_u; // |ln(a/b)| / sqrt(s_a^2 + s_b^2), s^2 = ln(1 + u_random^2) + ln(1 + u_batch^2);
                            // NaN when the ratio or an uncertainty is missing, or both are 0
    wdm_compare_verdict verdict; // agree when difference_in_u <= 2
} wdm_comparison;

#define WDM_COMPARE_LIMIT_U 2.0

// Sampling, flow and population are the same for both and cancel. The form is the zeta score of ISO 13528
// ((x - X) / sqrt(u_x^2 + u_X^2), questionable above 2) on the log scale. Example: 120 and 100, u_random 0.1
// and u_batch 0 each: ratio 1.2, s = 0.0997513, difference ln(1.2) / 0.141070 = 1.29242: agree. 140 and
// 100: 2.38514: differ.
wdm_comparison wdm_compare(const wdm_compare_value *a, const wdm_compare_value *b);

#endif
