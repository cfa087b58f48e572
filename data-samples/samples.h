// SPDX-License-Identifier: GPL-3.0-or-later
// The invented world behind data-samples/ and the writers of its files. README.md has the model with its
// formulas.
//
// Everything random is drawn from a generator keyed by (seed, natural key), so the value of one cell does not
// depend on which other cells were written.
#ifndef WDM_SAMPLES_H
#define WDM_SAMPLES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"

enum { SITE_N = 8, DRUG_N = 12, MARKER_N = 16, LAB_N = 2, WEEK_N = 52, EVENT_N = 13 };

typedef struct samples_site {
    const char *id, *name, *name_zh, *region_id, *kind, *parent_id;
    double latitude, longitude, retention_h;
    double population, population_u_rel; // stated
    const char *population_method;
    double flow_m3_d; // usual dry-weather flow
    double flow_u_rel, flow_bias_u_rel;
    double hospital_share; // 0: empty cell
    unsigned day_mask;     // bit (weekday - 1): sampled on that weekday, 1 = Monday
    int lab;               // before a change of laboratory
} samples_site;

typedef struct samples_drug {
    const char *id;
    double consumption; // typical, mg/d/1000
    double site_sd;     // log-sd of the sites around it
    double week_sd;     // log-sd of the weeks of a site
    double day_sd;      // log-sd of the days of a week
    double weekend;     // mean of Fri-Mon over mean of Tue-Thu
} samples_drug;

// A residue. low = 0: no excreted fraction; its load is `ratio` times that of the marker `from`. With a
// fraction, ratio times the load of `from` is added to what the drug brings.
typedef struct samples_marker {
    const char *id;
    int drug;
    double mass_ratio; // molar mass of residue / molar mass of drug
    double low, mode, high;
    double u_rel; // not 0: lognormal around the mode
    int from;     // -1: none
    double ratio, ratio_u_rel;
    double lod_ng_l[LAB_N], loq_ng_l[LAB_N];
    double u_random, u_batch; // of lab-a; lab-b has 1.25 times these
} samples_marker;

typedef struct samples_lab {
    const char *id, *method_id;
    double u_factor;
} samples_lab;

// What an event does to the truth is in world.c; this is its description.
typedef struct samples_event {
    const char *id, *kind;
    int site, drug, marker; // -1: none
    const char *starts, *ends;
    double factor; // NaN: none
    const char *note;
} samples_event;

extern const samples_site samples_sites[SITE_N];
extern const samples_drug samples_drugs[DRUG_N];
extern const samples_marker samples_markers[MARKER_N];
extern const samples_lab samples_labs[LAB_N];
extern const samples_event samples_events[EVENT_N];
extern const double samples_sampling_u_rel;

enum { HK_BSM, HK_CL, HK_LT, HK_GLY, HK_JD, HK_YL, HK_SZL, HK_DC };
enum {
    COCAINE,
    MDMA,
    METHAMPHETAMINE,
    AMPHETAMINE,
    CANNABIS,
    HEROIN,
    KETAMINE,
    ETOMIDATE,
    METHADONE,
    TRAMADOL,
    CODEINE,
    NICOTINE
};
enum {
    M_BE,
    M_COCAINE,
    M_MDMA,
    M_METH,
    M_AMPH,
    M_THC_COOH,
    M_6MAM,
    M_MORPHINE,
    M_KETAMINE,
    M_NORKETAMINE,
    M_ETO_ACID,
    M_ETOMIDATE,
    M_EDDP,
    M_TRAMADOL,
    M_CODEINE,
    M_COTININE
};

// ---- world.c: the truth
// Monday of week 0..WEEK_N-1, and one past for week == WEEK_N.
wdm_day samples_monday(int week);
int samples_week_of(wdm_day day);
// factor exp(sigma z), sigma^2 = ln(1 + u^2): lognormal with median 1 and relative standard uncertainty u.
double samples_lognormal(uint64_t seed, double u_rel, const char *key);
double samples_population(uint64_t seed, int site);
double samples_flow_bias(uint64_t seed, int site); // true flow / reading without its random part
double samples_excretion(uint64_t seed, int marker);
double samples_ratio(uint64_t seed, int marker);
// mg/d/1000 people of the true population, without what was disposed of.
double samples_consumption(uint64_t seed, int site, int drug, wdm_day day);
// mg/d/1000 of the residue: from its drug's consumption; with what other residues bring; with disposal.
double samples_load_net(uint64_t seed, int site, int marker, wdm_day day);
double samples_load(uint64_t seed, int site, int marker, wdm_day day);
double samples_rain_mm(uint64_t seed, wdm_day day);
double samples_flow(uint64_t seed, int site, wdm_day day); // m3/d

// ---- measure.c: what the laboratory and the flow meter say
bool samples_is_sampled(int site, wdm_day day);
int samples_lab_of(int site, wdm_day day);
double samples_flow_read(uint64_t seed, int site, wdm_day day);
double samples_batch_bias(uint64_t seed, int lab, int marker, int week); // reading / truth
double samples_conc(uint64_t seed, int site, int marker, wdm_day day);   // ng/L, true
double samples_conc_read(uint64_t seed, int site, int marker, wdm_day day, const char *type);
// A positive number with that many significant digits and no exponent.
void samples_put_number(wdm_buf *buf, double value, int digits);

// ---- writers: each fills folders below dir, which exists
wdm_rc samples_write_batches(uint64_t seed, const char *dir, wdm_err *err) WDM_MUST_CHECK;
wdm_rc samples_write_truth(uint64_t seed, const char *dir, wdm_err *err) WDM_MUST_CHECK;
wdm_rc samples_write_tables(const char *dir, wdm_err *err) WDM_MUST_CHECK;
wdm_rc samples_write_invalid(const char *dir, wdm_err *err) WDM_MUST_CHECK;
wdm_rc samples_write_formats(const char *dir, wdm_err *err) WDM_MUST_CHECK;
// main.c: writes the buffer to dir/name, making the folder of name.
wdm_rc samples_write_file(const char *dir, const char *name, const wdm_buf *buf, wdm_err *err) WDM_MUST_CHECK;

#endif
