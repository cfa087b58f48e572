// SPDX-License-Identifier: GPL-3.0-or-later
// From a record of texts to a typed, checked row. Nothing is guessed: what does not fit becomes an issue that
// names line, column, value and what to do.
#ifndef WDM_DATA_INTAKE_H
#define WDM_DATA_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "data/config.h"
#include "io/number.h"
#include "io/record.h"

typedef enum wdm_severity { WDM_SEVERITY_ERROR, WDM_SEVERITY_CONFLICT, WDM_SEVERITY_WARNING } wdm_severity;
const char *wdm_severity_name(wdm_severity severity);

enum { WDM_ISSUE_TEXT = 512, WDM_ISSUE_VALUE = 128, WDM_ISSUE_COLUMN = 64 };
typedef struct wdm_issue {
    uint64_t line;
    char column[WDM_ISSUE_COLUMN]; // a copy: the name of a value column lives no longer than the reading of
                                   // its file
    const char *code;              // a constant, e.g. "not_a_number"; docs/cmd/import.md lists them
    wdm_severity severity;
    char value[WDM_ISSUE_VALUE];
    char message[WDM_ISSUE_TEXT]; // what is wrong; what was expected; what to do
} wdm_issue;

// How many rows an error code stands for.
typedef struct wdm_code_count {
    const char *code;
    int64_t n;
} wdm_code_count;

enum { WDM_ISSUES_KEPT = 1000, WDM_CODES_MAX = 64 };
// The first issues of a file, and how many rows each code of an error or conflict stands for. A file of any
// size has bounded issues: those beyond the first go to the sink alone.
typedef struct wdm_issues {
    wdm_issue *rows;
    size_t n, cap; // kept
    size_t total;
    wdm_issue last; // the one that came last, kept or not
    wdm_code_count codes[WDM_CODES_MAX];
    size_t n_codes;
    int64_t weight; // rows that the next issue stands for; 0: one
    bool soften;    // errors become warnings: what they are about is for comparison only
    wdm_rc (*sink)(void *user, const wdm_issue *issue); // each issue as it comes; NULL: none
    void *user;
} wdm_issues;

// Appends an issue. Returns WDM_E_DATA for an error or conflict, WDM_OK for a warning, WDM_E_NOMEM.
wdm_rc wdm_issue_add(wdm_issues *issues, const wdm_record *record, const char *column, const char *code,
                     wdm_severity severity, const char *value, const char *fmt, ...) WDM_PRINTF(7, 8);
void wdm_issues_fini(wdm_issues *issues);

// States of a result, as stored.
enum {
    WDM_RESULT_MEASURED,
    WDM_RESULT_BELOW_LOQ,
    WDM_RESULT_NOT_DETECTED,
    WDM_RESULT_NOT_ANALYSED,
    WDM_RESULT_ABOVE_RANGE,
    WDM_RESULT_QC_FAILED // never stored: what a stored state reads as while a finding fails the result
};
const char *wdm_result_state_name(int state);

typedef struct wdm_intake {
    const wdm_config *config;
    const wdm_form *form;
    const char *default_lab;  // --lab; "" when not given
    const char *default_unit; // --unit, for files that say none; "" when not given
    wdm_number_style numbers; // how the file writes numbers
    wdm_date_order dates;     // of slashed dates
    wdm_issues *issues;
} wdm_intake;

// Flow and field measurements of a sample or a site's day. NaN = not given.
typedef struct wdm_field_row {
    wdm_index site;
    const char *sample_id; // "" = the whole day
    wdm_when start, end;
    double flow_m3_d, u_flow_rel, temperature_c, ph, rain_mm, population;
    double domestic_share; // of the flow that households give, 0..1
    const char *note;
    int64_t flags; // what the checks at import found: wet_weather, flow_unusual
    uint64_t line;
} wdm_field_row;

typedef struct wdm_assay_row {
    wdm_index site, analyte; // site WDM_NONE: the file names none
    const char *sample_id, *sample_type, *lab_id, *method_id;
    wdm_when start, end;
    int replicate;
    int state;                             // WDM_RESULT_*
    double value_ng_l, lod_ng_l, loq_ng_l; // NaN when not given
    double u_rel;                          // NaN: the table's
    wdm_day analysed;
    int64_t flags;
    const char *raw_value, *raw_unit;
    wdm_qc_measures qc; // what the instrument says beside the value; wdm_qc_measures_none() when nothing
    bool has_field;     // flow came along
    wdm_field_row field;
    uint64_t line;
} wdm_assay_row;

// A published load. One of site and region is set.
typedef struct wdm_load_row {
    wdm_index site;        // WDM_NONE: a region's
    const char *region_id; // "" : a site's
    wdm_index analyte;
    wdm_day day;
    int state;
    double load_mg_d_1000, limit_mg_d_1000; // NaN when not given
    int64_t flags;
    const char *raw_value;
    const char *column;
    uint64_t line;
} wdm_load_row;

// A count of tests (hair tests and the like); no personal data.
typedef struct wdm_indicator {
    const char *region_id, *kind, *substance, *source;
    wdm_day period_start, period_end;
    int64_t tested, positive;
    uint64_t line;
} wdm_indicator;

// Each returns WDM_OK with *row filled, WDM_E_DATA when the record has an error (added to the issues), or
// WDM_E_NOMEM. Texts of the row are borrowed from the record, the config or constants.
wdm_rc wdm_intake_assay(const wdm_intake *in, const wdm_record *record, wdm_assay_row *row) WDM_MUST_CHECK;
wdm_rc wdm_intake_field(const wdm_intake *in, const wdm_record *record, wdm_field_row *row) WDM_MUST_CHECK;
// site is the index of the record's site (see wdm_intake_site), WDM_NONE for a region's level.
wdm_rc wdm_intake_load(const wdm_intake *in, const wdm_record *record, wdm_index site,
                       wdm_load_row *row) WDM_MUST_CHECK;
wdm_rc wdm_intake_indicator(const wdm_intake *in, const wdm_record *record,
                            wdm_indicator *row) WDM_MUST_CHECK;
// Whether the record has a site to read: the form has, requires or fixes a site_id or site_name, or the
// record brings one. An assay row of another form is of no site (row->site WDM_NONE): it needs no
// collected_start, has the time of its analysis (day 0 when not known) and the analysis limits of that day
// (the latest when not known), and gets site and times from the field row of its sample_id.
bool wdm_intake_names_site(const wdm_intake *in, const wdm_record *record, bool is_control);
// The record's site by its code, else by its name (of sites.csv, folded, name or name_zh); *unknown with
// WDM_OK when the form adds sites and the table lacks it.
wdm_rc wdm_intake_site(const wdm_intake *in, const wdm_record *record, wdm_index *site,
                       bool *unknown) WDM_MUST_CHECK;
// The record's analyte through the form's spellings and the table's aliases.
wdm_rc wdm_intake_analyte(const wdm_intake *in, const wdm_record *record, wdm_index *analyte) WDM_MUST_CHECK;
// An optional number in [low, high]; NaN when the cell is empty.
wdm_rc wdm_intake_number(const wdm_intake *in, const wdm_record *record, wdm_field field,
                         const double low_high[2], double *value) WDM_MUST_CHECK;

#endif
