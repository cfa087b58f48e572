// SPDX-License-Identifier: GPL-3.0-or-later
// The truth: eight invented sites, twelve drugs, and what happens to them in 52 weeks. Nothing here describes
// a real place.
#include <math.h>
#include <stdio.h>

#include "base/rng.h"
#include "samples.h"

enum { EVERY_DAY = 0x7f, MON_WED_SAT = 0x25 };

const samples_site samples_sites[SITE_N] = {
    {"HK-BSM", "Baishamen", "白沙门", "HN-HK-ML", "plant", "", 20.08, 110.33, 6, 310000, 0.12, "census",
     225000, 0.06, 0.06, 0, EVERY_DAY, 0},
    {"HK-CL", "Changliu", "长流", "HN-HK-XY", "plant", "", 20.03, 110.19, 5, 96000, 0.15, "census", 38000,
     0.08, 0.08, 0, EVERY_DAY, 0},
    {"HK-LT", "Longtang", "龙塘", "HN-HK-QS", "plant", "", 19.88, 110.41, 4, 58000, 0.15, "register", 21500,
     0.08, 0.08, 0, EVERY_DAY, 0},
    {"HK-GLY", "Guilinyang", "桂林洋", "HN-HK-ML", "plant", "", 20.00, 110.47, 5, 52000, 0.20, "plant design",
     19000, 0.10, 0.10, 0, MON_WED_SAT, 0},
    {"HK-JD", "Jiangdong", "江东", "HN-HK-ML", "plant", "", 19.97, 110.43, 4, 44000, 0.15, "register", 15500,
     0.08, 0.08, 0, EVERY_DAY, 0},
    {"HK-YL", "Yunlong", "云龙", "HN-HK-QS", "plant", "", 19.87, 110.50, 3, 40000, 0.15, "register", 14000,
     0.10, 0.10, 0, MON_WED_SAT, 0},
    {"HK-SZL", "Shiziling", "狮子岭", "HN-HK-XY", "plant", "", 19.93, 110.24, 3, 40000, 0.20, "plant design",
     16000, 0.10, 0.10, 0.35, MON_WED_SAT, 1},
    {"HK-DC", "Dingcun pump station", "丁村泵站", "HN-HK-ML", "pump_station", "HK-BSM", 20.02, 110.36, 2,
     62000, 0.20, "register", 24000, 0.10, 0.10, 0, MON_WED_SAT, 1},
};

// Weekend ratios: medians of 14 years of European data (docs/METHODS.md); the rest is invented.
const samples_drug samples_drugs[DRUG_N] = {
    {"cocaine", 1.2, 0.20, 0.12, 0.17, 1.31},          {"mdma", 5.0, 0.30, 0.15, 0.40, 1.96},
    {"methamphetamine", 60.0, 0.30, 0.08, 0.10, 1.04}, {"amphetamine", 1.5, 0.20, 0.10, 0.12, 1.10},
    {"cannabis", 400.0, 0.30, 0.10, 0.12, 0.97},       {"heroin", 40.0, 0.35, 0.10, 0.15, 1.00},
    {"ketamine", 25.0, 0.35, 0.12, 0.20, 1.18},        {"etomidate", 12.0, 0.40, 0.12, 0.20, 1.10},
    {"methadone", 6.0, 0.30, 0.06, 0.08, 1.00},        {"tramadol", 60.0, 0.20, 0.06, 0.10, 0.95},
    {"codeine", 15.0, 0.20, 0.10, 0.12, 1.00},         {"nicotine", 1400.0, 0.10, 0.04, 0.06, 1.02},
};

