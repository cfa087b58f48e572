// SPDX-License-Identifier: GPL-3.0-or-later
#include "import_diff.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "io/number.h"
#include "num/change.h"

static wdm_rc mark_seen(bool **seen, size_t *cap, wdm_index index, int64_t *count, wdm_err *err)
{
    wdm_rc rc = wdm_grow(seen, cap, index + 1, sizeof **seen, err);
    if (rc == WDM_OK && !(*seen)[index]) {
        (*seen)[index] = true;
        (*count)++;
    }
    return rc;
}

static wdm_rc note_row(wdm_importer *im, wdm_index site, wdm_index analyte, wdm_day day, wdm_err *err)
{
    wdm_import_report *report = im->report;
    const wdm_config *config = &im->session->config;
    wdm_rc rc = WDM_OK;
    im->seen.site_id = site == WDM_NONE ? NULL : config->sites.rows[site].site_id;
    im->seen.analyte_id = analyte == WDM_NONE ? NULL : config->analytes.rows[analyte].analyte_id;
    if (site != WDM_NONE)
        rc = mark_seen(&im->seen_site, &im->seen_site_cap, site, &report->n_sites, err);
    if (rc == WDM_OK && analyte != WDM_NONE)
        rc = mark_seen(&im->seen_analyte, &im->seen_analyte_cap, analyte, &report->n_analytes, err);
    if (day == WDM_DAY_NONE)
        return rc;
    if (report->first_day == WDM_DAY_NONE || day < report->first_day)
        report->first_day = day;
    if (report->last_day == WDM_DAY_NONE || day > report->last_day)
        report->last_day = day;
    return rc;
}

void wdm_import_rows_fini(wdm_importer *im)
{
    wdm_free(im->seen_site);
    wdm_free(im->seen_analyte);
    wdm_checks_free(im->checks);
    wdm_quality_free(im->quality);
}

// Hands a row that is in the store to quality control.
static wdm_rc take_quality(wdm_importer *im, const wdm_assay_row *row, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    if (im->quality == NULL)
        rc = wdm_quality_new(&im->quality, im->session->store, &im->session->config, &im->batch, err);
    return rc == WDM_OK ? wdm_quality_take(im->quality, row, err) : rc;
}

static wdm_rc open_checks(wdm_importer *im, wdm_err *err)
{
    if (im->checks != NULL)
        return WDM_OK;
    return wdm_checks_new(&im->checks, im->session->store, &im->session->config, &im->batch, err);
}

// Counts an outcome; a conflict becomes an issue.
static wdm_rc count_outcome(wdm_importer *im, const wdm_record *record, const wdm_put *put, const char *value,
                            wdm_err *err)
{
    wdm_counts *c = &im->report->counts;
    switch (put->outcome) {
    case WDM_OUTCOME_STORED:
        c->stored++;
        break;
    case WDM_OUTCOME_SAME:
        c->same++;
        return wdm_store_note_repeated(im->session->store, &im->batch, put->of_batch_id, err);
    case WDM_OUTCOME_CORRECTED:
        c->corrected++;
        break;
    case WDM_OUTCOME_CONFLICT:
        c->conflict++;
        im->report->n_bad++;
        return wdm_issue_add(&im->report->issues, record, put->column == NULL ? record->column : put->column,
                             "conflict", WDM_SEVERITY_CONFLICT, value, "\"%s\" contradicts %s%s; %s", value,
                             put->same_file ? "" : "what is stored: ", put->what,
                             put->same_file
                                 ? "the same sample stands twice, keep one of the two lines"
                                 : "if it is a correction, import the file under the name of the one that it "
                                   "corrects, or with --replace");
    }
    return WDM_OK;
}

static void add_canonical(wdm_importer *im, const wdm_record *record)
{
    for (int f = 0; f < WDM_FIELD_N; f++)
        wdm_hash_update(&im->canonical, record->cells[f], strlen(record->cells[f]) + 1);
}

static wdm_rc add_site(wdm_importer *im, const wdm_record *record, wdm_index *index, wdm_err *err)
{
    const wdm_form *form = im->intake.form;
    wdm_site site = {.site_id = record->cells[WDM_FIELD_SITE_ID],
                     .name = record->cells[WDM_FIELD_SITE_NAME],
                     .name_zh = "",
                     .region_id = wdm_layout_translate(&form->regions, record->cells[WDM_FIELD_REGION_ID]),
                     .timezone = "",
                     .kind = "plant",
                     .parent_site_id = "",
                     .population_policy = "static",
                     .expected_days = 7,
                     .latitude = (double)NAN,
                     .longitude = (double)NAN,
                     .retention_h = (double)NAN,
                     .sampling_u_rel = (double)NAN,
                     .hospital_share = (double)NAN,
                     .imported = true};
    wdm_rc rc = wdm_config_add_site(&im->session->config, &site, index, err);
    if (rc == WDM_OK)
        rc = wdm_store_add_site(im->session->store, &im->session->config.sites.rows[*index], err);
    im->report->n_sites_added++;
    return rc;
}

