// SPDX-License-Identifier: GPL-3.0-or-later
#include "config_fixture.h"

#include "data/flags.h"
#include "data/intake.h"
#include "io/text.h"

typedef struct world {
    wdm_config config;
    wdm_form form; // no spellings, no fixed cells
    wdm_issues issues;
    wdm_intake in;
    wdm_record record;
} world;

static int set_up(void **state)
{
    const fixture_table tables[] = {
        {"regions.csv", FIXTURE_REGIONS},
        {"sites.csv", FIXTURE_SITES},
        {"population.csv", FIXTURE_POPULATION},
        {"analysis.csv", FIXTURE_ANALYSIS_HEADER "T,,,,2,8,1000,,,limits of laboratory T\n"}};
    world *w = calloc(1, sizeof *w);
    wdm_err err = {WDM_OK, ""};
    if (w == NULL)
        return -1;
    if (fixture_config(&w->config, tables, 4, &err) != WDM_OK) {
        print_error("%s\n", err.text);
        return -1;
    }
    w->in = (wdm_intake){.config = &w->config,
                         .form = &w->form,
                         .default_lab = "",
                         .default_unit = "",
                         .numbers = {'.', '\0'},
                         .issues = &w->issues};
    w->form.required[WDM_FIELD_SITE_ID] = true;
    for (int f = 0; f < WDM_FIELD_N; f++)
        w->record.cells[f] = "";
    w->record.line = 7;
    w->record.column = "value";
    w->record.cells[WDM_FIELD_SAMPLE_ID] = "S1";
    w->record.cells[WDM_FIELD_SITE_ID] = "A";
    w->record.cells[WDM_FIELD_COLLECTED_START] = "2026-11-16T08:00";
    w->record.cells[WDM_FIELD_ANALYTE] = "BE";
    w->record.cells[WDM_FIELD_VALUE] = "100";
    w->record.cells[WDM_FIELD_UNIT] = "ng/L";
    w->record.cells[WDM_FIELD_DATE] = "2026-11-16";
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    world *w = *state;
    wdm_issues_fini(&w->issues);
    wdm_config_fini(&w->config);
    free(w);
    return 0;
}

static wdm_assay_row good(world *w)
{
    wdm_assay_row row;
    const wdm_rc rc = wdm_intake_assay(&w->in, &w->record, &row);
    if (rc != WDM_OK)
        fail_msg("refused: %s", w->issues.n == 0 ? "" : w->issues.rows[w->issues.n - 1].message);
    return row;
}

static void bad(world *w, wdm_field field, const char *cell, const char *code)
{
    const char *keep = w->record.cells[field];
    const size_t before = w->issues.n;
    wdm_assay_row row;
    w->record.cells[field] = cell;
    if (wdm_intake_assay(&w->in, &w->record, &row) != WDM_E_DATA)
        fail_msg("%s = \"%s\" was not refused", wdm_field_name(field), cell);
    assert_int_equal(w->issues.n, before + 1);
    assert_string_equal(w->issues.rows[before].code, code);
    assert_string_equal(w->issues.rows[before].column, wdm_field_name(field));
    assert_string_equal(w->issues.rows[before].value, cell);
    assert_int_equal(w->issues.rows[before].line, 7);
    assert_int_equal(w->issues.rows[before].severity, WDM_SEVERITY_ERROR);
    w->record.cells[field] = keep;
}

static void every_word_has_its_state(void **state)
{
    static const struct {
        const char *word;
        int state;
    } cases[] = {{"<LOQ", 1},      {"＜LOQ", 1},   {"< loq", 1},  {"BQL", 1},          {"<定量限", 1},
                 {"痕量", 1},      {"<LOD", 2},    {"ND", 2},     {"n.d.", 2},         {"未检出", 2},
                 {"＜LOD", 2},     {"<检出限", 2}, {"NA", 3},     {"n/a", 3},          {"未检测", 3},
                 {"no sample", 3}, {">ULOQ", 4},   {"＞ULOQ", 4}, {"超出定量上限", 4}, {">1000", 4},
                 {"> 1000", 4}};
    world *w = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wdm_assay_row row;
        w->record.cells[WDM_FIELD_VALUE] = cases[i].word;
        row = good(w);
        if (row.state != cases[i].state)
            fail_msg("\"%s\" is state %d, expected %d", cases[i].word, row.state, cases[i].state);
        assert_true(isnan(row.value_ng_l)); // a limit is never a value
        assert_string_equal(row.raw_value, cases[i].word);
    }
    assert_string_equal(wdm_result_state_name(0), "measured");
    assert_string_equal(wdm_result_state_name(1), "below_loq");
    assert_string_equal(wdm_result_state_name(2), "not_detected");
    assert_string_equal(wdm_result_state_name(3), "not_analysed");
    assert_string_equal(wdm_result_state_name(4), "above_range");
}

