// SPDX-License-Identifier: GPL-3.0-or-later
// Which site a record is of: by code, by name, or none.
#include "data/intake_cells.h"

bool wdm_intake_names_site(const wdm_intake *in, const wdm_record *record, bool is_control)
{
    static const wdm_field fields[] = {WDM_FIELD_SITE_ID, WDM_FIELD_SITE_NAME};
    const wdm_form *form = in->form;
    for (size_t k = 0; k < sizeof fields / sizeof fields[0]; k++) {
        if (record->cells[fields[k]][0] != '\0')
            return true;
        if (is_control) // made in the laboratory
            continue;
        if (form->required[fields[k]])
            return true;
        for (size_t i = 0; i < form->n_columns; i++) {
            if (form->columns[i].field == fields[k])
                return true;
        }
    }
    return false;
}

// Laboratories write the code into a column of names, and the name into a column of codes.
static wdm_rc site_by_name(const wdm_intake *in, const wdm_record *record, wdm_field field, wdm_index *site)
{
    const char *name = record->cells[field];
    bool several = false;
    *site = wdm_config_site(in->config, name);
    if (*site == WDM_NONE)
        *site = wdm_config_site_named(in->config, name, &several);
    if (several)
        return wdm_issue_add(in->issues, record, wdm_field_name(field), "ambiguous_site", WDM_SEVERITY_ERROR,
                             name, "several sites of sites.csv are called \"%s\"; write the site's code",
                             name);
    if (*site == WDM_NONE)
        return wdm_issue_add(
            in->issues, record, wdm_field_name(field), "unknown_site", WDM_SEVERITY_ERROR, name,
            "\"%s\" is not a site of sites.csv, by code or name; correct it, or add the site to "
            "the table and run wdm init",
            name);
    return WDM_OK;
}

wdm_rc wdm_intake_site(const wdm_intake *in, const wdm_record *record, wdm_index *site, bool *unknown)
{
    *unknown = false;
    *site = wdm_config_site(in->config, WDM_CELL(SITE_ID));
    if (*site != WDM_NONE)
        return WDM_OK;
    if (in->form->add_sites && WDM_CELL(SITE_ID)[0] != '\0') {
        *unknown = true;
        return WDM_OK;
    }
    if (WDM_CELL(SITE_ID)[0] != '\0')
        return site_by_name(in, record, WDM_FIELD_SITE_ID, site);
    if (WDM_CELL(SITE_NAME)[0] != '\0' && !in->form->add_sites)
        return site_by_name(in, record, WDM_FIELD_SITE_NAME, site);
    return WDM_ROW_ERROR(SITE_ID, "missing_value", "the cell is empty; write the site's code");
}
