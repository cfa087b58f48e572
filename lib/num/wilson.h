// SPDX-License-Identifier: GPL-3.0-or-later
// Interval of a proportion from counts. Pure.
#ifndef WDM_NUM_WILSON_H
#define WDM_NUM_WILSON_H

// Wilson's score interval, 95 %: (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n), z = 1.959964. NaN
// when tested is 0. Example: 10 of 100 gives 0.0552 .. 0.1744. Source: E. B. Wilson 1927,
// doi:10.1080/01621459.1927.10502953.
void wdm_wilson_interval(double positive, double tested, double *low, double *high);

// Smallest count that is shown: fewer tested, or a count of positives between 1 and this, is suppressed, so
// that no cell points at a person.
enum { WDM_SUPPRESS_BELOW = 5 };

#endif