static wdm_rc find_site(wdm_importer *im, const wdm_record *record, wdm_index *site, wdm_err *err)
{
    bool unknown = false;
    wdm_rc rc = wdm_intake_site(&im->intake, record, site, &unknown);
    return rc == WDM_OK && unknown ? add_site(im, record, site, err) : rc;
}

static void see_result(wdm_importer *im, int state, double value)
{
    im->seen.is_result = true;
    im->seen.state = state;
    im->seen.value = value;
}

// ---- by kind of form

static bool is_same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

// Whether the row before brought the same flow of the same sample: the analytes of a sample stand together.
static bool is_last_field(const wdm_importer *im, const wdm_field_row *field)
{
    const wdm_field_row *last = &im->last_field;
    return last->line != 0 && last->site == field->site && last->start.day == field->start.day &&
           last->start.minute == field->start.minute && last->end.day == field->end.day &&
           last->end.minute == field->end.minute && is_same_number(last->flow_m3_d, field->flow_m3_d) &&
           is_same_number(last->u_flow_rel, field->u_flow_rel) &&
           is_same_number(last->temperature_c, field->temperature_c) && is_same_number(last->ph, field->ph) &&
           is_same_number(last->rain_mm, field->rain_mm) &&
           is_same_number(last->population, field->population) &&
           is_same_number(last->domestic_share, field->domestic_share) &&
           strcmp(im->last_sample, field->sample_id) == 0;
}

static void note_last_field(wdm_importer *im, const wdm_field_row *field)
{
    im->last_field = *field;
    im->last_field.sample_id = im->last_sample;
    im->last_field.note = "";
    if (strlen(field->sample_id) < sizeof im->last_sample)
        (void)snprintf(im->last_sample, sizeof im->last_sample, "%s", field->sample_id);
    else
        im->last_field.line = 0;
}

// A result of a site without a flow, neither its own nor one that a field sheet brought, waits for it.
static wdm_rc count_waiting(wdm_importer *im, const wdm_assay_row *row, wdm_err *err)
{
    wdm_rc rc = WDM_OK;
    if (!isnan(row->field.flow_m3_d) || row->site == WDM_NONE || strcmp(row->sample_type, "sample") != 0)
        return WDM_OK;
    if (!im->flow_of.asked || im->flow_of.site != row->site || im->flow_of.day != row->start.day ||
        strcmp(im->flow_of.sample_id, row->sample_id) != 0) {
        rc = wdm_store_has_flow(im->session->store, im->session->config.sites.rows[row->site].site_id,
                                row->start.day, row->sample_id, &im->flow_of.has_flow, err);
        im->flow_of.site = row->site;
        im->flow_of.day = row->start.day;
        im->flow_of.asked = strlen(row->sample_id) < sizeof im->flow_of.sample_id;
        (void)snprintf(im->flow_of.sample_id, sizeof im->flow_of.sample_id, "%.255s", row->sample_id);
    }
    im->report->n_waiting += !im->flow_of.has_flow;
    return rc;
}

