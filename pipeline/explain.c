// SPDX-License-Identifier: GPL-3.0-or-later
// wdm explain: the derivation of one weekly (or daily) value, from file and line through each factor with its
// source.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "data/flags.h"
#include "data/intake.h"
#include "io/number.h"
#include "observations.h"
#include "store/export_store.h"
#include "wbe/units.h"

enum { DIGITS = 8 }; // enough for a calculator to get the same number

typedef struct explanation {
    const wdm_cli *cli;
    wdm_session *session;
    wdm_index site, drug;
    wdm_index biomarker; // of the series in hand
    wdm_day first, last;
    bool one_day;
    int n_censored;
    bool any;
    bool published;
} explanation;

static const char *pretty(double value, char text[WDM_NUMBER_TEXT])
{
    if (isnan(value))
        (void)snprintf(text, WDM_NUMBER_TEXT, "?");
    else
        (void)wdm_number_pretty(value, DIGITS, text);
    return text;
}

static void print_limits(const wdm_result_row *row)
{
    char lod[WDM_NUMBER_TEXT];
    char loq[WDM_NUMBER_TEXT];
    if (!isnan(row->lod_ng_l) || !isnan(row->loq_ng_l))
        printf("    limits: LOD %s ng/L, LOQ %s ng/L%s\n", pretty(row->lod_ng_l, lod),
               pretty(row->loq_ng_l, loq),
               (row->flags & WDM_FLAG_LIMIT_FROM_TABLE) != 0 ? " (from analysis.csv)" : "");
}

static void print_population(const explanation *x, const wdm_point *point)
{
    char text[WDM_NUMBER_TEXT];
    const wdm_population *p = wdm_config_population(&x->session->config, x->site, point->value.day);
    if (p != NULL)
        printf("    P = %s persons (population.csv: %s; %s; u %.3g)\n", pretty(p->population, text),
               p->method, p->source, p->u_rel);
    else
        printf("    P = %s persons (field sheet)\n", pretty(point->population, text));
}

static wdm_rc on_result(void *user, const wdm_result_row *row, wdm_err *err)
{
    explanation *x = user;
    wdm_point point = {0};
    const char *why = NULL;
    char date[WDM_WHEN_TEXT];
    char conc[WDM_NUMBER_TEXT];
    char flow[WDM_NUMBER_TEXT];
    char persons[WDM_NUMBER_TEXT];
    char load[WDM_NUMBER_TEXT];
    const bool level = wdm_point_of_result(&x->session->config, row, &point, &why);
    const double c = row->state == WDM_RESULT_MEASURED                                ? row->value_ng_l
                     : row->state == WDM_RESULT_NOT_DETECTED && !isnan(row->lod_ng_l) ? row->lod_ng_l
                                                                                      : row->loq_ng_l;
    (void)err;
    x->any = true;
    printf("  %s  sample %s, %s line %" PRId64 " (batch %s, revision %" PRId64 ")\n",
           wdm_when_format(row->start, date), row->sample_id, row->file, row->line, row->batch,
           row->revision);
    if (row->bound)
        printf("    placed by its number: %s line %" PRId64 " gives site and times\n", row->field_file,
               row->field_line);
    if (row->state <= WDM_RESULT_NOT_DETECTED)
        printf("    C: \"%s\" %s -> %s%s ng/L, %s\n", row->raw_value, row->raw_unit,
               row->state == WDM_RESULT_MEASURED ? "" : "< ", pretty(c, conc),
               wdm_result_state_name(row->state));
    else
        printf("    C: \"%s\" %s -> %s, no level\n", row->raw_value, row->raw_unit,
               wdm_result_state_name(row->state));
    print_limits(row);
    if (row->qc_codes[0] != '\0')
        printf("    quality control: %s (wdm export quality)\n", row->qc_codes);
    if (!level) {
        printf("    not used: %s\n", strcmp(why, "flow") == 0 ? "there is no flow for this day yet"
                                     : strcmp(why, "population") == 0
                                         ? "population.csv has no population for this day"
                                     : strcmp(why, "quality") == 0 ? "quality control failed"
                                                                   : "the laboratory gives no level");
        return WDM_OK;
    }
    printf("    Q = %s m3/d (%s line %" PRId64 ")\n", pretty(row->flow_m3_d, flow), row->flow_file,
           row->flow_line);
    print_population(x, &point);
    printf("    N = C Q / P = %s x %s / %s = %s%s mg/d/1000\n", conc, flow, pretty(point.population, persons),
           point.value.state == WDM_STATE_MEASURED ? "" : "< ", pretty(point.value.load_mg_d_1000, load));
    printf("    u: sampling %.3g, analysis %.3g, batch %.3g, flow %.3g (flow bias of the site %.3g)\n",
           isnan(point.value.u_sampling) ? 0.0 : point.value.u_sampling, point.value.u_analysis,
           point.value.u_batch, point.value.u_flow, x->session->config.sites.rows[x->site].flow_bias_u_rel);
    x->n_censored += point.value.state != WDM_STATE_MEASURED;
    return WDM_OK;
}

