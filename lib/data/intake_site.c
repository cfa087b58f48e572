// SPDX-License-Identifier: GPL-3.0-or-later
// Which site a record is of: by code, by name, or none.
#include "data/intake_cells.h"

bool wdm_intake_names_site(const wdm_intake *in, const wdm_record *record)
{
    static const wdm_field fields[] = {WDM_FIELD_SITE_ID, WDM_FIELD_SITE_NAME};
    const wdm_form *form = in->form;
    for (size_t k = 0; k < sizeof fields / sizeof fields[0]; k++) {
        if (record->cells[fields[k]][0] != '\0' || form->required[fields[k]] ||
            form->fixed[fields[k]] != NULL)
            return true;
        for (size_t i = 0; i < form->n_columns; i++) {
            if (form->fields[i] == fields[k])
                return true;
        }
    }
    return false;
}

// A laboratory may write the code into its column of names.
static wdm_rc site_by_name(const wdm_intake *in, const wdm_record *record, wdm_index *site)
{
    bool several = false;
    *site = wdm_config_site(in->config, WDM_CELL(SITE_NAME));
    if (*site == WDM_NONE)
        *site = wdm_config_site_named(in->config, WDM_CELL(SITE_NAME), &several);
    if (several)
        return WDM_ROW_ERROR(SITE_NAME, "ambiguous_site",
                             "several sites of sites.csv are called \"%s\"; write the site's code",
                             WDM_CELL(SITE_NAME));
    if (*site == WDM_NONE)
        return WDM_ROW_ERROR(
            SITE_NAME, "unknown_site",
            "\"%s\" is not a name in sites.csv; correct it, or add the site to the table and "
            "run wdm init",
            WDM_CELL(SITE_NAME));
    return WDM_OK;
}

wdm_rc wdm_intake_site(const wdm_intake *in, const wdm_record *record, wdm_index *site, bool *unknown)
{
    *unknown = false;
    *site = wdm_config_site(in->config, WDM_CELL(SITE_ID));
    if (*site != WDM_NONE)
        return WDM_OK;
    if (WDM_CELL(SITE_ID)[0] == '\0' && WDM_CELL(SITE_NAME)[0] != '\0' && !in->form->add_sites)
        return site_by_name(in, record, site);
    if (WDM_CELL(SITE_ID)[0] == '\0')
        return WDM_ROW_ERROR(SITE_ID, "missing_value", "the cell is empty; write the site's code");
    if (in->form->add_sites) {
        *unknown = true;
        return WDM_OK;
    }
    return WDM_ROW_ERROR(
        SITE_ID, "unknown_site",
        "\"%s\" is not a site of sites.csv; correct it, or add the site to the table and run wdm init",
        WDM_CELL(SITE_ID));
}
