// SPDX-License-Identifier: GPL-3.0-or-later
#include "io/notify_settings.h"

#include <libconfig.h>
#include <stdio.h>
#include <string.h>

enum { SECONDS = 60, SECONDS_MAX = 3600, DIGEST_ABOVE = 5, ALERTMANAGER_DAYS = 9, DAYS_MAX = 400 };

static const char *const transports[WDM_TRANSPORT_N] = {"outbox", "mail", "hook", "alertmanager",
                                                        "prometheus"};

// One reading: where messages point to.
typedef struct reading {
    wdm_notify_settings *s;
    const char *origin;
    wdm_err *err;
} reading;

typedef wdm_rc (*member_fn)(reading *r, const char *name, const config_setting_t *one);

const char *wdm_transport_text(wdm_transport transport)
{
    return transport < WDM_TRANSPORT_N ? transports[transport] : "";
}

void wdm_notify_settings_default(wdm_notify_settings *settings)
{
    memset(settings, 0, sizeof *settings);
    (void)snprintf(settings->languages[0], sizeof settings->languages[0], "zh");
    (void)snprintf(settings->languages[1], sizeof settings->languages[1], "en");
    (void)snprintf(settings->sendmail.args[0], WDM_NOTIFY_TEXT, "/usr/sbin/sendmail");
    settings->sendmail.n = 1;
    settings->sendmail.seconds = settings->hook.seconds = settings->alertmanager.seconds = SECONDS;
    settings->digest_above = DIGEST_ABOVE;
    settings->alertmanager_days = ALERTMANAGER_DAYS;
}

static wdm_rc wrong(reading *r, const config_setting_t *one, const char *name, const char *wants)
{
    return wdm_err_set(r->err, WDM_E_CONFIG, "%s:%u: notify: %s wants %s", r->origin,
                       config_setting_source_line(one), name, wants);
}

static wdm_rc unknown(reading *r, const config_setting_t *one, const char *name, const char *known)
{
    return wdm_err_set(r->err, WDM_E_CONFIG, "%s:%u: notify: unknown setting \"%s\"; known are %s", r->origin,
                       config_setting_source_line(one), name, known);
}

static wdm_rc each_member(reading *r, const char *name, const config_setting_t *group, member_fn fn)
{
    wdm_rc rc = WDM_OK;
    if (config_setting_is_group(group) == CONFIG_FALSE)
        return wrong(r, group, name, "a group in braces");
    for (int i = 0; i < config_setting_length(group) && rc == WDM_OK; i++) {
        const config_setting_t *one = config_setting_get_elem(group, (unsigned)i);
        rc = fn(r, config_setting_name(one), one);
    }
    return rc;
}

// A text of less than size bytes without control characters.
static wdm_rc take_text(reading *r, const char *name, const config_setting_t *one, char *out, size_t size)
{
    const char *text = config_setting_get_string(one);
    if (text == NULL || strlen(text) >= size)
        return wrong(r, one, name, "a text in quotes, not too long");
    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return wrong(r, one, name, "a text without control characters");
    }
    memcpy(out, text, strlen(text) + 1);
    return WDM_OK;
}

static wdm_rc take_number(reading *r, const char *name, const config_setting_t *one, int low, int high,
                          int *out)
{
    char wants[64] = "";
    (void)snprintf(wants, sizeof wants, "a whole number from %d to %d", low, high);
    if (config_setting_type(one) != CONFIG_TYPE_INT || config_setting_get_int(one) < low ||
        config_setting_get_int(one) > high)
        return wrong(r, one, name, wants);
    *out = config_setting_get_int(one);
    return WDM_OK;
}

static bool is_list(const config_setting_t *one)
{
    return config_setting_is_list(one) == CONFIG_TRUE || config_setting_is_array(one) == CONFIG_TRUE;
}

static wdm_rc take_command(reading *r, const char *name, const config_setting_t *one, wdm_command *out)
{
    wdm_rc rc = WDM_OK;
    if (!is_list(one) || config_setting_length(one) < 1 || config_setting_length(one) > WDM_NOTIFY_ARGS)
        return wrong(r, one, name, "a list of a program and its arguments, at most 16 texts");
    out->n = (size_t)config_setting_length(one);
    for (size_t i = 0; i < out->n && rc == WDM_OK; i++)
        rc = take_text(r, name, config_setting_get_elem(one, (unsigned)i), out->args[i], WDM_NOTIFY_TEXT);
    if (rc == WDM_OK && out->args[0][0] != '/')
        return wrong(r, one, name, "a program by its whole path");
    return rc;
}

