// SPDX-License-Identifier: GPL-3.0-or-later
// Flags of results and estimates, stored as one integer. Bits 0 to 15 are the estimator's own
// (wbe/estimate.h), 16 to 62 those below.
#ifndef WDM_DATA_FLAGS_H
#define WDM_DATA_FLAGS_H

#include <stdint.h>

#include "base/buf.h"

#define WDM_FLAG_LIST(X)                                                                                     \
    X(NOMINAL_DATE, 16, "nominal_date")               /* the source gives no date; the ISO week is meant */  \
    X(FROM_PUBLISHED_LOAD, 17, "from_published_load") /* consumption computed from a published load */       \
    X(LOW_CONFIDENCE, 18, "low_confidence")           /* the excretion factor is of low confidence */        \
    X(NOT_POSITIVE, 19, "not_positive")               /* the laboratory gave zero or a negative number */    \
    X(BELOW_LIMIT_NUMBER, 20, "below_limit_number")   /* a number below its own limit, kept as given */      \
    X(ABOVE_RANGE, 21, "above_range")                 /* above the calibrated range: not used as a level */  \
    X(NO_ANALYSIS_U, 22, "no_analysis_u")             /* no analytical uncertainty was given */              \
    X(UNATTRIBUTED, 23, "unattributed")               /* other substances give this biomarker too */         \
    X(LIMIT_FROM_TABLE, 24, "limit_from_table")       /* the limit is analysis.csv's, not the row's */       \
    X(FIELD_POPULATION, 25, "field_population")       /* population of that day from the field sheet */      \
    X(QC_ESTIMATE, 26, "qc_estimate")                 /* a control that covers it was out: an estimate */    \
    X(QC_FAILED, 27, "qc_failed")                     /* quality control failed: never used as a level */    \
    X(MANUALLY_INTEGRATED, 28, "manually_integrated") /* a person integrated the peak */                     \
    X(WET_WEATHER, 29, "wet_weather")                 /* much rain that day, or a high flow with rain */     \
    X(FLOW_UNUSUAL, 30, "flow_unusual")               /* the flow lies outside what is usual at the site */  \
    X(DISPOSAL, 31, "disposal")                       /* thrown away rather than consumed */                 \
    X(RATIO_OUT_OF_RANGE, 32, "ratio_out_of_range") /* lower than where only the other substance is used */  \
    X(HOSPITAL_SHARE, 35, "hospital_share")         /* hospitals of the catchment use the substance */       \
    X(ACID_WITHOUT_PARENTS, 36, "acid_without_parents") /* the residue is there, no parent is */             \
    X(SORPTION_CORRECTED, 37, "sorption_corrected")     /* what is bound to particles was added */           \
    X(STABILITY_CORRECTED, 38, "stability_corrected")   /* what is lost in the sewer was added */            \
    X(MARKER_POPULATION, 33, "marker_population")       /* divided by a population that markers enter */     \
    X(POPULATION_DISAGREES, 34, "population_disagrees") /* another estimate of the people differs much */    \
    X(POPULATION_FALLBACK, 39, "population_fallback")   /* the policy's marker gave none: the static one */

#define WDM_FLAG_CONSTANT(id, bit, name) static const int64_t WDM_FLAG_##id = INT64_C(1) << (bit);
WDM_FLAG_LIST(WDM_FLAG_CONSTANT)
#undef WDM_FLAG_CONSTANT

// Appends the names of all set flags, separated by blanks.
void wdm_flags_print(int64_t flags, wdm_buf *out);

#endif