static void less_than_is_state_2_only_when_it_is_the_lod(void **state)
{
    world *w = *state;
    wdm_assay_row row;
    w->record.cells[WDM_FIELD_VALUE] = "<5";
    row = good(w);
    assert_int_equal(row.state, WDM_RESULT_BELOW_LOQ);
    assert_true(row.loq_ng_l == 5.0 && isnan(row.lod_ng_l) && isnan(row.value_ng_l));
    w->record.cells[WDM_FIELD_LOD] = "5";
    assert_int_equal(good(w).state, WDM_RESULT_NOT_DETECTED);
    w->record.cells[WDM_FIELD_VALUE] = "＜5.0";
    assert_int_equal(good(w).state, WDM_RESULT_NOT_DETECTED);
    w->record.cells[WDM_FIELD_LOD] = "2";
    w->record.cells[WDM_FIELD_LOQ] = "10";
    row = good(w);
    assert_int_equal(row.state, WDM_RESULT_BELOW_LOQ);
    assert_true(row.lod_ng_l == 2.0 && row.loq_ng_l == 5.0); // the cell's limit goes before the column's
    w->record.cells[WDM_FIELD_UNIT] = "µg/L";
    row = good(w);
    assert_true(row.lod_ng_l == 2000.0 && row.loq_ng_l == 5000.0);
}

// "<1" where the LOD is 2: the interval (LOD, limit) would be upside down.
static void a_limit_below_the_lod_is_refused_or_frees_the_lod(void **state)
{
    world *w = *state;
    wdm_assay_row row;
    w->record.cells[WDM_FIELD_LOD] = "2";
    bad(w, WDM_FIELD_VALUE, "<1", "limit_below_lod");
    w->record.cells[WDM_FIELD_LOD] = "";
    w->record.cells[WDM_FIELD_LAB_ID] = "T"; // the table's LOD 2 is not the LOD of this analysis
    w->record.cells[WDM_FIELD_VALUE] = "<1";
    row = good(w);
    assert_int_equal(row.state, WDM_RESULT_BELOW_LOQ);
    assert_true(row.loq_ng_l == 1.0 && isnan(row.lod_ng_l));
}

static void numbers_below_their_limits_keep_the_value_and_get_the_state(void **state)
{
    world *w = *state;
    wdm_assay_row row;
    w->record.cells[WDM_FIELD_LOD] = "5";
    w->record.cells[WDM_FIELD_LOQ] = "10";
    w->record.cells[WDM_FIELD_VALUE] = "10";
    row = good(w);
    assert_int_equal(row.state, WDM_RESULT_MEASURED);
    assert_int_equal(row.flags, 0);
    w->record.cells[WDM_FIELD_VALUE] = "7.5";
    row = good(w);
    assert_int_equal(row.state, WDM_RESULT_BELOW_LOQ);
    assert_true(row.value_ng_l == 7.5);
    assert_true((row.flags & WDM_FLAG_BELOW_LIMIT_NUMBER) != 0);
    w->record.cells[WDM_FIELD_VALUE] = "3";
    row = good(w);
    assert_int_equal(row.state, WDM_RESULT_NOT_DETECTED);
    assert_true(row.value_ng_l == 3.0);
    w->record.cells[WDM_FIELD_VALUE] = "0";
    row = good(w);
    assert_int_equal(row.state, WDM_RESULT_NOT_DETECTED);
    assert_true((row.flags & WDM_FLAG_NOT_POSITIVE) != 0);
}

