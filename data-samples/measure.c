// SPDX-License-Identifier: GPL-3.0-or-later
// From the truth to what is read: dilution, batch bias, noise of sampling, analysis and flow meter.
#include <math.h>
#include <stdio.h>

#include "samples.h"

enum { KEY_MAX = 128 };
#define KEY(text, ...) (void)snprintf(text, sizeof(text), __VA_ARGS__)

bool samples_is_sampled(int site, wdm_day day)
{
    const unsigned bit = 1U << (unsigned)(wdm_weekday(day) - 1);
    if (site == HK_LT && samples_week_of(day) == WEEK_N - 12) // typhoon
        return false;
    return (samples_sites[site].day_mask & bit) != 0;
}

int samples_lab_of(int site, wdm_day day)
{
    wdm_day change = 0;
    if (site == HK_CL && wdm_day_parse("2026-06-01", &change) && day >= change)
        return 1;
    return samples_sites[site].lab;
}

double samples_flow_read(uint64_t seed, int site, wdm_day day)
{
    char key[KEY_MAX];
    KEY(key, "flow-noise/%s/%d", samples_sites[site].id, (int)day);
    return samples_flow(seed, site, day) /
           (samples_flow_bias(seed, site) * samples_lognormal(seed, samples_sites[site].flow_u_rel, key));
}

double samples_batch_bias(uint64_t seed, int lab, int marker, int week)
{
    const samples_marker *m = &samples_markers[marker];
    char key[KEY_MAX];
    KEY(key, "batch/%s/%s/%d", samples_labs[lab].id, m->id, week);
    return samples_lognormal(seed, m->u_batch * samples_labs[lab].u_factor, key);
}

double samples_conc(uint64_t seed, int site, int marker, wdm_day day)
{
    // N = C Q / P with N in mg/d/1000, C in ng/L, Q in m3/d
    return samples_load(seed, site, marker, day) * samples_population(seed, site) /
           samples_flow(seed, site, day);
}

double samples_conc_read(uint64_t seed, int site, int marker, wdm_day day, const char *type)
{
    const samples_marker *m = &samples_markers[marker];
    const int lab = samples_lab_of(site, day);
    char sample_key[KEY_MAX];
    char analysis_key[KEY_MAX];
    KEY(sample_key, "sampling/%s/%d", samples_sites[site].id, (int)day);
    KEY(analysis_key, "analysis/%s/%s/%s/%d", type, samples_sites[site].id, m->id, (int)day);
    return samples_conc(seed, site, marker, day) *
           samples_batch_bias(seed, lab, marker, samples_week_of(day)) *
           samples_lognormal(seed, samples_sampling_u_rel, sample_key) *
           samples_lognormal(seed, m->u_random * samples_labs[lab].u_factor, analysis_key);
}

void samples_put_number(wdm_buf *buf, double value, int digits)
{
    const double scale = pow(10.0, digits - 1 - (int)floor(log10(value)));
    const double rounded = round(value * scale) / scale;
    const int decimals = digits - 1 - (int)floor(log10(rounded) + 1e-12);
    wdm_buf_printf(buf, "%.*f", decimals > 0 ? decimals : 0, rounded);
}
