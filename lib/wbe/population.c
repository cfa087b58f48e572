// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/population.h"

#include <math.h>

#include "wbe/flow_check.h"
#include "wbe/lognormal.h"
#include "wbe/units.h"

// mg of cotinine excreted for one cigarette, as the rule has it.
#define COTININE_MG_PER_CIGARETTE 0.14
#define Z975 1.959963984540054
// Weights of markers add up to 1 but for rounding: what is left of a flow below this is nothing.
#define NOTHING 1e-12
enum { SOURCES_MAX = 64 };

static bool positive(double x)
{
    return isfinite(x) && x > 0.0;
}

static bool is_share(double x)
{
    return positive(x) && x <= 1.0;
}

double wdm_population_of_marker(double marker_load_mg_d, double per_capita_mg_d)
{
    return positive(marker_load_mg_d) && positive(per_capita_mg_d) ? marker_load_mg_d / per_capita_mg_d
                                                                   : (double)NAN;
}

double wdm_population_of_sample(double conc_ng_l, double flow_m3_d, double domestic_share,
                                double per_capita_mg_d)
{
    if (!positive(conc_ng_l) || !positive(flow_m3_d) || !is_share(domestic_share))
        return (double)NAN;
    return wdm_population_of_marker(wdm_load_mg_d(conc_ng_l, flow_m3_d) * domestic_share, per_capita_mg_d);
}

double wdm_cotinine_excretion_mg_d_1000(double cigarettes_person_day)
{
    return positive(cigarettes_person_day) ? cigarettes_person_day * COTININE_MG_PER_CIGARETTE * 1000.0
                                           : (double)NAN;
}

double wdm_cotinine_population(double cotinine_ng_l, double flow_m3_d, double domestic_share,
                               double excretion_mg_d_1000)
{
    return wdm_population_of_sample(cotinine_ng_l, flow_m3_d, domestic_share, excretion_mg_d_1000 / 1000.0);
}

double wdm_cotinine_normalised_load(double conc_ng_l, double cotinine_ng_l, double domestic_share,
                                    double excretion_mg_d_1000)
{
    if (!isfinite(conc_ng_l) || conc_ng_l < 0.0 || !positive(cotinine_ng_l) || !is_share(domestic_share) ||
        !positive(excretion_mg_d_1000))
        return (double)NAN;
    return conc_ng_l / cotinine_ng_l * excretion_mg_d_1000 / domestic_share;
}

double wdm_population_log_var(const wdm_population_value *v)
{
    double var = wdm_log_var_of_u(v->u_shared);
    if (v->marker)
        var += wdm_log_var_of_u(v->u_analysis) + wdm_log_var_of_u(v->u_batch) +
               wdm_log_var_of_u(v->u_sampling) + wdm_log_var_of_u(v->u_flow) +
               wdm_log_var_of_u(v->u_flow_bias);
    return var;
}

// An error that values with equal keys share.
typedef struct error_part {
    double size; // weight x u, or weight x sigma
    int64_t key; // 0: shared with none
} error_part;

// Sum of squares of the sums by key, of the parts from first on whose key is not `skip` (0: none is left
// out).
static double grouped_squares(const error_part *parts, size_t n, int64_t skip)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        double group = parts[i].size;
        bool seen = parts[i].key != 0 && parts[i].key == skip;
        for (size_t j = 0; j < n && parts[i].key != 0 && !seen; j++) {
            if (j != i && parts[j].key == parts[i].key) {
                seen = j < i; // the group was summed at its first part
                group += parts[j].size;
            }
        }
        sum += seen ? 0.0 : group * group;
    }
    return sum;
}

static double or_zero(double u)
{
    return u > 0.0 ? u : 0.0;
}

// ---- several samples of one marker on one day

static double mean_u(const wdm_population_value *values, const double *shares, size_t n,
                     error_part (*part)(const wdm_population_value *))
{
    error_part parts[WDM_POPULATION_VALUES_MAX];
    for (size_t i = 0; i < n; i++) {
        parts[i] = part(&values[i]);
        parts[i].size = shares[i] * or_zero(parts[i].size);
    }
    return sqrt(grouped_squares(parts, n, 0));
}

static error_part analysis_of(const wdm_population_value *v)
{
    return (error_part){v->u_analysis, 0};
}

static error_part batch_of(const wdm_population_value *v)
{
    return (error_part){v->u_batch, v->batch_key};
}

static error_part sampling_of(const wdm_population_value *v)
{
    return (error_part){v->u_sampling, v->sample_key};
}

static error_part flow_of(const wdm_population_value *v)
{
    return (error_part){v->u_flow, v->flow_key};
}