static void limits_of_the_table_fill_what_the_row_lacks(void **state)
{
    world *w = *state;
    wdm_assay_row row;
    w->record.cells[WDM_FIELD_LAB_ID] = "T";
    row = good(w);
    assert_true(row.lod_ng_l == 2.0 && row.loq_ng_l == 8.0);
    assert_true((row.flags & WDM_FLAG_LIMIT_FROM_TABLE) != 0);
    w->record.cells[WDM_FIELD_LOQ] = "1"; // a row's LOQ below the table's LOD: that LOD is not used
    row = good(w);
    assert_true(row.loq_ng_l == 1.0 && isnan(row.lod_ng_l));
    w->record.cells[WDM_FIELD_LOQ] = "";
    w->record.cells[WDM_FIELD_VALUE] = "1000.5";
    row = good(w);
    assert_int_equal(row.state, WDM_RESULT_ABOVE_RANGE);
    assert_true((row.flags & WDM_FLAG_ABOVE_RANGE) != 0);
    w->record.cells[WDM_FIELD_LAB_ID] = "";
    w->in.default_lab = "T"; // --lab
    row = good(w);
    assert_string_equal(row.lab_id, "T");
    assert_true(row.loq_ng_l == 8.0);
}

static void unit_conversions_are_exact(void **state)
{
    static const struct {
        const char *unit;
        double ng_l;
    } conc[] = {{"ng/L", 12.5}, {"µg/L", 12500.0}, {"ng/mL", 12500.0}, {"pg/mL", 12.5}, {"mg/L", 12500000.0}};
    static const struct {
        const char *unit;
        double m3_d;
    } flow[] = {{"m3/d", 12.5},  {"万m3/d", 125000.0}, {"ML/d", 12500.0},  {"MGD", 47317.6473},
                {"L/s", 1080.0}, {"m3/h", 300.0},      {"m3/s", 1080000.0}};
    world *w = *state;
    w->record.cells[WDM_FIELD_VALUE] = "12.5";
    for (size_t i = 0; i < sizeof conc / sizeof conc[0]; i++) {
        w->record.cells[WDM_FIELD_UNIT] = conc[i].unit;
        assert_true(good(w).value_ng_l == conc[i].ng_l);
    }
    w->record.cells[WDM_FIELD_FLOW] = "12.5";
    for (size_t i = 0; i < sizeof flow / sizeof flow[0]; i++) {
        wdm_assay_row row;
        w->record.cells[WDM_FIELD_FLOW_UNIT] = flow[i].unit;
        row = good(w);
        assert_true(row.has_field);
        assert_true(fabs(row.field.flow_m3_d - flow[i].m3_d) <= 1e-15 * flow[i].m3_d);
    }
    w->record.cells[WDM_FIELD_FLOW] = "";
    assert_false(good(w).has_field);
}