// A row is stored with its flow or not at all: both are looked at before either is written.
static wdm_rc import_assay(wdm_importer *im, const wdm_record *record, wdm_put *put, wdm_err *err)
{
    wdm_assay_row row = {0};
    wdm_put flow = {.outcome = WDM_OUTCOME_SAME};
    wdm_store *store = im->session->store;
    const wdm_config *config = &im->session->config;
    wdm_rc rc = wdm_intake_assay(&im->intake, record, &row);
    if (rc == WDM_OK)
        rc = note_row(im, row.site, row.analyte, row.site == WDM_NONE ? row.analysed : row.start.day, err);
    if (rc == WDM_OK)
        see_result(im, row.state, row.value_ng_l);
    if (rc == WDM_OK && row.has_field && !is_last_field(im, &row.field))
        rc = wdm_store_look_field(store, config, &im->batch, &row.field, &flow, err);
    if (rc == WDM_OK && flow.outcome == WDM_OUTCOME_CONFLICT) {
        *put = flow;
        put->column = wdm_field_name(WDM_FIELD_FLOW);
        return WDM_OK;
    }
    if (rc == WDM_OK)
        rc = open_checks(im, err);
    if (rc == WDM_OK)
        rc = wdm_check_assay(im->checks, &im->intake, record, &row, flow.outcome == WDM_OUTCOME_SAME, err);
    if (rc == WDM_OK)
        rc = wdm_store_put_assay(store, config, &im->batch, &im->run, &row, put, err);
    if (rc != WDM_OK || put->outcome == WDM_OUTCOME_CONFLICT)
        return rc;
    if (flow.outcome != WDM_OUTCOME_SAME)
        rc = wdm_store_put_field(store, config, &im->batch, &im->run, &row.field, &flow, err);
    if (rc == WDM_OK && put->outcome == WDM_OUTCOME_SAME && flow.outcome != WDM_OUTCOME_SAME) {
        put->outcome = flow.outcome; // the value stands; a new or corrected flow came with it
        rc = wdm_store_note_repeated(store, &im->batch, put->of_batch_id, err);
    }
    if (rc == WDM_OK && row.has_field)
        note_last_field(im, &row.field);
    if (rc == WDM_OK && (put->outcome == WDM_OUTCOME_STORED || put->outcome == WDM_OUTCOME_CORRECTED)) {
        im->report->by_state[row.state]++;
        rc = count_waiting(im, &row, err);
    }
    if (rc == WDM_OK)
        rc = take_quality(im, &row, err);
    return rc;
}

static wdm_rc import_field(wdm_importer *im, const wdm_record *record, wdm_put *put, wdm_err *err)
{
    wdm_field_row row = {0};
    wdm_rc rc = wdm_intake_field(&im->intake, record, &row);
    if (rc == WDM_OK)
        rc = note_row(im, row.site, WDM_NONE, row.start.day, err);
    if (rc == WDM_OK)
        rc = wdm_store_look_field(im->session->store, &im->session->config, &im->batch, &row, put, err);
    if (rc == WDM_OK)
        rc = open_checks(im, err);
    if (rc == WDM_OK && (put->outcome == WDM_OUTCOME_STORED || put->outcome == WDM_OUTCOME_CORRECTED))
        rc = wdm_check_field(im->checks, &im->intake, record, &row, err);
    if (rc == WDM_OK)
        rc = wdm_store_put_field(im->session->store, &im->session->config, &im->batch, &im->run, &row, put,
                                 err);
    put->column = wdm_field_name(WDM_FIELD_FLOW); // what a conflict is about
    return rc;
}

static wdm_rc import_load(wdm_importer *im, const wdm_record *record, wdm_put *put, wdm_err *err)
{
    wdm_load_row row = {0};
    wdm_index site = WDM_NONE;
    wdm_rc rc = WDM_OK;
    if (wdm_columns_have(im->columns, WDM_FIELD_SITE_ID))
        rc = find_site(im, record, &site, err);
    if (rc == WDM_OK)
        rc = wdm_intake_load(&im->intake, record, site, &row);
    if (rc == WDM_OK)
        rc = note_row(im, row.site, row.analyte, row.day, err);
    if (rc == WDM_OK)
        see_result(im, row.state, row.load_mg_d_1000);
    if (rc == WDM_OK)
        rc = wdm_store_put_load(im->session->store, &im->session->config, &im->batch, &im->run, &row, put,
                                err);
    if (rc == WDM_OK && (put->outcome == WDM_OUTCOME_STORED || put->outcome == WDM_OUTCOME_CORRECTED))
        im->report->by_state[row.state]++;
    return rc;
}

// Whether population.csv itself knows the site; it goes before an imported table.
static bool has_own_population(const wdm_config *config, wdm_index site)
{
    for (size_t i = 0; i < config->population.n; i++) {
        if (config->population.rows[i].site == site &&
            strcmp(config->population.rows[i].method, "imported") != 0)
            return true;
    }
    return false;
}

