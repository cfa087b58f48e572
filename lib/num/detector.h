// SPDX-License-Identifier: GPL-3.0-or-later
// Published detectors of aberrations in a series, each one file behind one interface: detector_<name>.c
// defines a wdm_detector, detector.c lists them. A detector walks a series in order and says of each point
// whether it is too high for what came before it. Pure.
//
// The published methods know complete series of counts. What they do here with what they do not know, the
// same for all of them:
// - missing (value and limit NaN, or a number of `when` left out): judged "no value"; it enters nothing and
//   stops nothing. A window takes the last values there are in place of the last periods: k values of the
//   last 4 k periods (before the lag), else "insufficient data". Sums (CUSUM, EWMA) wait.
// - censored (value NaN, limit known): enters a baseline at HALF THE LIMIT, as in spreadsheets. That is a
//   convention of these methods only; the default detector does better. Such a point never alarms, and raises
//   no sum or average of a chart above its centre. It is judged (no alarm) when the limit itself does not
//   exceed the bound; else "no value", as nobody can tell.
// - excluded (disposal, quality control): judged, and leaves no trace, neither in a baseline nor in a sum.
// - flat: a spread of 0 makes any deviation one of 1e6 spreads, so that all figures stay finite. The
//   published methods alarm then on any rise. Rises within 1e-12 of the bound are rounding.
// Alarmed points stay in the baseline, as published (the default detector leaves them out).
#ifndef WDM_NUM_DETECTOR_H
#define WDM_NUM_DETECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

// No load is as large; squares of it can still be summed.
#define WDM_DETECTOR_VALUE_MAX 1e100

typedef struct wdm_detector_point {
    int32_t when;  // number of the period (ISO week, say), ascending; numbers that are left out are missing
    double value;  // linear scale, 0 to WDM_DETECTOR_VALUE_MAX; NaN: none
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

const char *wdm_detector_state_text(wdm_detector_state state);

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

enum { WDM_DETECTOR_PARAMETERS_MAX = 16 };

typedef struct wdm_detector {
    const char *name;    // as in alerts.csv: ears_c1
    const char *summary; // one line
    const char *source;  // publication with DOI
    const wdm_detector_parameter *parameters;
    size_t n_parameters;
    // parameters: one value for each of the table, NULL: the defaults. verdicts: n. n may be 0. WDM_E_DATA: a
    // parameter out of range, points not ascending, a value or limit that is infinite, negative or too large.
    wdm_rc (*run)(const wdm_detector_point *points, size_t n, const double *parameters,
                  wdm_detector_verdict *verdicts, wdm_err *err);
    // How many periods before a point must exist, each with a value, so that it can be judged. parameters as
    // above, in range.
    size_t (*needs)(const double *parameters);
    // points[n - 1], n >= 1, was judged "insufficient data": the first period after it that can be judged
    // when each period from then on has a value. Holes that only later periods fill make it later than it may
    // turn out to be, never earlier. points and parameters as run() takes them.
    int32_t (*works_from)(const wdm_detector_point *points, size_t n, const double *parameters);
} wdm_detector;

// All, NULL at the end.
extern const wdm_detector *const wdm_detectors[];
// NULL: no such name.
const wdm_detector *wdm_detector_find(const char *name);
// The defaults of its table; what is left of the array is 0.
void wdm_detector_defaults(const wdm_detector *detector, double parameters[WDM_DETECTOR_PARAMETERS_MAX]);
// Sets the parameter of that name. WDM_E_CONFIG, with the names and the range in the message: no such name,
// or a value that is out of range, or not whole where it must be.
wdm_rc wdm_detector_set(const wdm_detector *detector, double parameters[WDM_DETECTOR_PARAMETERS_MAX],
                        const char *name, double value, wdm_err *err) WDM_MUST_CHECK;

#endif
