// SPDX-License-Identifier: GPL-3.0-or-later
#include "num/farrington.h"

#include <math.h>

#include "base/mem.h"
#include "num/glm_quasipoisson.h"

enum { YEARS_FOR_TREND = 3 };

typedef struct fitting_room {
    wdm_glm glm;
    double *x, *y, *weights, *time;
    int *level;
} fitting_room;

static wdm_rc room_init(fitting_room *room, size_t n, wdm_err *err)
{
    const wdm_rc rc = wdm_glm_init(&room->glm, n, err);
    room->x = wdm_alloc(n, WDM_GLM_MAX_P * sizeof *room->x);
    room->y = wdm_alloc(n, sizeof *room->y);
    room->weights = wdm_alloc(n, sizeof *room->weights);
    room->level = wdm_alloc(n, sizeof *room->level);
    room->time = wdm_alloc(n, sizeof *room->time);
    if (rc != WDM_OK)
        return rc;
    if (room->x == NULL || room->y == NULL || room->weights == NULL || room->level == NULL ||
        room->time == NULL)
        return wdm_err_nomem(err);
    return WDM_OK;
}

static void room_fini(fitting_room *room)
{
    wdm_glm_fini(&room->glm);
    wdm_free(room->x);
    wdm_free(room->y);
    wdm_free(room->weights);
    wdm_free(room->level);
    wdm_free(room->time);
}

static size_t span_of(const wdm_farrington_opts *opts)
{
    return (size_t)opts->years * (size_t)opts->season + (size_t)opts->half_window;
}

static wdm_rc check(const wdm_farrington_opts *opts, const char *name, wdm_err *err)
{
    const int between = opts->season - 2 * opts->half_window - 1;
    if (between < 0 || (opts->levels > 1 && between < opts->levels - 1))
        return wdm_err_set(err, WDM_E_DATA,
                           "detector %s: a season of %d periods has no room for windows of %d and %d levels",
                           name, opts->season, 2 * opts->half_window + 1, opts->levels);
    if (opts->past_out >= opts->season - opts->half_window)
        return wdm_err_set(err, WDM_E_DATA,
                           "detector %s: the last %d periods reach into the window of the year before", name,
                           opts->past_out);
    return WDM_OK;
}

// The level of a reference `age` periods before the point: 0 in the windows, 1 .. levels - 1 between them, -1
// when it is no reference. *year: whose window it is, counted back from 1.
static int level_of(const wdm_farrington_opts *opts, int64_t age, size_t *year)
{
    const int64_t season = opts->season;
    const int64_t nearest = (age + season / 2) / season;
    const int64_t distance = age - nearest * season;
    const int64_t w = opts->half_window;
    int64_t block = 0;
    int64_t longer = 0;
    int64_t place = 0;
    *year = (size_t)nearest;
    if (age <= opts->past_out)
        return -1;
    if (distance >= -w && distance <= w)
        return 0;
    if (opts->levels == 1)
        return -1;
    // periods after the end of the older window
    place = (age / season + 1) * season - age - w - 1;
    block = (season - 2 * w - 1) / (opts->levels - 1);
    longer = (season - 2 * w - 1) % (opts->levels - 1); // so many first blocks are one period longer
    if (place < longer * (block + 1))
        return 1 + (int)(place / (block + 1));
    return 1 + (int)(longer + (place - longer * (block + 1)) / block);
}

typedef struct references {
    size_t n;
    size_t n_windows; // of these in the windows
    size_t n_years;   // with references in their windows
    double largest;
    int column[WDM_GLM_MAX_P]; // of a level in the design; 0: none
    size_t p;                  // columns without the trend
} references;

// The points that the regression is made of, oldest first. False: the series begins too late.
static bool collect(fitting_room *room, const wdm_detector_series *series, size_t at,
                    const wdm_farrington_opts *opts, references *refs)
{
    const int64_t now = series->points[at].when;
    const int64_t span = (int64_t)span_of(opts);
    size_t first = 0;
    size_t last_year = 0;
    *refs = (references){.p = 1};
    while (first < at && !wdm_detector_usable(series, first))
        first++;
    if (now - series->points[first].when < span)
        return false;
    // the oldest within the span: its periods are at most span points before
    first = at - (size_t)((int64_t)at < span ? (int64_t)at : span);
    for (size_t i = first; i < at; i++) {
        const int64_t age = now - series->points[i].when;
        size_t year = 0;
        const int level = age > span || !wdm_detector_usable(series, i) ? -1 : level_of(opts, age, &year);
        if (level < 0)
            continue;
        room->y[refs->n] = series->x[i];
        room->level[refs->n] = level;
        room->time[refs->n] = (double)-age / (double)opts->season;
        refs->largest = fmax(refs->largest, series->x[i]);
        refs->n++;
        if (level > 0 && refs->column[level] == 0)
            refs->column[level] = (int)refs->p++;
        if (level == 0 && year > 0) {
            refs->n_windows++;
            refs->n_years += year != last_year ? 1 : 0;
            last_year = year;
        }
    }
    return 2 * refs->n_windows >= (size_t)opts->years * (2 * (size_t)opts->half_window + 1);
}

