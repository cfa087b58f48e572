// SPDX-License-Identifier: GPL-3.0-or-later
// Damage to single cells, quotes and signs.
#include <stdio.h>
#include <string.h>

#include "mutant.h"

// Where sign stands, at random among all of them; false: nowhere.
static bool find_sign(mutant *m, const char *signs, size_t *at)
{
    const char *text = wdm_buf_text(&m->text);
    const size_t start = mutant_random(m, m->text.len);
    for (size_t i = 0; i < m->text.len; i++) {
        *at = (start + i) % m->text.len;
        if (text[*at] != '\0' && strchr(signs, text[*at]) != NULL)
            return true;
    }
    return false;
}

void mutate_quote_out(mutant *m)
{
    size_t at = 0;
    const size_t n = 1 + mutant_random(m, 3);
    for (size_t i = 0; i < n && find_sign(m, "\"", &at); i++)
        mutant_splice(m, at, 1, "", 0);
    if (n == 1) // where none stands, one comes in
        mutant_splice(m, mutant_random(m, m->text.len + 1), 0, "\"", 1);
}

void mutate_quote_in(mutant *m)
{
    span cell = {0, 0, 0};
    if (!mutant_pick_cell(m, false, &cell))
        return;
    switch (mutant_random(m, 4)) {
    case 0: // a proper pair
        mutant_splice(m, cell.at + cell.len, 0, "\"", 1);
        mutant_splice(m, cell.at, 0, "\"", 1);
        break;
    case 1:
        mutant_splice(m, cell.at, 0, "\"", 1);
        break;
    case 2:
        mutant_splice(m, cell.at + cell.len, 0, "\"", 1);
        break;
    default: // one that opens here and closes later
        mutant_splice(m, cell.at, 0, "\"", 1);
        if (mutant_pick_cell(m, false, &cell))
            mutant_splice(m, cell.at + cell.len, 0, "\"", 1);
        break;
    }
}

void mutate_delimiter(mutant *m)
{
    size_t at = 0;
    if (find_sign(m, ",;\t", &at))
        mutant_splice(m, at, 1, &",;\t| "[mutant_random(m, 5)], 1);
}

void mutate_delimiters(mutant *m)
{
    const char to = ",;\t|"[mutant_random(m, 4)];
    const char from = m->delimiter;
    for (size_t i = 0; i < m->text.len && from != 0; i++) {
        if (m->text.data[i] == from)
            m->text.data[i] = to;
    }
    m->delimiter = to;
}

static void swap_in_cell(mutant *m, char from, char to)
{
    span cell = {0, 0, 0};
    const size_t n = 1 + mutant_random(m, 3);
    for (size_t k = 0; k < n && mutant_pick_cell(m, true, &cell); k++) {
        for (size_t i = cell.at; i < cell.at + cell.len; i++) {
            if (m->text.data[i] == from)
                m->text.data[i] = to;
        }
    }
}

void mutate_point_to_comma(mutant *m)
{
    span cell = {0, 0, 0};
    if (mutant_random(m, 2) == 0 && mutant_pick_cell(m, true, &cell)) { // the only way in a comma file
        mutant_splice(m, cell.at + cell.len, 0, "\"", 1);
        for (size_t i = cell.at; i < cell.at + cell.len; i++) {
            if (m->text.data[i] == '.')
                m->text.data[i] = ',';
        }
        mutant_splice(m, cell.at, 0, "\"", 1);
        return;
    }
    swap_in_cell(m, '.', ',');
}

// As a program writes it in another country: decimal commas, and semicolons between the cells.
void mutate_points_to_commas(mutant *m)
{
    const bool semicolons = mutant_random(m, 3) > 0 && m->delimiter == ',';
    const size_t spared = mutant_random(m, 4) == 0 ? 7 : 0; // each seventh stays: the file contradicts itself
    size_t n = 0;
    for (size_t i = 0; i < m->text.len; i++) {
        char *c = &m->text.data[i];
        if (semicolons && *c == ',')
            *c = ';';
        if (*c == '.' && i + 1 < m->text.len && c[1] >= '0' && c[1] <= '9' &&
            (spared == 0 || ++n % spared != 0))
            *c = ',';
    }
    if (semicolons)
        m->delimiter = ';';
}

void mutate_comma_to_point(mutant *m)
{
    swap_in_cell(m, ',', '.');
}

void mutate_letter(mutant *m)
{
    static const char *const pairs[] = {"0O", "0o", "1l", "1I", "5S", "8B", "2Z", "0D", "9g", "6b"};
    span cell = {0, 0, 0};
    if (!mutant_pick_cell(m, true, &cell))
        return;
    const size_t start = mutant_random(m, cell.len);
    for (size_t i = 0; i < cell.len; i++) {
        char *c = &m->text.data[cell.at + (start + i) % cell.len];
        for (size_t k = 0; k < sizeof pairs / sizeof pairs[0]; k++) {
            if (*c == pairs[k][0] && (k % 2 == 0 || mutant_random(m, 2) == 0)) {
                *c = pairs[k][1];
                return;
            }
        }
    }
}

