// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by the files of the family quality.
#ifndef WDM_PIPELINE_FINDINGS_QUALITY_H
#define WDM_PIPELINE_FINDINGS_QUALITY_H

#include "findings_parts.h"

// Of a site (site_key 0: of a region, whose region_id is to be set), judged, one week, calm.
wdm_finding wdm_quality_finding_begin(const wdm_finder *f, const wdm_rule *rule, int64_t site_key,
                                      const char *site_id);
// At the rule's level when it fires; then it inhibits where the rule says so.
wdm_rc wdm_quality_finding_add(wdm_finder *f, wdm_finding *finding, bool fires, wdm_reason *reason,
                               wdm_err *err) WDM_MUST_CHECK;
// check=flow.
wdm_rc wdm_quality_finding_flow(wdm_finder *f, const wdm_rule *rule, wdm_err *err) WDM_MUST_CHECK;

#endif