static void wrong_cells_name_their_column(void **state)
{
    world *w = *state;
    bad(w, WDM_FIELD_SAMPLE_ID, "", "missing_value");
    bad(w, WDM_FIELD_SITE_ID, "", "missing_value");
    bad(w, WDM_FIELD_SITE_ID, "C", "unknown_site");
    bad(w, WDM_FIELD_ANALYTE, "", "missing_value");
    bad(w, WDM_FIELD_ANALYTE, "soup", "unknown_analyte");
    bad(w, WDM_FIELD_VALUE, "", "missing_value");
    bad(w, WDM_FIELD_VALUE, "1O4.2", "not_a_number");
    bad(w, WDM_FIELD_VALUE, "12,5", "not_a_number");
    bad(w, WDM_FIELD_VALUE, "<0", "not_a_number");
    bad(w, WDM_FIELD_VALUE, "<", "not_a_number");
    bad(w, WDM_FIELD_VALUE, "-", "not_a_number");
    bad(w, WDM_FIELD_VALUE, "阴性", "not_a_number");
    bad(w, WDM_FIELD_UNIT, "", "missing_unit");
    bad(w, WDM_FIELD_UNIT, "ppb", "unknown_unit");
    bad(w, WDM_FIELD_COLLECTED_START, "", "missing_value");
    bad(w, WDM_FIELD_COLLECTED_START, "2021-02-30", "not_a_date");
    bad(w, WDM_FIELD_COLLECTED_START, "5/7/2026", "ambiguous_date");
    bad(w, WDM_FIELD_COLLECTED_END, "2026-11-15", "end_before_start");
    bad(w, WDM_FIELD_COLLECTED_END, "2026-11-16T07:59", "end_before_start");
    bad(w, WDM_FIELD_COLLECTED_END, "2027-11-16", "period_too_long");
    bad(w, WDM_FIELD_SAMPLE_TYPE, "soup", "unknown_word");
    w->record.cells[WDM_FIELD_SAMPLE_TYPE] = "Blank"; // as software writes it; "write blank" would be no help
    assert_string_equal(good(w).sample_type, "blank");
    w->record.cells[WDM_FIELD_SAMPLE_TYPE] = "sample";
    bad(w, WDM_FIELD_REPLICATE, "0", "not_a_number");
    bad(w, WDM_FIELD_U_REL, "-0.1", "out_of_range");
    bad(w, WDM_FIELD_LOQ, "0", "out_of_range");
    bad(w, WDM_FIELD_FLOW, "0", "not_positive");
    bad(w, WDM_FIELD_FLOW, "1e999", "not_a_number");
    w->record.cells[WDM_FIELD_FLOW] = "100";
    bad(w, WDM_FIELD_FLOW_UNIT, "m3", "unknown_unit");
    bad(w, WDM_FIELD_FLOW_UNIT, "", "missing_value");
    w->record.cells[WDM_FIELD_FLOW] = "";
    w->record.cells[WDM_FIELD_LOQ] = "2";
    bad(w, WDM_FIELD_LOD, "3", "lod_above_loq");
}

// The caller's texts end with the reading of the file; the issues are shown after it.
static void an_issue_keeps_its_own_texts(void **state)
{
    world *w = *state;
    char column[] = "Sunday";
    char cell[] = "five";
    wdm_assay_row row;
    w->record.column = column;
    w->record.cells[WDM_FIELD_VALUE] = cell;
    assert_int_equal(wdm_intake_assay(&w->in, &w->record, &row), WDM_E_DATA);
    memset(column, 'x', sizeof column - 1);
    memset(cell, 'x', sizeof cell - 1);
    assert_string_equal(w->issues.rows[0].column, "Sunday");
    assert_string_equal(w->issues.rows[0].value, "five");
    assert_non_null(strstr(w->issues.rows[0].message, "\"five\""));
}

// Exports as JSON refuse half a character.
static void a_long_cell_is_cut_between_characters(void **state)
{
    world *w = *state;
    char cell[1000] = "x";
    size_t bad = 0;
    wdm_assay_row row;
    for (int i = 0; i < 300; i++)
        (void)strcat(cell, "白");
    w->record.cells[WDM_FIELD_VALUE] = cell;
    assert_int_equal(wdm_intake_assay(&w->in, &w->record, &row), WDM_E_DATA);
    assert_true(strlen(w->issues.rows[0].value) >= WDM_ISSUE_VALUE - 4);
    assert_true(wdm_utf8_valid(w->issues.rows[0].value, strlen(w->issues.rows[0].value), &bad));
    assert_true(wdm_utf8_valid(w->issues.rows[0].message, strlen(w->issues.rows[0].message), &bad));
}

static void a_composite_without_an_end_lasts_a_day(void **state)
{
    world *w = *state;
    wdm_assay_row row = good(w);
    char text[WDM_WHEN_TEXT];
    assert_string_equal(wdm_when_format(row.end, text), "2026-11-17T08:00");
    w->record.cells[WDM_FIELD_COLLECTED_START] = "2026-11-16"; // a date alone: that civil day
    row = good(w);
    assert_string_equal(wdm_when_format(row.end, text), "2026-11-16");
}

static void a_negative_number_is_kept_and_is_never_a_level(void **state)
{
    world *w = *state;
    wdm_assay_row row;
    w->record.cells[WDM_FIELD_VALUE] = "-3";
    row = good(w);
    assert_int_equal(row.state, WDM_RESULT_NOT_DETECTED);
    assert_true(row.value_ng_l == -3.0);
    assert_true((row.flags & WDM_FLAG_NOT_POSITIVE) != 0);
}

