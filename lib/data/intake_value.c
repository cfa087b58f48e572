// SPDX-License-Identifier: GPL-3.0-or-later
// What a value cell says: a number, a limit, a word, or no peak.
#include <math.h>
#include <string.h>

#include "data/intake_cells.h"

// "<5", "＜5" (NFKC is left to the words table; both signs are read here).
static const char *after_sign(const char *text, char sign)
{
    const char *wide = sign == '<' ? "\xef\xbc\x9c" : "\xef\xbc\x9e";
    while (*text == ' ')
        text++;
    if (*text == sign)
        return text + 1;
    if (strncmp(text, wide, 3) == 0)
        return text + 3;
    return NULL;
}

// A cell that says "no peak": not detected when the area says so too; a peak without a concentration is no
// number.
static wdm_rc read_no_peak(const wdm_intake *in, const wdm_record *record, wdm_value_cell *cell)
{
    const char *area = WDM_CELL(AREA);
    double value = 0.0;
    if (area[0] == '\0' || wdm_layout_holds(&in->form->no_peak, area) ||
        (wdm_number_parse_styled(area, in->numbers, &value) == WDM_NUMBER_OK && value == 0.0)) {
        cell->state = WDM_RESULT_NOT_DETECTED;
        return WDM_OK;
    }
    return wdm_issue_add(in->issues, record, record->column, "no_concentration", WDM_SEVERITY_ERROR,
                         WDM_CELL(VALUE),
                         "there is a peak (area %s) but no concentration; is the analyte calibrated?", area);
}

// Words of the layout and of words.csv, and cells that mean "no peak".
static wdm_rc read_word(const wdm_intake *in, const wdm_record *record, wdm_value_cell *cell, bool *is_word)
{
    static const int states[] = {WDM_RESULT_BELOW_LOQ, WDM_RESULT_NOT_DETECTED, WDM_RESULT_NOT_ANALYSED,
                                 WDM_RESULT_ABOVE_RANGE};
    const char *text = WDM_CELL(VALUE);
    const char *own = wdm_layout_lookup(&in->form->words, text);
    wdm_word word = WDM_WORD_N;
    *is_word = true;
    for (int i = 0; own != NULL && i <= WDM_RESULT_ABOVE_RANGE; i++) {
        if (strcmp(wdm_result_state_name(i), own) == 0) {
            cell->state = i;
            return WDM_OK;
        }
    }
    if (in->form->empty == WDM_EMPTY_PEAK && (text[0] == '\0' || wdm_layout_holds(&in->form->no_peak, text)))
        return read_no_peak(in, record, cell);
    if (text[0] == '\0')
        return wdm_issue_add(
            in->issues, record, record->column, "missing_value", WDM_SEVERITY_ERROR, text,
            "the cell is empty; write NA for not analysed, ND for not detected, <LOQ for below the limit");
    *is_word = wdm_config_word(in->config, text, &word);
    if (*is_word)
        cell->state = states[word];
    return WDM_OK;
}

wdm_rc wdm_intake_value(const wdm_intake *in, const wdm_record *record, wdm_value_cell *cell)
{
    const char *text = WDM_CELL(VALUE);
    const char *below = after_sign(text, '<');
    const char *above = after_sign(text, '>');
    bool is_word = false;
    wdm_rc rc = WDM_OK;
    wdm_number_verdict verdict = wdm_number_parse_styled(text, in->numbers, &cell->value);
    cell->state = WDM_RESULT_MEASURED;
    cell->limit = (double)NAN;
    if (verdict == WDM_NUMBER_OK && cell->value == 0.0 && in->form->empty == WDM_EMPTY_PEAK &&
        WDM_CELL(AREA)[0] == '\0') { // how some programs write "no peak"
        cell->value = (double)NAN;
        cell->state = WDM_RESULT_NOT_DETECTED;
        return WDM_OK;
    }
    if (verdict == WDM_NUMBER_OK)
        return WDM_OK;
    cell->value = (double)NAN;
    if (record->no_value)
        return wdm_issue_add(in->issues, record, record->column, "no_concentration", WDM_SEVERITY_ERROR, "",
                             "the file has no column of concentrations; export it again with one (areas are "
                             "no concentrations)");
    rc = read_word(in, record, cell, &is_word);
    if (rc != WDM_OK || is_word)
        return rc;
    if (below != NULL) {
        verdict = wdm_number_parse_styled(below, in->numbers, &cell->limit);
        if (verdict == WDM_NUMBER_OK && cell->limit > 0.0) {
            cell->state = WDM_RESULT_BELOW_LOQ;
            return WDM_OK;
        }
    } else if (above != NULL && wdm_number_parse_styled(above, in->numbers, &cell->limit) == WDM_NUMBER_OK) {
        cell->state = WDM_RESULT_ABOVE_RANGE;
        cell->limit = (double)NAN;
        return WDM_OK;
    }
    return wdm_intake_not_a_number(in, record, record->column, text, verdict);
}
