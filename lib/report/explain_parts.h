// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of an explanation share. Internal to report/explain*.
#ifndef WDM_REPORT_EXPLAIN_PARTS_H
#define WDM_REPORT_EXPLAIN_PARTS_H

#include "model/observation.h"
#include "model/series.h"
#include "report/explain.h"
#include "report/figure.h"

// A result of the period and what became of it.
typedef struct wdm_explain_result {
    wdm_result_row row; // texts in the arena
    wdm_point point;    // when why is NULL
    const char *why;    // why it is no level: "flow", "population", "level", "quality"
} wdm_explain_result;

// An estimate of the period, as the engine gives it.
typedef struct wdm_explain_value {
    wdm_estimate_row row; // value points beside
    wdm_estimate value;
} wdm_explain_value;

// The share of one parent in a residue that several have in common.
typedef struct wdm_explain_share {
    const char *ratio_id; // "acid:parent", in the arena
    wdm_ratio ratio;
} wdm_explain_share;

typedef struct wdm_explain_place {
    wdm_site_series series;               // all observations around the period
    WDM_ROWS(wdm_explain_result) results; // of the period and the drug's biomarkers
    WDM_ROWS(wdm_published_row) published;
    WDM_ROWS(wdm_result_row) markers; // of population, on days of the period
    WDM_ROWS(wdm_explain_value) values;
    WDM_ROWS(wdm_explain_share) shares;
} wdm_explain_place;

typedef struct wdm_explanation {
    wdm_store *store;
    const wdm_config *config;
    const wdm_explain_request *request;
    wdm_steps *out;
    wdm_estimate_options options; // those of the last wdm estimate
    int64_t draws, seed;          // of its Monte Carlo; draws 0: analytic
    wdm_day as_of;
    bool *of_drug;     // by analyte: a biomarker of the drug
    bool *told;        // by analyte: its load of a person has been explained
    wdm_arena arena;   // of copied rows
    bool with_samples; // the samples of a place are listed
} wdm_explanation;

// Marks the biomarkers of the drug.
wdm_rc wdm_explain_choose(wdm_explanation *x, wdm_err *err) WDM_MUST_CHECK;
// Reads a site's observations around the period and runs the engine over them; what belongs to the period is
// kept. Call wdm_explain_place_fini in any case.
wdm_rc wdm_explain_read(wdm_explanation *x, wdm_index site, wdm_explain_place *place,
                        wdm_err *err) WDM_MUST_CHECK;
void wdm_explain_place_fini(wdm_explain_place *place);
// The value of a biomarker and quantity; NULL when there is none.
const wdm_explain_value *wdm_explain_value_of(const wdm_explain_place *place, wdm_index drug,
                                              wdm_index biomarker, wdm_quantity quantity);
// A sink that keeps the rows of the period. user: a wdm_explain_sink.
typedef struct wdm_explain_sink {
    wdm_explanation *x;
    wdm_explain_place *place;
} wdm_explain_sink;
wdm_rc wdm_explain_keep(void *user, const wdm_estimate_row *row, wdm_err *err) WDM_MUST_CHECK;

// The people of the sample's day: all estimates of them.
void wdm_explain_population(wdm_explanation *x, const wdm_explain_place *place, const wdm_explain_result *r);

// Whether consumption is made of other days than the load: something is taken off, corrected or left out.
bool wdm_explain_is_net(const wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker);
// From the days' loads to what was consumed; nothing where nothing is done.
void wdm_explain_net(wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker);
// Which test took the day for disposal.
void wdm_explain_disposal(wdm_explanation *x, const wdm_explain_place *place, const wdm_day_series *series,
                          wdm_day day);
// Ratios of loads over the period that the biomarker is part of (ratios.csv).
void wdm_explain_ratios(wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker);
// Why a consumption cannot be told from what other substances bring.
void wdm_explain_suppressed(wdm_explanation *x, const wdm_explain_place *place, const wdm_explain_value *v);

// The parts, in their order. They append steps and cannot fail but by the steps' rc.
void wdm_explain_samples(wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker);
wdm_rc wdm_explain_mean(wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker,
                        wdm_err *err) WDM_MUST_CHECK;
// Those of a day; published: the load is a published one. *factor is the engine's.
wdm_rc wdm_explain_factors(wdm_explanation *x, wdm_index site, wdm_index biomarker, wdm_day day,
                           bool published, wdm_factor *factor, wdm_err *err) WDM_MUST_CHECK;
// The quantities of a biomarker: value, intervals, budget, flags; why one is not there.
wdm_rc wdm_explain_values(wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker,
                          const wdm_factor *factor, wdm_err *err) WDM_MUST_CHECK;
// place: NULL for a region.
void wdm_explain_one_value(wdm_explanation *x, const wdm_explain_place *place,
                           const wdm_explain_value *value);
// What the store holds beside the engine's value.
wdm_rc wdm_explain_stored(wdm_explanation *x, const wdm_explain_value *value, wdm_err *err) WDM_MUST_CHECK;
// Why a site has no value of the biomarker at all in the period.
// Each set flag with its sentence.
void wdm_explain_flags(wdm_explanation *x, int indent, int64_t flags);
wdm_rc wdm_explain_absent(wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker,
                          wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_explain_site(wdm_explanation *x, wdm_err *err) WDM_MUST_CHECK;
wdm_rc wdm_explain_region(wdm_explanation *x, wdm_err *err) WDM_MUST_CHECK;
// The biomarkers of the drug combined: each, its weight, whether they agree. Nothing where none may be
// combined.
wdm_rc wdm_explain_combined(wdm_explanation *x, const wdm_explain_place *place, wdm_err *err) WDM_MUST_CHECK;

// Name of an analyte in the language, with its identifier where that differs: "Benzoylecgonine".
const char *wdm_explain_analyte(wdm_explanation *x, wdm_index analyte);

#endif
