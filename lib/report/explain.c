// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/explain.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "io/number.h"
#include "report/explain_parts.h"
#include "store/report_store.h"
#include "store/trend_store.h"

const char *wdm_explain_analyte(wdm_explanation *x, wdm_index analyte)
{
    const wdm_analyte *a = &x->config->analytes.rows[analyte];
    return x->out->words.lang == WDM_LANG_ZH && a->name_zh[0] != '\0' ? a->name_zh : a->name;
}

static const char *period_text(wdm_explanation *x)
{
    const wdm_explain_request *q = x->request;
    const wdm_place places[] = {{"period", q->period},
                                {"first", wdm_steps_day(x->out, q->span.first)},
                                {"last", wdm_steps_day(x->out, q->span.last)}};
    return q->span.first == q->span.last ? q->period : wdm_steps_phrase(x->out, "explain.period", places, 3);
}

static void say_title(wdm_explanation *x)
{
    const wdm_explain_request *q = x->request;
    const bool site = q->place_kind == WDM_PLACE_SITE;
    const wdm_words *words = &x->out->words;
    WDM_STEP(
        x->out, 0, site ? "explain.title_site" : "explain.title_region",
        {"id", site ? x->config->sites.rows[q->place].site_id : x->config->regions.rows[q->place].region_id},
        {"name", site ? wdm_words_site(words, q->place) : wdm_words_region(words, q->place)},
        {"drug_id", x->config->drugs.rows[q->drug].drug_id}, {"drug", wdm_words_drug(words, q->drug)},
        {"period", period_text(x)});
}

// "censoring=auto" as a phrase; a parameter without one stays as it is.
static const char *parameter_text(wdm_explanation *x, const char *pair)
{
    const char *equals = strchr(pair, '=');
    char key[64] = "";
    if (equals == NULL)
        return pair;
    (void)snprintf(key, sizeof key, "parameter.%.*s", (int)(equals - pair), pair);
    if (strcmp(wdm_words_get(&x->out->words, key), key) == 0)
        return pair;
    const wdm_place places[] = {{"value", equals + 1}};
    return wdm_steps_phrase(x->out, wdm_steps_keep(x->out, key), places, 1);
}

// Reads a parameter of the run that the engine takes, so that it makes the same values again.
static void take_parameter(wdm_explanation *x, const char *pair)
{
    const char *value = strchr(pair, '=');
    if (value == NULL)
        return;
    value++;
    if (strncmp(pair, "censoring=", strlen("censoring=")) == 0)
        (void)wdm_cens_method_parse(value, &x->options.censoring);
    else if (strcmp(pair, "disposal=keep") == 0)
        x->options.keep_disposal = true;
    else if (strncmp(pair, "draws=", strlen("draws=")) == 0)
        (void)wdm_integer_parse(value, &x->draws);
    else if (strncmp(pair, "seed=", strlen("seed=")) == 0)
        (void)wdm_integer_parse(value, &x->seed);
}

// The words of "as_of=2026-11-23 censoring=auto", each given to take and joined as phrases.
static const char *parameters_text(wdm_explanation *x, const char *parameters)
{
    const char *joined = "";
    char word[256];
    for (const char *p = parameters; *p != '\0';) {
        const size_t n = strcspn(p, " ");
        (void)snprintf(word, sizeof word, "%.*s", (int)n, p);
        if (n > 0 && n < sizeof word) {
            take_parameter(x, word);
            joined = wdm_steps_join(x->out, joined, wdm_steps_keep(x->out, parameter_text(x, word)), "，");
        }
        p += n + strspn(p + n, " ");
    }
    return joined;
}

static wdm_rc say_run(wdm_explanation *x, wdm_err *err)
{
    wdm_run_row run = {0};
    wdm_last_run last = {0};
    bool current = false;
    wdm_rc rc = wdm_report_run(x->store, "estimate", &x->arena, &run, err);
    if (rc == WDM_OK)
        rc = wdm_store_last_run(x->store, "estimate", &last, err);
    if (rc == WDM_OK && last.found)
        rc = wdm_store_estimates_are_current(x->store, &current, err);
    if (rc != WDM_OK)
        return rc;
    x->as_of = x->request->as_of != WDM_DAY_NONE ? x->request->as_of : last.found ? last.as_of : WDM_DAY_NONE;
    WDM_STEP(x->out, 1, "explain.factor_set", {"factor_set", x->config->factor_set});
    if (!last.found) {
        WDM_STEP_PLAIN(x->out, 1, "explain.run_none");
        return WDM_OK;
    }
    WDM_STEP(x->out, 1, "explain.run", {"run", wdm_steps_integer(x->out, last.run_id)},
             {"version", run.version}, {"parameters", parameters_text(x, run.parameters)});
    if (!current)
        WDM_STEP_PLAIN(x->out, 1, "explain.run_stale");
    return x->draws > 0 ? wdm_mc_new((size_t)x->draws, (uint64_t)x->seed, &x->options.mc, err) : WDM_OK;
}

wdm_rc wdm_explain(wdm_store *store, const wdm_config *config, const wdm_explain_request *request,
                   wdm_steps *steps, wdm_err *err)
{
    wdm_explanation x = {.store = store,
                         .config = config,
                         .request = request,
                         .out = steps,
                         .options = {.censoring = WDM_CENS_AUTO},
                         .as_of = request->as_of};
    // the values of this period alone, however much is read around it
    const wdm_scope scope = {.own_first = request->span.first, .own_last = request->span.first, .all = true};
    wdm_rc rc = wdm_explain_choose(&x, err);
    x.options.scope = &scope;
    steps->scope.drug_id = config->drugs.rows[request->drug].drug_id;
    say_title(&x);
    if (rc == WDM_OK)
        rc = say_run(&x, err);
    if (rc == WDM_OK)
        rc = request->place_kind == WDM_PLACE_SITE ? wdm_explain_site(&x, err) : wdm_explain_region(&x, err);
    wdm_mc_free(x.options.mc);
    wdm_free(x.of_drug);
    wdm_free(x.told);
    wdm_arena_fini(&x.arena);
    return rc == WDM_OK ? wdm_steps_check(steps, err) : rc;
}
