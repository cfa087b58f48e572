// SPDX-License-Identifier: GPL-3.0-or-later
// The config tables in memory, typed and checked. config/README.md describes each column, its unit and its
// default.
#ifndef WDM_DATA_CONFIG_H
#define WDM_DATA_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/hash.h"
#include "base/map.h"
#include "data/configfiles.h"
#include "io/settings.h"
#include "wbe/factor.h"
#include "wbe/qc.h"

// Index of a row in its table; WDM_MAP_NONE for "none".
typedef size_t wdm_index;
#define WDM_NONE WDM_MAP_NONE

// The biomarker_id of several biomarkers of a drug combined; no analyte may be called so.
#define WDM_COMBINED "combined"

typedef struct wdm_analyte {
    const char *analyte_id, *name, *name_zh, *cas, *formula, *source;
    const char *short_name; // for narrow tables, "METH": a name of up to 5 letters, else the first alias of
                            // up to 8 Latin letters, else the name
    double molar_mass;      // g/mol
    double within_week_cv;  // relative; NaN when not known
} wdm_analyte;

typedef struct wdm_drug {
    const char *drug_id, *name, *name_zh, *source;
    double molar_mass;               // g/mol
    double dose_mg;                  // mg pure drug; NaN when there is none
    double doses_per_user_day;       // NaN when not given
    double dose_u_rel;               // relative; 0 when not given
    double doses_per_user_day_u_rel; // relative; 0 when not given
} wdm_drug;

typedef enum wdm_confidence { WDM_CONFIDENCE_HIGH, WDM_CONFIDENCE_MEDIUM, WDM_CONFIDENCE_LOW } wdm_confidence;

typedef struct wdm_excretion {
    wdm_index drug, biomarker;
    wdm_day valid_from;
    wdm_excretion_row fraction; // of a dose excreted as the biomarker, molar; mode NaN: load only
    wdm_confidence confidence;
    bool headline_load; // the normalised load is the headline, not the consumption
    bool primary;
    bool combine; // may be combined with the other biomarkers of the drug that say so
    const char *source;
} wdm_excretion;

// What another substance brings of a residue: ratio x load of from_biomarker, or (from_biomarker WDM_NONE) a
// load that is known, such as that of therapy.
typedef struct wdm_attribution {
    wdm_index biomarker, from_biomarker;
    double ratio, u_rel;          // ratio of the loads; NaN for a known load
    double load_mg_d_1000;        // known load; NaN else
    double suppress_below;        // ratio of the loads up to which the net load is not resolved; NaN: none
    double low_ratio;             // ratio of the loads below which it is out of range; NaN: none
    wdm_day valid_from, valid_to; // valid_to WDM_DAY_NONE: open
    const char *source;
} wdm_attribution;

typedef struct wdm_half_life {
    wdm_index analyte;
    double temperature_c, half_life_h, u_rel;
    const char *source;
} wdm_half_life;

// Part of a residue that is bound to particles and missing from a filtered sample.
typedef struct wdm_sorption {
    wdm_index analyte;
    double particulate_share, u_rel;
    const char *source;
} wdm_sorption;

#define WDM_RATIO_KIND_LIST(X)                                                                               \
    X(WDM_RATIO_DISPOSAL, "disposal")           /* out of range: the day is flagged */                       \
    X(WDM_RATIO_PRECURSOR, "precursor")         /* followed, never added to consumption */                   \
    X(WDM_RATIO_ATTRIBUTION, "attribution")     /* a residue that another substance brings too */            \
    X(WDM_RATIO_PARENT, "parent")               /* which compound stands behind a shared residue */          \
    X(WDM_RATIO_ENANTIOMER, "enantiomer")       /* as disposal, from an enantiomeric fraction */             \
    X(WDM_RATIO_APPORTIONMENT, "apportionment") /* share of a residue: from apportionment.csv, not a row */

typedef enum wdm_ratio_kind {
#define WDM_RATIO_KIND_ENUM(id, name) id,
    WDM_RATIO_KIND_LIST(WDM_RATIO_KIND_ENUM)
#undef WDM_RATIO_KIND_ENUM
        WDM_RATIO_KIND_N
} wdm_ratio_kind;

const char *wdm_ratio_kind_name(wdm_ratio_kind kind); // "unknown" for none

enum { WDM_RATIO_ANALYTES = 8 };

