// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/settings.h"

#include <libconfig.h>
#include <string.h>

static wdm_rc take(wdm_settings *settings, const char *origin, const config_setting_t *one, wdm_err *err)
{
    const unsigned line = config_setting_source_line(one);
    const char *name = config_setting_name(one);
    const char *text = config_setting_get_string(one);
    if (strcmp(name, "notify") == 0)
        return wdm_notify_settings_read(&settings->notify, origin, one, err);
    if (strcmp(name, "xlsx2csv") != 0)
        return wdm_err_set(err, WDM_E_CONFIG, "%s:%u: unknown setting \"%s\"; xlsx2csv and notify are known",
                           origin, line, name);
    if (text == NULL || strlen(text) >= sizeof settings->xlsx2csv)
        return wdm_err_set(err, WDM_E_CONFIG, "%s:%u: %s wants a text of less than %d bytes in quotes",
                           origin, line, name, WDM_SETTING_MAX);
    memcpy(settings->xlsx2csv, text, strlen(text) + 1);
    return WDM_OK;
}

wdm_rc wdm_settings_parse(wdm_settings *settings, const char *origin, const char *text, wdm_err *err)
{
    config_t cfg;
    wdm_rc rc = WDM_OK;
    memset(settings, 0, sizeof *settings);
    wdm_notify_settings_default(&settings->notify);
    config_init(&cfg);
    if (config_read_string(&cfg, text) != CONFIG_TRUE) {
        rc = wdm_err_set(err, WDM_E_CONFIG, "%s:%d: %s", origin, config_error_line(&cfg),
                         config_error_text(&cfg));
    } else {
        const config_setting_t *root = config_root_setting(&cfg);
        for (int i = 0; i < config_setting_length(root) && rc == WDM_OK; i++)
            rc = take(settings, origin, config_setting_get_elem(root, (unsigned)i), err);
    }
    config_destroy(&cfg);
    return rc;
}
