// SPDX-License-Identifier: GPL-3.0-or-later
// The group `notify` of wdm.cfg: by which transports alerts are told, to whom, in which languages.
#ifndef WDM_IO_NOTIFY_SETTINGS_H
#define WDM_IO_NOTIFY_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

// The first three tell of events, once each; the last two say what is so now, at every run.
typedef enum wdm_transport {
    WDM_TRANSPORT_OUTBOX,
    WDM_TRANSPORT_MAIL,
    WDM_TRANSPORT_HOOK,
    WDM_TRANSPORT_ALERTMANAGER,
    WDM_TRANSPORT_PROMETHEUS,
    WDM_TRANSPORT_N
} wdm_transport;
enum { WDM_TRANSPORT_EVENTS = WDM_TRANSPORT_HOOK + 1 };

const char *wdm_transport_text(wdm_transport transport);

enum { WDM_NOTIFY_TEXT = 256, WDM_NOTIFY_PATH = 1024, WDM_NOTIFY_ARGS = 16, WDM_NOTIFY_TO = 32 };

// A program with its arguments, run without a shell. n 0: none.
typedef struct wdm_command {
    char args[WDM_NOTIFY_ARGS][WDM_NOTIFY_TEXT];
    size_t n;
    int seconds; // of time
} wdm_command;

typedef struct wdm_recipient {
    char address[WDM_NOTIFY_TEXT];
    char level[16];                  // the lowest level that it is sent: info, notice, warning, critical
    char region_id[WDM_NOTIFY_TEXT]; // only of sites and regions inside; "": all
} wdm_recipient;

typedef struct wdm_notify_settings {
    bool on[WDM_TRANSPORT_N];
    char languages[2][4]; // "en", "zh"; the second may be ""
    int digest_above;     // more alerts than this in a run: one message with a table
    int repeat_weeks;     // an open alert is told of again after so many weeks; 0: never
    char outbox_folder[WDM_NOTIFY_PATH];
    char mail_from[WDM_NOTIFY_TEXT];
    wdm_recipient mail_to[WDM_NOTIFY_TO];
    size_t n_mail_to;
    wdm_command sendmail, hook, alertmanager;
    char alertmanager_file[WDM_NOTIFY_PATH];
    int alertmanager_days; // for so long an open alert stands there without a new run
    char prometheus_file[WDM_NOTIFY_PATH];
} wdm_notify_settings;

struct config_setting_t; // of libconfig

void wdm_notify_settings_default(wdm_notify_settings *settings);
// Reads the group. origin is the file in messages. WDM_E_CONFIG with file and line: an unknown setting, a
// wrong kind or range, no mail address, a transport that is named and lacks a setting that it needs.
wdm_rc wdm_notify_settings_read(wdm_notify_settings *settings, const char *origin,
                                const struct config_setting_t *group, wdm_err *err) WDM_MUST_CHECK;

#endif
