// SPDX-License-Identifier: GPL-3.0-or-later
// Layouts of laboratory files, as data: config/layouts/<name>.cfg (libconfig). A layout has one or more
// forms; a file has the form whose columns its header holds. config/README.md describes every setting.
#ifndef WDM_IO_LAYOUT_H
#define WDM_IO_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

// The fields that a record may have; the names are those of layout files and messages.
#define WDM_FIELD_LIST(X)                                                                                    \
    X(SAMPLE_ID, "sample_id")                                                                                \
    X(SITE_ID, "site_id")                                                                                    \
    X(REGION_ID, "region_id")                                                                                \
    X(COLLECTED_START, "collected_start")                                                                    \
    X(COLLECTED_END, "collected_end")                                                                        \
    X(SAMPLE_TYPE, "sample_type")                                                                            \
    X(ANALYTE, "analyte")                                                                                    \
    X(VALUE, "value")                                                                                        \
    X(UNIT, "unit")                                                                                          \
    X(LOD, "lod")                                                                                            \
    X(LOQ, "loq")                                                                                            \
    X(U_REL, "u_rel")                                                                                        \
    X(REPLICATE, "replicate")                                                                                \
    X(LAB_ID, "lab_id")                                                                                      \
    X(METHOD_ID, "method_id")                                                                                \
    X(ANALYSED_AT, "analysed_at")                                                                            \
    X(FLOW, "flow")                                                                                          \
    X(FLOW_UNIT, "flow_unit")                                                                                \
    X(U_FLOW_REL, "u_flow_rel")                                                                              \
    X(TEMPERATURE_C, "temperature_c")                                                                        \
    X(PH, "ph")                                                                                              \
    X(RAIN_MM, "rain_mm")                                                                                    \
    X(POPULATION, "population")                                                                              \
    X(NOTE, "note")                                                                                          \
    X(DATE, "date")                                                                                          \
    X(YEAR, "year")                                                                                          \
    X(SITE_NAME, "site_name")                                                                                \
    X(LATITUDE, "latitude")                                                                                  \
    X(LONGITUDE, "longitude")                                                                                \
    X(WEEKDAY_MEAN, "weekday_mean")                                                                          \
    X(WEEKEND_MEAN, "weekend_mean")                                                                          \
    X(DAILY_MEAN, "daily_mean")                                                                              \
    X(VALUE_PREVIOUS, "value_previous")                                                                      \
    X(YEAR_PREVIOUS, "year_previous")                                                                        \
    X(CHANGE_PERCENT, "change_percent")                                                                      \
    X(CHANGE_CLASS, "change_class")                                                                          \
    X(PERIOD_START, "period_start")                                                                          \
    X(PERIOD_END, "period_end")                                                                              \
    X(KIND, "kind")                                                                                          \
    X(SUBSTANCE, "substance")                                                                                \
    X(TESTED, "tested")                                                                                      \
    X(POSITIVE, "positive")                                                                                  \
    X(SOURCE, "source")                                                                                      \
    X(POPULATION_UNIT, "population_unit")                                                                    \
    X(DOMESTIC_SHARE, "domestic_share")                                                                      \
    X(SHARE_UNIT, "share_unit")                                                                              \
    X(DATA_FILE, "data_file")                                                                                \
    X(PARENT_SAMPLE_ID, "parent_sample_id")                                                                  \
    X(EXPECTED, "expected")                                                                                  \
    X(AREA, "area")                                                                                          \
    X(IS_AREA, "is_area")                                                                                    \
    X(RT, "rt")                                                                                              \
    X(RT_EXPECTED, "rt_expected")                                                                            \
    X(ION_RATIO, "ion_ratio")                                                                                \
    X(ION_RATIO_EXPECTED, "ion_ratio_expected")                                                              \
    X(SIGNAL_TO_NOISE, "signal_to_noise")                                                                    \
    X(R2, "r2")                                                                                              \
    X(INTEGRATION, "integration")

typedef enum wdm_field {
#define WDM_FIELD_ENUM(id, name) WDM_FIELD_##id,
    WDM_FIELD_LIST(WDM_FIELD_ENUM)
#undef WDM_FIELD_ENUM
        WDM_FIELD_N
} wdm_field;

const char *wdm_field_name(wdm_field field);

// What the rows of a form are.
typedef enum wdm_form_kind {
    WDM_FORM_ASSAY,
    WDM_FORM_FIELD,
    WDM_FORM_LOAD,
    WDM_FORM_SITES,
    WDM_FORM_CHANGES,
    WDM_FORM_INDICATOR
} wdm_form_kind;

typedef struct wdm_layout_pair {
    const char *from; // folded
    const char *to;
} wdm_layout_pair;

typedef struct wdm_layout_day {
    const char *column; // folded header
    int weekday;        // 1 = Monday
} wdm_layout_day;

typedef struct wdm_form {
    wdm_form_kind kind;
    wdm_layout_pair *columns; // folded header -> field name; several headers may name one field
    size_t n_columns;
    wdm_field *fields; // of each column
    bool required[WDM_FIELD_N];
    const char **ignored; // folded headers that are known and not used
    size_t n_ignored;
    wdm_layout_day *days; // value columns by weekday; none: the form has a value column
    size_t n_days;
    int nominal_week;               // ISO week that the weekdays of a year without dates go to; 0: none
    bool zero_is_below_limit;       // a published 0 means "below the limit"
    bool add_sites;                 // a site that the table lacks is added from the row
    wdm_layout_pair *analytes;      // spellings of this layout -> analyte_id
    size_t n_analytes;              //
    wdm_layout_pair *regions;       // region codes of this layout -> region_id
    size_t n_regions;               //
    const char *fixed[WDM_FIELD_N]; // constant cells, e.g. the unit; NULL: none
} wdm_form;

typedef struct wdm_layout {
    const char *name;
    const char *title;
    wdm_form *forms;
    size_t n_forms;
    wdm_arena arena;
} wdm_layout;

// Parses a layout file's bytes; origin appears in messages. WDM_E_CONFIG names file and line.
wdm_rc wdm_layout_parse(wdm_layout *layout, const char *name, const char *origin, const char *bytes,
                        wdm_err *err) WDM_MUST_CHECK;
void wdm_layout_fini(wdm_layout *layout);

// Which column of a file is which field, found from its header.
typedef struct wdm_layout_match {
    const wdm_form *form;
    size_t column[WDM_FIELD_N]; // SIZE_MAX: the file does not have it
    size_t day_column[16];      // of form->days
    size_t n_header;            // columns of the header
} wdm_layout_match;

// Matches a header with the layout's forms. WDM_E_DATA tells what does not fit the form that comes nearest (a
// missing column, an unknown one, one that stands twice).
wdm_rc wdm_layout_match_header(const wdm_layout *layout, char *const *header, size_t n,
                               wdm_layout_match *match, wdm_err *err) WDM_MUST_CHECK;

// Value of the pair whose `from` is the folded text; the text itself when there is none.
const char *wdm_layout_translate(const wdm_layout_pair *pairs, size_t n, const char *text);

#endif
