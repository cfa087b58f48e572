// SPDX-License-Identifier: GPL-3.0-or-later
// wdm chart: the alert chart of one series, or of every open alert.
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "io/file.h"
#include "io/number.h"
#include "report/alert_picture.h"
#include "session.h"
#include "stage.h"

enum {
    DEFAULT_WEEKS = 40,
    TITLE_MAX = 64 * 1024,
    SCRIPT_MAX = 4 * 1024 * 1024,
    PICTURE_MAX = 32 * 1024 * 1024
};

typedef struct request {
    const wdm_cli *cli;
    wdm_session session;
    wdm_arena arena;
    wdm_picture kind;
    int weeks;
    int32_t week;
    wdm_alert_rows alerts;
    int drawn;
} request;

static bool is_folder(const char *path)
{
    struct stat st;
    const size_t len = strlen(path);
    return (len > 0 && path[len - 1] == '/') || (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

// Where the picture goes: a folder gets a file of the picture's own name.
static wdm_rc place(const request *r, const wdm_alert_picture *picture, char path[WDM_PATH_MAX], wdm_err *err)
{
    const char *output = wdm_cli_value(r->cli, "output");
    wdm_buf name = {0};
    wdm_rc rc = WDM_OK;
    char folder[WDM_PATH_MAX] = "";
    if (output != NULL && strlen(output) >= sizeof folder)
        return wdm_err_set(err, WDM_E_USAGE, "the path given with --output is too long");
    if (output != NULL && !wdm_cli_has(r->cli, "alerts") && !is_folder(output)) {
        (void)snprintf(path, WDM_PATH_MAX, "%s", output);
        return WDM_OK;
    }
    (void)snprintf(folder, sizeof folder, "%s", output == NULL ? "." : output);
    for (size_t len = strlen(folder); len > 1 && folder[len - 1] == '/'; len--)
        folder[len - 1] = '\0';
    wdm_buf_init(&name, 1024);
    wdm_alert_picture_name(picture, &name);
    wdm_buf_puts(&name, r->kind == WDM_PICTURE_PNG ? ".png" : ".svg");
    rc = wdm_buf_check(&name, err);
    if (rc == WDM_OK && output != NULL)
        rc = wdm_dir_make(folder, err);
    if (rc == WDM_OK)
        rc = wdm_path_join(path, folder, wdm_buf_text(&name), err);
    wdm_buf_fini(&name);
    return rc;
}

static wdm_rc draw(request *r, const wdm_series_key *key, wdm_index site, wdm_index drug,
                   const wdm_alert_row *alert, wdm_err *err)
{
    const wdm_alert_picture picture = {.words = {&r->session.config, r->cli->lang},
                                       .key = *key,
                                       .site = site,
                                       .drug = drug,
                                       .week = r->week,
                                       .weeks = r->weeks,
                                       .as_of = r->cli->as_of,
                                       .alert = alert};
    char path[WDM_PATH_MAX] = "";
    wdm_buf script = {0}, bytes = {0}, title = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&script, SCRIPT_MAX);
    wdm_buf_init(&bytes, PICTURE_MAX);
    wdm_buf_init(&title, TITLE_MAX);
    rc = wdm_alert_picture_script(r->session.store, &picture, &script, &title, err);
    if (rc == WDM_OK)
        rc = place(r, &picture, path, err);
    if (rc == WDM_OK && !r->cli->dry_run)
        rc = wdm_gnuplot_draw(wdm_buf_text(&script), script.len, r->kind, NULL, &bytes, err);
    if (rc == WDM_OK && !r->cli->dry_run)
        rc = wdm_file_write(path, bytes.data, bytes.len, err);
    if (rc == WDM_OK) {
        (void)printf("%s\t%s\n", path, wdm_buf_text(&title));
        r->drawn++;
    }
    wdm_buf_fini(&script);
    wdm_buf_fini(&bytes);
    wdm_buf_fini(&title);
    return rc;
}

// ---- what is asked for

static wdm_rc read_options(request *r, wdm_err *err)
{
    const char *weeks = wdm_cli_value(r->cli, "weeks"), *type = wdm_cli_value(r->cli, "type");
    const char *output = wdm_cli_value(r->cli, "output");
    int64_t n = DEFAULT_WEEKS;
    const size_t len = output == NULL ? 0 : strlen(output);
    if (weeks != NULL && (!wdm_integer_parse(weeks, &n) || n < 2 || n > 520))
        return wdm_err_set(err, WDM_E_USAGE, "--weeks %s: a number from 2 to 520 was expected", weeks);
    r->weeks = (int)n;
    r->kind = len > 4 && strcmp(output + len - 4, ".svg") == 0 ? WDM_PICTURE_SVG : WDM_PICTURE_PNG;
    if (type != NULL && strcmp(type, "svg") != 0 && strcmp(type, "png") != 0)
        return wdm_err_set(err, WDM_E_USAGE, "--type %s: png or svg was expected", type);
    if (type != NULL)
        r->kind = strcmp(type, "svg") == 0 ? WDM_PICTURE_SVG : WDM_PICTURE_PNG;
    return WDM_OK;
}

static wdm_rc read_week(request *r, wdm_err *err)
{
    const char *text = wdm_cli_value(r->cli, "week");
    wdm_isoweek week = {0, 0};
    bool found = false;
    wdm_rc rc = WDM_OK;
    if (text != NULL) {
        if (!wdm_isoweek_parse(text, &week) || wdm_day_of_isoweek(week, 1) == WDM_DAY_NONE)
            return wdm_err_set(err, WDM_E_USAGE, "--week %s: a week such as 2026-W47 was expected", text);
        r->week = wdm_week_index(wdm_day_of_isoweek(week, 1));
        return WDM_OK;
    }
    rc = wdm_report_last_week(r->session.store, &r->week, &found, err);
    if (rc == WDM_OK && !found)
        rc = wdm_err_set(err, WDM_E_NOINPUT, "the store has no weekly estimates; run `wdm estimate` first");
    if (rc == WDM_OK && wdm_week_monday(r->week) > r->cli->as_of)
        r->week = wdm_week_index(r->cli->as_of);
    return rc;
}

// The row of the drug's primary biomarker; NULL when it has none.
static const wdm_excretion *primary_of(const wdm_config *c, wdm_index drug)
{
    for (size_t i = 0; i < c->excretion.n; i++) {
        if (c->excretion.rows[i].drug == drug && c->excretion.rows[i].primary)
            return &c->excretion.rows[i];
    }
    return NULL;
}

// The alert on the series; one against the baseline also stands for the other quantities of the biomarker,
// which are proportional to each other.
static const wdm_alert_row *alert_on(const request *r, const wdm_series_key *key)
{
    const wdm_alert_row *other = NULL;
    for (size_t i = 0; i < r->alerts.n; i++) {
        const wdm_alert_row *a = &r->alerts.rows[i];
        if (a->key.site != key->site || a->key.drug != key->drug ||
            (a->key.biomarker != 0 && a->key.biomarker != key->biomarker))
            continue;
        if (a->key.quantity == key->quantity)
            return a;
        if (other == NULL && strcmp(a->family, "baseline") == 0)
            other = a;
    }
    return other;
}

static wdm_rc draw_series(request *r, wdm_err *err)
{
    const wdm_config *c = &r->session.config;
    const char *site_id = wdm_cli_value(r->cli, "site"), *drug_id = wdm_cli_value(r->cli, "drug");
    const char *asked = wdm_cli_value(r->cli, "quantity");
    const wdm_index site = wdm_config_site(c, site_id), drug = wdm_config_drug(c, drug_id);
    const wdm_excretion *primary = primary_of(c, drug);
    wdm_quantity quantity = WDM_Q_NORMALISED_LOAD;
    wdm_series_wanted wanted = {0};
    wdm_series_key key = {0};
    bool found = false;
    wdm_rc rc = WDM_OK;
    if (site == WDM_NONE)
        return wdm_err_set(err, WDM_E_USAGE, "--site %s: no such site; its site_id was expected", site_id);
    if (drug == WDM_NONE)
        return wdm_err_set(err, WDM_E_USAGE, "--drug %s: no such drug; its drug_id was expected", drug_id);
    if (asked != NULL && (!wdm_quantity_parse(asked, &quantity) || quantity == WDM_Q_MASS))
        return wdm_err_set(err, WDM_E_USAGE,
                           "--quantity %s: normalised_load, consumption, doses or prevalence was expected",
                           asked);
    if (asked == NULL && primary != NULL && !primary->headline_load)
        quantity = WDM_Q_CONSUMPTION;
    wanted = (wdm_series_wanted){site_id, drug_id,
                                 primary == NULL ? "" : c->analytes.rows[primary->biomarker].analyte_id,
                                 (int)quantity, r->week};
    rc = wdm_report_find_series(r->session.store, &wanted, &key, &found, err);
    wanted.quantity = WDM_Q_NORMALISED_LOAD;
    if (rc == WDM_OK && !found && asked == NULL)
        rc = wdm_report_find_series(r->session.store, &wanted, &key, &found, err);
    if (rc != WDM_OK)
        return rc;
    if (!found)
        return wdm_err_set(err, WDM_E_NOINPUT, "%s has no weekly %s of %s up to that week", site_id,
                           wdm_quantity_name(quantity), drug_id);
    return draw(r, &key, site, drug, alert_on(r, &key), err);
}

static wdm_rc draw_alerts(request *r, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    for (size_t i = 0; i < r->alerts.n && rc == WDM_OK; i++) {
        const wdm_alert_row *a = &r->alerts.rows[i];
        if (a->key.site != 0 && a->key.biomarker != 0 && a->site != WDM_NONE && a->drug != WDM_NONE)
            rc = draw(r, &a->key, a->site, a->drug, a, err);
    }
    if (rc == WDM_OK && r->drawn == 0)
        wdm_cli_say(r->cli, "No alert of a series is open: nothing to draw.\n");
    return rc;
}

static wdm_rc run_chart(const wdm_cli *cli, wdm_err *err)
{
    request r = {.cli = cli, .arena = WDM_ARENA_INIT};
    const bool alerts = wdm_cli_has(cli, "alerts");
    wdm_rc rc = WDM_OK;
    if (alerts == (wdm_cli_value(cli, "site") != NULL) || alerts == (wdm_cli_value(cli, "drug") != NULL))
        return wdm_err_set(err, WDM_E_USAGE, "wdm chart needs --site and --drug, or --alerts");
    rc = read_options(&r, err);
    if (rc == WDM_OK)
        rc = wdm_session_open(&r.session, cli, WDM_STORE_READ, 0, err);
    if (rc == WDM_OK)
        rc = wdm_session_guard_as_of(&r.session, cli, err);
    if (rc == WDM_OK)
        rc = read_week(&r, err);
    if (rc == WDM_OK)
        rc = wdm_report_alerts(r.session.store, &r.session.config, r.week, cli->as_of, &r.arena, &r.alerts,
                               err);
    if (rc == WDM_OK)
        rc = alerts ? draw_alerts(&r, err) : draw_series(&r, err);
    wdm_free(r.alerts.rows);
    wdm_arena_fini(&r.arena);
    wdm_session_close(&r.session);
    return rc;
}

static const wdm_option options[] = {
    {"site", 's', "SITE", "the site_id of the series"},
    {"drug", 'd', "DRUG", "the drug_id of the series"},
    {"quantity", 0, "NAME",
     "normalised_load, consumption, doses or prevalence (default: the drug's headline)"},
    {"alerts", 'a', NULL, "one chart for every open alert"},
    {"week", 'w', "WEEK", "the last week drawn, such as 2026-W47 (default: the latest)"},
    {"weeks", 'n', "N", "how many weeks (default 40)"},
    WDM_FACTOR_SET_OPTION,
    {"output", 'o', "PATH", "a file, or a folder that gets files of their own names (default: this folder)"},
    {"type", 't', "TYPE", "png or svg (default: by the file's name, else png)"},
};

const wdm_stage wdm_stage_chart = {
    .name = "chart",
    .usage = "",
    .summary = "draw the alert chart of a series, or of every open alert",
    .details = "Prints the path and the title of each picture. The picture stands alone: its title is the "
               "finding, its\n"
               "footer says where the numbers come from. Needs gnuplot.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .run = run_chart,
};
