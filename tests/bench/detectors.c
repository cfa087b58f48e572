// SPDX-License-Identifier: GPL-3.0-or-later
// Published detectors over one series of 520 weeks of counts with a season.
//   wdm-bench-detectors [SECONDS]      at least SECONDS of CPU for each (default 1)
// Prints one line a detector: name, microseconds a series, microseconds a judged week.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "num/detector.h"

enum { WEEKS = 520 };

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void measure(const wdm_detector *detector, const char *what, const wdm_detector_point *points,
                    const double *parameters, double seconds)
{
    static wdm_detector_verdict verdicts[WEEKS];
    const double start = cpu_seconds();
    double took = 0.0;
    long n = 0;
    int judged = 0;
    do {
        if (detector->run(points, WEEKS, parameters, verdicts, NULL) != WDM_OK)
            exit(1);
        took = cpu_seconds() - start;
        n++;
    } while (took < seconds);
    for (int i = 0; i < WEEKS; i++)
        judged += verdicts[i].state == WDM_DETECTOR_OK ? 1 : 0;
    printf("%s%s\t%.1f\t%.3f\n", detector->name, what, 1e6 * took / (double)n,
           1e6 * took / (double)n / judged);
}

int main(int argc, char **argv)
{
    static wdm_detector_point points[WEEKS];
    const double seconds = argc > 1 ? strtod(argv[1], NULL) : 1.0;
    double x = 20260105.0;
    for (int i = 0; i < WEEKS; i++) {
        x = fmod(16807.0 * x, 2147483647.0);
        points[i] =
            (wdm_detector_point){i, floor((6.0 + fabs(i % 52 - 26.0) / 4.0) * (0.4 + 1.2 * x / 2147483647.0)),
                                 (double)NAN, (double)NAN, false};
    }
    for (size_t k = 0; wdm_detectors[k] != NULL; k++)
        measure(wdm_detectors[k], "", points, NULL, seconds);
    for (size_t k = 0; wdm_detectors[k] != NULL; k++) {
        double parameters[WDM_DETECTOR_PARAMETERS_MAX];
        wdm_detector_defaults(wdm_detectors[k], parameters);
        if (wdm_detector_set(wdm_detectors[k], parameters, "levels", 1.0, NULL) == WDM_OK)
            measure(wdm_detectors[k], " levels=1", points, parameters, seconds);
    }
    return 0;
}
