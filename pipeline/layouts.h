// SPDX-License-Identifier: GPL-3.0-or-later
// The layouts of the config in force, parsed.
#ifndef WDM_PIPELINE_LAYOUTS_H
#define WDM_PIPELINE_LAYOUTS_H

#include "io/columns.h"
#include "io/layout.h"
#include "stage.h"

typedef struct wdm_layouts {
    wdm_layout *items; // sorted by name
    size_t n, cap;
} wdm_layouts;

// WDM_E_CONFIG names file and line of a layout that does not parse. Call wdm_layouts_fini in any case.
wdm_rc wdm_layouts_load(wdm_layouts *layouts, const wdm_config_files *files, wdm_err *err) WDM_MUST_CHECK;
void wdm_layouts_fini(wdm_layouts *layouts);
// Those of the session, parsed once; borrowed.
wdm_rc wdm_layouts_of(wdm_session *session, const wdm_layouts **layouts, wdm_err *err) WDM_MUST_CHECK;
void wdm_layouts_free(wdm_layouts *layouts);

// Whether a name is an analyte of the config; config is borrowed.
wdm_known wdm_known_analytes(const wdm_config *config);

#endif