static wdm_load_row load_of(world *w, const char *value)
{
    wdm_load_row row;
    w->record.cells[WDM_FIELD_VALUE] = value;
    w->record.cells[WDM_FIELD_UNIT] = "mg/d/1000";
    if (wdm_intake_load(&w->in, &w->record, 0, &row) != WDM_OK)
        fail_msg("refused: %s", w->issues.rows[w->issues.n - 1].message);
    return row;
}

static void published_loads_keep_their_limit(void **state)
{
    world *w = *state;
    wdm_load_row row = load_of(w, "<1.12");
    assert_int_equal(row.state, WDM_RESULT_BELOW_LOQ);
    assert_true(isnan(row.load_mg_d_1000) && row.limit_mg_d_1000 == 1.12);
    row = load_of(w, "29.2");
    assert_int_equal(row.state, WDM_RESULT_MEASURED);
    assert_true(row.load_mg_d_1000 == 29.2 && isnan(row.limit_mg_d_1000));
    assert_int_equal(row.day, 20773);
    row = load_of(w, "0"); // not a level
    assert_int_equal(row.state, WDM_RESULT_NOT_DETECTED);
    w->form.zero_is_below_limit = true; // as EUDA publishes
    row = load_of(w, "0");
    assert_int_equal(row.state, WDM_RESULT_BELOW_LOQ);
    assert_true(isnan(row.limit_mg_d_1000));
    w->record.cells[WDM_FIELD_VALUE] = "NA";
    assert_int_equal(wdm_intake_load(&w->in, &w->record, 0, &row), WDM_E_DATA);
    w->record.cells[WDM_FIELD_VALUE] = "1";
    w->record.cells[WDM_FIELD_DATE] = "2026-02-30";
    assert_int_equal(wdm_intake_load(&w->in, &w->record, 0, &row), WDM_E_DATA);
}

static void years_and_weekdays_go_to_the_nominal_week(void **state)
{
    world *w = *state;
    wdm_load_row row;
    char text[WDM_DATE_TEXT];
    w->form.nominal_week = 11;
    w->record.weekday = 3;
    w->record.cells[WDM_FIELD_YEAR] = "2024";
    row = load_of(w, "1");
    assert_string_equal(wdm_day_format(row.day, text), "2024-03-13"); // Wednesday of 2024-W11
    assert_true((row.flags & WDM_FLAG_NOMINAL_DATE) != 0);
    w->record.cells[WDM_FIELD_YEAR] = "24";
    assert_int_equal(wdm_intake_load(&w->in, &w->record, 0, &row), WDM_E_DATA);
}

static void a_region_s_level_needs_a_known_region(void **state)
{
    world *w = *state;
    wdm_load_row row;
    w->record.cells[WDM_FIELD_VALUE] = "1";
    w->record.cells[WDM_FIELD_UNIT] = "mg/d/1000";
    w->record.cells[WDM_FIELD_REGION_ID] = "CITY";
    assert_int_equal(wdm_intake_load(&w->in, &w->record, WDM_NONE, &row), WDM_OK);
    assert_string_equal(row.region_id, "CITY");
    w->record.cells[WDM_FIELD_REGION_ID] = "MOON";
    assert_int_equal(wdm_intake_load(&w->in, &w->record, WDM_NONE, &row), WDM_E_DATA);
    assert_string_equal(w->issues.rows[w->issues.n - 1].code, "unknown_region");
}

static void field_sheets_are_read(void **state)
{
    world *w = *state;
    wdm_field_row row;
    w->record.cells[WDM_FIELD_SAMPLE_ID] = "";
    w->record.cells[WDM_FIELD_FLOW] = "2.5";
    w->record.cells[WDM_FIELD_FLOW_UNIT] = "万m³/d";
    w->record.cells[WDM_FIELD_PH] = "7.1";
    assert_int_equal(wdm_intake_field(&w->in, &w->record, &row), WDM_OK);
    assert_true(row.flow_m3_d == 25000.0 && row.ph == 7.1 && isnan(row.rain_mm) && isnan(row.population));
    w->record.cells[WDM_FIELD_PH] = "71";
    assert_int_equal(wdm_intake_field(&w->in, &w->record, &row), WDM_E_DATA);
    assert_string_equal(w->issues.rows[w->issues.n - 1].column, "ph");
}