void mutate_digit(mutant *m)
{
    span cell = {0, 0, 0};
    if (!mutant_pick_cell(m, true, &cell))
        return;
    const size_t start = mutant_random(m, cell.len);
    for (size_t i = 0; i < cell.len; i++) {
        const size_t at = cell.at + (start + i) % cell.len;
        if (m->text.data[at] >= '0' && m->text.data[at] <= '9') {
            mutant_splice(m, at, mutant_random(m, 4) > 0, &"0123456789.-+eE"[mutant_random(m, 15)], 1);
            return;
        }
    }
}

void mutate_empty(mutant *m)
{
    span cell = {0, 0, 0};
    const size_t n = 1 + mutant_random(m, 3);
    for (size_t i = 0; i < n && mutant_pick_cell(m, false, &cell); i++)
        mutant_splice(m, cell.at, cell.len, "", 0);
}

// What laboratories, programs and spreadsheets write into cells; few of them are numbers.
// clang-format off
static const char *const words[] = {
    "ND", "nd", "N/A", "NA", "n.a.", "<LOQ", "< LOQ", "<LOD", "<5", "<0.3", "< 1,5", "<", ">", ">1000",
    "> 10 00", "未检出", "未测", "痕量", "trace", "-", "--", "-----", "—", "?", "*", "inf",
    "-inf", "Infinity", "nan", "NaN", "1.#IND", "0x1F", "0x1p3", "1e5", "1e", "1e+", "1e999", "1E-400",
    "e5", ".", "+", "+-1", "1.2.3", "12,3,4", "1 234", "1'234", "1.234,5", "1,234.5", "12.5 ng",
    "12.5%", "~12", "ca. 12", "12?", "12*", "(12)", "12-15", "12±3", "1/2", "½", "١٢",
    "１２．５", "12。5", "12．5", "\xc2\xb2", "Ⅻ", "0", "0.0", "-0", "-3.5", "0.000", "#REF!",
    "#N/A", "#DIV/0!", "=1+1", "=A1", "TRUE", "NULL", "None", "N/F", "No Peak", "2026-11-16", "1O4.2",
    "5E", "1d5", "1f", "5L", "0b11", "1_000", "9999999999999999999999", "0.1e-3000", "00012", "1.",
    ".5", "5.", "1e5e5", "ng/L", "QC-failed", "above", "<LOQ 5", "<<5", "<-5", "<5ng", "≤5", "＜5",
    "＜ LOQ", "<ND", "> ULOQ", "1.5E+03", "1,5E+03",
};
// clang-format on

void mutate_word(mutant *m)
{
    const char *word = words[mutant_random(m, sizeof words / sizeof words[0])];
    span cell = {0, 0, 0};
    if (!mutant_pick_cell(m, mutant_random(m, 4) > 0, &cell))
        return;
    const bool quoted = strchr(word, ',') != NULL && m->delimiter == ',' && mutant_random(m, 3) > 0;
    char text[64];
    (void)snprintf(text, sizeof text, quoted ? "\"%s\"" : "%s", word);
    mutant_splice(m, cell.at, cell.len, text, strlen(text));
}

void mutate_blank(mutant *m)
{
    static const char *const blanks[] = {
        " ",    "  ",   "\t",   "\xc2\xa0", "\xe3\x80\x80", "\xe2\x80\xaf", "\xe2\x80\x8b", "\xef\xbb\xbf",
        "\x0b", "\x0c", "\x7f", "\x01"};
    const char *blank = blanks[mutant_random(m, sizeof blanks / sizeof blanks[0])];
    span cell = {0, 0, 0};
    if (!mutant_pick_cell(m, true, &cell))
        return;
    const size_t ats[] = {0, cell.len, mutant_random(m, cell.len + 1)};
    mutant_splice(m, cell.at + ats[mutant_random(m, 3)], 0, blank, strlen(blank));
}

void mutate_full_width(mutant *m)
{
    span cell = {0, 0, 0};
    wdm_buf wide;
    if (!mutant_pick_cell(m, true, &cell))
        return;
    wdm_buf_init(&wide, MUTANT_TEXT_MAX);
    for (size_t i = 0; i < cell.len; i++) {
        const char c = m->text.data[cell.at + i];
        const char code[3] = {'\xef', '\xbc', (char)(c + 0x60)}; // U+FF00 + (c - 0x20), of the first 64
        if (((c >= '0' && c <= '9') || strchr(".,-+<>", c) != NULL) && c != '\0' && c != m->delimiter)
            wdm_buf_put(&wide, code, 3);
        else
            wdm_buf_put(&wide, &c, 1);
    }
    mutant_splice(m, cell.at, cell.len, wdm_buf_text(&wide), wide.len);
    wdm_buf_fini(&wide);
}

void mutate_huge(mutant *m)
{
    static const char *const units[] = {"9", "a", "0", "未", " ", "x,", "\"\"", "1."};
    static const size_t sizes[] = {70, 130, 300, 600, 1100, 5000, 9000, 20000, 66000, 140000};
    const char *unit = units[mutant_random(m, sizeof units / sizeof units[0])];
    const size_t size = sizes[mutant_random(m, sizeof sizes / sizeof sizes[0])];
    span cell = {0, 0, 0};
    wdm_buf text;
    if (!mutant_pick_cell(m, false, &cell))
        return;
    wdm_buf_init(&text, MUTANT_TEXT_MAX);
    while (text.len < size)
        wdm_buf_puts(&text, unit);
    mutant_splice(m, cell.at, mutant_random(m, 2) * cell.len, wdm_buf_text(&text), text.len);
    wdm_buf_fini(&text);
}
