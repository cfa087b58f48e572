// SPDX-License-Identifier: GPL-3.0-or-later
// Detectors of aberrations in a series, each one file behind one interface: detector_<name>.c defines a
// wdm_detector, detector.c lists them. A detector walks a series in order and says of each point whether it
// is too high for what came before it. Pure.
#ifndef WDM_NUM_DETECTOR_H
#define WDM_NUM_DETECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct wdm_detector_point {
    int32_t when;  // number of the period (ISO week, say), ascending; numbers that are left out are missing
    double value;  // linear scale, >= 0; NaN: none
    double limit;  // with value NaN: the value is at most this (below the limit); NaN: nothing is known
    double log_sd; // random log-sd of the value; NaN: not known
    bool excluded; // judged, but never part of a baseline (disposal, quality control)
} wdm_detector_point;

// code, text
#define WDM_DETECTOR_STATE_LIST(X)                                                                           \
    X(WDM_DETECTOR_OK, "ok")                                                                                 \
    X(WDM_DETECTOR_NO_VALUE, "no value")                                                                     \
    X(WDM_DETECTOR_INSUFFICIENT, "insufficient data")

typedef enum wdm_detector_state {
#define WDM_DETECTOR_ENUM(code, text) code,
    WDM_DETECTOR_STATE_LIST(WDM_DETECTOR_ENUM)
#undef WDM_DETECTOR_ENUM
} wdm_detector_state;

typedef struct wdm_detector_verdict {
    wdm_detector_state state; // the figures below are NaN unless OK
    bool alarm;
    double expected;  // what the method expects of this point; unit of the values
    double bound;     // the point alarms above it; NaN where the method has no bound on the value
    double statistic; // of the method: z, C3, the cumulated sum ...
    double p;         // one-sided probability of such a point without change; NaN where the method has none
    size_t n_used;    // earlier points that it rests on
} wdm_detector_verdict;

typedef struct wdm_detector_parameter {
    const char *name;
    double least, greatest;
    bool whole;
    double value; // default: as published
    const char *what;
} wdm_detector_parameter;

enum { WDM_DETECTOR_PARAMETERS_MAX = 12 };

typedef struct wdm_detector {
    const char *name;    // as in alerts.csv: ears_c1
    const char *summary; // one line
    const char *source;  // publication with DOI
    const wdm_detector_parameter *parameters;
    size_t n_parameters;
    // parameters: one value for each of the table. verdicts: n. n may be 0. WDM_E_DATA: a parameter out of
    // range, points not ascending, infinite values.
    wdm_rc (*run)(const wdm_detector_point *points, size_t n, const double *parameters,
                  wdm_detector_verdict *verdicts, wdm_err *err);
} wdm_detector;

// All, NULL at the end.
extern const wdm_detector *const wdm_detectors[];
// NULL: no such name.
const wdm_detector *wdm_detector_find(const char *name);
// The defaults of its table.
void wdm_detector_defaults(const wdm_detector *detector, double parameters[WDM_DETECTOR_PARAMETERS_MAX]);

#endif