// The area is beside the matter: a concentration does not fall with it, but nothing is passed over in
// silence.
static void a_measure_that_cannot_be_read_is_a_warning(void **state)
{
    world *w = *state;
    wdm_assay_row row;
    w->record.cells[WDM_FIELD_AREA] = "-5";
    w->record.cells[WDM_FIELD_RT] = "N/A";
    w->record.cells[WDM_FIELD_IS_AREA] = "1200.5";
    row = good(w);
    assert_true(row.value_ng_l == 100.0);
    assert_true(isnan(row.qc.area));
    assert_true(isnan(row.qc.rt));
    assert_true(row.qc.is_area == 1200.5);
    assert_int_equal(w->issues.n, 1);
    assert_int_equal(w->issues.rows[0].severity, WDM_SEVERITY_WARNING);
    assert_string_equal(w->issues.rows[0].column, "area");
    assert_int_equal(w->issues.n_codes, 0);
}

// Units are never guessed: none in the file needs one from the user.
static void a_missing_unit_needs_one_from_the_user(void **state)
{
    world *w = *state;
    bad(w, WDM_FIELD_UNIT, "", "missing_unit");
    w->in.default_unit = "ng/mL";
    w->record.cells[WDM_FIELD_UNIT] = "";
    assert_true(good(w).value_ng_l == 100000.0);
    w->in.default_unit =
        ""; // a peak that was not found needs none, but its nominal concentration has none either
    w->record.cells[WDM_FIELD_VALUE] = "ND";
    w->record.cells[WDM_FIELD_EXPECTED] = "50";
    w->record.cells[WDM_FIELD_LOD] = w->record.cells[WDM_FIELD_LOQ] = "";
    assert_true(isnan(good(w).qc.expected_ng_l));
}

// "No peak" is not detected only where no area speaks against it.
static void no_peak_is_not_detected_unless_there_is_an_area(void **state)
{
    static const char *no_peak[] = {"n/a"};
    world *w = *state;
    w->form.empty = WDM_EMPTY_PEAK;
    w->form.no_peak = (wdm_layout_texts){no_peak, 1};
    w->record.cells[WDM_FIELD_VALUE] = "N/A";
    w->record.cells[WDM_FIELD_AREA] = "N/A";
    assert_int_equal(good(w).state, WDM_RESULT_NOT_DETECTED);
    w->record.cells[WDM_FIELD_VALUE] = "";
    w->record.cells[WDM_FIELD_AREA] = "0";
    assert_int_equal(good(w).state, WDM_RESULT_NOT_DETECTED);
    w->record.cells[WDM_FIELD_AREA] = "5000";
    bad(w, WDM_FIELD_VALUE, "", "no_concentration");
    w->record.no_value = true;
    w->record.cells[WDM_FIELD_AREA] = "";
    bad(w, WDM_FIELD_VALUE, "", "no_concentration");
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_measure_that_cannot_be_read_is_a_warning),
        CASE(a_missing_unit_needs_one_from_the_user),
        CASE(no_peak_is_not_detected_unless_there_is_an_area),
        CASE(every_word_has_its_state),
        CASE(less_than_is_state_2_only_when_it_is_the_lod),
        CASE(a_limit_below_the_lod_is_refused_or_frees_the_lod),
        CASE(numbers_below_their_limits_keep_the_value_and_get_the_state),
        CASE(limits_of_the_table_fill_what_the_row_lacks),
        CASE(unit_conversions_are_exact),
        CASE(wrong_cells_name_their_column),
        CASE(an_issue_keeps_its_own_texts),
        CASE(a_long_cell_is_cut_between_characters),
        CASE(a_composite_without_an_end_lasts_a_day),
        CASE(a_negative_number_is_kept_and_is_never_a_level),
        CASE(published_loads_keep_their_limit),
        CASE(years_and_weekdays_go_to_the_nominal_week),
        CASE(a_region_s_level_needs_a_known_region),
        CASE(field_sheets_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