wdm_population_value wdm_population_mean(const wdm_population_value *values, size_t n)
{
    double shares[WDM_POPULATION_VALUES_MAX];
    double sum = 0.0;
    wdm_population_value mean = values[0];
    n = n < WDM_POPULATION_VALUES_MAX ? n : WDM_POPULATION_VALUES_MAX;
    for (size_t i = 0; i < n; i++)
        sum += values[i].persons;
    for (size_t i = 0; i < n; i++) {
        shares[i] = values[i].persons / sum;
        mean.batch_key = values[i].batch_key == mean.batch_key ? mean.batch_key : 0;
        mean.sample_key = values[i].sample_key == mean.sample_key ? mean.sample_key : 0;
        mean.flow_key = values[i].flow_key == mean.flow_key ? mean.flow_key : 0;
    }
    mean.persons = sum / (double)n;
    mean.u_analysis = mean_u(values, shares, n, analysis_of);
    mean.u_batch = mean_u(values, shares, n, batch_of);
    mean.u_sampling = mean_u(values, shares, n, sampling_of);
    mean.u_flow = mean_u(values, shares, n, flow_of);
    return mean;
}

// ---- estimates put together

void wdm_population_weights(const wdm_population_value *values, size_t n, double *weights)
{
    bool stated = false;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        stated = stated || values[i].u_shared > 0.0;
    for (size_t i = 0; i < n; i++) {
        weights[i] = stated ? 0.0 : 1.0;
        if (values[i].u_shared > 0.0)
            weights[i] = 1.0 / wdm_population_log_var(&values[i]);
        sum += weights[i];
    }
    for (size_t i = 0; i < n; i++)
        weights[i] /= sum;
}

// exp(sum of w ln P); of one method alone to the last digit.
static double persons_of(const wdm_population_value *values, const double *weights, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (weights[i] == 1.0)
            return values[i].persons;
        sum += weights[i] > 0.0 ? weights[i] * log(values[i].persons) : 0.0;
    }
    return exp(sum);
}

// One key for the batches of all markers that count: theirs when there is one, else one of the combination.
static int64_t batches_key(const wdm_population_value *values, const double *weights, size_t n)
{
    uint64_t key = 0;
    for (size_t i = 0; i < n; i++) {
        if (values[i].marker && weights[i] > 0.0 && values[i].u_batch > 0.0)
            key = key == 0 ? (uint64_t)values[i].batch_key
                           : key * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)values[i].batch_key;
    }
    return (int64_t)(key >> 1);
}

static double kept(double keep)
{
    return keep > NOTHING ? keep : 0.0;
}

wdm_population_use wdm_population_combine(const wdm_population_value *values, const double *weights, size_t n,
                                          int64_t sample_key, int64_t flow_key)
{
    error_part shared[WDM_POPULATION_VALUES_MAX];
    error_part sampling[WDM_POPULATION_VALUES_MAX];
    error_part flow[WDM_POPULATION_VALUES_MAX];
    error_part batch[WDM_POPULATION_VALUES_MAX];
    wdm_population_use use = {.keep_sampling = 1.0, .keep_flow = 1.0, .keep_flow_bias = 1.0};
    double analysis = 0.0;
    n = n < WDM_POPULATION_VALUES_MAX ? n : WDM_POPULATION_VALUES_MAX;
    for (size_t i = 0; i < n; i++) {
        const wdm_population_value *v = &values[i];
        const double w = weights[i];
        const double marker = v->marker ? w : 0.0;
        shared[i] = (error_part){w * wdm_sigma_of_u(v->u_shared), v->shared_key};
        sampling[i] = (error_part){marker * wdm_sigma_of_u(v->u_sampling), v->sample_key};
        flow[i] = (error_part){marker * wdm_sigma_of_u(v->u_flow), v->flow_key};
        batch[i] = (error_part){marker * wdm_sigma_of_u(v->u_batch), v->batch_key};
        analysis += marker * marker * wdm_log_var_of_u(v->u_analysis);
        use.marker_weight += marker;
        use.keep_sampling -= v->sample_key != 0 && v->sample_key == sample_key ? marker : 0.0;
        use.keep_flow -= v->flow_key != 0 && v->flow_key == flow_key ? marker : 0.0;
    }
    use.persons = persons_of(values, weights, n);
    use.keep_sampling = kept(use.keep_sampling);
    use.keep_flow = kept(use.keep_flow);
    use.keep_flow_bias = kept(1.0 - use.marker_weight);
    use.u_random = wdm_u_of_sigma(
        sqrt(analysis + grouped_squares(sampling, n, sample_key) + grouped_squares(flow, n, flow_key)));
    use.u_batch = wdm_u_of_sigma(sqrt(grouped_squares(batch, n, 0)));
    use.batch_key = batches_key(values, weights, n);
    use.u_shared = wdm_u_of_sigma(sqrt(grouped_squares(shared, n, 0)));
    return use;
}

double wdm_population_keep(double u_rel, double keep)
{
    if (keep == 0.0)
        return 0.0;
    return keep == 1.0 || isnan(u_rel) ? u_rel : wdm_u_of_sigma(keep * wdm_sigma_of_u(u_rel));
}