// Fractions: support and mode of config/excretion.csv. Limits and uncertainties of the laboratories are
// invented.
const samples_marker samples_markers[MARKER_N] = {
    {"benzoylecgonine",
     COCAINE,
     289.331 / 303.358,
     0.25,
     0.292,
     0.45,
     0.26,
     -1,
     0,
     0,
     {0.3, 0.6},
     {1, 2},
     0.08,
     0.06},
    {"cocaine", COCAINE, 1, 0, 0, 0, 0, M_BE, 0.27, 0.10, {0.1, 0.6}, {0.3, 2}, 0.08, 0.06},
    {"mdma", MDMA, 1, 0.15, 0.225, 0.30, 0, -1, 0, 0, {0.3, 0.9}, {1, 3}, 0.08, 0.06},
    {"methamphetamine", METHAMPHETAMINE, 1, 0.35, 0.41, 0.45, 0, -1, 0, 0, {0.6, 1.5}, {2, 5}, 0.07, 0.05},
    {"amphetamine", AMPHETAMINE, 1, 0.30, 0.361, 0.40, 0, M_METH, 0.09, 0.41, {0.6, 1.5}, {2, 5}, 0.08, 0.06},
    {"thc-cooh",
     CANNABIS,
     344.451 / 314.469,
     0.0045,
     0.005,
     0.006,
     0,
     -1,
     0,
     0,
     {1.5, 3},
     {5, 10},
     0.12,
     0.10},
    {"6-mam", HEROIN, 327.380 / 369.417, 0.005, 0.013, 0.020, 0, -1, 0, 0, {0.3, 0.8}, {1, 2.5}, 0.12, 0.08},
    {"morphine",
     HEROIN,
     285.343 / 369.417,
     0.30,
     0.42,
     0.50,
     0,
     M_CODEINE,
     0.12,
     0.30,
     {1, 2.5},
     {3, 8},
     0.08,
     0.06},
    {"ketamine", KETAMINE, 1, 0.02, 0.20, 0.30, 0, -1, 0, 0, {0.3, 0.9}, {1, 3}, 0.08, 0.06},
    {"norketamine",
     KETAMINE,
     223.700 / 237.727,
     0.016,
     0.02,
     0.05,
     0,
     -1,
     0,
     0,
     {0.2, 0.5},
     {0.5, 1.5},
     0.10,
     0.08},
    {"etomidate-acid",
     ETOMIDATE,
     216.240 / 244.294,
     0.40,
     0.60,
     0.80,
     0,
     -1,
     0,
     0,
     {0.6, 1.5},
     {2, 5},
     0.10,
     0.08},
    {"etomidate", ETOMIDATE, 1, 0, 0, 0, 0, M_ETO_ACID, 0.03, 0.30, {0.2, 0.5}, {0.6, 1.5}, 0.10, 0.08},
    {"eddp", METHADONE, 277.411 / 309.453, 0.03, 0.25, 0.28, 0, -1, 0, 0, {0.2, 0.5}, {0.5, 1.5}, 0.08, 0.06},
    {"tramadol", TRAMADOL, 1, 0.25, 0.30, 0.35, 0, -1, 0, 0, {0.6, 1.5}, {2, 5}, 0.07, 0.05},
    {"codeine", CODEINE, 1, 0.30, 0.638, 0.70, 0, -1, 0, 0, {0.6, 1.5}, {2, 5}, 0.08, 0.06},
    {"cotinine", NICOTINE, 176.219 / 162.236, 0.25, 0.30, 0.35, 0, -1, 0, 0, {3, 10}, {10, 30}, 0.06, 0.05},
};

const samples_lab samples_labs[LAB_N] = {{"lab-a", "m1", 1.0}, {"lab-b", "m2", 1.25}};
const double samples_sampling_u_rel = 0.10;

#define NONE ((double)NAN)
const samples_event samples_events[EVENT_N] = {
    {"lab-change", "lab_change", HK_CL, -1, -1, "2026-06-01", "", NONE,
     "samples go to lab-b instead of lab-a"},
    {"meth-step", "step", HK_BSM, METHAMPHETAMINE, -1, "2026-10-26", "2026-11-22", 2.2,
     "consumption in the last 4 weeks"},
    {"eto-ramp", "ramp", HK_JD, ETOMIDATE, -1, "2026-08-31", "2026-11-22", 2.0,
     "week k of 12: consumption x 2^(k/12)"},
    {"eto-first", "first", HK_YL, ETOMIDATE, -1, "2026-09-28", "", NONE,
     "no consumption at all before this week"},
    {"mdma-disposal", "disposal", HK_LT, MDMA, M_MDMA, "2026-04-29", "2026-04-29", 15.0,
     "load of that day; not consumption"},
    {"cocaine-disposal", "disposal", HK_JD, COCAINE, M_COCAINE, "2026-09-16", "2026-09-16", 60.0,
     "load of the parent that day, benzoylecgonine as usual; not consumption"},
    {"typhoon", "missing", HK_LT, -1, -1, "2026-08-31", "2026-09-06", NONE, "no sampling: 台风停采"},
    {"late-flow", "late_flow", -1, -1, -1, "2026-07-20", "2026-07-26", NONE,
     "lab-a: flow only in field/2026-W30-flow.csv"},
    {"reissue", "correction", -1, -1, -1, "2026-05-11", "2026-05-17", NONE,
     "batches/2026-W20-lab-a.csv has 3 wrong values, corrected/2026-W20-lab-a.csv is right"},
    {"no-thc", "not_analysed", -1, CANNABIS, M_THC_COOH, "2026-03-16", "2026-03-22", NONE,
     "lab-b: NA, standard ran out"},
    {"hospital", "hospital", HK_SZL, ETOMIDATE, -1, "2025-11-24", "", NONE,
     "hospital share 0.35; more on weekdays"},
    {"amphetamine-use", "level", HK_GLY, AMPHETAMINE, -1, "2025-11-24", "", 12.0,
     "the one site with amphetamine use of its own"},
    {"campaign", "campaign", -1, -1, -1, "2026-07-01", "2026-08-31", 1.0, "a campaign without any effect"},
};