// A ratio of loads that is followed (ratios.csv).
typedef struct wdm_ratio_rule {
    const char *ratio_id, *source;
    wdm_ratio_kind kind;
    bool molar;
    bool share; // the numerator is part of the denominator: above / (above + below)
    wdm_index above[WDM_RATIO_ANALYTES], below[WDM_RATIO_ANALYTES];
    wdm_index marks[WDM_RATIO_ANALYTES]; // whose day a ratio out of range marks
    size_t n_above, n_below, n_marks;
    double low, high; // range; NaN: no line on that side
} wdm_ratio_rule;

// A day that stands out from its neighbours (disposal.csv).
typedef struct wdm_spike_rule {
    wdm_index analyte;
    double factor; // at least so many times the median of the other days
    int window_days, min_neighbours;
    const char *source;
} wdm_spike_rule;

// A residue that several parents have in common (apportionment.csv).
typedef struct wdm_apportionment {
    wdm_index acid, parent;
    double weight, u_rel; // mol of the acid excreted per mol of the parent excreted
    bool hospital;        // the parent is used in hospitals
    const char *source;
} wdm_apportionment;

typedef struct wdm_site {
    const char *site_id, *name, *name_zh, *region_id, *timezone, *kind, *parent_site_id, *population_policy;
    double latitude, longitude, retention_h;
    double flow_u_rel, flow_bias_u_rel; // relative standard uncertainties
    double sampling_u_rel;              // NaN when not given: 0 with the flag no_sampling_u
    double hospital_share;              // share 0..1; NaN when not known
    int expected_days;                  // sampled days a week
    bool stability;                     // in-sewer loss is corrected
    bool sorption;                      // what is bound to particles is added
    bool imported;                      // added from an imported row, not from sites.csv
    uint64_t line;                      // of sites.csv; 0 when imported
    int bucket;
} wdm_site;

typedef struct wdm_region {
    const char *region_id, *parent_id, *level, *name, *name_zh, *population_source;
    double population;
} wdm_region;

typedef struct wdm_population {
    wdm_index site;
    wdm_day valid_from, valid_to; // valid_to WDM_DAY_NONE: open
    double population, u_rel;
    const char *method, *source;
} wdm_population;

typedef struct wdm_limits {
    const char *lab_id, *method_id;       // "" = any
    wdm_index analyte;                    // WDM_NONE = any
    wdm_day valid_from;                   //
    double lod_ng_l, loq_ng_l, uloq_ng_l; // NaN when not given
    double u_rel_random, u_rel_batch;     // NaN when not given
    const char *source;
} wdm_limits;

typedef struct wdm_alert_rule {
    const char *rule_id, *family, *quantity, *unit, *direction, *parameters, *source;
    const char *site_id, *region_id; // "" = all
    wdm_index drug;                  // WDM_NONE = all
    double level[4];                 // info, notice, warning, critical; NaN when not given
    bool active;                     // false when it names something unknown
} wdm_alert_rule;

// What a level of alerts is called in a region (levels.csv).
typedef struct wdm_level_row {
    const char *region_id;               // "": everywhere
    const char *level;                   // info, notice, warning, critical
    const char *name, *name_zh, *colour; // colour: "#E67300"
    bool messages;                       // alerts of the level are delivered
    bool active;                         // false when it names an unknown region
} wdm_level_row;

typedef struct wdm_campaign {
    const char *campaign_id, *region_id, *name, *name_zh;
    wdm_day starts, ends;
    bool active;
} wdm_campaign;

// A rule of laboratory quality control (qc.csv).
typedef struct wdm_qc_rule {
    const char *rule_id, *lab_id, *method_id, *source; // lab_id, method_id "" = any
    wdm_qc_kind kind;                                  //
    wdm_index analyte;                                 // WDM_NONE = any
    double low, high;                                  // in the unit of the kind; NaN: no limit on that side
    bool off;                                          // the check is not made in this scope
    wdm_qc_severity severity;                          //
    double sample_percent; // blank: results below blank / this share are covered; NaN: all
    double min_loq;        // duplicate: both must exceed this many LOQ; 0: any pair counts
    double minutes;        // retention_time: a difference up to this is good in any case; NaN: none
    int min_n;             // is_area, ion_ratio, retention_time: values that a median needs
} wdm_qc_rule;

// A control with its assigned mean and standard deviation (controls.csv).
typedef struct wdm_control {
    const char *lab_id, *method_id, *control, *source; // control: a glob on the sample's name
    wdm_index analyte;                                 // WDM_NONE = any
    wdm_day valid_from;
    double target_ng_l, sd_ng_l;
    bool proficiency; // a proficiency test's material, not a chart
} wdm_control;