static wdm_rc on_published(void *user, const wdm_published_row *row, wdm_err *err)
{
    explanation *x = user;
    char date[WDM_DATE_TEXT];
    char load[WDM_NUMBER_TEXT];
    (void)err;
    x->any = true;
    x->published = true;
    printf("  %s%s  published load, %s line %" PRId64 " column %s (batch %s)\n",
           wdm_day_format(row->day, date), (row->flags & WDM_FLAG_NOMINAL_DATE) != 0 ? " (nominal date)" : "",
           row->file, row->line, row->column, row->batch);
    printf("    N: \"%s\" -> %s%s mg/d/1000\n", row->raw_value, row->state == WDM_STATE_MEASURED ? "" : "< ",
           pretty(row->state == WDM_STATE_MEASURED ? row->load_mg_d_1000 : row->limit_mg_d_1000, load));
    x->n_censored += row->state != WDM_STATE_MEASURED;
    return WDM_OK;
}

// The arithmetic from the week's mean load to the other quantities, as a person with a calculator would do
// it.
static wdm_rc print_factors(const explanation *x, wdm_err *err)
{
    const wdm_config *config = &x->session->config;
    const wdm_excretion *e = wdm_config_excretion(config, x->drug, x->biomarker, x->first);
    const wdm_drug *drug = &config->drugs.rows[x->drug];
    const wdm_analyte *analyte = &config->analytes.rows[x->biomarker];
    wdm_factor factor = {0};
    int64_t flags = 0;
    wdm_rc rc = wdm_series_factor(config, x->site, x->drug, x->biomarker, x->first, x->published, &factor,
                                  &flags, err);
    if (rc != WDM_OK)
        return rc;
    printf("Factors (factor set %s)\n", config->factor_set);
    if (e == NULL || isnan(e->fraction.mode)) {
        printf("  no excretion fraction is known: the load is all that is reported%s%s\n",
               e == NULL ? "" : "; ", e == NULL ? "" : e->source);
        return WDM_OK;
    }
    printf("  M(%s) = %.3f g/mol (%s)\n", drug->drug_id, drug->molar_mass, drug->source);
    printf("  M(%s) = %.3f g/mol (%s)\n", analyte->analyte_id, analyte->molar_mass, analyte->source);
    printf("  f = %g of a dose is excreted as %s, %s", e->fraction.mode, analyte->analyte_id,
           wdm_dist_name(factor.excretion.kind));
    if (!isnan(e->fraction.u_rel))
        printf(" with u %.3g", e->fraction.u_rel);
    else
        printf(" %g to %g", e->fraction.low, e->fraction.high);
    printf(" (%s)\n", e->source);
    printf("  CF = M(%s) / M(%s) / f = %.3f / %.3f / %g = %.8g\n", drug->drug_id, analyte->analyte_id,
           drug->molar_mass, analyte->molar_mass, e->fraction.mode,
           wdm_correction_factor(factor.mass_ratio, e->fraction.mode));
    if (factor.k_stability > 1.0)
        printf("  k_s = %.6g (in-sewer loss over %g h, stability.csv)\n", factor.k_stability,
               config->sites.rows[x->site].retention_h);
    if (!isnan(drug->dose_mg))
        printf("  dose = %g mg of pure drug (%s)\n", drug->dose_mg, drug->source);
    if ((flags & WDM_FLAG_LOW_CONFIDENCE) != 0)
        printf("  the excretion fraction is of low confidence: the load is the headline\n");
    if ((flags & WDM_FLAG_UNATTRIBUTED) != 0)
        printf("  other substances give %s too (attribution.csv); their share is not taken off\n",
               analyte->analyte_id);
    return WDM_OK;
}

// ---- the stored values

typedef struct column_map {
    const char *name;
    wdm_export_cell cell;
} column_map;

enum {
    C_BIOMARKER,
    C_QUANTITY,
    C_UNIT,
    C_ESTIMATE,
    C_LIMIT,
    C_LOW,
    C_HIGH,
    C_MEDIAN,
    C_LO,
    C_HI,
    C_LO_R,
    C_HI_R,
    C_METHOD,
    C_FLAGS,
    C_BUDGET,
    C_N,
    C_DATE,
    C_COUNT
};

