// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by the tests of the published detectors: one series, its verdicts, and running a detector over it.
#ifndef WDM_TEST_NUM_DETECTORTEST_H
#define WDM_TEST_NUM_DETECTORTEST_H

#include "num/detector.h"
#include "numtest.h"

enum { MAX = 420, ROOM = 900 };

static wdm_detector_point points[ROOM];
static wdm_detector_verdict verdicts[ROOM];

static inline void put(size_t i, double value)
{
    points[i] = (wdm_detector_point){(int32_t)i, value, (double)NAN, 0.1, false};
}

static inline const wdm_detector *found(const char *name, double parameters[WDM_DETECTOR_PARAMETERS_MAX])
{
    const wdm_detector *detector = wdm_detector_find(name);
    assert_non_null(detector);
    wdm_detector_defaults(detector, parameters);
    return detector;
}

static inline void set(const wdm_detector *detector, double *parameters, const char *name, double value)
{
    assert_int_equal(wdm_detector_set(detector, parameters, name, value, NULL), WDM_OK);
}

static inline void run(const wdm_detector *detector, const double *parameters, size_t n)
{
    wdm_err err = {0};
    const wdm_rc rc = detector->run(points, n, parameters, verdicts, &err);
    if (rc != WDM_OK)
        print_error("%s\n", err.text);
    assert_int_equal(rc, WDM_OK);
}

#endif