typedef enum wdm_unit_quantity {
    WDM_UNIT_CONCENTRATION, // canonical ng/L
    WDM_UNIT_FLOW,          // canonical m3/d
    WDM_UNIT_LOAD,          // canonical mg/d/1000
    WDM_UNIT_POPULATION,    // canonical persons
    WDM_UNIT_N
} wdm_unit_quantity;

typedef struct wdm_unit {
    const char *unit;
    wdm_unit_quantity quantity;
    double to_canonical;
} wdm_unit;

// What a cell that is not a number may say.
typedef enum wdm_word {
    WDM_WORD_BELOW_LOQ,
    WDM_WORD_NOT_DETECTED,
    WDM_WORD_NOT_ANALYSED,
    WDM_WORD_ABOVE_ULOQ,
    WDM_WORD_N
} wdm_word;

typedef struct wdm_phrase {
    const char *key, *en, *zh;
} wdm_phrase;

// Checks of flow and population at import, and the numbers that they judge by (config/plausibility.csv).
#define WDM_CHECK_LIST(X)                                                                                    \
    X(FLOW_TEN_TIMES, "flow_ten_times")             /* low, high: flow / usual / 10^k of a slip */           \
    X(FLOW_SEEN_BEFORE, "flow_seen_before")         /* low: so many such flows before: no slip */            \
    X(FLOW_UNUSUAL, "flow_unusual")                 /* low, high: robust standard deviations of the log */   \
    X(FLOW_SPREAD, "flow_spread")                   /* low: least standard deviation of the log */           \
    X(FLOW_HISTORY_WEEKDAY, "flow_history_weekday") /* low: least flows of the weekday; high: days away */   \
    X(FLOW_HISTORY_ALL, "flow_history_all")         /* low: least flows of all days */                       \
    X(WET_WEATHER, "wet_weather")                   /* high: mm of rain a day */                             \
    X(WET_WEATHER_FLOW, "wet_weather_flow")         /* high: score above which a flow with rain is wet */    \
    X(FLOW_CONTRADICTS_DAY, "flow_contradicts_day") /* low, high: flow of a sample / of its whole day */     \
    X(COMPOSITE_HOURS, "composite_hours")           /* low, high: hours */                                   \
    X(POPULATION_DISAGREES, "population_disagrees") /* low, high: of the sheet / of the table */             \
    X(MARKER_DISAGREES, "marker_disagrees")         /* low, high: from the marker / of the table */

typedef enum wdm_check {
#define WDM_CHECK_ENUM(id, name) WDM_CHECK_##id,
    WDM_CHECK_LIST(WDM_CHECK_ENUM)
#undef WDM_CHECK_ENUM
        WDM_CHECK_N
} wdm_check;

typedef enum wdm_check_severity { WDM_CHECK_OFF, WDM_CHECK_WARNS, WDM_CHECK_REFUSES } wdm_check_severity;

typedef struct wdm_plausibility {
    wdm_check check;
    wdm_index site;   // WDM_NONE: every site that has no row of its own
    double low, high; // NaN where the check has none
    wdm_check_severity severity;
    const char *source;
    bool active; // false when it names something unknown
} wdm_plausibility;

// What one person gives off in a day: a marker of population.
typedef struct wdm_marker {
    wdm_index analyte;
    size_t method;         // in marker_methods
    wdm_index site;        // WDM_NONE: not of one site
    const char *region_id; // "": not of one region
    wdm_day valid_from;
    double per_capita_mg_d, u_rel; // u_rel NaN when not given
    double cigarettes_person_day;  // the Chinese cotinine rule, which per_capita_mg_d then follows; else NaN
    bool share_counts;             // the households' share of the flow enters
    double domestic_share;         // where the field sheet gives none; NaN: then there is no population
    const char *source;
    bool active;
} wdm_marker;

// A method of estimating the population: the marker's name in policies and exports.
typedef struct wdm_marker_method {
    const char *method;
    wdm_index analyte;
} wdm_marker_method;
enum { WDM_MARKER_METHODS_MAX = 30 };

// Which population estimate counts at a site.
typedef enum wdm_policy_kind { WDM_POLICY_STATIC, WDM_POLICY_MARKER, WDM_POLICY_COMBINED } wdm_policy_kind;
typedef struct wdm_policy {
    wdm_policy_kind kind;
    size_t method; // WDM_POLICY_MARKER: in marker_methods
} wdm_policy;

