// SPDX-License-Identifier: GPL-3.0-or-later
// Each sample: from the cell of the file to a normalised load, or why it is none.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/flags.h"
#include "data/intake.h"
#include "report/explain_parts.h"

enum { FLAG_BITS = 63 };

static const char *u_text(wdm_explanation *x, double u)
{
    return wdm_steps_short(x->out, isnan(u) ? 0.0 : u);
}

void wdm_explain_flags(wdm_explanation *x, int indent, int64_t flags)
{
    for (int bit = 0; bit < FLAG_BITS; bit++) {
        wdm_buf name = {0};
        if ((flags & ((int64_t)1 << bit)) == 0)
            continue;
        wdm_buf_init(&name, 128);
        wdm_flags_print(flags & ((int64_t)1 << bit), &name);
        if (name.len > 0)
            WDM_STEP(x->out, indent, "explain.flag", {"flag", wdm_buf_text(&name)},
                     {"says", wdm_words_of(&x->out->words, "flag.", wdm_buf_text(&name))});
        wdm_buf_fini(&name);
    }
}

static void say_sample(wdm_explanation *x, const wdm_result_row *row)
{
    char when[WDM_WHEN_TEXT];
    wdm_step *step = WDM_STEP(x->out, 1, "explain.sample", {"when", wdm_when_format(row->start, when)},
                              {"sample", row->sample_id}, {"file", row->file},
                              {"line", wdm_steps_integer(x->out, row->line)}, {"batch", row->batch});
    step->file = wdm_steps_keep(x->out, row->file);
    step->line = row->line;
    WDM_STEP(x->out, 2, "explain.analysis", {"lab", row->lab_id[0] == '\0' ? "-" : row->lab_id},
             {"method", row->method_id[0] == '\0' ? "-" : row->method_id},
             {"replicate", wdm_steps_integer(x->out, row->replicate)});
    if (row->revision > 1)
        WDM_STEP(x->out, 2, "explain.revision", {"revision", wdm_steps_integer(x->out, row->revision)});
    if (row->bound) {
        step = WDM_STEP(x->out, 2, "explain.placed", {"file", row->field_file},
                        {"line", wdm_steps_integer(x->out, row->field_line)});
        step->file = wdm_steps_keep(x->out, row->field_file);
        step->line = row->field_line;
    }
}

// The limit that a censored value is below: the LOD of what was not detected, else the LOQ.
static double limit_of(const wdm_result_row *row)
{
    return row->state == WDM_RESULT_NOT_DETECTED && !isnan(row->lod_ng_l) ? row->lod_ng_l : row->loq_ng_l;
}

static void say_concentration(wdm_explanation *x, const wdm_result_row *row)
{
    static const char *const keys[] = {
        [WDM_RESULT_MEASURED] = "explain.conc_measured",
        [WDM_RESULT_BELOW_LOQ] = "explain.conc_below_loq",
        [WDM_RESULT_NOT_DETECTED] = "explain.conc_not_detected",
        [WDM_RESULT_NOT_ANALYSED] = "explain.conc_not_analysed",
        [WDM_RESULT_ABOVE_RANGE] = "explain.conc_above_range",
        [WDM_RESULT_QC_FAILED] = "explain.conc_qc_failed",
    };
    const double c = row->state == WDM_RESULT_MEASURED ? row->value_ng_l : limit_of(row);
    const double low = row->state == WDM_RESULT_BELOW_LOQ && !isnan(row->lod_ng_l) ? row->lod_ng_l : 0.0;
    wdm_step *step =
        WDM_STEP(x->out, 2, keys[row->state], {"raw", row->raw_value}, {"raw_unit", row->raw_unit},
                 {"c", wdm_steps_number(x->out, c)}, {"low", wdm_steps_number(x->out, low)});
    if (row->state <= WDM_RESULT_NOT_DETECTED)
        step->unit = "ng/L";
    if (row->state == WDM_RESULT_MEASURED) {
        step->value = c;
    } else if (row->state <= WDM_RESULT_NOT_DETECTED) {
        step->low = low;
        step->high = c;
    }
    if (!isnan(row->lod_ng_l) || !isnan(row->loq_ng_l))
        WDM_STEP(x->out, 2,
                 (row->flags & WDM_FLAG_LIMIT_FROM_TABLE) != 0 ? "explain.limits_table" : "explain.limits",
                 {"lod", wdm_steps_number_or(x->out, row->lod_ng_l, "explain.not_given")},
                 {"loq", wdm_steps_number_or(x->out, row->loq_ng_l, "explain.not_given")});
    if (row->qc_codes[0] != '\0')
        WDM_STEP(x->out, 2, "explain.qc", {"codes", row->qc_codes});
}

static void say_flow(wdm_explanation *x, const wdm_result_row *row)
{
    wdm_step *step = WDM_STEP(x->out, 2, "explain.flow", {"q", wdm_steps_number(x->out, row->flow_m3_d)},
                              {"file", row->flow_file}, {"line", wdm_steps_integer(x->out, row->flow_line)});
    step->value = row->flow_m3_d;
    step->unit = "m3/d";
    step->file = wdm_steps_keep(x->out, row->flow_file);
    step->line = row->flow_line;
}

