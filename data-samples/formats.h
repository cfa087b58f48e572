// SPDX-License-Identifier: GPL-3.0-or-later
// formats/: one run of seven made-up injections and four analytes, written the way each maker's software
// exports it. The numbers are the same in every file (formats/values.csv), so that every layout can be held
// against them.
#ifndef WDM_SAMPLES_FORMATS_H
#define WDM_SAMPLES_FORMATS_H

#include <stdbool.h>

#include "base/buf.h"

enum { INJECTION_N = 7, ANALYTE_N = 4, NUMBER_TEXT_MAX = 40 };

typedef struct formats_injection {
    const char *id;
    const char *site, *site_zh; // "" for a control
    int day;                    // of November 2026, start of the composite at 08:00
    char kind;                  // s sample, b blank, q continuing calibration, c calibration standard
    double expected_ng_l;       // of q and c, else 0
    int minute;                 // of acquisition, from 2026-11-23 14:00
} formats_injection;

typedef struct formats_analyte {
    const char *name, *name_zh, *istd;
    const char *quantifier, *qualifier; // "150.2 -> 91.1"
    double rt_min, area_per_ng_l, qualifier_share;
} formats_analyte;

extern const formats_injection formats_injections[INJECTION_N];
extern const formats_analyte formats_analytes[ANALYTE_N];
extern const double formats_conc_ng_l[INJECTION_N][ANALYTE_N]; // NaN: no peak

// The one peak that was integrated by hand.
bool formats_is_manual(int injection, int analyte);
double formats_area(int injection, int analyte);
double formats_is_area(int injection);
// Shortest text of a number, with the signs of the file; thousands 0: none.
const char *formats_number(double value, char decimal, char thousands, char out[NUMBER_TEXT_MAX]);
// Text of the concentration, or `none` where there is no peak.
const char *formats_conc(int injection, int analyte, double unit_ng_l, const char *none,
                         char out[NUMBER_TEXT_MAX]);
// Text of a time of acquisition: %d of hours and minutes are the caller's business.
int formats_hour(int injection);
int formats_minute(int injection);
// The word of a layout for the injection's kind: words of s, b, q, c in this order.
const char *formats_type(int injection, const char *const words[4]);

// ---- writers
void formats_put_masshunter(wdm_buf *buf);
void formats_put_masshunter_compound(wdm_buf *buf);
void formats_put_sciex_os(wdm_buf *buf);
void formats_put_analyst(wdm_buf *buf);
void formats_put_targetlynx_compound(wdm_buf *buf);
void formats_put_targetlynx_sample(wdm_buf *buf);
void formats_put_shimadzu(wdm_buf *buf);
void formats_put_shimadzu_gcms(wdm_buf *buf);
void formats_put_tracefinder(wdm_buf *buf);
void formats_put_tasq(wdm_buf *buf);
void formats_put_openlab(wdm_buf *buf);
void formats_put_chinese_sheet(wdm_buf *buf);
void formats_put_chinese_list(wdm_buf *buf);
void formats_put_wide(wdm_buf *buf);
void formats_put_field(wdm_buf *buf);
void formats_put_values(wdm_buf *buf);

#endif
