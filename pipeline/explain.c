// SPDX-License-Identifier: GPL-3.0-or-later
// wdm explain: the derivation of one value, from file and line through each factor with its source.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "report/explain.h"
#include "stage.h"

static wdm_rc read_period(const wdm_config *config, const wdm_cli *cli, const char *text,
                          wdm_explain_request *request, wdm_err *err)
{
    request->period = text;
    if (wdm_period_parse(text, &request->span))
        return WDM_OK;
    for (size_t i = 0; i < config->campaigns.n; i++) {
        const wdm_campaign *c = &config->campaigns.rows[i];
        if (strcmp(c->campaign_id, text) != 0 || !c->active)
            continue;
        request->span = (wdm_period){WDM_SCALE_CAMPAIGN, c->starts, c->ends};
        if (c->ends == WDM_DAY_NONE) // it lasts
            request->span.last = cli->as_of > c->starts ? cli->as_of : c->starts;
        return WDM_OK;
    }
    return wdm_err_set(err, WDM_E_USAGE,
                       "\"%s\" is no time; write a day (2026-11-16), week (2026-W47), month (2026-11), "
                       "quarter (2026-Q4), year (2026) or a campaign of campaigns.csv",
                       text);
}

static wdm_rc read_arguments(const wdm_cli *cli, const wdm_config *config, wdm_explain_request *request,
                             wdm_err *err)
{
    const char *const *args = (const char *const *)cli->args;
    const wdm_index region = wdm_config_region(config, args[0]);
    request->place_kind = WDM_PLACE_SITE;
    request->place = wdm_config_site(config, args[0]);
    request->drug = wdm_config_drug(config, args[1]);
    request->as_of = cli->as_of_given ? cli->as_of : WDM_DAY_NONE;
    if (request->place == WDM_NONE && region != WDM_NONE) {
        request->place_kind = WDM_PLACE_REGION;
        request->place = region;
    }
    if (request->place == WDM_NONE)
        return wdm_err_set(err, WDM_E_USAGE, "\"%s\" is not a site or region", args[0]);
    if (request->drug == WDM_NONE)
        return wdm_err_set(err, WDM_E_USAGE, "\"%s\" is not a drug of drugs.csv", args[1]);
    return read_period(config, cli, args[2], request, err);
}

static wdm_rc print(const wdm_cli *cli, const wdm_steps *steps, wdm_err *err)
{
    wdm_buf out = {0};
    wdm_rc rc = WDM_OK;
    wdm_buf_init(&out, WDM_BUF_DEFAULT_MAX);
    if (cli->format == WDM_FORMAT_TABLE)
        wdm_steps_text(steps, &out);
    else
        rc = wdm_steps_table(steps, cli->format, &out, err);
    if (rc == WDM_OK)
        rc = wdm_buf_check(&out, err);
    if (rc == WDM_OK && fwrite(wdm_buf_text(&out), 1, out.len, stdout) != out.len)
        rc = wdm_err_set(err, WDM_E_IO, "%s", errno == EPIPE ? "" : "cannot write to standard output");
    wdm_buf_fini(&out);
    return rc;
}

static wdm_rc run_explain(const wdm_cli *cli, wdm_err *err)
{
    wdm_session session = {0};
    wdm_explain_request request = {0};
    wdm_steps steps = {0};
    wdm_rc rc = wdm_session_open(&session, cli, WDM_STORE_READ, 0, err);
    const wdm_words words = {&session.config, cli->lang};
    wdm_steps_init(&steps, &words);
    if (rc == WDM_OK)
        rc = read_arguments(cli, &session.config, &request, err);
    if (rc == WDM_OK)
        rc = wdm_store_begin_read(session.store, err);
    if (rc == WDM_OK) {
        rc = wdm_explain(session.store, &session.config, &request, &steps, err);
        wdm_store_rollback(session.store);
    }
    if (rc == WDM_OK)
        rc = print(cli, &steps, err);
    wdm_steps_fini(&steps);
    wdm_session_close(&session);
    return rc;
}

static const wdm_option options[] = {
    WDM_FACTOR_SET_OPTION,
};

const wdm_stage wdm_stage_explain = {
    .name = "explain",
    .usage = "SITE|REGION DRUG DATE|WEEK|MONTH|QUARTER|YEAR|CAMPAIGN",
    .summary = "the whole derivation of a value: file, line, factors with their sources, each step, budget",
    .details =
        "Example: wdm explain HK-BSM methamphetamine 2026-W47\n"
        "--lang zh writes the sentences in Chinese; --format jsonl gives each step with its numbers.\n",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .min_args = 3,
    .max_args = 3,
    .run = run_explain,
};