typedef struct site_level {
    int site, drug;
    double factor;
} site_level;
static const site_level fixed_levels[] = {{HK_BSM, METHAMPHETAMINE, 1.488},
                                          {HK_GLY, AMPHETAMINE, 12.0},
                                          {HK_BSM, COCAINE, 3.0},
                                          {HK_CL, COCAINE, 3.0},
                                          {HK_LT, COCAINE, 2.0},
                                          {HK_JD, ETOMIDATE, 1.0},
                                          {HK_YL, ETOMIDATE, 1.5},
                                          {HK_SZL, ETOMIDATE, 1.6}};

enum { KEY_MAX = 96 };
#define KEY(text, ...) (void)snprintf(text, sizeof(text), __VA_ARGS__)

wdm_day samples_monday(int week)
{
    return wdm_day_of_isoweek((wdm_isoweek){2025, 48}, 1) + 7 * week;
}

int samples_week_of(wdm_day day)
{
    return (int)((day - samples_monday(0)) / 7);
}

double samples_lognormal(uint64_t seed, double u_rel, const char *key)
{
    wdm_rng rng = {{0}};
    wdm_rng_init(&rng, seed, key);
    return exp(sqrt(log1p(u_rel * u_rel)) * wdm_rng_normal(&rng));
}

// Standard normal quantile by halving; erfc keeps the tails exact enough.
static double normal_quantile(double p)
{
    double low = -9.0;
    double high = 9.0;
    for (int i = 0; i < 60; i++) {
        const double z = 0.5 * (low + high);
        if (0.5 * erfc(-z * sqrt(0.5)) < p)
            low = z;
        else
            high = z;
    }
    return 0.5 * (low + high);
}

static double site_uniform(uint64_t seed, const char *what, int site)
{
    wdm_rng rng = {{0}};
    char key[KEY_MAX];
    KEY(key, "%.40s/%.40s", what, samples_sites[site].id);
    wdm_rng_init(&rng, seed, key);
    return wdm_rng_uniform(&rng);
}

// Lognormal as above, stratified: each of the SITE_N equally likely parts of the distribution falls to one
// site. Every site's value still has exactly the stated distribution; eight sites are too few to leave their
// spread to luck.
static double stratified(uint64_t seed, const char *what, double u_rel, int site)
{
    const double own = site_uniform(seed, what, site);
    char inside[KEY_MAX];
    int rank = 0;
    for (int other = 0; other < SITE_N; other++)
        rank += site_uniform(seed, what, other) < own ? 1 : 0;
    KEY(inside, "%s-inside", what);
    return exp(sqrt(log1p(u_rel * u_rel)) *
               normal_quantile(((double)rank + site_uniform(seed, inside, site)) / (double)SITE_N));
}

double samples_population(uint64_t seed, int site)
{
    return samples_sites[site].population *
           stratified(seed, "population", samples_sites[site].population_u_rel, site);
}

double samples_flow_bias(uint64_t seed, int site)
{
    return stratified(seed, "flow-bias", samples_sites[site].flow_bias_u_rel, site);
}

// Inverse of the triangular distribution function.
static double triangular(double low, double mode, double high, double p)
{
    const double split = (mode - low) / (high - low);
    if (p < split)
        return low + sqrt(p * (high - low) * (mode - low));
    return high - sqrt((1.0 - p) * (high - low) * (high - mode));
}

double samples_excretion(uint64_t seed, int marker)
{
    const samples_marker *m = &samples_markers[marker];
    wdm_rng rng = {{0}};
    char key[KEY_MAX];
    KEY(key, "excretion/%s", m->id);
    if (m->u_rel > 0.0)
        return m->mode * samples_lognormal(seed, m->u_rel, key);
    wdm_rng_init(&rng, seed, key);
    return m->low > 0.0 ? triangular(m->low, m->mode, m->high, wdm_rng_uniform(&rng)) : 0.0;
}

