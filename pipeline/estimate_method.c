// SPDX-License-Identifier: GPL-3.0-or-later
#include "estimate_method.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/number.h"

wdm_rc wdm_method_of(const wdm_cli *cli, wdm_method *method, wdm_err *err)
{
    const char *name = wdm_cli_value(cli, "method");
    const char *draws = wdm_cli_value(cli, "draws");
    const char *seed = wdm_cli_value(cli, "seed");
    int64_t n = WDM_MC_DRAWS_DEFAULT;
    int64_t s = 1;
    method->montecarlo = name != NULL && strcmp(name, "montecarlo") == 0;
    if (name != NULL && !method->montecarlo && strcmp(name, "analytic") != 0)
        return wdm_err_set(err, WDM_E_USAGE, "--method: \"%s\" is not known; write analytic or montecarlo",
                           name);
    if (!method->montecarlo && (draws != NULL || seed != NULL))
        return wdm_err_set(err, WDM_E_USAGE, "--%s goes with --method montecarlo only",
                           draws != NULL ? "draws" : "seed");
    if (draws != NULL && (!wdm_integer_parse(draws, &n) || n < WDM_MC_DRAWS_MIN || n > WDM_MC_DRAWS_MAX))
        return wdm_err_set(err, WDM_E_USAGE, "--draws: \"%s\" is not a number from %d to %d", draws,
                           (int)WDM_MC_DRAWS_MIN, (int)WDM_MC_DRAWS_MAX);
    if (seed != NULL && (!wdm_integer_parse(seed, &s) || s < 0))
        return wdm_err_set(err, WDM_E_USAGE, "--seed: \"%s\" is not a whole number from 0 on", seed);
    method->draws = (size_t)n;
    method->seed = (uint64_t)s;
    return WDM_OK;
}

const char *wdm_method_text(const wdm_method *method, char text[WDM_METHOD_TEXT])
{
    if (method->montecarlo)
        (void)snprintf(text, WDM_METHOD_TEXT, "method=montecarlo draws=%zu seed=%" PRIu64, method->draws,
                       method->seed);
    else
        (void)snprintf(text, WDM_METHOD_TEXT, "method=analytic");
    return text;
}

wdm_rc wdm_method_open(const wdm_method *method, wdm_mc **mc, wdm_err *err)
{
    *mc = NULL;
    return method->montecarlo ? wdm_mc_new(method->draws, method->seed, mc, err) : WDM_OK;
}