#define WDM_ROWS(type)                                                                                       \
    struct {                                                                                                 \
        type *rows;                                                                                          \
        size_t n, cap;                                                                                       \
    }

typedef struct wdm_config {
    WDM_ROWS(wdm_analyte) analytes;
    WDM_ROWS(wdm_drug) drugs;
    WDM_ROWS(wdm_excretion) excretion;
    WDM_ROWS(wdm_attribution) attribution;
    WDM_ROWS(wdm_half_life) stability;
    WDM_ROWS(wdm_sorption) sorption;
    WDM_ROWS(wdm_ratio_rule) ratios;
    WDM_ROWS(wdm_spike_rule) spikes;
    WDM_ROWS(wdm_apportionment) apportionment;
    WDM_ROWS(wdm_site) sites;
    WDM_ROWS(wdm_region) regions;
    WDM_ROWS(wdm_population) population;
    WDM_ROWS(wdm_limits) analysis;
    WDM_ROWS(wdm_alert_rule) alerts;
    WDM_ROWS(wdm_level_row) levels;
    WDM_ROWS(wdm_campaign) campaigns;
    WDM_ROWS(wdm_qc_rule) qc;
    WDM_ROWS(wdm_control) controls;
    WDM_ROWS(wdm_unit) units;
    WDM_ROWS(wdm_phrase) text;
    WDM_ROWS(wdm_plausibility) plausibility;
    WDM_ROWS(wdm_marker) markers;
    WDM_ROWS(wdm_marker_method) marker_methods;
    WDM_ROWS(const char *) confirmations; // words of words.csv by which a note confirms a number, as written
    wdm_map analyte_by_name;              // folded id, name, name_zh, alias -> analyte
    wdm_map drug_by_id, site_by_id, region_by_id;
    wdm_map site_by_name;             // of sites.csv: folded name, name_zh -> site
    wdm_map site_name_twice;          // folded names that two sites have
    wdm_map unit_by_name[WDM_UNIT_N]; // folded
    wdm_map word_by_name;             // folded -> wdm_word
    wdm_map text_by_key;
    wdm_settings settings;
    char set_sha256[WDM_SHA256_HEX]; // of all files
    char factor_set[20];             // "fs-" and 12 hex digits of the SHA-256 of the factor tables
    wdm_buf warnings;                // one a line: rows that are inactive and why
    wdm_arena arena;
} wdm_config;

// Parses and cross-checks the files. On failure err names file, line and column, code WDM_E_CONFIG. The
// config keeps no pointer into files. Call wdm_config_fini in any case.
wdm_rc wdm_config_parse(wdm_config *config, const wdm_config_files *files, wdm_err *err) WDM_MUST_CHECK;
void wdm_config_fini(wdm_config *config);

// Adds a site that the table lacks, from an imported row. Texts are copied.
wdm_rc wdm_config_add_site(wdm_config *config, const wdm_site *site, wdm_index *index,
                           wdm_err *err) WDM_MUST_CHECK;
// Adds a dated population of an imported site.
wdm_rc wdm_config_add_population(wdm_config *config, const wdm_population *population,
                                 wdm_err *err) WDM_MUST_CHECK;

// Look-ups; WDM_NONE when unknown. Names of analytes and units are folded first, so aliases and wide
// characters match.
wdm_index wdm_config_analyte(const wdm_config *config, const char *name);
wdm_index wdm_config_drug(const wdm_config *config, const char *drug_id);
wdm_index wdm_config_site(const wdm_config *config, const char *site_id);
// The site of sites.csv with that name or name_zh (folded). WDM_NONE: none has it, or (*several) more than
// one.
wdm_index wdm_config_site_named(const wdm_config *config, const char *name, bool *several);
wdm_index wdm_config_region(const wdm_config *config, const char *region_id);
const wdm_unit *wdm_config_unit(const wdm_config *config, wdm_unit_quantity quantity, const char *name);
bool wdm_config_word(const wdm_config *config, const char *text, wdm_word *word);

