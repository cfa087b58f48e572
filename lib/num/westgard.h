// SPDX-License-Identifier: GPL-3.0-or-later
// Westgard's control rules on a series of z values, z = (control - mean) / sd. Pure.
//
// Westgard, Barry, Hunt, Groth 1981, A multi-rule Shewhart chart for quality control in clinical chemistry,
// Clin Chem 27:493-501. Definitions in the words of Westgard's rule sheet ("exceeds": strictly more):
//   1-2s  one control beyond mean +- 2 s: a warning, alone no reason to reject
//   1-3s  one control beyond mean +- 3 s
//   2-2s  two consecutive controls beyond the same limit, mean + 2 s or mean - 2 s
//   R-4s  one control of a run beyond mean + 2 s and another of the same run beyond mean - 2 s
//   4-1s  four consecutive controls beyond the same limit, mean + 1 s or mean - 1 s
//   10-x  ten consecutive controls on one side of the mean
// Consecutive is meant within one control material across runs, and across materials: for 2-2s across
// materials within the run only, for 4-1s and 10-x in the order of measurement. R-4s is within the run only,
// across materials.
#ifndef WDM_NUM_WESTGARD_H
#define WDM_NUM_WESTGARD_H

#include <stddef.h>
#include <stdint.h>

#define WDM_WESTGARD_LIST(X)                                                                                 \
    X(12S, 0, "westgard_1_2s")                                                                               \
    X(13S, 1, "westgard_1_3s")                                                                               \
    X(22S, 2, "westgard_2_2s")                                                                               \
    X(R4S, 3, "westgard_r_4s")                                                                               \
    X(41S, 4, "westgard_4_1s")                                                                               \
    X(10X, 5, "westgard_10_x")

typedef enum wdm_westgard_rule {
#define WDM_WESTGARD_ENUM(id, bit, name) WDM_WESTGARD_##id = 1 << (bit),
    WDM_WESTGARD_LIST(WDM_WESTGARD_ENUM)
#undef WDM_WESTGARD_ENUM
} wdm_westgard_rule;

enum { WDM_WESTGARD_RULES = 6 };

// Name of the rule of a bit (0..5): "westgard_1_2s" ...; borrowed.
const char *wdm_westgard_name(unsigned bit);

typedef struct wdm_westgard_point {
    double z;     // NaN: no value or no mean and sd yet; it neither counts nor ends a row of consecutive ones
    int64_t run;  // points of one analytical run share it
    int material; // which control material (chart)
} wdm_westgard_point;

// Which rules each point completes, looking at itself and at those before it (in the order of measurement).
// rules: n elements, wdm_westgard_rule bits. z = 2.3, 2.4 of one material: {1-2s}, {1-2s, 2-2s}.
void wdm_westgard(const wdm_westgard_point *points, size_t n, unsigned *rules);

#endif