static void say_load(wdm_explanation *x, const wdm_explain_result *r)
{
    const bool measured = r->point.value.state == WDM_STATE_MEASURED;
    const double c = measured ? r->row.value_ng_l : limit_of(&r->row);
    const double n = r->point.value.load_mg_d_1000;
    wdm_step *step =
        WDM_STEP(x->out, 2, measured ? "explain.load" : "explain.load_limit",
                 {"c", wdm_steps_number(x->out, c)}, {"q", wdm_steps_number(x->out, r->row.flow_m3_d)},
                 {"p", wdm_steps_number(x->out, r->point.population)}, {"n", wdm_steps_number(x->out, n)});
    step->unit = wdm_quantity_unit(WDM_Q_NORMALISED_LOAD);
    if (measured)
        step->value = n;
    else
        step->high = n;
    if (!measured)
        step->low = r->point.value.lower > 0.0 ? r->point.value.lower : 0.0;
}

static void say_uncertainties(wdm_explanation *x, const wdm_explain_result *r)
{
    const wdm_day_value *v = &r->point.value;
    const wdm_index analyte = wdm_config_analyte(x->config, r->row.analyte_id);
    const wdm_limits table =
        wdm_config_limits(x->config, r->row.lab_id, r->row.method_id, analyte, r->row.start.day);
    WDM_STEP(x->out, 2, "explain.u", {"sampling", u_text(x, v->u_sampling)},
             {"analysis", u_text(x, v->u_analysis)}, {"batch", u_text(x, v->u_batch)},
             {"flow", u_text(x, v->u_flow)}, {"bias", u_text(x, r->point.u_flow_bias)},
             {"population", u_text(x, r->point.u_population)});
    if ((r->point.flags & WDM_FLAG_MARKER_POPULATION) != 0)
        WDM_STEP(x->out, 2, "explain.u_marker", {"analysis", u_text(x, v->u_population)},
                 {"batch", u_text(x, v->u_population_batch)});
    if (!isnan(r->row.u_rel)) {
        WDM_STEP_PLAIN(x->out, 2, "explain.u_row");
    } else if (table.source != NULL && table.source[0] != '\0') {
        wdm_step *step = WDM_STEP(x->out, 2, "explain.u_table", {"source", table.source});
        step->source = table.source;
    }
}

static void say_not_used(wdm_explanation *x, const wdm_explain_result *r)
{
    const char *key = strcmp(r->why, "flow") == 0              ? "explain.not_used_flow"
                      : strcmp(r->why, "population") == 0      ? "explain.not_used_population"
                      : strcmp(r->why, "quality") == 0         ? "explain.not_used_quality"
                      : r->row.state == WDM_RESULT_ABOVE_RANGE ? "explain.not_used_range"
                                                               : "explain.not_used_level";
    WDM_STEP(x->out, 2, key, {"codes", r->row.qc_codes});
}

static void say_result(wdm_explanation *x, const wdm_explain_place *place, const wdm_explain_result *r)
{
    x->out->scope.day = r->row.start.day;
    say_sample(x, &r->row);
    say_concentration(x, &r->row);
    if (r->why != NULL) {
        say_not_used(x, r);
    } else {
        say_flow(x, &r->row);
        wdm_explain_population(x, place, r);
        say_load(x, r);
        say_uncertainties(x, r);
    }
    wdm_explain_flags(x, 2, r->why == NULL ? r->point.flags : r->row.flags & ~(int64_t)WDM_FLAG_QC_FAILED);
}

// Two sources of one day are not two samples: the own results count.
static bool stands_beside(const wdm_day_series *series, wdm_day day)
{
    bool own = false;
    for (size_t i = 0; series != NULL && i < series->n; i++) {
        if (series->points[i].value.day == day && series->points[i].published)
            return false;
        own = own || series->points[i].value.day == day;
    }
    return own;
}

static void say_published(wdm_explanation *x, const wdm_day_series *series, const wdm_published_row *row)
{
    const bool measured = row->state == WDM_STATE_MEASURED;
    wdm_step *step = NULL;
    x->out->scope.day = row->day;
    step = WDM_STEP(x->out, 1, "explain.published", {"day", wdm_steps_day(x->out, row->day)},
                    {"file", row->file}, {"line", wdm_steps_integer(x->out, row->line)},
                    {"column", row->column}, {"batch", row->batch});
    step->file = wdm_steps_keep(x->out, row->file);
    step->line = row->line;
    step = WDM_STEP(x->out, 2,
                    measured                      ? "explain.published_measured"
                    : isnan(row->limit_mg_d_1000) ? "explain.published_unknown"
                                                  : "explain.published_limit",
                    {"raw", row->raw_value},
                    {"n", wdm_steps_number(x->out, measured ? row->load_mg_d_1000 : row->limit_mg_d_1000)});
    step->unit = wdm_quantity_unit(WDM_Q_NORMALISED_LOAD);
    if (measured)
        step->value = row->load_mg_d_1000;
    else
        step->high = row->limit_mg_d_1000;
    if (stands_beside(series, row->day))
        WDM_STEP_PLAIN(x->out, 2, "explain.published_beside");
    wdm_explain_flags(x, 2, row->flags);
}

void wdm_explain_samples(wdm_explanation *x, const wdm_explain_place *place, wdm_index biomarker)
{
    const char *id = x->config->analytes.rows[biomarker].analyte_id;
    for (size_t i = 0; i < place->results.n; i++) {
        if (strcmp(place->results.rows[i].row.analyte_id, id) == 0)
            say_result(x, place, &place->results.rows[i]);
    }
    for (size_t i = 0; i < place->published.n; i++) {
        if (strcmp(place->published.rows[i].analyte_id, id) == 0)
            say_published(x, wdm_site_series_of(&place->series, biomarker), &place->published.rows[i]);
    }
    x->out->scope.day = WDM_DAY_NONE;
}