// What may stand in a header and on sendmail's envelope without quoting.
static wdm_rc take_address(reading *r, const char *name, const config_setting_t *one, char *out)
{
    static const char others[] = "!#$%&'*+-/=?^_`{|}~.@";
    const char *at = NULL;
    wdm_rc rc = take_text(r, name, one, out, WDM_NOTIFY_TEXT);
    if (rc != WDM_OK)
        return rc;
    at = strchr(out, '@');
    for (const char *p = out; *p != '\0'; p++) {
        const bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9');
        if (!plain && strchr(others, *p) == NULL)
            at = NULL;
    }
    if (at == NULL || at == out || at[1] == '\0' || strchr(at + 1, '@') != NULL || out[0] == '-')
        return wrong(r, one, name, "a mail address such as duty@example.org");
    return WDM_OK;
}

// ---- the groups

static wdm_rc recipient_member(reading *r, const char *name, const config_setting_t *one)
{
    static const char *const levels[] = {"info", "notice", "warning", "critical"};
    wdm_recipient *to = &r->s->mail_to[r->s->n_mail_to - 1];
    wdm_rc rc = WDM_OK;
    if (strcmp(name, "address") == 0)
        return take_address(r, "mail.to.address", one, to->address);
    if (strcmp(name, "region") == 0)
        return take_text(r, "mail.to.region", one, to->region_id, sizeof to->region_id);
    if (strcmp(name, "level") != 0)
        return unknown(r, one, name, "address, level, region");
    rc = take_text(r, "mail.to.level", one, to->level, sizeof to->level);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0] && rc == WDM_OK; i++) {
        if (strcmp(levels[i], to->level) == 0)
            return WDM_OK;
    }
    return wrong(r, one, "mail.to.level", "info, notice, warning or critical");
}

static wdm_rc take_recipients(reading *r, const config_setting_t *list)
{
    wdm_rc rc = WDM_OK;
    if (!is_list(list) || config_setting_length(list) < 1 || config_setting_length(list) > WDM_NOTIFY_TO)
        return wrong(r, list, "mail.to", "a list of addresses, at most 32");
    for (int i = 0; i < config_setting_length(list) && rc == WDM_OK; i++) {
        const config_setting_t *one = config_setting_get_elem(list, (unsigned)i);
        wdm_recipient *to = &r->s->mail_to[r->s->n_mail_to++];
        (void)snprintf(to->level, sizeof to->level, "info");
        if (config_setting_is_group(one) == CONFIG_FALSE)
            rc = take_address(r, "mail.to", one, to->address);
        else
            rc = each_member(r, "mail.to", one, recipient_member);
        if (rc == WDM_OK && to->address[0] == '\0')
            rc = wrong(r, one, "mail.to", "an address in each of its groups");
    }
    return rc;
}

static wdm_rc mail_member(reading *r, const char *name, const config_setting_t *one)
{
    if (strcmp(name, "sendmail") == 0)
        return config_setting_get_string(one) == NULL || config_setting_get_string(one)[0] != '/'
                   ? wrong(r, one, "mail.sendmail", "a program by its whole path")
                   : take_text(r, "mail.sendmail", one, r->s->sendmail.args[0], WDM_NOTIFY_TEXT);
    if (strcmp(name, "seconds") == 0)
        return take_number(r, "mail.seconds", one, 1, SECONDS_MAX, &r->s->sendmail.seconds);
    if (strcmp(name, "from") == 0)
        return take_address(r, "mail.from", one, r->s->mail_from);
    if (strcmp(name, "to") == 0)
        return take_recipients(r, one);
    return unknown(r, one, name, "sendmail, seconds, from, to");
}

static wdm_rc outbox_member(reading *r, const char *name, const config_setting_t *one)
{
    if (strcmp(name, "folder") == 0)
        return take_text(r, "outbox.folder", one, r->s->outbox_folder, sizeof r->s->outbox_folder);
    return unknown(r, one, name, "folder");
}

static wdm_rc hook_member(reading *r, const char *name, const config_setting_t *one)
{
    if (strcmp(name, "command") == 0)
        return take_command(r, "hook.command", one, &r->s->hook);
    if (strcmp(name, "seconds") == 0)
        return take_number(r, "hook.seconds", one, 1, SECONDS_MAX, &r->s->hook.seconds);
    return unknown(r, one, name, "command, seconds");
}

