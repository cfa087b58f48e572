// SPDX-License-Identifier: GPL-3.0-or-later
// Private to lib/store: the verdict of quality control on a row `r` of result_placed or result_unplaced, as
// SQL. The same as the view result_verdict, without looking the result and its laboratory up again.
#ifndef WDM_STORE_QUALITY_SQL_H
#define WDM_STORE_QUALITY_SQL_H

#define WDM_DB_COVERING                                                                                      \
    " FROM qc_finding_current v WHERE v.covers_batch_id = r.batch_id AND v.analyte_key IN (0, "              \
    "r.analyte_key) AND v.severity > 0 AND r.sample_type = 'sample' AND v.lab_key = r.lab_key AND "          \
    "v.method_key = r.method_key AND (v.analysed_day IS NULL OR r.analysed_day IS NULL OR v.analysed_day = " \
    "r.analysed_day) AND (v.sample_key IS NULL OR v.sample_key = r.sample_key) AND (v.replicate IS NULL OR " \
    "v.replicate = r.replicate) AND (v.below_ng_l IS NULL OR (r.state = 0 AND r.value_ng_l < v.below_ng_l))"
// 1 estimate, 2 fail; NULL: none.
#define WDM_DB_QC_SEVERITY "(SELECT max(v.severity)" WDM_DB_COVERING ")"
// The codes of the findings, separated by blanks; NULL: none.
#define WDM_DB_QC_CODES                                                                                      \
    "(SELECT group_concat(w.code, ' ') FROM (SELECT DISTINCT v.code" WDM_DB_COVERING " ORDER BY v.code) w)"

#endif