static void take_cells(const wdm_export *export, const wdm_export_cell *cells, column_map *map)
{
    for (size_t m = 0; m < C_COUNT; m++) {
        map[m].cell = (wdm_export_cell){0};
        for (size_t i = 0; i < export->n_columns; i++) {
            if (strcmp(export->columns[i], map[m].name) == 0)
                map[m].cell = cells[i];
        }
    }
}

static double number_of(const wdm_export_cell *cell)
{
    if (cell->kind == WDM_EXPORT_INTEGER)
        return (double)cell->integer;
    return cell->kind == WDM_EXPORT_REAL ? cell->real : (double)NAN;
}

static const char *text_of(const wdm_export_cell *cell)
{
    return cell->kind == WDM_EXPORT_TEXT ? cell->text : "";
}

static void print_value(const column_map *v)
{
    char a[WDM_NUMBER_TEXT];
    char b[WDM_NUMBER_TEXT];
    const double estimate = number_of(&v[C_ESTIMATE].cell);
    const double limit = number_of(&v[C_LIMIT].cell);
    printf("  %s: ", text_of(&v[C_QUANTITY].cell));
    if (!isnan(estimate))
        printf("%s", pretty(estimate, a));
    else if (!isnan(limit))
        printf("< %s", pretty(limit, a));
    else
        printf("between %s and %s", pretty(number_of(&v[C_LOW].cell), a),
               pretty(number_of(&v[C_HIGH].cell), b));
    printf(" %s\n", text_of(&v[C_UNIT].cell));
    printf("    95 %% total %s to %s", pretty(number_of(&v[C_LO].cell), a),
           pretty(number_of(&v[C_HI].cell), b));
    if (!isnan(number_of(&v[C_MEDIAN].cell)))
        printf(", median %s", pretty(number_of(&v[C_MEDIAN].cell), a));
    printf("\n");
    printf("    95 %% random (for changes at this site) %s to %s\n", pretty(number_of(&v[C_LO_R].cell), a),
           pretty(number_of(&v[C_HI_R].cell), b));
    if (text_of(&v[C_BUDGET].cell)[0] != '\0')
        printf("    share of the variance: %s\n", text_of(&v[C_BUDGET].cell));
    if (text_of(&v[C_METHOD].cell)[0] != '\0')
        printf("    values below the limit: %s\n", text_of(&v[C_METHOD].cell));
    if (text_of(&v[C_FLAGS].cell)[0] != '\0')
        printf("    flags: %s\n", text_of(&v[C_FLAGS].cell));
}

static wdm_rc print_stored(explanation *x, const char *when, wdm_err *err)
{
    const wdm_config *config = &x->session->config;
    const wdm_export_filter filter = {.site_id = config->sites.rows[x->site].site_id,
                                      .drug_id = config->drugs.rows[x->drug].drug_id,
                                      .iso_week = x->one_day ? NULL : when};
    column_map map[C_COUNT] = {{"biomarker_id", {0}},
                               {"quantity", {0}},
                               {"unit", {0}},
                               {"estimate", {0}},
                               {"limit", {0}},
                               {"bound_low", {0}},
                               {"bound_high", {0}},
                               {"median", {0}},
                               {"lo95", {0}},
                               {"hi95", {0}},
                               {"lo95_random", {0}},
                               {"hi95_random", {0}},
                               {"censoring_method", {0}},
                               {"flags", {0}},
                               {"budget", {0}},
                               {"n_days", {0}},
                               {"date", {0}}};
    wdm_export export = {0};
    wdm_export_cell cells[WDM_EXPORT_COLUMNS_MAX];
    bool row = false;
    int printed = 0;
    wdm_rc rc = wdm_export_open(x->session->store, x->one_day ? "daily" : "weekly", &filter, &export, err);
    printf("Stored %s values\n", x->one_day ? "daily" : "weekly");
    while (rc == WDM_OK && (rc = wdm_export_next(&export, cells, &row, err)) == WDM_OK && row) {
        take_cells(&export, cells, map);
        if (strcmp(text_of(&map[C_BIOMARKER].cell), config->analytes.rows[x->biomarker].analyte_id) != 0)
            continue;
        if (x->one_day && strcmp(text_of(&map[C_DATE].cell), when) != 0)
            continue;
        print_value(map);
        printed++;
    }
    if (rc == WDM_OK && printed == 0)
        printf("  none; run: wdm estimate\n");
    return rc;
}