static wdm_rc import_site(wdm_importer *im, const wdm_record *record, wdm_put *put, wdm_err *err)
{
    wdm_site site = {0};
    wdm_index index = WDM_NONE;
    double population = (double)NAN;
    double latitude = (double)NAN;
    double longitude = (double)NAN;
    const wdm_day from = wdm_day_of_civil((wdm_civil){1900, 1, 1});
    wdm_rc rc = find_site(im, record, &index, err);
    put->outcome = WDM_OUTCOME_STORED;
    if (rc == WDM_OK)
        rc = wdm_intake_number(&im->intake, record, WDM_FIELD_LATITUDE, (const double[2]){-90.0, 90.0},
                               &latitude);
    if (rc == WDM_OK)
        rc = wdm_intake_number(&im->intake, record, WDM_FIELD_LONGITUDE, (const double[2]){-180.0, 180.0},
                               &longitude);
    if (rc == WDM_OK)
        rc = wdm_intake_number(&im->intake, record, WDM_FIELD_POPULATION, (const double[2]){1.0, 1e9},
                               &population);
    if (rc != WDM_OK)
        return rc;
    site = im->session->config.sites.rows[index];
    if (site.imported) { // sites.csv goes before an imported table
        site.name = record->cells[WDM_FIELD_SITE_NAME];
        site.latitude = latitude;
        site.longitude = longitude;
        rc = wdm_store_add_site(im->session->store, &site, err);
    }
    if (rc == WDM_OK && !isnan(population) && !has_own_population(&im->session->config, index))
        rc = wdm_store_put_population(im->session->store, &im->batch, site.site_id, from, population,
                                      im->report->file, err);
    return rc == WDM_OK ? note_row(im, index, WDM_NONE, WDM_DAY_NONE, err) : rc;
}

// A published percentage: a number, "Inf" for a change from 0, or empty.
static wdm_rc read_percent(wdm_importer *im, const wdm_record *record, double *percent)
{
    if (strcmp(record->cells[WDM_FIELD_CHANGE_PERCENT], "Inf") == 0) {
        *percent = (double)INFINITY;
        return WDM_OK;
    }
    return wdm_intake_number(&im->intake, record, WDM_FIELD_CHANGE_PERCENT, (const double[2]){-100.0, 1e300},
                             percent);
}

// Whether the published means give the published percentage and word.
static wdm_rc check_change(wdm_importer *im, const wdm_record *record, const wdm_published_change *row)
{
    const double own = wdm_change_pct(row->value, row->value_previous);
    const char *word = wdm_change_class_text(wdm_change_class(row->value, row->value_previous));
    const bool agree =
        (own == row->change_pct || fabs(own - row->change_pct) <= 1e-9 * fmax(1.0, fabs(own))) &&
        strcmp(word, row->class_word) == 0;
    im->report->n_changes_checked++;
    im->report->n_changes_agree += agree;
    if (agree)
        return WDM_OK;
    return wdm_issue_add(&im->report->issues, record, wdm_field_name(WDM_FIELD_CHANGE_PERCENT),
                         "change_differs", WDM_SEVERITY_WARNING, record->cells[WDM_FIELD_CHANGE_PERCENT],
                         "the published means give %.10g %% (%s); kept as published", own, word);
}

static wdm_rc import_change(wdm_importer *im, const wdm_record *record, wdm_put *put, wdm_err *err)
{
    static const double any[2] = {0.0, 1e300};
    static const double years[2] = {1990.0, 2100.0};
    wdm_published_change row = {.line = record->line, .class_word = record->cells[WDM_FIELD_CHANGE_CLASS]};
    double year = (double)NAN;
    double year_previous = (double)NAN;
    wdm_index site = WDM_NONE;
    wdm_index analyte = WDM_NONE;
    wdm_rc rc = find_site(im, record, &site, err);
    put->outcome = WDM_OUTCOME_STORED;
    if (rc == WDM_OK)
        rc = wdm_intake_analyte(&im->intake, record, &analyte);
    if (rc == WDM_OK)
        rc = wdm_intake_number(&im->intake, record, WDM_FIELD_VALUE, any, &row.value);
    if (rc == WDM_OK)
        rc = wdm_intake_number(&im->intake, record, WDM_FIELD_VALUE_PREVIOUS, any, &row.value_previous);
    if (rc == WDM_OK)
        rc = wdm_intake_number(&im->intake, record, WDM_FIELD_YEAR, years, &year);
    if (rc == WDM_OK)
        rc = wdm_intake_number(&im->intake, record, WDM_FIELD_YEAR_PREVIOUS, years, &year_previous);
    if (rc == WDM_OK)
        rc = read_percent(im, record, &row.change_pct);
    if (rc != WDM_OK)
        return rc;
    if (isnan(row.value) || isnan(year))
        return wdm_issue_add(&im->report->issues, record,
                             wdm_field_name(isnan(year) ? WDM_FIELD_YEAR : WDM_FIELD_VALUE), "missing_value",
                             WDM_SEVERITY_ERROR, "",
                             "the cell is empty; a change needs its year and its value");
    row.site_id = im->session->config.sites.rows[site].site_id;
    row.analyte_id = im->session->config.analytes.rows[analyte].analyte_id;
    row.year = isnan(year) ? 0 : (int)year;
    row.year_previous = isnan(year_previous) ? 0 : (int)year_previous;
    if (!isnan(row.change_pct))
        rc = check_change(im, record, &row);
    if (rc == WDM_OK)
        rc = wdm_store_put_published_change(im->session->store, &im->batch, &row, err);
    return rc == WDM_OK ? note_row(im, site, analyte, WDM_DAY_NONE, err) : rc;
}

