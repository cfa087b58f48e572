// SPDX-License-Identifier: GPL-3.0-or-later
// Detectors on the same series: tuned to one false alarm a series-year, then measured.
#ifndef WDM_VALIDATION_CONTEST_H
#define WDM_VALIDATION_CONTEST_H

#include "series.h"

typedef struct contender {
    const char *label;
    const char *detector; // NULL: the default
    const char *tuned;    // parameter; NULL with the default: p
    double strict, loose; // ends of the tuned parameter
    struct {
        const char *name;
        double value;
    } set[6];  // other parameters that are not as published, as loads need it
    int share; // every so-manieth series only: slow methods
} contender;

enum { CONTENDERS_N = 9 };
extern const contender contenders[CONTENDERS_N]; // the default is the first

typedef struct calm_count {
    double alarms_per_year; // per series-year
    double in_alarm;        // share of the weeks in an episode
} calm_count;

typedef struct event_count {
    double mean_delay; // weeks, 1: in the event's first week; not found within 26: 26
    double within_4;   // share told by the fourth week
} event_count;

// One in every contender->share of the series, in as many threads as the machine has cores; their number
// does not show in the results. threshold: of the tuned parameter. A failure ends the program with 70.
calm_count contest_calm(const contender *who, double threshold, const series *all, int n);
event_count contest_event(const contender *who, double threshold, series_event event, const series *all,
                          int n);
// The threshold with one false alarm a year.
double contest_tune(const contender *who, const series *all, int n);
// The default as it is shipped, its lowest level at p and least effect in %: alarms over what p says, in
// weeks first .. last - 1 of series that begin at `begin`.
double contest_nominal(double p, double effect_pct, const series *all, int n, int begin, int first, int last);

#endif