// The level of the point itself has no column, and time 0 is the point: beta[0] is its log mean.
static void design(fitting_room *room, const references *refs, size_t p)
{
    for (size_t i = 0; i < refs->n; i++) {
        double *row = room->x + i * p;
        for (size_t j = 0; j < p; j++)
            row[j] = 0.0;
        row[0] = 1.0;
        if (room->level[i] > 0)
            row[refs->column[room->level[i]]] = 1.0;
        if (p > refs->p)
            row[refs->p] = room->time[i];
    }
}

// Weights that take past outbreaks out.
static void reweight(fitting_room *room, size_t n, double phi, double threshold)
{
    const wdm_glm *glm = &room->glm;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double left = 1.0 - glm->hat[i];
        const double mu = glm->mu[i];
        const double s =
            left > 1e-10 && phi > 0.0
                ? 1.5 * (pow(room->y[i], 2.0 / 3.0) * pow(mu, -1.0 / 6.0) - sqrt(mu)) / sqrt(phi * left)
                : 0.0;
        room->weights[i] = s > threshold ? 1.0 / (s * s) : 1.0;
        sum += room->weights[i];
    }
    for (size_t i = 0; i < n; i++)
        room->weights[i] *= (double)n / sum;
}

static double r_dispersion(const fitting_room *room)
{
    const wdm_glm *glm = &room->glm;
    double sum = 0.0;
    for (size_t i = 0; i < glm->n; i++) {
        const double residual = (room->y[i] - glm->mu[i]) / glm->mu[i];
        sum += room->weights[i] * residual * residual;
    }
    return sum / (double)(glm->n - glm->p);
}

// Fits with p columns, twice. False: no fit.
static bool fit(fitting_room *room, const references *refs, size_t p, const wdm_farrington_opts *opts,
                wdm_farrington *result, double *dispersion)
{
    double own[WDM_GLM_MAX_P] = {1.0};
    design(room, refs, p);
    if (!wdm_glm_fit(&room->glm, room->x, room->y, NULL, refs->n, p))
        return false;
    wdm_glm_hat(&room->glm, room->x);
    reweight(room, refs->n, fmax(room->glm.dispersion, opts->phi_min), opts->weights_threshold);
    if (!wdm_glm_fit(&room->glm, room->x, room->y, room->weights, refs->n, p))
        return false;
    *dispersion = opts->r_variance ? r_dispersion(room) : room->glm.dispersion;
    result->phi = fmax(room->glm.dispersion, opts->phi_min);
    result->mu = exp(room->glm.beta[0]);
    result->se_eta = sqrt((opts->r_variance ? *dispersion : result->phi) * wdm_glm_variance(&room->glm, own));
    result->has_trend = p > refs->p;
    return isfinite(result->mu) && isfinite(result->se_eta);
}

static bool fit_at(fitting_room *room, const wdm_detector_series *series, size_t at,
                   const wdm_farrington_opts *opts, wdm_farrington *result)
{
    references refs;
    double dispersion = 0.0;
    if (!collect(room, series, at, opts, &refs))
        return false;
    *result = (wdm_farrington){.phi = opts->phi_min, .n = refs.n};
    if (refs.largest == 0.0)
        return true;
    if (opts->trend_p > 0.0 && refs.n_years >= YEARS_FOR_TREND &&
        fit(room, &refs, refs.p + 1, opts, result, &dispersion) && result->mu <= refs.largest &&
        wdm_glm_p(&room->glm, refs.p, dispersion) < opts->trend_p)
        return true;
    return fit(room, &refs, refs.p, opts, result, &dispersion);
}