double samples_ratio(uint64_t seed, int marker)
{
    char key[KEY_MAX];
    KEY(key, "ratio/%s", samples_markers[marker].id);
    return samples_markers[marker].ratio * samples_lognormal(seed, samples_markers[marker].ratio_u_rel, key);
}

// Mean of the week 1, mean of Fri-Mon over mean of Tue-Thu = weekend, most on Saturday and Sunday.
static double weekday_pattern(double weekend, int weekday)
{
    static const double shape[7] = {0.4, 0.0, 0.0, 0.0, 0.8, 1.5, 1.3};
    return (1.0 + (weekend - 1.0) * shape[weekday - 1]) * 7.0 / (3.0 + 4.0 * weekend);
}

static double site_factor(uint64_t seed, int site, int drug)
{
    char key[KEY_MAX];
    for (size_t i = 0; i < sizeof fixed_levels / sizeof fixed_levels[0]; i++) {
        if (fixed_levels[i].site == site && fixed_levels[i].drug == drug)
            return fixed_levels[i].factor;
    }
    KEY(key, "level/%s/%s", samples_sites[site].id, samples_drugs[drug].id);
    return samples_lognormal(seed, samples_drugs[drug].site_sd, key);
}

static double event_factor(int site, int drug, int week)
{
    if (site == HK_BSM && drug == METHAMPHETAMINE && week >= WEEK_N - 4)
        return 2.2;
    if (site == HK_JD && drug == ETOMIDATE && week >= WEEK_N - 12)
        return exp2((double)(week - (WEEK_N - 13)) / 12.0);
    if (site == HK_YL && drug == ETOMIDATE && week < WEEK_N - 8)
        return 0.0;
    return 1.0;
}

double samples_consumption(uint64_t seed, int site, int drug, wdm_day day)
{
    const samples_drug *d = &samples_drugs[drug];
    const int week = samples_week_of(day);
    const double weekend =
        site == HK_SZL && drug == ETOMIDATE ? 0.6 : d->weekend; // operations are on weekdays
    char week_key[KEY_MAX];
    char day_key[KEY_MAX];
    KEY(week_key, "week/%s/%s/%d", samples_sites[site].id, d->id, week);
    KEY(day_key, "day/%s/%s/%d", samples_sites[site].id, d->id, (int)day);
    return d->consumption * site_factor(seed, site, drug) * event_factor(site, drug, week) *
           weekday_pattern(weekend, wdm_weekday(day)) * samples_lognormal(seed, d->week_sd, week_key) *
           samples_lognormal(seed, d->day_sd, day_key);
}

double samples_load_net(uint64_t seed, int site, int marker, wdm_day day)
{
    const samples_marker *m = &samples_markers[marker];
    return samples_consumption(seed, site, m->drug, day) * samples_excretion(seed, marker) * m->mass_ratio;
}

double samples_load(uint64_t seed, int site, int marker, wdm_day day)
{
    const samples_marker *m = &samples_markers[marker];
    double load = samples_load_net(seed, site, marker, day);
    if (m->from >= 0)
        load += samples_ratio(seed, marker) * samples_load_net(seed, site, m->from, day);
    for (int e = 0; e < EVENT_N; e++) {
        const samples_event *event = &samples_events[e];
        wdm_day when = 0;
        if (event->site == site && event->marker == marker && wdm_day_parse(event->starts, &when) &&
            when == day)
            load *= event->factor;
    }
    return load;
}

// The same rain falls on all sites; May to October is the wet season.
double samples_rain_mm(uint64_t seed, wdm_day day)
{
    const int month = wdm_civil_of_day(day).month;
    const double chance = month >= 5 && month <= 10 ? 0.35 : 0.12;
    wdm_rng rng = {{0}};
    char key[KEY_MAX];
    KEY(key, "rain/%d", (int)day);
    wdm_rng_init(&rng, seed, key);
    return wdm_rng_uniform(&rng) < chance ? -12.0 * log(wdm_rng_uniform(&rng)) : 0.0;
}

double samples_flow(uint64_t seed, int site, wdm_day day)
{
    char key[KEY_MAX];
    KEY(key, "flow/%s/%d", samples_sites[site].id, (int)day);
    return samples_sites[site].flow_m3_d * (1.0 + fmin(0.6, 0.012 * samples_rain_mm(seed, day))) *
           samples_lognormal(seed, 0.04, key);
}