static wdm_rc alertmanager_member(reading *r, const char *name, const config_setting_t *one)
{
    if (strcmp(name, "file") == 0)
        return take_text(r, "alertmanager.file", one, r->s->alertmanager_file,
                         sizeof r->s->alertmanager_file);
    if (strcmp(name, "command") == 0)
        return take_command(r, "alertmanager.command", one, &r->s->alertmanager);
    if (strcmp(name, "seconds") == 0)
        return take_number(r, "alertmanager.seconds", one, 1, SECONDS_MAX, &r->s->alertmanager.seconds);
    if (strcmp(name, "days") == 0)
        return take_number(r, "alertmanager.days", one, 1, DAYS_MAX, &r->s->alertmanager_days);
    return unknown(r, one, name, "file, command, seconds, days");
}

static wdm_rc prometheus_member(reading *r, const char *name, const config_setting_t *one)
{
    if (strcmp(name, "file") == 0)
        return take_text(r, "prometheus.file", one, r->s->prometheus_file, sizeof r->s->prometheus_file);
    return unknown(r, one, name, "file");
}

static wdm_rc take_languages(reading *r, const config_setting_t *list)
{
    const int n = is_list(list) ? config_setting_length(list) : 0;
    const char *wants = "a list of one or two of \"zh\", \"en\"";
    if (n < 1 || n > 2)
        return wrong(r, list, "languages", wants);
    memset(r->s->languages, 0, sizeof r->s->languages);
    for (int i = 0; i < n; i++) {
        const char *text = config_setting_get_string_elem(list, i);
        if (text == NULL || (strcmp(text, "zh") != 0 && strcmp(text, "en") != 0) ||
            strcmp(text, r->s->languages[0]) == 0)
            return wrong(r, list, "languages", wants);
        memcpy(r->s->languages[i], text, 3);
    }
    return WDM_OK;
}

static wdm_rc take_transports(reading *r, const config_setting_t *list)
{
    const char *wants = "a list of outbox, mail, hook, alertmanager, prometheus";
    if (!is_list(list))
        return wrong(r, list, "transports", wants);
    for (int i = 0; i < config_setting_length(list); i++) {
        const char *text = config_setting_get_string_elem(list, i);
        int at = 0;
        while (at < WDM_TRANSPORT_N && (text == NULL || strcmp(transports[at], text) != 0))
            at++;
        if (at == WDM_TRANSPORT_N)
            return wrong(r, list, "transports", wants);
        r->s->on[at] = true;
    }
    return WDM_OK;
}

static wdm_rc notify_member(reading *r, const char *name, const config_setting_t *one)
{
    static const struct {
        const char *name;
        member_fn fn;
    } groups[] = {{"mail", mail_member},
                  {"outbox", outbox_member},
                  {"hook", hook_member},
                  {"alertmanager", alertmanager_member},
                  {"prometheus", prometheus_member}};
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        if (strcmp(groups[i].name, name) == 0)
            return each_member(r, name, one, groups[i].fn);
    }
    if (strcmp(name, "transports") == 0)
        return take_transports(r, one);
    if (strcmp(name, "languages") == 0)
        return take_languages(r, one);
    if (strcmp(name, "digest_above") == 0)
        return take_number(r, name, one, 1, 1000, &r->s->digest_above);
    if (strcmp(name, "repeat_weeks") == 0)
        return take_number(r, name, one, 0, 520, &r->s->repeat_weeks);
    return unknown(r, one, name,
                   "transports, languages, digest_above, repeat_weeks, outbox, mail, hook, alertmanager, "
                   "prometheus");
}

wdm_rc wdm_notify_settings_read(wdm_notify_settings *settings, const char *origin,
                                const struct config_setting_t *group, wdm_err *err)
{
    reading r = {settings, origin, err};
    const wdm_notify_settings *s = settings;
    wdm_rc rc = each_member(&r, "it", group, notify_member);
    if (rc != WDM_OK)
        return rc;
    if (s->on[WDM_TRANSPORT_OUTBOX] && s->outbox_folder[0] == '\0')
        return wrong(&r, group, "the transport outbox", "outbox.folder");
    if (s->on[WDM_TRANSPORT_MAIL] && (s->mail_from[0] == '\0' || s->n_mail_to == 0))
        return wrong(&r, group, "the transport mail", "mail.from and mail.to");
    if (s->on[WDM_TRANSPORT_HOOK] && s->hook.n == 0)
        return wrong(&r, group, "the transport hook", "hook.command");
    if (s->on[WDM_TRANSPORT_ALERTMANAGER] && s->alertmanager_file[0] == '\0' && s->alertmanager.n == 0)
        return wrong(&r, group, "the transport alertmanager", "alertmanager.file or alertmanager.command");
    if (s->on[WDM_TRANSPORT_PROMETHEUS] && s->prometheus_file[0] == '\0')
        return wrong(&r, group, "the transport prometheus", "prometheus.file");
    return WDM_OK;
}
