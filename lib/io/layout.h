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
#include "io/datetime.h"

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

typedef struct wdm_layout_pairs {
    wdm_layout_pair *items;
    size_t n;
} wdm_layout_pairs;

typedef struct wdm_layout_texts {
    const char **items;
    size_t n;
} wdm_layout_texts;

// A header that a field may have: a folded text, or a pattern that captures other fields
// ("calculated concentration ({unit})").
typedef struct wdm_layout_column {
    wdm_field field;
    const char *header;
    bool is_pattern;
    bool is_own_name; // the field's own name; a header in layouts that say so (own_names)
} wdm_layout_column;

typedef struct wdm_layout_day {
    const char *column; // folded header
    int weekday;        // 1 = Monday
} wdm_layout_day;

// What a group of columns under one group header is.
typedef enum wdm_group_role {
    WDM_GROUP_BASE,      // columns of the whole row
    WDM_GROUP_ANALYTE,   // one record a row
    WDM_GROUP_METHOD,    // of the analyte group of the same name beside it: expected values, units
    WDM_GROUP_SAMPLE,    // one record a row, whose rows are analytes
    WDM_GROUP_QUALIFIER, // belongs to the analyte to its left; not read
    WDM_GROUP_SKIP       // not read
} wdm_group_role;

typedef struct wdm_layout_group {
    wdm_group_role role;
    const char *pattern; // of the group header
} wdm_layout_group;

typedef enum wdm_empty_cell {
    WDM_EMPTY_ERROR,    // an empty value cell is an error
    WDM_EMPTY_LEFT_OUT, // not sampled
    WDM_EMPTY_PEAK      // no area: not detected; an area without a concentration is an error
} wdm_empty_cell;

typedef struct wdm_form {
    wdm_form_kind kind;
    // the text
    const char *delimiters;     // that a file may have, e.g. ",;\t"
    bool quotes;                // false: quotes are ordinary characters
    bool ruler;                 // also a text table under a ruler line
    char decimal;               // 0: '.' in comma-separated files, else by the evidence of the whole file
    char thousands;             // 0: none
    wdm_date_order dates;       // UNKNOWN: by the evidence of the whole file
    int preamble;               // lines that may stand before the header
    int header_rows;            // 1, or 2: group headers over column headers
    bool short_rows;            // empty cells at the end of a row may be missing
    wdm_layout_texts signature; // globs; each must match a line before the first header
    wdm_layout_texts context;   // patterns of lines that give a field to the rows below
    wdm_layout_texts ends; // globs of lines that end a table; what follows up to the next header is not read
    wdm_layout_texts leave_out;       // globs of summary rows
    wdm_layout_pairs leave_out_where; // header of a column and a glob on its cell: such rows are no results
    // the columns
    wdm_layout_column *columns;
    size_t n_columns;
    bool required[WDM_FIELD_N];
    wdm_layout_texts ignored; // globs of headers that are known and not used
    bool own_names;           // a field's own name is a header of it too
    bool ignore_others;       // columns that the layout does not name are not read
    bool first_of_duplicates; // of columns with one name the first counts
    wdm_layout_group *groups;
    size_t n_groups;
    wdm_layout_texts value_columns; // patterns of headers of analytes
    wdm_layout_pairs value_units;   // headers of the value column that are its unit
    wdm_layout_day *days;           // value columns by weekday
    size_t n_days;
    // the cells
    wdm_empty_cell empty;
    wdm_layout_texts manual_marks;       // globs of integration cells that mean "by hand"
    wdm_layout_texts no_peak;            // folded; cells that mean "no peak"
    wdm_layout_pairs words;              // words of this layout -> the state's name
    wdm_layout_pairs sample_types;       // -> sample type, or left_out
    wdm_layout_pairs sample_names;       // globs -> sample type, where the type is not given
    wdm_layout_texts internal_standards; // globs of analytes that are no results
    wdm_layout_texts qualifiers;         // patterns with {analyte} of rows that are no results
    wdm_layout_texts quantifiers;        // patterns with {analyte}: the mark is cut off
    wdm_layout_texts sample_ids;         // patterns: what a sample's name says
    wdm_layout_pairs analytes;           // spellings of this layout -> analyte_id
    wdm_layout_pairs regions;            // region codes of this layout -> region_id
    const char *fixed[WDM_FIELD_N];      // constant cells, e.g. the unit; NULL: none
    // published loads
    int nominal_week;         // ISO week that the weekdays of a year without dates go to; 0: none
    bool zero_is_below_limit; // a published 0 means "below the limit"
    bool add_sites;           // a site that the table lacks is added from the row
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

// The `to` of the pair whose `from` is the folded text; NULL when there is none.
const char *wdm_layout_lookup(const wdm_layout_pairs *pairs, const char *text);
// The same; the text itself when there is none.
const char *wdm_layout_translate(const wdm_layout_pairs *pairs, const char *text);
// Whether a text of the list is the folded text.
bool wdm_layout_holds(const wdm_layout_texts *texts, const char *text);
// Whether a glob of the list matches the text.
bool wdm_layout_globs(const wdm_layout_texts *globs, const char *text);
wdm_field wdm_field_of(const char *name, size_t len); // WDM_FIELD_N: unknown

#endif
