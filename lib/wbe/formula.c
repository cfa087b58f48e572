// SPDX-License-Identifier: GPL-3.0-or-later
#include "wbe/formula.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct element {
    char symbol[3];
    double g_mol;
} element;

// The elements that occur in drugs, their salts, internal standards and wastewater markers. CIAAW 2021,
// abridged.
static const element ELEMENTS[] = {
    {"H", 1.008},   {"Li", 6.94},   {"B", 10.81},   {"C", 12.011},  {"N", 14.007},  {"O", 15.999},
    {"F", 18.998},  {"Na", 22.990}, {"Mg", 24.305}, {"Al", 26.982}, {"Si", 28.085}, {"P", 30.974},
    {"S", 32.06},   {"Cl", 35.45},  {"K", 39.098},  {"Ca", 40.078}, {"Cr", 51.996}, {"Mn", 54.938},
    {"Fe", 55.845}, {"Co", 58.933}, {"Ni", 58.693}, {"Cu", 63.546}, {"Zn", 65.38},  {"As", 74.922},
    {"Se", 78.971}, {"Br", 79.904}, {"Ag", 107.87}, {"Sn", 118.71}, {"I", 126.90},  {"Gd", 157.25},
    {"Pt", 195.08}, {"Hg", 200.59}, {"Pb", 207.2},
};

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const element *element_find(char first, char second)
{
    for (size_t i = 0; i < sizeof ELEMENTS / sizeof ELEMENTS[0]; i++) {
        if (ELEMENTS[i].symbol[0] == first && ELEMENTS[i].symbol[1] == second) {
            return &ELEMENTS[i];
        }
    }
    return NULL;
}

// Reads the number at *at (none: 1) and moves *at behind it. False: a leading zero or a number above the
// limit.
static bool count_read(const char **at, int *count)
{
    const char *p = *at;
    int n = 0;
    *count = 1;
    if (!is_digit(*p)) {
        return true;
    }
    if (*p == '0') {
        return false;
    }
    for (; is_digit(*p); p++) {
        n = n * 10 + (*p - '0');
        if (n > WDM_FORMULA_COUNT_MAX) {
            return false;
        }
    }
    *count = n;
    *at = p;
    return true;
}

wdm_rc wdm_formula_mass(const char *formula, double *g_mol, wdm_err *err)
{
    const char *p = formula;
    double sum = 0.0;
    if (formula == NULL || *formula == '\0') {
        return wdm_err_set(err, WDM_E_DATA, "the chemical formula is empty; expected one such as C17H21NO4");
    }
    while (*p != '\0') {
        const element *found = NULL;
        const char *start = p;
        char second = '\0';
        int count = 1;
        if (!is_upper(*p)) {
            return wdm_err_set(
                err, WDM_E_DATA,
                "chemical formula \"%.60s\": character %zu does not begin an element; expected element "
                "symbols and numbers only, such as C17H21NO4",
                formula, (size_t)(p - formula) + 1);
        }
        p++;
        if (is_lower(*p)) {
            second = *p;
            p++;
        }
        found = element_find(*start, second);
        if (found == NULL) {
            return wdm_err_set(err, WDM_E_DATA,
                               "chemical formula \"%.60s\": \"%.*s\" is not an element of the table", formula,
                               (int)(p - start), start);
        }
        if (!count_read(&p, &count)) {
            return wdm_err_set(
                err, WDM_E_DATA,
                "chemical formula \"%.60s\": the number after \"%.*s\" must be 1 to %d without a "
                "leading zero",
                formula, (int)(p - start), start, WDM_FORMULA_COUNT_MAX);
        }
        sum += found->g_mol * (double)count;
    }
    *g_mol = sum;
    return WDM_OK;
}