static wdm_rc import_indicator(wdm_importer *im, const wdm_record *record, wdm_put *put, wdm_err *err)
{
    wdm_indicator row = {0};
    wdm_rc rc = wdm_intake_indicator(&im->intake, record, &row);
    if (rc == WDM_OK)
        rc = note_row(im, WDM_NONE, WDM_NONE, row.period_start, err);
    return rc == WDM_OK ? wdm_store_put_indicator(im->session->store, &im->batch, &im->run, &row, put, err)
                        : rc;
}

static wdm_rc read_means(wdm_importer *im, const wdm_record *record, wdm_published_mean *row)
{
    static const double any[2] = {-1e300, 1e300};
    wdm_rc rc = wdm_intake_number(&im->intake, record, WDM_FIELD_WEEKDAY_MEAN, any, &row->weekday_mean);
    if (rc == WDM_OK)
        rc = wdm_intake_number(&im->intake, record, WDM_FIELD_WEEKEND_MEAN, any, &row->weekend_mean);
    if (rc == WDM_OK)
        rc = wdm_intake_number(&im->intake, record, WDM_FIELD_DAILY_MEAN, any, &row->daily_mean);
    return rc;
}

wdm_rc wdm_import_published_mean(wdm_importer *im, const wdm_record *record, wdm_err *err)
{
    wdm_published_mean row = {.line = record->line};
    wdm_index site = WDM_NONE;
    wdm_index analyte = WDM_NONE;
    int64_t year = 0;
    if (!wdm_columns_have(im->columns, WDM_FIELD_DAILY_MEAN) ||
        !wdm_integer_parse(record->cells[WDM_FIELD_YEAR], &year))
        return WDM_OK; // the value cells of this row will say what is wrong
    wdm_issues *issues = &im->report->issues;
    wdm_rc rc = WDM_OK;
    issues->soften = true; // the means are for comparison only: no row is lost
    rc = find_site(im, record, &site, err);
    if (rc == WDM_OK)
        rc = wdm_intake_analyte(&im->intake, record, &analyte);
    if (rc == WDM_OK)
        rc = read_means(im, record, &row);
    issues->soften = false;
    if (rc != WDM_OK)
        return rc == WDM_E_DATA ? WDM_OK : rc;
    row.site_id = im->session->config.sites.rows[site].site_id;
    row.analyte_id = im->session->config.analytes.rows[analyte].analyte_id;
    row.year = (int)year;
    return wdm_store_put_published_mean(im->session->store, &im->batch, &row, err);
}

wdm_rc wdm_import_record(wdm_importer *im, const wdm_record *record, wdm_err *err)
{
    wdm_counts *c = &im->report->counts;
    wdm_put put = {.outcome = WDM_OUTCOME_STORED};
    wdm_rc rc = WDM_OK;
    c->rows++;
    im->seen = (wdm_import_seen){.state = WDM_RESULT_NOT_ANALYSED, .value = (double)NAN};
    add_canonical(im, record);
    switch (im->intake.form->kind) {
    case WDM_FORM_ASSAY:
        rc = import_assay(im, record, &put, err);
        break;
    case WDM_FORM_FIELD:
        rc = import_field(im, record, &put, err);
        break;
    case WDM_FORM_LOAD:
        rc = import_load(im, record, &put, err);
        break;
    case WDM_FORM_SITES:
        rc = import_site(im, record, &put, err);
        break;
    case WDM_FORM_CHANGES:
        rc = import_change(im, record, &put, err);
        break;
    case WDM_FORM_INDICATOR:
        rc = import_indicator(im, record, &put, err);
        break;
    }
    if (rc == WDM_E_DATA) {
        c->rejected++;
        im->report->n_bad++;
        if (im->cli->dry_run)
            wdm_import_diff(im, record, NULL);
        return WDM_E_DATA;
    }
    if (rc != WDM_OK)
        return rc;
    rc = count_outcome(im, record, &put, record->cells[put.column == NULL ? WDM_FIELD_VALUE : WDM_FIELD_FLOW],
                       err);
    if (im->cli->dry_run && (rc == WDM_OK || rc == WDM_E_DATA))
        wdm_import_diff(im, record, &put);
    return rc;
}