static wdm_population_interval interval(double persons, double var_random, double var_shared)
{
    const double half_width = exp(Z975 * sqrt(var_random + var_shared));
    return (wdm_population_interval){.persons = persons,
                                     .lo95 = persons / half_width,
                                     .hi95 = persons * half_width,
                                     .rsd = wdm_u_of_sigma(sqrt(var_random + var_shared)),
                                     .u_random = wdm_u_of_sigma(sqrt(var_random)),
                                     .u_shared = wdm_u_of_sigma(sqrt(var_shared))};
}

// Weight x sigma of the flow meter's bias, which all markers of a site share.
static double bias_of(const wdm_population_value *values, const double *weights, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += values[i].marker ? weights[i] * wdm_sigma_of_u(values[i].u_flow_bias) : 0.0;
    return sum;
}

wdm_population_interval wdm_population_interval_of(const wdm_population_value *values, const double *weights,
                                                   size_t n)
{
    const wdm_population_use use = wdm_population_combine(values, weights, n, 0, 0);
    const double bias = bias_of(values, weights, n);
    return interval(use.persons, wdm_log_var_of_u(use.u_random) + wdm_log_var_of_u(use.u_batch),
                    wdm_log_var_of_u(use.u_shared) + bias * bias);
}

// ---- periods

// Errors that days share, by key. When the list is full the rest counts as independent.
typedef struct error_sum {
    error_part parts[SOURCES_MAX];
    size_t n;
    double rest;
} error_sum;

static void add_error(error_sum *sum, double size, int64_t key)
{
    for (size_t i = 0; i < sum->n && key != 0; i++) {
        if (sum->parts[i].key == key) {
            sum->parts[i].size += size;
            return;
        }
    }
    if (key == 0 || sum->n == SOURCES_MAX)
        sum->rest += size * size;
    else
        sum->parts[sum->n++] = (error_part){size, key};
}

static double variance_of(const error_sum *sum)
{
    double var = sum->rest;
    for (size_t i = 0; i < sum->n; i++)
        var += sum->parts[i].size * sum->parts[i].size;
    return var;
}

static void add_shared(error_sum *sum, const wdm_population_day *day, double share)
{
    for (size_t k = 0; k < day->n; k++) {
        if (day->weights[k] > 0.0)
            add_error(sum, share * day->weights[k] * wdm_sigma_of_u(day->values[k].u_shared),
                      day->values[k].shared_key);
    }
}

wdm_population_interval wdm_population_period(const wdm_population_day *days, size_t n)
{
    error_sum shared = {.n = 0};
    error_sum batch = {.n = 0};
    double sum = 0.0;
    double random = 0.0;
    double bias = 0.0;
    for (size_t d = 0; d < n; d++)
        sum += persons_of(days[d].values, days[d].weights, days[d].n);
    for (size_t d = 0; d < n; d++) {
        const wdm_population_day *day = &days[d];
        const wdm_population_use use = wdm_population_combine(day->values, day->weights, day->n, 0, 0);
        const double share = use.persons / sum;
        random += share * share * wdm_log_var_of_u(use.u_random);
        add_error(&batch, share * wdm_sigma_of_u(use.u_batch), use.batch_key);
        add_shared(&shared, day, share);
        bias += share * bias_of(day->values, day->weights, day->n);
    }
    return interval(sum / (double)n, random + variance_of(&batch), variance_of(&shared) + bias * bias);
}

// Log variance of what a day shares with others.
static double shared_var(const wdm_population_day *day, double keep, double var_bias)
{
    double var = keep * keep * var_bias;
    for (size_t k = 0; k < day->n; k++)
        var += day->weights[k] * day->weights[k] * wdm_log_var_of_u(day->values[k].u_shared);
    return var;
}

wdm_shared_u wdm_population_shared(const wdm_population_day *days, size_t n, double u_flow_bias,
                                   double *median)
{
    const double var_bias = wdm_log_var_of_u(u_flow_bias);
    error_sum shared = {.n = 0};
    double keep = 0.0;
    double mean = 0.0;
    double shares = 0.0;
    for (size_t d = 0; d < n; d++) {
        double left = 1.0;
        for (size_t k = 0; k < days[d].n; k++)
            left -= days[d].values[k].marker ? days[d].weights[k] : 0.0;
        left = kept(left);
        keep += days[d].share * left;
        shares += days[d].share;
        mean += days[d].share * exp(shared_var(&days[d], left, var_bias) / 2.0);
        add_shared(&shared, &days[d], days[d].share);
    }
    keep = kept(keep);
    const double var = variance_of(&shared);
    if (median != NULL)
        *median = mean / shares * exp(-(var + keep * keep * var_bias) / 2.0);
    return (wdm_shared_u){.u_flow_bias = wdm_population_keep(u_flow_bias, keep),
                          .u_population = wdm_u_of_sigma(sqrt(var))};
}

bool wdm_population_disagree(const wdm_population_value *a, const wdm_population_value *b, double low,
                             double high)
{
    if (a->marker != b->marker)
        return a->marker ? wdm_disagree(a->persons, b->persons, low, high)
                         : wdm_disagree(b->persons, a->persons, low, high);
    return wdm_disagree(fmax(a->persons, b->persons), fmin(a->persons, b->persons), low, high);
}