// The mean as the engine takes it: replicates of a sample are averaged, then the samples of a day, then the
// days.
static void print_mean(const explanation *x, const wdm_day_series *series)
{
    char sum_text[WDM_NUMBER_TEXT];
    char mean_text[WDM_NUMBER_TEXT];
    double sum = 0.0;
    int n_days = 0;
    if (x->n_censored > 0) {
        printf("%d values lie below the limit: METHOD 6 chooses the mean; see the method below\n",
               x->n_censored);
        return;
    }
    for (size_t at = 0, n = 0; at < series->n; at += n, n_days++) {
        double day_sum = 0.0;
        for (n = 0; at + n < series->n && series->points[at + n].value.day == series->points[at].value.day;
             n++)
            day_sum += series->points[at + n].value.load_mg_d_1000;
        sum += day_sum / (double)n;
    }
    if (n_days > 0)
        printf("Mean load = (sum of N of the days) / days = %s / %d = %s mg/d/1000\n", pretty(sum, sum_text),
               n_days, pretty(sum / n_days, mean_text));
}

static wdm_rc explain_biomarker(explanation *x, const char *when, wdm_err *err)
{
    const wdm_config *config = &x->session->config;
    const wdm_result_filter filter = {.site_id = config->sites.rows[x->site].site_id,
                                      .analyte_id = config->analytes.rows[x->biomarker].analyte_id,
                                      .first = x->first,
                                      .last = x->last,
                                      .as_of = x->cli->as_of};
    wdm_observations seen = {0};
    wdm_rc rc = WDM_OK;
    x->n_censored = 0;
    x->any = x->published = false;
    printf("\nBiomarker %s (%s)\n", filter.analyte_id, config->analytes.rows[x->biomarker].name);
    rc = wdm_store_each_result(x->session->store, &filter, on_result, x, err);
    if (rc == WDM_OK)
        rc = wdm_store_each_published(x->session->store, &filter, on_published, x, err);
    if (rc != WDM_OK)
        return rc;
    if (!x->any) {
        printf("  no result in this time\n");
        return WDM_OK;
    }
    rc = wdm_observations_read(x->session, &filter, &seen, err);
    if (rc == WDM_OK && seen.n > 0 && seen.sites[0].n > 0)
        print_mean(x, &seen.sites[0].rows[0]);
    wdm_observations_fini(&seen);
    if (rc != WDM_OK)
        return rc;
    rc = print_factors(x, err);
    return rc == WDM_OK ? print_stored(x, when, err) : rc;
}

static wdm_rc read_arguments(explanation *x, wdm_err *err)
{
    const char *const *args = (const char *const *)x->cli->args;
    const wdm_config *config = &x->session->config;
    wdm_isoweek week = {0};
    x->site = wdm_config_site(config, args[0]);
    x->drug = wdm_config_drug(config, args[1]);
    if (x->site == WDM_NONE)
        return wdm_err_set(err, WDM_E_USAGE, "\"%s\" is not a site", args[0]);
    if (x->drug == WDM_NONE)
        return wdm_err_set(err, WDM_E_USAGE, "\"%s\" is not a drug of drugs.csv", args[1]);
    if (wdm_isoweek_parse(args[2], &week)) {
        x->first = wdm_day_of_isoweek(week, 1);
        x->last = x->first + 6;
    } else if (wdm_day_parse(args[2], &x->first)) {
        x->last = x->first;
        x->one_day = true;
    } else {
        return wdm_err_set(err, WDM_E_USAGE, "\"%s\" is neither a week (2026-W47) nor a date (2026-11-16)",
                           args[2]);
    }
    return WDM_OK;
}

static wdm_rc run_explain(const wdm_cli *cli, wdm_err *err)
{
    wdm_session session = {0};
    explanation x = {.cli = cli, .session = &session};
    wdm_rc rc = wdm_session_open(&session, cli, WDM_STORE_READ, 0, err);
    if (rc == WDM_OK)
        rc = read_arguments(&x, err);
    if (rc == WDM_OK)
        printf("Site %s (%s), drug %s, %s\n", cli->args[0], session.config.sites.rows[x.site].name,
               cli->args[1], cli->args[2]);
    for (size_t i = 0; i < session.config.excretion.n && rc == WDM_OK; i++) {
        const wdm_excretion *e = &session.config.excretion.rows[i];
        if (e->drug != x.drug || e != wdm_config_excretion(&session.config, e->drug, e->biomarker, x.first))
            continue;
        x.biomarker = e->biomarker;
        rc = explain_biomarker(&x, cli->args[2], err);
    }
    wdm_session_close(&session);
    return rc;
}

const wdm_stage wdm_stage_explain = {
    .name = "explain",
    .usage = "SITE DRUG WEEK|DATE",
    .summary = "the whole derivation of a value: file, line, factors with their sources, each step, budget",
    .details = "Example: wdm explain HK-BSM methamphetamine 2026-W47\n",
    .min_args = 3,
    .max_args = 3,
    .run = run_explain,
};