// Half of the points of the windows; parameters: years, half_window, season.
static bool enough(const wdm_detector_point *points, size_t n, int64_t now, const double *parameters)
{
    const int64_t years = (int64_t)parameters[0];
    const int64_t half_window = (int64_t)parameters[1];
    size_t found = 0;
    for (int64_t year = 1; year <= years; year++) {
        const int64_t middle = now - year * (int64_t)parameters[2];
        found += wdm_detector_count(points, n, middle - half_window, middle + half_window);
    }
    return 2 * found >= (size_t)(years * (2 * half_window + 1));
}

double wdm_farrington_bound(const wdm_farrington *fit_of, double z, double value, double *p)
{
    const double centre = pow(fit_of->mu, 2.0 / 3.0);
    const double tau = fit_of->phi + fit_of->mu * fit_of->se_eta * fit_of->se_eta;
    const double se = sqrt(4.0 / 9.0 * cbrt(fit_of->mu) * tau);
    *p = wdm_detector_p(wdm_detector_z(pow(value, 2.0 / 3.0), centre, se));
    return pow(centre + z * se, 1.5);
}

// Sum of the usable values of the last periods; the point itself counts even when excluded.
static double recent(const wdm_detector_series *series, size_t at, int periods)
{
    double sum = series->x[at];
    for (size_t i = at; i-- > 0 && (int64_t)series->points[at].when - series->points[i].when < periods;) {
        if (wdm_detector_usable(series, i))
            sum += series->x[i];
    }
    return sum;
}

static void judge(const wdm_farrington_kind *kind, const wdm_detector_series *series, size_t at,
                  const wdm_farrington *result, const wdm_farrington_opts *opts,
                  wdm_detector_verdict *verdict)
{
    const double value = series->x[at];
    wdm_detector_verdict judged = {.expected = result->mu, .statistic = (double)NAN, .n_used = result->n};
    judged.bound = kind->bound_of(result, series->parameters, value, &judged.p);
    if (recent(series, at, opts->case_periods) >= opts->cases) {
        judged.alarm = wdm_detector_above(value, judged.bound);
        judged.statistic = wdm_detector_z(value, result->mu, judged.bound - result->mu);
    } else {
        judged.bound = (double)NAN;
    }
    wdm_detector_judge(series, at, judged, verdict);
}

static wdm_rc judge_all(const wdm_farrington_kind *kind, const wdm_detector_series *series,
                        wdm_detector_verdict *verdicts, wdm_err *err)
{
    const wdm_farrington_opts opts = kind->opts_of(series->parameters);
    fitting_room room = {.x = NULL};
    wdm_farrington result = {.mu = 0.0};
    wdm_rc rc = check(&opts, kind->detector->name, err);
    if (rc == WDM_OK)
        rc = room_init(&room, series->n, err);
    for (size_t i = 0; rc == WDM_OK && i < series->n; i++) {
        if (!isnan(series->x[i]) && fit_at(&room, series, i, &opts, &result))
            judge(kind, series, i, &result, &opts, &verdicts[i]);
    }
    room_fini(&room);
    return rc;
}

wdm_rc wdm_farrington_run(const wdm_farrington_kind *kind, const wdm_detector_point *points, size_t n,
                          const double *parameters, wdm_detector_verdict *verdicts, wdm_err *err)
{
    wdm_detector_series series;
    wdm_rc rc = wdm_detector_open(&series, kind->detector, points, n, parameters, verdicts, err);
    if (rc == WDM_OK)
        rc = judge_all(kind, &series, verdicts, err);
    wdm_detector_close(&series);
    return rc;
}

static wdm_farrington_opts opts_or_default(const wdm_farrington_kind *kind, const double *parameters)
{
    double defaults[WDM_DETECTOR_PARAMETERS_MAX];
    wdm_detector_defaults(kind->detector, defaults);
    return kind->opts_of(parameters != NULL ? parameters : defaults);
}

size_t wdm_farrington_needs(const wdm_farrington_kind *kind, const double *parameters)
{
    const wdm_farrington_opts opts = opts_or_default(kind, parameters);
    return span_of(&opts);
}

int32_t wdm_farrington_works_from(const wdm_farrington_kind *kind, const wdm_detector_point *points, size_t n,
                                  const double *parameters)
{
    const wdm_farrington_opts opts = opts_or_default(kind, parameters);
    const double windows[] = {opts.years, opts.half_window, opts.season};
    return wdm_detector_works_span(points, n, span_of(&opts), enough, windows);
}