// Whether the site is one of those whose sum is a region: a plant that lies upstream of no other site. A pump
// station, a manhole, a venue, or a plant that sends its water to another one would count twice.
bool wdm_site_counts(const wdm_site *site);
// Whether a note confirms what a check asks about: one of its clauses (parted by ; , ； ， 。 or |) is a word
// of words.csv with the meaning "confirmed", or begins with one followed by a blank or a colon. "confirmed by
// the plant" and "late; 已确认" do, "not confirmed" and "未确认" do not.
bool wdm_config_confirms(const wdm_config *config, const char *note);
// The row of the check for the site, else for every site; never NULL: wdm_config_parse asks for one.
const wdm_plausibility *wdm_config_plausibility(const wdm_config *config, wdm_check check, wdm_index site);
// The row of markers.csv that holds for an analyte at a site on a day: that of the site, else of the smallest
// region around it, else of everywhere; of several the latest valid_from. NULL when the analyte is no marker
// there. site WDM_NONE: rows of everywhere only.
const wdm_marker *wdm_config_marker(const wdm_config *config, wdm_index analyte, wdm_index site, wdm_day day);
// The households' share of the flow that enters a population by this marker, given that of the field sheet
// (NaN: it has none): 1 where it does not count, NaN where it is needed and not known.
double wdm_marker_share(const wdm_marker *marker, double field_share);
// Whether the analyte is a marker of population anywhere.
bool wdm_config_is_marker(const wdm_config *config, wdm_index analyte);
// The policy of a site; a site that an import brought has the static one.
wdm_policy wdm_config_policy(const wdm_config *config, wdm_index site);

// Population valid on that day: of several rows the latest valid_from, of these the first of the table; NULL
// when there is none.
const wdm_population *wdm_config_population(const wdm_config *config, wdm_index site, wdm_day day);
// The excretion row of drug and biomarker valid on that day; NULL when there is none.
const wdm_excretion *wdm_config_excretion(const wdm_config *config, wdm_index drug, wdm_index biomarker,
                                          wdm_day day);
// The rows of a drug valid on that day that may be combined, in the order of the table; returns their number,
// at most WDM_COMBINE_MAX (wdm_config_parse refuses more).
enum { WDM_COMBINE_MAX = 8 };
size_t wdm_config_combinable(const wdm_config *config, wdm_index drug, wdm_day day,
                             const wdm_excretion *rows[WDM_COMBINE_MAX]);
// The row of sorption.csv and of disposal.csv of an analyte; NULL when there is none.
const wdm_sorption *wdm_config_sorption(const wdm_config *config, wdm_index analyte);
const wdm_spike_rule *wdm_config_spike(const wdm_config *config, wdm_index analyte);
// The primary drug of a biomarker; WDM_NONE when it belongs to none.
wdm_index wdm_config_primary_drug(const wdm_config *config, wdm_index biomarker);

// Limits and uncertainties of an analyte at a laboratory: each number from the most special row that gives it
// (method and laboratory named, then laboratory, then any; the analyte named before any analyte; latest
// valid_from first). NaN: not given. source: of the row that gives u_rel_random, "" when none does.
wdm_limits wdm_config_limits(const wdm_config *config, const char *lab_id, const char *method_id,
                             wdm_index analyte, wdm_day day);

// Copies the rules of a kind that hold for laboratory, method and analyte to rules (room for
// WDM_QC_SEVERITY_N, one a severity): those of the most special scope that has any, as in analysis.csv.
// Returns how many; 0 also when that scope says "off".
size_t wdm_config_qc(const wdm_config *config, wdm_qc_kind kind, const char *lab_id, const char *method_id,
                     wdm_index analyte, wdm_qc_rule rules[WDM_QC_SEVERITY_N]);
// The row of controls.csv that holds for a control sample on that day; NULL when there is none.
const wdm_control *wdm_config_control(const wdm_config *config, const char *lab_id, const char *method_id,
                                      wdm_index analyte, const char *sample_id, wdm_day day);

// The row of a level for a region ("": none): that of the smallest region around it that has one, else of
// everywhere. NULL for a word that is no level.
const wdm_level_row *wdm_config_level(const wdm_config *config, const char *region_id, const char *level);
// Whether the region is the wanted one or lies inside it.
bool wdm_config_region_inside(const wdm_config *config, const char *region_id, const char *wanted);
// Whether the site is one of the table and lies in the region.
bool wdm_config_site_inside(const wdm_config *config, const char *site_id, const char *region_id);
// region_id of a site; "" when the site is unknown or in no region.
const char *wdm_config_site_region(const wdm_config *config, const char *site_id);

typedef enum wdm_lang { WDM_LANG_EN, WDM_LANG_ZH } wdm_lang;
// The phrase of config/text.csv in that language; the key itself when the table lacks it (a test proves that
// none is lacking).
const char *wdm_config_text(const wdm_config *config, wdm_lang lang, const char *key);

#endif
