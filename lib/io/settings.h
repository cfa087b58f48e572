// SPDX-License-Identifier: GPL-3.0-or-later
// wdm.cfg of the config folder: settings of the program that are not tables.
#ifndef WDM_IO_SETTINGS_H
#define WDM_IO_SETTINGS_H

#include "base/err.h"
#include "io/notify_settings.h"

enum { WDM_SETTING_MAX = 1024 };

typedef struct wdm_settings {
    char xlsx2csv[WDM_SETTING_MAX]; // program that turns a workbook into CSV; "": none
    wdm_notify_settings notify;
} wdm_settings;

// Parses the text of the file (libconfig); a setting that it lacks has its default: no converter, no
// transports. origin appears in messages. WDM_E_CONFIG names file and line: wrong grammar, an unknown
// setting, a value of another kind.
wdm_rc wdm_settings_parse(wdm_settings *settings, const char *origin, const char *text,
                          wdm_err *err) WDM_MUST_CHECK;

#endif
